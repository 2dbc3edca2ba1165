//! How observations are marked, now and ever.

use std::collections::BTreeSet;

use domain::{Handling, ObservationId};
use sqlx::QueryBuilder;

use super::{AT_ONCE, Reader, evidence, on_reader};

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
    let ids: Vec<&ObservationId> = ids.iter().collect();
    let mut keys = BTreeSet::new();
    for ids in ids.chunks(AT_ONCE) {
        let rows: Vec<(String,)> = on_reader!(reader, |c| {
            let mut select =
                QueryBuilder::new("select distinct marking from evidence e where e.observation_id in (");
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
            select.build_query_as().fetch_all(c).await
        })?;
        keys.extend(rows.into_iter().map(|(key,)| key));
    }
    let known = evidence::markings(reader, keys.into_iter().collect()).await?;
    Ok(Handling::join_all(known.values()))
}
