//! The catalogue of the USGS: earthquakes in and around the region, by their last revision.

use contracts::gateway::Format;
use domain::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    At, Brought, Step, Trouble,
    web::{Page, Validators, not_html},
};
use crate::sources::records::Splitter;

pub(super) const ADDRESS: &str = "https://earthquake.usgs.gov/fdsnws/event/1/query";
const LOOKBACK_DAYS: u32 = 365;
const LEAST_MAGNITUDE: f64 = 4.0;
/// The most it gives at once.
const PAGE_ROWS: u64 = 20_000;
/// Its clock and ours may differ, and what it revises is not there at once.
const OVERLAP_HOURS: i64 = 2;
/// The six countries and as much around them as shakes them: south, north, west, east.
const BOX: [(&str, &str); 4] =
    [("minlatitude", "28"), ("maxlatitude", "56"), ("minlongitude", "45"), ("maxlongitude", "88")];

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Cursor {
    /// Up to when all revisions were taken.
    since: Option<Timestamp>,
    /// When the present round began, and how many rows of it were taken.
    round: Option<(Timestamp, u64)>,
}

pub(super) async fn step(at: &At<'_>) -> Result<Step, Trouble> {
    let cursor: Cursor = at.cursor();
    let (began, taken) = cursor.round.unwrap_or((at.now, 0));
    let mut url = at.address.clone();
    let days = at.form.parameters.lookback_days.unwrap_or(LOOKBACK_DAYS);
    let least = at.form.parameters.least_magnitude.unwrap_or(LEAST_MAGNITUDE);
    url.query_pairs_mut()
        .append_pair("format", "csv")
        .append_pair("orderby", "time-asc")
        .append_pair("starttime", &began.day().plus(-i64::from(days)).to_string())
        .append_pair("minmagnitude", &least.to_string())
        .append_pair("limit", &PAGE_ROWS.to_string())
        .append_pair("offset", &(taken + 1).to_string())
        .extend_pairs(BOX);
    if let Some(since) = cursor.since {
        let since = since.minus(chrono::Duration::hours(OVERLAP_HOURS));
        url.query_pairs_mut().append_pair("updatedafter", &since.to_rfc3339());
    }
    let Page::Body(body, _) = at.get(&url, &[], &Validators::default()).await? else {
        return Err(Trouble::Unreadable("the catalogue is not at this address".to_owned()));
    };
    not_html(&body)?;
    let rows = rows(&body);
    let more = rows >= PAGE_ROWS;
    let next = if more {
        Cursor { since: cursor.since, round: Some((began, taken + rows)) }
    } else {
        Cursor { since: Some(began), round: None }
    };
    let brought = if rows == 0 {
        Brought::Nothing
    } else {
        let name = format!("catalogue of {began}");
        Brought::File { name, format: Format::UsgsEarthquakes, bytes: body.to_vec() }
    };
    Step::to(brought, &next, more)
}

/// How many records stand below the header.
fn rows(table: &[u8]) -> u64 {
    let mut splitter = Splitter::default();
    splitter.push(table);
    splitter.end();
    let mut records = 0_u64;
    while splitter.next_record().is_some() {
        records += 1;
    }
    records.saturating_sub(1)
}
