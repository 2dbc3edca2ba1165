//! How observations are marked, now and ever.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Country, Handling, ObservationId};
use sqlx::{Database, Encode, QueryBuilder, Type};

use super::{AT_ONCE, Reader, evidence, on_reader, told::marking_keys};

/// The join of the markings that these observations ever had, in whichever revision; `None` where none is known.
///
/// # Errors
/// When the store cannot be read.
pub async fn ever(
    reader: &mut Reader<'_>,
    ids: &BTreeSet<ObservationId>,
) -> Result<Option<Handling>, sqlx::Error> {
    joined(reader, ids, false).await
}

/// The join of the markings of these observations as they are now, of one that was taken back of all that it had; `None` where none
/// is known.
///
/// # Errors
/// When the store cannot be read.
pub async fn now(
    reader: &mut Reader<'_>,
    ids: &BTreeSet<ObservationId>,
) -> Result<Option<Handling>, sqlx::Error> {
    joined(reader, ids, true).await
}

async fn joined(
    reader: &mut Reader<'_>,
    ids: &BTreeSet<ObservationId>,
    now: bool,
) -> Result<Option<Handling>, sqlx::Error> {
    let keys = keys(reader, ids, now).await?;
    let keys: BTreeSet<String> = keys.into_iter().map(|(_, key)| key).collect();
    let known = evidence::markings(reader, keys.into_iter().collect()).await?;
    Ok(Handling::join_all(known.values()))
}

/// How each of these observations is marked now, as [`now`] tells of all of them; those alone of which something is known.
///
/// # Errors
/// When the store cannot be read.
pub async fn each_now(
    reader: &mut Reader<'_>,
    ids: &BTreeSet<ObservationId>,
) -> Result<BTreeMap<ObservationId, Handling>, sqlx::Error> {
    let keys = keys(reader, ids, true).await?;
    let known = evidence::markings(reader, marking_keys(keys.iter().map(|(_, key)| key))).await?;
    let mut each: BTreeMap<ObservationId, Handling> = BTreeMap::new();
    for (id, key) in keys {
        let Some(handling) = known.get(&key) else { continue };
        let joined = each.get(&id).map_or_else(|| handling.clone(), |known| known.join(handling));
        each.insert(id, joined);
    }
    Ok(each)
}

/// The keys of the handling of these observations, each with whose it is.
async fn keys(
    reader: &mut Reader<'_>,
    ids: &BTreeSet<ObservationId>,
    now: bool,
) -> Result<Vec<(ObservationId, String)>, sqlx::Error> {
    let (ids, mut keys): (Vec<&ObservationId>, Vec<(ObservationId, String)>) =
        (ids.iter().collect(), Vec::new());
    for ids in ids.chunks(AT_ONCE) {
        keys.extend(on_reader!(reader, |c| {
            let mut select = QueryBuilder::new(
                "select distinct e.observation_id, e.marking from evidence e where e.observation_id in (",
            );
            let mut list = select.separated(", ");
            for id in ids {
                list.push_bind(*id);
            }
            select.push(")");
            if now {
                select.push(
                    " and (e.stands or not exists (select 1 from evidence o where o.observation_id = e.observation_id and o.stands))",
                );
            }
            select.build_query_as::<(ObservationId, String)>().fetch_all(c).await
        })?);
    }
    Ok(keys)
}

/// How a row of evidence is marked: as it was known, but for what is restricted now, or was ever before it was taken back. What became
/// restricted since is not told as of before (decision 0043).
pub(super) fn as_now<DB: Database>(select: &mut QueryBuilder<DB>, restricted: &BTreeSet<String>)
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
{
    if restricted.is_empty() {
        select.push(", e.marking");
        return;
    }
    select.push(
        ", coalesce((select n.marking from evidence n where n.observation_id = e.observation_id and (n.stands or not exists
              (select 1 from evidence s where s.observation_id = e.observation_id and s.stands)) and n.marking in (",
    );
    let mut list = select.separated(", ");
    for key in restricted {
        list.push_bind(key.clone());
    }
    select.push(") order by n.marking limit 1), e.marking) as marking");
}

/// Only rows of the evidence by this name that are under none of these markings, and were left under none of them since.
pub(super) fn none_of<DB: Database>(select: &mut QueryBuilder<DB>, row: &'static str, keys: &BTreeSet<String>)
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
{
    for since in [false, true] {
        if since {
            select.push(") and not exists (select 1 from evidence n where n.observation_id = ").push(row);
            select.push(".observation_id and (n.stands or not exists (select 1 from evidence s where s.observation_id = ");
            select.push(row).push(".observation_id and s.stands)) and n.marking in (");
        } else {
            select.push(" and ").push(row).push(".marking not in (");
        }
        let mut list = select.separated(", ");
        for key in keys {
            list.push_bind(key.clone());
        }
    }
    select.push("))");
}

/// Under which markings the rows of a source stand in a country, of the exercise or the real world.
///
/// # Errors
/// When the store cannot be read.
pub async fn markings_of_source(
    reader: &mut Reader<'_>,
    (country, exercise): (Country, bool),
    source: &str,
) -> Result<Vec<String>, sqlx::Error> {
    on_reader!(reader, |c| {
        sqlx::query_scalar(
        "select distinct marking from evidence where stands and country = $1 and source = $2 and exercise = $3"
    )
    .bind(country)
    .bind(source)
    .bind(exercise)
    .fetch_all(c)
    .await
    })
}
