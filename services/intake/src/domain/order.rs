//! The order of observations: by the day they began, on one day by when they were recorded.

use chrono::Datelike;
use domain::{Day, ObservationId};

/// Bits of the ordinal in a rank: 68 thousand million observations.
const ORDINAL_BITS: u32 = 36;
const ORDINALS: i64 = (1 << ORDINAL_BITS) - 1;

/// The place of an observation among all: what began later is higher, on one day what was recorded later.
pub fn rank(began: Day, ordinal: i64) -> i64 {
    (number(began) << ORDINAL_BITS) | (ordinal & ORDINALS)
}

/// In which order what has this rank was recorded.
pub fn ordinal(rank: i64) -> i64 {
    rank & ORDINALS
}

/// The lowest rank of what began on this day.
pub fn first_of(day: Day) -> i64 {
    rank(day, 0)
}

/// The highest rank of what began on this day.
pub fn last_of(day: Day) -> i64 {
    rank(day, ORDINALS)
}

/// The day as yyyymmdd; a day before our era counts as its beginning, one after the year 9999 as that year's.
fn number(day: Day) -> i64 {
    let date = day.as_date();
    i64::from(date.year().clamp(0, 9999)) * 10_000 + i64::from(date.month() * 100 + date.day())
}

/// 63 bits of an id, by which it is looked up; few ids share one, so the id itself is compared as well.
pub fn key(id: &ObservationId) -> i64 {
    let ulid = id.as_str().trim_start_matches(ObservationId::PREFIX).parse::<ulid::Ulid>();
    let bits = ulid.map_or(0, |ulid| u128::from(ulid) as u64 >> 1);
    i64::try_from(bits).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ranks_follow_the_days_and_then_the_ordinals(a in 0_i64..3_000_000, b in 0_i64..3_000_000, n in 1_i64..ORDINALS, m in 1_i64..ORDINALS) {
            let first: Day = "0001-01-01".parse().unwrap();
            let (one, other) = (first.plus(a), first.plus(b));
            prop_assert_eq!((one, n).cmp(&(other, m)), rank(one, n).cmp(&rank(other, m)));
            prop_assert_eq!((ordinal(rank(one, n)), ordinal(rank(other, m))), (n, m));
            prop_assert!(first_of(one) < rank(one, n) && rank(one, n) < last_of(one));
        }
    }

    #[test]
    fn ids_have_keys_of_their_own_and_never_none() {
        let keys: std::collections::BTreeSet<i64> =
            (0..10_000).map(|n| key(&ObservationId::derived(&["s", &n.to_string()]))).collect();
        assert_eq!(keys.len(), 10_000);
        assert!(keys.iter().all(|key| *key >= 0));
    }
}
