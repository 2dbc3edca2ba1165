//! What is cited besides reports and what analysis makes of them: incidents, readings of indicators, documents outside.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::products::{ProductLanguage as Language, Source, SourceKind};
use domain::{Handling, ObservationId, Precision, ProvinceCode, Timestamp};

use super::{super::words as w, Seen, source};
use crate::domain::{Reading, cell::country_of};

/// An incident: all its reports that stand, told by the best of them where that one stands; `None` where none does. What may be
/// done with it is the join of all.
pub fn incident(
    l: Language,
    (id, best): (&str, Option<&Seen>),
    reports: &BTreeMap<ObservationId, Seen>,
    at: Timestamp,
) -> Option<Source> {
    let best = best.or_else(|| reports.values().next())?;
    let handling = Handling::join_all(reports.values().map(|one| &one.handling))?;
    let number = w::whole(l, reports.len() as u64);
    let place = match (&best.province, best.country) {
        (Some(province), _) => Some(w::unit(l, province)),
        (None, Some(country)) => Some(w::country(l, country)),
        (None, None) => None,
    };
    let counted = match l {
        Language::En => format!("reports: {number}"),
        Language::Ru => format!("сообщений: {number}"),
    };
    let parts =
        place.into_iter().chain([w::period(l, best.from, best.to), counted]).collect::<Vec<_>>().join(", ");
    let told = w::pick(l, ("Incident", "Инцидент"));
    let bare = format!("{told}: {parts}");
    let label = best.words().map_or_else(|| bare.clone(), |words| format!("{told}: {words}, {parts}"));
    Some(Source {
        bare,
        grade: best.grade(),
        stamp: format!("{number}/{}", best.revision),
        threats: reports.values().flat_map(|one| one.threats.iter().copied()).collect(),
        countries: reports.values().filter_map(|one| one.country).collect(),
        precision: if best.words().is_some() {
            best.shown().min(Precision::Near)
        } else {
            Precision::Province
        },
        ..source(SourceKind::Incident, id, label, (best.to, &handling, at))
    })
}

/// What one source said of one indicator; its own words stay where they were said.
pub fn reading(
    l: Language,
    (province, of): (&ProvinceCode, &Reading),
    (handling, at): (&Handling, Timestamp),
) -> Source {
    let told = w::pick(l, ("Indicator", "Индикатор"));
    let (what, seen) = (w::indicator(l, of.indicator), w::extent(l, of.extent));
    let label =
        format!("{told}: {what} – {seen}, {}, {}", w::unit(l, province), w::period(l, of.from, of.to));
    Source {
        grade: of.grade(),
        stamp: of.extent.to_string(),
        threats: of.indicator.threats().iter().copied().collect(),
        countries: country_of(province).into_iter().collect(),
        ..source(SourceKind::Reading, &format!("{province}/{}", of.id), label, (of.to, handling, at))
    }
}

/// A document outside, by the citation that whoever cites it gives; it is marked as they wish, for nothing else is known of it.
pub fn document(l: Language, citation: &str, (handling, at): (&Handling, Timestamp)) -> Source {
    Source {
        bare: w::pick(l, ("A document outside the centre", "Внешний документ")).to_owned(),
        threats: BTreeSet::new(),
        precision: Precision::Near,
        ..source(SourceKind::Document, citation, citation.trim().to_owned(), (at.day(), handling, at))
    }
}

#[cfg(test)]
mod tests {
    use domain::{Extent, Indicator, ReadingId, Tlp};

    use super::*;
    use crate::domain::product::given::{day, marked, now, seen};

    #[test]
    fn an_incident_is_marked_as_all_its_reports_and_told_by_the_best() {
        let (one, mut other) = (seen("a"), seen("b"));
        other.handling = marked(Tlp::Red);
        let reports = BTreeMap::from([(one.id.clone(), one.clone()), (other.id.clone(), other)]);
        let told = incident(Language::En, ("cl_1", Some(&one)), &reports, now()).unwrap();
        assert_eq!((told.key.as_str(), told.handling.tlp()), ("incident:cl_1", Tlp::Red));
        assert_eq!(
            told.label,
            "Incident: Fire at the intake, Batken, Kyrgyzstan, 20 November 2026, reports: 2"
        );
        assert_eq!(told.bare, "Incident: Batken, Kyrgyzstan, 20 November 2026, reports: 2");
        assert!(incident(Language::Ru, ("cl_1", None), &reports, now()).is_some());
        assert_eq!(incident(Language::En, ("cl_1", None), &BTreeMap::new(), now()), None);
    }

    #[test]
    fn a_reading_is_told_without_the_words_of_whoever_answered() {
        let told = Reading {
            id: ReadingId::derived(&["r"]),
            indicator: Indicator::CanalDisputes,
            from: day(16),
            to: day(22),
            extent: Extent::Marked,
            note: "the elder said so".into(),
            owner: "monitor-7".into(),
            reliability: domain::Reliability::B,
            credibility: domain::Credibility::PROBABLE,
            marking: String::new(),
            known_from: now(),
            report: None,
        };
        let batken = "KG-B".parse().unwrap();
        let source = reading(Language::En, (&batken, &told), (&marked(Tlp::Amber), now()));
        assert_eq!(
            source.label,
            "Indicator: disputes over canals, pumps or pasture water – plainly, Batken, Kyrgyzstan, 16–22 November 2026"
        );
        assert_eq!((source.grade.as_str(), source.handling.tlp()), ("B2", Tlp::Amber));
        assert!(!format!("{source:?}").contains("elder") && !format!("{source:?}").contains("monitor"));
    }
}
