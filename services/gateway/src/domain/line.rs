//! A field report in one line, as it comes by SMS or e-mail where there is no form:
//! `MRB KG-B border_tension border_incident serious 2d 2026-11-20 what was seen`.

use std::{fmt::Display, iter::Peekable, str::FromStr};

use contracts::{
    Failure,
    gateway::{ReportForm, ReportPlace},
};
use domain::{Day, Precision, Severity, Threat};

use super::{
    brief::brief,
    whereabouts::{self, short},
};

/// How a line is written, for those who wrote it otherwise.
pub const GRAMMAR: &str = "MRB province threat kind severity [deaths, as 2d] [day, as 2026-11-20 or 20.11.2026] text; \
                           province by code or name; MRBX in the place of MRB for an exercise";
/// The longest line.
const LINE_CHARS: usize = 2000;
/// The most words that a name of a province has.
const NAME_WORDS: usize = 5;

/// Reads a line that came today.
///
/// # Errors
/// Every word that is not what stands there, by its place, and how a line is written. Whoever sends a line sees no page on which a
/// report waits: what would wait for its day is refused.
pub fn parse(line: &str, today: Day) -> Result<ReportForm, Failure> {
    let mut wrong = Wrong(Failure::invalid(format!("the line cannot be read; write {GRAMMAR}")));
    if line.chars().count() > LINE_CHARS {
        return Err(wrong.0.at("line", format!("must have {LINE_CHARS} characters at most")));
    }
    let mut words = line.split_whitespace();
    let first = words.next().unwrap_or("").to_ascii_uppercase();
    if !matches!(first.as_str(), "MRB" | "MRBX") {
        return Err(wrong.0.at("word 1", format!("must be MRB or MRBX, not {:?}", short(&first))));
    }
    let rest: Vec<&str> = words.collect();
    let (named, mut words) = split_at_threat(&rest);
    let named = named.ok_or_else(|| "is missing".to_owned());
    let province = named.and_then(|given| whereabouts::province(&given, None));
    let province = wrong.but("word 2, province", province);
    let threat = wrong.but("word 3, threat", word::<Threat>(words.next()));
    let kind = wrong.but("word 4, kind", kind(words.next()));
    let severity = wrong.but("word 5, severity", word::<Severity>(words.next()));
    let (mut deaths, mut day) = (None, None);
    while let Some(word) = words.next_if(|word| is_figure(word)) {
        match figure(word) {
            Ok(Figure::Deaths(_)) if deaths.is_some() => wrong.note("deaths", "stand twice; write them once"),
            Ok(Figure::Day(_)) if day.is_some() => wrong.note("day", "stands twice; write it once"),
            // east of here the next day has begun
            Ok(Figure::Day(read)) if read > today.plus(1) => {
                wrong.note("day", &format!("{read} lies ahead; write the day on which it happened"));
            }
            Ok(Figure::Deaths(many)) => deaths = Some(many),
            Ok(Figure::Day(read)) => day = Some(read),
            Err((at, why)) => wrong.note(at, &why),
        }
    }
    let text = wrong.but("text", text(words));
    let (Some(province), Some(threat), Some(kind), Some(severity), Some(text), true) =
        (province, threat, kind, severity, text, wrong.0.errors.is_empty())
    else {
        return Err(wrong.0);
    };
    Ok(ReportForm {
        deaths,
        occurred_at: day.map(Day::start),
        exercise: first == "MRBX",
        ..brief((threat, kind, severity), text, place(province))
    })
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

/// The words that name the province, and those from the threat on: a name may be of several words, a threat is one.
fn split_at_threat<'w>(rest: &'w [&'w str]) -> (Option<String>, Peekable<impl Iterator<Item = &'w str>>) {
    let is_threat = |word: &&str| word.to_ascii_lowercase().parse::<Threat>().is_ok();
    let found = rest.iter().take(NAME_WORDS + 1).position(is_threat).filter(|at| *at > 0);
    let (name, behind) = rest.split_at(found.unwrap_or(1).min(rest.len()));
    (Some(name.join(" ")).filter(|name| !name.is_empty()), behind.iter().copied().peekable())
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
    bare.starts_with(char::is_numeric) || DAYS.contains(&bare.trim_end_matches(',').to_lowercase().as_str())
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

fn text<'w>(words: impl Iterator<Item = &'w str>) -> Result<String, String> {
    let text = words.collect::<Vec<_>>().join(" ");
    if text.is_empty() { Err("is missing: say what was seen".to_owned()) } else { Ok(text) }
}

fn word<T: FromStr<Err: Display>>(given: Option<&str>) -> Result<T, String> {
    given.ok_or("is missing")?.to_ascii_lowercase().parse().map_err(|error: T::Err| error.to_string())
}

fn kind(given: Option<&str>) -> Result<String, String> {
    let given = given.ok_or("is missing")?.to_ascii_lowercase();
    let is_kind = given.len() <= 64
        && given.starts_with(|c: char| c.is_ascii_lowercase())
        && given.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let wrong = || format!("{:?} is none; give a word of the field, as border_incident", short(&given));
    if is_kind { Ok(given) } else { Err(wrong()) }
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
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<ReportForm, Failure> {
        super::parse(line, "2026-12-01".parse().unwrap())
    }

    #[test]
    fn a_line_is_a_report() {
        let line =
            "MRB KG-B border_tension border_incident serious 2d 2026-11-20 shots at the canal, 3d time";
        let form = parse(line).unwrap();
        assert_eq!((form.threat, form.kind.as_str()), (Threat::BorderTension, "border_incident"));
        assert_eq!((form.severity, form.deaths, form.exercise), (Severity::Serious, Some(2), false));
        assert_eq!(form.occurred_at.unwrap().day().to_string(), "2026-11-20");
        assert_eq!(form.text, "shots at the canal, 3d time");
        assert_eq!(form.place.province.as_deref(), Some("KG-B"));
    }

    #[test]
    fn deaths_and_day_may_be_left_out_and_case_does_not_matter() {
        let form = parse(" mrbx kg-b Border_Tension seizure MINOR Стрельба у канала\n").unwrap();
        assert_eq!((form.deaths, form.occurred_at, form.exercise), (None, None, true));
        assert_eq!(form.title, "Стрельба у канала");
    }

    #[test]
    fn a_day_may_be_written_as_people_write_it_and_before_the_deaths_or_behind() {
        for day in ["2026-11-20", "20.11.2026", "20/11/2026", "20-11-2026", "2026.11.20", "2026/11/20"] {
            for figures in [format!("2d {day}"), format!("{day} 2D")] {
                let form = parse(&format!("MRB KG-B border_tension clash minor {figures} shots")).unwrap();
                assert_eq!(form.occurred_at.unwrap().day().to_string(), "2026-11-20", "{figures}");
                assert_eq!((form.deaths, form.text.as_str()), (Some(2), "shots"), "{figures}");
            }
        }
        let form = parse("MRB KG-B border_tension clash minor 3.4.2026 shots").unwrap();
        assert_eq!(form.occurred_at.unwrap().day().to_string(), "2026-04-03");
    }

    #[test]
    fn what_looks_like_a_day_or_a_number_and_cannot_be_read_never_becomes_text() {
        for (word, at) in [
            ("-2d", "deaths"),
            ("2", "deaths"),
            ("2.5d", "deaths"),
            ("03/04/2026", "day"),
            ("03-04-2026", "day"),
            ("31.11.2026", "day"),
            ("20.11.26", "day"),
            ("20.11", "day"),
            ("2d,", "day"),
            ("12:30", "day"),
            ("2д", "day"),
            ("۲۰۲۶", "day"),
            ("yesterday", "day"),
            ("Вчера,", "day"),
            ("2d 3d", "deaths"),
            ("2026-11-20 2026-11-21", "day"),
        ] {
            let refused = parse(&format!("MRB KG-B border_tension clash minor {word} shots")).unwrap_err();
            assert_eq!(refused.errors.len(), 1, "{word}: {refused:?}");
            assert_eq!(refused.errors[0].pointer, at, "{word}: {refused:?}");
            assert!(refused.errors[0].detail.contains("write"), "{word}: {refused:?}");
        }
    }

    #[test]
    fn a_province_is_known_by_its_names_and_what_may_mean_several_is_asked_back() {
        for (name, code) in [
            ("Баткен", "KG-B"),
            ("Batken", "KG-B"),
            ("Баткенская область", "KG-B"),
            ("بدخشان افغانستان", ""),
            ("کندهار", "AF-KAN"),
            ("Gorno-Badakhshan", "TJ-GB"),
            ("Osh city", "KG-GO"),
        ] {
            let read = parse(&format!("MRB {name} border_tension clash minor shots"));
            match read {
                Ok(form) => assert_eq!(form.place.province.as_deref(), Some(code), "{name}"),
                Err(refused) => assert!(code.is_empty(), "{name}: {refused:?}"),
            }
        }
        for word in ["2026-12-03", "01.01.2030"] {
            let refused = parse(&format!("MRB KG-B border_tension clash minor {word} shots")).unwrap_err();
            assert!(refused.errors[0].detail.contains("lies ahead"), "{refused:?}");
        }
        assert!(
            parse("MRB KG-B border_tension clash minor 2026-12-02 shots").is_ok(),
            "it is tomorrow further east"
        );
        let refused = parse("MRB Badakhshan border_tension clash minor shots").unwrap_err();
        let why = &refused.errors[0];
        assert_eq!(why.pointer, "word 2, province");
        assert!(why.detail.contains("AF-BDS") && why.detail.contains("TJ-GB"), "{why:?}");
    }

    #[test]
    fn every_wrong_word_is_named_with_what_would_be_right() {
        let refused = parse("MRB KG-Q tension 9x bad 99999999999d 2026-13-40").unwrap_err();
        let places: Vec<&str> = refused.errors.iter().map(|e| e.pointer.as_str()).collect();
        let all = [
            "word 2, province",
            "word 3, threat",
            "word 4, kind",
            "word 5, severity",
            "deaths",
            "day",
            "text",
        ];
        assert_eq!(places, all);
        assert!(refused.detail.contains(GRAMMAR));
        let long = "x".repeat(600);
        let refused = parse(&format!("{long} KG-B")).unwrap_err();
        assert!(refused.errors[0].detail.len() < 100, "a word is not repeated without end");
        let refused = parse(&format!("MRB {long} tension {long} bad")).unwrap_err();
        assert!(refused.errors.iter().all(|error| error.detail.len() < 400));
        for wrong in ["", "hello", "MRB", &format!("MRB {}", "x".repeat(2000))] {
            assert!(!parse(wrong).unwrap_err().errors.is_empty(), "{wrong}");
        }
    }
}
