//! The audit: a chain in which every entry vouches for the one before, so that an edit, a gap or a swap shows.

use domain::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What somebody did, before it has a place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// The principal; `gateway` for what it does by itself.
    pub actor: String,
    /// What was done, as the API names the operation.
    pub action: String,
    /// What it was done to.
    pub object: String,
    /// What else is to be known: JSON.
    pub detail: String,
}

/// One entry of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Entry {
    /// Its place, from 1, without gaps.
    pub n: i64,
    /// When.
    pub at: Timestamp,
    /// The principal.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// What it was done to.
    pub object: String,
    /// What else is to be known: JSON.
    pub detail: String,
    /// The hash of the entry before; empty for the first.
    pub prev: String,
    /// SHA-256, hexadecimal, over the hash before and all of the above.
    pub hash: String,
}

/// The last place and its hash.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Head {
    /// Place of the last entry; 0 without any.
    pub n: i64,
    /// Its hash; empty without any.
    pub hash: String,
}

/// What is wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Break {
    /// The first place where it does not hold.
    pub n: i64,
    /// Why.
    pub reason: String,
}

impl Entry {
    /// The entry that follows this head.
    pub fn after(head: &Head, at: Timestamp, act: Act) -> Self {
        let (n, prev) = (head.n + 1, head.hash.clone());
        let Act { actor, action, object, detail } = act;
        let mut entry = Self { n, at, actor, action, object, detail, prev, hash: String::new() };
        entry.hash = entry.computed();
        entry
    }
    fn computed(&self) -> String {
        let n = self.n.to_string();
        let at = self.at.to_rfc3339();
        let mut canonical = Vec::new();
        for part in [&n, &at, &self.actor, &self.action, &self.object, &self.detail] {
            put(&mut canonical, part.as_bytes());
        }
        let mut text = b"mirab-audit-v1\0".to_vec();
        put(&mut text, self.prev.as_bytes());
        put(&mut text, &canonical);
        hex::encode(Sha256::digest(&text))
    }
}

/// A part with its length before it, so that no two ways to cut a text are the same.
fn put(text: &mut Vec<u8>, part: &[u8]) {
    text.extend_from_slice(&(part.len() as u64).to_be_bytes());
    text.extend_from_slice(part);
}

/// Reads along a chain, in pieces if it is long.
#[derive(Clone, Debug, Default)]
pub struct Walk(Head);

impl Walk {
    /// Goes on with the next entries, in order of place.
    ///
    /// # Errors
    /// The first place where the chain does not hold.
    pub fn on(&mut self, entries: &[Entry]) -> Result<(), Break> {
        for entry in entries {
            let here = self.0.n + 1;
            let broken = |reason: &str| Err(Break { n: here, reason: reason.to_owned() });
            if entry.n != here {
                return broken("the entry is missing");
            }
            if entry.prev != self.0.hash {
                return broken("it does not follow from the entry before");
            }
            if entry.hash != entry.computed() {
                return broken("it was changed");
            }
            self.0 = Head { n: entry.n, hash: entry.hash.clone() };
        }
        Ok(())
    }
    /// Compares the end that was reached with the end the chain should have.
    ///
    /// # Errors
    /// When entries are missing at the end, or the last is another.
    pub fn end(self, head: &Head) -> Result<Head, Break> {
        if self.0 == *head {
            return Ok(self.0);
        }
        let reason = format!("the chain should end at {} with hash {}", head.n, head.hash);
        Err(Break { n: self.0.n + 1, reason })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chain(length: usize) -> (Vec<Entry>, Head) {
        let mut head = Head::default();
        let mut entries = Vec::new();
        for i in 0..length {
            let act = Act {
                actor: format!("p{i}"),
                action: "moveWarning".into(),
                object: format!("wa_{i}"),
                detail: "{}".into(),
            };
            let entry = Entry::after(&head, "2026-11-23T07:30:00Z".parse().unwrap(), act);
            head = Head { n: entry.n, hash: entry.hash.clone() };
            entries.push(entry);
        }
        (entries, head)
    }

    fn verify(entries: &[Entry], head: &Head) -> Result<Head, Break> {
        let mut walk = Walk::default();
        walk.on(entries)?;
        walk.end(head)
    }

    #[test]
    fn a_chain_as_it_was_written_holds() {
        let (entries, head) = chain(5);
        assert_eq!(verify(&entries, &head), Ok(head));
    }

    proptest! {
        #[test]
        fn any_single_change_shows(at in 0_usize..8, field in 0_usize..6, how in 0_usize..3) {
            let (mut entries, head) = chain(8);
            match how {
                0 => {
                    let entry = &mut entries[at];
                    let text = match field {
                        0 => &mut entry.actor,
                        1 => &mut entry.action,
                        2 => &mut entry.object,
                        3 => &mut entry.detail,
                        4 => &mut entry.prev,
                        _ => &mut entry.hash,
                    };
                    text.push('x');
                }
                1 => drop(entries.remove(at)),
                _ => entries.swap(at, (at + 1) % 8),
            }
            prop_assert!(verify(&entries, &head).is_err());
        }
    }

    #[test]
    fn moving_a_letter_from_one_field_to_the_next_shows() {
        let (mut entries, head) = chain(1);
        entries[0].actor = "p".into();
        entries[0].action = "0moveWarning".into();
        assert_eq!(verify(&entries, &head).unwrap_err().reason, "it was changed");
    }
}
