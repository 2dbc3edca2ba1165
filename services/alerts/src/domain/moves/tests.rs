use domain::{Handling, Level, Tlp, UnClass, warning::Status};
use proptest::prelude::*;

use super::*;
use crate::domain::{
    examples::{SENDER, approve, form, head, issued, now, submitted, warning_draft, who},
    wording::EXERCISE,
};

/// Every thing a person can do, on a record.
fn attempt(action: &str, record: Record) -> Result<Record, Refusal> {
    let issued = record.warning.clone();
    match action {
        "submit" => submit(record, &who("a"), ""),
        "approve" => approve(record, &who("b")),
        "return" => send_back(record, "why"),
        "cancel" => cancel(record, issued, (&who("c"), "why"), (now(), SENDER)).map(|(record, _)| record),
        _ => rewrite(record, form(), &who("d"), now()),
    }
}

fn standing(state: State) -> Record {
    match state {
        State::Draft => warning_draft(Level::High),
        State::Pending => submitted(Level::High),
        State::Issued => issued(Level::High),
        State::Cancelled => attempt("cancel", issued(Level::High)).unwrap(),
        State::Expired => at_time(issued(Level::High), now().plus(chrono::Duration::hours(72))).unwrap(),
    }
}

#[test]
fn each_state_allows_its_own_moves_and_no_other() {
    let allowed = [
        (State::Draft, "submit", State::Pending),
        (State::Draft, "rewrite", State::Draft),
        (State::Pending, "approve", State::Issued),
        (State::Pending, "return", State::Draft),
        (State::Issued, "cancel", State::Cancelled),
        (State::Issued, "rewrite", State::Draft),
    ];
    for state in State::ALL.iter().copied() {
        for action in ["submit", "approve", "return", "cancel", "rewrite"] {
            let to =
                allowed.iter().find(|(from, by, _)| *from == state && *by == action).map(|(_, _, to)| *to);
            let before = standing(state);
            let revision = before.warning.revision;
            match (attempt(action, before), to) {
                (Ok(after), Some(to)) => {
                    assert_eq!(after.warning.state, to, "{state} {action}");
                    assert_eq!(after.warning.revision, revision + 1, "{state} {action}");
                }
                (Err(Refusal::State { state: named, .. }), None) => assert_eq!(named, state),
                (other, expected) => panic!("{state} {action}: {other:?}, expected {expected:?}"),
            }
        }
    }
}

#[test]
fn a_refused_move_says_where_it_stands_and_what_would_be_needed() {
    let refusal = attempt("approve", warning_draft(Level::High)).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "a warning that is draft cannot be approved; only what waits for approval can"
    );
}

fn reasons(result: Result<Record, Refusal>) -> (bool, Vec<String>) {
    match result {
        Err(Refusal::Guards { two_person, errors, .. }) => {
            (two_person, errors.into_iter().map(|error| error.pointer).collect())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_reason_against_issuing_is_named_at_once() {
    let mut record = submitted(Level::High);
    record.warning.handling = Handling::new(Tlp::Clear, UnClass::Unclassified);
    record.warning.expires = now();
    let (two_person, pointers) = reasons(approve(record, &who("submitter")));
    assert!(two_person);
    for pointer in ["/principal", "/handling/audience", "/expires"] {
        assert!(pointers.iter().any(|p| p == pointer), "{pointer} not in {pointers:?}");
    }
}

#[test]
fn a_warning_for_nobody_or_only_for_the_excluded_is_not_issued() {
    let mut record = submitted(Level::High);
    record.warning.handling.audience = Audience::Only(["osce".to_owned()].into());
    assert!(approve(record.clone(), &who("b")).is_ok());
    record.warning.handling.exclude = ["osce".to_owned()].into();
    assert_eq!(reasons(approve(record, &who("b"))).1, ["/handling/audience"]);
}

#[test]
fn the_gravest_need_two_persons_and_the_head_among_them() {
    let first = approve(submitted(Level::Critical), &who("b")).unwrap();
    assert_eq!(first.warning.state, State::Pending);
    assert!(reasons(approve(first.clone(), &who("b"))).0);
    assert!(reasons(approve(first.clone(), &who("c"))).0);
    let second = approve(first, &head("c")).unwrap();
    assert_eq!(second.warning.state, State::Issued);
    assert_eq!(second.warning.approved_by.as_deref(), Some("b, c"));
    let head_first = approve(submitted(Level::Critical), &head("b")).unwrap();
    assert_eq!(head_first.warning.state, State::Pending);
    assert_eq!(approve(head_first, &who("c")).unwrap().warning.state, State::Issued);
}

#[test]
fn who_rewrote_a_draft_does_not_approve_it() {
    let record = rewrite(warning_draft(Level::High), form(), &who("d"), now()).unwrap();
    let record = submit(record, &who("a"), "").unwrap();
    assert_eq!(reasons(approve(record, &who("d"))), (true, vec!["/principal".to_owned()]));
}

#[test]
fn an_approval_does_not_outlive_the_text_it_was_given_to() {
    let record = approve(submitted(Level::Critical), &head("b")).unwrap();
    let record = send_back(record, "once more").unwrap();
    assert!(record.hands.approvals.is_empty());
}

#[test]
fn what_was_noted_within_the_house_does_not_go_out() {
    let record = send_back(submitted(Level::High), "doubtful source, ask him").unwrap();
    let record = approve(submit(record, &who("a"), "").unwrap(), &who("b")).unwrap();
    assert_eq!(record.warning.note, "");
}

#[test]
fn an_issued_warning_is_valid_cap_and_a_cancellation_refers_to_it() {
    let record = submitted(Level::High);
    let Approved::Issued(record, message) = approve_whole(record) else { panic!("not issued") };
    assert!(contracts::cap::check(&message.cap).is_ok());
    assert!(message.reference.starts_with("centre.example,"), "{}", message.reference);
    assert!(message.reference.ends_with(",2026-11-23T07:30:00-00:00"), "{}", message.reference);
    let sent = record.warning.clone();
    let later = now().plus(chrono::Duration::hours(1));
    let (cancelled, last) = cancel(*record, sent, (&who("c"), "retracted"), (later, SENDER)).unwrap();
    assert_eq!(last.warning.references, [message.reference]);
    assert_eq!((last.warning.version, last.warning.message_type), (2, MessageType::Cancel));
    assert_eq!(cancelled.in_force, None);
    assert!(contracts::cap::check(&last.cap).is_ok());
}

fn approve_whole(record: Record) -> Approved {
    super::approve(record, &who("b"), "", (now(), SENDER)).unwrap()
}

#[test]
fn a_cancellation_without_a_reason_is_refused() {
    let record = issued(Level::High);
    let message = record.warning.clone();
    let result = cancel(record, message, (&who("c"), " "), (now(), SENDER)).map(|(record, _)| record);
    assert_eq!(reasons(result).1, ["/note"]);
}

#[test]
fn a_new_version_may_become_neither_real_nor_of_another_threat() {
    let mut form = form();
    form.status = Status::Exercise;
    form.threat = domain::Threat::WaterEnergy;
    let (_, pointers) = reasons(rewrite(issued(Level::High), form, &who("d"), now()));
    assert_eq!(pointers, ["/status", "/threat"]);
}

#[test]
fn a_persons_exercise_is_marked_too() {
    let mut form = form();
    form.status = Status::Exercise;
    let record = draft(WarningId::derived(&["p"]), form, &who("d"), now()).unwrap();
    assert!(record.warning.infos[0].headline.starts_with(EXERCISE));
    assert_eq!(record.warning.note, EXERCISE);
}

#[test]
fn time_ends_what_is_issued_and_what_nobody_issued() {
    let end = now().plus(chrono::Duration::hours(72));
    let before = end.minus(chrono::Duration::seconds(1));
    for record in [issued(Level::High), warning_draft(Level::High), submitted(Level::High)] {
        assert_eq!(at_time(record.clone(), before), None);
        let after = at_time(record, end).unwrap();
        assert_eq!((after.warning.state, after.in_force.clone()), (State::Expired, None));
        assert_eq!(at_time(after, end), None);
    }
}

#[test]
fn a_new_version_whose_predecessor_expired_begins_a_chain() {
    let mut form = form();
    form.expires = form.expires.plus(chrono::Duration::hours(10));
    let record = rewrite(issued(Level::High), form, &who("d"), now()).unwrap();
    let end = now().plus(chrono::Duration::hours(72));
    let record = at_time(record, end).unwrap();
    assert_eq!(record.warning.state, State::Draft);
    assert_eq!((record.warning.version, record.warning.message_type), (2, MessageType::Alert));
    assert!(record.warning.references.is_empty());
    assert_eq!(at_time(record, end), None);
}

#[test]
fn a_draft_that_ends_before_its_predecessor_waits_for_it() {
    let mut form = form();
    form.expires = now().plus(chrono::Duration::hours(1));
    let record = rewrite(issued(Level::High), form, &who("d"), now()).unwrap();
    assert_eq!(at_time(record, now().plus(chrono::Duration::hours(2))), None);
}

const PEOPLE: [&str; 3] = ["a", "b", "c"];
const ACTIONS: [&str; 5] = ["submit", "approve", "return", "rewrite", "cancel"];

proptest! {
    #[test]
    fn nobody_ever_issues_what_the_same_person_wrote_or_submitted(
        critical in any::<bool>(),
        by_hand in any::<bool>(),
        steps in proptest::collection::vec((0..ACTIONS.len(), 0..PEOPLE.len(), any::<bool>()), 1..25),
    ) {
        let level = if critical { Level::Critical } else { Level::High };
        let form = WarningForm { level, ..form() };
        let mut record = warning_draft(level);
        if by_hand {
            record = draft(WarningId::derived(&["p"]), form.clone(), &who("a"), now()).unwrap();
        }
        let (mut wrote, mut gave) = (record.hands.authors.clone(), None);
        for (action, person, is_head) in steps {
            let person = Who { head: is_head, ..who(PEOPLE[person]) };
            let before = record.clone();
            let version = before.warning.version;
            let after = match ACTIONS[action] {
                "submit" => submit(record, &person, ""),
                "approve" => approve(record, &person),
                "return" => send_back(record, "why"),
                "rewrite" => rewrite(record, form.clone(), &person, now()),
                _ => {
                    let message = record.warning.clone();
                    cancel(record, message, (&person, "why"), (now(), SENDER)).map(|(record, _)| record)
                }
            };
            record = after.unwrap_or(before.clone());
            if record == before {
                continue;
            }
            if record.warning.version != version {
                wrote.clear();
            }
            match ACTIONS[action] {
                "submit" => gave = Some(person.subject.clone()),
                "rewrite" => { wrote.insert(person.subject.clone()); }
                "approve" => {
                    prop_assert!(!wrote.contains(&person.subject));
                    prop_assert_ne!(gave.as_ref(), Some(&person.subject));
                }
                _ => {}
            }
            if record.warning.state == State::Issued && critical {
                let approvers: std::collections::BTreeSet<_> =
                    record.hands.approvals.iter().map(|approval| &approval.subject).collect();
                prop_assert_eq!(approvers.len(), 2);
                prop_assert!(record.hands.approvals.iter().any(|approval| approval.head));
            }
        }
    }
}
