//! Documents as imports: messages of the Common Alerting Protocol through the real run.

use base64::{Engine, engine::general_purpose::STANDARD};
use contracts::{
    gateway::Format,
    intake::{
        FindObservations, GetImport, GetObservation, ImportProgressed, ImportState, ObservationsRecorded,
        ReplayQuarantine,
    },
};
use intake::Intake;
use testkit::{Listener, Rig, real_data};

use crate::{
    analyst,
    imports::{counts, ended, waiting},
    upload,
};

/// A message: identifier, minute it was sent, type, what it references, headline.
pub fn message(id: &str, minute: u32, (kind, references): (&str, &str), headline: &str) -> String {
    format!(
        "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>{id}</identifier><sender>met@meteo.kg</sender>\
         <sent>2026-11-20T10:{minute:02}:00+00:00</sent><status>Actual</status><msgType>{kind}</msgType><scope>Public</scope>\
         <references>{references}</references><info><category>Met</category><event>Flood</event><urgency>Immediate</urgency>\
         <severity>Severe</severity><certainty>Observed</certainty><headline>{headline}</headline>\
         <area><areaDesc>Batken</areaDesc><geocode><valueName>ISO3166-2</valueName><value>KG-B</value></geocode></area>\
         </info></alert>"
    )
}

fn named(id: &str, minute: u32) -> String {
    format!("met@meteo.kg,{id},2026-11-20T10:{minute:02}:00+00:00")
}

async fn read(
    rig: &Rig,
    progress: &mut Listener<ImportProgressed>,
    (name, file): (&str, &str),
) -> contracts::intake::ImportRun {
    let import = upload(rig, name, Format::Cap, file.as_bytes()).await.import;
    ended(progress, &import).await;
    rig.ask(&analyst(), &GetImport { id: import, known_on: None }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_message_sent_holds_in_whichever_order_they_come() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let third = message("c", 3, ("Update", &named("b", 2)), "third");
    let run = read(&rig, &mut progress, ("c.cap", &third)).await;
    assert_eq!((run.state, counts(&run)), (ImportState::Done, [1, 1, 0, 0, 0]), "{}", run.failure);
    let second = message("b", 2, ("Update", &named("a", 1)), "second");
    let run = read(&rig, &mut progress, ("b.cap", &second)).await;
    assert_eq!(counts(&run), [1, 0, 0, 1, 0]);
    assert!(run.remarks[0].text.contains("a later message"), "{:?}", run.remarks);
    let run = read(&rig, &mut progress, ("a.cap", &message("a", 1, ("Alert", ""), "first"))).await;
    assert_eq!(counts(&run), [1, 0, 0, 1, 0]);
    let fourth = message("d", 4, ("Update", &named("a", 1)), "fourth");
    let run = read(&rig, &mut progress, ("d.cap", &fourth)).await;
    assert_eq!(counts(&run), [1, 0, 1, 0, 0], "it is of the same chain, by whichever of its names");
    let found = rig.ask(&analyst(), &FindObservations::default()).await.unwrap().page.items;
    assert_eq!((found.len(), found[0].title.as_str(), found[0].revision), (1, "fourth", 2));
    let run = read(&rig, &mut progress, ("d-again.cap", &fourth)).await;
    assert_eq!((counts(&run), run.remarks.len()), ([1, 0, 0, 1, 0], 1), "the same again says nothing new");
    assert!(run.remarks[0].text.contains("this file was read before"), "{:?}", run.remarks);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_takes_the_fact_back_and_a_late_alert_does_not_bring_it_back() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let mut recorded = rig.listen::<ObservationsRecorded>().await;
    let alert = message("a", 1, ("Alert", ""), "flood");
    read(&rig, &mut progress, ("a.cap", &alert)).await;
    let id = recorded.next().await.recorded.remove(0).id;
    let cancel = message("z", 9, ("Cancel", &named("a", 1)), "over");
    let run = read(&rig, &mut progress, ("z.cap", &cancel)).await;
    assert_eq!(counts(&run), [1, 0, 1, 0, 0]);
    assert_eq!(recorded.next().await.retracted, std::slice::from_ref(&id));
    let run = read(&rig, &mut progress, ("a-late.cap", &alert)).await;
    assert_eq!(counts(&run), [1, 0, 0, 1, 0]);
    assert!(rig.ask(&analyst(), &FindObservations::default()).await.unwrap().page.items.is_empty());
    let revisions = rig.ask(&analyst(), &GetObservation { id, known_on: None }).await.unwrap();
    assert_eq!(revisions[0].retracted.as_ref().unwrap().by, "met@meteo.kg");
    let again = message("y", 20, ("Update", &named("z", 9)), "it goes on");
    assert_eq!(counts(&read(&rig, &mut progress, ("y.cap", &again)).await), [1, 0, 1, 0, 0]);
    assert_eq!(
        rig.ask(&analyst(), &FindObservations::default()).await.unwrap().page.items[0].title,
        "it goes on"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_alerts_that_one_update_replaces_become_one_fact() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let both = format!("{} {}", named("a", 1), named("b", 2));
    let file = format!(
        "<alerts>{}{}{}</alerts>",
        message("a", 1, ("Alert", ""), "one"),
        message("b", 2, ("Alert", ""), "two"),
        message("c", 3, ("Update", &both), "both")
    );
    let run = read(&rig, &mut progress, ("three.xml", &file)).await;
    assert_eq!(counts(&run), [3, 2, 1, 0, 0]);
    let found = rig.ask(&analyst(), &FindObservations::default()).await.unwrap().page.items;
    assert_eq!(found.iter().map(|o| o.title.as_str()).collect::<Vec<_>>(), ["both"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_across_a_border_stands_in_the_lists_of_both_and_its_chain_reaches_each() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let area = |code: &str| {
        format!(
            "<area><areaDesc>{code}</areaDesc><geocode><valueName>ISO3166-2</valueName><value>{code}</value></geocode></area>"
        )
    };
    let of = |codes: &[&str], message: String| {
        let areas: String = codes.iter().map(|code| area(code)).collect();
        message.replace(&area("KG-B").replacen(">KG-B<", ">Batken<", 1), &areas)
    };
    let listed = async |code: &str| {
        let wish = FindObservations { province: Some(code.parse().unwrap()), ..FindObservations::default() };
        let found = rig.ask(&analyst(), &wish).await.unwrap().page.items;
        found.into_iter().map(|seen| (seen.external_id, seen.title, seen.revision)).collect::<Vec<_>>()
    };
    let is = |id: &str, title: &str, revision: u32| {
        vec![(format!("met@meteo.kg,{id}"), title.to_owned(), revision)]
    };
    let alert = of(&["KG-B"], message("a", 1, ("Alert", ""), "flood"));
    assert_eq!(counts(&read(&rig, &mut progress, ("a.cap", &alert)).await), [1, 1, 0, 0, 0]);
    let wider = of(&["KG-B", "TJ-SU"], message("b", 2, ("Update", &named("a", 1)), "it grows"));
    let run = read(&rig, &mut progress, ("b.cap", &wider)).await;
    assert_eq!(counts(&run), [1, 0, 1, 0, 0], "one record, whatever it makes");
    assert!(run.remarks[0].text.contains("once for each"), "{:?}", run.remarks);
    assert_eq!(listed("KG-B").await, is("a", "it grows", 2));
    assert_eq!(listed("TJ-SU").await, is("a,TJK", "it grows", 1));
    let moved = of(&["TJ-SU", "UZ-FA"], message("c", 3, ("Update", &named("b", 2)), "it moves"));
    read(&rig, &mut progress, ("c.cap", &moved)).await;
    assert_eq!(listed("KG-B").await, vec![]);
    assert_eq!(
        (listed("TJ-SU").await, listed("UZ-FA").await),
        (is("a,TJK", "it moves", 2), is("a", "it moves", 3))
    );
    let narrow = of(&["UZ-FA"], message("d", 4, ("Update", &named("c", 3)), "it ends here"));
    read(&rig, &mut progress, ("d.cap", &narrow)).await;
    assert_eq!((listed("TJ-SU").await, listed("UZ-FA").await), (vec![], is("a", "it ends here", 4)));
    let again = of(&["KG-B", "TJ-SU"], message("e", 5, ("Update", &named("d", 4)), "again"));
    read(&rig, &mut progress, ("e.cap", &again)).await;
    assert_eq!((listed("KG-B").await.len(), listed("TJ-SU").await.len()), (1, 1));
    let cancel = message("z", 9, ("Cancel", &named("a", 1)), "over");
    assert_eq!(counts(&read(&rig, &mut progress, ("z.cap", &cancel)).await), [1, 0, 1, 0, 0]);
    assert!(rig.ask(&analyst(), &FindObservations::default()).await.unwrap().page.items.is_empty());
    let late = of(&["KG-B", "TJ-SU"], message("y", 8, ("Update", &named("a", 1)), "late"));
    let run = read(&rig, &mut progress, ("y.cap", &late)).await;
    let remarks: Vec<&str> = run.remarks.iter().map(|remark| remark.text.as_str()).collect();
    assert_eq!(remarks, ["a later message about the same was known already: this one changes nothing"]);
}

/// Letters of which no two follow each other as two before did, so that no index packs them.
fn letters(many: usize) -> String {
    let mut state = 1_u32;
    let mut letter = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from_u32(u32::from('а') + (state >> 27)).unwrap()
    };
    (0..many).map(&mut letter).collect()
}

/// An index of PostgreSQL takes so many bytes in a row and no more: a message that it does not take held up the batch and all behind it.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_with_the_longest_name_is_taken_and_one_with_a_longer_waits() {
    let Some(server) = testkit::db::PostgresServer::start() else { return };
    let rig = Rig::of::<Intake>().await;
    let running = rig.start::<Intake>(&crate::at_once::on(&server)).await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    for (n, status) in ["Actual", "Exercise"].iter().enumerate() {
        let of = |id: &str, minute: u32, kind: &str, letters: &str| {
            let one = message(id, minute, (kind, &named(letters, 1)), "of a long name");
            one.replace("met@meteo.kg", "метео").replace(">Actual<", &format!(">{status}<"))
        };
        let longest = letters(595);
        let file = format!(
            "<alerts>{}{}{}{}</alerts>",
            of("a", 2, "Update", &longest),
            of("b", 3, "Update", &letters(596)),
            of("c", 4, "Cancel", &letters(800)),
            of("d", 5, "Cancel", &longest),
        );
        let run = read(&rig, &mut progress, (&format!("{n}.xml"), &file)).await;
        assert_eq!(counts(&run), [4, 1, 1, 0, 2], "{status}: {run:?}");
    }
    assert!(running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_message_is_kept_by_itself_and_mended_in_the_documents_own_format() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("[intake.import]\nbatch_records = 2").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let broken = message("b", 2, ("Alert", ""), "Überflutung").replace("<scope>Public</scope>", "");
    let file = format!(
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<feed>\n<entry>{}</entry>\n<entry>{broken}</entry>\n\
         <entry><link href='http://x/'/></entry><entry>{}</entry>",
        message("a", 1, ("Alert", ""), "one"),
        message("c", 3, ("Alert", ""), "three")
    );
    let latin: Vec<u8> = file.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let import = upload(&rig, "feed.xml", Format::Cap, &latin).await.import;
    let run = ended(&mut progress, &import).await;
    assert_eq!((run.state, counts(&run)), (ImportState::Failed, [4, 2, 0, 0, 1]), "{}", run.failure);
    assert!(run.failure.contains("cut short") && run.failure.contains("are kept"), "{}", run.failure);
    let kept = waiting(&rig, &import).await;
    assert!(kept[0].line == 4 && kept[0].reason.contains("alert/scope"), "{kept:?}");
    assert!(STANDARD.decode(&kept[0].original).unwrap().contains(&0xDC), "its bytes as they came");
    let corrected = format!("<entry>{}</entry>", message("b", 2, ("Alert", ""), "Überflутung"));
    let wish = ReplayQuarantine { import, record: Some(kept[0].id.clone()), corrected: Some(corrected) };
    let run = rig.ask(&analyst(), &wish).await.unwrap();
    assert_eq!(counts(&run), [4, 3, 0, 0, 0]);
    let titles: Vec<String> = rig
        .ask(&analyst(), &FindObservations::default())
        .await
        .unwrap()
        .page
        .items
        .into_iter()
        .map(|o| o.title)
        .collect();
    assert!(titles.contains(&"Überflутung".to_owned()), "{titles:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn real_messages_and_indexes_are_read_or_refused_with_their_reason() {
    let Some(folder) = real_data() else {
        println!("skipped: there is no ../shared/data beside the project");
        return;
    };
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    for (name, state, expected, part) in [
        ("australia.cap", ImportState::Done, [1, 1, 0, 0, 0], ""),
        ("canada.cap", ImportState::Done, [1, 1, 0, 0, 0], ""),
        ("earthquake-iso8859-1.cap", ImportState::Done, [1, 1, 0, 0, 0], ""),
        ("weather.cap", ImportState::Done, [1, 1, 0, 0, 0], ""),
        ("invalid.cap", ImportState::Done, [1, 0, 0, 0, 1], ""),
        ("noaa_errors.cap", ImportState::Done, [1, 0, 0, 0, 1], ""),
        ("xee.cap", ImportState::Failed, [0; 5], "document type"),
        ("weather_index.atom", ImportState::Done, [2, 0, 0, 0, 0], ""),
        ("ny_index.rss", ImportState::Done, [2, 0, 0, 0, 0], ""),
    ] {
        let file = std::fs::read(folder.join("cap").join(format!("google_testdata_{name}"))).unwrap();
        let import = upload(&rig, name, Format::Cap, &file).await.import;
        let run = ended(&mut progress, &import).await;
        assert_eq!((run.state, counts(&run)), (state, expected), "{name}: {}", run.failure);
        assert!(run.failure.contains(part), "{name}: {}", run.failure);
    }
    let found = rig.ask(&analyst(), &FindObservations::default()).await.unwrap().page.items;
    assert!(found.iter().any(|seen| seen.title.contains("Usulután") && seen.kind == "earthquake"));
}
