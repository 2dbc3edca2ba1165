//! A field report in one line, as it comes by SMS or e-mail where there is no form:
//! `MRB KG-B border_tension border_incident serious 2d 2026-11-20 what was seen`.

mod vocabulary;

use contracts::{
    Failure,
    gateway::{ReportForm, ReportPlace},
};
use domain::{Day, Precision, Severity, Threat};

use super::{
    brief::brief,
    whereabouts::{self, short},
};
pub(crate) use vocabulary::Called;
use vocabulary::{Phrases, kinds, known_kind, latin, likely_kinds, words};

/// How a line is written, for those who wrote it otherwise.
pub const GRAMMAR: &str = "MRB province threat kind severity [deaths, as 2d] [day, as 2026-11-20 or 20.11.2026] text; \
                           province by code or name; MRBX in the place of MRB for an exercise. МРБ and МРБХ are read too, as are \
                           Russian names of threat, kind and severity, and commas or semicolons between the words before the text";
/// The longest line.
const LINE_CHARS: usize = 2000;
/// The most words that a name of a province or a kind has.
const NAME_WORDS: usize = 5;

/// Reads a line that came today; `called` says what threats and severities are called.
///
/// # Errors
/// Every word that is not what stands there, by its place, and how a line is written. Whoever sends a line sees no page on which a
/// report waits: what would wait for its day or its kind is refused.
pub fn parse(line: &str, today: Day, called: Called) -> Result<ReportForm, Failure> {
    let mut wrong = Wrong(Failure::invalid(format!("the line cannot be read; write {GRAMMAR}")));
    if line.chars().count() > LINE_CHARS {
        return Err(wrong.0.at("line", format!("must have {LINE_CHARS} characters at most")));
    }
    let words = words(line.trim_start_matches(is_unseen));
    let (first, behind) = words.first().map_or(("", ""), |word| (word.text, word.behind));
    let Some(exercise) = mark(first) else {
        let why = format!("must be MRB or MRBX, or МРБ or МРБХ, not {:?}", short(first));
        return Err(wrong.0.at("word 1", why));
    };
    let head = Head { words: words.get(1..).unwrap_or_default(), end: behind };
    let threats = Phrases::of(("threat", Threat::ALL), Threat::as_str, called);
    let severities = Phrases::of(("lead-severity", Severity::ALL), Severity::as_str, called);
    let (named, head) = head.split_before(&threats);
    let province = wrong.but("word 2, province", province(named));
    let (threat, head) = head.take(&threats, "threat");
    let threat = wrong.but("word 3, threat", threat);
    let (kind, head) = kind(head, &severities);
    let kind = wrong.but("word 4, kind", kind);
    let (severity, head) = head.take(&severities, "severity");
    let severity = wrong.but("word 5, severity", severity);
    let ((deaths, day), head) = figures(head, today, &mut wrong);
    let text = wrong.but("text", text(head.tail()));
    let (Some(province), Some(threat), Some(kind), Some(severity), Some(text), true) =
        (province, threat, kind, severity, text, wrong.0.errors.is_empty())
    else {
        return Err(wrong.0);
    };
    let occurred_at = day.map(Day::start);
    Ok(ReportForm { deaths, occurred_at, exercise, ..brief((threat, kind, severity), text, place(province)) })
}

/// Whether a line is written in Cyrillic rather than in Latin letters.
pub fn is_cyrillic(line: &str) -> bool {
    let cyrillic = line.chars().filter(|c| matches!(c, '\u{400}'..='\u{52f}')).count();
    cyrillic > line.chars().filter(char::is_ascii_alphabetic).count()
}

/// What some telephones and editors put before the first word: blanks of all sorts, marks of byte order and direction.
const fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{feff}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
}

/// Whether a first word marks an exercise; `None` where it marks no report at all. Either alphabet, or letters of both that look alike.
fn mark(word: &str) -> Option<bool> {
    let word = word.to_uppercase();
    let (bare, exercise) = word.strip_suffix(['X', 'Х']).map_or((word.as_str(), false), |bare| (bare, true));
    (bare == "МРБ" || latin(bare) == "MRB").then_some(exercise)
}

/// The words before the text that are not read yet.
#[derive(Clone, Copy)]
struct Head<'l> {
    words: &'l [vocabulary::Word<'l>],
    /// What follows the last word that was read.
    end: &'l str,
}

impl<'l> Head<'l> {
    /// Without so many words.
    fn without(self, many: usize) -> Self {
        let (read, words) = self.words.split_at(many.min(self.words.len()));
        Self { words, end: read.last().map_or(self.end, |word| word.behind) }
    }
    /// What so many words say.
    fn says(self, many: usize) -> Option<String> {
        let said: Vec<&str> = self.words.iter().take(many).map(|word| word.text).collect();
        (!said.is_empty()).then(|| said.join(" "))
    }
    /// How many words stand before one of these; one where none of them follows soon.
    fn before<T: Copy>(self, phrases: &Phrases<T>) -> usize {
        let starts = |at: &usize| phrases.at(self.words.get(*at..).unwrap_or_default()).is_some();
        (1..=NAME_WORDS).find(starts).unwrap_or(1)
    }
    /// What is said before one of these, and the words from it on: a name may be of several words.
    fn split_before<T: Copy>(self, phrases: &Phrases<T>) -> (Option<String>, Self) {
        let many = self.before(phrases);
        (self.says(many), self.without(many))
    }
    /// The one of these that stands here, and the words behind it.
    fn take<T: Copy>(self, phrases: &Phrases<T>, what: &str) -> (Result<T, String>, Self) {
        let Some(given) = self.says(1) else { return (Err("is missing".to_owned()), self) };
        let Some((found, many)) = phrases.at(self.words) else {
            let all = phrases.listed(&given).join(", ");
            return (Err(format!("{:?} is no {what}; write one of {all}", short(&given))), self.without(1));
        };
        (Ok(found), self.without(many))
    }
    /// What stands behind the words that were read.
    fn tail(self) -> &'l str {
        self.end.trim_start_matches(|c: char| c.is_whitespace() || vocabulary::parts(c))
    }
}

/// What is wrong with a line so far.
struct Wrong(Failure);

impl Wrong {
    /// What was read; what could not be is noted by its place.
    fn but<T>(&mut self, at: &str, read: Result<T, String>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(why) => {
                self.note(at, &why);
                None
            }
        }
    }
    fn note(&mut self, at: &str, why: &str) {
        self.0 = self.0.clone().at(at, why);
    }
}

/// The deaths and the day that stand before the text, and the words behind them.
fn figures<'l>(mut head: Head<'l>, today: Day, wrong: &mut Wrong) -> ((Option<u32>, Option<Day>), Head<'l>) {
    let (mut deaths, mut day) = (None, None);
    while let Some(word) = head.words.first().filter(|word| is_figure(word.text)) {
        head = head.without(1);
        match figure(word.text) {
            Ok(Figure::Deaths(_)) if deaths.is_some() => wrong.note("deaths", "stand twice; write them once"),
            Ok(Figure::Day(_)) if day.is_some() => wrong.note("day", "stands twice; write it once"),
            // east of here the next day has begun
            Ok(Figure::Day(read)) if read > today.plus(1) => {
                wrong.note("day", &format!("{read} lies ahead; write the day on which it happened"));
            }
            Ok(Figure::Day(read)) if read < Day::EARLIEST => {
                let why = format!("{read} lies outside {} to {today}; check the year", Day::EARLIEST);
                wrong.note("day", &why);
            }
            Ok(Figure::Deaths(many)) => deaths = Some(many),
            Ok(Figure::Day(read)) => day = Some(read),
            Err((at, why)) => wrong.note(at, &why),
        }
    }
    ((deaths, day), head)
}

/// What stands between severity and text.
enum Figure {
    Deaths(u32),
    Day(Day),
}

/// Whether a word stands there for deaths or a day, readable or not: a text begins with another word.
fn is_figure(word: &str) -> bool {
    const DAYS: [&str; 4] = ["today", "yesterday", "сегодня", "вчера"];
    let bare = word.trim_start_matches(['+', '-', '−', '–', '~', '<', '>', '=', '(']);
    bare.starts_with(char::is_numeric) || DAYS.contains(&bare.to_lowercase().as_str())
}

/// Reads it; else where it belongs and how it is written.
fn figure(word: &str) -> Result<Figure, (&'static str, String)> {
    let given = short(word);
    if let Some(many) = word.strip_suffix(['d', 'D']) {
        let why = || format!("{given:?} is no number of deaths; write a whole number and d, as 2d");
        return many.parse().map(Figure::Deaths).map_err(|_| ("deaths", why()));
    }
    if word.bytes().all(|b| b.is_ascii_digit()) {
        let why =
            format!("what {given:?} counts is not said: write deaths as 2d, and begin the text with a word");
        return Err(("deaths", why));
    }
    day(word).map(Figure::Day).map_err(|why| ("day", why))
}

/// A day as 2026-11-20, 20.11.2026 or 20/11/2026: the year in four figures, which tells where it stands.
fn day(word: &str) -> Result<Day, String> {
    let given = short(word);
    let unread = || format!("{given:?} is no day that can be read; write it as 2026-11-20 or 20.11.2026");
    let parts: Vec<&str> = word.split(['-', '.', '/']).collect();
    let read = |part: &str| part.parse::<u32>().ok().filter(|_| part.bytes().all(|b| b.is_ascii_digit()));
    let [first, middle, last] = parts.as_slice() else { return Err(unread()) };
    let (Some(first_read), Some(month), Some(last_read)) = (read(first), read(middle), read(last)) else {
        return Err(unread());
    };
    let (year, month, day) = match (first.len(), last.len()) {
        (4, 1..=2) => (first_read, month, last_read),
        // some write the month first where others write the day
        (1..=2, 4) if !word.contains('.') && first_read <= 12 && month <= 12 && first_read != month => {
            return Err(format!("{given:?} can be read two ways; write it as 2026-11-20 or 20.11.2026"));
        }
        (1..=2, 4) => (last_read, month, first_read),
        _ => return Err(unread()),
    };
    i32::try_from(year).ok().and_then(|year| Day::of(year, month, day)).ok_or_else(unread)
}

fn text(tail: &str) -> Result<String, String> {
    let text = tail.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() { Err("is missing: say what was seen".to_owned()) } else { Ok(text) }
}

/// The province by its code, or by a name in any of the three scripts.
fn province(given: Option<String>) -> Result<&'static geography::Province, String> {
    let given = given.ok_or("is missing")?;
    // a code in which a telephone put letters of the other alphabet
    let code = latin(&given.to_uppercase());
    if geography::province(&code).is_some() {
        return whereabouts::province(&code, None);
    }
    whereabouts::province(&given, None)
}

/// The kind that stands here and the words behind it; of one that nobody knows, what stands before the severity.
fn kind<'l>(head: Head<'l>, severities: &Phrases<Severity>) -> (Result<String, String>, Head<'l>) {
    if let Some((kind, many)) = kinds().at(head.words) {
        return (Ok(kind.to_owned()), head.without(many));
    }
    let (given, rest) = head.split_before(severities);
    let Some(given) = given else { return (Err("is missing".to_owned()), rest) };
    if let Some(kind) = known_kind(&given) {
        return (Ok(kind.to_owned()), rest);
    }
    let likely = likely_kinds(&given).join(", ");
    (Err(format!("{:?} is no kind that the centre knows; the nearest are {likely}", short(&given))), rest)
}

fn place(province: &geography::Province) -> ReportPlace {
    ReportPlace {
        country: None,
        province: Some(province.id.to_string()),
        name: None,
        lat: None,
        lon: None,
        precision: Precision::Province,
    }
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;
