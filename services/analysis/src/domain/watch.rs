//! The watch: which of a cell's newest months are unusual, and what becomes of an anomaly that is known already.

use std::collections::BTreeMap;

use contracts::{
    Failure,
    analysis::anomalies::{Anomaly, AnomalyState, AnomalyStep, AnomalyVerdict, Method},
};
use domain::{AnomalyId, Day, ObservationId, Timestamp, Trend};

use super::{
    Cell, Month,
    anomaly::{self, HALF_LIFE_MONTHS, LATE_MONTHS, METHOD, NEWEST, Scored, WARM_MONTHS},
};

/// Who acts when the figures do.
pub const ITSELF: &str = "analysis";

/// One month as it is judged now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// Which month.
    pub month: Month,
    /// How many there were.
    pub observed: f64,
    /// How many months before it are counted.
    pub before: usize,
    /// How unusual it is.
    pub scored: Scored,
}

/// The oldest of the newest months, which are watched as they run.
pub fn newest_from(on: Day) -> Month {
    Month::of(on).plus(1 - NEWEST as i32)
}

/// The oldest month that opens an anomaly when it is counted anew.
pub fn late_from(on: Day) -> Month {
    Month::of(on).plus(-LATE_MONTHS)
}

/// From which month on one that is counted anew opens an anomaly: it was watched when it ran, for the cell was known by then, and it
/// is not too long past. What a first file tells of the years before is no news of them.
pub fn opens_from(first_seen: Day, on: Day) -> Month {
    newest_from(first_seen).max(late_from(on)).min(newest_from(on))
}

/// The newest months of a series, judged; none with fewer than 26 weeks before the last.
pub fn newest(series: &[(Month, f64)], on: Day) -> Vec<Judged> {
    since(series, newest_from(on))
}

/// The months of a series from one on, judged; none with fewer than 26 weeks before the last.
pub fn since(series: &[(Month, f64)], oldest: Month) -> Vec<Judged> {
    if series.len() <= WARM_MONTHS {
        return Vec::new();
    }
    let counts: Vec<f64> = series.iter().map(|(_, count)| *count).collect();
    let first = series.partition_point(|(month, _)| *month < oldest);
    let judged = anomaly::scores(&counts, WARM_MONTHS, first).into_iter().zip(series).enumerate().skip(first);
    let one = |(before, (mut scored, (month, observed))): (usize, (Scored, &(Month, f64)))| {
        // what is remembered is the month before: behind a gap there is none
        if before.checked_sub(1).is_some_and(|at| series[at].0.plus(1) != *month) {
            scored.score = scored.remembering(*observed, 0.0);
        }
        Judged { month: *month, observed: *observed, before, scored }
    };
    judged.map(one).collect()
}

/// Whether a month of a series is judged at all: there is something to judge, and enough before it.
pub fn is_judged(series: &[(Month, f64)], month: Month) -> bool {
    series.iter().skip(WARM_MONTHS).any(|(of, _)| *of == month)
}

/// Whether the month that runs or the one before it is unusual, so that an alert does not vanish on the first of a month;
/// `None` where too little came before, or nothing is known of either.
pub fn trend(series: &[(Month, f64)], on: Day) -> Option<Trend> {
    newest(series, on).iter().map(|judged| judged.scored.score).reduce(f64::max).map(anomaly::named)
}

/// The same by those months alone that no person explained or dismissed: what is accounted for calls for nobody's attention.
pub fn trend_left<V>(series: &[(Month, f64)], on: Day, judged: &BTreeMap<Month, V>) -> Option<Trend> {
    let newest = newest(series, on);
    let left = newest.iter().filter(|one| !judged.contains_key(&one.month));
    left.map(|one| one.scored.score).reduce(f64::max).map(anomaly::named)
}

/// Which anomaly a month of a cell would be.
pub fn id_of(cell: &Cell, month: Month) -> AnomalyId {
    let world = if cell.exercise { "exercise" } else { "real" };
    AnomalyId::derived(&[cell.province.as_str(), cell.threat.as_str(), world, &month.to_string()])
}

/// What becomes of a month's anomaly by the figures alone; `None` when nothing changes.
///
/// A new one opens from a watch on. What is open follows its figures and is withdrawn when they are no longer unusual; what
/// was withdrawn follows them as well, and opens again when they are. What a person has judged keeps the figures it was judged by.
pub fn follow(
    known: Option<Anomaly>,
    cell: &Cell,
    judged: &Judged,
    (observations, at): (Vec<ObservationId>, Timestamp),
) -> Option<Anomaly> {
    let trend = anomaly::named(judged.scored.score);
    let unusual = trend != Trend::Normal;
    let Some(known) = known else {
        return unusual.then(|| opened(cell, judged, (trend, observations, at))).flatten();
    };
    match (known.state, unusual) {
        (AnomalyState::Open, true) => {
            let now = Anomaly {
                trend,
                observed: judged.observed,
                method: method(judged),
                observations,
                ..known.clone()
            };
            (now != known).then(|| Anomaly { version: known.version + 1, ..now })
        }
        (AnomalyState::Open, false) => {
            let note = format!("revised to {} in the month: no longer unusual", judged.observed);
            let now = Anomaly { observed: judged.observed, method: method(judged), observations, ..known };
            Some(moved(now, step(AnomalyState::Withdrawn, ITSELF, (at, note))))
        }
        (AnomalyState::Withdrawn, true) => {
            let note = format!("revised to {} in the month: unusual again", judged.observed);
            let now =
                Anomaly { trend, observed: judged.observed, method: method(judged), observations, ..known };
            Some(moved(now, step(AnomalyState::Open, ITSELF, (at, note))))
        }
        (AnomalyState::Withdrawn, false) => {
            let now =
                Anomaly { observed: judged.observed, method: method(judged), observations, ..known.clone() };
            (now != known).then(|| Anomaly { version: known.version + 1, ..now })
        }
        (AnomalyState::Confirmed | AnomalyState::Explained | AnomalyState::Dismissed, _) => None,
    }
}

fn opened(
    cell: &Cell,
    judged: &Judged,
    (trend, observations, at): (Trend, Vec<ObservationId>, Timestamp),
) -> Option<Anomaly> {
    Some(Anomaly {
        id: id_of(cell, judged.month),
        province: cell.province.clone(),
        country: cell.country,
        threat: cell.threat,
        exercise: cell.exercise,
        month: judged.month.first_day()?,
        trend,
        counted: if cell.threat.is_violence() { "deaths" } else { "incidents" }.to_owned(),
        observed: judged.observed,
        method: method(judged),
        observations,
        state: AnomalyState::Open,
        history: vec![step(AnomalyState::Open, ITSELF, (at, String::new()))],
        opened_at: at,
        version: 1,
        handling: None,
    })
}

fn method(judged: &Judged) -> Method {
    let Scored { mean, variance, chance, surprise, score } = judged.scored;
    Method {
        name: METHOD.to_owned(),
        window_months: judged.before as u32,
        half_life_months: HALF_LIFE_MONTHS,
        mean,
        variance,
        chance,
        surprise,
        score,
    }
}

fn step(state: AnomalyState, by: &str, (at, note): (Timestamp, String)) -> AnomalyStep {
    AnomalyStep { state, by: by.to_owned(), at, note }
}

fn moved(mut anomaly: Anomaly, step: AnomalyStep) -> Anomaly {
    anomaly.state = step.state;
    anomaly.version += 1;
    anomaly.history.push(step);
    anomaly
}

/// What a person makes of an anomaly: an open one is judged, a judged one corrected by another verdict, and both stand in the
/// history with their reasons. Saying the same again changes nothing.
///
/// # Errors
/// When the reason is missing, when it was withdrawn, or when the verdict is the one that stands: that is no correction.
pub fn judge(
    anomaly: Anomaly,
    verdict: AnomalyVerdict,
    (by, note, at): (&str, &str, Timestamp),
) -> Result<Anomaly, Failure> {
    let to = verdict.state();
    if note.trim().is_empty() {
        let why = format!("the note is missing: say why it is {to}");
        return Err(Failure::invalid(&why).at("/note", why));
    }
    if anomaly.state == AnomalyState::Withdrawn {
        return Err(Failure::invalid(
            "its figures were revised and are no longer unusual; there is nothing to judge",
        ));
    }
    let last = anomaly.history.last();
    if last.is_some_and(|last| last.state == to && last.by == by && last.note == note) {
        return Ok(anomaly);
    }
    if anomaly.state == to {
        return Err(Failure::conflict(format!(
            "it is {to} already: a verdict is corrected by another one, with the reason"
        )));
    }
    Ok(moved(anomaly, step(to, by, (at, note.to_owned()))))
}

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
