//! Who owns a source: independence is counted by owner, and one owner may be written in several ways.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// An owner as owners are compared: without case, with single spaces and none around, in the letters of NFKC. It is shown as
/// it was written.
pub fn folded(owner: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !byte.is_ascii_uppercase();
    if owner.bytes().all(is_plain) {
        return Cow::Borrowed(owner);
    }
    let letters: String = owner.nfkc().flat_map(char::to_lowercase).nfkc().collect();
    Cow::Owned(letters.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Each owner once, in the order of how they are compared, as the first of them is written.
pub fn distinct<'a>(owners: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut written: Vec<(Cow<'a, str>, &'a str)> =
        owners.into_iter().map(|owner| (folded(owner), owner)).collect();
    written.sort();
    written.dedup_by(|later, first| later.0 == first.0);
    written.into_iter().map(|(_, owner)| owner).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_one_however_it_is_written() {
        for (one, other) in [
            ("Owner One", "owner one"),
            (" Owner  One ", "Owner\u{a0}One"),
            ("МЧС России", "мчс россии"),
            ("ﬁeld desk", "Field Desk"),
            ("ＡＣＬＥＤ", "acled"),
        ] {
            assert_eq!(folded(one), folded(other), "{one:?} and {other:?}");
            assert_eq!(distinct([one, other]).len(), 1);
        }
        assert_ne!(folded("Owner One"), folded("OwnerOne"));
        assert_eq!(distinct(["b", "Owner One", "owner one", "A"]), ["A", "b", "Owner One"]);
    }
}
