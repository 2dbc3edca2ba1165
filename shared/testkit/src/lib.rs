//! For tests only: a real nats-server, stores of both kinds, receivers. Nothing here waits for a time; it waits for the event.

pub mod browser;
pub mod chromium;
pub mod db;
pub mod fuzz;
pub mod receiver;
pub mod rig;
pub mod site;

pub use chromium::Chromium;
pub use db::{Database, databases};
pub use receiver::{Received, Receiver};
pub use rig::{Listener, Rig, principal};
pub use site::{Recorded, Site};

use std::path::PathBuf;

/// The folder of real rows beside the project; `None`, with a message, where it is absent.
pub fn real_data() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if folder.is_dir() {
        return folder.canonicalize().ok();
    }
    tracing::warn!("skipped: there is no ../shared/data beside the project");
    None
}
