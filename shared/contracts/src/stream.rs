//! The streams, as values. They are applied create-or-update at every start and never deleted.

use crate::{Service, subject};

/// One JetStream stream: file storage, limits retention, bounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Its name: that of the service that publishes to it, in capitals.
    pub name: &'static str,
    /// The subjects it takes.
    pub subjects: Vec<String>,
    /// How long a message is kept, in days.
    pub max_age_days: u64,
    /// How many bytes it holds at most; when full, publishing is refused with a clear error.
    pub max_bytes: i64,
}

/// How long an id is remembered against a second publication, in seconds.
pub const DUPLICATE_WINDOW_S: u64 = 3600;
/// The largest message a stream takes, in bytes.
pub const MAX_MESSAGE_BYTES: i32 = 512 * 1024;
/// How many observations travel in one event at most.
pub const PACK: usize = 500;
/// How many bytes a pack of observations may have at most.
pub const PACK_BYTES: usize = 256 * 1024;
/// The object-store bucket that holds uploaded files until their run is over.
pub const IMPORTS_BUCKET: &str = "imports";
/// The stream behind that bucket.
pub const IMPORTS_STREAM: &str = "OBJ_imports";
/// How many bytes of uploads the bucket holds at most.
pub const IMPORTS_MAX_BYTES: i64 = 4 << 30;
/// The object-store bucket that holds files of field reports, each under a key of its own.
pub const ATTACHMENTS_BUCKET: &str = "attachments";
/// The stream behind that bucket.
pub const ATTACHMENTS_STREAM: &str = "OBJ_attachments";
/// How many bytes of files of reports the bucket holds at most.
pub const ATTACHMENTS_MAX_BYTES: i64 = 8 << 30;

/// The stream a service publishes to.
pub const fn of(service: Service) -> &'static str {
    match service {
        Service::Intake => "INTAKE",
        Service::Analysis => "ANALYSIS",
        Service::Liaison => "LIAISON",
        Service::Coordination => "COORDINATION",
        Service::Alerts => "ALERTS",
        Service::Gateway => "GATEWAY",
    }
}

/// The stream of dead letters.
pub const DEAD: &str = "DEAD";

/// Every stream there is.
pub fn all() -> Vec<Stream> {
    let mut streams: Vec<Stream> = Service::ALL
        .iter()
        .map(|service| Stream {
            name: of(*service),
            subjects: vec![subject::said_by(service.as_str())[0].clone()],
            max_age_days: 30,
            max_bytes: 2 << 30,
        })
        .collect();
    streams.push(Stream {
        name: DEAD,
        subjects: vec!["mirab.dead.>".to_owned()],
        max_age_days: 90,
        max_bytes: 1 << 30,
    });
    streams
}
