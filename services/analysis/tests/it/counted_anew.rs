//! A month that changes later than the months after it is counted anew: its anomaly follows, or opens on the day it became known.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use analysis::{
    Analysis, api, jobs,
    store::{Reader, anomaly},
};
use contracts::{
    PageRequest,
    analysis::{
        anomalies::{Anomaly, AnomalyState, ListAnomalies},
        products::{ProductForm, ProductKind},
        recompute::{GetRecompute, Recomputed, StartRecompute},
    },
};
use domain::{Observation, Threat};
use kit::on_tx;
use testkit::{Database, databases};

use crate::{
    given::*,
    products::{drafted, form},
};

/// An incident a month for a year in a province, known since the first day of the test.
fn quiet(province: &str) -> Vec<Observation> {
    let of = |n: i64| elsewhere(observation(&format!("quiet {province} {n}"), 30 * n), province);
    (1..=12).map(of).map(|seen| Observation { known_from: today().start(), ..seen }).collect()
}

/// So many incidents of November, known only so many days after the first day of the test.
fn late(name: &str, province: &str, (number, known_in): (i64, i64)) -> Vec<Observation> {
    let of = |n: i64| Observation {
        known_from: today().plus(known_in).start(),
        ..elsewhere(observation(&format!("{name} {province} {n}"), n % 20), province)
    };
    (0..number).map(of).collect()
}

async fn anomalies(service: &Analysis, province: &str) -> Vec<Anomaly> {
    let wish = ListAnomalies {
        province: province.parse().ok(),
        page: PageRequest { cursor: None, limit: Some(100) },
        ..ListAnomalies::default()
    };
    api::list_anomalies(service, &asked(wish)).await.unwrap().items
}

/// What a comparison of border tension comes to; nothing is written.
async fn compared(service: &Analysis) -> Recomputed {
    let wish = StartRecompute { threat: Some(Threat::BorderTension), check: true };
    let asker = |query| kit::Asked {
        query,
        principal: testkit::principal("an.operator", &[contracts::Role::Operator]),
        key: None,
    };
    let begun = api::start_recompute(service, &asker(wish)).await.unwrap();
    loop {
        jobs::recount(service).await.unwrap();
        let run = api::get_recompute(
            service,
            &kit::Asked {
                query: GetRecompute { id: begun.id.clone() },
                principal: testkit::principal("an.operator", &[contracts::Role::Operator]),
                key: None,
            },
        )
        .await
        .unwrap();
        if run.has_ended() {
            return run.threats[0].found;
        }
    }
}

async fn begun(base: &Database) -> Analysis {
    let service = service(base);
    hear(&service, base, pack([quiet("KG-B"), quiet("KG-O")].concat())).await;
    hear(&service, base, pack(late("burst", "KG-B", (15, 0)))).await;
    jobs::settle(&service).await.unwrap();
    service
}

#[tokio::test]
async fn a_revision_of_a_month_long_past_gives_its_anomaly_the_next_version_and_opens_a_new_one_today() {
    for base in databases::<Analysis>().await {
        let service = begun(&base).await;
        let opened = anomalies(&service, "KG-B").await.remove(0);
        assert_eq!((opened.observed, opened.version), (15.0, 1), "{}", base.engine);
        assert!(anomalies(&service, "KG-O").await.is_empty());
        let before = base.clock.now();
        base.clock.advance(days(89));
        let more = [late("more", "KG-B", (10, 89)), late("first", "KG-O", (15, 89))].concat();
        hear(&service, &base, pack(more)).await;
        let found = compared(&service).await;
        assert_eq!(found.anomalies_moved, 2, "{}: a comparison sees both: {found:?}", base.engine);
        jobs::settle(&service).await.unwrap();
        let grown = anomalies(&service, "KG-B").await.remove(0);
        assert_eq!((grown.observed, grown.version, grown.state), (25.0, 2, AnomalyState::Open));
        let new = anomalies(&service, "KG-O").await.remove(0);
        assert_eq!((new.observed, new.month, new.opened_at.day()), (15.0, opened.month, today().plus(89)));
        let then = ListAnomalies { known_on: Some(before), ..ListAnomalies::default() };
        let then = api::list_anomalies(&service, &asked(then)).await.unwrap().items;
        assert_eq!(then, [opened], "{}: as it was known then", base.engine);
        assert_eq!(compared(&service).await.anomalies_moved, 0, "{}", base.engine);
        jobs::settle(&service).await.unwrap();
        assert_eq!(anomalies(&service, "KG-B").await, [grown], "once more changes nothing");
    }
}

#[tokio::test]
async fn what_a_first_file_tells_of_past_years_opens_no_anomaly_of_them() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let old = (0..20).map(|n| Observation {
            known_from: today().start(),
            ..observation(&format!("old {n}"), 200 + n % 5)
        });
        hear(&service, &base, pack([quiet("KG-B"), old.collect()].concat())).await;
        jobs::settle(&service).await.unwrap();
        assert!(anomalies(&service, "KG-B").await.is_empty(), "{}", base.engine);
        assert_eq!(compared(&service).await.anomalies_moved, 0, "{}", base.engine);
    }
}

#[tokio::test]
async fn an_anomaly_that_stands_otherwise_than_its_month_is_counted_is_seen_by_a_comparison() {
    for base in databases::<Analysis>().await {
        let service = begun(&base).await;
        let opened = anomalies(&service, "KG-B").await.remove(0);
        let stale = Anomaly { observed: 3.0, version: 2, ..opened };
        let mut tx = base.db.begin().await.unwrap();
        anomaly::put(&mut tx, &stale).await.unwrap();
        on_tx!(&mut tx, |c| sqlx::query("delete from counted_anew").execute(c).await.map(|_| ())).unwrap();
        tx.commit().await.unwrap();
        base.clock.advance(days(89));
        assert_eq!(compared(&service).await.anomalies_moved, 1, "{}", base.engine);
        let kept = anomaly::get(&mut Reader::Db(&base.db), &stale.id).await.unwrap().unwrap();
        assert_eq!(kept, stale, "{}: a comparison writes nothing", base.engine);
    }
}

#[tokio::test]
async fn the_situation_report_of_the_week_in_which_an_older_event_became_known_tells_it() {
    for base in databases::<Analysis>().await {
        let service = begun(&base).await;
        base.clock.advance(days(30));
        let known_in =
            |seen: Observation, number: i64| Observation { known_from: today().plus(number).start(), ..seen };
        let old = known_in(deadly(observation("old", 3), 300), 28);
        let first_look = known_in(elsewhere(deadly(observation("elsewhere", 3), 9), "TJ-SU"), 28);
        hear(&service, &base, pack(vec![old, first_look])).await;
        let told = async |from: i64, to: i64| -> Vec<String> {
            let form = ProductForm {
                from: today().plus(from),
                to: today().plus(to),
                ..form(ProductKind::SituationReport)
            };
            let texts = drafted(&service, form).await;
            texts
                .statements()
                .map(|said| said.text.clone())
                .filter(|text| text.contains("Became known"))
                .collect()
        };
        let week = told(24, 30).await;
        assert!(week.iter().any(|text| text.contains("300 deaths")), "{}: {week:?}", base.engine);
        assert!(!week.iter().any(|text| text.contains("Sughd")), "a first look is no news: {week:?}");
        assert!(told(17, 23).await.is_empty(), "{}: nobody knew of it the week before", base.engine);
    }
}

#[tokio::test]
async fn an_older_event_that_bears_on_two_threats_becomes_known_once() {
    for base in databases::<Analysis>().await {
        let service = begun(&base).await;
        let both = |seen: Observation| Observation {
            threats: vec![Threat::BorderTension, Threat::ArmedConflict],
            ..seen
        };
        hear(&service, &base, pack(vec![both(observation("before", 25))])).await;
        base.clock.advance(days(30));
        let old = both(deadly(observation("old", 3), 300));
        let old = Observation { known_from: today().plus(28).start(), ..old };
        hear(&service, &base, pack(vec![old])).await;
        let form = ProductForm {
            from: today().plus(24),
            to: today().plus(30),
            ..form(ProductKind::SituationReport)
        };
        let paper = drafted(&service, form).await;
        let texts: Vec<&str> = paper.statements().map(|said| said.text.as_str()).collect();
        let late = texts.iter().filter(|text| text.contains("Became known") && text.contains("300 deaths"));
        assert_eq!(late.count(), 1, "{}: {texts:?}", base.engine);
    }
}
