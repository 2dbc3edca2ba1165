//! `ReliefWeb`'s API, version 2: reports on the six countries by their last change. Its `appname` must be approved by it.

use contracts::gateway::Format;
use domain::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    At, Brought, Step, Trouble,
    web::{Page, Validators, json, not_html},
};
use crate::config::Secret;

pub(super) const ADDRESS: &str = "https://api.reliefweb.int/v2/reports";
pub(super) const NEEDS: &[Secret] = &[Secret::ReliefwebAppname];
const REGION: [&str; 6] = ["afg", "kaz", "kgz", "tjk", "tkm", "uzb"];
const FIELDS: [&str; 9] = [
    "title",
    "body",
    "url",
    "url_alias",
    "date",
    "primary_country.iso3",
    "country.iso3",
    "source",
    "language.code",
];
/// How far back the first pull reaches, in days.
const LOOKBACK_DAYS: u32 = 7;
/// How many reports one page holds.
const PAGE: u64 = 100;
/// What was changed while we asked is asked for again.
const OVERLAP_HOURS: i64 = 2;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Cursor {
    /// Up to when all changes were taken.
    since: Option<Timestamp>,
    /// When the present round began, and how many reports of it were taken.
    round: Option<(Timestamp, u64)>,
}

/// A page of it, its reports as they are.
#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    data: Vec<Box<RawValue>>,
}

pub(super) async fn step(at: &At<'_>) -> Result<Step, Trouble> {
    let cursor: Cursor = at.cursor();
    let (began, taken) = cursor.round.unwrap_or((at.now, 0));
    let body = match at.get(&asked(at, &cursor, (began, taken)), &[], &Validators::default()).await? {
        Page::Body(body, _) => body,
        Page::Unchanged => return Step::to(Brought::Nothing, &cursor, false),
        Page::Absent => {
            let why = "this version of the API is not there any more; check the address";
            return Err(Trouble::Unreadable(why.to_owned()));
        }
        Page::Unknown => {
            let host = at.address.host_str().unwrap_or_default().to_owned();
            return Err(Trouble::Refused { host, status: 401, hint: "the appname is not approved" });
        }
    };
    not_html(&body)?;
    let reports = json::<Answer>(&body)?.data.len() as u64;
    let more = reports >= PAGE;
    let next = if more {
        Cursor { since: cursor.since, round: Some((began, taken + reports)) }
    } else {
        Cursor { since: Some(began), round: None }
    };
    let brought = if reports == 0 {
        Brought::Nothing
    } else {
        let name = format!("reports of {began}, {} to {}", taken + 1, taken + reports);
        Brought::File { name, format: Format::Reliefweb, bytes: body.to_vec() }
    };
    Step::to(brought, &next, more)
}

/// The address of a page: oldest change first, so that what changes meanwhile moves behind what was taken.
fn asked(at: &At<'_>, cursor: &Cursor, (began, taken): (Timestamp, u64)) -> url::Url {
    let days = at.form.parameters.lookback_days.unwrap_or(LOOKBACK_DAYS);
    let since = cursor.since.map_or_else(
        || began.minus(chrono::Duration::days(i64::from(days))),
        |since| since.minus(chrono::Duration::hours(OVERLAP_HOURS)),
    );
    let named = &at.form.parameters.countries;
    let countries: Vec<String> = if named.is_empty() {
        REGION.iter().map(|code| (*code).to_owned()).collect()
    } else {
        named.iter().map(|country| country.as_str().to_ascii_lowercase()).collect()
    };
    let mut url = at.address.clone();
    let appname = at.means.secrets.read(Secret::ReliefwebAppname).unwrap_or_default();
    {
        let mut query = url.query_pairs_mut();
        query
            .append_pair("appname", &appname)
            .append_pair("filter[operator]", "AND")
            .append_pair("filter[conditions][0][field]", "country.iso3")
            .append_pair("filter[conditions][0][operator]", "OR");
        for country in &countries {
            query.append_pair("filter[conditions][0][value][]", country);
        }
        query
            .append_pair("filter[conditions][1][field]", "date.changed")
            .append_pair("filter[conditions][1][value][from]", &moment(since));
        for field in FIELDS {
            query.append_pair("fields[include][]", field);
        }
        query
            .append_pair("sort[]", "date.changed:asc")
            .append_pair("limit", &PAGE.to_string())
            .append_pair("offset", &taken.to_string());
    }
    url
}

/// A moment as it is asked for: to the second, with its zone.
fn moment(at: Timestamp) -> String {
    at.as_datetime().format("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}
