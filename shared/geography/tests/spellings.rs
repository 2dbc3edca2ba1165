//! How provinces and their chief towns are spelt in Latin, Cyrillic and Arabic letters, in a table that a person can read and mend.

use geography::{Resolution, find_places, province, provinces, resolve_province};

/// A unit's code, its names, and those of its centre and of other towns in it; `;` between them.
const SPELLINGS: &str = include_str!("spellings.tsv");

fn ids(name: &str, country: Option<&str>) -> Vec<&'static str> {
    match resolve_province(name, country) {
        Resolution::Found(unit) => vec![unit.id],
        Resolution::Ambiguous(units) => units.iter().map(|unit| unit.id).collect(),
        Resolution::Unknown => Vec::new(),
    }
}

/// The code, and its names of one of the two columns.
fn named(column: usize) -> Vec<(&'static str, &'static str)> {
    let rows = SPELLINGS.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let names = rows.flat_map(|row| row[column].split(';').map(|name| (row[0], name)).collect::<Vec<_>>());
    names.filter(|(_, name)| !name.is_empty()).collect()
}

#[test]
fn every_spelling_of_a_unit_means_it_alone_but_for_its_namesakes() {
    let names = named(1);
    for unit in provinces() {
        let own = names.iter().filter(|(id, _)| *id == unit.id).count();
        assert!(own >= 3, "{}: {own} spellings", unit.id);
    }
    let namesakes = [["AF-BDS", "TJ-GB"], ["AF-NAN", "KG-J"]];
    let mut wrong = Vec::new();
    for (id, name) in names {
        let (within, alone) = (ids(name, Some(province(id).unwrap().country)), ids(name, None));
        let shared = namesakes.iter().any(|pair| alone == *pair && pair.contains(&id));
        if within != [id] || !(alone == [id] || shared) {
            wrong.push((id, name, within, alone));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_spelling_of_a_chief_town_leads_to_its_unit() {
    let leads = |id: &str, name: &str| {
        let country = province(id).map(|unit| unit.country);
        find_places(name, country).iter().any(|place| place.province.id == id)
    };
    let wrong: Vec<_> = named(2).into_iter().filter(|(id, name)| !leads(id, name)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for name in ["Зарафшон", "Zarafshon"] {
        let mut units: Vec<_> = find_places(name, None).iter().map(|place| place.province.id).collect();
        units.sort_unstable();
        assert_eq!(units, ["TJ-SU", "UZ-NW"], "{name}: a city and a valley, and neither is guessed");
    }
}
