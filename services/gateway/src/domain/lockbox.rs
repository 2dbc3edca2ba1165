//! Files that lie sealed: each under a key of its own, which is kept elsewhere. Destroying the key erases the file wherever
//! copies of it lie.

use nkeys::XKey;

use crate::Error;

/// A sealed file and the only key that opens it.
pub struct Locked {
    /// The key.
    pub seed: String,
    /// The file as it may lie anywhere.
    pub sealed: Vec<u8>,
}

/// Seals a file under a new key.
///
/// # Errors
/// When the cipher refuses.
pub fn lock(file: &[u8]) -> Result<Locked, Error> {
    let key = XKey::new();
    let itself = XKey::from_public_key(&key.public_key()).map_err(Error::Seal)?;
    let sealed = key.seal(file, &itself).map_err(Error::Seal)?;
    Ok(Locked { seed: key.seed().map_err(Error::Seal)?, sealed })
}

/// Opens a sealed file.
///
/// # Errors
/// When it is another key's, or was changed.
pub fn unlock(seed: &str, sealed: &[u8]) -> Result<Vec<u8>, Error> {
    let key = XKey::from_seed(seed).map_err(Error::Seal)?;
    let itself = XKey::from_public_key(&key.public_key()).map_err(Error::Seal)?;
    key.open(sealed, &itself).map_err(Error::Seal)
}

/// Seals under a key that is made of what only the asker knows, and is kept nowhere.
///
/// # Errors
/// When the cipher refuses.
pub fn lock_with(secret: [u8; 32], part: &[u8]) -> Result<Vec<u8>, Error> {
    let key = XKey::new_from_raw(secret);
    let itself = XKey::from_public_key(&key.public_key()).map_err(Error::Seal)?;
    key.seal(part, &itself).map_err(Error::Seal)
}

/// Opens what was sealed so.
///
/// # Errors
/// When it is another key's, or was changed.
pub fn unlock_with(secret: [u8; 32], sealed: &[u8]) -> Result<Vec<u8>, Error> {
    let key = XKey::new_from_raw(secret);
    let itself = XKey::from_public_key(&key.public_key()).map_err(Error::Seal)?;
    key.open(sealed, &itself).map_err(Error::Seal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_key_opens_a_file_and_nothing_of_it_shows() {
        let file = b"what the picture shows".repeat(1000);
        let (one, other) = (lock(&file).unwrap(), lock(&file).unwrap());
        assert_eq!(unlock(&one.seed, &one.sealed).unwrap(), file);
        assert!(unlock(&other.seed, &one.sealed).is_err());
        assert!(!one.sealed.windows(7).any(|seven| seven == b"picture"));
        let mut changed = one.sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(unlock(&one.seed, &changed).is_err());
    }

    #[test]
    fn a_part_is_opened_by_its_secret_alone() {
        let sealed = lock_with([7; 32], b"part").unwrap();
        assert_eq!(unlock_with([7; 32], &sealed).unwrap(), b"part");
        assert!(unlock_with([8; 32], &sealed).is_err());
    }
}
