//! What a licence keeps in: rows of ACLED, which nobody may hand on as they are, leave by no route that a partner can ask, nor by a
//! paper that a partner is given.

use contracts::{
    Page, Role,
    analysis::products::{Product, ProductState},
    coordination::Torn,
    intake::ImportState,
};
use domain::Observation;
use e2e::{World, until};
use gateway::{
    http::{Access, Handler},
    routes,
};
use mirab::client::Client;
use serde_json::{Value, json};

/// Words, names and figures that stand in the rows alone.
const RAW: [&str; 6] =
    ["Canary notes", "Canary Brigade", "Canary Post", "CANARYVILLE", "KGZCANARY", "39.8731"];

fn rows(day: domain::Day) -> String {
    format!(
        "event_id_cnty,event_date,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,iso,country,admin1,admin2,location,latitude,longitude,geo_precision,source,notes,fatalities\n\
         KGZCANARY1,{day},1,Political violence,Battles,Armed clash,Canary Brigade,,1,Border Guards,,1,417,Kyrgyzstan,Batken,Leylek,CANARYVILLE,39.8731,70.6412,1,Canary Post,Canary notes of the clash.,9\n"
    )
}

async fn partner(world: &World) {
    let coordinator = world.person("coordinator");
    let osce = json!({ "key": "osce", "name": "OSCE", "kind": "regional_organisation" });
    let _: Value = coordinator.post("/v1/organisations", "org", &osce).await.unwrap();
    let mandate = json!({ "organisation": "osce", "instrument": "MC.DEC/3/11", "citation": "para. 1",
        "threats": ["armed_conflict", "border_tension"], "countries": ["KGZ"], "valid_from": "2020-01-01" });
    let _: Value = coordinator.post("/v1/mandates", "mandate", &mandate).await.unwrap();
    // whatever it may be given by its letters, the licence of a row decides besides
    let agreement = json!({ "organisation": "osce", "title": "Exchange of letters", "tlp_ceiling": "AMBER",
        "un_class_ceiling": "unclassified", "kinds": ["product", "warning"], "precision_floor": "exact",
        "redistribution": "raw", "purposes": ["early_warning"], "valid_from": "2020-01-01" });
    let _: Value = coordinator.post("/v1/agreements", "agreement", &agreement).await.unwrap();
}

/// Holds nothing of the rows.
fn is_clean(text: &str, of: &str) {
    for raw in RAW {
        assert!(!text.contains(raw), "{of} holds {raw}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_a_licence_keeps_in_leave_by_no_route_of_a_partner_and_by_no_paper() {
    let world = World::new().await;
    let today = kit::Clock::system().now().day();
    let run = world.import("acled", "rows.csv", rows(today.plus(-2)).into()).await;
    assert_eq!((run.state, run.accepted), (ImportState::Done, 1), "{}", run.failure);
    partner(&world).await;
    let analyst = world.person("analyst");
    let own: Page<Observation> = analyst.get("/v1/observations?country=KGZ").await.unwrap();
    assert!(own.items[0].text.contains("Canary notes"), "the centre itself reads what it holds");

    files(analyst).await;

    let client = world.token("osce-desk", Role::Partner, Some("osce")).await;
    let mut refused = 0;
    for route in
        routes::all().filter(|route| route.method == "GET" && !matches!(route.handler, Handler::Stream(_)))
    {
        let path = route.path.replace("{id}", own.items[0].id.as_str()).replace("{province}", "KG-B");
        for query in ["", "?format=csv", "?format=geojson", "?all=true&format=ndjson", "?q=Canary"] {
            let answer = client.text(&format!("{path}{query}")).await;
            if route.admits(Some(Role::Partner)) || route.access == Access::Public {
                is_clean(&answer.unwrap_or_else(|error| format!("{error:#}")), &path);
            } else {
                let why = format!("{:#}", answer.unwrap_err());
                assert!(why.contains("403"), "{path}{query}: {why}");
                is_clean(&why, &path);
                refused += 1;
            }
        }
    }
    assert!(refused >= 5 * 30, "{refused} questions were refused");
    for named in ["/v1/observations", "/v1/clusters", "/v1/aggregates", "/v1/products/{id}.md", "/v1/series"]
    {
        let route = routes::all().find(|route| route.path == named).unwrap_or_else(|| panic!("{named}"));
        assert!(!route.admits(Some(Role::Partner)), "{named}");
    }
    paper(&world, today).await;
    world.end().await;
}

/// No file of the centre's own holds the rows: each says how many it leaves out, and why.
async fn files(analyst: &Client) {
    for all in ["", "&all=true"] {
        for format in ["csv", "geojson", "ndjson"] {
            let path = format!("/v1/observations?country=KGZ&format={format}{all}");
            let file = analyst.text(&path).await.unwrap();
            is_clean(&file, &path);
            assert!(file.contains("left_out") && file.contains("ACLED-Terms"), "{path}: {file}");
            if format != "csv" {
                let read: Value = serde_json::from_str(&file).unwrap();
                assert_eq!(read["left_out"]["rows"], 1, "{path}: {file}");
            }
        }
    }
}

/// A paper that rests on the rows says to the partner how much there was, and nothing of the rows.
async fn paper(world: &World, today: domain::Day) {
    let analyst = world.person("analyst");
    until("analysis has heard of it", async || {
        let seen: Value = analyst.get("/v1/situation/KG-B?threat=armed_conflict").await.ok()?;
        seen["items"][0]["incidents"].as_array().filter(|all| !all.is_empty()).map(|_| ())
    })
    .await;
    let wish = json!({ "kind": "situation_report", "language": "en", "from": today.plus(-6), "to": today,
        "countries": ["KGZ"], "threats": ["armed_conflict"], "handling": { "tlp": "GREEN", "audience": ["*"] } });
    let draft: Product = analyst.post("/v1/products", "draft", &wish).await.unwrap();
    let path = |action: &str| format!("/v1/products/{}/{action}", draft.id);
    let empty = draft.sections.iter().filter(|section| section.statements.is_empty());
    let strikes: Vec<Value> =
        empty.map(|one| json!({ "strike": { "part": one.part, "reason": "nothing to say" } })).collect();
    let _: Product = analyst.post(&path("revise"), "revise", &json!({ "changes": strikes })).await.unwrap();
    let _: Product = analyst.post(&path("submit"), "submit", &json!({})).await.unwrap();
    let senior = world.token("senior", Role::SeniorAnalyst, None).await;
    let _: Product = senior.post(&path("approve"), "approve", &json!({})).await.unwrap();
    let published: Product =
        world.person("duty").post(&path("publish"), "publish", &json!({})).await.unwrap();
    assert_eq!(published.state, ProductState::Published);
    let torn: Torn = analyst.get(&format!("/v1/products/{}/tearlines?for=osce", draft.id)).await.unwrap();
    assert!(!torn.lines.is_empty());
    for form in ["md", "html"] {
        let given = analyst.text(&format!("/v1/products/{}.{form}?for=osce", draft.id)).await;
        is_clean(&given.unwrap_or_else(|error| format!("{error:#}")), form);
    }
}
