//! An id that stands twice in a file of what is no fact: items of a feed, counts of a month.

use contracts::{
    gateway::Format,
    intake::{GetImport, ImportProgressed},
};
use intake::Intake;
use testkit::Rig;

use crate::{
    analyst,
    documents::message,
    imports::{counts, ended, waiting},
    media::{Row, SHOTS},
    upload,
};

/// Two items of one id in a file: the first holds, and one that says otherwise waits, whatever is no fact as well.
#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_stands_twice_in_a_file_is_of_the_first_and_the_other_waits() {
    stands_twice("").await;
}

/// The same where each record is read and recorded by itself.
#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_stands_twice_in_a_file_is_of_the_first_however_far_apart_the_two_are_read() {
    stands_twice("[intake.import]\nbatch_records = 1").await;
}

async fn stands_twice(settings: &str) {
    let rig = Rig::of::<Intake>().await;
    let running = rig.start::<Intake>(settings).await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let item = |killed: u32| {
        format!(
            "<item><guid>n-1</guid><title>Explosion in Kabul: {killed} killed</title><link>https://news.example.af/1</link>\
             <pubDate>Fri, 20 Nov 2026 10:00:00 +0000</pubDate></item>"
        )
    };
    let feed = format!("<rss version=\"2.0\"><channel>{}{}{}</channel></rss>", item(12), item(99), item(12));
    let count = |events: u32| {
        format!(
            r#"{{"location_code":"AFG","location_name":"Afghanistan","admin1_code":"AF01","admin1_name":"Kabul","event_type":"demonstration",
                "events":{events},"reference_period_start":"2026-10-01T00:00:00","reference_period_end":"2026-10-31T23:59:59"}}"#
        )
    };
    let months = format!(r#"{{"data":[{},{},{}]}}"#, count(7), count(9), count(7));
    let shots = |articles: &'static str| Row { articles, ..SHOTS }.line() + "\n";
    let media = shots("6") + &shots("9") + &shots("6");
    let alert = |headline: &str| message("a", 1, ("Alert", ""), headline);
    let alerts = format!("<alerts>{}{}{}</alerts>", alert("Flood"), alert("Storm"), alert("Flood"));
    for (format, file) in
        [(Format::Feed, feed), (Format::HapiConflict, months), (Format::Gdelt, media), (Format::Cap, alerts)]
    {
        let import = upload(&rig, "twice", format, file.as_bytes()).await.import;
        ended(&mut progress, &import).await;
        let run = rig.ask(&analyst(), &GetImport { id: import.clone(), known_on: None }).await.unwrap();
        assert_eq!(counts(&run), [3, 1, 0, 1, 1], "{format:?}");
        let waits = waiting(&rig, &import).await;
        assert!(waits[0].reason.contains("which says otherwise"), "{}", waits[0].reason);
        let told: Vec<&str> = run.remarks.iter().map(|remark| remark.text.as_str()).collect();
        assert!(told.iter().any(|told| told.contains("says the same")), "{told:?}");
    }
    assert!(running.stop().await);
}
