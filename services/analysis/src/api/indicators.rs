//! The indicators of a province: each with its weight, its direction, what was last read and what before.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use contracts::{
    Failure,
    analysis::indicators::{IndicatorStanding, ListIndicators},
};
use domain::{Day, Handling, Indicator, Timestamp};
use kit::Asked;

use super::{STAFF, known, reach};
use crate::{
    Analysis, Error,
    domain::{
        Reading,
        reading::{self, IndicatorRules},
        situation::joined,
    },
    store::{Reader, evidence, reading as store, told::marking_keys},
};

/// How many readings before the newest are told of each indicator.
const HISTORY: usize = 20;

/// The indicators that bear on a threat, or all, read or not; those that move the index most come first. Whoever has no need to know
/// what is restricted is told from the rest.
///
/// # Errors
/// When the asker is no staff, the province does not exist, the day is ahead, a day and a moment are given, or the store does not answer.
pub async fn list_indicators(
    service: &Analysis,
    asked: &Asked<ListIndicators>,
) -> Result<Vec<IndicatorStanding>, Error> {
    asked.allow(STAFF)?;
    let query = &asked.query;
    known(Some(&query.province))?;
    let today = service.db.clock().now().day();
    let (on, known_before) = moment(query, today)?;
    let rules = &service.rules.indicators;
    let mut reader = Reader::Db(&service.db);
    let period = (on.plus(-rules.horizon_days()), known_before);
    let mut found = store::as_known(&mut reader, &[&query.province], period).await?;
    let mut readings = found.remove(&(query.province.clone(), query.exercise)).unwrap_or_default();
    let above = reach::beyond(service, &asked.principal).await?;
    readings.retain(|reading| !above.contains(&reading.marking));
    let keys = marking_keys(readings.iter().map(|reading| &reading.marking));
    let markings = evidence::markings(&mut reader, keys).await?;
    let bears =
        |indicator: &&Indicator| query.threat.is_none_or(|threat| indicator.threats().contains(&threat));
    let standing = |indicator: &Indicator| standing(query, (*indicator, on), (&readings, &markings), rules);
    let mut all: Vec<IndicatorStanding> = Indicator::ALL.iter().filter(bears).map(standing).collect();
    all.sort_by(|a, b| {
        b.latest.is_some().cmp(&a.latest.is_some()).then(b.contribution.total_cmp(&a.contribution))
    });
    Ok(all)
}

/// The day that is asked about, and before which moment everything was known that is told.
fn moment(query: &ListIndicators, today: Day) -> Result<(Day, Timestamp), Error> {
    let on = match (query.on, query.known_on) {
        (Some(_), Some(_)) => {
            let failure = Failure::invalid("the indicators are told of one moment");
            let why = "give either known_on, a moment, or on, a day, which tells what was known by its end";
            return Err(failure.at("/known_on", why).into());
        }
        (on, None) => on.unwrap_or(today),
        (None, Some(at)) => at.day(),
    };
    if on > today {
        return Err(Error::Ahead(on));
    }
    let end = on.plus(1).start();
    // up to the moment itself
    Ok((on, query.known_on.map_or(end, |at| at.plus(TimeDelta::microseconds(1)))))
}

fn standing(
    query: &ListIndicators,
    (indicator, on): (Indicator, Day),
    (readings, markings): (&[Reading], &BTreeMap<String, Handling>),
    rules: &IndicatorRules,
) -> IndicatorStanding {
    let own: Vec<&Reading> = readings.iter().filter(|reading| reading.indicator == indicator).collect();
    let read = reading::read(own.iter().copied(), None, on, rules).into_iter().next();
    let told = |reading: &&Reading| reading.told(joined([&reading.marking], markings));
    let mut newest_first = own.iter().rev().map(told);
    IndicatorStanding {
        indicator,
        province: query.province.clone(),
        kind: indicator.kind(),
        direction: reading::direction(indicator),
        weight: rules.weight(indicator),
        half_life_days: rules.half_life(indicator),
        threats: indicator.threats().to_vec(),
        belief: read.as_ref().map_or(0.0, |read| read.belief),
        contribution: read.as_ref().map_or(0.0, |read| read.contribution),
        latest: newest_first.next(),
        history: newest_first.take(HISTORY).collect(),
    }
}
