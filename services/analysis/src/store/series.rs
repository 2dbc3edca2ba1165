//! The series: what happened by month, kept up to date for just the places a pack touched.

use std::collections::{BTreeMap, BTreeSet};

use kit::{Tx, on_tx};
use sqlx::QueryBuilder;
use tracing::instrument;

use super::{AT_ONCE, Reader, record::Touched, standing};
use crate::domain::{Count, Month, Report, Rules, Tally};

/// Counts these places anew from the evidence that stands; counting twice gives the same.
///
/// # Errors
/// When the store cannot be read or written.
#[instrument(name = "analysis.series.recount", skip_all, fields(places = touched.len()))]
pub async fn recount(tx: &mut Tx, touched: &BTreeSet<Touched>, rules: &Rules) -> Result<(), sqlx::Error> {
    let places: Vec<&Touched> = touched.iter().filter(|place| !place.country.is_empty()).collect();
    let reports = standing::of_months(&mut Reader::Tx(tx), &places).await?;
    let month = |report: &Report| Some(Month::of(report.to));
    let tallies: BTreeMap<_, _> =
        reports.iter().map(|(cell, of)| (cell, Tally::of(of.values(), month))).collect();
    let count = |place: &Touched| {
        let tally = tallies.get(&place.cell());
        tally.map_or_else(Count::default, |tally| tally.count(place.month, rules))
    };
    let counts: Vec<(&Touched, Count)> = places.iter().map(|place| (*place, count(place))).collect();
    for counts in counts.chunks(AT_ONCE) {
        put(tx, counts).await?;
    }
    Ok(())
}

/// Keeps these counts.
///
/// # Errors
/// When the store cannot be written.
pub(super) async fn put(tx: &mut Tx, counts: &[(&Touched, Count)]) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        let mut insert = QueryBuilder::new(
            "insert into series_cell (country, province, threat, exercise, month, events, deaths, reports, peace, unstated) ",
        );
        insert.push_values(counts, |mut row, (place, count)| {
            row.push_bind(&place.country)
                .push_bind(&place.province)
                .push_bind(place.threat)
                .push_bind(place.exercise);
            row.push_bind(place.month).push_bind(i64::from(count.events)).push_bind(i64::from(count.deaths));
            row.push_bind(i64::from(count.reports)).push_bind(i64::from(count.peace));
            row.push_bind(i64::from(count.unstated));
        });
        insert.push(
            " on conflict (country, province, threat, exercise, month) do update set
                 events = excluded.events, deaths = excluded.deaths, reports = excluded.reports, peace = excluded.peace,
                 unstated = excluded.unstated",
        );
        insert.build().execute(c).await.map(|_| ())
    })
}
