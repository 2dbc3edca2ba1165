//! The short keys of organisations.

/// The longest key, in characters.
const LONGEST: usize = 63;

/// Whether this can be the key of an organisation: lower-case letters, digits and hyphens, a letter or digit first and last.
pub fn is_key(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=LONGEST).contains(&text.len())
        && text.bytes().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_lower_case_letters_digits_and_hyphens() {
        for good in ["osce", "un-rcca", "5p1", "a"] {
            assert!(is_key(good), "{good}");
        }
        for bad in ["", "*", "OSCE", "-a", "a-", "a b", "a.b", "ош", &"a".repeat(64)] {
            assert!(!is_key(bad), "{bad}");
        }
    }
}
