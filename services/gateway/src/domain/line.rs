//! A field report in one line, as it comes by SMS or e-mail where there is no form:
//! `MRB KG-B border_tension border_incident serious 2d 2026-11-20 what was seen`.

use std::{fmt::Display, str::FromStr};

use contracts::{
    Failure,
    gateway::{ReportForm, ReportGrade, ReportPlace},
};
use domain::{Credibility, Day, Handling, Precision, Reliability, Severity, Threat, Tlp, UnClass};

/// How a line is written, for those who wrote it otherwise.
pub const GRAMMAR: &str = "MRB province threat kind severity [deaths, as 2d] [day, as 2026-11-20] text; \
                           MRBX in the place of MRB for an exercise";
/// The longest line.
const LINE_CHARS: usize = 2000;
/// The most of the text that becomes the title.
const TITLE_CHARS: usize = 120;

/// Reads a line. It says nothing of grade and handling: nobody has judged it (F6), and it is TLP:AMBER for the centre alone.
///
/// # Errors
/// Every word that is not what stands there, by its place, and how a line is written.
pub fn parse(line: &str) -> Result<ReportForm, Failure> {
    let mut wrong = Wrong(Failure::invalid(format!("the line cannot be read; write {GRAMMAR}")));
    if line.chars().count() > LINE_CHARS {
        return Err(wrong.0.at("line", format!("must have {LINE_CHARS} characters at most")));
    }
    let mut words = line.split_whitespace().peekable();
    let first = words.next().unwrap_or("").to_ascii_uppercase();
    if !matches!(first.as_str(), "MRB" | "MRBX") {
        return Err(wrong.0.at("word 1", format!("must be MRB or MRBX, not {:?}", short(&first))));
    }
    let province = wrong.but("word 2, province", province(words.next()));
    let threat = wrong.but("word 3, threat", word::<Threat>(words.next()));
    let kind = wrong.but("word 4, kind", kind(words.next()));
    let severity = wrong.but("word 5, severity", word::<Severity>(words.next()));
    let deaths = words.next_if(|word| is_deaths(word)).map(|word| word[..word.len() - 1].parse::<u32>());
    let deaths = wrong.but("deaths", deaths.transpose().map_err(|why| why.to_string()));
    let day = words.next_if(|word| is_day(word)).map(str::parse::<Day>);
    let day = wrong.but("day", day.transpose().map_err(|why| why.to_string()));
    let text = wrong.but("text", text(words));
    let (Some(province), Some(threat), Some(kind), Some(severity), Some(deaths), Some(day), Some(text)) =
        (province, threat, kind, severity, deaths, day, text)
    else {
        return Err(wrong.0);
    };
    Ok(ReportForm {
        title: text.chars().take(TITLE_CHARS).collect(),
        text,
        threat,
        kind,
        severity,
        deaths,
        occurred_at: day.map(Day::start),
        place: place(province),
        grade: ReportGrade { reliability: Reliability::F, credibility: Credibility::UNKNOWN },
        language: "und".to_owned(),
        handling: Handling::new(Tlp::Amber, UnClass::Unclassified),
        exercise: first == "MRBX",
        situation: None,
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
                self.0 = self.0.clone().at(at, why);
                None
            }
        }
    }
}

fn text<'w>(words: impl Iterator<Item = &'w str>) -> Result<String, String> {
    let text = words.collect::<Vec<_>>().join(" ");
    if text.is_empty() { Err("is missing: say what was seen".to_owned()) } else { Ok(text) }
}

fn word<T: FromStr<Err: Display>>(given: Option<&str>) -> Result<T, String> {
    given.ok_or("is missing")?.to_ascii_lowercase().parse().map_err(|error: T::Err| error.to_string())
}

fn province(given: Option<&str>) -> Result<&'static geography::Province, String> {
    let given = given.ok_or("is missing")?.to_ascii_uppercase();
    geography::province(&given).ok_or_else(|| {
        format!("{:?} is no province of the region; give its ISO 3166-2 code, as KG-B", short(&given))
    })
}

fn kind(given: Option<&str>) -> Result<String, String> {
    let given = given.ok_or("is missing")?.to_ascii_lowercase();
    let is_kind = given.len() <= 64
        && given.starts_with(|c: char| c.is_ascii_lowercase())
        && given.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let wrong = || format!("{:?} is none; give a word of the field, as border_incident", short(&given));
    if is_kind { Ok(given) } else { Err(wrong()) }
}

/// As much of a word as it takes to know it again.
fn short(word: &str) -> String {
    word.chars().take(40).collect()
}

fn is_deaths(word: &str) -> bool {
    word.strip_suffix(['d', 'D']).is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

fn is_day(word: &str) -> bool {
    word.len() == 10
        && word
            .bytes()
            .enumerate()
            .all(|(n, b)| if matches!(n, 4 | 7) { b == b'-' } else { b.is_ascii_digit() })
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
