//! Forecasts: issued once from every new month that complete sources cover, scored when their window is over.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use contracts::analysis::forecasts::Scope;
use domain::{Country, Threat, Timestamp};
use kit::Tx;

use crate::{
    Analysis, Error, SETTLE,
    domain::{
        Board, Month,
        board::{self, Counts, Made},
        reach::{self, Months},
        scorecard,
    },
    store::{day, forecast as store, listed, turn},
};

/// Issues what is due and scores what is over, unless a file may still be coming in: what is issued is never changed.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn forecast(service: &Analysis) -> Result<(), Error> {
    let quiet = TimeDelta::minutes(i64::from(service.forecasting.quiet_minutes));
    let (heard, now) = (listed::last_heard(&service.db).await?, service.db.clock().now());
    let importing =
        listed::is_importing(&service.db, now.plus(-TimeDelta::hours(listed::LOST_HOURS))).await?;
    if importing || heard.is_some_and(|at| now.since(at) < quiet) {
        return Ok(());
    }
    let sources = listed::all(&service.db).await?;
    for threat in Threat::ALL.iter().copied() {
        // what comes in meanwhile would be half counted: the next time it is all there
        if listed::last_heard(&service.db).await? != heard {
            return Ok(());
        }
        let covered = reach::covered(&sources, threat);
        let Some(period) = board::period(&covered) else { continue };
        let counts = store::counts(&service.db, threat, period).await?;
        for scope in Scope::ALL.iter().copied() {
            issue(service, (threat, scope), (&covered, period), (&counts, heard)).await?;
        }
        resolve(service, threat, &covered, (&counts, heard)).await?;
    }
    Ok(())
}

/// Makes the forecasts that are missing from the newest month and those before it, one origin a transaction.
async fn issue(
    service: &Analysis,
    (threat, scope): (Threat, Scope),
    (covered, period): (&BTreeMap<Country, Months>, Months),
    (counts, heard): (&Counts, Option<Timestamp>),
) -> Result<(), Error> {
    let made = store::origins(&service.db, threat, scope).await?;
    let rehearsals = i32::try_from(service.forecasting.rehearsals).unwrap_or(i32::MAX);
    let oldest = period.0.max(period.1.plus(-rehearsals));
    let missing: Vec<Month> = oldest.to(period.1).filter(|month| !made.contains(month)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let Some(board) = Board::new((threat, scope), covered, period, counts) else { return Ok(()) };
    let now = service.db.clock().now();
    let origins = missing.clone();
    let made = tokio::task::spawn_blocking(move || board.all_forecasts(&origins, now))
        .await
        .map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))?;
    for origin in &missing {
        let of_origin: Vec<Made> =
            made.iter().filter(|made| Month::of(made.forecast.origin) == *origin).cloned().collect();
        let Some(mut tx) = unless_heard(service, heard).await? else { return Ok(()) };
        store::put(&mut tx, scope, &of_origin).await?;
        day::take_back(&mut tx, None, None).await?;
        tx.nudge(SETTLE);
        tx.commit().await?;
    }
    tracing::info!(threat = %threat, scope = %scope, origin = %period.1, origins = missing.len(), forecasts = made.len(),
        "forecasts issued");
    metrics::counter!("analysis_forecasts_made_total").increment(made.len() as u64);
    Ok(())
}

/// A transaction beside which no evidence comes in; `None` where some came in since it was counted.
async fn unless_heard(service: &Analysis, heard: Option<Timestamp>) -> Result<Option<Tx>, Error> {
    let tx = turn(&service.db).await?;
    Ok((listed::last_heard(&service.db).await? == heard).then_some(tx))
}

/// Writes down what came of forecasts whose months are counted by now.
async fn resolve(
    service: &Analysis,
    threat: Threat,
    covered: &BTreeMap<Country, Months>,
    (counts, heard): (&Counts, Option<Timestamp>),
) -> Result<(), Error> {
    let Some(last) = covered.values().map(|(_, last)| *last).max() else { return Ok(()) };
    let mut after = None;
    loop {
        let open = store::open(&service.db, (threat, last), after.as_ref()).await?;
        let Some(end) = open.last().map(|open| open.forecast.id.clone()) else { return Ok(()) };
        let now = service.db.clock().now();
        let over = open.iter().filter_map(|open| {
            let told = &open.forecast;
            let months = (Month::of(told.from), Month::of(told.to));
            let counted =
                covered.get(&told.country).is_some_and(|all| all.0 <= months.0 && months.1 <= all.1);
            let observed = counted.then(|| board::observed(counts, told, months))?;
            let outcome = scorecard::resolve(told, (&open.expected, &open.naive), (observed, now));
            Some((told.id.clone(), outcome))
        });
        let over: Vec<_> = over.collect();
        let Some(mut tx) = unless_heard(service, heard).await? else { return Ok(()) };
        store::resolve(&mut tx, &over).await?;
        tx.commit().await?;
        metrics::counter!("analysis_forecasts_resolved_total").increment(over.len() as u64);
        after = Some(end);
    }
}
