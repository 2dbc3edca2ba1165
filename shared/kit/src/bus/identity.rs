//! Who is who on the bus: one Ed25519 key per service, by which NATS knows it, it signs its events, and the others check them.

use std::{collections::BTreeMap, path::Path};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use contracts::{Envelope, Principal, Service, envelope};
use domain::Timestamp;
use nkeys::KeyPair;
use serde::{Deserialize, Serialize};

use crate::config::read_file;

/// How old a principal's statement may be, in seconds, before no service believes it.
const PRINCIPAL_AGE_S: i64 = 60;

/// This service's own key.
pub struct Identity(KeyPair);

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity({})", self.0.public_key())
    }
}

/// What the gateway states of the one who asks.
#[derive(Serialize, Deserialize)]
struct Statement {
    principal: Principal,
    at: Timestamp,
    subject: String,
    body: String,
}

impl Identity {
    /// Reads the seed.
    ///
    /// # Errors
    /// When the file cannot be read or holds no seed.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        Ok(Self(KeyPair::from_seed(&read_file(file)?)?))
    }
    /// The signature under an event, base64url.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub fn sign(&self, envelope: &Envelope, body: &[u8]) -> Result<String, nkeys::error::Error> {
        Ok(BASE64_URL_SAFE_NO_PAD.encode(self.0.sign(&envelope.signed_text(body))?))
    }
    /// A statement of who asks what, and its signature; both base64url.
    pub(super) fn state(
        &self,
        principal: &Principal,
        at: Timestamp,
        subject: &str,
        body: &[u8],
    ) -> anyhow::Result<(String, String)> {
        let statement = Statement {
            principal: principal.clone(),
            at,
            subject: subject.to_owned(),
            body: envelope::digest(body),
        };
        let text = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&statement)?);
        let signature = BASE64_URL_SAFE_NO_PAD.encode(self.0.sign(text.as_bytes())?);
        Ok((text, signature))
    }
}

/// The public keys of all services.
pub struct Trust(BTreeMap<Service, KeyPair>);

impl std::fmt::Debug for Trust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Why a message is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// It bears no signature, or none that can be read.
    #[error("it is not signed")]
    Unsigned,
    /// Nobody known produces under its subject.
    #[error("no known service says what stands under this subject")]
    UnknownProducer,
    /// The signature is another's, or the message was changed.
    #[error("its signature does not match")]
    Forged,
    /// It was signed too long ago.
    #[error("it was signed more than a minute ago")]
    Old,
}

impl Trust {
    /// Reads the public keys: a JSON object from service to key.
    ///
    /// # Errors
    /// When the file cannot be read or a key is none.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let keys: BTreeMap<Service, String> = serde_json::from_str(&read_file(file)?)?;
        let pairs = keys.into_iter().map(|(service, key)| Ok((service, KeyPair::from_public_key(&key)?)));
        Ok(Self(pairs.collect::<anyhow::Result<_>>()?))
    }

    /// Checks that an event was signed by the service its subject names.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn check(
        &self,
        envelope: &Envelope,
        body: &[u8],
        signature: Option<&str>,
    ) -> Result<Service, Distrust> {
        let producer = envelope.producer().ok_or(Distrust::UnknownProducer)?;
        let key = self.0.get(&producer).ok_or(Distrust::UnknownProducer)?;
        let signature =
            signature.and_then(|text| BASE64_URL_SAFE_NO_PAD.decode(text).ok()).ok_or(Distrust::Unsigned)?;
        key.verify(&envelope.signed_text(body), &signature).map_err(|_| Distrust::Forged)?;
        Ok(producer)
    }

    /// Reads who asks, as the gateway stated it for this very question.
    pub(super) fn principal(&self, asked: &Question<'_>, now: Timestamp) -> Result<Principal, Distrust> {
        let key = self.0.get(&Service::Gateway).ok_or(Distrust::UnknownProducer)?;
        let (text, signature) = asked.statement.zip(asked.signature).ok_or(Distrust::Unsigned)?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| Distrust::Unsigned)?;
        key.verify(text.as_bytes(), &signature).map_err(|_| Distrust::Forged)?;
        let json = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| Distrust::Unsigned)?;
        let statement: Statement = serde_json::from_slice(&json).map_err(|_| Distrust::Unsigned)?;
        if statement.subject != asked.subject || statement.body != envelope::digest(asked.body) {
            return Err(Distrust::Forged);
        }
        if now.since(statement.at).num_seconds().abs() > PRINCIPAL_AGE_S {
            return Err(Distrust::Old);
        }
        Ok(statement.principal)
    }
}

/// A question as it came over the bus.
pub(super) struct Question<'a> {
    pub subject: &'a str,
    pub body: &'a [u8],
    pub statement: Option<&'a str>,
    pub signature: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> (Identity, Trust) {
        let key = KeyPair::new_user();
        let public = KeyPair::from_public_key(&key.public_key()).unwrap();
        (Identity(key), Trust(BTreeMap::from([(Service::Gateway, public)])))
    }
    fn envelope() -> Envelope {
        Envelope {
            id: domain::EventId::derived(&["a"]),
            subject: "mirab.gateway.report.received.v1".into(),
            aggregate: "a".into(),
            time: "2026-11-23T00:00:00Z".parse().unwrap(),
            traceparent: None,
            correlation: "c".into(),
            causation: None,
        }
    }

    #[test]
    fn a_changed_body_or_subject_is_not_believed() {
        let (identity, trust) = pair();
        let signature = identity.sign(&envelope(), b"{}").unwrap();
        assert_eq!(trust.check(&envelope(), b"{}", Some(&signature)), Ok(Service::Gateway));
        assert_eq!(trust.check(&envelope(), b"{1}", Some(&signature)), Err(Distrust::Forged));
        assert_eq!(trust.check(&envelope(), b"{}", None), Err(Distrust::Unsigned));
        let moved = Envelope { subject: "mirab.gateway.import.received.v1".into(), ..envelope() };
        assert_eq!(trust.check(&moved, b"{}", Some(&signature)), Err(Distrust::Forged));
        let other = Envelope { subject: "mirab.alerts.warning.issued.v1".into(), ..envelope() };
        assert_eq!(trust.check(&other, b"{}", Some(&signature)), Err(Distrust::UnknownProducer));
    }

    #[test]
    fn a_statement_counts_for_one_question_and_one_minute() {
        let (identity, trust) = pair();
        let now: Timestamp = "2026-11-23T00:00:00Z".parse().unwrap();
        let principal =
            Principal { subject: "p".into(), name: "P".into(), roles: [].into(), organisation: None };
        let (text, signature) = identity.state(&principal, now, "mirab.ask.alerts.x.v1", b"1").unwrap();
        let question =
            |subject, body| Question { subject, body, statement: Some(&text), signature: Some(&signature) };
        assert_eq!(trust.principal(&question("mirab.ask.alerts.x.v1", b"1"), now), Ok(principal));
        assert_eq!(trust.principal(&question("mirab.ask.alerts.y.v1", b"1"), now), Err(Distrust::Forged));
        assert_eq!(trust.principal(&question("mirab.ask.alerts.x.v1", b"2"), now), Err(Distrust::Forged));
        let late = now.plus(chrono::Duration::seconds(61));
        assert_eq!(trust.principal(&question("mirab.ask.alerts.x.v1", b"1"), late), Err(Distrust::Old));
    }
}
