//! What was scored, as tables.

use std::fmt::Write;

use forecast::{
    alarm::{self, Alarms},
    difference::{self, Block},
    rolling::{MEASURES, Model, Scores},
};
use rand::{Rng, SeedableRng, rngs::StdRng};

/// Alarms named each month, in the table of escalations.
const ALARMS: usize = 5;
/// The chances from which a warning would go out, in the table of warnings (ANALYSIS 5).
const CHANCES: [f64; 3] = [0.4, 0.33, 0.265];
/// Where the draws of the bootstrap begin: the same table comes out each time.
const SEED: u64 = 1989;
/// By each other model, where a table tells of one against another.
const NAIVE: Model = Model::Conflictology;

pub(super) fn table(title: &str, scores: &[Scores]) -> String {
    let mut text = format!(
        "{title}: {} forecasts\n{:<24} {:>9} {:>8} {:>7} {:>8} {:>6} {:>8} {:>8} {:>8} {:>9} {:>8} {:>8}\n",
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
            "{:<24} {:>9.3} {:>8.4} {:>7.3} {:>8.1} {:>6.3} {one:>8.4} {many:>8.4} {most:>8.4} {:>9.4} {:>8.4} {:>8.4}",
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
    let mut text = format!("{:<24} {:>8} {:>8} {:>9}\n", "chances told", "told", "came", "number");
    for (number, tenth) in scores.reliability.iter().enumerate().filter(|(_, tenth)| tenth.told > 0.0) {
        let range = format!("{:.1} to {:.1}", number as f64 / 10.0, (number + 1) as f64 / 10.0);
        let (chance, came) = (tenth.chance / tenth.told, tenth.came / tenth.told);
        let _ = writeln!(text, "{range:<24} {chance:>8.3} {came:>8.3} {:>9}", tenth.told);
    }
    text
}

/// How much better the recommended forecast is than the naive rule, with 95 % intervals by drawing the blocks anew.
pub(super) fn differences(blocks: &[Vec<Vec<Block>>; MEASURES.len()], drawn: &str) -> String {
    let mut text =
        format!("{} against {}, 95 % by bootstrap of {drawn}\n", Model::ALL[0].as_str(), NAIVE.as_str());
    let mut random = StdRng::seed_from_u64(SEED);
    for (measure, blocks) in MEASURES.iter().zip(blocks) {
        let told = difference::difference(blocks, |below| random.random_range(0..below));
        let told = told.map_or("-".to_owned(), |told| {
            let percent = |share: f64| 100.0 * share;
            format!(
                "{:>+6.1} % [{:+.1}, {:+.1}]",
                percent(told.measured),
                percent(told.low),
                percent(told.high)
            )
        });
        let _ = writeln!(text, "{measure:<24} {told}");
    }
    text
}

/// Where the naive rule stands among the models.
pub(super) fn naive() -> usize {
    Model::ALL.iter().position(|model| *model == NAIVE).unwrap_or_default()
}

/// What was told of escalations, by each model and by the plain ratio, which is no chance and has no log score.
pub(super) fn escalations(scores: &[Scores], ratios: &[Vec<(f64, bool)>]) -> String {
    let came = ratios.iter().flatten().filter(|(_, came)| *came).count();
    let all = ratios.iter().map(Vec::len).sum::<usize>();
    let head = format!("{ALARMS} a month come true");
    let mut text = format!(
        "at least a doubling: {came} of {all}\n{:<24} {:>6} {:>6} {head:>21} {:>12} {:>9}\n",
        "", "AUC", "AP", "are foreseen", "log score"
    );
    let chances = Model::ALL.into_iter().zip(scores);
    let rows =
        chances.map(|(model, of)| (model.as_str(), &of.escalations[..], alarm::log_score(&of.escalations)));
    for (name, told, log) in rows.chain([("last month / mean of 12", ratios, None)]) {
        let ((area, precision), (true_of, foreseen)) =
            (alarm::told_apart(told), alarm::of_the_top(told, ALARMS));
        let (area, precision, log) = (shown(area), shown(precision), shown(log));
        let _ =
            writeln!(text, "{name:<24} {area:>6} {precision:>6} {true_of:>21.3} {foreseen:>12.3} {log:>9}");
    }
    text
}

/// What warnings from one chance on would have been worth.
pub(super) fn warnings(scores: &Scores) -> String {
    let mut text = format!(
        "{:<24} {:>8} {:>8} {:>9} {:>7} {:>7} {:>10} {:>12}\n",
        "warned from chance", "a month", "false", "precision", "recall", "onsets", "announced", "month ahead"
    );
    for chance in CHANCES {
        let Alarms { a_month, false_a_month, precision, recall, onsets, announced, ahead } =
            alarm::from_chance(&scores.escalations, chance);
        let (precision, recall) = (shown(precision), shown(recall));
        let _ = writeln!(
            text,
            "{chance:<24} {a_month:>8.1} {false_a_month:>8.1} {precision:>9} {recall:>7} {onsets:>7} {announced:>10} {ahead:>12}"
        );
    }
    text
}

pub(super) fn shown(value: Option<f64>) -> String {
    value.map_or("-".to_owned(), |value| format!("{value:.3}"))
}
