//! The envelope: CloudEvents 1.0 over NATS in binary mode. Metadata travels in headers, the body is the event's JSON.
//!
//! Follows the working draft of the CloudEvents NATS protocol binding (binary mode, `ce-` headers); the event id is also
//! `Nats-Msg-Id`. The producer signs (RELIABILITY 2.4): Ed25519 over the text that [`Envelope::signed_text`] gives.

use domain::{EventId, Timestamp};
use sha2::{Digest, Sha256};

use crate::{Service, failure::Failure, subject};

/// Header names, as they are written.
pub mod header {
    /// CloudEvents version.
    pub const SPEC_VERSION: &str = "ce-specversion";
    /// Event id.
    pub const ID: &str = "ce-id";
    /// Producer, as a URI reference.
    pub const SOURCE: &str = "ce-source";
    /// Event type: the subject without a country.
    pub const TYPE: &str = "ce-type";
    /// When it was said.
    pub const TIME: &str = "ce-time";
    /// The aggregate it happened to.
    pub const SUBJECT: &str = "ce-subject";
    /// Media type of the body.
    pub const CONTENT_TYPE: &str = "content-type";
    /// W3C trace context.
    pub const TRACEPARENT: &str = "traceparent";
    /// The id that all events of one undertaking share.
    pub const CORRELATION: &str = "mirab-correlation";
    /// The event that led to this one.
    pub const CAUSATION: &str = "mirab-causation";
    /// The producer's signature, base64url.
    pub const SIGNATURE: &str = "mirab-sig";
    /// JetStream's deduplication id.
    pub const MSG_ID: &str = "Nats-Msg-Id";
    /// The principal on whose behalf something is asked, base64url JSON.
    pub const PRINCIPAL: &str = "mirab-principal";
    /// The gateway's signature over principal and time.
    pub const PRINCIPAL_SIGNATURE: &str = "mirab-principal-sig";
    /// A key that makes asking twice the same as asking once.
    pub const IDEMPOTENCY: &str = "mirab-idempotency";
}

/// What is known of an event besides its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Which event.
    pub id: EventId,
    /// The subject it was published under.
    pub subject: String,
    /// What it happened to.
    pub aggregate: String,
    /// When it was said.
    pub time: Timestamp,
    /// W3C trace context of the work that said it.
    pub traceparent: Option<String>,
    /// The id that all events of one undertaking share.
    pub correlation: String,
    /// The event that led to it.
    pub causation: Option<String>,
}

impl Envelope {
    /// The text a producer signs: version, id, subject, time and digest of the body, each behind a NUL.
    pub fn signed_text(&self, body: &[u8]) -> Vec<u8> {
        format!("mirab-event-v1\0{}\0{}\0{}\0{}", self.id, self.subject, self.time, digest(body)).into_bytes()
    }

    /// The headers to send, the signature among them.
    pub fn headers(&self, signature: &str) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            (header::SPEC_VERSION, "1.0".to_owned()),
            (header::ID, self.id.to_string()),
            (header::MSG_ID, self.id.to_string()),
            (header::SOURCE, format!("/mirab/{}", self.producer().map_or("unknown", Service::as_str))),
            (header::TYPE, event_type(&self.subject).to_owned()),
            (header::TIME, self.time.to_string()),
            (header::SUBJECT, self.aggregate.clone()),
            (header::CONTENT_TYPE, "application/json".to_owned()),
            (header::CORRELATION, self.correlation.clone()),
            (header::SIGNATURE, signature.to_owned()),
        ];
        headers.extend(self.traceparent.clone().map(|value| (header::TRACEPARENT, value)));
        headers.extend(self.causation.clone().map(|value| (header::CAUSATION, value)));
        headers
    }

    /// Reads the envelope back from a message's subject and headers.
    ///
    /// # Errors
    /// When a required header is missing or cannot be read; the failure names it.
    pub fn read<'a>(subject: &str, get: impl Fn(&str) -> Option<&'a str>) -> Result<Self, Failure> {
        let need =
            |name: &str| get(name).ok_or_else(|| Failure::invalid(format!("the header {name} is missing")));
        Ok(Self {
            id: need(header::ID)?.parse().map_err(Failure::invalid)?,
            subject: subject.to_owned(),
            aggregate: need(header::SUBJECT)?.to_owned(),
            time: need(header::TIME)?.parse().map_err(Failure::invalid)?,
            traceparent: get(header::TRACEPARENT).map(str::to_owned),
            correlation: need(header::CORRELATION)?.to_owned(),
            causation: get(header::CAUSATION).map(str::to_owned),
        })
    }

    /// The service whose events bear this subject.
    pub fn producer(&self) -> Option<Service> {
        subject::producer(&self.subject)
    }
}

/// SHA-256 of a body, as 64 hexadecimal digits.
pub fn digest(body: &[u8]) -> String {
    hex::encode(Sha256::digest(body))
}

/// The subject without a country.
fn event_type(subject: &str) -> &str {
    let by_country = subject
        .rsplit_once('.')
        .filter(|(_, last)| last.len() == 3 && last.bytes().all(|b| b.is_ascii_uppercase()));
    by_country.map_or(subject, |(base, _)| base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_reads_back_as_it_was_written() {
        let envelope = Envelope {
            id: EventId::derived(&["x"]),
            subject: "mirab.analysis.situation.changed.v1.KGZ".into(),
            aggregate: "KG-B/border_tension".into(),
            time: "2026-11-23T07:30:00Z".parse().unwrap(),
            traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into()),
            correlation: "c1".into(),
            causation: None,
        };
        let headers = envelope.headers("sig");
        let get = |name: &str| headers.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str());
        assert_eq!(get(header::TYPE), Some("mirab.analysis.situation.changed.v1"));
        assert_eq!(Envelope::read(&envelope.subject, get).unwrap(), envelope);
    }

    #[test]
    fn a_missing_header_is_named() {
        let failure = Envelope::read("mirab.intake.x.y.v1", |_| None).unwrap_err();
        assert!(failure.detail.contains("ce-id"));
    }
}
