use contracts::analysis::{
    LevelChange, Situation,
    drafting::WarningTold,
    overrides::{Override, OverrideState},
    products::{Part, ProductKind, ProductLanguage},
};
use domain::{Handling, Level, Licence, Redistribution, Tlp};

use super::{compose::compose, edit, given, material::Material, skeleton};
use crate::domain::deed::Actor;

#[test]
fn every_kind_is_drafted_part_by_part_in_both_languages_and_every_statement_has_a_source() {
    for kind in ProductKind::ALL.iter().copied() {
        for language in ProductLanguage::ALL.iter().copied() {
            let parts = compose(&given::form(kind, language), &given::material());
            let order: Vec<Part> = parts.iter().map(|(part, _)| *part).collect();
            assert_eq!(order, skeleton::parts(kind), "{kind}");
            for (part, said) in &parts {
                assert!(said.iter().all(|one| !one.sources.is_empty()), "{kind} {part}: {said:?}");
                assert!(skeleton::most(kind, *part).is_none_or(|most| said.len() <= most), "{kind} {part}");
            }
        }
    }
}

fn part(kind: ProductKind, wanted: Part) -> Vec<super::compose::Said> {
    let parts = compose(&given::form(kind, ProductLanguage::En), &given::material());
    parts.into_iter().find(|(part, _)| *part == wanted).unwrap().1
}

#[test]
fn what_data_cannot_fill_stays_empty() {
    let empty = [
        (
            ProductKind::SituationReport,
            vec![Part::Partners, Part::Liaison, Part::Outlook, Part::Recommended, Part::Planned],
        ),
        (ProductKind::FlashReport, vec![Part::Who, Part::Action, Part::NextUpdate]),
        (ProductKind::BriefingNote, vec![Part::Purpose, Part::Mandate, Part::TalkingPoints, Part::IfRaised]),
    ];
    for (kind, parts) in empty {
        for wanted in parts {
            assert!(part(kind, wanted).is_empty(), "{kind} {wanted}");
        }
    }
}

#[test]
fn a_flash_report_tells_what_where_when_and_how_well_it_is_known() {
    let told = |wanted| part(ProductKind::FlashReport, wanted).remove(0).sentence.0;
    assert_eq!(told(Part::What), "Fire at the intake (exchange of fire).");
    assert_eq!(told(Part::Where), "Ak-Sai, Batken, Kyrgyzstan (KG-B); known to the district.");
    assert_eq!(told(Part::When), "20 November 2026.");
    assert_eq!(told(Part::Casualties), "2 deaths.");
    assert!(
        told(Part::Grading).starts_with("B2: usually reliable source, probably true."),
        "{}",
        told(Part::Grading)
    );
    assert_eq!(part(ProductKind::FlashReport, Part::Assessment).len(), 2);
}

#[test]
fn a_count_is_marked_as_everything_that_it_counts() {
    let mut material = given::material();
    let mut guarded = given::situation(Level::Elevated);
    guarded.province = "KG-O".parse().unwrap();
    guarded.handling = given::marked(Tlp::Red);
    material.situations.push(guarded);
    let mut form = given::form(ProductKind::SituationReport, ProductLanguage::En);
    form.provinces.clear();
    let parts = compose(&form, &material);
    let regional = &parts.iter().find(|(part, _)| *part == Part::Regional).unwrap().1[0];
    assert!(regional.sources.iter().any(|source| source.handling.tlp() == Tlp::Red), "{regional:?}");
    assert!(regional.sentence.0.contains("2 of 9 provinces"), "{}", regional.sentence.0);
}

#[test]
fn what_names_no_province_binds_the_sentence_that_counts_it_and_no_other_count() {
    let mut material = given::material();
    material.covered.heard_under = Some(given::marked(Tlp::Red));
    let form = given::form(ProductKind::SituationReport, ProductLanguage::En);
    let parts = compose(&form, &material);
    let sources = || parts.iter().flat_map(|(_, said)| said).flat_map(|said| &said.sources);
    let of = |key: &str| sources().find(|source| source.key == key).unwrap().handling.tlp();
    assert_eq!(of("coverage:heard"), Tlp::Red);
    assert_ne!(of("coverage:counts"), Tlp::Red);
}

#[test]
fn from_where_nothing_comes_is_told_to_nobody_who_may_not_know_from_where_something_does() {
    let mut known = given::material();
    let form = given::form(ProductKind::SituationReport, ProductLanguage::En);
    let of = |known: &crate::domain::product::material::Material| {
        let parts = compose(&form, known);
        let mut sources = parts.into_iter().flat_map(|(_, said)| said).flat_map(|said| said.sources);
        sources.find(|source| source.key == "coverage:TJK").unwrap().handling
    };
    assert_eq!(of(&known), form.handling);
    known.gaps[0].handling = Some(given::marked(Tlp::Red));
    assert_eq!(of(&known).tlp(), Tlp::Red, "a province is left out of the list for what few may know");
}

#[test]
fn nothing_is_told_of_a_threat_that_is_not_covered() {
    let of = compose(&given::form(ProductKind::SituationReport, ProductLanguage::En), &given::material());
    let humanitarian = &of.iter().find(|(part, _)| *part == Part::Humanitarian).unwrap().1;
    assert!(humanitarian.is_empty(), "displacement is not among its threats: {humanitarian:?}");
}

#[test]
fn the_background_of_a_note_names_five_countries_and_those_that_stand_worst() {
    let mut known = given::material();
    let units = [
        ("KZ-10", "KAZ"),
        ("KG-B", "KGZ"),
        ("TJ-SU", "TJK"),
        ("TM-L", "TKM"),
        ("UZ-FA", "UZB"),
        ("AF-KDZ", "AFG"),
    ];
    known.situations = units
        .into_iter()
        .map(|(province, country)| Situation {
            province: province.parse().unwrap(),
            country: country.parse().unwrap(),
            ..given::situation(if country == "KAZ" { Level::Low } else { Level::High })
        })
        .collect();
    let form = given::form(ProductKind::BriefingNote, ProductLanguage::En);
    let parts = compose(&form, &known);
    let background = &parts.iter().find(|(part, _)| *part == Part::Background).unwrap().1;
    let told: Vec<&str> = background.iter().map(|said| said.sentence.0.as_str()).collect();
    assert_eq!(Some(told.len()), skeleton::most(ProductKind::BriefingNote, Part::Background), "{told:?}");
    assert!(told.iter().all(|sentence| !sentence.starts_with("Kazakhstan")), "{told:?}");
}

/// The marking that the sources of each statement of a part come to.
fn markings(kind: ProductKind, known: &Material, wanted: Part) -> Vec<Handling> {
    let parts = compose(&given::form(kind, ProductLanguage::En), known);
    let said = parts.into_iter().find(|(part, _)| *part == wanted).unwrap().1;
    said.iter()
        .filter_map(|one| Handling::join_all(one.sources.iter().map(|source| &source.handling)))
        .collect()
}

#[test]
fn a_statement_is_marked_by_everything_it_rests_on_named_or_not() {
    let strict = given::marked(Tlp::Red);
    let is_strict = |all: Vec<Handling>| !all.is_empty() && all.iter().all(|one| one.tlp() == Tlp::Red);
    let mut known = given::material();
    let of_incident =
        [(ProductKind::SituationReport, Part::Security), (ProductKind::FlashReport, Part::Casualties)];
    for (kind, part) in of_incident {
        assert!(!is_strict(markings(kind, &known, part)), "{kind}");
    }
    // the sixth report of it, which no statement names
    known.incidents[0].handling = strict.clone();
    for (kind, part) in of_incident {
        assert!(is_strict(markings(kind, &known, part)), "{kind}");
    }
    assert!(!is_strict(markings(ProductKind::SituationReport, &known, Part::Threats)));
    known.changes[0].handling = Some(strict.clone());
    assert!(is_strict(markings(ProductKind::SituationReport, &known, Part::Threats)));
    let assessment = |known: &Material| markings(ProductKind::FlashReport, known, Part::Assessment);
    assert_eq!(assessment(&known)[1].tlp(), Tlp::Amber);
    let cell = ("KG-B".parse().unwrap(), domain::Threat::BorderTension);
    known.ever.insert(cell, strict);
    assert_eq!(assessment(&known)[1].tlp(), Tlp::Red, "a trend is judged by months long before");
}

#[test]
fn the_gravest_comes_first_and_a_level_set_by_hand_tells_of_the_computed_one_beside_it() {
    let mut known = given::material();
    let place = |code: &str, level, index| {
        let country = code.starts_with("AF").then(|| "AFG".parse().unwrap());
        let at = given::situation(level);
        Situation { province: code.parse().unwrap(), country: country.unwrap_or(at.country), index, ..at }
    };
    let change =
        |code: &str, now| LevelChange { province: code.parse().unwrap(), ..given::change(Level::Low, now) };
    let set: Override = serde_json::from_value(serde_json::json!({
        "id": domain::OverrideId::derived(&["set"]), "province": "AF-KDZ", "threat": "border_tension", "level": "critical",
        "computed": "high", "reason": "the road is cut.", "by": "S. Analyst", "at": given::now(),
        "until": "2026-12-23T07:30:00Z", "state": "active", "version": 1,
    }))
    .unwrap();
    let kunduz = Situation { set: Some(set.clone()), ..place("AF-KDZ", Level::High, 70.0) };
    known.situations = vec![place("KG-B", Level::High, 34.0), place("KG-O", Level::High, 40.0), kunduz];
    known.changes =
        vec![change("KG-B", Level::High), change("KG-O", Level::High), change("AF-KDZ", Level::High)];
    known.overrides = vec![(set.clone(), given::marked(Tlp::Red))];
    let told = |known: &Material, wanted| {
        let parts = compose(&given::form(ProductKind::SituationReport, ProductLanguage::En), known);
        let said = parts.into_iter().find(|(part, _)| *part == wanted).unwrap().1;
        said.into_iter().map(|one| one.sentence.0).collect::<Vec<String>>()
    };
    let threats = told(&known, Part::Threats);
    let by_hand = "Kunduz, Afghanistan, border tension: the level has been critical since 23 November 2026, set by hand by S. Analyst because the road is cut; computed: high.";
    assert_eq!(threats[0], by_hand);
    assert!(threats[1].starts_with("Osh") && threats[2].starts_with("Batken"), "{threats:?}");
    assert_eq!(threats.len(), 3, "what the computed one did is told once: {threats:?}");
    assert!(told(&known, Part::Summary).iter().any(|text| text == by_hand));
    let marked = markings(ProductKind::SituationReport, &known, Part::Threats);
    assert_eq!(marked[0].tlp(), Tlp::Red);
    known.overrides = vec![(set.clone(), given::marked(Tlp::Clear))];
    known.situations[2].handling = given::marked(Tlp::Clear);
    let form = given::form(ProductKind::SituationReport, ProductLanguage::En);
    let actor = Actor { principal: &given::person("a.author"), at: given::now() };
    let paper = edit::begin(domain::ProductId::derived(&["p"]), form.clone(), compose(&form, &known), &actor)
        .unwrap();
    let said = paper.statements().find(|said| said.text == by_hand).unwrap();
    assert!(said.internal && said.handling.tlp() == Tlp::Green, "as the centre's own words: {said:?}");
    let bare = "Kunduz, Afghanistan, border tension: the level has been critical since 23 November 2026, set by hand; computed: high.";
    assert_eq!(said.bare.as_deref(), Some(bare), "nobody is named, and no reason given");
    assert!(paper.statements().filter(|said| said.internal).all(|said| said.text == by_hand));
    let over = Override {
        state: OverrideState::Ended,
        ended_at: Some(given::now()),
        ended_by: "H. Head".into(),
        end_reason: "the road is open.".into(),
        ..set
    };
    known.overrides = vec![(over, given::marked(Tlp::Green))];
    known.situations[2].set = None;
    let threats = told(&known, Part::Threats);
    assert_eq!(
        threats[0],
        "Kunduz, Afghanistan, border tension: the level critical that S. Analyst had set by hand ended on 23 November 2026, by H. Head because the road is open; computed: high."
    );
    assert!(
        threats[1].starts_with("Kunduz, Afghanistan, border tension: up from low to high"),
        "{threats:?}"
    );
    let parts = compose(&form, &known);
    let bare =
        parts.iter().find(|(part, _)| *part == Part::Threats).unwrap().1[0].sentence.1.clone().unwrap();
    assert_eq!(
        bare,
        "Kunduz, Afghanistan, border tension: the level critical that had been set by hand ended on 23 November 2026; computed: high."
    );
}

#[test]
fn who_took_part_is_told_of_the_same_incident_alone_and_where_the_licence_lets_its_words_be_passed_on() {
    let who = |about: Option<&str>, redistribution| {
        let mut known = given::material();
        known.elsewhere.actors = vec!["Border guards".into()];
        known.elsewhere.about = about.map(|id| domain::ObservationId::derived(&[id]));
        for seen in known.seen.values_mut() {
            seen.handling.licence = Licence::named("X", redistribution, "X");
        }
        let parts = compose(&given::form(ProductKind::FlashReport, ProductLanguage::En), &known);
        let said = parts.into_iter().find(|(part, _)| *part == Part::Who).unwrap().1;
        said.into_iter().map(|one| one.sentence.0).collect::<String>()
    };
    for about in [None, Some("a")] {
        assert_eq!(who(about, Redistribution::Raw), "Border guards.");
        assert_eq!(who(about, Redistribution::Derived), "", "a part that a person fills");
    }
    assert_eq!(who(Some("another"), Redistribution::Raw), "", "it was the gravest a moment ago");
}

#[test]
fn a_critical_level_that_a_person_set_lower_is_told_before_all_that_is_less_grave() {
    let mut known = given::material();
    let set: Override = serde_json::from_value(serde_json::json!({
        "id": domain::OverrideId::derived(&["low"]), "province": "AF-KDZ", "threat": "border_tension", "level": "low",
        "computed": "critical", "reason": "the source is one person", "by": "S. Analyst", "at": given::now(),
        "until": "2026-12-23T07:30:00Z", "state": "active", "version": 1,
    }))
    .unwrap();
    let kunduz = Situation { province: "AF-KDZ".parse().unwrap(), ..given::situation(Level::Critical) };
    known.situations.push(Situation { country: "AFG".parse().unwrap(), set: Some(set.clone()), ..kunduz });
    known.overrides = vec![(set, given::marked(Tlp::Green))];
    let parts = compose(&given::form(ProductKind::SituationReport, ProductLanguage::En), &known);
    let threats = &parts.iter().find(|(part, _)| *part == Part::Threats).unwrap().1;
    assert!(threats[0].sentence.0.starts_with("Kunduz"), "{threats:?}");
    assert!(threats[0].sentence.0.ends_with("computed: critical."), "{threats:?}");
}

#[test]
fn what_no_report_grades_says_what_it_rests_on() {
    for kind in ProductKind::ALL.iter().copied() {
        let parts = compose(&given::form(kind, ProductLanguage::En), &given::material());
        for source in parts.iter().flat_map(|(_, said)| said).flat_map(|said| &said.sources) {
            let counts = source.id == "counts" || source.id.starts_with("levels/");
            assert!(!counts || !source.grade.is_empty(), "{source:?}");
        }
    }
}

#[test]
fn levels_of_silent_places_are_not_counted_and_come_last() {
    let mut known = given::material();
    let silent = LevelChange {
        province: "KG-O".parse().unwrap(),
        unreported: true,
        index: 90.0,
        ..given::change(Level::Calm, Level::Critical)
    };
    known.changes.insert(0, silent);
    let parts = compose(&given::form(ProductKind::SituationReport, ProductLanguage::En), &known);
    let of = |wanted| &parts.iter().find(|(part, _)| *part == wanted).unwrap().1;
    let figures = &of(Part::Summary)[0].sentence.0;
    assert!(
        figures.contains("1 level rose") && figures.contains("where nothing is reported: 1 change"),
        "{figures}"
    );
    assert!(of(Part::Threats)[0].sentence.0.starts_with("Batken"));
}

#[test]
fn a_flash_report_acts_on_warnings_for_its_own_province_alone() {
    let mut known = given::material();
    let warning = |code: &str| WarningTold {
        id: domain::WarningId::derived(&[code]),
        version: 1,
        threat: domain::Threat::BorderTension,
        level: Level::High,
        provinces: [code.parse().unwrap()].into(),
        sent: given::now(),
        expires: given::now(),
        handling: given::marked(Tlp::Green),
    };
    known.elsewhere.warnings = vec![warning("KG-O"), warning("KG-B")];
    let action = |kind, wanted| {
        let parts = compose(&given::form(kind, ProductLanguage::En), &known);
        parts.into_iter().find(|(part, _)| *part == wanted).unwrap().1
    };
    let flash = action(ProductKind::FlashReport, Part::Action);
    assert!(flash.len() == 1 && flash[0].sentence.0.contains("Batken"), "{flash:?}");
    assert_eq!(action(ProductKind::SituationReport, Part::Partners).len(), 2);
}
