//! An exercise replays the world with the same files: what it brings stands beside what is so, and never in its place.

use contracts::{
    gateway::{Format, ImportReceived},
    intake::{FindObservations, ImportProgressed, ImportRun, aggregate::FindAggregates, leads::ListLeads},
    stream::IMPORTS_BUCKET,
};
use domain::ImportId;
use intake::Intake;
use testkit::{Listener, Rig};

use crate::{analyst, documents::message, imports::ended, received, table};

/// The world, or the exercise.
const BOTH: [bool; 2] = [false, true];

struct Desk {
    rig: Rig,
    runs: Listener<ImportProgressed>,
}

impl Desk {
    async fn new() -> (Self, kit::Running) {
        let rig = Rig::of::<Intake>().await;
        let running = rig.start::<Intake>("").await;
        let runs = rig.listen::<ImportProgressed>().await;
        (Self { rig, runs }, running)
    }

    /// Sends a file and waits until it was read.
    async fn send(&mut self, format: Format, file: &str, exercise: bool) -> ImportRun {
        let known = received("file", format, file.as_bytes());
        let import = ImportId::derived(&[known.import.as_str(), &exercise.to_string()]);
        let said = ImportReceived { import, exercise, ..known };
        let mut reader = file.as_bytes();
        self.rig.gateway().put_object(IMPORTS_BUCKET, &said.object, &mut reader).await.unwrap();
        self.rig.say(&said).await;
        ended(&mut self.runs, &said.import).await
    }

    async fn titles(&self, exercise: bool) -> Vec<String> {
        let wish = FindObservations { exercise: Some(exercise), ..FindObservations::default() };
        let found = self.rig.ask(&analyst(), &wish).await.unwrap().page.items;
        let mut titles: Vec<String> = found.into_iter().map(|seen| seen.title).collect();
        titles.sort();
        titles
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_rows_as_an_exercise_are_facts_of_their_own() {
    let (mut desk, running) = Desk::new().await;
    for exercise in BOTH {
        let run = desk.send(Format::Csv, &table(2), exercise).await;
        assert_eq!((run.accepted, run.updated), (2, 0), "{exercise}");
    }
    let told_anew = table(2).replace("Row 0", "Row 0 told anew");
    assert_eq!(desk.send(Format::Csv, &told_anew, true).await.updated, 1);
    assert!(desk.titles(false).await.iter().all(|title| !title.contains("anew")));
    assert_eq!(desk.titles(true).await.iter().filter(|title| title.contains("anew")).count(), 1);
    assert_eq!(desk.titles(false).await.len(), 2);
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exercise_updates_and_cancels_no_message_of_the_world() {
    let (mut desk, running) = Desk::new().await;
    let drill = |text: String| text.replace("<status>Actual", "<status>Exercise");
    let alert = "met@meteo.kg,a,2026-11-20T10:01:00+00:00";
    assert_eq!(desk.send(Format::Cap, &message("a", 1, ("Alert", ""), "Flood"), false).await.accepted, 1);
    desk.send(Format::Cap, &drill(message("b", 2, ("Update", alert), "Drill")), false).await;
    assert_eq!(
        (desk.titles(false).await, desk.titles(true).await),
        (vec!["Flood".into()], vec!["Drill".into()])
    );
    desk.send(Format::Cap, &drill(message("c", 3, ("Cancel", alert), "Over")), false).await;
    assert_eq!((desk.titles(false).await, desk.titles(true).await.len()), (vec!["Flood".to_owned()], 0));
    desk.send(Format::Cap, &message("d", 4, ("Cancel", alert), "Over"), false).await;
    assert_eq!(desk.titles(false).await.len(), 0, "the world's own message takes it back");
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn leads_and_counts_of_an_exercise_stand_apart_as_well() {
    let (mut desk, running) = Desk::new().await;
    let feed = |title: &str| {
        format!(
            "<rss version=\"2.0\"><channel><title>News</title><item><guid>n-1</guid><title>{title}</title>\
             <link>https://news.example.kg/1</link><pubDate>Fri, 20 Nov 2026 10:00:00 +0000</pubDate></item></channel></rss>"
        )
    };
    let counts = |events: u32| {
        format!(
            r#"{{"data":[{{"location_code":"AFG","location_name":"Afghanistan","admin1_code":"AF01","admin1_name":"Kabul",
                "admin2_code":"AF0101","admin2_name":"Kabul","event_type":"political_violence","events":{events},"fatalities":3,
                "reference_period_start":"2026-10-01T00:00:00","reference_period_end":"2026-10-31T23:59:59"}}]}}"#
        )
    };
    for exercise in BOTH {
        let (title, events) =
            if exercise { ("Exercise explosion in Kabul", 500) } else { ("Explosion in Kabul", 5) };
        assert_eq!(desk.send(Format::Feed, &feed(title), exercise).await.accepted, 1);
        assert_eq!(desk.send(Format::HapiConflict, &counts(events), exercise).await.accepted, 1);
    }
    for exercise in BOTH {
        let wish = ListLeads { exercise, ..ListLeads::default() };
        let leads = desk.rig.ask(&analyst(), &wish).await.unwrap().page.items;
        assert_eq!(leads.len(), 1);
        assert!(leads[0].exercise == exercise && leads[0].title.starts_with("Exercise") == exercise);
        let wish = FindAggregates { exercise, ..FindAggregates::default() };
        let counts = desk.rig.ask(&analyst(), &wish).await.unwrap().items;
        assert_eq!(counts.len(), 1);
        assert_eq!((counts[0].exercise, counts[0].events), (exercise, if exercise { 500 } else { 5 }));
    }
    assert!(running.stop().await);
}
