//! Which rows are new, which say something else than is kept, and which narrow it alone.

use std::collections::{BTreeMap, BTreeSet};

use domain::Handling;
use kit::Tx;
use sqlx::types::Json;

use super::{Kept, by_id};
use crate::{
    domain::{
        media::{Key, MediaCell, Mention},
        merge::Tally,
    },
    error::Error,
    store::earlier,
};

/// What of these rows is new or says something else than is kept, with the keys and cells in which that stood before.
pub(super) type Changed = (BTreeMap<(bool, String), (Mention, String)>, BTreeSet<Key>, BTreeSet<MediaCell>);

/// Sorts rows out against what is kept; gives besides what they brought, and which came with a wider handling.
pub(super) async fn sort_out(
    tx: &mut Tx,
    mentions: Vec<Mention>,
    (tally, wider): (&mut Tally, &mut Vec<usize>),
) -> Result<Changed, Error> {
    let ids: BTreeSet<&str> = mentions.iter().map(|mention| mention.event_id.as_str()).collect();
    let mut known: BTreeMap<(bool, String), Kept> = BTreeMap::new();
    for kept in by_id(tx, &ids.into_iter().collect::<Vec<_>>()).await? {
        known.insert((kept.exercise, kept.event_id.clone()), kept);
    }
    let (mut changed, mut keys, mut cells) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    let mut narrowed: BTreeMap<(bool, String), Handling> = BTreeMap::new();
    for (number, mut mention) in mentions.into_iter().enumerate() {
        let id = (mention.key.exercise, mention.event_id.clone());
        let here = changed.get(&id).map(|(row, _): &(Mention, String)| row.besides.as_ref());
        let kept = || narrowed.get(&id).or(known.get(&id)?.besides.as_ref().map(|Json(besides)| besides));
        wider.extend(mention.bind(here.unwrap_or_else(kept)).then_some(number));
        let sha256 = mention.sha256()?;
        let before = changed.get(&id).map(|(_, sha256): &(Mention, String)| sha256);
        match (before, known.get(&id)) {
            (Some(same), _) if *same == sha256 => tally.unchanged += 1,
            (None, Some(kept)) if kept.content_sha256 == sha256 => tally.unchanged += 1,
            // of a row that tells less its stricter handling alone is taken
            (None, Some(kept)) if kept.tells_more_than(&mention) => match mention.besides {
                Some(besides) if kept.besides.as_ref().map(|Json(known)| known) != Some(&besides) => {
                    tally.updated += 1;
                    narrowed.insert(id, besides);
                }
                _ => tally.unchanged += 1,
            },
            (None, None) => {
                tally.accepted += 1;
                changed.insert(id, (mention, sha256));
            }
            (_, kept) => {
                tally.updated += 1;
                if let Some(kept) = kept {
                    keys.insert(kept.key());
                    cells.extend(kept.cells());
                }
                changed.insert(id, (mention, sha256));
            }
        }
    }
    narrow(tx, narrowed, &mut changed).await?;
    Ok((changed, keys, cells))
}

/// Lets rows that are kept, and are not changed otherwise, stand under these handlings.
async fn narrow(
    tx: &mut Tx,
    mut narrowed: BTreeMap<(bool, String), Handling>,
    changed: &mut BTreeMap<(bool, String), (Mention, String)>,
) -> Result<(), Error> {
    narrowed.retain(|id, _| !changed.contains_key(id));
    let ids: Vec<String> = narrowed.keys().map(|(_, event)| event.clone()).collect();
    for (mut row, _) in earlier::kept_mentions(tx, &ids).await? {
        let id = (row.key.exercise, row.event_id.clone());
        let Some(besides) = narrowed.remove(&id) else { continue };
        row.bind(Some(&besides));
        let sha256 = row.sha256()?;
        changed.insert(id, (row, sha256));
    }
    Ok(())
}
