//! Configuration in layers: compiled-in commented defaults, then a file, then the environment. Later wins.

use std::path::{Path, PathBuf};

use contracts::Service;
use figment::{
    Figment,
    providers::{Env, Format, Toml},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

/// The defaults of the keys that all services share.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// The keys that all services share.
#[derive(Clone, Debug, Deserialize)]
pub struct Settings {
    /// The process.
    pub service: ServiceSettings,
    /// The store.
    pub store: StoreSettings,
    /// The bus.
    pub bus: BusSettings,
    /// Logs and traces.
    pub telemetry: TelemetrySettings,
}

/// The process.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceSettings {
    /// Where HTTP answers.
    pub listen: String,
    /// How long a stop waits for running work, in seconds.
    pub stop_patience_s: u64,
}

/// The store.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreSettings {
    /// `sqlite:` or `postgres:` URL.
    pub url: String,
    /// A file that holds the URL.
    pub url_file: PathBuf,
    /// Whether to migrate at start.
    pub migrate: bool,
}

impl StoreSettings {
    /// The URL, from where it stands.
    ///
    /// # Errors
    /// When neither key is set or the file cannot be read.
    pub fn resolved_url(&self) -> Result<String, ConfigError> {
        if !self.url.is_empty() {
            return Ok(self.url.clone());
        }
        if self.url_file.as_os_str().is_empty() {
            return Err(ConfigError::Missing("store.url"));
        }
        read_file(&self.url_file)
    }
}

/// The bus.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusSettings {
    /// Where NATS answers.
    pub url: String,
    /// The file with this service's seed.
    pub seed_file: PathBuf,
    /// The file with the public keys of all services.
    pub trust_file: PathBuf,
    /// How long a question waits, in seconds.
    pub ask_timeout_s: u64,
    /// How many questions are answered at once.
    pub answer_at_once: usize,
    /// How often a message is tried.
    pub max_tries: i64,
}

/// Logs and traces.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetrySettings {
    /// OTLP over HTTP; empty for nowhere.
    pub otlp_endpoint: String,
    /// EnvFilter directives.
    pub log: String,
    /// JSON or for people.
    pub json: bool,
}

/// Configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A key or section is wrong; the text names it and where it was set.
    #[error("configuration: {0}")]
    Wrong(Box<figment::Error>),
    /// A key that must be set is not.
    #[error("configuration: {0} is not set")]
    Missing(&'static str),
    /// A file that a key names cannot be read.
    #[error("cannot read {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// The layers of one service's configuration.
#[derive(Clone, Debug)]
pub struct Layers(Figment);

impl Layers {
    /// Defaults, the file if one is given, the environment.
    pub fn of(service: Service, defaults: &str, file: Option<&Path>) -> Self {
        let mut figment = Figment::from(Toml::string(DEFAULTS)).merge(Toml::string(defaults));
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        let prefix = format!("MIRAB_{}__", service.as_str().to_uppercase());
        Self(
            figment.merge(Env::prefixed("MIRAB_ALL__").split("__")).merge(Env::prefixed(&prefix).split("__")),
        )
    }
    /// One more layer on top, as TOML.
    #[must_use]
    pub fn with(self, toml: &str) -> Self {
        Self(self.0.merge(Toml::string(toml)))
    }
    /// The keys that all services share.
    ///
    /// # Errors
    /// When a key is missing or of the wrong type; the error names it and where it was set.
    pub fn settings(&self) -> Result<Settings, ConfigError> {
        self.extract()
    }
    /// The service's own keys.
    ///
    /// # Errors
    /// When a key is missing or of the wrong type; the error names it and where it was set.
    pub fn extract<C: DeserializeOwned>(&self) -> Result<C, ConfigError> {
        self.0.extract().map_err(|error| ConfigError::Wrong(Box::new(error)))
    }
}

/// Reads a small text file, without the white space around it.
///
/// # Errors
/// When it cannot be read; the error names it.
pub fn read_file(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path)
        .map(|text| text.trim().to_owned())
        .map_err(|source| ConfigError::File { path: path.to_owned(), source })
}

/// A list, or the one thing that stands in its place, as a variable of the environment is easily written.
pub(crate) fn one_or_many<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Vec<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(
        untagged,
        expecting = "must be a list, as [\"one\", \"two\"], or the one thing that stands in it"
    )]
    enum Given<T> {
        Many(Vec<T>),
        One(T),
    }
    Ok(match Given::deserialize(from)? {
        Given::Many(all) => all,
        Given::One(one) => vec![one],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_complete_and_a_later_layer_wins() {
        let layers = Layers::of(Service::Intake, "", None).with("[bus]\nask_timeout_s = 9");
        let settings = layers.settings().unwrap();
        assert_eq!(settings.bus.ask_timeout_s, 9);
        assert_eq!(settings.service.stop_patience_s, 20);
    }

    #[test]
    fn an_unknown_key_is_named() {
        let error = Layers::of(Service::Intake, "", None).with("[bus]\nurll = \"x\"").settings().unwrap_err();
        assert!(error.to_string().contains("urll"), "{error}");
    }
}
