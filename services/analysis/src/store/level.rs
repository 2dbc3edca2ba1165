//! Levels as they stand, and every change of them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use contracts::analysis::{LevelChange, levels::LevelRange};
use domain::{Country, Day, Level, ProvinceCode, Threat, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::{QueryBuilder, types::Json};

use super::{AT_ONCE, Reader, of_provinces, on_reader, provinces};
use crate::domain::{Cell, Held, Standing, walk::WALK_DAYS};

domain::id! {
    /// One change of a level.
    ChangeId = "lc"
}

/// How a cell stands.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct State {
    /// The province.
    pub province: ProvinceCode,
    /// The threat.
    pub threat: Threat,
    /// Whether it is of the exercise.
    pub exercise: bool,
    /// The country of the province.
    pub country: Country,
    /// The level that holds.
    pub level: Level,
    /// Since when it holds: when it was told that it changed, or the beginning of the day on which it did where that is known of
    /// later; when the cell was first assessed where it never did.
    pub since: Timestamp,
    /// When the cell was first assessed.
    pub first_seen: Timestamp,
    /// How often the level changed.
    pub changes: i64,
    /// Whether the level held already where the walk over past days began; `None` where it was not noted.
    pub since_at_least: Option<bool>,
}

impl State {
    /// How a cell stands that nobody has looked at before: calm.
    pub fn first(cell: &Cell, at: Timestamp) -> Self {
        Self {
            province: cell.province.clone(),
            threat: cell.threat,
            exercise: cell.exercise,
            country: cell.country,
            level: Level::Calm,
            since: at,
            first_seen: at,
            changes: 0,
            since_at_least: Some(false),
        }
    }
    /// Whether what is assessed at this moment is still the first look.
    pub fn is_first_look(&self, at: Timestamp) -> bool {
        is_first_look((self.first_seen, at), self.exercise)
    }
    /// The level and the day of its last change.
    pub fn standing(&self) -> Standing {
        Standing { level: self.level, changed: self.since.day() }
    }
    /// The level and since when it holds. Where it was not noted whether it held before, it may have where the first look's walk
    /// began on that day.
    pub fn held(&self) -> Held {
        let at_least = self.since_at_least.unwrap_or_else(|| began_there(self.since, self.first_seen));
        Held { level: self.level, since: self.since, at_least: at_least && self.level != Level::Calm }
    }
    /// Whether its level was ever known to change.
    pub fn has_moved(&self) -> bool {
        self.changes > 0 || self.since != self.first_seen
    }
    /// Which cell it is of.
    pub fn cell(&self) -> Cell {
        Cell {
            exercise: self.exercise,
            threat: self.threat,
            province: self.province.clone(),
            country: self.country,
        }
    }
}

/// What is first heard of a cell comes in parts, as a file is read: for an hour all of it is one look. An exercise plays faster.
const FIRST_LOOK: TimeDelta = TimeDelta::hours(1);

fn is_first_look((first_seen, at): (Timestamp, Timestamp), exercise: bool) -> bool {
    at <= if exercise { first_seen } else { first_seen.plus(FIRST_LOOK) }
}

impl Change {
    /// Whether it is told as the first look.
    pub fn is_first(&self) -> bool {
        let state = &self.state;
        is_told_first((state.first_seen, self.at), state.exercise, state.level > self.was)
    }
}

/// A change as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Which change: derived from the cell and its count, so that a redo is the same.
    pub id: ChangeId,
    /// The level before.
    pub was: Level,
    /// How the cell stands after it.
    pub state: State,
    /// The index that changed it.
    pub index: f64,
    /// The event that changed it, or `settled`.
    pub cause: String,
    /// When it was told; the level may hold since a day before.
    pub at: Timestamp,
    /// Whether nothing was reported from there by then, so that no level could be spoken of. What is read from one file may yet
    /// take it back ([`note_spoken_of`]).
    pub unreported: bool,
    /// Between which levels the evidence left it open then; `None` of a rise while a file is read, the rest of which may close it.
    pub range: Option<LevelRange>,
}

/// Whether a change is told as the first look and as no change: what comes in meanwhile lifts the level, and what falls then had been
/// told already.
fn is_told_first(moments: (Timestamp, Timestamp), exercise: bool, rises: bool) -> bool {
    rises && is_first_look(moments, exercise)
}

/// Whether a walk at this moment began on that day.
fn began_there(since: Timestamp, at: Timestamp) -> bool {
    since == at.day().plus(-WALK_DAYS).start()
}

const COLUMNS: &str = "select province, threat, exercise, country, level, since, first_seen, changes, since_at_least from level_state s";

/// How these cells stand, and the others of their provinces.
///
/// # Errors
/// When the store cannot be read.
pub async fn around(
    reader: &mut Reader<'_>,
    cells: &BTreeSet<Cell>,
) -> Result<BTreeMap<Cell, State>, sqlx::Error> {
    let states: Vec<State> = on_reader!(reader, |c| {
        let mut select = QueryBuilder::new(COLUMNS);
        select.push(" where 1 = 1");
        of_provinces(&mut select, &provinces(cells));
        select.build_query_as().fetch_all(c).await
    })?;
    Ok(states.into_iter().map(|state| (state.cell(), state)).collect())
}

/// How the cells stand that were not told of on a day.
///
/// # Errors
/// When the store cannot be read.
pub async fn untold(reader: &mut Reader<'_>, day: Day) -> Result<Vec<State>, sqlx::Error> {
    on_reader!(reader, |c| {
        let mut select = QueryBuilder::new(COLUMNS);
        select.push(" where not exists (select 1 from situation_day d where d.day = ").push_bind(day);
        select.push(
            " and d.exercise = s.exercise and d.province = s.province and d.threat = s.threat)
              order by province, threat, exercise",
        );
        select.build_query_as().fetch_all(c).await
    })
}

/// The states there are; of the exercise or of the real world, of one province, of one threat.
///
/// # Errors
/// When the store cannot be read.
pub async fn states(
    reader: &mut Reader<'_>,
    exercise: Option<bool>,
    province: Option<&ProvinceCode>,
    threat: Option<Threat>,
) -> Result<Vec<State>, sqlx::Error> {
    on_reader!(reader, |c| {
        let mut select = QueryBuilder::new(COLUMNS);
        select.push(" where 1 = 1");
        if let Some(exercise) = exercise {
            select.push(" and exercise = ").push_bind(exercise);
        }
        if let Some(province) = province {
            select.push(" and province = ").push_bind(province);
        }
        if let Some(threat) = threat {
            select.push(" and threat = ").push_bind(threat);
        }
        select.push(" order by province, threat, exercise");
        select.build_query_as().fetch_all(c).await
    })
}

/// Keeps how these cells stand.
///
/// # Errors
/// When the store cannot be written.
pub async fn put_states(tx: &mut Tx, states: &[&State]) -> Result<(), sqlx::Error> {
    for states in states.chunks(AT_ONCE) {
        on_tx!(tx, |c| {
            let mut insert = QueryBuilder::new(
                "insert into level_state (province, threat, exercise, country, level, since, first_seen, changes, since_at_least) ",
            );
            insert.push_values(states, |mut row, state| {
                row.push_bind(&state.province)
                    .push_bind(state.threat)
                    .push_bind(state.exercise)
                    .push_bind(state.country);
                row.push_bind(state.level)
                    .push_bind(state.since)
                    .push_bind(state.first_seen)
                    .push_bind(state.changes)
                    .push_bind(state.held().at_least);
            });
            insert.push(
                " on conflict (province, threat, exercise) do update set
                     level = excluded.level, since = excluded.since, changes = excluded.changes,
                     since_at_least = excluded.since_at_least",
            );
            insert.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Keeps changes for good.
///
/// # Errors
/// When the store cannot be written.
pub async fn put_changes(tx: &mut Tx, changes: &[Change]) -> Result<(), sqlx::Error> {
    for changes in changes.chunks(AT_ONCE) {
        on_tx!(tx, |c| {
            let mut insert = QueryBuilder::new(
                "insert into level_change (change_id, province, threat, exercise, was, now, idx, cause, at, since, unreported, since_at_least, left_open) ",
            );
            insert.push_values(changes, |mut row, change| {
                let state = &change.state;
                row.push_bind(&change.id)
                    .push_bind(&state.province)
                    .push_bind(state.threat)
                    .push_bind(state.exercise);
                row.push_bind(change.was).push_bind(state.level).push_bind(change.index);
                row.push_bind(&change.cause).push_bind(change.at).push_bind(state.since);
                row.push_bind(change.unreported).push_bind(state.held().at_least);
                row.push_bind(change.range.map(Json));
            });
            insert.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// So long after it was told a change may be found not to have been unreported: what is read from one file comes in parts.
const ONE_FILE: TimeDelta = TimeDelta::hours(24);

/// Notes of these cells, which are spoken of now, that what was told while they were first looked at, or rose by as a file was read,
/// was told of what is reported: the rest of it came in just after. A fall for want of reports stays what it was.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn note_spoken_of(tx: &mut Tx, cells: &BTreeSet<Cell>) -> Result<(), sqlx::Error> {
    if cells.is_empty() {
        return Ok(());
    }
    let since = tx.now().minus(ONE_FILE);
    let rows: Vec<Listed> = on_tx!(tx, |c| {
        let mut select = QueryBuilder::new(LISTED);
        select.push(" where unreported and at >= ").push_bind(since);
        of_provinces(&mut select, &provinces(cells));
        select.build_query_as().fetch_all(c).await
    })?;
    let is_of = |row: &Listed| {
        let cell = Cell::of(row.exercise, row.threat, &row.province);
        cell.is_some_and(|cell| cells.contains(&cell))
            && (row.now > row.was || is_first_look((row.first_seen, row.at), row.exercise))
    };
    for change in rows.iter().filter(|row| is_of(row)) {
        on_tx!(tx, |c| sqlx::query("update level_change set unreported = false where change_id = $1")
            .bind(&change.change_id)
            .execute(c)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}

const LISTED: &str = "select change_id, province, threat, exercise, was, now, idx, at,
            coalesce(level_change.since, at) as since, coalesce(unreported, false) as unreported, level_change.since_at_least, first_seen, left_open
       from level_change join level_state using (province, threat, exercise)";

/// One change in the list, with its id.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Listed {
    /// Which change.
    pub change_id: ChangeId,
    province: ProvinceCode,
    threat: Threat,
    exercise: bool,
    was: Level,
    now: Level,
    idx: f64,
    /// When it was told.
    pub at: Timestamp,
    /// Since when the level held, as it was told then.
    pub since: Timestamp,
    /// Whether nothing was reported from there by then.
    unreported: bool,
    since_at_least: Option<bool>,
    first_seen: Timestamp,
    left_open: Option<Json<LevelRange>>,
}

impl From<Listed> for LevelChange {
    fn from(row: Listed) -> Self {
        let Listed { province, threat, exercise, was, now, idx, at, unreported, first_seen, .. } = row;
        let first = is_told_first((first_seen, at), exercise, now > was);
        let mut change = Self {
            province,
            threat,
            was,
            now,
            index: idx,
            at,
            exercise,
            steps: 1,
            peak: None,
            late: None,
            first,
            unreported,
            unknown_since: None,
            range: None,
            lifted: None,
            handling: None,
        };
        // what a file brings comes in parts: of the first look nobody knows what the rest tells
        change.leaves_open(row.left_open.map(|Json(range)| range).filter(|_| !first));
        change
    }
}

/// Which changes are asked for.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Of the exercise or of the real world.
    pub exercise: bool,
    /// Only of this province.
    pub province: Option<&'a ProvinceCode>,
    /// Only those from this moment on.
    pub since: Option<Timestamp>,
    /// Only those up to this moment.
    pub until: Option<Timestamp>,
    /// Only those after this one in the list, which is newest first.
    pub after: Option<&'a (Timestamp, ChangeId)>,
    /// How many at most; all when `None`.
    pub limit: Option<i64>,
}

/// Changes, newest first.
///
/// # Errors
/// When the store cannot be read.
pub async fn changes(db: &Db, asked: &Asked<'_>) -> Result<Vec<Listed>, sqlx::Error> {
    on_db!(db, |p| {
        let mut select = QueryBuilder::new(LISTED);
        select.push(" where exercise = ").push_bind(asked.exercise);
        if let Some(province) = asked.province {
            select.push(" and province = ").push_bind(province);
        }
        if let Some(since) = asked.since {
            select.push(" and at >= ").push_bind(since);
        }
        if let Some(until) = asked.until {
            select.push(" and at < ").push_bind(until);
        }
        if let Some((at, id)) = asked.after {
            select.push(" and (at, change_id) < (").push_bind(*at).push(", ").push_bind(id).push(")");
        }
        select.push(" order by at desc, change_id desc");
        if let Some(limit) = asked.limit {
            select.push(" limit ").push_bind(limit);
        }
        select.build_query_as().fetch_all(p).await
    })
}

impl Listed {
    /// Which cell it is of.
    pub fn key(&self) -> (&ProvinceCode, Threat) {
        (&self.province, self.threat)
    }
    /// The level after it, and since when it held as it was told then.
    pub fn held(&self) -> Held {
        let at_least = self.since_at_least.unwrap_or_else(|| began_there(self.since, self.at));
        Held { level: self.now, since: self.since, at_least }
    }
}
