//! Messages, counts, mappings and remarks on both databases.

use std::collections::BTreeMap;

use contracts::{
    PageRequest,
    gateway::Format,
    intake::{
        aggregate::{FindAggregates, Measure},
        mapping::Mapping,
    },
};
use domain::{Handling, ImportId, Licence, Redistribution, Timestamp};
use intake::{
    Intake,
    domain::{
        aggregate::Count,
        draft::Arrival,
        harvest::Harvest,
        merge::Tally,
        message::{Act, Message, Name, Reference},
    },
    store::{
        Cause, aggregates, mappings,
        recording::{self, Bringer},
        remarks, runs,
    },
};
use kit::Tx;
use testkit::databases;

fn at(minute: u32) -> Timestamp {
    format!("2026-11-20T10:{minute:02}:00Z").parse().unwrap()
}

fn name(identifier: &str) -> Name {
    Name { sender: "met".into(), identifier: identifier.into() }
}

fn message(identifier: &str, minute: u32, (act, references): (Act, &[(&str, u32)])) -> Message {
    let references = references.iter().map(|(id, minute)| Reference { name: name(id), sent: at(*minute) });
    Message {
        name: name(identifier),
        sent: at(minute),
        references: references.collect(),
        act,
        draft: crate::draft(&format!("met,{identifier}"), "2026-11-20", identifier),
        beside: Vec::new(),
        uncoded: Vec::new(),
        whole: serde_json::json!({ "identifier": identifier }),
    }
}

async fn a_run(tx: &mut Tx) -> ImportId {
    let received = crate::received("x", Format::Cap, b"x");
    let cause = Cause { traceparent: None, correlation: "c".into(), causation: "e".into() };
    runs::receive(tx, &received, ("cite", None, &cause)).await.unwrap();
    received.import
}

async fn take(tx: &mut Tx, import: &ImportId, (harvest, part): (Harvest, &str)) -> Tally {
    let arrival = Arrival { import: Some(import.clone()), ..Arrival::at(tx.now()) };
    recording::take_in(tx, (import, harvest), &Bringer { origin: "test", part, arrival }).await.unwrap().tally
}

#[tokio::test(flavor = "multi_thread")]
async fn chains_hold_what_was_sent_last() {
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        let import = a_run(&mut tx).await;
        let over = || Act::TakesBack("over".into());
        let all = [
            (message("b", 2, (Act::States, &[("a", 1)])), Tally { accepted: 1, ..Tally::default() }),
            (message("a", 1, (Act::States, &[])), Tally { unchanged: 1, ..Tally::default() }),
            (message("x", 3, (Act::States, &[])), Tally { accepted: 1, ..Tally::default() }),
            (message("c", 4, (Act::States, &[("b", 2), ("x", 3)])), Tally { updated: 1, ..Tally::default() }),
            (message("d", 5, (over(), &[("x", 3)])), Tally { updated: 1, ..Tally::default() }),
            (message("d", 5, (over(), &[("x", 3)])), Tally { unchanged: 1, ..Tally::default() }),
            (message("c", 4, (Act::States, &[("b", 2)])), Tally { unchanged: 1, ..Tally::default() }),
        ];
        for (number, (message, expected)) in all.into_iter().enumerate() {
            let harvest = Harvest { messages: vec![(message, (0, 7))], ..Harvest::default() };
            let tally = take(&mut tx, &import, (harvest, &number.to_string())).await;
            assert_eq!(tally, expected, "{number} on {}", store.engine);
        }
        tx.commit().await.unwrap();
        let told = remarks::list(&store.db, &import).await.unwrap();
        assert_eq!((told.len(), told[0].records, told[0].line), (1, 2, 7));
    }
}

fn count(unit: &str, events: u32) -> Count {
    Count {
        source: "hapi".into(),
        owner: "ACLED".into(),
        country: "TJK".parse().unwrap(),
        province: "TJ-SU".parse().ok(),
        unit_system: "p-code".into(),
        unit: unit.into(),
        unit_name: unit.into(),
        measure: Measure::Demonstration,
        from: "2026-10-01".parse().unwrap(),
        to: "2026-10-31".parse().unwrap(),
        events,
        deaths: None,
        handling: Handling::open(Licence::named("x", Redistribution::Derived, "x")),
        exercise: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_is_revised_and_found_page_by_page() {
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        let import = a_run(&mut tx).await;
        let counts: Vec<Count> = (0..7).map(|n| count(&n.to_string(), n)).collect();
        let (first, _) = aggregates::record(&mut tx, &import, counts).await.unwrap();
        assert_eq!(first, Tally { accepted: 7, ..Tally::default() });
        tx.commit().await.unwrap();
        let before = store.clock.now();
        store.clock.advance(std::time::Duration::from_mins(1));
        let mut tx = store.db.begin().await.unwrap();
        let again = vec![count("0", 0), count("1", 5), count("1", 6), count("9", 9)];
        let (second, _) = aggregates::record(&mut tx, &import, again).await.unwrap();
        assert_eq!(second, Tally { accepted: 1, updated: 2, unchanged: 1, ..Tally::default() });
        tx.commit().await.unwrap();
        let wanted = FindAggregates {
            country: "TJK".parse().ok(),
            province: "TJ-SU".parse().ok(),
            measure: Some(Measure::Demonstration),
            from: "2026-10-15".parse().ok(),
            to: "2026-10-15".parse().ok(),
            known_on: None,
            exercise: false,
            page: PageRequest { cursor: None, limit: Some(100) },
        };
        let found = aggregates::find(&store.db, &wanted).await.unwrap();
        assert_eq!(found.len(), 8, "{}", store.engine);
        let revised = found.iter().find(|(_, count)| count.unit == "1").unwrap();
        assert_eq!((revised.1.events, revised.1.revision), (6, 3));
        let wanted = FindAggregates { known_on: Some(before), ..wanted };
        let then = aggregates::find(&store.db, &wanted).await.unwrap();
        assert_eq!(then.len(), 7, "{}: what came later was not known", store.engine);
        let unrevised = then.iter().find(|(_, count)| count.unit == "1").unwrap();
        assert_eq!((unrevised.1.events, unrevised.1.revision), (1, 1));
        let other = FindAggregates { measure: Some(Measure::PoliticalViolence), ..FindAggregates::default() };
        assert!(aggregates::find(&store.db, &other).await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_by_a_road_with_a_wider_handling_stays_under_the_stricter_one() {
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        let import = a_run(&mut tx).await;
        let red = Handling::new(domain::Tlp::Red, domain::UnClass::Unclassified);
        let strict = Count { handling: red.join(&count("1", 5).handling), ..count("1", 5) };
        let mut bring = async |one: Count| {
            let (tally, wider) = aggregates::record(&mut tx, &import, vec![one]).await.unwrap();
            [tally.accepted, tally.updated, tally.unchanged, wider.len() as u64]
        };
        assert_eq!(bring(count("1", 5)).await, [1, 0, 0, 0]);
        assert_eq!(bring(strict.clone()).await, [0, 1, 0, 0], "{}: it narrows", store.engine);
        assert_eq!(
            bring(count("1", 5)).await,
            [0, 0, 1, 1],
            "{}: it does not widen, and is told",
            store.engine
        );
        assert_eq!(bring(count("1", 6)).await, [0, 1, 0, 1]);
        tx.commit().await.unwrap();
        let found = aggregates::find(&store.db, &FindAggregates::default()).await.unwrap();
        assert_eq!((found[0].1.events, &found[0].1.handling), (6, &strict.handling), "{}", store.engine);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mappings_are_kept_in_every_version() {
    let mapping = |version: u32, encoding: &str| -> Mapping {
        serde_json::from_value(serde_json::json!({
            "name": "log", "version": version, "encoding": encoding, "fields": {"id": {"column": "No"}},
            "handling": {"tlp": "GREEN"}, "licence": {"ids": ["own"], "redistribution": "raw"}
        }))
        .unwrap()
    };
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        assert_eq!(mappings::newest(&mut tx, "log").await.unwrap(), None);
        assert!(mappings::insert(&mut tx, &mapping(1, "utf-8"), ("A", Some("key"))).await.unwrap());
        assert!(!mappings::insert(&mut tx, &mapping(1, "koi8-r"), ("B", None)).await.unwrap());
        assert_eq!(mappings::newest(&mut tx, "log").await.unwrap(), Some((1, Some("key".into()))));
        tx.commit().await.unwrap();
        let then = Some(store.clock.now());
        store.clock.advance(std::time::Duration::from_secs(1));
        let mut tx = store.db.begin().await.unwrap();
        assert!(mappings::insert(&mut tx, &mapping(2, "koi8-r"), ("B", None)).await.unwrap());
        tx.commit().await.unwrap();
        let get = async |version, known_on| {
            mappings::get(&store.db, ("log", version), known_on)
                .await
                .unwrap()
                .map(|found| (found.version, found.encoding, found.by))
        };
        assert_eq!(get(None, None).await, Some((2, "koi8-r".into(), "B".into())), "{}", store.engine);
        assert_eq!(get(Some(1), None).await, Some((1, "utf-8".into(), "A".into())));
        assert_eq!(get(Some(3), None).await, None);
        assert_eq!(get(None, then).await, Some((1, "utf-8".into(), "A".into())), "as was known then");
        assert_eq!(get(Some(2), then).await, None, "it was not written yet");
        let listed = async |known_on| {
            let found = mappings::list(&store.db, &PageRequest::default(), known_on).await.unwrap();
            found.iter().map(|found| found.version).collect::<Vec<_>>()
        };
        assert_eq!((listed(None).await, listed(then).await), (vec![2], vec![1]));
        assert!(listed(Some(domain::Day::of(2020, 1, 1).unwrap().start())).await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn remarks_add_up_over_batches() {
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        let import = a_run(&mut tx).await;
        for line in [4, 90] {
            let said =
                BTreeMap::from([("links only".to_owned(), (2, line)), (format!("at {line}"), (1, line))]);
            remarks::add(&mut tx, &import, &said).await.unwrap();
        }
        tx.commit().await.unwrap();
        let told = remarks::list(&store.db, &import).await.unwrap();
        assert_eq!((told.len(), told[0].records, told[0].line), (3, 4, 4), "{}", store.engine);
    }
}
