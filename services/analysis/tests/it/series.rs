//! Series by day, week and month, on both stores.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use analysis::{Analysis, api, inbox, jobs, store};
use contracts::{
    FailureKind,
    analysis::{
        GetSituation,
        series::{GetSeries, Point, Series, Unit},
    },
    intake::media::{MediaCount, MediaCounted, Quads},
};
use domain::{
    Credibility, Extent, Handling, Indicator, Licence, Observation, Redistribution, Reliability, Threat,
    Timestamp,
};
use kit::{db::outbox, on_db, on_tx};
use testkit::{Database, databases};

use crate::{
    given::*,
    levels::{hear_read, reading},
};

fn of_batken(unit: Unit) -> GetSeries {
    GetSeries {
        province: "KG-B".parse().ok(),
        country: None,
        threat: Some(Threat::BorderTension),
        unit,
        from: None,
        to: None,
        known_on: None,
        exercise: false,
    }
}

async fn ask(service: &Analysis, query: GetSeries) -> Vec<Series> {
    api::get_series(service, &asked(query)).await.unwrap()
}

async fn points(service: &Analysis, query: GetSeries) -> Vec<Point> {
    ask(service, query).await.remove(0).points
}

fn on(points: &[Point], days_ago: i64) -> &Point {
    let day = today().plus(-days_ago);
    points.iter().find(|point| point.from <= day && day <= point.to).unwrap()
}

/// An observation that may have happened on any day from so many days ago to so many.
fn loose(id: &str, from: i64, to: i64) -> Observation {
    Observation { occurred_from: today().plus(-from), ..observation(id, to) }
}

pub fn media(days_ago: i64, threat: Option<Threat>, articles: u64, known_from: Timestamp) -> MediaCount {
    MediaCount {
        country: "KGZ".parse().unwrap(),
        province: "KG-B".parse().ok(),
        day: today().plus(-days_ago),
        threat,
        exercise: false,
        events: articles.min(3),
        articles,
        domains: articles.min(2),
        repeated: 0,
        tone: Some(-4.0),
        quads: Quads::default(),
        reliability: Reliability::E,
        credibility: Credibility::try_from(5).unwrap(),
        known_from,
    }
}

async fn read_media(service: &Analysis, database: &Database, counted: Vec<MediaCount>) {
    let handling = Handling::open(Licence::named("GDELT", Redistribution::Raw, "The GDELT Project"));
    let said = MediaCounted { origin: "test".into(), source: "gdelt".into(), handling, counted };
    let heard = heard(database, said, "mirab.intake.media.counted.v1");
    let mut tx = database.db.begin().await.unwrap();
    inbox::media_counted(service, &mut tx, &heard).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn days_weeks_and_months_count_what_cannot_have_happened_outside_them() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let all = vec![
            deadly(observation("a", 4), 2),
            observation("b", 5),
            loose("week", 5, 3),
            loose("month", 22, 1),
            elsewhere(observation("other", 4), "KG-O"),
        ];
        hear(&service, &base, pack(all)).await;
        let days = points(&service, of_batken(Unit::Day)).await;
        assert_eq!(days.len(), 90);
        assert_eq!((on(&days, 4).events, on(&days, 4).deaths), (Some(1), Some(2)), "{}", base.engine);
        assert_eq!((on(&days, 4).coverage.reports, on(&days, 4).coverage.undated), (1, 2));
        assert_eq!((on(&days, 1).events, on(&days, 1).coverage.undated), (None, 1));
        let weeks = points(&service, of_batken(Unit::Week)).await;
        assert_eq!((weeks.len(), on(&weeks, 4).events, on(&weeks, 4).coverage.undated), (52, Some(3), 1));
        let months = points(&service, of_batken(Unit::Month)).await;
        assert_eq!((months.len(), on(&months, 4).events, on(&months, 4).coverage.undated), (36, Some(4), 0));
        let country = GetSeries { province: None, country: "KGZ".parse().ok(), ..of_batken(Unit::Month) };
        let country = ask(&service, country).await.remove(0);
        assert_eq!((country.province, on(&country.points, 4).events), (None, Some(5)));
        assert!(country.handling.audience.includes("osce"));
    }
}

#[tokio::test]
async fn one_more_observation_recounts_its_own_spans_and_no_other() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let many = (0..40).map(|n| observation(&n.to_string(), n)).collect();
        hear(&service, &base, pack(many)).await;
        let touch = async |seen: Observation| {
            let mut tx = base.db.begin().await.unwrap();
            let pack = pack(vec![seen]);
            let rules = analysis::domain::Rules::default();
            let _ = store::record::record(&mut tx, &pack, base.clock.now(), &rules).await.unwrap();
            let ids: Vec<_> = pack.recorded.iter().map(|seen| &seen.id).collect();
            let spans = store::spans::follow(&mut tx, &ids, &rules).await.unwrap();
            let rows: i64 = on_tx!(tx, |c| sqlx::query_scalar(
                "select cast(sum(events) as bigint) from series_span where unit = 'day'"
            )
            .fetch_one(c)
            .await)
            .unwrap();
            (spans, rows)
        };
        assert_eq!(touch(observation("one more", 7)).await, (2, 41), "{}", base.engine);
        assert_eq!(touch(loose("a week", 7, 5)).await, (1, 40));
        assert_eq!(touch(loose("a month", 30, 1)).await, (0, 40));
        let moved = Observation { revision: 2, ..observation("3", 20) };
        assert_eq!(touch(moved).await, (4, 40), "its day and week as it was, and as it is");
    }
}

#[tokio::test]
async fn the_same_stream_in_any_order_leaves_the_same_rows() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let rows = async || -> Vec<(String, String, String, i64, i64, i64)> {
            on_db!(base.db, |p| sqlx::query_as(
                "select province, unit, first_day, events, deaths, reports from series_span order by 1, 2, 3"
            )
            .fetch_all(p)
            .await)
            .unwrap()
        };
        let first = deadly(observation("a", 4), 2);
        let second = Observation { revision: 2, ..elsewhere(deadly(observation("a", 6), 5), "KG-O") };
        let packs = [vec![first], vec![second], vec![observation("b", 4)], vec![observation("c", 6)]];
        for pack_of in &packs {
            hear(&service, &base, pack(pack_of.clone())).await;
        }
        let forward = rows().await;
        for table in ["evidence", "series_span", "series_cell", "level_state", "level_change"] {
            let mut tx = base.db.begin().await.unwrap();
            on_tx!(tx, |c| {
                let mut delete = sqlx::QueryBuilder::new("delete from ");
                delete.push(table);
                delete.build().execute(c).await.map(|_| ())
            })
            .unwrap();
            tx.commit().await.unwrap();
        }
        for pack_of in packs.iter().rev() {
            hear(&service, &base, pack(pack_of.clone())).await;
            hear(&service, &base, pack(pack_of.clone())).await;
        }
        assert_eq!(rows().await, forward, "{}", base.engine);
    }
}

#[tokio::test]
async fn a_past_view_counts_what_was_known_then_and_agrees_with_what_stood_then() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let before = base.clock.now();
        let known = |seen: Observation, at: Timestamp| Observation { known_from: at, ..seen };
        hear(&service, &base, pack(vec![known(deadly(observation("a", 4), 2), before)])).await;
        read_media(&service, &base, vec![media(4, Some(Threat::BorderTension), 9, before)]).await;
        base.clock.advance(days(1));
        let then = base.clock.now();
        let stood = points(&service, GetSeries { to: Some(today()), ..of_batken(Unit::Day) }).await;
        base.clock.advance(days(1));
        let now = base.clock.now();
        let revised = Observation { revision: 2, ..known(deadly(observation("a", 4), 7), now) };
        hear(&service, &base, pack(vec![revised])).await;
        read_media(&service, &base, vec![media(4, Some(Threat::BorderTension), 12, now)]).await;
        let past = GetSeries { to: Some(today()), known_on: Some(then), ..of_batken(Unit::Day) };
        assert_eq!(points(&service, past).await, stood, "{}", base.engine);
        let today = points(&service, GetSeries { to: Some(today()), ..of_batken(Unit::Day) }).await;
        assert_eq!((on(&today, 4).deaths, on(&today, 4).media.as_ref().unwrap().articles), (Some(7), 12));
    }
}

/// One incident of a source that lists every event, known since a moment.
fn listed(id: &str, days_ago: i64, known_from: Timestamp) -> Observation {
    Observation { source: "ucdp".into(), owner: "UCDP".into(), known_from, ..observation(id, days_ago) }
}

#[tokio::test]
async fn a_past_view_counts_no_silence_of_a_source_whose_rows_came_only_later() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(vec![observation("heard before", 60)])).await;
        base.clock.advance(days(3));
        let first = base.clock.now();
        hear(&service, &base, pack(vec![listed("a", 80, first), listed("b", 20, first)])).await;
        base.clock.advance(days(3));
        let second = base.clock.now();
        hear(&service, &base, pack(vec![listed("c", 5, second), listed("d", 30, second)])).await;
        base.clock.advance(days(1));
        let reach = async || {
            let view = async |known_on| {
                points(&service, GetSeries { known_on, to: Some(today()), ..of_batken(Unit::Day) }).await
            };
            let events = |points: &[Point]| [70, 50, 10].map(|days_ago| on(points, days_ago).events);
            let views = [view(Some(first)).await, view(Some(second)).await, view(None).await];
            views.map(|points| events(&points))
        };
        let known = [[None, None, None], [Some(0), Some(0), None], [Some(0), Some(0), Some(0)]];
        assert_eq!(reach().await, known, "{}", base.engine);
        let until = async |day: i64| {
            let asked = GetSituation { on: Some(today().plus(day)), ..of("KG-B", Threat::BorderTension) };
            one(&service, asked).await.coverage.complete.map(|claim| claim.until)
        };
        assert_eq!([until(2).await, until(3).await], [None, Some(today().plus(-20))], "{}", base.engine);
    }
}

#[tokio::test]
async fn the_media_raise_no_level_and_are_no_evidence_however_much_they_write() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let now = base.clock.now();
        let loud = (0..60).map(|n| media(n, Some(Threat::ArmedConflict), 100_000, now)).collect();
        read_media(&service, &base, loud).await;
        jobs::settle(&service).await.unwrap();
        assert!(situations(&service, GetSituation::default()).await.is_empty(), "{}", base.engine);
        assert!(outbox::unsent(&base.db, 10).await.unwrap().is_empty(), "nothing is said of it");
        for table in ["select count(*) from evidence", "select count(*) from level_state"] {
            let rows: i64 = on_db!(base.db, |p| sqlx::query_scalar(table).fetch_one(p).await).unwrap();
            assert_eq!(rows, 0, "{table}");
        }
        let query = GetSeries { threat: None, ..of_batken(Unit::Day) };
        let told = ask(&service, query).await;
        assert_eq!(told.len(), 1);
        assert!(told[0].points.iter().all(|point| point.events.is_none()));
    }
}

#[tokio::test]
async fn the_newest_count_of_the_media_stands_in_whatever_order_it_is_heard() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let early = base.clock.now();
        let late = early.plus(chrono::Duration::hours(1));
        let threat = Some(Threat::BorderTension);
        read_media(&service, &base, vec![media(4, threat, 12, late), media(4, None, 40, early)]).await;
        read_media(&service, &base, vec![media(4, threat, 9, early)]).await;
        read_media(&service, &base, vec![media(4, threat, 9, early)]).await;
        let days = points(&service, of_batken(Unit::Day)).await;
        let signal = on(&days, 4).media.as_ref().unwrap();
        assert_eq!((signal.articles, signal.all_articles, signal.domains), (12, 52, 2), "{}", base.engine);
        let exercise = GetSeries { exercise: true, ..of_batken(Unit::Day) };
        assert!(points(&service, exercise).await.iter().all(|point| point.media.is_none()));
    }
}

#[tokio::test]
async fn what_was_recorded_before_days_were_counted_is_caught_up_with() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(vec![observation("a", 4), loose("b", 60, 40)])).await;
        let before = points(&service, of_batken(Unit::Week)).await;
        for statement in [
            "delete from series_span",
            "insert into series_due (country, province, threat, exercise, month)
             select distinct country, province, threat, exercise, month from evidence where stands and country <> ''",
        ] {
            let mut tx = base.db.begin().await.unwrap();
            on_tx!(tx, |c| sqlx::query(statement).execute(c).await.map(|_| ())).unwrap();
            tx.commit().await.unwrap();
        }
        let refused = api::get_series(&service, &asked(of_batken(Unit::Week))).await.unwrap_err();
        assert_eq!(contracts::Failure::from(refused).kind, FailureKind::Unavailable);
        jobs::count_spans(&service).await.unwrap();
        assert_eq!(points(&service, of_batken(Unit::Week)).await, before, "{}", base.engine);
    }
}

#[tokio::test]
async fn all_months_of_thirty_seven_years_fit_in_one_answer_of_bounded_size() {
    let base = databases::<Analysis>().await.remove(0);
    let service = service(&base);
    let rows = (0..446).map(|n| observation(&format!("row {n}"), n * 30)).collect();
    hear(&service, &base, pack(rows)).await;
    let since = GetSeries { from: "1989-01-01".parse().ok(), threat: None, ..of_batken(Unit::Month) };
    let all = api::get_series(&service, &asked(since)).await.unwrap();
    assert_eq!((all.len(), all[0].points.len()), (1, 455), "January 1989 to November 2026");
    assert!(all[0].points.iter().filter(|point| point.events.is_some_and(|events| events > 0)).count() > 430);
    let bytes = serde_json::to_vec(&all).unwrap().len();
    assert!(bytes * Threat::ALL.len() < 4 << 20, "{bytes} bytes of one threat; an answer may have 8 MiB");
}

#[tokio::test]
async fn a_place_and_a_window_that_can_be_answered_are_asked_for() {
    let base = databases::<Analysis>().await.remove(0);
    let service = service(&base);
    let far = today().plus(-600);
    for (query, part) in [
        (GetSeries { province: None, ..of_batken(Unit::Day) }, "either a province or a country"),
        (GetSeries { country: "KGZ".parse().ok(), ..of_batken(Unit::Day) }, "either a province or a country"),
        (GetSeries { province: "KG-X".parse().ok(), ..of_batken(Unit::Day) }, "no province"),
        (GetSeries { from: Some(far), ..of_batken(Unit::Day) }, "600 spans of a day"),
        (GetSeries { from: Some(today()), to: Some(far), ..of_batken(Unit::Day) }, "must not be before"),
    ] {
        let refused = api::get_series(&service, &asked(query)).await.unwrap_err();
        let refused = contracts::Failure::from(refused);
        assert_eq!(refused.kind, FailureKind::Invalid);
        assert!(refused.detail.contains(part), "{}", refused.detail);
    }
}

#[tokio::test]
async fn answers_about_indicators_stand_in_their_week_until_they_are_taken_back() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let closed = reading("closed", Indicator::CrossingClosures, Extent::Marked, 1);
        let later = reading("talks", Indicator::Demarcation, Extent::Slight, 0);
        hear_read(&service, &base, vec![closed.clone(), later], Vec::new()).await;
        let weeks = points(&service, of_batken(Unit::Week)).await;
        let told = on(&weeks, 1).indicators.unwrap();
        assert_eq!(
            (told.answers, told.owners, told.aggravating, told.easing),
            (1, 1, 1, 0),
            "{}",
            base.engine
        );
        assert_eq!(
            (on(&weeks, 1).events, on(&weeks, 0).indicators),
            (Some(0), None),
            "the other lies over two weeks"
        );
        let country = GetSeries { province: None, country: "KGZ".parse().ok(), ..of_batken(Unit::Month) };
        assert_eq!(on(&points(&service, country).await, 1).indicators.unwrap().answers, 2);
        base.clock.advance(days(1));
        let then = base.clock.now();
        base.clock.advance(days(1));
        hear_read(&service, &base, Vec::new(), vec![closed.id]).await;
        let to = Some(today());
        let now = points(&service, GetSeries { to, ..of_batken(Unit::Week) }).await;
        assert_eq!((on(&now, 1).indicators, on(&now, 1).events), (None, None));
        let past = GetSeries { to, known_on: Some(then), ..of_batken(Unit::Week) };
        assert_eq!(on(&points(&service, past).await, 1).indicators.unwrap().answers, 1, "{}", base.engine);
    }
}
