//! Reports that are accepted already: corrected, and graded anew where what bore them out fell.

use contracts::{
    FailureKind, Role,
    intake::{
        GetObservation, GetReport, MoveReport, ObservationsRecorded, Report, ReportAction, ReportCorrection,
        ReportMoved, ReportState,
    },
};
use domain::{Observation, ReportId};
use intake::Intake;
use kit::{Clock, Db, Nudges, on_db};
use testkit::{Listener, Rig, principal};

use crate::{analyst, report, reports::act};

/// Moves a report on, by one officer.
async fn moves(rig: &Rig, report: &ReportId, actions: &[(ReportAction, &str)]) -> Report {
    let mut last = None;
    for (action, note) in actions {
        last = Some(act(rig, report, *action, ("second", note)).await.unwrap());
    }
    last.unwrap()
}

/// The observation that a report became, in all its revisions.
async fn facts(rig: &Rig, report: &ReportId) -> Vec<Observation> {
    let report = rig.ask(&analyst(), &GetReport { id: report.clone(), known_on: None }).await.unwrap();
    let asked = GetObservation { id: report.observation.unwrap(), known_on: None };
    rig.ask(&analyst(), &asked).await.unwrap()
}

/// It stood as probably true, B2, on the word of a report that had turned out a hoax.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_on_the_word_of_a_report_that_falls_counts_with_its_own_grade() {
    let clock = Clock::manual("2026-11-23T07:30:00Z".parse().unwrap());
    let rig = Rig::with_clock::<Intake>(clock.clone()).await;
    let _running = rig.start::<Intake>("").await;
    let mut moved = rig.listen::<ReportMoved>().await;
    let all = [
        ("a", "pseudonym-a", "monitor-1"),
        ("b", "pseudonym-b", "monitor-2"),
        ("c", "pseudonym-c", "monitor-3"),
    ]
    .map(|(id, source, by)| report(id, source, by));
    let [a, b, c] = &all;
    for sent in &all {
        rig.say(sent).await;
        moved.find(|said| said.report.id == sent.report).await;
        moves(&rig, &sent.report, &[(ReportAction::Investigate, "")]).await;
    }
    let checked = [(ReportAction::Verify, "called the head works"), (ReportAction::Accept, "")];
    moves(&rig, &b.report, &checked[..1]).await;
    moves(&rig, &a.report, &[(ReportAction::Verify, ""), (ReportAction::Accept, "")]).await;
    moves(&rig, &c.report, &checked).await;
    assert_eq!(facts(&rig, &a.report).await[0].grade.code(), "B2");
    clock.advance(std::time::Duration::from_mins(1));
    // one still bears it out
    moves(&rig, &b.report, &[(ReportAction::Contradict, "the gate stood open")]).await;
    moves(&rig, &c.report, &[(ReportAction::Reject, "of another week")]).await;
    let fell = moved.find(|said| said.report.id == a.report && said.report.history.len() == 6).await.report;
    let step = fell.history.last().unwrap();
    assert_eq!((fell.state, step.by.as_str()), (ReportState::Accepted, "intake"));
    assert!(
        step.note.contains("none does any longer") && contracts::reason::is_told(&step.note),
        "{}",
        step.note
    );
    let told = facts(&rig, &a.report).await;
    let grades: Vec<String> = told.iter().map(|one| one.grade.code()).collect();
    assert_eq!(grades, ["B2", "B3"]);
    assert_eq!(told[1].grade.why, step.note);
}

#[tokio::test(flavor = "multi_thread")]
async fn place_and_day_of_an_accepted_report_are_corrected_and_its_observation_is_revised() {
    let clock = Clock::manual("2026-11-23T07:30:00Z".parse().unwrap());
    let rig = Rig::with_clock::<Intake>(clock.clone()).await;
    let _running = rig.start::<Intake>("").await;
    let mut moved = rig.listen::<ReportMoved>().await;
    let mut recorded = rig.listen::<ObservationsRecorded>().await;
    let sent = report("a", "pseudonym-a", "monitor-1");
    rig.say(&sent).await;
    moved.next().await;
    let id = &sent.report;
    let way =
        [(ReportAction::Investigate, ""), (ReportAction::Verify, "called"), (ReportAction::Accept, "seen")];
    let accepted = moves(&rig, id, &way).await;
    clock.advance(std::time::Duration::from_mins(1));
    let wish = |place: &str, day: &str, note: &str, version: Option<u32>| MoveReport {
        id: id.clone(),
        action: ReportAction::Correct,
        note: note.into(),
        version,
        of: None,
        correction: Some(ReportCorrection {
            place: serde_json::from_value(serde_json::json!({ "province": place, "precision": "province" }))
                .unwrap(),
            occurred_on: day.parse().ok(),
        }),
        by_sender: false,
    };
    let second = principal("second", &[Role::Analyst]);
    for (wish, kind) in [
        (wish("KG-O", "2026-11-20", " ", None), FailureKind::Conflict),
        (wish("KG-O", "2026-12-20", "called", None), FailureKind::Invalid),
        (wish("Atlantis", "2026-11-20", "called", None), FailureKind::Invalid),
        (wish("KG-O", "2026-11-20", "called", Some(2)), FailureKind::Stale),
    ] {
        assert_eq!(rig.ask(&second, &wish).await.unwrap_err().kind, kind);
    }
    let now = rig
        .ask(&second, &wish("KG-O", "2026-11-20", "it was Kara-Suu", Some(accepted.version)))
        .await
        .unwrap();
    assert_eq!((now.state, now.version), (ReportState::Accepted, accepted.version + 1));
    let was = now.history.last().unwrap().was.as_ref().unwrap();
    assert_eq!(was.place.province.as_ref().unwrap().as_str(), "KG-B");
    let told = facts(&rig, id).await;
    let stood: Vec<(String, String)> = told
        .iter()
        .map(|one| (one.place.province.as_ref().unwrap().to_string(), one.occurred_from.to_string()))
        .collect();
    let then = (String::from("KG-B"), String::from("2026-11-23"));
    assert_eq!(stood, [then, ("KG-O".into(), "2026-11-20".into())]);
    assert_eq!((told[1].grade.code(), told[1].grade.why.as_str()), ("B2".into(), "it was Kara-Suu"));
    let revised = recorded.find(|said| said.recorded.iter().any(|one| one.revision == 2)).await;
    assert_eq!(revised.recorded[0].id, told[1].id, "who heard of it hears of the revision");
    // what was said goes with the report still
    moves(&rig, id, &[(ReportAction::Contradict, "there was no shooting")]).await;
    assert!(facts(&rig, id).await.last().unwrap().retracted.is_some());
}

/// Three kinds of incident, of which none bears out another.
const KINDS: [&str; 3] = ["exchange_of_fire", "seizure", "border_incident"];

/// A report of each of these kinds that is being verified, in the order of their ids, and beside each a verified one that bears it out.
async fn borne_out(
    rig: &Rig,
    moved: &mut Listener<ReportMoved>,
    kinds: &[&str],
) -> Vec<(ReportId, ReportId)> {
    let mut pairs = Vec::new();
    for kind in kinds {
        let ids = ["word", "bearer"].map(|part| format!("{kind} {part}"));
        for id in &ids {
            let mut sent = report(id, &format!("pseudonym {id}"), &format!("monitor {id}"));
            (*kind).clone_into(&mut sent.form.kind);
            rig.say(&sent).await;
            moved.find(|said| said.report.id == sent.report).await;
            moves(rig, &sent.report, &[(ReportAction::Investigate, "")]).await;
        }
        let [word, bearer] = ids.map(|id| ReportId::derived(&[id.as_str()]));
        moves(rig, &bearer, &[(ReportAction::Verify, "called the head works")]).await;
        pairs.push((word, bearer));
    }
    pairs.sort();
    pairs
}

async fn store(rig: &Rig) -> Db {
    Db::open(&rig.store_url::<Intake>(), rig.clock.clone(), Nudges::default()).await.unwrap()
}

async fn grades(rig: &Rig, report: &ReportId) -> Vec<String> {
    facts(rig, report).await.iter().map(|one| one.grade.code()).collect()
}

/// Whatever was borne out once was marked as resting on that: what was checked since, or found unverified, fell to its own grade too,
/// with a reason that was not so.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_borne_out_once_and_then_checked_or_found_unverified_does_not_fall_with_it() {
    use ReportAction as A;
    let clock = Clock::manual("2026-11-23T07:30:00Z".parse().unwrap());
    let rig = Rig::with_clock::<Intake>(clock.clone()).await;
    let _running = rig.start::<Intake>("").await;
    let mut moved = rig.listen::<ReportMoved>().await;
    let pairs = borne_out(&rig, &mut moved, &KINDS).await;
    let anew = [(A::Verify, ""), (A::Investigate, "")];
    for ((word, _), then) in pairs.iter().zip([
        &[(A::Verify, "called the head"), (A::Accept, "seen")],
        &[(A::Unverify, "nobody answers"), (A::Accept, "seen")],
        // looked at last: the one that does fall
        &[(A::Verify, ""), (A::Accept, "seen")],
    ]) {
        moves(&rig, word, &anew).await;
        moves(&rig, word, then).await;
    }
    let db = store(&rig).await;
    let marked = "update report set rests_on_word = true where state = 'accepted'";
    on_db!(db, |p| sqlx::query(marked).execute(p).await.map(|_| ())).unwrap();
    clock.advance(std::time::Duration::from_mins(1));
    for (_, bearer) in &pairs {
        moves(&rig, bearer, &[(A::Contradict, "the gate stood open")]).await;
    }
    let fallen = |said: &ReportMoved| said.report.history.last().is_some_and(|step| step.by == "intake");
    moved
        .find(|said| {
            said.report.id == pairs[2].0 && said.report.state == ReportState::Accepted && fallen(said)
        })
        .await;
    let mut all = Vec::new();
    for (word, _) in &pairs {
        all.push(grades(&rig, word).await);
    }
    assert_eq!(all, [vec!["B2"], vec!["B3"], vec!["B2", "B3"]]);
    for (word, _) in &pairs[..2] {
        let told = &facts(&rig, word).await[0].grade.why;
        assert_eq!(told, "seen");
    }
    let left = "select count(*) from report where rests_on_word = true";
    let left: i64 = on_db!(db, |p| sqlx::query_scalar(left).fetch_one(p).await).unwrap();
    assert_eq!(left, 0, "none is looked at once more");
}

/// One report whose form could not be read kept all behind it at their grade.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_cannot_be_graded_anew_keeps_no_other_from_it() {
    use ReportAction as A;
    let clock = Clock::manual("2026-11-23T07:30:00Z".parse().unwrap());
    let rig = Rig::with_clock::<Intake>(clock.clone()).await;
    let _running = rig.start::<Intake>("").await;
    let mut moved = rig.listen::<ReportMoved>().await;
    let pairs = borne_out(&rig, &mut moved, &KINDS[..2]).await;
    for (word, _) in &pairs {
        moves(&rig, word, &[(A::Verify, ""), (A::Accept, "seen")]).await;
    }
    let db = store(&rig).await;
    let broken = "update report set form = '{}' where report_id = $1";
    on_db!(db, |p| sqlx::query(broken).bind(&pairs[0].0).execute(p).await.map(|_| ())).unwrap();
    clock.advance(std::time::Duration::from_mins(1));
    for (_, bearer) in &pairs {
        moves(&rig, bearer, &[(A::Contradict, "the gate stood open")]).await;
    }
    moved.find(|said| said.report.id == pairs[1].0 && said.report.history.len() == 6).await;
    assert_eq!(grades(&rig, &pairs[1].0).await, ["B2", "B3"]);
}

/// Corrected to where no other source bore it out, it counted as unverified, and nothing told so.
#[tokio::test(flavor = "multi_thread")]
async fn a_correction_that_takes_the_word_of_another_source_away_tells_so_in_the_history() {
    use ReportAction as A;
    let clock = Clock::manual("2026-11-23T07:30:00Z".parse().unwrap());
    let rig = Rig::with_clock::<Intake>(clock.clone()).await;
    let _running = rig.start::<Intake>("").await;
    let mut moved = rig.listen::<ReportMoved>().await;
    let (word, _) = borne_out(&rig, &mut moved, &KINDS[..1]).await.remove(0);
    let accepted = moves(&rig, &word, &[(A::Verify, ""), (A::Accept, "seen")]).await;
    clock.advance(std::time::Duration::from_mins(1));
    let wish = |day: &str| MoveReport {
        id: word.clone(),
        action: A::Correct,
        note: "it was Kara-Suu".into(),
        version: None,
        of: None,
        correction: Some(ReportCorrection {
            place: serde_json::from_value(serde_json::json!({ "province": "KG-O", "precision": "province" }))
                .unwrap(),
            occurred_on: day.parse().ok(),
        }),
        by_sender: false,
    };
    let second = principal("second", &[Role::Analyst]);
    let now = rig.ask(&second, &wish("2026-11-23")).await.unwrap();
    assert_eq!((now.state, now.version), (ReportState::Accepted, accepted.version + 2));
    assert_eq!(now.history.len(), accepted.history.len() + 2, "a version for each step");
    let steps = &now.history[accepted.history.len()..];
    let (corrected, fell) = (&steps[0], &steps[1]);
    assert!(corrected.was.is_some() && corrected.by == "second" && corrected.note == "it was Kara-Suu");
    assert!(
        fell.was.is_none() && fell.by == "intake" && fell.note.contains("none does any longer"),
        "{fell:?}"
    );
    assert_eq!(grades(&rig, &word).await, ["B2", "B3"]);
    // it has fallen already: a second correction says nothing of that
    clock.advance(std::time::Duration::from_mins(1));
    let then = rig.ask(&second, &wish("2026-11-22")).await.unwrap();
    assert_eq!(then.history.len(), now.history.len() + 1);
}
