//! The rules of evidence and of levels, on both databases.

use analysis::{
    Analysis, api, jobs,
    store::{self, Reader, evidence},
};
use contracts::{
    FailureKind, PageRequest, Role,
    analysis::{GetSituation, ListChanges, Situation},
};
use domain::{Handling, Level, Observation, Severity, Threat, Tlp, Trend, UnClass};
use kit::{Asked, db::outbox, on_db};
use testkit::databases;

use crate::given::*;

fn several(count: usize) -> Vec<Observation> {
    (0..count).map(|n| observation(&n.to_string(), 1)).collect()
}

#[tokio::test]
async fn a_pack_raises_a_level_says_so_once_and_explains_itself() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(several(6))).await;
        hear(&service, &base, pack(several(6))).await;
        let told = the_situation(&service).await;
        let expected = 6.0 * 0.7225 * 8.0 * 0.5_f64.powf(1.0 / 90.0);
        assert!((told.index - expected).abs() < 1e-9, "{} {}", base.engine, told.index);
        assert_eq!((told.level, told.incidents.len(), told.coverage.reports), (Level::High, 5, 6));
        assert_eq!(told.trend, None);
        assert!(told.handling.audience.includes("osce"));
        let said = outbox::unsent(&base.db, 10).await.unwrap();
        assert_eq!(said.len(), 1, "{}", base.engine);
        let event: contracts::analysis::SituationChanged =
            serde_json::from_str(&said[0].body().unwrap()).unwrap();
        assert_eq!((event.was, event.exercise), (Level::Calm, false));
        assert_eq!(event.situation, told);
    }
}

#[tokio::test]
async fn a_revision_replaces_only_when_it_is_higher() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let first = observation("a", 1);
        let second =
            Observation { revision: 2, severity: Severity::Minor, ..elsewhere(first.clone(), "KG-O") };
        hear(&service, &base, pack(vec![second.clone()])).await;
        hear(&service, &base, pack(vec![first])).await;
        let told = the_situation(&service).await;
        assert_eq!((told.province.as_str(), told.incidents.len()), ("KG-O", 1));
        assert!((told.incidents[0].severity - 1.0).abs() < 1e-12);
        let third =
            Observation { revision: 3, threats: vec![Threat::WaterEnergy, Threat::BorderTension], ..second };
        hear(&service, &base, pack(vec![third])).await;
        let told = situations(&service, GetSituation::default()).await;
        let threats: Vec<Threat> = told.iter().map(|t| t.threat).collect();
        assert_eq!(threats, [Threat::BorderTension, Threat::WaterEnergy], "{}", base.engine);
    }
}

#[tokio::test]
async fn a_retraction_lowers_the_index_at_once_and_the_level_after_four_weeks() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(several(3))).await;
        let before = the_situation(&service).await;
        assert_eq!(before.level, Level::Elevated);
        base.clock.advance(days(1));
        let mut taken_back = pack(Vec::new());
        taken_back.retracted = several(3).into_iter().map(|seen| seen.id).collect();
        hear(&service, &base, taken_back).await;
        let after = the_situation(&service).await;
        assert_eq!((after.index, after.level, after.coverage.sufficient), (0.0, Level::Elevated, false));
        assert_eq!(after.falls_on, Some(today().plus(27)), "four weeks after it rose");
        base.clock.advance(days(27));
        jobs::settle(&service).await.unwrap();
        assert_eq!(the_situation(&service).await.level, Level::Low);
        let back_then = GetSituation { on: Some(today()), ..GetSituation::default() };
        let then = situations(&service, back_then).await;
        assert_eq!((then[0].level, then[0].index), (Level::Elevated, before.index), "{}", base.engine);
    }
}

#[tokio::test]
async fn the_order_of_packs_does_not_matter() {
    for base in databases::<Analysis>().await {
        let mut told = Vec::new();
        for forward in [true, false] {
            // two worlds on one store: the exercise hears the same packs the other way round
            let service = service(&base);
            let make = |n: usize| {
                let revision = u32::try_from(n / 4).unwrap() + 1;
                let mut seen = observation(&(n % 4).to_string(), (n % 4) as i64);
                seen.id =
                    domain::ObservationId::derived(&[&(n % 4).to_string(), if forward { "a" } else { "b" }]);
                deadly(Observation { revision, exercise: !forward, kind: "clash".into(), ..seen }, n as u32)
            };
            let mut order: Vec<usize> = (0..8).collect();
            if !forward {
                order.reverse();
            }
            for n in order {
                hear(&service, &base, pack(vec![make(n)])).await;
            }
            let query = GetSituation { exercise: !forward, ..GetSituation::default() };
            let mut one = situations(&service, query).await.remove(0);
            one.exercise = false;
            one.incidents.iter_mut().for_each(|incident| incident.observations.sort());
            told.push((one.index, one.level, one.coverage, one.incidents.len()));
        }
        assert_eq!(told[0], told[1], "{}", base.engine);
    }
}

#[tokio::test]
async fn exercise_and_real_material_never_meet() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(vec![observation("real", 1)])).await;
        let drill = several(8).into_iter().map(|seen| Observation { exercise: true, ..seen }).collect();
        hear(&service, &base, pack(drill)).await;
        assert_eq!(the_situation(&service).await.level, Level::Low);
        let drill = situations(&service, GetSituation { exercise: true, ..GetSituation::default() }).await;
        assert_eq!(
            (drill.len(), drill[0].level, drill[0].exercise),
            (1, Level::High, true),
            "{}",
            base.engine
        );
        let changes = |exercise| {
            api::list_changes(
                &service,
                Box::leak(Box::new(asked(ListChanges { exercise, ..ListChanges::default() }))),
            )
        };
        assert_eq!(changes(false).await.unwrap().items.len(), 1);
        assert_eq!(changes(true).await.unwrap().items.len(), 1);
    }
}

#[tokio::test]
async fn a_level_falls_step_by_step_and_every_change_is_listed_newest_first() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(several(6))).await;
        let mut falls = Vec::new();
        while let Some(day) = the_or_none(&service).await {
            let wait = day.since(base.clock.now().day()).max(1).unsigned_abs();
            base.clock.advance(days(wait - 1));
            jobs::settle(&service).await.unwrap();
            base.clock.advance(days(1));
            jobs::settle(&service).await.unwrap();
            falls.push(day);
        }
        assert_eq!(falls.len(), 3, "{}: high, elevated, low", base.engine);
        let (mut cursor, mut seen) = (None, Vec::new());
        loop {
            let page = PageRequest { cursor, limit: Some(3) };
            let page = api::list_changes(&service, &asked(ListChanges { page, ..ListChanges::default() }))
                .await
                .unwrap();
            seen.extend(page.items.into_iter().map(|change| (change.was, change.now, change.at.day())));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let expected = [
            (Level::Low, Level::Calm, falls[2]),
            (Level::Elevated, Level::Low, falls[1]),
            (Level::High, Level::Elevated, falls[0]),
            (Level::Calm, Level::High, today()),
        ];
        assert_eq!(seen, expected, "{}", base.engine);
        assert_eq!(outbox::unsent(&base.db, 10).await.unwrap().len(), 4);
    }
}

async fn the_or_none(service: &Analysis) -> Option<domain::Day> {
    situations(service, GetSituation::default()).await.first().and_then(|told| told.falls_on)
}

#[tokio::test]
async fn a_past_day_is_told_as_it_was_known() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let early: Vec<Observation> = (0..6).map(|n| observation(&format!("early {n}"), 40)).collect();
        let late = Observation { known_from: today().start(), ..observation("late", 40) };
        hear(&service, &base, pack([early, vec![late]].concat())).await;
        let on =
            |days_ago: i64| GetSituation { on: Some(today().plus(-days_ago)), ..GetSituation::default() };
        assert!(situations(&service, on(41)).await.is_empty());
        let then = situations(&service, on(40)).await.remove(0);
        assert_eq!(
            (then.level, then.incidents.len(), then.since),
            (Level::High, 5, today().plus(-40).start())
        );
        assert_eq!(then.coverage.reports, 6);
        let later = situations(&service, on(1)).await.remove(0);
        assert_eq!((later.level, later.coverage.reports), (Level::High, 6), "{}", base.engine);
        assert_eq!(the_situation(&service).await.coverage.reports, 7);
    }
}

#[tokio::test]
async fn a_burst_where_a_complete_source_was_quiet_is_an_alert() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let ucdp = |id: &str, days_ago| {
            let seen = Observation {
                source: "ucdp".into(),
                threats: vec![Threat::ArmedConflict],
                ..observation(id, days_ago)
            };
            Observation { kind: "battle".into(), ..seen }
        };
        let quiet = elsewhere(deadly(ucdp("quiet", 700), 1), "KG-O");
        let burst = (0..3).map(|n| deadly(ucdp(&n.to_string(), n), 9)).collect::<Vec<_>>();
        hear(&service, &base, pack([vec![quiet], burst].concat())).await;
        let batken = GetSituation { province: "KG-B".parse().ok(), ..GetSituation::default() };
        let told = situations(&service, batken).await.remove(0);
        assert_eq!(told.trend, Some(Trend::Alert), "{}", base.engine);
        assert_eq!(told.incidents.len(), 3);
    }
}

#[tokio::test]
async fn what_has_no_province_counts_for_its_country_alone() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let mut country = observation("country", 1);
        country.place.province = None;
        let mut nowhere = observation("nowhere", 1);
        (nowhere.place.province, nowhere.place.country) = (None, None);
        hear(&service, &base, pack(vec![country, nowhere])).await;
        assert!(situations(&service, GetSituation::default()).await.is_empty());
        let rows: Vec<(String, String, i64)> =
            on_db!(base.db, |p| sqlx::query_as("select country, province, events from series_cell")
                .fetch_all(p)
                .await)
            .unwrap();
        assert_eq!(rows, [("KGZ".to_owned(), String::new(), 1)], "{}", base.engine);
    }
}

#[tokio::test]
async fn the_strictest_handling_travels_on() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let secret =
            Observation { handling: Handling::new(Tlp::Red, UnClass::Confidential), ..observation("b", 2) };
        hear(&service, &base, pack(vec![observation("a", 1), secret])).await;
        assert_eq!(the_situation(&service).await.handling.tlp(), Tlp::Red);
        let known = evidence::markings(&mut Reader::Db(&base.db), vec!["unknown".into()]).await.unwrap();
        assert!(known.is_empty());
    }
}

#[tokio::test]
async fn a_question_that_cannot_be_answered_is_refused_with_the_reason() {
    let base = databases::<Analysis>().await.remove(0);
    let service = service(&base);
    let refusal = async |query: GetSituation| -> contracts::Failure {
        api::get_situation(&service, &asked(query)).await.unwrap_err().into()
    };
    let unknown = refusal(GetSituation { province: "KG-X".parse().ok(), ..GetSituation::default() }).await;
    assert_eq!((unknown.kind, unknown.errors[0].pointer.as_str()), (FailureKind::Invalid, "/province"));
    let ahead = refusal(GetSituation { on: Some(today().plus(1)), ..GetSituation::default() }).await;
    assert_eq!(ahead.errors[0].pointer, "/on");
    let page = PageRequest { cursor: Some("x".into()), limit: None };
    let cursor = api::list_changes(&service, &asked(ListChanges { page, ..ListChanges::default() }))
        .await
        .unwrap_err();
    assert!(cursor.to_string().contains("is no cursor"), "{cursor}");
    let partner = Asked {
        query: GetSituation::default(),
        principal: testkit::principal("p", &[Role::Partner]),
        key: None,
    };
    let refused: contracts::Failure = api::get_situation(&service, &partner).await.unwrap_err().into();
    assert_eq!(refused.kind, FailureKind::Forbidden);
}

#[tokio::test]
async fn a_full_pack_that_touches_many_cells_is_heard_quickly() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let provinces = geography::provinces();
        let make = |round: i64, n: usize| {
            let seen = observation(&format!("{round} {n}"), (n as i64 * 7 + round) % 300);
            Observation { kind: format!("kind_{}", n % 5), ..elsewhere(seen, provinces[n % 50].id) }
        };
        for round in 0..6 {
            let started = std::time::Instant::now();
            hear(&service, &base, pack((0..500).map(|n| make(round, n)).collect())).await;
            eprintln!("{}: pack {round} of 500 in 50 cells took {:?}", base.engine, started.elapsed());
        }
        let started = std::time::Instant::now();
        let told = situations(&service, GetSituation::default()).await;
        eprintln!("{}: {} situations took {:?}", base.engine, told.len(), started.elapsed());
        let on = GetSituation { on: Some(today().plus(-1)), ..GetSituation::default() };
        let started = std::time::Instant::now();
        let past = situations(&service, on).await;
        eprintln!("{}: {} of a past day took {:?}", base.engine, past.len(), started.elapsed());
        let own = |all: &[Situation]| all.iter().filter(|told| !told.incidents.is_empty()).count();
        assert_eq!((own(&told), own(&past)), (50, 50));
        let spilled = |all: &[Situation]| all.iter().filter(|told| told.incidents.is_empty()).count();
        assert_eq!(spilled(&told), spilled(&past), "what only spills in is told of both days");
    }
}

#[tokio::test]
async fn a_turn_taken_at_the_same_moment_is_another_turn() {
    for base in databases::<Analysis>().await {
        let last = || async { store::last_turn(&mut Reader::Db(&base.db)).await.unwrap() };
        assert_eq!(last().await, None);
        store::turn(&base.db).await.unwrap().commit().await.unwrap();
        let first = last().await.unwrap();
        store::turn(&base.db).await.unwrap().commit().await.unwrap();
        let late = store::turn_after(&base.db, first).await.unwrap();
        assert!(late.is_none(), "{}: the clock stood still and a turn was taken", base.engine);
        let second = last().await.unwrap();
        let (tx, third) = store::turn_after(&base.db, second).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        assert_eq!(last().await, Some(third));
    }
}

#[tokio::test]
async fn who_waited_for_a_turn_writes_behind_the_one_that_was_waited_for() {
    for base in databases::<Analysis>().await {
        if base.engine == "sqlite" {
            continue; // there a transaction waits before it begins
        }
        let mut waiting = base.db.begin().await.unwrap();
        let begun = waiting.now();
        base.clock.advance(days(1));
        let first = store::turn(&base.db).await.unwrap();
        let written = first.now();
        base.clock.advance(days(1));
        let (taken, committed) = futures::join!(store::take_turn(&mut waiting), first.commit());
        taken.and(committed).unwrap();
        assert!(begun < written && written < waiting.now(), "{begun} {written} {}", waiting.now());
        let told = waiting.now();
        waiting.commit().await.unwrap();
        assert_eq!(store::last_told_at(&mut Reader::Db(&base.db)).await.unwrap(), Some(told));
    }
}

#[tokio::test]
async fn what_is_written_after_a_clock_was_set_back_lies_behind_what_was_written_before() {
    for base in databases::<Analysis>().await {
        let ahead = base.clock.now().plus(chrono::Duration::minutes(5));
        let mut first = base.db.begin().await.unwrap();
        first.follow(ahead);
        store::take_turn(&mut first).await.unwrap();
        let written = first.now();
        first.commit().await.unwrap();
        let second = store::turn(&base.db).await.unwrap();
        assert!(base.clock.now() < written && written < second.now(), "{}: {}", base.engine, second.now());
    }
}
