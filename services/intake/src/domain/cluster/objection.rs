//! What speaks against two observations being of one incident, however coarsely either is known: whoever joins them all the same says so.

use domain::Observation;
use geography::Province;

use super::{LONGEST_DAYS, kinds, nearness};

/// So many kilometres, beyond what either place may reach, lie between no two places of one incident.
const FAR_KM: f64 = 200.0;
/// How far from the middle of a province its border lies at most, in kilometres, in round figures.
const PROVINCE_KM: f64 = 300.0;
/// How many pairs are told at most.
const MOST: usize = 5;

/// What speaks against each pair that is too far apart; empty where nothing does.
pub fn of(all: &[&Observation]) -> Vec<String> {
    let pairs =
        all.iter().enumerate().flat_map(|(at, one)| all.iter().skip(at + 1).map(move |other| (*one, *other)));
    pairs.filter_map(|(one, other)| between(one, other)).take(MOST).collect()
}

fn between(one: &Observation, other: &Observation) -> Option<String> {
    let days = one.occurred_from.since(other.occurred_to).max(other.occurred_from.since(one.occurred_to));
    let mut against = Vec::new();
    if days > LONGEST_DAYS {
        against.push(format!("{days} days lie between them"));
    }
    if let Some(km) = km_between(one, other) {
        against.push(format!("{km:.0} km lie between them"));
    }
    if against.is_empty() {
        return None;
    }
    if kinds::likeness(&one.kind, &other.kind).is_none() {
        against.push(format!("{} and {} are never one thing", one.kind, other.kind));
    }
    Some(format!("{} and {}: {}", one.id, other.id, against.join(", ")))
}

/// The kilometres between two places, where that is more than both can reach; `None` where it is not, or nobody can tell.
fn km_between(one: &Observation, other: &Observation) -> Option<f64> {
    let middle = |seen: &Observation| {
        let unit = || {
            seen.place.province.as_ref().and_then(|code| geography::province(code.as_str())).and_then(centre)
        };
        nearness::own_point(&seen.place).or_else(unit)
    };
    let ((a, around_a), (b, around_b)) = (middle(one)?, middle(other)?);
    let km = a.distance_km(b);
    (km > around_a + around_b + FAR_KM).then_some(km)
}

fn centre(unit: &'static Province) -> Option<(domain::Point, f64)> {
    Some((domain::Point::new(unit.label.lat, unit.label.lon).ok()?, PROVINCE_KM))
}
