//! Titles that intake composes of what a source tells in columns: kind, place, deaths. Whoever tells place and deaths beside a title, or
//! tells it in another language, reads these parts out of it again.

use crate::kind;

/// The parts of such a title: `State-based violence, Kandahar, Afghanistan: 30 deaths`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed<'t> {
    /// The kind, in a word of the field: `state_based_violence`.
    pub kind: String,
    /// Where, the finest first, as the source writes it.
    pub places: Vec<&'t str>,
    /// How many died.
    pub deaths: u32,
}

impl<'t> Composed<'t> {
    /// The parts of a title; `None` of one that says anything else.
    pub fn read(title: &'t str) -> Option<Self> {
        let (told, toll) = title.trim().trim_end_matches('.').rsplit_once(": ")?;
        let deaths = match toll {
            "no deaths" => 0,
            "1 death" => 1,
            many => many.strip_suffix(" deaths")?.parse().ok()?,
        };
        let mut parts = told.split(", ");
        let words = parts.next()?;
        let kind: String = words.to_lowercase().replace(['-', ' ', '/'], "_");
        let places = parts.map(str::trim).filter(|place| !place.is_empty()).collect();
        kind::russian(&kind).is_some().then_some(Self { kind, places, deaths })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_composed_of_columns_is_read_again_and_what_says_more_is_not() {
        let told = Composed::read("State-based violence, Arghandab, Kandahar: 30 deaths").unwrap();
        assert_eq!((told.kind.as_str(), told.deaths), ("state_based_violence", 30));
        assert_eq!(told.places, ["Arghandab", "Kandahar"]);
        assert_eq!(Composed::read("One-sided violence, Kabul: no deaths").map(|told| told.deaths), Some(0));
        for other in ["Fire at the intake", "Batken: 2 deaths", "Armed men, Kabul: 2 deaths and 3 hurt", ""] {
            assert_eq!(Composed::read(other), None, "{other}");
        }
    }
}
