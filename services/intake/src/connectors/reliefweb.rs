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
    /// From which change on the next page of the round is asked for, and how many reports of it are left out. Pages are not counted
    /// off: a report that is changed between two of them moves to the end, and the one behind it would move past the page.
    from: Option<(Timestamp, u64)>,
}

impl Cursor {
    /// From where the next page is asked for, behind one of so many reports of which the last was changed then. What was changed in
    /// that very second comes once more.
    fn behind(&self, reports: u64, last: Option<Timestamp>) -> Option<(Timestamp, u64)> {
        match (self.from, last) {
            (None, last) => last.map(|last| (last, 0)),
            (Some((from, _)), Some(last)) if moment(last) > moment(from) => Some((last, 0)),
            (Some((from, left_out)), _) => Some((from, left_out + reports)),
        }
    }
}

/// A page of it, its reports as they are.
#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    data: Vec<Box<RawValue>>,
}

impl Answer {
    /// When the last of its reports was changed; `None` where that is not told.
    fn last_changed(&self) -> Option<Timestamp> {
        let last: serde_json::Value = serde_json::from_str(self.data.last()?.get()).ok()?;
        last.pointer("/fields/date/changed")?.as_str()?.parse().ok()
    }
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
    let answer = json::<Answer>(&body)?;
    let reports = answer.data.len() as u64;
    let more = reports >= PAGE;
    let next = if more {
        let from = cursor.behind(reports, answer.last_changed());
        Cursor { since: cursor.since, round: Some((began, taken + reports)), from }
    } else {
        Cursor { since: Some(began), round: None, from: None }
    };
    let brought = if reports == 0 {
        Brought::Nothing
    } else {
        let name = format!("reports of {began}, {} to {}", taken + 1, taken + reports);
        Brought::File { name, format: Format::Reliefweb, bytes: body.to_vec() }
    };
    Step::to(brought, &next, more)
}

/// The address of a page: oldest change first, so that what changes meanwhile comes once more at the end.
fn asked(at: &At<'_>, cursor: &Cursor, (began, taken): (Timestamp, u64)) -> url::Url {
    let days = at.form.parameters.lookback_days.unwrap_or(LOOKBACK_DAYS);
    let since = cursor.since.map_or_else(
        || began.minus(chrono::Duration::days(i64::from(days))),
        |since| since.minus(chrono::Duration::hours(OVERLAP_HOURS)),
    );
    let (since, left_out) = cursor.from.unwrap_or((since, taken));
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
            .append_pair("offset", &left_out.to_string());
    }
    url
}

/// A moment as it is asked for: to the second, with its zone.
fn moment(at: Timestamp) -> String {
    at.as_datetime().format("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paged by number alone, one that is changed between two pages moves to the end and the one on the seam past both.
    #[test]
    fn the_next_page_begins_with_the_last_change_of_the_one_before() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let first = Cursor::default();
        let (noon, later) = (at("2026-11-20T12:00:00+00:00"), at("2026-11-20T12:00:01+00:00"));
        assert_eq!(first.behind(100, Some(noon)), Some((noon, 0)));
        let second = Cursor { from: Some((noon, 0)), ..Cursor::default() };
        assert_eq!(second.behind(100, Some(later)), Some((later, 0)));
        assert_eq!(second.behind(100, Some(noon)), Some((noon, 100)), "all of them are of one second");
        let third = Cursor { from: Some((noon, 100)), ..Cursor::default() };
        assert_eq!(third.behind(100, Some(later)), Some((later, 0)));
        assert_eq!(third.behind(100, None), Some((noon, 200)));
        assert_eq!(first.behind(100, None), None, "it does not tell: pages are counted off");
    }
}
