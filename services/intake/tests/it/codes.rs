//! A code that nothing can have is refused in every list, with those that were likely meant.

use contracts::{
    FailureKind, Query,
    intake::{
        FindObservations, ListReports, aggregate::FindAggregates, alike::ListAlike, clusters::ListClusters,
        leads::ListLeads, questionnaires::ListQuestionnaires,
    },
};
use domain::{Handling, ProvinceCode, Tlp, UnClass};
use intake::{
    Intake,
    domain::draft::{Arrival, Draft},
    store::{
        alike,
        recording::{self, Bringer},
        reports::Incident,
    },
};
use testkit::{Rig, databases};

use crate::{analyst, draft, report};

async fn ask<Q: Query>(rig: &Rig, query: Q) -> Result<(), contracts::Failure> {
    rig.ask(&analyst(), &query).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_refuses_what_is_nowhere_and_names_what_was_likely_meant() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let nowhere = || "KG-X".parse::<ProvinceCode>().ok();
    let refused = async |told: Result<(), contracts::Failure>, at: &str, says: &str| {
        let failure = told.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Invalid);
        assert_eq!(failure.errors[0].pointer, at);
        assert!(failure.errors[0].detail.contains(says), "{}", failure.errors[0].detail);
    };
    let batken = "KG-B Batken";
    let list = ListClusters { province: nowhere(), ..ListClusters::default() };
    refused(ask(&rig, list).await, "province", batken).await;
    let list = ListLeads { province: nowhere(), ..ListLeads::default() };
    refused(ask(&rig, list).await, "province", batken).await;
    let list = FindAggregates { province: nowhere(), ..FindAggregates::default() };
    refused(ask(&rig, list).await, "province", batken).await;
    let list = ListQuestionnaires { province: nowhere(), ..ListQuestionnaires::default() };
    refused(ask(&rig, list).await, "province", batken).await;
    let list = FindObservations { province: nowhere(), ..FindObservations::default() };
    refused(ask(&rig, list).await, "province", batken).await;
    let every = ListReports {
        state: None,
        province: None,
        source: None,
        known_on: None,
        page: contracts::PageRequest::default(),
    };
    refused(ask(&rig, ListReports { province: nowhere(), ..every.clone() }).await, "province", batken).await;
    let list = ListClusters { country: "KGS".parse().ok(), ..ListClusters::default() };
    refused(ask(&rig, list).await, "country", "KGZ").await;

    let mut moved = rig.listen::<contracts::intake::ReportMoved>().await;
    rig.say(&report("1", "src_monitor", "somebody")).await;
    moved.next().await;
    let of = |source: &str| ListReports { source: Some(source.into()), ..every.clone() };
    assert_eq!(rig.ask(&analyst(), &of("src_monitor")).await.unwrap().items.len(), 1);
    refused(ask(&rig, of("src_moniter")).await, "source", "is src_monitor meant?").await;
    let list = ListLeads { source: Some("Wire".into()), ..ListLeads::default() };
    refused(ask(&rig, list).await, "source", "nothing is known").await;
    let absent = ListAlike { report: domain::ReportId::derived(&["none"]), known_on: None };
    assert_eq!(rig.ask(&analyst(), &absent).await.unwrap_err().kind, FailureKind::NotFound);
}

/// An incident of this report on the day of the rows that look like it.
fn incident<'a>(report: &'a domain::ReportId, province: &'a domain::ProvinceCode) -> Incident<'a> {
    Incident {
        report,
        owner: "nobody",
        sender: "nobody",
        threat: domain::Threat::BorderTension,
        province,
        kind: "exchange_of_fire",
        on: "2026-11-01".parse().unwrap(),
        exercise: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_like_a_report_is_told_only_as_far_as_the_asker_may_know_of_it() {
    for store in databases::<Intake>().await {
        let handled = |id: &str, tlp| Draft {
            handling: Handling::new(tlp, UnClass::Unclassified),
            ..draft(id, "2026-11-01", id)
        };
        let first =
            vec![handled("red", Tlp::Red), handled("amber", Tlp::Amber), handled("later red", Tlp::Amber)];
        for drafts in [first, vec![handled("later red", Tlp::Red)]] {
            store.clock.advance(std::time::Duration::from_mins(1));
            let mut tx = store.db.begin().await.unwrap();
            let part = drafts.len().to_string();
            let bringer = Bringer { origin: "test", part: &part, arrival: Arrival::at(tx.now()) };
            recording::record(&mut tx, drafts, &bringer).await.unwrap();
            tx.commit().await.unwrap();
        }
        let (report, province) = (domain::ReportId::derived(&["x"]), "KG-B".parse().unwrap());
        let incident = incident(&report, &province);
        let before = store.clock.now().plus(chrono::Duration::seconds(-30));
        for (known_on, all) in [(None, 3), (Some(before), 3)] {
            let open = |handling: &Handling| handling.tlp() != Tlp::Red;
            let of = ("x", known_on);
            assert_eq!(alike::observations(&store.db, &incident, of, |_| true).await.unwrap().len(), all);
            let told = alike::observations(&store.db, &incident, of, open).await.unwrap();
            assert_eq!(told.len(), 1, "{} {known_on:?}", store.engine);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_told_does_not_take_the_place_of_what_looks_like_a_report() {
    for store in databases::<Intake>().await {
        let handled = |n: usize, tlp| Draft {
            handling: Handling::new(tlp, UnClass::Unclassified),
            ..draft(&format!("row {n}"), "2026-11-01", "x")
        };
        // more than are looked at for one list, all newer than the one that may be told
        let drafts: Vec<Draft> =
            std::iter::once(handled(0, Tlp::Amber)).chain((1..=230).map(|n| handled(n, Tlp::Red))).collect();
        let mut tx = store.db.begin().await.unwrap();
        let bringer = Bringer { origin: "test", part: "1", arrival: Arrival::at(tx.now()) };
        recording::record(&mut tx, drafts, &bringer).await.unwrap();
        tx.commit().await.unwrap();
        let (report, province) = (domain::ReportId::derived(&["x"]), "KG-B".parse().unwrap());
        let incident = incident(&report, &province);
        let open = |handling: &Handling| handling.tlp() != Tlp::Red;
        for known_on in [None, Some(store.clock.now().plus(chrono::Duration::seconds(1)))] {
            let told = alike::observations(&store.db, &incident, ("x", known_on), open).await.unwrap();
            assert_eq!(told.len(), 1, "{} {known_on:?}", store.engine);
            let all = alike::observations(&store.db, &incident, ("x", known_on), |_| true).await.unwrap();
            assert_eq!(all.len(), 200, "{} {known_on:?}", store.engine);
        }
    }
}
