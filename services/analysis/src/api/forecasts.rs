//! Forecasts and how good they were.

use contracts::{
    Failure, Page,
    analysis::{
        forecasting::{ForecastWork, Forecasting, GetForecasting, GetWatchList},
        forecasts::{Forecast, GetScorecards, ListForecasts, Scorecard},
    },
};
use kit::Asked;

use super::{STAFF, known, reach};
use crate::{
    Analysis, Error,
    domain::{Month, board::WINDOWS},
    jobs,
    store::{
        counted_now::{self, Scored},
        forecast::{self, After},
        pass, scorecards,
    },
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
    if asked.query.known_on.is_none() {
        tell_revised(service, &mut page.items).await?;
    }
    Ok(page)
}

/// Says beside what came of forecasts what is counted now where sources have revised it: the scores stand (decision 0047).
async fn tell_revised(service: &Analysis, told: &mut [Forecast]) -> Result<(), Error> {
    let scored = told.iter().filter_map(|one| {
        let observed = one.outcome.as_ref()?.observed;
        Some(Scored {
            id: &one.id,
            threat: one.threat,
            country: one.country,
            province: one.province.as_ref(),
            days: (one.from, one.to),
            observed,
        })
    });
    let revised = counted_now::revised(&service.db, &scored.collect::<Vec<_>>()).await?;
    for one in told {
        let now = revised.get(&one.id).copied();
        if let Some(outcome) = &mut one.outcome {
            outcome.counted_now = now;
        }
    }
    Ok(())
}

/// The same of the misses of a record.
async fn tell_revised_misses(service: &Analysis, cards: &mut [Scorecard]) -> Result<(), Error> {
    let scored = cards.iter().flat_map(|card| {
        card.misses.iter().map(|miss| Scored {
            id: &miss.id,
            threat: card.threat,
            country: miss.country,
            province: miss.province.as_ref(),
            days: (miss.from, miss.to),
            observed: miss.observed,
        })
    });
    let revised = counted_now::revised(&service.db, &scored.collect::<Vec<_>>()).await?;
    for miss in cards.iter_mut().flat_map(|card| &mut card.misses) {
        miss.counted_now = revised.get(&miss.id).copied();
    }
    Ok(())
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

/// The provinces in which an escalation is likeliest, by the newest forecasts that were issued.
///
/// # Errors
/// When the asker is no staff, the window does not exist, or the store does not answer.
pub async fn get_watch_list(service: &Analysis, asked: &Asked<GetWatchList>) -> Result<Vec<Forecast>, Error> {
    asked.allow(STAFF)?;
    windowed(Some(asked.query.months))?;
    let mut found = forecast::watch(&service.db, &asked.query).await?;
    let markings = reach::markings(service, false).await?;
    reach::forecasts(&mut found, &markings, &asked.principal);
    Ok(found)
}

/// How good the forecasts were, model by model; as was known at a moment, by those alone of which it was known then what came.
///
/// # Errors
/// When the asker is no staff or the store does not answer.
pub async fn get_scorecards(
    service: &Analysis,
    asked: &Asked<GetScorecards>,
) -> Result<Vec<Scorecard>, Error> {
    asked.allow(STAFF)?;
    windowed(asked.query.months)?;
    let mut cards = scorecards::cards(&service.db, &asked.query).await?;
    if !asked.principal.knows_restricted() {
        reach::misses(&mut cards, &reach::markings(service, false).await?, &asked.principal);
    }
    if asked.query.known_on.is_none() {
        tell_revised_misses(service, &mut cards).await?;
    }
    Ok(cards)
}

/// How forecasts stand: ready, or being worked out anew, and what they wait for.
///
/// # Errors
/// When the asker is no staff or the store does not answer.
pub async fn get_forecasting(
    service: &Analysis,
    asked: &Asked<GetForecasting>,
) -> Result<Forecasting, Error> {
    asked.allow(STAFF)?;
    let told = jobs::standing(service).await?;
    let newest = pass::newest(&service.db).await?;
    let (state, pass) = (told.state, told.pass);
    Ok(Forecasting {
        state,
        since: pass.noticed_at.or(pass.heard).filter(|_| state != ForecastWork::Ready),
        imports: pass.imports,
        begins_at: told.begins_at.filter(|_| state == ForecastWork::Waiting),
        origin: newest.map(|(origin, _)| origin),
        issued_at: newest.map(|(_, at)| at),
    })
}

/// Whether forecasts that are not there may yet come of what has come in.
///
/// # Errors
/// When the store cannot be read.
pub(super) async fn are_due(service: &Analysis) -> Result<bool, Error> {
    Ok(jobs::standing(service).await?.state != ForecastWork::Ready)
}
