//! Alarms: each signal judged by the rule alarm-budget, carried out and remembered with its values.

use contracts::{
    Envelope,
    alerts::{
        Evaluation, Outcome,
        alarms::{Alarm, AlarmCause, AlarmMoved, AlarmState},
    },
    analysis::Situation,
};
use domain::{AlarmId, Country, Day, EventId, Handling, Level};
use kit::Tx;

use crate::{
    Alerts,
    domain::{
        alarm::{self, CLEAR_BELOW, Known, Signal, Step, Verdict},
        score::Rise,
    },
    error::Error,
    store::{self, alarm::Cell},
};

/// One signal about a cell that was heard of.
#[derive(Debug)]
pub(super) struct Signalled<'a> {
    /// What brought it.
    pub envelope: &'a Envelope,
    /// The cell as it is known with the signal.
    pub cell: Cell,
    /// The country of the province.
    pub country: Country,
    /// The level before.
    pub was: Level,
    /// The signal.
    pub signal: Signal,
    /// Under which handling it came; `None` where that is not said.
    pub handling: Option<&'a Handling>,
}

impl Signalled<'_> {
    /// Under which handling all of it is told: the join of the signal's and of the level's. A level that was never said names
    /// nothing; one that was said without its handling leaves it unknown.
    fn handled(&self) -> Option<Handling> {
        let signal = self.handling?;
        match &self.cell.handling {
            Some(level) => Some(signal.join(level)),
            None if self.cell.level == Level::Calm => Some(signal.clone()),
            None => None,
        }
    }
}

/// Judges a signal, carries the verdict out, and keeps what was known and why. The same event twice is once.
pub(super) async fn judge(service: &Alerts, tx: &mut Tx, heard: Signalled<'_>) -> Result<(), Error> {
    let handling = heard.handled();
    let Signalled { envelope, cell, country, was, signal, .. } = heard;
    let (province, threat, exercise) = (&cell.province, cell.threat, cell.exercise);
    let id = EventId::derived(&[envelope.id.as_str(), alarm::NAME, province.as_str(), threat.as_str()]);
    if store::evaluation::is_known(tx, &id).await? {
        return Ok(());
    }
    let now = tx.now();
    let known = Known {
        level: Some(cell.level),
        has_forecast: cell.chance.is_some(),
        low_runs: u32::try_from(cell.low_runs).unwrap_or_default(),
        newest: store::alarm::newest(tx, province, threat, exercise).await?,
    };
    let verdict = alarm::judge(&service.alarms, threat, (signal, &known), now);
    let about = carry_out(tx, (&cell, country, handling.as_ref()), (&verdict, known.newest), &id).await?;
    let outcome = match verdict.step {
        Step::Nothing(_) => Outcome::Nothing,
        Step::Raise(_) => Outcome::Raised,
        Step::Renew(_) => Outcome::Updated,
        Step::Clear(_) => Outcome::Cleared,
    };
    let (chance, threshold) = match signal {
        Signal::Forecast { chance, threshold } => (Some(chance), Some(threshold)),
        Signal::Trend { .. } | Signal::Level { .. } => (None, None),
    };
    metrics::counter!("alerts_alarms_judged_total", "outcome" => outcome.as_str()).increment(1);
    let evaluation = Evaluation {
        event: id,
        rule: alarm::NAME.to_owned(),
        province: province.clone(),
        country,
        threat,
        was,
        now: cell.level,
        index: cell.level_index,
        exercise,
        outcome,
        reason: verdict.reason,
        warning: None,
        alarm: about,
        chance,
        threshold,
        at: now,
        handling,
    };
    store::evaluation::insert(tx, &evaluation).await?;
    Ok(())
}

/// Does what the verdict asks for; the alarm it is about.
async fn carry_out(
    tx: &mut Tx,
    (cell, country, handling): (&Cell, Country, Option<&Handling>),
    (verdict, newest): (&Verdict, Option<Alarm>),
    id: &EventId,
) -> Result<Option<AlarmId>, Error> {
    let now = tx.now();
    // what an alarm said before stays in it, and so does how that is handled
    let joined = |open: &Alarm| Some(open.handling.as_ref()?.join(handling?));
    let alarm = match (&verdict.step, newest) {
        (Step::Nothing(about), _) => return Ok(about.clone()),
        (Step::Raise(cause), _) => Alarm {
            handling: handling.cloned(),
            ..raised((cell, country), *cause, (&verdict.reason, now), id)
        },
        (Step::Renew(_), Some(open)) => {
            Alarm { level: cell.level, version: open.version + 1, handling: joined(&open), ..open }
        }
        (Step::Clear(_), Some(open)) => Alarm {
            handling: joined(&open),
            state: AlarmState::Cleared,
            cleared_at: Some(now),
            cleared_because: verdict.reason.clone(),
            version: open.version + 1,
            ..open
        },
        (Step::Renew(_) | Step::Clear(_), None) => return Ok(None),
    };
    tracing::info!(place.province = %alarm.province, threat = %alarm.threat, state = %alarm.state, cause = %alarm.cause,
        reason = verdict.reason, "an alarm moved");
    store::alarm::put(tx, &alarm).await?;
    let id = alarm.id.clone();
    let said = EventId::derived(&["alarm", id.as_str(), &alarm.version.to_string()]);
    tx.say_as(&said, &AlarmMoved { alarm }).await?;
    Ok(Some(id))
}

fn raised(
    (cell, country): (&Cell, Country),
    cause: AlarmCause,
    (reason, now): (&str, domain::Timestamp),
    id: &EventId,
) -> Alarm {
    Alarm {
        id: AlarmId::derived(&[id.as_str()]),
        province: cell.province.clone(),
        country,
        threat: cell.threat,
        exercise: cell.exercise,
        state: AlarmState::Raised,
        cause,
        reason: reason.to_owned(),
        level: cell.level,
        raised_at: now,
        cleared_at: None,
        cleared_because: String::new(),
        outcome: None,
        lead_days: None,
        version: 1,
        handling: None,
    }
}

/// Notes the level that now holds, and the rise if it is one; the cell as it is known then.
pub(super) async fn note_level(
    tx: &mut Tx,
    (cell, situation): (Cell, &Situation),
    (was, at): (Level, domain::Timestamp),
) -> Result<Cell, Error> {
    let level = situation.level;
    if level > was {
        let (province, threat, exercise) = (cell.province.clone(), cell.threat, cell.exercise);
        store::alarm::put_rise(tx, &Rise { province, threat, exercise, at, level }, was).await?;
    }
    let handling = Some(situation.handling.clone());
    let cell = Cell { level, level_index: situation.index, handling, ..cell };
    store::alarm::put_cell(tx, &cell).await?;
    Ok(cell)
}

/// Notes which month is so unusual that somebody must look, the newest of several; the cell as it is known then.
pub(super) async fn note_trend(tx: &mut Tx, cell: Cell, month: Day) -> Result<Cell, Error> {
    let cell = Cell { trend_month: cell.trend_month.max(Some(month)), ..cell };
    store::alarm::put_cell(tx, &cell).await?;
    Ok(cell)
}

/// Notes the newest chance of a cell and whether it is low once more; an older forecast changes nothing.
pub(super) async fn note_chance(
    tx: &mut Tx,
    cell: Cell,
    (chance, threshold, origin): (f64, f64, Day),
) -> Result<Cell, Error> {
    if cell.origin.is_some_and(|newest| newest >= origin) {
        return Ok(cell);
    }
    let low_runs = if chance < CLEAR_BELOW * threshold { cell.low_runs + 1 } else { 0 };
    let cell = Cell { chance: Some(chance), origin: Some(origin), low_runs, ..cell };
    store::alarm::put_cell(tx, &cell).await?;
    Ok(cell)
}
