//! What intake hears.

use contracts::{
    Failure,
    gateway::{
        ImportReceived, ReportForm, ReportReceived,
        attachments::{Attachment, AttachmentReceived, AttachmentRemoved},
        reporters::ReporterErased,
    },
    intake::{ReportMoved, ReportState, ReportStep},
};
use domain::{Place, ReportId, Timestamp};
use kit::{Heard, Tx};

use crate::{
    Intake,
    domain::{questionnaire, report, weekly as owed},
    error::Error,
    sources as formats,
    store::{
        Cause, questionnaires, reporters, reports, run_states, runs, source_states,
        sources::{self, SourceRow},
        weekly,
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
    let before = runs::get_in(tx, &arrived.import).await?;
    runs::receive(tx, &arrived, (&citation, handling, &cause)).await?;
    if let Some(before) = before
        && let Some(now) = runs::get_in(tx, &arrived.import).await?.filter(|now| now.state != before.state)
    {
        run_states::take_up(tx, &before).await?;
        run_states::keep(tx, &now).await?;
    }
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
    let mut received = report::receive(&arrived.form, heard.received_at);
    received.problems.extend(answer_problems(tx, &arrived.form, (&received.place, heard.received_at)).await?);
    let step = |state, by: &str, note| ReportStep {
        state,
        by: by.to_owned(),
        at: heard.received_at,
        note,
        was: None,
        borne_out_by: None,
    };
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
    let reliability = reporters::in_force(tx, &heard.source).await?;
    let filed = reports::Filed { received: &received, state, history, reliability, cause: &cause };
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

/// Keeps that a source has sent something, and says so where that is news.
async fn say_source(service: &Intake, tx: &mut Tx, via: Option<&(SourceRow, bool)>) -> Result<(), Error> {
    let Some((row, is_news)) = via else { return Ok(()) };
    let source = service.shown_in(tx, row).await?;
    if *is_news {
        source_states::say(tx, &source).await?;
    } else {
        source_states::keep(tx, &source).await?;
    }
    Ok(())
}

/// What is wrong with the answers of a report that gives any. The door has checked them where it could reach us; where it could
/// not, they wait for a person with every reason.
async fn answer_problems(
    tx: &mut Tx,
    form: &ReportForm,
    (place, received_at): (&Place, Timestamp),
) -> Result<Vec<String>, Error> {
    let Some(situation) = &form.situation else { return Ok(Vec::new()) };
    let Some(province) = &place.province else { return Ok(Vec::new()) };
    let asked = questionnaires::get_in(tx, &situation.questionnaire).await?.map(|row| row.questionnaire());
    let problems = questionnaire::check_answers(situation, (asked.as_ref(), province), received_at.day());
    Ok(problems.iter().map(|problem| format!("{} {}", problem.pointer, problem.text())).collect())
}

/// A file came with a report.
pub async fn attachment_received(
    _: &Intake,
    tx: &mut Tx,
    heard: &Heard<AttachmentReceived>,
) -> Result<(), Error> {
    change_attachments(tx, &heard.report, |all| {
        let known = all.iter().any(|attachment| attachment.id == heard.attachment.id);
        if !known {
            all.push(heard.attachment.clone());
        }
        !known
    })
    .await
}

/// A file of a report was removed for good.
pub async fn attachment_removed(
    _: &Intake,
    tx: &mut Tx,
    heard: &Heard<AttachmentRemoved>,
) -> Result<(), Error> {
    change_attachments(tx, &heard.report, |all| {
        let there = all.iter_mut().find(|one| one.id == heard.attachment && one.removed_at.is_none());
        there.map(|one| one.removed_at = Some(heard.at)).is_some()
    })
    .await
}

/// Who a reporter is was erased: what it owed ended with the weeks that were due by then, or for which it had reported. The account goes
/// on under another pseudonym, so that nothing comes under this one any more, and every later week of it would be missing.
pub async fn reporter_erased(
    service: &Intake,
    tx: &mut Tx,
    heard: &Heard<ReporterErased>,
) -> Result<(), Error> {
    let (today, at) = (heard.at.day(), heard.at);
    let past = owed::last_past(today, service.weekly.due_days).week().1;
    // one that ended since may owe a week whose day is not past
    for mut row in weekly::all_going_on(tx, &heard.reporter, past).await? {
        let mut last = past;
        for week in owed::weeks_over(past, today) {
            let came = weekly::came_in(tx, week).await?;
            if weekly::first_of(&came, &row.assignment(), Some(at)).is_some() {
                last = week.week().1;
            }
        }
        if row.until_day.is_some_and(|until| until <= last) {
            continue;
        }
        let from = row.version;
        (row.until_day, row.version, row.moved_by) = (Some(last), from + 1, None);
        if !weekly::store(tx, &row, from).await? {
            let why = "an assignment is being changed by another; it is tried again";
            return Err(Failure::unavailable(why).into());
        }
    }
    Ok(())
}

async fn change_attachments(
    tx: &mut Tx,
    id: &ReportId,
    change: impl FnOnce(&mut Vec<Attachment>) -> bool,
) -> Result<(), Error> {
    let mut row = reports::get_in(tx, id).await?.ok_or_else(|| Error::NoReport(id.clone()))?;
    if !change(&mut row.attachments.0) {
        return Ok(());
    }
    let from = row.version;
    row.version += 1;
    if !reports::store_move(tx, &row, from).await? {
        return Err(Failure::unavailable("the report is being changed by another; it is tried again").into());
    }
    tx.say(&ReportMoved { report: row.report() }).await?;
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
