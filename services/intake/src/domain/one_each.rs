//! An id is of one thing alone in a file: of what is no fact as well. Of facts the merge says so, which knows what was read before.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    contradiction,
    harvest::{At, Harvest},
    message::Message,
};

/// What is said of a record that says nothing else than one before it.
pub const SAID_AGAIN: &str =
    "its id stands in an earlier record of this file, which says the same: it changes nothing";

/// Leaves of the counts, messages, rows of the media and leads that are read together the first of each id, and what says the same as
/// it. Gives the numbers of the records that say otherwise, each with the reason why it waits.
pub fn keep_first(harvest: &mut Harvest) -> Vec<(usize, String)> {
    let mut found = Found::default();
    found.sift(
        &mut harvest.counts,
        |count| (count.id(), format!("{} {}", count.unit, count.from)),
        |count| count,
    );
    let message =
        |one: &Message| (format!("{} {}", one.kept_as(&one.name), one.sent), one.name.external_id());
    found.sift(&mut harvest.messages, message, |one| &one.whole);
    found.sift(&mut harvest.mentions, |one| (one.event_id.clone(), one.event_id.clone()), |one| one);
    found.sift(&mut harvest.leads, |item| (item.id().to_string(), item.external_id.clone()), |item| item);
    for line in found.again {
        harvest.remark(SAID_AGAIN.to_owned(), line);
    }
    found.waiting
}

#[derive(Default)]
struct Found {
    waiting: Vec<(usize, String)>,
    /// The lines of what says the same.
    again: Vec<u64>,
}

impl Found {
    /// `key` gives by what two are of one id, and what the source calls it; `says` what they say.
    fn sift<T, S: Serialize + PartialEq>(
        &mut self,
        all: &mut Vec<(T, At)>,
        key: impl Fn(&T) -> (String, String),
        says: impl Fn(&T) -> &S,
    ) {
        let mut first: BTreeMap<String, usize> = BTreeMap::new();
        let mut waits = vec![false; all.len()];
        for (at, (one, (number, line))) in all.iter().enumerate() {
            let (key, id) = key(one);
            let Some((before, (_, before_line))) = first.get(&key).and_then(|first| all.get(*first)) else {
                first.insert(key, at);
                continue;
            };
            if says(before) == says(one) {
                self.again.push(*line);
            } else {
                let reason = contradiction::between(&id, Some(*before_line), (says(before), says(one)));
                self.waiting.push((*number, reason));
                waits[at] = true;
            }
        }
        let mut waits = waits.into_iter();
        all.retain(|_| !waits.next().unwrap_or_default());
    }
}
