//! Reading evidence: as it stands, and as it was known.

mod clusters;

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    ClusterId, Country, Credibility, Day, Handling, ObservationId, Point, Precision, ProvinceCode,
    Reliability, Threat, Timestamp,
};
use sqlx::{Database, Encode, QueryBuilder, Type, types::Json};
use tracing::instrument;

use super::{AT_ONCE, Reader, handling, marked, on_reader};
use crate::domain::{Cell, Report, recount::Place};

pub use clusters::of_clusters;

/// The reports of each cell.
pub type ByCell = BTreeMap<Cell, Vec<Report>>;

/// One row of evidence.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    observation_id: ObservationId,
    threat: Threat,
    exercise: bool,
    country: String,
    province: String,
    occurred_from: Day,
    occurred_to: Day,
    source: String,
    owner: String,
    kind: String,
    severity: f64,
    deaths: Option<i64>,
    reliability: Reliability,
    credibility: i64,
    lat: Option<f64>,
    lon: Option<f64>,
    precision_word: Precision,
    place: String,
    title: String,
    marking: String,
    cluster_id: String,
    cluster_best: bool,
    apart: String,
}

pub(super) const COLUMNS: &str = "select e.observation_id, e.threat, e.exercise, e.country, e.province, e.occurred_from, e.occurred_to, \
     e.source, e.owner, e.kind, e.severity, e.deaths, e.reliability, e.credibility, e.lat, e.lon, \
     e.precision_word, e.place, e.title";
/// How it is marked, of which incident it is and from whom it is kept apart, as that holds now.
pub(super) const NOW: &str = ", e.marking, e.cluster_id, e.cluster_best, e.apart";

impl Row {
    fn cell(&self) -> Option<Cell> {
        Cell::of(self.exercise, self.threat, &self.province.parse().ok()?)
    }
    /// Of which place and threat of the series it is.
    pub(super) fn of(&self) -> (Place, Threat) {
        let (country, province) = (self.country.clone(), self.province.clone());
        (Place { country, province, exercise: self.exercise }, self.threat)
    }
    /// What it says.
    pub(super) fn report(self) -> Report {
        let digit = u8::try_from(self.credibility).unwrap_or_default();
        Report {
            observation: self.observation_id,
            source: self.source,
            owner: self.owner,
            kind: self.kind,
            from: self.occurred_from,
            to: self.occurred_to,
            point: self.lat.zip(self.lon).and_then(|(lat, lon)| Point::new(lat, lon).ok()),
            precision: self.precision_word,
            reliability: self.reliability,
            credibility: Credibility::try_from(digit).unwrap_or(Credibility::UNKNOWN),
            severity: self.severity,
            deaths: self.deaths.map(|deaths| u32::try_from(deaths).unwrap_or(u32::MAX)),
            place: self.place,
            title: self.title,
            marking: self.marking,
            cluster: self.cluster_id.parse().ok(),
            best_of_cluster: self.cluster_best,
            apart: self.apart.split(' ').filter_map(|id| id.parse().ok()).collect(),
        }
    }
}

fn by_cell(rows: Vec<Row>) -> ByCell {
    let mut cells = ByCell::new();
    for row in rows {
        if let Some(cell) = row.cell() {
            cells.entry(cell).or_default().push(row.report());
        }
    }
    cells
}

/// The reports of these cells that stand and are within the horizon of their threat on this day or on one of so many before it; in
/// no order.
///
/// # Errors
/// When the store cannot be read.
#[instrument(name = "analysis.evidence.read", skip_all, fields(cells = cells.len()))]
pub async fn within_horizon(
    reader: &mut Reader<'_>,
    cells: &[&Cell],
    (on, days_before): (Day, i64),
) -> Result<ByCell, sqlx::Error> {
    let mut groups: BTreeMap<(Threat, bool), Vec<&Cell>> = BTreeMap::new();
    for cell in cells {
        groups.entry((cell.threat, cell.exercise)).or_default().push(cell);
    }
    let mut rows: Vec<Row> = Vec::new();
    for ((threat, exercise), cells) in groups {
        let oldest = on.plus(-crate::domain::cell::horizon_days(threat) - days_before);
        rows.extend(on_reader!(reader, |c| {
            let mut select = QueryBuilder::new(COLUMNS);
            select.push(NOW).push(" from evidence e where stands and threat = ").push_bind(threat);
            select.push(" and exercise = ").push_bind(exercise);
            select.push(" and occurred_to >= ").push_bind(oldest).push(" and province in (");
            let mut list = select.separated(", ");
            for cell in &cells {
                list.push_bind(&cell.province);
            }
            select.push(")");
            select.build_query_as::<Row>().fetch_all(c).await
        })?);
    }
    Ok(by_cell(rows))
}

/// What a question about a past day asks for.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// Only this country; every province of the region when `None`, and nothing that is placed in none.
    pub country: Option<Country>,
    /// Only these provinces.
    pub provinces: Option<&'a [ProvinceCode]>,
    /// Only this threat.
    pub threat: Option<Threat>,
    /// The exercise or the real world.
    pub exercise: bool,
    /// What was known before this moment.
    pub known_before: Timestamp,
    /// What may have begun by this day.
    pub begun_by: Day,
    /// What may have lasted to this day or later.
    pub since: Day,
}

impl Wanted<'_> {
    /// Whether a row is of the places and the threat that are asked for.
    fn is_of_place(&self, row: &Row) -> bool {
        let country = self.country.map_or(!row.province.is_empty(), |of| of.as_str() == row.country);
        let is_one = |all: &[ProvinceCode]| all.iter().any(|code| code.as_str() == row.province);
        country && self.provinces.is_none_or(is_one) && self.threat.is_none_or(|threat| threat == row.threat)
    }
}

/// The reports as they were known at a moment: of each observation the highest revision known by then, unless taken back
/// by then.
///
/// # Errors
/// When the store cannot be read.
#[instrument(name = "analysis.evidence.recall", skip_all)]
pub async fn as_known(reader: &mut Reader<'_>, wanted: &Wanted<'_>) -> Result<ByCell, sqlx::Error> {
    Ok(by_cell(rows_as_known(reader, wanted).await?))
}

/// The same by the code of the province, empty where there is none with a level, and by threat.
///
/// # Errors
/// When the store cannot be read.
pub async fn known(
    reader: &mut Reader<'_>,
    wanted: &Wanted<'_>,
) -> Result<Vec<(String, Threat, Report)>, sqlx::Error> {
    let rows = rows_as_known(reader, wanted).await?;
    Ok(rows.into_iter().map(|row| (row.province.clone(), row.threat, row.report())).collect())
}

async fn rows_as_known(reader: &mut Reader<'_>, wanted: &Wanted<'_>) -> Result<Vec<Row>, sqlx::Error> {
    let restricted = handling::restricted(reader).await?;
    on_reader!(reader, |c| {
        let mut select = QueryBuilder::new(COLUMNS);
        marked::as_now(&mut select, &restricted);
        members_as_known(&mut select, wanted.known_before);
        select.push(" from evidence e where exercise = ").push_bind(wanted.exercise);
        match wanted.country {
            Some(country) => select.push(" and country = ").push_bind(country),
            None => select.push(" and province <> ''"),
        };
        if let Some(provinces) = wanted.provinces {
            select.push(" and province in (");
            let mut list = select.separated(", ");
            for province in provinces {
                list.push_bind(province);
            }
            select.push(")");
        }
        if let Some(threat) = wanted.threat {
            select.push(" and threat = ").push_bind(threat);
        }
        select.push(" and occurred_to >= ").push_bind(wanted.since);
        select.push(" and occurred_from <= ").push_bind(wanted.begun_by);
        stood_before(&mut select, wanted.known_before);
        select.build_query_as::<Row>().fetch_all(c).await
    })
}

/// The reports of these clusters that lie outside the days that are asked for, of the same places and as they were known at the same moment; by the
/// code of the province and by threat.
///
/// # Errors
/// When the store cannot be read.
pub async fn companions(
    reader: &mut Reader<'_>,
    wanted: &Wanted<'_>,
    clusters: &BTreeSet<&ClusterId>,
) -> Result<Vec<(String, Threat, Report)>, sqlx::Error> {
    if clusters.is_empty() {
        return Ok(Vec::new());
    }
    let restricted = handling::restricted(reader).await?;
    let (ids, mut rows): (Vec<&&ClusterId>, Vec<Row>) = (clusters.iter().collect(), Vec::new());
    for ids in ids.chunks(AT_ONCE) {
        rows.extend(on_reader!(reader, |c| {
            let mut select = QueryBuilder::new(COLUMNS);
            marked::as_now(&mut select, &restricted);
            members_as_known(&mut select, wanted.known_before);
            select.push(" from (select distinct observation_id from incident_member where cluster_id in (");
            let mut list = select.separated(", ");
            for id in ids {
                list.push_bind(**id);
            }
            // the order of a cross join is kept: the many rows of the evidence are found last, by their key
            select
                .push(")) m cross join evidence e where e.observation_id = m.observation_id and exercise = ");
            select.push_bind(wanted.exercise);
            select.push(" and (occurred_to < ").push_bind(wanted.since);
            select.push(" or occurred_from > ").push_bind(wanted.begun_by).push(")");
            stood_before(&mut select, wanted.known_before);
            select.build_query_as::<Row>().fetch_all(c).await
        })?);
    }
    rows.retain(|row| wanted.is_of_place(row));
    // whoever was of one of them once may be of another at that moment
    let told = rows.into_iter().map(|row| (row.province.clone(), row.threat, row.report()));
    let is_member = |report: &Report| report.cluster.as_ref().is_some_and(|id| clusters.contains(id));
    Ok(told.filter(|(_, _, report)| is_member(report)).collect())
}

/// The clusters of these reports.
pub fn clusters<'a>(reports: impl IntoIterator<Item = &'a Report>) -> BTreeSet<&'a ClusterId> {
    reports.into_iter().filter_map(|report| report.cluster.as_ref()).collect()
}

/// Only rows of the evidence `e` that stood before a moment: the highest revision known by then, unless taken back by then.
pub(super) fn stood_before<DB: Database>(select: &mut QueryBuilder<DB>, before: Timestamp)
where
    for<'q> Timestamp: Encode<'q, DB> + Type<DB>,
{
    select.push(" and e.known_from < ").push_bind(before);
    select.push(
        " and not exists (select 1 from evidence later where later.observation_id = e.observation_id
                and later.revision > e.revision and later.known_from < ",
    );
    select.push_bind(before);
    select.push(
        ") and not exists (select 1 from retraction r
                where r.observation_id = e.observation_id and r.at >= e.known_from and r.at < ",
    );
    select.push_bind(before).push(")");
}

/// Of which incident a row of evidence was known to be before a moment, whether as its best-graded, and from whom it was kept
/// apart.
fn members_as_known<DB: Database>(select: &mut QueryBuilder<DB>, before: Timestamp)
where
    for<'q> Timestamp: Encode<'q, DB> + Type<DB>,
{
    for (opening, closing) in [
        ("coalesce((select m.cluster_id", "'') as cluster_id"),
        ("coalesce((select m.best", "false) as cluster_best"),
    ] {
        select.push(", ").push(opening);
        select.push(" from incident_member m where m.observation_id = e.observation_id and m.known_from < ");
        select.push_bind(before).push(" and (m.known_to is null or m.known_to >= ").push_bind(before);
        select.push(") order by m.known_from desc limit 1), ").push(closing);
    }
    select.push(
        ", coalesce((select string_agg(k.other_id, ' ' order by k.other_id) from kept_apart k
                      where k.observation_id = e.observation_id and k.known_from < ",
    );
    select.push_bind(before).push(" and (k.known_to is null or k.known_to >= ").push_bind(before);
    select.push(")), '') as apart");
}

/// The handling that these keys stand for.
///
/// # Errors
/// When the store cannot be read.
pub async fn markings(
    reader: &mut Reader<'_>,
    keys: Vec<String>,
) -> Result<BTreeMap<String, Handling>, sqlx::Error> {
    let mut found = BTreeMap::new();
    for keys in keys.chunks(AT_ONCE) {
        let rows: Vec<(String, Json<Handling>)> = on_reader!(reader, |c| {
            let mut select = QueryBuilder::new("select marking, body from marking where marking in (");
            let mut list = select.separated(", ");
            for key in keys {
                list.push_bind(key);
            }
            select.push(")");
            select.build_query_as().fetch_all(c).await
        })?;
        found.extend(rows.into_iter().map(|(key, Json(handling))| (key, handling)));
    }
    Ok(found)
}
