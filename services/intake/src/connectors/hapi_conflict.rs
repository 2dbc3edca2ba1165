//! Monthly counts of ACLED's events from HDX HAPI (FORMATS 3.5): country by country, page by page, as far back as they are
//! still revised. What says the same as before counts as unchanged.

use contracts::gateway::Format;
use domain::Country;
use serde::{Deserialize, Serialize, de::IgnoredAny};

use super::{
    At, Brought, Step, Trouble,
    months::Month,
    web::{Page, Validators, json},
};
use crate::config::Secret;

pub(super) const ADDRESS: &str = "https://hapi.humdata.org/api/v2/coordination-context/conflict-events";
pub(super) const NEEDS: &[Secret] = &[Secret::HapiIdentifier];
const LOOKBACK_DAYS: u32 = 400;
/// The most it gives at once.
const PAGE_ROWS: usize = 10_000;

/// Where a round stands; a new one begins at the first row of the first country.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Cursor {
    /// Which of the countries is asked for, counted from 0.
    country: usize,
    /// How many of its rows were taken.
    taken: usize,
}

#[derive(Deserialize)]
struct Answer {
    /// The rows, which are counted here and read by the run.
    data: Vec<IgnoredAny>,
}

pub(super) async fn step(at: &At<'_>) -> Result<Step, Trouble> {
    let cursor: Cursor = at.cursor();
    let given = &at.form.parameters.countries;
    let countries: &[Country] = if given.is_empty() { &Country::REGION } else { given };
    let Some(country) = countries.get(cursor.country) else {
        return Step::to(Brought::Nothing, &Cursor::default(), false);
    };
    let body = match ask(at, *country, cursor.taken).await? {
        Page::Body(body, _) => body,
        Page::Unknown => {
            let host = at.address.host_str().unwrap_or_default().to_owned();
            return Err(Trouble::Refused { host, status: 401, hint: HINT });
        }
        Page::Absent | Page::Unchanged => {
            return Err(Trouble::Unreadable("the counts are not at this address; check it".to_owned()));
        }
    };
    let rows = json::<Answer>(&body)?.data.len();
    let next = if rows >= PAGE_ROWS {
        Cursor { taken: cursor.taken + rows, ..cursor }
    } else {
        Cursor { country: cursor.country + 1, taken: 0 }
    };
    let more = next.country < countries.len();
    let brought = if rows == 0 {
        Brought::Nothing
    } else {
        let name = format!("counts of {country} from row {} on", cursor.taken + 1);
        Brought::File { name, format: Format::HapiConflict, bytes: body.to_vec() }
    };
    Step::to(brought, &if more { next } else { Cursor::default() }, more)
}

const HINT: &str =
    "it does not accept the identifier; check the file that intake.secrets.hapi_identifier_file names";

async fn ask(at: &At<'_>, country: Country, taken: usize) -> Result<Page, Trouble> {
    let identifier = at.means.secrets.read(Secret::HapiIdentifier).unwrap_or_default();
    let days = at.form.parameters.lookback_days.unwrap_or(LOOKBACK_DAYS);
    let first = Month::of(at.now.day().plus(-i64::from(days)));
    let mut url = at.address.clone();
    url.query_pairs_mut()
        .append_pair("app_identifier", &identifier)
        .append_pair("output_format", "json")
        .append_pair("location_code", country.as_str())
        .append_pair("start_date", &format!("{:04}-{:02}-01", first.year, first.month))
        .append_pair("limit", &PAGE_ROWS.to_string())
        .append_pair("offset", &taken.to_string());
    match at.get(&url, &[], &Validators::default()).await {
        Err(Trouble::Refused { host, status: 403, .. }) => {
            Err(Trouble::Refused { host, status: 403, hint: HINT })
        }
        page => page,
    }
}
