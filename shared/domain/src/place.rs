//! Where, and how precisely it is known. Nothing is drawn or released finer than its precision.

use serde::{Deserialize, Serialize};

use crate::{text::Invalid, words};

/// An ISO 3166-1 alpha-3 country code: `KGZ`.
///
/// Only the shape is checked here: three capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 3]);

impl Country {
    /// The six countries of the region, in the order of their codes.
    pub const REGION: [Self; 6] =
        [Self(*b"AFG"), Self(*b"KAZ"), Self(*b"KGZ"), Self(*b"TJK"), Self(*b"TKM"), Self(*b"UZB")];

    /// The three letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
    /// Whether it is one of the six countries of the region.
    pub fn in_region(self) -> bool {
        Self::REGION.contains(&self)
    }
}
impl std::fmt::Display for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
impl std::str::FromStr for Country {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(letters) if letters.iter().all(u8::is_ascii_uppercase) => Ok(Self(letters)),
            _ => Err(Invalid::new("country", text, "an ISO 3166-1 alpha-3 code, as KGZ")),
        }
    }
}
impl TryFrom<String> for Country {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}
impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.as_str().to_owned()
    }
}
crate::text_column!(Country);

/// An ISO 3166-2 code of a first-level unit: `KG-B`.
///
/// Only the shape is checked here: two capital letters, a hyphen, one to three capitals or digits. Whether the unit exists is known to the geography.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProvinceCode(String);

impl ProvinceCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl std::fmt::Display for ProvinceCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}
impl std::str::FromStr for ProvinceCode {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let shape = text.split_once('-').is_some_and(|(country, unit)| {
            country.len() == 2
                && country.bytes().all(|b| b.is_ascii_uppercase())
                && (1..=3).contains(&unit.len())
                && unit.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        });
        if shape {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("province", text, "an ISO 3166-2 code, as KG-B"))
        }
    }
}
impl TryFrom<String> for ProvinceCode {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}
impl From<ProvinceCode> for String {
    fn from(code: ProvinceCode) -> Self {
        code.0
    }
}
crate::text_column!(ProvinceCode);

words! {
    /// How finely a place is known, or may be shown; a later value is coarser.
    "precision" Precision {
        /// The place itself.
        Exact = "exact",
        /// Near the place, within about 25 km.
        Near = "near",
        /// The district.
        District = "district",
        /// The province.
        Province = "province",
        /// The country only.
        Country = "country",
        /// Not known.
        None = "none",
    }
}

impl Precision {
    /// Whether this is at least as coarse as `floor`, so that it may be shown under that floor; the floor itself does.
    pub fn satisfies(self, floor: Self) -> bool {
        self >= floor
    }
    /// Whether a point tells a place that is known so finely; of a coarser one it is the middle of a unit.
    pub const fn has_point(self) -> bool {
        matches!(self, Self::Exact | Self::Near)
    }
}

/// A point on the earth, WGS 84, in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawPoint", into = "RawPoint")]
pub struct Point {
    lat: f64,
    lon: f64,
}

#[derive(Serialize, Deserialize)]
struct RawPoint {
    lat: f64,
    lon: f64,
}

impl Point {
    /// The point at this latitude (-90..=90) and longitude (-180..=180).
    ///
    /// # Errors
    /// When either is outside its range or not a number.
    pub fn new(lat: f64, lon: f64) -> Result<Self, Invalid> {
        if (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon) {
            Ok(Self { lat, lon })
        } else {
            Err(Invalid::new("point", &format!("{lat},{lon}"), "latitude -90..90 and longitude -180..180"))
        }
    }
    /// Latitude in degrees.
    pub fn lat(self) -> f64 {
        self.lat
    }
    /// Longitude in degrees.
    pub fn lon(self) -> f64 {
        self.lon
    }
    /// Kilometres that rounding can move a point at most: half a tenth of a degree each way, at the equator.
    const ROUNDED_BY_KM: f64 = 8.0;

    /// The point to a tenth of a degree.
    fn rounded(self) -> Self {
        let tenth = |degrees: f64| (degrees * 10.0).round() / 10.0;
        Self { lat: tenth(self.lat), lon: tenth(self.lon) }
    }
    /// Great-circle distance in kilometres, on a sphere of radius 6371 km.
    pub fn distance_km(self, other: Self) -> f64 {
        let (a, b) = (self.lat.to_radians(), other.lat.to_radians());
        let half = ((b - a) / 2.0).sin().powi(2)
            + a.cos() * b.cos() * ((other.lon - self.lon).to_radians() / 2.0).sin().powi(2);
        2.0 * 6371.0 * half.sqrt().min(1.0).asin()
    }
}
impl TryFrom<RawPoint> for Point {
    type Error = Invalid;
    fn try_from(raw: RawPoint) -> Result<Self, Invalid> {
        Self::new(raw.lat, raw.lon)
    }
}
impl From<Point> for RawPoint {
    fn from(point: Point) -> Self {
        Self { lat: point.lat, lon: point.lon }
    }
}

/// Where something is, as far as it is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The country; `None` over international waters or when unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// The first-level unit; `None` when unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<ProvinceCode>,
    /// The second-level unit, by name; `None` when unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    /// What the place is called; as fine as `precision`, no finer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The point; a centroid where `precision` is district or coarser, which is never shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
    /// How precisely the place is known.
    pub precision: Precision,
    /// Radius in km around the point within which the place lies; `None` without a point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radius_km: Option<f64>,
}

/// A part of the map, in degrees; written `west,south,east,north`. West of east unless it lies across the 180th meridian.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// Longitude of its western edge.
    pub west: f64,
    /// Latitude of its southern edge.
    pub south: f64,
    /// Longitude of its eastern edge.
    pub east: f64,
    /// Latitude of its northern edge.
    pub north: f64,
}

impl std::str::FromStr for Bounds {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let wrong = |expected| Invalid::new("part of the map", text, expected);
        let shape = "west,south,east,north in degrees, as 69.5,39,71,40.5";
        let degrees: Vec<f64> = text.split(',').filter_map(|part| part.trim().parse().ok()).collect();
        let &[west, south, east, north] = degrees.as_slice() else { return Err(wrong(shape)) };
        let edges = (Point::new(south, west), Point::new(north, east));
        if text.split(',').count() != 4 || edges.0.is_err() || edges.1.is_err() {
            return Err(wrong(shape));
        }
        if south > north {
            return Err(wrong(
                "the southern edge below the northern: west,south,east,north; exchange the two",
            ));
        }
        Ok(Self { west, south, east, north })
    }
}

impl Place {
    /// A place of which only the province is known.
    pub fn province(country: Country, province: ProvinceCode) -> Self {
        Self {
            country: Some(country),
            province: Some(province),
            district: None,
            name: None,
            point: None,
            precision: Precision::Province,
            radius_km: None,
        }
    }

    /// The same place no finer than `floor`, nor than it is known: what is finer is left out.
    ///
    /// Of a place that is known, or may be shown, by its district or more coarsely no point is left: it would be the middle of a
    /// unit, and look like a place.
    ///
    /// `Near` keeps a point rounded to a tenth of a degree, never the name, with a radius of at least 25 km that still
    /// holds the place. A unit below the floor is left out even where the stated precision is coarser than the unit.
    #[must_use]
    pub fn generalised(&self, floor: Precision) -> Self {
        let mut place = self.clone();
        if !self.precision.satisfies(floor) {
            place.precision = floor;
            place.name = None;
            place.point = self.point.filter(|_| floor == Precision::Near).map(Point::rounded);
            place.radius_km =
                place.point.map(|_| (self.radius_km.unwrap_or(0.0) + Point::ROUNDED_BY_KM).max(25.0));
        }
        if !place.precision.has_point() {
            (place.point, place.radius_km) = (None, None);
        }
        if floor >= Precision::Province {
            place.district = None;
        }
        if floor >= Precision::Country {
            place.province = None;
        }
        if floor == Precision::None {
            place.country = None;
        }
        place
    }
}

#[cfg(test)]
mod tests;
