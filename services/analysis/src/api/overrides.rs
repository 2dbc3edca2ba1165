//! Overrides: set, ended, listed.

use std::collections::BTreeSet;

use contracts::{
    Page, Role,
    analysis::overrides::{EndOverride, ListOverrides, Override, SetOverride},
};
use domain::{Level, OverrideId, ProvinceCode, Threat, Timestamp};
use kit::{Asked, Tx};

use super::{STAFF, cursor, fresh, known, reach};
use crate::{
    Analysis, Error, SETTLE,
    domain::{Cell, overrides as rules},
    store::{self, Reader, day, level, overrides},
};

/// Those who set a level beside the computed one.
const SENIOR: &[Role] = &[Role::SeniorAnalyst, Role::Head];

/// Sets a level beside the computed one; what was set before is replaced. Asked again under the same key, it is answered with
/// the one that was set.
///
/// # Errors
/// When the asker may not, the province does not exist, or the reason or the time is wrong.
pub async fn set_override(service: &Analysis, asked: &Asked<SetOverride>) -> Result<Override, Error> {
    asked.allow(SENIOR)?;
    let wish = &asked.query;
    let cell = cell((wish.exercise, wish.threat), &wish.province)?;
    let mut tx = store::turn(&service.db).await?;
    let id = match asked.seed() {
        Some(seed) => OverrideId::derived(&seed),
        None => OverrideId::generate(tx.now()),
    };
    if let Some(set) = overrides::get(&mut Reader::Tx(&mut tx), &id).await? {
        return Ok(set);
    }
    let (computed, since) = computed(&mut tx, &cell).await?;
    let by = (asked.principal.name.as_str(), tx.now());
    let set = rules::set(id, wish, computed, by).map_err(Error::Override)?;
    let before = overrides::active(&mut tx, &cell).await?;
    let was = before.as_ref().filter(|before| before.until > by.1).map_or(computed, |before| before.level);
    if let Some(before) = before {
        overrides::put(&mut tx, &rules::replaced(before, by)).await?;
    }
    store::moved::keep(&mut tx, (&set, was), (&cell, computed, since), &service.rules).await?;
    finish(tx, &wish.province).await?;
    Ok(set)
}

/// Ends an override before its time.
///
/// # Errors
/// When the asker may not, there is none, it was changed since it was read, it is over, or without a reason.
pub async fn end_override(service: &Analysis, asked: &Asked<EndOverride>) -> Result<Override, Error> {
    asked.allow(SENIOR)?;
    let EndOverride { id, reason, version } = &asked.query;
    let mut tx = store::turn(&service.db).await?;
    let before = overrides::get(&mut Reader::Tx(&mut tx), id).await?;
    let before = before.ok_or_else(|| Error::NoOverride(id.clone()))?;
    let (was, now) = (before.level, before.version);
    let ended = rules::end(before, reason, (&asked.principal.name, tx.now())).map_err(Error::Override)?;
    if ended.version == now {
        return Ok(ended); // twice is once
    }
    fresh(now, *version)?;
    let cell = cell((ended.exercise, ended.threat), &ended.province)?;
    let (computed, since) = computed(&mut tx, &cell).await?;
    store::moved::keep(&mut tx, (&ended, was), (&cell, computed, since), &service.rules).await?;
    finish(tx, &ended.province).await?;
    Ok(ended)
}

fn cell((exercise, threat): (bool, Threat), province: &ProvinceCode) -> Result<Cell, Error> {
    Cell::of(exercise, threat, province).ok_or_else(|| Error::NoProvince(province.clone()))
}

/// The computed level of a cell and since when; one that was never assessed is calm.
async fn computed(tx: &mut Tx, cell: &Cell) -> Result<(Level, Timestamp), Error> {
    let states =
        level::states(&mut Reader::Tx(tx), Some(cell.exercise), Some(&cell.province), Some(cell.threat))
            .await?;
    Ok(states.first().map_or((Level::Calm, tx.now()), |state| (state.level, state.since)))
}

/// Takes back what was told of the province today, and commits.
async fn finish(mut tx: Tx, province: &ProvinceCode) -> Result<(), Error> {
    day::take_back(&mut tx, Some(&BTreeSet::from([province.clone()])), None).await?;
    tx.nudge(SETTLE);
    Ok(tx.commit().await?)
}

/// Overrides, newest first.
///
/// # Errors
/// When the asker is no staff, the province or the cursor does not exist, or the store does not answer.
pub async fn list_overrides(
    service: &Analysis,
    asked: &Asked<ListOverrides>,
) -> Result<Page<Override>, Error> {
    asked.allow(STAFF)?;
    known(asked.query.province.as_ref())?;
    let after = asked.query.page.cursor.as_deref().map(cursor::read).transpose()?;
    let found = overrides::list(&service.db, &asked.query, after).await?;
    let mut page = Page::cut(found, asked.query.page.size(), |last| format!("{}|{}", last.at, last.id));
    let markings = reach::markings(service, asked.query.exercise).await?;
    reach::overrides(&mut page.items, (&markings, &service.rules), None, &asked.principal);
    Ok(page)
}
