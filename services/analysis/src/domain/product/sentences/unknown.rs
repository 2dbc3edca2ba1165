//! Sentences about what is not known.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{
    Situation,
    levels::{LevelRange, Reporting},
    products::ProductLanguage as Language,
};
use domain::{Country, Day, Level, ProvinceCode, Threat};

use super::{Sentence, plain};
use crate::domain::{
    cell::provinces_in,
    product::{
        material::{Gap, Heard, Listed, OfThreat, Undated},
        words::{self as w, Noun},
    },
};

/// How far the sources that list every event reach into a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// To its end.
    #[default]
    Whole,
    /// To this day of it.
    Until(Day),
    /// They cover these threats of several alone; to this day of it, where that is not its end.
    Of(Vec<Threat>, Option<Day>),
    /// They cover it in these countries alone.
    In(Vec<Part>),
    /// They cover it in all of these countries, not in each for the same threats.
    Each(Vec<Part>),
    /// They cover none of its days.
    None,
}

/// What sources that list every event cover of a period in one country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The country.
    pub country: Country,
    /// For which threats; none where for all that are looked at.
    pub threats: Vec<Threat>,
    /// To which day of it, where that is not its end.
    pub until: Option<Day>,
}

impl Part {
    fn told(&self, l: Language) -> String {
        let until = self.until.map(|day| match l {
            Language::En => format!("to {}", w::day(l, day)),
            Language::Ru => format!("по {} включительно", w::day(l, day)),
        });
        let threats = Some(named(l, self.threats.iter().copied())).filter(|names| !names.is_empty());
        let limits: Vec<String> = threats.into_iter().chain(until).collect();
        let country = w::country(l, self.country);
        if limits.is_empty() { country } else { format!("{country} ({})", limits.join("; ")) }
    }
}

/// These threats, one after the other.
fn named(l: Language, threats: impl IntoIterator<Item = Threat>) -> String {
    let names: Vec<&str> = threats.into_iter().map(|threat| w::threat(l, threat)).collect();
    names.join(", ")
}

/// What the figures of a period leave out: days that no source covers. Nothing where they are covered.
pub(super) fn uncovered(l: Language, reach: &Reach) -> Option<String> {
    let told = match (l, reach) {
        (_, Reach::Whole) => return None,
        (Language::En, Reach::None) => {
            "No source that lists every event covers these days: this is what was reported, and silence is no calm."
                .to_owned()
        }
        (Language::Ru, Reach::None) => {
            "Ни один источник, перечисляющий все события, эти дни не охватывает: учтено лишь то, о чём сообщили, а молчание не означает спокойствия.".to_owned()
        }
        (Language::En, Reach::Until(day)) => format!(
            "Sources that list every event reach to {}: of the days after, this is what was reported, and silence is no calm.",
            w::day(l, *day)
        ),
        (Language::Ru, Reach::Until(day)) => format!(
            "Источники, перечисляющие все события, доходят до {}; о последующих днях учтено лишь то, о чём сообщили, а молчание не означает спокойствия.",
            w::day(l, *day)
        ),
        (Language::En, Reach::Of(threats, day)) => format!(
            "Sources that list every event cover these threats alone: {}{}. Of the rest this is what was reported, and silence is no calm.",
            named(l, threats.iter().copied()),
            day.map(|day| format!("; they reach to {}", w::day(l, day))).unwrap_or_default()
        ),
        (Language::Ru, Reach::Of(threats, day)) => format!(
            "Источники, перечисляющие все события, охватывают только следующие угрозы: {}{}. Об остальном учтено лишь то, о чём сообщили, а молчание не означает спокойствия.",
            named(l, threats.iter().copied()),
            day.map(|day| format!("; данные доведены по {} включительно", w::day(l, day))).unwrap_or_default()
        ),
        (_, Reach::In(parts)) => {
            covered_in(l, w::pick(l, ("in some countries only", "лишь по отдельным странам")), parts)
        }
        (_, Reach::Each(parts)) => covered_in(l, w::pick(l, ("as follows", "следующим образом")), parts),
    };
    Some(told)
}

/// That they cover a period in these countries, and the rest not.
fn covered_in(l: Language, how: &str, parts: &[Part]) -> String {
    let parts: Vec<String> = parts.iter().map(|part| part.told(l)).collect();
    let parts = parts.join(", ");
    match l {
        Language::En => format!(
            "Sources that list every event cover these days {how}: {parts}. Of the rest this is what was reported, and silence is no calm."
        ),
        Language::Ru => format!(
            "Источники, перечисляющие все события, охватывают эти дни {how}: {parts}. Об остальном учтено лишь то, о чём сообщили, а молчание не означает спокойствия."
        ),
    }
}

/// How far a source that lists every event of some threats reaches, country by country, and what of the period it covers of these
/// countries: of each by itself where that differs.
pub fn listed(
    l: Language,
    of: &Listed,
    ((from, to), countries): ((Day, Day), &BTreeSet<Country>),
) -> Sentence {
    let mut newest: Vec<(Country, Day)> = of.by_country().into_iter().collect();
    newest.sort_by_key(|(_, day)| std::cmp::Reverse(*day));
    let newest: Vec<String> = newest
        .into_iter()
        .map(|(country, day)| format!("{} – {}", w::country(l, country), w::day(l, day)))
        .collect();
    let (newest, period) = (newest.join(", "), w::period(l, from, to));
    let (source, threats) = (w::source(l, &of.source), named(l, of.threats()));
    let lists = match l {
        Language::En => format!("{source} lists every event ({threats}); its newest rows: {newest}"),
        Language::Ru => format!("{source} перечисляет все события ({threats}); последние записи: {newest}"),
    };
    let (mut covered, mut not): (Vec<Part>, Vec<Part>) = (Vec::new(), Vec::new());
    for (country, threats, until) in of.parts((from, to), countries) {
        let part = Part { country, threats, until: until.filter(|day| *day < to) };
        let side = if until.is_some() { &mut covered } else { &mut not };
        side.push(part);
    }
    plain(covers(l, (&lists, &period), (&covered, &not)))
}

/// What such a source covers of the period and what not.
fn covers(l: Language, (lists, period): (&str, &str), (covered, not): (&[Part], &[Part])) -> String {
    let told = |parts: &[Part]| parts.iter().map(|part| part.told(l)).collect::<Vec<_>>().join(", ");
    let one = covered.first().filter(|first| covered.iter().all(|part| part.until == first.until));
    let none = |words: &str| if not.is_empty() { String::new() } else { format!("; {words}: {}", told(not)) };
    match (l, one) {
        (Language::En, _) if covered.is_empty() => {
            format!("{lists}. It covers none of {period}: that it tells of nothing then says nothing.")
        }
        (Language::Ru, _) if covered.is_empty() => {
            format!("{lists}; период {period} не охвачен, и отсутствие записей о нём ни о чём не говорит.")
        }
        (Language::En, Some(Part { until: Some(day), .. })) if not.is_empty() => format!(
            "{lists}. Of {period} it covers the days to {}; of those after it says nothing.",
            w::day(l, *day)
        ),
        (Language::Ru, Some(Part { until: Some(day), .. })) if not.is_empty() => format!(
            "{lists}; из периода {period} охвачены дни до {} включительно, о последующих сведений нет.",
            w::day(l, *day)
        ),
        (Language::En, Some(_)) if not.is_empty() => format!("{lists}. It reaches to the end of {period}."),
        (Language::Ru, Some(_)) if not.is_empty() => format!("{lists}; период {period} охвачен до конца."),
        (Language::En, _) => format!(
            "{lists}. Of {period} it covers: {}{}. Of what it does not cover it says nothing.",
            told(covered),
            none("it covers none of it in")
        ),
        (Language::Ru, _) => format!(
            "{lists}; из периода {period} охвачены: {}{}. О неохваченном сведений нет.",
            told(covered),
            none("не охвачены")
        ),
    }
}

/// What was reported of the period, by whom; and that nothing is known of the rest.
pub fn heard(l: Language, of: &[Heard], most: usize) -> Sentence {
    let one = |heard: &Heard| {
        let (source, reports) = (w::source(l, &heard.source), w::count(l, heard.reports, Noun::Report));
        let day = w::day(l, heard.newest);
        match l {
            Language::En => format!("{source} ({reports}, the newest of {day})"),
            Language::Ru => format!("{source} ({reports}, последнее – {day})"),
        }
    };
    let mut all: Vec<String> = of.iter().take(most).map(one).collect();
    let others = of.get(most..).unwrap_or_default();
    if !others.is_empty() {
        let reports = w::count(l, others.iter().map(|heard| heard.reports).sum(), Noun::Report);
        let sources = w::count(l, others.len() as u64, Noun::Source);
        all.push(format!("{}{sources} ({reports})", w::pick(l, ("", "ещё "))));
    }
    let all = all.join("; ");
    plain(match l {
        Language::En if of.is_empty() => {
            "Nothing was reported that is dated within the period: nothing is known of it for certain, and that is no sign of calm."
                .to_owned()
        }
        Language::Ru if of.is_empty() => {
            "Сообщений, датированных этим периодом, нет: о нём ничего достоверно не известно, и это не признак спокойствия."
                .to_owned()
        }
        Language::En => format!(
            "Reported of the period by: {all}. Of days and places that none of them tells of nothing is known; that is no sign of calm."
        ),
        Language::Ru => format!(
            "За период сообщали: {all}. О днях и местах, о которых никто не сообщал, ничего не известно; это не признак спокойствия."
        ),
    })
}

/// That reports may be of the period and are dated no nearer: no figure counts them.
pub fn undated(l: Language, of: &Undated) -> Sentence {
    let (reports, period) = (w::count(l, of.reports, Noun::Report), w::period(l, of.from, of.to));
    plain(match l {
        Language::En => format!(
            "{reports} may be of the period but dated no nearer than within {period}: no figure counts what may have happened outside it."
        ),
        Language::Ru => format!(
            "Могут относиться к периоду, но точная дата неизвестна (в пределах {period}): {reports}; в показателях это не учтено."
        ),
    })
}

/// That reports of these threats are dated no nearer, or all of them: whether any of it is of the period is not known.
pub fn undated_of(l: Language, of: OfThreat, threats: &[Threat]) -> Sentence {
    let (threats, period) = (named(l, threats.iter().copied()), w::period(l, of.from, of.to));
    let only = if of.alone { w::pick(l, ("only ", "лишь ")) } else { "" };
    plain(match l {
        Language::En => format!(
            "On {threats} there are {only}reports dated no nearer than within {period}: whether any of it happened in these days is not known."
        ),
        Language::Ru => format!(
            "Имеются {only}сообщения без точной даты (в пределах {period}): {threats}; относятся ли они к отчётному периоду, неизвестно."
        ),
    })
}

/// From how many provinces of each country nothing is reported, in one sentence.
pub fn gaps(l: Language, of: &[Gap]) -> Sentence {
    let each: Vec<String> = of
        .iter()
        .map(|gap| {
            let country = w::country(l, gap.country);
            let part = w::looked_at(l, gap.of, provinces_in(gap.country));
            if !part.is_empty() {
                let names: Vec<String> = gap.provinces.iter().map(|code| w::province(l, code)).collect();
                return format!("{country}{part}: {}", names.join(", "));
            }
            format!("{country}: {}", w::from_provinces(l, gap.provinces.len() as u64, gap.of as u64))
        })
        .collect();
    let each = each.join("; ");
    plain(match l {
        Language::En => {
            format!("Nothing is reported from these, so that the level there is unknown, not calm. {each}.")
        }
        Language::Ru => format!(
            "По ряду провинций сведений не поступало: уровень там неизвестен, и это не спокойствие. {each}."
        ),
    })
}

/// From where something was reported in the period and too little by its end to speak of a level.
pub fn too_little(l: Language, of: &Gap, on: Day) -> Sentence {
    let names: Vec<String> = of.provinces.iter().map(|code| w::province(l, code)).collect();
    let (names, day) = (names.join(", "), w::day(l, on));
    let country =
        format!("{}{}", w::country(l, of.country), w::looked_at(l, of.of, provinces_in(of.country)));
    plain(match l {
        Language::En => format!(
            "{country}: by {day} too little had been reported from {names} to speak of a level; it is unknown, not calm."
        ),
        Language::Ru => format!(
            "{country}: на {day} сведений было слишком мало, чтобы судить об уровне ({names}); он неизвестен, и это не спокойствие."
        ),
    })
}

/// That places are calm by the claim of sources which list every event, to the day that they reach; nothing is known of them since.
pub fn calm_until(
    l: Language,
    (country, threat): (Country, Threat),
    (sources, until): (&[String], Day),
    all: &[&Situation],
) -> Sentence {
    let sources: Vec<&str> = sources.iter().map(|source| w::source(l, source)).collect();
    let (sources, day) = (sources.join(", "), w::day(l, until));
    let names: Vec<String> = all.iter().map(|one| w::province(l, &one.province)).collect();
    let places = if all.len() == provinces_in(country) {
        w::pick(l, ("all provinces", "все провинции")).to_owned()
    } else {
        names.join(", ")
    };
    let highest = all.iter().filter_map(|one| one.range).map(|range| range.highest).max();
    let highest = highest.filter(|level| *level > Level::Calm);
    let highest = highest.map(|level| format!(", {}", w::as_high_as(l, level))).unwrap_or_default();
    let (country, threat) = (w::country(l, country), w::threat(l, threat));
    plain(match l {
        Language::En => format!(
            "{country}, {threat}: calm by the list of {sources} to {day} ({places}); nothing is known since{highest}."
        ),
        Language::Ru => format!(
            "{country}, {threat}: по перечню {sources} – спокойно, по {day} включительно ({places}); с тех пор сведений нет{highest}."
        ),
    })
}

/// A province from where far less comes than usual.
pub fn silenced(l: Language, province: &ProvinceCode, of: &Reporting) -> Sentence {
    let (unit, reports) = (w::unit(l, province), w::count(l, of.received, Noun::Report));
    let (usual, days) = (w::number(l, of.usual, 0), of.days);
    plain(match l {
        Language::En => format!(
            "{unit}: {reports} in {days} days where about {usual} are usual; what happens there may go unreported."
        ),
        Language::Ru => format!(
            "{unit}: {reports} за {days} дн. при обычных {usual}; о происходящем там могут не сообщать."
        ),
    })
}

/// Since when nothing at all is known of a place, and how high its level may be for that; `None` where its last days are known.
pub(super) fn since_unknown(l: Language, range: LevelRange, level: Level) -> Option<String> {
    let day = w::day(l, range.unknown_since?);
    let known = match l {
        Language::En => format!("nothing is known since {day}"),
        Language::Ru => format!("с {day} сведений нет"),
    };
    let highest = (range.highest > level).then(|| w::as_high_as(l, range.highest));
    Some(std::iter::once(known).chain(highest).collect::<Vec<_>>().join(", "))
}

/// What the evidence leaves open of a level, where that is more than the level itself: `between high and critical`.
pub(super) fn left_open(l: Language, of: &Situation) -> Option<String> {
    let range = of.left_open().filter(|_| of.set.is_none())?;
    since_unknown(l, range, of.level).or_else(|| Some(w::between(l, range.lowest, range.highest)))
}

/// What it leaves open of the levels of several places together, all at the same level.
pub(super) fn left_open_of(l: Language, all: &[&Situation]) -> Option<String> {
    let open: Vec<(&Situation, LevelRange)> =
        all.iter().filter(|one| one.set.is_none()).filter_map(|one| Some((*one, one.left_open()?))).collect();
    let lowest = open.iter().map(|(_, range)| range.lowest).min()?;
    let highest = open.iter().map(|(_, range)| range.highest).max()?;
    let silent: Vec<_> = open.iter().filter(|(_, range)| range.unknown_since.is_some()).collect();
    let Some(unknown_since) = silent.iter().filter_map(|(_, range)| range.unknown_since).min() else {
        return Some(w::between(l, lowest, highest));
    };
    let level = all.first().map_or(lowest, |one| one.level);
    let range = LevelRange { lowest, highest, unknown_since: Some(unknown_since), reported: None };
    let told = since_unknown(l, range, level)?;
    if silent.len() == all.len() {
        return Some(told);
    }
    let names: Vec<String> = silent.iter().map(|(one, _)| w::province(l, &one.province)).collect();
    Some(format!("{}: {told}", names.join(", ")))
}

/// A level that the evidence leaves wide open.
pub fn wide(l: Language, of: &Situation, range: LevelRange) -> Sentence {
    let (unit, threat) = (w::unit(l, &of.province), w::threat(l, of.threat));
    let between = w::between(l, range.lowest, range.highest);
    plain(match l {
        Language::En => format!(
            "{unit}, {threat}: the evidence leaves the level open {between}, the lowest by what is strongly graded alone."
        ),
        Language::Ru => format!(
            "{unit}, {threat}: по имеющимся сведениям уровень может быть {between}; нижняя граница – только по самым надёжным сообщениям."
        ),
    })
}

/// Reports of the period that name no province.
pub fn unplaced(l: Language, of: &BTreeMap<Country, u64>) -> Sentence {
    let all = w::count(l, of.values().sum(), Noun::Report);
    let each: Vec<String> = of
        .iter()
        .map(|(country, number)| format!("{} – {}", w::country(l, *country), w::whole(l, *number)))
        .collect();
    let each = each.join(", ");
    plain(match l {
        Language::En => format!(
            "Of the period, named by country and by no province: {all} ({each}); they count in no level."
        ),
        Language::Ru => {
            format!("Без указания провинции за период: {all} ({each}); в уровнях они не учтены.")
        }
    })
}
