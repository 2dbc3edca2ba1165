//! Earthquakes of the USGS: what it revises and what it deletes.

use contracts::{gateway::Format, intake::ImportProgressed};
use intake::Intake;
use testkit::Rig;

use crate::{
    imports::ended,
    sources::{LOCAL, QUAKES, titles},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_quake_that_its_source_deleted_is_taken_back_and_an_older_edition_revises_none() {
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>(LOCAL).await;
    let mut runs = rig.listen::<ImportProgressed>().await;
    let mut read = async |text: String| {
        let sent = crate::upload(&rig, "quakes.csv", Format::UsgsEarthquakes, text.as_bytes()).await;
        ended(&mut runs, &sent.import).await
    };
    read(QUAKES.to_owned()).await;
    let older = read(QUAKES.replace(",6.1,", ",5.1,").replace("2022-10-21T00", "2022-10-20T09")).await;
    assert_eq!((older.updated, older.unchanged), (0, 1));
    let newer = read(QUAKES.replace(",6.1,", ",6.3,").replace("2022-10-21T00", "2022-10-22T00")).await;
    assert_eq!(newer.updated, 1);
    let early = read(QUAKES.replace(",reviewed", ",deleted")).await;
    assert_eq!((early.updated, early.unchanged), (0, 1), "it was edited since");
    let deleted = |at: &str| QUAKES.replace(",reviewed", ",deleted").replace("2022-10-21T00", at);
    let gone = read(deleted("2022-10-22T01")).await;
    assert_eq!((gone.updated, gone.quarantined), (1, 0));
    assert_eq!(titles(&rig).await, [] as [&str; 0]);
    let again = read(deleted("2022-10-22T02")).await;
    assert_eq!((again.updated, again.unchanged), (0, 1));
}
