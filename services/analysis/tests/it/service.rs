//! The service on the bus: a pack in, a change of level out.

use analysis::Analysis;
use contracts::analysis::{GetSituation, SituationChanged};
use domain::{Day, Level, Observation};
use kit::Clock;
use testkit::Rig;

use crate::given::*;

#[tokio::test]
async fn what_intake_records_becomes_a_level_that_is_said_and_can_be_asked_for() {
    let clock = Clock::manual(today().start());
    let rig = Rig::with_clock::<Analysis>(clock).await;
    let running = rig.start::<Analysis>("").await;
    let mut changed = rig.listen::<SituationChanged>().await;
    let event = pack((0..4).map(|n| observation(&n.to_string(), 0)).collect::<Vec<Observation>>());
    rig.say(&event).await;
    let said = changed.next().await;
    assert_eq!((said.was, said.situation.level, said.situation.on), (Level::Calm, Level::Elevated, today()));
    let query = GetSituation { province: "KG-B".parse().ok(), ..GetSituation::default() };
    let told = rig.ask(&analyst(), &query).await.unwrap();
    assert_eq!(told, [said.situation]);
    let ahead = GetSituation { on: Day::of(2030, 1, 1), ..query };
    assert!(rig.ask(&analyst(), &ahead).await.unwrap_err().detail.contains("has not come yet"));
    assert!(running.stop().await);
}
