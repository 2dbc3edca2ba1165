//! Who owes a weekly report, until when, and how it stands with it. Days are UTC.

use contracts::intake::weekly::{Assignment, Due, DueState};
use domain::{Country, Day, ReportId, Timestamp};

/// A report that came for a week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Came {
    /// The report.
    pub report: ReportId,
    /// When.
    pub at: Timestamp,
}

/// The last day on which the report of a week comes in time.
pub fn due_on(week: Day, due_days: u32) -> Day {
    week.week().1.plus(i64::from(due_days))
}

/// The newest week that is over on this day, by its Monday.
pub fn last_week(today: Day) -> Day {
    today.week().0.plus(-7)
}

/// Whether an assignment bears on a week: it goes on for the whole of it.
fn covers(assignment: &Assignment, week: Day) -> bool {
    let (monday, sunday) = week.week();
    assignment.from <= monday && assignment.until.is_none_or(|until| until >= sunday)
}

/// How it stands with the report an assignment asks for this week; `None` where it asks for none.
///
/// A pause excuses every week it touches, for a week half told is no week.
pub fn due(
    assignment: &Assignment,
    (week, due_days): (Day, u32),
    (came, today): (Option<&Came>, Day),
) -> Option<Due> {
    if !covers(assignment, week) {
        return None;
    }
    let country: Country = geography::province(assignment.province.as_str())?.country.parse().ok()?;
    let (monday, sunday) = week.week();
    let due_on = due_on(monday, due_days);
    let touches = |from: Day, until: Option<Day>| from <= sunday && until.is_none_or(|until| until >= monday);
    let pause = assignment.pauses.iter().find(|pause| touches(pause.from, pause.until));
    let state = match (came, pause) {
        (Some(came), None) if came.at.day() > due_on => DueState::Late,
        (Some(_), _) => DueState::Received,
        (None, Some(_)) => DueState::Excused,
        (None, None) if today > due_on => DueState::Missing,
        (None, None) => DueState::Due,
    };
    let excused = state == DueState::Excused;
    Some(Due {
        assignment: assignment.id.clone(),
        source: assignment.source.clone(),
        call_sign: assignment.call_sign.clone(),
        country,
        province: assignment.province.clone(),
        week: monday,
        due_on,
        state,
        report: came.map(|came| came.report.clone()),
        received_at: came.map(|came| came.at),
        why: pause.filter(|_| excused).map(|pause| pause.why.clone()).unwrap_or_default(),
    })
}

/// The Monday of the newest week whose day is past.
pub fn last_past(today: Day, due_days: u32) -> Day {
    today.plus(-7 - i64::from(due_days)).week().0
}

/// The weeks after this Sunday that were over on this day, by their Mondays, oldest first.
pub fn weeks_over(sunday: Day, today: Day) -> impl Iterator<Item = Day> {
    std::iter::successors(Some(sunday.plus(1).week().0), |week| Some(week.plus(7)))
        .take_while(move |week| week.week().1 < today)
}

/// The weeks whose day is past and that were not looked at yet, oldest first.
pub fn unjudged(judged_through: Day, due_days: u32, today: Day) -> Vec<Day> {
    let mut weeks = Vec::new();
    let mut week = judged_through.plus(7);
    while due_on(week, due_days) < today {
        weeks.push(week);
        week = week.plus(7);
    }
    weeks
}

/// The week through which nothing is looked at when an assignment begins: what was due before it was made is not missing.
pub fn begins_judged(from: Day, made_on: Day, due_days: u32) -> Day {
    let mut week = from.week().0.plus(-7);
    while due_on(week.plus(7), due_days) < made_on {
        week = week.plus(7);
    }
    week
}

#[cfg(test)]
mod tests {
    use contracts::intake::weekly::Pause;
    use domain::AssignmentId;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn assignment() -> Assignment {
        Assignment {
            id: AssignmentId::derived(&["a"]),
            source: "src_0123456789abcdef".into(),
            call_sign: "Batken 1".into(),
            province: "KG-B".parse().unwrap(),
            from: day("2026-11-04"),
            until: None,
            pauses: vec![],
            by: "desk".into(),
            made_at: "2026-11-04T08:00:00Z".parse().unwrap(),
            version: 1,
        }
    }

    fn came(at: &str) -> Came {
        Came { report: ReportId::derived(&["r"]), at: at.parse().unwrap() }
    }

    fn state(assignment: &Assignment, week: &str, came: Option<&Came>, today: &str) -> Option<DueState> {
        due(assignment, (day(week), 1), (came, day(today))).map(|due| due.state)
    }

    #[test]
    fn a_report_is_due_until_its_day_is_over_and_missing_from_then_on() {
        let one = assignment();
        assert_eq!(state(&one, "2026-11-16", None, "2026-11-20"), Some(DueState::Due));
        assert_eq!(state(&one, "2026-11-16", None, "2026-11-23"), Some(DueState::Due));
        assert_eq!(state(&one, "2026-11-16", None, "2026-11-24"), Some(DueState::Missing));
        let (in_time, late) = (came("2026-11-23T23:59:59Z"), came("2026-11-24T00:00:00Z"));
        assert_eq!(state(&one, "2026-11-16", Some(&in_time), "2026-11-30"), Some(DueState::Received));
        assert_eq!(state(&one, "2026-11-16", Some(&late), "2026-11-30"), Some(DueState::Late));
    }

    #[test]
    fn only_whole_weeks_are_owed() {
        let mut one = assignment();
        assert_eq!(state(&one, "2026-11-02", None, "2026-11-24"), None, "it began on the Wednesday");
        assert!(state(&one, "2026-11-09", None, "2026-11-24").is_some());
        one.until = Some(day("2026-11-21"));
        assert_eq!(state(&one, "2026-11-16", None, "2026-11-24"), None, "it ended on the Saturday");
    }

    #[test]
    fn a_pause_excuses_the_weeks_it_touches_and_what_comes_all_the_same_is_received() {
        let mut one = assignment();
        one.pauses =
            vec![Pause { from: day("2026-11-15"), until: Some(day("2026-11-16")), why: "leave".into() }];
        let of = |week: &str| due(&one, (day(week), 1), (None, day("2026-12-31"))).unwrap();
        assert_eq!((of("2026-11-09").state, of("2026-11-16").state), (DueState::Excused, DueState::Excused));
        assert_eq!(of("2026-11-16").why, "leave");
        assert_eq!((of("2026-11-23").state, of("2026-11-23").why.as_str()), (DueState::Missing, ""));
        let late = came("2026-12-20T00:00:00Z");
        assert_eq!(state(&one, "2026-11-16", Some(&late), "2026-12-31"), Some(DueState::Received));
    }

    #[test]
    fn every_week_is_looked_at_once_and_what_was_due_before_an_assignment_was_made_never() {
        let weeks = |judged: &str, today: &str| -> Vec<String> {
            unjudged(day(judged), 1, day(today)).iter().map(ToString::to_string).collect()
        };
        assert_eq!(weeks("2026-11-02", "2026-11-24"), ["2026-11-09", "2026-11-16"]);
        assert_eq!(weeks("2026-11-16", "2026-11-30"), Vec::<String>::new());
        for (today, due_days) in [("2026-11-23", 1), ("2026-11-24", 1), ("2026-11-24", 9), ("2026-11-22", 0)]
        {
            let last = unjudged(day("2026-08-31"), due_days, day(today)).pop();
            assert_eq!(last, Some(last_past(day(today), due_days)), "{today} {due_days}");
        }
        assert_eq!(begins_judged(day("2026-11-04"), day("2026-11-04"), 1), day("2026-10-26"));
        assert_eq!(begins_judged(day("2026-09-01"), day("2026-11-24"), 1), day("2026-11-16"));
        assert_eq!(begins_judged(day("2026-12-14"), day("2026-11-24"), 1), day("2026-12-07"));
    }
}
