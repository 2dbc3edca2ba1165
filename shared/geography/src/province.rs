//! The register of the 88 units and the country codes other sources use.

use std::sync::LazyLock;

use serde::Deserialize;

/// A place on the globe, in degrees (WGS 84).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Degrees north of the equator.
    pub lat: f64,
    /// Degrees east of Greenwich.
    pub lon: f64,
}

/// One current first-level unit of one of the six countries.
#[derive(Clone, Debug, PartialEq)]
pub struct Province {
    /// Current ISO 3166-2 code, as `KG-B`.
    pub id: &'static str,
    /// ISO 3166-1 alpha-3 code of the country, as `KGZ`.
    pub country: &'static str,
    /// English name.
    pub name_en: &'static str,
    /// Russian name.
    pub name_ru: &'static str,
    /// Name in the language and script of the place.
    pub name_local: &'static str,
    /// P-code of the humanitarian common datasets; `None` for Turkmenistan, which has none.
    pub pcode: Option<&'static str>,
    /// What the unit is: `province`, `region`, `city`, `republic`, `autonomous region` or `districts`.
    pub kind: &'static str,
    /// Point for a label or a dot, inside the unit.
    pub label: Point,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    country: String,
    kind: String,
    name_en: String,
    name_ru: String,
    name_local: String,
    pcode: Option<String>,
    lat: f64,
    lon: f64,
}

static PROVINCES: LazyLock<Vec<Province>> = LazyLock::new(|| {
    let mut provinces: Vec<Province> =
        read_rows::<Row>(include_str!("../data/provinces.csv")).into_iter().map(Province::from).collect();
    provinces.sort_by_key(|province| province.id);
    provinces
});

impl From<Row> for Province {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.leak(),
            country: row.country.leak(),
            name_en: row.name_en.leak(),
            name_ru: row.name_ru.leak(),
            name_local: row.name_local.leak(),
            pcode: row.pcode.map(|pcode| &*pcode.leak()),
            kind: row.kind.leak(),
            label: Point { lat: row.lat, lon: row.lon },
        }
    }
}

impl Province {
    /// Whether the unit is a city with the standing of a region.
    pub fn is_city(&self) -> bool {
        self.kind == "city"
    }
}

/// Rows of an embedded table; one that cannot be read is left out (a test proves that none is).
pub(crate) fn read_rows<Row: for<'a> Deserialize<'a>>(table: &str) -> Vec<Row> {
    csv::Reader::from_reader(table.as_bytes()).into_deserialize().filter_map(Result::ok).collect()
}

/// All 88 units, sorted by id.
pub fn provinces() -> &'static [Province] {
    &PROVINCES
}

/// The unit of a current ISO 3166-2 code; `None` for old codes and other spellings.
pub fn province(id: &str) -> Option<&'static Province> {
    let found = PROVINCES.binary_search_by_key(&id, |province| province.id).ok()?;
    PROVINCES.get(found)
}

/// ISO 3166-1 alpha-3 code for a Gleditsch-Ward country number, as UCDP uses it.
///
/// Knows the six countries and their neighbours; `None` for the rest of the world.
pub const fn gw_country(code: u32) -> Option<&'static str> {
    match code {
        700 => Some("AFG"),
        701 => Some("TKM"),
        702 => Some("TJK"),
        703 => Some("KGZ"),
        704 => Some("UZB"),
        705 => Some("KAZ"),
        365 => Some("RUS"),
        630 => Some("IRN"),
        710 => Some("CHN"),
        770 => Some("PAK"),
        _ => None,
    }
}
