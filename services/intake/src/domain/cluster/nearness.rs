//! How near two observations are in time and place, as far as each knows its own.

use domain::{Day, Place, Point, Precision};

/// What a place that is known to its province only is worth: much happens in a province.
const SAME_PROVINCE: f64 = 0.3;
/// What it is worth where one is known to its country only.
const SAME_COUNTRY: f64 = 0.1;
/// What two places that are called the same are worth at least.
const SAME_NAME: f64 = 0.9;
/// Up to so many kilometres, both radii together, a place is known as finely as it need be.
const FINE_KM: f64 = 10.0;
/// How far around the middle of a district what happened in it may lie.
const DISTRICT_KM: f64 = 40.0;

/// However coarsely days are known, no more than this lies between what is of one incident (ANALYSIS 7).
pub const FARTHEST_DAYS: i64 = 3;

/// How near in time, in 0..=1, and the days between them; `None` where their middles are further apart than the wider of the
/// two is long, one day at least, or more than [`FARTHEST_DAYS`] lie between them.
///
/// It is 1 for two known days that are the same, less where the days are known coarsely, and less the further apart they are.
pub fn in_time(one: (Day, Day), other: (Day, Day)) -> Option<(f64, u32)> {
    let spans = [one, other].map(|(from, to)| to.since(from));
    let widest = spans[0].max(spans[1]);
    // twice the distance of the middles, so that half days count
    let middles = (one.0.since(other.0) + one.1.since(other.1)).abs();
    let gap = one.0.since(other.1).max(other.0.since(one.1)).max(0);
    if middles > 2 * widest.max(1) || gap > FARTHEST_DAYS {
        return None;
    }
    let fineness = 1.0 / (1.0 + ((widest + 1) as f64).ln() / 2.0);
    Some((fineness / (1.0 + gap as f64), u32::try_from(gap).unwrap_or(u32::MAX)))
}

/// How near in place, in 0..=1, and the kilometres between them where both have a point of their own; `None` where they lie in
/// other countries or provinces, or further apart than both radii together.
pub fn in_place(one: &Place, other: &Place) -> Option<(f64, Option<f64>)> {
    if one.country? != other.country? {
        return None;
    }
    if let (Some((a, around_a)), Some((b, around_b))) = (own_point(one), own_point(other)) {
        let (km, reach) = (a.distance_km(b), around_a + around_b);
        if km > reach {
            return None;
        }
        let fineness = (FINE_KM / reach.max(FINE_KM)).powf(0.25);
        let near = fineness * (1.0 - km / (2.0 * reach.max(FINE_KM)));
        let near = if same_name(one, other) { near.max(SAME_NAME) } else { near };
        return Some((near, Some(km)));
    }
    match (&one.province, &other.province) {
        (Some(a), Some(b)) if a != b => None,
        (Some(_), Some(_)) => Some((SAME_PROVINCE, None)),
        _ => Some((SAME_COUNTRY, None)),
    }
}

/// The point, where it is the place itself and not the middle of a whole unit, and how far around it that may be.
pub(super) fn own_point(place: &Place) -> Option<(Point, f64)> {
    let around = match place.precision {
        Precision::Exact => 2.0,
        Precision::Near => 25.0,
        Precision::District => DISTRICT_KM,
        _ => return None,
    };
    Some((place.point?, place.radius_km.filter(|km| km.is_finite()).unwrap_or(around)))
}

fn same_name(one: &Place, other: &Place) -> bool {
    let (Some(a), Some(b)) = (&one.name, &other.name) else { return false };
    let (a, b) = (super::actors::sound(a), super::actors::sound(b));
    !a.is_empty() && a == b
}
