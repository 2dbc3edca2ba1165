//! The ladder's share of forecasts on which it was not tried beforehand: chosen by the service's own scores (ANALYSIS 4).

use contracts::analysis::forecasts::{Share, Tried};

/// The shares that are tried; every forecast is scored with each of them.
pub const SHARES: [f64; 3] = [0.0, 1.0 / 3.0, 2.0 / 3.0];
/// By the windows from so many months is chosen, the newest.
pub const ORIGINS: u32 = 24;
/// From fewer months nothing is chosen.
const LEAST_ORIGINS: u64 = 12;
/// Nor where anything came in fewer windows: by calm alone every share is as good.
const LEAST_REACHED: u64 = 100;

/// What a forecast with this share of the ladder is called. Without one it is the own past with a little of what the region saw;
/// the own past alone is a benchmark and bears another name.
pub fn name(ladder: f64) -> &'static str {
    if ladder <= SHARES[0] {
        "own past, discounted"
    } else if ladder < 0.5 {
        "own past + 1/3 ladder"
    } else {
        "own past + 2/3 ladder"
    }
}

/// How each share did over the newest windows for which all were scored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// From how many months.
    pub origins: u64,
    /// How many windows.
    pub windows: u64,
    /// In how many of them anything came.
    pub reached: u64,
    /// Mean CRPS of ln(1 + count) of each share, in the order of [`SHARES`].
    pub crps_of_logs: Option<[f64; 3]>,
}

/// The share that was best, the least of equals; the own past alone while there is too little to choose by.
pub fn choose(record: &Record) -> Share {
    let Record { origins, windows, reached, crps_of_logs } = *record;
    let enough = origins >= LEAST_ORIGINS && reached >= LEAST_REACHED;
    let tried: Vec<Tried> = crps_of_logs
        .filter(|_| enough)
        .map(|means| {
            SHARES.into_iter().zip(means).map(|(ladder, crps_of_logs)| Tried { ladder, crps_of_logs })
        })
        .into_iter()
        .flatten()
        .collect();
    let best = tried.iter().min_by(|one, other| one.crps_of_logs.total_cmp(&other.crps_of_logs));
    Share { ladder: best.map_or(SHARES[0], |best| best.ladder), origins, windows, reached, tried }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(origins: u64, reached: u64, crps_of_logs: [f64; 3]) -> Record {
        Record { origins, windows: 900, reached, crps_of_logs: Some(crps_of_logs) }
    }

    #[test]
    fn the_share_that_did_best_is_taken_and_the_least_of_equals() {
        assert!((choose(&record(24, 100, [0.3, 0.2, 0.25])).ladder - 1.0 / 3.0).abs() < 1e-12);
        assert!((choose(&record(12, 400, [0.3, 0.2, 0.1])).ladder - 2.0 / 3.0).abs() < 1e-12);
        let same = choose(&record(24, 100, [0.2, 0.2, 0.2]));
        assert!(same.ladder == 0.0 && same.tried.len() == 3);
    }

    #[test]
    fn the_own_past_tells_alone_while_there_is_too_little_to_choose_by() {
        for few in [record(24, 99, [0.3, 0.2, 0.1]), record(11, 400, [0.3, 0.2, 0.1]), Record::default()] {
            let share = choose(&few);
            assert!(share.ladder == 0.0 && share.tried.is_empty(), "{few:?}");
            assert_eq!((share.origins, share.reached), (few.origins, few.reached));
        }
    }

    #[test]
    fn every_share_has_a_name_of_its_own() {
        assert_eq!(
            SHARES.map(name),
            ["own past, discounted", "own past + 1/3 ladder", "own past + 2/3 ladder"]
        );
    }
}
