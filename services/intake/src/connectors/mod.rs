//! Connectors: how sources that do not send by themselves are asked. One file a connector.
//!
//! There is one road for data. A connector fetches, page by page; each page becomes a file in the object store and a run of
//! the format it is in, as an upload does, so that counts, quarantine, resumption and citation are shared. The page and the
//! place where the connector goes on commit together (`jobs::pull`): a kill loses and doubles nothing.
//!
//! # A new connector, in about forty lines
//! 1. Its word in `contracts::intake::sources::Connector`; which parameters it knows in `domain::source::objections`.
//! 2. Its [`Facts`] below: the usual address, the format, what must be configured; and, where a fresh system shall list it, a
//!    row in [`known`].
//! 3. A file here with `pub(super) async fn step(at: &At<'_>) -> Result<Step, Trouble>`: read where to go on with
//!    [`At::cursor`], ask with [`At::get`] (conditional, bounded and guarded as everything is), give back what came and where to
//!    go on. `more: true` has it called again at once. Its arm in [`step`].
//! 4. Its answers, as they really are, played by `testkit::Site` in `tests/it/sources.rs`.
//!
//! What answers one whole file under one address needs none of this: it is a source of the connector `file`.

mod acled;
mod cap_index;
mod file;
mod gdelt;
mod gdelt_daily;
mod goes_on;
mod hapi_conflict;
mod known;
mod months;
mod reliefweb;
mod shown;
mod table;
mod ucdp_api;
mod ucdp_files;
mod usgs_catalogue;
mod web;

use std::{collections::HashMap, sync::Mutex};

use contracts::{
    gateway::Format,
    intake::sources::{Connector, SourceForm},
};
use domain::{ObservationId, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use url::Url;

pub use self::{
    known::known,
    web::{Trouble, Web},
};
use crate::config::{Secret, Secrets};

/// What is so of every source of a connector.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Where it is reached unless told otherwise.
    pub address: Option<&'static str>,
    /// What it brings; `None` where each source says.
    pub format: Option<Format>,
    /// What must be configured.
    pub needs: &'static [Secret],
}

/// What is so of every source of this connector.
pub fn facts(connector: Connector) -> Facts {
    let of = |address, format, needs| Facts { address, format, needs };
    match connector {
        Connector::File | Connector::Webhook => of(None, None, &[]),
        Connector::Acled => of(Some(acled::ADDRESS), Some(Format::Acled), acled::NEEDS),
        Connector::UcdpApi => of(Some(ucdp_api::ADDRESS), Some(Format::UcdpCandidate), ucdp_api::NEEDS),
        Connector::UcdpFiles => of(Some(ucdp_files::ADDRESS), Some(Format::UcdpCandidate), &[]),
        Connector::CapIndex => of(None, Some(Format::Cap), &[]),
        Connector::Feed => of(None, Some(Format::Feed), &[]),
        Connector::Reliefweb => of(Some(reliefweb::ADDRESS), Some(Format::Reliefweb), reliefweb::NEEDS),
        Connector::Gdelt => of(Some(gdelt::ADDRESS), Some(Format::Gdelt), &[]),
        Connector::GdeltDaily => of(Some(gdelt_daily::ADDRESS), Some(Format::Gdelt), &[]),
        Connector::HapiConflict => {
            of(Some(hapi_conflict::ADDRESS), Some(Format::HapiConflict), hapi_conflict::NEEDS)
        }
        Connector::UsgsCatalogue => of(Some(usgs_catalogue::ADDRESS), Some(Format::UsgsEarthquakes), &[]),
    }
}

/// The address of a source: its own, or its connector's.
///
/// # Errors
/// Why it is none.
pub fn address(connector: Connector, form: &SourceForm) -> Result<Url, String> {
    let text = form.address.as_deref().or(facts(connector).address).unwrap_or_default();
    let url: Url = text.parse().map_err(|why| format!("{text:?} is no address: {why}"))?;
    if url.fragment().is_some() || !url.has_host() {
        return Err(format!("{text:?} is no address of a server, or has a part behind #"));
    }
    Ok(url)
}

/// What a connector objects to in what is set, besides what `domain::source` does.
pub fn objection(connector: Connector, form: &SourceForm) -> Option<(&'static str, String)> {
    match connector {
        Connector::Acled => acled::objection(form),
        Connector::UcdpApi => ucdp_api::objection(form),
        _ => None,
    }
}

/// A token that was given for a time, and until when; kept in memory alone.
type Tokens = Mutex<HashMap<String, (String, Timestamp)>>;

/// What all pulls share.
#[derive(Debug)]
pub struct Means {
    /// The way out.
    pub web: Web,
    /// Names and secrets.
    pub secrets: Secrets,
    /// Tokens by source.
    pub(crate) tokens: Tokens,
}

/// A source at the moment it is asked.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    /// Its key.
    pub key: &'a str,
    /// Its connector.
    pub connector: Connector,
    /// What was set of it.
    pub form: &'a SourceForm,
    /// Where it is reached.
    pub address: &'a Url,
    /// Where it goes on.
    pub cursor: &'a Value,
    /// What all share.
    pub means: &'a Means,
    /// Whether files it brought before are still being read.
    pub reading: bool,
    /// The moment.
    pub now: Timestamp,
}

impl At<'_> {
    /// Where it goes on; from the beginning where that cannot be read, which costs time and changes nothing.
    pub fn cursor<C: DeserializeOwned + Default>(&self) -> C {
        serde_json::from_value(self.cursor.clone()).unwrap_or_default()
    }
}

/// What one step of a connector brings.
#[derive(Clone, Debug, PartialEq)]
pub enum Brought {
    /// Nothing.
    Nothing,
    /// Nothing before everything it brought is read; then it is asked again from where it stands.
    Later,
    /// A file.
    File {
        /// What it is called.
        name: String,
        /// What it is.
        format: Format,
        /// What it holds.
        bytes: Vec<u8>,
    },
    /// Facts that the source took back.
    TakenBack {
        /// Which.
        facts: Vec<ObservationId>,
        /// Who took them back.
        by: &'static str,
        /// Why, as far as the source says.
        why: String,
    },
}

/// One step of a connector.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it brings.
    pub brought: Brought,
    /// Where it goes on.
    pub cursor: Value,
    /// Whether it goes on at once.
    pub more: bool,
}

impl Step {
    /// A step that ends here or goes on there.
    ///
    /// # Errors
    /// When the cursor cannot be written, which none of ours is.
    pub fn to<C: Serialize>(brought: Brought, cursor: &C, more: bool) -> Result<Self, Trouble> {
        let cursor = serde_json::to_value(cursor).map_err(|error| Trouble::Unreadable(error.to_string()))?;
        Ok(Self { brought, cursor, more })
    }
}

/// The next step of a source.
///
/// # Errors
/// Why it could not be made, in words for the operator, without secrets.
pub async fn step(at: &At<'_>) -> Result<Step, Trouble> {
    let lacking = at.means.secrets.lacking(facts(at.connector).needs);
    if !lacking.is_empty() {
        return Err(Trouble::Lacks(lacking));
    }
    match at.connector {
        Connector::File | Connector::Feed => file::step(at).await,
        Connector::Reliefweb => reliefweb::step(at).await,
        Connector::Acled => acled::step(at).await,
        Connector::CapIndex => cap_index::step(at).await,
        Connector::Gdelt => gdelt::step(at).await,
        Connector::GdeltDaily => gdelt_daily::step(at).await,
        Connector::HapiConflict => hapi_conflict::step(at).await,
        Connector::UcdpApi => ucdp_api::step(at).await,
        Connector::UcdpFiles => ucdp_files::step(at).await,
        Connector::UsgsCatalogue => usgs_catalogue::step(at).await,
        Connector::Webhook => Step::to(Brought::Nothing, at.cursor, false),
    }
}
