//! A week that is told again, and what holds where the second telling is refused.

use std::time::Duration;

use contracts::intake::{
    ReportAction, ReportMoved,
    indicators::{IndicatorReading, IndicatorsRead},
};
use domain::{Extent, Indicator, ReportId};
use intake::Intake;

use crate::situation::{accept, act, answered, rig, send, starter};

#[tokio::test(flavor = "multi_thread")]
async fn where_the_week_that_replaced_another_is_refused_the_one_before_holds_again() {
    let rig = rig().await;
    let running = rig.start::<Intake>("").await;
    let asked = starter(&rig).await;
    let mut moved = rig.listen::<ReportMoved>().await;
    let mut read = rig.listen::<IndicatorsRead>().await;
    let (border, dialogue) = (Indicator::BorderIncidents, Indicator::Dialogue);
    let mut sent = Vec::new();
    let mut held = Vec::new();
    for (id, answers) in [
        ("1", vec![(border, Extent::Severe), (dialogue, Extent::Marked)]),
        ("2", vec![(border, Extent::Slight)]),
        ("3", vec![]),
    ] {
        let report = send(&rig, id, answered(&asked, &answers)).await;
        moved.find(|said| said.report.id == report).await;
        rig.clock.advance(Duration::from_mins(1));
        accept(&rig, &report).await;
        held.push(read.next().await.readings);
        sent.push(report);
    }
    let of = |readings: &[IndicatorReading]| {
        readings.iter().map(|one| (one.indicator, one.extent, one.report.clone())).collect::<Vec<_>>()
    };
    act(&rig, &sent[2], ReportAction::Reject).await.unwrap();
    let again = read.next().await;
    assert_eq!((again.origin, again.withdrawn), (sent[2].to_string(), vec![]));
    assert_eq!(of(&again.readings), [(border, Extent::Slight, Some(sent[1].clone()))]);
    act(&rig, &sent[1], ReportAction::Contradict).await.unwrap();
    let again = read.next().await;
    assert_eq!((&again.readings, again.withdrawn.len()), (&held[0], 0), "as it was accepted, its grade too");
    act(&rig, &sent[0], ReportAction::Reject).await.unwrap();
    let none = read.next().await;
    assert_eq!((none.readings.len(), none.withdrawn.len()), (0, 2));

    let (early, late) =
        (send(&rig, "4", answered(&asked, &[(border, Extent::Marked)])).await, ReportId::derived(&["5"]));
    moved.find(|said| said.report.id == early).await;
    accept(&rig, &early).await;
    rig.clock.advance(Duration::from_mins(1));
    send(&rig, "5", answered(&asked, &[(border, Extent::None)])).await;
    moved.find(|said| said.report.id == late).await;
    accept(&rig, &late).await;
    read.next().await;
    read.next().await;
    act(&rig, &early, ReportAction::Reject).await.unwrap();
    act(&rig, &late, ReportAction::Reject).await.unwrap();
    let last = read.next().await;
    assert_eq!((last.origin, last.withdrawn.len()), (late.to_string(), 1), "what held no more says nothing");
    assert!(running.stop().await);
}
