//! Every statement on both databases.

use contracts::{
    PageRequest,
    gateway::Format,
    intake::{FindObservations, ImportState},
};
use domain::{Credibility, Point, Precision, QuarantineId, Reliability, Threat};
use intake::{
    Intake,
    domain::{draft::Arrival, merge::Tally, page::page},
    store::{
        Cause, find, ids, observations, quarantine,
        recording::{self, Bringer},
        runs,
    },
};
use kit::{Db, Tx};
use testkit::databases;

fn cause() -> Cause {
    Cause { traceparent: None, correlation: "c".into(), causation: "e".into() }
}

async fn record(tx: &mut Tx, drafts: Vec<intake::domain::draft::Draft>, part: &str) -> Tally {
    let arrival = Arrival::at(tx.now());
    recording::record(tx, drafts, &Bringer { origin: "test", part, arrival }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revision_ends_the_one_before_and_the_past_can_be_asked_for() {
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        let first = record(
            &mut tx,
            vec![crate::draft("1", "2026-11-01", "a"), crate::draft("2", "2026-11-02", "b")],
            "1",
        )
        .await;
        assert_eq!(first, Tally { accepted: 2, ..Tally::default() });
        tx.commit().await.unwrap();
        let before = store.clock.now();
        store.clock.advance(std::time::Duration::from_mins(1));
        let mut tx = store.db.begin().await.unwrap();
        let drafts = vec![
            crate::draft("1", "2026-11-01", "a"),
            crate::draft("2", "2026-11-02", "c"),
            crate::draft("2", "2026-11-02", "d"),
        ];
        let second = record(&mut tx, drafts, "2").await;
        assert_eq!(second, Tally { updated: 2, unchanged: 1, ..Tally::default() });
        tx.commit().await.unwrap();

        let titles = async |known_on| {
            let wanted = FindObservations { known_on, ..FindObservations::default() };
            find::find(&store.db, (&wanted, None), |_| true)
                .await
                .unwrap()
                .items
                .into_iter()
                .map(|o| o.title)
                .collect::<Vec<_>>()
        };
        assert_eq!(titles(None).await, ["d", "a"], "{}", store.engine);
        assert_eq!(titles(Some(before)).await, ["b", "a"]);
        assert_eq!(titles(Some(store.clock.now())).await, ["d", "a"]);
        let all = observations::revisions(&store.db, &crate::draft("2", "2026-11-02", "").id(), None)
            .await
            .unwrap();
        assert_eq!(
            all.iter().map(|o| (o.revision, o.title.as_str())).collect::<Vec<_>>(),
            [(1, "b"), (2, "c"), (3, "d")]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_observation_is_found_by_its_id_whether_its_revisions_are_new_or_old() {
    for store in databases::<Intake>().await {
        let seen = async |title: &str, settles: bool| {
            let mut tx = store.db.begin().await.unwrap();
            let drafts = ["1", "2"].map(|id| crate::draft(id, "2026-11-01", title));
            let tally = record(&mut tx, drafts.into(), title).await;
            if settles {
                ids::settle(&mut tx).await.unwrap();
            }
            tx.commit().await.unwrap();
            tally
        };
        let id = crate::draft("2", "2026-11-01", "").id();
        let revisions = async || {
            let all = observations::revisions(&store.db, &id, None).await.unwrap();
            all.into_iter().map(|seen| (seen.revision, seen.title)).collect::<Vec<_>>()
        };
        assert_eq!(seen("a", true).await.accepted, 2, "{}", store.engine);
        assert_eq!(seen("b", false).await.updated, 2);
        assert_eq!(seen("b", false).await.unchanged, 2);
        assert_eq!(revisions().await, [(1, "a".to_owned()), (2, "b".to_owned())]);
        assert_eq!(seen("c", true).await.updated, 2);
        assert_eq!(revisions().await.len(), 3, "{}", store.engine);
        let mut tx = store.db.begin().await.unwrap();
        assert!(recording::retract(&mut tx, (&id, 3), ("a", "taken back")).await.unwrap());
        tx.commit().await.unwrap();
        let wanted = FindObservations::default();
        assert_eq!(
            find::find(&store.db, (&wanted, None), |_| true).await.unwrap().items.len(),
            1,
            "{}",
            store.engine
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn observations_are_found_by_every_filter_and_page_by_page() {
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        let drafts = (0..1200)
            .map(|n| crate::draft(&n.to_string(), &format!("2026-10-{:02}", n % 28 + 1), "row"))
            .collect();
        assert_eq!(record(&mut tx, drafts, "1").await.accepted, 1200);
        tx.commit().await.unwrap();
        let all = FindObservations {
            page: PageRequest { cursor: None, limit: Some(70) },
            ..FindObservations::default()
        };
        let (mut seen, mut wanted) = (Vec::new(), all.clone());
        loop {
            let found = find::find(&store.db, (&wanted, None), |_| true).await.unwrap();
            seen.extend(found.items.into_iter().map(|o| {
                let recorded: u32 = o.external_id.parse().unwrap();
                (std::cmp::Reverse(o.occurred_from), std::cmp::Reverse(recorded))
            }));
            match found.next {
                Some(next) => wanted.page.cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(seen.len(), 1200, "{}", store.engine);
        assert!(seen.is_sorted());
        let count = async |change: &dyn Fn(&mut FindObservations)| {
            let mut wanted = FindObservations {
                page: PageRequest { cursor: None, limit: Some(1000) },
                ..FindObservations::default()
            };
            change(&mut wanted);
            find::find(&store.db, (&wanted, None), |_| true).await.unwrap().items.len()
        };
        assert_eq!(count(&|w| w.country = "KGZ".parse().ok()).await, 1000);
        assert_eq!(count(&|w| w.country = "TJK".parse().ok()).await, 0);
        assert_eq!(count(&|w| w.province = "KG-O".parse().ok()).await, 0);
        assert_eq!(count(&|w| w.threat = Some(Threat::BorderTension)).await, 1000);
        assert_eq!(count(&|w| w.threat = Some(Threat::WaterEnergy)).await, 0);
        assert_eq!(count(&|w| w.kind = Some("seizure".into())).await, 0);
        let days = |w: &mut FindObservations| {
            (w.from, w.to) = ("2026-10-05".parse().ok(), "2026-10-06".parse().ok());
        };
        assert_eq!(count(&days).await, 86);
        let graded = async |grade: (Reliability, Credibility)| {
            count(&|w| (w.reliability, w.credibility) = (Some(grade.0), Some(grade.1))).await
        };
        assert_eq!(graded((Reliability::B, Credibility::POSSIBLE)).await, 1000, "{}", store.engine);
        assert_eq!(graded((Reliability::A, Credibility::POSSIBLE)).await, 0);
        assert_eq!(graded((Reliability::C, Credibility::PROBABLE)).await, 0);
        assert_eq!(graded((Reliability::F, Credibility::UNKNOWN)).await, 1000);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_the_map_holds_what_may_be_shown_by_its_point() {
    for store in databases::<Intake>().await {
        let at = |id: &str, lat: f64, lon: f64, floor: Precision| {
            let mut draft = crate::draft(id, "2026-10-01", id);
            draft.place.point = Point::new(lat, lon).ok();
            draft.place.precision = Precision::Exact;
            draft.handling.precision_floor = floor;
            draft
        };
        let mut pointless = crate::draft("pointless", "2026-10-01", "pointless");
        pointless.place.point = None;
        let drafts = vec![
            at("here", 39.9, 70.6, Precision::Exact),
            at("hidden", 39.9, 70.6, Precision::Province),
            at("north", 42.9, 74.6, Precision::Exact),
            at("fiji", -17.8, 178.0, Precision::Exact),
            pointless,
        ];
        let mut tx = store.db.begin().await.unwrap();
        record(&mut tx, drafts, "1").await;
        tx.commit().await.unwrap();
        for (bounds, expected) in [
            ("69.5,39,71,40.5", vec!["here"]),
            ("-180,-90,180,90", vec!["fiji", "here", "north"]),
            ("177,-20,-178,0", vec!["fiji"]),
            ("0,0,1,1", vec![]),
        ] {
            let wanted = FindObservations { within: bounds.parse().ok(), ..FindObservations::default() };
            let found = find::find(&store.db, (&wanted, None), |_| true).await.unwrap().items;
            let mut found: Vec<String> = found.into_iter().map(|seen| seen.external_id).collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{bounds} {}", store.engine);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lasted_over_a_turn_of_the_year_is_found_on_either_side_of_it() {
    for store in databases::<Intake>().await {
        let lasting = [
            ("long", "2019-03-01", "2022-06-30"),
            ("turn", "2020-12-29", "2021-01-02"),
            ("before", "2020-12-30", "2020-12-31"),
            ("after", "2021-01-01", "2021-01-01"),
            ("spring", "2021-04-01", "2021-05-31"),
        ];
        let draft = |(id, from, to): (&str, &str, &str)| {
            let draft = crate::draft(id, from, id);
            intake::domain::draft::Draft { occurred_to: to.parse().unwrap(), ..draft }
        };
        let mut tx = store.db.begin().await.unwrap();
        record(&mut tx, lasting.map(draft).into(), "1").await;
        tx.commit().await.unwrap();
        let table: [(&str, &str, &[&str]); 5] = [
            ("2021-01-02", "2021-12-31", &["spring", "turn", "long"]),
            ("2021-01-01", "2021-01-01", &["after", "turn", "long"]),
            ("2020-12-31", "2020-12-31", &["before", "turn", "long"]),
            ("2021-05-20", "2021-06-01", &["spring", "long"]),
            ("2022-07-01", "2022-12-31", &[]),
        ];
        for (from, to, expected) in table {
            let (from, to) = (from.parse().ok(), to.parse().ok());
            let mut titles = Vec::new();
            let mut wanted = FindObservations {
                from,
                to,
                country: "KGZ".parse().ok(),
                page: PageRequest { cursor: None, limit: Some(1) },
                ..FindObservations::default()
            };
            loop {
                let found = find::find(&store.db, (&wanted, None), |_| true).await.unwrap();
                titles.extend(found.items.into_iter().map(|seen| seen.title));
                wanted.page.cursor = found.next;
                if wanted.page.cursor.is_none() {
                    break;
                }
            }
            assert_eq!(titles, expected, "{} {from:?}", store.engine);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_moves_its_cursor_once_and_keeps_its_counters_exact() {
    for store in databases::<Intake>().await {
        let file = crate::received("f.csv", Format::Csv, &[b'x'; 120]);
        let mut tx = store.db.begin().await.unwrap();
        runs::receive(&mut tx, &file, ("cite", None, &cause())).await.unwrap();
        runs::receive(&mut tx, &file, ("cite", None, &cause())).await.unwrap();
        assert!(runs::begin(&mut tx, &file.import).await.unwrap());
        assert!(!runs::begin(&mut tx, &file.import).await.unwrap());
        let step = runs::Step { id: &file.import, from: 0, to: 90, line: 7, file_bytes: 40, header: "a,b" };
        assert!(runs::advance(&mut tx, step).await.unwrap());
        assert!(!runs::advance(&mut tx, step).await.unwrap(), "the cursor stands further on");
        let tally = Tally { accepted: 3, updated: 2, unchanged: 1, quarantined: 2, passed_over: 4 };
        runs::count(&mut tx, &file.import, (tally, 1_000_000)).await.unwrap();
        let id = QuarantineId::derived(&["1"]);
        let refused = quarantine::Refused {
            id: id.clone(),
            line: 4,
            reason: "why".into(),
            sha256: "x".into(),
            original: "eA==".into(),
        };
        let second = quarantine::Refused { id: QuarantineId::derived(&["2"]), line: 6, ..refused.clone() };
        quarantine::keep(&mut tx, &file.import, &[refused, second]).await.unwrap();
        tx.commit().await.unwrap();
        mend(&store.db, &file.import, &id).await;
        let run = runs::get(&store.db, &file.import).await.unwrap().unwrap().run();
        assert_eq!(
            (run.read, run.accepted, run.quarantined, run.passed_over, run.state),
            (12, 4, 1, 4, ImportState::Running),
            "{}",
            store.engine
        );
        assert_eq!(run.rate, Some(12.0));
        assert_eq!((run.bytes_read, run.remaining_s), (40, Some(2)), "a third took a second");
        ended_and_forgotten(&store.db, &file).await;
    }
}

async fn mend(db: &Db, import: &domain::ImportId, id: &QuarantineId) {
    let mut tx = db.begin().await.unwrap();
    let first = (-1, String::new());
    assert_eq!(quarantine::waiting(&mut tx, import, (&first, 10)).await.unwrap().len(), 2);
    quarantine::resolve(&mut tx, id, Some("line")).await.unwrap();
    let run = runs::get_in(&mut tx, import).await.unwrap().unwrap();
    let second = quarantine::get(&mut tx, import, &QuarantineId::derived(&["2"])).await.unwrap().unwrap();
    quarantine::still_refused(&mut tx, &run, (&second, "still")).await.unwrap();
    runs::count_replayed(&mut tx, import, Tally { accepted: 1, ..Tally::default() }).await.unwrap();
    assert_eq!(quarantine::waiting(&mut tx, import, (&first, 10)).await.unwrap().len(), 1);
    assert!(quarantine::get(&mut tx, import, id).await.unwrap().unwrap().resolved_at.is_some());
    tx.commit().await.unwrap();
    let first = page(
        quarantine::list(db, &run, (&PageRequest { cursor: None, limit: Some(1) }, None)).await.unwrap(),
        1,
        |q| intake::store::cursor::write(q.line, &q.id),
    );
    let rest = PageRequest { cursor: first.next, limit: None };
    let rest = quarantine::list(db, &run, (&rest, None)).await.unwrap();
    assert_eq!((first.items[0].line, rest[0].line, rest[0].reason.as_str()), (4, 6, "still"));
}

async fn ended_and_forgotten(db: &Db, file: &contracts::gateway::ImportReceived) {
    let mut tx = db.begin().await.unwrap();
    let later = tx.now().plus(chrono::Duration::hours(1));
    runs::missed(&mut tx, &file.import, later).await.unwrap();
    tx.commit().await.unwrap();
    assert!(runs::due(db, db.clock().now()).await.unwrap().is_none());
    assert!(runs::to_forget(db).await.unwrap().is_empty());
    let mut tx = db.begin().await.unwrap();
    let lost = runs::End { failure: "lost".into(), object_lost: true };
    assert!(runs::end(&mut tx, &file.import, &lost).await.unwrap());
    assert!(!runs::end(&mut tx, &file.import, &lost).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(runs::to_forget(db).await.unwrap(), std::slice::from_ref(&file.object));
    let mut tx = db.begin().await.unwrap();
    runs::forgotten(&mut tx, &file.object).await.unwrap();
    tx.commit().await.unwrap();
    assert!(runs::to_forget(db).await.unwrap().is_empty());
    let mut tx = db.begin().await.unwrap();
    runs::receive(&mut tx, file, ("cite", None, &cause())).await.unwrap();
    tx.commit().await.unwrap();
    let again = runs::due(db, db.clock().now()).await.unwrap().unwrap();
    assert_eq!((again.state, again.failure.as_str()), (ImportState::Waiting, ""));
    assert_eq!(runs::list(db, &PageRequest::default(), None).await.unwrap().len(), 1);
    let cursor = Some(intake::store::cursor::write(file.received_at, &file.import));
    assert!(runs::list(db, &PageRequest { cursor, limit: None }, None).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_counts_no_more_and_every_past_view_still_shows_it() {
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        let draft = || crate::draft("1", "2026-11-01", "a");
        record(&mut tx, vec![draft()], "1").await;
        tx.commit().await.unwrap();
        let (before, id) = (store.clock.now(), draft().id());
        store.clock.advance(std::time::Duration::from_mins(1));
        let mut tx = store.db.begin().await.unwrap();
        let why = ("A. Analyst", "the bulletin was withdrawn");
        assert!(recording::retract(&mut tx, (&id, 1), why).await.unwrap());
        assert!(!recording::retract(&mut tx, (&id, 1), why).await.unwrap(), "twice is once");
        tx.commit().await.unwrap();
        let count = async |known_on| {
            let wanted = FindObservations { known_on, ..FindObservations::default() };
            find::find(&store.db, (&wanted, None), |_| true).await.unwrap().items.len()
        };
        assert_eq!((count(None).await, count(Some(before)).await), (0, 1), "{}", store.engine);
        let told = observations::revisions(&store.db, &id, None).await.unwrap().remove(0).retracted.unwrap();
        assert_eq!((told.by.as_str(), told.why.as_str(), told.at), (why.0, why.1, store.clock.now()));

        store.clock.advance(std::time::Duration::from_mins(1));
        let mut tx = store.db.begin().await.unwrap();
        let same = record(&mut tx, vec![draft()], "2").await;
        assert_eq!((same.unchanged, same.updated), (1, 0), "the same again does not bring it back");
        let other = record(&mut tx, vec![crate::draft("1", "2026-11-01", "b")], "3").await;
        assert_eq!(other.updated, 1);
        tx.commit().await.unwrap();
        assert_eq!((count(None).await, count(Some(before)).await), (1, 1), "{}", store.engine);
        let all = observations::revisions(&store.db, &id, None).await.unwrap();
        let told: Vec<_> = all.iter().map(|seen| (seen.revision, seen.retracted.is_some())).collect();
        assert_eq!(told, [(1, true), (2, false)]);
        let then = observations::revisions(&store.db, &id, Some(before)).await.unwrap();
        assert!(
            then.len() == 1 && then[0].retracted.is_none(),
            "{}: neither the retraction nor what came after it",
            store.engine
        );
        let long_ago = "2020-01-01T00:00:00Z".parse().ok();
        assert!(observations::revisions(&store.db, &id, long_ago).await.unwrap().is_empty());
    }
}
