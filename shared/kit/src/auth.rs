//! API tokens: `mirab_<id>_<secret>`, where the id finds the row and the secret proves the bearer.
//!
//! The secret is 256 random bits, so one SHA-256 of it is safe to store; slow hashing is for words people choose.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::digest::CtOutput;
use rand::CryptoRng;
use sha2::{Digest as _, Sha256};

/// What every token begins with, so that scanners for lost secrets recognise it.
const PREFIX: &str = "mirab_";
const ID_CHARS: usize = 12;
const SECRET_BYTES: usize = 32;
const SECRET_CHARS: usize = 43;
/// Crockford's base 32 in lower case: no letter is mistaken for a digit.
const ID_ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A token at the moment it is made, the only one at which it can be shown.
#[derive(Clone)]
pub struct Token {
    id: String,
    secret: String,
}

impl Token {
    /// Makes a token; the source must be fit for secrets, like the system's.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut id = [0_u8; ID_CHARS];
        rng.fill_bytes(&mut id);
        let mut secret = [0_u8; SECRET_BYTES];
        rng.fill_bytes(&mut secret);
        let id = id.iter().map(|byte| char::from(ID_ALPHABET[usize::from(byte % 32)])).collect();
        Self { id, secret: URL_SAFE_NO_PAD.encode(secret) }
    }

    /// The twelve characters that find the token's row; not secret.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The whole token, to be shown to its owner once.
    pub fn shown(&self) -> String {
        format!("{PREFIX}{}_{}", self.id, self.secret)
    }

    /// What is stored in place of the secret: its SHA-256 in 64 lower-case hex digits.
    pub fn digest(&self) -> String {
        digest(&self.secret)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A token as somebody presents it: well formed, not yet proven.
#[derive(Clone)]
pub struct Presented {
    id: String,
    secret: String,
}

impl Presented {
    /// The twelve characters that find the token's row.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The secret part.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// Whether the secret is the one whose digest was stored, in time that tells nothing about where they differ.
    ///
    /// A stored text that is not a digest matches nothing.
    pub fn matches(&self, stored_digest: &str) -> bool {
        same_digest(&digest(&self.secret), stored_digest)
    }
}

impl fmt::Debug for Presented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presented").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A text that is not a token; which part is wrong is not told, and the text is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an API token of the form mirab_<id>_<secret>")]
pub struct NotAToken;

/// Reads a token as it stands behind `Authorization: Bearer`.
///
/// # Errors
/// When the text has another form than the one [`Token::shown`] gives.
pub fn parse(text: &str) -> Result<Presented, NotAToken> {
    let rest = text.strip_prefix(PREFIX).ok_or(NotAToken)?;
    let (id, secret) = rest.split_once('_').ok_or(NotAToken)?;
    let id_fits = id.len() == ID_CHARS && id.bytes().all(|byte| ID_ALPHABET.contains(&byte));
    let secret_fits = secret.len() == SECRET_CHARS && URL_SAFE_NO_PAD.decode(secret).is_ok();
    if !(id_fits && secret_fits) {
        return Err(NotAToken);
    }
    Ok(Presented { id: id.to_owned(), secret: secret.to_owned() })
}

/// The SHA-256 of a token's secret part in 64 lower-case hex digits.
pub fn digest(secret: &str) -> String {
    format!("{:x}", Sha256::digest(secret))
}

/// Whether two digests are equal, in time that tells nothing about where they differ.
///
/// What is not 64 hex digits equals nothing.
pub fn same_digest(one: &str, other: &str) -> bool {
    match (read_hex(one), read_hex(other)) {
        (Some(one), Some(other)) => {
            CtOutput::<Sha256>::new(one.into()) == CtOutput::<Sha256>::new(other.into())
        }
        _ => false,
    }
}

fn read_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0_u8; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        for digit in pair {
            let value = char::from(*digit).to_digit(16)?;
            *byte = *byte << 4 | value as u8;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;

    fn token(seed: u64) -> Token {
        Token::generate(&mut StdRng::seed_from_u64(seed))
    }

    #[test]
    fn a_token_shown_is_read_back_and_proven_by_its_digest() {
        for seed in 0..200 {
            let token = token(seed);
            let shown = token.shown();
            assert_eq!(shown.len(), 6 + 12 + 1 + 43, "{shown}");
            let presented = parse(&shown).unwrap();
            assert_eq!(presented.id(), token.id());
            assert_eq!(digest(presented.secret()), token.digest());
            assert!(presented.matches(&token.digest()));
        }
    }

    #[test]
    fn another_secret_or_a_damaged_digest_proves_nothing() {
        let (mine, other) = (token(1), token(2));
        let presented = parse(&mine.shown()).unwrap();
        let mut damaged = mine.digest();
        damaged.replace_range(63..64, if damaged.ends_with('0') { "1" } else { "0" });
        for stored in [other.digest(), damaged, mine.digest()[..63].to_owned(), "z".repeat(64), String::new()]
        {
            assert!(!presented.matches(&stored), "{stored}");
        }
        assert!(presented.matches(&mine.digest().to_uppercase()));
    }

    #[test]
    fn texts_of_another_form_are_refused() {
        let shown = token(3).shown();
        let secret = &shown[19..];
        for text in [
            String::new(),
            "mirab_".to_owned(),
            shown.to_uppercase(),
            format!(" {shown}"),
            format!("{shown}="),
            format!("{shown}A"),
            shown[..shown.len() - 1].to_owned(),
            shown.replacen("mirab_", "other_", 1),
            format!("mirab_0123456789a_{secret}"),
            format!("mirab_0123456789au_{secret}"),
            format!("mirab_0123456789ab_{}", "!".repeat(43)),
            format!("mirab_0123456789ab_{}", "é".repeat(21)),
            format!("mirab_0123456789ab_{}B", "A".repeat(42)),
        ] {
            assert_eq!(parse(&text).unwrap_err(), NotAToken, "{text}");
        }
    }

    #[test]
    fn debug_shows_the_id_and_not_the_secret() {
        let token = token(4);
        let presented = parse(&token.shown()).unwrap();
        for text in [format!("{token:?}"), format!("{presented:?}")] {
            assert!(text.contains(token.id()) && !text.contains(presented.secret()), "{text}");
        }
    }

    #[test]
    fn the_digest_is_plain_sha_256() {
        assert_eq!(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
