//! Who owes weekly reports, and which came.

use contracts::intake::{
    ReportState, ReportStep,
    weekly::{Assignment, Pause},
};
use domain::{AssignmentId, Day, ProvinceCode, ReportId, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::types::Json;

use super::past::{self, Kind};
use crate::domain::{report::state_of, weekly::Came};

/// One assignment as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AssignmentRow {
    /// Which.
    pub assignment_id: AssignmentId,
    /// Pseudonym of the monitor.
    pub source: String,
    /// What the desk calls the monitor.
    pub call_sign: String,
    /// The province.
    pub province: ProvinceCode,
    /// The first day.
    pub from_day: Day,
    /// The last day.
    pub until_day: Option<Day>,
    /// When nothing is owed.
    pub pauses: Json<Vec<Pause>>,
    /// The last week that was looked at for missing reports.
    pub judged_through: Day,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub made_at: Timestamp,
    /// Counts its changes.
    pub version: i64,
    /// The request that made the last change.
    pub moved_by: Option<String>,
}

impl AssignmentRow {
    /// The assignment as the others see it.
    pub fn assignment(&self) -> Assignment {
        Assignment {
            id: self.assignment_id.clone(),
            source: self.source.clone(),
            call_sign: self.call_sign.clone(),
            province: self.province.clone(),
            from: self.from_day,
            until: self.until_day,
            pauses: self.pauses.0.clone(),
            by: self.made_by.clone(),
            made_at: self.made_at,
            version: u32::try_from(self.version).unwrap_or(u32::MAX),
        }
    }
}

/// Assignments of this monitor, or all: those that go on first. Five thousand at most.
pub async fn list(db: &Db, source: Option<&str>) -> Result<Vec<AssignmentRow>, sqlx::Error> {
    on_db!(db, |p| {
        sqlx::query_as::<_, AssignmentRow>(
        "select * from assignment where ($1 is null or source = $1)
          order by case when until_day is null then 0 else 1 end, province, call_sign, assignment_id limit 5000"
    )
    .bind(source)
    .fetch_all(p)
    .await
    })
}

/// One assignment within a transaction.
pub async fn get_in(tx: &mut Tx, id: &AssignmentId) -> Result<Option<AssignmentRow>, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_as::<_, AssignmentRow>("select * from assignment where assignment_id = $1")
        .bind(id)
        .fetch_optional(c)
        .await)
}

/// The assignment of this monitor to this province that goes on beyond this day, if there is one.
pub async fn going_on(
    tx: &mut Tx,
    (source, province): (&str, &ProvinceCode),
    day: Day,
) -> Result<Option<AssignmentRow>, sqlx::Error> {
    on_tx!(tx, |c| {
        sqlx::query_as::<_, AssignmentRow>(
        "select * from assignment where source = $1 and province = $2 and (until_day is null or until_day >= $3)"
    )
    .bind(source)
    .bind(province)
    .bind(day)
    .fetch_optional(c)
    .await
    })
}

/// The assignments of this monitor, of every province, that go on beyond this day.
pub async fn all_going_on(tx: &mut Tx, source: &str, day: Day) -> Result<Vec<AssignmentRow>, sqlx::Error> {
    on_tx!(tx, |c| {
        sqlx::query_as::<_, AssignmentRow>(
        "select * from assignment where source = $1 and (until_day is null or until_day > $2) order by assignment_id"
    )
    .bind(source)
    .bind(day)
    .fetch_all(c)
    .await
    })
}

/// Keeps a new assignment.
pub async fn add(tx: &mut Tx, row: &AssignmentRow) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into assignment (assignment_id, source, call_sign, province, from_day, until_day, pauses, judged_through,
                                 made_by, made_at, version, moved_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    )
    .bind(&row.assignment_id)
    .bind(&row.source)
    .bind(&row.call_sign)
    .bind(&row.province)
    .bind(row.from_day)
    .bind(row.until_day)
    .bind(Json(&row.pauses.0))
    .bind(row.judged_through)
    .bind(&row.made_by)
    .bind(row.made_at)
    .bind(row.version)
    .bind(&row.moved_by)
    .execute(c)
    .await
    .map(|_| ())
    })?;
    keep(tx, row).await
}

/// The assignments of this monitor, or all, as they stood at a moment: those that went on first.
pub async fn known(db: &Db, source: Option<&str>, at: Timestamp) -> Result<Vec<Assignment>, sqlx::Error> {
    let stood = past::known(db, (Kind::Assignment, None), at).await?;
    let of = |assignment: &Assignment| source.is_none_or(|source| assignment.source == source);
    let mut stood: Vec<Assignment> = stood.into_values().filter(of).collect();
    stood.sort_by(|one, other| order(one).cmp(&order(other)));
    Ok(stood)
}

fn order(assignment: &Assignment) -> (bool, &ProvinceCode, &str, &AssignmentId) {
    (assignment.until.is_some(), &assignment.province, &assignment.call_sign, &assignment.id)
}

async fn keep(tx: &mut Tx, row: &AssignmentRow) -> Result<(), sqlx::Error> {
    let what = (Kind::Assignment, row.assignment_id.as_str());
    past::keep_version(tx, what, (row.version, &row.assignment())).await
}

/// Takes up the versions that an earlier program kept elsewhere, also while this one already ran, and those that it kept in none.
pub async fn take_up(tx: &mut Tx) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "insert into past (kind, thing_id, step, known_from, body)
         select 'assignment', assignment_id, version, known_from, body from assignment_version where true
         on conflict (kind, thing_id, step) do nothing"
    )
    .execute(c)
    .await
    .map(|_| ()))?;
    let rows: Vec<AssignmentRow> =
        on_tx!(tx, |c| sqlx::query_as("select * from assignment").fetch_all(c).await)?;
    for row in rows {
        let what = (Kind::Assignment, row.assignment_id.as_str());
        past::keep_first(tx, what, (row.made_at, &row.assignment())).await?;
    }
    Ok(())
}

/// Writes an assignment as it now stands; `false` when it was changed since version `from` was read.
pub async fn store(tx: &mut Tx, row: &AssignmentRow, from: i64) -> Result<bool, sqlx::Error> {
    let rows = on_tx!(tx, |c| sqlx::query(
        "update assignment set until_day = $2, pauses = $3, version = $4, moved_by = $5
          where assignment_id = $1 and version = $6"
    )
    .bind(&row.assignment_id)
    .bind(row.until_day)
    .bind(Json(&row.pauses.0))
    .bind(row.version)
    .bind(&row.moved_by)
    .bind(from)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    if rows == 1 {
        keep(tx, row).await?;
    }
    Ok(rows == 1)
}

/// Assignments of which a week before this Monday was not looked at yet. A hundred at most.
pub async fn unjudged(db: &Db, before: Day) -> Result<Vec<AssignmentId>, sqlx::Error> {
    let rows: Vec<(AssignmentId,)> = on_db!(db, |p| sqlx::query_as(
        "select assignment_id from assignment
          where judged_through < $1 and (until_day is null or until_day > judged_through)
          order by judged_through, assignment_id limit 100"
    )
    .bind(before)
    .fetch_all(p)
    .await)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Notes the last week that was looked at.
pub async fn judged(tx: &mut Tx, id: &AssignmentId, through: Day) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("update assignment set judged_through = $2 where assignment_id = $1")
        .bind(id)
        .bind(through)
        .execute(c)
        .await
        .map(|_| ()))
}

/// A report that came for a week, with whose and of which province it is.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CameRow {
    report_id: ReportId,
    /// Pseudonym of the source.
    pub source: String,
    /// The province.
    pub province: Option<String>,
    received_at: Timestamp,
    state: ReportState,
    history: Json<Vec<ReportStep>>,
}

impl CameRow {
    /// It, as the rule wants it.
    pub fn came(&self) -> Came {
        Came { report: self.report_id.clone(), at: self.received_at }
    }
    /// Whether it had come by a moment, and was not refused by then; as it stands, without one.
    fn counts(&self, by: Option<Timestamp>) -> bool {
        let state = by.map_or(self.state, |by| state_of(&self.history, by));
        let refused = [ReportState::Rejected, ReportState::Duplicate].contains(&state);
        by.is_none_or(|by| self.received_at <= by) && !refused
    }
}

const CAME: &str = "select report_id, source, province, received_at, state, history from report
      where week = $1 and exercise = $2 order by received_at, report_id";

/// The situation reports of a week, the first to come first.
pub async fn came(db: &Db, week: Day) -> Result<Vec<CameRow>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as::<_, CameRow>(CAME).bind(week).bind(false).fetch_all(p).await)
}

/// The same within a transaction.
pub async fn came_in(tx: &mut Tx, week: Day) -> Result<Vec<CameRow>, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_as::<_, CameRow>(CAME).bind(week).bind(false).fetch_all(c).await)
}

/// The first of them that this assignment asks for and that was not refused by a moment, or is not.
pub fn first_of(came: &[CameRow], assignment: &Assignment, by: Option<Timestamp>) -> Option<Came> {
    let province = Some(assignment.province.as_str());
    let of = |row: &&CameRow| row.source == assignment.source && row.province.as_deref() == province;
    came.iter().filter(|row| row.counts(by)).find(of).map(CameRow::came)
}
