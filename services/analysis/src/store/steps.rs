//! The changes of a level as a walk looks back on them.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Level, ProvinceCode, Threat, Timestamp};
use sqlx::QueryBuilder;

use super::{Reader, of_provinces, on_reader, provinces};
use crate::domain::{Cell, walk::Step};

/// The changes of these cells that were told from a moment on.
///
/// # Errors
/// When the store cannot be read.
pub async fn told(
    reader: &mut Reader<'_>,
    cells: &BTreeSet<Cell>,
    told_from: Timestamp,
) -> Result<BTreeMap<Cell, Vec<Step>>, sqlx::Error> {
    type Row = (ProvinceCode, Threat, bool, Level, Level, Timestamp, Timestamp);
    let rows: Vec<Row> = on_reader!(reader, |c| {
        let mut select = QueryBuilder::new(
            "select province, threat, exercise, was, now, coalesce(since, at), at from level_change where at >= ",
        );
        select.push_bind(told_from);
        of_provinces(&mut select, &provinces(cells));
        select.build_query_as().fetch_all(c).await
    })?;
    let mut steps: BTreeMap<Cell, Vec<Step>> = BTreeMap::new();
    for (province, threat, exercise, was, now, since, at) in rows {
        let Some(cell) = Cell::of(exercise, threat, &province) else { continue };
        let step = Step { was, now, since: since.day(), told: at.day() };
        steps.entry(cell).or_default().push(step);
    }
    Ok(steps)
}
