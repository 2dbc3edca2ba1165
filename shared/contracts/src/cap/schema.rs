//! The schema of CAP 1.2 as a table: which element holds which, in which order, how often, and what its text may be.

use Holds::{Parts, Value};
use Text::{
    Any, Circle, Decimal, Filled, Integer, Language, Name, OneOf, Polygon, References, Time, Uri, WebAddress,
};

/// One element where it may stand.
pub(super) struct Part {
    /// Its name.
    pub name: &'static str,
    /// Whether it must stand there.
    pub required: bool,
    /// Whether it may stand there more than once.
    pub many: bool,
    /// What it holds.
    pub holds: Holds,
}

/// What an element holds.
pub(super) enum Holds {
    /// These elements, in this order, and nothing else.
    Parts(&'static [Part]),
    /// Text.
    Value(Text),
}

/// What a text must be.
pub(super) enum Text {
    /// Whatever it is.
    Any,
    /// Anything but nothing.
    Filled,
    /// Without spaces, commas, `<` and `&`.
    Name,
    /// A moment in CAP's pattern.
    Time,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A language tag.
    Language,
    /// A URI, absolute or relative.
    Uri,
    /// An absolute URI.
    WebAddress,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// A closed ring of points.
    Polygon,
    /// A point and a radius.
    Circle,
    /// Earlier messages.
    References,
}

const fn one(name: &'static str, holds: Holds) -> Part {
    Part { name, required: true, many: false, holds }
}
const fn some(name: &'static str, holds: Holds) -> Part {
    Part { name, required: true, many: true, holds }
}
const fn maybe(name: &'static str, holds: Holds) -> Part {
    Part { name, required: false, many: false, holds }
}
const fn any(name: &'static str, holds: Holds) -> Part {
    Part { name, required: false, many: true, holds }
}

/// The root.
pub(super) static ALERT: Part = one("alert", Parts(IN_ALERT));

const IN_ALERT: &[Part] = &[
    one("identifier", Value(Name)),
    one("sender", Value(Name)),
    one("sent", Value(Time)),
    one("status", Value(OneOf(&["Actual", "Exercise", "System", "Test", "Draft"]))),
    one("msgType", Value(OneOf(&["Alert", "Update", "Cancel", "Ack", "Error"]))),
    maybe("source", Value(Any)),
    one("scope", Value(OneOf(&["Public", "Restricted", "Private"]))),
    maybe("restriction", Value(Any)),
    maybe("addresses", Value(Any)),
    any("code", Value(Any)),
    maybe("note", Value(Any)),
    maybe("references", Value(References)),
    maybe("incidents", Value(Any)),
    any("info", Parts(IN_INFO)),
];

const IN_INFO: &[Part] = &[
    maybe("language", Value(Language)),
    some(
        "category",
        Value(OneOf(&[
            "Geo",
            "Met",
            "Safety",
            "Security",
            "Rescue",
            "Fire",
            "Health",
            "Env",
            "Transport",
            "Infra",
            "CBRNE",
            "Other",
        ])),
    ),
    one("event", Value(Filled)),
    any(
        "responseType",
        Value(OneOf(&[
            "Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None",
        ])),
    ),
    one("urgency", Value(OneOf(&["Immediate", "Expected", "Future", "Past", "Unknown"]))),
    one("severity", Value(OneOf(&["Extreme", "Severe", "Moderate", "Minor", "Unknown"]))),
    one("certainty", Value(OneOf(&["Observed", "Likely", "Possible", "Unlikely", "Unknown"]))),
    maybe("audience", Value(Any)),
    any("eventCode", Parts(PAIR)),
    maybe("effective", Value(Time)),
    maybe("onset", Value(Time)),
    maybe("expires", Value(Time)),
    maybe("senderName", Value(Any)),
    maybe("headline", Value(Any)),
    maybe("description", Value(Any)),
    maybe("instruction", Value(Any)),
    maybe("web", Value(WebAddress)),
    maybe("contact", Value(Any)),
    any("parameter", Parts(PAIR)),
    any("resource", Parts(IN_RESOURCE)),
    any("area", Parts(IN_AREA)),
];

const PAIR: &[Part] = &[one("valueName", Value(Filled)), one("value", Value(Any))];

const IN_RESOURCE: &[Part] = &[
    one("resourceDesc", Value(Filled)),
    one("mimeType", Value(Filled)),
    maybe("size", Value(Integer)),
    maybe("uri", Value(Uri)),
    maybe("derefUri", Value(Any)),
    maybe("digest", Value(Any)),
];

const IN_AREA: &[Part] = &[
    one("areaDesc", Value(Filled)),
    any("polygon", Value(Polygon)),
    any("circle", Value(Circle)),
    any("geocode", Parts(PAIR)),
    maybe("altitude", Value(Decimal)),
    maybe("ceiling", Value(Decimal)),
];
