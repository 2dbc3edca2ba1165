//! Places by the names that the language of a paper has for them.

use contracts::analysis::products::ProductLanguage as Language;
use domain::ProvinceCode;
use geography::Resolution;

use super::is_in;
use crate::domain::cell::country_of;

/// Letters of Cyrillic that Russian does not have: a name with one is that of a neighbouring language.
const FOREIGN: &str = "ғқҳҷӯӣіңөүәұһҒҚҲҶӮӢІҢӨҮӘҰҺ";

/// What a place is, as English says it behind a name, and as Russian does before it. Longer ones stand before those they end with.
const WHAT: [(&str, &str); 38] = [
    ("water intake", "водозабор"),
    ("intake", "водозабор"),
    ("pumping station", "насосная станция"),
    ("pump station", "насосная станция"),
    ("railway station", "железнодорожная станция"),
    ("police station", "отдел полиции"),
    ("power station", "электростанция"),
    ("power plant", "электростанция"),
    ("hydropower plant", "ГЭС"),
    ("reservoir", "водохранилище"),
    ("canal", "канал"),
    ("dam", "плотина"),
    ("river port", "речной порт"),
    ("dry port", "сухой порт"),
    ("port", "порт"),
    ("river", "река"),
    ("lake", "озеро"),
    ("bridge", "мост"),
    ("border crossing point", "пограничный пункт пропуска"),
    ("border crossing", "пограничный пункт пропуска"),
    ("crossing point", "пункт пропуска"),
    ("border post", "пограничный пост"),
    ("border outpost", "погранзастава"),
    ("outpost", "застава"),
    ("checkpoint", "контрольно-пропускной пункт"),
    ("exclave", "эксклав"),
    ("enclave", "анклав"),
    ("airport", "аэропорт"),
    ("refugee camp", "лагерь беженцев"),
    ("bazaar", "базар"),
    ("market", "рынок"),
    ("highway", "шоссе"),
    ("pass", "перевал"),
    ("valley", "долина"),
    ("district", "район"),
    ("village", "село"),
    ("town", "город"),
    ("city", "город"),
];

/// A place by the name that the gazetteer has for it in the letters of this language, where it lies in that province; what it
/// is besides its name (`Golovnoy water intake`, `Ravon (Sokh exclave)`) in this language; else as it came.
pub fn place(language: Language, name: &str, province: &ProvinceCode) -> String {
    if is_in(language, name) {
        return name.to_owned();
    }
    let country = country_of(province);
    let found = geography::find_places(name, country.as_ref().map(domain::Country::as_str));
    let Some(place) = found.into_iter().find(|place| place.province.id == province.as_str()) else {
        let composed = if language == Language::Ru { composed(name, province) } else { None };
        return composed.unwrap_or_else(|| name.to_owned());
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

/// A name with what the place is, in Russian; `None` where it says nothing of that.
fn composed(name: &str, province: &ProvinceCode) -> Option<String> {
    let told = |part: &str| place(Language::Ru, part.trim(), province);
    if let Some((outer, inner)) = name.strip_suffix(')').and_then(|open| open.split_once(" (")) {
        return Some(format!("{} ({})", told(outer), told(inner)));
    }
    let of = |(english, russian): &(&str, &'static str)| {
        let at = name.len().checked_sub(english.len())?;
        let (own, what) = name.split_at_checked(at)?;
        let own = own.strip_suffix(' ')?.trim();
        // a proper name begins with a capital: "near the canal" has none
        let is_named = own.split(' ').all(|word| word.starts_with(char::is_uppercase));
        (what.eq_ignore_ascii_case(english) && is_named).then_some((own, *russian))
    };
    let (own, russian) = WHAT.iter().find_map(of)?;
    Some(format!("{russian} {}", told(own)))
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
        for (name, russian) in [
            ("Golovnoy water intake", "водозабор Golovnoy"),
            ("Batken reservoir", "водохранилище Баткен"),
            ("Isfara (Vorukh exclave)", "Isfara (эксклав Vorukh)"),
            ("Intake", "Intake"),
        ] {
            assert_eq!(place(Language::Ru, name, &batken), russian);
            assert_eq!(place(Language::En, name, &batken), name);
        }
        for name in ["Batken", "Баткенская область", "KG-B", "Batken oblast"] {
            assert!(names_province(name, &batken), "{name}");
        }
        assert!(!names_province("Osh", &batken));
    }
}
