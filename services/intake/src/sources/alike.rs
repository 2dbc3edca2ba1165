//! Names of sources as they are compared: `ACLED`, ` acled ` and `АСLЕD` in letters of two alphabets are one name.

use unicode_normalization::UnicodeNormalization;

/// Capitals of Cyrillic and Greek, each with the Latin one that it cannot be told from.
const LIKE: [(char, char); 34] = [
    ('А', 'A'),
    ('В', 'B'),
    ('Е', 'E'),
    ('К', 'K'),
    ('М', 'M'),
    ('Н', 'H'),
    ('О', 'O'),
    ('Р', 'P'),
    ('С', 'C'),
    ('Т', 'T'),
    ('У', 'Y'),
    ('Ү', 'Y'),
    ('Х', 'X'),
    ('І', 'I'),
    ('Ӏ', 'I'),
    ('Ј', 'J'),
    ('Ѕ', 'S'),
    ('Ԁ', 'D'),
    ('Ԍ', 'G'),
    ('Ԛ', 'Q'),
    ('Ԝ', 'W'),
    ('Α', 'A'),
    ('Β', 'B'),
    ('Ε', 'E'),
    ('Ζ', 'Z'),
    ('Η', 'H'),
    ('Ι', 'I'),
    ('Κ', 'K'),
    ('Μ', 'M'),
    ('Ν', 'N'),
    ('Ο', 'O'),
    ('Ρ', 'P'),
    ('Τ', 'T'),
    ('Χ', 'X'),
];

/// The name as names are compared: its letters and figures alone, in capitals, and in Latin where another alphabet has one that looks
/// the same.
pub fn folded(name: &str) -> String {
    let capitals = name.nfkc().flat_map(char::to_uppercase).nfkc();
    let like = |c| LIKE.iter().find(|(other, _)| *other == c).map_or(c, |(_, latin)| *latin);
    capitals.filter(|c| c.is_alphanumeric()).map(like).collect()
}

/// Whether two names are one.
pub fn is_one(name: &str, other: &str) -> bool {
    name.trim() == other.trim() || folded(name) == folded(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_in_any_case_alphabet_and_spacing() {
        for (one, other) in [
            ("acled", "ACLED"),
            ("acled", " Ac\u{200b}led\u{a0}"),
            ("acled", "асlеd"),
            ("acled", "ＡＣＬＥＤ"),
            ("field-report", "Field report"),
            ("ucdp", "UСDР"),
            ("gdelt", "GDЕLТ"),
        ] {
            assert!(is_one(one, other), "{one:?} and {other:?}");
        }
        for (one, other) in [("acled", "acled2"), ("cap", "сар-лог"), ("usgs", "ncei"), ("погода", "дорога")]
        {
            assert!(!is_one(one, other), "{one:?} and {other:?}");
        }
    }
}
