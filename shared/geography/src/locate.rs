//! Which unit a point lies in.

use std::{cell::Cell, sync::LazyLock};

use serde::Deserialize;

use crate::boundaries::{Detail, ProvinceShape, boundaries};
use crate::province::{Point, Province, province, read_rows};

/// How far outside every shape a point may lie and still be given to the nearest one, in kilometres.
///
/// Wide enough for a shore and for the 1 km tolerance of the shapes; a point as close beyond an outer frontier
/// is taken in as well, which [`Located::distance_km`] tells.
pub const SNAP_KM: f64 = 5.0;

const KM_PER_DEGREE: f64 = 111.195;

/// A unit found for a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Located {
    /// The unit.
    pub province: &'static Province,
    /// 0 inside the unit, else kilometres to its nearest border.
    pub distance_km: f64,
}

/// A city or exclave that the shapes lack, as a disc that cuts out of the unit around it.
#[derive(Deserialize)]
struct Disc {
    province: String,
    inside: String,
    lat: f64,
    lon: f64,
    radius_km: f64,
}

struct Area {
    province: &'static Province,
    shape: &'static ProvinceShape,
    south_west: Point,
    north_east: Point,
}

static DISCS: LazyLock<Vec<Disc>> = LazyLock::new(|| read_rows(include_str!("../data/points.csv")));
static AREAS: LazyLock<Vec<Area>> =
    LazyLock::new(|| boundaries(Detail::Full).provinces.iter().filter_map(Area::around).collect());

/// The unit a point lies in, or the nearest one within [`SNAP_KM`].
///
/// The cities of Osh and Ashgabat and the exclaves that the shapes lack are discs around their centre. `None`
/// elsewhere in the world and for coordinates that are none.
pub fn locate(point: Point) -> Option<Located> {
    if !(-90.0..=90.0).contains(&point.lat) || !(-180.0..=180.0).contains(&point.lon) {
        return None;
    }
    if let Some((_, found)) = LAST.get().filter(|(last, _)| *last == point) {
        return found;
    }
    let found = find(point);
    LAST.set(Some((point, found)));
    found
}

thread_local! {
    /// The point that was looked for last on this thread: whoever reads a row asks for its point several times.
    static LAST: Cell<Option<(Point, Option<Located>)>> = const { Cell::new(None) };
}

fn find(point: Point) -> Option<Located> {
    if let Some(area) = AREAS.iter().find(|area| area.contains(point)) {
        let cut_out = DISCS.iter().find(|disc| disc.inside == area.province.id && disc.contains(point));
        let found = cut_out.and_then(|disc| province(&disc.province)).unwrap_or(area.province);
        return Some(Located { province: found, distance_km: 0.0 });
    }
    let near = AREAS.iter().filter(|area| area.is_near(point));
    let snapped = near.map(|area| Located { province: area.province, distance_km: area.distance_km(point) });
    let nearest = snapped.min_by(|one, other| one.distance_km.total_cmp(&other.distance_km));
    nearest.filter(|found| found.distance_km <= SNAP_KM)
}

/// How far a point lies from a unit, in kilometres; 0 inside it, good to about a percent of some hundreds of them.
///
/// `None` for an id that is no unit's.
pub fn distance_km(point: Point, unit: &str) -> Option<f64> {
    let area = AREAS.iter().find(|area| area.province.id == unit);
    let to_area = area.map(|area| if area.contains(point) { 0.0 } else { area.distance_km(point) });
    let discs = DISCS.iter().filter(|disc| disc.province == unit);
    let to_discs = discs.map(|disc| disc.distance_km(point));
    to_area.into_iter().chain(to_discs).min_by(f64::total_cmp)
}

/// Units and exclaves that are discs, each with the unit around it.
pub(crate) fn point_units() -> impl Iterator<Item = (&'static str, &'static str)> {
    DISCS.iter().filter_map(|disc| Some((province(&disc.province)?.id, province(&disc.inside)?.id)))
}

impl Disc {
    fn contains(&self, point: Point) -> bool {
        self.distance_km(point) <= 0.0
    }

    fn distance_km(&self, point: Point) -> f64 {
        let (x, y) = offset_km(point, Point { lat: self.lat, lon: self.lon });
        (x.hypot(y) - self.radius_km).max(0.0)
    }
}

impl Area {
    fn around(shape: &'static ProvinceShape) -> Option<Self> {
        let province = province(shape.id)?;
        let mut area = Self {
            province,
            shape,
            south_west: Point { lat: f64::INFINITY, lon: f64::INFINITY },
            north_east: Point { lat: f64::NEG_INFINITY, lon: f64::NEG_INFINITY },
        };
        for point in shape.rings.iter().flatten() {
            area.south_west.lat = area.south_west.lat.min(point.lat);
            area.south_west.lon = area.south_west.lon.min(point.lon);
            area.north_east.lat = area.north_east.lat.max(point.lat);
            area.north_east.lon = area.north_east.lon.max(point.lon);
        }
        Some(area)
    }

    /// Whether the point lies in the bounding box, widened by what may still snap (with room for the north).
    fn is_near(&self, point: Point) -> bool {
        let margin = 2.0 * SNAP_KM / KM_PER_DEGREE;
        point.lat >= self.south_west.lat - margin
            && point.lat <= self.north_east.lat + margin
            && point.lon >= self.south_west.lon - margin
            && point.lon <= self.north_east.lon + margin
    }

    /// Even-odd rule over all rings, so that a hole is outside.
    fn contains(&self, point: Point) -> bool {
        if !self.is_near(point) {
            return false;
        }
        let crosses = |a: Point, b: Point| {
            (a.lat > point.lat) != (b.lat > point.lat)
                && point.lon < (b.lon - a.lon) * (point.lat - a.lat) / (b.lat - a.lat) + a.lon
        };
        self.edges().filter(|&(a, b)| crosses(a, b)).count() % 2 == 1
    }

    fn distance_km(&self, point: Point) -> f64 {
        self.edges().map(|(a, b)| segment_km(point, a, b)).fold(f64::INFINITY, f64::min)
    }

    fn edges(&self) -> impl Iterator<Item = (Point, Point)> {
        let pairs = self.shape.rings.iter().flat_map(|ring| ring.windows(2));
        pairs.filter_map(|pair| if let [a, b] = pair { Some((*a, *b)) } else { None })
    }
}

/// East and north distance of a point from an origin, in kilometres on the flat; good for some tens of them.
fn offset_km(point: Point, origin: Point) -> (f64, f64) {
    let east = (point.lon - origin.lon) * KM_PER_DEGREE * origin.lat.to_radians().cos();
    (east, (point.lat - origin.lat) * KM_PER_DEGREE)
}

fn segment_km(point: Point, a: Point, b: Point) -> f64 {
    let (ax, ay) = offset_km(a, point);
    let (bx, by) = offset_km(b, point);
    let (dx, dy) = (bx - ax, by - ay);
    let length = dx.mul_add(dx, dy * dy);
    let along = if length > 0.0 { (-(ax * dx + ay * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (ax + along * dx).hypot(ay + along * dy)
}
