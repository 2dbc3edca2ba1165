//! Which part of the region is shown: presets, so that a view is a link and prints.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use geography::{Detail, Point};

use crate::projection::{Xy, project};

/// The language that names of places on the map are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// English.
    English,
    /// Russian.
    Russian,
}

impl Names {
    /// The name of a unit in this language.
    pub fn of(self, province: &geography::Province) -> &'static str {
        match self {
            Self::English => province.name_en,
            Self::Russian => province.name_ru,
        }
    }
}

/// A preset part of the region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// All six countries.
    #[default]
    Region,
    /// Afghanistan.
    Afghanistan,
    /// Kazakhstan.
    Kazakhstan,
    /// Kyrgyzstan.
    Kyrgyzstan,
    /// Tajikistan.
    Tajikistan,
    /// Turkmenistan.
    Turkmenistan,
    /// Uzbekistan.
    Uzbekistan,
    /// The Fergana Valley with its exclaves.
    Fergana,
}

/// The rectangle of the flat map that a view shows, in kilometres, and the size it is drawn at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width in kilometres.
    pub width_km: f64,
    /// Height in kilometres.
    pub height_km: f64,
}

/// The size that a frame is fitted into, in drawing units: one unit is about one pixel on a desk screen.
const FIT: (f64, f64) = (1000.0, 620.0);

impl Frame {
    /// Drawing units per kilometre.
    pub fn scale(&self) -> f64 {
        (FIT.0 / self.width_km).min(FIT.1 / self.height_km)
    }
    /// Width and height of the drawing in drawing units.
    pub fn size(&self) -> (f64, f64) {
        (self.width_km * self.scale(), self.height_km * self.scale())
    }
    /// A point of the flat map in drawing units.
    pub fn place(&self, at: Xy) -> Xy {
        Xy { x: (at.x - self.x) * self.scale(), y: (at.y - self.y) * self.scale() }
    }
    /// Whether a point of the flat map lies in it.
    pub fn contains(&self, at: Xy) -> bool {
        (self.x..=self.x + self.width_km).contains(&at.x)
            && (self.y..=self.y + self.height_km).contains(&at.y)
    }
}

static FRAMES: LazyLock<BTreeMap<View, Frame>> =
    LazyLock::new(|| View::ALL.iter().map(|view| (*view, view.measured())).collect());

impl View {
    /// All presets, in the order of their codes.
    pub const ALL: &'static [Self] = &[
        Self::Region,
        Self::Afghanistan,
        Self::Kazakhstan,
        Self::Kyrgyzstan,
        Self::Tajikistan,
        Self::Turkmenistan,
        Self::Uzbekistan,
        Self::Fergana,
    ];

    /// The word that stands in an address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Afghanistan => "AF",
            Self::Kazakhstan => "KZ",
            Self::Kyrgyzstan => "KG",
            Self::Tajikistan => "TJ",
            Self::Turkmenistan => "TM",
            Self::Uzbekistan => "UZ",
            Self::Fergana => "fergana",
        }
    }
    /// The view of this word; the whole region for any other.
    pub fn read(word: &str) -> Self {
        Self::ALL.iter().copied().find(|view| view.as_str() == word).unwrap_or_default()
    }
    /// The country it shows, as ISO 3166-1 alpha-3; `None` for views across countries.
    pub const fn country(self) -> Option<&'static str> {
        match self {
            Self::Region | Self::Fergana => None,
            Self::Afghanistan => Some("AFG"),
            Self::Kazakhstan => Some("KAZ"),
            Self::Kyrgyzstan => Some("KGZ"),
            Self::Tajikistan => Some("TJK"),
            Self::Turkmenistan => Some("TKM"),
            Self::Uzbekistan => Some("UZB"),
        }
    }
    /// How finely it is drawn.
    pub const fn detail(self) -> Detail {
        match self {
            Self::Region => Detail::Light,
            _ => Detail::Full,
        }
    }
    /// What it shows of the flat map.
    pub fn frame(self) -> Frame {
        FRAMES.get(&self).copied().unwrap_or_else(|| self.measured())
    }

    fn measured(self) -> Frame {
        let fergana = [(39.35, 69.7), (39.35, 73.35), (41.75, 69.7), (41.75, 73.35)];
        let points: Vec<Point> = match self {
            Self::Fergana => fergana.iter().map(|&(lat, lon)| Point { lat, lon }).collect(),
            _ => shown(self.country()),
        };
        let margin = if self == Self::Region { 0.035 } else { 0.05 };
        around(points.into_iter().map(project), margin)
    }
}

fn shown(country: Option<&str>) -> Vec<Point> {
    let all = &geography::boundaries(Detail::Full).provinces;
    let wanted = all.iter().filter(|shape| {
        country.is_none_or(|code| geography::province(shape.id).is_some_and(|unit| unit.country == code))
    });
    wanted.flat_map(|shape| shape.rings.iter().flatten().copied()).collect()
}

fn around(points: impl Iterator<Item = Xy>, margin: f64) -> Frame {
    let (mut west, mut north, mut east, mut south) =
        (f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY);
    for Xy { x, y } in points {
        (west, east) = (west.min(x), east.max(x));
        (north, south) = (north.min(y), south.max(y));
    }
    let pad = (east - west).max(south - north) * margin;
    Frame {
        x: west - pad,
        y: north - pad,
        width_km: east - west + 2.0 * pad,
        height_km: south - north + 2.0 * pad,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_point_lies_in_the_region_and_in_its_country() {
        for province in geography::provinces() {
            let at = project(province.label);
            assert!(View::Region.frame().contains(at), "{}", province.id);
            let own = View::ALL.iter().find(|view| view.country() == Some(province.country)).unwrap();
            assert!(own.frame().contains(at), "{}", province.id);
        }
    }

    #[test]
    fn a_point_in_the_frame_is_drawn_within_the_size() {
        for view in View::ALL {
            let frame = view.frame();
            let (width, height) = frame.size();
            assert!(width <= FIT.0 + 1e-6 && height <= FIT.1 + 1e-6);
            for province in geography::provinces().iter().filter(|p| frame.contains(project(p.label))) {
                let at = frame.place(project(province.label));
                assert!((0.0..=width).contains(&at.x) && (0.0..=height).contains(&at.y), "{}", province.id);
            }
        }
    }

    #[test]
    fn every_word_is_read_as_its_view_and_others_as_the_region() {
        for view in View::ALL {
            assert_eq!(View::read(view.as_str()), *view);
        }
        assert_eq!(View::read("../x"), View::Region);
    }
}
