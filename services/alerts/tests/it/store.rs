//! The store suite, on each engine.

use alerts::{
    Alerts,
    domain::{
        draft,
        message::Message,
        moves::{self, Approved},
        record::{Record, Who},
        rule::Rule,
    },
    store::{evaluation, message, warning},
};
use contracts::alerts::{Evaluation, Outcome};
use domain::{EventId, Level, Timestamp, WarningId, warning::State};
use kit::{After, Db};
use testkit::databases;

use crate::change;

fn at(hour: u32) -> Timestamp {
    format!("2026-11-23T{hour:02}:00:00.000001Z").parse().unwrap()
}

fn record(name: &str, hour: u32) -> Record {
    let rule = Rule { rise_to: Level::High, threats: [].into(), validity: chrono::Duration::hours(72) };
    let mut record =
        draft::new(WarningId::derived(&[name]), &change(Level::Low, Level::High), &rule, at(hour));
    record.traceparent = Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into());
    record
}

fn who(subject: &str) -> Who {
    Who { subject: subject.into(), name: subject.into(), head: false }
}

fn issued(record: Record) -> (Record, Message) {
    let record = moves::submit(record, &who("a"), "").unwrap();
    match moves::approve(record, &who("b"), "", (at(9), "centre.example")).unwrap() {
        Approved::Issued(record, message) => (*record, *message),
        Approved::First(_) => panic!("one approval is enough for severe"),
    }
}

async fn insert(db: &Db, record: &Record) -> bool {
    let mut tx = db.begin().await.unwrap();
    let done = warning::insert(&mut tx, record).await.unwrap();
    tx.commit().await.unwrap();
    done
}

async fn save(db: &Db, record: &Record, was: u32) -> bool {
    let mut tx = db.begin().await.unwrap();
    let done = warning::save(&mut tx, record, was).await.unwrap();
    tx.commit().await.unwrap();
    done
}

#[tokio::test]
async fn a_warning_reads_back_as_it_was_kept_and_is_kept_once() {
    for store in databases::<Alerts>().await {
        let first = record("a", 1);
        assert!(insert(&store.db, &first).await, "{}", store.engine);
        assert!(!insert(&store.db, &first).await, "{}", store.engine);
        let read = warning::get(&store.db, &first.warning.id).await.unwrap();
        assert_eq!(read, Some(first), "{}", store.engine);
        assert_eq!(warning::get(&store.db, &WarningId::derived(&["other"])).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_change_of_an_old_revision_changes_nothing() {
    for store in databases::<Alerts>().await {
        let first = record("a", 1);
        insert(&store.db, &first).await;
        let second = moves::submit(first.clone(), &who("a"), "").unwrap();
        assert!(save(&store.db, &second, 1).await, "{}", store.engine);
        assert!(!save(&store.db, &second, 1).await, "{}", store.engine);
        assert_eq!(warning::get(&store.db, &first.warning.id).await.unwrap(), Some(second));
    }
}

#[tokio::test]
async fn only_what_is_open_or_in_force_of_the_same_kind_is_live() {
    for store in databases::<Alerts>().await {
        let (open, other) = (record("open", 1), record("over", 2));
        insert(&store.db, &open).await;
        insert(&store.db, &other).await;
        let over = moves::at_time(other, at(1).plus(chrono::Duration::days(9))).unwrap();
        assert!(save(&store.db, &over, 1).await);
        let mut tx = store.db.begin().await.unwrap();
        let (province, of) = ("KG-B".parse().unwrap(), &open.warning);
        let live = warning::live(&mut tx, &province, of.threat, of.status).await.unwrap();
        assert_eq!(live, std::slice::from_ref(&open), "{}", store.engine);
        let drill = domain::warning::Status::Exercise;
        assert_eq!(warning::live(&mut tx, &province, of.threat, drill).await.unwrap(), []);
    }
}

#[tokio::test]
async fn pages_follow_one_another_newest_first_without_a_gap() {
    for store in databases::<Alerts>().await {
        for hour in [1, 2, 2, 3, 4].into_iter().enumerate().map(|(n, hour)| record(&n.to_string(), hour)) {
            insert(&store.db, &hour).await;
        }
        let (mut after, mut seen) = (After::default(), Vec::new());
        loop {
            let found = warning::list(&store.db, Some(State::Draft), &after, 2).await.unwrap();
            let Some(last) = found.last() else { break };
            after = After::read(Some(&After::cursor(last.created_at, &last.warning.id))).unwrap();
            seen.extend(found);
        }
        assert_eq!(seen.len(), 5, "{}", store.engine);
        assert!(seen.is_sorted_by(|a, b| a.created_at >= b.created_at && a.warning.id != b.warning.id));
        assert_eq!(warning::list(&store.db, Some(State::Pending), &After::default(), 9).await.unwrap(), []);
        assert_eq!(warning::list(&store.db, None, &After::default(), 9).await.unwrap().len(), 5);
    }
}

#[tokio::test]
async fn a_message_is_kept_as_issued_and_in_force_while_its_successor_is_written() {
    for store in databases::<Alerts>().await {
        let first = record("a", 1);
        insert(&store.db, &first).await;
        let (sent, sent_message) = issued(first);
        assert!(save(&store.db, &sent, 1).await);
        let mut tx = store.db.begin().await.unwrap();
        message::insert(&mut tx, &sent_message).await.unwrap();
        assert!(message::insert(&mut tx, &sent_message).await.is_err(), "{}", store.engine);
        drop(tx);
        let mut tx = store.db.begin().await.unwrap();
        message::insert(&mut tx, &sent_message).await.unwrap();
        tx.commit().await.unwrap();
        let rule = Rule { rise_to: Level::High, threats: [].into(), validity: chrono::Duration::hours(72) };
        let was = sent.warning.revision;
        let next = draft::update(sent.clone(), &change(Level::High, Level::Critical), &rule, at(10));
        assert!(save(&store.db, &next, was).await);
        let in_force = warning::in_force(&store.db, None, &After::default(), 9).await.unwrap();
        assert_eq!(in_force, [(sent.created_at, sent_message.warning.clone())], "{}", store.engine);
        let cap = message::last_cap(&store.db, &sent.warning.id).await.unwrap();
        assert_eq!(cap, Some(sent_message.cap));
        let mut tx = store.db.begin().await.unwrap();
        assert_eq!(message::find(&mut tx, &sent.warning.id, 1).await.unwrap(), Some(sent_message.warning));
        assert_eq!(message::find(&mut tx, &sent.warning.id, 2).await.unwrap(), None);
    }
}

#[tokio::test]
async fn what_time_ends_is_found_when_it_is_due_and_not_before() {
    for store in databases::<Alerts>().await {
        let open = record("a", 1);
        insert(&store.db, &open).await;
        let mut tx = store.db.begin().await.unwrap();
        let end = open.warning.expires;
        assert_eq!(warning::due(&mut tx, end.minus(chrono::Duration::microseconds(1)), 9).await.unwrap(), []);
        assert_eq!(warning::due(&mut tx, end, 9).await.unwrap(), [open], "{}", store.engine);
    }
}

fn evaluated(name: &str, hour: u32) -> Evaluation {
    Evaluation {
        event: EventId::derived(&[name]),
        rule: "level-rise".into(),
        province: "KG-B".parse().unwrap(),
        country: "KGZ".parse().unwrap(),
        threat: domain::Threat::BorderTension,
        was: Level::High,
        now: Level::Elevated,
        index: 12.5,
        exercise: true,
        outcome: Outcome::Nothing,
        reason: "the level fell".into(),
        warning: None,
        alarm: None,
        chance: Some(0.125),
        threshold: Some(0.265),
        at: at(hour),
        handling: Some(domain::Handling::new(domain::Tlp::Red, domain::UnClass::Confidential)),
    }
}

#[tokio::test]
async fn evaluations_are_listed_by_province_and_forgotten_in_time() {
    for store in databases::<Alerts>().await {
        let mut tx = store.db.begin().await.unwrap();
        for (name, hour) in [("1", 1), ("2", 2), ("3", 3)] {
            evaluation::insert(&mut tx, &evaluated(name, hour)).await.unwrap();
        }
        assert!(evaluation::is_known(&mut tx, &EventId::derived(&["1"])).await.unwrap());
        assert!(!evaluation::is_known(&mut tx, &EventId::derived(&["9"])).await.unwrap());
        tx.commit().await.unwrap();
        let (here, there) = ("KG-B".parse().unwrap(), "KG-C".parse().unwrap());
        let newest = evaluation::list(&store.db, Some(&here), &After::default(), 2).await.unwrap();
        assert_eq!(newest, [evaluated("3", 3), evaluated("2", 2)], "{}", store.engine);
        assert_eq!(evaluation::list(&store.db, Some(&there), &After::default(), 2).await.unwrap(), []);
        let mut tx = store.db.begin().await.unwrap();
        assert_eq!(evaluation::forget(&mut tx, at(3), 1).await.unwrap(), 1);
        assert_eq!(evaluation::forget(&mut tx, at(3), 9).await.unwrap(), 1);
        assert_eq!(evaluation::forget(&mut tx, at(3), 9).await.unwrap(), 0);
        tx.commit().await.unwrap();
        assert_eq!(evaluation::list(&store.db, None, &After::default(), 9).await.unwrap().len(), 1);
    }
}
