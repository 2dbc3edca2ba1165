//! What is known of past days only now: a level is walked over the days on which things happened, and joined with what was told.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::time::Duration;

use analysis::{Analysis, api, jobs};
use contracts::{
    PageRequest,
    analysis::{GetSituation, LevelChange, ListChanges},
    intake::ObservationsRecorded,
};
use domain::{Level, Observation, Severity, Threat};
use testkit::databases;

use crate::{given::*, news::news};

/// So many border incidents of one day; six of them give 34.7 on it, high.
fn incidents(name: &str, number: usize, days_ago: i64) -> Vec<Observation> {
    let one = |n: usize| Observation {
        known_from: today().start(),
        ..observation(&format!("{name} {n}"), days_ago)
    };
    (0..number).map(one).collect()
}

async fn changes(service: &Analysis) -> Vec<LevelChange> {
    let wish = ListChanges { province: None, exercise: false, until: None, page: PageRequest::default() };
    api::list_changes(service, &asked(wish)).await.unwrap().items
}

fn on(days_after: i64) -> GetSituation {
    GetSituation { on: Some(today().plus(days_after)), ..of("KG-B", Threat::BorderTension) }
}

#[tokio::test]
async fn imported_history_comes_to_the_walked_level_in_whichever_order_its_packs_come() {
    let packs = [incidents("a", 3, 55), incidents("b", 3, 55), incidents("c", 4, 400)];
    for order in [[0, 1, 2], [2, 1, 0]] {
        for base in databases::<Analysis>().await {
            let service = service(&base);
            for at in order {
                hear(&service, &base, pack(packs[at].clone())).await;
                base.clock.advance(Duration::from_mins(2));
            }
            let told = the_situation(&service).await;
            assert_eq!(Level::of_index(told.index), Level::Elevated, "{}: {}", base.engine, told.index);
            assert_eq!((told.level, told.since), (Level::High, today().plus(-55).start()), "{order:?}");
            assert!(changes(&service).await.iter().all(|change| change.first), "nothing rose meanwhile");
            assert_eq!(
                told.falls_on,
                Some(today().plus(17)),
                "four weeks are over, and it falls by its index"
            );
            base.clock.advance(days(17));
            jobs::settle(&service).await.unwrap();
            let fell = the_situation(&service).await;
            assert_eq!((fell.level, fell.since.day()), (Level::Elevated, today().plus(17)));
        }
    }
}

#[tokio::test]
async fn history_that_comes_later_raises_a_level_that_was_told_and_a_past_day_is_told_as_it_was() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(incidents("fresh", 1, 0))).await;
        base.clock.advance(days(1));
        let known_from = base.clock.now();
        let old = incidents("old", 6, 55).into_iter().map(|seen| Observation { known_from, ..seen });
        hear(&service, &base, pack(old.collect())).await;
        let told = the_situation(&service).await;
        assert_eq!((told.level, told.since), (Level::High, today().plus(-55).start()), "{}", base.engine);
        let newest = &changes(&service).await[0];
        assert_eq!((newest.was, newest.now, newest.first), (Level::Low, Level::High, false));
        assert_eq!(newest.at, base.clock.now(), "it was told now");
        assert_eq!(one(&service, on(0)).await.level, Level::Low, "as it was known then");
    }
}

#[tokio::test]
async fn on_a_day_on_which_the_program_was_down_a_level_is_what_time_had_let_it_fall_to() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(incidents("first", 6, 0))).await;
        jobs::settle(&service).await.unwrap();
        base.clock.advance(days(80));
        jobs::settle(&service).await.unwrap();
        assert_eq!(
            the_situation(&service).await.level,
            Level::Elevated,
            "{}: told when it was up",
            base.engine
        );
        for (day, level, since) in [(0, Level::High, 0), (60, Level::High, 0), (70, Level::Elevated, 65)] {
            let told = one(&service, on(day)).await;
            let held = (told.level, told.since.day().since(today()));
            assert!(held.0 == level && (held.1 - since).abs() <= 1, "{} day {day}: {told:?}", base.engine);
            assert_eq!(told.since_at_least, day == 70, "{} day {day}", base.engine);
            assert!(told.falls_on.is_none_or(|falls| falls > today().plus(day)), "day {day}: {told:?}");
        }
    }
}

#[tokio::test]
async fn what_was_known_on_a_past_day_and_heard_only_later_is_never_told_as_calm() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(incidents("first", 1, 0))).await;
        base.clock.advance(days(1));
        // known since yesterday: the service was down
        hear(&service, &base, pack(incidents("rest", 7, 1))).await;
        let past = one(&service, on(0)).await;
        assert_eq!(Level::of_index(past.index), Level::High, "{}: {}", base.engine, past.index);
        assert_eq!((past.level, past.since.day()), (Level::High, today()), "at the latest: {past:?}");
        assert!(past.since_at_least);
    }
}

#[tokio::test]
async fn a_late_import_that_lifts_the_level_of_today_tells_since_when_it_would_have_stood() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(incidents("before", 1, 20))).await;
        base.clock.advance(days(3));
        hear(&service, &base, pack(incidents("late", 7, 5))).await;
        let told = the_situation(&service).await;
        assert_eq!(Level::of_index(told.index), told.level, "the index of today lifts it too");
        assert_eq!((told.level, told.since.day()), (Level::High, today().plus(-5)), "{}", base.engine);
    }
}

#[tokio::test]
async fn a_level_that_was_told_falls_no_faster_where_its_reports_are_taken_back() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(incidents("fresh", 6, 0))).await;
        base.clock.advance(days(2));
        let gone = incidents("fresh", 5, 0).into_iter().map(|seen| seen.id).collect();
        hear(&service, &base, ObservationsRecorded { retracted: gone, ..pack(Vec::new()) }).await;
        let held = the_situation(&service).await;
        assert_eq!((held.level, held.since.day()), (Level::High, today()), "{}", base.engine);
        for (day, level) in
            [(27, Level::High), (28, Level::Elevated), (55, Level::Elevated), (56, Level::Low)]
        {
            base.clock.advance(days(u64::try_from(day - base.clock.now().day().since(today())).unwrap()));
            jobs::settle(&service).await.unwrap();
            assert_eq!(the_situation(&service).await.level, level, "day {day}, {}", base.engine);
        }
    }
}

#[tokio::test]
async fn a_late_report_that_lifts_no_higher_leaves_since_when_a_level_holds() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(incidents("old", 6, 60))).await;
        assert_eq!(the_situation(&service).await.since.day(), today().plus(-60), "{}", base.engine);
        base.clock.advance(days(3));
        // they lift the index over the border of high once more, and the level was high all the time
        hear(&service, &base, pack(incidents("more", 2, 10))).await;
        let told = the_situation(&service).await;
        assert_eq!((told.level, told.since.day()), (Level::High, today().plus(-60)));
    }
}

#[tokio::test]
async fn a_fresh_report_that_bears_out_an_incident_of_days_ago_raises_the_level_since_that_day() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let of_it =
            |name: &str, days_ago| Observation { kind: "shots".into(), ..observation(name, days_ago) };
        let other = Observation { grade: graded("D2", today().start()), ..observation("other", 3) };
        hear(&service, &base, pack(vec![of_it("first", 3), other])).await;
        assert_eq!(the_situation(&service).await.level, Level::Low, "{}", base.engine);
        base.clock.advance(days(1));
        let second = Observation {
            owner: "network".into(),
            severity: Severity::Serious,
            occurred_from: today(),
            occurred_to: today(),
            ..of_it("second", 0)
        };
        hear(&service, &base, pack(vec![second])).await;
        let told = the_situation(&service).await;
        assert!(told.index < 10.0, "{}: today's alone would leave it low", told.index);
        assert_eq!((told.level, told.since.day()), (Level::Elevated, today().plus(-3)), "{}", base.engine);
    }
}

#[tokio::test]
async fn a_report_that_would_have_held_a_level_that_fell_this_morning_restores_it() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(incidents("first", 2, 0))).await;
        base.clock.advance(days(66));
        jobs::settle(&service).await.unwrap();
        let fell = the_situation(&service).await;
        assert_eq!(fell.level, Level::Low, "{}: {} is below 7", base.engine, fell.index);
        base.clock.advance(Duration::from_mins(1));
        let minor = Observation { severity: Severity::Minor, ..observation("a minute later", -66) };
        hear(&service, &base, pack(vec![minor])).await;
        let told = the_situation(&service).await;
        assert!((7.0..10.0).contains(&told.index), "{}", told.index);
        assert_eq!((told.level, told.since.day()), (Level::Elevated, today()), "{}", base.engine);
    }
}

#[tokio::test]
async fn a_level_that_held_through_all_that_is_walked_holds_since_then_at_the_latest() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let steady = (0..84).map(|n| Observation {
            known_from: today().start(),
            ..observation(&format!("steady {n}"), n * 20)
        });
        hear(&service, &base, pack(steady.collect())).await;
        let told = the_situation(&service).await;
        assert_eq!((told.level, told.since.day()), (Level::High, today().plus(-730)), "{}", base.engine);
        assert!(told.since_at_least, "nobody knows since when");
        base.clock.advance(days(1));
        assert!(one(&service, on(0)).await.since_at_least, "{}: and as it was told then", base.engine);
        hear(&service, &base, pack(incidents("more", 9, -1))).await;
        let rose = the_situation(&service).await;
        assert_eq!((rose.level, rose.since_at_least), (Level::Critical, false), "{}", base.engine);
    }
}

#[tokio::test]
async fn a_fall_after_ninety_silent_days_is_marked_and_no_easing() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(incidents("last", 3, 0))).await;
        assert!(!changes(&service).await[0].unreported);
        base.clock.advance(days(120));
        jobs::settle(&service).await.unwrap();
        let fell = changes(&service).await.remove(0);
        assert_eq!(
            (fell.was, fell.now, fell.unreported),
            (Level::Elevated, Level::Low, true),
            "{}",
            base.engine
        );
        base.clock.advance(Duration::from_hours(1));
        let minor = Observation { severity: Severity::Minor, ..observation("later", -120) };
        hear(&service, &base, pack(vec![minor])).await;
        jobs::settle(&service).await.unwrap();
        let fell = changes(&service).await.into_iter().find(|change| change.now == Level::Low).unwrap();
        assert!(fell.unreported, "{}: it fell for want of reports, whatever came after", base.engine);
    }
}

#[tokio::test]
async fn a_fall_in_silence_says_since_when_nothing_is_known_and_how_high_the_level_may_be() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let since = base.clock.now();
        hear(&service, &base, pack(incidents("last", 2, 0))).await;
        base.clock.advance(days(70));
        jobs::settle(&service).await.unwrap();
        let told = the_situation(&service).await;
        assert!(told.coverage.sufficient, "{}: it is reported on within 90 days", base.engine);
        let fell = changes(&service).await.remove(0);
        assert_eq!((fell.was, fell.now, fell.unreported), (Level::Elevated, Level::Low, false));
        let range = fell.range.unwrap();
        assert_eq!((fell.unknown_since, range.highest), (Some(today().plus(1)), Level::Elevated));
        assert!(fell.is_counted_down(), "{}", base.engine);
        let net = news(&service, since).await.provinces.remove(0).levels.remove(0);
        assert_eq!(net.unknown_since, fell.unknown_since, "{}", base.engine);
        base.clock.advance(Duration::from_hours(1));
        let minor = Observation { severity: Severity::Minor, ..observation("later", -70) };
        hear(&service, &base, pack(vec![minor])).await;
        let net = news(&service, since).await.provinces.remove(0).levels.remove(0);
        assert_eq!(net.unknown_since, None, "{}: somebody has reported since", base.engine);
        let kept = changes(&service).await.into_iter().find(|change| change.at == fell.at).unwrap();
        assert_eq!(kept.unknown_since, fell.unknown_since, "{}: as it was told then", base.engine);
    }
}

#[tokio::test]
async fn what_rose_in_the_middle_of_an_import_is_told_as_reported_once_the_rest_of_the_file_is_there() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(incidents("old", 6, 120))).await;
        let rose = changes(&service).await.remove(0);
        assert_eq!((rose.was, rose.unreported), (Level::Calm, true), "{}", base.engine);
        base.clock.advance(Duration::from_mins(2));
        let rest = Observation { severity: Severity::Minor, ..observation("rest", 3) };
        hear(&service, &base, pack(vec![rest])).await;
        jobs::settle(&service).await.unwrap();
        assert!(changes(&service).await.iter().all(|change| !change.unreported), "{}", base.engine);
    }
}

#[tokio::test]
async fn of_more_than_a_hundred_incidents_the_whole_number_and_the_list_of_all_are_told() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let explained = || GetSituation { explained: true, ..of("KG-B", Threat::BorderTension) };
        hear(&service, &base, pack(incidents("few", 100, 1))).await;
        assert_eq!(one(&service, explained()).await.components.unwrap().evidence_whole, None);
        hear(&service, &base, pack(incidents("many", 31, 2))).await;
        let parts = one(&service, explained()).await.components.unwrap();
        let whole = parts.evidence_whole.unwrap();
        assert_eq!(
            (parts.evidence.len(), whole.incidents, whole.observations),
            (100, 131, 131),
            "{}",
            base.engine
        );
        assert_eq!(
            whole.list,
            "/v1/observations?province=KG-B&threat=border_tension&exercise=false&from=2024-06-06&to=2026-11-24"
        );
    }
}
