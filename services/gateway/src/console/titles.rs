//! Titles of what happened. Those that intake composes of kind, place and deaths are told in the language of the reader; the words of
//! a source stay as it wrote them.

use domain::{Country, title::Composed};
use geography::Resolution;

use super::words::Lang;

impl Lang {
    /// The title of what happened, as a reader of this language is told it.
    pub fn title(self, title: &str) -> String {
        // they are composed in English
        let parts = Composed::read(title).filter(|_| self != Self::En);
        let Some(parts) = parts else { return title.to_owned() };
        let kind = self.kind(&parts.kind);
        let mut letters = kind.chars();
        let kind: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        let country = parts.places.iter().find_map(|name| country(name));
        let places: Vec<String> =
            parts.places.iter().map(|name| place(self, name, country.as_ref())).collect();
        let (places, deaths) = (places.join(", "), self.count(parts.deaths.into()));
        self.fill("title.composed", &[("kind", &kind), ("places", &places), ("n", &deaths)])
    }
}

/// The country of the region that is called so in English.
fn country(name: &str) -> Option<Country> {
    Country::REGION.into_iter().find(|country| Lang::En.country(country.as_str()) == name)
}

/// A country or a province of the country by the name that the reader has for it; any other place as it is written.
fn place(t: Lang, name: &str, within: Option<&Country>) -> String {
    if let Some(country) = country(name) {
        return t.country(country.as_str());
    }
    match geography::resolve_province(name, within.map(Country::as_str)) {
        Resolution::Found(unit) => t.names().of(unit).to_owned(),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_composed_title_is_told_in_russian_and_the_words_of_a_source_as_they_are() {
        let title = "State-based violence, Kandahar, Afghanistan: 30 deaths";
        assert_eq!(Lang::En.title(title), title);
        assert_eq!(
            Lang::Ru.title(title),
            "Насилие с участием государства, Кандагар, Афганистан: погибших – 30"
        );
        assert_eq!(
            Lang::Ru.title("State-based violence, Badakhshan, Afghanistan: 1 death"),
            "Насилие с участием государства, Бадахшан, Афганистан: погибших – 1",
            "two provinces are called so, one of them in Afghanistan"
        );
        assert_eq!(Lang::Ru.title("Fire at the intake"), "Fire at the intake");
    }
}
