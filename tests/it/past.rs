//! What was known at a past moment, asked through the API: an import before it was mended, a source before it was changed.

use contracts::{
    Page,
    intake::{ImportRun, ImportState, Quarantined, sources::Source},
};
use e2e::{World, until};
use kit::Clock;
use serde_json::{Value, json};

const ROWS: &str = "id,date,country,province,place,lat,lon,precision,threat,kind,severity,deaths,title,text,side_a,side_b,source,source_owner,reliability,credibility\n\
    1,2026-01-05,KGZ,KG-B,,,,province,border_tension,clash,serious,,Shots at the canal,,,,Wire,Wire,B,2\n\
    2,2026-01-06,KGZ,Atlantis,,,,province,border_tension,clash,serious,,Shots at the lake,,,,Wire,Wire,B,2\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_mended_import_and_a_changed_source_are_told_as_they_were_known() {
    let world = World::new().await;
    let (analyst, head) = (world.person("analyst"), world.person("head"));
    let run = world.import("csv", "rows.csv", ROWS.into()).await;
    assert_eq!((run.accepted, run.quarantined), (1, 1), "{}", run.failure);
    let form = json!({ "title": "The wire", "address": "https://example.org/rows.csv", "format": "csv", "every_s": 3600 });
    let wish = json!({ "key": "wire", "connector": "file", "form": form });
    let _: Source = head.post("/v1/sources", "make", &wish).await.unwrap();
    let kept: Page<Quarantined> = analyst.get(&format!("/v1/imports/{}/quarantine", run.id)).await.unwrap();
    let then = Clock::system().now();

    let line = ROWS.lines().nth(2).unwrap().replace("Atlantis", "KG-O");
    let mended = json!({ "record": kept.items[0].id, "corrected": line });
    let _: ImportRun =
        analyst.post(&format!("/v1/imports/{}/replay", run.id), "mend", &mended).await.unwrap();
    let renamed = json!({ "title": "The other wire", "address": "https://example.org/rows.csv", "format": "csv", "every_s": 60 });
    let _: Source = head.post("/v1/sources/wire/change", "rename", &renamed).await.unwrap();

    let run_at = format!("/v1/imports/{}", run.id);
    let (now, before): (ImportRun, ImportRun) = (
        analyst.get(&run_at).await.unwrap(),
        analyst.get(&format!("{run_at}?known_on={then}")).await.unwrap(),
    );
    assert_eq!((now.accepted, now.quarantined, before.accepted, before.quarantined), (2, 0, 1, 1));
    let waits: Page<Quarantined> =
        analyst.get(&format!("{run_at}/quarantine?known_on={then}")).await.unwrap();
    assert_eq!(waits.items, kept.items);
    let source: Source = analyst.get(&format!("/v1/sources/wire?known_on={then}")).await.unwrap();
    assert_eq!((source.form.title.as_str(), source.version), ("The wire", 1));
    let listed: Page<Source> = analyst.get(&format!("/v1/sources?known_on={then}")).await.unwrap();
    assert!(listed.items.contains(&source));
    for path in ["/v1/mappings", "/v1/questionnaires", "/v1/assignments", "/v1/imports"] {
        let page: Page<Value> = analyst.get(&format!("{path}?known_on=2020-01-01")).await.unwrap();
        assert!(page.items.is_empty(), "nothing was known in {path}: {:?}", page.items);
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_there_with_its_receipt_and_what_was_read_of_it_is_told_as_of_any_moment() {
    let world = World::new().await;
    let analyst = world.person("analyst");
    for n in 0..5 {
        let file = ROWS.replace("Shots", &format!("Shots {n}"));
        let path = format!("/v1/imports?format=csv&name={n}.csv");
        let receipt: Value = analyst.upload(&path, file.into()).await.unwrap();
        let at = receipt["links"]["run"].as_str().unwrap();
        let run: ImportRun = analyst.get(at).await.unwrap();
        assert_eq!(
            (run.id.as_str(), run.bytes),
            (receipt["id"].as_str().unwrap(), receipt["bytes"].as_u64().unwrap())
        );
        let kept = analyst.get::<Page<Quarantined>>(receipt["links"]["quarantine"].as_str().unwrap()).await;
        assert!(kept.is_ok(), "{kept:?}");
        let done = until("the run has ended", async || {
            Some(analyst.get::<ImportRun>(at).await.unwrap()).filter(|run| run.finished_at.is_some())
        })
        .await;
        let (began, ended) = (done.started_at.unwrap(), done.finished_at.unwrap());
        let just_before = ended.minus(ended.since(began) / 1000);
        let then: ImportRun = analyst.get(&format!("{at}?known_on={just_before}")).await.unwrap();
        assert_eq!((then.state, then.read), (ImportState::Running, 2), "{then:?}");
        let missing = analyst.get::<ImportRun>(&format!("{at}?known_on=2020-01-01")).await;
        assert!(missing.is_err(), "it was not received then");
    }
    world.end().await;
}
