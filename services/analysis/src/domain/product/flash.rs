//! What a flash report says of its incident.

use contracts::analysis::products::ProductLanguage as Language;

use super::{
    kinds,
    material::{Happened, Seen},
    sentences::{Sentence, capital, deaths, is_finer, place, plain, quoted_words, reported},
    words as w,
};

/// What a flash report says of its incident, part by part: what, where, when, casualties, grading.
pub fn flash(l: Language, of: &Happened, seen: &Seen) -> [Sentence; 5] {
    let kind = capital(&kinds::words(l, &seen.kind));
    let what = quoted_words(l, seen).map_or_else(
        || format!("{kind}."),
        |words| format!("{} ({}).", words.trim_end_matches('.'), kinds::words(l, &seen.kind)),
    );
    let unit = format!("{} ({})", w::unit(l, &of.province), of.province);
    let place = if is_finer(of, seen) {
        format!("{}, {unit}; {}.", capital(&place(l, of, seen)), w::precision(l, seen.shown()))
    } else {
        format!("{unit}; {}.", w::precision(l, seen.shown()))
    };
    let grading = format!(
        "{}: {}, {}. {}; {}: {}.",
        seen.grade(),
        w::reliability(l, seen.reliability),
        w::credibility(l, seen.credibility.digit()),
        capital(&reported(l, of)),
        w::pick(l, ("belief that it happened", "уверенность в том, что это произошло")),
        w::percent(l, of.belief()),
    );
    [
        (what, Some(format!("{kind}."))),
        (place, Some(format!("{unit}."))),
        plain(format!("{}.", w::period(l, seen.from, seen.to).trim_end_matches('.'))),
        plain(format!("{}.", capital(&deaths(l, of.deaths)))),
        plain(grading),
    ]
}
