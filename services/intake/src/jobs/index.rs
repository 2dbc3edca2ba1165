//! The job that puts the words of observations into the index of texts, behind the imports and never in their way.

use crate::{
    Intake,
    domain::marks,
    error::Error,
    store::{observations, recording, runs, text},
};

/// How many observations are put into the index in one transaction.
const AT_ONCE: i64 = 1000;
/// How many while a file is read: whoever writes meanwhile holds up the reading.
const BESIDE_A_FILE: i64 = 100;

/// Takes one step from where the index ends, and asks for the next turn where there is more: between the steps the service may
/// stop. While a file is read the next step waits for its time.
pub async fn run(service: &Intake) -> Result<(), Error> {
    let is_reading = runs::is_reading(&service.db).await?;
    if step(service, if is_reading { BESIDE_A_FILE } else { AT_ONCE }).await? && !is_reading {
        service.db.nudges().nudge(recording::TEXT_INDEX);
    }
    Ok(())
}

/// Puts the next observations into the index; `false` when it holds all.
async fn step(service: &Intake, at_once: i64) -> Result<bool, Error> {
    let reach = text::reach(&service.db).await?;
    metrics::gauge!("intake_text_index_behind").set(reach.behind() as f64);
    let rows = observations::recorded_after(&service.db, reach.reached, at_once).await?;
    let Some(last) = rows.last().map(|row| row.ordinal) else { return Ok(false) };
    let words = |row: observations::Recorded| (row.rank, marks::of(&row.body.0));
    let held = tokio::task::spawn_blocking(move || rows.into_iter().map(words).collect::<Vec<_>>()).await?;
    let mut tx = service.db.begin().await?;
    if text::advance(&mut tx, (reach.reached, last)).await? {
        text::insert(&mut tx, &held).await?;
        tx.commit().await?;
    }
    Ok(true)
}
