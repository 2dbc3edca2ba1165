//! Levels set by hand: beside the computed one, for a reason and for a time, on both stores.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use analysis::{Analysis, api, jobs};
use contracts::{
    FailureKind, Role,
    analysis::{
        GetSituation,
        levels::AttentionRule,
        overrides::{EndOverride, ListOverrides, Override, OverrideMoved, OverrideState, SetOverride},
    },
};
use domain::{Level, Threat};
use kit::{Asked, db::outbox};
use testkit::databases;

use crate::given::*;

fn senior<Q>(query: Q) -> Asked<Q> {
    Asked { query, principal: testkit::principal("s.senior", &[Role::SeniorAnalyst]), key: None }
}

fn set(level: Level) -> SetOverride {
    SetOverride {
        province: "KG-B".parse().unwrap(),
        threat: Threat::BorderTension,
        exercise: false,
        level,
        reason: "seen on the spot".into(),
        until: None,
    }
}

async fn overrides(service: &Analysis) -> Vec<Override> {
    api::list_overrides(service, &asked(ListOverrides::default())).await.unwrap().items
}

#[tokio::test]
async fn a_level_set_by_hand_stands_beside_the_computed_one_and_ends_by_itself() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(vec![observation("a", 1)])).await;
        let refused = api::set_override(&service, &asked(set(Level::High))).await.unwrap_err();
        assert_eq!(contracts::Failure::from(refused).kind, FailureKind::Forbidden);
        let first = api::set_override(&service, &senior(set(Level::High))).await.unwrap();
        let told = the_situation(&service).await;
        assert_eq!((told.level, told.in_force(), told.set.as_ref()), (Level::Low, Level::High, Some(&first)));
        assert_eq!(told.attention.map(|attention| attention.rule), Some(AttentionRule::Override));
        base.clock.advance(std::time::Duration::from_secs(1));
        let second = api::set_override(&service, &senior(set(Level::Critical))).await.unwrap();
        assert_eq!(
            overrides(&service).await.iter().map(|set| set.state).collect::<Vec<_>>(),
            [OverrideState::Active, OverrideState::Replaced]
        );
        base.clock.advance(days(29));
        jobs::expire(&service).await.unwrap();
        assert_eq!(the_situation(&service).await.set, Some(second.clone()), "{}", base.engine);
        base.clock.advance(days(1));
        jobs::expire(&service).await.unwrap();
        assert_eq!(the_situation(&service).await.set, None);
        assert_eq!(overrides(&service).await[0].state, OverrideState::Expired);
        let then = GetSituation { on: Some(today().plus(3)), ..of("KG-B", Threat::BorderTension) };
        assert_eq!(one(&service, then).await.in_force(), Level::Critical, "as it was then");
        let said = outbox::unsent(&base.db, 100).await.unwrap();
        let moved: Vec<OverrideMoved> =
            said.iter().filter_map(|row| serde_json::from_str(&row.body().ok()?).ok()).collect();
        let levels: Vec<(Level, Level)> =
            moved.iter().map(|event| (event.was, event.situation.in_force())).collect();
        assert_eq!(
            levels,
            [(Level::Low, Level::High), (Level::High, Level::Critical), (Level::Critical, Level::Low)]
        );
    }
}

#[tokio::test]
async fn an_override_is_ended_early_with_a_reason_on_what_was_seen() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let set = api::set_override(&service, &senior(set(Level::High))).await.unwrap();
        assert_eq!(
            the_situation(&service).await.in_force(),
            Level::High,
            "a cell that nobody reported of is told of"
        );
        let end = |reason: &str, version| {
            senior(EndOverride { id: set.id.clone(), reason: reason.into(), version: Some(version) })
        };
        let kind = async |asked| {
            let refused = api::end_override(&service, &asked).await.unwrap_err();
            contracts::Failure::from(refused).kind
        };
        assert_eq!(kind(end(" ", 1)).await, FailureKind::Invalid);
        assert_eq!(kind(end("calm again", 7)).await, FailureKind::Stale);
        let ended = api::end_override(&service, &end("calm again", 1)).await.unwrap();
        assert_eq!(
            (ended.state, ended.end_reason.as_str(), ended.version),
            (OverrideState::Ended, "calm again", 2)
        );
        assert_eq!(api::end_override(&service, &end("calm again", 1)).await.unwrap(), ended, "twice is once");
        assert!(situations(&service, GetSituation::default()).await.is_empty(), "{}", base.engine);
    }
}
