//! Forecasts: issued once from every new month that complete sources cover, scored when their window is over.

use std::{collections::BTreeMap, sync::Arc};

use chrono::TimeDelta;
use contracts::analysis::{forecasting::ForecastWork, forecasts::Scope};
use domain::{Country, Threat, Timestamp};
use kit::Tx;

use crate::{
    Analysis, Error, SETTLE,
    domain::{
        Board, Month,
        board::{self, Counts, Made, Shares, Wanted},
        pass::Pass,
        reach::{self, Months},
        scorecard, share,
    },
    store::{Reader, day, forecast as store, listed, pass, scores, turn},
};

/// Issues what is due and scores what is over, unless a file may still be coming in: what is issued is never changed. Nothing is
/// worked out twice of the same.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn forecast(service: &Analysis) -> Result<(), Error> {
    score_old(service).await?;
    let Standing { pass, of, state, .. } = standing(service).await?;
    let now = service.db.clock().now();
    match state {
        ForecastWork::Ready => return Ok(()),
        ForecastWork::Waiting => return note(service, pass.noticed(now)).await,
        ForecastWork::Working => {}
    }
    let pass = pass.noticed(now);
    note(service, pass.clone()).await?;
    if work_out(service, pass.heard).await? {
        note(service, pass.finished(of)).await?;
    }
    Ok(())
}

/// How forecasts stand.
pub(crate) struct Standing {
    /// Of what they were last worked out, and what has come in.
    pub pass: Pass,
    /// What they would be worked out of now.
    of: String,
    /// Whether they are ready, wait, or are to be worked out.
    pub state: ForecastWork,
    /// When what waits may begin; `None` while a file is read.
    pub begins_at: Option<Timestamp>,
}

/// How forecasts stand now.
///
/// # Errors
/// When the store cannot be read.
pub(crate) async fn standing(service: &Analysis) -> Result<Standing, Error> {
    let (now, rules) = (service.db.clock().now(), service.forecasting);
    // for so long complete sources must be silent
    let quiet = TimeDelta::minutes(i64::from(rules.quiet_minutes));
    let pass = pass::get(&service.db).await?;
    let of = pass.of(rules.rehearsals, env!("CARGO_PKG_VERSION"));
    let (state, begins_at) = (pass.state(&of, quiet, now), pass.begins_at(quiet, now));
    Ok(Standing { pass, of, state, begins_at })
}

async fn note(service: &Analysis, pass: Pass) -> Result<(), Error> {
    let mut tx = service.db.begin().await?;
    pass::put(&mut tx, &pass).await?;
    Ok(tx.commit().await?)
}

/// Works out everything; `false` where something came in meanwhile: the next time it is all there.
async fn work_out(service: &Analysis, heard: Option<Timestamp>) -> Result<bool, Error> {
    let sources = listed::all(&service.db).await?;
    for threat in Threat::ALL.iter().copied() {
        let covered = reach::covered(&sources, threat);
        let Some(period) = board::period(&covered) else { continue };
        let counts = store::counts(&service.db, threat, period).await?;
        for scope in Scope::ALL.iter().copied() {
            issue(service, (threat, scope), (&covered, period), (&counts, heard)).await?;
        }
        resolve(service, threat, &covered, (&counts, heard)).await?;
        if listed::last_heard(&mut Reader::Db(&service.db)).await? != heard {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Makes the forecasts that are missing, one origin a transaction: those before the newest month first, so that what came of
/// them is known when the newest are made.
async fn issue(
    service: &Analysis,
    (threat, scope): (Threat, Scope),
    (covered, period): (&BTreeMap<Country, Months>, Months),
    (counts, heard): (&Counts, Option<Timestamp>),
) -> Result<(), Error> {
    let made = store::origins(&service.db, threat, scope).await?;
    let rehearsals = i32::try_from(service.forecasting.rehearsals).unwrap_or(i32::MAX);
    let oldest = period.0.max(period.1.plus(-rehearsals));
    let mut before = board::missing(covered, period, (oldest.to(period.1), &made));
    let number = before.len();
    if before.is_empty() {
        return Ok(());
    }
    let Some(board) = Board::new((threat, scope), covered, period, counts) else { return Ok(()) };
    let board = Arc::new(board);
    let newest = before.split_off(&period.1);
    make(service, &board, (before, Shares::new()), heard).await?;
    resolve(service, threat, covered, (counts, heard)).await?;
    let shares = shares(service, (threat, scope)).await?;
    make(service, &board, (newest, shares), heard).await?;
    tracing::info!(threat = %threat, scope = %scope, origin = %period.1, origins = number, "forecasts issued");
    Ok(())
}

/// The share of the ladder in each window, chosen by what came; none of violence, where it is fixed.
async fn shares(service: &Analysis, (threat, scope): (Threat, Scope)) -> Result<Shares, Error> {
    let mut shares = Shares::new();
    if !threat.is_violence() {
        for months in board::WINDOWS {
            let record = scores::of_shares(&service.db, (threat, scope, months)).await?;
            shares.insert(months, share::choose(&record));
        }
    }
    Ok(shares)
}

/// Makes the forecasts of these origins for these countries and keeps them.
async fn make(
    service: &Analysis,
    board: &Arc<Board>,
    (wanted, shares): (Wanted, Shares),
    heard: Option<Timestamp>,
) -> Result<(), Error> {
    if wanted.is_empty() {
        return Ok(());
    }
    let now = service.db.clock().now();
    let (origins, ours) = (wanted.keys().copied().collect::<Vec<Month>>(), Arc::clone(board));
    let made = tokio::task::spawn_blocking(move || ours.all_forecasts(&wanted, &shares, now))
        .await
        .map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))?;
    for origin in origins {
        let mut of_origin: Vec<Made> =
            made.iter().filter(|made| Month::of(made.forecast.origin) == origin).cloned().collect();
        let Some(mut tx) = unless_heard(service, heard).await? else { return Ok(()) };
        // it is issued as it is written: whoever was told up to a moment before is told of it the next time
        for made in &mut of_origin {
            made.forecast.issued_at = tx.now();
        }
        store::put(&mut tx, board.scope(), &of_origin).await?;
        day::take_back(&mut tx, None, None).await?;
        tx.nudge(SETTLE);
        tx.commit().await?;
    }
    metrics::counter!("analysis_forecasts_made_total").increment(made.len() as u64);
    Ok(())
}

/// Puts what came of forecasts where scorecards are added up, of those that were resolved before that was done.
async fn score_old(service: &Analysis) -> Result<(), Error> {
    loop {
        let old = scores::unscored(&service.db).await?;
        if old.is_empty() {
            return Ok(());
        }
        let scored: Vec<_> =
            old.iter().map(|(of, outcome)| (of, outcome, scorecard::models(of, outcome, &[]))).collect();
        let mut tx = service.db.begin().await?;
        scores::put(&mut tx, &scored).await?;
        tx.commit().await?;
    }
}

/// A transaction beside which no evidence comes in; `None` where some came in since it was counted.
async fn unless_heard(service: &Analysis, heard: Option<Timestamp>) -> Result<Option<Tx>, Error> {
    let mut tx = turn(&service.db).await?;
    let newest = listed::last_heard(&mut Reader::Tx(&mut tx)).await?;
    Ok((newest == heard).then_some(tx))
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
        let Some(mut tx) = unless_heard(service, heard).await? else { return Ok(()) };
        let now = tx.now();
        let over = open.iter().filter_map(|open| {
            let told = &open.forecast;
            let months = (Month::of(told.from), Month::of(told.to));
            let unit = (told.country, told.province.as_ref());
            let counted = reach::covers(covered, told.country, months);
            let observed = counted.then(|| board::observed(counts, unit, months))?;
            let outcome = scorecard::resolve(told, (&open.expected, &open.naive), (observed, now));
            Some((open, outcome))
        });
        let over: Vec<_> = over.collect();
        let outcomes: Vec<_> =
            over.iter().map(|(open, outcome)| (open.forecast.id.clone(), outcome.clone())).collect();
        let scored: Vec<_> = over
            .iter()
            .map(|(open, outcome)| {
                (&open.forecast, outcome, scorecard::models(&open.forecast, outcome, &open.rivals))
            })
            .collect();
        store::resolve(&mut tx, &outcomes).await?;
        scores::put(&mut tx, &scored).await?;
        tx.commit().await?;
        metrics::counter!("analysis_forecasts_resolved_total").increment(over.len() as u64);
        after = Some(end);
    }
}
