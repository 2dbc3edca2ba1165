//! The handling of what is told of a cell: never wider than the join of all that it may rest on.

use std::collections::BTreeMap;

use contracts::analysis::{LevelChange, anomalies::Anomaly, forecasts::Forecast};
use domain::{Country, Day, Handling, Observation, ProvinceCode, Threat};
use kit::{Tx, on_tx};
use sqlx::QueryBuilder;

use super::{AT_ONCE, Reader, evidence, on_reader, told::marking_keys};
use crate::domain::{
    Cell, Rules,
    across::pairs,
    cell::{counted_in, horizon_days},
    situation::joined,
};

/// A handling in one cell of the series; without a threat it bears on all of them, as a reading does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Noted {
    country: String,
    province: String,
    threat: Option<Threat>,
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
            threat: Some(threat),
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
    let mut noted: BTreeMap<Noted, Day> = BTreeMap::new();
    for (reading, marking) in rows {
        let key = Noted {
            country: reading.country.to_string(),
            province: reading.province.to_string(),
            threat: None,
            exercise: reading.exercise,
            marking: marking.clone(),
        };
        let last = noted.entry(key).or_insert(reading.to);
        *last = reading.to.max(*last);
    }
    put(tx, noted).await
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
                row.push_bind(one.threat.map_or("", Threat::as_str)).push_bind(one.exercise);
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
    threat: String,
    marking: String,
    last_day: Day,
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
            let mut select = QueryBuilder::new(
                "select country, province, threat, marking, last_day from cell_marking where exercise = ",
            );
            select.push_bind(exercise);
            if let Some(province) = province {
                select.push(" and province = ").push_bind(province);
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

    /// The join of everything that a level may rest on, on a day: what was reported and read of its cell within the horizon, and
    /// of those that spill into it. A reading counts as long as that of any indicator does, which is none of its threat's.
    pub fn of_level(&self, cell: &Cell, on: Day, rules: &Rules) -> Handling {
        let since = on.plus(-horizon_days(cell.threat));
        let read_since = on.plus(-rules.indicators.horizon_days());
        let across: Vec<ProvinceCode> =
            pairs(cell, &rules.spillover).into_iter().map(|(there, _)| there.province).collect();
        let bears = |row: &&Row| {
            let own = row.province == cell.province.as_str();
            let there = || own || across.iter().any(|code| row.province == code.as_str());
            let read = own && row.threat.is_empty() && row.last_day >= read_since;
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
