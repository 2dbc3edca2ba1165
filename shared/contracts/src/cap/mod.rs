//! CAP 1.2: how a warning is written for the world, and whether a document keeps the standard's rules.

mod check;
mod schema;
mod values;
mod write;

pub use check::check;
pub use write::render;

use domain::Timestamp;

use crate::alerts::Warning;

/// The namespace of CAP 1.2.
pub const NAMESPACE: &str = "urn:oasis:names:tc:emergency:cap:1.2";
/// The media type of a CAP document.
pub const MEDIA_TYPE: &str = "application/cap+xml";

/// The identifier of this version's message: `wa_…-v2`.
pub fn identifier(warning: &Warning) -> String {
    format!("{}-v{}", warning.id, warning.version)
}

/// How a later message of the chain names this version: sender, identifier and time; `None` before it is sent.
pub fn reference(warning: &Warning, sender: &str) -> Option<String> {
    let sent = warning.sent?;
    Some(format!("{},{},{}", write::name(sender), identifier(warning), time(sent)))
}

/// A moment in the one pattern CAP admits: whole seconds, and UTC as `-00:00`, never `Z`.
pub fn time(moment: Timestamp) -> String {
    moment.as_datetime().format("%Y-%m-%dT%H:%M:%S-00:00").to_string()
}
