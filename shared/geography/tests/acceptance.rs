//! What the register, the names, the places and the boundaries promise.

use std::collections::{BTreeMap, BTreeSet};

use geography::{
    Detail, Point, Resolution, boundaries, find_places, fold, gw_country, locate, neighbours, places,
    province, provinces, resolve_province,
};
use proptest::prelude::*;

fn found(name: &str, country: Option<&str>) -> String {
    match resolve_province(name, country) {
        Resolution::Found(unit) => unit.id.to_owned(),
        Resolution::Ambiguous(units) => units.iter().map(|unit| unit.id).collect::<Vec<_>>().join("|"),
        Resolution::Unknown => "unknown".to_owned(),
    }
}

fn at(lat: f64, lon: f64) -> Option<&'static str> {
    locate(Point { lat, lon }).map(|found| found.province.id)
}

#[test]
fn there_are_88_units_and_every_country_has_its_number() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for unit in provinces() {
        *counts.entry(unit.country).or_default() += 1;
    }
    let expected = [("AFG", 34), ("KAZ", 20), ("KGZ", 9), ("TJK", 5), ("TKM", 6), ("UZB", 14)];
    assert_eq!(counts, BTreeMap::from(expected));
    assert!(provinces().is_sorted_by_key(|unit| unit.id));
    assert_eq!(provinces().iter().map(|unit| unit.id).collect::<BTreeSet<_>>().len(), 88);
}

#[test]
fn every_unit_is_fully_named_and_has_a_pcode_outside_turkmenistan() {
    for unit in provinces() {
        assert!(
            !unit.name_en.is_empty() && !unit.name_ru.is_empty() && !unit.name_local.is_empty(),
            "{}",
            unit.id
        );
        assert_eq!(unit.pcode.is_none(), unit.country == "TKM", "{}", unit.id);
    }
}

#[test]
fn the_embedded_tables_are_read_to_the_last_row() {
    let rows = |table: &str| table.lines().count() - 1;
    assert_eq!(provinces().len(), rows(include_str!("../data/provinces.csv")));
    assert_eq!(places().len(), rows(include_str!("../data/places.csv")));
    for line in include_str!("../data/aliases.csv").lines().skip(1) {
        assert!(line.split(',').any(|field| province(field).is_some()), "{line}");
    }
    assert!(places().len() > 1_150);
}

#[test]
fn every_label_point_lies_in_its_own_unit() {
    for unit in provinces() {
        let located = locate(unit.label);
        assert_eq!(located.map(|found| found.province.id), Some(unit.id));
        assert_eq!(located.map(|found| found.distance_km), Some(0.0), "{}", unit.id);
    }
}

#[test]
fn every_name_shown_to_people_resolves_to_its_own_unit() {
    for unit in provinces() {
        assert_eq!(found(unit.name_en, Some(unit.country)), unit.id, "{}", unit.name_en);
        assert_eq!(found(unit.id, None), unit.id);
        assert_eq!(unit.pcode.map_or(unit.id.to_owned(), |code| found(code, None)), unit.id);
        if unit.kind != "city" {
            assert_eq!(found(unit.name_ru, Some(unit.country)), unit.id, "{}", unit.name_ru);
            assert_eq!(found(unit.name_local, Some(unit.country)), unit.id, "{}", unit.name_local);
        }
    }
}

#[test]
fn names_are_ambiguous_within_a_country_only_where_a_city_shares_its_regions_name() {
    let mut shared = BTreeSet::new();
    for line in include_str!("../data/aliases.csv").lines().skip(1) {
        let text = line.split(',').next().unwrap();
        for country in ["AFG", "KAZ", "KGZ", "TJK", "TKM", "UZB"] {
            if let Resolution::Ambiguous(units) = resolve_province(text, Some(country)) {
                shared.insert(units.iter().map(|unit| unit.id).collect::<Vec<_>>().join("|"));
            }
        }
    }
    assert_eq!(shared, BTreeSet::from(["KG-GO|KG-O", "KZ-19|KZ-75", "UZ-TK|UZ-TO"].map(str::to_owned)));
}

#[test]
fn the_spellings_seen_in_ucdp_resolve() {
    let observed = [
        ("Balkh province", "AF-BAL"),
        ("Badghis province", "AF-BDG"),
        ("Baghlan province", "AF-BGL"),
        ("Farah province", "AF-FRA"),
        ("Faryab province", "AF-FYB"),
        ("Ghazni province", "AF-GHA"),
        ("Ghor province", "AF-GHO"),
        ("Hilmand province", "AF-HEL"),
        ("Hirat province", "AF-HER"),
        ("Kabul province", "AF-KAB"),
        ("Kandahar province", "AF-KAN"),
        ("Kunduz province", "AF-KDZ"),
        ("Khost province", "AF-KHO"),
        ("Kunar province", "AF-KNR"),
        ("Laghman province", "AF-LAG"),
        ("Logar province", "AF-LOG"),
        ("Nangarhar province", "AF-NAN"),
        ("Nuristan province", "AF-NUR"),
        ("Panjsher province", "AF-PAN"),
        ("Parwan province", "AF-PAR"),
        ("Paktya province", "AF-PIA"),
        ("Paktika province", "AF-PKA"),
        ("Samangan province", "AF-SAM"),
        ("Sari Pul province", "AF-SAR"),
        ("Takhar province", "AF-TAK"),
        ("Uruzgan province", "AF-URU"),
        ("Wardak province", "AF-WAR"),
        ("Zabul province", "AF-ZAB"),
        ("Jalal-Abad oblast", "KG-J"),
        ("Dushanbe independent city", "TJ-DU"),
        ("Leninobod region", "TJ-SU"),
    ];
    assert_eq!(observed.len(), 31);
    for (spelling, id) in observed {
        let country = province(id).map(|unit| unit.country);
        assert_eq!(found(spelling, country), id, "{spelling}");
        assert_eq!(found(spelling, None), id, "{spelling} without a country");
    }
}

#[test]
fn spellings_to_be_expected_in_ucdp_resolve() {
    let expected = [
        ("Jawzjan province", "AF-JOW"),
        ("Nimroz province", "AF-NIM"),
        ("Daykundi province", "AF-DAY"),
        ("Bishkek city", "KG-GB"),
        ("Osh city", "KG-GO"),
        ("Osh oblast", "KG-O"),
        ("Ysyk-Köl oblast", "KG-Y"),
        ("Gorno-Badakhshan autonomous region", "TJ-GB"),
        ("Regions of Republican Subordination", "TJ-RA"),
        ("Bukhoro region", "UZ-BU"),
        ("Navoi region", "UZ-NW"),
        ("Karakalpakstan republic", "UZ-QR"),
        ("Sirdaryo region", "UZ-SI"),
        ("Tashkent city", "UZ-TK"),
        ("Tashkent region", "UZ-TO"),
        ("Khorezm region", "UZ-XO"),
        ("Almaty Region", "KZ-19"),
        ("Almaty city", "KZ-75"),
    ];
    for (spelling, id) in expected {
        assert_eq!(found(spelling, None), id, "{spelling}");
    }
}

#[test]
fn cyrillic_and_arabic_script_resolve() {
    let spellings = [
        ("Баткенская область", "KG-B"),
        ("Баткенской области", "KG-B"),
        ("Баткен облусу", "KG-B"),
        ("Согдийская область", "TJ-SU"),
        ("Вилояти Суғд", "TJ-SU"),
        ("Ошская обл.", "KG-O"),
        ("г. Ош", "KG-GO"),
        ("Ферганская область", "UZ-FA"),
        ("Туркестанская область", "KZ-61"),
        ("ГБАО", "TJ-GB"),
        ("Сурхандарьинская область", "UZ-SU"),
        ("Farg'ona viloyati", "UZ-FA"),
        ("Қызылорда облысы", "KZ-43"),
    ];
    for (spelling, id) in spellings {
        assert_eq!(found(spelling, None), id, "{spelling}");
    }
    assert_eq!(found("بدخشان", Some("AFG")), "AF-BDS");
    assert_eq!(found("ولایت بدخشان", Some("AFG")), "AF-BDS");
    assert_eq!(found("ننګرهار", None), "AF-NAN");
    assert_eq!(found("كابل", None), "AF-KAB");
}

#[test]
fn former_names_resolve_to_what_became_of_the_unit() {
    let former = [
        ("Leninabad", "TJ-SU"),
        ("Leninabad oblast", "TJ-SU"),
        ("Kurgan-Tyube", "TJ-KT"),
        ("Kulyab", "TJ-KT"),
        ("South Kazakhstan", "KZ-61"),
        ("Chimkent oblast", "KZ-61"),
        ("Chimkent", "KZ-79"),
        ("Nur-Sultan", "KZ-71"),
        ("Frunze", "KG-GB"),
        ("Tashauz", "TM-D"),
        ("Chardzhou", "TM-L"),
        ("Krasnovodsk", "TM-B"),
        ("Kzyl-Orda", "KZ-43"),
        ("Stalinabad", "TJ-DU"),
        ("Karategin", "TJ-RA"),
    ];
    for (spelling, id) in former {
        assert_eq!(found(spelling, None), id, "{spelling}");
    }
}

#[test]
fn codes_resolve_old_and_new_and_swapped_ones_keep_their_iso_meaning() {
    let codes = [
        ("KZ-ALA", "KZ-75"),
        ("KZ-ALM", "KZ-19"),
        ("KZ-YUZ", "KZ-61"),
        ("KZ-AST", "KZ-71"),
        ("KZ-VOS", "KZ-63"),
        ("AF-PIA", "AF-PIA"),
        ("AF-PKA", "AF-PKA"),
        ("AF13", "AF-PIA"),
        ("AF12", "AF-PKA"),
        ("kg-b", "KG-B"),
        ("KAZ001", "KZ-10"),
        (" TJ-KR ", "TJ-RA"),
    ];
    for (code, id) in codes {
        assert_eq!(found(code, None), id, "{code}");
    }
    assert_eq!(found("KZ-ALA", Some("AFG")), "unknown");
    assert!(province("KZ-ALA").is_none());
}

#[test]
fn an_ambiguous_name_is_not_guessed() {
    assert_eq!(["AFG", "tjk"].map(|country| found("Badakhshan", Some(country))), ["AF-BDS", "TJ-GB"]);
    for (name, alone) in [
        ("Jalalabad", "AF-NAN|KG-J"),
        ("Jalal-Abad", "KG-J"), // the city is not written so
        ("Бадахшан", "AF-BDS|TJ-GB"),
        ("بدخشان", "AF-BDS|TJ-GB"),
        ("Osh", "KG-GO|KG-O"),
        ("Atlantis", "unknown"),
    ] {
        assert_eq!(found(name, None), alone, "{name}");
    }
    assert_eq!(found("Tashkent", Some("UZB")), "UZ-TK|UZ-TO");
    assert_eq!(["Badakhshan", "Jalalabad Region"].map(|name| found(name, None)), ["AF-BDS|TJ-GB", "KG-J"]);
    assert!(["", "province"].iter().all(|name| found(name, None) == "unknown"));
}

#[test]
fn a_city_that_is_no_unit_resolves_to_the_unit_around_it() {
    assert_eq!(found("Herat city", None), "AF-HER");
    assert_eq!(found("Jalalabad city", Some("AFG")), "AF-NAN");
    assert!(found("Jalalabad city", None).contains('|'));
}

#[test]
fn exclaves_belong_to_the_country_they_are_of() {
    assert_eq!(at(39.97, 71.13), Some("UZ-FA"), "Sokh");
    assert_eq!(at(39.983, 71.805), Some("UZ-FA"), "Shohimardon");
    assert_eq!(at(40.247, 71.036), Some("UZ-FA"), "Chon-Qora");
    assert_eq!(at(39.851, 70.580), Some("TJ-SU"), "Vorukh");
    assert_eq!(at(40.980, 70.600), Some("TJ-SU"), "Sarvan");
    assert_eq!(at(40.665, 72.770), Some("KG-O"), "Barak");
    assert_eq!(at(40.062, 70.819), Some("KG-B"), "the town of Batken");
}

#[test]
fn a_point_just_outside_is_snapped_and_a_far_one_is_not() {
    let termez_bank = locate(Point { lat: 37.20, lon: 67.28 });
    assert!(termez_bank.is_some());
    assert_eq!(at(55.75, 37.62), None, "Moscow");
    assert_eq!(at(24.86, 67.01), None, "Karachi");
    assert_eq!(at(f64::NAN, 70.0), None);
    assert_eq!(at(40.0, f64::INFINITY), None);
    for found in [(43.65, 51.10), (36.96, 54.0), (42.0, 80.3)].map(|(lat, lon)| locate(Point { lat, lon })) {
        assert!(found.is_none_or(|found| (0.0..=geography::SNAP_KM).contains(&found.distance_km)));
    }
}

#[test]
fn neighbours_are_mutual_and_everyone_has_one() {
    for unit in provinces() {
        let around = neighbours(unit.id);
        assert!(!around.is_empty(), "{}", unit.id);
        for other in around {
            assert!(province(other).is_some() && neighbours(other).contains(&unit.id), "{} {other}", unit.id);
            assert_ne!(*other, unit.id);
        }
    }
    assert!(neighbours("XX").is_empty());
}

#[test]
fn neighbours_reach_across_the_frontiers_that_matter() {
    let pairs = [
        ("AF-BDS", "TJ-GB"),
        ("AF-KDZ", "TJ-KT"),
        ("AF-TAK", "TJ-KT"),
        ("AF-BAL", "UZ-SU"),
        ("AF-FYB", "TM-L"),
        ("KG-B", "TJ-SU"),
        ("KG-B", "UZ-FA"),
        ("KG-GO", "KG-O"),
        ("TM-S", "TM-A"),
        ("KZ-61", "UZ-TO"),
        ("KZ-10", "KZ-63"),
        ("KZ-33", "KZ-19"),
        ("KG-C", "KZ-31"),
        ("KZ-79", "KZ-61"),
        ("KZ-75", "KZ-19"),
    ];
    for (one, other) in pairs {
        assert!(neighbours(one).contains(&other), "{one} {other}: {:?}", neighbours(one));
    }
    assert!(!neighbours("AF-KAB").contains(&"TJ-KT"));
}

#[test]
fn the_boundaries_are_complete_and_well_formed() {
    for detail in [Detail::Light, Detail::Full] {
        let drawn = boundaries(detail);
        assert_eq!(drawn.provinces.len(), 86, "{detail:?}");
        assert!(
            drawn.inner_borders.len() > 100 && drawn.country_borders.len() > 40 && !drawn.context.is_empty()
        );
        for ring in drawn.provinces.iter().flat_map(|shape| &shape.rings).chain(&drawn.context) {
            assert!(ring.len() >= 4 && ring.first() == ring.last(), "{detail:?}");
            assert!(ring.iter().all(|p| (20.0..=67.0).contains(&p.lat) && (29.0..=106.0).contains(&p.lon)));
        }
        for line in drawn.inner_borders.iter().chain(&drawn.country_borders) {
            assert!(line.len() >= 2);
        }
    }
    let batken = boundaries(Detail::Full).provinces.iter().find(|shape| shape.id == "KG-B").unwrap();
    assert_eq!(batken.rings.len(), 4, "outline and three exclaves");
}

#[test]
fn ucdp_country_numbers_are_known() {
    assert_eq!(
        (700..=705).filter_map(gw_country).collect::<Vec<_>>(),
        ["AFG", "TKM", "TJK", "KGZ", "UZB", "KAZ"]
    );
    assert_eq!(gw_country(770), Some("PAK"));
    assert_eq!(gw_country(1), None);
}

proptest! {
    #[test]
    fn folding_twice_is_folding_once(text in ".*") {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn no_text_makes_a_lookup_panic(text in ".*", country in proptest::option::of(".{0,4}")) {
        let _ = resolve_province(&text, country.as_deref());
        let _ = find_places(&text, country.as_deref());
        let _ = (neighbours(&text), province(&text));
    }

    #[test]
    fn no_coordinates_make_locating_panic(lat in any::<f64>(), lon in any::<f64>()) {
        let _ = locate(Point { lat, lon });
    }

    #[test]
    fn a_located_point_is_inside_or_snapped(lat in 29.0..56.0_f64, lon in 46.0..88.0_f64) {
        if let Some(found) = locate(Point { lat, lon }) {
            prop_assert!((0.0..=geography::SNAP_KM).contains(&found.distance_km));
        }
    }
}
