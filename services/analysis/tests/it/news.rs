//! What changed since a moment: the net of it, what came in late told apart, page by page, on both stores.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use analysis::{Analysis, api};
use contracts::{
    Failure, PageRequest,
    analysis::{
        ListChanges,
        news::{GetNews, News},
        overrides::{EndOverride, OverrideState, SetOverride},
    },
    intake::ObservationsRecorded,
};
use domain::{Extent, Indicator, Level, Observation, ObservationId, Threat, Timestamp};
use testkit::databases;

use crate::{
    given::*,
    levels::{hear_read, reading},
};

/// What changed since a moment.
pub async fn news(service: &Analysis, since: Timestamp) -> News {
    let wish =
        GetNews { since, province: None, exercise: false, known_on: None, page: PageRequest::default() };
    api::get_news(service, &asked(wish)).await.unwrap()
}

#[tokio::test]
async fn what_changed_is_told_by_province_and_what_was_before_is_not() {
    for database in databases::<Analysis>().await {
        let service = service(&database);
        let old = elsewhere(observation("old", 5), "TJ-SU");
        hear(&service, &database, pack(vec![old])).await;
        database.clock.advance(days(1));
        let since = database.clock.now();
        let all = news(&service, today().plus(-30).start()).await;
        assert!(all.provinces.iter().flat_map(|one| &one.levels).all(|change| change.first), "{all:?}");
        let fresh = |id: &str| Observation { known_from: since, ..observation(id, 1) };
        let mut six: Vec<Observation> = (0..6).map(|n| fresh(&n.to_string())).collect();
        six[0].threats = vec![Threat::BorderTension, Threat::WaterEnergy];
        hear(&service, &database, pack(six)).await;
        let told = news(&service, since).await;
        let provinces: Vec<&str> = told.provinces.iter().map(|one| one.province.as_str()).collect();
        assert_eq!(provinces, ["KG-B"], "{}", database.engine);
        let batken = &told.provinces[0];
        let rose = batken.levels.iter().find(|change| change.threat == Threat::BorderTension).unwrap();
        assert_eq!((rose.was, rose.now, rose.first), (Level::Calm, Level::High, true));
        assert_eq!((batken.heard.new, batken.heard.owners, batken.heard.gravest.len()), (6, 1, 5));
        let mut gone = pack(Vec::new());
        gone.retracted = vec![ObservationId::derived(&["1"])];
        database.clock.advance(days(1));
        let later = database.clock.now();
        hear(&service, &database, gone).await;
        let heard = &news(&service, later).await.provinces[0].heard;
        assert_eq!((heard.new, heard.retracted), (0, 1), "{}", database.engine);
    }
}

#[tokio::test]
async fn nothing_has_changed_since_a_moment_ahead() {
    for database in databases::<Analysis>().await {
        let service = service(&database);
        let wish = GetNews {
            since: today().plus(9).start(),
            province: None,
            exercise: false,
            known_on: None,
            page: PageRequest::default(),
        };
        let refused = Failure::from(api::get_news(&service, &asked(wish)).await.unwrap_err());
        assert_eq!(refused.errors[0].pointer, "/since");
    }
}

/// Seizures of years, as a file of old rows brings them.
fn old_rows() -> Vec<Observation> {
    let row = |n: i64| Observation {
        threats: vec![Threat::DrugTrafficking],
        known_from: today().start(),
        ..observation(&format!("old {n}"), 60 + 10 * n)
    };
    (0..40).map(row).collect()
}

#[tokio::test]
async fn a_file_of_old_rows_is_one_net_change_that_came_in_late_and_no_fresh_alarm() {
    for database in databases::<Analysis>().await {
        let service = service(&database);
        let since = database.clock.now();
        for rows in old_rows().chunks(10) {
            database.clock.advance(std::time::Duration::from_mins(1));
            hear(&service, &database, pack(rows.to_vec())).await;
        }
        let told = news(&service, since).await;
        let batken = &told.provinces[0];
        assert_eq!(batken.levels.len(), 1, "{}: {:?}", database.engine, batken.levels);
        let rose = &batken.levels[0];
        assert!(rose.was == Level::Calm && rose.now > Level::Elevated && rose.steps > 1, "{rose:?}");
        assert_eq!((rose.late, rose.peak), (Some(today().plus(-60)), None));
        assert_eq!(batken.anomalies, [], "months long past are not told as unusual now");
        assert_eq!((batken.heard.new, batken.heard.gravest.len()), (40, 0));
        let late = batken.heard.late.as_ref().unwrap();
        assert_eq!((late.facts, late.gravest.len()), (40, 5));
        assert_eq!((late.from, late.to), (today().plus(-450), today().plus(-60)));
        let seen = observation("fresh", 1);
        let fresh =
            Observation { threats: vec![Threat::DrugTrafficking], known_from: database.clock.now(), ..seen };
        hear(&service, &database, pack(vec![fresh])).await;
        let told = news(&service, since).await;
        let batken = &told.provinces[0];
        assert_eq!(batken.levels[0].late, None, "something happened as well");
        assert_eq!(batken.heard.gravest.len(), 1);
        assert_eq!(batken.heard.late.as_ref().unwrap().facts, 40);
    }
}

#[tokio::test]
async fn pages_of_news_hold_every_province_once_whatever_comes_in_meanwhile() {
    for database in databases::<Analysis>().await {
        let service = service(&database);
        let since = database.clock.now();
        let provinces = ["KG-B", "KG-O", "TJ-SU", "TJ-KT", "AF-KDZ"];
        let of = |(n, code): (usize, &&str)| Observation {
            known_from: since,
            ..elsewhere(observation(&n.to_string(), 1), code)
        };
        hear(&service, &database, pack(provinces.iter().enumerate().map(of).collect())).await;
        let whole: Vec<_> = news(&service, since).await.provinces;
        database.clock.advance(std::time::Duration::from_mins(1));
        let (mut paged, mut cursor) = (Vec::new(), None);
        loop {
            let page = PageRequest { cursor, limit: Some(2) };
            let wish = GetNews { since, province: None, exercise: false, known_on: None, page };
            let told = api::get_news(&service, &asked(wish)).await.unwrap();
            assert!(told.provinces.len() <= 2);
            paged.extend(told.provinces);
            let seen = elsewhere(observation(&format!("meanwhile {}", paged.len()), 0), "UZ-SU");
            database.clock.advance(std::time::Duration::from_mins(1));
            let seen = Observation { known_from: database.clock.now(), ..seen };
            hear(&service, &database, pack(vec![seen])).await;
            cursor = told.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(paged, whole, "{}", database.engine);
        let page = PageRequest { cursor: Some("2027-01-01T00:00:00Z|KG-B".into()), limit: None };
        let wish = GetNews { since, province: None, exercise: false, known_on: None, page };
        let refused = api::get_news(&service, &asked(wish)).await.unwrap_err().to_string();
        assert!(refused.contains("cursor"), "{refused}");
    }
}

#[tokio::test]
async fn a_level_set_by_hand_is_news_with_its_author_and_reason_and_so_is_its_end() {
    for database in databases::<Analysis>().await {
        let service = service(&database);
        hear(&service, &database, pack(vec![observation("a", 1)])).await;
        database.clock.advance(days(1));
        let since = database.clock.now();
        let senior = |query| kit::Asked {
            query,
            principal: testkit::principal("s.senior", &[contracts::Role::SeniorAnalyst]),
            key: None,
        };
        let wish = |level| SetOverride {
            province: "KG-B".parse().unwrap(),
            threat: Threat::BorderTension,
            exercise: false,
            level,
            reason: "seen on the spot".into(),
            until: None,
        };
        for level in [Level::High, Level::Critical] {
            database.clock.advance(std::time::Duration::from_mins(1));
            api::set_override(&service, &senior(wish(level))).await.unwrap();
        }
        let told = news(&service, since).await.provinces.remove(0).overrides;
        assert_eq!(told.len(), 1, "{}: what was replaced is told by what took its place", database.engine);
        assert_eq!(
            (told[0].level, told[0].by.as_str(), told[0].reason.as_str()),
            (Level::Critical, "s.senior", "seen on the spot")
        );
        database.clock.advance(days(1));
        let later = database.clock.now();
        assert_eq!(news(&service, later).await.provinces, []);
        let end = EndOverride { id: told[0].id.clone(), reason: "it is quiet".into(), version: None };
        let asked = kit::Asked { query: end, principal: senior(wish(Level::Low)).principal, key: None };
        api::end_override(&service, &asked).await.unwrap();
        let told = news(&service, later).await.provinces.remove(0).overrides;
        assert_eq!((told[0].state, told[0].end_reason.as_str()), (OverrideState::Ended, "it is quiet"));
    }
}

#[tokio::test]
async fn a_level_that_a_neighbour_alone_lifts_names_it_and_is_no_level_that_can_be_spoken_of() {
    for database in databases::<Analysis>().await {
        let service = service(&database);
        let since = database.clock.now();
        let clash = |n: usize| Observation {
            threats: vec![Threat::ArmedConflict],
            known_from: since,
            ..deadly(elsewhere(observation(&n.to_string(), 1), "AF-KDZ"), 40)
        };
        hear(&service, &database, pack((0..8).map(clash).collect())).await;
        let told = news(&service, since).await.provinces;
        let of = |code: &str| {
            let found = told.iter().find(|one| one.province.as_str() == code).unwrap();
            found.levels.iter().find(|one| one.threat == Threat::ArmedConflict).unwrap()
        };
        let (kunduz, khatlon) = (of("AF-KDZ"), of("TJ-KT"));
        assert!(!kunduz.unreported && kunduz.lifted.is_none(), "{}: {kunduz:?}", database.engine);
        let lifted = khatlon.lifted.as_ref().unwrap();
        assert!(khatlon.unreported && lifted.by.as_str() == "AF-KDZ", "{}: {khatlon:?}", database.engine);
        assert!((lifted.share - 0.2).abs() < 1e-9 && (lifted.index - kunduz.index).abs() < 1e-6);
        assert_eq!(told[0].province.as_str(), "AF-KDZ", "what nobody can speak of is no rise to read first");
    }
}

#[tokio::test]
async fn what_came_in_of_so_long_ago_that_there_is_no_level_is_news_as_well() {
    for database in databases::<Analysis>().await {
        let service = service(&database);
        let since = database.clock.now();
        let ancient = Observation { known_from: since, ..observation("ancient", 3 * 365) };
        hear(&service, &database, pack(vec![ancient])).await;
        let told = news(&service, since).await;
        let heard: Vec<(&str, u64)> =
            told.provinces.iter().map(|one| (one.province.as_str(), one.heard.new)).collect();
        assert_eq!(heard, [("KG-B", 1)], "{}", database.engine);
    }
}

#[tokio::test]
async fn answers_about_indicators_are_told_until_they_are_taken_back() {
    for database in databases::<Analysis>().await {
        let service = service(&database);
        let since = database.clock.now();
        let answers = [("a", Indicator::ALL[0]), ("b", Indicator::ALL[1])];
        let readings: Vec<_> = answers.map(|(id, of)| reading(id, of, Extent::Marked, 1)).into();
        let gone = readings[1].id.clone();
        database.clock.advance(days(1));
        hear_read(&service, &database, readings, Vec::new()).await;
        let told = news(&service, since).await.provinces;
        assert_eq!((told.len(), told[0].heard.answers, told[0].heard.readings.len()), (1, 2, 2));
        assert_eq!(told[0].province.as_str(), "KG-B", "{}", database.engine);
        database.clock.advance(days(1));
        hear_read(&service, &database, Vec::new(), vec![gone]).await;
        let told = news(&service, since).await.provinces;
        assert_eq!(told[0].heard.answers, 1, "{}", database.engine);
        assert_eq!(told[0].heard.readings[0].indicator, Indicator::ALL[0]);
        assert!(
            news(&service, database.clock.now()).await.provinces.iter().all(|one| one.heard.answers == 0)
        );
    }
}

#[tokio::test]
async fn what_came_in_from_one_owner_in_two_spellings_came_from_one() {
    for database in databases::<Analysis>().await {
        let service = service(&database);
        let since = database.clock.now();
        let of = |id: &str, owner: &str| Observation {
            owner: owner.into(),
            known_from: since,
            ..observation(id, 1)
        };
        let old = Observation { known_from: since, ..observation("old", 90) };
        let older = Observation { known_from: since, owner: "Owner One".into(), ..observation("older", 120) };
        hear(&service, &database, pack(vec![of("a", "Owner One"), of("b", " owner one"), old, older])).await;
        let told = news(&service, since).await.provinces.remove(0).heard;
        assert_eq!((told.new, told.owners), (4, 2), "{}", database.engine);
        let late = told.late.unwrap();
        assert_eq!((late.facts, late.from, late.to), (2, today().plus(-120), today().plus(-90)));
    }
}

#[tokio::test]
async fn a_fall_within_the_hour_of_the_first_look_is_a_fall_and_the_rise_before_it_a_first_look() {
    for database in databases::<Analysis>().await {
        let service = service(&database);
        let since = database.clock.now();
        let seen: Vec<Observation> =
            (0..6).map(|n| Observation { known_from: since, ..observation(&n.to_string(), 1) }).collect();
        let wrong = seen[1..].iter().map(|one| one.id.clone()).collect();
        hear(&service, &database, pack(seen)).await;
        let was = the_situation(&service).await.level;
        database.clock.advance(std::time::Duration::from_mins(10));
        let taken_back =
            ObservationsRecorded { origin: "test".into(), recorded: Vec::new(), retracted: wrong };
        hear(&service, &database, taken_back).await;
        let now = the_situation(&service).await.level;
        assert!(now < was, "{}: {was} to {now}", database.engine);
        let query =
            ListChanges { province: None, exercise: false, until: None, page: PageRequest::default() };
        let listed = api::list_changes(&service, &asked(query)).await.unwrap().items;
        let told: Vec<_> = listed.iter().map(|one| (one.first, one.was, one.now)).collect();
        assert_eq!(told, [(false, was, now), (true, Level::Calm, was)]);
        let net = news(&service, since).await.provinces.remove(0).levels;
        assert_eq!((net[0].first, net[0].was, net[0].now), (false, was, now), "{}", database.engine);
    }
}

#[tokio::test]
async fn what_is_heard_after_somebody_asked_is_told_the_next_time_and_nothing_twice() {
    for database in databases::<Analysis>().await {
        let service = service(&database);
        hear(&service, &database, pack(vec![observation("before", 40)])).await;
        let minutes = |number| std::time::Duration::from_mins(number);
        // intake knew of these before the first asks, analysis was half an hour behind
        database.clock.advance(minutes(1));
        let known_from = database.clock.now();
        let late = (0..6).map(|n| Observation { known_from, ..observation(&format!("late {n}"), 1) });
        database.clock.advance(minutes(20));
        let first = news(&service, known_from).await;
        assert!(first.provinces.is_empty(), "{}: {first:?}", database.engine);
        database.clock.advance(minutes(10));
        hear(&service, &database, pack(late.collect())).await;
        let answer = reading("late", Indicator::BorderIncidents, Extent::Slight, 0);
        hear_read(&service, &database, vec![answer], Vec::new()).await;
        database.clock.advance(minutes(10));
        let second = news(&service, first.until).await;
        let batken = &second.provinces[0];
        assert_eq!((batken.heard.new, batken.heard.answers), (6, 1), "{}", database.engine);
        assert!(
            batken.levels.iter().all(|change| change.late.is_none()),
            "what lifts it is of the period: {batken:?}"
        );
        let gone = vec![ObservationId::derived(&["late 0"])];
        hear(&service, &database, ObservationsRecorded { retracted: gone, ..pack(Vec::new()) }).await;
        database.clock.advance(minutes(10));
        let third = news(&service, second.until).await;
        let heard = &third.provinces[0].heard;
        assert_eq!((heard.new, heard.answers, heard.retracted), (0, 0, 1), "{}", database.engine);
        assert!(news(&service, third.until).await.provinces.is_empty(), "{}", database.engine);
    }
}
