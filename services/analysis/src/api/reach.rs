//! What may be told to whom: levels, unusual months, forecasts and news bear the join of what they rest on, and whoever has no need
//! to know what is restricted is told from the rest (decision 0019).

use std::collections::BTreeSet;

use contracts::{
    Principal,
    analysis::{
        LevelChange,
        anomalies::Anomaly,
        forecasts::{Forecast, Scorecard},
        overrides::Override,
    },
};
use domain::{Day, ProvinceCode, Threat};

use crate::{
    Analysis, Error,
    domain::{Cell, Rules, cell::country_of, news::Parts},
    store::{
        Reader,
        handling::{self, Markings},
    },
};

/// The keys of the handling that lies above the reach of this principal; none for most.
pub(super) async fn beyond(service: &Analysis, principal: &Principal) -> Result<BTreeSet<String>, Error> {
    if principal.knows_restricted() {
        return Ok(BTreeSet::new());
    }
    Ok(handling::restricted(&mut Reader::Db(&service.db)).await?)
}

/// Under which handling everything of one of the two worlds came.
pub(super) async fn markings(service: &Analysis, exercise: bool) -> Result<Markings, Error> {
    Ok(Markings::read(&mut Reader::Db(&service.db), exercise, None).await?)
}

/// Marks changes of level, of a whole period where one begins on `since`, and leaves those that this principal may know.
pub(super) fn changes(
    all: &mut Vec<LevelChange>,
    (markings, rules): (&Markings, &Rules),
    since: Option<Day>,
    principal: &Principal,
) {
    for change in all.iter_mut() {
        change.handling = markings.of_change(change, since.unwrap_or_else(|| change.at.day()), rules);
    }
    all.retain(|change| principal.may_know(change.handling.as_ref()));
}

/// Marks unusual months, and leaves those that this principal may know.
pub(super) fn anomalies(all: &mut Vec<Anomaly>, markings: &Markings, principal: &Principal) {
    for one in all.iter_mut() {
        one.handling = Some(markings.of_anomaly(one));
    }
    all.retain(|one| principal.may_know(one.handling.as_ref()));
}

/// Marks forecasts, and leaves those that this principal may know.
pub(super) fn forecasts(all: &mut Vec<Forecast>, markings: &Markings, principal: &Principal) {
    for one in all.iter_mut() {
        one.handling = Some(markings.of_forecast(one));
    }
    all.retain(|one| principal.may_know(one.handling.as_ref()));
}

/// Leaves of the misses of a record those that this principal may know.
pub(super) fn misses(cards: &mut [Scorecard], markings: &Markings, principal: &Principal) {
    for card in cards {
        let threat = card.threat;
        card.misses.retain(|miss| {
            principal.may_know(Some(&markings.counted((miss.country, miss.province.as_ref()), threat)))
        });
    }
}

/// Leaves of the levels that were set by hand those whose computed level this principal may know, since a day where one is given:
/// why one was set tells of what the other rests on.
pub(super) fn overrides(
    all: &mut Vec<Override>,
    (markings, rules): (&Markings, &Rules),
    since: Option<Day>,
    principal: &Principal,
) {
    all.retain(|set| {
        let cell = Cell::of(set.exercise, set.threat, &set.province);
        let since = since.unwrap_or_else(|| set.at.day());
        principal.may_know(cell.map(|cell| markings.of_level(&cell, since, rules)).as_ref())
    });
}

/// Marks what may be news since a day, and leaves what this principal may know; what came in was left out as it was read.
pub(super) fn news(
    parts: &mut Parts,
    (markings, rules): (&Markings, &Rules),
    since: Day,
    principal: &Principal,
) {
    changes(&mut parts.levels, (markings, rules), Some(since), principal);
    overrides(&mut parts.overrides, (markings, rules), Some(since), principal);
    anomalies(&mut parts.anomalies, markings, principal);
    let foretold = |province: &ProvinceCode, threat: Threat| {
        let counted = country_of(province).map(|country| markings.counted((country, Some(province)), threat));
        principal.may_know(counted.as_ref())
    };
    parts.outlooks.retain(|(province, outlook)| foretold(province, outlook.threat));
    parts.resolved.retain(|(province, resolved)| foretold(province, resolved.threat));
}
