//! Sentences about levels that people set.

use contracts::analysis::{
    overrides::{Override, OverrideState},
    products::ProductLanguage as Language,
};
use domain::Level;

use super::Sentence;
use crate::domain::{product::words as w, watch::ITSELF};

/// A level that a person set, or that ended, with the computed one beside it.
pub fn set_by_hand(l: Language, of: &Override, computed: Level) -> Sentence {
    let (unit, threat, computed) = (w::unit(l, &of.province), w::threat(l, of.threat), w::level(l, computed));
    if of.state == OverrideState::Active {
        holds(l, (&unit, threat), of, computed)
    } else {
        ended(l, (&unit, threat), of, computed)
    }
}

/// A level that a person set; barely without that person and the reason, which are the centre's own.
pub(super) fn holds(l: Language, (unit, threat): (&str, &str), set: &Override, computed: &str) -> Sentence {
    let (level, since) = (w::level(l, set.level), w::day(l, set.at.day()));
    let (by, why) = (&set.by, set.reason.trim_end_matches(['.', ' ']));
    let (head, because, tail) = match l {
        Language::En => (
            format!("{unit}, {threat}: the level has been {level} since {since}, set by hand"),
            format!(" by {by} because {why}"),
            format!("; computed: {computed}."),
        ),
        Language::Ru => (
            format!("{unit}, {threat}: уровень — {level} (с {since}), установлен вручную"),
            format!(" ({by}), потому что: {why}"),
            format!("; расчётный — {computed}."),
        ),
    };
    (format!("{head}{because}{tail}"), Some(format!("{head}{tail}")))
}

/// That a level set by hand ended: by its time, or by whom and why; barely without anybody and the reason.
fn ended(l: Language, (unit, threat): (&str, &str), of: &Override, computed: &str) -> Sentence {
    let (level, by) = (w::level(l, of.level), &of.by);
    let day = w::day(l, of.ended_at.unwrap_or(of.until).day());
    let by_itself = of.ended_by.is_empty() || of.ended_by == ITSELF;
    let why = of.end_reason.trim_end_matches(['.', ' ']);
    let over = by_itself.then(|| w::pick(l, (", its time was over", ", срок его действия истёк")));
    let over = over.unwrap_or_default();
    let (named, bare, who, because, tail) = match l {
        Language::En => (
            format!("{unit}, {threat}: the level {level} that {by} had set by hand ended on {day}{over}"),
            format!("{unit}, {threat}: the level {level} that had been set by hand ended on {day}{over}"),
            format!(", by {}", of.ended_by),
            format!(" because {why}"),
            format!("; computed: {computed}."),
        ),
        Language::Ru => (
            format!("{unit}, {threat}: уровень «{level}», установленный вручную ({by}), отменён {day}{over}"),
            format!("{unit}, {threat}: уровень «{level}», установленный вручную, отменён {day}{over}"),
            format!(" ({})", of.ended_by),
            format!(", потому что: {why}"),
            format!("; расчётный — {computed}."),
        ),
    };
    let who = if by_itself { String::new() } else { who };
    let because = if why.is_empty() { String::new() } else { because };
    (format!("{named}{who}{because}{tail}"), Some(format!("{bare}{tail}")))
}
