//! Everything is counted anew while the system runs: begun, followed, over a restart, and by the command line.

use std::fmt::Write;

use contracts::{
    Page,
    analysis::recompute::{Recomputation, RecomputeState},
};
use e2e::{World, until};
use serde_json::{Value, json};

/// Two hundred incidents over ten years in four provinces.
fn years() -> String {
    let today = kit::Clock::system().now().day();
    let mut rows = "id,date,country,province,place,lat,lon,precision,threat,kind,severity,deaths,title,text,side_a,side_b,source,source_owner,reliability,credibility\n".to_owned();
    for n in 0..200 {
        let day = today.plus(-18 * n);
        let province = ["AF-KDZ", "AF-BDS", "AF-TAK", "AF-BAL"][usize::try_from(n % 4).unwrap()];
        writeln!(
            rows,
            "{n},{day},AFG,{province},,,,province,armed_conflict,clash_{n},grave,3,Clash {n},,,,Wire,Wire,B,2"
        )
        .unwrap();
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_counted_anew_over_a_restart_and_others_are_answered_meanwhile() {
    let mut world = World::new().await;
    let run = world.import("csv", "years.csv", years().into()).await;
    assert_eq!((run.accepted, run.quarantined), (200, 0));
    let path = "/v1/operations/recompute";
    until("the level is there", async || {
        let page: Value =
            world.person("analyst").get("/v1/situation/AF-KDZ?threat=armed_conflict").await.ok()?;
        page["items"].as_array().filter(|items| !items.is_empty()).map(|_| ())
    })
    .await;
    let begun: Recomputation = world.admin.post(path, "recount-1", &json!({})).await.unwrap();
    assert_eq!((begun.state, begun.threats.len()), (RecomputeState::Running, 9));
    world.restart().await;
    let one = format!("{path}/{}", begun.id);
    let done = until("it is done", async || {
        let run: Recomputation = world.admin.get(&one).await.ok()?;
        run.has_ended().then_some(run)
    })
    .await;
    assert_eq!((done.state, done.differed(), done.looked_at), (RecomputeState::Done, 0, done.of), "{done:?}");
    let counted: u64 = done.threats.iter().map(|of| of.found.revisions).sum();
    assert_eq!(counted, 200, "each revision once, though the service was stopped on the way");

    let again: Recomputation = world.admin.post(path, "recount-1", &json!({})).await.unwrap();
    assert_eq!(again.id, begun.id, "the same key is the same run");
    let wrong =
        world.admin.post::<_, Value>(path, "recount-2", &json!({ "threat": "boredom" })).await.unwrap_err();
    assert!(wrong.to_string().contains("422") && wrong.to_string().contains("boredom"), "{wrong}");
    let refused = world.person("analyst").post::<_, Value>(path, "recount-3", &json!({})).await.unwrap_err();
    assert!(refused.to_string().contains("403"), "{refused}");
    let stop: Recomputation = world.admin.post(&format!("{one}/stop"), "stop-1", &json!({})).await.unwrap();
    assert_eq!(stop, done, "what has ended stays as it ended");
    let newest: Page<Recomputation> = world.admin.get(path).await.unwrap();
    assert_eq!(newest.items, [done]);
    world.end().await;
}
