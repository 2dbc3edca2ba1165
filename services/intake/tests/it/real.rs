//! Real files of UCDP, where they lie beside the project.

use std::time::Instant;

use contracts::{
    PageRequest,
    gateway::Format,
    intake::{FindObservations, ImportProgressed, ImportState, ListQuarantine},
};
use intake::Intake;
use testkit::{Rig, real_data};

use crate::{
    analyst,
    imports::{counts, ended},
    upload,
};

#[tokio::test(flavor = "multi_thread")]
async fn real_files_are_read_to_the_last_record() {
    let Some(folder) = real_data() else {
        println!("skipped: there is no ../shared/data beside the project");
        return;
    };
    let rig = Rig::of::<Intake>().await;
    let _running = rig.start::<Intake>("").await;
    let mut progress = rig.listen::<ImportProgressed>().await;
    for (name, format, expected) in [
        ("GEDEvent_v23_0_10_candidate.csv", Format::UcdpCandidate, [2391, 2391, 0, 0, 0]),
        ("ged_myanmar_full49.csv", Format::UcdpGed, [7374, 7181, 192, 0, 1]),
        ("ged_v23_1_sample1000_full49.csv", Format::UcdpGed, [1000, 991, 0, 9, 0]),
    ] {
        let file = std::fs::read(folder.join("ucdp").join(name)).unwrap();
        let started = Instant::now();
        let import = upload(&rig, name, format, &file).await.import;
        let run = ended(&mut progress, &import).await;
        println!(
            "{name}: {:?}, {:.0} records/s, {:?} in all",
            counts(&run),
            run.rate.unwrap_or(0.0),
            started.elapsed()
        );
        let kept = ListQuarantine { import, known_on: None, page: PageRequest::default() };
        let kept = rig.ask(&analyst(), &kept).await.unwrap().items;
        assert!(kept.iter().all(|record| record.reason.contains("do not rise")), "{kept:?}");
        assert_eq!((run.state, counts(&run)), (ImportState::Done, expected), "{name}");
    }
    let file = std::fs::read(folder.join("hazards/noaa_signif_earthquakes_region_1900_2019.csv")).unwrap();
    let import = upload(&rig, "signif.csv", Format::NceiEarthquakes, &file).await.import;
    let run = ended(&mut progress, &import).await;
    assert_eq!((run.state, counts(&run)), (ImportState::Done, [419, 418, 0, 0, 1]), "{}", run.failure);
    // the catalogue places the earthquake of Kum-Dag in 1983 on the other shore of the Caspian Sea
    let kept = ListQuarantine { import, known_on: None, page: PageRequest::default() };
    let kept = rig.ask(&analyst(), &kept).await.unwrap().items;
    assert!(kept[0].reason.contains("km away from TKM"), "{kept:?}");
    let afghan = FindObservations { country: "AFG".parse().ok(), ..FindObservations::default() };
    let found = rig.ask(&analyst(), &afghan).await.unwrap().page.items;
    assert!(found.iter().any(|seen| seen.place.province.is_some()));
}
