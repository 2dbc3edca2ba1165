//! Two records of one file that say two things of one id: what is said of the later one, which waits until a person decides.

use std::collections::BTreeMap;

use domain::Observation;
use serde::Serialize;
use serde_json::Value;

/// How many differences are told.
const TOLD: usize = 4;
/// So much of a value is told, in characters.
const CHARS: usize = 60;
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
    let told = |value: Option<&String>| value.map_or_else(|| "nothing".to_owned(), String::clone);
    let differs = names.into_iter().filter(|name| first.get(*name) != second.get(*name));
    differs
        .map(|name| format!("{name} {} there, {} here", told(first.get(name)), told(second.get(name))))
        .collect()
}

/// Every value under the names that lead to it, in words; without those that two revisions never share.
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
        Value::String(text) => format!("{:?}", short(text)),
        other => short(&other.to_string()),
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
