//! Forecasts: issued once from what complete sources cover, scored when their months are over, on both stores.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use analysis::{Analysis, api, inbox, jobs};
use contracts::{
    Page, PageRequest,
    analysis::{
        GetSituation,
        forecasting::{ForecastWork, Forecasting, GetForecasting, GetWatchList},
        forecasts::{Forecast, GetScorecards, ListForecasts, Scope, Scorecard},
    },
    intake::ImportProgressed,
};
use domain::{Day, Observation, Threat};
use testkit::{Database, databases};

use crate::given::*;

/// Rows of a source that lists every event: in Helmand, one a month from January 2015 to the month before this one.
pub fn listed(from: Day, to: Day) -> Vec<Observation> {
    let days = (0..=to.since(from)).map(|number| from.plus(number));
    let ends = days.filter(|day| day.plus(1).to_string().ends_with("-01"));
    let row = |day: Day| {
        let mut seen = elsewhere(observation(&format!("ged {day}"), 0), "AF-HEL");
        seen.source = "ucdp".into();
        (seen.occurred_from, seen.occurred_to, seen.known_from) = (day, day, day.start());
        seen.threats = vec![Threat::ArmedConflict];
        deadly(seen, 10 + (day.since(from) % 7) as u32)
    };
    ends.map(row).collect()
}

/// As long as a complete source must be silent.
pub const MINUTES: std::time::Duration = std::time::Duration::from_mins(10);

/// A day as it is written.
pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub async fn list(service: &Analysis, query: ListForecasts) -> Vec<Forecast> {
    let page = PageRequest { cursor: None, limit: Some(500) };
    api::list_forecasts(service, &asked(ListForecasts { page, ..query })).await.unwrap().items
}

async fn cards(service: &Analysis, rehearsal: bool) -> Vec<Scorecard> {
    let query = GetScorecards { rehearsal, ..GetScorecards::default() };
    api::get_scorecards(service, &asked(query)).await.unwrap()
}

pub async fn world(database: &Database) -> Analysis {
    let service = service(database);
    hear(&service, database, pack(listed(day("2015-01-01"), day("2026-10-31")))).await;
    jobs::forecast(&service).await.unwrap();
    assert!(list(&service, ListForecasts::default()).await.is_empty(), "more of the file may be on its way");
    database.clock.advance(MINUTES);
    jobs::forecast(&service).await.unwrap();
    service
}

#[tokio::test]
async fn forecasts_are_issued_once_for_every_province_and_the_country_and_give_the_outlook() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        let issued = list(&service, ListForecasts::default()).await;
        let provinces = geography::provinces().iter().filter(|unit| unit.country == "AFG").count();
        assert_eq!(issued.len(), 4 * (provinces + 1), "{}", database.engine);
        assert!(issued.iter().all(|told| told.origin == day("2026-10-01") && told.outcome.is_none()));
        let helmand =
            ListForecasts { province: "AF-HEL".parse().ok(), months: Some(3), ..ListForecasts::default() };
        let helmand = list(&service, helmand).await;
        let [told] = helmand.as_slice() else { panic!("{helmand:?}") };
        assert!((20..=50).contains(&told.expected.p50), "{told:?}");
        let query = GetSituation { province: "AF-HEL".parse().ok(), ..GetSituation::default() };
        let situation = situations(&service, query.clone()).await.remove(0);
        assert_eq!(situation.outlook, Some(told.expected.escalation));
        let before = GetSituation { on: Some(today().plus(-1)), ..query };
        assert_eq!(situations(&service, before).await[0].outlook, None, "it was not known then");
        jobs::forecast(&service).await.unwrap();
        assert_eq!(list(&service, ListForecasts::default()).await, issued, "twice is once");
    }
}

/// Hears that a file is read, or no longer is.
pub async fn progress(service: &Analysis, database: &Database, state: &str) {
    let run = serde_json::json!({
        "id": domain::ImportId::derived(&["1"]), "format": "ucdp-ged", "name": "ged.csv", "sha256": "", "bytes": 1, "state": state,
        "read": 0, "accepted": 0, "updated": 0, "unchanged": 0, "quarantined": 0, "rate": null, "citation": "", "by": "x",
        "received_at": database.clock.now(), "started_at": null, "finished_at": null,
    });
    let event = ImportProgressed { run: serde_json::from_value(run).unwrap(), restricted: false };
    let mut tx = database.db.begin().await.unwrap();
    let heard = heard(database, event, "mirab.intake.import.progressed.v1");
    inbox::import_progressed(service, &mut tx, &heard).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn nothing_is_forecast_while_a_file_is_read_unless_its_run_is_lost() {
    for database in databases::<Analysis>().await {
        let service = service(&database);
        hear(&service, &database, pack(listed(day("2015-01-01"), day("2026-10-31")))).await;
        progress(&service, &database, "running").await;
        database.clock.advance(3 * MINUTES);
        jobs::forecast(&service).await.unwrap();
        assert!(list(&service, ListForecasts::default()).await.is_empty(), "{}", database.engine);
        progress(&service, &database, "done").await;
        jobs::forecast(&service).await.unwrap();
        assert!(!list(&service, ListForecasts::default()).await.is_empty());
    }
    for database in databases::<Analysis>().await {
        let service = service(&database);
        hear(&service, &database, pack(listed(day("2015-01-01"), day("2026-10-31")))).await;
        progress(&service, &database, "running").await;
        database.clock.advance(days(1) + MINUTES);
        jobs::forecast(&service).await.unwrap();
        assert!(!list(&service, ListForecasts::default()).await.is_empty(), "nobody waits for it any more");
    }
}

pub async fn standing(service: &Analysis) -> Forecasting {
    api::get_forecasting(service, &asked(GetForecasting {})).await.unwrap()
}

#[tokio::test]
async fn while_files_come_in_it_is_said_what_is_waited_for_and_what_is_shown() {
    for database in databases::<Analysis>().await {
        let service = service(&database);
        assert_eq!(
            standing(&service).await.state,
            ForecastWork::Ready,
            "nothing is to come: there is no basis"
        );
        hear(&service, &database, pack(listed(day("2015-01-01"), day("2026-10-31")))).await;
        progress(&service, &database, "running").await;
        jobs::forecast(&service).await.unwrap();
        let reading = standing(&service).await;
        assert_eq!((reading.state, reading.imports, reading.origin), (ForecastWork::Waiting, 1, None));
        let since = database.clock.now();
        assert_eq!((reading.since, reading.begins_at), (Some(since), None), "{}", database.engine);
        let query = GetSituation { province: "AF-HEL".parse().ok(), ..GetSituation::default() };
        let anew = situations(&service, query.clone()).await;
        assert!(anew[0].outlook_pending, "not yet, and not without a basis");
        jobs::settle(&service).await.unwrap();
        assert_eq!(situations(&service, query.clone()).await, anew, "nor where it is told as it is kept");
        progress(&service, &database, "done").await;
        let quiet = standing(&service).await;
        assert_eq!((quiet.state, quiet.imports), (ForecastWork::Waiting, 0));
        assert_eq!(
            quiet.begins_at,
            Some(since.plus(chrono::TimeDelta::minutes(1))),
            "a minute after the last was heard"
        );
        database.clock.advance(std::time::Duration::from_mins(1));
        assert_eq!(standing(&service).await.state, ForecastWork::Working);
        jobs::forecast(&service).await.unwrap();
        let ready = standing(&service).await;
        assert_eq!(
            (ready.state, ready.since, ready.origin),
            (ForecastWork::Ready, None, Some(day("2026-10-01")))
        );
        assert!(!situations(&service, query.clone()).await[0].outlook_pending);
        database.clock.advance(days(30));
        hear(&service, &database, pack(listed(day("2026-11-01"), day("2026-11-30")))).await;
        let again = standing(&service).await;
        assert_eq!(
            (again.state, again.origin),
            (ForecastWork::Waiting, Some(day("2026-10-01"))),
            "those from before are shown"
        );
        assert!(!list(&service, ListForecasts::default()).await.is_empty());
    }
}

#[tokio::test]
async fn the_watch_list_names_the_likeliest_of_the_newest_of_every_threat() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        let wish =
            |threat, limit| asked(GetWatchList { threat, months: 3, limit, ..GetWatchList::default() });
        let watched = api::get_watch_list(&service, &wish(None, 5)).await.unwrap();
        assert_eq!(watched.len(), 5, "{}", database.engine);
        let chances: Vec<f64> = watched.iter().map(|told| told.expected.escalation).collect();
        assert!(
            chances.windows(2).all(|two| two[0] >= two[1]) && watched.iter().all(|told| told.months == 3)
        );
        let newest = list(&service, ListForecasts { months: Some(3), ..ListForecasts::default() }).await;
        let provinces = newest.iter().filter(|told| told.province.is_some());
        let mut likeliest: Vec<f64> = provinces.map(|told| told.expected.escalation).collect();
        likeliest.sort_by(|one, other| other.total_cmp(one));
        assert_eq!(chances, likeliest[..5], "{}: no other is likelier", database.engine);
        assert!(api::get_watch_list(&service, &wish(Some(Threat::WaterEnergy), 5)).await.unwrap().is_empty());
        let wrong = asked(GetWatchList { months: 4, limit: 5, ..GetWatchList::default() });
        assert!(api::get_watch_list(&service, &wrong).await.is_err());
    }
}

#[tokio::test]
async fn a_window_that_is_over_is_not_watched() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        let watched = async |known_on| {
            let wish = GetWatchList { months: 1, limit: 100, known_on, ..GetWatchList::default() };
            api::get_watch_list(&service, &asked(wish)).await.unwrap()
        };
        let (then, of_november) = (database.clock.now(), watched(None).await);
        assert!(of_november.iter().all(|told| told.to == day("2026-11-30")) && !of_november.is_empty());
        while database.clock.now().day() < day("2026-11-30") {
            database.clock.advance(days(1));
        }
        assert_eq!(watched(None).await, of_november, "{}: its last day", database.engine);
        database.clock.advance(days(1));
        assert!(watched(None).await.is_empty(), "{}: of November on 1 December", database.engine);
        assert!(watched(Some(database.clock.now())).await.is_empty());
        assert_eq!(watched(Some(then)).await, of_november, "then it was not over");
    }
}

#[tokio::test]
async fn rehearsals_are_a_record_from_the_first_day() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        assert!(cards(&service, false).await.is_empty(), "nothing that was issued is over");
        let record = cards(&service, true).await;
        let month = |scope| record.iter().find(|card| (card.scope, card.months) == (scope, 1)).unwrap();
        assert_eq!(month(Scope::Country).forecasts, 4);
        assert_eq!(
            (month(Scope::Country).first_origin, month(Scope::Country).last_origin),
            (day("2026-06-01"), day("2026-09-01"))
        );
        let rehearsed = list(&service, ListForecasts { rehearsal: true, ..ListForecasts::default() }).await;
        let newest = rehearsed.iter().find(|told| told.months == 1 && told.province.is_none()).unwrap();
        let october = listed(day("2015-01-01"), day("2026-10-31")).pop().unwrap();
        assert_eq!(newest.outcome.as_ref().unwrap().observed, u64::from(october.deaths.unwrap().best));
    }
}

#[tokio::test]
async fn what_was_issued_is_scored_by_what_came_and_never_changed() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        let newest =
            ListForecasts { province: "AF-HEL".parse().ok(), months: Some(1), ..ListForecasts::default() };
        let issued = list(&service, newest.clone()).await.remove(0);
        database.clock.advance(days(30));
        let rest = listed(day("2015-01-01"), day("2026-11-30"));
        hear(&service, &database, pack(rest.clone())).await;
        database.clock.advance(MINUTES);
        jobs::forecast(&service).await.unwrap();
        let mut now = list(&service, newest).await;
        assert_eq!(
            now.iter().map(|told| told.origin).collect::<Vec<_>>(),
            [day("2026-11-01"), day("2026-10-01")]
        );
        let mut over = now.remove(1);
        let outcome = over.outcome.take().unwrap();
        assert_eq!(over, issued, "{}", database.engine);
        assert_eq!(outcome.observed, u64::from(rest.last().unwrap().deaths.unwrap().best));
        let record = cards(&service, false).await;
        assert_eq!(
            record.iter().map(|card| (card.scope, card.months)).collect::<Vec<_>>(),
            [(Scope::Province, 1), (Scope::Country, 1)]
        );
        assert_eq!(
            record[0].forecasts as usize,
            geography::provinces().iter().filter(|unit| unit.country == "AFG").count()
        );
    }
}

#[tokio::test]
async fn a_score_stands_by_what_was_known_and_what_a_source_revised_since_is_told_beside_it() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        let wish = |province: &str, known_on| ListForecasts {
            province: province.parse().ok(),
            months: Some(1),
            rehearsal: true,
            origin: Some(day("2026-09-01")),
            known_on,
            ..ListForecasts::default()
        };
        let (then, scored) = (database.clock.now(), list(&service, wish("AF-HEL", None)).await);
        let before = scored[0].outcome.clone().unwrap();
        assert_eq!(before.counted_now, None, "{}: as it was scored", database.engine);
        let record = cards(&service, true).await;
        // an event of 31 October, told with 12 deaths, is told with 60
        let october = listed(day("2026-10-01"), day("2026-10-31")).remove(0);
        let revised = Observation { revision: 2, known_from: then, ..deadly(october, 60) };
        database.clock.advance(days(1));
        hear(&service, &database, pack(vec![revised])).await;
        jobs::settle(&service).await.unwrap();
        database.clock.advance(MINUTES);
        jobs::forecast(&service).await.unwrap();
        let mut now = list(&service, wish("AF-HEL", None)).await;
        let outcome = now[0].outcome.as_mut().unwrap();
        assert_eq!(outcome.counted_now.take(), Some(60), "{}", database.engine);
        assert_eq!(*outcome, before, "the score stands");
        assert_eq!(list(&service, wish("AF-HEL", Some(then))).await, scored, "then nobody knew");
        let calm = list(&service, wish("AF-KAB", None)).await;
        assert_eq!(calm[0].outcome.as_ref().unwrap().counted_now, None, "nothing was revised there");
        let country = ListForecasts { scope: Some(Scope::Country), province: None, ..wish("AF-HEL", None) };
        let whole = list(&service, country).await;
        assert_eq!(whole[0].outcome.as_ref().unwrap().counted_now, Some(60), "of the country as well");
        let anew = cards(&service, true).await;
        assert_eq!(
            anew.iter().map(|card| card.expected.clone()).collect::<Vec<_>>(),
            record.iter().map(|card| card.expected.clone()).collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn what_no_complete_source_covers_to_the_day_has_no_statistical_basis() {
    for database in databases::<Analysis>().await {
        let service = service(&database);
        let seen = listed(day("2019-01-01"), day("2026-10-31"));
        let desk = listed(day("2010-01-01"), day("2026-10-31")).into_iter();
        let desk = desk.map(|seen| Observation { source: "desk".into(), ..seen }).collect();
        hear(&service, &database, pack(seen)).await;
        hear(&service, &database, pack(desk)).await;
        database.clock.advance(MINUTES);
        jobs::forecast(&service).await.unwrap();
        assert!(list(&service, ListForecasts::default()).await.is_empty(), "ten years are needed");
        let query = GetSituation { province: "AF-HEL".parse().ok(), ..GetSituation::default() };
        assert_eq!(situations(&service, query).await[0].outlook, None);
    }
}

#[tokio::test]
async fn pages_stand_and_strangers_are_refused() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        let whole = list(&service, ListForecasts::default()).await;
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = PageRequest { cursor, limit: Some(33) };
            let query = ListForecasts { page, ..ListForecasts::default() };
            let page: Page<Forecast> = api::list_forecasts(&service, &asked(query)).await.unwrap();
            seen.extend(page.items);
            let Some(next) = page.next else { break };
            cursor = Some(next);
        }
        assert_eq!(seen, whole);
        let page = PageRequest { cursor: Some("2026-10".into()), limit: None };
        let query = ListForecasts { page, ..ListForecasts::default() };
        assert!(api::list_forecasts(&service, &asked(query)).await.is_err());
        let mut partner = asked(ListForecasts::default());
        partner.principal = testkit::principal("p", &[contracts::Role::Partner]);
        assert!(api::list_forecasts(&service, &partner).await.is_err());
    }
}

#[tokio::test]
async fn at_a_past_moment_there_are_those_that_had_been_made_with_what_had_come_of_them_by_then() {
    for database in databases::<Analysis>().await {
        let service = world(&database).await;
        let month = |known_on| ListForecasts {
            province: "AF-HEL".parse().ok(),
            months: Some(1),
            known_on,
            ..ListForecasts::default()
        };
        let watched = async |known_on| {
            let wish = GetWatchList { months: 1, limit: 5, known_on, ..GetWatchList::default() };
            api::get_watch_list(&service, &asked(wish)).await.unwrap()
        };
        let then = database.clock.now();
        let (issued, likeliest) = (list(&service, month(None)).await, watched(None).await);
        let before = Some(then.minus(chrono::TimeDelta::minutes(1)));
        assert!(list(&service, month(before)).await.is_empty(), "{}: none was made yet", database.engine);
        assert!(watched(before).await.is_empty());
        database.clock.advance(days(30));
        hear(&service, &database, pack(listed(day("2015-01-01"), day("2026-11-30")))).await;
        database.clock.advance(MINUTES);
        jobs::forecast(&service).await.unwrap();
        let now = list(&service, month(None)).await;
        assert!(now.len() == 2 && now[1].outcome.is_some(), "{now:?}");
        assert_ne!(watched(None).await, likeliest);
        assert_eq!(list(&service, month(Some(then))).await, issued, "{}: as they stood", database.engine);
        assert_eq!(watched(Some(then)).await, likeliest);
        let resolved = now[1].outcome.as_ref().unwrap().resolved_at;
        let just_before =
            list(&service, month(Some(resolved.minus(chrono::TimeDelta::microseconds(1))))).await;
        assert_eq!(just_before, issued, "not yet resolved");
        assert_eq!(list(&service, month(Some(resolved))).await, now);
    }
}
