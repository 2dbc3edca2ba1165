//! A province of which a complete list names nothing is told alike by every door: unknown while the list is too old, calm by its claim
//! as soon as it reaches into these days (decision 0048).

use contracts::{
    Page,
    analysis::{Situation, products::Product, series::Series},
    intake::ImportState,
};
use domain::{Day, Level};
use e2e::{World, until};
use serde_json::{Value, json};
use testkit::browser::Browser;

const HEADER: &str = "id,type_of_violence,side_a,side_b,where_prec,adm_1,latitude,longitude,country,country_id,date_start,date_end,best,high,low,code_status,where_coordinates\n";

/// UCDP's row of a clash in Helmand on this day.
fn helmand(id: u32, day: Day) -> String {
    format!(
        "{HEADER}{id},1,Government of Afghanistan,Taleban,1,Hilmand province,31.583,64.369,Afghanistan,700,{day},{day},4,6,3,Clear,Lashkar Gah\n"
    )
}

async fn heard(world: &World, id: u32, day: Day) {
    let run = world.import("ucdp-ged", &format!("{id}.csv"), helmand(id, day).into()).await;
    assert_eq!((run.state, run.accepted), (ImportState::Done, 1), "{}", run.failure);
}

async fn situations(world: &World, path: &str) -> Vec<Situation> {
    world.person("analyst").get::<Page<Situation>>(path).await.unwrap().items
}

/// Whether the newest day that the series of Panjshir tells of is covered by a complete list, this many days ago.
async fn is_covered(world: &World, day: Day) -> bool {
    let path = format!("/v1/series?province=AF-PAN&threat=armed_conflict&unit=day&from={day}&to={day}");
    let told: Page<Series> = world.person("analyst").get(&path).await.unwrap();
    told.items[0].points[0].coverage.complete
}

/// The sentences of a paper on Afghanistan on what is not known.
async fn paper(world: &World, key: &str, today: Day) -> String {
    let wish = json!({ "kind": "briefing_note", "language": "en", "from": today.plus(-6), "to": today,
        "countries": ["AFG"], "threats": ["armed_conflict"], "handling": { "tlp": "GREEN", "audience": ["*"] } });
    let draft: Product = world.person("analyst").post("/v1/products", key, &wish).await.unwrap();
    draft.statements().map(|said| said.text.clone()).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_complete_list_names_nothing_of_is_calm_in_every_place_and_unknown_where_it_is_old() {
    let world = World::new().await;
    let today = kit::Clock::system().now().day();
    let stack = world.stack.as_ref().unwrap();
    let token = std::fs::read_to_string(stack.admin_token_file()).unwrap();
    let browser =
        Browser::sign_in(stack.address().trim_start_matches("http://").parse().unwrap(), token.trim()).await;

    let (old, new) = (today.plus(-100), today.plus(-20));
    heard(&world, 1, old).await;
    until("Helmand is told of", async || {
        let told: Value = world.person("analyst").get("/v1/situation/AF-HEL").await.ok()?;
        told["items"].as_array().filter(|items| !items.is_empty()).map(|_| ())
    })
    .await;
    assert_eq!(situations(&world, "/v1/situation/AF-PAN").await, []);
    assert!(!is_covered(&world, new).await);
    assert!(paper(&world, "old", today).await.contains("nothing reported from any of its 34 provinces"));
    let map = browser.get("/?threat=armed_conflict").await;
    assert!(map.contains("Panjshir, Afghanistan: insufficient information"), "{map}");
    let page = browser.get("/provinces/AF-PAN").await;
    assert!(page.contains("That is no sign of calm"), "{page}");

    heard(&world, 2, new).await;
    let calm = until("Panjshir is told of", async || {
        situations(&world, "/v1/situation/AF-PAN").await.into_iter().next()
    })
    .await;
    let claim = calm.coverage.complete.as_ref().unwrap();
    assert_eq!((calm.level, claim.until, claim.told), (Level::Calm, new, 0));
    let all = situations(&world, "/v1/situation?threat=armed_conflict").await;
    assert_eq!(all.iter().filter(|one| one.country.as_str() == "AFG").count(), 34);
    assert!(is_covered(&world, new).await && !is_covered(&world, today).await);
    let told = paper(&world, "new", today).await;
    assert!(!told.contains("nothing reported from"), "{told}");
    let map = browser.get("/?threat=armed_conflict").await;
    assert!(map.contains("Panjshir, Afghanistan: calm"), "{map}");
    let page = browser.get("/provinces/AF-PAN").await;
    assert!(page.contains("What is said here rests on that claim"), "{page}");
    let changed: Value = world.person("analyst").get("/v1/changes?province=AF-PAN").await.unwrap();
    assert_eq!(changed["items"], json!([]), "it did not become calm: it became known");
    world.end().await;
}
