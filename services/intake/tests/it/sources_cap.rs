//! An index of CAP messages over a real bus.

use contracts::{
    gateway::Format,
    intake::{
        FindObservations, ImportProgressed, ImportState,
        sources::{Connector, CreateSource, SourceAction, SourceMoved, SourceState},
    },
};
use intake::Intake;
use serde_json::json;
use testkit::{Recorded, Rig, Site};

use crate::{
    analyst,
    documents::message,
    sources::{LOCAL, act, is_good, moved, operator, source},
};

fn entry(id: &str, minute: u32) -> String {
    format!(
        "<entry><id>urn:{id}</id><updated>2026-11-20T10:{minute:02}:00Z</updated><title>{id}</title>\
         <link rel=\"alternate\" type=\"application/cap+xml\" href=\"/{id}.cap\"/></entry>"
    )
}

fn index(entries: &[String]) -> Recorded {
    Recorded::ok(format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>f</id>{}</feed>", entries.concat()))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_message_of_an_index_is_fetched_once_and_again_when_it_was_changed() {
    let clock = kit::Clock::manual("2026-11-23T07:30:00Z".parse().unwrap());
    let (rig, site) = (Rig::with_clock::<Intake>(clock).await, Site::start().await);
    let _running = rig.start::<Intake>(LOCAL).await;
    let (mut heard, mut runs) = (rig.listen::<SourceMoved>().await, rig.listen::<ImportProgressed>().await);
    for (id, minute) in [("a", 1), ("b", 2)] {
        site.answer(&format!("/{id}.cap"), [Recorded::ok(message(id, minute, ("Alert", ""), id))]);
    }
    site.answer("/odd.cap", [Recorded::ok("<html>"), Recorded::ok(message("odd", 0, ("Alert", ""), "odd"))]);
    site.answer("/index.atom", [index(&[entry("gone", 3), entry("b", 2), entry("a", 1), entry("odd", 0)])]);
    let form =
        json!({ "title": "Met service", "every_s": 600, "address": format!("{}index.atom", site.url) });
    let form = serde_json::from_value(form).unwrap();
    let wish = CreateSource { key: "met".into(), connector: Connector::CapIndex, form };
    rig.ask(&operator(), &wish).await.unwrap();
    act(&rig, "met", SourceAction::Resume).await.unwrap();
    let good = moved(&mut heard, "met", is_good).await;
    assert_eq!((good.brought, good.format), (2, Some(Format::Cap)));
    let asked = || site.asked("/").into_iter().map(|asked| asked.target).collect::<Vec<_>>();
    assert_eq!(
        asked(),
        ["/index.atom", "/odd.cap", "/a.cap", "/b.cap", "/gone.cap"],
        "what was said first is read first"
    );
    for _ in 0..2 {
        runs.find(|said| said.run.state == ImportState::Done && said.run.accepted == 1).await;
    }
    assert_eq!(rig.ask(&analyst(), &FindObservations::default()).await.unwrap().page.items.len(), 2);
    site.answer_now("/index.atom", [index(&[entry("b", 9), entry("a", 1), entry("odd", 0)])]);
    act(&rig, "met", SourceAction::Pull).await.unwrap();
    moved(&mut heard, "met", |source| source.brought == 4).await;
    assert_eq!(asked()[5..], ["/index.atom", "/odd.cap", "/b.cap"], "what failed is tried again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_cannot_be_had_is_asked_for_some_pulls_long_and_then_told_of_by_name() {
    let clock = kit::Clock::manual("2026-11-23T07:30:00Z".parse().unwrap());
    let (rig, site) = (Rig::with_clock::<Intake>(clock.clone()).await, Site::start().await);
    let _running = rig.start::<Intake>(LOCAL).await;
    let mut heard = rig.listen::<SourceMoved>().await;
    let mut runs = rig.listen::<ImportProgressed>().await;
    site.answer("/a.cap", [Recorded::ok(message("a", 1, ("Alert", ""), "a"))]);
    site.answer("/broken.cap", [Recorded::ok("<!DOCTYPE alert [<!ENTITY a 'b'>]><alert>&a;</alert>")]);
    // what the host itself breaks at holds up none behind it either
    site.answer("/lost.cap", [Recorded::of(500), Recorded::of(404), Recorded::of(502), Recorded::of(500)]);
    let all = [entry("a", 3), entry("broken", 2), entry("lost", 1)];
    site.answer("/index.atom", [index(&all), index(&all), index(&all), index(&all), index(&all)]);
    let form =
        json!({ "title": "Met service", "every_s": 600, "address": format!("{}index.atom", site.url) });
    let form = serde_json::from_value(form).unwrap();
    let wish = CreateSource { key: "met".into(), connector: Connector::CapIndex, form };
    rig.ask(&operator(), &wish).await.unwrap();
    act(&rig, "met", SourceAction::Resume).await.unwrap();
    let asked = || site.asked("/lost.cap").len();
    moved(&mut heard, "met", |source| source.brought == 2 && source.health.last_good.is_some()).await;
    // the last message is good, and the one before it is not forgotten for it
    let told = async || source(&rig, "met").await.health;
    runs.find(|said| said.run.state == ImportState::Failed).await;
    assert!(told().await.error.contains("cannot be read"), "{:?}", told().await);
    for times in 2..=4 {
        assert!(!told().await.error.contains("could not be fetched"), "it is asked for again first");
        clock.advance(std::time::Duration::from_mins(1));
        act(&rig, "met", SourceAction::Pull).await.unwrap();
        let at = clock.now();
        moved(&mut heard, "met", |source| source.health.last_good.is_some_and(|good| good >= at)).await;
        assert_eq!(asked(), times);
    }
    let health = told().await;
    assert_eq!(health.state, SourceState::Failing);
    for part in ["could not be fetched (1): /lost.cap", "cannot be read"] {
        assert!(health.error.contains(part), "{}", health.error);
    }
    clock.advance(std::time::Duration::from_mins(1));
    act(&rig, "met", SourceAction::Pull).await.unwrap();
    let at = clock.now();
    moved(&mut heard, "met", |source| source.health.last_good.is_some_and(|good| good >= at)).await;
    assert_eq!(asked(), 4, "what was given up is not asked for again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_no_address_or_may_not_be_asked_holds_up_none_behind_it_and_is_told_with_its_reason() {
    let clock = kit::Clock::manual("2026-11-23T07:30:00Z".parse().unwrap());
    let (rig, site) = (Rig::with_clock::<Intake>(clock.clone()).await, Site::start().await);
    let _running = rig.start::<Intake>(LOCAL).await;
    let mut heard = rig.listen::<SourceMoved>().await;
    let linked = |id: &str, minute, to: &str| entry(id, minute).replace(&format!("/{id}.cap"), to);
    site.answer("/a.cap", [Recorded::ok(message("a", 1, ("Alert", ""), "a"))]);
    let all = [
        entry("a", 3),
        linked("bare", 2, "http://[/bare.cap"),
        linked("old", 1, "ftp://met.example.org/old.cap"),
    ];
    site.answer("/index.atom", [index(&all), index(&all), index(&all), index(&all)]);
    let form =
        json!({ "title": "Met service", "every_s": 600, "address": format!("{}index.atom", site.url) });
    let form = serde_json::from_value(form).unwrap();
    let wish = CreateSource { key: "met".into(), connector: Connector::CapIndex, form };
    rig.ask(&operator(), &wish).await.unwrap();
    act(&rig, "met", SourceAction::Resume).await.unwrap();
    moved(&mut heard, "met", |source| source.brought == 1 && source.health.last_good.is_some()).await;
    for _ in 2..=4 {
        clock.advance(std::time::Duration::from_mins(1));
        act(&rig, "met", SourceAction::Pull).await.unwrap();
        let at = clock.now();
        moved(&mut heard, "met", |source| source.health.last_good.is_some_and(|good| good >= at)).await;
    }
    let health = source(&rig, "met").await.health;
    for part in
        ["(2)", "http://[/bare.cap (", "links to no address", "ftp://met.example.org/old.cap (", "scheme ftp"]
    {
        assert!(health.error.contains(part), "{}", health.error);
    }
}
