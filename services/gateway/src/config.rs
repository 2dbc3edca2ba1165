//! The keys that only the gateway has.

use std::path::PathBuf;

use serde::Deserialize;

/// The file's sections.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    /// The section of this service.
    pub gateway: Section,
}

/// What the gateway can be told.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Where the first token is written; empty for nowhere.
    pub admin_token_file: PathBuf,
    /// The file with intake's public sealing key.
    pub seal_key_file: PathBuf,
    /// The file with the secret that makes pseudonyms.
    pub pseudonym_key_file: PathBuf,
    /// The largest body of a request other than an import.
    pub max_body_bytes: usize,
    /// The largest file an import takes.
    pub max_import_bytes: u64,
    /// The largest file of a report.
    pub max_attachment_bytes: u32,
    /// How many files a report may have.
    pub attachments_per_report: u32,
    /// How many files of reports are taken at once.
    pub attachments_at_once: usize,
    /// How long files of reports are kept.
    pub attachment_days: u32,
    /// How long a file that comes in parts may take.
    pub upload_days: u32,
    /// How long a report that was begun and not sent is kept after its last change.
    pub draft_days: u32,
    /// How long a request other than an import or a stream may take.
    pub request_timeout_s: u64,
    /// How many requests are worked on at once.
    pub requests_at_once: usize,
    /// How many event streams are open at once.
    pub streams_at_once: usize,
    /// How long a token counts when no end is given.
    pub token_days: u32,
    /// How long a console session counts without being used.
    pub session_h: u32,
    /// The address under which people reach this door, as `https://mirab.example`; empty where papers are to hold no links.
    pub public_address: String,
    /// Whether the session's cookie is for HTTPS only.
    pub secure_cookies: bool,
    /// How long answers are kept for repeated keys.
    pub idempotency_days: u32,
    /// How many events a stream can go back.
    pub stream_events: u32,
}

impl Section {
    /// Refuses what can be read and not be used.
    ///
    /// # Errors
    /// Names the key and how to mend it.
    pub fn check(&self) -> anyhow::Result<()> {
        let address = &self.public_address;
        anyhow::ensure!(
            address.is_empty() || address.starts_with("https://") || address.starts_with("http://"),
            "gateway.public_address is {address:?}: write it whole, as https://mirab.example, or leave it empty"
        );
        for (key, path, what) in [
            ("seal_key_file", &self.seal_key_file, "intake's public sealing key"),
            ("pseudonym_key_file", &self.pseudonym_key_file, "the secret that makes pseudonyms"),
        ] {
            anyhow::ensure!(
                !path.as_os_str().is_empty(),
                "gateway.{key} is not set: name the file with {what}"
            );
        }
        let days = (1..=365).contains(&self.token_days);
        anyhow::ensure!(days, "gateway.token_days is {}: set 1 to 365", self.token_days);
        for (key, value) in [
            ("max_body_bytes", self.max_body_bytes as u64),
            ("max_import_bytes", self.max_import_bytes),
            ("max_attachment_bytes", u64::from(self.max_attachment_bytes)),
            ("attachments_per_report", u64::from(self.attachments_per_report)),
            ("attachments_at_once", self.attachments_at_once as u64),
            ("attachment_days", u64::from(self.attachment_days)),
            ("upload_days", u64::from(self.upload_days)),
            ("draft_days", u64::from(self.draft_days)),
            ("request_timeout_s", self.request_timeout_s),
            ("requests_at_once", self.requests_at_once as u64),
            ("streams_at_once", self.streams_at_once as u64),
            ("session_h", u64::from(self.session_h)),
            ("idempotency_days", u64::from(self.idempotency_days)),
            ("stream_events", u64::from(self.stream_events)),
        ] {
            anyhow::ensure!(value > 0, "gateway.{key} is 0: set 1 or more");
        }
        Ok(())
    }
}
