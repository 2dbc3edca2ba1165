//! Sentences about levels that moved, and the figures of a period.

use contracts::analysis::{LevelChange, Lifted, Situation, products::ProductLanguage as Language};
use domain::Day;

use super::{Reach, Sentence, capital, plain, unknown, what};
use crate::domain::product::{
    kinds,
    material::Seen,
    words::{self as w, Noun},
};

/// The figures of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Incidents that lie wholly within the period, but for those that ease; each once, however many threats it bears on.
    pub incidents: u64,
    /// Of how many of them no report says how many died.
    pub unstated: u64,
    /// How many died in the others, by the best-graded reports.
    pub deaths: u64,
    /// Levels that rose.
    pub rose: u64,
    /// Levels that fell.
    pub fell: u64,
    /// Levels that were assessed for the first time: they neither rose nor fell.
    pub first: u64,
    /// Computed levels that moved where nothing is reported.
    pub unreported: u64,
    /// Events that ease.
    pub eased: u64,
    /// Reports that may be of the period and are dated no nearer: they count in nothing above.
    pub undated: u64,
    /// How far the sources that list every event reach.
    pub reach: Reach,
    /// The day by which incidents are told, where that is after the period: levels are told by what was known on each day of it.
    pub known_on: Option<Day>,
}

/// The figures of a period in one line. Deaths that nobody states are no zero.
pub fn figures(l: Language, (from, to): (Day, Day), of: &Figures) -> Sentence {
    let (period, incidents) = (w::period(l, from, to), w::count(l, of.incidents, Noun::Incident));
    let (rose, fell) = (w::count(l, of.rose, Noun::Rise), w::count(l, of.fell, Noun::Fall));
    let deaths = (of.unstated < of.incidents).then(|| w::count(l, of.deaths, Noun::Death));
    let deaths = deaths.map(|deaths| match l {
        Language::En => format!("{deaths} by the best-graded reports"),
        Language::Ru => format!("{deaths} (по наиболее надёжным сообщениям)"),
    });
    let unstated = (of.unstated > 0).then(|| w::unstated(l, of.unstated));
    let eased = (of.eased > 0).then(|| w::count(l, of.eased, Noun::Easing));
    let happened: Vec<String> =
        std::iter::once(incidents).chain(deaths).chain(unstated).chain(eased).collect();
    let moved = (of.unreported > 0).then(|| {
        let changes = w::count(l, of.unreported, Noun::Change);
        match l {
            Language::En => format!(" Not counted, computed where nothing is reported: {changes}."),
            Language::Ru => format!(" Не учтено (по расчёту, сведений оттуда нет): {changes}."),
        }
    });
    let first = (of.first > 0).then(|| format!(", {}", w::count(l, of.first, Noun::First)));
    let undated = (of.undated > 0).then(|| {
        let reports = w::count(l, of.undated, Noun::Report);
        match l {
            Language::En => format!(" Not counted, dated no nearer: {reports} that may be of the period."),
            Language::Ru => {
                format!(" Не учтено (точная дата неизвестна, могут относиться к периоду): {reports}.")
            }
        }
    });
    let uncovered = unknown::uncovered(l, &of.reach).map(|told| format!(" {told}"));
    let known = of.known_on.map(|day| {
        let day = w::day(l, day);
        match l {
            Language::En => format!(
                " Levels are told by what was known on each day, incidents by what was known on {day}."
            ),
            Language::Ru => {
                // the abbreviation of the year ends the sentence
                format!(" Уровни приведены по сведениям на каждый день, инциденты – по сведениям на {day}")
            }
        }
    });
    let more = [moved, undated, uncovered, known].into_iter().flatten().collect::<String>();
    plain(format!("{period}: {}; {rose}, {fell}{}.{more}", happened.join(", "), first.unwrap_or_default()))
}

/// That no level changed.
pub fn no_change(l: Language) -> Sentence {
    plain(
        w::pick(l, ("No level changed in the period.", "За период ни один уровень не изменился.")).to_owned(),
    )
}

/// A change of level and nothing of why.
pub fn change_in_short(l: Language, of: &LevelChange) -> Sentence {
    plain(moved(l, of))
}

/// A change of level, with what lifts it: the neighbour across the border, or what weighs most in it today.
pub fn change(l: Language, of: &LevelChange, now: Option<(&Situation, &Seen)>) -> Sentence {
    let head = moved(l, of);
    let head = match of.late.filter(|_| of.now > of.was && !of.first) {
        Some(late) => format!("{head} {}", came_in_later(l, late)),
        None => head,
    };
    let head = match open(l, of) {
        Some(open) => format!("{head} {open}"),
        None => head,
    };
    if let Some(by) = &of.lifted {
        return plain(format!("{head} {}", lifted(l, by)));
    }
    let Some((share, seen)) =
        now.and_then(|(situation, seen)| Some((situation.incidents.first()?.share, seen)))
    else {
        return plain(head);
    };
    let most = |what: &str| {
        let (share, days) = (w::percent(l, share), w::period(l, seen.from, seen.to));
        match l {
            Language::En => {
                format!("{head} Main contribution: {what} ({days}, {}, {share} of the index).", seen.grade())
            }
            Language::Ru => {
                format!("{head} Основной вклад: {what} ({days}, {}, {share} индекса).", seen.grade())
            }
        }
    };
    let kind = kinds::words(l, &seen.kind);
    (most(what(l, seen).trim_end_matches('.')), Some(most(&kind)))
}

/// From where to where a level went. Where nothing is reported that is the computed one alone, and it is said so.
fn moved(l: Language, of: &LevelChange) -> String {
    let (unit, threat, day) = (w::unit(l, &of.province), w::threat(l, of.threat), w::day(l, of.at.day()));
    let (moved, silent) = (w::from_to(l, of.was, of.now), silent(l, of));
    match (l, of.now > of.was) {
        (Language::En, _) if of.unreported => format!(
            "{unit}, {threat}: nothing is reported from there, the level is unknown; the computed one went {moved} on {day}."
        ),
        (Language::Ru, _) if of.unreported => format!(
            "{unit}, {threat}: сведений оттуда не поступало, уровень неизвестен; расчётный изменился {moved} ({day})."
        ),
        _ if of.is_counted_down() => counted_down(l, (&unit, threat, &day), (&moved, &silent)),
        _ if !silent.is_empty() => {
            let known = LevelChange { unknown_since: None, range: None, ..of.clone() };
            format!("{} {}.", self::moved(l, &known), capital(&silent))
        }
        (Language::En, _) if of.first => {
            format!(
                "{unit}, {threat}: assessed for the first time; the level on {day}: {}.",
                w::level(l, of.now)
            )
        }
        (Language::Ru, _) if of.first => {
            format!("{unit}, {threat}: оценка проведена впервые; уровень на {day}: {}.", w::level(l, of.now))
        }
        _ if of.now == of.was => came_back(l, (&unit, threat, &day), of),
        (Language::En, true) => format!("{unit}, {threat}: up {moved} on {day}."),
        (Language::En, false) => format!("{unit}, {threat}: down {moved} on {day}."),
        (Language::Ru, true) => format!("{unit}, {threat}: уровень повысился {moved} ({day})."),
        (Language::Ru, false) => format!("{unit}, {threat}: уровень понизился {moved} ({day})."),
    }
}

/// Since when nothing is known of the place, and how high the level may be; empty where its last days are known.
fn silent(l: Language, of: &LevelChange) -> String {
    of.range.and_then(|range| unknown::since_unknown(l, range, of.now)).unwrap_or_default()
}

/// That a level was counted down where nothing is known: it is no fall that anybody saw.
fn counted_down(
    l: Language,
    (unit, threat, day): (&str, &str, &str),
    (moved, silent): (&str, &str),
) -> String {
    match l {
        Language::En => {
            format!("{unit}, {threat}: counted down {moved} on {day} as its incidents age; {silent}.")
        }
        Language::Ru => format!(
            "{unit}, {threat}: расчётный уровень понизился {moved} ({day}) лишь по давности инцидентов; {silent}."
        ),
    }
}

/// Between which levels the evidence leaves it open, where its last days are known.
fn open(l: Language, of: &LevelChange) -> Option<String> {
    let range = of.range.filter(|range| range.unknown_since.is_none() && !of.unreported)?;
    let between = w::between(l, range.lowest, range.highest);
    Some(match l {
        Language::En => format!("The evidence leaves it open {between}."),
        Language::Ru => format!("По имеющимся сведениям он может быть {between}."),
    })
}

/// What lifts a level from across the border.
fn lifted(l: Language, by: &Lifted) -> String {
    let (unit, share, index) = (w::unit(l, &by.by), w::percent(l, by.share), w::number(l, by.index, 0));
    match l {
        Language::En => format!("It is lifted by what happens in {unit} ({share} of its index {index})."),
        Language::Ru => format!(
            "Его поднимает происходящее по соседству: {unit} ({share} индекса этой провинции, равного {index})."
        ),
    }
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
