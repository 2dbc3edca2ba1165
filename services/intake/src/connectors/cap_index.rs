//! An Atom or RSS index of CAP messages: each message it links to is fetched once in each state, newest index first.

use contracts::gateway::Format;
use serde::{Deserialize, Serialize};

use super::{
    At, Brought, Step, Trouble,
    web::{Page, Validators, not_html},
};
use crate::sources::cap::index;

/// How many links are remembered; an index that is longer is taken in its first so many.
const REMEMBERED: usize = 1000;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Cursor {
    #[serde(flatten)]
    known: Validators,
    /// What was taken: the id of each link and when it was last changed.
    seen: Vec<String>,
    /// What the index linked to and is still to be fetched: where it is, and what is remembered of it.
    due: Vec<(String, String)>,
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
    for link in links.into_iter().take(REMEMBERED) {
        let mark = format!("{} {}", link.id, link.updated);
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

/// Fetches one message; one that is no longer there is passed over, for it holds no more. One that is refused or makes no sense
/// holds up none behind it: it is tried again with the next pull.
async fn message(at: &At<'_>, mut cursor: Cursor, (href, mark): (&str, String)) -> Result<Step, Trouble> {
    let url = at.address.join(href);
    let url = url.map_err(|error| Trouble::Unreadable(format!("the index links to no address ({error})")))?;
    let more = !cursor.due.is_empty();
    let page = match at.get(&url, &[], &Validators::default()).await {
        Ok(Page::Body(body, _)) => not_html(&body).map(|()| Some(body)),
        Ok(_) => Ok(None),
        Err(trouble) => Err(trouble),
    };
    let body = match page {
        Err(why @ (Trouble::Refused { .. } | Trouble::Unreadable(_))) => {
            tracing::warn!(%why, "a message of an index cannot be fetched");
            cursor.known = Validators::default();
            return Step::to(Brought::Nothing, &cursor, more);
        }
        page => page?,
    };
    cursor.seen.push(mark);
    let Some(body) = body else { return Step::to(Brought::Nothing, &cursor, more) };
    let name = url.path_segments().and_then(|mut all| all.next_back()).filter(|last| !last.is_empty());
    Step::to(file(name.unwrap_or("message.cap"), body.to_vec()), &cursor, more)
}

fn file(name: &str, bytes: Vec<u8>) -> Brought {
    Brought::File { name: name.to_owned(), format: Format::Cap, bytes }
}
