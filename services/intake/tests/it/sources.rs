//! Sources over a real bus, asked of a server that answers as they do.

use std::fmt::Write;

use contracts::{
    FailureKind, Role,
    intake::{
        FindObservations, ImportProgressed, ImportState, ObservationsRecorded,
        sources::{
            ChangeSource, Connector, CreateSource, GetSource, ListSources, MoveSource, Source, SourceAction,
            SourceForm, SourceMoved, SourceParameters, SourceState,
        },
    },
};
use domain::{ObservationId, Redistribution, Tlp, UnClass};
use intake::Intake;
use serde_json::{Value, json};
use testkit::{Listener, Recorded, Rig, Site, principal};

use crate::{analyst, imports::ended};

pub const LOCAL: &str =
    "[intake.egress]\nallow = [\"127.0.0.0/8\"]\nallow_http = true\nports = [0]\ntimeout_s = 5\n";

pub fn operator() -> contracts::Principal {
    principal("operator-1", &[Role::Operator])
}

/// Files with the secrets of ACLED, UCDP and HAPI, as the configuration names them.
pub fn secrets(rig: &Rig) -> String {
    let mut told = format!("{LOCAL}[intake.secrets]\n");
    for (name, text) in [
        ("acled_user", "centre@example.org"),
        ("acled_password", "canary-password"),
        ("ucdp_token", "canary-token"),
        ("hapi_identifier", "canary-identifier"),
    ] {
        let file = rig.folder().join(name);
        std::fs::write(&file, format!("{text}\n")).unwrap();
        writeln!(told, "{name}_file = \"{}\"", file.display()).unwrap();
    }
    told
}

pub async fn source(rig: &Rig, key: &str) -> Source {
    rig.ask(&operator(), &GetSource { key: key.into(), known_on: None }).await.unwrap()
}

pub async fn act(rig: &Rig, key: &str, action: SourceAction) -> Result<Source, contracts::Failure> {
    rig.ask(&operator(), &MoveSource { key: key.into(), action, version: None }).await
}

/// Sends a known source to another address and switches it on.
pub async fn turn_to(rig: &Rig, key: &str, address: &str) {
    let form = SourceForm { address: Some(address.into()), ..source(rig, key).await.form };
    rig.ask(&operator(), &ChangeSource { key: key.into(), form, version: None }).await.unwrap();
    act(rig, key, SourceAction::Resume).await.unwrap();
}

pub async fn moved(heard: &mut Listener<SourceMoved>, key: &str, fits: impl Fn(&Source) -> bool) -> Source {
    heard.find(|said| said.source.key == key && fits(&said.source)).await.source
}

/// Whether it has answered as it should, whatever became of what it brought.
pub fn is_asked(source: &Source) -> bool {
    source.health.last_good.is_some()
}

pub fn is_good(source: &Source) -> bool {
    source.health.state == SourceState::Good
}

pub async fn titles(rig: &Rig) -> Vec<String> {
    let found = rig.ask(&analyst(), &FindObservations::default()).await.unwrap().page.items;
    let mut titles: Vec<String> = found.into_iter().map(|o| o.external_id).collect();
    titles.sort();
    titles
}

/// An event in the form that ACLED's API gives.
fn event(id: &str, edited: i64, notes: &str) -> Value {
    json!({ "event_id_cnty": id, "event_date": "2022-10-14", "year": "2022", "time_precision": "1",
        "disorder_type": "Political violence", "event_type": "Battles", "sub_event_type": "Armed clash",
        "actor1": "Military Forces of Kyrgyzstan", "assoc_actor_1": "", "inter1": "State forces",
        "actor2": "Unidentified Armed Group", "assoc_actor_2": null, "inter2": "Rebel group", "interaction": "",
        "civilian_targeting": "", "iso": 417, "region": "Caucasus and Central Asia", "country": "Kyrgyzstan",
        "admin1": "Batken", "admin2": "Batken", "admin3": "", "location": "Ak-Sai", "latitude": "39.9100",
        "longitude": "70.6200", "geo_precision": "1", "source": "AKIpress", "source_scale": "National",
        "notes": notes, "fatalities": "1", "tags": "", "timestamp": edited.to_string() })
}

fn events(rows: &[Value]) -> Recorded {
    Recorded::ok(
        json!({ "status": 200, "success": true, "count": rows.len(), "data": rows, "messages": [] })
            .to_string(),
    )
}

fn token(text: &str) -> Recorded {
    Recorded::ok(
        json!({ "token_type": "Bearer", "expires_in": 86400, "access_token": text, "refresh_token": "r" })
            .to_string(),
    )
}

const READ: &str = "/api/acled/read";
const DELETED: &str = "/api/deleted/read";
const TOKEN: &str = "/oauth/token";

#[tokio::test(flavor = "multi_thread")]
async fn acled_is_taken_page_by_page_and_what_it_takes_back_is_taken_back() {
    let (rig, site) = (Rig::of::<Intake>().await, Site::start().await);
    let running = rig.start::<Intake>(&secrets(&rig)).await;
    let (mut heard, mut runs) = (rig.listen::<SourceMoved>().await, rig.listen::<ImportProgressed>().await);
    site.answer(TOKEN, [token("one"), token("two")]);
    let (first, second) = (event("KGZ1", 100, "first"), event("KGZ2", 200, "second"));
    site.answer(
        READ,
        [events(&[first.clone(), second]), events(&[event("KGZ3", 300, "third")]), events(&[])],
    );
    site.answer(DELETED, [events(&[])]);
    turn_to(&rig, "acled", &site.url).await;
    let good = moved(&mut heard, "acled", is_good).await;
    assert_eq!((good.brought, good.health.failures), (2, 0));
    assert_eq!(good.terms.unwrap().redistribution, Redistribution::Derived);
    assert_eq!(ended(&mut runs, &good.last_run.unwrap().import).await.accepted, 1);
    assert_eq!(titles(&rig).await, ["KGZ1", "KGZ2", "KGZ3"]);
    let asked = site.asked(READ);
    assert!(
        asked[0].target.contains("country=Afghanistan%7CKazakhstan")
            && asked[0].target.contains("event_date=2")
    );
    assert!(
        asked.iter().zip(1..).all(|(asked, page)| asked.target.contains(&format!("limit=5000&page={page}")))
    );
    assert!(asked.iter().all(|asked| asked.head.contains("authorization: Bearer one")));
    assert!(site.asked(TOKEN)[0].body.contains("grant_type=password&client_id=acled"));

    // the token has ended meanwhile; one event was edited and one deleted
    site.answer_now(READ, [Recorded::of(401), events(&[event("KGZ2", 400, "corrected")]), events(&[])]);
    site.answer_now(DELETED, [events(&[json!({ "event_id_cnty": "KGZ1", "deleted_timestamp": "350" })])]);
    let mut told = rig.listen::<ObservationsRecorded>().await;
    act(&rig, "acled", SourceAction::Pull).await.unwrap();
    let taken_back = told.find(|said| !said.retracted.is_empty()).await.retracted;
    assert_eq!(taken_back, [ObservationId::derived(&["acled", "KGZ1"])]);
    assert_eq!(site.asked(TOKEN).len(), 2);
    assert!(site.asked(READ).last().unwrap().head.contains("Bearer two"));
    assert!(
        site.asked(READ).last().unwrap().target.contains("timestamp_where=%3E%3D"),
        "by the last edit from now on"
    );
    assert_eq!(titles(&rig).await, ["KGZ2", "KGZ3"]);
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_acled_deletes_while_its_pages_are_taken_has_the_round_taken_again() {
    let (rig, site) = (Rig::of::<Intake>().await, Site::start().await);
    let _running = rig.start::<Intake>(&secrets(&rig)).await;
    let mut heard = rig.listen::<SourceMoved>().await;
    site.answer(TOKEN, [token("one")]);
    let far_ahead = json!({ "event_id_cnty": "KGZ9", "deleted_timestamp": 4_102_444_800_u64 });
    site.answer(DELETED, [events(&[]), events(&[far_ahead]), events(&[])]);
    site.answer(READ, [events(&[event("KGZ1", 1_700_000_000, "first")]), events(&[])]);
    turn_to(&rig, "acled", &site.url).await;
    for edited in [1_700_100_000, 1_700_200_000] {
        let good = moved(&mut heard, "acled", is_good).await;
        site.answer_now(READ, [events(&[event("KGZ2", edited, "second")]), events(&[])]);
        act(&rig, "acled", SourceAction::Pull).await.unwrap();
        assert!(good.health.failures == 0);
    }
    moved(&mut heard, "acled", is_good).await;
    let asked = site.asked(READ);
    let since = |asked: &&testkit::site::Asked| asked.target.contains("timestamp=1699913600&");
    assert_eq!(asked.iter().filter(since).count(), 4, "both later rounds begin where the second did");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_export_never_revises_what_was_edited_since() {
    let (rig, site) = (Rig::of::<Intake>().await, Site::start().await);
    let _running = rig.start::<Intake>(&secrets(&rig)).await;
    let (mut heard, mut runs) = (rig.listen::<SourceMoved>().await, rig.listen::<ImportProgressed>().await);
    site.answer(TOKEN, [token("one")]);
    site.answer(READ, [events(&[event("KGZ1", 200, "newer")]), events(&[])]);
    site.answer(DELETED, [events(&[])]);
    turn_to(&rig, "acled", &site.url).await;
    let run = moved(&mut heard, "acled", is_good).await.last_run.unwrap();
    ended(&mut runs, &run.import).await;
    site.answer_now(READ, [events(&[event("KGZ1", 100, "older")]), events(&[])]);
    act(&rig, "acled", SourceAction::Pull).await.unwrap();
    let run =
        moved(&mut heard, "acled", |source| is_good(source) && source.brought == 2).await.last_run.unwrap();
    assert_eq!(ended(&mut runs, &run.import).await.unchanged, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_is_said_in_plain_words_without_secrets_and_tried_again() {
    let (rig, site) = (Rig::of::<Intake>().await, Site::start().await);
    let running = rig.start::<Intake>(&secrets(&rig)).await;
    let mut heard = rig.listen::<SourceMoved>().await;
    let page = events(&[event("KGZ1", 100, "first")]);
    let busy = Recorded::of(429).with("retry-after", "7200");
    site.answer(TOKEN, [Recorded::of(400), token("one")]);
    site.answer(
        READ,
        [busy, Recorded::of(500), page.clone().broken_off(), Recorded::ok("<html>"), Recorded::of(403)],
    );
    turn_to(&rig, "acled", &site.url).await;
    for (failures, part) in [
        (1, "refused with 400: it does not accept user and password"),
        (2, "answered 429"),
        (3, "answered 500"),
        (4, "broke off"),
        (5, "not the JSON that was asked for"),
        (6, "refused with 403: access is not granted"),
    ] {
        let failed = moved(&mut heard, "acled", |source| source.health.failures == failures).await;
        assert_eq!(failed.health.state, SourceState::Failing);
        let told = serde_json::to_string(&failed).unwrap();
        assert!(failed.health.error.contains(part), "{}", failed.health.error);
        assert!(!told.contains("canary") && !told.contains("centre@example.org"), "{told}");
        let wait = failed.health.next_at.unwrap().since(failed.health.last_tried.unwrap()).num_seconds();
        assert!(if failures == 2 { wait >= 7200 } else { wait >= 60 }, "{failures}: {wait}");
        act(&rig, "acled", SourceAction::Pull).await.unwrap();
    }
    site.answer_now(READ, [page, events(&[])]);
    site.answer(DELETED, [events(&[])]);
    act(&rig, "acled", SourceAction::Pull).await.unwrap();
    let good = moved(&mut heard, "acled", is_good).await;
    assert_eq!((good.brought, good.health.failures, good.health.error.as_str()), (1, 0, ""));
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_that_was_cut_short_between_pages_loses_and_doubles_nothing() {
    let (rig, site) = (Rig::of::<Intake>().await, Site::start().await);
    let running = rig.start::<Intake>(&secrets(&rig)).await;
    let mut heard = rig.listen::<SourceMoved>().await;
    site.answer(TOKEN, [token("one")]);
    let pages =
        [events(&[event("KGZ1", 100, "first")]), events(&[event("KGZ2", 200, "second")]).broken_off()];
    site.answer(READ, pages);
    turn_to(&rig, "acled", &site.url).await;
    moved(&mut heard, "acled", |source| source.health.failures == 1).await;
    assert!(running.stop().await);
    site.answer_now(READ, [events(&[event("KGZ2", 200, "second")]), events(&[])]);
    site.answer(DELETED, [events(&[])]);
    let running = rig.start::<Intake>(&secrets(&rig)).await;
    act(&rig, "acled", SourceAction::Pull).await.unwrap();
    let good = moved(&mut heard, "acled", is_good).await;
    assert_eq!(good.brought, 2, "the first page was not taken again");
    assert!(site.asked(READ).iter().filter(|asked| asked.target.ends_with("page=1")).count() == 1);
    let mut runs = rig.listen::<ImportProgressed>().await;
    assert_eq!(ended(&mut runs, &good.last_run.unwrap().import).await.accepted, 1);
    assert_eq!(titles(&rig).await, ["KGZ1", "KGZ2"]);
    assert!(running.stop().await);
}

pub const QUAKES: &str = "time,latitude,longitude,depth,mag,magType,nst,gap,dmin,rms,net,id,updated,place,type,status\n\
    2022-10-20T04:00:00.000Z,40.3,73.1,10,6.1,mww,,,,,us,us7000abcd,2022-10-21T00:00:00.000Z,\"12 km S of Osh, Kyrgyzstan\",earthquake,reviewed\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_taken_when_it_has_changed_and_handled_no_wider_than_was_set() {
    let (rig, site) = (Rig::of::<Intake>().await, Site::start().await);
    let _running = rig.start::<Intake>(LOCAL).await;
    let (mut heard, mut runs) = (rig.listen::<SourceMoved>().await, rig.listen::<ImportProgressed>().await);
    site.answer("/quakes.csv", [Recorded::ok(QUAKES).with("etag", "\"v1\""), Recorded::of(304)]);
    let address = Some(format!("{}quakes.csv", site.url));
    let handling = Some(domain::Handling::new(Tlp::Amber, UnClass::Unclassified));
    let form = SourceForm { address, handling, ..source(&rig, "usgs").await.form };
    rig.ask(&operator(), &ChangeSource { key: "usgs".into(), form, version: Some(1) }).await.unwrap();
    act(&rig, "usgs", SourceAction::Resume).await.unwrap();
    let run = moved(&mut heard, "usgs", is_good).await.last_run.unwrap();
    let run = ended(&mut runs, &run.import).await;
    assert_eq!((run.name.as_str(), run.accepted, run.by.as_str()), ("quakes.csv", 1, "source usgs"));
    let quake = rig.ask(&analyst(), &FindObservations::default()).await.unwrap().page.items.remove(0);
    assert_eq!(quake.handling.tlp(), Tlp::Amber, "the format says CLEAR, the source AMBER");
    assert!(quake.handling.licence.ids.contains("own") && quake.handling.licence.ids.len() == 2);
    act(&rig, "usgs", SourceAction::Pull).await.unwrap();
    let again = moved(&mut heard, "usgs", |source| source.health.last_good > Some(run.received_at)).await;
    assert!(site.asked("/quakes.csv").last().unwrap().head.contains("if-none-match: \"v1\""));
    assert_eq!(again.brought, 1);
    site.answer_now("/quakes.csv", [Recorded::ok("a,b\n1,2\n")]);
    act(&rig, "usgs", SourceAction::Pull).await.unwrap();
    let run = moved(&mut heard, "usgs", |source| source.brought == 2).await.last_run.unwrap();
    assert_eq!(ended(&mut runs, &run.import).await.state, ImportState::Failed);
    let unread = source(&rig, "usgs").await.health;
    assert!(
        unread.state == SourceState::Failing && unread.error.contains("no usgs-earthquakes file"),
        "{}",
        unread.error
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_is_asked_for_what_was_revised_since() {
    let (rig, site) = (Rig::of::<Intake>().await, Site::start().await);
    let _running = rig.start::<Intake>(LOCAL).await;
    let mut heard = rig.listen::<SourceMoved>().await;
    site.answer("/query", [Recorded::ok(QUAKES), Recorded::of(204)]);
    turn_to(&rig, "usgs-catalogue", &format!("{}query", site.url)).await;
    let good = moved(&mut heard, "usgs-catalogue", is_good).await;
    act(&rig, "usgs-catalogue", SourceAction::Pull).await.unwrap();
    moved(&mut heard, "usgs-catalogue", |source| source.health.last_good > good.health.last_good).await;
    let asked = site.asked("/query");
    assert!(
        asked[0].target.contains("minmagnitude=4&") && !asked[0].target.contains("updatedafter"),
        "{}",
        asked[0].target
    );
    assert!(asked[1].target.contains("updatedafter=20"), "{}", asked[1].target);
    assert_eq!(source(&rig, "usgs-catalogue").await.brought, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_system_lists_what_it_knows_switched_off_with_what_each_needs() {
    let (rig, site) = (Rig::of::<Intake>().await, Site::start().await);
    let _running = rig.start::<Intake>("[intake.egress]\nplain_hosts = []").await;
    let all = rig.ask(&analyst(), &ListSources::default()).await.unwrap().items;
    let keys: Vec<&str> = all.iter().map(|source| source.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "acled",
            "gdelt",
            "gdelt-daily",
            "hapi-conflict",
            "reliefweb",
            "ucdp-api",
            "ucdp-candidate",
            "un-news",
            "usgs",
            "usgs-catalogue"
        ]
    );
    assert!(
        all.iter()
            .all(|source| source.health.state == SourceState::Paused && source.health.next_at.is_none())
    );
    assert_eq!(
        all[0].health.missing,
        ["intake.secrets.acled_user_file", "intake.secrets.acled_password_file"]
    );
    let refused = act(&rig, "acled", SourceAction::Resume).await.unwrap_err();
    assert!(
        refused.kind == FailureKind::Conflict && refused.detail.contains("acled_password_file"),
        "{refused}"
    );
    let refused = act(&rig, "gdelt", SourceAction::Resume).await.unwrap_err();
    assert!(refused.detail.contains("intake.egress.plain_hosts"), "{refused}");
    let refused = act(&rig, "usgs", SourceAction::Pull).await.unwrap_err();
    assert!(refused.detail.contains("switched off"), "{refused}");
    let wish = MoveSource { key: "usgs".into(), action: SourceAction::Resume, version: Some(7) };
    assert_eq!(rig.ask(&operator(), &wish).await.unwrap_err().kind, FailureKind::Stale);
    assert_eq!(rig.ask(&analyst(), &wish).await.unwrap_err().kind, FailureKind::Forbidden);
    let home = SourceForm { address: Some(site.url.clone()), ..source(&rig, "usgs").await.form };
    let change = ChangeSource { key: "usgs".into(), form: home, version: None };
    let refused = rig.ask(&operator(), &change).await.unwrap_err();
    assert!(
        refused.errors[0].pointer == "/form/address" && refused.errors[0].detail.contains("scheme http"),
        "{refused:?}"
    );
    assert!(site.asked("/").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_falls_silent_says_so_once_and_again_when_it_speaks() {
    let clock = kit::Clock::manual("2026-11-23T07:30:00Z".parse().unwrap());
    let rig = Rig::with_clock::<Intake>(clock.clone()).await;
    let _running = rig.start::<Intake>("").await;
    let mut heard = rig.listen::<SourceMoved>().await;
    let form = SourceForm {
        title: "Network KG".into(),
        address: None,
        format: None,
        mapping: None,
        parameters: SourceParameters::default(),
        every_s: 3600,
        handling: None,
        grade: None,
        exercise: false,
    };
    let wish = CreateSource { key: "network-kg".into(), connector: Connector::Webhook, form };
    let made = rig.ask(&operator(), &wish).await.unwrap();
    assert_eq!(rig.ask(&operator(), &wish).await.unwrap(), made, "twice is once");
    act(&rig, "network-kg", SourceAction::Resume).await.unwrap();
    clock.advance(std::time::Duration::from_hours(4));
    let form = source(&rig, "usgs").await.form; // a change of any source has all of them looked at
    rig.ask(&operator(), &ChangeSource { key: "usgs".into(), form, version: None }).await.unwrap();
    let silent = moved(&mut heard, "network-kg", |source| source.health.silent_since.is_some()).await;
    assert_eq!(silent.health.state, SourceState::Silent);
    let mut report = crate::report("1", "s", "hook/network-kg");
    report.via = Some("network-kg".into());
    report.received_at = clock.now();
    rig.say(&report).await;
    let speaks = moved(&mut heard, "network-kg", is_good).await;
    assert_eq!((speaks.brought, speaks.health.silent_since), (1, None));
}
