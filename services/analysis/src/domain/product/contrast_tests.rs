//! What a paper says is lacking tells by contrast of what is there: it is bound by that.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{
    Situation,
    levels::Reporting,
    products::{Part, ProductForm, ProductKind, ProductLanguage as Language},
};
use domain::{
    Credibility, Day, Handling, Level, ObservationId, ProductId, ProvinceCode, Reliability, Tlp, UnClass,
};

use super::{
    compose::{Said, compose},
    edit, given,
    material::{Gap, Happened, Heard, Material, OfThreat, Seen, Undated, Unplaced},
};
use crate::domain::deed::Actor;

/// For a restricted circle, and not for one organisation.
fn red() -> Handling {
    let mut handling = Handling::new(Tlp::Red, UnClass::StrictlyConfidential);
    handling.exclude.insert("zed".to_owned());
    handling
}

fn provinces(codes: &[&str]) -> BTreeSet<ProvinceCode> {
    codes.iter().map(|code| code.parse().unwrap()).collect()
}

/// A paper on Turkmenistan alone, of which no level is known.
fn turkmenistan() -> (ProductForm, Material) {
    let form = ProductForm {
        countries: BTreeSet::from(["TKM".parse().unwrap()]),
        provinces: BTreeSet::new(),
        handling: given::marked(Tlp::Clear),
        ..given::form(ProductKind::SituationReport, Language::En)
    };
    let gap = Gap {
        provinces: provinces(&["TM-A", "TM-B", "TM-D", "TM-L", "TM-M", "TM-S"]).into_iter().collect(),
        of: 6,
        ..Gap::none("TKM".parse().unwrap())
    };
    let known = given::material();
    let none = Material {
        changes: Vec::new(),
        situations: Vec::new(),
        incidents: Vec::new(),
        gaps: vec![gap],
        ..known
    };
    (form, none)
}

/// An incident that a report from Balkan tells of.
fn from_balkan(handling: Handling) -> Happened {
    Happened {
        province: "TM-B".parse().unwrap(),
        provinces: provinces(&["TM-B"]),
        handling,
        ..given::happened("a")
    }
}

fn said(form: &ProductForm, known: &Material, part: Part) -> Vec<(String, Handling)> {
    let parts = compose(form, known);
    let said: Vec<Said> = parts.into_iter().find(|(of, _)| *of == part).unwrap().1;
    let bound = |one: &Said| Handling::join_all(one.sources.iter().map(|source| &source.handling)).unwrap();
    said.iter().map(|one| (one.sentence.0.clone(), bound(one))).collect()
}

fn of(all: &[(String, Handling)], begins: &str) -> Vec<(String, Handling)> {
    all.iter().filter(|(text, _)| text.contains(begins)).cloned().collect()
}

#[test]
fn the_only_report_from_a_province_binds_what_is_said_to_be_lacking_in_its_country() {
    // RED and not for zed, occurred on 2 February and accepted on the 3rd: the level of the 2nd was not known
    let (form, mut known) = turkmenistan();
    known.incidents = vec![from_balkan(red())];
    let all = said(&form, &known, Part::Annex);
    let lacking =
        [of(&all, "othing reported from"), of(&all, "othing is reported from"), of(&all, "too little")];
    let lacking = lacking.concat();
    assert_eq!(lacking.len(), 2, "{all:?}");
    for (text, handling) in &lacking {
        assert_eq!(*handling, form.handling.join(&red()), "{text}");
    }
    // of a note the same is one sentence
    let note = ProductForm { kind: ProductKind::WarningNote, ..form.clone() };
    let told = said(&note, &known, Part::Gaps);
    let told = [of(&told, "reported from"), of(&told, "too little")].concat();
    assert!(
        !told.is_empty() && told.iter().all(|(_, bound)| *bound == form.handling.join(&red())),
        "{told:?}"
    );
}

#[test]
fn a_province_that_everybody_may_read_of_binds_no_list_of_what_is_lacking() {
    let (form, mut known) = turkmenistan();
    known.incidents = vec![from_balkan(red()), from_balkan(given::marked(Tlp::Clear))];
    for (text, handling) in of(&said(&form, &known, Part::Annex), "reported from") {
        assert_eq!(handling, form.handling, "{text}");
    }
    known.incidents = Vec::new();
    let undated = Undated {
        reports: 1,
        from: given::day(1),
        to: given::day(28),
        countries: form.countries.clone(),
        provinces: provinces(&["TM-B"]),
        threats: BTreeMap::new(),
        handling: red(),
    };
    known.covered.undated = Some(undated);
    let told = of(&said(&form, &known, Part::Annex), "too little");
    assert_eq!(told[0].1, form.handling.join(&red()), "{told:?}");
}

#[test]
fn a_second_province_of_one_incident_is_none_that_nothing_is_reported_from() {
    let (form, mut known) = turkmenistan();
    let both = Happened { provinces: provinces(&["TM-B", "TM-M"]), ..from_balkan(red()) };
    known.incidents = vec![both];
    let told = of(&said(&form, &known, Part::Annex), "too little");
    assert!(told[0].0.contains("Mary"), "{told:?}");
}

#[test]
fn how_many_reports_a_count_rests_on_holds_none_that_names_no_province() {
    let (form, mut known) = turkmenistan();
    let heard = |source: &str, placed: u64| Heard {
        source: source.into(),
        reports: 1,
        placed,
        newest: given::day(20),
    };
    known.covered.heard = vec![heard("desk", 1), heard("bureau", 0)];
    known.covered.heard_under = Some(red());
    known.covered.unplaced =
        Some(Unplaced { reports: BTreeMap::from([("TKM".parse().unwrap(), 1)]), handling: red() });
    let parts = compose(&form, &known);
    let sources: Vec<_> = parts.iter().flat_map(|(_, said)| said).flat_map(|said| &said.sources).collect();
    let grade = |key: &str| &sources.iter().find(|source| source.key == key).unwrap().grade;
    assert_eq!(grade("coverage:counts"), "rests on 1 report; sources: 1");
    assert_eq!(grade("coverage:heard"), "rests on 2 reports; sources: 2");
    // "in any province" says that something was reported of none
    let security = said(&form, &known, Part::Security);
    let told = of(&security, "in any province");
    assert_eq!(told[0].1.exclude, red().exclude, "{security:?}");
}

#[test]
fn that_a_province_fell_silent_is_bound_by_all_that_ever_came_from_it() {
    let mut known = given::material();
    let reporting = Reporting {
        received: 3,
        usual: 10.0,
        chance: 0.01,
        days: 30,
        silenced: true,
        since: Day::of(2026, 10, 24),
    };
    known.situations = vec![Situation { reporting: Some(reporting), ..given::situation(Level::Low) }];
    known.ever_from = BTreeMap::from([("KG-B".parse().unwrap(), red())]);
    let form = given::form(ProductKind::SituationReport, Language::En);
    let told = of(&said(&form, &known, Part::Annex), "3 reports in 30 days");
    assert_eq!(told[0].1.exclude, red().exclude, "{told:?}");
}

#[test]
fn every_report_of_an_incident_is_cited_the_best_graded_first() {
    // one B2, one C2, and two more of B2: the paper named the first two alone
    let ids = ["a", "b", "c", "d"];
    let mut known = given::material();
    known.seen = ids.iter().map(|id| (ObservationId::derived(&[id]), given::seen(id))).collect();
    let weak = known.seen.get_mut(&ObservationId::derived(&["b"])).unwrap();
    weak.reliability = domain::Reliability::C;
    known.incidents[0].observations = ids.iter().map(|id| ObservationId::derived(&[id])).collect();
    for kind in [ProductKind::SituationReport, ProductKind::FlashReport] {
        let form = given::form(kind, Language::En);
        let part = if kind == ProductKind::FlashReport { Part::What } else { Part::Security };
        let parts = compose(&form, &known);
        let cited = &parts.iter().find(|(of, _)| *of == part).unwrap().1[0].sources;
        let grades: Vec<&str> = cited.iter().map(|source| source.grade.as_str()).collect();
        assert_eq!(grades, ["B2", "B2", "B2", "C2"], "{kind}");
        assert_eq!(cited[0].id, known.incidents[0].best.as_str());
    }
    // on two pages the best two, and one line that names the others
    let parts = compose(&given::form(ProductKind::BriefingNote, Language::En), &known);
    let said = parts.iter().flat_map(|(_, said)| said);
    let told = said.filter(|said| said.sources.iter().any(|source| source.id.starts_with("reports/")));
    let told: Vec<&Said> = told.collect();
    assert!(!told.is_empty());
    for one in told {
        let labels: Vec<&str> = one.sources.iter().map(|source| source.label.as_str()).collect();
        let rest = labels.iter().find(|label| label.starts_with("Further reports of the incident")).unwrap();
        assert!(rest.ends_with(" – desk, 20 November 2026, B2; desk, 20 November 2026, C2"), "{labels:?}");
    }
}

#[test]
fn further_reports_of_an_incident_behind_a_level_are_another_source_than_those_behind_the_incident() {
    // four reports from Batken that many may read raise the level, and a RED one from Sughd is of the same incident: both named their
    // further reports by one key, and the incident was bound as the level was
    let ids = ["a", "b", "c", "d"].map(|id| ObservationId::derived(&[id]));
    let mut known = given::material();
    known.seen =
        ["a", "b", "c", "d"].iter().map(|id| (ObservationId::derived(&[id]), given::seen(id))).collect();
    known.seen.get_mut(&ids[0]).unwrap().reliability = Reliability::A;
    let province = "TJ-SU".parse().ok();
    let hidden = Seen { province, reliability: Reliability::C, handling: red(), ..given::seen("e") };
    known.situations[0].handling = given::marked(Tlp::Green);
    known.situations[0].incidents[0].observations = ids.to_vec();
    let of = &mut known.incidents[0];
    of.observations = ids.iter().chain([&hidden.id]).cloned().collect();
    of.handling = of.handling.join(&red());
    known.seen.insert(hidden.id.clone(), hidden);
    let form = given::form(ProductKind::BriefingNote, Language::En);
    let actor = Actor { principal: &given::person("a.author"), at: given::now() };
    let mut paper =
        edit::begin(ProductId::derived(&["p"]), form.clone(), compose(&form, &known), &actor).unwrap();
    let whole = format!("coverage:reports/{}", ids[0]);
    let level = format!("{whole}/KG-B/border_tension");
    for (key, tlp) in [(&whole, Tlp::Red), (&level, Tlp::Green)] {
        assert_eq!(paper.source(key).map(|source| source.handling.tlp()), Some(tlp), "{key}");
        let on: Vec<_> = paper.statements().filter(|said| said.sources.contains(key)).collect();
        assert!(!on.is_empty() && on.iter().all(|said| said.handling.tlp() == tlp), "{key}: {on:?}");
    }
    // what comes under a key that is there binds it
    let mut stricter = paper.source(&level).cloned().unwrap();
    stricter.handling = red();
    edit::take(&mut paper, stricter);
    assert_eq!(paper.source(&level).unwrap().handling.exclude, red().exclude);
}

#[test]
fn the_best_grade_is_that_of_the_report_that_is_believed_most_though_another_tells_the_incident() {
    // intake holds a B2 for the best-graded of the cluster, and an A1 from another province is of it too
    let mut known = given::material();
    let best = Seen { reliability: Reliability::A, credibility: Credibility::CONFIRMED, ..given::seen("b") };
    let of = &mut known.incidents[0];
    of.observations.push(best.id.clone());
    of.grade_at_least((best.reliability, best.credibility));
    of.grade_at_least((Reliability::C, Credibility::POSSIBLE));
    known.seen.insert(best.id.clone(), best);
    for (kind, part, at) in
        [(ProductKind::SituationReport, Part::Security, 0), (ProductKind::FlashReport, Part::Grading, 0)]
    {
        let parts = compose(&given::form(kind, Language::En), &known);
        let said = &parts.iter().find(|(of, _)| *of == part).unwrap().1[at];
        assert!(said.sentence.0.contains("2 reports, 1 independent source, best grade A1"), "{said:?}");
        let grades: Vec<&str> = said.sources.iter().map(|source| source.grade.as_str()).collect();
        assert_eq!(grades, ["A1", "B2"], "{kind}");
    }
}

#[test]
fn of_what_counts_beside_the_period_it_is_said_that_it_is_all_only_where_nothing_else_is_of_it() {
    let form = given::form(ProductKind::SituationReport, Language::En);
    let mut known = given::material();
    known.beside = vec![given::happened("b")];
    known.incidents.clear();
    let security = |known: &Material| said(&form, known, Part::Security);
    let all = "What was reported in these days on border tension is of incidents";
    assert!(security(&known)[0].0.starts_with(all), "{:?}", security(&known));
    let part = "Part of what was reported in these days on border tension is of incidents";
    // a truce of the period bears on the threat as well
    let eased =
        Material { incidents: vec![Happened { peace: true, ..given::happened("a") }], ..known.clone() };
    // or reports may be of the period
    let (from, to) = (given::day(1), given::day(30));
    let undated = Undated {
        reports: 1,
        from,
        to,
        countries: BTreeSet::from(["KGZ".parse().unwrap()]),
        provinces: provinces(&["KG-B"]),
        threats: BTreeMap::from([(domain::Threat::BorderTension, OfThreat { from, to, alone: false })]),
        handling: given::marked(Tlp::Clear),
    };
    let mut loose = known;
    loose.covered.undated = Some(undated);
    for known in [eased, loose] {
        let told = security(&known);
        assert!(told.iter().any(|(text, _)| text.starts_with(part)), "{told:?}");
        assert!(!told.iter().any(|(text, _)| text.starts_with(all)), "{told:?}");
    }
}
