//! An index of CAP messages over a real bus.

use contracts::{
    gateway::Format,
    intake::{
        FindObservations, ImportProgressed, ImportState,
        sources::{Connector, CreateSource, SourceAction, SourceMoved},
    },
};
use intake::Intake;
use serde_json::json;
use testkit::{Recorded, Rig, Site};

use crate::{
    analyst,
    documents::message,
    sources::{LOCAL, act, is_good, moved, operator},
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
