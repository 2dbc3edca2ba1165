//! What eases and what is not known, as it stands in the papers.

use contracts::analysis::{
    levels::{Components, LevelRange, Reporting, Sign},
    products::{Part, ProductForm, ProductKind, ProductLanguage, Source},
};
use domain::{Indicator, IndicatorKind, Level, ObservationId, ProductId, Threat, Tlp};

use super::{
    compose::compose,
    edit, given,
    material::{Heard, Listed, Material, Seen, Undated, Unplaced},
    sources::{self, Became},
};
use crate::domain::deed::Actor;

fn said(
    kind: ProductKind,
    language: ProductLanguage,
    known: &Material,
    wanted: Part,
) -> Vec<super::compose::Said> {
    let parts = compose(&given::form(kind, language), known);
    parts.into_iter().find(|(part, _)| *part == wanted).unwrap().1
}

/// Batken with an agreement and talks that take a fifth off the index, the agreement reported in the period.
fn eased() -> Material {
    let mut known = given::material();
    let agreement = Seen {
        kind: "agreement".into(),
        title: "Protocol on the canal signed".into(),
        deaths: None,
        ..given::seen("peace")
    };
    let sign = |indicator: Option<Indicator>, observations| Sign {
        indicator,
        kind: IndicatorKind::Peace,
        title: String::new(),
        on: given::day(20),
        grade: "B2".into(),
        belief: 0.7,
        weight: 0.5,
        contribution: 4.0,
        readings: Vec::new(),
        reports: vec![],
        observations,
    };
    let talks = sign(Some(Indicator::TechnicalTalks), Vec::new());
    known.situations[0].components = Some(Components {
        relief: 8.5,
        relieved_by: vec![sign(None, vec![agreement.id.clone()]), talks],
        ..Components::default()
    });
    let mut of = given::happened("peace");
    (of.peace, of.deaths) = (true, None);
    known.incidents.push(of);
    known.seen.insert(agreement.id.clone(), agreement);
    known
}

#[test]
fn what_eases_is_told_with_its_weight_and_sources_in_every_paper_of_the_period() {
    for kind in [ProductKind::SituationReport, ProductKind::BriefingNote, ProductKind::WarningNote] {
        let told = said(kind, ProductLanguage::En, &eased(), Part::Eases);
        assert_eq!(told.len(), 1, "the event is told once: {told:?}");
        assert_eq!(
            told[0].sentence.0,
            "Batken, Kyrgyzstan, border tension: what eases takes 20% off the index. Weightiest: Protocol on the canal signed (20 November 2026, B2); technical talks with the neighbour (20 November 2026, B2)."
        );
        let peace = ObservationId::derived(&["peace"]);
        assert!(told[0].sources.iter().any(|source| source.id == peace.as_str() && source.grade == "B2"));
        assert!(
            !told[0].sentence.1.as_ref().unwrap().contains("Protocol"),
            "barely without words of a source"
        );
    }
    let russian =
        said(ProductKind::BriefingNote, ProductLanguage::Ru, &eased(), Part::Eases).remove(0).sentence.0;
    assert!(russian.contains("соглашение (20 ноября 2026 г., B2); технические переговоры"), "{russian}");
    let summary = said(ProductKind::SituationReport, ProductLanguage::En, &eased(), Part::Summary);
    assert!(summary[0].sentence.0.contains(", 1 easing event;"), "{summary:?}");
    let mut held = eased();
    if let Some(parts) = &mut held.situations[0].components {
        (parts.relief, parts.relief_before_limit) = (0.0, Some(8.5));
    }
    let told = said(ProductKind::WarningNote, ProductLanguage::En, &held, Part::Eases).remove(0).sentence.0;
    assert!(told.contains("takes nothing off the index yet; it is held back by how grave"), "{told}");
    let mut event = eased();
    event.situations[0].components = None;
    let told = said(ProductKind::WarningNote, ProductLanguage::En, &event, Part::Eases).remove(0).sentence.0;
    assert!(told.contains("Protocol on the canal signed. 1 report") && !told.contains("deaths"), "{told}");
    let nothing = said(ProductKind::WarningNote, ProductLanguage::En, &given::material(), Part::Eases);
    assert!(nothing[0].sentence.0.ends_with("no sign that there was none."), "{nothing:?}");
}

#[test]
fn days_that_no_source_covers_are_told_and_never_read_as_calm() {
    let mut known = given::material();
    let figures = |known: &Material| {
        said(ProductKind::WarningNote, ProductLanguage::En, known, Part::Summary).remove(0).sentence.0
    };
    assert!(
        figures(&known).contains("No source that lists every event covers these days"),
        "{}",
        figures(&known)
    );
    let reaching = |day| Listed {
        source: "ucdp".into(),
        newest: [(("AFG".parse().unwrap(), Threat::BorderTension), day)].into(),
        handling: given::marked(Tlp::Clear),
    };
    let unknown = |known: &Material, l| -> Vec<String> {
        said(ProductKind::WarningNote, l, known, Part::Gaps).into_iter().map(|one| one.sentence.0).collect()
    };
    let october = domain::Day::of(2026, 10, 31).unwrap();
    known.covered.listed = vec![reaching(october)];
    known.covered.heard =
        vec![Heard { source: "field-report".into(), reports: 4, placed: 4, newest: given::day(22) }];
    let told = unknown(&known, ProductLanguage::En);
    assert_eq!(
        told[0],
        "UCDP lists every event (border tension); its newest rows: Afghanistan – 31 October 2026. It covers none of 17–23 November 2026: that it tells of nothing then says nothing."
    );
    assert_eq!(
        told[1],
        "Reported of the period by: field report (4 reports, the newest of 22 November 2026). Of days and places that none of them tells of nothing is known; that is no sign of calm."
    );
    assert!(told.last().unwrap().starts_with("Tajikistan: nothing reported from 1 of 5"), "{told:?}");
    known.covered.listed = vec![reaching(given::day(23))];
    assert!(
        figures(&known).contains("No source that lists every event covers these days"),
        "one country covers no other: {}",
        figures(&known)
    );
    let of_it = ProductForm {
        countries: ["AFG".parse().unwrap()].into(),
        provinces: [].into(),
        ..given::form(ProductKind::WarningNote, ProductLanguage::En)
    };
    let told = compose(&of_it, &known).into_iter().find(|(part, _)| *part == Part::Summary).unwrap().1;
    assert!(
        !told[0].sentence.0.contains("lists every event"),
        "a paper on that country is covered: {told:?}"
    );
    let everywhere = |day| Listed {
        newest: domain::Country::REGION.map(|country| ((country, Threat::BorderTension), day)).into(),
        ..reaching(day)
    };
    known.covered.listed = vec![everywhere(given::day(19))];
    assert!(figures(&known).contains("reach to 19 November 2026: of the days after"), "{}", figures(&known));
    known.covered.listed = vec![everywhere(given::day(23))];
    assert!(!figures(&known).contains("lists every event"), "{}", figures(&known));
    for l in ProductLanguage::ALL.iter().copied() {
        for day in [october, given::day(19), given::day(23)] {
            known.covered.listed = vec![reaching(day)];
            let all = unknown(&known, l);
            assert!(all.iter().all(|text| text.ends_with('.') && !text.contains("..")), "{all:?}");
        }
    }
}

#[test]
fn a_source_that_lists_the_events_of_one_threat_covers_no_other() {
    let mut known = given::material();
    let newest = |threat: Threat, day| domain::Country::REGION.map(|country| ((country, threat), day));
    known.covered.listed = vec![Listed {
        source: "acled".into(),
        newest: newest(Threat::ArmedConflict, given::day(23)).into(),
        handling: given::marked(Tlp::Clear),
    }];
    let first = |known: &Material, l, wanted| {
        let form = ProductForm {
            provinces: [].into(),
            threats: [].into(),
            ..given::form(ProductKind::WarningNote, l)
        };
        let parts = compose(&form, known);
        parts.into_iter().find(|(part, _)| *part == wanted).unwrap().1.remove(0).sentence.0
    };
    let told = first(&known, ProductLanguage::En, Part::Summary);
    let covers = "Sources that list every event cover these threats alone: armed conflict. Of the rest this is what was reported, and silence is no calm.";
    assert!(told.ends_with(covers), "{told}");
    let told = first(&known, ProductLanguage::En, Part::Gaps);
    assert!(told.starts_with("ACLED lists every event (armed conflict); its newest rows: "), "{told}");
    known.covered.listed[0].newest.extend(newest(Threat::BorderTension, given::day(19)));
    let told = first(&known, ProductLanguage::Ru, Part::Summary);
    let covers = "охватывают только следующие угрозы: напряжённость на границе, вооружённый конфликт; данные доведены по 19 ноября 2026 г. включительно. Об остальном";
    assert!(told.contains(covers), "{told}");
}

#[test]
fn what_is_dated_no_nearer_is_told_apart_and_a_day_that_is_not_known_as_a_range() {
    let mut known = given::material();
    known.covered.undated = Some(Undated {
        reports: 2,
        from: given::day(1),
        to: given::day(30),
        countries: ["KGZ".parse().unwrap()].into(),
        provinces: [].into(),
        threats: [].into(),
        handling: given::marked(Tlp::Red),
    });
    let told = |l, wanted| said(ProductKind::WarningNote, l, &known, wanted);
    let undated =
        told(ProductLanguage::En, Part::Gaps).into_iter().find(|one| one.sentence.0.starts_with("2 reports"));
    let undated = undated.unwrap();
    assert_eq!(
        undated.sentence.0,
        "2 reports may be of the period but dated no nearer than within 1–30 November 2026: no figure counts what may have happened outside it."
    );
    assert_eq!(undated.sources[0].handling.tlp(), Tlp::Red, "marked as what it counts");
    let russian = told(ProductLanguage::Ru, Part::Gaps).into_iter().any(|one| {
        one.sentence.0
            == "Могут относиться к периоду, но точная дата неизвестна (в пределах 1–30 ноября 2026 г.): 2 сообщения; в показателях это не учтено."
    });
    assert!(russian);
    let figures = told(ProductLanguage::En, Part::Summary).remove(0).sentence.0;
    assert!(
        figures.contains("Not counted, dated no nearer: 2 reports that may be of the period."),
        "{figures}"
    );
    let mut month = given::material();
    (month.incidents[0].from, month.incidents[0].to) = (given::day(18), given::day(20));
    if let Some(seen) = month.seen.values_mut().next() {
        seen.from = given::day(18);
    }
    let all = compose(&given::form(ProductKind::SituationReport, ProductLanguage::En), &month);
    let of = |wanted| all.iter().find(|(part, _)| *part == wanted).unwrap().1[0].sentence.0.as_str();
    assert!(of(Part::Security).starts_with("18–20 November 2026, Ak-Sai"), "{}", of(Part::Security));
    assert!(
        of(Part::Threats).contains("Fire at the intake (18–20 November 2026, B2"),
        "{}",
        of(Part::Threats)
    );
}

#[test]
fn what_is_not_known_is_drafted_from_what_the_evidence_leaves_open() {
    let mut known = given::material();
    known.situations[0].range = Some(LevelRange {
        lowest: Level::Low,
        highest: Level::Critical,
        unknown_since: None,
        reported: None,
    });
    known.situations[0].reporting =
        Some(Reporting { received: 1, usual: 9.2, chance: 0.001, days: 28, silenced: true, since: None });
    known.covered.unplaced =
        Some(Unplaced { reports: [("KGZ".parse().unwrap(), 3)].into(), handling: given::marked(Tlp::Red) });
    let told = said(ProductKind::WarningNote, ProductLanguage::En, &known, Part::Gaps);
    let texts: Vec<&str> = told.iter().map(|one| one.sentence.0.as_str()).collect();
    for expected in [
        "Batken, Kyrgyzstan: 1 report in 28 days where about 9 are usual; what happens there may go unreported.",
        "Batken, Kyrgyzstan, border tension: the evidence leaves the level open between low and critical, the lowest by what is strongly graded alone.",
        "Of the period, named by country and by no province: 3 reports (Kyrgyzstan – 3); they count in no level.",
    ] {
        assert!(texts.contains(&expected), "{expected}: {texts:?}");
    }
    let strict =
        |one: &super::compose::Said| one.sources.iter().any(|source| source.handling.tlp() == Tlp::Red);
    assert!(told.iter().any(strict), "no looser than the reports it counts");
    assert!(
        said(ProductKind::SituationReport, ProductLanguage::Ru, &known, Part::Annex)
            .iter()
            .any(|one| { one.sentence.0.contains("от низкого до критического") })
    );
}

#[test]
fn a_summary_says_in_short_what_a_later_part_says_in_full_and_nothing_is_said_twice() {
    for kind in ProductKind::ALL.iter().copied() {
        let parts = compose(&given::form(kind, ProductLanguage::En), &eased());
        let mut texts: Vec<String> =
            parts.into_iter().flat_map(|(_, said)| said).map(|one| one.sentence.0).collect();
        let all = texts.len();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), all, "{kind}: {texts:?}");
    }
}

#[test]
fn a_note_tells_of_silence_in_few_words_and_an_exercise_marks_its_pages_and_no_sentence() {
    let mut known = given::material();
    let heard =
        |name: &str, reports| Heard { source: name.into(), reports, placed: reports, newest: given::day(22) };
    known.covered.heard = (0..6).map(|number| heard(&format!("wire-{number}"), 6 - number)).collect();
    let kazakhstan = given::material().gaps.remove(0);
    known.gaps.push(super::material::Gap { country: "KAZ".parse().unwrap(), of: 20, ..kazakhstan });
    let texts = |kind| -> Vec<String> {
        said(
            kind,
            ProductLanguage::En,
            &known,
            if kind == ProductKind::SituationReport { Part::Annex } else { Part::Gaps },
        )
        .into_iter()
        .map(|one| one.sentence.0)
        .collect()
    };
    let note = texts(ProductKind::BriefingNote);
    assert!(
        note[0].contains("wire-2 (4 reports") && note[0].contains("; 3 more sources (6 reports)."),
        "{note:?}"
    );
    assert_eq!(
        note[1],
        "Nothing is reported from these, so that the level there is unknown, not calm. Tajikistan: from 1 of 5 provinces; Kazakhstan: from 1 of 20 provinces."
    );
    let report = texts(ProductKind::SituationReport);
    assert!(
        report.iter().any(|text| text.contains("wire-5"))
            && report.iter().any(|text| text.contains("(Sughd)"))
    );
    let drill =
        Seen {
            exercise: true, title: "УЧЕНИЯ / EXERCISE – Fire at the intake".into(), ..given::seen("a")
        };
    assert_eq!(drill.words(), Some("Fire at the intake"));
}

#[test]
fn a_paper_on_a_past_period_says_by_what_its_levels_and_incidents_are_told() {
    let mut known = given::material();
    let summary =
        |known: &Material, l| said(ProductKind::WarningNote, l, known, Part::Summary).remove(0).sentence.0;
    assert!(!summary(&known, ProductLanguage::En).contains("Levels are told by"), "its period ends today");
    known.at = known.at.plus(chrono::TimeDelta::days(2));
    let told = summary(&known, ProductLanguage::En);
    let day = known.at.day().to_string();
    assert!(told.contains("Levels are told by what was known on each day, incidents by what was"), "{told}");
    assert!(told.contains(&format!("known on {} ", day[8..].trim_start_matches('0'))), "{told} of {day}");
    assert!(summary(&known, ProductLanguage::Ru).contains("Уровни приведены по сведениям на каждый день"));
}

#[test]
fn a_level_of_which_too_little_is_known_by_now_is_unknown_and_has_not_fallen() {
    let (form, author) =
        (given::form(ProductKind::WarningNote, ProductLanguage::En), given::person("a.author"));
    let actor = Actor { principal: &author, at: given::now() };
    let composed = compose(&form, &given::material());
    let paper = edit::begin(ProductId::derived(&["p"]), form, composed, &actor).unwrap();
    let of = |level, sufficient| {
        let mut one = given::situation(level);
        one.coverage.sufficient = sufficient;
        sources::situation(ProductLanguage::En, &one, given::now())
    };
    let became = |then: &Source, now: &Source| sources::compare(&paper, then, Became::Stands(now));
    let (high, silent) = (of(Level::High, true), of(Level::Low, false));
    assert_eq!(became(&high, &silent).unwrap().detail, "from high to unknown");
    assert_eq!(became(&high, &of(Level::Low, true)).unwrap().detail, "from high to low");
    let once = Source { stamp: "calm".into(), ..silent.clone() };
    assert_eq!(became(&once, &silent), None, "it was silent then, and is so still");
}
