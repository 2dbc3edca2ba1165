//! The service on a real bus.

use contracts::{
    FailureKind, Principal, Role,
    liaison::{ConsentAction, ConsentMoved, GetConsent, ListConsents, MoveConsent},
};
use domain::mandate::ConsentState::{Granted, Requested, Suspended, Withdrawn};
use kit::Clock;
use liaison::Liaison;
use testkit::{Rig, principal};

use crate::{happens, request};

fn officer() -> Principal {
    principal("u-officer", &[Role::PoliticalOfficer])
}

async fn rig() -> Rig {
    Rig::with_clock::<Liaison>(Clock::manual("2026-11-23T07:30:00Z".parse().unwrap())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_is_requested_granted_and_withdrawn_and_each_is_said() {
    let rig = rig().await;
    let running = rig.start::<Liaison>("").await;
    let mut moved = rig.listen::<ConsentMoved>().await;
    let first = rig.ask_once(&officer(), "k1", &request()).await.unwrap();
    assert_eq!(rig.ask_once(&officer(), "k1", &request()).await.unwrap(), first);
    let id = &first.consent.id;
    for action in
        [ConsentAction::Grant, ConsentAction::Suspend, ConsentAction::Resume, ConsentAction::Withdraw]
    {
        rig.ask(&officer(), &happens(id, action)).await.unwrap();
    }
    for (n, state) in [Requested, Granted, Suspended, Granted, Withdrawn].into_iter().enumerate() {
        let event = moved.next().await;
        assert_eq!((event.version as usize, event.consent.state), (n + 1, state));
    }
    let record = rig.ask(&officer(), &GetConsent { id: id.clone() }).await.unwrap();
    assert_eq!((record.version, record.history.len()), (5, 5));
    assert_eq!(record.history[4].by, "u-officer");
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_have_their_kinds_and_every_reason() {
    let rig = rig().await;
    let running = rig.start::<Liaison>("").await;
    let mut bare = request();
    (bare.instrument, bare.official) = (String::new(), String::new());
    let id = rig.ask(&officer(), &bare).await.unwrap().consent.id;
    let refused = rig.ask(&officer(), &happens(&id, ConsentAction::Grant)).await.unwrap_err();
    assert_eq!((refused.kind, refused.errors.len()), (FailureKind::Invalid, 2));
    let refused = rig.ask(&officer(), &happens(&id, ConsentAction::Resume)).await.unwrap_err();
    assert_eq!(refused.kind, FailureKind::Conflict);
    let old = MoveConsent { version: Some(7), ..happens(&id, ConsentAction::Decline) };
    assert_eq!(rig.ask(&officer(), &old).await.unwrap_err().kind, FailureKind::Stale);
    let mut abroad = request();
    abroad.grantor = "USA".parse().unwrap();
    assert_eq!(rig.ask(&officer(), &abroad).await.unwrap_err().errors[0].pointer, "/grantor");
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_reads_officers_write_and_partners_see_nothing() {
    let rig = rig().await;
    let running = rig.start::<Liaison>("").await;
    rig.ask(&officer(), &request()).await.unwrap();
    let analyst = principal("u-analyst", &[Role::Analyst]);
    assert_eq!(rig.ask(&analyst, &ListConsents::default()).await.unwrap().items.len(), 1);
    assert_eq!(rig.ask(&analyst, &request()).await.unwrap_err().kind, FailureKind::Forbidden);
    let mut partner = principal("u-partner", &[Role::Partner, Role::Analyst]);
    partner.organisation = Some("osce".into());
    assert_eq!(rig.ask(&partner, &ListConsents::default()).await.unwrap_err().kind, FailureKind::Forbidden);
    assert!(running.stop().await);
}
