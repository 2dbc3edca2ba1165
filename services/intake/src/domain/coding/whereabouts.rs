//! Where a text speaks of: names of provinces and places, with every unit or place that each name may mean.

use std::{collections::HashMap, sync::LazyLock};

use contracts::intake::coding::{PlaceFound, PlaceMeant};
use geography::{Resolution, find_places, is_unit_word, resolve_province};

use super::{cases, lexicon};

/// A name is of so many words at most.
const MOST_WORDS: usize = 3;
/// A name of fewer letters is left alone where it is no province's: too much is called so.
const LEAST_LETTERS: usize = 4;
/// How many meanings of a name are told.
const MOST_MEANT: usize = 5;
/// How many names of a text are told.
const MOST_NAMES: usize = 10;
/// Words that stand before a place.
const BEFORE_PLACES: [&str; 8] = ["in", "near", "from", "at", "to", "of", "outside", "around"];

/// How far a name that mostly means something else can be trusted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    Never,
    Beside,
}

static DOUBTFUL: LazyLock<HashMap<String, Trust>> = LazyLock::new(|| {
    let rows = include_str!("names.tsv").lines().filter_map(|line| line.split_once('\t'));
    let trusts = rows.filter_map(|(trust, names)| match trust {
        "never" => Some((Trust::Never, names)),
        "beside" => Some((Trust::Beside, names)),
        _ => None,
    });
    trusts.flat_map(|(trust, names)| names.split('|').map(move |name| (lexicon::key(name), trust))).collect()
});

/// The names in a text, longest first where they overlap, in the order they stand in. Words that are `taken` name somebody.
pub(super) fn places(letters: &[char], words: &[(usize, usize)], taken: &[bool]) -> Vec<PlaceFound> {
    let mut found: Vec<PlaceFound> = Vec::new();
    let mut at = 0;
    while at < words.len() && found.len() < MOST_NAMES {
        let free = taken.get(at..).unwrap_or_default().iter().take_while(|taken| !**taken).count();
        let counts = (1..=MOST_WORDS.min(free)).rev();
        let here = at;
        let stretches = || counts.clone().map(move |count| Stretch { letters, words, at: here, count });
        if let Some(elsewhere) = stretches().find(Stretch::is_elsewhere) {
            at += elsewhere.count;
            continue;
        }
        let named = stretches().find_map(|stretch| Some((stretch.named()?, stretch.count)));
        match named {
            Some((place, count)) => {
                if !found.iter().any(|known| known.means == place.means) {
                    found.push(place);
                }
                at += count;
            }
            None => at += 1,
        }
    }
    found
}

/// Everything that the words may mean if they stand in a case: all of it, so that nothing is guessed.
fn of_cases(text: &str) -> Vec<PlaceMeant> {
    let mut all: Vec<PlaceMeant> = Vec::new();
    for spelling in cases::nominative(text) {
        if DOUBTFUL.get(&lexicon::key(&spelling)) == Some(&Trust::Never) {
            continue;
        }
        for meant in meanings(&spelling) {
            if !all.contains(&meant) {
                all.push(meant);
            }
        }
    }
    all.truncate(MOST_MEANT);
    all
}

/// So many words of a text, from one of them on.
struct Stretch<'a> {
    letters: &'a [char],
    words: &'a [(usize, usize)],
    at: usize,
    count: usize,
}

impl Stretch<'_> {
    fn text(&self, from: usize, to: usize) -> String {
        self.letters.get(from..to).unwrap_or_default().iter().collect()
    }

    fn word(&self, at: usize) -> String {
        self.words.get(at).map_or_else(String::new, |(from, to)| self.text(*from, *to))
    }

    /// The place these words name, as they stand or brought back from a case of the region's languages.
    fn named(&self) -> Option<PlaceFound> {
        let (from, to) = (self.words[self.at].0, self.words[self.at + self.count - 1].1);
        let text = self.text(from, to);
        if !self.may_be_name(&text) {
            return None;
        }
        let as_it_stands = meanings(&text);
        let means = if as_it_stands.is_empty() { of_cases(&text) } else { as_it_stands };
        let short = to - from < LEAST_LETTERS;
        let is_place = !means.is_empty() && (!short || means.iter().any(|meant| meant.is_province));
        is_place.then_some(PlaceFound { text, from: from as u32, to: to as u32, means })
    }

    /// Whether these are several words that together never mean a place of the region, whatever each of them alone may: "East
    /// Turkestan".
    fn is_elsewhere(&self) -> bool {
        let (from, to) = (self.words[self.at].0, self.words[self.at + self.count - 1].1);
        self.count > 1 && DOUBTFUL.get(&lexicon::key(&self.text(from, to))) == Some(&Trust::Never)
    }

    /// Whether the words can name a place: a capital, or a word for city or region, at their beginning, no odd end of a
    /// sentence's words, and none that mostly mean something else.
    fn may_be_name(&self, text: &str) -> bool {
        let (first, last) = (self.word(self.at), self.word(self.at + self.count - 1));
        let small = |word: &str| word.chars().next().is_some_and(char::is_lowercase);
        let led = self.count > 1 && is_led(&first);
        if (small(&first) && !led) || (self.count > 1 && small(&last) && last.chars().count() <= 2) {
            return false;
        }
        if led && small(&last) {
            return false;
        }
        match DOUBTFUL.get(&lexicon::key(text)) {
            None => true,
            Some(Trust::Never) => false,
            Some(Trust::Beside) => {
                let before = self.at.checked_sub(1).map(|at| self.word(at).to_lowercase());
                let after = self.word(self.at + self.count);
                before.is_some_and(|word| BEFORE_PLACES.contains(&word.as_str()) || is_led(&word))
                    || is_led(&after)
            }
        }
    }
}

/// Whether this is a word for city or region, in any case.
fn is_led(word: &str) -> bool {
    is_unit_word(word) || cases::nominative(word).iter().any(|word| is_unit_word(word))
}

/// Everything that a name may mean.
fn meanings(name: &str) -> Vec<PlaceMeant> {
    let mut means: Vec<PlaceMeant> = match resolve_province(name, None) {
        Resolution::Found(unit) => unit_meant(unit).into_iter().collect(),
        Resolution::Ambiguous(units) => units.into_iter().filter_map(unit_meant).collect(),
        Resolution::Unknown => Vec::new(),
    };
    for place in find_places(name, None) {
        let Ok(province) = place.province.id.parse() else { continue };
        let meant = PlaceMeant { province, name: place.name.to_owned(), is_province: false };
        if !means.contains(&meant) {
            means.push(meant);
        }
    }
    means.truncate(MOST_MEANT);
    means
}

fn unit_meant(unit: &geography::Province) -> Option<PlaceMeant> {
    Some(PlaceMeant { province: unit.id.parse().ok()?, name: unit.name_en.to_owned(), is_province: true })
}

#[cfg(test)]
mod tests {
    use super::super::code;

    fn provinces(text: &str) -> Vec<String> {
        let coding = code(text);
        let mut all: Vec<String> = coding
            .places
            .iter()
            .flat_map(|place| &place.means)
            .map(|meant| meant.province.to_string())
            .collect();
        all.sort();
        all.dedup();
        all
    }

    #[test]
    fn names_in_cases_of_the_regions_languages_are_brought_back() {
        for (text, province) in [
            ("Баткенде атышуу", "KG-B"),
            ("Бишкекте митинг", "KG-GB"),
            ("Таластан келген кабар", "KG-T"),
            ("Ош облусунда сел", "KG-O"),
            ("Атыраудағы жарылыс", "KZ-23"),
            ("Ақтөбе облысының тұрғындары", "KZ-15"),
            ("Farg‘onadagi zilzila", "UZ-FA"),
            ("Surxondaryoda musodara", "UZ-SU"),
            ("Андижонда намойиш", "UZ-AN"),
            ("Хоразмдан хабар", "UZ-XO"),
            ("Marydaky söweş", "TM-M"),
            ("Aşgabat şäherinde ýygnak", "TM-S"),
            ("Суғдро сел гирифт", "TJ-SU"),
            ("Kabul's hospitals", "AF-KAB"),
            ("Взрыв на Иссык-Куле", "KG-Y"),
            ("Кража в городе Ош", "KG-GO"),
            ("Ошская область", "KG-O"),
        ] {
            assert_eq!(provinces(text), [province], "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_name_is_left_alone() {
        for text in [
            "Report of 4 March 2020",
            "Clashes in Mali",
            "Mary Robinson met ministers",
            "As a rule",
            "Boko Haram attack",
            "Battle of Luhansk",
            "қандай жаңалық",
        ] {
            assert_eq!(provinces(text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(provinces("Shots heard in Mary"), ["TM-M"]);
        assert_eq!(provinces("Unrest in Balkan welayat"), ["TM-B"]);
    }

    #[test]
    fn a_name_that_stands_for_several_is_never_decided_by_its_case() {
        assert_eq!(provinces("Митинг в Оше"), ["KG-GO", "KG-O"]);
        assert_eq!(provinces("Взрыв в Бадахшане"), ["AF-BDS", "TJ-GB"]);
        assert_eq!(provinces("Алматыда жер сілкінді").len(), 2);
    }
}
