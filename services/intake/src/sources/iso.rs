//! Countries by their ISO 3166-1 number and by their name.

use domain::Country;

/// The country of this number.
pub fn numbered(number: u32) -> Option<Country> {
    let known = rust_iso3166::from_numeric(u16::try_from(number).ok()?)?;
    known.alpha3.parse().ok()
}

/// The country of this name, as the standard writes it or as it is called in the languages of the region, in letters of any case.
pub fn named(name: &str) -> Option<Country> {
    let known = rust_iso3166::ALL.iter().find(|known| known.name.eq_ignore_ascii_case(name));
    known.map(|known| known.alpha3).or_else(|| geography::country_named(name))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_six_are_known_by_number_and_by_name() {
        let six = [
            (4, "Afghanistan"),
            (398, "Kazakhstan"),
            (417, "KYRGYZSTAN"),
            (762, "Tajikistan"),
            (795, "Turkmenistan"),
            (860, "Uzbekistan"),
        ];
        let by_number: Vec<Country> = six.iter().filter_map(|(number, _)| numbered(*number)).collect();
        let by_name: Vec<Country> = six.iter().filter_map(|(_, name)| named(name)).collect();
        assert_eq!(by_number, by_name);
        assert!(by_name.len() == 6 && by_name.iter().all(|country| country.in_region()));
        assert_eq!(named("Кыргызская Республика"), numbered(417));
        assert_eq!((numbered(999), numbered(70_000), named("Atlantis")), (None, None, None));
    }
}
