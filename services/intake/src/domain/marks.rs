//! What of an observation the index of texts holds: its words, and marks by which filters find it there.
//!
//! A mark begins with an underscore, which no word does. Marks narrow a search; what they let through is compared with the
//! filter itself.

use std::{collections::HashMap, sync::LazyLock};

use chrono::Datelike;
use contracts::intake::FindObservations;
use domain::{Bounds, Credibility, Observation, Precision, Reliability};

use super::words::words;

/// How many words of one observation are kept: more stand in no report, and both databases count positions that far.
const WORDS: usize = 12_000;
/// Stands between two texts, so that no phrase reaches from one into the other.
const BREAK: &str = "_";
/// Every observation has it: what is looked for by its absence alone is looked for among these.
pub const ANY: &str = "_o";
/// It lasted over a turn of the year.
pub const ACROSS_YEARS: &str = "_y";
/// Sides of the cells of the map, in degrees, from coarse to fine.
const CELLS: [f64; 3] = [10.0, 1.0, 0.1];
/// How many cells a part of the map is put together of at most.
const COVER: i64 = 64;

/// The words of the names of every unit, in its languages.
static UNITS: LazyLock<HashMap<&'static str, Vec<String>>> = LazyLock::new(|| {
    let words_of = |name: &'static str| {
        words(name).into_iter().map(|word| word.stem).chain([BREAK.to_owned()]).collect::<Vec<_>>()
    };
    let names =
        |unit: &geography::Province| [unit.name_en, unit.name_ru, unit.name_local].map(words_of).concat();
    geography::provinces().iter().map(|unit| (unit.id, names(unit))).collect()
});

/// Everything the index holds of an observation, in order.
pub fn of(seen: &Observation) -> Vec<String> {
    let mut held = Vec::new();
    for text in texts(seen) {
        held.extend(words(&text).into_iter().map(|word| word.stem));
        held.push(BREAK.to_owned());
    }
    held.truncate(WORDS);
    let floor = seen.handling.precision_floor;
    if let Some(province) = seen.place.province.as_ref().filter(|_| floor < Precision::Country) {
        held.extend(UNITS.get(province.as_str()).into_iter().flatten().cloned());
    }
    held.extend(marks(seen));
    held
}

/// The texts of an observation. A place is named no finer than it may be shown.
fn texts(seen: &Observation) -> Vec<String> {
    let place = seen.place.generalised(seen.handling.precision_floor);
    let mut texts = vec![seen.title.clone(), seen.text.clone()];
    texts.extend(seen.actors.iter().cloned());
    texts.extend([place.name, place.district].into_iter().flatten());
    texts
}

fn marks(seen: &Observation) -> Vec<String> {
    let mut marks = vec![ANY.to_owned(), reliable(seen.grade.reliability), credible(seen.grade.credibility)];
    marks.push(mark('s', &seen.source));
    marks.extend(seen.place.country.map(|country| mark('c', country)));
    marks.extend(seen.place.province.as_ref().map(|province| mark('p', province)));
    marks.extend(seen.threats.iter().map(|threat| mark('t', threat)));
    if seen.occurred_from.as_date().year() != seen.occurred_to.as_date().year() {
        marks.push(ACROSS_YEARS.to_owned());
    }
    if let Some(point) = seen.place.point.filter(|_| seen.handling.precision_floor == Precision::Exact) {
        marks.extend(
            (0..CELLS.len()).map(|level| cell(level, row(level, point.lat()), column(level, point.lon()))),
        );
    }
    marks
}

/// The marks that what is wanted has: of every list one at least.
pub fn wanted(find: &FindObservations) -> Vec<Vec<String>> {
    let mut marks = Vec::new();
    marks.extend(find.source.as_ref().map(|source| vec![mark('s', source)]));
    marks.extend(find.country.map(|country| vec![mark('c', country)]));
    marks.extend(find.province.as_ref().map(|province| vec![mark('p', province)]));
    marks.extend(find.threat.map(|threat| vec![mark('t', threat)]));
    if let Some(least) = find.reliability {
        marks.push(
            Reliability::ALL.iter().filter(|r| r.as_str() <= least.as_str()).map(|r| reliable(*r)).collect(),
        );
    }
    if let Some(least) = find.credibility {
        let upto = (1..=least.digit()).filter_map(|digit| Credibility::try_from(digit).ok());
        marks.push(upto.map(credible).collect());
    }
    marks.extend(find.within.and_then(cover));
    marks
}

/// The finest cells that cover a part of the map and are not too many; `None` where it lies across the 180th meridian.
fn cover(Bounds { west, south, east, north }: Bounds) -> Option<Vec<String>> {
    if west > east {
        return None;
    }
    (0..CELLS.len()).rev().find_map(|level| {
        let rows = row(level, south)..=row(level, north);
        let columns = column(level, west)..=column(level, east);
        let many = (rows.end() - rows.start() + 1) * (columns.end() - columns.start() + 1);
        (many <= COVER).then(|| {
            rows.flat_map(|row| columns.clone().map(move |column| cell(level, row, column))).collect()
        })
    })
}

fn row(level: usize, lat: f64) -> i64 {
    ((lat + 90.0) / CELLS.get(level).copied().unwrap_or(1.0)).floor() as i64
}

fn column(level: usize, lon: f64) -> i64 {
    ((lon + 180.0) / CELLS.get(level).copied().unwrap_or(1.0)).floor() as i64
}

fn cell(level: usize, row: i64, column: i64) -> String {
    format!("_g{level}_{row}_{column}")
}

fn reliable(reliability: Reliability) -> String {
    mark('r', reliability)
}

fn credible(credibility: Credibility) -> String {
    mark('x', credibility.digit())
}

fn mark(kind: char, value: impl std::fmt::Display) -> String {
    let value = value.to_string().to_ascii_lowercase();
    format!("_{kind}_{}", value.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_"))
}

#[cfg(test)]
mod tests {
    use domain::Point;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::merge::tests::{arrival, draft};

    fn at(lat: f64, lon: f64) -> Observation {
        let mut draft = draft("1");
        draft.place.point = Point::new(lat, lon).ok();
        draft.place.precision = Precision::Exact;
        draft.observation(1, &arrival())
    }

    #[test]
    fn a_phrase_does_not_reach_from_one_text_into_the_next() {
        let mut draft = draft("1");
        (draft.title, draft.text) = ("Exchange of fire".into(), "Border closed".into());
        let held = of(&draft.observation(1, &arrival()));
        let fire = held.iter().position(|word| word == "fire").unwrap();
        assert_eq!((held[fire + 1].as_str(), held[fire + 2].as_str()), ("_", "border"));
        for name in ["batken", "баткенск"] {
            assert!(held.iter().any(|word| word == name), "{name} in {held:?}");
        }
    }

    #[test]
    fn a_place_that_may_not_be_shown_is_not_found_by_its_name_or_cell() {
        let mut seen = at(39.9, 70.6);
        seen.place.name = Some("Aksai".into());
        assert!(of(&seen).iter().any(|word| word == "aksai"));
        seen.handling.precision_floor = Precision::Province;
        let held = of(&seen);
        assert!(!held.iter().any(|word| word == "aksai" || word.starts_with("_g")), "{held:?}");
    }

    proptest! {
        #[test]
        fn what_lies_within_a_part_of_the_map_has_one_of_its_cells(
            lat in -90.0..=90.0_f64, lon in -180.0..=180.0_f64, up in 0.0..20.0_f64, right in 0.0..40.0_f64,
        ) {
            let bounds = Bounds {
                west: (lon - right).max(-180.0), south: (lat - up).max(-90.0), east: (lon + right / 3.0).min(180.0), north: (lat + up / 2.0).min(90.0),
            };
            let cells = cover(bounds).unwrap_or_default();
            let held = of(&at(lat, lon));
            prop_assert!(cells.is_empty() || cells.iter().any(|cell| held.contains(cell)), "{cells:?}");
        }
    }
}
