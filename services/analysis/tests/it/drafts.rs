//! Drafts of papers that tell what was reported, each incident in every part it belongs in, and are dated when they are there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::collections::BTreeSet;

use analysis::{Analysis, store};
use contracts::analysis::products::{Part, Product, ProductForm, ProductKind};
use domain::{Observation, Place, Severity, Threat};
use testkit::databases;

use crate::{
    given::*,
    products::{drafted, form},
};

fn texts(paper: &Product, wanted: Part) -> Vec<&str> {
    let section = paper.sections.iter().find(|section| section.part == wanted).unwrap();
    section.statements.iter().map(|said| said.text.as_str()).collect()
}

#[tokio::test]
async fn an_incident_of_two_threats_that_weighs_little_as_one_of_them_is_told_in_the_part_of_the_other() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let grave = |number: u32| {
            let seen = elsewhere(observation(&format!("clash {number}"), 2), "AF-HEL");
            Observation { threats: vec![Threat::ArmedConflict], ..deadly(seen, 40 + number) }
        };
        let flight = Observation {
            threats: vec![Threat::ArmedConflict, Threat::Displacement],
            severity: Severity::Minor,
            ..elsewhere(observation("flight", 3), "AF-KAB")
        };
        let all = (0..13).map(grave).chain([flight]).collect();
        hear(&service, &base, pack(all)).await;
        let paper = drafted(&service, form(ProductKind::SituationReport)).await;
        let told = texts(&paper, Part::Humanitarian);
        assert!(told.len() == 1 && told[0].contains("Incident flight"), "{}: {told:?}", base.engine);
    }
}

#[tokio::test]
async fn of_a_threat_with_a_dated_report_it_is_not_said_that_there_are_only_undated_ones() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let of = |seen: Observation, threat| Observation { threats: vec![threat], ..seen };
        let dated = deadly(of(elsewhere(observation("dated", 5), "TJ-SU"), Threat::ArmedConflict), 3);
        let place = Place { province: None, precision: domain::Precision::Country, ..dated.place.clone() };
        let dated = Observation { place, ..dated };
        let mut month = of(elsewhere(observation("month", 2), "TJ-SU"), Threat::ArmedConflict);
        (month.occurred_from, month.occurred_to) = (today().plus(-22), today());
        let mut year = of(elsewhere(observation("year", 2), "TJ-SU"), Threat::PoliticalUnrest);
        (year.occurred_from, year.occurred_to) = (today().plus(-300), today());
        hear(&service, &base, pack(vec![dated, month, year])).await;
        let wish = ProductForm {
            countries: BTreeSet::from(["TJK".parse().unwrap()]),
            ..form(ProductKind::SituationReport)
        };
        let paper = drafted(&service, wish).await;
        let security = texts(&paper, Part::Security).join("\n");
        assert!(!security.contains("only reports"), "{}: {security}", base.engine);
        let placed = "No incident in any province was reported on ";
        assert!(security.contains(placed), "three died somewhere: {security}");
        let told = "On armed conflict there are reports dated no nearer than within 1–23 November 2026";
        assert!(security.contains(told), "{}: {security}", base.engine);
        let political = texts(&paper, Part::Political).join("\n");
        assert!(political.contains("only reports dated no nearer than within 27 January"), "{political}");
    }
}

#[tokio::test]
async fn a_draft_is_dated_behind_what_was_told_before_it_also_where_a_clock_was_set_back() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(vec![observation("a", 2)])).await;
        let mut ahead = base.db.begin().await.unwrap();
        ahead.follow(base.clock.now().plus(chrono::Duration::minutes(5)));
        store::take_turn(&mut ahead).await.unwrap();
        let told = ahead.now();
        ahead.commit().await.unwrap();
        let paper = drafted(&service, form(ProductKind::SituationReport)).await;
        assert!(told < paper.created_at, "{}: {told} {}", base.engine, paper.created_at);
    }
}
