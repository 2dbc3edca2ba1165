//! Words are found in three scripts through the API, with where they stand; places by name; nothing is removed without a rule.

use contracts::Role;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_search_goes_by_source_refuses_codes_of_nothing_and_tells_what_one_may_know_of() {
    let world = World::new().await;
    world.import("csv", "rows.csv", ROWS.into()).await;
    let (analyst, operator) =
        (world.person("analyst"), world.token("operator-1", Role::Operator, None).await);
    let found = async |client: &mirab::client::Client, query: &str| -> Vec<String> {
        let page: Value = client.get(&format!("/v1/observations?{query}")).await.unwrap();
        let items = page["items"].as_array().unwrap().iter();
        items.filter_map(|one| one["external_id"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(found(analyst, "source=Wire&exercise=false").await, ["3", "2", "1"]);
    assert_eq!(found(analyst, "source=Wire&exercise=true").await, [""; 0]);
    for (query, says) in [
        ("source=Wyre", "is Wire meant?"),
        ("province=KG-X", "KG-B Batken"),
        ("country=KGS", "KGZ"),
        ("kind=clsh", "is clash"),
        ("threat=border", "border_tension"),
    ] {
        let why = analyst.text(&format!("/v1/observations?{query}")).await.unwrap_err().to_string();
        let name = query.split('=').next().unwrap();
        assert!(why.contains(says) && why.contains(name), "{query}: {why}");
    }
    let note = json!({ "title": "Shots at the canal", "text": "as seen", "source": "note", "handling": { "tlp": "RED", "audience": [] } });
    let lead: Value = analyst.post("/v1/leads", "lead", &note).await.unwrap();
    let coding = json!({ "threats": ["border_tension"], "kind": "clash", "severity": "serious",
        "occurred_on": "2026-10-04", "province": "KG-B", "note": "two say so" });
    let path = format!("/v1/leads/{}/confirm", lead["id"].as_str().unwrap());
    let confirmed: Value = analyst.post(&path, "yes", &coding).await.unwrap();
    let one = format!("/v1/observations/{}", confirmed["observation"].as_str().unwrap());
    assert_eq!(found(analyst, "kind=clash").await.len(), 4);
    assert_eq!(found(&operator, "kind=clash").await, ["3", "2", "1"], "it is there for those who need it");
    assert!(analyst.text(&one).await.is_ok());
    assert!(operator.text(&one).await.unwrap_err().to_string().contains("404"));
    let table = operator.text("/v1/observations?all=true&format=ndjson").await.unwrap();
    assert!(!table.contains("Shots at the canal"), "{table}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_goes_on_with_its_own_question_and_a_province_that_cannot_be_read_is_asked_back() {
    let world = World::new().await;
    world.import("csv", "rows.csv", ROWS.into()).await;
    let analyst = world.person("analyst");
    let asked = "/v1/observations?threat=border_tension&limit=1";
    let first: Value = analyst.get(asked).await.unwrap();
    let cursor = first["next"].as_str().unwrap();
    let second: Value = analyst.get(&format!("{asked}&cursor={cursor}")).await.unwrap();
    assert_ne!(first["items"][0]["id"], second["items"][0]["id"]);
    for other in ["/v1/observations?limit=1", "/v1/observations?threat=migration", "/v1/imports?limit=1"] {
        let mark = if other.contains('?') { '&' } else { '?' };
        let refused = analyst.text(&format!("{other}{mark}cursor={cursor}")).await.unwrap_err();
        assert!(format!("{refused:#}").contains("another question"), "{other}: {refused:#}");
    }
    for path in ["/v1/observations", "/v1/clusters", "/v1/leads", "/v1/reports", "/v1/questionnaires"] {
        for wrong in ["KG/batken", "kg-b", "KG-X"] {
            let refused = analyst.text(&format!("{path}?province={wrong}")).await.unwrap_err();
            assert!(format!("{refused:#}").contains("KG-B"), "{path} {wrong}: {refused:#}");
        }
    }
    world.end().await;
}
