//! The boundaries projected to path data, once per level of detail.

use std::fmt::Write as _;
use std::sync::LazyLock;

use geography::{Detail, Line, boundaries};

use crate::projection::{Xy, project};
use crate::view::Frame;

/// Path data in whole grid units of [`Shapes::unit_km`], and where it lies.
#[derive(Debug)]
pub(crate) struct Piece {
    pub path: String,
    pub box_km: [f64; 4],
}

impl Piece {
    /// Whether any of it may show in the frame.
    pub fn touches(&self, frame: &Frame) -> bool {
        let [west, north, east, south] = self.box_km;
        east >= frame.x
            && west <= frame.x + frame.width_km
            && south >= frame.y
            && north <= frame.y + frame.height_km
    }
    /// Its extent in square kilometres, as a box.
    pub fn extent(&self) -> f64 {
        let [west, north, east, south] = self.box_km;
        (east - west) * (south - north)
    }
}

/// Everything drawn at one level of detail.
#[derive(Debug)]
pub(crate) struct Shapes {
    /// Kilometres that one grid unit of the paths stands for.
    pub unit_km: f64,
    pub provinces: Vec<(&'static str, Piece)>,
    pub inner: Vec<Piece>,
    pub country: Vec<Piece>,
    pub context: Piece,
}

static LIGHT: LazyLock<Shapes> = LazyLock::new(|| Shapes::of(Detail::Light, 1.0));
static FULL: LazyLock<Shapes> = LazyLock::new(|| Shapes::of(Detail::Full, 0.2));

pub(crate) fn shapes(detail: Detail) -> &'static Shapes {
    match detail {
        Detail::Light => &LIGHT,
        Detail::Full => &FULL,
    }
}

impl Shapes {
    fn of(detail: Detail, unit_km: f64) -> Self {
        let lines = boundaries(detail);
        let each = |lines: &[Line]| lines.iter().map(|line| piece([line], unit_km)).collect();
        Self {
            unit_km,
            provinces: lines.provinces.iter().map(|shape| (shape.id, piece(&shape.rings, unit_km))).collect(),
            inner: each(&lines.inner_borders),
            country: each(&lines.country_borders),
            context: piece(&lines.context, unit_km),
        }
    }
}

/// The lines as one path; a line that ends where it began is closed.
fn piece<'a>(lines: impl IntoIterator<Item = &'a Line>, unit_km: f64) -> Piece {
    let mut piece = Piece {
        path: String::new(),
        box_km: [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY],
    };
    for line in lines {
        let mut last: Option<(i64, i64)> = None;
        for point in line {
            let Xy { x, y } = project(*point);
            let [west, north, east, south] = &mut piece.box_km;
            (*west, *north, *east, *south) = (west.min(x), north.min(y), east.max(x), south.max(y));
            let now = ((x / unit_km).round() as i64, (y / unit_km).round() as i64);
            step(&mut piece.path, last, now);
            last = Some(now);
        }
        if line.len() > 2 && line.first() == line.last() {
            piece.path.push('z');
        }
    }
    piece
}

fn step(path: &mut String, last: Option<(i64, i64)>, now: (i64, i64)) {
    // writing to a String cannot fail
    let written = match last {
        None => write!(path, "M{} {}", now.0, now.1),
        Some(last) if last == now => Ok(()),
        Some(last) => write!(path, "l{} {}", now.0 - last.0, now.1 - last.1),
    };
    debug_assert!(written.is_ok());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_86_units_with_a_shape_are_drawn_at_both_levels() {
        for detail in [Detail::Light, Detail::Full] {
            let drawn = shapes(detail);
            assert_eq!(drawn.provinces.len(), 86);
            for (id, piece) in &drawn.provinces {
                assert!(piece.path.starts_with('M') && piece.path.ends_with('z'), "{id}");
                assert!(piece.path.matches('l').count() >= 2, "{id} has an area");
            }
        }
    }

    #[test]
    fn batken_keeps_its_three_exclaves_where_it_is_drawn_finely() {
        let batken = shapes(Detail::Full).provinces.iter().find(|(id, _)| *id == "KG-B").unwrap();
        assert!(batken.1.path.matches('M').count() >= 4, "one outline and three holes");
    }
}
