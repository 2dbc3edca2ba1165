//! Messages that speak of one fact in turn: each states it anew, or takes it back; the last one sent holds.

use domain::Timestamp;

use super::draft::{Draft, kept_under};

/// By what one message is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// Who sent it.
    pub sender: String,
    /// The sender's id of it.
    pub identifier: String,
}

impl Name {
    /// The name as the external id of a fact.
    pub fn external_id(&self) -> String {
        format!("{},{}", self.sender, self.identifier)
    }
}

/// An earlier message that one names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Which.
    pub name: Name,
    /// When that was sent.
    pub sent: Timestamp,
}

/// What a message makes of the fact it speaks of.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// It is so.
    States,
    /// It is no more, for this reason.
    TakesBack(String),
}

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Which.
    pub name: Name,
    /// When it was sent: of two that speak of one fact the later holds.
    pub sent: Timestamp,
    /// The earlier ones that it replaces.
    pub references: Vec<Reference>,
    /// What it makes of the fact.
    pub act: Act,
    /// The fact as it says; its external id is that of the whole chain, once that is known.
    pub draft: Draft,
    /// All that it says, as JSON.
    pub whole: serde_json::Value,
}

/// A chain of messages about one fact, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Under which external id the fact is kept.
    pub id: String,
    /// When its latest message was sent, and that one's own id.
    pub latest: (Timestamp, String),
}

impl Message {
    /// Under which name a message of the same world is kept, which may be the exercise's.
    pub fn kept_as(&self, name: &Name) -> String {
        kept_under(&name.external_id(), self.draft.exercise)
    }
}

/// What a message does, seen against the chains that it and its references belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The chain it belongs to, as it is kept.
    pub chain: String,
    /// Other chains that it brings to an end by joining them to this one.
    pub joined: Vec<String>,
    /// Whether a later message of the chain is known already.
    pub overtaken: bool,
}

/// Finds the chain of a message among those that it or its references are known to belong to.
///
/// The oldest chain goes on. Where none is known, the chain is called by the earliest message that is named, so that one
/// which arrives later still finds it.
pub fn place(message: &Message, mut known: Vec<Chain>) -> Place {
    known.sort_by(|a, b| (&a.latest, &a.id).cmp(&(&b.latest, &b.id)));
    known.dedup_by(|a, b| a.id == b.id);
    let latest = known.iter().map(|chain| chain.latest.clone()).max();
    let this = (message.sent, message.kept_as(&message.name));
    let overtaken = latest.is_some_and(|latest| latest > this);
    let mut ids = known.into_iter().map(|chain| chain.id);
    let chain = ids.next().unwrap_or_else(|| {
        let named = message.references.iter().map(|earlier| (earlier.sent, &earlier.name));
        named
            .chain([(message.sent, &message.name)])
            .min()
            .map_or_else(String::new, |(_, name)| message.kept_as(name))
    });
    Place { chain, joined: if overtaken { Vec::new() } else { ids.collect() }, overtaken }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(identifier: &str) -> Name {
        Name { sender: "met.kg".into(), identifier: identifier.into() }
    }
    fn at(minute: u32) -> Timestamp {
        format!("2026-11-20T10:{minute:02}:00Z").parse().unwrap()
    }
    fn message(identifier: &str, minute: u32, references: &[(&str, u32)]) -> Message {
        let references =
            references.iter().map(|(id, minute)| Reference { name: name(id), sent: at(*minute) });
        Message {
            name: name(identifier),
            sent: at(minute),
            references: references.collect(),
            act: Act::States,
            draft: crate::domain::merge::tests::draft(identifier),
            whole: serde_json::Value::Null,
        }
    }
    fn chain(id: &str, minute: u32, latest: &str) -> Chain {
        Chain { id: format!("met.kg,{id}"), latest: (at(minute), format!("met.kg,{latest}")) }
    }

    #[test]
    fn a_first_message_begins_a_chain_under_the_earliest_name_known_of_it() {
        assert_eq!(place(&message("a", 1, &[]), vec![]).chain, "met.kg,a");
        assert_eq!(place(&message("c", 3, &[("b", 2), ("a", 1)]), vec![]).chain, "met.kg,a");
    }

    #[test]
    fn an_older_message_that_arrives_late_is_overtaken_and_the_same_again_is_not() {
        let known = || vec![chain("a", 5, "b")];
        assert!(place(&message("a", 1, &[]), known()).overtaken);
        assert!(!place(&message("b", 5, &[("a", 1)]), known()).overtaken);
        assert!(!place(&message("c", 6, &[("b", 5)]), known()).overtaken);
    }

    #[test]
    fn one_that_replaces_two_chains_goes_on_with_the_older_and_ends_the_other() {
        let found =
            place(&message("c", 6, &[("b", 5), ("a", 1)]), vec![chain("b", 5, "b"), chain("a", 1, "a")]);
        assert_eq!((found.chain.as_str(), found.joined), ("met.kg,a", vec!["met.kg,b".to_owned()]));
        let late =
            place(&message("c", 3, &[("b", 5), ("a", 1)]), vec![chain("b", 5, "b"), chain("a", 1, "a")]);
        assert!(late.overtaken && late.joined.is_empty());
    }
}
