//! One incident that three sources tell of: it is counted once, until a person says that it was two.

use contracts::{
    Page,
    analysis::Situation,
    intake::clusters::{Cluster, ClusterState},
};
use e2e::{World, until};
use serde_json::{Value, json};

const UCDP: &str = "id,type_of_violence,side_a,side_b,where_prec,adm_1,latitude,longitude,country,country_id,date_start,date_end,best,high,low,code_status,where_coordinates\n\
    9001,1,Government of Kyrgyzstan,Government of Tajikistan,1,Batken province,39.905,70.602,Kyrgyzstan,703,DAY,DAY,4,6,3,Clear,Ak-Sai village\n";
const ACLED: &str = "event_id_cnty,event_date,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,iso,country,admin1,admin2,location,latitude,longitude,geo_precision,source,notes,fatalities\n\
    KGZ9,DAY,1,Political violence,Battles,Armed clash,Border Guards of Kyrgyzstan (2021-),,1,Military Forces of Tajikistan (1994-),,1,417,Kyrgyzstan,Batken,Leylek,Ak-Sai,39.9,70.6,1,Kloop,Fire was exchanged at the water intake.,9\n";

async fn situation(world: &World) -> Option<Situation> {
    let all: Vec<Situation> = world
        .person("analyst")
        .get::<Page<Situation>>("/v1/situation/KG-B?threat=armed_conflict")
        .await
        .ok()?
        .items;
    all.into_iter().next()
}

/// Sends a field report of the same incident and has a second person accept it.
async fn report(world: &World, day: &str) {
    let place = json!({ "country": "KGZ", "province": "KG-B", "name": "Ак-Сай", "lat": 39.902, "lon": 70.601, "precision": "exact" });
    let report = json!({ "title": "Shooting at the water intake", "text": "as seen", "threat": "armed_conflict",
        "kind": "exchange_of_fire", "severity": "serious", "deaths": 5, "occurred_at": format!("{day}T06:00:00Z"), "place": place,
        "grade": { "reliability": "C", "credibility": 3 }, "language": "en",
        "handling": { "tlp": "GREEN", "audience": ["*"] }, "exercise": false });
    let receipt: Value =
        world.person("monitor").post("/v1/reports", "report-one", &report).await.expect("a receipt");
    world.accept(receipt["report"].as_str().expect("an id")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_sources_of_one_incident_count_once_and_twice_after_a_person_split_them() {
    let world = World::new().await;
    let analyst = world.person("analyst");
    let day = kit::Clock::system().now().day().plus(-20).to_string();
    for (format, file) in [("ucdp-ged", UCDP), ("acled", ACLED)] {
        let run = world.import(format, "one.csv", file.replace("DAY", &day).into()).await;
        assert_eq!((run.accepted, run.quarantined), (1, 0), "{format}: {}", run.failure);
    }
    report(&world, &day).await;
    let joined = until("the three are one cluster", async || {
        let page: Page<Cluster> = analyst.get("/v1/clusters?country=KGZ&state=joined").await.ok()?;
        page.items.into_iter().find(|cluster| cluster.members.len() == 3)
    })
    .await;
    let deaths = joined.deaths.unwrap();
    assert_eq!((joined.owners.len(), deaths.low, deaths.best, deaths.high), (3, 3, 4, 9), "{joined:?}");
    let once = until("the level counts it once", async || {
        situation(&world).await.filter(|s| s.incidents.len() == 1 && s.incidents[0].owners == 3)
    })
    .await;
    let incident = &once.incidents[0];
    assert_eq!((incident.cluster.as_ref(), incident.observations.len()), (Some(&joined.id), 3));
    let best = joined.members.iter().find(|member| member.observation == joined.best).unwrap();
    assert_eq!(best.source, "ucdp");
    // the severity is that of UCDP's four deaths, the belief that of three owners
    assert!((incident.severity - (1.0 + 5_f64.log2())).abs() < 1e-9, "{incident:?}");
    // a second person has verified the report: C2
    let (b2, c2) = (0.85 * 0.85, 0.65 * 0.85);
    assert!((incident.belief - (1.0 - (1.0 - b2) * (1.0 - b2) * (1.0 - c2))).abs() < 1e-9, "{incident:?}");

    let seen: Value = analyst.get(&format!("/v1/observations/{}", joined.best)).await.unwrap();
    assert_eq!(seen["items"][0]["clusters"][0]["id"], json!(joined.id), "{seen}");
    let acled = &joined.members.iter().find(|member| member.source == "acled").unwrap().observation;
    let wish = json!({ "observations": [acled], "note": "ACLED's is the clash at the bridge" });
    let split: Cluster =
        analyst.post(&format!("/v1/clusters/{}/split", joined.id), "split", &wish).await.expect("split");
    assert_eq!((split.state.is_one(), split.members.len(), split.apart.len()), (true, 2, 2));
    let twice =
        until("the level counts two", async || situation(&world).await.filter(|s| s.incidents.len() == 2))
            .await;
    assert!(twice.index > once.index);
    let known: Cluster = analyst
        .get(&format!("/v1/clusters/{}?known_on={}", joined.id, joined.moved_at.to_rfc3339()))
        .await
        .unwrap();
    assert_eq!((known.members.len(), known.state), (3, ClusterState::Joined));
    let audit: Value = world.admin.get("/v1/audit?limit=5").await.unwrap();
    assert!(audit.to_string().contains("splitCluster"), "{audit}");
    world.end().await;
}
