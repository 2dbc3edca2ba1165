//! Weekly situation reports, missing ones, repetitions and the record of sources, over a real bus.

use std::time::Duration;

use contracts::{
    Failure, FailureKind, Role,
    gateway::{
        ReportReceived,
        attachments::{Attachment, AttachmentReceived, AttachmentRemoved},
        situation::{Answer, SituationForm},
    },
    intake::{
        GetReport, MoveReport, Report, ReportAction, ReportMoved, ReportState,
        alike::ListAlike,
        indicators::IndicatorsRead,
        questionnaires::{
            AnswerFault, CheckAnswers, DraftQuestionnaire, ListQuestionnaires, MoveQuestionnaire,
            Questionnaire, QuestionnaireAction, QuestionnaireState, ReviseQuestionnaire,
        },
        reporters::{GetReporter, GradeReporter, Record},
        weekly::{
            AssignMonitor, AssignmentAction, ChangeAssignment, DueState, ListAssignments, ListDue,
            ReportMissing,
        },
    },
};
use domain::{AttachmentId, Extent, Handling, Indicator, Reliability, ReportId, Tlp, UnClass};
use intake::Intake;
use kit::Clock;
use testkit::{Rig, principal};

use crate::{analyst, report};

pub(super) const MONITOR: &str = "src_0123456789abcdef";

pub(super) async fn rig() -> Rig {
    Rig::with_clock::<Intake>(Clock::manual("2026-11-23T07:30:00Z".parse().unwrap())).await
}

pub(super) async fn starter(rig: &Rig) -> Questionnaire {
    let wanted = ListQuestionnaires { state: None, province: "KG-B".parse().ok(), known_on: None };
    rig.ask(&analyst(), &wanted).await.unwrap().items.remove(0)
}

pub(super) fn answered(asked: &Questionnaire, extents: &[(Indicator, Extent)]) -> SituationForm {
    let of = |extent| Answer { extent: Some(extent), text: " as seen ".into(), ..Answer::default() };
    let mut answers: std::collections::BTreeMap<String, Answer> =
        extents.iter().map(|(indicator, extent)| (indicator.to_string(), of(*extent))).collect();
    answers.insert("access".into(), Answer { choice: Some("most".into()), ..Answer::default() });
    SituationForm {
        questionnaire: asked.id.clone(),
        province: "KG-B".parse().unwrap(),
        week: "2026-11-16".parse().unwrap(),
        answers,
        summary: "A quiet week but for prices.".into(),
        language: "en".into(),
        handling: Handling::new(Tlp::Amber, UnClass::Unclassified),
        exercise: false,
    }
}

pub(super) async fn send(rig: &Rig, id: &str, form: SituationForm) -> ReportId {
    let received = ReportReceived {
        report: ReportId::derived(&[id]),
        form: form.report(),
        sealed_source: None,
        source: MONITOR.into(),
        by: "monitor-1".into(),
        received_at: rig.clock.now(),
        via: None,
    };
    rig.say(&received).await;
    received.report
}

pub(super) async fn act(rig: &Rig, id: &ReportId, action: ReportAction) -> Result<Report, Failure> {
    let wish = MoveReport {
        id: id.clone(),
        action,
        note: "checked".into(),
        version: None,
        of: None,
        correction: None,
        by_sender: false,
    };
    rig.ask(&analyst(), &wish).await
}

pub(super) async fn accept(rig: &Rig, id: &ReportId) -> Report {
    for action in [ReportAction::Investigate, ReportAction::Verify] {
        act(rig, id, action).await.unwrap();
    }
    act(rig, id, ReportAction::Accept).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn accepted_answers_are_said_a_correction_replaces_them_and_a_refusal_takes_them_back() {
    let rig = rig().await;
    let running = rig.start::<Intake>("").await;
    let asked = starter(&rig).await;
    assert_eq!((asked.state, asked.number), (QuestionnaireState::InForce, 1));
    let mut moved = rig.listen::<ReportMoved>().await;
    let mut read = rig.listen::<IndicatorsRead>().await;
    let prices = (Indicator::PriceSpike, Extent::Marked);
    let first = send(&rig, "1", answered(&asked, &[prices, (Indicator::Dialogue, Extent::None)])).await;
    let one = moved.next().await.report;
    assert_eq!((one.state, one.place.province.unwrap().as_str()), (ReportState::Triage, "KG-B"));
    let accepted = accept(&rig, &first).await;
    assert_eq!(
        (accepted.state, accepted.observation),
        (ReportState::Accepted, None),
        "a week is no incident"
    );
    let said = read.next().await;
    assert_eq!((said.origin.as_str(), said.readings.len(), said.withdrawn.len()), (first.as_str(), 2, 0));
    let price = said.readings.iter().find(|r| r.indicator == Indicator::PriceSpike).unwrap().clone();
    assert_eq!(
        (price.extent, price.owner.as_str(), price.note.as_str()),
        (Extent::Marked, MONITOR, "as seen")
    );
    assert_eq!((price.from.to_string(), price.to.to_string()), ("2026-11-16".into(), "2026-11-22".into()));
    assert_eq!(price.grade.code(), "F2");

    let second = send(&rig, "2", answered(&asked, &[(Indicator::PriceSpike, Extent::Severe)])).await;
    moved.find(|said| said.report.id == second).await;
    // the one accepted later holds
    rig.clock.advance(std::time::Duration::from_mins(1));
    accept(&rig, &second).await;
    let corrected = read.next().await;
    assert_eq!(
        (corrected.readings[0].id.clone(), corrected.readings[0].extent),
        (price.id.clone(), Extent::Severe)
    );
    assert_eq!(corrected.withdrawn.len(), 1, "what is answered no more is taken back");

    act(&rig, &first, ReportAction::Reject).await.unwrap();
    act(&rig, &second, ReportAction::Reject).await.unwrap();
    let taken_back = read.next().await;
    assert_eq!((taken_back.origin, taken_back.withdrawn), (second.to_string(), vec![price.id]));
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_answers_are_named_before_they_are_sent_and_held_with_every_reason_if_they_come() {
    let rig = rig().await;
    let _running = rig.start::<Intake>("").await;
    let asked = starter(&rig).await;
    let mut form = answered(&asked, &[]);
    form.answers.clear();
    form.week = "2026-11-18".parse().unwrap();
    form.answers.insert("rumours".into(), Answer { text: "many".into(), ..Answer::default() });
    let check = CheckAnswers { form: form.clone().report() };
    let faults = rig.ask(&principal("m", &[Role::FieldMonitor]), &check).await.unwrap();
    let named: Vec<(&str, AnswerFault)> =
        faults.iter().map(|fault| (fault.pointer.as_str(), fault.fault)).collect();
    let expected = [
        ("/week", AnswerFault::NotMonday),
        ("/answers/access", AnswerFault::Missing),
        ("/answers/rumours", AnswerFault::Unknown),
    ];
    assert_eq!(named, expected);
    let mut moved = rig.listen::<ReportMoved>().await;
    send(&rig, "1", form).await;
    let held = moved.next().await.report;
    assert_eq!(held.state, ReportState::Submitted);
    assert!(held.history[0].note.contains("/answers/access must be answered"), "{:?}", held.history);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_is_written_put_in_force_and_retires_the_one_before() {
    let rig = rig().await;
    let _running = rig.start::<Intake>("").await;
    let asked = starter(&rig).await;
    let mut form = asked.form.clone();
    form.questions.truncate(3);
    let draft = DraftQuestionnaire { form: form.clone() };
    let second = rig.ask_once(&analyst(), "q", &draft).await.unwrap();
    assert_eq!(second, rig.ask_once(&analyst(), "q", &draft).await.unwrap(), "twice is once");
    assert_eq!((second.number, second.state), (2, QuestionnaireState::Draft));
    form.questions.truncate(2);
    let revise = ReviseQuestionnaire { id: second.id.clone(), form: form.clone(), version: Some(1) };
    assert_eq!(rig.ask(&analyst(), &revise).await.unwrap().form.questions.len(), 2);
    assert_eq!(rig.ask(&analyst(), &revise).await.unwrap_err().kind, FailureKind::Stale);
    let enact =
        MoveQuestionnaire { id: second.id.clone(), action: QuestionnaireAction::Enact, version: None };
    assert_eq!(rig.ask(&analyst(), &enact).await.unwrap().state, QuestionnaireState::InForce);
    assert_eq!(starter(&rig).await.id, second.id);
    let all = rig.ask(&analyst(), &ListQuestionnaires::default()).await.unwrap().items;
    assert_eq!(
        all.iter().map(|one| one.state).collect::<Vec<_>>(),
        [QuestionnaireState::InForce, QuestionnaireState::Retired]
    );
    let late = ReviseQuestionnaire { id: second.id, form, version: None };
    assert_eq!(rig.ask(&analyst(), &late).await.unwrap_err().kind, FailureKind::Conflict);
    let monitor = principal("m", &[Role::FieldMonitor]);
    assert_eq!(rig.ask(&monitor, &draft).await.unwrap_err().kind, FailureKind::Forbidden);
}

async fn states(rig: &Rig) -> Vec<(String, DueState)> {
    states_known(rig, None).await
}

async fn states_known(rig: &Rig, known_on: Option<domain::Timestamp>) -> Vec<(String, DueState)> {
    let due = rig
        .ask(&analyst(), &ListDue { week: "2026-11-18".parse().ok(), source: None, known_on })
        .await
        .unwrap();
    due.into_iter().map(|due| (due.call_sign, due.state)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_report_is_listed_and_said_once_and_an_excused_one_never() {
    let rig = rig().await;
    let running = rig.start::<Intake>("").await;
    let far = ListDue { week: "9999-12-31".parse().ok(), source: None, known_on: None };
    let far = rig.ask(&analyst(), &far).await.unwrap_err();
    assert!(far.kind == FailureKind::Malformed && far.errors[0].pointer == "week", "{far:?}");
    let asked = starter(&rig).await;
    let assign = |source: &str, call_sign: &str| AssignMonitor {
        source: source.into(),
        call_sign: call_sign.into(),
        province: "KG-B".parse().unwrap(),
        from: "2026-11-16".parse().ok(),
    };
    let mut made = Vec::new();
    for (source, sign) in [(MONITOR, "Batken 1"), ("src_2", "Batken 2"), ("src_3", "Batken 3")] {
        made.push(rig.ask(&analyst(), &assign(source, sign)).await.unwrap());
    }
    let twice = rig.ask(&analyst(), &assign(MONITOR, "again")).await.unwrap_err();
    assert_eq!(twice.kind, FailureKind::Conflict, "{twice}");
    let pause = ChangeAssignment {
        id: made[2].id.clone(),
        action: AssignmentAction::Pause,
        from: "2026-11-20".parse().ok(),
        until: None,
        note: " ".into(),
        version: None,
    };
    assert_eq!(rig.ask(&analyst(), &pause).await.unwrap_err().errors[0].pointer, "/note");
    rig.ask(&analyst(), &ChangeAssignment { note: "on leave".into(), ..pause }).await.unwrap();
    let mut moved = rig.listen::<ReportMoved>().await;
    send(&rig, "1", answered(&asked, &[])).await;
    moved.next().await;
    let expected = |second| {
        vec![
            ("Batken 1".to_owned(), DueState::Received),
            ("Batken 2".to_owned(), second),
            ("Batken 3".to_owned(), DueState::Excused),
        ]
    };
    assert_eq!(states(&rig).await, expected(DueState::Due));
    let then = rig.clock.now();
    rig.clock.advance(Duration::from_hours(24));
    assert_eq!(states(&rig).await, expected(DueState::Missing));
    assert_eq!(states_known(&rig, Some(then)).await, expected(DueState::Due), "as was known then");
    assert!(running.stop().await);
    let running = rig.start::<Intake>("").await;
    let mut missing = rig.listen::<ReportMissing>().await;
    let first = missing.next().await;
    assert_eq!((first.due.call_sign.as_str(), first.due.week.to_string()), ("Batken 2", "2026-11-16".into()));
    assert!(running.stop().await);
    // a week later the next is missing too, and it is the next that is said
    rig.clock.advance(Duration::from_hours(24 * 7));
    let running = rig.start::<Intake>("").await;
    let (next, after) = (missing.next().await, missing.next().await);
    let mut signs =
        [(next.due.week.to_string(), next.due.call_sign), (after.due.week.to_string(), after.due.call_sign)];
    signs.sort();
    assert_eq!(signs, ["Batken 1", "Batken 2"].map(|sign| ("2026-11-23".to_owned(), sign.to_owned())));
    let end = ChangeAssignment {
        id: made[1].id.clone(),
        action: AssignmentAction::End,
        from: None,
        until: None,
        note: String::new(),
        version: Some(1),
    };
    assert!(rig.ask(&analyst(), &end).await.unwrap().until.is_some());
    let own =
        rig.ask(&analyst(), &ListAssignments { source: Some("src_2".into()), known_on: None }).await.unwrap();
    assert_eq!((own.len(), own[0].version), (1, 2));
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_alike_is_shown_and_a_duplicate_names_what_it_repeats() {
    let rig = rig().await;
    let _running = rig.start::<Intake>("").await;
    let mut moved = rig.listen::<ReportMoved>().await;
    let (one, mut two, mut far) =
        (report("1", "src_a", "m1"), report("2", "src_a", "m1"), report("3", "src_b", "m2"));
    two.form.title = "Fire at the canal".into();
    far.form.occurred_at = "2026-11-01T00:00:00Z".parse().ok();
    for sent in [&one, &two, &far] {
        rig.say(sent).await;
        moved.find(|said| said.report.id == sent.report).await;
    }
    let alike = rig.ask(&analyst(), &ListAlike { report: two.report.clone(), known_on: None }).await.unwrap();
    assert_eq!(alike.len(), 1, "{alike:?}");
    assert_eq!((alike[0].report.as_ref(), alike[0].independent), (Some(&one.report), false));
    assert!(alike[0].words_shared > 30, "{alike:?}");
    let wish = |of: Option<&ReportId>| MoveReport {
        id: two.report.clone(),
        action: ReportAction::Duplicate,
        note: "the same shots".into(),
        version: None,
        of: of.cloned(),
        correction: None,
        by_sender: false,
    };
    for wrong in [None, Some(&two.report), Some(&ReportId::derived(&["nowhere"]))] {
        assert_eq!(rig.ask(&analyst(), &wish(wrong)).await.unwrap_err().kind, FailureKind::Conflict);
    }
    let named = rig.ask(&analyst(), &wish(Some(&one.report))).await.unwrap();
    assert_eq!((named.state, named.duplicate_of), (ReportState::Duplicate, Some(one.report)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_graded_by_its_record_and_the_desk_has_the_last_word() {
    let rig = rig().await;
    let _running = rig.start::<Intake>("").await;
    let mut moved = rig.listen::<ReportMoved>().await;
    let get = async |known_on| rig.ask(&analyst(), &GetReporter { source: "src_a".into(), known_on }).await;
    assert_eq!(get(None).await.unwrap_err().kind, FailureKind::NotFound);
    for n in 0..5 {
        let sent = report(&n.to_string(), "src_a", "m1");
        rig.say(&sent).await;
        let came = moved.find(|said| said.report.id == sent.report).await;
        assert_eq!(came.report.reliability, None, "too little is known");
        act(&rig, &sent.report, ReportAction::Investigate).await.unwrap();
        act(&rig, &sent.report, ReportAction::Verify).await.unwrap();
        rig.clock.advance(Duration::from_mins(1));
    }
    let good = get(None).await.unwrap();
    assert_eq!((good.proposed, good.reliability), (Reliability::B, Some(Reliability::B)));
    assert_eq!(good.record, Record { verified: 5, ..Record::default() });
    rig.clock.advance(Duration::from_mins(1));
    let last = ReportId::derived(&["4"]);
    act(&rig, &last, ReportAction::Contradict).await.unwrap();
    let worse = get(None).await.unwrap();
    assert_eq!(
        worse.record,
        Record { verified: 4, contradicted: 1, ..Record::default() },
        "the last word counts"
    );
    assert!(worse.expected < good.expected && worse.proposed > good.proposed);
    let before = get(Some(good.known_on)).await.unwrap();
    assert_eq!((before.record, before.proposed), (good.record, good.proposed));

    let grade =
        |reliability, note: &str| GradeReporter { source: "src_a".into(), reliability, note: note.into() };
    let silent = rig.ask(&analyst(), &grade(Reliability::D, "")).await.unwrap_err();
    assert_eq!(silent.errors[0].pointer, "/note");
    let decided = rig.ask(&analyst(), &grade(Reliability::D, "two reports were hearsay")).await.unwrap();
    assert_eq!((decided.reliability, decided.decisions.len()), (Some(Reliability::D), 1));
    let next = report("next", "src_a", "m1");
    rig.say(&next).await;
    let came = moved.find(|said| said.report.id == next.report).await;
    assert_eq!(came.report.reliability, Some(Reliability::D), "each new report starts with it");
    let stated = rig
        .ask(&analyst(), &GetReport { id: next.report, known_on: None })
        .await
        .unwrap()
        .form
        .grade
        .reliability;
    assert_eq!(stated, Reliability::B, "what the form said stays as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_report_are_listed_once_and_marked_when_they_are_removed() {
    let rig = rig().await;
    let _running = rig.start::<Intake>("").await;
    let mut moved = rig.listen::<ReportMoved>().await;
    let sent = report("1", "src_a", "m1");
    rig.say(&sent).await;
    let attachment = Attachment {
        id: AttachmentId::derived(&["1"]),
        media_type: "image/jpeg".into(),
        bytes: 12,
        sha256: "00".into(),
        received_at: rig.clock.now(),
        removed_at: None,
    };
    let received = AttachmentReceived { report: sent.report.clone(), attachment: attachment.clone() };
    rig.say(&received).await;
    rig.say(&received).await;
    let at = rig.clock.now();
    let removed = AttachmentRemoved { report: sent.report.clone(), attachment: attachment.id.clone(), at };
    rig.say(&removed).await;
    let listed = moved.find(|said| !said.report.attachments.is_empty()).await.report;
    assert_eq!((listed.attachments, listed.version), (vec![attachment], 3));
    let gone = moved.next().await.report;
    assert_eq!((gone.attachments[0].removed_at, gone.version), (Some(at), 4));
}
