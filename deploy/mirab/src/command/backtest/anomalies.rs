//! How many lasting rises each detector of unusual months saw in time (ANALYSIS 6).

use std::{fmt::Write, ops::Range};

use analysis::domain::anomaly;
use forecast::{
    Fit, Panel, Settings, Window, change, chart,
    detect::{self, Sensitivity, Watched},
    run_length,
};

use super::tables::shown;

/// False alarms a month that detectors are held to.
const RATES: [f64; 2] = [1.0, 2.0];
/// Months before the first that is scored: as the reference does.
const WARM_MONTHS: usize = 24;
/// The period before the scored one, by which thresholds would have been chosen, is so many months long.
const BEFORE: usize = 96;
/// Rises are looked for from so many months before that period on.
const RUN_UP: usize = 60;
/// Of a rise in the last months there is too little to tell it from a single month: a segment has at least so many.
const UNTOLD: usize = 4;

/// What is less likely is not told apart.
const LEAST_CHANCE: f64 = 1e-6;

/// Scores every month of a series by how unusual it is.
type Detector = fn(&[f64]) -> Vec<f64>;

const DETECTORS: [(&str, Detector); 9] = [
    (anomaly::METHOD, |counts| surprises(counts, |scored| scored.score)),
    ("the same without memory", |counts| surprises(counts, |scored| scored.surprise)),
    ("Bayesian online change point", run_length::scores),
    ("Kleinberg, two states", chart::bursts),
    ("ratio to a year's mean", detect::ratios),
    ("z-score of a year", detect::z_scores),
    ("EWMA chart (Anscombe)", chart::ewma),
    ("Farrington-type, four years", chart::farrington),
    ("NB-CUSUM for a doubling", chart::cusum),
];

/// From one origin to another, the months after them; and beside it the eight years before, as far as they go. `None` where
/// nothing rose.
pub(super) fn table(panel: &Panel, (from, to): (usize, usize)) -> Option<String> {
    let period = from + 1..(to + 2).min(panel.months().saturating_sub(UNTOLD));
    let before = period.start.saturating_sub(BEFORE)..period.start;
    let units: Vec<Vec<f64>> = (0..panel.units())
        .map(|unit| (0..panel.months()).map(|month| panel.count(month, unit)).collect())
        .collect();
    let first = before.start.saturating_sub(RUN_UP);
    let rises: Vec<Vec<usize>> = units
        .iter()
        .map(|counts| change::rises(&counts[first..]).into_iter().map(|at| at + first).collect())
        .collect();
    let rose = |period: &Range<usize>| rises.iter().flatten().filter(|rise| period.contains(rise)).count();
    let (rose_before, rose) = (rose(&before), rose(&period));
    if rose == 0 {
        return None;
    }
    let watched = |scored: &dyn Fn(usize, &[f64]) -> Vec<f64>| -> Vec<Watched> {
        let of_unit = |(unit, (counts, rises)): (usize, (&Vec<f64>, &Vec<usize>))| Watched {
            counts: counts.clone(),
            scores: scored(unit, counts),
            rises: rises.clone(),
        };
        units.iter().zip(&rises).enumerate().map(of_unit).collect()
    };
    let mut text = format!(
        "{:<52} {:>17} {:>17} {:>6}\n{:<52} {:>17} {:>17} {:>6}\n",
        "lasting rises seen at 1 / 2 false alarms a month",
        format!("{} months before", before.len()),
        format!("{} months scored", period.len()),
        "",
        "",
        format!("{rose_before} rises"),
        format!("{rose} rises"),
        "delay"
    );
    for (name, scored) in DETECTORS {
        row(&mut text, name, &watched(&|_, counts| scored(counts)), [&before, &period]);
    }
    let told = forecast_surprises(panel, before.start..period.end);
    row(
        &mut text,
        "surprise under the forecast of the month",
        &watched(&|unit, _| told[unit].clone()),
        [&before, &period],
    );
    Some(text)
}

fn row(text: &mut String, name: &str, watched: &[Watched], [before, period]: [&Range<usize>; 2]) {
    let at = |period: &Range<usize>| RATES.map(|rate| detect::at_rate(watched, period.clone(), rate));
    let both = |[one, two]: [Sensitivity; 2]| format!("{} / {}", shown(one.share()), shown(two.share()));
    let told = at(period);
    // writing to a string cannot fail
    let _ = writeln!(text, "{name:<52} {:>17} {:>17} {:>6.1}", both(at(before)), both(told), told[1].delay);
}

/// By unit and month how unlikely as many were by the forecast made the month before, -log10; 0 outside these months.
fn forecast_surprises(panel: &Panel, months: Range<usize>) -> Vec<Vec<f64>> {
    let fit = Fit::new(panel, Window::next(1), &Settings::PROVINCES);
    let hands = std::thread::available_parallelism().map_or(1, usize::from);
    let mut told = vec![vec![0.0; panel.months()]; panel.units()];
    let all: Vec<usize> = months.filter(|month| *month > 0).collect();
    let of_month = |month: &usize| {
        let origin = fit.at(month - 1);
        let chance = |unit: usize| origin.unit(unit).chance_of(panel.count(*month, unit) as u64);
        let surprise = |unit: usize| -chance(unit).max(LEAST_CHANCE).log10();
        (*month, (0..panel.units()).map(surprise).collect::<Vec<f64>>())
    };
    let parts: Vec<(usize, Vec<f64>)> = std::thread::scope(|scope| {
        let hands: Vec<_> = all
            .chunks(all.len().div_ceil(hands).max(1))
            .map(|months| scope.spawn(|| months.iter().map(of_month).collect::<Vec<_>>()))
            .collect();
        let parts = hands
            .into_iter()
            .map(|hand| hand.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        parts.flatten().collect()
    });
    for (month, of_units) in parts {
        for (unit, surprise) in of_units.into_iter().enumerate() {
            told[unit][month] = surprise;
        }
    }
    told
}

fn surprises(counts: &[f64], told: fn(&anomaly::Scored) -> f64) -> Vec<f64> {
    anomaly::scores(counts, WARM_MONTHS, 0).iter().map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_detector_has_its_row_beside_the_recommended() {
        let rise = |month: usize, unit: usize| if month >= 330 + unit { 30.0 } else { (month % 4) as f64 };
        let counts = (0..384).flat_map(|month| (0..4).map(move |unit| rise(month, unit))).collect();
        let panel = Panel::new(4, counts, 0).unwrap();
        let table = table(&panel, (320, 382)).unwrap();
        assert_eq!(table.lines().count(), 2 + DETECTORS.len() + 1, "{table}");
        assert!(table.contains("0 rises") && table.contains("4 rises"), "{table}");
        let recommended = table.lines().nth(2).unwrap();
        assert!(recommended.contains("1.000 / 1.000"), "a rise that nobody could miss: {recommended}");
        let quiet = Panel::new(1, vec![0.0; 384], 0).unwrap();
        assert_eq!(super::table(&quiet, (320, 382)), None);
    }

    #[test]
    fn a_forecast_is_surprised_by_what_it_did_not_tell() {
        let counts = (0..120).map(|month| if month == 110 { 50.0 } else { f64::from(month % 3) }).collect();
        let panel = Panel::new(1, counts, 0).unwrap();
        let told = &forecast_surprises(&panel, 100..120)[0];
        assert!(told[110] > 1.0 && told[100..110].iter().all(|surprise| *surprise < 1.0), "{told:?}");
        assert!(told[..100].iter().all(|surprise| *surprise == 0.0));
    }
}
