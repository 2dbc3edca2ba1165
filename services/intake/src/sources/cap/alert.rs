//! One message as it stands: everything in it, in types, and everything wrong with it.

use domain::{Point, Timestamp};
use serde::Serialize;

use crate::{
    domain::message::{Name, Reference},
    sources::{element::Element, quote::short},
};

/// The most points a polygon is read with.
const MAX_POINTS: usize = 10_000;

/// The most bytes of sender and identifier together: an index holds the name of a message twice in a row, and takes 2700 at most.
const NAME_BYTES: usize = 1200;

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alert {
    pub identifier: String,
    pub sender: String,
    pub sent: Timestamp,
    pub status: String,
    pub msg_type: String,
    pub source: Option<String>,
    pub scope: String,
    pub restriction: Option<String>,
    pub addresses: Option<String>,
    pub codes: Vec<String>,
    pub note: Option<String>,
    #[serde(skip)]
    pub references: Vec<Reference>,
    #[serde(rename = "references")]
    pub references_text: Option<String>,
    pub incidents: Option<String>,
    pub infos: Vec<Info>,
}

/// What it says in one language or to one audience.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Info {
    pub language: String,
    pub categories: Vec<String>,
    pub event: String,
    pub response_types: Vec<String>,
    pub urgency: String,
    pub severity: String,
    pub certainty: String,
    pub audience: Option<String>,
    pub event_codes: Vec<Named>,
    pub effective: Option<Timestamp>,
    pub onset: Option<Timestamp>,
    pub expires: Option<Timestamp>,
    pub sender_name: Option<String>,
    pub headline: Option<String>,
    pub description: Option<String>,
    pub instruction: Option<String>,
    pub web: Option<String>,
    pub contact: Option<String>,
    pub parameters: Vec<Named>,
    pub resources: Vec<Resource>,
    pub areas: Vec<Area>,
}

/// A value with the name of what it is a value of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    pub name: String,
    pub value: String,
}

/// Something that goes with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Resource {
    pub description: String,
    pub mime_type: Option<String>,
    pub size: Option<String>,
    pub uri: Option<String>,
    pub digest: Option<String>,
}

/// A circle on the globe.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Circle {
    pub centre: Point,
    pub radius_km: f64,
}

/// Where it holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Area {
    pub description: String,
    pub polygons: Vec<Vec<Point>>,
    pub circles: Vec<Circle>,
    pub geocodes: Vec<Named>,
    pub altitude: Option<String>,
    pub ceiling: Option<String>,
}

/// Reads a message, and gathers what is wrong with it.
struct Reading {
    problems: Vec<String>,
    place: String,
}

/// The message that this element is.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(element: &Element) -> Result<Alert, String> {
    let mut reading = Reading { problems: Vec::new(), place: "alert".to_owned() };
    let alert = reading.alert(element);
    match alert {
        Some(alert) if reading.problems.is_empty() => Ok(alert),
        _ => Err(reading.problems.join("; ")),
    }
}

impl Reading {
    fn wrong(&mut self, name: &str, what: impl std::fmt::Display) {
        self.problems.push(format!("{}/{name}: {what}", self.place));
    }

    fn needed(&mut self, element: &Element, name: &str) -> Option<String> {
        let text = element.text_of(name).map(str::to_owned);
        if text.is_none() {
            self.wrong(name, "is missing or empty and must not be");
        }
        text
    }

    /// One of a few words, as the standard writes it.
    fn word(&mut self, element: &Element, name: &str, words: &[&str]) -> Option<String> {
        let text = self.needed(element, name)?;
        let known = words.iter().find(|word| word.eq_ignore_ascii_case(&text));
        if known.is_none() {
            self.wrong(name, format_args!("{:?} is none of {}", short(&text), words.join(", ")));
        }
        known.map(|word| (*word).to_owned())
    }

    fn moment(&mut self, name: &str, text: &str) -> Option<Timestamp> {
        let read = text.parse::<Timestamp>().ok().filter(|moment| (1990..=2200).contains(&year(*moment)));
        if read.is_none() {
            self.wrong(
                name,
                format_args!("{:?} is no moment of our time, as 2026-11-23T07:30:00-00:00", short(text)),
            );
        }
        read
    }

    fn optional_moment(&mut self, element: &Element, name: &str) -> Option<Timestamp> {
        let text = element.text_of(name)?.to_owned();
        self.moment(name, &text)
    }

    fn alert(&mut self, element: &Element) -> Option<Alert> {
        let (identifier, sender) = (self.needed(element, "identifier"), self.needed(element, "sender"));
        if let (Some(sender), Some(identifier)) = (&sender, &identifier)
            && let Some(why) = too_long(sender, identifier)
        {
            self.wrong("identifier", why);
        }
        let sent = self.needed(element, "sent").and_then(|text| self.moment("sent", &text));
        let status = self.word(element, "status", &["Actual", "Exercise", "System", "Test", "Draft"]);
        let msg_type = self.word(element, "msgType", &["Alert", "Update", "Cancel", "Ack", "Error"]);
        let scope = self.word(element, "scope", &["Public", "Restricted", "Private"]);
        let references_text = text(element, "references");
        let references = self.references(references_text.as_deref().unwrap_or_default());
        let mut infos = Vec::new();
        for (number, info) in element.children("info").enumerate() {
            self.place = format!("alert/info[{}]", number + 1);
            infos.extend(self.info(info));
        }
        Some(Alert {
            identifier: identifier?,
            sender: sender?,
            sent: sent?,
            status: status?,
            msg_type: msg_type?,
            source: text(element, "source"),
            scope: scope?,
            restriction: text(element, "restriction"),
            addresses: text(element, "addresses"),
            codes: texts(element, "code"),
            note: text(element, "note"),
            references,
            references_text,
            incidents: text(element, "incidents"),
            infos,
        })
    }

    /// `sender,identifier,sent` between white space. A sender may hold a comma; the other two may not.
    fn references(&mut self, text: &str) -> Vec<Reference> {
        let mut references = Vec::new();
        for written in text.split_whitespace() {
            let mut parts = written.rsplitn(3, ',');
            let (sent, identifier, sender) = (parts.next(), parts.next(), parts.next());
            let (Some(sent), Some(identifier), Some(sender)) = (sent, identifier, sender) else {
                self.wrong(
                    "references",
                    format_args!("{:?} is not sender,identifier,sent without spaces", short(written)),
                );
                continue;
            };
            if let Some(why) = too_long(sender, identifier) {
                self.wrong("references", why);
                continue;
            }
            if let Some(sent) = self.moment("references", sent) {
                let name = Name { sender: sender.into(), identifier: identifier.into() };
                references.push(Reference { name, sent });
            }
        }
        references
    }

    fn info(&mut self, element: &Element) -> Option<Info> {
        let event = self.needed(element, "event");
        let urgency = self.word(element, "urgency", &["Immediate", "Expected", "Future", "Past", "Unknown"]);
        let severity = self.word(element, "severity", &["Extreme", "Severe", "Moderate", "Minor", "Unknown"]);
        // "Very Likely" is CAP 1.0
        let certainties = &["Observed", "Very Likely", "Likely", "Possible", "Unlikely", "Unknown"];
        let certainty = self.word(element, "certainty", certainties);
        let categories = texts(element, "category");
        if categories.is_empty() {
            self.wrong("category", "is missing and must not be");
        }
        let (effective, onset, expires) = (
            self.optional_moment(element, "effective"),
            self.optional_moment(element, "onset"),
            self.optional_moment(element, "expires"),
        );
        let areas = element.children("area").filter_map(|area| self.area(area)).collect();
        Some(Info {
            language: text(element, "language").unwrap_or_else(|| "en-US".to_owned()),
            categories,
            event: event?,
            response_types: texts(element, "responseType"),
            urgency: urgency?,
            severity: severity?,
            certainty: if certainty.as_deref() == Some("Very Likely") {
                "Likely".to_owned()
            } else {
                certainty?
            },
            audience: text(element, "audience"),
            event_codes: named(element, "eventCode"),
            effective,
            onset,
            expires,
            sender_name: text(element, "senderName"),
            headline: text(element, "headline"),
            description: text(element, "description"),
            instruction: text(element, "instruction"),
            web: text(element, "web"),
            contact: text(element, "contact"),
            parameters: named(element, "parameter"),
            resources: element.children("resource").map(resource).collect(),
            areas,
        })
    }

    fn area(&mut self, element: &Element) -> Option<Area> {
        let description = self.needed(element, "areaDesc");
        let polygons = texts(element, "polygon").iter().filter_map(|text| self.polygon(text)).collect();
        let circles = texts(element, "circle").iter().filter_map(|text| self.circle(text)).collect();
        Some(Area {
            description: description?,
            polygons,
            circles,
            geocodes: named(element, "geocode"),
            altitude: text(element, "altitude"),
            ceiling: text(element, "ceiling"),
        })
    }

    fn polygon(&mut self, text: &str) -> Option<Vec<Point>> {
        let points: Vec<Point> =
            text.split_whitespace().take(MAX_POINTS).map_while(|pair| self.point("polygon", pair)).collect();
        let whole = points.len() == text.split_whitespace().count();
        let closed = points.len() >= 4 && points.first() == points.last();
        if whole && !closed {
            self.wrong("polygon", "takes at least four points of which the last is the first");
        }
        (whole && closed).then_some(points)
    }

    fn circle(&mut self, text: &str) -> Option<Circle> {
        let Some((point, radius)) = text.split_once(char::is_whitespace) else {
            self.wrong("circle", format_args!("{:?} is not latitude,longitude radius", short(text)));
            return None;
        };
        let centre = self.point("circle", point)?;
        let radius_km = radius.trim().parse::<f64>().ok().filter(|km| (0.0..=20_040.0).contains(km));
        if radius_km.is_none() {
            self.wrong("circle", format_args!("{:?} is no radius in kilometres", short(radius)));
        }
        Some(Circle { centre, radius_km: radius_km? })
    }

    fn point(&mut self, name: &str, pair: &str) -> Option<Point> {
        let numbers =
            pair.split_once(',').and_then(|(lat, lon)| Some((lat.parse().ok()?, lon.parse().ok()?)));
        let Some((lat, lon)) = numbers else {
            self.wrong(name, format_args!("{:?} is not latitude,longitude", short(pair)));
            return None;
        };
        Point::new(lat, lon).map_err(|invalid| self.wrong(name, invalid)).ok()
    }
}

/// What is said of a name that no index keeps; `None` of one that is kept.
fn too_long(sender: &str, identifier: &str) -> Option<String> {
    let bytes = sender.len() + identifier.len();
    (bytes > NAME_BYTES).then(|| {
        format!("sender and identifier have {bytes} bytes together and at most {NAME_BYTES} are taken")
    })
}

fn year(moment: Timestamp) -> i32 {
    chrono::Datelike::year(&moment.as_datetime())
}

fn text(element: &Element, name: &str) -> Option<String> {
    element.text_of(name).map(str::to_owned)
}

fn texts(element: &Element, name: &str) -> Vec<String> {
    let texts = element.children(name).map(|child| child.text.trim());
    texts.filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

/// Values with their names; CAP 1.0 writes them `name=value`.
fn named(element: &Element, name: &str) -> Vec<Named> {
    let values = element.children(name).filter_map(|child| {
        let (name, value) = match child.text_of("valueName") {
            Some(name) => (name, child.text_of("value").unwrap_or_default()),
            None => child.text.trim().split_once('=')?,
        };
        Some(Named { name: name.trim().to_owned(), value: value.trim().to_owned() })
    });
    values.collect()
}

fn resource(element: &Element) -> Resource {
    Resource {
        description: text(element, "resourceDesc").unwrap_or_default(),
        mime_type: text(element, "mimeType").or_else(|| text(element, "contentType")),
        size: text(element, "size"),
        uri: text(element, "uri"),
        digest: text(element, "digest"),
    }
}
