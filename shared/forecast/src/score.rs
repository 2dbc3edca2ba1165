//! How good a forecast was, once it is known what came: less is better, everywhere.

use crate::Distribution;

/// How many atoms stand for a distribution when it is scored.
pub const ATOMS: usize = 200;
/// Upper ends of the classes of the ignorance score.
const CLASSES: [u64; 10] = [1, 3, 6, 11, 26, 51, 101, 251, 501, 1001];
/// A chance nearer to 0 or 1 than this is not believed by the log score.
const LEAST_CHANCE: f64 = 5e-4;

/// Chances and places are counted by tenths.
pub const TENTHS: usize = 10;

/// In which tenth a share lies, 0 to 9.
pub fn tenth(share: f64) -> usize {
    ((share * TENTHS as f64) as usize).min(TENTHS - 1)
}

/// Continuous ranked probability score of equally likely atoms, ascending, in counts.
pub fn crps(atoms: &[f64], observed: f64) -> f64 {
    let count = atoms.len() as f64;
    let miss: f64 = atoms.iter().map(|atom| (atom - observed).abs()).sum();
    let spread: f64 =
        atoms.iter().enumerate().map(|(at, atom)| (2.0 * (at as f64 + 1.0) - count - 1.0) * atom).sum();
    miss / count - spread / (count * count)
}

/// The same of ln(1 + count), so that one war does not decide.
pub fn crps_of_logs(atoms: &[f64], observed: f64) -> f64 {
    let logs: Vec<f64> = atoms.iter().map(|atom| atom.ln_1p()).collect();
    crps(&logs, observed.ln_1p())
}

/// Brier score of a chance, in 0..=1.
pub fn brier(chance: f64, happened: bool) -> f64 {
    (chance - f64::from(happened)).powi(2)
}

/// Log score of a chance, in nats.
pub fn log_score(chance: f64, happened: bool) -> f64 {
    let chance = chance.clamp(LEAST_CHANCE, 1.0 - LEAST_CHANCE);
    -(if happened { chance } else { 1.0 - chance }).ln()
}

/// Interval score of the middle 90 %, given its ends: its width, and twenty times what fell outside.
pub fn interval((low, high): (f64, f64), observed: f64) -> f64 {
    high - low + 20.0 * ((low - observed).max(0.0) + (observed - high).max(0.0))
}

/// Ignorance score, in bits: of eleven classes of counts, as if by 1,000 draws with one more in each class.
pub fn ignorance(forecast: &Distribution, observed: f64) -> f64 {
    let class = class(observed);
    let above = CLASSES.get(class).map_or(0.0, |end| forecast.chance_of(*end));
    let from = if class == 0 { 1.0 } else { forecast.chance_of(CLASSES[class - 1]) };
    ignorance_of(1000.0 * (from - above), 1000.0)
}

/// The same of draws, as the country challenge of VIEWS counts them.
pub fn ignorance_of_draws(draws: &[f64], observed: f64) -> f64 {
    let class_of_observed = class(observed);
    let same = draws.iter().filter(|draw| class(**draw) == class_of_observed).count() as f64;
    ignorance_of(same, draws.len() as f64)
}

fn ignorance_of(same: f64, all: f64) -> f64 {
    let classes = CLASSES.len() as f64 + 1.0;
    -((same + 1.0) / (all + classes)).log2()
}

/// Which of the eleven classes a count is of; what is drawn between two counts belongs to the nearer.
fn class(count: f64) -> usize {
    CLASSES.iter().position(|end| count < *end as f64 - 0.5).unwrap_or(CLASSES.len())
}

/// The value below which this share of equally likely atoms, ascending, lies; drawn straight between two. 0 without atoms.
pub fn quantile_of_draws(atoms: &[f64], share: f64) -> f64 {
    let at = share.clamp(0.0, 1.0) * (atoms.len().saturating_sub(1)) as f64;
    let below = at.floor() as usize;
    let value = |at: usize| atoms.get(at).or(atoms.last()).copied().unwrap_or(0.0);
    value(below) + (at - at.floor()) * (value(below + 1) - value(below))
}

/// Where what came lies in the forecast, in 0..=1: the middle of its step.
pub fn place(forecast: &Distribution, observed: u64) -> f64 {
    1.0 - f64::midpoint(forecast.chance_of(observed), forecast.chance_of(observed + 1))
}

/// How well chances tell what happens from what does not: the area under the curve; `None` unless both occur.
pub fn area_under_curve(told: &[(f64, bool)]) -> Option<f64> {
    let mut sorted = told.to_vec();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
    let happened = sorted.iter().filter(|(_, happened)| *happened).count() as f64;
    let others = sorted.len() as f64 - happened;
    let (mut below, mut area) = (0.0, 0.0);
    for tied in sorted.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
        let hits = tied.iter().filter(|(_, happened)| *happened).count() as f64;
        let misses = tied.len() as f64 - hits;
        area += hits * (below + misses / 2.0);
        below += misses;
    }
    (happened > 0.0 && others > 0.0).then(|| area / (happened * others))
}

/// Mean precision over everything that happened, the surest first; `None` when nothing did.
pub fn average_precision(told: &[(f64, bool)]) -> Option<f64> {
    let mut sorted = told.to_vec();
    sorted.sort_by(|one, other| other.0.total_cmp(&one.0));
    let (mut seen, mut hits, mut sum) = (0.0, 0.0, 0.0);
    for tied in sorted.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
        let new = tied.iter().filter(|(_, happened)| *happened).count() as f64;
        seen += tied.len() as f64;
        hits += new;
        sum += new * hits / seen;
    }
    (hits > 0.0).then(|| sum / hits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::History;

    #[test]
    fn a_certain_forecast_misses_by_the_distance() {
        assert!((crps(&[3.0], 5.0) - 2.0).abs() < 1e-12);
        assert!((crps(&[0.0, 10.0], 5.0) - 2.5).abs() < 1e-12);
        let sure = Distribution::of_history(History::new(vec![(3.0, 1.0)]));
        assert!((interval((3.0, 3.0), 5.0) - 40.0).abs() < 1e-12);
        assert!(interval((3.0, 3.0), 3.0) < 1e-12);
        assert!((ignorance(&sure, 3.0) - (1011.0_f64 / 1001.0).log2()).abs() < 1e-12);
        assert!((ignorance(&sure, 2000.0) - 1011.0_f64.log2()).abs() < 1e-12);
        assert!((place(&sure, 3) - 0.5).abs() < 1e-12);
        assert!((ignorance_of_draws(&[3.0; 1000], 3.0) - ignorance(&sure, 3.0)).abs() < 1e-12);
    }

    #[test]
    fn quantiles_of_draws_lie_straight_between_two() {
        let draws = [0.0, 1.0, 2.0, 10.0];
        let table = [(0.0, 0.0), (0.5, 1.5), (0.75, 4.0), (1.0, 10.0)];
        for (share, expected) in table {
            assert!((quantile_of_draws(&draws, share) - expected).abs() < 1e-12, "{share}");
        }
        assert!(quantile_of_draws(&[], 0.5).abs() < 1e-12);
    }

    #[test]
    fn the_curve_counts_ties_by_half() {
        let told = [(0.9, true), (0.5, false), (0.5, true), (0.1, false)];
        assert_eq!(area_under_curve(&told), Some(0.875));
        assert!((average_precision(&told).unwrap() - 5.0 / 6.0).abs() < 1e-12);
        assert_eq!(area_under_curve(&[(0.1, false)]), None);
        assert_eq!(average_precision(&[(0.1, false)]), None);
    }
}
