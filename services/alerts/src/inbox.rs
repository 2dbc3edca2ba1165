//! What alerts hears: changes of level, each judged by the rule and remembered with the reason.

use contracts::{
    alerts::{Evaluation, WarningMoved},
    analysis::SituationChanged,
};
use domain::{WarningId, warning::Status};
use kit::{Heard, Tx};

use crate::{
    Alerts,
    domain::{
        draft,
        record::Record,
        rule::{self, Step, Verdict},
    },
    error::Error,
    store,
};

/// A level changed: drafts a warning where the rule asks for one. Bears the same event twice.
pub async fn situation_changed(
    service: &Alerts,
    tx: &mut Tx,
    heard: &Heard<SituationChanged>,
) -> Result<(), Error> {
    let event = &heard.envelope.id;
    if store::evaluation::is_known(tx, event).await? {
        return Ok(());
    }
    let (change, situation) = (&heard.event, &heard.event.situation);
    let live = store::warning::live(tx, &situation.province, situation.threat, rule::status(change)).await?;
    let verdict = rule::judge(&service.rule, change, &live);
    let warning = carry_out(service, tx, heard, (&verdict, live)).await?;
    let outcome = verdict.step.outcome();
    let (province, threat) = (&situation.province, situation.threat);
    tracing::info!(place.province = %province, %threat, %outcome, reason = verdict.reason, "a change of level was evaluated");
    metrics::counter!("alerts_evaluations_total", "outcome" => outcome.as_str()).increment(1);
    let evaluation = Evaluation {
        event: event.clone(),
        rule: rule::NAME.to_owned(),
        province: province.clone(),
        country: situation.country,
        threat,
        was: change.was,
        now: situation.level,
        index: situation.index,
        exercise: rule::status(change) == Status::Exercise,
        outcome,
        reason: verdict.reason,
        warning,
        at: tx.now(),
    };
    store::evaluation::insert(tx, &evaluation).await?;
    Ok(())
}

/// Does what the verdict asks for; the warning it is about.
async fn carry_out(
    service: &Alerts,
    tx: &mut Tx,
    heard: &Heard<SituationChanged>,
    (verdict, live): (&Verdict, Vec<Record>),
) -> Result<Option<WarningId>, Error> {
    let (change, rule, now) = (&heard.event, &service.rule, tx.now());
    let of = |id: &WarningId| live.iter().find(|record| record.warning.id == *id).cloned();
    let (before, mut record) = match &verdict.step {
        Step::Nothing(id) => return Ok(id.clone()),
        Step::Draft => (None, draft::new(draft::id_of(change, &heard.envelope.id), change, rule, now)),
        Step::Refresh(id) => {
            let before = of(id).ok_or_else(|| Error::Absent(id.clone()))?;
            (Some(before.warning.revision), draft::refresh(before, change, rule, now))
        }
        Step::Update(id) => {
            let before = of(id).ok_or_else(|| Error::Absent(id.clone()))?;
            (Some(before.warning.revision), draft::update(before, change, rule, now))
        }
    };
    let written = match before {
        None => {
            record.traceparent = tx.traceparent().map(str::to_owned);
            store::warning::insert(tx, &record).await?
        }
        Some(revision) => store::warning::save(tx, &record, revision).await?,
    };
    if !written {
        return Err(Error::Raced(record.warning.id));
    }
    let id = record.warning.id.clone();
    tx.say(&WarningMoved { warning: record.warning }).await?;
    Ok(Some(id))
}
