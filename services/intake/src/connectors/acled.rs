//! ACLED's API (FORMATS 3.2): a token for user and password, then events by their last edit, then those it took back.
//!
//! A round takes everything edited since the round before, with a day of overlap, page by page until an empty one. What ACLED
//! takes back while a round runs moves rows from page to page, so that one might be missed: then the next round begins where
//! this one did.

use contracts::{gateway::Format, intake::sources::SourceForm};
use domain::{Country, ObservationId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use super::{
    At, Brought, Step, Trouble, table,
    web::{Page, Validators, below, json},
};
use crate::{config::Secret, domain::draft::fact, sources::acled};

pub(super) const ADDRESS: &str = "https://acleddata.com/";
pub(super) const NEEDS: &[Secret] = &[Secret::AcledUser, Secret::AcledPassword];
const LOOKBACK_DAYS: u32 = 365;
const PAGE_ROWS: &str = "5000";
/// How much of what was taken is asked for again, in seconds.
const OVERLAP_S: i64 = 24 * 3600;
/// A token is asked for anew so long before it ends, in seconds.
const MARGIN_S: i64 = 60;
/// How long a token counts that does not say, in seconds.
const TOKEN_S: i64 = 24 * 3600;

/// What to look at when user and password are refused.
const HINT: &str = "it does not accept user and password; check the files that intake.secrets.acled_user_file and \
     acled_password_file name";

/// The countries that can be asked for, by ACLED's names of them.
const COUNTRIES: [(&str, &str); 10] = [
    ("AFG", "Afghanistan"),
    ("KAZ", "Kazakhstan"),
    ("KGZ", "Kyrgyzstan"),
    ("TJK", "Tajikistan"),
    ("TKM", "Turkmenistan"),
    ("UZB", "Uzbekistan"),
    ("CHN", "China"),
    ("IRN", "Iran"),
    ("PAK", "Pakistan"),
    ("RUS", "Russia"),
];

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Cursor {
    /// Everything edited up to then was taken, in Unix seconds; 0 before the first round is over.
    since: i64,
    /// The round that runs.
    round: Option<Round>,
    /// Everything taken back up to then was taken back here, in Unix seconds.
    deleted: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Round {
    /// When it began, in Unix seconds.
    began: i64,
    /// The next page; `None` when all are taken and those taken back are asked for.
    page: Option<u32>,
    /// The latest edit that was seen.
    latest: i64,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Map<String, Value>>,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
    #[serde(default)]
    expires_in: Option<i64>,
}

pub(super) fn objection(form: &SourceForm) -> Option<(&'static str, String)> {
    let unknown = form.parameters.countries.iter().find(|country| name_of(**country).is_none())?;
    let known = COUNTRIES.map(|(code, _)| code).join(", ");
    Some((
        "/form/parameters/countries",
        format!("{unknown} cannot be asked of ACLED here; known are {known}"),
    ))
}

fn name_of(country: Country) -> Option<&'static str> {
    COUNTRIES.iter().find(|(code, _)| *code == country.as_str()).map(|(_, name)| *name)
}

pub(super) async fn step(at: &At<'_>) -> Result<Step, Trouble> {
    let mut cursor: Cursor = at.cursor();
    let began = at.now.as_datetime().timestamp();
    let round = cursor.round.take().unwrap_or(Round { began, page: Some(1), latest: cursor.since });
    match round.page {
        Some(page) => events(at, cursor, (round, page)).await,
        None => taken_back(at, cursor, round).await,
    }
}

/// A page of events.
async fn events(at: &At<'_>, cursor: Cursor, (round, page): (Round, u32)) -> Result<Step, Trouble> {
    let mut url = below(at.address, "api/acled/read")?;
    let given = &at.form.parameters.countries;
    let countries: &[Country] = if given.is_empty() { &Country::REGION } else { given };
    let names: Vec<&str> = countries.iter().filter_map(|country| name_of(*country)).collect();
    url.query_pairs_mut().append_pair("_format", "json").append_pair("country", &names.join("|"));
    if cursor.since > 0 {
        let since = (cursor.since - OVERLAP_S).to_string();
        url.query_pairs_mut().append_pair("timestamp", &since).append_pair("timestamp_where", ">=");
    } else {
        let days = at.form.parameters.lookback_days.unwrap_or(LOOKBACK_DAYS);
        let today = at.now.day();
        let span = format!("{}|{today}", today.plus(-i64::from(days)));
        url.query_pairs_mut().append_pair("event_date", &span).append_pair("event_date_where", "BETWEEN");
    }
    url.query_pairs_mut().append_pair("limit", PAGE_ROWS).append_pair("page", &page.to_string());
    let rows = ask(at, &url).await?;
    if rows.is_empty() {
        let round = Some(Round { page: None, ..round });
        return Step::to(Brought::Nothing, &Cursor { round, ..cursor }, true);
    }
    let latest = rows.iter().filter_map(|row| seconds(row.get("timestamp"))).fold(round.latest, i64::max);
    let name = format!("ACLED edited since {}, page {page}", moment(cursor.since));
    let round = Some(Round { page: Some(page + 1), latest, ..round });
    let brought = Brought::File { name, format: Format::Acled, bytes: table::of(&rows)? };
    Step::to(brought, &Cursor { round, ..cursor }, true)
}

/// The events ACLED took back since it was last asked; once those it gave are read, that none is read after it was taken back.
async fn taken_back(at: &At<'_>, cursor: Cursor, round: Round) -> Result<Step, Trouble> {
    if at.reading {
        return Step::to(Brought::Later, at.cursor, false);
    }
    let mut url = below(at.address, "api/deleted/read")?;
    // what was taken back before the first round is in no page of it
    let known = if cursor.deleted > 0 { cursor.deleted } else { round.began };
    let since = (known - OVERLAP_S).to_string();
    url.query_pairs_mut()
        .append_pair("_format", "json")
        .append_pair("deleted_timestamp", &since)
        .append_pair("deleted_timestamp_where", ">=")
        .append_pair("limit", "0");
    let rows = ask(at, &url).await?;
    let latest = rows.iter().filter_map(|row| seconds(row.get("deleted_timestamp"))).fold(known, i64::max);
    let facts = rows.iter().filter_map(|row| row.get("event_id_cnty")?.as_str());
    let facts: Vec<ObservationId> = facts.map(|id| fact(acled::SOURCE, id, false)).collect();
    let moved_meanwhile =
        rows.iter().any(|row| seconds(row.get("deleted_timestamp")).is_some_and(|at| at >= round.began));
    let since = if moved_meanwhile { cursor.since } else { round.latest };
    let cursor = Cursor { since, round: None, deleted: latest };
    let why = "ACLED has deleted the event".to_owned();
    Step::to(Brought::TakenBack { facts, by: "ACLED", why }, &cursor, false)
}

/// The rows at an address, with a token; where that is no longer known, with a new one, once.
async fn ask(at: &At<'_>, url: &Url) -> Result<Vec<Map<String, Value>>, Trouble> {
    for fresh in [false, true] {
        let token = token(at, fresh).await?;
        let bearer = format!("Bearer {token}");
        match at.get(url, &[("authorization", &bearer)], &Validators::default()).await? {
            Page::Body(body, _) => return Ok(json::<Answer>(&body)?.data),
            Page::Unknown => {}
            Page::Absent | Page::Unchanged => {
                return Err(Trouble::Unreadable("the API is not at this address".to_owned()));
            }
        }
    }
    Err(refused(
        at,
        401,
        "it does not accept the token it has just given; check the account's access to the API",
    ))
}

/// The token in memory, or a new one.
async fn token(at: &At<'_>, fresh: bool) -> Result<String, Trouble> {
    let held = || {
        let tokens = at.means.tokens.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        tokens.get(at.key).filter(|(_, until)| *until > at.now).map(|(token, _)| token.clone())
    };
    if let Some(token) = held().filter(|_| !fresh) {
        return Ok(token);
    }
    let secret = |secret| at.means.secrets.read(secret).ok_or_else(|| Trouble::Lacks(vec![secret.key()]));
    let (user, password) = (secret(Secret::AcledUser)?, secret(Secret::AcledPassword)?);
    let form = [
        ("username", user.as_str()),
        ("password", password.as_str()),
        ("grant_type", "password"),
        ("client_id", "acled"),
    ];
    let given: Token = match at.post(&below(at.address, "oauth/token")?, &form).await {
        Ok(Page::Body(body, _)) => json(&body)?,
        Ok(_) => return Err(refused(at, 401, HINT)),
        Err(Trouble::Refused { status: 400, .. }) => return Err(refused(at, 400, HINT)),
        Err(trouble) => return Err(trouble),
    };
    let counts = (given.expires_in.unwrap_or(TOKEN_S) - MARGIN_S).max(1);
    let until = at.now.plus(chrono::Duration::seconds(counts));
    let mut tokens = at.means.tokens.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    tokens.insert(at.key.to_owned(), (given.access_token.clone(), until));
    Ok(given.access_token)
}

fn refused(at: &At<'_>, status: u16, hint: &'static str) -> Trouble {
    Trouble::Refused { host: at.address.host_str().unwrap_or_default().to_owned(), status, hint }
}

/// Unix seconds, as a number or as its text.
fn seconds(value: Option<&Value>) -> Option<i64> {
    let value = value?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn moment(seconds: i64) -> String {
    chrono::DateTime::from_timestamp(seconds, 0)
        .map_or_else(String::new, |at| Timestamp::from(at).to_string())
}
