//! How far a source that lists every event claims to tell all: as far as its rows that stand, now and as it was known before.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use analysis::{Analysis, api, domain::reach::Listed, jobs, store};
use contracts::analysis::{
    GetSituation,
    series::{GetSeries, Unit},
};
use domain::{Day, Level, Observation, Threat, Timestamp};
use testkit::{Database, databases};

use crate::{
    forecasts::{day, listed},
    given::*,
    recompute::differing,
};

/// UCDP on Helmand to the end of July, and one row more that is dated to the end of October, known since `known_from`.
fn rows(known_from: Timestamp) -> Vec<Observation> {
    let mut rows = listed(day("2026-01-01"), day("2026-07-31"));
    rows.push(misdated(known_from));
    rows
}

fn misdated(known_from: Timestamp) -> Observation {
    let last = listed(day("2026-10-01"), day("2026-10-31")).remove(0);
    Observation { known_from, ..last }
}

/// The same row as its source corrects it: it was a day of July.
fn corrected(known_from: Timestamp) -> Observation {
    let day = day("2026-07-15");
    Observation { revision: 2, occurred_from: day, occurred_to: day, ..misdated(known_from) }
}

fn panjshir(on: Option<Day>) -> GetSituation {
    GetSituation { on, ..of("AF-PAN", Threat::ArmedConflict) }
}

/// The months of this year for which no row in Panjshir means no event, as it is known now or was known at a moment.
async fn complete(service: &Analysis, known_on: Option<Timestamp>) -> Vec<String> {
    let query = GetSeries {
        province: "AF-PAN".parse().ok(),
        country: None,
        threat: Some(Threat::ArmedConflict),
        unit: Unit::Month,
        from: Some(day("2026-05-01")),
        to: Some(day("2026-10-31")),
        known_on,
        exercise: false,
    };
    let told = api::get_series(service, &asked(query)).await.unwrap().remove(0);
    let complete = told.points.into_iter().filter(|point| point.coverage.complete);
    complete.map(|point| point.from.to_string()[..7].to_owned()).collect()
}

/// What is claimed of whole months, for the forecasts.
async fn claimed(base: &Database) -> Vec<Listed> {
    store::listed::all(&base.db).await.unwrap()
}

#[tokio::test]
async fn a_row_that_is_dated_anew_no_longer_carries_the_claim_of_its_source() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(rows(base.clock.now()))).await;
        base.clock.advance(days(1));
        jobs::settle(&service).await.unwrap();
        let before = base.clock.now();
        let until_october = complete(&service, None).await;
        assert_eq!(until_october.last().unwrap(), "2026-10", "{}", base.engine);
        let calm = one(&service, panjshir(None)).await;
        assert_eq!((calm.level, calm.coverage.sufficient), (Level::Calm, true));
        base.clock.advance(days(1));
        let now = base.clock.now();
        hear(&service, &base, pack(vec![corrected(now)])).await;
        for settled in [false, true] {
            let told = situations(&service, panjshir(None)).await;
            assert!(told.is_empty(), "{}, settled {settled}: nobody knows of August and later", base.engine);
            jobs::settle(&service).await.unwrap();
        }
        assert_eq!(complete(&service, None).await, ["2026-05", "2026-06", "2026-07"], "{}", base.engine);
        let listed = claimed(&base).await.remove(0);
        assert_eq!(listed.months.keys().last().unwrap().to_string(), "2026-07");
        assert_eq!(listed.last.values().collect::<Vec<_>>(), [&day("2026-07-31")]);
        assert_eq!(differing(&service, Threat::ArmedConflict).await, 0, "counting anew comes to the same");

        assert_eq!(complete(&service, Some(before)).await, until_october, "as it was known before");
        let then = one(&service, panjshir(Some(today()))).await;
        assert_eq!((then.level, then.coverage.sufficient), (Level::Calm, true), "{}", base.engine);
    }
}

#[tokio::test]
async fn a_claim_is_the_same_in_whatever_order_its_rows_are_heard() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let first = base.clock.now();
        base.clock.advance(days(1));
        let second = base.clock.now();
        hear(&service, &base, pack(vec![corrected(second)])).await;
        hear(&service, &base, pack(rows(first))).await;
        assert_eq!(complete(&service, None).await, ["2026-05", "2026-06", "2026-07"], "{}", base.engine);
        let last = complete(&service, Some(second)).await;
        assert_eq!(last.last().unwrap(), "2026-10", "{}: known until its correction", base.engine);
        assert_eq!(claimed(&base).await.remove(0).months.keys().last().unwrap().to_string(), "2026-07");
    }
}

#[tokio::test]
async fn a_source_of_which_every_row_was_taken_back_claims_nothing_until_it_is_heard_again() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let all = rows(base.clock.now());
        hear(&service, &base, pack(all.clone())).await;
        let whole = claimed(&base).await;
        let mut back = pack(Vec::new());
        back.retracted = all.iter().map(|seen| seen.id.clone()).collect();
        base.clock.advance(days(1));
        hear(&service, &base, back).await;
        jobs::settle(&service).await.unwrap();
        assert_eq!(claimed(&base).await, [], "{}", base.engine);
        assert!(situations(&service, panjshir(None)).await.is_empty());
        assert_eq!(complete(&service, None).await, [] as [&str; 0]);
        assert_eq!(one(&service, panjshir(Some(today()))).await.level, Level::Calm, "as it was known before");
        base.clock.advance(days(1));
        let again =
            all.into_iter().map(|seen| Observation { revision: 2, known_from: base.clock.now(), ..seen });
        hear(&service, &base, pack(again.collect())).await;
        assert_eq!(claimed(&base).await, whole, "{}", base.engine);
        jobs::settle(&service).await.unwrap();
        assert_eq!(one(&service, panjshir(None)).await.level, Level::Calm);
    }
}
