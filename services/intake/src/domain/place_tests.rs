use super::*;

fn stated(country: &str, province: &str, point: Option<(f64, f64)>) -> Stated {
    Stated {
        country: country.parse().ok(),
        province: province.into(),
        point: point.map(|(lat, lon)| Point::new(lat, lon).unwrap()),
        ..Stated::default()
    }
}

#[test]
fn a_province_is_found_by_code_name_or_point() {
    for (country, province, point, code) in [
        ("KGZ", "KG-B", None, "KG-B"),
        ("", "Баткенская область", None, "KG-B"),
        ("TJK", "Sughd", None, "TJ-SU"),
        ("", "", Some((34.531_094, 69.162_796)), "AF-KAB"),
    ] {
        let place = find(stated(country, province, point), Precision::Province).unwrap();
        assert_eq!(place.province.unwrap().as_str(), code);
        assert!(place.country.is_some());
    }
}

#[test]
fn a_name_without_end_is_not_repeated_without_end() {
    let why = stated_province(&"x,".repeat(500_000), None).map(|_| ()).unwrap_err();
    assert!(why.starts_with("no province \"x,x,") && why.len() < 400, "{} bytes", why.len());
}

#[test]
fn an_ambiguous_name_lists_who_may_be_meant() {
    let problems = find(stated("", "Badakhshan", None), Precision::Province).unwrap_err();
    assert!(problems[0].contains("AF-BDS") && problems[0].contains("TJ-GB"), "{problems:?}");
}

#[test]
fn a_town_given_as_a_province_leads_to_the_province_it_lies_in() {
    let problems = find(stated("AFG", "Jalalabad", None), Precision::Province).unwrap_err();
    assert!(problems[0].contains("AF-NAN (Nangarhar) meant"), "{problems:?}");
    let problems = find(stated("", "KG-B", None), Precision::Country).unwrap_err();
    assert!(problems[0].contains("\"KG-B\" is written as one"), "{problems:?}");
}

#[test]
fn a_stated_unknown_is_a_place() {
    let place = find(Stated::default(), Precision::None).unwrap();
    assert_eq!((place.country, place.province, place.precision), (None, None, Precision::None));
    // the province was dropped without a word
    let why = find(stated("KGZ", "KG-B", None), Precision::None).unwrap_err().join("; ");
    assert!(why.contains("\"KG-B\" is written as the province"), "{why}");
}

#[test]
fn an_exact_place_needs_its_point_and_a_province_something_to_find_it_by() {
    assert_eq!(find(stated("KGZ", "KG-B", None), Precision::Exact).unwrap_err().len(), 1);
    assert_eq!(find(stated("KGZ", "", None), Precision::Near).unwrap_err().len(), 2);
    assert_eq!(find(stated("KGZ", "Atlantis", None), Precision::Province).unwrap_err().len(), 1);
    assert_eq!(find(stated("", "", None), Precision::Country).unwrap_err().len(), 1);
}

#[test]
fn a_point_fits_the_place_that_is_stated_or_both_are_named() {
    let why = |country: &str, province: &str, point, precision| {
        find(stated(country, province, Some(point)), precision).err().map(|problems| problems.join("; "))
    };
    let exact = |province, point| why("", province, point, Precision::Exact);
    // within, at the border, and in a village some kilometres across it
    for point in [(40.06, 70.8), (39.95, 69.6), (40.2, 69.3)] {
        assert_eq!(exact("KG-B", point), None, "{point:?}");
    }
    for (point, words) in [
        ((70.8, 40.06), ["swapped", "KG-B (Batken)", "exchange"]),
        ((10.0, 20.0), ["no province of the six", "away from KG-B (Batken)", "correct"]),
        ((37.49, 71.55), ["TJ-GB", "away from KG-B (Batken)", "correct"]),
        ((0.0, 0.0), ["0, 0", "leave latitude and longitude empty", "write them"]),
    ] {
        let why = exact("KG-B", point).unwrap();
        assert!(words.iter().all(|word| why.contains(word)), "{why}");
    }
    let country = |country, point| why(country, "", point, Precision::Country);
    assert_eq!(country("KGZ", (41.2, 74.7)), None);
    assert!(country("KGZ", (34.5, 69.2)).unwrap().contains("away from KGZ"));
    assert_eq!(country("PAK", (34.0, 71.5)), None, "of others the borders are not known");
    assert!(country("PAK", (0.0, 0.0)).is_some());
    assert_eq!(exact("KG-GO", (40.52, 72.8)), None, "a city without a shape has a place all the same");
    assert!(exact("TM-S", (40.52, 72.8)).unwrap().contains("away from TM-S"));
}

#[test]
fn what_is_wrong_with_a_place_can_be_told_in_every_language() {
    let point = |lat, lon| Some((lat, lon));
    for (country, province, point, precision) in [
        ("KGZ", "KG-B", None, Precision::Exact),
        ("KGZ", "", None, Precision::Near),
        ("KGZ", "Atlantis", None, Precision::Province),
        ("", "Atlantis", None, Precision::Province),
        ("KGZ", "Batke", None, Precision::Province),
        ("", "Batke", None, Precision::Province),
        ("", "Osh", None, Precision::Province),
        ("", "", None, Precision::Country),
        ("", "KG-B", None, Precision::Country),
        ("", "KG-B", None, Precision::None),
        ("AFG", "Jalalabad", None, Precision::Province),
        ("", "KG-B", point(0.0, 0.0), Precision::Exact),
        ("", "KG-B", point(70.8, 40.06), Precision::Exact),
        ("", "KG-B", point(37.49, 71.55), Precision::Exact),
        ("KGZ", "", point(34.5, 69.2), Precision::Exact),
        ("", "", point(51.5, 0.1), Precision::Exact),
        ("", "", point(70.8, 40.06), Precision::Near),
    ] {
        for why in find(stated(country, province, point), precision).unwrap_err() {
            assert!(contracts::reason::is_told(&why), "{why}");
        }
    }
}

#[test]
fn outside_the_region_a_well_formed_code_stands() {
    let place = find(stated("PAK", "PK-BA", None), Precision::Province).unwrap();
    assert_eq!(place.province.unwrap().as_str(), "PK-BA");
}
