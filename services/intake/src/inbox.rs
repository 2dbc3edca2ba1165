//! What intake hears.

use contracts::{
    gateway::{ImportReceived, ReportReceived},
    intake::{ReportMoved, ReportState, ReportStep, sources::SourceMoved},
};
use kit::{Heard, Tx};

use crate::{
    Intake,
    domain::report,
    error::Error,
    sources as formats,
    store::{
        Cause, reports, runs,
        sources::{self, SourceRow},
    },
};

/// The job that reads files.
pub const IMPORT_RUN: &str = "intake.import.run";

/// A file lies in the object store: a run waits for it.
pub async fn import_received(
    service: &Intake,
    tx: &mut Tx,
    heard: &Heard<ImportReceived>,
) -> Result<(), Error> {
    let cause = cause(tx, heard);
    let citation = formats::citation(heard.format, &heard.name, heard.received_at.day());
    let mut arrived = heard.event.clone();
    arrived.name = arrived.name.replace('\0', "\u{FFFD}"); // no database keeps a NUL in a text
    let via = match &heard.via {
        Some(key) => sources::sent(tx, (key, heard.received_at), Some(&heard.import)).await?,
        None => None,
    };
    let handling = via.as_ref().and_then(|(row, _)| row.form.handling.as_ref());
    runs::receive(tx, &arrived, (&citation, handling, &cause)).await?;
    say_source(service, tx, via.as_ref()).await?;
    tx.nudge(IMPORT_RUN);
    Ok(())
}

/// A report was accepted at the door: it is kept, its place is found, and where nothing is wrong it goes to triage.
pub async fn report_received(
    service: &Intake,
    tx: &mut Tx,
    heard: &Heard<ReportReceived>,
) -> Result<(), Error> {
    let mut arrived = heard.event.clone();
    arrived.form = report::storable(arrived.form);
    let received = report::receive(&arrived.form, heard.received_at);
    let step = |state, by: &str, note| ReportStep { state, by: by.to_owned(), at: heard.received_at, note };
    let held_up = match received.problems.as_slice() {
        [] => String::new(),
        problems => format!("not taken to triage by itself: {}", problems.join("; ")),
    };
    // the sender's own name stays out of what everybody reads
    let mut history = vec![step(ReportState::Submitted, &heard.source, held_up)];
    if received.problems.is_empty() {
        history.push(step(ReportState::Triage, "intake", "form and place are in order".to_owned()));
    }
    let state = history.last().map_or(ReportState::Submitted, |step| step.state);
    let cause = cause(tx, heard);
    let filed = reports::Filed { received: &received, state, history, cause: &cause };
    if !reports::file(tx, &arrived, &filed).await? {
        return Ok(());
    }
    if let Some(sealed) = &heard.sealed_source {
        reports::seal(tx, &heard.report, sealed).await?;
    }
    if let Some(row) = reports::get_in(tx, &heard.report).await? {
        tx.say(&ReportMoved { report: row.report() }).await?;
    }
    if let Some(key) = &heard.via {
        let via = sources::sent(tx, (key, heard.received_at), None).await?;
        say_source(service, tx, via.as_ref()).await?;
    }
    metrics::counter!("intake_reports_received_total", "state" => state.as_str()).increment(1);
    Ok(())
}

/// Says that a source has sent something, where that is news.
async fn say_source(service: &Intake, tx: &mut Tx, via: Option<&(SourceRow, bool)>) -> Result<(), Error> {
    if let Some((row, true)) = via {
        let source = service.shown_in(tx, row).await?;
        tx.say(&SourceMoved { source }).await?;
    }
    Ok(())
}

/// Whence later work on what was heard comes.
fn cause<E>(tx: &Tx, heard: &Heard<E>) -> Cause {
    Cause {
        traceparent: tx.traceparent().map(str::to_owned),
        correlation: heard.envelope.correlation.clone(),
        causation: heard.envelope.id.to_string(),
    }
}
