//! What a webhook carries: everything for wide labels, a pointer for TLP:AMBER and stricter.

use contracts::alerts::Warning;
use domain::{
    Timestamp, Tlp, WarningId,
    warning::{MessageType, Status},
};
use serde::Serialize;

use super::redact::Released;

/// Standard Webhooks asks for less than this, in bytes.
pub const LARGEST: usize = 20_000;

/// The type of every payload about a warning.
const TYPE: &str = "warning.issued";

#[derive(Serialize)]
struct Payload<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: Timestamp,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    id: &'a WarningId,
    version: u32,
    tlp: Tlp,
    status: Status,
    message_type: MessageType,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<&'a Warning>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cap: Option<&'a str>,
}

/// Where a partner reads the warning, below the address of the gateway.
pub fn path(id: &WarningId) -> String {
    format!("/v1/partner/alerts/{id}")
}

/// The body of a delivery: the released warning and its CAP text, or, for TLP:AMBER and stricter or where it would be too
/// large, only where to read it.
///
/// # Errors
/// When the warning cannot be written as JSON.
pub fn body(released: &Released, sent: Timestamp, cap: &str) -> Result<String, serde_json::Error> {
    let warning = released.warning();
    if warning.handling.tlp() < Tlp::Amber {
        let full = write(warning, sent, Some((warning, cap)))?;
        if full.len() < LARGEST {
            return Ok(full);
        }
    }
    write(warning, sent, None)
}

/// The body that takes back what an organisation holds and may no longer be told of: no word of content.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn retraction(warning: &Warning, sent: Timestamp) -> Result<String, serde_json::Error> {
    write(warning, sent, None)
}

fn write(
    warning: &Warning,
    sent: Timestamp,
    full: Option<(&Warning, &str)>,
) -> Result<String, serde_json::Error> {
    let data = Data {
        id: &warning.id,
        version: warning.version,
        tlp: warning.handling.tlp(),
        status: warning.status,
        message_type: warning.message_type,
        url: path(&warning.id),
        warning: full.map(|(warning, _)| warning),
        cap: full.map(|(_, cap)| cap),
    };
    serde_json::to_string(&Payload { kind: TYPE, timestamp: sent, data })
}

#[cfg(test)]
mod tests {
    use domain::{Handling, UnClass};

    use super::*;
    use crate::domain::examples;

    fn released(tlp: Tlp) -> Released {
        let mut warning = examples::warning();
        warning.handling = Handling::new(tlp, UnClass::Unclassified);
        Released::of(&warning, &examples::whole()).unwrap()
    }
    fn sent() -> Timestamp {
        "2026-11-23T07:30:00Z".parse().unwrap()
    }

    #[test]
    fn amber_and_stricter_say_only_where_to_read() {
        for tlp in Tlp::ALL.iter().copied() {
            let body = body(&released(tlp), sent(), "<alert/>").unwrap();
            let json: serde_json::Value = serde_json::from_str(&body).unwrap();
            assert_eq!(json["type"], "warning.issued");
            assert_eq!(json["data"]["tlp"], tlp.as_str());
            assert_eq!(json["data"]["cap"].is_string(), tlp < Tlp::Amber, "{tlp}");
            assert_eq!(json["data"]["warning"].is_object(), tlp < Tlp::Amber, "{tlp}");
            assert_eq!(body.contains("Shots were heard"), tlp < Tlp::Amber, "{tlp}");
        }
    }

    #[test]
    fn what_is_too_large_is_read_at_the_gateway() {
        let body = body(&released(Tlp::Clear), sent(), &"x".repeat(LARGEST)).unwrap();
        assert!(body.len() < LARGEST && !body.contains("xxx"));
        assert!(body.contains("/v1/partner/alerts/wa_"));
    }

    #[test]
    fn the_same_warning_always_gives_the_same_bytes() {
        let once = body(&released(Tlp::Green), sent(), "<alert/>").unwrap();
        assert_eq!(once, body(&released(Tlp::Green), sent(), "<alert/>").unwrap());
    }
}
