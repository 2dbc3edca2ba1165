use domain::Threat;
use proptest::prelude::*;

use super::*;

fn now() -> Timestamp {
    "2026-11-23T07:30:00Z".parse().unwrap()
}

fn form() -> RequestConsent {
    RequestConsent {
        grantor: "KGZ".parse().unwrap(),
        beneficiary: "osce".into(),
        purpose: "early warning at the border".into(),
        issues: [Threat::BorderTension].into(),
        instrument: "Note verbale 14/2026".into(),
        official: "Deputy Minister of Foreign Affairs".into(),
        valid_from: "2026-11-01".parse().unwrap(),
        valid_until: Some("2027-10-31".parse().unwrap()),
        exercise: false,
    }
}

fn requested() -> ConsentRecord {
    request(ConsentId::derived(&["c"]), form(), "officer", now()).unwrap()
}

fn happens(action: ConsentAction) -> MoveConsent {
    let id = ConsentId::derived(&["c"]);
    MoveConsent { id, action, note: "as written".into(), instrument: None, official: None, version: None }
}

fn after(actions: &[ConsentAction]) -> ConsentRecord {
    actions
        .iter()
        .fold(requested(), |record, action| advance(record, &happens(*action), "officer", now()).unwrap())
}

fn standing(state: ConsentState) -> ConsentRecord {
    use ConsentAction as A;
    after(match state {
        ConsentState::Requested => &[],
        ConsentState::Granted => &[A::Grant],
        ConsentState::Conditional => &[A::GrantConditionally],
        ConsentState::Declined => &[A::Decline],
        ConsentState::Suspended => &[A::Grant, A::Suspend],
        ConsentState::Withdrawn => &[A::Grant, A::Withdraw],
    })
}

#[test]
fn each_state_knows_its_own_moves_and_no_other() {
    use ConsentAction as A;
    use ConsentState as S;
    let known = [
        (S::Requested, A::Grant, S::Granted),
        (S::Requested, A::GrantConditionally, S::Conditional),
        (S::Requested, A::Decline, S::Declined),
        (S::Conditional, A::Grant, S::Granted),
        (S::Conditional, A::Withdraw, S::Withdrawn),
        (S::Granted, A::Suspend, S::Suspended),
        (S::Granted, A::Withdraw, S::Withdrawn),
        (S::Suspended, A::Resume, S::Granted),
        (S::Suspended, A::Withdraw, S::Withdrawn),
    ];
    for state in S::ALL.iter().copied() {
        for action in A::ALL.iter().copied() {
            let to = known.iter().find(|(from, by, _)| (*from, *by) == (state, action)).map(|(_, _, to)| *to);
            match (advance(standing(state), &happens(action), "officer", now()), to) {
                (Ok(record), Some(to)) => assert_eq!(record.consent.state, to, "{state} {action}"),
                (Err(Refusal::State { .. }), None) => {}
                (other, to) => panic!("{state} {action}: {other:?}, expected {to:?}"),
            }
        }
    }
}

#[test]
fn a_refused_move_says_what_can_happen_instead() {
    let refused =
        |state, action| advance(standing(state), &happens(action), "o", now()).unwrap_err().to_string();
    assert_eq!(
        refused(ConsentState::Granted, ConsentAction::Decline),
        "a consent that is granted knows no decline; what can happen to it: suspend, withdraw"
    );
    assert_eq!(
        refused(ConsentState::Withdrawn, ConsentAction::Resume),
        "a consent that is withdrawn knows no resume; what can happen to it: nothing more; request another"
    );
}

fn pointers(result: Result<ConsentRecord, Refusal>) -> Vec<String> {
    match result {
        Err(Refusal::Guards { errors, .. }) => errors.into_iter().map(|error| error.pointer).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_request_names_everything_that_is_wrong_with_it() {
    let wrong = RequestConsent {
        grantor: "USA".parse().unwrap(),
        beneficiary: "OSCE Centre".into(),
        purpose: " ".into(),
        issues: [].into(),
        valid_until: Some("2026-10-31".parse().unwrap()),
        ..form()
    };
    assert_eq!(
        pointers(request(ConsentId::derived(&["c"]), wrong, "officer", now())),
        ["/grantor", "/beneficiary", "/purpose", "/issues", "/valid_until"]
    );
}

#[test]
fn granting_names_every_missing_item() {
    let bare = RequestConsent { instrument: String::new(), official: String::new(), ..form() };
    let record = request(ConsentId::derived(&["c"]), bare, "officer", now()).unwrap();
    let refused = advance(record.clone(), &happens(ConsentAction::Grant), "officer", now());
    assert_eq!(pointers(refused), ["/instrument", "/official"]);
    let conditional = MoveConsent { note: String::new(), ..happens(ConsentAction::GrantConditionally) };
    assert_eq!(
        pointers(advance(record.clone(), &conditional, "officer", now())),
        ["/instrument", "/official", "/note"]
    );
    let full = MoveConsent {
        instrument: Some("Note verbale 15/2026".into()),
        official: Some("Minister".into()),
        ..happens(ConsentAction::Grant)
    };
    let granted = advance(record, &full, "officer", now()).unwrap();
    assert_eq!(granted.consent.instrument, "Note verbale 15/2026");
    assert!(granted.consent.is_active(now().day()));
}

#[test]
fn what_is_over_by_its_dates_is_neither_granted_nor_resumed() {
    let later = "2027-11-01T00:00:00Z".parse().unwrap();
    for (state, action) in
        [(ConsentState::Requested, ConsentAction::Grant), (ConsentState::Suspended, ConsentAction::Resume)]
    {
        assert_eq!(pointers(advance(standing(state), &happens(action), "officer", later)), ["/valid_until"]);
    }
}

#[test]
fn conditions_are_kept_until_they_are_met() {
    let record = standing(ConsentState::Conditional);
    assert_eq!(record.conditions, "as written");
    let silent = MoveConsent { note: String::new(), ..happens(ConsentAction::Grant) };
    assert_eq!(pointers(advance(record.clone(), &silent, "officer", now())), ["/note"]);
    assert_eq!(advance(record, &happens(ConsentAction::Grant), "officer", now()).unwrap().conditions, "");
}

#[test]
fn a_decision_on_an_old_version_is_stale() {
    let old = MoveConsent { version: Some(1), ..happens(ConsentAction::Withdraw) };
    let refusal = advance(standing(ConsentState::Granted), &old, "officer", now()).unwrap_err();
    assert_eq!(refusal, Refusal::Stale { now: 2, given: 1 });
}

proptest! {
    #[test]
    fn history_and_version_grow_by_one_with_every_change_and_end_where_the_consent_stands(
        actions in proptest::collection::vec(0..ConsentAction::ALL.len(), 0..12),
    ) {
        let mut record = requested();
        for action in actions {
            let before = record.clone();
            match advance(record, &happens(ConsentAction::ALL[action]), "officer", now()) {
                Ok(moved) => {
                    prop_assert_eq!(moved.version, before.version + 1);
                    prop_assert_eq!(&moved.history[..before.history.len()], &before.history[..]);
                    record = moved;
                }
                Err(_) => record = before,
            }
            prop_assert_eq!(record.history.len(), record.version as usize);
            prop_assert_eq!(record.history.last().map(|step| step.state), Some(record.consent.state));
        }
    }

    #[test]
    fn what_was_declined_or_withdrawn_stays_so(action in 0..ConsentAction::ALL.len()) {
        for state in [ConsentState::Declined, ConsentState::Withdrawn] {
            prop_assert_eq!(next(state, ConsentAction::ALL[action]), None);
        }
    }
}
