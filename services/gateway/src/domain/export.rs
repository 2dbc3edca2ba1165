//! Observations as tables and maps read them, never finer than their precision, and safe to open in a spreadsheet.

use contracts::intake::clusters::Cluster;
use domain::{Observation, Precision, text::straight};
use serde_json::{Value, json};

use crate::Error;

/// The observation with its place no finer than it is known, and than its handling allows it to be shown.
pub fn shown(mut observation: Observation) -> Observation {
    observation.place = observation.place.generalised(observation.handling.precision_floor);
    observation
}

/// The cluster with all its places no finer than they are known, and than the handling of any of its members allows them to be shown.
pub fn cluster_shown(mut cluster: Cluster) -> Cluster {
    let floor = cluster.handling.precision_floor;
    cluster.place = cluster.place.generalised(floor);
    for member in &mut cluster.members {
        member.place = member.place.generalised(floor);
    }
    if floor > Precision::Exact {
        // how far apart two places are would tell what is between them
        let scores =
            cluster.links.iter_mut().filter_map(|link| link.score.as_mut()).chain(&mut cluster.score);
        scores.for_each(|score| score.km_apart = None);
    }
    cluster
}

/// The licences of an observation, by id.
pub(super) fn licences(observation: &Observation) -> String {
    observation.handling.licence.ids.iter().cloned().collect::<Vec<_>>().join(" ")
}

/// One GeoJSON feature (RFC 7946); the geometry is null where the place is known no finer than its district, as a pin on a
/// centroid would claim more than is known.
pub fn feature(observation: &Observation) -> Value {
    let place = &observation.place;
    let point = place.point.filter(|_| place.precision.has_point());
    let geometry = point.map(|p| json!({ "type": "Point", "coordinates": [p.lon(), p.lat()] }));
    json!({
        "type": "Feature",
        "id": observation.id,
        "geometry": geometry,
        "properties": {
            "title": observation.title,
            "kind": observation.kind,
            "threats": observation.threats,
            "severity": observation.severity,
            "deaths": observation.deaths,
            "occurred_from": observation.occurred_from,
            "occurred_to": observation.occurred_to,
            "country": place.country,
            "province": place.province,
            "precision": place.precision,
            "radius_km": place.radius_km,
            "grade": grade(observation),
            "source": observation.source,
            "tlp": observation.handling.tlp(),
            "licence": observation.handling.licence.ids,
            "attribution": observation.handling.licence.attribution,
            "exercise": observation.exercise,
        },
    })
}

/// Reliability and credibility: `B2`.
fn grade(observation: &Observation) -> String {
    format!("{}{}", observation.grade.reliability, observation.grade.credibility.digit())
}

/// The columns of the CSV, each with its HXL hashtag.
pub(super) const COLUMNS: [(&str, &str); 22] = [
    ("id", "#event+id"),
    ("revision", "#event+revision"),
    ("source", "#meta+source"),
    ("external_id", "#event+id+source"),
    ("occurred_from", "#date+start"),
    ("occurred_to", "#date+end"),
    ("country", "#country+code+iso3"),
    ("province", "#adm1+code+iso3166_2"),
    ("place", "#loc+name"),
    ("lat", "#geo+lat"),
    ("lon", "#geo+lon"),
    ("precision", "#geo+precision"),
    ("threats", "#event+threat"),
    ("kind", "#event+type"),
    ("severity", "#severity"),
    ("deaths", "#affected+killed"),
    ("title", "#event+name"),
    ("grade", "#meta+grade"),
    ("tlp", "#meta+tlp"),
    ("licence", "#meta+licence"),
    ("attribution", "#meta+attribution"),
    ("exercise", "#meta+exercise"),
];

/// What a table begins with: the header, and the row of HXL hashtags where it is wished. UTF-8, RFC 4180.
///
/// # Errors
/// When it cannot be written.
pub fn csv_head(hxl: bool) -> Result<String, Error> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(COLUMNS.map(|(name, _)| name))?;
    if hxl {
        table.write_record(COLUMNS.map(|(_, hashtag)| hashtag))?;
    }
    finished(table)
}

/// The rows of a table.
///
/// # Errors
/// When it cannot be written.
pub fn csv_rows(observations: &[Observation]) -> Result<String, Error> {
    let mut table = csv::Writer::from_writer(Vec::new());
    for observation in observations {
        table.write_record(row(observation).iter().map(|cell| safe(cell)))?;
    }
    finished(table)
}

pub(super) fn finished(table: csv::Writer<Vec<u8>>) -> Result<String, Error> {
    let bytes = table.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn row(o: &Observation) -> [String; 22] {
    let text = |value: Option<String>| value.unwrap_or_default();
    let words = |words: Vec<String>| words.join(" ");
    let place = &o.place;
    [
        o.id.to_string(),
        o.revision.to_string(),
        o.source.clone(),
        o.external_id.clone(),
        o.occurred_from.to_string(),
        o.occurred_to.to_string(),
        text(place.country.map(|c| c.to_string())),
        text(place.province.as_ref().map(ToString::to_string)),
        text(place.name.clone()),
        text(place.point.map(|p| p.lat().to_string())),
        text(place.point.map(|p| p.lon().to_string())),
        place.precision.to_string(),
        words(o.threats.iter().map(ToString::to_string).collect()),
        o.kind.clone(),
        o.severity.to_string(),
        text(o.deaths.map(|d| d.best.to_string())),
        o.title.clone(),
        grade(o),
        o.handling.tlp().to_string(),
        licences(o),
        o.handling.licence.attribution.iter().cloned().collect::<Vec<_>>().join("; "),
        o.exercise.to_string(),
    ]
}

/// What a formula begins with in one spreadsheet or another, in signs of either width.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A cell that no spreadsheet takes for a formula, and that cannot turn the direction of what stands beside it; numbers stay
/// numbers.
pub(super) fn safe(cell: &str) -> String {
    let straight = straight(cell);
    let cell: &str = &straight;
    let formula = cell.trim_start().starts_with(FORMULA) || cell.starts_with(['\t', '\r', '\n']);
    if formula && cell.parse::<f64>().is_err() { format!("'{}", parted(cell)) } else { parted(cell) }
}

/// What parts cells where a spreadsheet is set to another sign than the comma.
const PARTS: [char; 4] = [';', '\t', '\r', '\n'];

/// A cell of which no part is a formula either, wherever a spreadsheet cuts it.
fn parted(cell: &str) -> String {
    if !cell.contains(PARTS) {
        return cell.to_owned();
    }
    let mut whole = String::with_capacity(cell.len() + 1);
    for part in cell.split_inclusive(PARTS) {
        let opens = !whole.is_empty()
            && part.trim_start_matches(|c: char| c.is_whitespace() || c == '"').starts_with(FORMULA);
        whole.extend(opens.then_some('\''));
        whole.push_str(part);
    }
    whole
}

/// One observation a line.
///
/// # Errors
/// When it cannot be written.
pub fn ndjson(observations: &[Observation]) -> Result<String, Error> {
    let mut lines = String::new();
    for observation in observations {
        lines.push_str(&serde_json::to_string(observation)?);
        lines.push('\n');
    }
    Ok(lines)
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub fn observation(precision: &str, floor: &str) -> Observation {
        let value = json!({
            "id": domain::ObservationId::derived(&["x"]), "revision": 1, "source": "csv", "owner": "wire", "external_id": "1",
            "occurred_from": "2026-11-20", "occurred_to": "2026-11-20", "known_from": "2026-11-21T00:00:00Z",
            "place": { "country": "KGZ", "province": "KG-B", "name": "=Ak-Sai", "point": { "lat": 39.93, "lon": -70.55 },
                "precision": precision, "radius_km": 1.0 },
            "threats": ["border_tension"], "kind": "clash", "severity": "grave", "title": "@SUM(A1)", "text": "",
            "grade": { "reliability": "B", "credibility": 2, "by": "x", "at": "2026-11-21T00:00:00Z" },
            "handling": { "tlp": "GREEN", "audience": ["*"], "precision_floor": floor },
        });
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn no_pin_is_drawn_where_the_place_is_known_no_finer_than_its_district() {
        for (precision, drawn) in [("exact", true), ("near", true), ("district", false), ("province", false)]
        {
            let feature = feature(&shown(observation(precision, "exact")));
            assert_eq!(!feature["geometry"].is_null(), drawn, "{precision}");
        }
    }

    #[test]
    fn no_format_tells_the_middle_of_a_unit_as_a_place() {
        for (precision, floor, told) in [
            ("exact", "exact", true),
            ("near", "exact", true),
            ("exact", "near", true),
            ("exact", "district", false),
            ("district", "exact", false),
            ("district", "near", false),
            ("province", "exact", false),
            ("country", "exact", false),
            ("none", "exact", false),
        ] {
            let seen = shown(observation(precision, floor));
            let table = csv_head(false).unwrap() + &csv_rows(std::slice::from_ref(&seen)).unwrap();
            let row = csv::Reader::from_reader(table.as_bytes()).records().next().unwrap().unwrap();
            assert_eq!(
                (!row[9].is_empty(), !row[10].is_empty()),
                (told, told),
                "{precision} {floor}: {row:?}"
            );
            let line: Value = serde_json::from_str(&ndjson(std::slice::from_ref(&seen)).unwrap()).unwrap();
            let place = &line["place"];
            assert_eq!(
                (place.get("point").is_some(), place.get("radius_km").is_some()),
                (told, told),
                "{place}"
            );
            let properties = &feature(&seen)["properties"];
            assert_eq!(!properties["radius_km"].is_null(), told, "{properties}");
        }
    }

    #[test]
    fn what_may_be_shown_only_by_province_has_no_name_and_no_point() {
        let seen = shown(observation("exact", "province"));
        assert!(seen.place.point.is_none() && seen.place.name.is_none());
        assert!(feature(&seen)["geometry"].is_null());
    }

    #[test]
    fn a_table_keeps_numbers_and_disarms_formulas() {
        let table = csv_rows(&[observation("exact", "exact")]).unwrap();
        assert!(table.contains("'@SUM(A1)") && table.contains("'=Ak-Sai"), "{table}");
        assert!(table.contains(",-70.55,"), "{table}");
        for wide in ["＝cmd()", "＋1", " －1", "＠SUM(A1)"] {
            assert_eq!(safe(wide), format!("'{wide}"), "of full width");
        }
    }

    #[test]
    fn no_cell_turns_the_direction_of_its_neighbours() {
        assert_eq!(safe("\u{202e}=evil\u{2069} بدخشان\u{200f}"), "'=evil بدخشان\u{200f}");
    }

    proptest! {
        #[test]
        fn no_part_of_a_cell_begins_a_formula_wherever_it_is_cut(cell in "[=+@\\-＝;\\t\\n a-z\"]{0,9}") {
            let safe = safe(&cell);
            for (number, part) in safe.split([';', '\t', '\n']).enumerate() {
                // what stands first is behind a quotation mark of the table itself
                let part = part.trim_start_matches(|c| c == ' ' || (c == '"' && number > 0));
                prop_assert!(!part.starts_with(['=', '+', '-', '@', '＝']) || safe.parse::<f64>().is_ok(), "{safe:?}");
            }
        }
        #[test]
        fn no_cell_begins_a_formula(cell in "[=+@\\-＝＋－＠\\t\\r a-z0-9]{0,6}") {
            let safe = safe(&cell);
            let begins = safe.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) || safe.starts_with(['\t', '\r']);
            prop_assert!(!begins || safe.parse::<f64>().is_ok());
        }
    }
}
