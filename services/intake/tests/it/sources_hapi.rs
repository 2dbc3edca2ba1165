//! HDX HAPI over a real bus: asked country by country; what it brings keeps its licence and the source's own limits.

use contracts::intake::{
    FindObservations, ImportProgressed, ImportState,
    aggregate::FindAggregates,
    sources::{ChangeSource, GetSource, SourceAction, SourceForm, SourceMoved, SourceParameters},
};
use domain::{Handling, Redistribution, Tlp, UnClass};
use intake::Intake;
use serde_json::json;
use testkit::{Recorded, Rig, Site};

use crate::{
    analyst,
    imports::ended,
    sources::{act, is_good, moved, operator, secrets},
};

const KEY: &str = "hapi-conflict";

/// A page of HAPI's answer with one district of this country in it.
fn page(country: &str, unit: &str, events: u32) -> Recorded {
    let row = json!({ "resource_hdx_id": "3b5baa74-c928-4cbc-adba-bf543c5d3050", "location_ref": 1, "location_code": country,
        "location_name": country, "has_hrp": true, "in_gho": true, "provider_admin1_name": "", "provider_admin2_name": "",
        "admin1_ref": 1, "admin1_code": unit.get(..4), "admin1_name": "Kabul", "admin2_ref": 5, "admin2_code": unit,
        "admin2_name": "Kabul", "admin_level": 2, "event_type": "political_violence", "events": events, "fatalities": 3,
        "reference_period_start": "2026-10-01T00:00:00", "reference_period_end": "2026-10-31T23:59:59" });
    Recorded::ok(json!({ "data": [row] }).to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_pulled_country_by_country_and_keep_their_licence() {
    let clock = kit::Clock::manual("2026-11-23T07:30:00Z".parse().unwrap());
    let (rig, site) = (Rig::with_clock::<Intake>(clock).await, Site::start().await);
    let _running = rig.start::<Intake>(&secrets(&rig)).await;
    let (mut heard, mut runs) = (rig.listen::<SourceMoved>().await, rig.listen::<ImportProgressed>().await);
    site.answer("/counts", [page("AFG", "AF0101", 7), page("AFG", "AF0102", 2), page("AFG", "AF0101", 9)]);
    let form = rig.ask(&operator(), &GetSource { key: KEY.into(), known_on: None }).await.unwrap().form;
    let form = SourceForm {
        address: Some(format!("{}counts", site.url)),
        parameters: SourceParameters {
            countries: vec!["AFG".parse().unwrap(), "TJK".parse().unwrap()],
            ..SourceParameters::default()
        },
        handling: Some(Handling::new(Tlp::Amber, UnClass::Unclassified)),
        ..form
    };
    rig.ask(&operator(), &ChangeSource { key: KEY.into(), form, version: None }).await.unwrap();
    act(&rig, KEY, SourceAction::Resume).await.unwrap();
    let good = moved(&mut heard, KEY, is_good).await;
    assert_eq!(good.brought, 2);
    assert_eq!(good.terms.as_ref().unwrap().redistribution, Redistribution::Derived);
    assert_eq!(ended(&mut runs, &good.last_run.unwrap().import).await.accepted, 1);
    let targets: Vec<String> = site.asked("/counts").into_iter().map(|asked| asked.target).collect();
    let asked = |country: &str| {
        format!(
            "/counts?app_identifier=canary-identifier&output_format=json&location_code={country}&start_date=2025-10-01&limit=10000&offset=0"
        )
    };
    assert_eq!(targets, [asked("AFG"), asked("TJK")]);
    let wanted = FindAggregates { country: "AFG".parse().ok(), ..FindAggregates::default() };
    let found = rig.ask(&analyst(), &wanted).await.unwrap().items;
    assert_eq!(found.len(), 2);
    for count in &found {
        let licence = &count.handling.licence;
        assert!(licence.redistribution == Redistribution::Derived && licence.ids.contains("ACLED-aggregate"));
        assert_eq!(count.handling.tlp(), Tlp::Amber, "the source's own limits hold besides");
    }
    assert!(rig.ask(&analyst(), &FindObservations::default()).await.unwrap().page.items.is_empty());
}

/// A page of so many rows, each of another district, month or type, numbered from this one on.
fn rows(country: &str, from: usize, many: usize) -> Recorded {
    let types = ["civilian_targeting", "demonstration", "political_violence"];
    let row = |n: usize| {
        let (month, unit) = (n / 3 % 12 + 1, format!("{}{:04}", &country[..2], 101 + n / 36));
        json!({ "location_code": country, "location_name": country, "provider_admin1_name": "", "provider_admin2_name": "",
            "admin1_code": &unit[..4], "admin1_name": "x", "admin2_code": unit, "admin2_name": unit, "admin_level": 2,
            "event_type": types[n % 3], "events": 1, "fatalities": 0, "reference_period_start": format!("2026-{month:02}-01T00:00:00"),
            "reference_period_end": format!("2026-{month:02}-28T23:59:59") })
    };
    Recorded::ok(json!({ "data": (from..from + many).map(row).collect::<Vec<_>>() }).to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_ten_thousand_rows_of_a_country_are_asked_for_in_pages_and_each_is_taken_once() {
    let clock = kit::Clock::manual("2026-12-31T07:30:00Z".parse().unwrap());
    let (rig, site) = (Rig::with_clock::<Intake>(clock).await, Site::start().await);
    let _running = rig.start::<Intake>(&secrets(&rig)).await;
    let (mut heard, mut runs) = (rig.listen::<SourceMoved>().await, rig.listen::<ImportProgressed>().await);
    // one page full, one begun; of the other country exactly one full page, so that the next is asked for and is empty
    let pages = [rows("AFG", 0, 10_000), rows("AFG", 10_000, 98), rows("TJK", 0, 10_000), rows("TJK", 0, 0)];
    site.answer("/counts", pages);
    let form = rig.ask(&operator(), &GetSource { key: KEY.into(), known_on: None }).await.unwrap().form;
    let parameters = SourceParameters {
        countries: vec!["AFG".parse().unwrap(), "TJK".parse().unwrap()],
        ..SourceParameters::default()
    };
    let form = SourceForm { address: Some(format!("{}counts", site.url)), parameters, ..form };
    rig.ask(&operator(), &ChangeSource { key: KEY.into(), form, version: None }).await.unwrap();
    act(&rig, KEY, SourceAction::Resume).await.unwrap();
    let good = moved(&mut heard, KEY, |source| is_good(source) && source.brought == 3).await;
    let mut accepted = 0;
    let mut seen = std::collections::BTreeSet::new();
    while accepted < 20_098 {
        let run =
            runs.find(|said| matches!(said.run.state, ImportState::Done | ImportState::Failed)).await.run;
        assert_eq!((run.quarantined, run.updated, run.unchanged), (0, 0, 0), "{run:?}");
        assert!(seen.insert(run.id), "each run is over once");
        accepted += run.accepted;
    }
    assert_eq!((accepted, seen.len()), (20_098, 3));
    assert!(good.health.error.is_empty());
    let offsets: Vec<String> = site
        .asked("/counts")
        .into_iter()
        .map(|asked| {
            let of =
                |name: &str| asked.target.split(name).nth(1).unwrap().split('&').next().unwrap().to_owned();
            format!("{} from {}", of("location_code="), of("offset="))
        })
        .collect();
    assert_eq!(offsets, ["AFG from 0", "AFG from 10000", "TJK from 0", "TJK from 10000"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identifier_that_is_refused_is_told_by_where_it_is_set_and_not_by_what_it_is() {
    let (rig, site) = (Rig::of::<Intake>().await, Site::start().await);
    let _running = rig.start::<Intake>(&secrets(&rig)).await;
    let mut heard = rig.listen::<SourceMoved>().await;
    site.answer("/counts", [Recorded::of(403)]);
    crate::sources::turn_to(&rig, KEY, &format!("{}counts", site.url)).await;
    let refused = moved(&mut heard, KEY, |source| source.health.failures == 1).await;
    let told = &refused.health.error;
    assert!(told.contains("intake.secrets.hapi_identifier_file") && !told.contains("canary"), "{told}");
}
