//! Reading the evidence that the series count: as it stands, by place and threat.

use std::collections::{BTreeMap, BTreeSet};

use domain::{ClusterId, ObservationId, Threat};
use sqlx::QueryBuilder;

use super::{
    AT_ONCE, Reader,
    evidence::{COLUMNS, NOW, Row},
    on_reader,
    record::Touched,
    spans::SpanCell,
};
use crate::domain::{Report, recount::Place};

/// The reports of each place of the series for each threat, each once.
pub type Reports = BTreeMap<(Place, Threat), BTreeMap<ObservationId, Report>>;

/// The reports that stand in these months, and all others of the clusters that these are of, wherever they lie.
///
/// # Errors
/// When the store cannot be read.
pub async fn of_months(reader: &mut Reader<'_>, places: &[&Touched]) -> Result<Reports, sqlx::Error> {
    let mut found = Reports::new();
    for places in places.chunks(AT_ONCE) {
        let rows: Vec<Row> = on_reader!(reader, |c| {
            let mut select =
                QueryBuilder::new("with wanted (country, province, threat, exercise, month) as (");
            select.push_values(places, |mut row, place| {
                row.push_bind(&place.country)
                    .push_bind(&place.province)
                    .push_bind(place.threat)
                    .push_bind(place.exercise)
                    .push_bind(place.month);
            });
            select.push(") ").push(COLUMNS).push(NOW).push(
                " from wanted w cross join evidence e
                 where e.stands and e.country = w.country and e.province = w.province and e.threat = w.threat
                   and e.exercise = w.exercise and e.month = w.month",
            );
            select.build_query_as().fetch_all(c).await
        })?;
        add(&mut found, rows);
    }
    add_companions(reader, &mut found).await?;
    Ok(found)
}

/// The reports that stand in these days and weeks, those that cannot have happened outside them, and all others of the clusters that these
/// are of, wherever they lie.
///
/// # Errors
/// When the store cannot be read.
pub async fn of_spans(reader: &mut Reader<'_>, cells: &[&SpanCell]) -> Result<Reports, sqlx::Error> {
    let rows: Vec<Row> = on_reader!(reader, |c| {
        let mut select =
            QueryBuilder::new("with wanted (country, province, threat, exercise, first_day, last_day) as (");
        select.push_values(cells, |mut row, cell| {
            row.push_bind(&cell.country)
                .push_bind(&cell.province)
                .push_bind(cell.threat)
                .push_bind(cell.exercise);
            row.push_bind(cell.span.first).push_bind(cell.span.last());
        });
        select.push(") ").push(COLUMNS).push(NOW).push(
            " from wanted w cross join evidence e
              where e.stands and e.country = w.country and e.province = w.province and e.threat = w.threat
                and e.exercise = w.exercise and e.occurred_from >= w.first_day
                and e.occurred_to between w.first_day and w.last_day",
        );
        select.build_query_as().fetch_all(c).await
    })?;
    let mut found = Reports::new();
    add(&mut found, rows);
    add_companions(reader, &mut found).await?;
    Ok(found)
}

fn add(found: &mut Reports, rows: Vec<Row>) {
    for row in rows {
        let (of, report) = (row.of(), row.report());
        found.entry(of).or_default().entry(report.observation.clone()).or_insert(report);
    }
}

/// Adds, to each place, the reports that stand of the clusters of what is there already; without a cluster nothing is asked.
async fn add_companions(reader: &mut Reader<'_>, found: &mut Reports) -> Result<(), sqlx::Error> {
    let clusters = found.values().flat_map(BTreeMap::values).filter_map(|report| report.cluster.clone());
    let clusters: BTreeSet<ClusterId> = clusters.collect();
    let clusters: Vec<ClusterId> = clusters.into_iter().collect();
    for clusters in clusters.chunks(AT_ONCE) {
        let mut rows: Vec<Row> = on_reader!(reader, |c| {
            let mut select = QueryBuilder::new(COLUMNS);
            select.push(NOW).push(" from incident_member m cross join evidence e where m.cluster_id in (");
            let mut list = select.separated(", ");
            for id in clusters {
                list.push_bind(id);
            }
            // the order of a cross join is kept: the many rows of the evidence are found last, by their key
            select.push(
                ") and m.known_to is null and e.observation_id = m.observation_id and e.stands and e.country <> ''",
            );
            select.build_query_as().fetch_all(c).await
        })?;
        rows.retain(|row| found.contains_key(&row.of()));
        add(found, rows);
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Standing {
    stands: bool,
    #[sqlx(flatten)]
    row: Row,
}

/// Every revision that counts or counted in these places of the series, and whether it stands.
///
/// # Errors
/// When the store cannot be read.
pub async fn of_places(
    reader: &mut Reader<'_>,
    places: &[&Place],
    threat: Threat,
) -> Result<BTreeMap<Place, Vec<(Report, bool)>>, sqlx::Error> {
    let rows: Vec<Standing> = on_reader!(reader, |c| {
        let mut select = QueryBuilder::new("with wanted (country, province, exercise) as (");
        select.push_values(places, |mut row, place| {
            row.push_bind(&place.country).push_bind(&place.province).push_bind(place.exercise);
        });
        select.push(") ").push(COLUMNS).push(NOW).push(
            ", e.stands from wanted w cross join evidence e
              where e.country = w.country and e.province = w.province and e.exercise = w.exercise and e.threat = ",
        );
        select.push_bind(threat);
        select.build_query_as().fetch_all(c).await
    })?;
    let mut found: BTreeMap<Place, Vec<(Report, bool)>> = BTreeMap::new();
    for Standing { stands, row } in rows {
        let (place, _) = row.of();
        found.entry(place).or_default().push((row.report(), stands));
    }
    Ok(found)
}
