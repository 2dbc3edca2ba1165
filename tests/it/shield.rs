//! The reporter shield over the whole road: who reported is nowhere but sealed, and can be erased.

use e2e::World;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn who_reported_is_in_no_file_of_any_store_or_stream_and_in_nothing_that_is_answered() {
    let world = World::new().await;
    let id = world.report(7, &[]).await;
    let analyst = world.person("analyst");
    let path = format!("/v1/reports/{id}");
    let report: Value = analyst.get(&path).await.unwrap();
    let observations: Value = analyst.get("/v1/observations").await.unwrap();
    let exported: Value = analyst.get("/v1/observations?format=geojson").await.unwrap();
    assert_eq!(exported["features"].as_array().unwrap().len(), 1);
    let audit: Value = world.admin.get("/v1/audit").await.unwrap();

    let title = world.files_holding("EXERCISE incident 7").unwrap();
    assert!(title.len() > 3, "stores and streams are read as they lie: {title:?}");
    for canary in ["canary-name-7", "canary-contact"] {
        assert_eq!(world.files_holding(canary).unwrap(), Vec::<std::path::PathBuf>::new());
        for answer in [&report, &observations, &exported, &audit] {
            assert!(!answer.to_string().contains(canary), "{answer}");
        }
    }

    let pseudonym = report["source"].as_str().unwrap();
    let erase = format!("/v1/reporters/{pseudonym}/erase");
    let note = json!({ "note": "asked by the reporter" });
    let erased: Value = world.person("head").post(&erase, "erase", &note).await.unwrap();
    assert_eq!(erased["pseudonym"], pseudonym);
    let after: Value = analyst.get(&path).await.unwrap();
    assert_eq!(after, report, "the report stays as it is");
    world.end().await;
}
