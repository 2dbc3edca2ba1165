//! Names brought back from a case of the region's languages to how they are only named.

/// A stem of fewer letters is too short to be sure of.
const LEAST_STEM: usize = 2;

/// Endings of Russian cases, and what stands in their place where a name is only named; the longest first.
const RUSSIAN: &[(&str, &[&str])] = &[
    ("ской области", &["ская область"]),
    ("скую область", &["ская область"]),
    ("ского", &[""]),
    ("ском", &[""]),
    ("скому", &[""]),
    ("ской", &["", "ская"]),
    ("ому", &["ый", "ое"]),
    ("ой", &["ая", "а"]),
    ("ом", &["", "о"]),
    ("ем", &["", "ь", "й"]),
    ("ии", &["ия"]),
    ("ию", &["ия"]),
    ("ы", &["а"]),
    ("е", &["", "а", "ь"]),
    ("у", &["", "а"]),
    ("а", &[""]),
    ("и", &["ь", "а", ""]),
    ("я", &["ь", "й"]),
    ("ю", &["ь", "й"]),
];

/// Endings of place, source, direction and possession in Kazakh, Kyrgyz, Uzbek and Tajik, in Cyrillic.
const CYRILLIC: &[&str] = &[
    "ндағы",
    "ндегі",
    "ндагы",
    "ндеги",
    "дағы",
    "дегі",
    "тағы",
    "тегі",
    "дагы",
    "деги",
    "догу",
    "дөгү",
    "тагы",
    "теги",
    "тогу",
    "төгү",
    "даги",
    "нинг",
    "ның",
    "нің",
    "дың",
    "дің",
    "тың",
    "тің",
    "нын",
    "нин",
    "нун",
    "нүн",
    "дын",
    "дин",
    "дун",
    "дүн",
    "тын",
    "тин",
    "тун",
    "түн",
    "нда",
    "нде",
    "ндо",
    "ндө",
    "нан",
    "нен",
    "дан",
    "ден",
    "дон",
    "дөн",
    "тан",
    "тен",
    "тон",
    "төн",
    "да",
    "де",
    "до",
    "дө",
    "та",
    "те",
    "то",
    "тө",
    "ға",
    "ге",
    "қа",
    "ке",
    "га",
    "го",
    "гө",
    "ка",
    "ко",
    "кө",
    "ни",
    "ро",
];

/// The same of Uzbek and Turkmen in Latin letters, and the English possessive.
const LATIN: &[&str] = &[
    "ndaky", "ndäki", "daky", "däki", "dagi", "ning", "nyň", "niň", "nda", "nde", "dan", "den", "da", "de",
    "ga", "ni", "’s", "'s",
];

/// How a name that stands in a case may be called; nothing where it does not look like one.
pub(super) fn nominative(text: &str) -> Vec<String> {
    let stem = |ending: &str| text.strip_suffix(ending).filter(|stem| stem.chars().count() >= LEAST_STEM);
    if text.chars().any(|letter| letter.is_ascii_alphabetic()) {
        return LATIN.iter().filter_map(|ending| stem(ending)).map(str::to_owned).collect();
    }
    let russian = RUSSIAN.iter().filter_map(|(ending, instead)| Some((stem(ending)?, instead)));
    let mut all: Vec<String> =
        russian.flat_map(|(stem, instead)| instead.iter().map(move |end| format!("{stem}{end}"))).collect();
    all.extend(CYRILLIC.iter().filter_map(|ending| stem(ending)).map(str::to_owned));
    all
}
