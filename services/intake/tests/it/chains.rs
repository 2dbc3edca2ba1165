//! A chain of messages goes on by its own sender, along its own road.

use contracts::{
    gateway::Format,
    intake::{FindObservations, ImportProgressed, ReplayQuarantine},
};
use intake::Intake;
use testkit::Rig;

use crate::{
    analyst,
    bound::{send, sender},
    documents::message,
    imports::{counts, waiting},
};

const SENDER: &str = "met@meteo.kg";

fn named(id: &str, minute: u32) -> String {
    format!("{SENDER},{id},2026-11-20T10:{minute:02}:00+00:00")
}

async fn titles(rig: &Rig) -> Vec<String> {
    let found = rig.ask(&analyst(), &FindObservations::default()).await.unwrap().page.items;
    found.into_iter().map(|seen| seen.title).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_neither_cancels_nor_rewrites_what_a_sender_has_said() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let first = message("c1", 1, ("Alert", ""), "flood");
    send(&rig, &mut progress, ("c1.cap", Format::Cap, &first), None).await;
    for (name, kind, references) in [
        ("k1.cap", "Cancel", named("c1", 1)),
        ("k2.cap", "Update", named("c1", 1)),
        // the sender's own message is not there yet: it is not taken beforehand either
        ("k3.cap", "Update", named("never", 1)),
        ("k4.cap", "Cancel", format!("evil@x.org,k0,2026-11-20T10:00:00+00:00 {}", named("c1", 1))),
    ] {
        let id = name.trim_end_matches(".cap");
        let forged = message(id, 9, (kind, &references), "nothing")
            .replace(&format!("<sender>{SENDER}"), "<sender>evil@x.org");
        let run = send(&rig, &mut progress, (name, Format::Cap, &forged), None).await;
        assert_eq!(counts(&run), [1, 0, 0, 0, 1], "{name}");
        let reason = &waiting(&rig, &run.id).await[0].reason;
        for part in ["alert/references: ", SENDER, "evil@x.org", "its own sender"] {
            assert!(reason.contains(part), "{reason}");
        }
        assert!(contracts::reason::is_told(reason), "{reason}");
        assert_eq!(titles(&rig).await, ["flood"], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_under_a_senders_name_by_another_source_waits_until_a_person_decides() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    for key in ["cap-a", "cap-c"] {
        sender(&rig, (key, Format::Cap), None).await;
    }
    let alert = message("a1", 1, ("Alert", ""), "flood");
    send(&rig, &mut progress, ("a1.cap", Format::Cap, &alert), Some("cap-a")).await;
    // word for word the same by another source is heard, and moves the chain nowhere
    let packed = format!("<alerts>{alert}</alerts>");
    let run = send(&rig, &mut progress, ("copy.cap", Format::Cap, &packed), Some("cap-c")).await;
    assert_eq!(counts(&run), [1, 0, 0, 1, 0]);
    let forged = message("a1", 7, ("Alert", ""), "forged");
    let cancel = message("z", 8, ("Cancel", &named("a1", 1)), "over");
    for (name, file, road) in
        [("c1.cap", &forged, Some("cap-c")), ("c2.cap", &cancel, Some("cap-c")), ("hand.cap", &cancel, None)]
    {
        let run = send(&rig, &mut progress, (name, Format::Cap, file), road).await;
        assert_eq!(counts(&run), [1, 0, 0, 0, 1], "{name}");
        let reason = &waiting(&rig, &run.id).await[0].reason;
        assert!(reason.contains("along another road") && contracts::reason::is_told(reason), "{reason}");
        assert_eq!(titles(&rig).await, ["flood"], "{name}");
    }
    let update = message("b", 3, ("Update", &named("a1", 1)), "it grows");
    let run = send(&rig, &mut progress, ("b.cap", Format::Cap, &update), Some("cap-a")).await;
    assert_eq!((counts(&run), titles(&rig).await), ([1, 0, 1, 0, 0], vec!["it grows".to_owned()]));

    let late = message("d", 5, ("Update", &named("b", 3)), "by hand");
    let run = send(&rig, &mut progress, ("d.cap", Format::Cap, &late), None).await;
    let kept = waiting(&rig, &run.id).await.remove(0);
    let again = ReplayQuarantine { import: run.id.clone(), record: Some(kept.id.clone()), corrected: None };
    rig.ask(&analyst(), &again).await.unwrap();
    assert_eq!(titles(&rig).await, ["it grows"], "reading it again decides nothing");
    let decided = ReplayQuarantine { corrected: Some(late), ..again };
    let run = rig.ask(&analyst(), &decided).await.unwrap();
    assert_eq!((counts(&run), titles(&rig).await), ([1, 0, 1, 0, 0], vec!["by hand".to_owned()]));
}

/// A later update spread a chain over a second country: the part there was open, with the text of the rest.
#[tokio::test(flavor = "multi_thread")]
async fn a_part_in_a_further_country_and_a_joined_chain_stay_under_the_handling_of_the_chain() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let restricted = |text: String| text.replace("</scope>", "</scope><code>TLP:AMBER</code>");
    let first = restricted(message("p1", 1, ("Alert", ""), "flood"));
    send(&rig, &mut progress, ("p1.cap", Format::Cap, &first), None).await;
    let both = message("p2", 2, ("Update", &named("p1", 1)), "it spreads").replace(
        "</info>",
        "<area><areaDesc>Sughd</areaDesc><geocode><valueName>ISO3166-2</valueName><value>TJ-SU</value></geocode></area></info>",
    );
    let run = send(&rig, &mut progress, ("p2.cap", Format::Cap, &both), None).await;
    assert!(run.remarks.iter().any(|one| one.text.contains("no file widens it")), "{run:?}");
    let labels = async || {
        let found = rig.ask(&analyst(), &FindObservations::default()).await.unwrap().page.items;
        let mut all: Vec<String> = found
            .into_iter()
            .map(|seen| format!("{} {:?}", seen.place.country.unwrap(), seen.handling.tlp()))
            .collect();
        all.sort();
        all
    };
    assert_eq!(labels().await, ["KGZ Amber", "TJK Amber"]);
    // an open chain goes on, and the restricted one ends in it
    let open = message("o1", 0, ("Alert", ""), "rain");
    send(&rig, &mut progress, ("o1.cap", Format::Cap, &open), None).await;
    let references = format!("{} {}", named("o1", 0), named("p2", 2));
    let joins = message("j1", 5, ("Update", &references), "one flood");
    send(&rig, &mut progress, ("j1.cap", Format::Cap, &joins), None).await;
    assert_eq!(labels().await, ["KGZ Amber"]);
}

/// It waited, as if it could change anything; and it waited once more with each new state of the file it came in.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_overtaken_or_waits_already_along_another_road_does_not_wait_again() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    for key in ["cap-a", "cap-c"] {
        sender(&rig, (key, Format::Cap), None).await;
    }
    let alert = message("a1", 5, ("Alert", ""), "flood");
    send(&rig, &mut progress, ("a1.cap", Format::Cap, &alert), Some("cap-a")).await;
    let older = message("a1", 1, ("Alert", ""), "before");
    let run = send(&rig, &mut progress, ("older.cap", Format::Cap, &older), Some("cap-c")).await;
    assert_eq!((counts(&run), titles(&rig).await), ([1, 0, 0, 1, 0], vec!["flood".to_owned()]));
    let update = message("u1", 7, ("Update", &named("a1", 5)), "it grows");
    let entry = |changed: u32| {
        format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><updated>2026-11-20T11:{changed:02}:00Z</updated>\
             <content type=\"text/xml\">{update}</content></entry></feed>"
        )
    };
    for (name, file, expected) in [("1.xml", entry(1), [1, 0, 0, 0, 1]), ("2.xml", entry(2), [1, 0, 0, 1, 0])]
    {
        let run = send(&rig, &mut progress, (name, Format::Cap, &file), Some("cap-c")).await;
        assert_eq!(counts(&run), expected, "{name}: {run:?}");
    }
    assert_eq!(titles(&rig).await, ["flood"]);
}
