//! What changed since a moment.

use chrono::TimeDelta;
use contracts::{
    Failure, Page,
    analysis::{
        GetSituation, LevelChange,
        news::{GetNews, News},
    },
};
use domain::{ProvinceCode, Timestamp};
use kit::Asked as AskedBy;

use super::{STAFF, cursor, known, reach, situation};
use crate::{
    Analysis, Error,
    domain::news as rules,
    store::{self, Reader, heard::Asked, news},
};

/// How far back changes are told.
const MOST_DAYS: i64 = 400;

/// What changed since a moment, province by province, up to now or as was known at a later moment; further pages tell of the moments
/// of the first. Whoever asks since the moment
/// that an answer reaches up to is told everything once: what analysis heard late, and what it was writing just then, comes next.
///
/// # Errors
/// When the asker is no staff, a moment lies ahead or they lie more than 400 days apart, the province does not exist, or the store does not answer.
pub async fn get_news(service: &Analysis, asked: &AskedBy<GetNews>) -> Result<News, Error> {
    asked.allow(STAFF)?;
    let GetNews { since, province, known_on, page, .. } = &asked.query;
    known(province.as_ref())?;
    let now = service.db.clock().now();
    // behind the clock, where that was set back since
    let written = written_by(service, now).await?;
    let newest = behind(now).max(written);
    check((*since, *known_on), now.max(written))?;
    let newest = known_on.map_or(newest, |at| at.min(newest));
    let after = page.cursor.as_deref().map(|text| read_cursor(text, newest)).transpose()?;
    let until = match &after {
        Some((until, _)) => *until,
        None => known_on.map_or(written, |at| at.min(written)).max(*since),
    };
    let (above, rules) = (reach::beyond(service, &asked.principal).await?, &service.rules);
    let wanted = Asked {
        since: *since,
        province: province.as_ref(),
        exercise: asked.query.exercise,
        until,
        as_then: known_on.is_some(),
        above: &above,
    };
    let mut parts = news::since(&service.db, &wanted, rules).await?;
    let markings = reach::markings(service, asked.query.exercise).await?;
    reach::news(&mut parts, (&markings, rules), since.day(), &asked.principal);
    if !parts.levels.is_empty() {
        account(service, &wanted, &mut parts.levels).await?;
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

/// Says of changes of level what the situations account for: today's, or of a past moment those of the last day that had ended by then,
/// for the changes that they follow.
async fn account(service: &Analysis, asked: &Asked<'_>, changes: &mut [LevelChange]) -> Result<(), Error> {
    let on = asked.as_then.then(|| asked.until.day().plus(-1));
    let stands = GetSituation {
        province: asked.province.cloned(),
        exercise: asked.exercise,
        on,
        ..GetSituation::default()
    };
    let follows = |change: &&mut LevelChange| on.is_none_or(|day| change.at < day.plus(1).start());
    let changes: Vec<&mut LevelChange> = changes.iter_mut().filter(follows).collect();
    let places = changes.iter().map(|change| (change.province.clone(), change.threat)).collect();
    if !changes.is_empty() {
        rules::account(changes, &situation::told_of(service, &stands, (&places, asked.above)).await?);
    }
    Ok(())
}

/// That changes are told of between these: they lie neither ahead nor too far apart.
fn check((since, known_on): (Timestamp, Option<Timestamp>), now: Timestamp) -> Result<(), Failure> {
    if let Some(at) = known_on.filter(|at| *at > now) {
        let failure = Failure::invalid("what will be known is not known yet");
        return Err(failure.at("/known_on", format!("{at} lies ahead; give a moment before now")));
    }
    if let Some(at) = known_on.filter(|at| *at < since) {
        let failure = Failure::invalid("nothing changed between these moments");
        return Err(
            failure.at("/since", format!("{since} lies behind known_on={at}; give an earlier moment"))
        );
    }
    if since > now {
        let failure = Failure::invalid("nothing has changed since then yet");
        return Err(failure.at("/since", format!("{since} lies ahead; give a moment before now")));
    }
    if since < known_on.unwrap_or(now).plus(-TimeDelta::days(MOST_DAYS)) {
        let failure = Failure::invalid("that is longer ago than changes are told of");
        let before = known_on.map_or_else(|| "ago".to_owned(), |at| format!("before {at}"));
        let why = format!(
            "{since} is more than {MOST_DAYS} days {before}; give a later moment, or ask /v1/situation?on="
        );
        return Err(failure.at("/since", why));
    }
    Ok(())
}

/// The moment behind the last turn that was committed: what is being written just now is told the next time.
async fn written_by(service: &Analysis, now: Timestamp) -> Result<Timestamp, Error> {
    Ok(store::last_told_at(&mut Reader::Db(&service.db)).await?.map_or(now, behind))
}

/// Right behind a moment: what is told up to there is not told once more from there on.
fn behind(moment: Timestamp) -> Timestamp {
    moment.plus(TimeDelta::microseconds(1))
}

/// The moment up to which the first page tells, and the last province that was told.
fn read_cursor(text: &str, newest: Timestamp) -> Result<(Timestamp, ProvinceCode), Error> {
    let (until, last) = cursor::read(text)?;
    if until > newest { Err(Error::Cursor(text.to_owned())) } else { Ok((until, last)) }
}
