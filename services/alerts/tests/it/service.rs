//! The service on a real bus: a change of level in, a warning out, two persons between.

use std::time::Duration;

use alerts::Alerts;
use contracts::{
    Failure, FailureKind, PageRequest, Principal, Role,
    alerts::{
        DraftWarning, GetWarning, GetWarningCap, ListEvaluations, ListWarnings, MoveWarning, Outcome,
        UpdateWarning, Warning, WarningAction, WarningForm, WarningIssued, WarningMoved,
    },
    cap,
};
use domain::{
    Handling, Level, Tlp, UnClass,
    warning::{MessageType, State, Status},
};
use kit::Clock;
use testkit::{Rig, principal};

use crate::{change, days};

fn clock() -> Clock {
    Clock::manual("2026-11-23T07:30:00Z".parse().unwrap())
}

fn analyst() -> Principal {
    principal("u-analyst", &[Role::Analyst])
}
fn duty() -> Principal {
    principal("u-duty", &[Role::DutyOfficer])
}
fn head() -> Principal {
    principal("u-head", &[Role::Head])
}

async fn act(
    rig: &Rig,
    who: &Principal,
    warning: &Warning,
    action: WarningAction,
) -> Result<Warning, Failure> {
    let note = if matches!(action, WarningAction::Submit | WarningAction::Approve) {
        ""
    } else {
        "the report was retracted"
    };
    rig.ask(who, &MoveWarning { id: warning.id.clone(), action, note: note.into(), revision: None }).await
}

fn form_of(warning: &Warning) -> WarningForm {
    let w = warning.clone();
    WarningForm {
        status: w.status,
        threat: w.threat,
        level: w.level,
        urgency: w.urgency,
        certainty: w.certainty,
        places: w.places,
        infos: w.infos,
        handling: w.handling,
        expires: w.expires,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rise_becomes_a_warning_that_two_persons_issue() {
    let rig = Rig::with_clock::<Alerts>(clock()).await;
    let running = rig.start::<Alerts>("").await;
    let (mut moved, mut issued) = (rig.listen::<WarningMoved>().await, rig.listen::<WarningIssued>().await);
    rig.say(&change(Level::Elevated, Level::High)).await;
    let draft = moved.next().await.warning;
    assert_eq!((draft.state, draft.version, draft.status), (State::Draft, 1, Status::Actual));
    let preview = rig.ask(&analyst(), &GetWarningCap { id: draft.id.clone() }).await.unwrap();
    assert!(preview.contains("<status>Draft</status>"));

    let refused = act(&rig, &duty(), &draft, WarningAction::Approve).await.unwrap_err();
    assert_eq!(refused.kind, FailureKind::Conflict);
    act(&rig, &duty(), &draft, WarningAction::Submit).await.unwrap();
    let refused = act(&rig, &duty(), &draft, WarningAction::Approve).await.unwrap_err();
    assert_eq!(refused.kind, FailureKind::Conflict);
    assert!(refused.errors[0].detail.contains("another person must approve"), "{refused:?}");
    let refused = act(&rig, &analyst(), &draft, WarningAction::Approve).await.unwrap_err();
    assert_eq!(refused.kind, FailureKind::Forbidden);
    act(&rig, &head(), &draft, WarningAction::Approve).await.unwrap();

    let out = issued.next().await.warning;
    assert_eq!(
        (out.id.clone(), out.state, out.message_type),
        (draft.id.clone(), State::Issued, MessageType::Alert)
    );
    assert_eq!((out.submitted_by.as_deref(), out.approved_by.as_deref()), (Some("u-duty"), Some("u-head")));
    let document = rig.ask(&analyst(), &GetWarningCap { id: draft.id.clone() }).await.unwrap();
    assert_eq!(cap::check(&document), Ok(()));
    assert!(document.contains("<status>Actual</status>"));

    rig.say(&change(Level::High, Level::Critical)).await;
    let next = moved.find(|moved| moved.warning.version == 2).await.warning;
    assert_eq!((next.message_type, next.state), (MessageType::Update, State::Draft));
    assert_eq!(next.references, [cap::reference(&out, "mirab@example.org").unwrap()]);
    let in_force = rig
        .ask(&analyst(), &ListWarnings { state: Some(State::Issued), ..Default::default() })
        .await
        .unwrap();
    assert_eq!(in_force.items, [out]);

    act(&rig, &analyst(), &next, WarningAction::Submit).await.unwrap();
    let first = act(&rig, &duty(), &next, WarningAction::Approve).await.unwrap();
    assert_eq!(first.state, State::Pending);
    act(&rig, &head(), &next, WarningAction::Approve).await.unwrap();
    assert_eq!(issued.next().await.warning.version, 2);

    act(&rig, &duty(), &next, WarningAction::Cancel).await.unwrap();
    let last = issued.next().await.warning;
    assert_eq!((last.version, last.message_type, last.state), (3, MessageType::Cancel, State::Cancelled));
    assert_eq!(last.references.len(), 2);
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_past_day_warnings_stand_as_they_did_then_whatever_became_of_them() {
    let rig = Rig::with_clock::<Alerts>(clock()).await;
    let running = rig.start::<Alerts>("").await;
    let (mut moved, mut issued) = (rig.listen::<WarningMoved>().await, rig.listen::<WarningIssued>().await);
    let began = rig.clock.now();
    let then = |days: i64| ListWarnings {
        known_on: Some(began.plus(chrono::TimeDelta::days(days))),
        ..ListWarnings::default()
    };
    rig.clock.advance(days(1));
    rig.say(&change(Level::Low, Level::High)).await;
    let draft = moved.next().await.warning;
    act(&rig, &duty(), &draft, WarningAction::Submit).await.unwrap();
    act(&rig, &head(), &draft, WarningAction::Approve).await.unwrap();
    let first = issued.next().await.warning;
    rig.clock.advance(days(2));
    rig.say(&change(Level::High, Level::Critical)).await;
    let next = moved.find(|moved| moved.warning.version == 2).await.warning;
    act(&rig, &analyst(), &next, WarningAction::Submit).await.unwrap();
    act(&rig, &duty(), &next, WarningAction::Approve).await.unwrap();
    act(&rig, &head(), &next, WarningAction::Approve).await.unwrap();
    let second = issued.next().await.warning;
    rig.clock.advance(days(1));
    act(&rig, &duty(), &next, WarningAction::Cancel).await.unwrap();
    issued.next().await;
    let seen = async |query: ListWarnings| rig.ask(&analyst(), &query).await.unwrap().items;
    assert_eq!(seen(then(0)).await, []);
    assert_eq!(seen(then(2)).await, [first], "before it was updated");
    assert_eq!(seen(then(3)).await, [second], "before it was taken back");
    assert_eq!(seen(then(4)).await, [], "once it was taken back");
    assert_eq!(seen(ListWarnings { state: Some(State::Cancelled), ..then(3) }).await, []);
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn why_there_is_no_warning_can_be_asked() {
    let rig = Rig::with_clock::<Alerts>(clock()).await;
    let running = rig.start::<Alerts>("").await;
    let mut moved = rig.listen::<WarningMoved>().await;
    let event = rig.say(&change(Level::Low, Level::Elevated)).await;
    rig.say(&change(Level::Elevated, Level::High)).await;
    moved.next().await;
    let query = ListEvaluations { province: Some("KG-B".parse().unwrap()), page: PageRequest::default() };
    let evaluations = rig.ask(&analyst(), &query).await.unwrap().items;
    let none = evaluations.iter().find(|evaluation| evaluation.event == event).unwrap();
    assert_eq!((none.outcome, none.warning.clone()), (Outcome::Nothing, None));
    assert_eq!(none.reason, "the level rose from low to elevated; the rule warns from high on");
    let by = |rule: &str| evaluations.iter().filter(|evaluation| evaluation.rule == rule).count();
    assert_eq!((by("level-rise"), by("alarm-budget"), evaluations.len()), (2, 2, 4));
    let mut partner = principal("p", &[Role::Partner, Role::Analyst]);
    partner.organisation = Some("osce".into());
    assert_eq!(rig.ask(&partner, &query).await.unwrap_err().kind, FailureKind::Forbidden);
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn exercise_and_real_warnings_do_not_meet() {
    let rig = Rig::with_clock::<Alerts>(clock()).await;
    let running = rig.start::<Alerts>("").await;
    let mut moved = rig.listen::<WarningMoved>().await;
    let mut drill = change(Level::Elevated, Level::High);
    drill.exercise = true;
    rig.say(&drill).await;
    let exercise = moved.next().await.warning;
    rig.say(&change(Level::Elevated, Level::High)).await;
    let real = moved.next().await.warning;
    assert_eq!((exercise.status, real.status), (Status::Exercise, Status::Actual));
    assert_ne!(exercise.id, real.id);
    assert!(exercise.infos.iter().all(|info| info.headline.starts_with("EXERCISE EXERCISE EXERCISE")));
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_drafts_once_under_one_key_and_never_wider_than_the_evidence() {
    let rig = Rig::with_clock::<Alerts>(clock()).await;
    let running = rig.start::<Alerts>("").await;
    let mut moved = rig.listen::<WarningMoved>().await;
    let mut strict = change(Level::Elevated, Level::High);
    strict.situation.handling = Handling::new(Tlp::Amber, UnClass::Unclassified);
    rig.say(&strict).await;
    let draft = moved.next().await.warning;

    let mut form = form_of(&draft);
    form.handling.audience = domain::handling::Audience::Everyone;
    let update = UpdateWarning { id: draft.id.clone(), form: form.clone(), revision: Some(1) };
    let refused = rig.ask(&analyst(), &update).await.unwrap_err();
    assert_eq!((refused.kind, refused.errors[0].pointer.as_str()), (FailureKind::Invalid, "/handling"));

    act(&rig, &analyst(), &draft, WarningAction::Submit).await.unwrap();
    let refused = act(&rig, &head(), &draft, WarningAction::Approve).await.unwrap_err();
    assert_eq!(
        (refused.kind, refused.errors[0].pointer.as_str()),
        (FailureKind::Invalid, "/handling/audience")
    );
    let stale = MoveWarning {
        id: draft.id.clone(),
        action: WarningAction::Return,
        note: "x".into(),
        revision: Some(1),
    };
    assert_eq!(rig.ask(&head(), &stale).await.unwrap_err().kind, FailureKind::Stale);

    let own = DraftWarning { form };
    let first = rig.ask_once(&analyst(), "k1", &own).await.unwrap();
    assert_eq!(rig.ask_once(&analyst(), "k1", &own).await.unwrap(), first);
    let submit = MoveWarning {
        id: first.id.clone(),
        action: WarningAction::Submit,
        note: String::new(),
        revision: None,
    };
    let pending = rig.ask_once(&analyst(), "k2", &submit).await.unwrap();
    assert_eq!(rig.ask_once(&analyst(), "k2", &submit).await.unwrap(), pending);
    assert_eq!(rig.ask(&analyst(), &GetWarning { id: first.id }).await.unwrap(), pending);
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warning_past_its_end_expires_and_the_house_is_told() {
    let rig = Rig::with_clock::<Alerts>(clock()).await;
    let running = rig.start::<Alerts>("").await;
    let (mut moved, mut issued) = (rig.listen::<WarningMoved>().await, rig.listen::<WarningIssued>().await);
    rig.say(&change(Level::Elevated, Level::High)).await;
    let draft = moved.next().await.warning;
    act(&rig, &analyst(), &draft, WarningAction::Submit).await.unwrap();
    act(&rig, &head(), &draft, WarningAction::Approve).await.unwrap();
    issued.next().await;
    running.context().clock.advance(Duration::from_hours(73));
    let over = moved.find(|moved| moved.warning.state == State::Expired).await.warning;
    assert_eq!(over.id, draft.id);
    assert!(running.stop().await);
}
