//! A table of somebody else: from a mapping that is tried on its first rows to observations, by the API and in the console.

use contracts::{
    Page,
    intake::{
        ImportState, Quarantined,
        aggregate::Aggregate,
        mapping::{Mapping, Tried},
    },
};
use domain::Observation;
use e2e::{World, until};
use serde_json::{Value, json};
use testkit::browser::Browser;

fn mapping() -> Value {
    json!({
        "name": "border-log", "delimiter": ";", "dates": ["DD.MM.YYYY"],
        "fields": {
            "id": {"column": "No"}, "date": {"column": "Date"}, "country": {"constant": "KGZ"},
            "province": {"column": "Province"}, "precision": {"constant": "province"}, "threat": {"column": "Type"},
            "kind": {"constant": "border_incident"}, "severity": {"constant": "notable"},
            "title": {"pattern": "{Type} at {Where}"}, "source": {"constant": "border-log"},
            "source_owner": {"constant": "Border Service"}, "reliability": {"constant": "B"}, "credibility": {"constant": "2"}
        },
        "meanings": {"threat": {"clash": "border_tension"}},
        "handling": {"tlp": "GREEN", "audience": ["*"]}, "licence": {"ids": ["own"], "redistribution": "raw"}
    })
}

const TABLE: &str = "No;Date;Province;Type;Where\n1;01.10.2026;Batken;clash;Ak-Sai\n2;02.10.2026;KG-B;theft;Samarkandek\n\
                     3;31.09.2026;KG-B;clash;Kok-Terek\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_table_is_tried_saved_read_and_mended_by_its_mapping() {
    let world = World::new().await;
    let analyst = world.person("analyst");
    let trial = json!({ "mapping": mapping(), "text": TABLE });
    let tried: Tried = analyst.post("/v1/mappings/try", "try", &trial).await.unwrap();
    assert_eq!(tried.columns, ["no", "date", "province", "type", "where"]);
    let told: Vec<bool> = tried.rows.iter().map(|row| row.observation.is_some()).collect();
    assert_eq!(told, [true, false, false]);
    assert!(tried.rows[1].reason.contains("field threat") && tried.rows[2].reason.contains("field date"));
    let unsaved = world
        .person("analyst")
        .upload::<Value>("/v1/imports?format=mapped&name=x&mapping=border-log", TABLE.into())
        .await;
    assert!(unsaved.unwrap_err().to_string().contains("there is no mapping"));
    let saved: Mapping = analyst.post_with("/v1/mappings", "save", &mapping(), &[]).await.unwrap();
    assert_eq!((saved.version, saved.by.is_empty()), (1, false));
    let again = analyst
        .post_with::<_, Mapping>("/v1/mappings", "save-once-more", &mapping(), &[])
        .await
        .unwrap_err()
        .to_string();
    assert!(again.contains("If-Match"), "{again}");

    let run = world.import("mapped&mapping=border-log", "log.csv", TABLE.into()).await;
    assert_eq!((run.state, run.accepted, run.quarantined), (ImportState::Done, 1, 2), "{}", run.failure);
    assert_eq!(run.mapping.as_ref().map(|by| (by.name.as_str(), by.version)), Some(("border-log", 1)));
    let found: Page<Observation> = analyst.get("/v1/observations?kind=border_incident").await.unwrap();
    assert_eq!(
        (found.items[0].title.as_str(), found.items[0].owner.as_str()),
        ("clash at Ak-Sai", "Border Service")
    );
    let kept: Page<Quarantined> = analyst.get(&format!("/v1/imports/{}/quarantine", run.id)).await.unwrap();
    let mended = json!({ "record": kept.items[1].id, "corrected": "3;30.09.2026;KG-B;clash;Kok-Terek" });
    let run: contracts::intake::ImportRun =
        analyst.post(&format!("/v1/imports/{}/replay", run.id), "mend", &mended).await.unwrap();
    assert_eq!((run.accepted, run.quarantined), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_has_a_form_for_mappings_in_both_languages() {
    let world = World::new().await;
    let analyst = world.person("analyst");
    let _: Mapping = analyst.post_with("/v1/mappings", "save", &mapping(), &[]).await.unwrap();
    let stack = world.stack.as_ref().unwrap();
    let token = std::fs::read_to_string(stack.admin_token_file()).unwrap();
    let address = stack.address().trim_start_matches("http://").parse().unwrap();
    let browser = Browser::sign_in(address, token.trim()).await;
    assert!(browser.get("/mappings").await.contains("border-log"));
    let form = browser.get("/mappings/border-log?lang=ru").await;
    assert!(
        form.contains("Отправить файл на чтение") && form.contains("value=\"{Type} at {Where}\""),
        "{form}"
    );
    assert!(browser.get("/mappings/new?lang=en").await.contains("Read the columns"));
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_of_others_are_kept_beside_the_incidents_and_never_among_them() {
    let world = World::new().await;
    let row = |events: u32| {
        json!({ "data": [{
            "location_code": "AFG", "location_name": "Afghanistan", "admin1_code": "AF01", "admin1_name": "Kabul",
            "event_type": "political_violence", "events": events, "fatalities": 3,
            "reference_period_start": "2026-10-01T00:00:00", "reference_period_end": "2026-10-31T23:59:59"
        }] })
        .to_string()
    };
    let run = world.import("hapi-conflict", "october.json", row(7).into()).await;
    assert_eq!((run.state, run.accepted), (ImportState::Done, 1), "{}", run.failure);
    let run = world.import("hapi-conflict", "october-again.json", row(9).into()).await;
    assert_eq!(run.updated, 1);
    let analyst = world.person("analyst");
    let counts: Page<Aggregate> =
        until("the count is there", async || analyst.get("/v1/aggregates?province=AF-KAB").await.ok()).await;
    assert_eq!((counts.items.len(), counts.items[0].events, counts.items[0].revision), (1, 9, 2));
    let incidents: Page<Observation> = analyst.get("/v1/observations?country=AFG").await.unwrap();
    assert!(incidents.items.is_empty());
}
