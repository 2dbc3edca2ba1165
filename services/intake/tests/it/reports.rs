//! Field reports over a real bus.

use contracts::{
    Failure, FailureKind, Role,
    intake::{
        BorneOut, GetObservation, GetReport, ListReports, MoveReport, ObservationsRecorded, Report,
        ReportAction, ReportCorrection, ReportMoved, ReportState,
        reporters::{GetReporter, Record},
        retraction::RetractObservation,
    },
};
use domain::ReportId;
use intake::Intake;
use kit::Clock;
use testkit::{Rig, principal};

use crate::{analyst, report};

/// Those whom the door knows as senders of the reports that they move.
const SENDERS: [&str; 2] = ["monitor-1", "officer"];

pub async fn act(
    rig: &Rig,
    report: &ReportId,
    action: ReportAction,
    (who, note): (&str, &str),
) -> Result<Report, Failure> {
    let by_sender = SENDERS.contains(&who);
    let wish = MoveReport {
        id: report.clone(),
        action,
        note: note.into(),
        version: None,
        of: None,
        correction: None,
        by_sender,
    };
    rig.ask(&principal(who, &[Role::Analyst]), &wish).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_checked_by_a_second_person_and_becomes_an_observation() {
    let rig = Rig::of::<Intake>().await;
    let running = rig.start::<Intake>("").await;
    let mut moved = rig.listen::<ReportMoved>().await;
    let sent = report("1", "pseudonym-a", "monitor-1");
    rig.say(&sent).await;
    rig.say(&sent).await;
    let first = moved.next().await.report;
    assert_eq!((first.state, first.version), (ReportState::Triage, 2));
    assert_eq!(first.place.province.as_ref().unwrap().as_str(), "KG-B");
    let id = &sent.report;
    let early = act(&rig, id, ReportAction::Verify, ("second", "called")).await.unwrap_err();
    assert!(early.kind == FailureKind::Conflict && early.detail.contains("investigate"), "{early}");
    act(&rig, id, ReportAction::Investigate, ("second", "")).await.unwrap();
    let own = act(&rig, id, ReportAction::Verify, ("monitor-1", "")).await.unwrap_err();
    assert_eq!(own.errors.len(), 2, "{own:?}");
    let stale = MoveReport {
        id: id.clone(),
        action: ReportAction::Verify,
        note: "x".into(),
        version: Some(2),
        of: None,
        correction: None,
        by_sender: false,
    };
    assert_eq!(rig.ask(&analyst(), &stale).await.unwrap_err().kind, FailureKind::Stale);
    let verified =
        act(&rig, id, ReportAction::Verify, ("second", "called the district office")).await.unwrap();
    assert_eq!((verified.state, verified.version), (ReportState::Verified, 4));

    let accept = MoveReport {
        id: id.clone(),
        action: ReportAction::Accept,
        note: "confirmed".into(),
        version: Some(4),
        of: None,
        correction: None,
        by_sender: false,
    };
    let accepted = rig.ask_once(&analyst(), "key-1", &accept).await.unwrap();
    let again = rig.ask_once(&analyst(), "key-1", &accept).await.unwrap();
    assert_eq!(accepted, again);
    let observation = accepted.observation.clone().unwrap();
    let verified_at = accepted.history[accepted.history.len() - 2].at;
    let asked = GetReport { id: id.clone(), known_on: Some(verified_at) };
    let then = rig.ask(&analyst(), &asked).await.unwrap();
    assert_eq!((then.state, then.observation), (ReportState::Verified, None));
    assert_eq!(then.history[..], accepted.history[..accepted.history.len() - 1]);
    let list = |state, known_on| ListReports { state: Some(state), known_on, ..ListReports::default() };
    let count = async |wish: ListReports| rig.ask(&analyst(), &wish).await.unwrap().items.len();
    assert_eq!(count(list(ReportState::Verified, Some(verified_at))).await, 1, "where it stood then");
    assert_eq!(count(list(ReportState::Accepted, Some(verified_at))).await, 0);
    assert_eq!(count(list(ReportState::Verified, None)).await, 0);
    let before = GetReport { known_on: Some("2020-01-01T00:00:00Z".parse().unwrap()), ..asked };
    assert!(rig.ask(&analyst(), &before).await.is_err(), "nothing was known of it");
    let fact =
        rig.ask(&analyst(), &GetObservation { id: observation, known_on: None }).await.unwrap().remove(0);
    assert_eq!(
        (fact.source.as_str(), fact.owner.as_str(), fact.revision),
        ("field-report", "pseudonym-a", 1)
    );
    assert_eq!((fact.grade.code().as_str(), fact.report.as_ref()), ("B2", Some(id)));
    let said = rig.listen::<ObservationsRecorded>().await.next().await;
    assert_eq!((said.origin, said.recorded), (id.to_string(), vec![fact]));
    assert!(act(&rig, id, ReportAction::Reject, ("second", " ")).await.is_err(), "not without a reason");
    nothing_holds_the_source(&rig, &sent).await;
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_report_that_was_a_hoax_is_contradicted_and_takes_its_observation_back() {
    let rig = Rig::with_clock::<Intake>(Clock::manual("2026-11-23T07:30:00Z".parse().unwrap())).await;
    let running = rig.start::<Intake>("").await;
    let mut moved = rig.listen::<ReportMoved>().await;
    let mut said = rig.listen::<ObservationsRecorded>().await;
    let record = async || {
        let wish = GetReporter { source: "pseudonym-a".into(), known_on: None };
        rig.ask(&analyst(), &wish).await.unwrap().record
    };
    for (name, refuse, expected) in [
        ("hoax", ReportAction::Contradict, Record { contradicted: 1, ..Record::default() }),
        ("error", ReportAction::Reject, Record { contradicted: 1, rejected: 1, ..Record::default() }),
    ] {
        let sent = report(name, "pseudonym-a", "monitor-1");
        rig.say(&sent).await;
        moved.find(|said| said.report.id == sent.report).await;
        let id = &sent.report;
        act(&rig, id, ReportAction::Investigate, ("second", "")).await.unwrap();
        act(&rig, id, ReportAction::Verify, ("second", "called the head works")).await.unwrap();
        let accepted = act(&rig, id, ReportAction::Accept, ("second", "")).await.unwrap();
        let observation = accepted.observation.unwrap();
        assert_eq!(record().await.verified, 1);

        let retract = RetractObservation { id: observation.clone(), note: "hoax".into(), revision: None };
        let refused = rig.ask(&analyst(), &retract).await.unwrap_err();
        assert_eq!(refused.kind, FailureKind::Conflict);
        assert!(refused.detail.contains(id.as_str()) && refused.detail.contains("contradict"), "{refused}");
        let gone = act(&rig, id, refuse, ("second", "nobody was there that day")).await.unwrap();
        assert_eq!((gone.state, gone.observation.as_ref()), (ReportState::Rejected, Some(&observation)));
        assert_eq!(record().await, expected, "{name}");

        let wish = GetObservation { id: observation.clone(), known_on: None };
        let taken = rig.ask(&analyst(), &wish).await.unwrap().pop().unwrap().retracted.unwrap();
        assert_eq!((taken.by.as_str(), taken.why.as_str()), ("second", "nobody was there that day"));
        said.find(|said| said.retracted == [observation.clone()]).await;
        assert!(rig.ask(&analyst(), &retract).await.is_ok(), "it is taken back already");
        let again = act(&rig, id, refuse, ("second", "again")).await.unwrap_err();
        assert!(again.detail.contains("this is final"), "{again}");
    }
    assert!(running.stop().await);
}

/// Neither an answer nor an event holds the sealed source, nor the name of who sent the report.
async fn nothing_holds_the_source(rig: &Rig, sent: &contracts::gateway::ReportReceived) {
    let answer = rig.ask(&analyst(), &GetReport { id: sent.report.clone(), known_on: None }).await.unwrap();
    let list = rig.ask(&analyst(), &ListReports::default()).await.unwrap();
    let mut texts = vec![serde_json::to_string(&answer).unwrap(), serde_json::to_string(&list).unwrap()];
    let mut moved = rig.listen::<ReportMoved>().await;
    loop {
        let event = moved.next().await;
        texts.push(serde_json::to_string(&event).unwrap());
        if event.report.state == ReportState::Accepted {
            break;
        }
    }
    let (sealed, by) = (sent.sealed_source.as_deref().unwrap(), sent.by.as_str());
    assert!(texts.iter().all(|text| !text.contains(sealed) && !text.contains(by)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_from_nowhere_waits_with_the_reason_and_a_second_source_verifies_it() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut moved = rig.listen::<ReportMoved>().await;
    let mut lost = report("lost", "pseudonym-a", "monitor-1");
    (lost.form.place.country, lost.form.place.province) = (None, Some("Badakhshan".into()));
    lost.form.title = "a\0b".into();
    rig.say(&lost).await;
    let held = moved.next().await.report;
    assert_eq!(held.state, ReportState::Submitted);
    assert!(held.history[0].note.contains("TJ-GB") && held.place.province.is_none(), "{:?}", held.history);
    assert_eq!(held.form.title, "a\u{FFFD}b");
    let silent = act(&rig, &lost.report, ReportAction::Reject, ("second", " ")).await.unwrap_err();
    assert!(silent.detail.contains("note"), "{silent}");

    let (one, two) = (report("one", "pseudonym-a", "monitor-1"), report("two", "pseudonym-b", "monitor-2"));
    rig.say(&one).await;
    rig.say(&two).await;
    moved.find(|said| said.report.id == two.report).await;
    for sent in [&one, &two] {
        act(&rig, &sent.report, ReportAction::Investigate, ("second", "")).await.unwrap();
    }
    let unread = act(&rig, &one.report, ReportAction::Verify, ("second", "")).await.unwrap_err();
    assert!(unread.detail.contains("note"), "a report that nobody has verified bears nothing out: {unread}");
    act(&rig, &two.report, ReportAction::Verify, ("second", "called the head works")).await.unwrap();
    let own = act(&rig, &one.report, ReportAction::Verify, ("monitor-1", "seen")).await.unwrap_err();
    assert!(own.detail.contains("a second person must"), "{own}");
    let verified = act(&rig, &one.report, ReportAction::Verify, ("second", "")).await.unwrap();
    assert_eq!(verified.state, ReportState::Verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rested_on_another_report_that_was_contradicted_is_not_accepted_until_it_is_checked_itself() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut moved = rig.listen::<ReportMoved>().await;
    let (a, b) = (report("a", "pseudonym-a", "monitor-1"), report("b", "pseudonym-b", "monitor-2"));
    for sent in [&a, &b] {
        rig.say(sent).await;
        moved.find(|said| said.report.id == sent.report).await;
        act(&rig, &sent.report, ReportAction::Investigate, ("second", "")).await.unwrap();
    }
    let noted =
        act(&rig, &b.report, ReportAction::Verify, ("second", "called the head works")).await.unwrap();
    assert_eq!(noted.history.last().unwrap().borne_out_by, None, "it rests on what was checked");
    let rests = act(&rig, &a.report, ReportAction::Verify, ("second", "")).await.unwrap();
    let on = BorneOut { report: Some(b.report.clone()), observation: None };
    assert_eq!(rests.history.last().unwrap().borne_out_by, Some(on), "the history says on which it rests");
    act(&rig, &b.report, ReportAction::Contradict, ("second", "the gate stood open")).await.unwrap();
    let fallen = act(&rig, &a.report, ReportAction::Accept, ("second", "")).await.unwrap_err();
    assert_eq!(fallen.kind, FailureKind::Conflict);
    assert!(fallen.detail.contains("none does any longer"), "{fallen}");
    act(&rig, &a.report, ReportAction::Investigate, ("second", "b was wrong")).await.unwrap();
    act(&rig, &a.report, ReportAction::Verify, ("second", "seen on a picture")).await.unwrap();
    let accepted = act(&rig, &a.report, ReportAction::Accept, ("second", "")).await.unwrap();
    assert_eq!(accepted.state, ReportState::Accepted);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_under_two_names_of_sources_is_no_second_source() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut moved = rig.listen::<ReportMoved>().await;
    let (one, two) = (report("one", "pseudonym-a", "officer"), report("two", "pseudonym-b", "officer"));
    rig.say(&one).await;
    rig.say(&two).await;
    moved.find(|said| said.report.id == two.report).await;
    for sent in [&one, &two] {
        act(&rig, &sent.report, ReportAction::Investigate, ("officer", "")).await.unwrap();
        for note in ["", "seen with my own eyes"] {
            assert!(act(&rig, &sent.report, ReportAction::Verify, ("officer", note)).await.is_err());
        }
    }
    // the second becomes an observation, and is still of the same person
    act(&rig, &two.report, ReportAction::Verify, ("second", "called")).await.unwrap();
    act(&rig, &two.report, ReportAction::Accept, ("second", "")).await.unwrap();
    let lacks = act(&rig, &one.report, ReportAction::Verify, ("second", "")).await.unwrap_err();
    assert!(lacks.detail.contains("note"), "{lacks}");
    act(&rig, &one.report, ReportAction::Verify, ("second", "called another")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_is_not_found_and_a_day_ahead_are_corrected_by_an_officer_before_a_report_goes_on() {
    let clock = Clock::manual("2026-11-23T07:30:00Z".parse().unwrap());
    let rig = Rig::with_clock::<Intake>(clock.clone()).await;
    let running = rig.start::<Intake>("").await;
    let mut moved = rig.listen::<ReportMoved>().await;
    let mut sent = report("osh", "pseudonym-a", "monitor-1");
    let place = serde_json::json!({ "name": "Ош", "precision": "near" });
    sent.form.place = serde_json::from_value(place).unwrap();
    sent.form.occurred_at = "2030-01-01T00:00:00Z".parse().ok();
    rig.say(&sent).await;
    let first = moved.next().await.report;
    assert_eq!(first.state, ReportState::Submitted);
    for part in ["takes a point", "\"Ош\" may mean", "KG-GO", "KG-O", "2030-01-01"] {
        assert!(first.history[0].note.contains(part), "{part}: {}", first.history[0].note);
    }
    let id = &sent.report;
    let waved = act(&rig, id, ReportAction::Triage, ("officer", "it is clear")).await.unwrap_err();
    assert_eq!(waved.kind, FailureKind::Conflict);
    assert!(
        waved.detail.contains("correct place or day first") && waved.detail.contains("may mean"),
        "{waved}"
    );
    let wish = |place: Option<serde_json::Value>, day: &str, note: &str| MoveReport {
        id: id.clone(),
        action: ReportAction::Correct,
        note: note.into(),
        version: None,
        of: None,
        correction: Some(ReportCorrection {
            place: place.map(|place| serde_json::from_value(place).unwrap()),
            occurred_on: day.parse().ok(),
        }),
        by_sender: false,
    };
    let osh = || {
        Some(
            serde_json::json!({ "province": "KG-GO", "name": "Ош", "lat": 40.52, "lon": 72.8, "precision": "near" }),
        )
    };
    let correct = async |wish: MoveReport| rig.ask(&principal("second", &[Role::Analyst]), &wish).await;
    assert!(
        correct(wish(osh(), "2026-11-22", " ")).await.unwrap_err().detail.contains("the note is missing")
    );
    let elsewhere =
        Some(serde_json::json!({ "name": "Batken", "lat": 36.7, "lon": 67.1, "precision": "exact" }));
    let refused = correct(wish(elsewhere, "2031-01-01", "called")).await.unwrap_err();
    let told: Vec<&str> = refused.errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!((refused.kind, told), (FailureKind::Invalid, vec!["/place", "/occurred_on"]));
    assert!(refused.errors[0].detail.contains("AF-BAL (Balkh)"), "{refused:?}");
    clock.advance(std::time::Duration::from_mins(1));
    let now = correct(wish(osh(), "2026-11-22", "the monitor, by telephone")).await.unwrap();
    assert_eq!((now.state, now.place.province.as_ref().unwrap().as_str()), (ReportState::Submitted, "KG-GO"));
    assert_eq!(now.occurred_on.unwrap().to_string(), "2026-11-22");
    assert_eq!(now.form, sent.form, "what was sent stays as it was sent");
    let step = now.history.last().unwrap();
    assert_eq!((step.by.as_str(), step.note.as_str()), ("second", "the monitor, by telephone"));
    assert_eq!(step.was.as_ref().unwrap().occurred_on.to_string(), "2030-01-01");
    let of_osh = ListReports { province: "KG-GO".parse().ok(), ..ListReports::default() };
    assert_eq!(rig.ask(&analyst(), &of_osh).await.unwrap().items.len(), 1);
    let then = GetReport { id: id.clone(), known_on: Some(sent.received_at) };
    let then = rig.ask(&analyst(), &then).await.unwrap();
    assert_eq!((then.place.province, then.occurred_on.unwrap().to_string()), (None, "2030-01-01".to_owned()));
    for (action, note) in [
        (ReportAction::Triage, "corrected"),
        (ReportAction::Investigate, ""),
        (ReportAction::Verify, "called the district office"),
        (ReportAction::Accept, "confirmed"),
    ] {
        act(&rig, id, action, ("second", note)).await.unwrap();
    }
    let accepted = rig.ask(&analyst(), &GetReport { id: id.clone(), known_on: None }).await.unwrap();
    let asked = GetObservation { id: accepted.observation.unwrap(), known_on: None };
    let fact = rig.ask(&analyst(), &asked).await.unwrap().remove(0);
    assert_eq!(
        (fact.place.province.unwrap().as_str(), fact.occurred_from.to_string()),
        ("KG-GO", "2026-11-22".to_owned())
    );
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_against_coordinates_of_another_province_waits_with_both() {
    let rig = Rig::with_clock::<Intake>(Clock::manual("2026-11-23T07:30:00Z".parse().unwrap())).await;
    let running = rig.start::<Intake>("").await;
    let mut moved = rig.listen::<ReportMoved>().await;
    let mut sent = report("balkh", "pseudonym-a", "monitor-1");
    let place = serde_json::json!({ "name": "Batken", "lat": 36.7, "lon": 67.1, "precision": "exact" });
    sent.form.place = serde_json::from_value(place).unwrap();
    rig.say(&sent).await;
    let first = moved.next().await.report;
    assert_eq!((first.state, first.place.province), (ReportState::Submitted, None));
    let note = &first.history[0].note;
    assert!(note.contains("means KG-B (Batken)") && note.contains("AF-BAL (Balkh)"), "{note}");
    assert!(running.stop().await);
}
