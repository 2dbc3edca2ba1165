//! Where a message holds: by the codes of its areas, by their shapes, by their names, in this order; no finer than it says.

mod naming;

use std::{collections::BTreeSet, f64::consts::FRAC_PI_4};

use domain::{Country, Place, Point, Precision, ProvinceCode};
use geography::{Province, Resolution};

use super::alert::{Area, Info, Named};
use crate::{
    domain::place::{self, Within, unit_at},
    sources::iso,
};
use naming::abroad;
pub use naming::{code_tells, finely, uncoded};

/// A shape no wider than this is a place; a wider one is as much of the province as it covers.
const PLACE_KM: f64 = 25.0;
/// A shape wider than this that reaches over borders, and of which neither codes nor names tell which side is meant, tells no country:
/// it is as wide as several.
const REACH_KM: f64 = 500.0;
/// How many points a side of the grid has by which it is told what a wide shape covers.
const GRID: u32 = 12;
/// The longest name of a place, in characters.
const NAME_CHARS: usize = 200;

/// What is known of where the areas lie.
#[derive(Clone, Default)]
struct Found {
    units: BTreeSet<&'static str>,
    /// Countries of the region, by their names.
    countries: BTreeSet<Country>,
    /// Units outside the region, by their codes.
    abroad: BTreeSet<(Country, ProvinceCode)>,
    shapes: Vec<(Point, f64)>,
    /// Whether some area could not be found at all.
    unknown: bool,
}

/// The places of all areas of all infos: one in each country that they lie in, by the codes of the countries; one that says
/// nothing where they tell none.
pub fn places(infos: &[Info]) -> Vec<Place> {
    let areas: Vec<(&str, Found)> = infos.iter().flat_map(|info| &info.areas).map(Found::of).collect();
    let countries: BTreeSet<Country> = areas.iter().flat_map(|(_, found)| found.all_countries()).collect();
    if countries.len() < 2 {
        return vec![joined(areas.iter().map(|(name, found)| (*name, found.clone())))];
    }
    let within = |country: Country| {
        let touching = areas.iter().filter_map(|(name, found)| Some((*name, found.within(country)?)));
        joined(touching)
    };
    countries.into_iter().map(within).collect()
}

/// The place of which nothing is known.
pub fn nowhere() -> Place {
    Found::default().place(None)
}

/// The place of these areas together, by their names.
fn joined<'a>(areas: impl Iterator<Item = (&'a str, Found)>) -> Place {
    let mut all = Found::default();
    let mut names: Vec<&str> = Vec::new();
    for (name, found) in areas {
        if !names.contains(&name) {
            names.push(name);
        }
        all.join(found);
    }
    let name: String = names.join("; ").chars().take(NAME_CHARS).collect();
    all.place((!name.is_empty()).then_some(name))
}

/// Why the shape of an area cannot be where the area says it is, by its codes or else its names; `None` where all can.
pub fn contradiction(infos: &[Info]) -> Option<String> {
    infos.iter().flat_map(|info| &info.areas).find_map(|area| {
        let mut said = Found::default();
        if !said.add_codes(&area.geocodes) {
            said.add_names(&area.description);
        }
        let codes: Vec<ProvinceCode> = said.units.iter().filter_map(|id| id.parse().ok()).collect();
        let misplaced = |(centre, radius, points): (Point, f64, Vec<Point>)| match codes.as_slice() {
            [] if said.abroad.is_empty() => unsaid(centre, &points),
            [] => place::is_nowhere(centre),
            codes => misplaced(centre, radius, codes),
        };
        let why = shapes(area).into_iter().find_map(misplaced)?;
        Some(format!("alert/info/area {:?}: of its shape {why}", area.description))
    })
}

/// Why a shape of an area that no code and no name places is not there: it is no place, or all of it lies outside the region and the
/// other way round within.
fn unsaid(centre: Point, points: &[Point]) -> Option<String> {
    let nowhere_near = |point: &Point| place::contradiction(*point, Within::default()).is_some();
    if !points.iter().all(nowhere_near) {
        return place::is_nowhere(centre);
    }
    place::contradiction(centre, Within::default())
}

/// Why the middle of a shape lies in none of these units.
fn misplaced(centre: Point, radius_km: f64, said: &[ProvinceCode]) -> Option<String> {
    let within = |province| Within { country: None, province: Some(province), radius_km: Some(radius_km) };
    let mut reasons = said.iter().map(|unit| place::contradiction(centre, within(unit)));
    let first = match reasons.next() {
        Some(first) => first?,
        None => return None,
    };
    reasons.all(|reason| reason.is_some()).then_some(first)
}

impl Found {
    /// What is known of one area, with what that is called.
    fn of(area: &Area) -> (&str, Self) {
        let mut found = Self::default();
        found.add(area);
        (area.description.as_str(), found)
    }

    fn join(&mut self, other: Self) {
        self.units.extend(other.units);
        self.countries.extend(other.countries);
        self.abroad.extend(other.abroad);
        for shape in other.shapes {
            self.add_shape(shape);
        }
        self.unknown |= other.unknown;
    }

    fn add_shape(&mut self, (centre, radius): (Point, f64)) {
        if !self.shapes.iter().any(|(known, _)| *known == centre) {
            self.shapes.push((centre, radius));
        }
    }

    fn all_countries(&self) -> BTreeSet<Country> {
        let units = self.units.iter().filter_map(|id| country_of(id));
        let abroad = self.abroad.iter().map(|(country, _)| *country);
        units.chain(abroad).chain(self.countries.iter().copied()).collect()
    }

    /// As much of it as lies in a country; `None` where nothing does. A shape that reaches over the border is left out: its
    /// middle lies on one side alone.
    fn within(&self, country: Country) -> Option<Self> {
        let all = self.all_countries();
        // an area that nobody can find may be in each
        if !all.is_empty() && !all.contains(&country) || all.is_empty() && !self.unknown {
            return None;
        }
        let here = |id: &&&'static str| country_of(id) == Some(country);
        Some(Self {
            units: self.units.iter().filter(here).copied().collect(),
            countries: self.countries.iter().copied().filter(|one| *one == country).collect(),
            abroad: self.abroad.iter().filter(|(one, _)| *one == country).cloned().collect(),
            shapes: if all.len() == 1 { self.shapes.clone() } else { Vec::new() },
            unknown: self.unknown,
        })
    }

    fn add(&mut self, area: &Area) {
        let coded = self.add_codes(&area.geocodes);
        let (mut covered, shapes) = (BTreeSet::new(), shapes(area));
        for (centre, radius, points) in &shapes {
            self.add_shape((*centre, *radius));
            covered.extend(points.iter().filter_map(|point| unit_at(*point, None)).map(|unit| unit.id));
        }
        if coded {
            return;
        }
        // a shape reaches over borders that its sender does not speak for: of what it covers the names tell which is meant
        if covered.len() != 1 {
            let mut named = Self::default();
            let met = named.add_names(&area.description);
            let means = |id: &&&str| {
                named.units.contains(**id) || country_of(id).is_some_and(|one| named.countries.contains(&one))
            };
            let meant: BTreeSet<&'static str> = covered.iter().filter(means).copied().collect();
            let across = covered.iter().map(|id| country_of(id)).collect::<BTreeSet<_>>().len() > 1;
            if meant.is_empty() && across && shapes.iter().any(|(_, radius, _)| *radius > REACH_KM) {
                self.unknown = true;
                return;
            }
            match (meant.is_empty(), covered.is_empty()) {
                (false, _) => covered = meant,
                (true, true) if met => {
                    covered = named.units;
                    self.countries.extend(named.countries);
                    self.unknown |= named.unknown;
                }
                (true, true) if shapes.is_empty() => self.unknown = true,
                _ => {}
            }
        }
        self.units.extend(covered);
    }

    fn add_codes(&mut self, codes: &[Named]) -> bool {
        let mut any = false;
        for code in codes {
            if let Some(unit) = unit(code) {
                self.units.insert(unit.id);
                any = true;
            } else if let Some(unit) = abroad(code) {
                self.abroad.insert(unit);
                any = true;
            }
        }
        any
    }

    /// Names between semicolons or commas: of one unit, of a city and the region of one country, or of a country.
    fn add_names(&mut self, description: &str) -> bool {
        if self.add_name(description) {
            return true;
        }
        let met = description.split([';', ',']).filter(|name| self.add_name(name.trim()));
        met.count() > 0
    }

    fn add_name(&mut self, name: &str) -> bool {
        let units = match geography::resolve_province(name, None) {
            Resolution::Found(unit) => vec![unit],
            Resolution::Ambiguous(units) => units,
            Resolution::Unknown => Vec::new(),
        };
        let across = units.windows(2).any(|pair| pair[0].country != pair[1].country);
        let units = if across { Vec::new() } else { units };
        self.unknown |= across;
        let country = iso::named(name).filter(|country| country.in_region());
        self.units.extend(units.iter().map(|unit| unit.id));
        self.countries.extend(country);
        !units.is_empty() || country.is_some()
    }

    fn place(self, name: Option<String>) -> Place {
        let units: Vec<&Province> = self.units.iter().filter_map(|id| geography::province(id)).collect();
        let countries = self.all_countries();
        let only_country = (countries.len() == 1).then(|| countries.first().copied()).flatten();
        let provinces: Vec<ProvinceCode> = units
            .iter()
            .filter_map(|unit| unit.id.parse().ok())
            .chain(self.abroad.iter().map(|(_, code)| code.clone()))
            .collect();
        let shape = match self.shapes.as_slice() {
            [shape] => Some(*shape),
            _ => None,
        };
        let narrow = shape.is_some_and(|(_, radius)| radius <= PLACE_KM) && !self.unknown;
        let (province, precision) = match (provinces.as_slice(), only_country) {
            ([_] | [], _) if narrow => (provinces.first().cloned(), Precision::Near),
            ([province], Some(_)) if !self.unknown => (Some(province.clone()), Precision::Province),
            (_, Some(_)) => (None, Precision::Country),
            _ => (None, Precision::None),
        };
        let kept = shape.filter(|_| precision != Precision::None);
        Place {
            country: only_country,
            province,
            district: None,
            name,
            point: kept.map(|(centre, _)| centre),
            precision,
            // the centre of a shape is no nearer to what happened than the shape is wide
            radius_km: kept.map(|(_, radius)| if precision == Precision::Near { PLACE_KM } else { radius }),
        }
    }
}

/// The country that a unit of the region is of.
fn country_of(unit: &str) -> Option<Country> {
    geography::province(unit).and_then(|unit| unit.country.parse().ok())
}

/// The unit of the region that a code means. The system tells, never the code alone: `AF01` is one unit by p-code and another
/// by FIPS.
fn unit(code: &Named) -> Option<&'static Province> {
    let value = code.value.trim();
    if is_iso(&code.name) {
        return geography::province(value);
    }
    let with = |pcode: &str| {
        let rest = value.strip_prefix(pcode);
        // Afghanistan, Kazakhstan and Uzbekistan append the district's digits to the province's code
        rest.is_some_and(|rest| {
            rest.is_empty() || (!value.starts_with("KG") && rest.bytes().all(|b| b.is_ascii_digit()))
        })
    };
    let exact = |unit: &&Province| unit.pcode == Some(value);
    let within = |unit: &&Province| {
        unit.pcode.is_some_and(|pcode| pcode.starts_with(char::is_alphabetic) && with(pcode))
    };
    is_pcode(&code.name)
        .then(|| {
            geography::provinces().iter().find(exact).or_else(|| geography::provinces().iter().find(within))
        })
        .flatten()
}

fn is_iso(system: &str) -> bool {
    plain(system).contains("iso31662") || system.contains("iso.org/iso/country_codes")
}

fn is_pcode(system: &str) -> bool {
    plain(system).contains("pcode") || plain(system).contains("codab")
}

fn plain(system: &str) -> String {
    system.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The shapes of an area: centre, radius in kilometres, and points by which it is told what it covers.
fn shapes(area: &Area) -> Vec<(Point, f64, Vec<Point>)> {
    let circles = area
        .circles
        .iter()
        .map(|circle| (circle.centre, circle.radius_km, around(circle.centre, circle.radius_km)));
    let polygons = area.polygons.iter().filter_map(|points| {
        let centre = centroid(points)?;
        let radius = points.iter().map(|point| centre.distance_km(*point)).fold(0.0, f64::max);
        let mut covered = points.clone();
        covered.push(centre);
        if radius > PLACE_KM {
            covered.extend(within(points));
        }
        Some((centre, radius, covered))
    });
    circles.chain(polygons).collect()
}

/// The centre of a circle and, where it is wide, points on it and within.
fn around(centre: Point, radius_km: f64) -> Vec<Point> {
    let mut points = vec![centre];
    if radius_km > PLACE_KM {
        let wider = centre.lat().to_radians().cos().max(0.01);
        let on = |degrees: f64, angle: f64| {
            Point::new(centre.lat() + degrees * angle.sin(), centre.lon() + degrees * angle.cos() / wider)
                .ok()
        };
        for part in [1.0, 0.5, 0.25, 0.125] {
            let degrees = radius_km / 111.2 * part;
            points.extend((0..8).filter_map(|eighth| on(degrees, f64::from(eighth) * FRAC_PI_4)));
        }
    }
    points
}

/// Points of a grid that lie within a polygon: a wide one holds provinces in which it has no corner.
fn within(corners: &[Point]) -> impl Iterator<Item = Point> {
    let range = |of: fn(Point) -> f64| {
        let all = corners.iter().map(|corner| of(*corner));
        all.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), one| (least.min(one), most.max(one)))
    };
    let (lats, lons) = (range(Point::lat), range(Point::lon));
    let at = |(least, most): (f64, f64), part: u32| {
        least + (most - least) * (f64::from(part) + 0.5) / f64::from(GRID)
    };
    let all = (0..GRID * GRID).filter_map(move |n| Point::new(at(lats, n / GRID), at(lons, n % GRID)).ok());
    all.filter(move |point| holds(corners, *point))
}

/// Whether a point lies within a polygon, on the plane of degrees.
fn holds(corners: &[Point], point: Point) -> bool {
    let crossed = corners.windows(2).filter(|pair| {
        let [a, b] = pair else { return false };
        (a.lat() > point.lat()) != (b.lat() > point.lat())
            && point.lon() < (b.lon() - a.lon()) * (point.lat() - a.lat()) / (b.lat() - a.lat()) + a.lon()
    });
    crossed.count() % 2 == 1
}

/// The centre of gravity of a polygon, on the plane of degrees; of one without a surface the mean of its points.
fn centroid(points: &[Point]) -> Option<Point> {
    let origin = *points.first()?; // near it nothing is lost to rounding
    let (mut twice, mut lat, mut lon) = (0.0, 0.0, 0.0);
    for pair in points.windows(2) {
        let [a, b] = pair else { continue };
        let (a, b) = (
            (a.lat() - origin.lat(), a.lon() - origin.lon()),
            (b.lat() - origin.lat(), b.lon() - origin.lon()),
        );
        let cross = a.1 * b.0 - b.1 * a.0;
        twice += cross;
        lat += (a.0 + b.0) * cross;
        lon += (a.1 + b.1) * cross;
    }
    let by_surface = (twice.abs() > 1e-9)
        .then(|| Point::new(origin.lat() + lat / (3.0 * twice), origin.lon() + lon / (3.0 * twice)).ok())
        .flatten();
    let count = points.len().max(1) as f64;
    let mean = |of: fn(Point) -> f64| points.iter().map(|point| of(*point)).sum::<f64>() / count;
    by_surface.or_else(|| Point::new(mean(Point::lat), mean(Point::lon)).ok())
}
