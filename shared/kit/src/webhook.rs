//! Signed webhooks after Standard Webhooks 1.0.0: what is sent can be proven by its receiver, and read back by us.
//!
//! Signed is `{id}.{timestamp}.{body}`. The id stays the same over retries, the timestamp is that of the attempt.

use std::{fmt, str::FromStr, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer as _};
use hmac::{Hmac, Mac as _};
use rand::CryptoRng;
use sha2::Sha256;

/// How far a timestamp may lie from the receiver's clock, to either side.
pub const TOLERANCE: Duration = Duration::from_mins(5);

/// Bytes in one block of SHA-256; HMAC fills shorter keys up with zeros, and no secret is longer.
const BLOCK_BYTES: usize = 64;
const MIN_SECRET_BYTES: usize = 24;
const NEW_SECRET_BYTES: usize = 32;

/// A key text that cannot be used; the text itself is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a webhook key of the form {0}")]
pub struct NotAKey(&'static str);

/// A message that cannot be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The id would blur where the parts of the signed text end.
    #[error("a webhook id must be visible ASCII without a full stop")]
    Id,
    /// No key was given.
    #[error("a webhook needs at least one key to be signed with")]
    NoKey,
}

/// Why a received message is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The id is empty or holds what no id may hold.
    #[error("the webhook id is not visible ASCII without a full stop")]
    Id,
    /// The timestamp is not a number of seconds.
    #[error("the webhook timestamp is not in Unix seconds")]
    Timestamp,
    /// The message is old or was sent again, or the clocks disagree.
    #[error("the webhook timestamp lies too far from now")]
    TooFar,
    /// None of the signatures is by the expected key over this message.
    #[error("no webhook signature matches")]
    Signature,
}

/// A secret shared with one endpoint, 24 to 64 bytes, shown as `whsec_…`.
#[derive(Clone)]
pub struct Secret {
    padded: [u8; BLOCK_BYTES],
    len: usize,
}

impl Secret {
    /// Makes a secret of 32 random bytes.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut padded = [0; BLOCK_BYTES];
        rng.fill_bytes(&mut padded[..NEW_SECRET_BYTES]);
        Self { padded, len: NEW_SECRET_BYTES }
    }

    /// The secret as its endpoint's owner is shown it.
    pub fn reveal(&self) -> String {
        format!("whsec_{}", STANDARD.encode(&self.padded[..self.len]))
    }

    fn mac(&self, id: &str, at_secs: i64, body: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new(&self.padded.into());
        mac.update(&content(id, at_secs, body));
        mac
    }
}

impl FromStr for Secret {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let bytes = decode(text, "whsec_").ok_or(NotAKey("whsec_"))?;
        if !(MIN_SECRET_BYTES..=BLOCK_BYTES).contains(&bytes.len()) {
            return Err(NotAKey("whsec_"));
        }
        let mut padded = [0; BLOCK_BYTES];
        padded[..bytes.len()].copy_from_slice(&bytes);
        Ok(Self { padded, len: bytes.len() })
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(whsec_…)")
    }
}

/// An ed25519 key that signs, shown as `whsk_…`; it never leaves us.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// Makes a key from 32 random bytes.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut seed = [0; 32];
        rng.fill_bytes(&mut seed);
        Self(ed25519_dalek::SigningKey::from_bytes(&seed))
    }

    /// The key as it is stored: `whsk_` and the base64 of seed and public key.
    pub fn reveal(&self) -> String {
        format!("whsk_{}", STANDARD.encode(self.0.to_keypair_bytes()))
    }

    /// The half that receivers verify with.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }
}

impl FromStr for SigningKey {
    type Err = NotAKey;

    /// Reads the 64 bytes of seed and public key, or the 32 of the seed alone.
    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let bytes = decode(text, "whsk_").ok_or(NotAKey("whsk_"))?;
        if let Ok(seed) = <&[u8; 32]>::try_from(bytes.as_slice()) {
            return Ok(Self(ed25519_dalek::SigningKey::from_bytes(seed)));
        }
        let pair = <&[u8; 64]>::try_from(bytes.as_slice()).map_err(|_| NotAKey("whsk_"))?;
        ed25519_dalek::SigningKey::from_keypair_bytes(pair).map(Self).map_err(|_| NotAKey("whsk_"))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(whsk_…)")
    }
}

/// The public half of a [`SigningKey`], shown as `whpk_…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(ed25519_dalek::VerifyingKey);

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "whpk_{}", STANDARD.encode(self.0.as_bytes()))
    }
}

impl FromStr for PublicKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let bytes = decode(text, "whpk_").ok_or(NotAKey("whpk_"))?;
        let bytes = <&[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| NotAKey("whpk_"))?;
        ed25519_dalek::VerifyingKey::from_bytes(bytes).map(Self).map_err(|_| NotAKey("whpk_"))
    }
}

/// The keys of one endpoint; while one is being replaced there are two of its kind.
#[derive(Clone, Copy, Debug, Default)]
pub struct Signers<'a> {
    /// Shared secrets, each giving a `v1` signature.
    pub secrets: &'a [Secret],
    /// Signing keys, each giving a `v1a` signature.
    pub keys: &'a [SigningKey],
}

/// What a receiver checks with.
#[derive(Clone, Copy, Debug)]
pub enum Verifier<'a> {
    /// Believes `v1` signatures made with this secret.
    Secret(&'a Secret),
    /// Believes `v1a` signatures made with the private half of this key.
    Public(&'a PublicKey),
}

/// The three headers of a signed message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// Value of `webhook-id`.
    pub id: String,
    /// Value of `webhook-timestamp`.
    pub timestamp: String,
    /// Value of `webhook-signature`: one signature or more, with spaces between.
    pub signature: String,
}

impl Headers {
    /// Names and values, as a request takes them.
    pub fn into_pairs(self) -> Vec<(String, String)> {
        let Self { id, timestamp, signature } = self;
        let pairs = [("id", id), ("timestamp", timestamp), ("signature", signature)];
        pairs.map(|(name, value)| (format!("webhook-{name}"), value)).to_vec()
    }
}

/// Signs with a shared secret: `v1,` and the base64 of an HMAC-SHA-256.
pub fn sign_v1(secret: &Secret, id: &str, at_secs: i64, body: &[u8]) -> String {
    let code = secret.mac(id, at_secs, body).finalize().into_bytes();
    format!("v1,{}", STANDARD.encode(code))
}

/// Signs with a signing key: `v1a,` and the base64 of an ed25519 signature.
pub fn sign_v1a(key: &SigningKey, id: &str, at_secs: i64, body: &[u8]) -> String {
    let signature = key.0.sign(&content(id, at_secs, body));
    format!("v1a,{}", STANDARD.encode(signature.to_bytes()))
}

/// Signs with every key of the endpoint; `at_secs` is the time of this attempt.
///
/// # Errors
/// When the id cannot be signed or there is no key.
pub fn headers(signers: Signers<'_>, id: &str, at_secs: i64, body: &[u8]) -> Result<Headers, SignError> {
    if !is_id(id) {
        return Err(SignError::Id);
    }
    let symmetric = signers.secrets.iter().map(|secret| sign_v1(secret, id, at_secs, body));
    let asymmetric = signers.keys.iter().map(|key| sign_v1a(key, id, at_secs, body));
    let signatures: Vec<_> = symmetric.chain(asymmetric).collect();
    if signatures.is_empty() {
        return Err(SignError::NoKey);
    }
    let timestamp = at_secs.to_string();
    Ok(Headers { id: id.to_owned(), timestamp, signature: signatures.join(" ") })
}

/// Checks that one of the signatures is by the expected key, over this body, and recent; usually within [`TOLERANCE`].
///
/// Signatures of kinds the verifier does not know are passed over.
///
/// # Errors
/// When the message is not to be believed.
pub fn verify(
    verifier: Verifier<'_>,
    headers: &Headers,
    body: &[u8],
    now_secs: i64,
    tolerance: Duration,
) -> Result<(), VerifyError> {
    if !is_id(&headers.id) {
        return Err(VerifyError::Id);
    }
    let at_secs = fresh(&headers.timestamp, now_secs, tolerance)?;
    let matches = |token: &str| match verifier {
        Verifier::Secret(secret) => {
            let mac = || secret.mac(&headers.id, at_secs, body);
            // The comparison takes the same time wherever the codes differ.
            decode(token, "v1,").is_some_and(|code| mac().verify_slice(&code).is_ok())
        }
        Verifier::Public(PublicKey(key)) => {
            let signed = || content(&headers.id, at_secs, body);
            let signature = decode(token, "v1a,").and_then(|bytes| Signature::from_slice(&bytes).ok());
            signature.is_some_and(|signature| key.verify_strict(&signed(), &signature).is_ok())
        }
    };
    if headers.signature.split(' ').any(matches) { Ok(()) } else { Err(VerifyError::Signature) }
}

fn fresh(text: &str, now_secs: i64, tolerance: Duration) -> Result<i64, VerifyError> {
    let at_secs: i64 = text.parse().map_err(|_| VerifyError::Timestamp)?;
    // Another spelling of the number would not be the text that was signed.
    if at_secs.to_string() != text {
        return Err(VerifyError::Timestamp);
    }
    let near = now_secs.abs_diff(at_secs) <= tolerance.as_secs();
    if near { Ok(at_secs) } else { Err(VerifyError::TooFar) }
}

fn is_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.')
}

fn content(id: &str, at_secs: i64, body: &[u8]) -> Vec<u8> {
    let mut content = format!("{id}.{at_secs}.").into_bytes();
    content.extend_from_slice(body);
    content
}

fn decode(text: &str, prefix: &str) -> Option<Vec<u8>> {
    text.strip_prefix(prefix).and_then(|encoded| STANDARD.decode(encoded).ok())
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const AT: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNED: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn rng() -> StdRng {
        StdRng::seed_from_u64(7)
    }
    fn given(signature: impl Into<String>) -> Headers {
        Headers { id: ID.into(), timestamp: AT.to_string(), signature: signature.into() }
    }
    fn check(verifier: Verifier<'_>, headers: &Headers) -> Result<(), VerifyError> {
        verify(verifier, headers, BODY, AT, TOLERANCE)
    }

    #[test]
    fn the_public_test_vector_is_met() {
        assert_eq!(sign_v1(&SECRET.parse().unwrap(), ID, AT, BODY), SIGNED);
    }

    #[test]
    fn old_new_and_asymmetric_signatures_stand_in_one_header_and_each_is_believed() {
        let secrets = [SECRET.parse().unwrap(), Secret::generate(&mut rng())];
        let keys = [SigningKey::generate(&mut rng())];
        let signed = headers(Signers { secrets: &secrets, keys: &keys }, ID, AT, BODY).unwrap();
        let (new, v1a) = (sign_v1(&secrets[1], ID, AT, BODY), sign_v1a(&keys[0], ID, AT, BODY));
        assert_eq!(signed.signature, format!("{SIGNED} {new} {v1a}"));
        check(Verifier::Secret(&secrets[0]), &signed).unwrap();
        check(Verifier::Secret(&secrets[1]), &signed).unwrap();
        check(Verifier::Public(&keys[0].public()), &signed).unwrap();
        let names: Vec<_> = signed.into_pairs().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["webhook-id", "webhook-timestamp", "webhook-signature"]);
    }

    #[test]
    fn another_id_time_body_or_key_is_not_believed() {
        let mut rng = rng();
        let (secret, other): (Secret, _) = (SECRET.parse().unwrap(), Secret::generate(&mut rng));
        let (key, foreign) = (SigningKey::generate(&mut rng), SigningKey::generate(&mut rng));
        let both = given(format!("{SIGNED} {}", sign_v1a(&key, ID, AT, BODY)));
        let public = key.public();
        for verifier in [Verifier::Secret(&secret), Verifier::Public(&public)] {
            check(verifier, &both).unwrap();
            let moved = Headers { timestamp: (AT + 1).to_string(), ..both.clone() };
            let renamed = Headers { id: format!("{ID}x"), ..both.clone() };
            assert_eq!([moved, renamed].map(|h| check(verifier, &h)), [Err(VerifyError::Signature); 2]);
            assert_eq!(verify(verifier, &both, b"{}", AT, TOLERANCE), Err(VerifyError::Signature));
        }
        assert_eq!(check(Verifier::Secret(&other), &both), Err(VerifyError::Signature));
        assert_eq!(check(Verifier::Public(&foreign.public()), &both), Err(VerifyError::Signature));
    }

    #[test]
    fn unknown_and_broken_signatures_are_passed_over() {
        let secret: Secret = SECRET.parse().unwrap();
        check(Verifier::Secret(&secret), &given(format!("v2,abc v1,!! v1a,AAAA  {SIGNED}"))).unwrap();
        for text in ["", " ", "v1,", "v1", &SIGNED[3..], &SIGNED[..20], &SIGNED.replace("v1,", "v1a,")] {
            assert_eq!(check(Verifier::Secret(&secret), &given(text)), Err(VerifyError::Signature), "{text}");
        }
    }

    #[test]
    fn only_five_minutes_to_either_side_are_tolerated() {
        let secret: Secret = SECRET.parse().unwrap();
        let at = |now| verify(Verifier::Secret(&secret), &given(SIGNED), BODY, now, TOLERANCE);
        assert_eq!([at(AT - 300), at(AT + 300)], [Ok(()), Ok(())]);
        assert_eq!([AT + 301, AT - 301, i64::MAX, i64::MIN].map(at), [Err(VerifyError::TooFar); 4]);
        for text in ["", "+1614265330", "01614265330", "1614265330.0", " 1614265330", "now"] {
            let headers = Headers { timestamp: text.into(), ..given(SIGNED) };
            assert_eq!(check(Verifier::Secret(&secret), &headers), Err(VerifyError::Timestamp), "{text}");
        }
    }

    #[test]
    fn ids_with_a_full_stop_and_messages_without_a_key_are_refused() {
        let secrets = [SECRET.parse().unwrap()];
        for id in ["", "a.b", "a b", "a\n", "é"] {
            assert_eq!(headers(Signers { secrets: &secrets, keys: &[] }, id, AT, BODY), Err(SignError::Id));
            let received = Headers { id: id.into(), ..given(SIGNED) };
            assert_eq!(check(Verifier::Secret(&secrets[0]), &received), Err(VerifyError::Id));
        }
        assert_eq!(headers(Signers::default(), ID, AT, BODY), Err(SignError::NoKey));
    }

    #[test]
    fn keys_are_read_back_as_shown_and_hidden_in_debug() {
        let (secret, key) = (Secret::generate(&mut rng()), SigningKey::generate(&mut rng()));
        assert_eq!(secret.reveal().parse::<Secret>().unwrap().reveal(), secret.reveal());
        assert_eq!(key.reveal().parse::<SigningKey>().unwrap().public(), key.public());
        let seed = format!("whsk_{}", STANDARD.encode(key.0.as_bytes()));
        assert_eq!(seed.parse::<SigningKey>().unwrap().public(), key.public());
        assert_eq!(key.public().to_string().parse::<PublicKey>().unwrap(), key.public());
        assert_eq!(format!("{secret:?} {key:?}"), "Secret(whsec_…) SigningKey(whsk_…)");
    }

    #[test]
    fn keys_of_another_length_or_kind_are_refused() {
        let of = |prefix: &str, bytes: usize| format!("{prefix}{}", STANDARD.encode(vec![1; bytes]));
        let wrong = [of("whsec_", 23), of("whsec_", 65), of("whsk_", 32), "whsec_!".into(), String::new()];
        assert!(wrong.iter().all(|text| text.parse::<Secret>().is_err()));
        assert!(of("whsec_", 24).parse::<Secret>().is_ok() && of("whsec_", 64).parse::<Secret>().is_ok());
        // The second half of 64 bytes must be the public key of the first.
        assert!([of("whsk_", 64), of("whsk_", 31)].iter().all(|text| text.parse::<SigningKey>().is_err()));
        assert!(of("whpk_", 31).parse::<PublicKey>().is_err() && SECRET.parse::<PublicKey>().is_err());
    }
}
