//! What of the situations of a day is told to whoever has no need to know what is restricted.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    analysis::{GetSituation, Situation},
    principal::is_restricted,
};
use domain::Day;

use super::{Places, place, what_if};
use crate::{
    Analysis, Error,
    api::reach,
    domain::{Cell, Taken, listing},
    store::{Reader, past},
};

/// What rests on what lies above the reach of whoever asks is told from the rest, as if there were no more. A past day is told word for
/// word as it was, but what became restricted since is not told as of before (decision 0043).
///
/// # Errors
/// When the store does not answer.
pub(super) async fn within(
    service: &Analysis,
    query: &GetSituation,
    ((on, today), limit): ((Day, Day), Taken<'_>),
    mut told: Vec<Situation>,
) -> Result<Vec<Situation>, Error> {
    let mut above: Places = told.iter().filter(|one| is_restricted(&one.handling)).map(place).collect();
    above.extend(claimed_above(service, query, (on, limit), &told).await?);
    let rests_above = on != today && may_rest_above(service, query, on, &told).await?;
    if above.is_empty() && !rests_above && !hears_above(service, query, &told).await? {
        return Ok(told);
    }
    let (left, now) = what_if(service, query, on, limit).await?;
    // how much comes from a province is counted whatever it bears on: by what is left, however open a level is
    let heard: BTreeMap<_, _> = left.iter().map(|one| (place(one), &one.reporting)).collect();
    let is_heard_above =
        |one: &&Situation| heard.get(&place(one)).is_some_and(|left| **left != one.reporting);
    above.extend(told.iter().filter(is_heard_above).map(place));
    if on != today {
        above.extend(now);
    }
    told.retain(|one| !above.contains(&place(one)));
    told.extend(left.into_iter().filter(|one| above.contains(&place(one))));
    Ok(told)
}

/// The places that lists cover of which less is left, or nothing: they are told by what is left, however open what else is reported
/// of them.
async fn claimed_above(
    service: &Analysis,
    query: &GetSituation,
    (on, limit): (Day, Taken<'_>),
    told: &[Situation],
) -> Result<Places, Error> {
    if told.iter().all(|one| one.coverage.complete.is_none()) {
        return Ok(Places::new());
    }
    let end = on.plus(1).start();
    let left = past::spans_left(&mut Reader::Db(&service.db), limit, Some(end)).await?;
    let is_lost = |one: &&Situation| {
        one.coverage.complete.as_ref().is_some_and(|claim| {
            let listings = left.get(&(one.country, one.threat, query.exercise)).map(Vec::as_slice);
            let left = listing::completeness(&listing::until(listings.unwrap_or_default(), on), &[], on);
            left.is_none_or(|left| (&left.sources, left.until) != (&claim.sources, claim.until))
        })
    };
    Ok(told.iter().filter(is_lost).map(place).collect())
}

/// Whether anything that is restricted ever came from a province of which it is told how much comes from there.
async fn hears_above(service: &Analysis, query: &GetSituation, told: &[Situation]) -> Result<bool, Error> {
    if told.iter().all(|one| one.reporting.is_none()) {
        return Ok(false);
    }
    let markings = reach::markings(service, query.exercise).await?;
    let heard = told.iter().filter(|one| one.reporting.is_some());
    Ok(heard
        .map(|one| &one.province)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .any(|province| is_restricted(&markings.from_province(province))))
}

/// Whether any of these levels of a past day may rest on what is restricted by now.
async fn may_rest_above(
    service: &Analysis,
    query: &GetSituation,
    on: Day,
    told: &[Situation],
) -> Result<bool, Error> {
    let markings = reach::markings(service, query.exercise).await?;
    let rests_above = |one: &Situation| {
        let cell = Cell::of(query.exercise, one.threat, &one.province);
        cell.is_none_or(|cell| is_restricted(&markings.of_level(&cell, on, &service.rules)))
    };
    Ok(told.iter().any(rests_above))
}
