//! What stays as it is known, but for its handling, which what comes of an older edition narrows.

use std::collections::BTreeMap;

use domain::ObservationId;
use kit::Tx;

use super::observations;
use crate::{
    domain::{
        draft::{Digested, Draft},
        merge::Narrowed,
        wording::Wording,
    },
    error::Error,
};

/// What is known of these observations, each as it is to stand: under the join of its handling with the one that came. Those that stand
/// under it already, or stand no more, are left out.
///
/// # Errors
/// When the store cannot be read.
pub(super) async fn restated(tx: &mut Tx, narrowed: Vec<Narrowed>) -> Result<Vec<Digested>, Error> {
    if narrowed.is_empty() {
        return Ok(Vec::new());
    }
    // of several about the same the last holds the join of all of them
    let narrowed: BTreeMap<ObservationId, Narrowed> =
        narrowed.into_iter().map(|one| (one.id.clone(), one)).collect();
    let ids: Vec<ObservationId> = narrowed.keys().cloned().collect();
    let mut known = observations::known(tx, &ids).await?;
    let mut drafts = Vec::new();
    for (id, seen) in observations::newest(tx, &ids).await? {
        let (Some(one), Some(known)) = (narrowed.get(&id), known.remove(&id).filter(|known| known.stands))
        else {
            continue;
        };
        let joined = seen.handling.join(&one.handling);
        if joined == seen.handling {
            continue;
        }
        let words = one.wording.iter().flat_map(|words| words.names.iter().chain(&words.hints)).cloned();
        let wording = Some(Box::new(Wording::of_place(&seen.place).hinting(words)));
        let (settled, edited_at) = (known.settled, known.edited_at);
        let draft = Draft { settled, edited_at, wording, ..Draft::of(seen) }.under(joined);
        drafts.push(Digested { line: known.line, ..draft.digested()? });
    }
    Ok(drafts)
}
