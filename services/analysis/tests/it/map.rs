//! The whole map, kept ready: never the old one after something was written, for each of the two worlds and for each reach.

use analysis::{Analysis, api, jobs};
use contracts::{
    Role,
    analysis::{GetSituation, Situation, overrides::SetOverride},
};
use domain::{Handling, Level, Observation, Threat, Tlp, UnClass};
use kit::Asked;
use testkit::databases;

use crate::given::*;

async fn map(service: &Analysis) -> Vec<Situation> {
    situations(service, GetSituation::default()).await
}

async fn events(service: &Analysis) -> Vec<u64> {
    map(service).await.iter().map(|told| told.coverage.reports).collect()
}

#[tokio::test]
async fn a_map_after_a_report_is_never_the_old_one() {
    for base in databases::<Analysis>().await {
        // two of the same store, as replicas are
        let (one, other) = (service(&base), service(&base));
        for number in 1..=5 {
            hear(&one, &base, pack(vec![observation(&format!("report {number}"), 1)])).await;
            assert_eq!(events(&other).await, [number], "{}", base.engine);
            assert_eq!(events(&one).await, [number], "of the one that heard it");
            if number % 2 == 0 {
                jobs::settle(&one).await.unwrap();
                assert_eq!((events(&one).await, events(&other).await), (vec![number], vec![number]));
            }
        }
        let senior = testkit::principal("s.senior", &[Role::SeniorAnalyst]);
        let set = SetOverride {
            province: "KG-B".parse().unwrap(),
            threat: Threat::BorderTension,
            exercise: false,
            level: Level::Critical,
            reason: "seen on the spot".into(),
            until: None,
        };
        api::set_override(&one, &Asked { query: set, principal: senior, key: None }).await.unwrap();
        assert_eq!(map(&other).await[0].in_force(), Level::Critical, "{}", base.engine);
        base.clock.advance(days(1));
        assert_eq!(map(&other).await[0].on, today().plus(1), "the next day");
    }
}

#[tokio::test]
async fn a_map_in_pieces_is_in_the_order_of_threats_and_provinces_and_the_same_as_it_is_kept() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let of = |province: &str, threat| {
            let seen = elsewhere(observation(&format!("{province} {threat}"), 1), province);
            Observation { threats: vec![threat], ..seen }
        };
        let all = ["TJ-SU", "AF-KDZ", "KZ-10", "KG-B"];
        let first = all.map(|province| of(province, Threat::BorderTension));
        hear(&service, &base, pack(first.to_vec())).await;
        jobs::settle(&service).await.unwrap();
        hear(&service, &base, pack(vec![of("AF-KDZ", Threat::DrugTrafficking)])).await;
        let pieces = map(&service).await;
        let mut sorted = pieces.clone();
        sorted.sort_by(|a, b| (a.threat, &a.province).cmp(&(b.threat, &b.province)));
        assert_eq!(pieces, sorted);
        assert!(pieces.len() >= 5, "{}: {}", base.engine, pieces.len());
        jobs::settle(&service).await.unwrap();
        assert_eq!(map(&self::service(&base)).await, pieces, "{}: as it is kept", base.engine);
    }
}

#[tokio::test]
async fn a_map_that_is_ready_is_told_to_nobody_else() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let strict = Handling::new(Tlp::Red, UnClass::StrictlyConfidential);
        let restricted = Observation { handling: strict, ..observation("restricted", 1) };
        let exercise = Observation { exercise: true, ..observation("played", 1) };
        hear(&service, &base, pack(vec![observation("open", 2), restricted, exercise])).await;
        let head = testkit::principal("h.head", &[Role::Head]);
        let operator = testkit::principal("o.operator", &[Role::Operator]);
        let reports = async |principal: &contracts::Principal, exercise| {
            let query = GetSituation { exercise, ..GetSituation::default() };
            let asked = Asked { query, principal: principal.clone(), key: None };
            let told = api::get_situation(&service, &asked).await.unwrap().read().unwrap();
            told.iter().map(|one| one.coverage.reports).collect::<Vec<_>>()
        };
        for _ in 0..2 {
            assert_eq!(reports(&head, false).await, [2], "{}", base.engine);
            assert_eq!(reports(&operator, false).await, [1], "{}: what is left", base.engine);
            assert_eq!(reports(&head, true).await, [1]);
        }
        let partner = testkit::principal("p.partner", &[Role::Partner]);
        let refused = Asked { query: GetSituation::default(), principal: partner, key: None };
        assert!(api::get_situation(&service, &refused).await.is_err(), "who may not read it");
    }
}
