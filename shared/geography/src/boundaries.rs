//! Boundaries for drawing, in longitude and latitude; projecting them is the drawer's business.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::province::{Point, province};
use crate::topology::{Topology, arc_index};

/// A chain of points; a ring when the first and the last are alike.
pub type Line = Vec<Point>;

/// How finely the boundaries are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// For a view of the whole region: tolerance 5 km, small exclaves may be missing.
    Light,
    /// For a view of one country or valley, and for deciding where a point lies: tolerance 1 km.
    Full,
}

/// The area of one unit.
#[derive(Clone, Debug)]
pub struct ProvinceShape {
    /// ISO 3166-2 code.
    pub id: &'static str,
    /// Closed rings, islands and holes alike: to be filled by the even-odd rule.
    pub rings: Vec<Line>,
}

/// Everything needed to draw the map at one level of detail.
///
/// The cities of Osh (`KG-GO`) and Ashgabat (`TM-S`) have no shape: they are to be drawn as dots at their label.
#[derive(Clone, Debug, Default)]
pub struct Boundaries {
    /// The 86 units that have a shape, sorted by id.
    pub provinces: Vec<ProvinceShape>,
    /// Borders between units of one country.
    pub inner_borders: Vec<Line>,
    /// Borders between countries, shores, and the outer edge of the six countries.
    pub country_borders: Vec<Line>,
    /// Land of the region as one mass without borders, to lie under the map; rings by the even-odd rule.
    pub context: Vec<Line>,
}

pub(crate) static FULL: LazyLock<Topology> =
    LazyLock::new(|| Topology::read(include_str!("../data/provinces.topo.json")));
static LIGHT: LazyLock<Topology> =
    LazyLock::new(|| Topology::read(include_str!("../data/provinces.light.topo.json")));
static FULL_BOUNDARIES: LazyLock<Boundaries> = LazyLock::new(|| Boundaries::from(&*FULL));
static LIGHT_BOUNDARIES: LazyLock<Boundaries> = LazyLock::new(|| Boundaries::from(&*LIGHT));

/// The boundaries at one level of detail.
pub fn boundaries(detail: Detail) -> &'static Boundaries {
    match detail {
        Detail::Light => &LIGHT_BOUNDARIES,
        Detail::Full => &FULL_BOUNDARIES,
    }
}

/// Which units lie along each arc, by the arc's number.
pub(crate) fn sides(topology: &Topology) -> BTreeMap<usize, Vec<&'static str>> {
    let mut sides: BTreeMap<usize, Vec<&'static str>> = BTreeMap::new();
    for shape in &topology.shapes {
        let Some(owner) = province(&shape.id) else { continue };
        for &number in shape.rings.iter().flatten() {
            let along = sides.entry(arc_index(number)).or_default();
            if !along.contains(&owner.id) {
                along.push(owner.id);
            }
        }
    }
    sides
}

impl From<&Topology> for Boundaries {
    fn from(topology: &Topology) -> Self {
        let mut drawn = Self { context: context(), ..Self::default() };
        for shape in &topology.shapes {
            let Some(owner) = province(&shape.id) else { continue };
            let rings = shape.rings.iter().map(|ring| topology.ring(ring)).collect();
            drawn.provinces.push(ProvinceShape { id: owner.id, rings });
        }
        drawn.provinces.sort_by_key(|shape| shape.id);
        for (arc, along) in sides(topology) {
            let Some(line) = topology.arcs.get(arc) else { continue };
            if along.len() > 1 && along.windows(2).all(same_country) {
                drawn.inner_borders.push(line.clone());
            } else {
                drawn.country_borders.push(line.clone());
            }
        }
        drawn
    }
}

fn same_country(pair: &[&'static str]) -> bool {
    let mut countries = pair.iter().map(|id| province(id).map(|unit| unit.country));
    countries.next() == countries.next()
}

fn context() -> Vec<Line> {
    let land = Topology::read(include_str!("../data/context.topo.json"));
    land.shapes.iter().flat_map(|shape| &shape.rings).map(|ring| land.ring(ring)).collect()
}
