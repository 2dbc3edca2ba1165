//! Where things are: the 88 first-level units of Afghanistan, Kazakhstan, Kyrgyzstan, Tajikistan,
//! Turkmenistan and Uzbekistan, with their names, codes, places and boundaries.
//!
//! Units go by their current ISO 3166-2 code, countries by ISO 3166-1 alpha-3. All data is compiled in and
//! read once, on first use; it is derived by `data/derive/derive.py`, and `data/NOTICE.md` names every source
//! and licence. Boundaries shown here are for orientation and imply no position on any frontier.

mod boundaries;
mod country;
mod fold;
mod likely;
mod locate;
mod neighbours;
mod places;
mod province;
mod resolve;
mod topology;

pub use boundaries::{Boundaries, Detail, Line, ProvinceShape, boundaries};
pub use country::country_named;
pub use fold::fold;
pub use likely::likely_provinces;
pub use locate::{Located, SNAP_KM, distance_km, locate};
pub use neighbours::neighbours;
pub use places::{PlaceName, find_places, places};
pub use province::{Point, Province, gw_country, province, provinces};
pub use resolve::{Resolution, is_unit_word, resolve_province, unit_names};
