//! Kinds of incident in words. Sources bring their own words; what no table knows is given as it came.

use contracts::analysis::products::ProductLanguage as Language;

/// What the sources that ship with the product call things, in Russian.
const RUSSIAN: &[(&str, &str)] = &[
    ("abduction", "похищение"),
    ("air_strike", "удар с воздуха"),
    ("ambush", "засада"),
    ("armed_clash", "вооружённое столкновение"),
    ("arms_find", "обнаружение оружия"),
    ("arms_smuggling", "контрабанда оружия"),
    ("arrest", "задержание"),
    ("arrests", "задержания"),
    ("arson", "поджог"),
    ("attack", "нападение"),
    ("attack_on_civilians", "нападение на гражданских лиц"),
    ("bombing", "взрыв бомбы"),
    ("border_closure", "закрытие границы"),
    ("border_incident", "пограничный инцидент"),
    ("ceasefire_violation", "нарушение прекращения огня"),
    ("clash", "столкновение"),
    ("crossing_closure", "закрытие пункта пропуска"),
    ("displacement", "перемещение населения"),
    ("drought", "засуха"),
    ("drug_lab", "обнаружение нарколаборатории"),
    ("earthquake", "землетрясение"),
    ("evacuation", "эвакуация"),
    ("exchange_of_fire", "перестрелка"),
    ("explosion", "взрыв"),
    ("flow_shortfall", "нехватка стока"),
    ("gate_closed", "закрытие водозабора"),
    ("isolated_shots", "отдельные выстрелы"),
    ("kidnapping", "похищение"),
    ("landslide", "оползень"),
    ("low_reservoir", "низкий уровень водохранилища"),
    ("mob_violence", "насилие толпы"),
    ("mudflow", "сель"),
    ("non_state_violence", "насилие между негосударственными сторонами"),
    ("one_sided_violence", "одностороннее насилие"),
    ("pasture_dispute", "спор о пастбищах"),
    ("peaceful_protest", "мирный протест"),
    ("power_outage", "отключение электричества"),
    ("protest", "протест"),
    ("rally", "митинг"),
    ("remote_explosive", "взрывное устройство"),
    ("road_closure", "закрытие дороги"),
    ("roadblock", "перекрытие дороги"),
    ("seizure", "изъятие"),
    ("shelling", "обстрел"),
    ("shots_fired", "стрельба"),
    ("state_based_violence", "насилие с участием государства"),
    ("stone_throwing", "метание камней"),
    ("strike", "забастовка"),
    ("suicide_bomb", "подрыв смертника"),
    ("talks", "переговоры"),
    ("troop_movement", "передвижение войск"),
    ("violent_demonstration", "насильственная демонстрация"),
    ("water_dispute", "спор о воде"),
];

/// The kind in words, within a sentence.
pub fn words(language: Language, kind: &str) -> String {
    match language {
        Language::En => kind.replace('_', " "),
        Language::Ru => RUSSIAN.iter().find(|(word, _)| *word == kind).map_or_else(
            || format!("инцидент («{}»)", kind.replace('_', " ")),
            |(_, told)| (*told).to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_that_no_table_knows_is_given_as_it_came() {
        assert_eq!(words(Language::En, "exchange_of_fire"), "exchange of fire");
        assert_eq!(words(Language::Ru, "exchange_of_fire"), "перестрелка");
        assert_eq!(words(Language::Ru, "kite_flying"), "инцидент («kite flying»)");
        assert!(RUSSIAN.is_sorted_by_key(|(word, _)| *word), "in order, so that none stands there twice");
    }
}
