//! Alarms and rules, each with its record.

use contracts::{
    Page,
    alerts::alarms::{Alarm, Budget, GetRules, ListAlarms, RuleStanding},
};
use domain::{AlarmId, Level, Timestamp};
use kit::{After, Asked};

use super::{STAFF, allow};
use crate::{
    Alerts,
    domain::{alarm, rule, score},
    error::Error,
    store,
};

/// How many of the newest alarms the record is made of.
const RECORD: i64 = 10_000;

/// Alarms, newest first, each with what came of it.
pub async fn list_alarms(service: &Alerts, asked: &Asked<ListAlarms>) -> Result<Page<Alarm>, Error> {
    allow(asked, STAFF)?;
    let query = &asked.query;
    let after = query.page.cursor.as_deref().map(read_cursor).transpose()?;
    let limit = i64::from(query.page.size()) + 1;
    let found = store::alarm::list(&service.db, query, after, limit).await?;
    let rises = store::alarm::rises(&service.db, query.exercise, &counted(service)).await?;
    let now = service.db.clock().now();
    let mut page = Page::cut(found, query.page.size(), |last| After::cursor(last.raised_at, &last.id));
    page.items.retain(|alarm| asked.principal.may_know(alarm.handling.as_ref()));
    Ok(page.map(|alarm| score::told(alarm, &rises, now)))
}

fn read_cursor(text: &str) -> Result<(Timestamp, AlarmId), Error> {
    let parts = text.split_once('~').and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
    parts.ok_or_else(|| Error::Cursor(text.to_owned()))
}

/// The levels to which a rise counts.
fn counted(service: &Alerts) -> Vec<Level> {
    Level::ALL.iter().copied().filter(|level| *level >= service.alarms.rise_to).collect()
}

/// The rules as they stand; the alarms' with its budget and its record in the real world.
pub async fn get_rules(service: &Alerts, asked: &Asked<GetRules>) -> Result<Vec<RuleStanding>, Error> {
    allow(asked, STAFF)?;
    let now = service.db.clock().now();
    let set = store::alarm::threshold(&service.db, now.day().plus(1), service.alarms.per_month).await?;
    let alarms = store::alarm::list(&service.db, &ListAlarms::default(), None, RECORD).await?;
    let rises = store::alarm::rises(&service.db, false, &counted(service)).await?;
    // rises from before the first alarm could not be warned of
    let first = alarms.last().map(|alarm| alarm.raised_at);
    let rises: Vec<_> =
        rises.into_iter().filter(|rise| first.is_some_and(|first| rise.at >= first)).collect();
    let standing = |name: &str, budget, score| RuleStanding {
        name: name.to_owned(),
        rise_to: service.rule.rise_to,
        threats: service.rule.threats.iter().copied().collect(),
        budget,
        score,
    };
    let budget = Budget {
        alarms_per_month: service.alarms.per_month,
        threshold: set.chance,
        months: u32::try_from(set.months).unwrap_or(u32::MAX),
        chances: set.chances as u64,
        measured: set.measured,
    };
    let score = score::score(&alarms, &rises, now);
    Ok(vec![standing(rule::NAME, None, None), standing(alarm::NAME, Some(budget), Some(score))])
}
