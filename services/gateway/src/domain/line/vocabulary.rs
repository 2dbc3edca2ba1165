//! The words of a line before its text: what they are called, and how they are told from one another.

use std::{cmp::Reverse, sync::LazyLock};

use domain::kind;

/// What a word of a family is called, in every language: `threat`, `lead-severity`. A name ends at a colon.
pub(crate) type Called = fn(&str, &str) -> Vec<String>;

/// A word, and what stands behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'l> {
    /// The word.
    pub text: &'l str,
    /// The rest of the line.
    pub behind: &'l str,
}

/// Whether it parts words as a blank does.
pub(super) const fn parts(c: char) -> bool {
    matches!(c, ',' | ';' | '،' | '؛')
}

/// The words of a line, parted by blanks, commas and semicolons.
pub(super) fn words(line: &str) -> Vec<Word<'_>> {
    let between = |c: char| c.is_whitespace() || parts(c);
    let mut words = Vec::new();
    let mut rest = line.trim_start_matches(between);
    while !rest.is_empty() {
        let (text, behind) = rest.split_at(rest.find(between).unwrap_or(rest.len()));
        words.push(Word { text, behind });
        rest = behind.trim_start_matches(between);
    }
    words
}

/// A word as it is compared: without regard to case, to ё and to the dash that some keyboards set.
fn folded(word: &str) -> String {
    word.to_lowercase().replace('ё', "е").replace(['‐', '‑', '–'], "-")
}

/// The other forms of a Russian adjective that names something feminine: whoever is asked how grave says «серьёзно».
fn forms(name: &str) -> impl Iterator<Item = String> + use<> {
    let stem = Some(folded(name))
        .filter(|name| !name.contains(' '))
        .and_then(|name| name.strip_suffix("ая").map(str::to_owned));
    let endings = ["о", "ый", "ий", "ой", "ое", "ые", "ую"];
    stem.into_iter().flat_map(move |stem| endings.map(|ending| format!("{stem}{ending}")))
}

/// Values, each under all that it is called.
pub(super) struct Phrases<T> {
    /// The names in words, the longest first.
    names: Vec<(Vec<String>, T)>,
    /// How each is written, without a choice and in Cyrillic.
    written: Vec<(&'static str, String)>,
}

impl<T: Copy> Phrases<T> {
    fn new(named: impl IntoIterator<Item = (String, T)>, written: Vec<(&'static str, String)>) -> Self {
        let in_words = |name: &str| name.split_whitespace().map(folded).collect::<Vec<String>>();
        let mut names: Vec<(Vec<String>, T)> =
            named.into_iter().map(|(name, value)| (in_words(&name), value)).collect();
        names.retain(|(name, _)| !name.is_empty());
        names.sort_by_key(|(name, _)| Reverse(name.len()));
        Self { names, written }
    }
    /// All words of a family, by themselves and by all that they are called.
    pub fn of((family, all): (&str, &[T]), code: fn(T) -> &'static str, called: Called) -> Self {
        let called = |code: &'static str| {
            let whole = called(family, code).into_iter();
            whole.map(|name| name.split(':').next().unwrap_or_default().trim().to_owned()).collect::<Vec<_>>()
        };
        let names = |value: &T| {
            let (value, code) = (*value, code(*value));
            let called = called(code).into_iter();
            let forms = called.flat_map(|name| forms(&name).chain([name.clone()]).collect::<Vec<_>>());
            forms.chain([code.to_owned()]).map(move |name| (name, value)).collect::<Vec<_>>()
        };
        let written = |value: &T| {
            let code = code(*value);
            let cyrillic = called(code).into_iter().find(|name| !name.is_ascii());
            (code, folded(&cyrillic.unwrap_or_else(|| code.to_owned())))
        };
        Self::new(all.iter().flat_map(names), all.iter().map(written).collect())
    }
    /// How all of them are written in the letters of what was given: whoever writes Russian is told Russian words.
    pub fn listed(&self, given: &str) -> Vec<&str> {
        let written = self.written.iter();
        written.map(|(code, name)| if given.is_ascii() { *code } else { name.as_str() }).collect()
    }
    /// The value with which these words begin, and how many of them it takes.
    pub fn at(&self, words: &[Word<'_>]) -> Option<(T, usize)> {
        let longest = self.names.first().map_or(0, |(name, _)| name.len());
        let given: Vec<String> = words.iter().take(longest).map(|word| folded(word.text)).collect();
        let found = self.names.iter().find(|(name, _)| given.starts_with(name));
        found.map(|(name, value)| (*value, name.len()))
    }
}

/// The kinds that the centre knows, by their words and by what they are called in Russian.
pub(super) fn kinds() -> &'static Phrases<&'static str> {
    static KINDS: LazyLock<Phrases<&'static str>> = LazyLock::new(|| {
        let names = |kind: &'static str| {
            let russian = kind::russian(kind).map(str::to_owned);
            [Some(kind.to_owned()), russian].into_iter().flatten().map(move |name| (name, kind))
        };
        Phrases::new(kind::all().flat_map(names), Vec::new())
    });
    &KINDS
}

/// The kind that several words write with blanks in the place of underscores.
pub(super) fn known_kind(given: &str) -> Option<&'static str> {
    let word = folded(given).replace([' ', '-'], "_");
    kind::all().find(|kind| *kind == word)
}

/// The kinds that are the most like a word, the likest first, in its own alphabet.
pub(super) fn likely_kinds(given: &str) -> Vec<&'static str> {
    const NAMED: usize = 3;
    let given = folded(given);
    let name = |kind: &'static str| if given.is_ascii() { kind } else { kind::russian(kind).unwrap_or(kind) };
    let mut alike: Vec<(f64, &str)> = kind::all()
        .map(name)
        .map(|name| {
            (strsim::jaro_winkler(&given.replace([' ', '-'], "_"), &folded(name).replace(' ', "_")), name)
        })
        .collect();
    alike.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    alike.dedup_by_key(|(_, name)| *name);
    alike.into_iter().take(NAMED).map(|(_, name)| name).collect()
}

/// Capital letters with those of the Cyrillic alphabet as the Latin ones they look like, and every dash as a hyphen.
pub(super) fn latin(capitals: &str) -> String {
    const LIKE: [(char, char); 16] = [
        ('А', 'A'),
        ('В', 'B'),
        ('Е', 'E'),
        ('К', 'K'),
        ('М', 'M'),
        ('Н', 'H'),
        ('О', 'O'),
        ('Р', 'P'),
        ('С', 'C'),
        ('Т', 'T'),
        ('У', 'Y'),
        ('Х', 'X'),
        ('І', 'I'),
        ('Ј', 'J'),
        ('Ѕ', 'S'),
        ('Ү', 'Y'),
    ];
    let like = |c: char| match c {
        '‐' | '‑' | '–' => '-',
        _ => LIKE.iter().find(|(cyrillic, _)| *cyrillic == c).map_or(c, |(_, latin)| *latin),
    };
    capitals.chars().map(like).collect()
}
