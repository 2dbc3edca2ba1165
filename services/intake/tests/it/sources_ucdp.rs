//! UCDP over a real bus: its API from page to page, its monthly files oldest first.

use contracts::intake::{
    GetImport, ImportProgressed,
    sources::{SourceAction, SourceMoved},
};
use intake::Intake;
use serde_json::{Value, json};
use testkit::{Recorded, Rig, Site};

use crate::{
    imports::ended,
    sources::{LOCAL, act, is_good, moved, secrets, turn_to},
};

/// A row of UCDP's API, but for its id.
const GED: &str = r#"{ "relid": "AFG-1", "year": 2026, "active_year": true, "code_status": "Clear", "type_of_violence": 1,
        "conflict_dset_id": "333", "conflict_new_id": 333, "conflict_name": "Afghanistan: Government", "dyad_dset_id": "735",
        "dyad_new_id": 735, "dyad_name": "Government of Afghanistan - IS", "side_a_dset_id": "130", "side_a_new_id": 130,
        "side_a": "Government of Afghanistan", "side_b_dset_id": "234", "side_b_new_id": 234, "side_b": "IS",
        "number_of_sources": 1, "source_article": "", "source_office": "", "source_date": "", "source_headline": "",
        "source_original": "", "where_prec": 1, "where_coordinates": "Kabul town", "where_description": "", "adm_1": "Kabul",
        "adm_2": "", "latitude": 34.5, "longitude": 69.2, "geom_wkt": "", "priogrid_gid": 179059, "country": "Afghanistan",
        "country_id": 700, "region": "Asia", "event_clarity": 1, "date_prec": 1, "date_start": "2026-10-05T00:00:00",
        "date_end": "2026-10-05T00:00:00", "deaths_a": 0, "deaths_b": 0, "deaths_civilians": 2, "deaths_unknown": 0,
        "best": 2, "high": 2, "low": 2, "gwnoa": "700", "gwnob": "" }"#;

/// A row of UCDP's API with this id.
fn ged(id: u32) -> Value {
    let mut row: Value = serde_json::from_str(GED).unwrap();
    row["id"] = id.into();
    row
}

#[tokio::test(flavor = "multi_thread")]
async fn ucdp_is_followed_from_page_to_page_and_its_token_goes_to_it_alone() {
    let clock = kit::Clock::manual("2026-11-23T07:30:00Z".parse().unwrap());
    let (rig, site) = (Rig::with_clock::<Intake>(clock).await, Site::start().await);
    let _running = rig.start::<Intake>(&secrets(&rig)).await;
    let (mut heard, mut runs) = (rig.listen::<SourceMoved>().await, rig.listen::<ImportProgressed>().await);
    let page = |id, next: String| {
        let (rows, pages) = (vec![ged(id)], 2);
        Recorded::ok(json!({ "TotalCount": 2, "TotalPages": pages, "PreviousPageUrl": "", "NextPageUrl": next, "Result": rows }).to_string())
    };
    site.answer("/26.0.10", [page(1, format!("{}more", site.url))]);
    site.answer("/more", [page(2, String::new())]);
    turn_to(&rig, "ucdp-api", &site.url).await;
    let good = moved(&mut heard, "ucdp-api", is_good).await;
    assert_eq!(good.brought, 2);
    assert_eq!(ended(&mut runs, &good.last_run.unwrap().import).await.accepted, 1);
    assert!(site.asked("/").iter().all(|asked| asked.head.contains("x-ucdp-access-token: canary-token")));
    assert!(site.asked("/26.0.10")[0].target.contains("Country=700%2C705"));
    site.answer("/26.0.11", [page(3, "https://example.org/next".into())]);
    act(&rig, "ucdp-api", SourceAction::Pull).await.unwrap();
    let led = moved(&mut heard, "ucdp-api", |source| source.health.failures == 1).await;
    assert!(led.health.error.contains("leads to another server"), "{}", led.health.error);
}

#[tokio::test(flavor = "multi_thread")]
async fn candidate_files_are_taken_oldest_first_as_far_as_they_are_there() {
    let clock = kit::Clock::manual("2026-11-23T07:30:00Z".parse().unwrap());
    let (rig, site) = (Rig::with_clock::<Intake>(clock).await, Site::start().await);
    let _running = rig.start::<Intake>(LOCAL).await;
    let mut heard = rig.listen::<SourceMoved>().await;
    for month in [9, 10] {
        site.answer(&format!("/GEDEvent_v26_0_{month}.csv"), [Recorded::ok("id,relid\n1,2\n")]);
    }
    turn_to(&rig, "ucdp-candidate", &site.url).await;
    assert_eq!(
        moved(&mut heard, "ucdp-candidate", |source| source.health.last_good.is_some()).await.brought,
        2
    );
    let targets: Vec<String> = site.asked("/").into_iter().map(|asked| asked.target).collect();
    let (monthly, consolidated) = targets.split_at(13);
    assert_eq!((targets.len(), monthly[0].as_str()), (26, "/GEDEvent_v25_0_11.csv"));
    assert_eq!(monthly[12], "/GEDEvent_v26_0_11.csv");
    assert_eq!(
        (consolidated[0].as_str(), consolidated[12].as_str()),
        ("/GEDEvent_v25_01_25_11.csv", "/GEDEvent_v26_01_26_11.csv")
    );
}

/// A file of candidates with one event, of which so many died.
fn candidates(month: u32, best: u32) -> String {
    let columns = "id,type_of_violence,side_a,side_b,where_prec,adm_1,latitude,longitude,country,country_id,date_start,date_end,best,high,low";
    let (place, day) = ("1,Kabul,34.5,69.2,Afghanistan,700", format!("2026-{month:02}-05"));
    format!("{columns}\n1,1,Government of Afghanistan,IS,{place},{day},{day},{best},{best},{best}\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn consolidated_candidates_are_taken_where_they_are_there_and_hold_over_the_months_they_consolidate() {
    let clock = kit::Clock::manual("2026-11-23T07:30:00Z".parse().unwrap());
    let (rig, site) = (Rig::with_clock::<Intake>(clock).await, Site::start().await);
    let _running = rig.start::<Intake>(LOCAL).await;
    let (mut heard, mut runs) = (rig.listen::<SourceMoved>().await, rig.listen::<ImportProgressed>().await);
    site.answer("/GEDEvent_v26_0_6.csv", [Recorded::ok(candidates(6, 2))]);
    site.answer("/GEDEvent_v26_01_26_06.csv", [Recorded::ok(candidates(6, 5))]);
    turn_to(&rig, "ucdp-candidate", &site.url).await;
    let good = moved(&mut heard, "ucdp-candidate", |source| source.health.last_good.is_some()).await;
    assert_eq!(good.brought, 2);
    let last = ended(&mut runs, &good.last_run.unwrap().import).await;
    assert_eq!((last.name.as_str(), last.updated), ("GEDEvent_v26_01_26_06.csv", 1), "{last:?}");
    // what was taken is not asked for again, and what is older and comes late changes nothing
    site.answer_now("/GEDEvent_v26_01_26_09.csv", [Recorded::ok(candidates(6, 7))]);
    act(&rig, "ucdp-candidate", SourceAction::Pull).await.unwrap();
    let good = moved(&mut heard, "ucdp-candidate", |source| source.brought == 3).await;
    let last = ended(&mut runs, &good.last_run.unwrap().import).await;
    assert_eq!((last.name.as_str(), last.updated), ("GEDEvent_v26_01_26_09.csv", 1), "{last:?}");
    assert_eq!(site.asked("/GEDEvent_v26_01_26_06.csv").len(), 1);
}

/// It changed nothing, and the run said nothing of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_release_that_comes_behind_a_newer_one_says_so() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut runs = rig.listen::<ImportProgressed>().await;
    for (name, best, says) in [
        ("GEDEvent_v26_0_6.csv", 2, false),
        ("GEDEvent_v26_0_7.csv", 3, false),
        ("GEDEvent_v26_0_5.csv", 7, true),
    ] {
        let file = candidates(5, best);
        let import = crate::upload(&rig, name, contracts::gateway::Format::UcdpCandidate, file.as_bytes())
            .await
            .import;
        ended(&mut runs, &import).await;
        let run = rig.ask(&crate::analyst(), &GetImport { id: import, known_on: None }).await.unwrap();
        let told: Vec<&str> = run
            .remarks
            .iter()
            .map(|one| one.text.as_str())
            .filter(|text| text.contains("newer release"))
            .collect();
        assert_eq!(told.len(), usize::from(says), "{name}: {:?}", run.remarks);
        assert!(
            told.iter().all(|text| text.contains("2026-08-20") && contracts::reason::is_told(text)),
            "{told:?}"
        );
    }
}

/// Earlier versions kept `1.0` as the id of an event, and the next copy of it counted its deaths twice.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_kept_under_another_spelling_of_its_number_is_taken_back_once_its_number_is_known() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut runs = rig.listen::<ImportProgressed>().await;
    let db =
        kit::Db::open(&rig.store_url::<Intake>(), rig.clock.clone(), kit::Nudges::default()).await.unwrap();
    let header = candidates(5, 2);
    let columns: Vec<String> = header.lines().next().unwrap().split(',').map(str::to_owned).collect();
    let terms = intake::sources::Terms { received_on: "2026-11-23".parse().unwrap(), exercise: false };
    let (format, line) = (contracts::gateway::Format::UcdpCandidate, columns.join(","));
    let layout = intake::sources::Layout::of(format, line.as_bytes(), terms).unwrap();
    let row = intake::sources::records::only(
        layout.shape(),
        header.lines().nth(1).unwrap().as_bytes(),
        layout.width(),
    )
    .unwrap();
    let draft = layout.read(&row).unwrap().fact().unwrap();
    let before = intake::domain::draft::Draft { external_id: "1.0".into(), ..draft };
    let mut tx = db.begin().await.unwrap();
    let arrival = intake::domain::draft::Arrival::at(tx.now());
    let bringer = intake::store::recording::Bringer { origin: "before", part: "1", arrival };
    intake::store::recording::record(&mut tx, vec![before], &bringer).await.unwrap();
    tx.commit().await.unwrap();
    let import = crate::upload(&rig, "GEDEvent_v26_0_5.csv", format, header.as_bytes()).await.import;
    ended(&mut runs, &import).await;
    let found = rig.ask(&crate::analyst(), &contracts::intake::FindObservations::default()).await.unwrap();
    let ids: Vec<String> = found.page.items.into_iter().map(|seen| seen.external_id).collect();
    assert_eq!(ids, ["1"]);
}
