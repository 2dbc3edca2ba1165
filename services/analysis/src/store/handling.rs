//! The handling of what is told of a cell: never wider than the join of all that it may rest on.

use std::collections::BTreeMap;

use contracts::analysis::{LevelChange, anomalies::Anomaly, forecasts::Forecast};
use domain::{Country, Day, Handling, Indicator, Observation, ProvinceCode, Threat};
use kit::{Tx, on_tx};
use sqlx::QueryBuilder;

use super::{AT_ONCE, Reader, evidence, on_reader, told::marking_keys};
use crate::domain::{
    Cell, Rules,
    across::pairs,
    cell::{counted_in, horizon_days},
    reading::IndicatorRules,
    situation::joined,
};

/// A handling in one cell of the series.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Noted {
    country: String,
    province: String,
    threat: Threat,
    exercise: bool,
    marking: String,
}

/// Notes under which handling evidence came into which cells.
///
/// # Errors
/// When the store cannot be written.
pub async fn note_evidence<'a>(
    tx: &mut Tx,
    rows: impl Iterator<Item = (&'a Observation, Threat, &'a str)>,
) -> Result<(), sqlx::Error> {
    let mut noted: BTreeMap<Noted, Day> = BTreeMap::new();
    for (seen, threat, marking) in rows {
        let (country, province) = counted_in(&seen.place);
        let key = Noted {
            country: country.map_or_else(String::new, |code| code.to_string()),
            province: province.map_or_else(String::new, String::from),
            threat,
            exercise: seen.exercise,
            marking: marking.to_owned(),
        };
        let last = noted.entry(key).or_insert(seen.occurred_to);
        *last = seen.occurred_to.max(*last);
    }
    put(tx, noted).await
}

/// Notes under which handling readings of a province came.
///
/// # Errors
/// When the store cannot be written.
pub async fn note_readings<'a>(
    tx: &mut Tx,
    rows: impl Iterator<Item = (&'a contracts::intake::indicators::IndicatorReading, &'a String)>,
) -> Result<(), sqlx::Error> {
    let mut noted: BTreeMap<(&ProvinceCode, Indicator, bool, &String), Day> = BTreeMap::new();
    for (reading, marking) in rows {
        let key = (&reading.province, reading.indicator, reading.exercise, marking);
        let last = noted.entry(key).or_insert(reading.to);
        *last = reading.to.max(*last);
    }
    let noted: Vec<_> = noted.into_iter().collect();
    for noted in noted.chunks(AT_ONCE) {
        on_tx!(tx, |c| {
            let mut insert = QueryBuilder::new(
                "insert into reading_marking (province, indicator, exercise, marking, last_day) ",
            );
            insert.push_values(noted, |mut row, ((province, indicator, exercise, marking), last)| {
                row.push_bind(*province).push_bind(*indicator).push_bind(*exercise);
                row.push_bind(*marking).push_bind(*last);
            });
            insert.push(LATER);
            insert.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Keeps the later of two last days of answers under one marking.
const LATER: &str = " on conflict (exercise, province, indicator, marking) do update set last_day =
    case when excluded.last_day > reading_marking.last_day then excluded.last_day else reading_marking.last_day end";

/// Takes up by indicator the answers that an earlier version of the program noted without one.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn take_up(tx: &mut Tx) -> Result<(), sqlx::Error> {
    let noted: Option<String> = on_tx!(tx, |c| {
        sqlx::query_scalar("select marking from cell_marking where threat = '' limit 1")
            .fetch_optional(c)
            .await
    })?;
    if noted.is_none() {
        return Ok(());
    }
    on_tx!(tx, |c| {
        let mut insert = QueryBuilder::new(
            "insert into reading_marking (province, indicator, exercise, marking, last_day)
             select province, indicator, exercise, marking, max(to_day) from reading where true
              group by province, indicator, exercise, marking",
        );
        insert.push(LATER);
        insert.build().execute(c).await.map(|_| ())
    })?;
    on_tx!(tx, |c| sqlx::query("delete from cell_marking where threat = ''").execute(c).await.map(|_| ()))
}

async fn put(tx: &mut Tx, noted: BTreeMap<Noted, Day>) -> Result<(), sqlx::Error> {
    let noted: Vec<(Noted, Day)> = noted.into_iter().collect();
    for noted in noted.chunks(AT_ONCE) {
        on_tx!(tx, |c| {
            let mut insert = QueryBuilder::new(
                "insert into cell_marking (country, province, threat, exercise, marking, last_day) ",
            );
            insert.push_values(noted, |mut row, (one, last)| {
                row.push_bind(&one.country).push_bind(&one.province);
                row.push_bind(one.threat).push_bind(one.exercise);
                row.push_bind(&one.marking).push_bind(*last);
            });
            insert.push(
                " on conflict (country, province, threat, exercise, marking) do update set last_day =
                     case when excluded.last_day > cell_marking.last_day then excluded.last_day else cell_marking.last_day end",
            );
            insert.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

#[derive(Debug, sqlx::FromRow)]
struct Row {
    country: String,
    province: String,
    /// Empty of answers about indicators.
    threat: String,
    /// The indicator that was answered; empty of what was reported.
    indicator: String,
    marking: String,
    last_day: Day,
}

impl Row {
    /// Whether it is of answers that count in a level of a threat on a day: its indicator bears on the threat, and counts so long. Of which
    /// indicator it is not known counts as long as any, in all.
    fn counts(&self, threat: Threat, on: Day, rules: &IndicatorRules) -> bool {
        let horizon = match self.indicator.parse::<Indicator>() {
            Ok(indicator) if indicator.threats().contains(&threat) => rules.horizon_of(indicator),
            Ok(_) => return false,
            Err(_) => rules.horizon_days(),
        };
        self.threat.is_empty() && self.last_day >= on.plus(-horizon)
    }
}

/// Under which handling everything of one of the two worlds came.
#[derive(Debug, Default)]
pub struct Markings {
    rows: Vec<Row>,
    bodies: BTreeMap<String, Handling>,
}

impl Markings {
    /// Those of one world; of one province where one is given.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn read(
        reader: &mut Reader<'_>,
        exercise: bool,
        province: Option<&ProvinceCode>,
    ) -> Result<Self, sqlx::Error> {
        let rows: Vec<Row> = on_reader!(reader, |c| {
            let mut select = QueryBuilder::new("");
            for part in [
                "select country, province, threat, '' as indicator, marking, last_day from cell_marking where exercise = ",
                " union all select '', province, '', indicator, marking, last_day from reading_marking where exercise = ",
            ] {
                select.push(part).push_bind(exercise);
                if let Some(province) = province {
                    select.push(" and province = ").push_bind(province);
                }
            }
            select.build_query_as().fetch_all(c).await
        })?;
        let keys = marking_keys(rows.iter().map(|row| &row.marking));
        Ok(Self { rows, bodies: evidence::markings(reader, keys).await? })
    }

    /// The join of everything that was ever counted for a threat in a province, or in a whole country.
    pub fn counted(&self, (country, province): (Country, Option<&ProvinceCode>), threat: Threat) -> Handling {
        let here = |row: &&Row| match province {
            Some(code) => row.province == code.as_str(),
            None => row.country == country.as_str(),
        };
        let rows = self.rows.iter().filter(here).filter(|row| row.threat == threat.as_str());
        joined(rows.map(|row| &row.marking), &self.bodies)
    }

    /// The join of everything that ever came from a province, whatever it bears on.
    pub fn from_province(&self, province: &ProvinceCode) -> Handling {
        let rows = self.rows.iter().filter(|row| row.province == province.as_str());
        joined(rows.map(|row| &row.marking), &self.bodies)
    }

    /// The join of what came from a province and speaks of a day since this one, whatever it bears on.
    pub fn from_province_since(&self, province: &ProvinceCode, since: Day) -> Handling {
        let rows = self.rows.iter().filter(|row| row.province == province.as_str() && row.last_day >= since);
        joined(rows.map(|row| &row.marking), &self.bodies)
    }

    /// What binds an unusual month: it is judged by all the months before it.
    pub fn of_anomaly(&self, of: &Anomaly) -> Handling {
        self.counted((of.country, Some(&of.province)), of.threat)
    }

    /// What binds a forecast.
    pub fn of_forecast(&self, of: &Forecast) -> Handling {
        self.counted((of.country, of.province.as_ref()), of.threat)
    }

    /// What binds a change of level since a day: what it was by then as well as what it became. `None` of a province that is none
    /// any more.
    pub fn of_change(&self, of: &LevelChange, since: Day, rules: &Rules) -> Option<Handling> {
        let cell = Cell::of(of.exercise, of.threat, &of.province)?;
        Some(self.of_level(&cell, since.min(of.at.day()), rules))
    }

    /// The join of everything that a level may rest on, on a day: what was reported of its cell within the horizon, and of those that
    /// spill into it, and what was read there of the indicators that bear on its threat, each for as long as it counts.
    pub fn of_level(&self, cell: &Cell, on: Day, rules: &Rules) -> Handling {
        let since = on.plus(-horizon_days(cell.threat));
        let across: Vec<ProvinceCode> =
            pairs(cell, &rules.spillover).into_iter().map(|(there, _)| there.province).collect();
        let bears = |row: &&Row| {
            let own = row.province == cell.province.as_str();
            let there = || own || across.iter().any(|code| row.province == code.as_str());
            let read = own && row.counts(cell.threat, on, &rules.indicators);
            read || (row.threat == cell.threat.as_str() && row.last_day >= since && there())
        };
        joined(self.rows.iter().filter(bears).map(|row| &row.marking), &self.bodies)
    }
}

/// The keys of all handling that is restricted.
///
/// # Errors
/// When the store cannot be read.
pub async fn restricted(reader: &mut Reader<'_>) -> Result<std::collections::BTreeSet<String>, sqlx::Error> {
    let rows: Vec<(String, sqlx::types::Json<Handling>)> =
        on_reader!(reader, |c| sqlx::query_as("select marking, body from marking").fetch_all(c).await)?;
    let restricted = rows.into_iter().filter(|(_, body)| contracts::principal::is_restricted(body));
    Ok(restricted.map(|(key, _)| key).collect())
}
