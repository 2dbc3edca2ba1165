//! The Common Alerting Protocol, 1.2, 1.1 and 1.0: one message, or an Atom or RSS index that holds messages.
//!
//! All messages about one event make one observation: an update revises it, a cancellation takes it back, and the one that
//! was sent last holds, in whichever order they come. A message goes on a chain of its own sender alone, along the road by which that came
//! (decision 0074). What lies in several countries is one observation in each of them. Everything a message says is kept with it; the
//! observation says what the rest of Mirab works with.

mod alert;
mod ambiguous;
pub(crate) mod index;
mod meaning;
mod text;
mod whereabouts;

use domain::{
    Country, Credibility, Day, Handling, Licence, Place, Precision, Redistribution, Reliability, Tlp,
    UnClass, handling::Audience,
};

use super::{
    Terms,
    element::{Element, Encoding},
    quote::short,
};
use crate::domain::{
    draft::Draft,
    harvest::Said,
    message::{Act, Message, Name},
};
use alert::{Alert, Info};
pub use index::{Link, links};

/// The source's short name.
pub const SOURCE: &str = "cap";
/// The licence of a message: it is meant to be passed on, as far as its scope goes.
pub const LICENCE: &str = "cap-notice";
/// The elements that are its records.
pub const RECORDS: &[&str] = &["alert", "entry", "item"];

/// Whether a document whose root begins so, and is itself no message, may hold messages.
///
/// # Errors
/// What was found instead.
pub fn check_root(head: &str) -> Result<(), String> {
    let root = head.rsplit('<').next().unwrap_or_default();
    let name: String = root.chars().take_while(|c| !c.is_whitespace() && !matches!(c, '>' | '/')).collect();
    let local = name.rsplit(':').next().unwrap_or_default();
    if head.trim().is_empty()
        || name.starts_with('?')
        || ["feed", "rss", "RDF", "alerts", "EDXLDistribution"].contains(&local)
    {
        return Ok(());
    }
    // as much of it as can be kept and read
    let name: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
    Err(format!("its root element is <{name}>; an <alert>, or an Atom or RSS index of alerts, was expected"))
}

/// Reads one record: a message, or an entry of an index.
///
/// # Errors
/// Everything that is wrong with it and how to mend it.
pub fn read(bytes: &[u8], encoding: Encoding, terms: Terms) -> Result<Said, String> {
    let element = Element::read(bytes, encoding)?;
    let Some(alert) = element.find("alert") else { return Ok(Said::Passed(index::LINK_ONLY.to_owned())) };
    let alert = alert::read(alert)?;
    if let Some(why) = passed_over(&alert) {
        return Ok(Said::Passed(why.to_owned()));
    }
    if let Some(why) = foreign(&alert) {
        return Err(why);
    }
    if alert.sent.day() > terms.received_on.plus(1) {
        return Err(format!("alert/sent: {} lies after the day of the import; check the year", alert.sent));
    }
    if alert.msg_type == "Cancel" {
        return cancelled(alert, terms);
    }
    match meaning::of(&alert.infos)? {
        Some(meaning) => stated(alert, meaning, terms),
        None if alert.infos.is_empty() => {
            Err("alert/info: is missing; a message states what happened in one".to_owned())
        }
        None => Ok(Said::Passed(meaning::NOT_WATCHED.to_owned())),
    }
}

/// Why a message is not taken that would replace, or take back, what another sender has said.
fn foreign(alert: &Alert) -> Option<String> {
    let other =
        alert.references.iter().map(|earlier| &earlier.name.sender).find(|one| **one != alert.sender)?;
    Some(format!(
        "alert/references: it names a message of {:?}, and its own sender is {:?}: a message replaces or cancels what its own sender has \
         said, and nobody else's; leave it, or correct the sender where it is written wrong",
        short(other),
        short(&alert.sender)
    ))
}

/// Why a message says nothing of the world.
fn passed_over(alert: &Alert) -> Option<&'static str> {
    let ours =
        alert.infos.iter().flat_map(|info| &info.parameters).any(|named| named.name.starts_with("pd:"));
    match (alert.status.as_str(), alert.msg_type.as_str()) {
        ("Test", _) => Some("its status is Test: a trial of the line, of which nothing is kept"),
        ("Draft", _) => Some("its status is Draft: not yet said by its sender, and nothing of it is kept"),
        ("System", _) => {
            Some("its status is System: it speaks of the alerting network itself, not of an event")
        }
        (_, "Ack") => Some("its type is Ack: it acknowledges another message and says nothing of an event"),
        (_, "Error") => Some("its type is Error: it refuses another message and says nothing of an event"),
        _ if ours => Some(
            "it is a warning of an early warning system as this one (its parameters begin with pd:): an assessment, which as \
             evidence would confirm itself",
        ),
        _ => None,
    }
}

/// A message that states, or revises, a fact.
fn stated(alert: Alert, meaning: meaning::Meaning, terms: Terms) -> Result<Said, String> {
    let mut places = whereabouts::places(&alert.infos).into_iter();
    let drafted = |place| drafted(&alert, (&meaning, place), terms);
    let draft = drafted(places.next().unwrap_or_else(whereabouts::nowhere));
    let beside: Vec<Draft> = places.map(drafted).collect();
    // what names say of several countries, and nothing else decides, is asked of whoever can write the code
    let unplaced = draft.place.precision == Precision::None;
    let asked = || unplaced.then(|| ambiguous::objection(&alert.infos)).flatten();
    if let Some(why) = whereabouts::contradiction(&alert.infos).or_else(|| draft.objection()).or_else(asked) {
        return Err(why);
    }
    Ok(message(alert, Act::States, (draft, beside)))
}

/// A message that takes back what those it names have stated.
fn cancelled(alert: Alert, terms: Terms) -> Result<Said, String> {
    if alert.references.is_empty() {
        return Err("alert/references: a Cancel names what it cancels, as sender,identifier,sent".to_owned());
    }
    let why = alert.note.clone().or_else(|| alert.infos.iter().find_map(|info| info.description.clone()));
    let why = why.unwrap_or_else(|| "cancelled by its sender".to_owned());
    let nothing = meaning::Meaning { kind: "cancelled", threats: &[] };
    let draft = drafted(&alert, (&nothing, whereabouts::nowhere()), terms);
    Ok(message(alert, Act::TakesBack(text::short(&why, 500)), (draft, Vec::new())))
}

fn message(alert: Alert, act: Act, (draft, beside): (Draft, Vec<Draft>)) -> Said {
    let whole = serde_json::to_value(&alert).unwrap_or(serde_json::Value::Null);
    let uncoded = whereabouts::uncoded(&alert.infos);
    let name = Name { sender: alert.sender, identifier: alert.identifier };
    Said::Message(Box::new(Message {
        name,
        sent: alert.sent,
        references: alert.references,
        act,
        draft,
        beside,
        uncoded,
        whole,
    }))
}

fn drafted(alert: &Alert, (meaning, place): (&meaning::Meaning, Place), terms: Terms) -> Draft {
    let day = day(alert, place.country);
    let credibility: Credibility = meaning::credibility(&alert.infos);
    let said = |of: fn(&Info) -> &String| alert.infos.first().map_or("Unknown", |info| of(info).as_str());
    let wording = text::wording(alert);
    Draft {
        source: SOURCE.to_owned(),
        owner: alert.sender.clone(),
        external_id: format!("{},{}", alert.sender, alert.identifier),
        occurred_from: day,
        occurred_to: day,
        place,
        threats: meaning.threats.to_vec(),
        kind: meaning.kind.to_owned(),
        severity: meaning::severity(&alert.infos),
        deaths: None,
        actors: Vec::new(),
        title: text::title(alert),
        text: text::whole(alert),
        reliability: Reliability::C,
        credibility,
        graded_by: "cap default".to_owned(),
        graded_why: format!(
            "certainty {}, severity {}, as the sender says; who the sender is was not verified",
            said(|info| &info.certainty),
            said(|info| &info.severity)
        ),
        handling: handling(alert),
        exercise: terms.exercise || alert.status == "Exercise",
        settled: true,
        edited_at: None,
        wording: Some(Box::new(wording)),
    }
}

/// The day it happened, by the calendar of its place: when it set in, where that is not after it was sent. What is only to come is
/// dated by the message.
fn day(alert: &Alert, country: Option<Country>) -> Day {
    let begun = alert.infos.iter().filter_map(|info| info.onset.or(info.effective)).min();
    begun.unwrap_or(alert.sent).min(alert.sent).day_in(country)
}

/// What may be done with it: `scope` says to whom it is addressed, a TLP label among the codes may say more.
fn handling(alert: &Alert) -> Handling {
    let licence = Licence::named(LICENCE, Redistribution::Raw, &format!("Alert of {}", alert.sender));
    let scope = match alert.scope.as_str() {
        "Public" => Tlp::Clear,
        "Restricted" => Tlp::Amber,
        _ => Tlp::AmberStrict,
    };
    let labels = alert.codes.iter().filter_map(|code| label(code));
    let tlp = labels.fold(scope, Tlp::max);
    let mut handling = Handling::new(tlp, UnClass::Unclassified);
    if alert.scope == "Public" {
        handling.audience = Audience::Everyone;
    } else {
        handling.orcon = true;
        handling.originators.insert(alert.sender.clone());
    }
    handling.licence = licence;
    handling
}

/// The TLP label that a code is: `TLP:AMBER`.
fn label(code: &str) -> Option<Tlp> {
    let code = code.trim().to_ascii_uppercase();
    let label = code.strip_prefix("TLP")?.trim_start_matches([':', '-', '=', ' ']);
    if label == "WHITE" { Some(Tlp::Clear) } else { label.replace(' ', "").parse().ok() }
}

#[cfg(test)]
mod tests;
