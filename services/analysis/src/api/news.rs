//! What changed since a moment.

use chrono::TimeDelta;
use contracts::{
    Failure,
    analysis::news::{GetNews, News},
};
use kit::Asked;

use super::{STAFF, known};
use crate::{Analysis, Error, domain::news as rules, store::news};

/// How far back changes are told.
const MOST_DAYS: i64 = 400;

/// What changed since a moment, province by province.
///
/// # Errors
/// When the asker is no staff, the moment lies ahead or more than 400 days back, the province does not exist, or the store does not answer.
pub async fn get_news(service: &Analysis, asked: &Asked<GetNews>) -> Result<News, Error> {
    asked.allow(STAFF)?;
    let GetNews { since, province, .. } = &asked.query;
    known(province.as_ref())?;
    let until = service.db.clock().now();
    if *since > until {
        let failure = Failure::invalid("nothing has changed since then yet");
        return Err(failure.at("/since", format!("{since} lies ahead; give a moment before now")).into());
    }
    let oldest = until.plus(-TimeDelta::days(MOST_DAYS));
    if *since < oldest {
        let failure = Failure::invalid("that is longer ago than changes are told of");
        return Err(failure
            .at(
                "/since",
                format!(
                    "{since} is more than {MOST_DAYS} days ago; give a later moment, or ask /v1/situation?on="
                ),
            )
            .into());
    }
    let parts = news::since(&service.db, &asked.query).await?;
    Ok(News { since: *since, until, provinces: rules::by_province(parts) })
}
