//! Conic equal-area projection (Albers) of the region: areas compare, shapes stay close.

use geography::Point;

const PARALLEL_SOUTH: f64 = 33.0;
const PARALLEL_NORTH: f64 = 52.0;
const MERIDIAN: f64 = 66.5;
const ORIGIN_LAT: f64 = 42.0;
const EARTH_KM: f64 = 6371.0;

/// A point on the flat map, in kilometres: `x` to the east of 66.5 E, `y` to the south of 42 N, as SVG counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Xy {
    /// East of the central meridian.
    pub x: f64,
    /// South of the parallel of origin.
    pub y: f64,
}

/// Where a point of the globe (sphere of 6371 km) lies on the flat map.
pub fn project(point: Point) -> Xy {
    let (south, north) = (PARALLEL_SOUTH.to_radians(), PARALLEL_NORTH.to_radians());
    let n = f64::midpoint(south.sin(), north.sin());
    let c = south.cos().powi(2) + 2.0 * n * south.sin();
    let radius = |lat: f64| (c - 2.0 * n * lat.to_radians().sin()).max(0.0).sqrt() / n;
    let angle = n * (point.lon - MERIDIAN).to_radians();
    let from_pole = radius(point.lat);
    Xy { x: EARTH_KM * from_pole * angle.sin(), y: EARTH_KM * (from_pole * angle.cos() - radius(ORIGIN_LAT)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> Xy {
        project(Point { lat, lon })
    }

    #[test]
    fn the_origin_is_where_meridian_and_parallel_cross() {
        let origin = at(42.0, 66.5);
        assert!(origin.x.abs() < 1e-9 && origin.y.abs() < 1e-9);
    }

    #[test]
    fn east_is_right_and_north_is_up() {
        assert!(at(42.0, 70.0).x > 0.0 && at(42.0, 60.0).x < 0.0);
        assert!(at(50.0, 66.5).y < 0.0 && at(30.0, 66.5).y > 0.0);
    }

    #[test]
    fn known_points_lie_where_the_formula_of_snyder_puts_them() {
        // Snyder, Map Projections: A Working Manual, 14-1 to 14-6, on the sphere; reckoned apart from this code
        for (lat, lon, x, y) in [
            (38.5598, 68.787, 196.7124, 384.6932),
            (51.1605, 71.4704, 345.4767, -1039.5761),
            (34.5553, 69.2075, 246.9939, 832.0564),
        ] {
            let seen = at(lat, lon);
            assert!((seen.x - x).abs() < 0.01 && (seen.y - y).abs() < 0.01, "{lat} {lon}: {seen:?}");
        }
    }

    #[test]
    fn a_square_degree_keeps_its_area_wherever_it_lies() {
        for (lat, lon) in [(30.0, 61.0), (41.0, 72.0), (55.0, 86.0), (45.0, 50.0)] {
            let corners = [(0.0, 0.0), (0.0, 0.1), (0.1, 0.1), (0.1, 0.0)].map(|(a, b)| at(lat + a, lon + b));
            let turns = corners.iter().zip(corners.iter().cycle().skip(1));
            let flat = turns.map(|(a, b)| a.x * b.y - b.x * a.y).sum::<f64>().abs() / 2.0;
            let slice = f64::to_radians(lat + 0.1).sin() - f64::to_radians(lat).sin();
            let round = EARTH_KM.powi(2) * f64::to_radians(0.1) * slice;
            assert!((flat / round - 1.0).abs() < 1e-3, "{lat} {lon}: {flat} for {round}");
        }
    }
}
