//! What was scored, as tables.

use std::fmt::Write;

use analysis::domain::anomaly;
use forecast::{
    Panel,
    alarm::{self, Alarms},
    change,
    detect::{self, Sensitivity, Watched},
    rolling::{Model, Scores},
};

/// Alarms named each month, in the table of escalations.
const ALARMS: usize = 5;
/// The chances from which a warning would go out, in the table of warnings (ANALYSIS 5).
const CHANCES: [f64; 3] = [0.4, 0.33, 0.265];
/// False alarms a month that detectors are held to.
const RATES: [f64; 2] = [1.0, 2.0];
/// Months before the first that is scored: as the reference does.
const WARM_MONTHS: usize = 24;
/// Lasting rises are looked for in so many of the last months.
const RISES_WITHIN: usize = 200;

pub(super) fn table(title: &str, scores: &[Scores; 3]) -> String {
    let mut text = format!(
        "{title}: {} forecasts\n{:<22} {:>9} {:>8} {:>7} {:>8} {:>6} {:>8} {:>8} {:>8} {:>9} {:>8} {:>8}\n",
        scores[0].forecasts,
        "",
        "CRPS",
        "of logs",
        "IGN",
        "MIS",
        "in 90%",
        "log >=1",
        ">=25",
        ">=100",
        "Brier >=1",
        ">=25",
        ">=100",
    );
    for (model, of) in Model::ALL.into_iter().zip(scores) {
        let [one, many, most] = of.log_scores;
        let briers = of.briers;
        // writing to a string cannot fail
        let _ = writeln!(
            text,
            "{:<22} {:>9.3} {:>8.4} {:>7.3} {:>8.1} {:>6.3} {one:>8.4} {many:>8.4} {most:>8.4} {:>9.4} {:>8.4} {:>8.4}",
            model.as_str(),
            of.crps,
            of.crps_of_logs,
            of.ignorance,
            of.interval,
            of.covered,
            briers[0],
            briers[1],
            briers[2],
        );
    }
    text
}

/// How often came what was told, by tenths of the chance; those of one, of 25 and of 100 or more together.
pub(super) fn reliability(scores: &Scores) -> String {
    let mut text = format!("{:<22} {:>8} {:>8} {:>9}\n", "chances told", "told", "came", "number");
    for (number, tenth) in scores.reliability.iter().enumerate().filter(|(_, tenth)| tenth.told > 0.0) {
        let range = format!("{:.1} to {:.1}", number as f64 / 10.0, (number + 1) as f64 / 10.0);
        let (chance, came) = (tenth.chance / tenth.told, tenth.came / tenth.told);
        let _ = writeln!(text, "{range:<22} {chance:>8.3} {came:>8.3} {:>9}", tenth.told);
    }
    text
}

/// The scores of each unit by itself.
pub(super) fn units(names: &[String], scores: &[[Scores; 3]]) -> String {
    let [told, own, naive] = Model::ALL.map(Model::as_str);
    let mut text = format!(
        "{:<32} {:>9} {told:>20} {own:>22} {naive:>18} {:>11} {:>9}\n",
        "CRPS of each country", "forecasts", "Brier >=25", "log >=25"
    );
    for (name, [mixture, own, naive]) in names.iter().zip(scores) {
        let (brier, log) = (mixture.briers[1], mixture.log_scores[1]);
        let _ = writeln!(
            text,
            "{name:<32} {:>9} {:>20.3} {:>22.3} {:>18.3} {brier:>11.4} {log:>9.4}",
            mixture.forecasts, mixture.crps, own.crps, naive.crps
        );
    }
    text
}

pub(super) fn escalations(scores: &[Scores; 3]) -> String {
    let head = format!("{ALARMS} a month come true");
    let mut text =
        format!("{:<22} {:>6} {:>6} {head:>21} {:>12}\n", "at least a doubling", "AUC", "AP", "are foreseen");
    for (model, of) in Model::ALL.into_iter().zip(scores) {
        let ((area, precision), (true_of, foreseen)) = (of.told_apart(), of.of_the_top(ALARMS));
        let (area, precision) = (shown(area), shown(precision));
        let _ = writeln!(
            text,
            "{:<22} {area:>6} {precision:>6} {true_of:>21.3} {foreseen:>12.3}",
            model.as_str()
        );
    }
    text
}

/// What warnings from one chance on would have been worth.
pub(super) fn warnings(scores: &Scores) -> String {
    let mut text = format!(
        "{:<22} {:>8} {:>8} {:>9} {:>7} {:>7} {:>10} {:>12}\n",
        "warned from chance", "a month", "false", "precision", "recall", "onsets", "announced", "month ahead"
    );
    for chance in CHANCES {
        let Alarms { a_month, false_a_month, precision, recall, onsets, announced, ahead } =
            alarm::from_chance(&scores.escalations, chance);
        let (precision, recall) = (shown(precision), shown(recall));
        let _ = writeln!(
            text,
            "{chance:<22} {a_month:>8.1} {false_a_month:>8.1} {precision:>9} {recall:>7} {onsets:>7} {announced:>10} {ahead:>12}"
        );
    }
    text
}

/// Scores every month of a series by how unusual it is.
type Detector = fn(&[f64]) -> Vec<f64>;

/// How many lasting rises each detector of unusual months saw in time, from one month to another.
pub(super) fn anomalies(panel: &Panel, period: (usize, usize)) -> Option<String> {
    let detectors: [(&str, Detector); 4] = [
        (anomaly::METHOD, |counts| surprises(counts, |scored| scored.score)),
        ("the same without memory", |counts| surprises(counts, |scored| scored.surprise)),
        ("ratio to a year's mean", detect::ratios),
        ("z-score of a year", detect::z_scores),
    ];
    let units: Vec<Vec<f64>> = (0..panel.units())
        .map(|unit| (0..panel.months()).map(|month| panel.count(month, unit)).collect())
        .collect();
    let from = panel.months().saturating_sub(RISES_WITHIN);
    let rises: Vec<Vec<usize>> = units
        .iter()
        .map(|counts| change::rises(&counts[from..]).into_iter().map(|at| at + from).collect())
        .collect();
    let mut text = String::new();
    for (name, scored) in detectors {
        let watched: Vec<Watched> = units
            .iter()
            .zip(&rises)
            .map(|(counts, rises)| Watched {
                counts: counts.clone(),
                scores: scored(counts),
                rises: rises.clone(),
            })
            .collect();
        let told = RATES.map(|rate| detect::at_rate(&watched, period.0..period.1 + 1, rate));
        if told[0].rises == 0 {
            return None;
        }
        if text.is_empty() {
            text = format!(
                "{:<52} {:>16} {:>16} {:>8}\n",
                format!("{} lasting rises seen, at", told[0].rises),
                "1 false a month",
                "2 false a month",
                "delay"
            );
        }
        let [one, two]: [Sensitivity; 2] = told;
        let _ = writeln!(
            text,
            "{name:<52} {:>16} {:>16} {:>8.1}",
            shown(one.share()),
            shown(two.share()),
            two.delay
        );
    }
    Some(text)
}

fn surprises(counts: &[f64], told: fn(&anomaly::Scored) -> f64) -> Vec<f64> {
    anomaly::scores(counts, WARM_MONTHS, 0).iter().map(told).collect()
}

fn shown(value: Option<f64>) -> String {
    value.map_or("-".to_owned(), |value| format!("{value:.3}"))
}
