//! What is wrong with a body, in the words of whoever wrote it: where, what is expected there, and how it is written.

use contracts::{Failure, FailureKind};
use serde::{Deserializer, de::DeserializeOwned};
use serde_path_to_error::{Path, Segment};

/// Reads what a body, or a part of one, says.
///
/// # Errors
/// `Malformed` when it is no JSON, `Invalid` when it says something else than is expected; both say where.
pub(crate) fn read<'de, T: DeserializeOwned>(
    body: impl Deserializer<'de, Error = serde_json::Error>,
) -> Result<T, Failure> {
    serde_path_to_error::deserialize(body).map_err(|error| unread(error.path(), error.inner()))
}

/// What is said of a body that is no JSON.
pub(crate) fn broken(error: &serde_json::Error) -> Failure {
    let told = error.to_string();
    let why = told.rsplit_once(" at line ").map_or(told.as_str(), |(why, _)| why);
    let (line, column) = (error.line(), error.column());
    let detail = format!(
        "the body is no JSON that can be read: {why}, at line {line}, column {column}; mend it there and send it again"
    );
    Failure::new(FailureKind::Malformed, detail)
}

fn unread(path: &Path, error: &serde_json::Error) -> Failure {
    if !error.is_data() {
        let place = pointer(path, None);
        let failure = broken(error);
        // a body in one line has a column of thousands: the field before is found sooner
        return if place.is_empty() {
            failure
        } else {
            failure.at(&place, "the text breaks off or goes wrong here")
        };
    }
    let told = error.to_string();
    // where in the text it is says nothing of a body that is JSON: the pointer does
    let why = told.rsplit_once(" at line ").map_or(told.as_str(), |(why, _)| why);
    let (step, words) = plain(why);
    let words = placed(&words);
    let pointer = pointer(path, step);
    let shown = if pointer.is_empty() { "the body" } else { &pointer };
    Failure::invalid(format!("the body cannot be taken: {shown} {words}")).at(&pointer, words)
}

/// What is said of a province that cannot be read, with those that were likely meant; anything else as it was said.
pub(crate) fn placed(why: &str) -> String {
    const UNREAD: &str = "\" is not a province; expected an ISO 3166-2 code, as KG-B";
    let given = why.strip_suffix(UNREAD).and_then(|begun| begun.rsplit_once('"'));
    let meant = given.map(|(_, given)| geography::likely_provinces(given, None)).unwrap_or_default();
    let named: Vec<String> = meant.iter().map(|unit| format!("{} {}", unit.id, unit.name_en)).collect();
    if named.is_empty() { why.to_owned() } else { format!("{why}; is {} meant?", named.join(" or ")) }
}

/// A place in a body as RFC 6901 writes it, one step further where it is one; empty for the whole.
fn pointer(path: &Path, further: Option<&str>) -> String {
    let step = |name: &str| format!("/{}", name.replace('~', "~0").replace('/', "~1"));
    let mut pointer: String = path
        .iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => step(key),
            Segment::Enum { variant } => step(variant),
            Segment::Unknown => String::new(),
        })
        .collect();
    if let Some(further) = further.map(step).filter(|further| !pointer.ends_with(further.as_str())) {
        pointer.push_str(&further);
    }
    pointer
}

/// What serde says, told plainly, and the field it says it of where that is not where it stood.
pub(super) fn plain(why: &str) -> (Option<&str>, String) {
    let quoted = |rest: &'_ str| -> Option<(usize, usize)> {
        let begin = rest.find('`')? + 1;
        Some((begin, begin + rest.get(begin..)?.find('`')?))
    };
    let named = quoted(why).and_then(|(begin, end)| why.get(begin..end));
    let expected = why.split_once(", expected ").map(|(_, expected)| expected);
    if why.starts_with("missing field ") {
        return (named, "is missing; it is needed here".to_owned());
    }
    if why.starts_with("duplicate field ") {
        return (named, "stands twice; write it once".to_owned());
    }
    if why.starts_with("unknown field ") {
        let known = expected.map_or_else(|| "no fields".to_owned(), listed);
        return (named, format!("is no field here; there are {known}"));
    }
    if why.starts_with("unknown variant ") {
        return (None, format!("must be one of {}", expected.map_or_else(|| "nothing".to_owned(), listed)));
    }
    if let (true, Some(expected)) = (why.starts_with("invalid "), expected) {
        let found = why
            .split_once(", expected ")
            .and_then(|(found, _)| found.split_once(": "))
            .map(|(_, found)| found);
        return (None, format!("must be {}{}", kind(expected), found.map_or_else(String::new, given)));
    }
    (None, number(why).map_or_else(|| why.to_owned(), str::to_owned))
}

/// Words between backticks as a list: a, b or c.
fn listed(expected: &str) -> String {
    let words: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    match words.as_slice() {
        [] => expected.to_owned(),
        [one] => (*one).to_owned(),
        [all @ .., last] => format!("{} or {last}", all.join(", ")),
    }
}

/// What is expected, without the names that only the program has.
fn kind(expected: &str) -> String {
    let bare = expected.strip_prefix("a ").unwrap_or(expected);
    let words = match bare.split(' ').next().unwrap_or_default() {
        "struct" | "map" | "internally" => "an object with fields, as {\"tlp\": \"AMBER\"}",
        "u8" => "a whole number from 0 to 255, as 3",
        "u16" => "a whole number from 0 to 65535, as 3",
        "u32" => "a whole number from 0 to 4294967295, as 3",
        "u64" | "usize" => "a whole number from 0 on, as 3",
        "i8" | "i16" | "i32" | "i64" => "a whole number, as 3 or -3",
        "f32" | "f64" => "a number, as 0.5",
        "string" | "borrowed" | "str" | "variant" => "text in quotes, as \"text\"",
        "boolean" => "true or false",
        "sequence" | "tuple" | "array" => "a list, as [\"one\", \"two\"]",
        "enum" | "unit" => "one of its words, in quotes",
        _ => expected,
    };
    words.to_owned()
}

/// What stands there instead, in short.
fn given(found: &str) -> String {
    let found = match found.split_once(' ') {
        Some(("string", text)) => format!("the text {text}"),
        Some(("integer" | "floating", number)) => {
            format!("the number {}", number.trim_start_matches("point "))
        }
        Some(("boolean", word)) => word.to_owned(),
        _ if found == "map" => "an object".to_owned(),
        _ if found == "sequence" => "a list".to_owned(),
        _ if found == "null" => "null; leave it out where there is none".to_owned(),
        _ => found.to_owned(),
    };
    let short: String = found.chars().take(80).collect();
    format!(", and is {}", short.replace('`', ""))
}

/// What is said of a number or a day that was read out of a text.
fn number(why: &str) -> Option<&'static str> {
    match why {
        "number too large to fit in target type" => {
            Some("is a number too large for what it counts; write a smaller one")
        }
        "number too small to fit in target type" => {
            Some("is a number too small for what it counts; write a greater one")
        }
        "invalid digit found in string" => Some("must be a whole number, in figures alone, as 3"),
        "cannot parse integer from empty string" => {
            Some("must be a whole number and is empty; leave it out where there is none")
        }
        "input contains invalid characters"
        | "premature end of input"
        | "input is out of range"
        | "trailing input" => Some(
            "is no day or moment that can be read; write a day as 2026-11-20, a moment as 2026-11-20T08:30:00Z",
        ),
        "provided string was not `true` or `false`" => Some("must be true or false"),
        "invalid float literal" => Some("must be a number, as 0.5"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "it is only read")]
    struct Grade {
        reliability: domain::Reliability,
        credibility: u8,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "it is only read")]
    struct Body {
        grade: Grade,
        handling: Option<domain::Handling>,
        deaths: Option<u32>,
        days: Option<Vec<domain::Day>>,
        exercise: Option<bool>,
    }

    fn refused(body: &Value) -> Failure {
        let text = body.to_string();
        let mut reader = serde_json::Deserializer::from_str(&text);
        let error = serde_path_to_error::deserialize::<_, Body>(&mut reader).unwrap_err();
        unread(error.path(), error.inner())
    }

    #[test]
    fn every_refusal_says_where_and_what_is_expected_and_nothing_of_the_program() {
        let grade = json!({ "reliability": "B", "credibility": 2 });
        for (body, pointer, part) in [
            (json!({}), "/grade", "is missing"),
            (json!({ "grade": { "reliability": "B" } }), "/grade/credibility", "is missing"),
            (json!({ "grade": grade, "handling": "RED" }), "/handling", "an object"),
            (json!({ "grade": grade, "deaths": "many" }), "/deaths", "a whole number from 0 to"),
            (json!({ "grade": grade, "deaths": -1 }), "/deaths", "a whole number from 0 to"),
            (json!({ "grade": grade, "deaths": 99_999_999_999_i64 }), "/deaths", "to 4294967295"),
            (json!({ "grade": grade, "days": "soon" }), "/days", "a list"),
            (json!({ "grade": grade, "days": ["soon"] }), "/days/0", "2026-11-20"),
            (json!({ "grade": grade, "exercise": "yes" }), "/exercise", "true or false"),
            (json!({ "grade": grade, "extra": 1 }), "/extra", "there are grade, handling"),
            (json!({ "grade": 2 }), "/grade", "an object"),
            (json!([]), "", ""),
        ] {
            let failure = refused(&body);
            assert_eq!(failure.errors[0].pointer, pointer, "{body}: {failure:?}");
            assert!(failure.errors[0].detail.contains(part), "{body}: {failure:?}");
            let all = format!("{} {}", failure.detail, failure.errors[0].detail);
            for word in ["struct", "u32", "Raw", "`", "target type", "at line", "variant"] {
                assert!(!all.contains(word), "{body}: {all}");
            }
        }
    }

    #[test]
    fn a_body_that_is_no_json_says_at_which_line() {
        let mut reader = serde_json::Deserializer::from_str("{\n \"grade\": ");
        let error = serde_path_to_error::deserialize::<_, Body>(&mut reader).unwrap_err();
        let failure = unread(error.path(), error.inner());
        assert_eq!(failure.kind, FailureKind::Malformed);
        assert!(failure.detail.contains("line 2, column"), "{failure:?}");
    }
}
