//! Other spellings of a place that somebody looks for: of units by all their names, of towns by those of the gazetteer.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::LazyLock,
};

use super::words::words;

/// How many other spellings of one name are looked for.
const MOST: usize = 24;
/// How many letters a spelling has at least.
const LEAST: usize = 2;

/// A spelling: its words as the index has them.
type Spelling = Vec<String>;

/// By the words of each spelling, all the spellings of what it may mean, those most written first.
static SPELLINGS: LazyLock<HashMap<String, Vec<Spelling>>> = LazyLock::new(|| {
    let towns: Vec<Vec<Spelling>> = geography::places()
        .iter()
        .map(|place| {
            let all = std::iter::once(place.name).chain(place.variants.iter().copied());
            spellings(&all.map(str::to_owned).collect::<Vec<_>>())
        })
        .collect();
    let of_towns: HashSet<&Spelling> = towns.iter().flatten().collect();
    let mut known: HashMap<String, Vec<Spelling>> = HashMap::new();
    for spellings in units(&of_towns).iter().chain(&towns) {
        for spelling in spellings {
            let others = known.entry(spelling.join(" ")).or_default();
            let new: Vec<Spelling> = spellings.iter().filter(|one| !others.contains(one)).cloned().collect();
            others.extend(new);
        }
    }
    known
});

/// The spellings of each unit. Where a by-name is that of a town, as Khujand once was that of Sughd, the town is meant.
fn units(of_towns: &HashSet<&Spelling>) -> Vec<Vec<Spelling>> {
    let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (unit, name) in geography::unit_names() {
        names.entry(unit.id).or_default().push(name);
    }
    let of_unit = |unit: &geography::Province| {
        let own = [unit.name_en, unit.name_ru, unit.name_local].map(str::to_owned).to_vec();
        let by_names = names.get(unit.id).cloned().unwrap_or_default();
        let kept = spellings(&own);
        let mut all = spellings(&[own, by_names].concat());
        all.retain(|spelling| kept.contains(spelling) || !of_towns.contains(spelling));
        all
    };
    geography::provinces().iter().map(of_unit).collect()
}

/// What these names are in the index, each once; names in other scripts than the first come before its other spellings, Russian
/// cases last: a stem is cut off differently where a case looks like the end of a verb.
fn spellings(names: &[String]) -> Vec<Spelling> {
    let mut found: Vec<Spelling> = Vec::new();
    let foreign = |name: &&String| !name.is_ascii();
    let cases: Vec<String> = names.iter().flat_map(|name| cases(name)).collect();
    let in_turn = names.iter().take(1).chain(names.iter().filter(foreign)).chain(names.iter()).chain(&cases);
    for name in in_turn {
        let all = words(name);
        let named = |word: &&super::words::Word| {
            name.get(word.at.clone()).is_none_or(|text| !geography::is_unit_word(text))
        };
        let bare: Spelling = all.iter().filter(named).map(|word| word.stem.clone()).collect();
        let letters: usize = bare.iter().map(|stem| stem.chars().count()).sum();
        if letters >= LEAST && !found.contains(&bare) {
            found.push(bare);
        }
    }
    found
}

/// The other cases of a name of one word in Russian letters, and of no other.
fn cases(name: &str) -> Vec<String> {
    let is_russian = |letter: char| matches!(letter, 'а'..='я' | 'ё' | 'А'..='Я' | 'Ё');
    let Some(last) = name.chars().last().filter(|_| name.chars().all(is_russian)) else { return Vec::new() };
    let short = name.strip_suffix(last).unwrap_or(name);
    let (base, endings): (&str, &[&str]) = match last {
        'а' => (short, &["е", "ы", "и", "у", "ой"]),
        'я' => (short, &["е", "и", "ю", "ей"]),
        'ь' | 'й' => (short, &["я", "ю", "е", "ем"]),
        'о' | 'е' | 'и' | 'ы' | 'у' | 'ю' | 'э' | 'ё' => return Vec::new(),
        _ => (name, &["а", "у", "е", "ом"]),
    };
    endings.iter().map(|ending| format!("{base}{ending}")).collect()
}

/// Other spellings of the place that these words name; none where they name none.
pub fn others(stems: &[String]) -> Vec<Spelling> {
    let all = SPELLINGS.get(&stems.join(" ")).map_or(&[][..], Vec::as_slice);
    all.iter().filter(|spelling| spelling.as_slice() != stems).take(MOST).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn other(name: &str) -> Vec<String> {
        let stems: Vec<String> = words(name).into_iter().map(|word| word.stem).collect();
        others(&stems).into_iter().map(|spelling| spelling.join(" ")).collect()
    }

    #[test]
    fn a_place_is_known_by_its_names_in_every_script_and_case() {
        for (written, sought) in [
            ("Фергана", "fergana"),
            ("Фергане", "fergana"),
            ("Худжанд", "khujand"),
            ("Khujand", "худжанд"),
            ("کابل", "kabul"),
            ("Kabul", "кабул"),
            ("بدخشان", "badakhshan"),
            ("Балх", "بلخ"),
            ("Мазари-Шариф", "mazar i sharif"),
        ] {
            let found = other(written);
            assert!(found.iter().any(|one| one == sought), "{written}: {found:?}");
            assert!(found.len() <= MOST);
        }
    }

    #[test]
    fn a_town_that_lent_its_name_to_a_province_is_the_town() {
        let found = other("Khujand");
        assert!(found.iter().any(|one| one == "худжанд"), "{found:?}");
        assert!(!found.iter().any(|one| one == "sughd" || one == "согд"), "{found:?}");
    }

    #[test]
    fn words_that_name_no_place_stay_alone() {
        for written in ["border", "граница", "мост", "water", "مرز", "", "область", "province"]
        {
            assert!(other(written).is_empty(), "{written}: {:?}", other(written));
        }
    }
}
