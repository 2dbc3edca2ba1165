//! Columns that hold a code of a list: a code that no list has is told with those that there are, or that were likely meant.

use super::{quote::short, row::Row};
use crate::domain::codes::likely;

/// The codes of a column, each with its meaning where the code does not say it itself.
pub type Codes = [(&'static str, &'static str)];

/// How many codes are named at most where none is alike the one that was given.
const NAMED: usize = 12;

impl Row<'_> {
    /// The code of a column that must hold one, in letters of any case; a number may be written as `2.0`.
    pub fn needed_code(&mut self, column: &str, codes: &Codes) -> Option<&'static str> {
        self.needed(column)?;
        self.code(column, codes)
    }
    /// The code of a column that may be empty, or missing altogether.
    pub fn code(&mut self, column: &str, codes: &Codes) -> Option<&'static str> {
        let given = self.filled(column)?;
        let found = known(given, codes);
        if found.is_none() {
            self.wrong(column, unknown(given, codes));
        }
        found
    }
}

/// The code that this is, however its letters, its spaces and its number are written; catalogues write `_` for a space too.
pub fn known(given: &str, codes: &Codes) -> Option<&'static str> {
    let spaced: Vec<&str> =
        given.split(|c: char| c.is_whitespace() || c == '_').filter(|word| !word.is_empty()).collect();
    let spaced = spaced.join(" ");
    let number = spaced.split_once('.').filter(|(_, rest)| rest.bytes().all(|byte| byte == b'0'));
    let written = number.map_or(spaced.as_str(), |(whole, _)| whole);
    codes.iter().map(|(code, _)| *code).find(|code| code.eq_ignore_ascii_case(written))
}

/// What is said of a code that is none of these.
pub fn unknown(given: &str, codes: &Codes) -> String {
    let given = short(given);
    let alike = if codes.len() > NAMED { likely(&given, codes.iter().map(|c| c.0)) } else { Vec::new() };
    if !alike.is_empty() {
        return format!("{given:?} is none; is {} meant?", alike.join(" or "));
    }
    let named: Vec<String> = codes
        .iter()
        .map(|(code, means)| if means.is_empty() { (*code).to_owned() } else { format!("{code} ({means})") })
        .collect();
    let named = match named.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => named.concat(),
    };
    format!("{given:?} is none; expected {named}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEGREES: &Codes = &[("1", "exact"), ("2", "near"), ("None at all", "")];

    #[test]
    fn a_code_is_known_however_it_is_written_and_one_that_is_none_is_told_with_those_that_there_are() {
        for (given, code) in [
            ("1", Some("1")),
            ("2.0", Some("2")),
            ("none  AT all", Some("None at all")),
            ("1.5", None),
            ("01", None),
        ] {
            assert_eq!(known(given, DEGREES), code, "{given}");
        }
        assert_eq!(unknown("9", DEGREES), "\"9\" is none; expected 1 (exact), 2 (near) or None at all");
        let many: Vec<(&'static str, &'static str)> = ["armed clash", "attack", "grenade"]
            .iter()
            .cycle()
            .take(NAMED + 1)
            .map(|code| (*code, ""))
            .collect();
        assert!(unknown("armed clashes", &many).starts_with("\"armed clashes\" is none; is armed clash"));
        assert!(unknown("zz", &many).contains("expected armed clash, attack"));
        assert!(unknown(&"x".repeat(900), DEGREES).len() < 200);
    }
}
