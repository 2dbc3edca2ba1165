use proptest::prelude::*;

use super::*;
use crate::arbitrary::{place, precision};

fn vorukh() -> Place {
    Place {
        country: "TJK".parse().ok(),
        province: "TJ-SU".parse().ok(),
        district: Some("Isfara".into()),
        name: Some("Vorukh".into()),
        point: Point::new(39.8556, 70.5889).ok(),
        precision: Precision::Exact,
        radius_km: Some(1.0),
    }
}

/// Whether what is left was there before.
fn kept_or_dropped<T: PartialEq>(before: Option<&T>, after: Option<&T>) -> bool {
    after.is_none() || after == before
}

#[test]
fn a_place_under_a_province_floor_keeps_only_the_province() {
    let coarse = vorukh().generalised(Precision::Province);
    assert_eq!(coarse, Place::province("TJK".parse().unwrap(), "TJ-SU".parse().unwrap()));
}

#[test]
fn a_place_under_a_near_floor_loses_its_name_and_its_exact_point() {
    let near = vorukh().generalised(Precision::Near);
    assert_eq!((near.name, near.point), (None, Point::new(39.9, 70.6).ok()));
    assert_eq!(near.radius_km, Some(25.0));
    assert_eq!(near.district.as_deref(), Some("Isfara"));
}

#[test]
fn a_centroid_is_never_shown_whatever_may_be() {
    for precision in Precision::ALL {
        let shown = Place { precision: *precision, ..vorukh() }.generalised(Precision::Exact);
        let fine = matches!(precision, Precision::Exact | Precision::Near);
        assert_eq!((shown.point.is_some(), shown.radius_km.is_some()), (fine, fine), "{precision}");
        assert_eq!((shown.precision, shown.district.as_deref()), (*precision, Some("Isfara")));
    }
}

#[test]
fn a_place_without_a_point_gets_no_radius() {
    let near = Place { point: None, radius_km: None, ..vorukh() }.generalised(Precision::Near);
    assert_eq!(near.radius_km, None);
}

#[test]
fn a_place_under_the_floor_none_says_nothing() {
    let nowhere = vorukh().generalised(Precision::None);
    assert_eq!(serde_json::to_string(&nowhere).unwrap(), r#"{"precision":"none"}"#);
}

#[test]
fn precision_runs_from_the_place_itself_to_nothing() {
    let written: Vec<&str> = Precision::ALL.iter().map(|p| p.as_str()).collect();
    assert_eq!(written, ["exact", "near", "district", "province", "country", "none"]);
}

#[test]
fn swapped_coordinates_outside_the_ranges_are_refused() {
    assert!(Point::new(170.0, 39.0).is_err());
    assert!(Point::new(f64::NAN, 39.0).is_err());
    assert!(serde_json::from_str::<Point>(r#"{"lat":91.0,"lon":0.0}"#).is_err());
}

#[test]
fn a_degree_of_latitude_is_some_hundred_and_eleven_kilometres() {
    let (a, b) = (Point::new(40.0, 70.0).unwrap(), Point::new(41.0, 70.0).unwrap());
    assert!((a.distance_km(b) - 111.19).abs() < 0.01);
    assert!((a.distance_km(b) - b.distance_km(a)).abs() < 1e-9);
}

#[test]
fn codes_of_another_shape_are_refused() {
    for text in ["KG", "kgz", "KGZX", "K1Z", ""] {
        assert!(text.parse::<Country>().is_err(), "{text}");
    }
    for text in ["KG", "KG-", "kg-B", "KGZ-B", "KG-ABCD", "KG-b", "KG-B "] {
        assert!(text.parse::<ProvinceCode>().is_err(), "{text}");
    }
    assert!("TM-S".parse::<ProvinceCode>().is_ok());
}

proptest! {
    #[test]
    fn generalising_never_makes_finer(place in place(), floor in precision()) {
        let coarse = place.generalised(floor);
        prop_assert!(coarse.precision.satisfies(floor));
        prop_assert!(coarse.precision.satisfies(place.precision));
        prop_assert!(kept_or_dropped(place.country.as_ref(), coarse.country.as_ref()));
        prop_assert!(kept_or_dropped(place.province.as_ref(), coarse.province.as_ref()));
        prop_assert!(kept_or_dropped(place.district.as_ref(), coarse.district.as_ref()));
        prop_assert!(kept_or_dropped(place.name.as_ref(), coarse.name.as_ref()));
        prop_assert!(coarse.point.is_none() || place.point.is_some());
        prop_assert!(coarse.radius_km.is_none() || coarse.point.is_some());
        prop_assert!(coarse.radius_km.is_none() || coarse.radius_km >= place.radius_km);
    }

    #[test]
    fn no_unit_finer_than_the_floor_is_left(place in place(), floor in precision()) {
        let coarse = place.generalised(floor);
        prop_assert!(coarse.district.is_none() || floor <= Precision::District);
        prop_assert!(coarse.province.is_none() || floor <= Precision::Province);
        prop_assert!(coarse.country.is_none() || floor <= Precision::Country);
        prop_assert!(coarse.point.is_none() || coarse.precision <= Precision::Near);
        if !place.precision.satisfies(floor) {
            prop_assert_eq!(coarse.name, None);
            prop_assert!(coarse.point.is_none() || floor == Precision::Near);
        }
    }

    #[test]
    fn generalising_twice_is_once(place in place(), floor in precision()) {
        let once = place.generalised(floor);
        prop_assert_eq!(once.generalised(floor), once);
    }

    #[test]
    fn generalising_in_steps_is_generalising_to_the_coarsest(place in place(), a in precision(), b in precision()) {
        let direct = place.generalised(a.max(b));
        prop_assert_eq!(place.generalised(a).generalised(b).precision, direct.precision);
        prop_assert_eq!(place.generalised(a.min(b)).generalised(a.max(b)), direct);
    }

    #[test]
    fn a_place_shown_as_near_still_holds_the_place(place in place()) {
        let near = Place { precision: Precision::Exact, ..place.clone() }.generalised(Precision::Near);
        if let (Some(was), Some(is), Some(radius_km)) = (place.point, near.point, near.radius_km) {
            prop_assert!(was.distance_km(is) + place.radius_km.unwrap_or(0.0) <= radius_km);
            prop_assert!(radius_km >= 25.0);
        }
    }

    #[test]
    fn a_place_survives_being_written_and_read(place in place()) {
        let read: Place = serde_json::from_str(&serde_json::to_string(&place).unwrap()).unwrap();
        if let (Some(was), Some(is)) = (place.point, read.point) {
            prop_assert!(was.distance_km(is) < 1e-6);
        }
        if let (Some(was), Some(is)) = (place.radius_km, read.radius_km) {
            prop_assert!((was - is).abs() < 1e-9);
        }
        let of_words = |place: Place| Place { point: None, radius_km: None, ..place };
        prop_assert_eq!((read.point.is_some(), read.radius_km.is_some()), (place.point.is_some(), place.radius_km.is_some()));
        prop_assert_eq!(of_words(read), of_words(place));
    }
}

#[test]
fn a_part_of_the_map_is_read_from_its_four_edges() {
    let fergana: Bounds = "69.5, 39,71,40.5".parse().unwrap();
    assert_eq!(fergana, Bounds { west: 69.5, south: 39.0, east: 71.0, north: 40.5 });
    assert!("177,-20,-178,0".parse::<Bounds>().is_ok(), "across the 180th meridian");
    for wrong in ["", "1,2,3", "1,2,3,4,5", "69,41,71,39", "a,b,c,d", "0,-91,1,1", "0,0,181,1", "NaN,0,1,1"] {
        assert!(wrong.parse::<Bounds>().is_err(), "{wrong}");
    }
}
