//! What a draft of a report may hold: the members that the forms of reports have, so that no identity lies in it in clear.

use serde_json::Value;

/// What stands in a member of a form. A draft is unfinished: any of them may be missing or null, and a value may be of no use yet.
enum Holds {
    /// A text, a number, yes or no.
    Plain,
    /// Several of them.
    List,
    /// Members with these names.
    Members(&'static [(&'static str, Holds)]),
    /// Members with names of the sender's own, the keys of questions: small letters, digits and `_`.
    Keyed(&'static Holds),
}

use Holds::{Keyed, List, Members, Plain};

/// The members of a report of an incident and of a weekly report.
const FORM: Holds = Members(&[
    ("answers", Keyed(&ANSWER)),
    ("deaths", Plain),
    ("exercise", Plain),
    ("grade", Members(&[("credibility", Plain), ("reliability", Plain)])),
    ("handling", HANDLING),
    ("kind", Plain),
    ("language", Plain),
    ("occurred_at", Plain),
    ("place", PLACE),
    ("province", Plain),
    ("questionnaire", Plain),
    ("severity", Plain),
    ("situation", Members(&[("answers", Keyed(&ANSWER)), ("questionnaire", Plain), ("week", Plain)])),
    ("summary", Plain),
    ("text", Plain),
    ("threat", Plain),
    ("title", Plain),
    ("week", Plain),
]);

const ANSWER: Holds = Members(&[("choice", Plain), ("extent", Plain), ("number", Plain), ("text", Plain)]);

const PLACE: Holds = Members(&[
    ("country", Plain),
    ("lat", Plain),
    ("lon", Plain),
    ("name", Plain),
    ("precision", Plain),
    ("province", Plain),
]);

const HANDLING: Holds = Members(&[
    ("audience", List),
    ("chatham_house", Plain),
    ("consent", List),
    ("exclude", List),
    ("licence", Members(&[("attribution", List), ("ids", List), ("redistribution", Plain)])),
    ("orcon", Plain),
    ("originators", List),
    ("personal_data", Plain),
    ("precision_floor", Plain),
    ("tlp", Plain),
    ("un_class", Plain),
]);

/// The longest key of a question.
const KEY_CHARS: usize = 64;

/// Everything that a draft may not hold: where, as a JSON pointer, and why.
pub fn objections(form: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    look(form, &FORM, "", &mut found);
    found
}

fn look(value: &Value, holds: &Holds, at: &str, found: &mut Vec<(String, String)>) {
    match (holds, value) {
        (Members(_) | Keyed(_), Value::Object(fields)) => {
            for (name, value) in fields {
                let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                match member(holds, name) {
                    Some(holds) => look(value, holds, &at, found),
                    None => found.push((at, unknown(name))),
                }
            }
        }
        (_, Value::Null) if !at.is_empty() => {}
        (List, Value::Array(items)) => {
            for (number, item) in items.iter().enumerate() {
                look(item, &Plain, &format!("{at}/{number}"), found);
            }
        }
        (Plain | List, Value::String(_) | Value::Number(_) | Value::Bool(_)) => {}
        (Plain, _) => found.push((at.to_owned(), "takes a text, a number, true or false".to_owned())),
        (List, _) => found.push((at.to_owned(), "takes a list of texts".to_owned())),
        _ => found.push((at.to_owned(), "must be a JSON object".to_owned())),
    }
}

fn member(of: &Holds, name: &str) -> Option<&'static Holds> {
    match of {
        Members(members) => members.iter().find(|(known, _)| *known == name).map(|(_, holds)| holds),
        Keyed(holds) if is_key(name) => Some(holds),
        _ => None,
    }
}

fn is_key(name: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=KEY_CHARS).contains(&name.len()) && name.bytes().all(letters)
}

fn unknown(name: &str) -> String {
    if name.trim().eq_ignore_ascii_case("source") {
        return "who the source is, is kept in no draft; give it when you send the report".to_owned();
    }
    "is no member of a report, and nothing else is kept in a draft; leave it out".to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(form: &Value) -> Vec<String> {
        objections(form).into_iter().map(|(at, _)| at).collect()
    }

    #[test]
    fn an_identity_is_refused_wherever_it_stands() {
        let who = json!({ "name": "Gulnara", "contact": "+996 555" });
        for (form, at) in [
            (json!({ "source": who }), "/source"),
            (json!({ "Source": who }), "/Source"),
            (json!({ "form": { "title": "Shots", "source": who } }), "/form"),
            (json!({ "place": { "source": who } }), "/place/source"),
            (json!({ "title": who }), "/title"),
            (json!({ "handling": { "originators": [who] } }), "/handling/originators/0"),
            (
                json!({ "situation": { "answers": { "q1": { "source": who } } } }),
                "/situation/answers/q1/source",
            ),
            (json!({ "answers": { "Gulnara +996": {} } }), "/answers/Gulnara +996"),
            (json!({ "a/b~": 1 }), "/a~1b~0"),
            (json!([who]), ""),
            (Value::Null, ""),
        ] {
            assert_eq!(wrong(&form), [at], "{form}");
        }
    }

    #[test]
    fn an_unfinished_report_of_either_form_may_be_kept() {
        let incident = json!({
            "title": "Shots", "text": "", "threat": "border", "deaths": null, "place": { "province": "KG-B", "lat": 40.0 },
            "grade": { "reliability": "" }, "handling": { "tlp": "AMBER", "audience": ["*"], "licence": { "ids": ["own"] } }
        });
        let weekly = json!({
            "questionnaire": "qn_1", "province": "KG-B", "week": "2026-11-16", "summary": "",
            "answers": { "price_spike": { "extent": "marked" }, "q_2": { "number": 4, "choice": null, "text": "x" } }
        });
        for form in [json!({}), incident, weekly] {
            assert_eq!(objections(&form), [], "{form}");
        }
    }

    #[test]
    fn every_member_that_a_sent_report_has_may_stand_in_its_draft() {
        let handling = json!({ "tlp": "AMBER" });
        let report: contracts::gateway::situation::SituationForm = serde_json::from_value(json!({
            "questionnaire": "qn_01KAQ0VZW01HZ1TXGYKBEK1JS9", "province": "KG-B", "week": "2026-11-16",
            "answers": { "price_spike": { "extent": "marked", "number": 1.0, "choice": "a", "text": "b" } }, "handling": handling
        }))
        .unwrap();
        assert_eq!(objections(&serde_json::to_value(&report).unwrap()), []);
        assert_eq!(objections(&serde_json::to_value(report.report()).unwrap()), []);
    }
}
