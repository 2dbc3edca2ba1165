//! Places of the gazetteer: where they lie, and by which spellings they are found.

use geography::{PlaceName, Point, country_named, find_places, locate, places};

fn at(place: &PlaceName) -> Option<&'static str> {
    locate(Point { lat: place.lat, lon: place.lon }).map(|found| found.province.id)
}

#[test]
fn nearly_all_places_lie_in_the_unit_the_gazetteer_gives_them() {
    let strayed: Vec<_> = places()
        .iter()
        .filter(|place| at(place) != Some(place.province.id))
        .map(|place| format!("{} {} {:?}", place.name, place.province.id, at(place)))
        .collect();
    assert!(strayed.len() * 20 < places().len(), "{} of {}: {strayed:#?}", strayed.len(), places().len());
}

#[test]
fn places_are_found_by_any_spelling_most_populous_first() {
    assert_eq!(find_places("Душанбе", None)[0].province.id, "TJ-DU");
    assert_eq!(find_places("مزار شریف", None)[0].province.id, "AF-BAL");
    assert_eq!(find_places("termiz", Some("UZB"))[0].province.id, "UZ-SU");
    assert_eq!(find_places("Osh", None)[0].province.id, "KG-GO");
    let many = find_places("Jalalabad", None);
    assert!(many.len() > 1 && many.is_sorted_by_key(|place| std::cmp::Reverse(place.population)));
    for (name, province) in [("Мургаб", "TJ-GB"), ("Murghab", "TJ-GB"), ("Xujand", "TJ-SU")] {
        assert!(find_places(name, None).iter().any(|place| place.province.id == province), "{name}");
    }
    assert!(find_places("Atlantis", None).is_empty());
}

#[test]
fn what_a_country_is_called_is_no_village() {
    for name in [
        "Kazakhstan",
        "Казахстан",
        "Qazaqstan",
        "Қазақстан",
        "Afghanistan",
        "افغانستان",
        "Mali",
        "KAZAKHSTAN",
    ] {
        assert_eq!(find_places(name, None), Vec::<&PlaceName>::new(), "{name}");
        assert_eq!(find_places(name, Some("KAZ")), Vec::<&PlaceName>::new(), "{name}");
        assert!(country_named(name).is_some(), "{name}");
    }
    assert_eq!(find_places("Sovkhoz Kazakhstan", None)[0].province.id, "KZ-19");
}
