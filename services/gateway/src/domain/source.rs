//! The reporter shield: who reported something is sealed and made a pseudonym before anything touches a disk or the bus.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use domain::owner::folded;
use hmac::{Hmac, Mac};
use nkeys::XKey;
use rand::Rng;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::Error;

/// Sealed texts are filled up to a multiple of this, so that their length does not tell the name's.
const BLOCK: usize = 256;
/// What every pseudonym begins with.
pub const PSEUDONYM: &str = "src_";
/// What begins whatever stands in the place of an asker's name beside a kept answer.
pub const ASKER: &str = "ask_";

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

impl Source {
    /// A source of this name and contact.
    pub fn named(name: &str, contact: &str) -> Self {
        Self { name: name.to_owned(), contact: contact.to_owned() }
    }
    /// The source as only the private half of its reporter's key opens it: a box that holds it as JSON with spaces behind.
    ///
    /// # Errors
    /// When the key is none or the cipher refuses.
    pub fn seal(&self, public_key: &str) -> Result<String, Error> {
        let mut text = serde_json::to_vec(self)?;
        text.resize(text.len().div_ceil(BLOCK) * BLOCK, b' ');
        sealed(&text, &XKey::from_public_key(public_key).map_err(Error::Seal)?)
    }
}

/// Base64 of the sender's one-time public key (56 characters, as nkeys writes it) and the box.
fn sealed(text: &[u8], to: &XKey) -> Result<String, Error> {
    let once = XKey::new();
    let sealed = once.seal(text, to).map_err(Error::Seal)?;
    Ok(BASE64_STANDARD.encode([once.public_key().into_bytes(), sealed].concat()))
}

/// The key to which all identities of one reporter are sealed. Who opens them needs both intake's private key and the
/// wrapped half; destroying the wrapped half erases the identity wherever copies of the sealed texts lie.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ReporterKey {
    /// The half that seals.
    pub public_key: String,
    /// The half that opens, itself sealed to intake's key. It leaves the door's store for nobody.
    pub wrapped: String,
}

impl fmt::Debug for ReporterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReporterKey(withheld)")
    }
}

/// Makes keys that only intake unwraps, and pseudonyms.
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

    /// A new key for one reporter, which only intake's private key unwraps.
    ///
    /// # Errors
    /// When the cipher refuses.
    pub fn new_key(&self) -> Result<ReporterKey, Error> {
        let key = XKey::new();
        let wrapped = sealed(key.seed().map_err(Error::Seal)?.as_bytes(), &self.to)?;
        Ok(ReporterKey { public_key: key.public_key(), wrapped })
    }

    /// What a named source is known by beside its pseudonym, in its name's place: the same for the same name and contact, whatever
    /// their case, spaces and forms of letters. A name alone is that of the sender (a pseudonym): two senders may know two of that
    /// name, and nobody learns from a guessed name whether another named it.
    pub fn named(&self, source: &Source, sender: &str) -> String {
        let (name, contact) = (folded(&source.name), folded(&source.contact));
        let whose =
            if contact.is_empty() { ["name", &*name, sender] } else { ["contact", &*name, &*contact] };
        format!("nam_{}", hex::encode(&self.mac("named", &whose)[..16]))
    }
    /// The pseudonym that a named source had where pseudonyms of sources still followed from the secret.
    pub fn first_pseudonym_of(&self, source: &Source) -> String {
        let plain = |text: &str| text.trim().to_lowercase();
        self.digest("source", &[&plain(&source.name), &plain(&source.contact)])
    }
    /// A new pseudonym for an account that reports or a source that is named. It follows from nothing: once the row that ties it to
    /// them is gone, nobody can tell whose it was, the holder of the secret included.
    pub fn new_pseudonym() -> String {
        let mut bytes = [0_u8; 8];
        rand::rng().fill(&mut bytes);
        format!("{PSEUDONYM}{}", hex::encode(bytes))
    }
    /// The pseudonym that an account had where pseudonyms of accounts still followed from the secret.
    pub fn first_pseudonym(&self, subject: &str) -> String {
        self.digest("principal", &[subject])
    }
    /// What an account is known by beside its pseudonym, in its name's place.
    pub fn account(&self, subject: &str) -> String {
        format!("acc_{}", hex::encode(&self.mac("account", &[subject])[..16]))
    }
    /// What stands in the place of an asker's name beside an answer that is kept: another for each key, so that no two answers can be
    /// told to be of one person.
    pub fn asker(&self, subject: &str, key: &str) -> String {
        format!("{ASKER}{}", hex::encode(&self.mac("asker", &[subject, key])[..16]))
    }

    /// What stands in the place of a request's SHA-256 (hexadecimal) beside its answer: whoever guesses what was asked, a name among it,
    /// cannot try it out.
    pub fn request(&self, sha256: &str) -> String {
        hex::encode(self.mac("request", &[sha256]))
    }

    fn digest(&self, kind: &str, parts: &[&str]) -> String {
        format!("{PSEUDONYM}{}", hex::encode(&self.mac(kind, parts)[..8]))
    }

    fn mac(&self, kind: &str, parts: &[&str]) -> [u8; 32] {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) else {
            return [0; 32]; // HMAC takes keys of every length
        };
        for part in std::iter::once(&kind).chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn source(name: &str, contact: &str) -> Source {
        Source { name: name.into(), contact: contact.into() }
    }

    /// What is in the box, for the holder of this key.
    fn open(sealed: &str, key: &XKey) -> Option<Vec<u8>> {
        let bytes = BASE64_STANDARD.decode(sealed).unwrap();
        let sender = XKey::from_public_key(std::str::from_utf8(&bytes[..56]).unwrap()).unwrap();
        key.open(&bytes[56..], &sender).ok()
    }

    #[test]
    fn opening_a_sealed_source_takes_intakes_key_and_the_reporters_wrapped_one() {
        let intake = XKey::new();
        let shield = Shield::new(&intake.public_key(), SECRET).unwrap();
        let own = shield.new_key().unwrap();
        let who = source("Gulnara", "+996 555");
        let sealed = who.seal(&own.public_key).unwrap();

        let seed = String::from_utf8(open(&own.wrapped, &intake).unwrap()).unwrap();
        let opened = open(&sealed, &XKey::from_seed(&seed).unwrap()).unwrap();

        assert_eq!(serde_json::from_slice::<Source>(&opened).unwrap(), who);
        assert!(open(&sealed, &intake).is_none(), "intake's key alone opens nothing");
        assert!(open(&own.wrapped, &XKey::new()).is_none(), "the wrapped key alone is none");
        let later = shield.new_key().unwrap();
        let seed = String::from_utf8(open(&later.wrapped, &intake).unwrap()).unwrap();
        assert!(open(&sealed, &XKey::from_seed(&seed).unwrap()).is_none(), "nor does a later key");
    }

    #[test]
    fn sealing_twice_differs_and_tells_no_length() {
        let own = Shield::new(&XKey::new().public_key(), SECRET).unwrap().new_key().unwrap();
        let sealed = source("Gulnara", "+996 555").seal(&own.public_key).unwrap();
        assert_ne!(source("Gulnara", "+996 555").seal(&own.public_key).unwrap(), sealed);
        assert_eq!(source("A", "").seal(&own.public_key).unwrap().len(), sealed.len());
    }

    #[test]
    fn what_stands_in_a_sources_place_is_the_same_for_one_and_tells_nothing() {
        let shield = Shield::new(&XKey::new().public_key(), SECRET).unwrap();
        let one = shield.named(&source("Gulnara", "a@b"), "src_1");
        assert_eq!(
            one,
            shield.named(&source(" gulnara ", "A@b"), "src_2"),
            "who can be reached is one for all"
        );
        assert_ne!(one, shield.named(&source("Gulnaraa", "@b"), "src_1"));
        let alone = source("Gulnara", "");
        assert_eq!(shield.named(&alone, "src_1"), shield.named(&source("gulnara", " "), "src_1"));
        let full = |name: &str| shield.named(&source(name, "a@b"), "src_1");
        assert_eq!(full("Gulnara Asanova"), full(" gulnara  ASANOVA"));
        assert_ne!(
            shield.named(&alone, "src_1"),
            shield.named(&alone, "src_2"),
            "a name alone is the sender's"
        );
        assert_ne!(shield.named(&alone, "a@b"), one);
        let elsewhere = Shield::new(&XKey::new().public_key(), &SECRET.replace('0', "1")).unwrap();
        assert_ne!(one, elsewhere.named(&source("Gulnara", "a@b"), "src_1"));
    }

    #[test]
    fn what_stands_in_an_accounts_place_tells_neither_its_name_nor_one_answer_from_the_next() {
        let shield = Shield::new(&XKey::new().public_key(), SECRET).unwrap();
        assert_eq!(shield.account("gulnara"), shield.account("gulnara"));
        assert_ne!(shield.account("gulnara"), shield.account("aibek"));
        assert_ne!(shield.asker("gulnara", "1"), shield.asker("gulnara", "2"));
        let (one, other) = (Shield::new_pseudonym(), Shield::new_pseudonym());
        assert!(one != other && one.len() == shield.first_pseudonym("gulnara").len(), "{one}, {other}");
    }

    #[test]
    fn a_source_never_shows_in_debug() {
        assert!(!format!("{:?}", source("Gulnara", "a@b")).contains("Gulnara"));
    }
}
