//! An Atom or RSS index of CAP messages: each message it links to is fetched once in each state, newest index first.

use std::collections::BTreeMap;

use contracts::gateway::Format;
use domain::Timestamp;
use kit::egress::EgressError;
use serde::{Deserialize, Serialize};

use super::{
    At, Brought, Step, Trouble,
    web::{Page, Validators, not_html},
};
use crate::sources::cap::index;

/// How many links are remembered; an index that is longer is taken in its first so many.
const REMEMBERED: usize = 1000;
/// How often a message is asked for, each time with another pull, before it is given up.
const TRIES: u32 = 4;
/// How many messages that were given up are remembered.
const UNREAD: usize = 100;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Cursor {
    #[serde(flatten)]
    known: Validators,
    /// What was taken: the id of each link and when it was last changed.
    seen: Vec<String>,
    /// What the index linked to and is still to be fetched: where it is, and what is remembered of it.
    due: Vec<(String, String)>,
    /// What failed and is asked for once more, by what is remembered of it: where it is, and how often it was asked for.
    failed: BTreeMap<String, (String, u32)>,
    /// What was given up.
    unread: Vec<Unread>,
}

/// A message that an index linked to and that could never be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Unread {
    href: String,
    since: Timestamp,
    /// Why, when it was asked for last.
    #[serde(default)]
    why: String,
}

impl Cursor {
    /// Notes that a message was not to be had: it is asked for again with the next pull, or given up.
    fn fail(&mut self, (href, mark): (&str, String), (why, now): (&Trouble, Timestamp)) {
        let tries = self.failed.get(&mark).map_or(1, |(_, tries)| tries + 1);
        if tries < TRIES {
            self.known = Validators::default(); // the index is read again, also where it did not change
            self.failed.insert(mark, (href.to_owned(), tries));
        } else {
            self.failed.remove(&mark);
            self.seen.push(mark);
            self.give_up(href.to_owned(), (why.to_string(), now));
        }
    }
    /// Notes which failed messages the index no longer links to: they cannot be asked for again.
    fn left(&mut self, listed: &[String], now: Timestamp) {
        let gone = |mark: &String| !listed.contains(mark);
        let lost: Vec<String> = self.failed.keys().filter(|mark| gone(mark)).cloned().collect();
        for mark in lost {
            if let Some((href, _)) = self.failed.remove(&mark) {
                self.give_up(href, ("the index no longer lists it".to_owned(), now));
            }
        }
    }
    fn give_up(&mut self, href: String, (why, since): (String, Timestamp)) {
        tracing::warn!("a message of an index could not be read and is given up");
        metrics::counter!("intake_cap_messages_unread_total").increment(1);
        self.unread.retain(|unread| unread.href != href);
        self.unread.push(Unread { href, since, why });
        let over = self.unread.len().saturating_sub(UNREAD);
        self.unread.drain(..over);
    }
}

/// Where the messages lie that were given up since a moment and why, by where the source goes on.
pub(super) fn unread(cursor: &serde_json::Value, since: Timestamp) -> Vec<String> {
    let cursor: Cursor = serde_json::from_value(cursor.clone()).unwrap_or_default();
    let told =
        |Unread { href, why, .. }: Unread| if why.is_empty() { href } else { format!("{href} ({why})") };
    cursor.unread.into_iter().filter(|unread| unread.since >= since).map(told).collect()
}

pub(super) async fn step(at: &At<'_>) -> Result<Step, Trouble> {
    let mut cursor: Cursor = at.cursor();
    if !cursor.due.is_empty() {
        let (href, mark) = cursor.due.remove(0);
        return message(at, cursor, (&href, mark)).await;
    }
    let (body, known) = match at.get(at.address, &[], &cursor.known).await? {
        Page::Body(body, known) => (body, known),
        Page::Unchanged => return Step::to(Brought::Nothing, &cursor, false),
        Page::Absent | Page::Unknown => {
            return Err(Trouble::Unreadable("there is no index at this address for us; check it".to_owned()));
        }
    };
    not_html(&body)?;
    let links = index::links(&body).map_err(Trouble::Unreadable)?;
    cursor.known = known;
    let (mut seen, mut embedded) = (Vec::new(), false);
    let mark = |link: &index::Link| format!("{} {}", link.id, link.updated);
    cursor.left(&links.iter().map(mark).collect::<Vec<_>>(), at.now);
    for link in links.into_iter().take(REMEMBERED) {
        let mark = mark(&link);
        match (cursor.seen.contains(&mark), link.embedded) {
            (true, _) => seen.push(mark),
            (false, true) => {
                embedded = true;
                seen.push(mark);
            }
            (false, false) => cursor.due.push((link.href, mark)),
        }
    }
    cursor.due.reverse(); // an index begins with the newest; what was said first is read first
    cursor.seen = seen;
    let more = !cursor.due.is_empty();
    let brought = if embedded { file("index.xml", body.to_vec()) } else { Brought::Nothing };
    Step::to(brought, &cursor, more)
}

/// Fetches one message. One that is refused, is not there, may not be asked or makes no sense holds up none behind it: it is tried
/// again with the next pulls, and then given up and told of.
async fn message(at: &At<'_>, mut cursor: Cursor, (href, mark): (&str, String)) -> Result<Step, Trouble> {
    let more = !cursor.due.is_empty();
    let (name, body) = match fetched(at, href).await {
        Err(why) if is_its_own(&why) => {
            tracing::warn!(%why, "a message of an index cannot be fetched");
            cursor.fail((href, mark), (&why, at.now));
            return Step::to(Brought::Nothing, &cursor, more);
        }
        answer => answer?,
    };
    cursor.failed.remove(&mark);
    cursor.unread.retain(|unread| unread.href != href);
    cursor.seen.push(mark);
    Step::to(file(&name, body), &cursor, more)
}

/// The name of a message and what it holds.
async fn fetched(at: &At<'_>, href: &str) -> Result<(String, Vec<u8>), Trouble> {
    let url = at.address.join(href);
    let url = url.map_err(|error| Trouble::Unreadable(format!("the index links to no address ({error})")))?;
    let Page::Body(body, _) = at.get(&url, &[], &Validators::default()).await? else {
        return Err(Trouble::Unreadable("there is nothing at its address".to_owned()));
    };
    not_html(&body)?;
    let name = url.path_segments().and_then(|mut all| all.next_back()).filter(|last| !last.is_empty());
    Ok((name.unwrap_or("message.cap").to_owned(), body.to_vec()))
}

/// Whether a trouble is that of one message: the index was answered, so what breaks at one is that one, unless the host asks to be
/// left alone or is not reached at all.
fn is_its_own(why: &Trouble) -> bool {
    match why {
        Trouble::Refused { .. } | Trouble::Unreadable(_) => true,
        Trouble::Busy { status, wait, .. } => (500..=599).contains(status) && wait.is_none(),
        Trouble::Unreached(why) => matches!(
            why,
            EgressError::Scheme { .. }
                | EgressError::UserInfo { .. }
                | EgressError::Port { .. }
                | EgressError::NoHost
                | EgressError::Name { .. }
                | EgressError::Address { .. }
                | EgressError::TooLarge { .. }
                | EgressError::Redirects { .. }
        ),
        Trouble::Lacks(_) | Trouble::Store(_) => false,
    }
}

fn file(name: &str, bytes: Vec<u8>) -> Brought {
    Brought::File { name: name.to_owned(), format: Format::Cap, bytes }
}
