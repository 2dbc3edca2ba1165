//! Which units share a border.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::boundaries::{FULL, sides};
use crate::locate::point_units;

static NEIGHBOURS: LazyLock<BTreeMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut pairs: BTreeSet<(&str, &str)> = BTreeSet::new();
    for along in sides(&FULL).into_values() {
        for &one in &along {
            pairs.extend(along.iter().filter(|other| **other != one).map(|&other| (one, other)));
        }
    }
    for (unit, around) in point_units() {
        pairs.extend([(unit, around), (around, unit)]);
    }
    let mut neighbours: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (one, other) in pairs {
        neighbours.entry(one).or_default().push(other);
    }
    neighbours
});

/// The units that share a border with this one, across frontiers too, sorted by id.
///
/// Units that touch in a single point only do not count. A unit without a shape of its own (`KG-GO`, `TM-S`) and
/// an exclave without one count as bordering on the unit around them. Empty for an unknown id.
pub fn neighbours(id: &str) -> &'static [&'static str] {
    NEIGHBOURS.get(id).map_or(&[], Vec::as_slice)
}
