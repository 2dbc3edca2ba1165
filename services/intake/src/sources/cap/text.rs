//! What a message says, as people read it.

use std::fmt::Write;

use domain::Precision;

use super::{
    alert::{Alert, Area, Info, Named},
    whereabouts,
};
use crate::domain::wording::Wording;

/// The longest title, in characters.
const TITLE_CHARS: usize = 300;
/// The longest text, in characters: with the rest of it an observation keeps within what one may be.
const TEXT_CHARS: usize = 12_000;

/// At most so many characters of a text, on one line.
pub fn short(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let cut: String = line.chars().take(most.saturating_sub(1)).collect();
    format!("{cut}…")
}

/// One line: the headline, in English where there is one; else the event and where.
pub fn title(alert: &Alert) -> String {
    let english = alert.infos.iter().find(|info| info.language.to_ascii_lowercase().starts_with("en"));
    let Some(info) = english.or_else(|| alert.infos.first()) else {
        return format!("{} of {}", alert.msg_type, short(&alert.identifier, 100));
    };
    let place = info.areas.first().map(|area| area.description.as_str());
    let line = info.headline.clone().unwrap_or_else(|| match place {
        Some(place) => format!("{}: {place}", info.event),
        None => info.event.clone(),
    });
    short(&line, TITLE_CHARS)
}

/// What title and text tell of the place: each name in the description of an area as finely as that name tells it.
pub fn wording(alert: &Alert) -> Wording {
    let areas = alert.infos.iter().flat_map(|info| &info.areas);
    Wording::default().hinting(areas.flat_map(hints))
}

/// What an area tells of the place: its line in the text, its description, and the names in that.
fn hints(area: &Area) -> Vec<(Precision, String)> {
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let names = area.description.split([';', ',']).map(str::trim).filter(|name| !name.is_empty());
    let names: Vec<(Precision, String)> =
        names.map(|name| (whereabouts::finely(area, name), line(name))).collect();
    let finest = names.iter().map(|(finely, _)| *finely).min().unwrap_or(Precision::Near);
    let whole = whereabouts::finely(area, &area.description).max(finest);
    let shown = area.geocodes.iter().map(whereabouts::code_tells).chain([whole]);
    // the middle of a circle stands in the line
    let middle = (!area.circles.is_empty()).then_some(Precision::Near);
    let described_as = shown.chain(middle).min().unwrap_or(Precision::Near);
    let area = [(described_as, line(&described(area))), (whole, line(&area.description))];
    area.into_iter().chain(names).collect()
}

/// All of it that a reader needs; what is cut stands in the message as it was kept.
pub fn whole(alert: &Alert) -> String {
    let mut text = String::new();
    for info in &alert.infos {
        say(&mut text, info);
    }
    head(&mut text, alert);
    if text.chars().count() <= TEXT_CHARS {
        return text;
    }
    let cut: String = text.chars().take(TEXT_CHARS).collect();
    format!("{cut}… (cut here; the message is kept as a whole)")
}

fn head(text: &mut String, alert: &Alert) {
    line(text, &format!("Message {} of {}, sent {}", alert.msg_type, alert.sender, alert.sent), "");
    line(text, "Identifier", &alert.identifier);
    line(text, "Status", &alert.status);
    line(text, "Scope", &alert.scope);
    optional(text, "Restriction", alert.restriction.as_deref());
    optional(text, "Addressed to", alert.addresses.as_deref());
    line(text, "Codes", &alert.codes.join(", "));
    optional(text, "Source", alert.source.as_deref());
    optional(text, "Note", alert.note.as_deref());
    optional(text, "Replaces", alert.references_text.as_deref());
    optional(text, "Incidents", alert.incidents.as_deref());
}

fn say(text: &mut String, info: &Info) {
    for part in [&info.description, &info.instruction].into_iter().flatten() {
        let _ = writeln!(text, "{}", part.trim());
    }
    line(text, &format!("[{}] Event", info.language), &info.event);
    line(text, "Categories", &info.categories.join(", "));
    line(text, "Response", &info.response_types.join(", "));
    line(text, "Urgency", &info.urgency);
    line(text, "Severity", &info.severity);
    line(text, "Certainty", &info.certainty);
    for (name, moment) in [("Effective", info.effective), ("Onset", info.onset), ("Expires", info.expires)] {
        line(text, name, &moment.map(|moment| moment.to_string()).unwrap_or_default());
    }
    optional(text, "Audience", info.audience.as_deref());
    optional(text, "Sent by", info.sender_name.as_deref());
    optional(text, "Web", info.web.as_deref());
    line(text, "Event codes", &pairs(&info.event_codes));
    line(text, "Parameters", &pairs(&info.parameters));
    for area in &info.areas {
        line(text, "Area", &described(area));
    }
    for resource in &info.resources {
        let parts = [Some(&resource.description), resource.mime_type.as_ref(), resource.uri.as_ref()];
        line(text, "Resource", &parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(", "));
    }
}

/// An area in words: its shapes by their size, for the points stand in the message as it was kept.
fn described(area: &Area) -> String {
    let mut parts = vec![area.description.clone()];
    for circle in &area.circles {
        let (lat, lon) = (circle.centre.lat(), circle.centre.lon());
        parts.push(format!("{} km around {lat}, {lon}", circle.radius_km));
    }
    parts.extend(area.polygons.iter().map(|points| format!("a polygon of {} points", points.len())));
    if !area.geocodes.is_empty() {
        parts.push(pairs(&area.geocodes));
    }
    parts.extend(area.altitude.iter().map(|feet| format!("from {feet} ft")));
    parts.extend(area.ceiling.iter().map(|feet| format!("to {feet} ft")));
    parts.join("; ")
}

fn pairs(named: &[Named]) -> String {
    let written = named.iter().filter(|named| !named.value.is_empty());
    written.map(|named| format!("{} = {}", named.name, named.value)).collect::<Vec<_>>().join(", ")
}

fn optional(text: &mut String, name: &str, value: Option<&str>) {
    line(text, name, value.unwrap_or_default());
}

/// A line of its own; none where there is nothing to say but a name that needs something said.
fn line(text: &mut String, name: &str, value: &str) {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let _ = match (value.is_empty(), name.starts_with("Message")) {
        (false, _) => writeln!(text, "{name}: {value}"),
        (true, true) => writeln!(text, "{name}"),
        (true, false) => Ok(()),
    };
}
