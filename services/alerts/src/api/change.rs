//! Questions that change a warning. Each continues the trace of what gave rise to the warning.

use contracts::{
    Role,
    alerts::{DraftWarning, MoveWarning, UpdateWarning, Warning, WarningAction, WarningIssued, WarningMoved},
};
use domain::WarningId;
use kit::{Asked, Tx, telemetry};
use tracing::Instrument;

use super::{APPROVERS, WRITERS, allow};
use crate::{
    Alerts,
    domain::{
        message::Message,
        moves::{self, Approved},
        record::{Record, Who},
    },
    error::Error,
    store,
};

/// Drafts a warning; asked for twice under one key, it is drafted once.
pub async fn draft_warning(service: &Alerts, asked: &Asked<DraftWarning>) -> Result<Warning, Error> {
    allow(asked, WRITERS)?;
    let mut tx = service.db.begin().await?;
    let now = tx.now();
    let id = match asked.seed() {
        Some(seed) => WarningId::derived(&seed),
        None => WarningId::generate(now),
    };
    if let Some(before) = store::warning::find(&mut tx, &id).await? {
        return Ok(before.warning);
    }
    let mut record = moves::draft(id.clone(), asked.query.form.clone(), &who(asked), now)?;
    record.traceparent = tx.traceparent().map(str::to_owned);
    if !store::warning::insert(&mut tx, &record).await? {
        return Err(Error::Raced(id));
    }
    tx.say(&WarningMoved { warning: record.warning.clone() }).await?;
    tx.commit().await?;
    Ok(record.warning)
}

/// Writes a draft anew, or begins the next version of an issued warning.
pub async fn update_warning(service: &Alerts, asked: &Asked<UpdateWarning>) -> Result<Warning, Error> {
    allow(asked, WRITERS)?;
    let UpdateWarning { id, form, revision } = &asked.query;
    let mut tx = service.db.begin().await?;
    let before = find(&mut tx, id).await?;
    if is_repeated(asked, &before) {
        return Ok(before.warning);
    }
    before.must_be(*revision)?;
    let (was, span) = (before.warning.revision, continued("update", &before));
    async {
        let after = moves::rewrite(before, form.clone(), &who(asked), tx.now())?;
        finish(tx, asked, after, (was, None)).await
    }
    .instrument(span)
    .await
}

/// Moves a warning on: submits, approves, returns or cancels it.
pub async fn move_warning(service: &Alerts, asked: &Asked<MoveWarning>) -> Result<Warning, Error> {
    let MoveWarning { id, action, revision, .. } = &asked.query;
    allow(
        asked,
        if matches!(action, WarningAction::Approve | WarningAction::Cancel) { APPROVERS } else { WRITERS },
    )?;
    let mut tx = service.db.begin().await?;
    let before = find(&mut tx, id).await?;
    if is_repeated(asked, &before) {
        return Ok(before.warning);
    }
    before.must_be(*revision)?;
    let (was, span) = (before.warning.revision, continued(action.as_str(), &before));
    async {
        let (after, message) = act(service, &mut tx, asked, before).await?;
        finish(tx, asked, after, (was, message)).await
    }
    .instrument(span)
    .await
}

/// Does what is asked; the warning afterwards, and the message that goes out if one does.
async fn act(
    service: &Alerts,
    tx: &mut Tx,
    asked: &Asked<MoveWarning>,
    before: Record,
) -> Result<(Record, Option<Message>), Error> {
    let (who, note) = (who(asked), asked.query.note.as_str());
    let at = (tx.now(), service.sender.as_str());
    match asked.query.action {
        WarningAction::Submit => Ok((moves::submit(before, &who, note)?, None)),
        WarningAction::Return => Ok((moves::send_back(before, note)?, None)),
        WarningAction::Approve => match moves::approve(before, &who, note, at)? {
            Approved::First(record) => Ok((*record, None)),
            Approved::Issued(record, message) => Ok((*record, Some(*message))),
        },
        WarningAction::Cancel => {
            let issued = match &before.in_force {
                Some(message) => {
                    let (id, version) = (&before.warning.id, message.version);
                    let found = store::message::find(tx, id, version).await?;
                    found.ok_or_else(|| Error::Lost { id: id.clone(), version })?
                }
                None => before.warning.clone(),
            };
            let (record, message) = moves::cancel(before, issued, (&who, note), at)?;
            Ok((record, Some(message)))
        }
    }
}

/// Writes the warning down, says what happened to it, and commits.
async fn finish<Q>(
    mut tx: Tx,
    asked: &Asked<Q>,
    mut after: Record,
    (was, message): (u32, Option<Message>),
) -> Result<Warning, Error> {
    tx.continue_trace(telemetry::traceparent().or_else(|| after.traceparent.clone()));
    after.last_key = key(asked);
    if !store::warning::save(&mut tx, &after, was).await? {
        return Err(Error::Raced(after.warning.id));
    }
    match message {
        Some(message) => {
            store::message::insert(&mut tx, &message).await?;
            tx.say(&WarningIssued { warning: message.warning }).await?;
        }
        None => {
            tx.say(&WarningMoved { warning: after.warning.clone() }).await?;
        }
    }
    tx.commit().await?;
    let warning = after.warning;
    let (id, state) = (&warning.id, warning.state);
    tracing::info!(warning.id = %id, warning.version, %state, by = asked.principal.subject, "a warning moved");
    metrics::counter!("alerts_warnings_moved_total", "state" => state.as_str()).increment(1);
    Ok(warning)
}

async fn find(tx: &mut Tx, id: &WarningId) -> Result<Record, Error> {
    store::warning::find(tx, id).await?.ok_or_else(|| Error::Absent(id.clone()))
}

fn continued(verb: &str, record: &Record) -> tracing::Span {
    let span = tracing::info_span!("alerts.warning.change", otel.name = format!("alerts.warning.{verb}"),
        warning.id = %record.warning.id);
    telemetry::continue_from(&span, record.traceparent.as_deref());
    span
}

fn who<Q>(asked: &Asked<Q>) -> Who {
    let principal = &asked.principal;
    Who {
        subject: principal.subject.clone(),
        name: principal.name.clone(),
        head: principal.has_any(&[Role::Head]),
    }
}

/// Asker and key of this change; `None` without a key.
fn key<Q>(asked: &Asked<Q>) -> Option<String> {
    asked.seed().map(|seed| seed.join("\u{1f}"))
}

/// Whether this very change was made already.
fn is_repeated<Q>(asked: &Asked<Q>, record: &Record) -> bool {
    key(asked).is_some_and(|key| record.last_key.as_ref() == Some(&key))
}
