//! Weekly reports: who owes them, and how it stands with each.

use contracts::{
    Failure, FailureKind,
    intake::weekly::{
        AssignMonitor, Assignment, AssignmentAction, ChangeAssignment, Due, ListAssignments, ListDue, Pause,
    },
};
use domain::{AssignmentId, Day, ProvinceCode};
use kit::Asked;
use sqlx::types::Json;

use super::{OFFICERS, STAFF};
use crate::{
    Intake,
    domain::{
        codes::{is_elsewhere, no_province},
        report::outside,
        weekly::{begins_judged, due, last_week},
    },
    error::Error,
    store::weekly::{self, AssignmentRow},
};

/// The longest call sign and reason, in characters.
const CHARS: usize = 200;

/// How far ahead a week is told of, in days.
const LATEST_DAYS: i64 = 366;

/// The weekly reports owed for a week, as it stands with them or stood at a moment.
pub async fn list_due(service: &Intake, asked: &Asked<ListDue>) -> Result<Vec<Due>, Error> {
    asked.allow(STAFF)?;
    let ListDue { week, source, known_on } = &asked.query;
    let now = service.db.clock().now();
    let (by, at) = (known_on.filter(|by| *by < now), known_on.unwrap_or(now).min(now));
    let week = week.unwrap_or_else(|| last_week(at.day()));
    let latest = now.day().plus(LATEST_DAYS);
    if week < Day::EARLIEST || week > latest {
        let why = outside(week, latest);
        return Err(Failure::new(FailureKind::Malformed, why.clone()).at("week", why).into());
    }
    let week = week.week().0;
    let assignments = weekly::known(&service.db, source.as_deref(), at).await?;
    let came = weekly::came(&service.db, week).await?;
    let owed = assignments.iter().filter_map(|assignment| {
        let first = weekly::first_of(&came, assignment, by);
        due(assignment, (week, service.weekly.due_days), (first.as_ref(), at.day()))
    });
    let mut owed: Vec<Due> = owed.collect();
    owed.sort_by(|one, other| {
        let key = |due: &Due| (due.country.to_string(), due.province.clone(), due.call_sign.clone());
        key(one).cmp(&key(other))
    });
    Ok(owed)
}

/// Assignments, those that go on first.
pub async fn list_assignments(
    service: &Intake,
    asked: &Asked<ListAssignments>,
) -> Result<Vec<Assignment>, Error> {
    asked.allow(STAFF)?;
    let ListAssignments { source, known_on } = &asked.query;
    if let Some(at) = known_on {
        return Ok(weekly::known(&service.db, source.as_deref(), *at).await?);
    }
    let rows = weekly::list(&service.db, source.as_deref()).await?;
    Ok(rows.iter().map(AssignmentRow::assignment).collect())
}

/// Takes up those that an earlier program kept in no versions.
pub(crate) async fn take_up(db: &kit::Db) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    weekly::take_up(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// Has a monitor report of a province every week.
pub async fn assign(service: &Intake, asked: &Asked<AssignMonitor>) -> Result<Assignment, Error> {
    asked.allow(OFFICERS)?;
    let AssignMonitor { source, call_sign, province, from } = &asked.query;
    check(call_sign, province)?;
    let mut tx = service.db.begin().await?;
    let today = tx.now().day();
    let from = from.unwrap_or(today);
    let id = match asked.seed() {
        Some(seed) => AssignmentId::derived(&seed),
        None => AssignmentId::generate(tx.now()),
    };
    if let Some(row) = weekly::get_in(&mut tx, &id).await? {
        return Ok(row.assignment());
    }
    if let Some(row) = weekly::going_on(&mut tx, (source, province), from).await? {
        let why = format!("{} reports of {province} already, as {}", row.call_sign, row.assignment_id);
        return Err(Failure::conflict(why).into());
    }
    let row = AssignmentRow {
        assignment_id: id,
        source: source.clone(),
        call_sign: call_sign.trim().to_owned(),
        province: province.clone(),
        from_day: from,
        until_day: None,
        pauses: Json(Vec::new()),
        judged_through: begins_judged(from, today, service.weekly.due_days),
        made_by: asked.principal.name.clone(),
        made_at: tx.now(),
        version: 1,
        moved_by: None,
    };
    weekly::add(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(row.assignment())
}

fn check(call_sign: &str, province: &ProvinceCode) -> Result<(), Failure> {
    let mut failure = Failure::invalid("the assignment cannot be made");
    if !(1..=CHARS).contains(&call_sign.trim().chars().count()) {
        failure = failure.at("/call_sign", format!("give 1 to {CHARS} characters, and nobody's name"));
    }
    if is_elsewhere(province) {
        failure = failure.at("/province", no_province(province));
    }
    if failure.errors.is_empty() { Ok(()) } else { Err(failure) }
}

/// Pauses, resumes or ends an assignment.
pub async fn change_assignment(
    service: &Intake,
    asked: &Asked<ChangeAssignment>,
) -> Result<Assignment, Error> {
    asked.allow(OFFICERS)?;
    let wish = &asked.query;
    let mut tx = service.db.begin().await?;
    let id = &wish.id;
    let mut row = weekly::get_in(&mut tx, id).await?.ok_or_else(|| Error::NoAssignment(id.clone()))?;
    let key = asked.seed().map(|[subject, key]| format!("{subject} {key}"));
    if key.is_some() && row.moved_by == key {
        return Ok(row.assignment());
    }
    let from = row.version;
    let stale = || {
        let why =
            format!("the assignment was changed since you read it; it is now version {from}: read it again");
        Failure::new(FailureKind::Stale, why)
    };
    if wish.version.is_some_and(|version| i64::from(version) != from) {
        return Err(stale().into());
    }
    apply(&mut row, wish, tx.now().day())?;
    (row.version, row.moved_by) = (from + 1, key);
    if !weekly::store(&mut tx, &row, from).await? {
        return Err(stale().into());
    }
    tx.commit().await?;
    Ok(row.assignment())
}

fn apply(row: &mut AssignmentRow, wish: &ChangeAssignment, today: Day) -> Result<(), Failure> {
    let refused = || Failure::invalid("the assignment cannot be changed so");
    if row.until_day.is_some_and(|until| until < today) {
        return Err(Failure::conflict("the assignment has ended; make a new one"));
    }
    let from = wish.from.unwrap_or(today);
    let why = wish.note.trim();
    let open = row.pauses.iter_mut().find(|pause| pause.until.is_none_or(|until| until >= today));
    match wish.action {
        AssignmentAction::Pause => {
            if !(1..=CHARS).contains(&why.chars().count()) {
                return Err(refused().at("/note", format!("say in 1 to {CHARS} characters why; name nobody")));
            }
            if wish.until.is_some_and(|until| until < from) {
                return Err(refused().at("/until", format!("lies before the pause begins, on {from}")));
            }
            if let Some(pause) = open {
                return Err(Failure::conflict(format!(
                    "it is paused from {} already; resume it first",
                    pause.from
                )));
            }
            row.pauses.0.push(Pause { from, until: wish.until, why: why.to_owned() });
        }
        AssignmentAction::Resume => {
            let pause = open.ok_or_else(|| Failure::conflict("it is not paused"))?;
            // a pause that has not begun never was
            let last = today.plus(-1);
            if pause.from > last {
                row.pauses.0.retain(|pause| pause.from <= last);
            } else {
                pause.until = Some(last);
            }
        }
        AssignmentAction::End => {
            if from < row.from_day {
                return Err(refused().at("/from", format!("lies before it begins, on {}", row.from_day)));
            }
            row.until_day = Some(from);
        }
    }
    Ok(())
}
