//! What changed, indicators and records as they were known at a moment, and what came in late, on both stores.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use analysis::{Analysis, api};
use contracts::{
    Failure, PageRequest, Role,
    analysis::{
        indicators::ListIndicators,
        news::{Figures, GetNews, News, ProvinceNews},
    },
    intake::ObservationsRecorded,
};
use domain::{Extent, Handling, Indicator, Observation, ObservationId, Threat, Timestamp, Tlp, UnClass};
use kit::Asked;
use testkit::{databases, principal};

use crate::{
    given::*,
    levels::{hear_read, reading},
};

fn by(role: Role, since: Timestamp, known_on: Option<Timestamp>) -> Asked<GetNews> {
    let query = GetNews { since, province: None, exercise: false, known_on, page: PageRequest::default() };
    Asked { query, principal: principal("somebody", &[role]), key: None }
}

async fn news(service: &Analysis, since: Timestamp, known_on: Option<Timestamp>) -> News {
    api::get_news(service, &by(Role::Analyst, since, known_on)).await.unwrap()
}

fn known(seen: Observation, known_from: Timestamp) -> Observation {
    Observation { known_from, ..seen }
}

fn late(id: &str, days_ago: i64, deaths: u32, known_from: Timestamp) -> Observation {
    let seen = Observation { threats: vec![Threat::ArmedConflict], ..observation(id, days_ago) };
    known(deadly(seen, deaths), known_from)
}

#[tokio::test]
async fn what_had_changed_by_a_moment_is_told_later_as_it_was_told_then() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let since = base.clock.now();
        let first: Vec<Observation> =
            (0..4).map(|n| known(observation(&format!("first {n}"), n), since)).collect();
        hear(&service, &base, pack(first)).await;
        hear_read(
            &service,
            &base,
            vec![reading("r", Indicator::CrossingClosures, Extent::Slight, 1)],
            Vec::new(),
        )
        .await;
        let moment = base.clock.now();
        let mut then = news(&service, since, None).await;
        // what a level leaves open is told of a whole day
        for change in then.provinces.iter_mut().flat_map(|one| &mut one.levels) {
            (change.range, change.unknown_since) = (None, None);
        }
        base.clock.advance(days(2));
        let now = base.clock.now();
        let mut more = pack(vec![
            Observation {
                revision: 2,
                title: "told otherwise".into(),
                ..known(observation("first 0", 0), now)
            },
            known(elsewhere(observation("other", 1), "TJ-SU"), now),
        ]);
        more.retracted = vec![ObservationId::derived(&["first 1"])];
        hear(&service, &base, more).await;
        let answer = reading("r", Indicator::CrossingClosures, Extent::Severe, 0);
        hear_read(&service, &base, vec![answer], Vec::new()).await;
        let mut told = news(&service, since, Some(moment)).await;
        assert_eq!(told.until, moment, "{}", base.engine);
        told.until = then.until;
        assert_eq!(told, then, "{}", base.engine);
        let all = news(&service, since, None).await;
        assert_eq!((all.provinces.len(), told.provinces.len()), (2, 1), "{}", base.engine);
        let on = news(&service, moment.plus(chrono::TimeDelta::microseconds(1)), None).await;
        let heard: u64 = on.provinces.iter().map(|one| one.heard.new).sum();
        assert_eq!(heard, 1, "whoever asks on from there is told the rest");
    }
}

#[tokio::test]
async fn what_became_restricted_since_is_no_news_of_before_to_who_has_no_need_to_know() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let since = base.clock.now();
        let seen = known(observation("early", 0), since);
        hear(&service, &base, pack(vec![seen.clone()])).await;
        let moment = base.clock.now();
        base.clock.advance(days(1));
        let handling = Handling::new(Tlp::Red, UnClass::StrictlyConfidential);
        let strict = Observation { revision: 2, handling, ..known(seen, base.clock.now()) };
        hear(&service, &base, pack(vec![strict])).await;
        for (role, number) in [(Role::Analyst, 1), (Role::Operator, 0)] {
            let told = api::get_news(&service, &by(role, since, Some(moment))).await.unwrap();
            assert_eq!(told.provinces.len(), number, "{} {role}: {told:?}", base.engine);
        }
    }
}

#[tokio::test]
async fn news_are_refused_of_a_moment_that_is_ahead_or_before_they_begin() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let now = base.clock.now();
        for (since, known_on, pointer) in [
            (now, now.plus(chrono::TimeDelta::hours(1)), "/known_on"),
            (now, now.plus(-chrono::TimeDelta::hours(1)), "/since"),
            (now.plus(-chrono::TimeDelta::days(402)), now.plus(-chrono::TimeDelta::days(1)), "/since"),
        ] {
            let refused = api::get_news(&service, &by(Role::Analyst, since, Some(known_on))).await;
            let refused = Failure::from(refused.unwrap_err());
            assert_eq!(refused.errors[0].pointer, pointer, "{refused:?}");
        }
        let old = now.plus(-chrono::TimeDelta::days(500));
        assert!(
            news(&service, old, Some(now.plus(-chrono::TimeDelta::days(300)))).await.provinces.is_empty()
        );
    }
}

#[tokio::test]
async fn indicators_are_told_as_they_were_known_at_a_moment_of_a_day_and_of_one_moment_alone() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let answered = |extent| reading("r", Indicator::CrossingClosures, extent, 1);
        hear_read(&service, &base, vec![answered(Extent::Slight)], Vec::new()).await;
        let moment = base.clock.now();
        base.clock.advance(std::time::Duration::from_hours(2));
        hear_read(&service, &base, vec![answered(Extent::Severe)], Vec::new()).await;
        let wish = |on, known_on| {
            asked(ListIndicators {
                province: "KG-B".parse().unwrap(),
                threat: None,
                on,
                known_on,
                exercise: false,
            })
        };
        let before = moment.plus(-chrono::TimeDelta::hours(1));
        for (known_on, extent) in [
            (None, Some(Extent::Severe)),
            (Some(base.clock.now()), Some(Extent::Severe)),
            (Some(moment), Some(Extent::Slight)),
            (Some(before), None),
        ] {
            let all = api::list_indicators(&service, &wish(None, known_on)).await.unwrap();
            let one = all.into_iter().find(|one| one.indicator == Indicator::CrossingClosures).unwrap();
            assert_eq!(one.latest.map(|latest| latest.extent), extent, "{} {known_on:?}", base.engine);
        }
        let both = api::list_indicators(&service, &wish(Some(today()), Some(moment))).await.unwrap_err();
        assert_eq!(Failure::from(both).errors[0].pointer, "/known_on");
    }
}

fn only(told: News, province: &str) -> ProvinceNews {
    told.provinces.into_iter().find(|one| one.province.as_str() == province).unwrap()
}

#[tokio::test]
async fn a_late_revision_tells_which_month_it_changed_from_what_to_what_since_when_and_by_how_much() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let begun = base.clock.now();
        let rows = vec![late("a", 100, 2, begun), late("b", 130, 3, begun), late("c", 170, 4, begun)];
        hear(&service, &base, pack(rows)).await;
        base.clock.advance(days(1));
        let since = base.clock.now();
        assert!(news(&service, since, None).await.provinces.is_empty(), "{}", base.engine);
        base.clock.advance(days(1));
        let now = base.clock.now();
        let pack = ObservationsRecorded {
            retracted: vec![ObservationId::derived(&["c"])],
            ..pack(vec![
                Observation { revision: 2, ..late("a", 100, 60, now) },
                // the wording is another, the figures are not
                Observation { revision: 2, title: "the same".into(), ..late("b", 130, 3, now) },
                late("d", 100, 5, now),
                known(observation("fresh", 1), now),
            ])
        };
        hear(&service, &base, pack).await;
        let heard = only(news(&service, since, None).await, "KG-B").heard;
        let told: Vec<_> = heard
            .recounted
            .iter()
            .map(|one| (one.month, one.was, one.now, (one.new, one.revised, one.retracted)))
            .collect();
        let month = |days_ago: i64| today().plus(-days_ago).month().0;
        let figures = |events, deaths| Figures { events, deaths };
        assert_eq!(
            told,
            [
                (month(100), figures(1, 2), figures(2, 65), (1, 1, 0)),
                (month(170), figures(1, 4), figures(0, 0), (0, 0, 1)),
            ],
            "{}",
            base.engine
        );
        let one = &heard.recounted[0];
        assert_eq!((one.since, one.threat, heard.recounted_more), (now, Threat::ArmedConflict, 0));
        assert!(one.list.contains("province=KG-B&threat=armed_conflict") && one.handling.is_some());
    }
}

#[tokio::test]
async fn an_incident_that_is_dated_anew_is_told_of_the_month_it_left_and_of_the_one_it_came_to() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(vec![late("a", 100, 2, base.clock.now())])).await;
        base.clock.advance(days(1));
        let since = base.clock.now();
        let anew = Observation { revision: 2, ..late("a", 200, 2, since) };
        let moved = Observation { id: ObservationId::derived(&["a"]), external_id: "a".into(), ..anew };
        hear(&service, &base, pack(vec![moved])).await;
        let heard = only(news(&service, since, None).await, "KG-B").heard;
        let told: Vec<_> = heard.recounted.iter().map(|one| (one.was.events, one.now.events)).collect();
        assert_eq!(told, [(1, 0), (0, 1)], "{}", base.engine);
    }
}

#[tokio::test]
async fn a_report_that_was_revised_several_times_is_one_and_is_new_where_it_first_came_since() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(vec![late("old", 100, 2, base.clock.now())])).await;
        base.clock.advance(days(1));
        let since = base.clock.now();
        for n in 1..=3 {
            base.clock.advance(std::time::Duration::from_hours(1));
            let now = base.clock.now();
            let new = Observation { revision: n, ..late("new", 100, n, now) };
            let old = Observation { revision: n + 1, ..late("old", 100, 10 * n, now) };
            hear(&service, &base, pack(vec![new, old])).await;
        }
        let heard = only(news(&service, since, None).await, "KG-B").heard;
        let told: Vec<_> = heard.recounted.iter().map(|one| (one.new, one.revised, one.retracted)).collect();
        assert_eq!(told, [(1, 1, 0)], "{}", base.engine);
    }
}

#[tokio::test]
async fn what_counted_in_a_month_while_it_was_restricted_is_not_counted_to_who_has_no_need_to_know() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let handling = Handling::new(Tlp::Red, UnClass::StrictlyConfidential);
        let strict = Observation { handling, ..late("a", 100, 2, base.clock.now()) };
        hear(&service, &base, pack(vec![strict])).await;
        base.clock.advance(days(1));
        let since = base.clock.now();
        // open now, and dated anew: out of the month into which another came
        let open = Observation { revision: 2, ..late("a", 170, 2, since) };
        hear(&service, &base, pack(vec![open, late("b", 100, 5, since)])).await;
        for (role, revised) in [(Role::Analyst, 1), (Role::Operator, 0)] {
            let told = api::get_news(&service, &by(role, since, None)).await.unwrap();
            let months = only(told, "KG-B").heard.recounted;
            let month = months.iter().find(|one| one.month == today().plus(-100).month().0).unwrap();
            assert_eq!((month.new, month.revised), (1, revised), "{} {role}", base.engine);
        }
    }
}

#[tokio::test]
async fn of_a_file_of_old_rows_the_figures_of_some_months_are_told_and_how_many_more_there_are() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let since = base.clock.now();
        let rows = (0..60)
            .map(|n| late(&format!("old {n}"), 60 + 31 * n, 1, since.plus(chrono::TimeDelta::hours(1))));
        base.clock.advance(days(1));
        hear(&service, &base, pack(rows.collect())).await;
        let heard = only(news(&service, since, None).await, "KG-B").heard;
        assert_eq!(heard.recounted.len(), 40, "{}", base.engine);
        assert!(heard.recounted_more >= 15, "{}", heard.recounted_more);
    }
}
