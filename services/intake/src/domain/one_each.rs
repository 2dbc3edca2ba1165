//! An id is of one thing alone in a file: of what is no fact as well. Of facts the merge says so, which knows what was read before.

use std::collections::BTreeMap;

use domain::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::{
    aggregate::Count,
    contradiction,
    harvest::{At, Harvest},
    lead::Item,
    media::Mention,
    message::Message,
};

/// What is said of a record that says nothing else than one before it.
pub const SAID_AGAIN: &str =
    "its id stands in an earlier record of this file, which says the same: it changes nothing";

/// What an earlier record of the same file said.
#[derive(Clone, Debug, PartialEq)]
pub struct Said<T> {
    /// What it said.
    pub says: T,
    /// Whether the same run read it: else another did, of the same file.
    pub here: bool,
}

/// What was said, by the id of which it was.
pub type ById<T> = BTreeMap<String, Said<T>>;

/// What earlier records of the same file said, by what two are of one id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Earlier {
    /// The counts, by their id.
    pub counts: ById<Count>,
    /// The messages, whole, by their name and the moment they were sent.
    pub messages: ById<Value>,
    /// The rows of the media, by the feed's own id.
    pub mentions: ById<Mention>,
    /// The items, by the id of their lead.
    pub leads: ById<Item>,
}

/// By what two messages are one: the name under which one is kept, and the moment it was sent.
pub fn named_at(kept_as: &str, sent: Timestamp) -> String {
    format!("{kept_as} {sent}")
}

/// By what a message is one with another.
pub fn key_of(one: &Message) -> String {
    named_at(&one.kept_as(&one.name), one.sent)
}

/// Leaves of the counts, messages, rows of the media and leads that are read together the first of each id, and what says the same as
/// it or as what earlier records of the file said. Gives the numbers of the records that say otherwise, each with the reason why it
/// waits.
pub fn keep_first(harvest: &mut Harvest, earlier: &Earlier) -> Vec<(usize, String)> {
    let mut found = Found::default();
    found.sift(
        (&mut harvest.counts, &earlier.counts),
        |count| (count.id(), format!("{} {}", count.unit, count.from)),
        |count| count,
    );
    let message = |one: &Message| (key_of(one), one.name.external_id());
    found.sift((&mut harvest.messages, &earlier.messages), message, |one| &one.whole);
    found.sift(
        (&mut harvest.mentions, &earlier.mentions),
        |one| (one.event_id.clone(), one.event_id.clone()),
        |one| one,
    );
    found.sift(
        (&mut harvest.leads, &earlier.leads),
        |item| (item.id().to_string(), item.external_id.clone()),
        |item| item,
    );
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
        (all, earlier): (&mut Vec<(T, At)>, &ById<S>),
        key: impl Fn(&T) -> (String, String),
        says: impl Fn(&T) -> &S,
    ) {
        let mut first: BTreeMap<String, usize> = BTreeMap::new();
        let mut waits = vec![false; all.len()];
        for (at, (one, (number, line))) in all.iter().enumerate() {
            let (key, id) = key(one);
            let here = first.get(&key).and_then(|first| all.get(*first));
            let here = here.map(|(before, (_, line))| (says(before), Some(*line), true));
            // of what was read before it is not kept in which line it stood
            let before = here.or_else(|| earlier.get(&key).map(|said| (&said.says, None, said.here)));
            let Some((before, before_line, is_here)) = before else {
                first.insert(key, at);
                continue;
            };
            if before == says(one) {
                self.again.extend(is_here.then_some(*line));
            } else {
                let reason = contradiction::between(&id, before_line, (before, says(one)));
                self.waiting.push((*number, reason));
                waits[at] = true;
            }
        }
        let mut waits = waits.into_iter();
        all.retain(|_| !waits.next().unwrap_or_default());
    }
}
