//! Places by the names that the language of a paper has for them.

use contracts::analysis::products::ProductLanguage as Language;
use domain::ProvinceCode;
use geography::Resolution;

use super::is_in;
use crate::domain::cell::country_of;

/// Letters of Cyrillic that Russian does not have: a name with one is that of a neighbouring language.
const FOREIGN: &str = "ғқҳҷӯӣіңөүәұһҒҚҲҶӮӢІҢӨҮӘҰҺ";

/// A place by the name that the gazetteer has for it in the letters of this language, where it lies in that province; else as it
/// came.
pub fn place(language: Language, name: &str, province: &ProvinceCode) -> String {
    if is_in(language, name) {
        return name.to_owned();
    }
    let country = country_of(province);
    let found = geography::find_places(name, country.as_ref().map(domain::Country::as_str));
    let Some(place) = found.into_iter().find(|place| place.province.id == province.as_str()) else {
        return name.to_owned();
    };
    let russian = |text: &&&str| {
        is_in(Language::Ru, text) && !text.is_ascii() && !text.chars().any(|letter| FOREIGN.contains(letter))
    };
    match language {
        Language::En => place.name.to_owned(),
        Language::Ru => {
            place.variants.iter().find(russian).map_or_else(|| name.to_owned(), |name| (*name).to_owned())
        }
    }
}

/// Who took part, in the language of a paper: UCDP names governments and civilians in English alone. Others as they came.
pub fn actor(language: Language, name: &str) -> String {
    let russian = match name.trim() {
        "Government of Afghanistan" => "Правительство Афганистана",
        "Government of Kazakhstan" => "Правительство Казахстана",
        "Government of Kyrgyzstan" => "Правительство Кыргызстана",
        "Government of Tajikistan" => "Правительство Таджикистана",
        "Government of Turkmenistan" => "Правительство Туркменистана",
        "Government of Uzbekistan" => "Правительство Узбекистана",
        "Civilians" => "Гражданские лица",
        other => other,
    };
    if language == Language::Ru { russian.to_owned() } else { name.to_owned() }
}

/// Whether a name is that of the province itself, in whichever language.
pub fn names_province(name: &str, province: &ProvinceCode) -> bool {
    let country = country_of(province);
    let found = geography::resolve_province(name, country.as_ref().map(domain::Country::as_str));
    matches!(found, Resolution::Found(unit) if unit.id == province.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn governments_and_civilians_are_named_in_the_language_of_the_paper() {
        assert_eq!(actor(Language::Ru, "Government of Afghanistan"), "Правительство Афганистана");
        assert_eq!(actor(Language::En, "Government of Afghanistan"), "Government of Afghanistan");
        assert_eq!(
            actor(Language::Ru, "Taleban"),
            "Taleban",
            "a name that nobody translated stands as it came"
        );
    }

    #[test]
    fn a_place_is_told_in_the_letters_of_the_paper_where_the_gazetteer_knows_it_there() {
        let balkh: ProvinceCode = "AF-BAL".parse().unwrap();
        assert_eq!(place(Language::Ru, "Mazar-e Sharif", &balkh), "Мазари-Шариф");
        assert_eq!(place(Language::En, "Мазари-Шариф", &balkh), "Mazār-e Sharīf");
        assert_eq!(place(Language::En, "Mazar-e Sharif", &balkh), "Mazar-e Sharif");
        let batken: ProvinceCode = "KG-B".parse().unwrap();
        assert_eq!(place(Language::Ru, "Mazar-e Sharif", &batken), "Mazar-e Sharif", "it lies elsewhere");
        assert_eq!(place(Language::Ru, "near the canal", &batken), "near the canal");
        for name in ["Batken", "Баткенская область", "KG-B", "Batken oblast"] {
            assert!(names_province(name, &batken), "{name}");
        }
        assert!(!names_province("Osh", &batken));
    }
}
