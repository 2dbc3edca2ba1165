//! Why JSON cannot be read, in the words of those who write it and not of the parser.

use serde_json::error::{Category, Error};

/// What is wrong, and where in the record it stands.
pub fn unread(error: &Error) -> String {
    let (line, at) = (error.line(), error.column());
    let said = error.to_string();
    let begins = |all: &[&str]| all.iter().any(|one| said.starts_with(one));
    let what = match error.classify() {
        Category::Eof => "it breaks off there",
        Category::Data => without_place(&said),
        _ if begins(&[
            "invalid unicode code point",
            "lone leading surrogate",
            "unexpected end of hex escape",
        ]) =>
        {
            "there \\u is followed by figures of no character; write the character itself"
        }
        _ if begins(&["invalid escape"]) => "there a \\ stands before a sign that takes none; double it",
        _ if begins(&["control character"]) => {
            "there a line end or another control stands within a text; write it as \\n"
        }
        _ if begins(&["invalid number", "number out of range"]) => {
            "there a number is wrong for JSON, which writes it as -2.5"
        }
        _ if begins(&["recursion limit"]) => "there its parts stand too deep in each other",
        _ => "there a comma, a colon, a quotation mark or a bracket is missing or too many",
    };
    format!("line {line} of the record, character {at}: {what}")
}

/// The words without the place that the parser puts behind them.
fn without_place(said: &str) -> &str {
    said.rsplit_once(" at line ").map_or(said, |(what, _)| what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_json_is_told_by_what_was_written_and_where() {
        for (text, parts) in [
            (r#"{"a": "\ud800x"}"#, ["line 1 of the record", "figures of no character"]),
            (r#"{"a": "\udc00"}"#, ["line 1 of the record", "write the character itself"]),
            (r#"{"a": "\uZZZZ"}"#, ["line 1 of the record", "takes none"]),
            ("{\n\"a\": \"\\d\"}", ["line 2 of the record", "double it"]),
            ("{\"a\": \"b\nc\"}", ["of the record", "write it as \\n"]),
            (r#"{"a": 1e999}"#, ["character", "a number is wrong"]),
            (r#"{"a" 1}"#, ["character 6", "a colon"]),
            (r#"{"a": "#, ["line 1", "breaks off"]),
            (r#""x""#, ["expected a map", "line 1 of the record"]),
        ] {
            let why = unread(&serde_json::from_str::<serde_json::Map<_, _>>(text).unwrap_err());
            assert!(parts.iter().all(|part| why.contains(part)), "{text}: {why}");
            assert!(!why.contains(" at line ") && !why.contains("code point"), "{why}");
        }
    }
}
