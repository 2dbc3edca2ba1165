//! What of the situations of a day is told to whoever has no need to know what is restricted.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    analysis::{GetSituation, Situation},
    principal::is_restricted,
};
use domain::{Day, ProvinceCode};

use super::{Places, place, what_if};
use crate::{
    Analysis, Error,
    api::reach,
    domain::{Cell, Taken, listing, reporting},
    store::{Reader, handling::Markings, past},
};

/// What bounds what is told to whoever asks; read once, however many provinces are told one by one.
pub(super) struct Limits<'a> {
    /// The keys of the handling that lies above their reach.
    pub(super) above: &'a BTreeSet<String>,
    /// Under which handling everything came; `None` where nothing lies above, or where it is told of a part alone.
    pub(super) markings: Option<Markings>,
}

impl<'a> Limits<'a> {
    /// Those of this question, with nothing told under these keys.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn of(
        service: &Analysis,
        query: &GetSituation,
        above: &'a BTreeSet<String>,
    ) -> Result<Self, Error> {
        let is_plain = query.without.is_none() && query.grades.is_none();
        let markings = if is_plain && !above.is_empty() {
            Some(reach::markings(service, query.exercise).await?)
        } else {
            None
        };
        Ok(Self { above, markings })
    }
}

/// So many provinces are read one by one; of more the whole region is.
pub(super) const FEW: usize = 12;

/// What rests on what lies above the reach of whoever asks is told from the rest, as if there were no more. A past day is told word for
/// word as it was, but what became restricted since is not told as of before (decision 0043).
///
/// # Errors
/// When the store does not answer.
pub(super) async fn within(
    service: &Analysis,
    query: &GetSituation,
    ((on, today), limit): ((Day, Day), Taken<'_>),
    (mut told, markings): (Vec<Situation>, &Markings),
) -> Result<Vec<Situation>, Error> {
    let mut above: Places = told.iter().filter(|one| is_restricted(&one.handling)).map(place).collect();
    above.extend(claimed_above(service, query, (on, limit), &told).await?);
    let rests_above = on != today && may_rest_above(service, (query, on), (&told, markings));
    let heard = heard_above((&told, markings), on);
    if above.is_empty() && !rests_above && heard.is_empty() {
        return Ok(told);
    }
    let left = if on == today {
        left_of(service, query, (on, limit), &(&above | &heard)).await?
    } else {
        let (left, now) = what_if(service, query, on, limit).await?;
        above.extend(now);
        left
    };
    // how much comes from a province is counted whatever it bears on: by what is left, however open a level is
    let reporting: BTreeMap<_, _> = left.iter().map(|one| (place(one), &one.reporting)).collect();
    let is_less = |one: &&Situation| reporting.get(&place(one)).is_some_and(|left| **left != one.reporting);
    above.extend(told.iter().filter(is_less).map(place));
    told.retain(|one| !above.contains(&place(one)));
    told.extend(left.into_iter().filter(|one| above.contains(&place(one))));
    Ok(told)
}

/// What is left of these places: each province by itself where they are few, as all that is known of the region is read else.
async fn left_of(
    service: &Analysis,
    query: &GetSituation,
    (on, limit): (Day, Taken<'_>),
    above: &Places,
) -> Result<Vec<Situation>, Error> {
    let provinces: BTreeSet<&ProvinceCode> = above.iter().map(|(province, _)| province).collect();
    if query.province.is_some() || provinces.len() > FEW {
        return Ok(what_if(service, query, on, limit).await?.0);
    }
    let mut left = Vec::new();
    for province in provinces {
        let there = GetSituation { province: Some(province.clone()), ..query.clone() };
        left.extend(what_if(service, &there, on, limit).await?.0);
    }
    Ok(left)
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

/// The places of which it is told how much comes from their province, where anything that is restricted came from in the days that are
/// looked at for it.
fn heard_above((told, markings): (&[Situation], &Markings), on: Day) -> Places {
    let since = reporting::looked_at_since(on);
    let told = || told.iter().filter(|one| one.reporting.is_some());
    let provinces: BTreeSet<&ProvinceCode> = told().map(|one| &one.province).collect();
    let is_bound = |province: &&ProvinceCode| is_restricted(&markings.from_province_since(province, since));
    let bound: BTreeSet<&ProvinceCode> = provinces.into_iter().filter(is_bound).collect();
    told().filter(|one| bound.contains(&one.province)).map(place).collect()
}

/// Whether any of these levels of a past day may rest on what is restricted by now.
fn may_rest_above(
    service: &Analysis,
    (query, on): (&GetSituation, Day),
    (told, markings): (&[Situation], &Markings),
) -> bool {
    let rests_above = |one: &Situation| {
        let cell = Cell::of(query.exercise, one.threat, &one.province);
        cell.is_none_or(|cell| is_restricted(&markings.of_level(&cell, on, &service.rules)))
    };
    told.iter().any(rests_above)
}
