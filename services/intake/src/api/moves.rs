//! Moving a report on.

use contracts::{
    Failure, FailureKind,
    intake::{Held, MoveReport, Report, ReportAction, ReportMoved, ReportState, ReportStep},
};
use domain::ReportId;
use kit::{Asked, Tx};
use tracing::Instrument;

use super::{
    OFFICERS,
    accepting::{self, BEARING, corroboration},
    taking,
};
use crate::{
    Intake,
    domain::{
        bearing::{bears_out, was_checked},
        correction::{self, Sent},
        report::{Original, Refusal, Wish, decide, outcome},
    },
    error::Error,
    store::{
        observations, reporters,
        reports::{self, ReportRow},
    },
};

/// Moves a report on; accepted, it becomes an observation, and refused after that, the observation is taken back. All of it is part
/// of the trace in which the report came.
pub async fn move_report(service: &Intake, asked: &Asked<MoveReport>) -> Result<Report, Error> {
    asked.allow(OFFICERS)?;
    let id = &asked.query.id;
    let row = reports::get(&service.db, id).await?.ok_or_else(|| Error::NoReport(id.clone()))?;
    let span = tracing::info_span!("intake.report.move", report.id = %id, action = %asked.query.action);
    kit::telemetry::continue_from(&span, row.cause.traceparent.as_deref());
    async {
        let mut tx = service.db.begin_from(row.cause.origin()).await?;
        // alone before it is read: of two who move it at once the later is told that it was changed
        observations::reserve(&mut tx, 0).await?;
        let row = reports::get_in(&mut tx, id).await?.ok_or_else(|| Error::NoReport(id.clone()))?;
        let key = asked.seed().map(|[subject, key]| format!("{subject} {key}"));
        if key.is_some() && row.moved_by == key {
            return Ok(row.report());
        }
        if bears_out(row.state) {
            // what it bore out may have nothing else
            tx.nudge(BEARING);
        }
        let report = step(&mut tx, row, (asked, key)).await?;
        tx.commit().await?;
        Ok(report)
    }
    .instrument(span)
    .await
}

async fn step(
    tx: &mut Tx,
    mut row: ReportRow,
    (asked, key): (&Asked<MoveReport>, Option<String>),
) -> Result<Report, Error> {
    let MoveReport { action, note, version, .. } = &asked.query;
    let from = row.version;
    if version.is_some_and(|version| i64::from(version) != from) {
        return Err(stale(&row).into());
    }
    let by_sender = asked.query.by_sender;
    let looked_for = matches!(action, ReportAction::Verify | ReportAction::Accept);
    let borne_out = if looked_for { corroboration(tx, &row).await? } else { None };
    let (corroborated, checked) = (borne_out.is_some(), was_checked(&row.history));
    let original = original(tx, &row.report_id, asked.query.of.as_ref()).await?;
    let amiss = sent(&row).amiss();
    let (state, action) = (row.state, *action);
    let wish = Wish { from: state, action, by_sender, note, corroborated, checked, original, amiss: &amiss };
    let to = decide(wish).map_err(refused)?;
    let borne_out_by = borne_out.filter(|_| action == ReportAction::Verify && note.trim().is_empty());
    let was = if action == ReportAction::Correct { Some(correct(&mut row, &asked.query)?) } else { None };
    let said = (asked.principal.name.as_str(), note.as_str());
    let fell = match to {
        ReportState::Accepted if was.is_some() => accepting::correct(tx, &mut row, said).await?,
        _ => {
            becomes(tx, &mut row, (to, asked.query.of.as_ref()), said).await?;
            None
        }
    };
    let by = asked.principal.name.clone();
    // an exercise says nothing of how reliable anybody really is
    if let Some(outcome) = outcome(row.state, action).filter(|_| !row.form.exercise) {
        let of = (&row.report_id, from + 1, row.source.as_str());
        reporters::note(tx, of, (outcome, &by)).await?;
    }
    let note = note.trim().to_owned();
    row.version = from + 1 + i64::from(fell.is_some());
    let done = ReportStep { state: to, by, at: tx.now(), note, was, borne_out_by };
    row.history.0.extend([Some(done), fell].into_iter().flatten());
    (row.state, row.moved_by) = (to, key);
    if !reports::store_move(tx, &row, from).await? {
        return Err(stale(&row).into());
    }
    let report = row.report();
    tx.say(&ReportMoved { report: report.clone() }).await?;
    metrics::counter!("intake_reports_moved_total", "to" => to.as_str()).increment(1);
    Ok(report)
}

/// Does what moving a report there means beside the report itself.
async fn becomes(
    tx: &mut Tx,
    row: &mut ReportRow,
    (to, of): (ReportState, Option<&ReportId>),
    said: (&str, &str),
) -> Result<(), Error> {
    match to {
        ReportState::Accepted if row.form.situation.is_some() => taking::take(tx, row, said).await?,
        ReportState::Accepted => accepting::accept(tx, row, said).await?,
        ReportState::Duplicate => row.duplicate_of = of.cloned(),
        _ if row.state == ReportState::Accepted => {
            taking::take_back(tx, row, said).await?;
        }
        _ => {}
    }
    row.rests_on_word &= to == ReportState::Accepted;
    Ok(())
}

fn sent(row: &ReportRow) -> Sent<'_> {
    Sent { form: &row.form.0, received_at: row.received_at, history: &row.history.0 }
}

/// Corrects where and when a report is held to be; gives where and when it was held to be until now.
fn correct(row: &mut ReportRow, wish: &MoveReport) -> Result<Held, Failure> {
    let was = Held { place: row.place.0.clone(), occurred_on: row.occurred_on };
    let now = correction::corrected((sent(row), was.clone()), wish.correction.as_ref())?;
    (row.place.0, row.occurred_on) = (now.place, now.occurred_on);
    Ok(was)
}

async fn original(tx: &mut Tx, report: &ReportId, named: Option<&ReportId>) -> Result<Original, Error> {
    let Some(named) = named else { return Ok(Original::Unnamed) };
    if named == report {
        return Ok(Original::Itself);
    }
    let found = reports::get_in(tx, named).await?;
    Ok(match found.map(|row| row.state) {
        None => Original::Absent,
        Some(ReportState::Duplicate) => Original::Repeats,
        Some(_) => Original::Good,
    })
}

fn refused(refusal: Refusal) -> Error {
    let failure = match refusal {
        Refusal::Stands(why) => Failure::conflict(why),
        Refusal::Lacks(reasons) => {
            let refused = Failure::conflict(format!("the report cannot be moved: {}", reasons.join("; ")));
            reasons.iter().fold(refused, |failure, reason| failure.at("/action", reason))
        }
    };
    failure.into()
}

fn stale(row: &ReportRow) -> Failure {
    Failure::new(
        FailureKind::Stale,
        format!(
            "the report was changed since you read it; it is now {} in version {}: read it again",
            row.state, row.version
        ),
    )
}
