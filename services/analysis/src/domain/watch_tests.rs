use domain::Threat;

use super::*;
use crate::domain::given::day;

fn cell() -> Cell {
    Cell {
        exercise: false,
        threat: Threat::BorderTension,
        province: "KG-B".parse().unwrap(),
        country: "KGZ".parse().unwrap(),
    }
}

/// A quiet year and so many in the month that runs.
fn series(last: f64) -> Vec<(Month, f64)> {
    let now = Month::of(day(0));
    let quiet = now.plus(-12).to(now.plus(-1)).map(|month| (month, 1.0));
    quiet.chain([(now, last)]).collect()
}

fn judged(last: f64) -> Judged {
    newest(&series(last), day(0)).pop().unwrap()
}

fn follow_at(known: Option<Anomaly>, last: f64) -> Option<Anomaly> {
    let seen = vec![ObservationId::derived(&["a"])];
    follow(known, &cell(), &judged(last), (seen, day(0).start()))
}

#[test]
fn only_the_newest_two_months_are_watched_and_none_without_half_a_year_before() {
    let months: Vec<Month> = newest(&series(9.0), day(0)).iter().map(|judged| judged.month).collect();
    assert_eq!(months, [Month::of(day(0)).plus(-1), Month::of(day(0))]);
    assert!(newest(&series(9.0)[7..], day(0)).is_empty());
    assert!(newest(&series(9.0), day(90)).is_empty(), "what is long past is not news");
}

/// The trend after a quiet year and these months, the last of them the one that runs.
fn after(last: &[f64]) -> Option<Trend> {
    let quiet = [0.0, 1.0, 0.0, 0.0, 2.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0];
    let counts = [&quiet[..], last].concat();
    let now = Month::of(day(0));
    let months = now.plus(1 - counts.len() as i32).to(now);
    trend(&months.zip(counts).collect::<Vec<_>>(), day(0))
}

#[test]
fn a_burst_after_quiet_years_is_an_alert_and_the_usual_is_normal() {
    assert_eq!(after(&[0.0]), Some(Trend::Normal));
    assert_eq!(after(&[12.0]), Some(Trend::Alert));
    assert_eq!(after(&[12.0, 0.0]), Some(Trend::Alert));
    assert_eq!(after(&[12.0, 0.0, 0.0]), Some(Trend::Normal));
    assert_eq!(after(&[4.0]), Some(Trend::Normal), "four are never an anomaly");
    assert_eq!(trend(&series(50.0)[7..], day(0)), None, "less than half a year says nothing");
    assert!(trend(&series(50.0)[6..], day(0)).is_some());
}

#[test]
fn what_lies_behind_months_that_nobody_reported_on_is_neither_remembered_nor_news() {
    let now = Month::of(day(0));
    let mut known: Vec<(Month, f64)> = now.plus(-22).to(now.plus(-11)).map(|month| (month, 1.0)).collect();
    known.push((now.plus(-10), 40.0));
    let gap = |last: f64| [&known[..], &[(now, last)]].concat();
    assert_eq!(trend(&gap(0.0), day(0)), Some(Trend::Normal), "ten months ago is not lately");
    let (alone, judged) = (newest(&gap(60.0), day(0)).remove(0), newest(&gap(60.0), day(0)).len());
    assert_eq!((judged, alone.scored.score.to_bits()), (1, alone.scored.surprise.to_bits()));
}

#[test]
fn a_burst_opens_with_its_baseline_and_a_usual_month_opens_nothing() {
    assert_eq!(follow_at(None, 1.0), None);
    let opened = follow_at(None, 14.0).unwrap();
    assert_eq!((opened.state, opened.trend, opened.version), (AnomalyState::Open, Trend::Alert, 1));
    assert_eq!((opened.counted.as_str(), opened.method.window_months), ("incidents", 12));
    assert!((opened.method.mean - 1.0).abs() < 1e-12 && opened.method.chance < 1e-3);
    assert_eq!(opened.id, id_of(&cell(), Month::of(day(0))));
}

#[test]
fn what_is_open_follows_its_figures_until_they_are_usual_again() {
    let opened = follow_at(None, 14.0).unwrap();
    assert_eq!(follow_at(Some(opened.clone()), 14.0), None, "the same again changes nothing");
    let grown = follow_at(Some(opened), 20.0).unwrap();
    assert_eq!((grown.state, grown.version, grown.history.len()), (AnomalyState::Open, 2, 1));
    let withdrawn = follow_at(Some(grown), 1.0).unwrap();
    assert_eq!((withdrawn.state, withdrawn.history.len()), (AnomalyState::Withdrawn, 2));
    let again = follow_at(Some(withdrawn), 14.0).unwrap();
    assert_eq!((again.state, again.version), (AnomalyState::Open, 4));
}

#[test]
fn what_was_withdrawn_follows_its_figures_while_they_are_usual() {
    let withdrawn = follow_at(follow_at(None, 14.0), 1.0).unwrap();
    assert_eq!(follow_at(Some(withdrawn.clone()), 1.0), None, "the same again changes nothing");
    let grown = follow_at(Some(withdrawn), 2.0).unwrap();
    let told = (grown.state, grown.observed, grown.version, grown.history.len());
    assert_eq!(told, (AnomalyState::Withdrawn, 2.0, 3, 2));
}

#[test]
fn a_verdict_needs_a_reason_stands_against_the_figures_and_can_be_changed() {
    let (opened, at) = (follow_at(None, 14.0).unwrap(), day(1).start());
    let bare = judge(opened.clone(), AnomalyVerdict::Explain, ("a", " ", at)).unwrap_err();
    assert_eq!(bare.errors[0].pointer, "/note");
    let explained = judge(opened, AnomalyVerdict::Explain, ("a", "a late batch", at)).unwrap();
    assert_eq!((explained.state, explained.version), (AnomalyState::Explained, 2));
    assert_eq!(
        judge(explained.clone(), AnomalyVerdict::Explain, ("a", "a late batch", at)),
        Ok(explained.clone())
    );
    let other = judge(explained.clone(), AnomalyVerdict::Explain, ("b", "a yearly event", at)).unwrap_err();
    assert_eq!(other.kind, contracts::FailureKind::Conflict, "the verdict that stands corrects nothing");
    assert_eq!(follow_at(Some(explained.clone()), 1.0), None);
    let confirmed = judge(explained, AnomalyVerdict::Confirm, ("b", "it was not", at)).unwrap();
    assert_eq!((confirmed.state, confirmed.history.len()), (AnomalyState::Confirmed, 3));
    let withdrawn = Anomaly { state: AnomalyState::Withdrawn, ..confirmed };
    assert!(judge(withdrawn, AnomalyVerdict::Dismiss, ("b", "x", at)).is_err());
}
