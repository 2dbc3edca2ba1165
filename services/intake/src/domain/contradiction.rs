//! Two records of one file that say two things of one id: what is said of the later one, which waits until a person decides.

use std::collections::BTreeMap;

use domain::Observation;
use serde::Serialize;
use serde_json::Value;

/// How many differences are told.
const TOLD: usize = 4;
/// So much of a value is told, in characters.
const CHARS: usize = 60;
/// So much of what two long values share is told before they part, in characters.
const LEAD: usize = 20;
/// What the reason says of every such record.
const SAYS: &str = " which says otherwise: ";
/// What differs between any two revisions, whatever they say.
const NEVER: &[&str] = &["revision", "known from", "import", "grade at"];

/// Why a record waits that says otherwise than the first record of its id in the same file, and what can be done about it.
pub fn reason(first: &Observation, line: Option<u64>, says: &Observation) -> String {
    between(&says.external_id, line, (first, says))
}

/// The same of any two that say something of one id.
pub fn between<T: Serialize>(id: &str, line: Option<u64>, (first, says): (&T, &T)) -> String {
    let at = line.map_or_else(|| "an earlier record".to_owned(), |line| format!("line {line}"));
    let mut differs = differences(first, says);
    let more = differs.len().saturating_sub(TOLD);
    differs.truncate(TOLD);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    let id: String = id.chars().take(CHARS).collect();
    format!(
        "the id {id} stands in {at} of this file already,{SAYS}{}{more}. The first one holds and this one waits: leave it where \
         the first is right, send it as its own correction where this one is, and correct the id where it is of something else",
        differs.join("; ")
    )
}

/// Whether this is such a reason.
pub fn is_told(reason: &str) -> bool {
    reason.contains(SAYS)
}

/// What differs, each with how it is there and here, in the order of the names.
fn differences<T: Serialize>(first: &T, second: &T) -> Vec<String> {
    let (first, second) = (leaves(first), leaves(second));
    let mut names: Vec<&String> = first.keys().chain(second.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let differs = names.into_iter().filter(|name| first.get(*name) != second.get(*name));
    differs
        .map(|name| {
            let (there, here) = told(first.get(name), second.get(name));
            format!("{name} {there} there, {here} here")
        })
        .collect()
}

/// Two values that differ, each short: from where they begin to differ, where their beginnings are alike.
fn told(first: Option<&String>, second: Option<&String>) -> (String, String) {
    let written = |value: Option<&String>, from: usize| {
        let Some(value) = value else { return "nothing".to_owned() };
        let begins = if from > 0 { "…" } else { "" };
        let rest: String = value.chars().skip(from).collect();
        format!("{begins}{}", short(&rest))
    };
    let alike = first.zip(second).map_or(0, |(first, second)| {
        first.chars().zip(second.chars()).take_while(|(one, other)| one == other).count()
    });
    // some of what is alike is told too, so that it is seen where they part
    let from = if alike < CHARS - LEAD { 0 } else { alike - LEAD };
    (written(first, from), written(second, from))
}

/// Every value, whole, under the names that lead to it; without those that two revisions never share. What stands in a list is named by its
/// number there, from 1, where it has parts of its own.
fn leaves<T: Serialize>(said: &T) -> BTreeMap<String, String> {
    let mut leaves = BTreeMap::new();
    gather(&mut leaves, String::new(), &serde_json::to_value(said).unwrap_or_default());
    leaves.retain(|name, _| !NEVER.contains(&name.as_str()));
    leaves
}

fn gather(leaves: &mut BTreeMap<String, String>, name: String, value: &Value) {
    let shown = match value {
        Value::Null => return,
        Value::Object(fields) => {
            for (field, value) in fields {
                let field = field.replace('_', " ");
                gather(leaves, if name.is_empty() { field } else { format!("{name} {field}") }, value);
            }
            return;
        }
        Value::Array(items) if items.is_empty() => return,
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (at, item) in items.iter().enumerate() {
                gather(leaves, format!("{name} {}", at + 1), item);
            }
            return;
        }
        Value::String(text) => format!("{text:?}"),
        other => other.to_string(),
    };
    leaves.insert(name, shown);
}

fn short(text: &str) -> String {
    let mut short: String = text.chars().take(CHARS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use domain::observation::Deaths;

    use super::*;
    use crate::domain::merge::tests::{arrival, draft};

    #[test]
    fn what_differs_is_named_where_it_stands_in_a_list_or_behind_a_long_beginning() {
        let message = |code: &str, severity: &str, text: &str| {
            let area = serde_json::json!({ "description": "x", "geocodes": [{ "name": "ISO3166-2", "value": code }] });
            let info = serde_json::json!({ "language": "en", "categories": ["Met"], "severity": severity, "areas": [area] });
            serde_json::json!({ "identifier": "dupc", "infos": [info], "description": text })
        };
        let long = "The river rises above its banks in every district of the province".to_owned();
        let first = message("KG-N", "Severe", &format!("{long} by noon"));
        let says = message("UZ-FA", "Minor", &format!("{long} by night"));
        let told = between("met@ex.kg,dupc", Some(1), (&first, &says));
        for part in [
            "infos 1 areas 1 geocodes 1 value \"KG-N\" there, \"UZ-FA\" here",
            "infos 1 severity \"Severe\" there, \"Minor\" here",
            "of the province by noon\" there, …",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert!(!told.contains("categories") && contracts::reason::is_told(&told), "{told}");
    }

    #[test]
    fn the_reason_names_the_first_record_and_what_differs() {
        let deaths = |best| Some(Deaths { best, low: best, high: best });
        let says = |best, title: &str| {
            let mut draft = draft("KGZ-7");
            (draft.deaths, draft.title) = (deaths(best), title.to_owned());
            draft.observation(1, &arrival())
        };
        let told = reason(&says(3, "Shots"), Some(12), &says(5, "Shots"));
        assert!(
            told.starts_with("the id KGZ-7 stands in line 12 of this file already, which says otherwise: "),
            "{told}"
        );
        assert!(told.contains("deaths best 3 there, 5 here"), "{told}");
        assert!(!told.contains("title") && is_told(&told), "{told}");
        let long = reason(&says(3, &"ш".repeat(1000)), None, &says(3, ""));
        assert!(long.contains("an earlier record") && long.chars().count() < 600, "{long}");
        assert!(!is_told("column date: is no day"));
    }
}
