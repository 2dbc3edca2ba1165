//! Forecasts and how good they were.

use contracts::{
    Page,
    analysis::forecasts::{Forecast, GetScorecards, ListForecasts, Scorecard},
};
use kit::Asked;

use super::{STAFF, known};
use crate::{
    Analysis, Error,
    domain::{Month, scorecard},
    store::forecast::{self, After},
};

/// Forecasts, newest origin first.
///
/// # Errors
/// When the asker is no staff, the province or the cursor does not exist, or the store does not answer.
pub async fn list_forecasts(
    service: &Analysis,
    asked: &Asked<ListForecasts>,
) -> Result<Page<Forecast>, Error> {
    asked.allow(STAFF)?;
    known(asked.query.province.as_ref())?;
    let after = asked.query.page.cursor.as_deref().map(read_cursor).transpose()?;
    let found = forecast::list(&service.db, &asked.query, after).await?;
    let cursor = |last: &Forecast| format!("{}|{}|{}", Month::of(last.origin), last.months, last.id);
    Ok(Page::cut(found, asked.query.page.size(), cursor))
}

fn read_cursor(text: &str) -> Result<After, Error> {
    let mut parts = text.split('|');
    let mut next = || parts.next();
    let read = next().zip(next()).zip(next()).and_then(|((origin, months), id)| {
        Some((origin.parse().ok()?, months.parse().ok()?, id.parse().ok()?))
    });
    read.ok_or_else(|| Error::Cursor(text.to_owned()))
}

/// How good the forecasts were, beside the naive rule.
///
/// # Errors
/// When the asker is no staff or the store does not answer.
pub async fn get_scorecards(
    service: &Analysis,
    asked: &Asked<GetScorecards>,
) -> Result<Vec<Scorecard>, Error> {
    asked.allow(STAFF)?;
    Ok(scorecard::cards(forecast::resolved(&service.db, &asked.query).await?))
}
