//! What intake can be told: see `config.default.toml`.

use std::{fmt, path::PathBuf};

use kit::{config::read_file, egress::EgressSettings};
use serde::Deserialize;

use crate::domain::{
    cluster::Rules,
    retention::{self, Rule},
};

/// The service's own keys.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    /// The section `[intake]`.
    pub intake: Section,
}

/// The section `[intake]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// How files are read.
    pub import: ImportSettings,
    /// How long things are kept; none: for ever.
    #[serde(default, deserialize_with = "retention::rules")]
    pub retention: Vec<Rule>,
    /// When observations are taken to be of one incident.
    pub clusters: Rules,
    /// How sources are asked.
    pub sources: SourceSettings,
    /// What sources want to know of us.
    pub secrets: Secrets,
    /// Where sources may be.
    pub egress: EgressSettings,
    /// When weekly reports are due.
    pub weekly: WeeklySettings,
}

/// How sources are asked.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSettings {
    /// The largest answer that is taken, in bytes.
    pub max_bytes: u64,
    /// A source is silent when nothing good came for so many of its intervals.
    pub silent_after: u32,
}

/// Something a source wants to know of us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret {
    /// The user at ACLED.
    AcledUser,
    /// Its password.
    AcledPassword,
    /// The token of UCDP's API.
    UcdpToken,
    /// The name under which ReliefWeb's API knows us.
    ReliefwebAppname,
    /// Who asks HDX HAPI.
    HapiIdentifier,
}

impl Secret {
    /// The key of the configuration that names its file.
    pub fn key(self) -> String {
        let name = match self {
            Self::AcledUser => "acled_user_file",
            Self::AcledPassword => "acled_password_file",
            Self::UcdpToken => "ucdp_token_file",
            Self::ReliefwebAppname => "reliefweb_appname_file",
            Self::HapiIdentifier => "hapi_identifier_file",
        };
        format!("intake.secrets.{name}")
    }
}

/// The files that hold what sources want to know of us. They are read when they are needed, so that a new secret counts at
/// once, and nothing of them is kept.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "they are the keys of the configuration")]
pub struct Secrets {
    acled_user_file: PathBuf,
    acled_password_file: PathBuf,
    ucdp_token_file: PathBuf,
    reliefweb_appname_file: PathBuf,
    hapi_identifier_file: PathBuf,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(withheld)")
    }
}

impl Secrets {
    /// What the file holds; `None` where none is named, or it cannot be read or is empty.
    pub fn read(&self, secret: Secret) -> Option<String> {
        let file = match secret {
            Secret::AcledUser => &self.acled_user_file,
            Secret::AcledPassword => &self.acled_password_file,
            Secret::UcdpToken => &self.ucdp_token_file,
            Secret::ReliefwebAppname => &self.reliefweb_appname_file,
            Secret::HapiIdentifier => &self.hapi_identifier_file,
        };
        if file.as_os_str().is_empty() {
            return None;
        }
        read_file(file).ok().filter(|text| !text.is_empty())
    }
    /// The keys of those that cannot be read.
    pub fn lacking(&self, needed: &[Secret]) -> Vec<String> {
        needed.iter().filter(|secret| self.read(**secret).is_none()).map(|secret| secret.key()).collect()
    }
}

/// When weekly reports are due.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeeklySettings {
    /// The report of a week is in time until so many days after its Sunday.
    pub due_days: u32,
}

/// How files are read.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportSettings {
    /// Records that are read, recorded and announced in one transaction.
    pub batch_records: usize,
    /// A run says how far it is after so many batches.
    pub progress_every_batches: u64,
    /// How often a file that cannot be fetched is tried.
    pub fetch_tries: u32,
    /// How much a packed file may hold, in bytes.
    pub unpacked_bytes: u64,
    /// From so many records that cannot be read on, and nearly no other, a file is taken for another than was meant.
    pub refused_records: u64,
}

impl ImportSettings {
    /// The same within what is possible: a batch is held in memory as a whole.
    #[must_use]
    pub fn within_bounds(self) -> Self {
        Self {
            batch_records: self.batch_records.clamp(1, 5000),
            progress_every_batches: self.progress_every_batches.max(1),
            fetch_tries: self.fetch_tries.max(1),
            unpacked_bytes: self.unpacked_bytes,
            refused_records: self.refused_records.max(1),
        }
    }
}
