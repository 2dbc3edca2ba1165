//! What changed since a moment.

use chrono::TimeDelta;
use contracts::{
    Failure, Page,
    analysis::{
        GetSituation,
        news::{GetNews, News},
    },
};
use domain::{ProvinceCode, Timestamp};
use kit::Asked as AskedBy;

use super::{STAFF, cursor, known, reach, situation};
use crate::{
    Analysis, Error,
    domain::news as rules,
    store::{heard::Asked, news},
};

/// How far back changes are told.
const MOST_DAYS: i64 = 400;

/// What changed since a moment, province by province; further pages tell of the moments of the first.
///
/// # Errors
/// When the asker is no staff, the moment lies ahead or more than 400 days back, the province does not exist, or the store does not answer.
pub async fn get_news(service: &Analysis, asked: &AskedBy<GetNews>) -> Result<News, Error> {
    asked.allow(STAFF)?;
    let GetNews { since, province, page, .. } = &asked.query;
    known(province.as_ref())?;
    let now = service.db.clock().now();
    let after = page.cursor.as_deref().map(|text| read_cursor(text, now)).transpose()?;
    let until = after.as_ref().map_or(now, |(until, _)| *until);
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
    let (above, rules) = (reach::beyond(service, &asked.principal).await?, &service.rules.spillover);
    let wanted = Asked {
        since: *since,
        province: province.as_ref(),
        exercise: asked.query.exercise,
        until,
        above: &above,
    };
    let mut parts = news::since(&service.db, &wanted, rules).await?;
    let markings = reach::markings(service, asked.query.exercise).await?;
    reach::news(&mut parts, (&markings, rules), since.day(), &asked.principal);
    if !parts.levels.is_empty() {
        let stands = GetSituation {
            province: province.clone(),
            exercise: asked.query.exercise,
            ..GetSituation::default()
        };
        rules::account(&mut parts.levels, &situation::told_to(service, &stands, &above).await?);
    }
    let mut provinces = rules::by_province(parts);
    if let Some((_, last)) = &after {
        let told =
            provinces.iter().position(|news| news.province == *last).map_or(provinces.len(), |at| at + 1);
        provinces.drain(..told);
    }
    let page = Page::cut(provinces, page.size(), |last| format!("{until}|{}", last.province));
    Ok(News { since: *since, until, provinces: page.items, next: page.next })
}

/// The moment the first page was asked at, and the last province that was told.
fn read_cursor(text: &str, now: Timestamp) -> Result<(Timestamp, ProvinceCode), Error> {
    let (until, last) = cursor::read(text)?;
    if until > now { Err(Error::Cursor(text.to_owned())) } else { Ok((until, last)) }
}
