//! Rules of sources: when one is asked next, how it does, and what may be set of it.

use std::time::Duration;

use contracts::{
    gateway::Format,
    intake::sources::{Connector, SourceForm, SourceState},
};
use domain::Timestamp;
use sha2::{Digest, Sha256};

/// The first wait after a failure, in seconds; it doubles with each.
const FIRST_WAIT_S: u64 = 60;
/// The longest wait after failures that the source did not ask for itself, in seconds.
const LONGEST_WAIT_S: u64 = 6 * 3600;
/// The longest wait a source may ask for, in seconds.
const LONGEST_ASKED_S: u64 = 24 * 3600;
/// The shortest interval, in seconds.
pub const LEAST_EVERY_S: u32 = 60;
/// The longest interval, in seconds: a year.
pub const MOST_EVERY_S: u32 = 366 * 24 * 3600;
/// The furthest look back, in days.
const MOST_LOOKBACK_DAYS: u32 = 366 * 40;

/// When a source is asked again that answered at `at`: after its interval and up to a tenth of it, so that many do not ask at
/// once. `None` where it is not asked by itself.
pub fn after_good(key: &str, every_s: u32, at: Timestamp) -> Option<Timestamp> {
    (every_s > 0).then(|| at.plus(seconds(jittered(key, u64::from(every_s), at))))
}

/// When a source is tried again that failed so often in a row: sooner than its interval where that is long, later and later,
/// and never before the moment the source asked for.
pub fn after_failure(
    (key, every_s): (&str, u32),
    failures: u32,
    asked: Option<Duration>,
    at: Timestamp,
) -> Timestamp {
    let doubled = FIRST_WAIT_S.saturating_mul(1 << failures.saturating_sub(1).min(12));
    let most =
        if every_s == 0 { LONGEST_WAIT_S } else { u64::from(every_s).clamp(FIRST_WAIT_S, LONGEST_WAIT_S) };
    let wait = jittered(key, doubled.min(most), at);
    let asked = asked.map_or(0, |span| span.as_secs().saturating_add(1)).min(LONGEST_ASKED_S);
    at.plus(seconds(wait.max(asked)))
}

/// Whether nothing good came for several intervals, counted from the last good answer or from when it was switched on.
pub fn is_silent(
    every_s: u32,
    intervals: u32,
    (last_good, since): (Option<Timestamp>, Timestamp),
    now: Timestamp,
) -> bool {
    let from = last_good.map_or(since, |good| good.max(since));
    every_s > 0 && now.since(from) > seconds(u64::from(every_s) * u64::from(intervals.max(1)))
}

/// What counts for the state of a source.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a sign by itself, and all can be seen together")]
pub struct Signs {
    /// Whether it is switched on.
    pub enabled: bool,
    /// Whether something it needs is not configured.
    pub lacks: bool,
    /// Whether nothing good came for several intervals.
    pub silent: bool,
    /// Whether the last attempt failed, or its last file could not be read.
    pub failing: bool,
    /// Whether anything good ever came.
    pub ever_good: bool,
}

/// How a source does: the gravest of what is the case.
pub fn state(signs: Signs) -> SourceState {
    match signs {
        Signs { enabled: false, .. } => SourceState::Paused,
        Signs { lacks: true, .. } => SourceState::Lacking,
        Signs { silent: true, .. } => SourceState::Silent,
        Signs { failing: true, .. } => SourceState::Failing,
        Signs { ever_good: false, .. } => SourceState::Waiting,
        _ => SourceState::Good,
    }
}

/// What is wrong with a key; `None` when nothing is.
pub fn key_objection(key: &str) -> Option<&'static str> {
    let fits = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    let good = (2..=40).contains(&key.len())
        && key.bytes().all(fits)
        && !key.starts_with('-')
        && !key.ends_with('-');
    if key == "new" {
        return Some("is an address of the console already, where a source is set up; choose another");
    }
    (!good).then_some("must have 2 to 40 characters: lower-case letters, digits, and hyphens between them")
}

/// What is wrong with what is set of a source: where, and how to mend it. What only its connector knows is not judged here.
pub fn objections(connector: Connector, form: &SourceForm) -> Vec<(&'static str, String)> {
    use Connector::{
        Acled, CapIndex, Feed, File, GdeltDaily, HapiConflict, Reliefweb, UcdpApi, UcdpFiles, UsgsCatalogue,
        Webhook,
    };
    let mut wrong = Vec::new();
    let mut object = |at, what: &str| wrong.push((at, what.to_owned()));
    let title = form.title.trim().chars().count();
    if !(1..=200).contains(&title) || form.title.chars().any(char::is_control) {
        object("/form/title", "must have 1 to 200 characters, none of them a control");
    }
    if form.every_s != 0 && !(LEAST_EVERY_S..=MOST_EVERY_S).contains(&form.every_s) {
        object("/form/every_s", "must be 0 (never by itself) or from 60 seconds to 366 days");
    }
    if form.parameters.lookback_days.is_some_and(|days| days == 0 || days > MOST_LOOKBACK_DAYS) {
        object("/form/parameters/lookback_days", "must be 1 to 14640");
    }
    if form.parameters.least_magnitude.is_some_and(|least| !(0.0..=10.0).contains(&least)) {
        object("/form/parameters/least_magnitude", "must be 0 to 10");
    }
    let knows = |what: bool, connectors: &[Connector]| what && !connectors.contains(&connector);
    if knows(form.format.is_some(), &[File, Webhook]) {
        object("/form/format", "this connector knows what it brings; leave it out");
    }
    let mapped = form.format == Some(Format::Mapped);
    if mapped && connector != File {
        object(
            "/form/format",
            "a table read by a mapping is fetched as a file at an address, or sent as an import",
        );
    } else if mapped && form.mapping.is_none() {
        object(
            "/form/mapping",
            "name the saved mapping that the table is read by, with its version or without",
        );
    } else if !mapped && form.mapping.is_some() {
        object("/form/mapping", "only a file of the format mapped is read by a mapping; leave it out");
    }
    if connector == File && form.format.is_none() {
        object("/form/format", "say what the file is");
    }
    if connector == Webhook && form.address.is_some() {
        object("/form/address", "a webhook is sent to us; leave it out");
    }
    if matches!(connector, File | CapIndex | Feed) && form.address.is_none() {
        object("/form/address", "say where it is");
    }
    if knows(form.grade.is_some(), &[Webhook, Feed, Reliefweb]) {
        object(
            "/form/grade",
            "the format grades its rows; only reports of a webhook and leads may lack a grade",
        );
    }
    if knows(!form.parameters.countries.is_empty(), &[Acled, HapiConflict, UcdpApi, Reliefweb]) {
        object("/form/parameters/countries", "this connector does not ask by country; leave it out");
    }
    if knows(
        form.parameters.lookback_days.is_some(),
        &[Acled, GdeltDaily, HapiConflict, UcdpApi, UcdpFiles, UsgsCatalogue, Reliefweb],
    ) {
        object("/form/parameters/lookback_days", "this connector looks no way back; leave it out");
    }
    if knows(form.parameters.least_magnitude.is_some(), &[UsgsCatalogue]) {
        object("/form/parameters/least_magnitude", "this connector asks for no earthquakes; leave it out");
    }
    wrong
}

/// A span and up to a tenth more, by the key and the moment: the same for both, spread over all.
fn jittered(key: &str, span_s: u64, at: Timestamp) -> u64 {
    let digest = Sha256::new().chain_update(key).chain_update(at.to_string()).finalize();
    let share = digest.first().map_or(0, |byte| u64::from(*byte));
    span_s + span_s * share / 2560
}

fn seconds(seconds: u64) -> chrono::Duration {
    chrono::Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX / 1000))
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;
