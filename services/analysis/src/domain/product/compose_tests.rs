use contracts::analysis::{
    Situation,
    products::{Part, ProductKind, ProductLanguage},
};
use domain::{Handling, Level, Tlp};

use super::{compose::compose, given, material::Material, skeleton};

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
    let form = given::form(ProductKind::SituationReport, ProductLanguage::En);
    let parts = compose(&form, &material);
    let regional = &parts.iter().find(|(part, _)| *part == Part::Regional).unwrap().1[0];
    assert!(regional.sources.iter().any(|source| source.handling.tlp() == Tlp::Red), "{regional:?}");
    assert!(regional.sentence.0.contains("2 of 9 provinces"), "{}", regional.sentence.0);
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
