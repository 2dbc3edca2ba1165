//! What is known of a fact stays under its handling, by whatever road it comes again.

use contracts::{
    Principal, Role,
    gateway::{Format, ImportReceived},
    intake::{
        FindObservations, GetImport, ImportProgressed, ImportRun,
        sources::{Connector, CreateSource},
    },
};
use domain::{Observation, Precision, Tlp};
use intake::Intake;
use serde_json::json;
use testkit::{Listener, Rig, principal};

use crate::{
    analyst,
    imports::{counts, ended},
    received,
    sources::operator,
};

/// An event of ACLED at a village; made up in the form that ACLED's codebook gives.
const ACLED: &str = "event_id_cnty,event_date,time_precision,event_type,sub_event_type,actor1,actor2,iso,country,admin1,location,latitude,longitude,geo_precision,notes,fatalities,timestamp\n\
    KGZ1,20 November 2026,1,Battles,Armed clash,A,B,417,Kyrgyzstan,Batken,Ak-Say,39.90,70.52,1,Shots were fired at Ak-Say.,3,1763700000\n";
const HEADER: &str = "id,date,country,province,precision,threat,kind,severity,title,source,source_owner,reliability,credibility,tlp";

/// Sets up a source that sends files of this format under this handling.
pub async fn sender(rig: &Rig, (key, format): (&str, Format), handling: Option<serde_json::Value>) {
    let form = json!({ "title": key, "every_s": 0, "format": format, "handling": handling });
    let form = serde_json::from_value(form).unwrap();
    let wish = CreateSource { key: key.into(), connector: Connector::Webhook, form };
    rig.ask(&operator(), &wish).await.unwrap();
}

/// Sends a file along a road, and gives how it was read.
pub async fn send(
    rig: &Rig,
    progress: &mut Listener<ImportProgressed>,
    (name, format, file): (&str, Format, &str),
    road: Option<&str>,
) -> ImportRun {
    let said = received(name, format, file.as_bytes());
    let said = ImportReceived { via: road.map(str::to_owned), ..said };
    let mut reader = file.as_bytes();
    rig.gateway().put_object(contracts::stream::IMPORTS_BUCKET, &said.object, &mut reader).await.unwrap();
    rig.say(&said).await;
    let run = ended(progress, &said.import).await;
    assert_eq!(run.failure, "", "{name}");
    rig.ask(&analyst(), &GetImport { id: said.import, known_on: None }).await.unwrap()
}

async fn all(rig: &Rig, who: &Principal) -> Vec<Observation> {
    rig.ask(who, &FindObservations::default()).await.unwrap().page.items
}

fn remarks(run: &ImportRun) -> String {
    run.remarks.iter().map(|remark| remark.text.as_str()).collect::<Vec<_>>().join("; ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_sources_own_bytes_sent_by_hand_change_nothing_and_show_no_point() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let amber = json!({ "tlp": "AMBER", "un_class": "unclassified", "audience": ["*"], "precision_floor": "province" });
    sender(&rig, ("ac-fl", Format::Acled), Some(amber)).await;
    let run = send(&rig, &mut progress, ("ac.csv", Format::Acled, ACLED), Some("ac-fl")).await;
    assert_eq!(counts(&run), [1, 1, 0, 0, 0]);
    let first = all(&rig, &analyst()).await.remove(0);
    assert_eq!(first.title, "Armed clash, Batken, Kyrgyzstan: 3 deaths");
    assert!(!format!("{} {}", first.title, first.text).contains("Ak-Say"), "{first:?}");
    for (name, file) in [("by hand.csv", ACLED.to_owned()), ("once more.csv", format!("{ACLED}\n"))] {
        let run = send(&rig, &mut progress, (name, Format::Acled, &file), None).await;
        assert_eq!(counts(&run), [1, 0, 0, 1, 0], "{name}");
        assert!(remarks(&run).contains("of both the stricter holds"), "{run:?}");
    }
    let corrected = ACLED.replace(",3,1763700000", ",4,1763800000");
    let run = send(&rig, &mut progress, ("corrected.csv", Format::Acled, &corrected), None).await;
    assert_eq!(counts(&run), [1, 0, 1, 0, 0]);
    let now = all(&rig, &analyst()).await.remove(0);
    assert_eq!(now.handling, first.handling);
    assert_eq!(now.title, "Armed clash, Batken, Kyrgyzstan: 4 deaths");
    let older = send(&rig, &mut progress, ("older.csv", Format::Acled, &format!("{ACLED}\n\n")), None).await;
    assert_eq!(counts(&older), [1, 0, 0, 1, 0]);
    assert!(remarks(&older).contains("of an older edition and changes nothing"), "{older:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_sent_open_is_narrowed_by_a_source_that_is_not() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    send(&rig, &mut progress, ("by hand.csv", Format::Acled, ACLED), None).await;
    let open = all(&rig, &analyst()).await.remove(0);
    assert_eq!(
        (open.handling.tlp(), open.title.as_str()),
        (Tlp::Clear, "Armed clash, Ak-Say, Batken: 3 deaths")
    );
    let amber = json!({ "tlp": "AMBER", "audience": ["*"], "precision_floor": "province" });
    sender(&rig, ("ac-fl", Format::Acled), Some(amber)).await;
    let run = send(&rig, &mut progress, ("ac.csv", Format::Acled, ACLED), Some("ac-fl")).await;
    assert_eq!(counts(&run), [1, 0, 1, 0, 0]);
    let now = all(&rig, &analyst()).await.remove(0);
    assert_eq!((now.handling.tlp(), now.handling.precision_floor), (Tlp::Amber, Precision::Province));
    assert_eq!(now.title, "Armed clash, Batken, Kyrgyzstan: 3 deaths");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_labelled_red_is_opened_by_no_other_row_of_its_id() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    let row = |title: &str, tlp: &str| {
        format!(
            "{HEADER}\nred1,2026-11-19,KGZ,KG-T,province,border_tension,border_incident,minor,{title},redsrc,RedOwner,B,2,{tlp}\n"
        )
    };
    send(&rig, &mut progress, ("red.csv", Format::Csv, &row("Secret", "RED")), None).await;
    let operator = principal("operator", &[Role::Operator]);
    for (name, title, tlp, expected) in
        [("same.csv", "Secret", "CLEAR", [1, 0, 0, 1, 0]), ("other.csv", "Other", "GREEN", [1, 0, 1, 0, 0])]
    {
        let run = send(&rig, &mut progress, (name, Format::Csv, &row(title, tlp)), None).await;
        assert_eq!(counts(&run), expected, "{name}: {run:?}");
        assert!(remarks(&run).contains("no file widens it"), "{run:?}");
        let now = all(&rig, &analyst()).await.remove(0);
        assert_eq!((now.title.as_str(), now.handling.tlp()), (title, Tlp::Red));
        assert!(all(&rig, &operator).await.is_empty());
    }
}

/// An older copy of the event under AMBER was passed over, and what is known stayed open.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_edition_narrows_what_is_known_although_its_facts_are_not_taken() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    send(&rig, &mut progress, ("by hand.csv", Format::Acled, ACLED), None).await;
    let amber = json!({ "tlp": "AMBER", "audience": ["*"], "precision_floor": "province" });
    sender(&rig, ("ac-fl", Format::Acled), Some(amber)).await;
    let older = ACLED.replace(",3,1763700000", ",9,1763600000");
    let run = send(&rig, &mut progress, ("older.csv", Format::Acled, &older), Some("ac-fl")).await;
    assert_eq!(counts(&run), [1, 0, 1, 0, 0]);
    assert!(remarks(&run).contains("of it the stricter handling alone is taken"), "{run:?}");
    let now = all(&rig, &analyst()).await.remove(0);
    assert_eq!((now.handling.tlp(), now.handling.precision_floor), (Tlp::Amber, Precision::Province));
    assert_eq!((now.deaths.map(|deaths| deaths.best), now.revision), (Some(3), 2));
    assert!(!format!("{} {}", now.title, now.text).contains("Ak-Say"), "{now:?}");
    let again =
        send(&rig, &mut progress, ("again.csv", Format::Acled, &format!("{older}\n")), Some("ac-fl")).await;
    assert_eq!(counts(&again), [1, 0, 0, 1, 0]);
}
