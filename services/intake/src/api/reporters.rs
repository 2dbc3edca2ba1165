//! Sources under their pseudonyms: how what they said held, and how reliable that makes them.

use chrono::TimeDelta;
use contracts::{
    Failure,
    intake::reporters::{GetReporter, GradeReporter, OutcomeEntry, ReliabilityDecision, Reporter},
};
use domain::{Reliability, Timestamp};
use kit::Asked;

use super::{OFFICERS, STAFF};
use crate::{Intake, domain::reliability::propose, error::Error, store::reporters};

/// The longest reason, in characters.
const NOTE_CHARS: usize = 2000;
/// How much of a record is told.
const TOLD: usize = 100;

/// A source as it was known at a moment, or is.
pub async fn get_reporter(service: &Intake, asked: &Asked<GetReporter>) -> Result<Reporter, Error> {
    asked.allow(STAFF)?;
    reporter(service, &asked.query.source, asked.query.known_on).await
}

async fn reporter(service: &Intake, source: &str, by: Option<Timestamp>) -> Result<Reporter, Error> {
    let now = service.db.clock().now();
    let (by, known_on) = (by.filter(|by| *by < now), by.unwrap_or(now).min(now));
    let reports = reporters::reports(&service.db, source, by).await?;
    if reports == 0 {
        let why = format!("no report of {source} was known on {known_on}");
        return Err(Failure::not_found(why).into());
    }
    let outcomes = reporters::outcomes(&service.db, source, by).await?;
    let record = reporters::record(&outcomes);
    let mut outcomes: Vec<OutcomeEntry> = outcomes.into_iter().map(|outcome| outcome.entry).collect();
    let proposal = propose(record);
    let identity_removed_at = reporters::identity_removed_at(&service.db, source, by).await?;
    let decisions = reporters::decisions(&service.db, source, by).await?;
    let said = (proposal.reliability != Reliability::F).then_some(proposal.reliability);
    outcomes.sort_by(|one, other| (other.at, &other.report).cmp(&(one.at, &one.report)));
    outcomes.truncate(TOLD);
    Ok(Reporter {
        source: source.to_owned(),
        known_on,
        reports,
        record,
        expected: proposal.expected,
        proposed: proposal.reliability,
        why: proposal.why,
        reliability: decisions.first().map(|decision| decision.reliability).or(said),
        identity_removed_at,
        decisions,
        outcomes,
    })
}

/// Confirms what the record proposes, or decides otherwise with a reason.
pub async fn grade_reporter(service: &Intake, asked: &Asked<GradeReporter>) -> Result<Reporter, Error> {
    asked.allow(OFFICERS)?;
    let GradeReporter { source, reliability, note } = &asked.query;
    let note = note.trim();
    if note.chars().count() > NOTE_CHARS {
        let most = format!("write {NOTE_CHARS} characters at most");
        return Err(Failure::invalid("the source cannot be graded so").at("/note", most).into());
    }
    reporter(service, source, None).await?;
    let mut tx = service.db.begin().await?;
    let proposed = reporters::proposed(&mut tx, source).await?;
    if *reliability != proposed && note.is_empty() {
        let why =
            format!("the record proposes {proposed}; say why it is to be {reliability}, and name nobody");
        return Err(Failure::invalid("the source cannot be graded otherwise without a reason")
            .at("/note", why)
            .into());
    }
    // behind what it replaces, whatever clock dated that
    let behind =
        reporters::decided(&mut tx, source).await?.map(|(at, _)| at.plus(TimeDelta::microseconds(1)));
    let (by, at) = (asked.principal.name.clone(), behind.map_or(tx.now(), |behind| behind.max(tx.now())));
    let decided = ReliabilityDecision { reliability: *reliability, proposed, by, note: note.to_owned(), at };
    let key = asked.seed().map(|[subject, key]| format!("{subject} {key}"));
    reporters::decide(&mut tx, (source, &decided), key.as_deref()).await?;
    tx.commit().await?;
    reporter(service, source, None).await
}
