//! GDELT's list over a real bus.

use contracts::intake::sources::{SourceAction, SourceMoved};
use intake::Intake;
use md5::{Digest, Md5};
use testkit::{Recorded, Rig, Site};

use crate::sources::{LOCAL, act, is_asked, moved, turn_to};

const FILE: &str = "1100000001\tno row of sixty-one columns\n";

fn list(stamp: &str, file: &str) -> Recorded {
    let md5 = hex::encode(Md5::digest(file));
    let line = |md5: &str, kind: &str| {
        format!("{} {md5} http://data.example/gdeltv2/{stamp}.{kind}.CSV.zip\n", file.len())
    };
    Recorded::ok(format!("{}{}", line(&md5, "export"), line("00", "mentions")))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_listed_file_is_taken_once_it_is_the_one_listed_and_those_between_are_fetched() {
    let clock = kit::Clock::manual("2026-11-23T07:30:00Z".parse().unwrap());
    let (rig, site) = (Rig::with_clock::<Intake>(clock).await, Site::start().await);
    let _running = rig.start::<Intake>(LOCAL).await;
    let mut heard = rig.listen::<SourceMoved>().await;
    for minute in ["0000", "3000", "4500"] {
        site.answer(&format!("/2026112307{minute}.export.CSV.zip"), [Recorded::ok(FILE)]);
    }
    site.answer("/lastupdate.txt", [list("20261123070000", "another"), list("20261123070000", FILE)]);
    turn_to(&rig, "gdelt", &format!("{}lastupdate.txt", site.url)).await;
    let wrong = moved(&mut heard, "gdelt", |source| source.health.failures == 1).await;
    assert!(wrong.health.error.contains("is not the file that was listed"), "{}", wrong.health.error);
    assert_eq!(wrong.brought, 0);
    act(&rig, "gdelt", SourceAction::Pull).await.unwrap();
    assert_eq!(moved(&mut heard, "gdelt", is_asked).await.brought, 1);
    // three quarters of an hour later; one of the files was never there
    site.answer_now("/lastupdate.txt", [list("20261123074500", FILE)]);
    act(&rig, "gdelt", SourceAction::Pull).await.unwrap();
    moved(&mut heard, "gdelt", |source| source.brought == 3).await;
    let asked: Vec<String> = site.asked("/2026").into_iter().map(|asked| asked.target).collect();
    let minutes: Vec<&str> = asked.iter().map(|target| &target[9..15]).collect();
    assert_eq!(minutes, ["070000", "070000", "071500", "073000", "074500"]);
}
