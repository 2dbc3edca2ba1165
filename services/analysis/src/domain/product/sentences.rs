//! Sentences of products, from figures: pure, in English and Russian.
//!
//! A sentence that holds words of a source or a place finer than the province comes with a barer one that holds neither, for
//! readers who may have the fact but not the words.

mod beside;
mod by_hand;
mod country;
mod eased;
mod foretold;
mod moved;
mod unknown;

use contracts::analysis::{
    Situation,
    anomalies::{Anomaly, AnomalyState, WATCH},
    assessments::JudgementForm,
    drafting::{ConsentTold, WarningTold},
    products::ProductLanguage as Language,
};
use domain::{Precision, Threat, title::Composed};

use super::{
    kinds,
    material::{Gap, Happened, Seen},
    words::{self as w, Noun},
};
use crate::domain::{anomaly, cell::provinces_in};

pub use beside::{beside, partly_beside};
pub use by_hand::set_by_hand;
pub use country::{Provinces, country, levels};
pub use eased::{Eased, eased, nothing_eases};
pub use foretold::{forecast, record};
pub use moved::{Figures, change, change_in_short, figures, no_change};
pub use unknown::{
    Part, Reach, calm_until, gaps, heard, listed, silenced, too_little, undated, undated_of, unplaced, wide,
};

/// A sentence, and the same without words of its sources and without fine places.
pub type Sentence = (String, Option<String>);

/// A sentence that needs no barer one.
pub(super) fn plain(text: String) -> Sentence {
    (text.clone(), Some(text))
}

/// How many died, as far as the reports say.
pub fn deaths(l: Language, deaths: Option<u32>) -> String {
    match deaths {
        Some(number) => w::count(l, u64::from(number), Noun::Death),
        None => w::pick(l, ("deaths not stated", "о погибших не сообщается")).to_owned(),
    }
}

pub(super) fn reported(l: Language, of: &Happened) -> String {
    let grade = of.grade();
    let reports = w::count(l, of.observations.len() as u64, Noun::Report);
    let owners = w::count(l, of.owners(), Noun::Owner);
    match l {
        Language::En => format!("{reports}, {owners}, best grade {grade}"),
        Language::Ru => format!("{reports}, {owners}, наивысшая оценка {grade}"),
    }
}

/// One incident: when, where, what, how grave, how well reported.
pub fn incident(l: Language, of: &Happened, seen: &Seen) -> Sentence {
    let unit = w::unit(l, &of.province);
    let reported = reported(l, of);
    let tail = match of.deaths {
        None if of.peace => format!("{reported}."), // that nobody died in it goes without saying
        dead => format!("{}; {reported}.", deaths(l, dead)),
    };
    let told = |place: &str, precision: Precision, what: &str| {
        let what = what.trim_end_matches('.');
        // a province that is named says by itself how precisely it is known, and an exact place needs no word on it
        let known = match precision {
            Precision::Province | Precision::Exact => String::new(),
            finer => format!(" ({})", w::precision(l, finer)),
        };
        format!("{}, {place}{known}: {what}. {}", w::period(l, of.from, of.to), capital(&tail))
    };
    let bare = told(&unit, Precision::Province, &kinds::words(l, &seen.kind));
    let place = if is_finer(of, seen) { format!("{}, {unit}", place(l, of, seen)) } else { unit };
    (told(&place, seen.shown(), &happening(l, of, seen)), Some(bare))
}

/// The same of what happened before the period and became known in it.
pub fn became_known(l: Language, (text, bare): Sentence) -> Sentence {
    let first = w::pick(l, ("Became known in the period: ", "Стало известно в отчётный период: "));
    (format!("{first}{text}"), bare.map(|bare| format!("{first}{bare}")))
}

/// One incident in short: when, where, what, how grave, at which grade.
pub fn incident_in_short(l: Language, of: &Happened, seen: &Seen) -> Sentence {
    let (unit, grade) = (w::unit(l, &of.province), seen.grade());
    let told = |what: &str| {
        let what = what.trim_end_matches('.');
        let days = w::period(l, of.from, of.to);
        format!("{days}, {unit}: {what}; {} ({grade}).", deaths(l, of.deaths))
    };
    (told(&happening(l, of, seen)), Some(told(&kinds::words(l, &seen.kind))))
}

/// Whether its place says more than the province does.
pub(super) fn is_finer(of: &Happened, seen: &Seen) -> bool {
    seen.shown() < Precision::Province && !w::names_province(&seen.place, &of.province)
}

/// Its place, in the letters of the paper where a name in them is known.
pub(super) fn place(l: Language, of: &Happened, seen: &Seen) -> String {
    w::place(l, &seen.place, &of.province)
}

/// The words of a source that a sentence quotes: those that may be told, are in the language of the paper and say more than place,
/// kind and deaths, which stand beside them.
pub(super) fn quoted_words(l: Language, seen: &Seen) -> Option<&str> {
    seen.words().filter(|words| w::is_in(l, words) && Composed::read(words).is_none())
}

/// What happened: in the words of the source where they are quoted, else by its kind. The source's own words stand in the list of
/// sources in any language.
fn what(l: Language, seen: &Seen) -> String {
    quoted_words(l, seen).map_or_else(|| kinds::words(l, &seen.kind), str::to_owned)
}

/// What happened, where its place and its deaths are told beside it: what the source's words say of them is not said twice, as
/// "Helmand: 18 deaths" would.
fn happening(l: Language, of: &Happened, seen: &Seen) -> String {
    let words = what(l, seen);
    let province = w::province(l, &of.province);
    let named = [seen.place.as_str(), province.as_str()];
    let rest = named.iter().find_map(|name| words.strip_prefix(*name)?.strip_prefix(": "));
    let rest = rest.unwrap_or(&words).trim_end_matches('.');
    if rest == deaths(l, of.deaths) { kinds::words(l, &seen.kind) } else { rest.to_owned() }
}

/// The first letter large.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// An unusual month: how rare it is by itself, how rare in as many provinces as are watched for its threat, and what a person made of
/// it.
pub fn anomaly(l: Language, of: &Anomaly, watched: usize) -> Sentence {
    let noun = if of.counted == "deaths" { Noun::Death } else { Noun::Incident };
    let (unit, threat, month) = (w::unit(l, &of.province), w::threat(l, of.threat), w::month(l, of.month));
    let seen = w::count(l, of.observed.max(0.0) as u64, noun);
    let usual = w::number(l, of.method.mean, 1);
    let (trend, confirmed) = (w::trend(l, of.trend), of.state == AnomalyState::Confirmed);
    let by_memory = of.method.surprise < WATCH;
    let judged = match (l, confirmed) {
        (Language::En, true) => "An analyst has confirmed that something has changed.",
        (Language::En, false) => "Not yet judged.",
        (Language::Ru, true) => "Аналитик подтвердил, что обстановка изменилась.",
        (Language::Ru, false) => "Заключение ещё не вынесено.",
    };
    if of.is_by_memory_alone() {
        let (before, chance) = (w::month(l, of.month_before()), w::chance(l, of.chance_before()));
        return plain(match l {
            Language::En => format!(
                "{unit}, {threat}: {month} by itself is not unusual: {seen}, usually {usual}. It is marked for the month before, {before}; chance of as many or more as then: {chance}. {judged}"
            ),
            Language::Ru => format!(
                "{unit}, {threat}: {month} — сам по себе обычный месяц: {seen}, обычно {usual}. Отмечен он из-за предыдущего ({before}); вероятность такого или большего числа, как тогда: {chance}. {judged}"
            ),
        });
    }
    let rare = rare(l, of, watched);
    plain(match l {
        Language::En => {
            let together =
                if by_memory { " Alone it would not be: it is together with the month before." } else { "" };
            format!(
                "{unit}, {threat}: {month} is {trend}: {seen}, usually {usual}.{together} {rare} {judged}"
            )
        }
        Language::Ru => {
            let together = if by_memory {
                " Необычен он не сам по себе, а вместе с предыдущим месяцем."
            } else {
                ""
            };
            format!("{unit}, {threat}: {month} — {trend}: {seen}, обычно {usual}.{together} {rare} {judged}")
        }
    })
}

/// How rare a month is here, and in any of so many provinces of which months are judged for its threat.
fn rare(l: Language, of: &Anomaly, watched: usize) -> String {
    let chance = w::chance(l, of.method.chance);
    let any = w::chance(l, anomaly::in_any(of.method.chance, watched));
    let marked = w::number(l, anomaly::marked_by_chance(of.trend, watched), 1);
    let among = w::among_watched(l, watched);
    match l {
        Language::En if watched < 2 => {
            format!("Chance of as many or more: {chance}; no other province is watched for this threat.")
        }
        Language::Ru if watched < 2 => format!(
            "Вероятность такого или большего числа: {chance}; другие провинции по этой угрозе не наблюдаются."
        ),
        Language::En => format!(
            "Chance of as many or more: {chance} here, {any} in any of the {among}; chance alone marks about {marked} of them so every month."
        ),
        Language::Ru => format!(
            "Вероятность такого или большего числа: {chance} здесь, {any} хотя бы в одной из {among}; из-за одной лишь случайности так отмечается около {marked} провинции в месяц."
        ),
    }
}

/// What was judged. Likelihood and confidence never stand in one sentence (ICD 203).
pub fn judgement(l: Language, of: &JudgementForm) -> Sentence {
    let (likely, statement) = (w::likelihood(l, &of.likelihood), quoted(l, &of.statement));
    let (sure, due) = (w::confidence(l, of.confidence), w::day(l, of.due));
    let text = match l {
        Language::En => {
            format!("{}: {statement}. Confidence: {sure}. Outcome known by {due}.", capital(&likely))
        }
        Language::Ru => {
            format!("{}: {statement}. Уверенность: {sure}. Исход станет известен к {due}", capital(&likely))
        }
    };
    (if text.ends_with('.') { text } else { format!("{text}.") }, None)
}

/// What was judged and how likely it is; how sure, a later part tells.
pub fn judgement_in_short(l: Language, of: &JudgementForm) -> Sentence {
    let statement = quoted(l, &of.statement);
    (format!("{}: {statement}.", capital(&w::likelihood(l, &of.likelihood))), None)
}

/// What was judged, in its authors' words; what was judged in another language is quoted as it was written.
fn quoted(l: Language, statement: &str) -> String {
    let statement = statement.trim().trim_end_matches('.');
    if w::is_in(l, statement) { statement.to_owned() } else { format!("«{statement}»") }
}

/// From where nothing is reported: this is never calm.
pub fn gap(l: Language, of: &Gap) -> Sentence {
    let names: Vec<String> = of.provinces.iter().map(|code| w::province(l, code)).collect();
    let (few, all) = (of.provinces.len() as u64, of.of as u64);
    let (country, places) = (w::country(l, of.country), w::from_provinces(l, few, all));
    let named = if few == all { String::new() } else { format!(" ({})", names.join(", ")) };
    let part = w::looked_at(l, of.of, provinces_in(of.country));
    if !part.is_empty() {
        let names = names.join(", ");
        return plain(match l {
            Language::En => format!(
                "{country}{part}: nothing reported from {names}; the level there is unknown, not calm."
            ),
            Language::Ru => format!(
                "{country}{part}: сведений не поступало ({names}); уровень там неизвестен, и это не спокойствие."
            ),
        });
    }
    plain(match l {
        Language::En => {
            format!("{country}: nothing reported {places}{named}; the level there is unknown, not calm.")
        }
        Language::Ru => format!(
            "{country}: сведений не поступало {places}{named}; уровень там неизвестен, и это не спокойствие."
        ),
    })
}

/// That nothing of a threat was reported, or nothing in a province where there are reports that name none: a statement about reports,
/// not about calm.
pub fn nothing_reported(l: Language, threats: &[Threat], unplaced: bool) -> Sentence {
    let names: Vec<&str> = threats.iter().map(|threat| w::threat(l, *threat)).collect();
    let names = names.join(", ");
    plain(match l {
        Language::En => {
            let placed = if unplaced { " in any province" } else { "" };
            format!("No incident{placed} was reported on {names}; that is no sign of calm.")
        }
        Language::Ru => {
            let placed = if unplaced { " с указанием провинции" } else { "" };
            format!("Сообщений об инцидентах{placed} нет ({names}); это не признак спокойствия.")
        }
    })
}

/// How a level stands, by whom and why where it was set by hand, and whether what just happened is unusual: two sentences.
pub fn standing(l: Language, of: &Situation) -> (Sentence, Option<Sentence>) {
    let (unit, threat, computed) = (w::unit(l, &of.province), w::threat(l, of.threat), w::level(l, of.level));
    let (since, at_least) = (w::day(l, of.since.day()), of.since_at_least);
    let open = unknown::left_open(l, of).map(|open| format!("; {open}")).unwrap_or_default();
    let first = match (l, &of.set) {
        (_, Some(set)) => by_hand::holds(l, (&unit, threat), set, computed),
        (Language::En, None) => {
            let least = if at_least { " at least" } else { "" };
            plain(format!("{unit}, {threat}: the level has been {computed}{least} since {since}{open}."))
        }
        (Language::Ru, None) => {
            let least = if at_least { "не позднее чем " } else { "" };
            plain(format!("{unit}, {threat}: уровень — {computed} ({least}с {since}){open}."))
        }
    };
    let second = of.trend.map(|trend| match l {
        Language::En => {
            format!("What was reported of this month and the one before it is {}.", w::trend(l, trend))
        }
        Language::Ru => format!("По сообщениям за этот и предыдущий месяцы — {}.", w::trend(l, trend)),
    });
    (first, second.map(plain))
}

/// A warning that was issued.
pub fn warning(l: Language, of: &WarningTold) -> Sentence {
    let names: Vec<String> = of.provinces.iter().map(|code| w::unit(l, code)).collect();
    let (threat, level, sent, expires) =
        (w::threat(l, of.threat), w::level(l, of.level), w::moment(l, of.sent), w::moment(l, of.expires));
    let places = names.join("; ");
    plain(match l {
        Language::En => format!(
            "Warning issued for {places}: {threat}, level {level}; sent {sent}, valid until {expires}."
        ),
        Language::Ru => format!(
            "Выпущено предупреждение ({places}): {threat}, уровень — {level}; {sent}, действует до {expires}."
        ),
    })
}

/// A consent that moved.
pub fn consent(l: Language, of: &ConsentTold) -> Sentence {
    let issues: Vec<&str> = of.issues.iter().map(|threat| w::threat(l, *threat)).collect();
    let beneficiary = of.beneficiary.to_uppercase();
    let (country, state, day, issues) =
        (w::country(l, of.grantor), w::consent(l, of.state), w::day(l, of.at.day()), issues.join(", "));
    plain(match l {
        Language::En => {
            format!("Consent of {country} to informing {beneficiary} on {issues}: {state}, {day}.")
        }
        Language::Ru => format!(
            "Согласие на передачу сведений организации {beneficiary} ({country}; {issues}): {state}, {day}"
        ),
    })
}

#[cfg(test)]
#[path = "sentences_tests.rs"]
mod tests;
