//! Sources as a product or an assessment takes them in: what they are in words, their grade or record, their marking, and by what
//! it is told later whether they changed.

mod became;
mod behind;
mod coverage;
mod evidence;

use std::collections::BTreeSet;

use contracts::analysis::{
    Situation,
    anomalies::Anomaly,
    assessments::Assessment,
    drafting::{ConsentTold, WarningTold},
    levels::Completeness,
    products::{ProductLanguage as Language, Source, SourceKind},
};
use domain::{Day, Handling, Level, Precision, Timestamp, title::Composed};

use super::{
    kinds,
    material::{Foretold, Seen},
    sentences, words as w,
};
use crate::domain::cell::country_of;

pub use became::{Became, compare, is_followed};
pub use behind::{Behind, Reports, behind, bound, is_set_by_hand};
pub use coverage::{GAPS, gap, gaps, listed, undated, unplaced};
pub use evidence::{document, incident, reading};

/// The key by which statements name a source.
pub fn key(kind: SourceKind, id: &str) -> String {
    format!("{kind}:{id}")
}

fn source(
    kind: SourceKind,
    id: &str,
    label: String,
    (on, handling, at): (Day, &Handling, Timestamp),
) -> Source {
    Source {
        key: key(kind, id),
        kind,
        id: id.to_owned(),
        bare: label.clone(),
        label,
        grade: String::new(),
        on,
        handling: handling.clone(),
        stamp: String::new(),
        threats: BTreeSet::new(),
        countries: BTreeSet::new(),
        precision: Precision::Province,
        taken_at: at,
    }
}

/// What a source says in one line, where the licence lets that be passed on; what intake composed of kind, place and deaths is told in
/// the language of the paper.
fn words(l: Language, seen: &Seen) -> Option<String> {
    let words = seen.words()?;
    let Some(parts) = Composed::read(words).filter(|_| l == Language::Ru) else {
        return Some(words.to_owned());
    };
    let Some(province) = &seen.province else { return Some(words.to_owned()) };
    let kind = sentences::capital(&kinds::words(l, &parts.kind));
    let finest = parts.places.first().filter(|name| !w::names_province(name, province));
    let finest = finest.map(|name| format!("{}, ", w::place(l, name, province))).unwrap_or_default();
    let (unit, deaths) = (w::unit(l, province), w::count(l, parts.deaths.into(), w::Noun::Death));
    Some(format!("{kind}, {finest}{unit}: {deaths}"))
}

/// An observation, with its source's words where the licence lets them be passed on.
pub fn observation(l: Language, seen: &Seen, at: Timestamp) -> Source {
    let bare = format!("{}, {}", w::source(l, &seen.source), w::period(l, seen.from, seen.to));
    let label = words(l, seen).map_or_else(|| bare.clone(), |words| format!("{words}, {bare}"));
    Source {
        bare,
        grade: seen.grade(),
        stamp: seen.revision.to_string(),
        threats: seen.threats.clone(),
        countries: seen.country.into_iter().collect(),
        precision: if seen.words().is_some() {
            seen.shown().min(Precision::Near)
        } else {
            Precision::Province
        },
        ..source(SourceKind::Observation, seen.id.as_str(), label, (seen.to, &seen.handling, at))
    }
}

/// How things stand in one province for one threat.
pub fn situation(l: Language, of: &Situation, at: Timestamp) -> Source {
    let told = match l {
        Language::En => "Level of analysis",
        Language::Ru => "Уровень по оценке аналитической службы",
    };
    let label =
        format!("{told}: {}, {}, {}", w::unit(l, &of.province), w::threat(l, of.threat), w::day(l, of.on));
    let strong = w::percent(l, of.coverage.strong_share);
    let grade = match (l, unlisted(l, &[of])) {
        _ if !of.coverage.sufficient => {
            w::pick(l, ("nothing reported from there", "сведений оттуда не поступало")).to_owned()
        }
        (_, Some(told)) => told,
        (Language::En, None) => format!("{strong} of the index graded B2 or better"),
        (Language::Ru, None) => format!("{strong} индекса с оценкой B2 или лучше"),
    };
    Source {
        grade,
        stamp: if of.is_spoken_of() { of.in_force().to_string() } else { UNKNOWN.to_owned() },
        threats: BTreeSet::from([of.threat]),
        countries: BTreeSet::from([of.country]),
        ..source(
            SourceKind::Situation,
            &format!("{}/{}", of.province, of.threat),
            label,
            (of.on, &of.handling, at),
        )
    }
}

/// What calm rests on where nobody reported: that complete lists name nothing. `None` where anything was reported of one of them or
/// lifts it, or no list covers it.
fn unlisted(l: Language, all: &[&Situation]) -> Option<String> {
    let silent =
        |one: &Situation| one.level == Level::Calm && one.coverage.reports == 0 && one.incidents.is_empty();
    let claims = all.iter().map(|one| one.coverage.complete.as_ref().filter(|_| silent(one)));
    let claims: Vec<&Completeness> = claims.collect::<Option<_>>()?;
    let sources: BTreeSet<&String> = claims.iter().flat_map(|claim| &claim.sources).collect();
    let sources: Vec<&str> = sources.into_iter().map(|source| w::source(l, source)).collect();
    let (sources, day) = (sources.join(", "), w::day(l, claims.iter().map(|claim| claim.until).min()?));
    Some(match l {
        Language::En => format!("no event listed by {sources}, complete to {day}"),
        Language::Ru => format!("{sources}: событий не указано, перечень полон по {day}"),
    })
}

/// The stamp of a level that too little is known to speak of.
pub const UNKNOWN: &str = "unknown";

/// An unusual month.
pub fn anomaly(l: Language, of: &Anomaly, (handling, at): (&Handling, Timestamp)) -> Source {
    let told = w::pick(l, ("Anomaly", "Аномалия"));
    let label = format!(
        "{told}: {}, {}, {}",
        w::unit(l, &of.province),
        w::threat(l, of.threat),
        w::month(l, of.month)
    );
    Source {
        stamp: format!("{} {}", of.state, of.version),
        threats: BTreeSet::from([of.threat]),
        countries: BTreeSet::from([of.country]),
        ..source(SourceKind::Anomaly, of.id.as_str(), label, (of.month, handling, at))
    }
}

/// A forecast, graded by the record of its kind.
pub fn forecast(l: Language, of: &Foretold, at: Timestamp) -> Source {
    let told = &of.forecast;
    let place = told.province.as_ref().map_or_else(|| w::country(l, told.country), |code| w::unit(l, code));
    let label = format!(
        "{}: {place}, {}, {}",
        w::pick(l, ("Forecast", "Прогноз")),
        w::threat(l, told.threat),
        w::period(l, told.from, told.to)
    );
    let (ours, naive) = (w::number(l, of.record.expected.crps, 2), w::number(l, of.record.naive.crps, 2));
    let number = w::whole(l, of.record.forecasts);
    let grade = match l {
        Language::En => format!("record: CRPS {ours}, naive rule {naive}, n = {number}"),
        Language::Ru => format!("точность: CRPS {ours}, наивное правило {naive}, n = {number}"),
    };
    Source {
        grade,
        stamp: told.outcome.as_ref().map_or("open", |_| "resolved").to_owned(),
        threats: BTreeSet::from([told.threat]),
        countries: BTreeSet::from([told.country]),
        ..source(SourceKind::Forecast, told.id.as_str(), label, (told.origin, &of.handling, at))
    }
}

/// One judgement of an assessment, by its number from 1; `None` where it has no such judgement.
pub fn judgement(l: Language, of: &Assessment, (number, at): (usize, Timestamp)) -> Option<Source> {
    let judgement = of.form.judgements.get(number.checked_sub(1)?)?;
    let outcome = of.outcomes.get(number - 1).and_then(Option::as_ref);
    let threats = of
        .form
        .threat
        .map_or_else(|| domain::Threat::ALL.iter().copied().collect(), |one| BTreeSet::from([one]));
    let named = of.form.provinces.iter().filter_map(country_of);
    let countries: BTreeSet<_> = if of.form.provinces.is_empty() {
        domain::Country::REGION.into_iter().collect()
    } else {
        named.collect()
    };
    let (told, by) = match l {
        Language::En => ("Assessment", "judgement"),
        Language::Ru => ("Оценка", "суждение"),
    };
    let on = of.published_at.unwrap_or(of.created_at).day();
    let bare = format!("{told}, {by} {number}, {}", w::day(l, on));
    let label = format!("{told}: {}, {by} {number}, {}", of.form.title, w::day(l, on));
    let grade = match l {
        Language::En => format!("confidence {}", w::confidence(l, judgement.confidence)),
        Language::Ru => format!("уверенность {}", w::confidence(l, judgement.confidence)),
    };
    Some(Source {
        bare,
        grade,
        stamp: format!("{} {}", of.state, outcome.map_or("open", |one| one.resolution.as_str())),
        threats,
        countries,
        precision: Precision::Near,
        ..source(SourceKind::Judgement, &format!("{}/{number}", of.id), label, (on, &of.handling, at))
    })
}

/// The counts of a period: what any number in a product rests on that names no single report.
pub fn counts(l: Language, (from, to): (Day, Day), (handling, at): (&Handling, Timestamp)) -> Source {
    let label = match l {
        Language::En => {
            format!("Counts of analysis, {}, as known on {}", w::period(l, from, to), w::moment(l, at))
        }
        Language::Ru => format!(
            "Подсчёты аналитической службы, {}, по данным на {}",
            w::period(l, from, to),
            w::moment(l, at)
        ),
    };
    source(SourceKind::Coverage, "counts", label, (to, handling, at))
}

/// What counts rest on, in place of a grade: how many reports of how many sources, of those that these counts hold.
pub fn counted(l: Language, of: impl Iterator<Item = u64>) -> String {
    let of: Vec<u64> = of.filter(|reports| *reports > 0).collect();
    let reports = w::count(l, of.iter().sum(), w::Noun::Report);
    let sources = w::whole(l, of.len() as u64);
    match l {
        Language::En => format!("rests on {reports}; sources: {sources}"),
        Language::Ru => format!("основано на данных: {reports}; источников: {sources}"),
    }
}

/// What levels together rest on, in place of a grade: the share of their indexes that is strongly graded.
fn rests(l: Language, all: &[&Situation]) -> String {
    if let Some(told) = unlisted(l, all) {
        return told;
    }
    let whole: f64 = all.iter().map(|one| one.index).sum();
    let strong: f64 = all.iter().map(|one| one.index * one.coverage.strong_share).sum();
    let strong = w::percent(l, if whole > 0.0 { strong / whole } else { 0.0 });
    match l {
        Language::En => format!("{strong} of their indexes graded B2 or better"),
        Language::Ru => format!("{strong} индексов с оценкой B2 или лучше"),
    }
}

/// The same counts with what was reported from no province besides: a source of its own, for no other count holds that.
pub fn heard(counts: Source, grade: String, under: Option<&Handling>) -> Source {
    let handling = under.map_or_else(|| counts.handling.clone(), |under| counts.handling.join(under));
    let id = "heard".to_owned();
    Source { key: key(SourceKind::Coverage, &id), id, grade, handling, ..counts }
}

/// What [`moved`] is named by.
pub const MOVED: &str = "levels/moved";

/// The levels that moved in a period, counted: what analysis makes of the reports behind these counts, and no report by itself.
pub fn moved(l: Language, counts: Source, (from, to): (Day, Day)) -> Source {
    let told = w::pick(l, ("Changes of level", "Изменения уровней"));
    let (id, label) = (MOVED.to_owned(), format!("{told}, {}", w::period(l, from, to)));
    Source { key: key(SourceKind::Coverage, &id), id, bare: label.clone(), label, ..counts }
}

/// The levels of several provinces and threats together; marked as all of them.
pub fn levels(l: Language, (id, of): (&str, &str), all: &[&Situation], at: Timestamp) -> Option<Source> {
    let (first, handling) = (all.first()?, Handling::join_all(all.iter().map(|one| &one.handling))?);
    let label = match l {
        Language::En => format!("Levels of analysis: {of}, {}", w::day(l, first.on)),
        Language::Ru => format!("Уровни по оценке аналитической службы: {of}, {}", w::day(l, first.on)),
    };
    Some(Source {
        grade: rests(l, all),
        threats: all.iter().map(|one| one.threat).collect(),
        countries: all.iter().map(|one| one.country).collect(),
        ..source(SourceKind::Coverage, &format!("levels/{id}"), label, (first.on, &handling, at))
    })
}

/// A warning that was issued.
pub fn warning(l: Language, of: &WarningTold, at: Timestamp) -> Source {
    let told = w::pick(l, ("Warning", "Предупреждение"));
    let label = format!("{told}: {}, {}", w::threat(l, of.threat), w::moment(l, of.sent));
    Source {
        stamp: of.version.to_string(),
        threats: BTreeSet::from([of.threat]),
        countries: of.provinces.iter().filter_map(country_of).collect(),
        ..source(SourceKind::Warning, of.id.as_str(), label, (of.sent.day(), &of.handling, at))
    }
}

/// A consent that moved.
pub fn consent(l: Language, of: &ConsentTold, (handling, at): (&Handling, Timestamp)) -> Source {
    let told = w::pick(l, ("Consent ledger", "Реестр согласий"));
    let label = format!("{told}: {}, {}", w::country(l, of.grantor), w::day(l, of.at.day()));
    Source {
        stamp: of.version.to_string(),
        threats: of.issues.clone(),
        countries: BTreeSet::from([of.grantor]),
        ..source(SourceKind::Consent, of.id.as_str(), label, (of.at.day(), handling, at))
    }
}
