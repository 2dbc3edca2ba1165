//! What stands behind a statement that names a part of it, as one source.

use std::collections::BTreeSet;

use contracts::analysis::{
    LevelChange, Situation,
    overrides::Override,
    products::{ProductLanguage as Language, Source, SourceKind},
};
use domain::{Day, Handling, ObservationId, ProvinceCode, Threat, Timestamp};

use super::{Seen, coverage, source};
use crate::domain::{cell::country_of, product::words as w};

/// What stands behind a statement that names a part of it.
#[derive(Clone, Copy, Debug)]
pub enum Behind<'a> {
    /// All reports of an incident; by those that no other source names, where there are such.
    Reports(Reports<'a>, &'a [&'a Seen]),
    /// The reports of an incident behind a level that no other source names: those of its own province and threat.
    OfLevel(&'a Situation, Reports<'a>, &'a [&'a Seen]),
    /// What a level rests on while it moves.
    Level(&'a LevelChange),
    /// All months of a province and threat, by which its trend is judged.
    Months(&'a Situation),
    /// Everything that ever came from a province, by which its silence is judged.
    Reporting(&'a Situation),
    /// What the person says who set a level.
    Set(&'a Override),
}

/// The reports of an incident together.
#[derive(Clone, Copy, Debug)]
pub struct Reports<'a> {
    /// The best-graded.
    pub best: &'a ObservationId,
    /// Where it places the incident.
    pub province: &'a ProvinceCode,
    /// Of which threat the incident weighs most.
    pub threat: Threat,
    /// The last day it may have happened.
    pub on: Day,
}

/// What the id of a source begins with that stands behind a level set by hand.
const SET: &str = "set/";

/// What names the reports of an incident that are not cited each by itself.
const FURTHER: (&str, &str) = ("Further reports of the incident", "Другие сообщения об инциденте");

/// Whether it stands behind a level set by hand: what rests on it names people of the centre and their reasons.
pub fn is_set_by_hand(source: &Source) -> bool {
    source.kind == SourceKind::Coverage && source.id.starts_with(SET)
}

/// Everything that stands behind a statement together, marked as the join of it.
pub fn behind(l: Language, of: Behind<'_>, (handling, at): (&Handling, Timestamp)) -> Source {
    let (id, told, (province, threat, on)) = match of {
        Behind::Reports(one, beside) => (
            format!("reports/{}", one.best),
            if beside.is_empty() {
                ("All reports of the incident", "Все сообщения об инциденте")
            } else {
                FURTHER
            },
            (one.province, one.threat, one.on),
        ),
        // a level holds the reports of one province and threat, the incident those of all: neither is bound as the other
        Behind::OfLevel(level, one, _) => (
            format!("reports/{}/{}/{}", one.best, level.province, level.threat),
            FURTHER,
            (one.province, one.threat, one.on),
        ),
        Behind::Level(change) => (
            format!("level/{}/{}", change.province, change.threat),
            ("What the level rests on", "Основания уровня"),
            (&change.province, change.threat, change.at.day()),
        ),
        Behind::Months(one) => (
            format!("months/{}/{}", one.province, one.threat),
            ("Counts by month", "Подсчёты по месяцам"),
            (&one.province, one.threat, one.on),
        ),
        Behind::Reporting(one) => (
            format!("reporting/{}", one.province),
            ("Reports received", "Полученные сообщения"),
            (&one.province, one.threat, one.on),
        ),
        Behind::Set(set) => (
            format!("{SET}{}/{}", set.province, set.threat),
            ("Level set by hand", "Уровень, установленный вручную"),
            (&set.province, set.threat, set.at.day()),
        ),
    };
    let (unit, threat_told, day) = (w::unit(l, province), w::threat(l, threat), w::day(l, on));
    let mut label = format!("{}: {unit}, {threat_told}, {day}", w::pick(l, told));
    if let Behind::Reports(_, beside) | Behind::OfLevel(_, _, beside) = of {
        label.push_str(&coverage::beside(l, beside));
    }
    Source {
        threats: BTreeSet::from([threat]),
        countries: country_of(province).into_iter().collect(),
        ..source(SourceKind::Coverage, &id, label, (on, handling, at))
    }
}

/// These sources, and everything together where that binds more strictly than they do.
pub fn bound(mut named: Vec<Source>, whole: Source) -> Vec<Source> {
    let together = Handling::join_all(named.iter().map(|source| &source.handling));
    if together.is_none_or(|together| together.join(&whole.handling) != together) {
        named.push(whole);
    }
    named
}
