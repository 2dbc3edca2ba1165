//! What countries are called, in the languages that texts of the region are written in (CLDR, and typed by hand).

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::fold::key;
use crate::province::read_rows;

#[derive(Deserialize)]
struct Row {
    text: String,
    country: String,
}

static BY_KEY: LazyLock<HashMap<String, Vec<&'static str>>> = LazyLock::new(|| {
    let mut index: HashMap<String, Vec<&'static str>> = HashMap::new();
    for row in read_rows::<Row>(include_str!("../data/countries.csv")) {
        let named = index.entry(key(&row.text)).or_default();
        if !named.contains(&row.country.as_str()) {
            named.push(row.country.leak());
        }
    }
    index
});

/// The country of the world that a name means, as its ISO 3166-1 alpha-3 code, in Latin, Cyrillic or Arabic script; `None` where
/// none is called so, or two are. Spaces do not count.
///
/// What a country is called is the name of no town: of a village `Kazakhstan` nobody speaks without a word beside it.
pub fn country_named(name: &str) -> Option<&'static str> {
    match BY_KEY.get(&key(name)).map(Vec::as_slice) {
        Some([country]) => Some(country),
        _ => None,
    }
}

/// Whether one country or several are called so, by the folded name without spaces.
pub(crate) fn is_country(key: &str) -> bool {
    BY_KEY.contains_key(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_known_by_their_names_in_every_script_and_what_two_bear_means_none() {
        for (names, country) in [
            ("Kazakhstan|Казахстан|Қазақстан|Qazaqstan|قزاقستان|Қозоғистон|Республика Казахстан", "KAZ"),
            ("Kyrgyzstan|Kyrgyz Republic|Кыргызстан|Киргизия|Қирғизистон|قرقیزستان|Qirg‘iziston", "KGZ"),
            ("Tajikistan|Таджикистан|Тоҷикистон|تاجیکستان|تاجکستان|Tojikiston", "TJK"),
            ("Turkmenistan|Туркменистан|Туркмения|Türkmenistan|ترکمنستان", "TKM"),
            ("Uzbekistan|Узбекистан|Ўзбекистон|O‘zbekiston|ازبکستان|Өзбекстан", "UZB"),
            ("Afghanistan|Афганистан|Афғонистон|Ауғанстан|افغانستان|Owganystan", "AFG"),
            ("Russia|Россия|روسیه", "RUS"),
            ("Iran|Иран|ایران|ايران", "IRN"),
            ("China|Китай|چین", "CHN"),
            ("Pakistan|Пакистан|پاکستان", "PAK"),
        ] {
            for name in names.split('|') {
                assert_eq!(country_named(name), Some(country), "{name}");
            }
        }
        for name in ["Конго", "Atlantis", "", "Almaty", "West Kazakhstan", "Казахстанская"]
        {
            assert_eq!(country_named(name), None, "{name}");
        }
    }

    #[test]
    fn no_unit_bears_the_name_of_a_country() {
        for (unit, name) in crate::unit_names() {
            assert!(!is_country(&key(&name)), "{name}: {}", unit.id);
        }
    }
}
