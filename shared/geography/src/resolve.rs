//! From what a source calls a unit to the unit.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::fold::{fold, key};
use crate::places::{PlaceName, find_places};
use crate::province::{Province, province, provinces, read_rows};

/// Outcome of looking up a name.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolution<T> {
    /// Exactly one fits.
    Found(T),
    /// Several fit, in the order of their ids; the name alone does not decide.
    Ambiguous(Vec<T>),
    /// None fits.
    Unknown,
}

/// Words that say a unit is a region, in folded form.
const REGION_WORDS: &[&str] = &[
    "province",
    "provinces",
    "prov",
    "region",
    "oblast",
    "oblasti",
    "oblasty",
    "oblusu",
    "oblysy",
    "oblisi",
    "viloyati",
    "viloyat",
    "viloiati",
    "velayat",
    "velayaty",
    "welayat",
    "welayaty",
    "vilayat",
    "vilayet",
    "vilayeti",
    "wilayat",
    "wilaya",
    "republic",
    "respublikasi",
    "respublikasy",
    "область",
    "области",
    "областью",
    "обл",
    "облысы",
    "облусу",
    "вилояти",
    "вилоят",
    "вилаят",
    "вилаята",
    "вилаяте",
    "вилайят",
    "велаят",
    "велаята",
    "велаяте",
    "велаяту",
    "велаяты",
    "провинция",
    "провинции",
    "провинцию",
    "республика",
    "республики",
    "республикаси",
    "республикасы",
    "ولایت",
    "استان",
];

/// Words that say a unit is a city, in folded form.
const CITY_WORDS: &[&str] = &[
    "city",
    "town",
    "independent",
    "capital",
    "gorod",
    "shahri",
    "shahar",
    "shaary",
    "kalasy",
    "qalasy",
    "saheri",
    "город",
    "города",
    "городе",
    "г",
    "шаары",
    "каласы",
    "шахри",
    "شهر",
];

/// Words for who governs a unit of either sort, in folded form: they stand beside its name and say nothing of it.
const OFFICE_WORDS: &[&str] = &[
    "hokimiyat",
    "hokimiyati",
    "hokimligi",
    "khokimiyat",
    "hukumat",
    "akimat",
    "хокимият",
    "хокимията",
    "хокимияти",
    "хокимлиги",
    "хукумат",
    "хукумати",
    "акимат",
    "акимата",
    "мэрия",
    "администрация",
];

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Scope {
    /// The name stands alone.
    Any,
    /// The name means this unit only beside a word for region.
    Region,
    /// The name means this unit only beside a word for city.
    City,
    /// The text is a code and is taken letter by letter.
    Code,
}

#[derive(Deserialize)]
struct Row {
    text: String,
    province: String,
    scope: Scope,
}

struct Name {
    base: String,
    hint: Option<Scope>,
}

type Names = HashMap<String, Vec<(&'static Province, Scope)>>;

static CODES: LazyLock<HashMap<String, &'static Province>> = LazyLock::new(|| {
    let old = rows().into_iter().filter(|row| row.scope == Scope::Code);
    let mut codes: HashMap<String, &'static Province> =
        old.filter_map(|row| Some((row.text.to_uppercase(), province(&row.province)?))).collect();
    codes.extend(provinces().iter().map(|unit| (unit.id.to_owned(), unit)));
    codes
});

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut names = Names::new();
    for row in rows().into_iter().filter(|row| row.scope != Scope::Code) {
        let Some(unit) = province(&row.province) else { continue };
        let listed = names.entry(Name::read(&row.text).base).or_default();
        if !listed.contains(&(unit, row.scope)) {
            listed.push((unit, row.scope));
        }
    }
    names
});

fn rows() -> Vec<Row> {
    read_rows(include_str!("../data/aliases.csv"))
}

/// The unit that a name or code means.
///
/// Takes current and former ISO 3166-2 codes, OCHA p-codes, and names in Latin, Cyrillic and Arabic script with or
/// without a word for province or city, former names included. `country` (ISO 3166-1 alpha-3) narrows the search;
/// without it `Badakhshan` is ambiguous, and `Jalalabad`, which is a great city elsewhere; so are, with it, `Osh`, `Almaty`
/// and `Tashkent`, unless a word tells city from region. A unit named as a city ("Herat city") is looked up in the gazetteer when
/// no unit is such a city.
///
/// First-level codes of GDELT (FIPS, `AF01`) look like p-codes and mean other units: they must not be given here.
pub fn resolve_province(name_or_code: &str, country: Option<&str>) -> Resolution<&'static Province> {
    let here = |unit: &Province| country.is_none_or(|code| unit.country.eq_ignore_ascii_case(code.trim()));
    if let Some(&unit) = CODES.get(&name_or_code.trim().to_uppercase()) {
        return if here(unit) { Resolution::Found(unit) } else { Resolution::Unknown };
    }
    let name = Name::read(name_or_code);
    let listed = NAMES.get(&name.base).map_or(&[][..], Vec::as_slice).iter();
    let fitting =
        listed.filter(|(unit, scope)| here(unit) && (*scope == Scope::Any || Some(*scope) == name.hint));
    let units: Vec<&'static Province> = fitting.map(|(unit, _)| *unit).collect();
    match name.hint {
        Some(Scope::City) => decide(cities(&name.base, country, units)),
        Some(_) => decide(prefer(units, |unit| !unit.is_city())),
        None if country.is_none() => decide(with_great_namesakes(name_or_code, units)),
        None => decide(units),
    }
}

/// From how many people on a place is as likely to be meant as a unit of its name in another country.
const GREAT: u32 = 100_000;

/// These units, and those of other countries that hold a great place of the unit's own name which is written just so: "Jalalabad" is
/// a province of one country and a greater city in another. What a place was called once does not count.
fn with_great_namesakes(text: &str, units: Vec<&'static Province>) -> Vec<&'static Province> {
    let [unit] = units.as_slice() else { return units };
    let (written, own) = (fold(text), key(unit.name_en));
    let is_great = |place: &&PlaceName| {
        place.population >= GREAT && place.country != unit.country && key(place.name) == own
    };
    let is_written = |place: &&PlaceName| {
        let mut names = place.variants.iter().chain([&place.name]);
        names.any(|name| fold(name) == written)
    };
    let namesakes = find_places(text, None).into_iter().filter(is_great).filter(is_written);
    let namesakes: Vec<&'static Province> = namesakes.map(|place| place.province).collect();
    units.into_iter().chain(namesakes).collect()
}

/// The units that are cities; without any, those that hold the greatest places of the name.
fn cities(base: &str, country: Option<&str>, units: Vec<&'static Province>) -> Vec<&'static Province> {
    if units.iter().any(|unit| unit.is_city()) {
        return prefer(units, Province::is_city);
    }
    let places = find_places(base, country.map(str::trim));
    let greatest = places.first().map_or(0, |place| place.population);
    // A village of the same name does not make a city ambiguous, a town of a tenth its size does.
    let of_rank = places.iter().filter(|place| place.population.saturating_mul(10) >= greatest);
    let holding: Vec<&'static Province> = of_rank.map(|place| place.province).collect();
    if holding.is_empty() { units } else { holding }
}

/// Names of units in Latin, Cyrillic and Arabic script that need no word beside them, each with the unit it may mean; those of
/// one unit stand together.
pub fn unit_names() -> Vec<(&'static Province, String)> {
    let plain = rows().into_iter().filter(|row| row.scope == Scope::Any);
    plain.filter_map(|row| Some((province(&row.province)?, row.text))).collect()
}

/// Whether a word says of a name beside it that it is a region's, a city's or an office's: "область", "shahri", "province".
pub fn is_unit_word(word: &str) -> bool {
    is_word_beside(&fold(word))
}

fn is_word_beside(folded: &str) -> bool {
    [REGION_WORDS, CITY_WORDS, OFFICE_WORDS].iter().any(|words| words.contains(&folded))
}

/// Those that satisfy the rule, or all when none does.
fn prefer(units: Vec<&'static Province>, rule: impl Fn(&Province) -> bool) -> Vec<&'static Province> {
    let preferred: Vec<&'static Province> = units.iter().copied().filter(|unit| rule(unit)).collect();
    if preferred.is_empty() { units } else { preferred }
}

fn decide(mut units: Vec<&'static Province>) -> Resolution<&'static Province> {
    units.sort_by_key(|unit| unit.id);
    units.dedup();
    match units.as_slice() {
        [] => Resolution::Unknown,
        [unit] => Resolution::Found(unit),
        _ => Resolution::Ambiguous(units),
    }
}

impl Name {
    /// Parts the words for city and region from the name itself, and joins what is left.
    fn read(text: &str) -> Self {
        let folded = fold(text);
        let has = |words: &[&str]| folded.split(' ').any(|word| words.contains(&word));
        let hint = match (has(CITY_WORDS), has(REGION_WORDS)) {
            (true, _) => Some(Scope::City),
            (false, true) => Some(Scope::Region),
            (false, false) => None,
        };
        let own = |word: &&str| *word != "of" && !is_word_beside(word);
        let base: String = folded.split(' ').filter(own).map(nominative).collect();
        if base.is_empty() { Self { base: folded.replace(' ', ""), hint: None } } else { Self { base, hint } }
    }
}

/// Brings a Russian adjective to the nominative: "Баткенской" области, "Ахалского" велаята.
fn nominative(word: &str) -> String {
    let ends = [("скои", "ская"), ("скую", "ская"), ("ского", "скии"), ("скому", "скии"), ("ском", "скии")];
    let stem = ends.iter().find_map(|(end, whole)| Some((word.strip_suffix(end)?, whole)));
    stem.map_or_else(|| word.to_owned(), |(stem, whole)| format!("{stem}{whole}"))
}
