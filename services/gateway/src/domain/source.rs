//! The reporter shield: who reported something is sealed and made a pseudonym before anything touches a disk or the bus.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, Mac};
use nkeys::XKey;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::Error;

/// Sealed texts are filled up to a multiple of this, so that their length does not tell the name's.
const BLOCK: usize = 256;

/// Who reported, as the sender names them. Never stored, never logged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The name.
    pub name: String,
    /// How to reach them; empty when not given.
    #[serde(default)]
    pub contact: String,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source(withheld)")
    }
}

/// Seals sources to intake's key and gives them pseudonyms.
pub struct Shield {
    to: XKey,
    secret: Vec<u8>,
}

impl fmt::Debug for Shield {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shield")
    }
}

impl Shield {
    /// Of intake's public key (`X…`) and this deployment's secret.
    ///
    /// # Errors
    /// When the key is none or the secret is too short to be one.
    pub fn new(public_key: &str, secret: &str) -> anyhow::Result<Self> {
        let to = XKey::from_public_key(public_key)?;
        anyhow::ensure!(secret.len() >= 32, "the secret for pseudonyms has fewer than 32 characters");
        Ok(Self { to, secret: secret.as_bytes().to_vec() })
    }

    /// The source as only intake's private key opens it: base64 of the sender's one-time public key (56 characters, as nkeys
    /// writes it) and the box, which holds the source as JSON with spaces behind.
    ///
    /// # Errors
    /// When the cipher refuses.
    pub fn seal(&self, source: &Source) -> Result<String, Error> {
        let mut text = serde_json::to_vec(source)?;
        text.resize(text.len().div_ceil(BLOCK) * BLOCK, b' ');
        let once = XKey::new();
        let sealed = once.seal(&text, &self.to).map_err(Error::Seal)?;
        Ok(BASE64_STANDARD.encode([once.public_key().into_bytes(), sealed].concat()))
    }

    /// The pseudonym of a named source: the same for the same name and contact, whatever their case and the space around.
    pub fn pseudonym(&self, source: &Source) -> String {
        let plain = |text: &str| text.trim().to_lowercase();
        self.digest("source", &[&plain(&source.name), &plain(&source.contact)])
    }
    /// The pseudonym of a principal that reports on its own.
    pub fn pseudonym_of_principal(&self, subject: &str) -> String {
        self.digest("principal", &[subject])
    }

    fn digest(&self, kind: &str, parts: &[&str]) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) else {
            return String::new(); // HMAC takes keys of every length
        };
        for part in std::iter::once(&kind).chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        format!("src_{}", hex::encode(&mac.finalize().into_bytes()[..8]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn source(name: &str, contact: &str) -> Source {
        Source { name: name.into(), contact: contact.into() }
    }

    #[test]
    fn only_the_holder_of_the_private_key_opens_a_sealed_source() {
        let key = XKey::new();
        let shield = Shield::new(&key.public_key(), SECRET).unwrap();
        let who = source("Gulnara", "+996 555");
        let sealed = shield.seal(&who).unwrap();
        let bytes = BASE64_STANDARD.decode(&sealed).unwrap();
        let sender = XKey::from_public_key(std::str::from_utf8(&bytes[..56]).unwrap()).unwrap();
        let opened = key.open(&bytes[56..], &sender).unwrap();
        assert_eq!(serde_json::from_slice::<Source>(&opened).unwrap(), who);
        assert!(XKey::new().open(&bytes[56..], &sender).is_err());
        assert_ne!(shield.seal(&who).unwrap(), sealed);
        assert_eq!(shield.seal(&source("A", "")).unwrap().len(), sealed.len());
    }

    #[test]
    fn a_pseudonym_stays_the_same_and_tells_nothing() {
        let shield = Shield::new(&XKey::new().public_key(), SECRET).unwrap();
        let one = shield.pseudonym(&source("Gulnara", "a@b"));
        assert_eq!(one, shield.pseudonym(&source(" gulnara ", "A@b")));
        assert_ne!(one, shield.pseudonym(&source("Gulnaraa", "@b")));
        assert_ne!(shield.pseudonym(&source("x", "")), shield.pseudonym_of_principal("x"));
        assert_eq!(one.len(), 20);
        let elsewhere = Shield::new(&XKey::new().public_key(), &SECRET.replace('0', "1")).unwrap();
        assert_ne!(one, elsewhere.pseudonym(&source("Gulnara", "a@b")));
    }

    #[test]
    fn a_source_never_shows_in_debug() {
        assert!(!format!("{:?}", source("Gulnara", "a@b")).contains("Gulnara"));
    }
}
