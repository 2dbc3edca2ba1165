//! Rows of the own table that wait: who reads them, and what would hold up all others.

use contracts::{
    FailureKind, Role,
    gateway::Format,
    intake::{ImportProgressed, ListQuarantine, Quarantined, ReplayQuarantine},
};
use intake::Intake;
use testkit::{Rig, principal};

use crate::{
    analyst,
    bad_input::{HEADER, row, rows},
    imports::{counts, ended, waiting},
    upload,
};

/// Rows of the own table bear labels of their own: what waits is no more open than it will be once it is mended.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_labelled_red_waits_unread_by_those_who_may_not_know_it() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let mut file = HEADER.to_owned() + ",tlp\n";
    for (id, day, label) in
        [("open", "2026-13-01", "GREEN"), ("red", "2026-13-01", "RED"), ("odd", "2026-10-01", "SECRET")]
    {
        file += &row([id, day, "KGZ", "KG-B", "", "", "province"]).replace('\n', &format!(",{label}\n"));
    }
    let import = upload(&rig, "labelled.csv", Format::Csv, file.as_bytes()).await.import;
    assert_eq!(counts(&ended(&mut progress, &import).await), [3, 0, 0, 0, 3]);
    let operator = principal("op", &[Role::Operator]);
    let page = contracts::PageRequest::default();
    let wanted = ListQuarantine { import: import.clone(), known_on: None, page };
    let seen = rig.ask(&operator, &wanted).await.unwrap().items;
    let bare: Vec<bool> = seen.iter().map(|record| record.original.is_empty()).collect();
    assert_eq!(bare, [false, true, true]);
    assert!(seen[0].reason.contains("2026-13-01") && !seen[1].reason.contains("2026-13-01"), "{seen:?}");
    assert!(seen[1..].iter().all(|record| contracts::reason::is_told(&record.reason)));
    let replay = |record: &Quarantined| ReplayQuarantine {
        import: import.clone(),
        record: Some(record.id.clone()),
        corrected: None,
    };
    assert_eq!(rig.ask(&operator, &replay(&seen[1])).await.unwrap_err().kind, FailureKind::Forbidden);
    rig.ask(&operator, &replay(&seen[0])).await.unwrap();
    rig.ask(&analyst(), &replay(&seen[1])).await.unwrap();
    assert!(waiting(&rig, &import).await.iter().all(|record| !record.original.is_empty()), "others read it");
}

/// A row of an own table that has a label.
fn labelled(id: &str, day: &str, label: &str) -> String {
    row([id, day, "KGZ", "KG-B", "", "", "province"]).replace('\n', &format!(",{label}\n"))
}

/// A row that is RED, and one that is not and waits for its day.
fn red_and_open() -> String {
    format!(
        "{HEADER},tlp\n{}{}",
        labelled("red", "2026-10-01", "RED"),
        labelled("open", "2026-13-01", "AMBER")
    )
}

/// What a correction contradicts may be labelled more strictly than the record that waits.
#[tokio::test(flavor = "multi_thread")]
async fn a_correction_that_contradicts_a_row_labelled_red_is_refused_without_a_word_of_that_row() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let file = red_and_open();
    let import = upload(&rig, "labelled.csv", Format::Csv, file.as_bytes()).await.import;
    assert_eq!(counts(&ended(&mut progress, &import).await), [2, 1, 0, 0, 1]);
    let record = waiting(&rig, &import).await.remove(0);
    let corrected = |text: &str| ReplayQuarantine {
        import: import.clone(),
        record: Some(record.id.clone()),
        corrected: Some(text.trim_end().to_owned()),
    };
    let operator = principal("op", &[Role::Operator]);
    let odd = corrected(&labelled("open", "2026-14-01", "AMBER"));
    let refused = rig.ask(&operator, &odd).await.unwrap_err();
    assert!(refused.detail.contains("2026-14-01"), "what is wrong with the own words is told: {refused}");
    let onto = corrected(&labelled("red", "2026-10-02", "AMBER"));
    let refused = rig.ask(&operator, &onto).await.unwrap_err();
    assert_eq!((refused.kind, refused.errors.len()), (FailureKind::Invalid, 1));
    assert!(refused.errors[0].detail.contains("correct the id, or ask an analyst"), "{refused:?}");
    assert!(contracts::reason::is_told(&refused.errors[0].detail));
    for part in ["line 2", "2026-10-01", "RED"] {
        assert!(!format!("{refused:?}").contains(part), "{part}: {refused:?}");
    }
    let reason = waiting(&rig, &import).await.remove(0).reason;
    assert_eq!(reason, record.reason, "what waits says nothing else than before");
    let refused = rig.ask(&analyst(), &onto).await.unwrap_err();
    assert!(refused.errors[0].detail.contains("stands in line"), "{refused:?}");
    let reason = waiting(&rig, &import).await.remove(0).reason;
    assert_eq!(reason, record.reason, "and does not wait for what somebody tried");
}

/// The second correction overwrote the fact of line 4: the first one's refusal was taken for a decision about every id.
#[tokio::test(flavor = "multi_thread")]
async fn a_correction_onto_one_id_and_then_onto_another_overwrites_neither() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let of = |id, day| [id, day, "KGZ", "KG-B", "", "", "province"];
    let file = rows(&[of("1", "2026-02-30"), of("2", "2026-10-01"), of("3", "2026-10-02")]);
    let import = upload(&rig, "onto.csv", Format::Csv, &file).await.import;
    assert_eq!(counts(&ended(&mut progress, &import).await), [3, 2, 0, 0, 1]);
    let record = waiting(&rig, &import).await.remove(0);
    for (id, line) in [("2", 3), ("3", 4), ("2", 3)] {
        let corrected = row(of(id, "2026-10-09")).trim_end().to_owned();
        let wish = ReplayQuarantine {
            import: import.clone(),
            record: Some(record.id.clone()),
            corrected: Some(corrected),
        };
        let refused = rig.ask(&analyst(), &wish).await.unwrap_err();
        let says = format!("the id {id} stands in line {line}");
        assert!(refused.errors[0].detail.contains(&says), "{refused:?}");
        assert_eq!(waiting(&rig, &import).await, std::slice::from_ref(&record), "it waits as it did");
    }
}

/// Ids were compared as far as the reason tells of them, sixty characters: the fact of line 3 was overwritten.
#[tokio::test(flavor = "multi_thread")]
async fn a_decision_about_a_long_id_is_none_about_another_that_begins_alike() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let [one, other] = ["46", "47"].map(|end| format!("https://news.example.kg/{}-{end}", "a".repeat(60)));
    let of = |id, day| [id, day, "KGZ", "KG-B", "", "", "province"];
    let file = rows(&[of(&one, "2026-10-01"), of(&other, "2026-10-02"), of(&one, "2026-10-03")]);
    let import = upload(&rig, "long ids.csv", Format::Csv, &file).await.import;
    assert_eq!(counts(&ended(&mut progress, &import).await), [3, 2, 0, 0, 1]);
    let record = waiting(&rig, &import).await.remove(0);
    let corrected = |id| ReplayQuarantine {
        import: import.clone(),
        record: Some(record.id.clone()),
        corrected: Some(row(of(id, "2026-10-09")).trim_end().to_owned()),
    };
    let refused = rig.ask(&analyst(), &corrected(&other)).await.unwrap_err();
    assert!(refused.errors[0].detail.contains("stands in line 3"), "{refused:?}");
    assert_eq!(waiting(&rig, &import).await, std::slice::from_ref(&record), "it waits as it did");
    let run = rig.ask(&analyst(), &corrected(&one)).await.unwrap();
    assert_eq!(counts(&run), [3, 2, 1, 0, 0], "of its own id it holds");
}

/// What one person had been told counted for whoever sent a correction of that id next, and for another text.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_of_a_correction_was_told_to_its_sender_and_of_its_text() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let of = |id, day| [id, day, "KGZ", "KG-B", "", "", "province"];
    let file = rows(&[of("1", "2026-02-30"), of("2", "2026-10-01")]);
    let import = upload(&rig, "told.csv", Format::Csv, &file).await.import;
    assert_eq!(counts(&ended(&mut progress, &import).await), [2, 1, 0, 0, 1]);
    let record = waiting(&rig, &import).await.remove(0);
    let onto = |day| ReplayQuarantine {
        import: import.clone(),
        record: Some(record.id.clone()),
        corrected: Some(row(of("2", day)).trim_end().to_owned()),
    };
    let (one, other) = (principal("one", &[Role::Operator]), principal("other", &[Role::Operator]));
    for (who, wish) in [
        (&one, onto("2026-10-09")),
        (&other, onto("2026-10-09")),
        (&other, onto("2026-10-08")),
        (&one, onto("2026-10-09")),
    ] {
        let refused = rig.ask(who, &wish).await.unwrap_err();
        assert!(refused.errors[0].detail.contains("the id 2 stands in line 3"), "{refused:?}");
    }
    let run = rig.ask(&one, &onto("2026-10-09")).await.unwrap();
    assert_eq!(counts(&run), [2, 1, 1, 0, 0], "sent once more by whoever was told, it holds");
}

/// It was taken for a row that contradicts another, which its operator may no longer correct.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_corrects_an_open_row_onto_a_wrong_id_corrects_it_again() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let file = red_and_open();
    let import = upload(&rig, "labelled.csv", Format::Csv, file.as_bytes()).await.import;
    ended(&mut progress, &import).await;
    let record = waiting(&rig, &import).await.remove(0);
    let corrected = |text: &str| ReplayQuarantine {
        import: import.clone(),
        record: Some(record.id.clone()),
        corrected: Some(text.trim_end().to_owned()),
    };
    let operator = principal("op", &[Role::Operator]);
    rig.ask(&operator, &corrected(&labelled("red", "2026-10-02", "AMBER"))).await.unwrap_err();
    let run = rig.ask(&operator, &corrected(&labelled("open", "2026-10-01", "AMBER"))).await.unwrap();
    assert_eq!(counts(&run), [2, 2, 0, 0, 0]);
}

/// On PostgreSQL whoever held the lock waited for a second connection, while all others stood with those who waited for the lock.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_and_a_replay_take_one_connection_at_a_time() {
    let Some(server) = testkit::db::PostgresServer::start() else { return };
    let rig = Rig::of::<Intake>().await;
    let running = rig.start::<Intake>(&crate::at_once::on(&server)).await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let db = running.context().db.clone();
    let mut held = Vec::new();
    for _ in 0..7 {
        held.push(db.begin().await.unwrap());
    }
    let file = rows(&[["odd", "2026-13-01", "KGZ", "KG-B", "", "", "province"]]);
    let import = upload(&rig, "odd.csv", Format::Csv, &file).await.import;
    assert_eq!(counts(&ended(&mut progress, &import).await), [1, 0, 0, 0, 1]);
    let record = waiting(&rig, &import).await.remove(0);
    let mended = ReplayQuarantine {
        import: import.clone(),
        record: Some(record.id),
        corrected: Some(row(["odd", "2026-10-01", "KGZ", "KG-B", "", "", "province"]).trim_end().to_owned()),
    };
    assert_eq!(counts(&rig.ask(&analyst(), &mended).await.unwrap()), [1, 1, 0, 0, 0]);
    drop(held);
    assert!(running.stop().await);
}

/// PostgreSQL holds no such id in an index: the batch failed, and its run was tried again for ever without a word.
#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_no_index_holds_waits_in_the_quarantine_and_holds_up_nothing() {
    let Some(server) = testkit::db::PostgresServer::start() else { return };
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>(&crate::at_once::on(&server)).await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    // nothing of it repeats, so that nothing of it is packed
    let long: String = (0..3000_u32).filter_map(|n| char::from_u32(0x4e00 + n * 7919 % 20_000)).collect();
    let (most, over) =
        (long.chars().take(500).collect::<String>(), long.chars().take(501).collect::<String>());
    let file = rows(&[
        ["good", "2026-10-01", "KGZ", "KG-B", "", "", "province"],
        [&long, "2026-10-01", "KGZ", "KG-B", "", "", "province"],
        [&most, "2026-10-01", "KGZ", "KG-B", "", "", "province"],
        [&over, "2026-10-01", "KGZ", "KG-B", "", "", "province"],
    ]);
    let import = upload(&rig, "long.csv", Format::Csv, &file).await.import;
    assert_eq!(counts(&ended(&mut progress, &import).await), [4, 2, 0, 0, 2]);
    let reason = &waiting(&rig, &import).await[0].reason;
    assert!(reason.contains("the id has 3000 characters and at most 500 are taken"), "{reason}");
    assert!(contracts::reason::is_told(reason));
}
