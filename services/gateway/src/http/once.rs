//! Asking twice is asking once: answers kept under the asker's key, bound to the whole request.

use axum::http::StatusCode;
use contracts::{Failure, FailureKind};
use kit::Tx;
use sha2::{Digest, Sha256};

use super::{Answer, Call, answer::Content};
use crate::{
    Error,
    domain::{audit::Act, source::Shield},
    store::{
        audit,
        idempotency::{self, Request, Row},
    },
};

/// How long a request that was begun keeps others of its key waiting, in seconds; longer than any may take.
const BEGUN_S: i64 = 60;
/// The longest key.
const KEY_CHARS: usize = 128;

/// The header of a key.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// The header of a key in what a source sends by itself.
pub const WEBHOOK_ID: &str = "webhook-id";

/// A request under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    /// What is kept of it.
    pub request: Request,
    /// The header in which the key came, which a refusal names.
    pub header: &'static str,
}

impl Once {
    /// Of this asker's request under this key: the parts are its method, path, query and body, or what stands for them. Neither asker
    /// nor parts can be guessed from what is kept: a body may hold a name.
    pub fn of(shield: &Shield, (subject, key): (&str, &str), parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let digest = shield.request(&hex::encode(hash.finalize()));
        let request = Request { principal: shield.asker(subject, key), key: key.to_owned(), digest };
        Self { request, header: IDEMPOTENCY_KEY }
    }

    /// The same, its key in this header.
    #[must_use]
    pub fn by(self, header: &'static str) -> Self {
        Self { header, ..self }
    }

    /// What ids of whatever this request makes are derived from: a key may be used anew once its answer is forgotten, and then stands
    /// for something else.
    pub fn seed(&self) -> String {
        format!("{} {}", self.request.key, self.request.digest)
    }

    /// Begins; gives the answer that is kept when it was answered before.
    ///
    /// # Errors
    /// `Invalid` when the key stands for another request, `Conflict` while the same one is worked on.
    pub async fn begin(&self, tx: &mut Tx) -> Result<Option<Answer>, Error> {
        let stale = tx.now().minus(chrono::Duration::seconds(BEGUN_S));
        match idempotency::claim(tx, &self.request, stale).await? {
            None => Ok(None),
            Some(row) if row.request_sha256 != self.request.digest => Err(used(self.header).into()),
            Some(row) if row.status == 0 => {
                Err(Failure::conflict("the same request is being worked on; ask again in a moment").into())
            }
            Some(row) => Ok(Some(kept(row))),
        }
    }
}

/// What is said of a key that stands for another request.
fn used(header: &'static str) -> Failure {
    let (own, before) = match header {
        WEBHOOK_ID => ("message an id", "body"),
        _ => ("request a key", "method, path, query or body"),
    };
    Failure::invalid(format!("this {header} was used for another request; give every {own} of its own"))
        .at(header, format!("used before with another {before}"))
}

fn kept(row: Row) -> Answer {
    let status = u16::try_from(row.status).ok().and_then(|code| StatusCode::from_u16(code).ok());
    Answer {
        status: status.unwrap_or(StatusCode::OK),
        content_type: "application/json",
        etag: row.etag,
        next: None,
        saved_as: None,
        style: None,
        body: Content::Text(row.response),
    }
}

/// Reads the key of a request.
///
/// # Errors
/// `Malformed` when it is empty, too long or not visible ASCII.
pub fn key(headers: &axum::http::HeaderMap) -> Result<Option<String>, Failure> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let text = value.to_str().unwrap_or("");
    let fits = (1..=KEY_CHARS).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    let wrong =
        || Failure::new(FailureKind::Malformed, "Idempotency-Key must be 1 to 128 visible ASCII characters");
    fits.then(|| Some(text.to_owned())).ok_or_else(wrong)
}

/// Keeps the answer under the call's key and writes the act to the audit, in the transaction of the act.
///
/// # Errors
/// When the store cannot be written.
pub async fn settle(tx: &mut Tx, call: &Call, object: &str, answer: &Answer) -> Result<(), Error> {
    settle_as(tx, call, object, (answer, answer.as_text())).await
}

/// The same, with the reason the asker gave in the audit.
///
/// # Errors
/// When the store cannot be written.
pub async fn settle_noted(
    tx: &mut Tx,
    call: &Call,
    (object, note): (&str, &str),
    answer: &Answer,
) -> Result<(), Error> {
    if let Some(Once { request, .. }) = &call.once {
        let kept = (answer.status.as_u16(), answer.as_text(), answer.etag.as_deref());
        idempotency::settle(tx, request, kept).await?;
    }
    Ok(audit::append(tx, act_noted(call, object, (answer.status, Some(note)))).await?)
}

/// The same, keeping another text than was answered: one without the secret in it.
///
/// # Errors
/// When the store cannot be written.
pub async fn settle_as(
    tx: &mut Tx,
    call: &Call,
    object: &str,
    (answer, kept): (&Answer, &str),
) -> Result<(), Error> {
    if let Some(Once { request, .. }) = &call.once {
        idempotency::settle(tx, request, (answer.status.as_u16(), kept, answer.etag.as_deref())).await?;
    }
    Ok(audit::append(tx, act(call, object, answer.status)).await?)
}

/// What the call did, for the audit.
pub fn act(call: &Call, object: &str, status: StatusCode) -> Act {
    act_noted(call, object, (status, None))
}

fn act_noted(call: &Call, object: &str, (status, note): (StatusCode, Option<&str>)) -> Act {
    let mut detail = serde_json::json!({ "status": status.as_u16() });
    if let Some(token) = &call.token {
        detail["token"] = token.as_str().into();
    }
    if let Some(note) = note {
        detail["note"] = note.into();
    }
    Act {
        actor: call.principal.subject.clone(),
        action: call.operation.to_owned(),
        object: object.to_owned(),
        detail: detail.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stands_for_method_path_query_and_body() {
        let shield = |secret: &str| Shield::new(&nkeys::XKey::new().public_key(), secret).unwrap();
        let of = |parts: &[&[u8]]| Once::of(&shield(&"a".repeat(32)), ("p", "k"), parts).request;
        assert_eq!(of(&[b"POST", b"/a", b"", b"{}"]), of(&[b"POST", b"/a", b"", b"{}"]));
        assert_ne!(of(&[b"POST", b"/a", b"", b"{}"]), of(&[b"POST", b"/a{}", b"", b""]));
        let named: &[&[u8]] = &[b"POST", b"/v1/reports", b"", br#"{"source":{"name":"Gulnara"}}"#];
        let elsewhere = Once::of(&shield(&"b".repeat(32)), ("p", "k"), named).request;
        assert_ne!(
            of(named).digest,
            elsewhere.digest,
            "who guesses the name and lacks the secret finds nothing"
        );
    }

    #[test]
    fn what_a_request_makes_is_another_thing_for_another_request_under_the_same_key() {
        let shield = Shield::new(&nkeys::XKey::new().public_key(), &"a".repeat(32)).unwrap();
        let seed = |body: &[u8]| Once::of(&shield, ("p", "weekly"), &[b"POST", b"/v1/imports", body]).seed();
        assert_eq!(seed(b"week 46"), seed(b"week 46"));
        assert_ne!(seed(b"week 46"), seed(b"week 47"));
    }

    #[test]
    fn keys_are_short_and_visible() {
        let read = |text: &[u8]| {
            let value = axum::http::HeaderValue::from_bytes(text).unwrap();
            key(&[("idempotency-key".parse().unwrap(), value)].into_iter().collect())
        };
        assert_eq!(read(b"a-1").unwrap().as_deref(), Some("a-1"));
        for wrong in [b"".as_slice(), b"a b", &[b'a'; 129], b"\xc3\xa4"] {
            assert!(read(wrong).is_err());
        }
        assert_eq!(key(&axum::http::HeaderMap::new()).unwrap(), None);
    }
}
