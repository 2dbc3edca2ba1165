//! Every statement about reports, questionnaires, duties, readings and records on both databases.

use chrono::TimeDelta;
use contracts::{
    PageRequest,
    intake::{
        ListReports, ReportState, ReportStep,
        questionnaires::{QuestionnaireForm, QuestionnaireState},
        reporters::{Record, ReliabilityDecision, ReportOutcome},
        weekly::{Assignment, Pause},
    },
};
use domain::{AssignmentId, Day, ProvinceCode, QuestionnaireId, Reliability, ReportId};
use intake::{
    Intake,
    domain::{
        readings::{Acceptance, Taken},
        report,
    },
    store::{
        Cause, alike, questionnaires,
        questionnaires::QuestionnaireRow,
        readings::{self, Sheet},
        reporters, reports, weekly,
        weekly::AssignmentRow,
    },
};
use kit::{Tx, on_tx};
use sqlx::types::Json;
use testkit::databases;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_filed_once_moved_by_version_and_found_beside_others() {
    for store in databases::<Intake>().await {
        let (one, other) =
            (crate::report("1", "pseudonym-a", "m-1"), crate::report("2", "pseudonym-b", "m-2"));
        let mut tx = store.db.begin().await.unwrap();
        let received = report::receive(&one.form, one.received_at);
        assert!(received.problems.is_empty(), "{:?}", received.problems);
        let step = ReportStep {
            state: ReportState::Triage,
            by: "x".into(),
            at: one.received_at,
            note: String::new(),
            was: None,
            borne_out_by: None,
        };
        let cause = Cause { traceparent: None, correlation: "c".into(), causation: "e".into() };
        let filed = reports::Filed {
            received: &received,
            state: ReportState::Triage,
            history: vec![step],
            reliability: None,
            cause: &cause,
        };
        assert!(reports::file(&mut tx, &one, &filed).await.unwrap());
        assert!(!reports::file(&mut tx, &one, &filed).await.unwrap());
        reports::seal(&mut tx, &one.report, "sealed").await.unwrap();
        let province = "KG-B".parse().unwrap();
        let incident = reports::Incident {
            report: &one.report,
            owner: &one.source,
            sender: &one.by,
            threat: one.form.threat,
            province: &province,
            kind: &one.form.kind,
            on: received.occurred_on,
            exercise: false,
        };
        assert_eq!(reports::corroborating(&mut tx, &incident).await.unwrap(), None);
        assert!(reports::file(&mut tx, &other, &filed).await.unwrap());
        assert_eq!(reports::corroborating(&mut tx, &incident).await.unwrap(), None, "nobody has verified it");
        let mut row = reports::get_in(&mut tx, &other.report).await.unwrap().unwrap();
        row.state = ReportState::Verified;
        assert!(reports::store_move(&mut tx, &row, 1).await.unwrap());
        let verified = reports::corroborating(&mut tx, &incident).await.unwrap();
        assert_eq!(verified.as_ref(), Some(&other.report));
        assert_eq!(reports::corroborating_observation(&mut tx, &incident).await.unwrap(), None);
        let own = reports::Incident { sender: &other.by, ..incident.clone() };
        assert_eq!(reports::corroborating(&mut tx, &own).await.unwrap(), None, "one person is one source");
        let far = reports::Incident { on: received.occurred_on.plus(4), ..incident.clone() };
        assert_eq!(reports::corroborating(&mut tx, &far).await.unwrap(), None);
        let mut row = reports::get_in(&mut tx, &one.report).await.unwrap().unwrap();
        (row.state, row.version) = (ReportState::Verifying, 2);
        assert!(reports::store_move(&mut tx, &row, 1).await.unwrap());
        assert!(!reports::store_move(&mut tx, &row, 1).await.unwrap());
        tx.commit().await.unwrap();
        assert!(reports::is_corroborated(&store.db, &incident).await.unwrap(), "as within a transaction");
        assert!(!reports::is_corroborated(&store.db, &far).await.unwrap());
        let row = reports::get(&store.db, &one.report).await.unwrap().unwrap();
        assert_eq!(
            (row.report().state, row.report().version),
            (ReportState::Verifying, 2),
            "{}",
            store.engine
        );
        let list = async |state| {
            reports::list(&store.db, &ListReports { state, ..ListReports::default() }).await.unwrap().len()
        };
        assert_eq!((list(None).await, list(Some(ReportState::Verifying)).await), (2, 1));
        let cursor = Some(intake::store::cursor::write(one.received_at, &one.report));
        let rest = reports::list(
            &store.db,
            &ListReports { page: PageRequest { cursor, limit: None }, ..ListReports::default() },
        )
        .await
        .unwrap();
        assert!(rest.iter().all(|row| row.report_id < one.report));
    }
}

/// Files a weekly report about prices, or one of an incident.
async fn file(tx: &mut Tx, id: &str, weekly: bool) -> reports::ReportRow {
    let mut one = crate::report(id, "src_a", "m");
    if weekly {
        let answers = serde_json::json!({ "questionnaire": QuestionnaireId::derived(&["q"]), "week": "2026-11-16",
            "answers": { "price_spike": { "extent": "slight" }, "dialogue": { "extent": "none" } } });
        one.form.situation = serde_json::from_value(answers).unwrap();
    }
    let received = report::receive(&one.form, one.received_at);
    let cause = Cause { traceparent: None, correlation: "c".into(), causation: "e".into() };
    let state = contracts::intake::ReportState::Triage;
    let filed = reports::Filed {
        received: &received,
        state,
        history: vec![],
        reliability: Some(Reliability::C),
        cause: &cause,
    };
    assert!(reports::file(tx, &one, &filed).await.unwrap());
    reports::get_in(tx, &one.report).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_one_questionnaire_one_version_is_in_force() {
    for store in databases::<Intake>().await {
        let form: QuestionnaireForm = serde_json::from_value(
            serde_json::json!({ "key": "weekly", "title": { "en": "W" }, "questions": [] }),
        )
        .unwrap();
        let mut tx = store.db.begin().await.unwrap();
        let row = |number: i64, state, at| QuestionnaireRow {
            questionnaire_id: QuestionnaireId::derived(&[&number.to_string()]),
            number,
            state,
            form: Json(form.clone()),
            made_by: "desk".into(),
            made_at: at,
            in_force_at: None,
            retired_at: None,
            version: 1,
            moved_by: None,
        };
        let now = tx.now();
        assert!(questionnaires::is_empty(&mut tx).await.unwrap(), "{}", store.engine);
        let first = row(1, QuestionnaireState::InForce, now);
        assert!(questionnaires::add(&mut tx, &first).await.unwrap());
        assert!(!questionnaires::add(&mut tx, &first).await.unwrap());
        let mut second = row(2, QuestionnaireState::Draft, now);
        assert!(questionnaires::add(&mut tx, &second).await.unwrap());
        assert_eq!(questionnaires::newest_number(&mut tx, "weekly").await.unwrap(), 2);
        assert_eq!(questionnaires::newest_number(&mut tx, "other").await.unwrap(), 0);
        questionnaires::retire_in_force(&mut tx, "weekly").await.unwrap();
        (second.state, second.version, second.in_force_at) = (QuestionnaireState::InForce, 2, Some(now));
        assert!(questionnaires::store(&mut tx, &second, 1).await.unwrap());
        assert!(!questionnaires::store(&mut tx, &second, 1).await.unwrap());
        tx.commit().await.unwrap();
        let states: Vec<_> =
            questionnaires::list(&store.db, None).await.unwrap().iter().map(|row| row.state).collect();
        assert_eq!(states, [QuestionnaireState::InForce, QuestionnaireState::Retired]);
        let in_force = questionnaires::list(&store.db, Some(QuestionnaireState::InForce)).await.unwrap();
        assert_eq!(in_force.len(), 1);
        let first = questionnaires::get(&store.db, &first.questionnaire_id).await.unwrap().unwrap();
        assert_eq!((first.questionnaire().retired_at, first.version), (Some(now), 2));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_answer_stands_in_the_place_of_an_earlier_one() {
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        let (one, two) = (file(&mut tx, "1", true).await, file(&mut tx, "2", true).await);
        let (province, country) = (one.place.province.clone().unwrap(), one.place.country.unwrap());
        let sheet = Sheet { source: "src_a", province: &province, week: day("2026-11-16"), exercise: false };
        for row in [&one, &two] {
            let taken = Taken {
                report: &row.report_id,
                form: &row.form.0,
                province: &province,
                country: &country,
                source: &row.source,
                reliability: Reliability::C,
                accepted: Acceptance { by: "desk", why: "", at: tx.now(), verified: false },
            };
            for reading in taken.readings() {
                readings::put(&mut tx, (&row.report_id, sheet), &reading).await.unwrap();
            }
        }
        let standing = readings::standing(&mut tx, sheet).await.unwrap();
        assert_eq!(standing.len(), 2, "{}", store.engine);
        assert_eq!(readings::of_report(&mut tx, &one.report_id).await.unwrap(), []);
        assert_eq!(readings::of_report(&mut tx, &two.report_id).await.unwrap(), standing);
        let mut accepted = Vec::new();
        for (mut row, minutes) in [(one.clone(), 0), (two.clone(), 1)] {
            let at = tx.now().plus(TimeDelta::minutes(minutes));
            let (by, note) = ("desk".into(), String::new());
            row.state = ReportState::Accepted;
            row.history.0.push(ReportStep { state: row.state, by, at, note, was: None, borne_out_by: None });
            assert!(reports::store_move(&mut tx, &row, row.version).await.unwrap());
            accepted.push(row);
        }
        let holds_again = async |tx: &mut Tx, row: usize| {
            let found = readings::replaced(tx, (&accepted[row], sheet)).await.unwrap();
            found.map(|row| row.report_id)
        };
        assert_eq!(holds_again(&mut tx, 1).await, Some(one.report_id.clone()), "{}", store.engine);
        assert_eq!(holds_again(&mut tx, 0).await, None, "what the later replaced does not hold again");
        readings::withdraw(&mut tx, &standing[0]).await.unwrap();
        assert_eq!(readings::standing(&mut tx, sheet).await.unwrap(), standing[1..]);
        let exercise = Sheet { exercise: true, ..sheet };
        assert_eq!(readings::standing(&mut tx, exercise).await.unwrap(), []);
        tx.commit().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn duties_are_kept_found_and_looked_at_once() {
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        let province: ProvinceCode = "KG-B".parse().unwrap();
        let mut row = AssignmentRow {
            assignment_id: AssignmentId::derived(&["1"]),
            source: "src_a".into(),
            call_sign: "Batken 1".into(),
            province: "KG-B".parse().unwrap(),
            from_day: day("2026-11-02"),
            until_day: None,
            pauses: Json(vec![]),
            judged_through: day("2026-10-26"),
            made_by: "desk".into(),
            made_at: tx.now(),
            version: 1,
            moved_by: None,
        };
        weekly::add(&mut tx, &row).await.unwrap();
        let going_on = weekly::going_on(&mut tx, ("src_a", &province), day("2026-12-01")).await.unwrap();
        assert!(going_on.is_some(), "{}", store.engine);
        assert!(weekly::going_on(&mut tx, ("src_b", &province), day("2026-12-01")).await.unwrap().is_none());
        row.pauses.0.push(Pause { from: day("2026-11-09"), until: None, why: "leave".into() });
        (row.version, row.until_day) = (2, Some(day("2026-11-22")));
        assert!(weekly::store(&mut tx, &row, 1).await.unwrap());
        assert!(!weekly::store(&mut tx, &row, 1).await.unwrap());
        assert!(weekly::going_on(&mut tx, ("src_a", &province), day("2026-12-01")).await.unwrap().is_none());
        let one = file(&mut tx, "1", true).await;
        file(&mut tx, "2", false).await;
        let came = weekly::came_in(&mut tx, day("2026-11-16")).await.unwrap();
        assert_eq!(came.len(), 1);
        let (then, other) = (one.received_at, Assignment { source: "src_b".into(), ..row.assignment() });
        assert_eq!(weekly::first_of(&came, &row.assignment(), Some(then)).unwrap().report, one.report_id);
        assert_eq!(weekly::first_of(&came, &other, None), None);
        let before = one.received_at.plus(-TimeDelta::seconds(1));
        assert_eq!(weekly::first_of(&came, &row.assignment(), Some(before)), None, "it had not come");
        tx.commit().await.unwrap();
        let then = store.clock.now();
        store.clock.advance(std::time::Duration::from_secs(1));
        let mut tx = store.db.begin().await.unwrap();
        let ended = AssignmentRow { version: 3, until_day: Some(day("2026-11-08")), ..row.clone() };
        assert!(weekly::store(&mut tx, &ended, 2).await.unwrap());
        tx.commit().await.unwrap();
        let now = store.clock.now();
        let known = async |at| weekly::known(&store.db, Some("src_a"), at).await.unwrap();
        assert_eq!(known(then).await, [row.assignment()], "as it stood then, {}", store.engine);
        assert_eq!(known(now).await, [ended.assignment()]);
        assert_eq!(known(row.made_at.plus(-TimeDelta::seconds(1))).await, [], "it was not made yet");
        assert_eq!(weekly::came(&store.db, day("2026-11-09")).await.unwrap().len(), 0);
        assert_eq!(weekly::list(&store.db, Some("src_a")).await.unwrap()[0].pauses.len(), 1);
        assert_eq!(weekly::list(&store.db, Some("src_b")).await.unwrap().len(), 0);
        let before = day("2026-11-16");
        assert_eq!(weekly::unjudged(&store.db, before).await.unwrap(), [row.assignment_id.clone()]);
        let mut tx = store.db.begin().await.unwrap();
        weekly::judged(&mut tx, &row.assignment_id, before).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(weekly::unjudged(&store.db, before).await.unwrap(), []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_of_a_source_can_be_asked_for_as_it_was_known() {
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        let one = file(&mut tx, "1", false).await;
        assert_eq!(one.reliability, Some(Reliability::C));
        assert_eq!(reporters::in_force(&mut tx, "src_a").await.unwrap(), None);
        reporters::note(&mut tx, (&one.report_id, 2, "src_a"), (ReportOutcome::Unverified, "desk"))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let before = store.clock.now();
        store.clock.advance(std::time::Duration::from_mins(1));
        let mut tx = store.db.begin().await.unwrap();
        reporters::note(&mut tx, (&one.report_id, 3, "src_a"), (ReportOutcome::Verified, "desk"))
            .await
            .unwrap();
        let decided = ReliabilityDecision {
            reliability: Reliability::D,
            proposed: Reliability::F,
            by: "desk".into(),
            note: "known for years".into(),
            at: tx.now(),
        };
        assert!(reporters::decide(&mut tx, ("src_a", &decided), Some("k")).await.unwrap());
        assert!(!reporters::decide(&mut tx, ("src_a", &decided), Some("k")).await.unwrap(), "twice is once");
        assert_eq!(reporters::in_force(&mut tx, "src_a").await.unwrap(), Some(Reliability::D));
        assert_eq!(reporters::proposed(&mut tx, "src_a").await.unwrap(), Reliability::F);
        tx.commit().await.unwrap();
        let record =
            async |by| reporters::record(&reporters::outcomes(&store.db, "src_a", Some(by)).await.unwrap());
        assert_eq!(record(before).await, Record { unverified: 1, ..Record::default() }, "{}", store.engine);
        let now = store.clock.now();
        assert_eq!(record(now).await, Record { verified: 1, ..Record::default() });
        let mut tx = store.db.begin().await.unwrap();
        let anew = "update report set state = 'verifying' where report_id = $1";
        on_tx!(tx, |c| sqlx::query(anew).bind(&one.report_id).execute(c).await.map(|_| ())).unwrap();
        tx.commit().await.unwrap();
        let outcomes = reporters::outcomes(&store.db, "src_a", None).await.unwrap();
        let record_now = reporters::record(&outcomes);
        assert_eq!(record_now, Record::default(), "what an earlier program took back without a word");
        assert_eq!(record(now).await, Record { verified: 1, ..Record::default() }, "as it was known then");
        assert_eq!(reporters::decisions(&store.db, "src_a", None).await.unwrap(), [decided]);
        assert_eq!(reporters::decisions(&store.db, "src_a", Some(before)).await.unwrap(), []);
        assert_eq!(
            reporters::reports(&store.db, "src_a", "2026-11-24T00:00:00Z".parse().ok()).await.unwrap(),
            1
        );
        assert_eq!(reporters::reports(&store.db, "src_b", None).await.unwrap(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn look_alikes_are_of_the_same_threat_province_and_days() {
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        let (one, two) = (file(&mut tx, "1", false).await, file(&mut tx, "2", false).await);
        file(&mut tx, "3", true).await;
        tx.commit().await.unwrap();
        let incident = one.incident().unwrap();
        let like = alike::reports(&store.db, &incident, (&one.form.title, None)).await.unwrap();
        assert_eq!(like.len(), 1, "{}", store.engine);
        assert_eq!((like[0].report.as_ref(), like[0].words_shared), (Some(&two.report_id), 100));
        assert_eq!(alike::observations(&store.db, &incident, ("x", None), |_| true).await.unwrap(), []);
        let nobody = ReportId::derived(&["x"]);
        let other = reports::Incident { report: &nobody, exercise: true, ..incident };
        assert_eq!(alike::reports(&store.db, &other, ("x", None)).await.unwrap(), []);
    }
}

/// A page of a past moment read every report that had been received by then, whole, until it was full.
#[tokio::test(flavor = "multi_thread")]
async fn of_a_past_moment_those_of_other_provinces_are_read_that_were_corrected_and_no_others() {
    for store in databases::<Intake>().await {
        let mut tx = store.db.begin().await.unwrap();
        let (mut one, _) = (file(&mut tx, "1", false).await, file(&mut tx, "2", false).await);
        let was = contracts::intake::Held { place: one.place.0.clone(), occurred_on: one.occurred_on };
        let step = serde_json::json!({ "state": "triage", "at": one.received_at, "by": "desk", "note": "n", "was": was });
        one.history.0.push(serde_json::from_value(step).unwrap());
        one.version += 1;
        assert!(reports::store_move(&mut tx, &one, one.version - 1).await.unwrap());
        tx.commit().await.unwrap();
        let read = async |province: &str, known_on| {
            let wanted = ListReports { province: province.parse().ok(), known_on, ..ListReports::default() };
            reports::list(&store.db, &wanted).await.unwrap().len()
        };
        let then = Some(one.received_at);
        assert_eq!((read("KG-B", None).await, read("KG-B", then).await), (2, 2), "{}", store.engine);
        assert_eq!((read("KG-GO", None).await, read("KG-GO", then).await), (0, 1), "{}", store.engine);
    }
}
