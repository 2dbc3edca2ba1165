use super::*;
use contracts::analysis::recompute::Compared;

fn now() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

fn run(threats: &[Threat], check: bool) -> Run {
    Run::begin(RecomputeId::derived(&["a run"]), (threats, check), (6, now()))
}

fn place(province: &str) -> Place {
    Place { country: "KGZ".into(), province: province.into(), exercise: false }
}

fn found(revisions: u64, differed: u64) -> Recomputed {
    Recomputed { revisions, months: Compared { counted: revisions, differed }, ..Recomputed::default() }
}

#[test]
fn a_run_settles_counts_and_assesses_one_threat_after_the_other() {
    let run = run(&[Threat::BorderTension, Threat::WaterEnergy], false);
    let page = ObservationId::derived(&["a"]);
    let run = run.settled((2, 1), Some(page.clone()), Vec::new(), now());
    assert_eq!((run.told.step, &run.next.after), (Some(RecomputeStep::Settle), &Some(page)));
    let run = run.settled((1, 0), None, vec![place("KG-B"), place("KG-O")], now());
    assert_eq!((run.told.step, run.next.places.len()), (Some(RecomputeStep::Count), 2));
    let run = run.counted(1, found(2, 1), Vec::new(), now());
    assert_eq!(run.next.places, [place("KG-O")]);
    let run = run.counted(1, found(1, 0), vec![place("KG-B")], now());
    assert_eq!(run.told.step, Some(RecomputeStep::Assess));
    let run = run.assessed(1, (4, 0), now());
    assert_eq!((run.threat(), run.told.step), (Some(Threat::WaterEnergy), Some(RecomputeStep::Settle)));
    let run = run.settled((3, 0), None, Vec::new(), now());
    assert_eq!(
        (run.told.state, run.told.ended_at),
        (RecomputeState::Done, Some(now())),
        "nothing is there of it"
    );
    assert_eq!((run.told.looked_at, run.told.of, run.told.differed()), (9, 9, 6));
    let first = &run.told.threats[0].found;
    assert_eq!((first.revisions, first.unsettled, first.levels_changed), (3, 1, 4));
}

#[test]
fn a_comparison_looks_at_the_levels_too() {
    let run = run(&[Threat::BorderTension], true).settled((3, 0), None, vec![place("KG-B")], now());
    let run = run.counted(1, found(3, 0), vec![place("KG-B")], now());
    assert_eq!(run.told.step, Some(RecomputeStep::Assess));
    let run = run.assessed(1, (1, 0), now());
    assert_eq!((run.told.state, run.told.differed()), (RecomputeState::Done, 1));
}

#[test]
fn a_step_that_fails_is_tried_again_and_a_step_that_works_forgets_it() {
    let once = run(&[Threat::BorderTension], true).failing("no answer", now());
    assert_eq!(
        (once.told.state, once.told.reason.as_str()),
        (RecomputeState::Running, "border_tension, settle: no answer")
    );
    let again = once.clone().settled((1, 0), Some(ObservationId::derived(&["a"])), Vec::new(), now());
    assert_eq!((again.next.tries, again.told.reason.as_str()), (0, ""));
    let failed = once.failing("no answer", now()).failing("no answer", now());
    assert_eq!((failed.told.state, failed.told.ended_at), (RecomputeState::Failed, Some(now())));
    assert_eq!(failed.told.reason, "border_tension, settle: no answer");
}

#[test]
fn only_one_that_runs_can_be_stopped() {
    let stopping = run(&[Threat::BorderTension], true).stopping(now());
    assert_eq!(stopping.told.state, RecomputeState::Stopping);
    let stopped = stopping.stopped(now());
    assert!(stopped.told.has_ended());
    assert_eq!(stopped.clone().stopping(now()), stopped);
}
