//! Sources as managed objects: whence data comes by itself, on whose terms, and how that does.

use domain::{Country, Handling, ImportId, Redistribution, Timestamp, words};
use serde::{Deserialize, Serialize};

use crate::{
    Page, event,
    gateway::{Format, ReportGrade},
    intake::ImportState,
    query,
};

words! {
    /// How a source is reached.
    "connector" Connector {
        /// A file at one address, fetched again when it has changed.
        File = "file",
        /// ACLED's API: events by their last edit, and the events it took back.
        Acled = "acled",
        /// UCDP's API: one candidate release after the other.
        UcdpApi = "ucdp-api",
        /// UCDP's candidate files: the monthly ones, and those of a year up to a month.
        UcdpFiles = "ucdp-files",
        /// The catalogue of the USGS: earthquakes of the region by their last revision.
        UsgsCatalogue = "usgs-catalogue",
        /// GDELT 2.0: files of events, one each quarter of an hour.
        Gdelt = "gdelt",
        /// GDELT 1.0: files of events, one a day.
        GdeltDaily = "gdelt-daily",
        /// HDX HAPI: monthly counts of ACLED's events, country by country.
        HapiConflict = "hapi-conflict",
        /// An Atom or RSS index of messages of the Common Alerting Protocol, and the messages it links to.
        CapIndex = "cap-index",
        /// An RSS or Atom feed of news: its items become leads.
        Feed = "feed",
        /// ReliefWeb's API: reports on the region by their last change become leads.
        Reliefweb = "reliefweb",
        /// Nothing is fetched: the source sends, signed.
        Webhook = "webhook",
    }
}

words! {
    /// How a source does.
    "health of a source" SourceState {
        /// It is switched off.
        Paused = "paused",
        /// Something it needs is not configured.
        Lacking = "lacking",
        /// It is switched on and has brought nothing yet.
        Waiting = "waiting",
        /// It brought what there was when it was last asked.
        Good = "good",
        /// The last attempts failed.
        Failing = "failing",
        /// Nothing good came from it for several of its intervals.
        Silent = "silent",
    }
}

words! {
    /// What a person can do with a source.
    "action on a source" SourceAction {
        /// Asks it now, and then on schedule.
        Pull = "pull",
        /// Switches it off.
        Pause = "pause",
        /// Switches it on.
        Resume = "resume",
    }
}

/// What is asked of a source. What a connector does not know is refused.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceParameters {
    /// Countries; where none are given, those of the region.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<Country>,
    /// How far back the first pull reaches, in days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lookback_days: Option<u32>,
    /// Least magnitude of an earthquake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_magnitude: Option<f64>,
}

/// What a person sets of a source. Handling and grade are joined to what the format says of itself and never widen it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceForm {
    /// One line: what it is.
    pub title: String,
    /// Where it is reached; the connector's own address where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What its files are: needed of a file, and of a webhook whose body is a file; elsewhere the connector knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// The saved mapping that a table of others is read by: needed of a file of the format `mapped`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<SourceMapping>,
    /// What is asked of it.
    #[serde(default, skip_serializing_if = "crate::is_default")]
    pub parameters: SourceParameters,
    /// How often it is asked, in seconds; of a webhook, how often it is expected to send. 0: never by itself.
    pub every_s: u32,
    /// What may be done with what it brings, besides what its format says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
    /// The grade of reports and leads that state none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<ReportGrade>,
    /// Whether all of it is part of an exercise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exercise: bool,
}

/// Which mapping the files of a source are read by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceMapping {
    /// Its name.
    pub name: String,
    /// Its version; the newest at each pull where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

words! {
    /// By what it is told where a source goes on.
    "mark of a cursor" CursorMark {
        /// All of up to this moment was taken.
        Through = "through",
        /// What the source took back up to this moment was taken back.
        TakenBackThrough = "taken_back_through",
        /// The last release that was taken whole.
        Release = "release",
        /// The page that is asked for next, or how many were taken.
        Page = "page",
        /// How many rows of the present round were taken.
        Rows = "rows",
        /// The country that is asked for.
        Country = "country",
        /// How many links of the index were taken.
        Links = "links",
        /// How many links are still to be fetched.
        LinksDue = "links_due",
        /// How many links could not be fetched and are tried again.
        LinksFailed = "links_failed",
        /// When the server says that the file was last changed.
        Changed = "changed",
        /// What the server calls the version of the file.
        Version = "version",
        /// The beginning of the SHA-256 of the file that was taken last.
        Fingerprint = "fingerprint",
    }
}

/// Where a source goes on, by one mark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceMark {
    /// By what it is told.
    pub mark: CursorMark,
    /// The moment, number or name.
    pub figure: String,
}

/// How a source does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceHealth {
    /// In one word.
    pub state: SourceState,
    /// When it was last tried.
    pub last_tried: Option<Timestamp>,
    /// When it last answered as it should.
    pub last_good: Option<Timestamp>,
    /// How often in a row it failed since.
    pub failures: u32,
    /// Why it failed last; empty when it did not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub error: String,
    /// When it is tried next; `None` while it is not.
    pub next_at: Option<Timestamp>,
    /// Since when nothing good came although it should.
    pub silent_since: Option<Timestamp>,
    /// Keys of the configuration that must be set before it can be used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

/// What the last run that a source started has read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRun {
    /// The run.
    pub import: ImportId,
    /// Where it stands.
    pub state: ImportState,
    /// Rows read.
    pub read: u64,
    /// Rows that brought a new observation.
    pub accepted: u64,
    /// Rows that revised one.
    pub updated: u64,
    /// Rows that said nothing new.
    pub unchanged: u64,
    /// Rows that could not be read.
    pub quarantined: u64,
}

/// The terms under which a source gives its data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceTerms {
    /// The licence, as SPDX writes it where it can.
    pub licence: String,
    /// What may be passed on under it.
    pub redistribution: Redistribution,
    /// How to cite the source.
    pub citation: String,
}

/// One source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Its short key.
    pub key: String,
    /// How it is reached.
    pub connector: Connector,
    /// What a person has set.
    pub form: SourceForm,
    /// The address that counts; empty for a webhook.
    pub address: String,
    /// What its files are; `None` where it sends field reports.
    pub format: Option<Format>,
    /// On whose terms; `None` where each row or report brings its own.
    pub terms: Option<SourceTerms>,
    /// Whether it is switched on.
    pub enabled: bool,
    /// How it does.
    pub health: SourceHealth,
    /// How many files, or reports, it has brought.
    pub brought: u64,
    /// What its last file held.
    pub last_run: Option<SourceRun>,
    /// Where it goes on when it is asked next; empty where it begins at its beginning, or sends by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goes_on: Vec<SourceMark>,
    /// Who set it up or changed it last.
    pub by: String,
    /// When.
    pub changed_at: Timestamp,
    /// Counts changes by people, from 1.
    pub version: u32,
}

/// A source was set up, changed, switched on or off, brought something, failed or fell silent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceMoved {
    /// The source as it now stands.
    pub source: Source,
}
event!(SourceMoved, Intake, "mirab.intake.source.moved.v1", |e| e.source.key.clone());

/// All sources, by key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListSources {
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(ListSources => Page<Source>, Intake, "mirab.ask.intake.source.list.v1");

/// One source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetSource {
    /// Which.
    pub key: String,
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(GetSource => Source, Intake, "mirab.ask.intake.source.get.v1");

/// Sets a source up, switched off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateSource {
    /// Its short key: lower-case letters, digits and hyphens.
    pub key: String,
    /// How it is reached.
    pub connector: Connector,
    /// What it is.
    pub form: SourceForm,
}
query!(CreateSource => Source, Intake, "mirab.ask.intake.source.create.v1");

/// Changes what was set of a source. Asked otherwise than before, it is read from its beginning again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeSource {
    /// Which.
    pub key: String,
    /// All that is set of it.
    pub form: SourceForm,
    /// The version the decision was made on; `None` for whichever it is.
    #[serde(default)]
    pub version: Option<u32>,
}
query!(ChangeSource => Source, Intake, "mirab.ask.intake.source.change.v1");

/// Asks a source now, or switches it on or off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveSource {
    /// Which.
    pub key: String,
    /// What to do.
    pub action: SourceAction,
    /// The version the decision was made on; `None` for whichever it is.
    #[serde(default)]
    pub version: Option<u32>,
}
query!(MoveSource => Source, Intake, "mirab.ask.intake.source.move.v1");
