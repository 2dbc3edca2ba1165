//! The situation map: units as links, coloured by level, under one frame.

use std::collections::BTreeMap;

use domain::Level;
use geography::{Province, province};
use maud::{Markup, html};

use crate::projection::{Xy, project};
use crate::shapes::{Piece, Shapes, shapes};
use crate::view::{Frame, Names, View};

/// What a unit is filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shade {
    /// The colour of a level.
    Level(Level),
    /// Hatching: too little is known to speak of a level.
    Insufficient,
}

impl Shade {
    /// The class that gives it its colour in [`crate::STYLE`].
    pub const fn class(self) -> &'static str {
        match self {
            Self::Level(Level::Calm) => "l0",
            Self::Level(Level::Low) => "l1",
            Self::Level(Level::Elevated) => "l2",
            Self::Level(Level::High) => "l3",
            Self::Level(Level::Critical) => "l4",
            Self::Insufficient => "no",
        }
    }
}

/// What the map says of one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its fill.
    pub shade: Shade,
    /// Whether its last days are unknown, so that the level may be higher: thin lines are drawn over its colour.
    pub unsure: bool,
    /// All it says, read aloud: `Batken, Kyrgyzstan: high, border tension`.
    pub says: String,
    /// Where it leads.
    pub href: String,
}

/// The words on a map, in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words<'a> {
    /// What the map shows, as its accessible name.
    pub title: &'a str,
    /// The sentence on boundaries and names; it travels with the drawing.
    pub disclaimer: &'a str,
    /// Names of the six countries by ISO 3166-1 alpha-3.
    pub countries: &'a BTreeMap<&'static str, String>,
    /// The language of the names of units.
    pub names: Names,
}

/// What is drawn.
#[derive(Clone, Debug)]
pub struct Map<'a> {
    /// The part shown.
    pub view: View,
    /// What is said of each unit, by ISO 3166-2; a unit without is hatched and leads nowhere.
    pub marks: &'a BTreeMap<String, Mark>,
    /// The unit that is outlined.
    pub selected: Option<&'a str>,
    /// The words on it.
    pub words: Words<'a>,
    /// Tells the ids inside apart where a page holds several maps.
    pub id: &'a str,
}

/// Units without a shape, drawn as dots at their label.
pub(crate) const DOTS: [&str; 2] = ["KG-GO", "TM-S"];

const CAPTION_LINE: f64 = 15.0;
const CAPTION_PAD: f64 = 9.0;
const LETTER: f64 = 5.9;

/// Draws the map.
pub fn map(map: &Map<'_>) -> Markup {
    let (frame, drawn) = (map.view.frame(), shapes(map.view.detail()));
    let (width, height) = frame.size();
    let caption = wrapped(map.words.disclaimer, ((width - 20.0) / LETTER) as usize);
    let strip = CAPTION_PAD.mul_add(2.0, caption.len() as f64 * CAPTION_LINE) - 4.0;
    html! {
        svg class="map" xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (short(width)) " " (short(height + strip)) }
            role="group" aria-labelledby={ (map.id) "-title" } {
            title id={ (map.id) "-title" } { (map.words.title) }
            desc { (map.words.disclaimer) }
            (hatch(map.id, frame.scale() * drawn.unit_km))
            g transform=(transform(&frame, drawn.unit_km)) { (land(map, &frame, drawn)) }
            (dots(map, &frame))
            g class="names" aria-hidden="true" { (names(map, &frame, drawn)) }
            (caption_strip(&caption, height, strip))
        }
    }
}

/// The hatching, and the lines over what is not sure; `scale` is that of the shapes it fills, so that it looks alike in every view.
fn hatch(id: &str, scale: f64) -> Markup {
    let transform = format!("rotate(45) scale({:.4})", 1.0 / scale);
    html! {
        defs {
            pattern id={ (id) "-hatch" } width="6" height="6" patternUnits="userSpaceOnUse" patternTransform=(transform) {
                rect class="hatch-ground" width="6" height="6" {}
                path class="hatch-line" d="M0 0V6" {}
            }
            pattern id={ (id) "-unsure" } width="8" height="8" patternUnits="userSpaceOnUse" patternTransform=(transform) {
                path class="unsure-line" d="M1 0V8" {}
                path class="unsure-gap" d="M2.2 0V8" {}
            }
        }
    }
}

fn transform(frame: &Frame, unit_km: f64) -> String {
    let scale = frame.scale();
    format!("translate({:.2} {:.2}) scale({:.5})", -frame.x * scale, -frame.y * scale, scale * unit_km)
}

fn land(map: &Map<'_>, frame: &Frame, drawn: &Shapes) -> Markup {
    let lines = |pieces: &[Piece]| {
        let seen = pieces.iter().filter(|piece| piece.touches(frame));
        seen.map(|piece| piece.path.as_str()).collect::<String>()
    };
    let chosen = map.selected.and_then(|id| drawn.provinces.iter().find(|(own, _)| *own == id));
    html! {
        path class="context" d=(drawn.context.path) {}
        path class="glow" d=(lines(&drawn.country)) {}
        @for (id, piece) in drawn.provinces.iter().filter(|(_, piece)| piece.touches(frame)) {
            (unit(map, id, &html! {
                path d=(piece.path) {}
                @if is_unsure(map, id) { path class="unsure" d=(piece.path) {} }
            }))
        }
        path class="inner" d=(lines(&drawn.inner)) {}
        path class="border" d=(lines(&drawn.country)) {}
        @if let Some((_, piece)) = chosen {
            path class="halo" d=(piece.path) {}
            path class="chosen" d=(piece.path) {}
        }
    }
}

fn is_unsure(map: &Map<'_>, id: &str) -> bool {
    map.marks.get(id).is_some_and(|mark| mark.unsure)
}

/// One unit, filled and linked; `shape` is its outline.
fn unit(map: &Map<'_>, id: &str, shape: &Markup) -> Markup {
    let Some(mark) = map.marks.get(id) else {
        return html! { g class="unit no" data-unit=(id) { (shape) } };
    };
    html! {
        a class={ "unit " (mark.shade.class()) } href=(mark.href) aria-label=(mark.says) data-unit=(id)
            aria-current=[(map.selected == Some(id)).then_some("true")] {
            title { (mark.says) }
            (shape)
        }
    }
}

fn dots(map: &Map<'_>, frame: &Frame) -> Markup {
    html! {
        @for unit_drawn in DOTS.iter().filter_map(|id| province(id)) {
            @let at = project(unit_drawn.label);
            @if frame.contains(at) {
                @let Xy { x, y } = frame.place(at);
                (unit(map, unit_drawn.id, &html! {
                    circle class="dot" cx=(short(x)) cy=(short(y)) r="5" {}
                    @if is_unsure(map, unit_drawn.id) { circle class="unsure" cx=(short(x)) cy=(short(y)) r="5" {} }
                    @if map.selected == Some(unit_drawn.id) { circle class="chosen" cx=(short(x)) cy=(short(y)) r="8" {} }
                }))
            }
        }
    }
}

/// Where the names of the countries stand in the view of the region, clear of small units.
const COUNTRY_AT: [(&str, f64, f64); 6] = [
    ("AFG", 33.75, 66.0),
    ("KAZ", 48.3, 67.5),
    ("KGZ", 41.75, 75.4),
    ("TJK", 38.25, 72.3),
    ("TKM", 39.3, 58.9),
    ("UZB", 42.6, 62.8),
];

fn names(map: &Map<'_>, frame: &Frame, drawn: &Shapes) -> Markup {
    if map.view == View::Region {
        return html! {
            @for (country, lat, lon) in COUNTRY_AT {
                @let Xy { x, y } = frame.place(project(geography::Point { lat, lon }));
                text class="country" x=(short(x)) y=(short(y)) { (map.words.countries.get(country).map_or(country, String::as_str)) }
            }
        };
    }
    html! {
        @for (name, Xy { x, y }) in placed(map, frame, drawn) {
            text x=(short(x)) y=(short(y)) { (name) }
        }
    }
}

/// Names of the units that fit, larger units first: a name that would run into another is left out.
fn placed(map: &Map<'_>, frame: &Frame, drawn: &Shapes) -> Vec<(&'static str, Xy)> {
    let extent = |unit: &Province| {
        drawn.provinces.iter().find(|(id, _)| *id == unit.id).map_or(0.0, |(_, piece)| piece.extent())
    };
    let wanted = |unit: &&Province| map.view.country().is_none_or(|code| unit.country == code);
    let mut units: Vec<&'static Province> = geography::provinces().iter().filter(wanted).collect();
    units.sort_by(|one, other| extent(other).total_cmp(&extent(one)));
    let (width, height) = frame.size();
    let mut taken: Vec<[f64; 4]> = Vec::new();
    let mut names = Vec::new();
    for unit in units {
        let mut at = frame.place(project(unit.label));
        let name = map.words.names.of(unit);
        let half = name.chars().count() as f64 * 3.3;
        if DOTS.contains(&unit.id) {
            at.y -= 10.0; // above its dot
        }
        let area = [at.x - half, at.y - 9.0, at.x + half, at.y + 5.0];
        let inside = area[0] > 0.0 && area[1] > 0.0 && area[2] < width && area[3] < height;
        if inside && !taken.iter().any(|other| overlap(&area, other)) {
            taken.push(area);
            names.push((name, at));
        }
    }
    names
}

fn overlap(one: &[f64; 4], other: &[f64; 4]) -> bool {
    one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3]
}

fn caption_strip(lines: &[String], top: f64, strip: f64) -> Markup {
    html! {
        g class="caption" aria-hidden="true" {
            // wider than the frame: the drawing may stand in a wider box
            rect x="-3000" y=(short(top)) width="7000" height=(short(strip + 3000.0)) {}
            @for (number, line) in lines.iter().enumerate() {
                text x="10" y=(short(top + CAPTION_PAD + 8.0 + number as f64 * CAPTION_LINE)) { (line) }
            }
        }
    }
}

/// The text in lines of at most this many characters, broken between words.
fn wrapped(text: &str, at_most: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= at_most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A coordinate to a tenth.
pub(crate) fn short(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks() -> BTreeMap<String, Mark> {
        let mark = |unit: &Province| Mark {
            shade: if unit.id == "KG-B" { Shade::Level(Level::High) } else { Shade::Insufficient },
            unsure: unit.id == "KG-B",
            says: format!("{}, {}", unit.name_en, unit.country),
            href: format!("/provinces/{}", unit.id),
        };
        geography::provinces().iter().map(|unit| (unit.id.to_owned(), mark(unit))).collect()
    }

    fn drawn(view: View, selected: Option<&str>) -> String {
        let (marks, countries) = (marks(), BTreeMap::from([("KGZ", "Kyrgyzstan".to_owned())]));
        let words = Words {
            title: "T",
            disclaimer: "No <position> is taken",
            countries: &countries,
            names: Names::English,
        };
        map(&Map { view, marks: &marks, selected, words, id: "m" }).into_string()
    }

    #[test]
    fn the_region_has_86_shapes_and_two_dots_and_all_are_links_with_names() {
        let svg = drawn(View::Region, None);
        assert_eq!(svg.matches("<a class=\"unit ").count(), 88);
        assert_eq!(svg.matches("<circle class=\"dot\"").count(), 2);
        assert_eq!(svg.matches("aria-label=").count(), 88);
        assert_eq!(svg.matches("unit l3").count(), 1);
        assert_eq!(svg.matches("class=\"unsure\"").count(), 1, "lines over the colour, whatever the colour");
        assert!(svg.contains("Kyrgyzstan</text>") && !svg.contains("Batken</text>"));
    }

    #[test]
    fn a_closer_view_names_units_and_leaves_out_what_cannot_be_seen() {
        let svg = drawn(View::Fergana, Some("KG-B"));
        assert!(svg.contains("Batken</text>") && svg.contains("class=\"chosen\""));
        assert!(svg.contains("data-unit=\"KG-GO\"") && !svg.contains("data-unit=\"TM-S\""));
        assert!(!svg.contains("data-unit=\"AF-KAB\""));
    }

    #[test]
    fn the_disclaimer_is_part_of_the_drawing_and_text_is_escaped() {
        for view in View::ALL {
            let svg = drawn(*view, None);
            assert!(
                svg.contains("<desc>No &lt;position&gt; is taken</desc>")
                    && svg.contains("class=\"caption\"")
            );
            assert!(!svg.contains("style=") && !svg.contains("NaN") && !svg.contains("inf"));
        }
    }

    #[test]
    fn long_captions_are_broken_between_words() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("", 7), [""]);
        assert_eq!(wrapped("unbreakable", 3), ["unbreakable"].map(str::to_owned).as_slice());
    }
}
