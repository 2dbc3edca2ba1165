//! A file at one address, taken whenever it has changed: a table, a document, a feed of news.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    At, Brought, Step, Trouble,
    web::{Page, Validators, not_html},
};

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Cursor {
    #[serde(flatten)]
    known: Validators,
    /// SHA-256 of what was taken last: not every server says when a file has changed.
    sha256: String,
}

pub(super) async fn step(at: &At<'_>) -> Result<Step, Trouble> {
    let cursor: Cursor = at.cursor();
    let host = || at.address.host_str().unwrap_or_default().to_owned();
    let refused = |status, hint| Err(Trouble::Refused { host: host(), status, hint });
    let (body, known) = match at.get(at.address, &[], &cursor.known).await? {
        Page::Body(body, known) => (body, known),
        Page::Unchanged => return Step::to(Brought::Nothing, &cursor, false),
        Page::Absent => return refused(404, "there is nothing at this address; check it"),
        Page::Unknown => return refused(401, "it wants to know who asks; this connector has no account"),
    };
    let sha256 = hex::encode(Sha256::digest(&body));
    let same = sha256 == cursor.sha256;
    let cursor = Cursor { known, sha256 };
    if same {
        return Step::to(Brought::Nothing, &cursor, false);
    }
    let Some(format) = at.form.format.or(super::facts(at.connector).format) else {
        return Err(Trouble::Unreadable("it is not said what the file is".to_owned()));
    };
    if body.is_empty() {
        return Err(Trouble::Unreadable("the file is empty".to_owned()));
    }
    not_html(&body)?;
    let segment =
        at.address.path_segments().and_then(|mut all| all.next_back()).filter(|last| !last.is_empty());
    let name = segment.unwrap_or(at.key).chars().take(200).collect();
    Step::to(Brought::File { name, format, bytes: body.to_vec() }, &cursor, false)
}
