//! Sentences about levels that moved.

use contracts::analysis::{LevelChange, Situation, products::ProductLanguage as Language};
use domain::Day;

use super::{Sentence, plain, what};
use crate::domain::product::{kinds, material::Seen, words as w};

/// A change of level, with what weighs most in it today.
pub fn change(l: Language, of: &LevelChange, now: Option<(&Situation, &Seen)>) -> Sentence {
    let (unit, threat, day) = (w::unit(l, &of.province), w::threat(l, of.threat), w::day(l, of.at.day()));
    let rose = of.now > of.was;
    let moved = w::from_to(l, of.was, of.now);
    let head = match (l, rose) {
        _ if of.now == of.was => came_back(l, (&unit, threat, &day), of),
        (Language::En, true) => format!("{unit}, {threat}: up {moved} on {day}."),
        (Language::En, false) => format!("{unit}, {threat}: down {moved} on {day}."),
        (Language::Ru, true) => format!("{unit}, {threat}: уровень повысился {moved} ({day})."),
        (Language::Ru, false) => format!("{unit}, {threat}: уровень понизился {moved} ({day})."),
    };
    let head = match of.late.filter(|_| rose) {
        Some(late) => format!("{head} {}", came_in_later(l, late)),
        None => head,
    };
    let Some((share, seen)) =
        now.and_then(|(situation, seen)| Some((situation.incidents.first()?.share, seen)))
    else {
        return plain(head);
    };
    let most = |what: &str| {
        let (share, day) = (w::percent(l, share), w::day(l, seen.to));
        match l {
            Language::En => {
                format!("{head} Main contribution: {what} ({day}, {}, {share} of the index).", seen.grade())
            }
            Language::Ru => {
                format!("{head} Основной вклад: {what} ({day}, {}, {share} индекса).", seen.grade())
            }
        }
    };
    let kind = kinds::words(l, &seen.kind);
    (most(what(l, seen).trim_end_matches('.')), Some(most(&kind)))
}

/// That a level rose by what came in late: it is known of later, and nothing that is told happened since.
fn came_in_later(l: Language, newest: Day) -> String {
    let month = w::month(l, newest);
    match l {
        Language::En => format!(
            "It rose by what came in later, about {month} and before: that is no event of the period."
        ),
        Language::Ru => {
            format!(
                "Причина – сведения, поступившие позже: {month} и ранее; это не событие отчётного периода."
            )
        }
    }
}

/// That a level went up and is back where it was.
fn came_back(l: Language, (unit, threat, day): (&str, &str, &str), of: &LevelChange) -> String {
    let (is, peak) = (w::level(l, of.now), w::level(l, of.peak.unwrap_or(of.now)));
    match l {
        Language::En => {
            format!("{unit}: the level for {threat} is back at {is} on {day}; it had been {peak}.")
        }
        Language::Ru => {
            format!("{unit}: уровень по угрозе «{threat}» снова {is} ({day}); поднимался до уровня: {peak}.")
        }
    }
}
