//! What warnings of an escalation are worth: how many come true, how many escalations they announce (ANALYSIS 5).

use crate::score;

/// An escalation begins where none stood at so many origins before.
const QUIET: usize = 2;
/// A warning so many origins before it begins still is of it.
const AHEAD: usize = 2;

/// Warnings given from one chance on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Alarms {
    /// Warnings an origin, over all units.
    pub a_month: f64,
    /// Of them, those that did not come true.
    pub false_a_month: f64,
    /// The share that came true, in 0..=1; `None` without warnings.
    pub precision: Option<f64>,
    /// The share of the escalations that was warned of, in 0..=1; `None` without escalations.
    pub recall: Option<f64>,
    /// Escalations that began.
    pub onsets: usize,
    /// Of them, those warned of when they began or at the two origins before.
    pub announced: usize,
    /// Of these, those warned of a month or more before.
    pub ahead: usize,
}

/// How well what was told, by origin, by unit, tells apart those that came: area under the curve and average precision.
pub fn told_apart(told: &[Vec<(f64, bool)>]) -> (Option<f64>, Option<f64>) {
    let all = told.concat();
    (score::area_under_curve(&all), score::average_precision(&all))
}

/// Mean log score of the chances told, in nats; `None` without any.
pub fn log_score(told: &[Vec<(f64, bool)>]) -> Option<f64> {
    let all = told.concat();
    let sum: f64 = all.iter().map(|(chance, came)| score::log_score(*chance, *came)).sum();
    (!all.is_empty()).then(|| sum / all.len() as f64)
}

/// Of the `most` likeliest of each origin: the share that came, and the share of all that came. Where several are as likely as
/// the last that is named, chance alone chooses among them.
pub fn of_the_top(told: &[Vec<(f64, bool)>], most: usize) -> (f64, f64) {
    let (mut named, mut hits, mut all) = (0.0, 0.0, 0.0);
    for origin in told {
        let mut sorted = origin.clone();
        sorted.sort_by(|one, other| other.0.total_cmp(&one.0));
        let mut left = most as f64;
        for alike in sorted.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
            let came = alike.iter().filter(|(_, came)| *came).count() as f64;
            let taken = left.min(alike.len() as f64);
            hits += came * taken / alike.len() as f64;
            named += taken;
            all += came;
            left -= taken;
        }
    }
    (hits / f64::max(named, 1.0), hits / f64::max(all, 1.0))
}

/// What warnings from this chance on were worth; by origin, by unit: the chance and whether it came.
pub fn from_chance(told: &[Vec<(f64, bool)>], least: f64) -> Alarms {
    let all = || told.iter().flatten();
    let warned = all().filter(|(chance, _)| *chance >= least).count() as f64;
    let came = all().filter(|(_, came)| *came).count() as f64;
    let hits = all().filter(|(chance, came)| *came && *chance >= least).count() as f64;
    let months = told.len().max(1) as f64;
    let mut alarms = Alarms {
        a_month: warned / months,
        false_a_month: (warned - hits) / months,
        precision: (warned > 0.0).then(|| hits / warned),
        recall: (came > 0.0).then(|| hits / came),
        ..Alarms::default()
    };
    let units = told.iter().map(Vec::len).min().unwrap_or(0);
    for unit in 0..units {
        let of_unit: Vec<(f64, bool)> = told.iter().map(|origin| origin[unit]).collect();
        for (at, _) in of_unit.iter().enumerate().filter(|(at, _)| begins(&of_unit, *at)) {
            let from = at.saturating_sub(AHEAD);
            let early = of_unit[from..at].iter().any(|(chance, _)| *chance >= least);
            alarms.onsets += 1;
            alarms.ahead += usize::from(early);
            alarms.announced += usize::from(early || of_unit[at].0 >= least);
        }
    }
    alarms
}

fn begins(of_unit: &[(f64, bool)], at: usize) -> bool {
    let before = &of_unit[at.saturating_sub(QUIET)..at];
    of_unit[at].1 && !before.iter().any(|(_, came)| *came)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_unit(told: &[(f64, bool)]) -> Vec<Vec<(f64, bool)>> {
        told.iter().map(|of| vec![*of]).collect()
    }

    #[test]
    fn the_likeliest_of_every_month_are_those_that_are_named() {
        let told =
            [vec![(0.9, true), (0.2, false), (0.1, true)], vec![(0.3, false), (0.4, true), (0.1, false)]];
        assert_eq!(of_the_top(&told, 1), (1.0, 2.0 / 3.0));
        assert_eq!(of_the_top(&[], 5), (0.0, 0.0));
        let alike = [vec![(0.5, true), (0.5, false), (0.5, false), (0.5, true)]];
        assert_eq!(of_the_top(&alike, 1), (0.5, 0.25), "the order of the panel says nothing");
        assert!(told_apart(&told).0.is_some_and(|area| area > 0.5));
        let log = log_score(&[vec![(0.5, true)], vec![(0.5, false)]]).unwrap();
        assert!((log - 2.0_f64.ln()).abs() < 1e-12);
        assert_eq!(log_score(&[]), None);
    }

    #[test]
    fn warnings_that_come_true_and_escalations_that_are_warned_of_are_counted() {
        let told = one_unit(&[(0.5, false), (0.1, true), (0.9, true), (0.8, false)]);
        let alarms = from_chance(&told, 0.5);
        assert_eq!((alarms.precision, alarms.recall), (Some(1.0 / 3.0), Some(0.5)));
        assert!((alarms.a_month - 0.75).abs() < 1e-12 && (alarms.false_a_month - 0.5).abs() < 1e-12);
        assert_eq!((alarms.onsets, alarms.announced, alarms.ahead), (1, 1, 1));
        assert_eq!(from_chance(&[], 0.5), Alarms::default());
    }

    #[test]
    fn an_escalation_begins_once_until_it_was_quiet_for_two_origins() {
        let came = [true, true, false, true, false, false, true];
        let told = one_unit(&came.map(|came| (0.0, came)));
        assert_eq!(from_chance(&told, 0.5).onsets, 2);
        assert_eq!(from_chance(&told, 0.5).announced, 0);
    }
}
