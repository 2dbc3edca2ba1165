//! Who took part, compared by name in any script: what a source calls the Taleban another calls the Taliban, «Талибан» or طالبان.
//!
//! A name is folded, put into the consonants one hears in it, and stripped of what says nothing: years, brackets, words as
//! *forces* or *group*. The arms of one state are one actor, whichever of them a source names. What nobody knows is nobody.

use std::collections::BTreeSet;

use domain::Country;

/// One actor as it is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actor {
    /// Whoever acts for a state: government, army, police, border guards.
    State(String),
    /// People who do not fight: they are in most things, so they tell little.
    Civilians,
    /// Somebody with a name, by the sounds of its words.
    Named(BTreeSet<String>),
}

impl Actor {
    /// How much it tells of an incident that this one took part.
    const fn weight(&self) -> f64 {
        match self {
            Self::Civilians => 0.3,
            Self::State(_) => 0.7,
            Self::Named(_) => 1.0,
        }
    }
    /// How much of the names is the same, in 0..=1.
    fn likeness(&self, other: &Self) -> f64 {
        match (self, other) {
            (Self::Named(a), Self::Named(b)) => {
                let common = a.intersection(b).count() as f64;
                common / (a.len().min(b.len()).max(1)) as f64
            }
            _ if self == other => 1.0,
            _ => 0.0,
        }
    }
}

/// How many of those who took part are the same, in 0..=1; `None` where one of the two names nobody.
///
/// It is the share of the side that is the more alike: a source that names two of four does not contradict one that names four.
pub fn overlap(one: &BTreeSet<Actor>, other: &BTreeSet<Actor>) -> Option<f64> {
    if one.is_empty() || other.is_empty() {
        return None;
    }
    let found = |these: &BTreeSet<Actor>, those: &BTreeSet<Actor>| {
        let best = |actor: &Actor| those.iter().map(|that| actor.likeness(that)).fold(0.0, f64::max);
        let all: f64 = these.iter().map(Actor::weight).sum();
        these.iter().map(|actor| actor.weight() * best(actor)).sum::<f64>() / all
    };
    Some(found(one, other).max(found(other, one)))
}

/// Those who took part, as they are compared; an arm of a state that names no country is of the country where it happened.
pub fn read(names: &[String], country: Option<Country>) -> BTreeSet<Actor> {
    names.iter().filter_map(|name| actor(name, country)).collect()
}

/// Names that no rule of letters brings together, by one word each.
const ALIASES: [(&str, &[&str]); 6] = [
    ("taliban", &["taliban", "taleban", "талибы", "талибан", "طالبان"]),
    ("islamic state", &["is", "isis", "isil", "iskp", "daesh", "dash", "иг", "игил", "داعش"]),
    ("al qaida", &["qaida", "qaeda", "каида"]),
    ("islamic movement of uzbekistan", &["imu", "иду"]),
    ("jamaat ansarullah", &["ansarullah", "ансаруллах"]),
    ("northern alliance", &["uif", "uifsa"]),
];

/// Words, by sound, of whoever acts for a state.
const STATE: [&str; 22] = [
    "government",
    "military",
    "army",
    "police",
    "ministry",
    "administration",
    "customs",
    "правительство",
    "армия",
    "полиция",
    "милиция",
    "администрация",
    "таможня",
    "пограничники",
    "военные",
    "guards",
    "guard",
    "troops",
    "soldiers",
    "gendarmerie",
    "دولت",
    "پولیس",
];
const CIVILIANS: [&str; 10] = [
    "civilians",
    "civilian",
    "residents",
    "villagers",
    "protesters",
    "жители",
    "гражданские",
    "мирные",
    "протестующие",
    "غیرنظامیان",
];
const UNKNOWN: [&str; 7] =
    ["unidentified", "unknown", "unspecified", "неизвестные", "неустановленные", "ناشناس", "xxx"];
/// Words, folded, that say nothing of who it is.
const SILENT: [&str; 22] = [
    "of",
    "the",
    "and",
    "in",
    "at",
    "group",
    "groups",
    "armed",
    "forces",
    "force",
    "side",
    "special",
    "security",
    "militia",
    "men",
    "gang",
    "party",
    "movement",
    "и",
    "группа",
    "сторона",
    "движение",
];
/// Countries as sources write them, with their code.
const COUNTRIES: [(&str, &[&str]); 10] = [
    ("AFG", &["afghanistan", "afghan", "afg", "афганистан", "афганистана", "افغانستان"]),
    ("KAZ", &["kazakhstan", "kazakh", "kaz", "казахстан", "казахстана"]),
    ("KGZ", &["kyrgyzstan", "kyrgyz", "kgz", "кыргызстан", "кыргызстана", "киргизия", "киргизии"]),
    ("TJK", &["tajikistan", "tajik", "tjk", "таджикистан", "таджикистана"]),
    ("TKM", &["turkmenistan", "turkmen", "tkm", "туркменистан", "туркменистана"]),
    ("UZB", &["uzbekistan", "uzbek", "uzb", "узбекистан", "узбекистана"]),
    ("PAK", &["pakistan", "pak", "пакистан", "пакистана"]),
    ("IRN", &["iran", "irn", "иран", "ирана"]),
    ("RUS", &["russia", "russian", "rus", "россия", "россии"]),
    ("USA", &["states", "usa", "сша"]),
];

fn actor(name: &str, country: Option<Country>) -> Option<Actor> {
    let folded = geography::fold(name);
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    let any = |list: &[&str]| words.iter().any(|word| list.contains(word));
    if any(&UNKNOWN) {
        return None;
    }
    if let Some((known, _)) = ALIASES.iter().find(|(known, names)| any(names) || folded.contains(known)) {
        return Some(Actor::Named(BTreeSet::from([(*known).to_owned()])));
    }
    if any(&CIVILIANS) {
        return Some(Actor::Civilians);
    }
    let of_country =
        |word: &&str| COUNTRIES.iter().find(|(_, names)| names.contains(word)).map(|(code, _)| *code);
    let named = words.iter().find_map(of_country);
    // "border forces" and "security forces" are a state's where a country stands beside them
    let arm = any(&STATE) || (named.is_some() && any(&["forces", "force", "border", "security"]));
    if arm {
        let state = named.map(str::to_owned).or_else(|| country.map(|country| country.to_string()))?;
        return Some(Actor::State(state));
    }
    let tells = |word: &&&str| {
        !SILENT.contains(*word) && !word.bytes().all(|b| b.is_ascii_digit()) && of_country(word).is_none()
    };
    let sounds: BTreeSet<String> = words.iter().filter(tells).map(|word| sound_of_word(word)).collect();
    (!sounds.is_empty()).then_some(Actor::Named(sounds))
}

/// The consonants one hears in a name, word by word: the same in Latin, Cyrillic and Arabic script as far as they can be.
pub fn sound(name: &str) -> String {
    let words: Vec<String> = geography::fold(name).split(' ').map(sound_of_word).collect();
    words.join(" ")
}

/// The consonants of one folded word; the word itself where it has fewer than two.
fn sound_of_word(word: &str) -> String {
    let mut spelt = String::with_capacity(word.len());
    for letter in word.replace("дж", "j").chars() {
        match latin(letter) {
            "" if letter.is_ascii_alphanumeric() => spelt.push(letter),
            sound => spelt.push_str(sound),
        }
    }
    let mut heard = String::with_capacity(spelt.len());
    let mut letters = spelt.chars().peekable();
    while let Some(letter) = letters.next() {
        let followed = |next: Option<&char>| next == Some(&'h');
        let sound = match letter {
            'k' | 's' | 'z' | 'g' | 't' | 'p' | 'c' | 'd' if followed(letters.peek()) => {
                letters.next();
                match letter {
                    'k' => 'h',
                    'p' => 'f',
                    other => other,
                }
            }
            'c' | 'q' => 'k',
            'x' => 'h',
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'w' | 'v' => continue,
            other => other,
        };
        if !heard.ends_with(sound) {
            heard.push(sound);
        }
    }
    if heard.chars().count() < 2 { word.to_owned() } else { heard }
}

/// The Latin letters for the sound of a consonant of another script; nothing for everything else.
const fn latin(letter: char) -> &'static str {
    match letter {
        'б' | 'ب' => "b",
        'г' | 'گ' | 'غ' => "g",
        'д' | 'د' => "d",
        'ж' | 'з' | 'ز' | 'ذ' | 'ض' | 'ظ' | 'ژ' => "z",
        'к' | 'ک' | 'ق' => "k",
        'л' | 'ل' => "l",
        'м' | 'م' => "m",
        'н' | 'ن' => "n",
        'п' | 'پ' => "p",
        'р' | 'ر' => "r",
        'с' | 'ц' | 'س' | 'ص' | 'ث' | 'ш' | 'щ' | 'ش' => "s",
        'т' | 'ت' | 'ط' => "t",
        'ф' | 'ف' => "f",
        'х' | 'خ' | 'ح' | 'ه' => "h",
        'ч' | 'چ' => "ch",
        'ج' => "j",
        _ => "",
    }
}
