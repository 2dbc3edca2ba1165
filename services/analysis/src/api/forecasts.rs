//! Forecasts and how good they were.

use contracts::{
    Failure, Page,
    analysis::forecasts::{Forecast, GetScorecards, ListForecasts, Scorecard},
};
use kit::Asked;

use super::{STAFF, known, reach};
use crate::{
    Analysis, Error,
    domain::{Month, board::WINDOWS, scorecard},
    store::forecast::{self, After},
};

/// Forecasts, newest origin first.
///
/// # Errors
/// When the asker is no staff, the province, the window or the cursor does not exist, or the store does not answer.
pub async fn list_forecasts(
    service: &Analysis,
    asked: &Asked<ListForecasts>,
) -> Result<Page<Forecast>, Error> {
    asked.allow(STAFF)?;
    known(asked.query.province.as_ref())?;
    windowed(asked.query.months)?;
    let after = asked.query.page.cursor.as_deref().map(read_cursor).transpose()?;
    let found = forecast::list(&service.db, &asked.query, after).await?;
    let cursor = |last: &Forecast| format!("{}|{}|{}", Month::of(last.origin), last.months, last.id);
    let mut page = Page::cut(found, asked.query.page.size(), cursor);
    reach::forecasts(&mut page.items, &reach::markings(service, false).await?, &asked.principal);
    Ok(page)
}

/// Refuses a window that nothing is foretold of, so that it is not taken for one without forecasts.
fn windowed(months: Option<u32>) -> Result<(), Error> {
    match months {
        Some(months) if !WINDOWS.contains(&months) => {
            let why = format!("{months} is none of the windows that are foretold: 1, 3, 6 and 12 months");
            Err(Failure::invalid("there are no forecasts of that window").at("/months", why).into())
        }
        _ => Ok(()),
    }
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
    windowed(asked.query.months)?;
    Ok(scorecard::cards(forecast::resolved(&service.db, &asked.query).await?))
}
