//! What a warning says: written from the data of the change, in English and in Russian. Facts and assessment are kept apart,
//! because a mandate may admit the one and not the other. Who set a level by hand, and why, stands in neither: what is issued
//! goes to partners, and that stays with the centre.

mod en;
mod ru;

use contracts::analysis::{Incident, SituationChanged};
use domain::{
    Level,
    warning::{Info, Status},
};

use super::{draft, form::HEADLINE, rule};

/// What stands before every text of an exercise.
pub const EXERCISE: &str = "EXERCISE EXERCISE EXERCISE";

/// The texts of a warning about this change, one per language.
pub fn infos(change: &SituationChanged) -> Vec<Info> {
    let mut infos = vec![en::info(change), ru::info(change)];
    for info in &mut infos {
        mark(rule::status(change), info);
        info.headline = shortened(&info.headline);
    }
    infos
}

/// What the level did, for those who approve: `rose from low to high`; `was first assessed, high`.
pub fn moved(change: &SituationChanged) -> String {
    en::moved(change, "was ", |level| level.to_string())
}

/// Marks a text as that of an exercise, where it is one; twice is once.
pub fn mark(status: Status, info: &mut Info) {
    if status != Status::Exercise {
        return;
    }
    let own = if is_russian(info) { " УЧЕНИЯ." } else { "" };
    for text in [&mut info.headline, &mut info.description] {
        if !text.starts_with(EXERCISE) {
            *text = format!("{EXERCISE}.{own} {text}");
        }
    }
}

/// A note, behind the words of an exercise where it is one.
pub fn noted(status: Status, note: &str) -> String {
    match (status, note) {
        (Status::Exercise, "") => EXERCISE.to_owned(),
        (Status::Exercise, note) if !note.starts_with(EXERCISE) => format!("{EXERCISE}. {note}"),
        (_, note) => note.to_owned(),
    }
}

/// Turns a text into that of a cancellation, for this reason.
pub fn cancel(info: &mut Info, reason: &str) {
    let (word, sentence) = if is_russian(info) { ru::CANCELLED } else { en::CANCELLED };
    let marks = |text: &str| {
        let (mark, rest) = text.strip_prefix(EXERCISE).map_or(("", text), |rest| (EXERCISE, rest));
        (mark.to_owned(), rest.trim_start_matches(['.', ' ']).to_owned())
    };
    let (mark, headline) = marks(&info.headline);
    let before = if mark.is_empty() { String::new() } else { format!("{mark}. ") };
    info.headline = shortened(&format!("{before}{word}: {headline}"));
    let (_, description) = marks(&info.description);
    info.description = format!("{before}{sentence}: {}\n\n{description}", reason.trim());
    info.assessment.clear();
    info.instruction.clear();
}

/// A text that grows sentence by sentence.
struct Text(String);

impl Text {
    fn add(&mut self, more: impl AsRef<str>) {
        self.0.push_str(more.as_ref());
    }
}

fn is_russian(info: &Info) -> bool {
    info.language.to_lowercase().split('-').next() == Some("ru")
}

/// The text in no more characters than a headline may have.
fn shortened(text: &str) -> String {
    if text.chars().count() <= HEADLINE {
        return text.to_owned();
    }
    let kept: String = text.chars().take(HEADLINE - 1).collect();
    format!("{}…", kept.trim_end())
}

/// A share in whole per cent; what is not nothing is never told as nothing, nor what is not all as all.
fn percent(share: f64) -> String {
    match share * 100.0 {
        p if p > 0.0 && p < 1.0 => "< 1".to_owned(),
        p if p > 99.0 && p < 100.0 => "> 99".to_owned(),
        p => format!("{p:.0}"),
    }
}

/// The index at which a level begins here: by the bands the situation was read by.
fn border(change: &SituationChanged, level: Level) -> f64 {
    let own = change.situation.bands.map(|bands| match level {
        Level::Calm => 0.0,
        Level::Low => bands.low,
        Level::Elevated => bands.elevated,
        Level::High => bands.high,
        Level::Critical => bands.critical,
    });
    own.unwrap_or_else(|| level.band())
}

/// The index at which the next level begins; `None` above critical.
fn band_end(change: &SituationChanged) -> Option<f64> {
    let next = Level::ALL.get(usize::from(change.situation.level.number()) + 1)?;
    Some(border(change, *next))
}

/// A province by its name with its code behind it; by its code alone where that is the name.
fn with_code(change: &SituationChanged, name: &str) -> String {
    match change.situation.province.as_str() {
        code if code == name => code.to_owned(),
        code => format!("{name} ({code})"),
    }
}

/// The words of an incident's place, where the handling lets them be shown; the code of its province is none.
fn place<'a>(change: &SituationChanged, incident: &'a Incident) -> Option<&'a str> {
    let is_words = |place: &&str| !place.is_empty() && *place != change.situation.province.as_str();
    Some(incident.place.trim()).filter(is_words).filter(|_| draft::shows_places(change))
}

#[cfg(test)]
mod tests;
