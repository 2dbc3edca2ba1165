//! GDELT's list over a real bus.

use contracts::intake::{
    ImportProgressed,
    sources::{ChangeSource, SourceAction, SourceForm, SourceMoved, SourceParameters},
};
use intake::Intake;
use md5::{Digest, Md5};
use testkit::{Recorded, Rig, Site};

use crate::{
    imports::ended,
    media::{Row, SHOTS},
    sources::{LOCAL, act, is_asked, moved, operator, source, turn_to},
};

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

/// A list of the files of days, the newest first, as GDELT 1.0 writes it among those of months and years.
fn days(files: &[(&str, &str)]) -> Recorded {
    let line =
        |(day, file): &(&str, &str)| format!("{}  {day}.export.CSV.zip\n", hex::encode(Md5::digest(file)));
    let lines: String = files.iter().rev().map(line).collect();
    Recorded::ok(format!("{lines}00ff  201303.zip\n00ff  1979.zip\n"))
}

/// A row as GDELT 1.0 writes it: without the units of the second level, and without a time.
fn old(id: u32, day: &str) -> String {
    let line = Row { id, day, added: day, ..SHOTS }.line();
    let fields: Vec<&str> = line.split('\t').collect();
    let kept = fields.iter().enumerate().filter(|(at, _)| ![39, 47, 55].contains(at));
    kept.map(|(_, field)| *field).collect::<Vec<_>>().join("\t") + "\n"
}

#[tokio::test(flavor = "multi_thread")]
async fn the_days_of_gdelt_1_are_taken_oldest_first_each_as_listed_and_one_at_a_time() {
    let clock = kit::Clock::manual("2026-11-23T07:30:00Z".parse().unwrap());
    let (rig, site) = (Rig::with_clock::<Intake>(clock).await, Site::start().await);
    let _running = rig.start::<Intake>(LOCAL).await;
    let (mut heard, mut runs) = (rig.listen::<SourceMoved>().await, rig.listen::<ImportProgressed>().await);
    let files: Vec<(&str, String)> = [(1, "20261119"), (2, "20261120"), (3, "20261121"), (4, "20261122")]
        .map(|(id, day)| (day, old(id, day)))
        .into();
    let listed: Vec<(&str, &str)> = files.iter().map(|(day, file)| (*day, file.as_str())).collect();
    for (day, file) in &listed {
        site.answer(&format!("/{day}.export.CSV.zip"), [Recorded::ok(*file)]);
    }
    site.answer("/md5sums", [days(&[("20261121", "another")]), days(&listed)]);
    let parameters = SourceParameters { lookback_days: Some(3), ..SourceParameters::default() };
    let form = SourceForm { parameters, ..source(&rig, "gdelt-daily").await.form };
    rig.ask(&operator(), &ChangeSource { key: "gdelt-daily".into(), form, version: None }).await.unwrap();
    turn_to(&rig, "gdelt-daily", &format!("{}md5sums", site.url)).await;
    let wrong = moved(&mut heard, "gdelt-daily", |source| source.health.failures == 1).await;
    assert!(
        wrong.health.error.contains("20261121.export.CSV.zip is not the file that was listed"),
        "{wrong:?}"
    );
    // a day is read before the next is fetched: then others have their turn, and it goes on shortly
    let on = async {
        loop {
            act(&rig, "gdelt-daily", SourceAction::Pull).await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    let good = tokio::select! {
        good = moved(&mut heard, "gdelt-daily", is_asked) => good,
        () = on => unreachable!(),
    };
    assert_eq!((good.brought, good.goes_on[0].figure.as_str()), (3, "2026-11-22"));
    assert_eq!(ended(&mut runs, &good.last_run.unwrap().import).await.accepted, 1);
    let asked: Vec<String> = site.asked("/2026").into_iter().map(|asked| asked.target).collect();
    let asked: Vec<&str> = asked.iter().map(|target| &target[1..9]).collect();
    assert_eq!(asked, ["20261121", "20261120", "20261121", "20261122"], "as many days as were chosen");
}
