//! Words are found in three scripts through the API, with where they stand; places by name; nothing is removed without a rule.

use e2e::{World, until};
use serde_json::{Value, json};

const ROWS: &str = "id,date,country,province,precision,threat,kind,severity,title,text,source,source_owner,reliability,credibility\n\
1,2026-10-01,KGZ,KG-B,province,border_tension,clash,notable,Shelling near the head works,Two border guards were wounded,Wire,Wire,B,2\n\
2,2026-10-02,TJK,TJ-SU,province,border_tension,clash,notable,Перестрелка на границе,Ёлочный базар закрыт,Wire,Wire,B,2\n\
3,2026-10-03,AFG,AF-BDS,province,border_tension,clash,notable,درگیری در مرز,بازار کابل بسته شد,Wire,Wire,B,2\n";

#[tokio::test(flavor = "multi_thread")]
async fn words_are_found_in_three_scripts_and_places_by_every_name() {
    let world = World::new().await;
    world.import("csv", "rows.csv", ROWS.into()).await;
    let analyst = world.person("analyst");
    let find = async |q: &str| -> Value {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", q).finish();
        let asked = format!("/v1/observations?snippets=true&{query}");
        until("the words are indexed", async || {
            let found: Value = serde_json::from_str(&analyst.text(&asked).await.unwrap()).unwrap();
            (found["search"]["behind"] == 0).then_some(found)
        })
        .await
    };
    for (q, id) in [
        ("\"border guard\" wound*", "1"),
        ("граница -river", "2"),
        ("елочный", "2"),
        ("كابل", "3"),
        ("Badakhshan", "3"),
    ] {
        let found = find(q).await;
        let ids: Vec<&str> =
            found["items"].as_array().unwrap().iter().filter_map(|o| o["external_id"].as_str()).collect();
        assert_eq!(ids, [id], "{q}");
    }
    let found = find("shelled (").await;
    assert_eq!(found["search"]["snippets"][0]["title"][0], json!({ "text": "Shelling", "sought": true }));
    let table = analyst.text("/v1/observations?all=true&format=csv&q=guards").await.unwrap();
    assert_eq!(table.lines().count(), 2);
    let places: Value =
        serde_json::from_str(&analyst.text("/v1/places?q=Badakhshan").await.unwrap()).unwrap();
    assert_eq!(places["certain"], false);
    let head = world.person("head");
    let kept: Value = serde_json::from_str(&head.text("/v1/retention").await.unwrap()).unwrap();
    assert_eq!((kept["removals"].clone(), kept["fingerprint"].clone()), (json!([]), json!("")));
    world.end().await;
}
