//! Series and indicators, told from what the reader may know, on both stores.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use analysis::{
    Analysis, api,
    domain::reporting,
    store::{Reader, handling::Markings},
};
use contracts::{
    Role,
    analysis::{
        GetSituation,
        indicators::ListIndicators,
        series::{GetSeries, Series, Unit},
    },
    intake::indicators::IndicatorReading,
    principal::is_restricted,
};
use domain::{Extent, Handling, Indicator, Observation, Threat, Timestamp, Tlp, UnClass};
use kit::Asked;
use testkit::{databases, principal};

use crate::{
    given::*,
    levels::{hear_read, reading},
};

fn by<Q>(role: Role, query: Q) -> Asked<Q> {
    Asked { query, principal: principal("somebody", &[role]), key: None }
}

fn restricted() -> Handling {
    Handling::new(Tlp::Red, UnClass::StrictlyConfidential)
}

fn series(province: &str, unit: Unit, known_on: Option<Timestamp>) -> GetSeries {
    GetSeries {
        province: province.parse().ok(),
        country: None,
        threat: Some(Threat::BorderTension),
        unit,
        from: None,
        to: None,
        known_on,
        exercise: false,
    }
}

async fn told(service: &Analysis, role: Role, wish: GetSeries) -> Series {
    api::get_series(service, &by(role, wish)).await.unwrap().remove(0)
}

fn events(told: &Series) -> u64 {
    told.points.iter().filter_map(|point| point.events).sum()
}

/// Four open reports from Batken and three restricted ones, and a province of which only restricted ones speak.
fn world() -> Vec<Observation> {
    let open = (0..4).map(|n| observation(&format!("open {n}"), 30 * n));
    let strict = (0..3).map(|n| observation(&format!("strict {n}"), n));
    let other = (0..2).map(|n| elsewhere(observation(&format!("other {n}"), n), "TJ-SU"));
    let strict = strict.chain(other).map(|seen| Observation { handling: restricted(), ..seen });
    open.chain(strict).map(|seen| Observation { known_from: today().start(), ..seen }).collect()
}

#[tokio::test]
async fn a_series_is_told_from_the_rest_with_the_word_that_there_is_more() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(world())).await;
        let whole = told(&service, Role::Analyst, series("KG-B", Unit::Month, None)).await;
        assert_eq!((events(&whole), whole.partial, whole.handling.tlp()), (7, false, Tlp::Red));
        for known_on in [None, Some(today().plus(1).start())] {
            let rest = told(&service, Role::Operator, series("KG-B", Unit::Month, known_on)).await;
            assert_eq!((events(&rest), rest.partial), (4, true), "{} {known_on:?}", base.engine);
            assert!(!is_restricted(&rest.handling));
        }
        let nothing = told(&service, Role::Operator, series("TJ-SU", Unit::Month, None)).await;
        assert_eq!((events(&nothing), nothing.partial), (0, false), "nor that there is more");
    }
}

#[tokio::test]
async fn a_source_of_which_only_restricted_rows_stand_claims_nothing_to_who_has_no_need_to_know() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let listed = (0..3).map(|n| Observation {
            source: "ucdp".into(),
            owner: "UCDP".into(),
            handling: restricted(),
            ..observation(&format!("listed {n}"), n)
        });
        hear(&service, &base, pack(listed.chain([observation("open", 1)]).collect())).await;
        let complete = async |role| {
            let days = told(&service, role, series("KG-B", Unit::Day, None)).await.points;
            days.iter().filter(|day| day.coverage.complete).count()
        };
        assert_eq!(
            (complete(Role::Analyst).await, complete(Role::Operator).await),
            (3, 0),
            "{}",
            base.engine
        );
    }
}

#[tokio::test]
async fn indicators_are_told_from_the_answers_that_a_reader_may_know() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let open = reading("open", Indicator::CrossingClosures, Extent::Slight, 3);
        let strict = IndicatorReading {
            handling: restricted(),
            ..reading("strict", Indicator::CrossingClosures, Extent::Severe, 1)
        };
        hear_read(&service, &base, vec![open, strict], Vec::new()).await;
        let latest = async |role| {
            let wish = ListIndicators {
                province: "KG-B".parse().unwrap(),
                threat: Some(Threat::BorderTension),
                on: None,
                known_on: None,
                exercise: false,
            };
            let all = api::list_indicators(&service, &by(role, wish)).await.unwrap();
            let one = all.into_iter().find(|one| one.indicator == Indicator::CrossingClosures).unwrap();
            one.latest.unwrap().extent
        };
        let told = (latest(Role::Analyst).await, latest(Role::Operator).await);
        assert_eq!(told, (Extent::Severe, Extent::Slight), "{}", base.engine);
    }
}

#[tokio::test]
async fn how_much_comes_from_a_province_is_told_without_what_is_restricted_whatever_it_bears_on() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let known = |seen: Observation| Observation { known_from: today().start(), ..seen };
        let open = (0..10).map(|n| known(observation(&format!("open {n}"), 30 * n)));
        // three restricted reports of another threat stood in the count beside a level that everybody reads
        let strict = (0..3).map(|n| Observation {
            handling: restricted(),
            threats: vec![Threat::WaterEnergy],
            ..known(observation(&format!("strict {n}"), n))
        });
        hear(&service, &base, pack(open.chain(strict).collect())).await;
        let told = async |role| {
            let wish = GetSituation { province: "KG-B".parse().ok(), ..GetSituation::default() };
            let all = api::get_situation(&service, &by(role, wish)).await.unwrap().read().unwrap();
            let one = all.into_iter().find(|one| one.threat == Threat::BorderTension).unwrap();
            (one.reporting.unwrap().received, is_restricted(&one.handling))
        };
        assert_eq!(told(Role::Analyst).await, (4, false), "{}", base.engine);
        assert_eq!(told(Role::Operator).await, (1, false), "{}", base.engine);
    }
}

#[tokio::test]
async fn what_is_restricted_and_older_than_the_days_that_are_looked_at_binds_no_count_of_what_comes() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let first = reporting::looked_at_since(today());
        for (id, province, day) in [("older", "TJ-SU", first.plus(-1)), ("in", "KG-B", first)] {
            let seen = elsewhere(observation(id, today().since(day)), province);
            hear(&service, &base, pack(vec![Observation { handling: restricted(), ..seen }])).await;
        }
        let markings = Markings::read(&mut Reader::Db(&base.db), false, None).await.unwrap();
        for (province, bound) in [("TJ-SU", false), ("KG-B", true)] {
            let province = province.parse().unwrap();
            assert!(is_restricted(&markings.from_province(&province)), "{}", base.engine);
            let recent = markings.from_province_since(&province, first);
            assert_eq!(is_restricted(&recent), bound, "{} {province}", base.engine);
        }
    }
}
