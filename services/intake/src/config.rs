//! What intake can be told: see `config.default.toml`.

use serde::Deserialize;

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
    /// When weekly reports are due.
    pub weekly: WeeklySettings,
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
}

impl ImportSettings {
    /// The same within what is possible: a batch must fit the parameters of one statement.
    #[must_use]
    pub fn within_bounds(self) -> Self {
        Self {
            batch_records: self.batch_records.clamp(1, 1000),
            progress_every_batches: self.progress_every_batches.max(1),
            fetch_tries: self.fetch_tries.max(1),
            unpacked_bytes: self.unpacked_bytes,
        }
    }
}
