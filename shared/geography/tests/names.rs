//! Every unit is found as a province by what it is usually called: in English, in Russian, and where it lies.

use geography::{Resolution, province, provinces, resolve_province, unit_names};

/// One unit a line: its code, then its names in English, in Russian and of the place, `;` between those of one language.
const NAMES: &str = include_str!("names.tsv");

fn ids(name: &str, country: Option<&str>) -> Vec<&'static str> {
    match resolve_province(name, country) {
        Resolution::Found(unit) => vec![unit.id],
        Resolution::Ambiguous(units) => units.iter().map(|unit| unit.id).collect(),
        Resolution::Unknown => Vec::new(),
    }
}

/// A code, and its names by language.
fn rows() -> Vec<(&'static str, Vec<Vec<&'static str>>)> {
    let row = |line: &'static str| {
        let (code, names) = line.split_once('\t').unwrap_or((line, ""));
        (code, names.split('\t').map(|names| names.split(';').collect()).collect())
    };
    NAMES.lines().map(row).collect()
}

#[test]
fn every_unit_is_found_by_its_usual_names_within_its_country_and_but_for_namesakes_without_it() {
    let rows = rows();
    assert_eq!(
        rows.iter().map(|row| row.0).collect::<Vec<_>>(),
        provinces().iter().map(|unit| unit.id).collect::<Vec<_>>()
    );
    for (id, languages) in rows {
        let country = province(id).unwrap().country;
        assert_eq!(languages.len(), 3, "{id}");
        for name in languages.into_iter().flatten() {
            assert_eq!(ids(name, Some(country)), [id], "{name}");
            let alone = ids(name, None);
            let namesakes = [["AF-BDS", "TJ-GB"], ["AF-NAN", "KG-J"]];
            let is_namesake = |pair: &[&str; 2]| alone == *pair && pair.contains(&id);
            assert!(alone == [id] || namesakes.iter().any(is_namesake), "{name}: {alone:?}");
        }
    }
}

#[test]
fn a_word_for_the_unit_or_for_who_governs_it_may_stand_beside_its_russian_name() {
    for (id, languages) in rows() {
        let unit = province(id).unwrap();
        let plain = languages[1].iter().find(|name| !name.contains(' ') && !name.ends_with("ая"));
        let Some(plain) = plain.filter(|_| !unit.is_city()) else { continue };
        for beside in ["область", "обл.", "вилаят", "велаят", "вилоят", "провинция"]
        {
            let (before, behind) = (format!("{beside} {plain}"), format!("{plain} {beside}"));
            assert_eq!(ids(&before, Some(unit.country)), [id], "{before}");
            assert_eq!(ids(&behind, Some(unit.country)), [id], "{behind}");
        }
        let office = format!("хокимият {plain}");
        assert_eq!(ids(&office, Some(unit.country)), [id], "{office}");
    }
    for (declined, id) in [
        ("Ахалского велаята", "TM-A"),
        ("Марыйском велаяте", "TM-M"),
        ("Баткенской области", "KG-B"),
        ("хокимият Ферганской области", "UZ-FA"),
        ("Andijon viloyati hokimligi", "UZ-AN"),
        ("акимат Карагандинской области", "KZ-35"),
    ] {
        assert_eq!(ids(declined, None).concat(), id, "{declined}");
    }
}

#[test]
fn a_city_and_a_region_of_one_name_are_both_told_and_neither_is_guessed() {
    for (names, both) in [
        (&["Ош", "Osh", "Ўш", "O‘sh", "хокимият Ош", "اوش"][..], ["KG-GO", "KG-O"]),
        (
            &["Ташкент", "Tashkent", "Тошкент", "Toshkent", "хокимият Ташкент", "تاشکند", "تاشكند", "تاشکنت"],
            ["UZ-TK", "UZ-TO"],
        ),
        (&["Алматы", "Almaty", "акимат Алматы", "آلماتی", "الماتي"], ["KZ-19", "KZ-75"]),
        (&["Бадахшан", "Badakhshan", "بدخشان"], ["AF-BDS", "TJ-GB"]),
        (&["Джалалабад", "Jalalabad", "جلال آباد", "جلال‌آباد"], ["AF-NAN", "KG-J"]),
    ] {
        for name in names {
            assert_eq!(ids(name, None), both, "{name}");
        }
    }
    for (name, only) in [
        ("Ошская область", "KG-O"),
        ("Ош область", "KG-O"),
        ("город Ош", "KG-GO"),
        ("Ўш шаҳри", "KG-GO"),
        ("Ташкентская область", "UZ-TO"),
        ("г. Ташкент", "UZ-TK"),
        ("Алматинская область", "KZ-19"),
        ("город Алматы", "KZ-75"),
        ("ولایت اوش", "KG-O"),
        ("استان تاشکند", "UZ-TO"),
        ("ولایت آلماتی", "KZ-19"),
        ("شهر اوش", "KG-GO"),
        ("شهر تاشکند", "UZ-TK"),
        ("شهر آلماتی", "KZ-75"),
        // a city that lies in the region of its name means that region, and one that is a unit by itself that unit
        ("Джалал-Абад", "KG-J"),
        ("Кабул", "AF-KAB"),
        ("Душанбе", "TJ-DU"),
        ("город Душанбе", "TJ-DU"),
    ] {
        assert_eq!(ids(name, None), [only], "{name}");
    }
}

/// The names of all units in Arabic script that need no word beside them.
fn arabic() -> Vec<(&'static str, String)> {
    let is_arabic = |name: &String| name.chars().any(|letter| ('\u{600}'..='\u{6ff}').contains(&letter));
    let named = unit_names().into_iter().filter(|(_, name)| is_arabic(name));
    named.map(|(unit, name)| (unit.id, name)).collect()
}

#[test]
fn every_unit_is_found_by_a_name_in_arabic_script() {
    let named = arabic();
    for unit in provinces() {
        let own: Vec<&String> = named.iter().filter(|(id, _)| *id == unit.id).map(|(_, name)| name).collect();
        assert!(!own.is_empty(), "{}", unit.id);
        for name in own {
            let found = ids(name, Some(unit.country));
            let pairs = [["KG-GO", "KG-O"], ["KZ-19", "KZ-75"], ["UZ-TK", "UZ-TO"]];
            let in_pair = pairs.iter().any(|pair| found == *pair && pair.contains(&unit.id));
            assert!(found == [unit.id] || in_pair, "{name}: {found:?}");
        }
    }
    for (name, id) in [
        ("باتکن", "KG-B"),
        ("ولایت باتکن", "KG-B"),
        ("فرغانه", "UZ-FA"),
        ("استان فرغانه", "UZ-FA"),
        ("سمرقند", "UZ-SA"),
        ("شهر سمرقند", "UZ-SA"),
        ("عشق آباد", "TM-S"),
        ("عشق‌آباد", "TM-S"),
        ("دوشنبه", "TJ-DU"),
        ("نوائی", "UZ-NW"),
    ] {
        assert_eq!(ids(name, None), [id], "{name}");
    }
}
