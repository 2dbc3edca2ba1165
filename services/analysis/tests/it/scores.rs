//! Scorecards: added up by the store to what they come to one by one, by model, threat, country and window, on both stores.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use analysis::{
    Analysis, api,
    domain::{
        board::{Made, Rival},
        scorecard,
    },
    jobs,
    store::{forecast as store, scorecards, scores},
};
use contracts::analysis::forecasts::{Chance, Expected, Forecast, GetScorecards, Scope, Scorecard};
use domain::{Day, ForecastId, Threat};
use testkit::{Database, databases};

use crate::given::*;

fn expected(model: &str, chance: f64) -> Expected {
    let chances = [1, 25, 100].map(|at_least| Chance { at_least, chance });
    Expected {
        model: model.into(),
        p05: 0,
        p25: 1,
        p50: 2,
        p75: 3,
        p95: 4,
        chances: chances.to_vec(),
        escalation: chance,
    }
}

/// A rehearsed forecast of Helmand from so many months before August 2026, that tells 2 for sure; the naive rule tells 0 or 10.
fn made(id: &str, months_before: i64, (model, chance): (&str, f64)) -> Made {
    let mut origin = Day::of(2026, 8, 1).unwrap();
    for _ in 0..months_before {
        origin = origin.plus(-1).month().0;
    }
    let forecast = Forecast {
        id: ForecastId::derived(&[id]),
        province: Some("AF-HEL".parse().unwrap()),
        country: "AFG".parse().unwrap(),
        threat: Threat::ArmedConflict,
        origin,
        months: 1,
        from: origin.plus(31).month().0,
        to: origin.plus(31).month().1,
        counted: "deaths".into(),
        rehearsal: true,
        expected: expected(model, chance),
        naive: expected("conflictology 12", 0.5),
        escalation_from: 10,
        escalated_before: 3,
        reasons: Vec::new(),
        share: None,
        issued_at: origin.start(),
        outcome: None,
        handling: None,
    };
    Made { forecast, expected: vec![(2.0, 200)], naive: vec![(0.0, 100), (10.0, 100)], rivals: Vec::new() }
}

/// Keeps these, and what came of each; with what the job keeps of every model unless it is as it was before that was kept.
async fn keep(base: &Database, all: &[(Made, u64)], as_before: bool) {
    let mut tx = base.db.begin().await.unwrap();
    for (made, observed) in all {
        let scope = if made.forecast.province.is_some() { Scope::Province } else { Scope::Country };
        store::put(&mut tx, scope, std::slice::from_ref(made)).await.unwrap();
        let outcome =
            scorecard::resolve(&made.forecast, (&made.expected, &made.naive), (*observed, base.clock.now()));
        store::resolve(&mut tx, &[(made.forecast.id.clone(), outcome.clone())]).await.unwrap();
        if !as_before {
            let models = scorecard::models(&made.forecast, &outcome, &made.rivals);
            scores::put(&mut tx, &[(&made.forecast, &outcome, models)]).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
}

async fn cards(service: &Analysis, query: GetScorecards) -> Vec<Scorecard> {
    api::get_scorecards(service, &asked(GetScorecards { rehearsal: true, ..query })).await.unwrap()
}

fn four() -> Vec<(Made, u64)> {
    let told = [("a", 0.05, 2), ("b", 0.05, 0), ("c", 0.85, 30), ("d", 0.85, 6)];
    told.into_iter()
        .zip(0..)
        .map(|((id, chance, came), n)| (made(id, n, ("own past + ladder", chance)), came))
        .collect()
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

#[tokio::test]
async fn a_scorecard_is_the_mean_of_its_forecasts_beside_the_naive_rule() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let mut country = made("e", 0, ("own past + ladder", 0.1));
        country.forecast.province = None;
        keep(&base, &[four(), vec![(country, 2)]].concat(), false).await;
        let cards = cards(&service, GetScorecards::default()).await;
        let kinds: Vec<_> =
            cards.iter().map(|card| (card.scope, card.forecasts, card.origins, card.too_few)).collect();
        assert_eq!(kinds, [(Scope::Province, 4, 4, true), (Scope::Country, 1, 1, true)], "{}", base.engine);
        let card = &cards[0];
        assert!(near(card.expected.crps, (0.0 + 2.0 + 28.0 + 4.0) / 4.0), "{}", card.expected.crps);
        assert_eq!((card.escalations, card.naive.model.as_str()), (1, "conflictology 12"));
        assert!(
            near(card.expected.area_under_curve.unwrap(), 2.5 / 3.0),
            "above two that were calm, tied with one"
        );
        assert!(near(card.expected.average_precision.unwrap(), 0.5), "one of the two likeliest");
        assert_eq!(card.naive.area_under_curve, Some(0.5), "it tells nothing apart");
        let brier = (0.95_f64.powi(2) + 0.05_f64.powi(2) + 2.0 * 0.15_f64.powi(2)) / 4.0;
        assert!(near(card.expected.briers[0], brier));
        assert!(near(card.expected.covered, 0.5));
        let told: Vec<u64> = card.reliability.iter().map(|tenth| tenth.told).collect();
        assert_eq!(told, [6, 0, 0, 0, 0, 0, 0, 0, 6, 0]);
        assert!(near(card.reliability[8].chance, 0.85));
        assert!(near(card.reliability[8].came, 0.5), "of six: twice one or more, once 25 or more");
        assert_eq!(card.places.iter().sum::<u64>(), 4);
        let missed: Vec<u64> = card.misses.iter().map(|miss| miss.observed).collect();
        assert_eq!(missed, [30, 6], "the worst first, none that lay within");
        assert_eq!(
            (card.first_origin, card.last_origin),
            ("2026-05-01".parse().unwrap(), "2026-08-01".parse().unwrap())
        );
    }
}

#[tokio::test]
async fn cards_are_told_by_model_threat_country_and_window_and_asked_for_by_each() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let with = |id: &str, change: fn(&mut Forecast)| {
            let mut one = made(id, 0, ("own past + ladder", 0.1));
            change(&mut one.forecast);
            (one, 2)
        };
        let all = vec![
            with("plain", |_| {}),
            with("other model", |of| of.expected.model = "own past, discounted".into()),
            with("other threat", |of| of.threat = Threat::WaterEnergy),
            with("other country", |of| {
                (of.country, of.province) = ("TJK".parse().unwrap(), "TJ-KT".parse().ok());
            }),
            with("other window", |of| of.months = 3),
        ];
        keep(&base, &all, false).await;
        let told = |cards: &[Scorecard]| -> Vec<(Threat, u32, String, Option<String>, u64)> {
            let of = |card: &Scorecard| {
                let country = card.country.map(|country| country.to_string());
                (card.threat, card.months, card.expected.model.clone(), country, card.forecasts)
            };
            cards.iter().map(of).collect()
        };
        let (conflict, ladder) = (Threat::ArmedConflict, "own past + ladder".to_owned());
        let everything = cards(&service, GetScorecards::default()).await;
        assert_eq!(everything.len(), 4, "the countries of one kind together: {:?}", told(&everything));
        assert_eq!(everything.iter().map(|card| card.forecasts).max(), Some(2));
        let by_country =
            cards(&service, GetScorecards { by_country: true, ..GetScorecards::default() }).await;
        assert_eq!(by_country.len(), 5, "{:?}", told(&by_country));
        for card in everything.iter().chain(&by_country) {
            let placed: u64 = card.places.iter().sum();
            assert_eq!((card.places.len(), placed), (10, card.forecasts), "of each group by itself");
        }
        let tajik =
            GetScorecards { country: "TJK".parse().ok(), by_country: true, ..GetScorecards::default() };
        assert_eq!(
            told(&cards(&service, tajik).await),
            [(conflict, 1, ladder.clone(), Some("TJK".into()), 1)]
        );
        // asked for one country alone, and by no country: it was told as of all
        let tajik = GetScorecards { country: "TJK".parse().ok(), ..GetScorecards::default() };
        assert_eq!(
            told(&cards(&service, tajik).await),
            [(conflict, 1, ladder.clone(), Some("TJK".into()), 1)]
        );
        let long = GetScorecards { months: Some(3), ..GetScorecards::default() };
        assert_eq!(told(&cards(&service, long).await), [(conflict, 3, ladder.clone(), None, 1)]);
        let water = GetScorecards { threat: Some(Threat::WaterEnergy), ..GetScorecards::default() };
        assert_eq!(told(&cards(&service, water).await), [(Threat::WaterEnergy, 1, ladder, None, 1)]);
        let model = GetScorecards { model: Some("own past, discounted".into()), ..GetScorecards::default() };
        let model = cards(&service, model).await;
        assert_eq!(told(&model), [(conflict, 1, "own past, discounted".into(), None, 1)], "{}", base.engine);
    }
}

#[tokio::test]
async fn a_benchmark_is_compared_over_the_windows_for_which_it_was_scored() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let mut all = four();
        all[3].0.rivals =
            vec![Rival { expected: expected("own past, discounted", 0.4), atoms: vec![(6.0, 200)] }];
        keep(&base, &all, false).await;
        let card = cards(&service, GetScorecards::default()).await.remove(0);
        let [benchmark] = card.benchmarks.as_slice() else { panic!("{:?}", card.benchmarks) };
        assert_eq!((benchmark.forecasts, benchmark.marks.model.as_str()), (1, "own past, discounted"));
        assert!(near(benchmark.marks.crps, 0.0) && near(benchmark.told_crps, 4.0), "{benchmark:?}");
        assert!(near(card.expected.crps, 34.0 / 4.0), "and not against all windows");
        let asked = GetScorecards { model: Some("own past, discounted".into()), ..GetScorecards::default() };
        let own = cards(&service, asked).await;
        assert_eq!(
            (own.len(), own[0].forecasts),
            (1, 1),
            "its own card, though it did not tell: {}",
            base.engine
        );
    }
}

#[tokio::test]
async fn what_was_resolved_before_scores_were_kept_counts_too() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        keep(&base, &four(), true).await;
        assert!(cards(&service, GetScorecards::default()).await.is_empty());
        jobs::forecast(&service).await.unwrap();
        let card = cards(&service, GetScorecards::default()).await.remove(0);
        assert_eq!((card.forecasts, card.escalations), (4, 1), "{}", base.engine);
        assert!(near(card.expected.crps, 34.0 / 4.0) && card.benchmarks.is_empty());
        jobs::forecast(&service).await.unwrap();
        assert_eq!(cards(&service, GetScorecards::default()).await, [card], "twice is once");
    }
}

#[tokio::test]
async fn the_share_of_the_ladder_follows_the_scores_of_the_newest_windows_that_were_scored_with_every_share()
{
    for base in databases::<Analysis>().await {
        let mut all = Vec::new();
        for n in 0..30 {
            let mut one = made(&format!("n {n}"), n, ("own past, discounted", 0.1));
            one.forecast.threat = Threat::BorderTension;
            let rival =
                |model: &str, says: f64| Rival { expected: expected(model, 0.4), atoms: vec![(says, 200)] };
            // what was six years ago no longer counts, and what was not scored with every share does not either
            let third = if n < 24 { 6.0 } else { 600.0 };
            one.rivals = vec![rival("own past + 1/3 ladder", third), rival("own past + 2/3 ladder", 9.0)];
            if n == 3 {
                one.rivals.pop();
            }
            all.push((one, 6));
        }
        keep(&base, &all, false).await;
        let kind = (Threat::BorderTension, Scope::Province, 1);
        let record = scores::of_shares(&base.db, kind).await.unwrap();
        assert_eq!((record.origins, record.windows, record.reached), (24, 24, 24), "{}", base.engine);
        let [none, third, most] = record.crps_of_logs.unwrap();
        assert!(near(none, (7.0_f64 / 3.0).ln()) && near(most, (10.0_f64 / 7.0).ln()));
        assert!(near(third, (601.0_f64 / 7.0).ln() / 24.0), "the 24 newest that are whole: {third}");
        let other = scores::of_shares(&base.db, (Threat::WaterEnergy, Scope::Province, 1)).await.unwrap();
        assert_eq!(other, analysis::domain::share::Record::default());
    }
}

#[tokio::test]
async fn what_was_foretold_of_a_past_month_is_found_behind_everything_that_was_foretold_since() {
    for base in databases::<Analysis>().await {
        let told = |id: &str, months_before: i64, issued: &str| {
            let mut one = made(id, months_before, ("own past + ladder", 0.2));
            one.forecast.rehearsal = false;
            one.forecast.issued_at = issued.parse().unwrap();
            one
        };
        let all = [
            told("of june", 3, "2026-06-10T00:00:00Z"),
            told("of july", 2, "2026-07-10T00:00:00Z"),
            told("of august", 1, "2026-08-10T00:00:00Z"),
            told("of september", 0, "2026-09-10T00:00:00Z"),
        ];
        let mut tx = base.db.begin().await.unwrap();
        store::put(&mut tx, Scope::Province, &all).await.unwrap();
        tx.commit().await.unwrap();
        let by = async |day: &str| {
            let day: Day = day.parse().unwrap();
            let found = store::foretold(&base.db, 1, (day, day.plus(1).start())).await.unwrap();
            found.into_iter().map(|one| one.id).collect::<Vec<_>>()
        };
        assert_eq!(by("2026-07-31").await, [ForecastId::derived(&["of july"])], "{}", base.engine);
        assert_eq!(by("2026-09-30").await, [ForecastId::derived(&["of september"])]);
        assert_eq!(by("2026-07-05").await, [], "that of July was not issued yet");
    }
}

#[tokio::test]
async fn a_record_of_a_past_moment_is_of_those_alone_of_which_it_was_known_what_came() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let mut early = four();
        for (made, _) in &mut early {
            made.forecast.rehearsal = false;
        }
        let late = early.split_off(2);
        let on = async |known_on| {
            let wanted = GetScorecards { known_on, ..GetScorecards::default() };
            api::get_scorecards(&service, &asked(wanted)).await.unwrap()
        };
        keep(&base, &early, false).await;
        let moment = base.clock.now();
        let then = on(Some(moment)).await;
        assert_eq!((then.len(), then[0].forecasts), (1, 2), "{}", base.engine);
        base.clock.advance(days(3));
        keep(&base, &late, false).await;
        assert_eq!(on(Some(moment)).await, then, "{}", base.engine);
        assert_eq!(on(None).await[0].forecasts, 4);
        assert_eq!(on(Some(base.clock.now())).await[0].forecasts, 4);
        assert_eq!(on(Some(moment.minus(chrono::TimeDelta::hours(1)))).await, []);
        // as an earlier program kept them
        let mut tx = base.db.begin().await.unwrap();
        kit::on_tx!(tx, |c| {
            sqlx::query("update forecast_score set resolved_at = null").execute(c).await.map(|_| ())
        })
        .unwrap();
        scores::take_up(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(on(Some(moment)).await, then, "{}: taken up at the start", base.engine);
    }
}

#[tokio::test]
async fn scores_are_dated_behind_however_many_of_which_nothing_is_known() {
    for base in databases::<Analysis>().await {
        // more than are read at once, and before the one whose outcome is kept
        let mut all: Vec<Made> =
            (0..202).map(|n| made(&format!("n {n}"), 0, ("own past + ladder", 0.1))).collect();
        all.sort_by(|one, other| one.forecast.id.cmp(&other.forecast.id));
        let last = all.pop().unwrap();
        keep(&base, &[(last.clone(), 2)], false).await;
        let outcome = |one: &Made| {
            scorecard::resolve(&one.forecast, (&one.expected, &one.naive), (2, base.clock.now()))
        };
        let scored: Vec<_> = all.iter().map(|one| (one, outcome(one))).collect();
        let scored: Vec<_> = scored
            .iter()
            .map(|(one, of)| (&one.forecast, of, scorecard::models(&one.forecast, of, &[])))
            .collect();
        let mut tx = base.db.begin().await.unwrap();
        store::put(&mut tx, Scope::Province, &all).await.unwrap();
        scores::put(&mut tx, &scored).await.unwrap();
        let undated = "update forecast_score set resolved_at = null";
        kit::on_tx!(tx, |c| sqlx::query(undated).execute(c).await.map(|_| ())).unwrap();
        scores::take_up(&mut tx).await.unwrap();
        let dated = "select distinct forecast_id from forecast_score where resolved_at is not null";
        let dated: Vec<String> = kit::on_tx!(tx, |c| sqlx::query_scalar(dated).fetch_all(c).await).unwrap();
        assert_eq!(dated, [last.forecast.id.to_string()], "{}", base.engine);
    }
}

#[tokio::test]
async fn what_was_made_after_the_fact_is_in_a_record_by_when_its_window_was_over_not_by_when_it_was_made() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        // from May to August, of June to September, all made today
        keep(&base, &four(), false).await;
        let end = Day::of(2026, 9, 1).unwrap().start();
        for (before, known) in [(1, 3), (2, 2)] {
            let known_on = Some(end.minus(chrono::TimeDelta::microseconds(before)));
            let told = cards(&service, GetScorecards { known_on, ..GetScorecards::default() }).await;
            assert_eq!((told.len(), told[0].forecasts), (1, known), "{} {known_on:?}", base.engine);
        }
    }
}

#[tokio::test]
async fn the_record_of_a_past_day_holds_nothing_that_was_resolved_or_was_not_over_after_it() {
    for base in databases::<Analysis>().await {
        let mut issued = made("issued", 0, ("own past + ladder", 0.1));
        issued.forecast.rehearsal = false;
        keep(&base, &[(issued, 2), (made("rehearsed", 0, ("own past + ladder", 0.1)), 2)], false).await;
        // from August, of September; what came of it was written down today
        let (over, today) = (Day::of(2026, 9, 30).unwrap(), today());
        for (rehearsal, day, known) in [
            (false, over, 0),
            (false, today.plus(-1), 0),
            (false, today, 1),
            (true, over.plus(-1), 0),
            (true, over, 1),
        ] {
            let end = day.plus(1).start().minus(chrono::TimeDelta::microseconds(1));
            let wanted = GetScorecards { rehearsal, known_on: Some(end), ..GetScorecards::default() };
            let cards = scorecards::cards(&base.db, &wanted).await.unwrap();
            assert_eq!(cards.len(), known, "{}: rehearsal {rehearsal}, by {day}", base.engine);
        }
    }
}
