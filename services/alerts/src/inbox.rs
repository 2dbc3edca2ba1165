//! What alerts hears: levels, computed or set, unusual months and forecasts, each judged by the rules and remembered with the reason.

mod alarms;

use contracts::{
    Envelope,
    alerts::{
        Evaluation, WarningMoved,
        alarms::{AlarmCause, AlarmState},
    },
    analysis::{
        SituationChanged,
        anomalies::{AnomalyMoved, AnomalyState},
        forecasts::{ForecastsIssued, Scope},
        overrides::OverrideMoved,
    },
};
use domain::{EventId, Handling, Level, ProvinceCode, Timestamp, Trend, WarningId, warning::Status};
use kit::{Heard, Tx};

use self::alarms::Signalled;
use crate::{
    Alerts,
    domain::{
        alarm::{Signal, is_of_trend},
        draft,
        record::Record,
        rule::{self, Step, Verdict},
    },
    error::Error,
    store,
};

/// The length of the forecasts that alarms go by, in months.
const MONTHS: u32 = 3;

/// A level changed: drafts a warning where the rule asks for one. Bears the same event twice.
pub async fn situation_changed(
    service: &Alerts,
    tx: &mut Tx,
    heard: &Heard<SituationChanged>,
) -> Result<(), Error> {
    level_changed(service, tx, (&heard.envelope, &heard.event)).await
}

/// A level was set beside the computed one, or is over: the level that holds is judged as any change of it.
pub async fn override_moved(
    service: &Alerts,
    tx: &mut Tx,
    heard: &Heard<OverrideMoved>,
) -> Result<(), Error> {
    let OverrideMoved { set, was, situation, names } = &heard.event;
    let holds = situation.in_force();
    let at = set.ended_at.unwrap_or(set.at);
    let mut situation = situation.clone();
    situation.level = holds;
    let change = SituationChanged {
        was: *was,
        situation,
        exercise: set.exercise,
        at,
        names: names.clone(),
        first: false,
    };
    level_changed(service, tx, (&heard.envelope, &change)).await
}

async fn level_changed(
    service: &Alerts,
    tx: &mut Tx,
    (envelope, change): (&Envelope, &SituationChanged),
) -> Result<(), Error> {
    store::alarm::take_turn(tx).await?;
    let event = &envelope.id;
    if store::evaluation::is_known(tx, event).await? {
        return Ok(());
    }
    let situation = &change.situation;
    let exercise = rule::status(change) == Status::Exercise;
    let live = store::warning::live(tx, &situation.province, situation.threat, rule::status(change)).await?;
    let verdict = rule::judge(&service.rule, change, &live);
    let warning = carry_out(service, tx, (envelope, change), (&verdict, live)).await?;
    let (province, threat) = (&situation.province, situation.threat);
    let cell = store::alarm::cell(tx, province, threat, exercise).await?;
    // the level before is named as well
    let before = cell.handling.as_ref();
    let handling = before.map_or_else(|| situation.handling.clone(), |was| was.join(&situation.handling));
    let about = (warning, Some(handling.clone()), tx.now());
    store::evaluation::insert(tx, &evaluated(event, (change, verdict), about)).await?;
    let cell = alarms::note_level(tx, (cell, situation), (change.was, change.at)).await?;
    let signal = Signal::Level { was: change.was, now: situation.level };
    let (country, was, handling) = (situation.country, change.was, Some(&handling));
    let signalled = Signalled { envelope, cell, country, was, signal, handling };
    alarms::judge(service, tx, signalled).await
}

/// What is remembered of a change of level that was judged.
fn evaluated(
    event: &EventId,
    (change, verdict): (&SituationChanged, Verdict),
    (warning, handling, at): (Option<WarningId>, Option<Handling>, Timestamp),
) -> Evaluation {
    let (situation, outcome) = (&change.situation, verdict.step.outcome());
    let (province, threat) = (&situation.province, situation.threat);
    tracing::info!(place.province = %province, %threat, %outcome, reason = verdict.reason, "a change of level was evaluated");
    metrics::counter!("alerts_evaluations_total", "outcome" => outcome.as_str()).increment(1);
    Evaluation {
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
        alarm: None,
        chance: None,
        threshold: None,
        at,
        handling,
    }
}

/// A month is unusual, or no longer: somebody must look where it alerts. One that became so by what came in late is no trend of today;
/// that it no longer alerts is heard of a month however old, where it raised the alarm that is open.
pub async fn anomaly_moved(service: &Alerts, tx: &mut Tx, heard: &Heard<AnomalyMoved>) -> Result<(), Error> {
    let anomaly = &heard.anomaly;
    let alert = anomaly.trend == Trend::Alert && anomaly.state == AnomalyState::Open;
    let is_of_today = is_of_trend(anomaly.month, heard.envelope.time.day());
    store::alarm::take_turn(tx).await?;
    let (province, threat, exercise) = (&anomaly.province, anomaly.threat, anomaly.exercise);
    let cell = store::alarm::cell(tx, province, threat, exercise).await?;
    let newest = store::alarm::newest(tx, province, threat, exercise).await?;
    let open = newest.filter(|alarm| alarm.state == AlarmState::Raised && alarm.cause == AlarmCause::Trend);
    let raised_by = open.and(cell.trend_month);
    let is_heard = match (alert, is_of_today) {
        (true, of_today) => of_today,
        (false, true) => raised_by.is_none_or(|month| month == anomaly.month),
        (false, false) => raised_by == Some(anomaly.month),
    };
    if !is_heard {
        return Ok(());
    }
    let cell = if alert { alarms::note_trend(tx, cell, anomaly.month).await? } else { cell };
    let (was, signal) = (cell.level, Signal::Trend { alert, score: anomaly.method.score });
    let (envelope, country, handling) = (&heard.envelope, anomaly.country, anomaly.handling.as_ref());
    let signalled = Signalled { envelope, cell, country, was, signal, handling };
    alarms::judge(service, tx, signalled).await
}

/// Forecasts were issued: those of three months for provinces are held against the budget.
pub async fn forecasts_issued(
    service: &Alerts,
    tx: &mut Tx,
    heard: &Heard<ForecastsIssued>,
) -> Result<(), Error> {
    if heard.scope != Scope::Province || heard.months != MONTHS {
        return Ok(());
    }
    store::alarm::take_turn(tx).await?;
    let (threat, origin) = (heard.threat, heard.origin);
    let threshold = store::alarm::threshold_in(tx, origin, service.alarms.per_month).await?.chance;
    let all = heard.forecasts.iter().filter(|forecast| !forecast.rehearsal);
    let chances: Vec<(ProvinceCode, f64)> =
        all.clone().filter_map(|f| Some((f.province.clone()?, f.expected.escalation))).collect();
    store::alarm::put_chances(tx, (threat, origin), &chances).await?;
    for forecast in all {
        let Some(province) = &forecast.province else { continue };
        let chance = forecast.expected.escalation;
        let cell = store::alarm::cell(tx, province, threat, false).await?;
        let cell = alarms::note_chance(tx, cell, (chance, threshold, origin)).await?;
        let was: Level = cell.level;
        let signal = Signal::Forecast { chance, threshold };
        let (envelope, country, handling) = (&heard.envelope, forecast.country, forecast.handling.as_ref());
        let signalled = Signalled { envelope, cell, country, was, signal, handling };
        alarms::judge(service, tx, signalled).await?;
    }
    Ok(())
}

/// Does what the verdict asks for; the warning it is about.
async fn carry_out(
    service: &Alerts,
    tx: &mut Tx,
    (envelope, change): (&Envelope, &SituationChanged),
    (verdict, live): (&Verdict, Vec<Record>),
) -> Result<Option<WarningId>, Error> {
    let (rule, now) = (&service.rule, tx.now());
    let of = |id: &WarningId| live.iter().find(|record| record.warning.id == *id).cloned();
    let (before, mut record) = match &verdict.step {
        Step::Nothing(id) => return Ok(id.clone()),
        Step::Draft => (None, draft::new(draft::id_of(change, &envelope.id), change, rule, now)),
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
