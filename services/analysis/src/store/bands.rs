//! The bands of threats that have their own, month by month.

use std::collections::BTreeMap;

use domain::{Threat, Timestamp};
use kit::{Tx, on_tx};

use super::{Reader, on_reader};
use crate::domain::{Bands, Month};

/// The bands of each threat that has its own.
pub type ByThreat = BTreeMap<Threat, Bands>;

#[derive(sqlx::FromRow)]
struct Row {
    threat: Threat,
    month: Month,
    low: Option<f64>,
    elevated: Option<f64>,
    high: Option<f64>,
    critical: Option<f64>,
}

impl Row {
    fn bands(&self) -> Option<Bands> {
        let from = [self.low?, self.elevated?, self.high?, self.critical?];
        Some(Bands::kept(from, self.month.first_day()?))
    }
}

/// The bands that served before a moment.
///
/// # Errors
/// When the store cannot be read.
pub async fn serving(reader: &mut Reader<'_>, before: Timestamp) -> Result<ByThreat, sqlx::Error> {
    let rows: Vec<Row> = on_reader!(reader, |c| {
        sqlx::query_as(
        "select threat, month, low, elevated, high, critical from own_band where set_at < $1 order by month"
    )
    .bind(before)
    .fetch_all(c)
    .await
    })?;
    let mut found = ByThreat::new();
    for row in rows {
        match row.bands() {
            Some(bands) => found.insert(row.threat, bands),
            None => found.remove(&row.threat),
        };
    }
    Ok(found)
}

/// Whether the bands of a threat were set for this month.
///
/// # Errors
/// When the store cannot be read.
pub async fn is_set(reader: &mut Reader<'_>, threat: Threat, month: Month) -> Result<bool, sqlx::Error> {
    let row: Option<(Threat,)> = on_reader!(reader, |c| sqlx::query_as(
        "select threat from own_band where threat = $1 and month = $2"
    )
    .bind(threat)
    .bind(month)
    .fetch_optional(c)
    .await)?;
    Ok(row.is_some())
}

/// Sets the bands of a threat from a month on; `None`: it has none of its own. Once set they stay for the month.
///
/// # Errors
/// When the store cannot be written.
pub async fn set(
    tx: &mut Tx,
    threat: Threat,
    (month, bands): (Month, Option<Bands>),
) -> Result<(), sqlx::Error> {
    let from = bands.map(|bands| bands.borders());
    let at = tx.now();
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into own_band (threat, month, low, elevated, high, critical, set_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (threat, month) do nothing"
    )
    .bind(threat)
    .bind(month)
    .bind(from.map(|from| from[0]))
    .bind(from.map(|from| from[1]))
    .bind(from.map(|from| from[2]))
    .bind(from.map(|from| from[3]))
    .bind(at)
    .execute(c)
    .await
    .map(|_| ())
    })
}
