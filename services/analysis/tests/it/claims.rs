//! How far a source that lists every event claims to tell all: as far as its rows that stand, now and as it was known before.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use analysis::{Analysis, api, domain::reach::Listed, jobs, store};
use contracts::{
    Role,
    analysis::{
        GetSituation, Situation,
        series::{GetSeries, Unit},
    },
};
use domain::{Day, Level, Observation, ObservationId, Threat, Timestamp, Tlp};
use kit::{Asked, on_tx};
use testkit::{Database, databases};

use crate::{
    covered::strict,
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

/// What an operator is told of Panjshir, who has no need to know what is restricted.
async fn told_to_an_operator(service: &Analysis) -> Vec<Situation> {
    let principal = testkit::principal("x", &[Role::Operator]);
    let asked = Asked { query: panjshir(None), principal, key: None };
    api::get_situation(service, &asked).await.unwrap().read().unwrap()
}

#[tokio::test]
async fn an_open_row_of_another_threat_opens_no_claim_of_a_restricted_list() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let mut rows: Vec<Observation> = listed(day("2026-01-01"), day("2026-10-31"));
        for row in &mut rows {
            row.handling = strict();
        }
        let open = listed(day("2026-10-01"), day("2026-10-31")).remove(0);
        let id = ObservationId::derived(&["another threat"]);
        rows.push(Observation { id, threats: vec![Threat::TerrorismExtremism], ..open });
        hear(&service, &base, pack(rows)).await;
        jobs::settle(&service).await.unwrap();
        assert_eq!(one(&service, panjshir(None)).await.handling.tlp(), Tlp::Red, "{}", base.engine);
        assert_eq!(told_to_an_operator(&service).await, [], "{}: nothing of it is open", base.engine);
    }
}

#[tokio::test]
async fn a_claim_is_told_as_far_as_the_rows_reach_that_may_be_known() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let mut rows = listed(day("2026-01-01"), day("2026-10-31"));
        let last = rows.last_mut().unwrap();
        last.handling = strict();
        hear(&service, &base, pack(rows)).await;
        jobs::settle(&service).await.unwrap();
        let until = |told: &Situation| told.coverage.complete.as_ref().unwrap().until;
        assert_eq!(until(&one(&service, panjshir(None)).await), day("2026-10-31"), "{}", base.engine);
        let told = told_to_an_operator(&service).await.remove(0);
        assert_eq!((until(&told), told.handling.tlp()), (day("2026-09-30"), Tlp::Clear), "{}", base.engine);
    }
}

#[tokio::test]
async fn a_list_that_is_taken_back_whole_was_heard() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(rows(base.clock.now()))).await;
        base.clock.advance(days(1));
        let other = Observation { source: "ucdp".into(), ..observation("of Kyrgyzstan", 9) };
        hear(&service, &base, pack(vec![other])).await;
        let heard = async || store::listed::last_heard(&mut store::Reader::Db(&base.db)).await.unwrap();
        let before = heard().await;
        base.clock.advance(days(1));
        let mut back = pack(Vec::new());
        back.retracted = rows(base.clock.now()).into_iter().map(|seen| seen.id).collect();
        hear(&service, &base, back).await;
        assert!(heard().await > before, "{}", base.engine);
    }
}

/// The migration that brings claims to what stands, as it runs on a store from before it.
const CLAIMS_SHRINK: &str = include_str!("../../migrations/00003328_claims_shrink.sql");

#[tokio::test]
async fn claims_that_were_kept_too_wide_are_brought_to_what_stands() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(rows(base.clock.now()))).await;
        base.clock.advance(days(1));
        hear(&service, &base, pack(vec![corrected(base.clock.now())])).await;
        jobs::settle(&service).await.unwrap();
        let whole = claimed(&base).await;
        let mut tx = base.db.begin().await.unwrap();
        for statement in [
            "drop index evidence_listed",
            "drop table lists_heard",
            "update source_span set last_day = '2026-10-31', heard_at = '2026-11-23T00:00:00Z'",
            "insert into source_month (source, country, month) values ('ucdp', 'AFG', '2026-10')",
            CLAIMS_SHRINK,
        ] {
            on_tx!(tx, |c| sqlx::raw_sql(statement).execute(c).await.map(|_| ())).unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(claimed(&base).await, whole, "{}", base.engine);
        let heard = store::listed::last_heard(&mut store::Reader::Db(&base.db)).await.unwrap();
        assert!(heard.is_some(), "{}", base.engine);
        jobs::settle(&service).await.unwrap();
        assert_eq!(differing(&service, Threat::ArmedConflict).await, 0, "{}", base.engine);
    }
}

/// Starts with these sources as those that list every event.
async fn started(base: &Database, sources: &[&str]) -> Analysis {
    let mut config = config();
    config.analysis.event_datasets = sources.iter().map(|source| (*source).to_owned()).collect();
    let mut tx = base.db.begin().await.unwrap();
    let otherwise = store::configured::agree(&mut tx, &config.analysis).await.unwrap();
    analysis::inbox::tell_otherwise(&mut tx, &otherwise).await.unwrap();
    tx.commit().await.unwrap();
    Analysis::new(base.db.clone(), config)
}

#[tokio::test]
async fn a_source_that_is_configured_no_more_claims_nothing_from_then_on_and_again_once_it_is() {
    for base in databases::<Analysis>().await {
        let service = started(&base, &["ucdp"]).await;
        hear(&service, &base, pack(rows(base.clock.now()))).await;
        jobs::settle(&service).await.unwrap();
        let (whole, whole_months) = (claimed(&base).await, complete(&service, None).await);
        base.clock.advance(days(1));
        let before = base.clock.now();
        assert_eq!(claimed(&base).await, whole, "{}", base.engine);
        base.clock.advance(days(1));
        let service = started(&base, &["acled"]).await;
        assert_eq!(claimed(&base).await, [], "{}", base.engine);
        assert_eq!(complete(&service, None).await, [] as [&str; 0], "{}", base.engine);
        assert!(situations(&service, panjshir(None)).await.is_empty(), "{}: no list says calm", base.engine);
        jobs::settle(&service).await.unwrap();
        assert!(situations(&service, panjshir(None)).await.is_empty(), "{}", base.engine);
        assert_eq!(complete(&service, Some(before)).await, whole_months, "as it was known before");
        base.clock.advance(days(1));
        let without = base.clock.now();
        assert_eq!(complete(&service, Some(without)).await, [] as [&str; 0], "{}", base.engine);
        base.clock.advance(days(1));
        let service = started(&base, &["acled", "ucdp"]).await;
        assert_eq!(claimed(&base).await, whole, "{}", base.engine);
        assert_eq!(complete(&service, None).await, whole_months, "{}", base.engine);
        assert_eq!(complete(&service, Some(without)).await, [] as [&str; 0], "nor is it now as of then");
        assert_eq!(complete(&service, Some(before)).await, whole_months, "{}", base.engine);
        jobs::settle(&service).await.unwrap();
        assert_eq!(one(&service, panjshir(None)).await.level, Level::Calm, "{}", base.engine);
        started(&base, &["acled", "ucdp"]).await;
        assert_eq!(claimed(&base).await, whole, "twice changes nothing");
    }
}

#[tokio::test]
async fn a_source_that_is_configured_as_a_list_later_claims_what_it_brought_before_from_then_on() {
    for base in databases::<Analysis>().await {
        let service = started(&base, &["acled"]).await;
        hear(&service, &base, pack(rows(base.clock.now()))).await;
        assert_eq!(claimed(&base).await, [], "{}", base.engine);
        base.clock.advance(days(1));
        let before = base.clock.now();
        base.clock.advance(days(1));
        let service = started(&base, &["acled", "ucdp"]).await;
        assert_eq!(complete(&service, None).await.last().unwrap(), "2026-10", "{}", base.engine);
        assert_eq!(claimed(&base).await.len(), 1, "{}", base.engine);
        assert_eq!(complete(&service, Some(before)).await, [] as [&str; 0], "it was no list then");
    }
}
