//! What intake says and answers: imports, field reports, observations.

pub mod aggregate;
pub mod alike;
pub mod clusters;
pub mod coding;
pub mod formats;
pub mod indicators;
pub mod leads;
pub mod mapping;
pub mod media;
pub mod own;
pub mod questionnaires;
pub mod remark;
pub mod reporters;
mod reports;
pub mod retention;
pub mod retraction;
pub mod search;
pub mod sources;
pub mod weekly;

use domain::{
    Bounds, Country, Credibility, Day, ImportId, Observation, ObservationId, ProvinceCode, QuarantineId,
    Reliability, Threat, Timestamp, words,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

pub use self::reports::{
    BY_SENDER, BorneOut, GetReport, Held, ListReports, MoveReport, OWN_ACCEPTED, Report, ReportAction,
    ReportCorrection, ReportMoved, ReportState, ReportStep, SENDER_ERASED, was_verified,
};
use crate::{
    Page, PageRequest, event,
    gateway::{Format, ImportReceived},
    query,
};

/// Facts were accepted, revised or retracted: up to 500, at most 256 KiB.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObservationsRecorded {
    /// What brought them: an import run or a report.
    pub origin: String,
    /// The facts as they now stand.
    pub recorded: Vec<Observation>,
    /// Facts the source took back.
    #[serde(default)]
    pub retracted: Vec<ObservationId>,
}
impl ObservationsRecorded {
    /// The body of such an event that records observations which are written already, each as JSON.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn written(origin: &str, recorded: &[&RawValue]) -> serde_json::Result<String> {
        #[derive(Serialize)]
        struct Written<'a> {
            origin: &'a str,
            recorded: &'a [&'a RawValue],
            retracted: [(); 0],
        }
        serde_json::to_string(&Written { origin, recorded, retracted: [] })
    }
}
event!(ObservationsRecorded, Intake, "mirab.intake.observations.recorded.v1", |e| e.origin.clone());

words! {
    /// Where an import run stands.
    "state of an import" ImportState {
        /// The file is there; the run has not begun.
        Waiting = "waiting",
        /// Rows are being read.
        Running = "running",
        /// All rows are read.
        Done = "done",
        /// The file cannot be read at all.
        Failed = "failed",
    }
}

/// One run over one file. `read = accepted + updated + unchanged + quarantined + passed_over`, always.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportRun {
    /// Which run.
    pub id: ImportId,
    /// Format of the file.
    pub format: Format,
    /// The name the sender gave the file.
    pub name: String,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    /// Size of the file.
    pub bytes: u64,
    /// Where it stands.
    pub state: ImportState,
    /// Rows read so far.
    pub read: u64,
    /// Rows that brought a new observation.
    pub accepted: u64,
    /// Rows that revised one.
    pub updated: u64,
    /// Rows that said nothing new.
    pub unchanged: u64,
    /// Rows that could not be read, each kept with its reason.
    pub quarantined: u64,
    /// Rows left aside on purpose, nothing being wrong with them; why is told in `remarks`.
    #[serde(default, skip_serializing_if = "crate::is_default")]
    pub passed_over: u64,
    /// Rows a second while it ran; `None` before it has run.
    pub rate: Option<f64>,
    /// How many of its bytes were read.
    #[serde(default, skip_serializing_if = "crate::is_default")]
    pub bytes_read: u64,
    /// How many seconds it still takes at the pace it had; `None` unless it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining_s: Option<u64>,
    /// The run that read this very file before: nothing was read again, and what waits of it waits there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<ImportId>,
    /// By which mapping it is read, if by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<mapping::MappingRef>,
    /// How to cite the data, with the day of access.
    pub citation: String,
    /// Why the file cannot be read at all or to its end; empty otherwise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub failure: String,
    /// What was passed over or done otherwise than expected; told of one run, not in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<remark::Remark>,
    /// Who sent the file.
    pub by: String,
    /// When the file was received.
    pub received_at: Timestamp,
    /// When the run began.
    pub started_at: Option<Timestamp>,
    /// When the run ended.
    pub finished_at: Option<Timestamp>,
}

impl ImportRun {
    /// The run of a file that was taken in and is not begun; how it is to be cited is told once it is.
    pub fn waiting(received: &ImportReceived) -> Self {
        Self {
            id: received.import.clone(),
            format: received.format,
            name: received.name.clone(),
            sha256: received.sha256.clone(),
            bytes: received.bytes,
            state: ImportState::Waiting,
            read: 0,
            accepted: 0,
            updated: 0,
            unchanged: 0,
            quarantined: 0,
            passed_over: 0,
            rate: None,
            bytes_read: 0,
            remaining_s: None,
            repeats: None,
            mapping: received.mapping.clone(),
            citation: String::new(),
            failure: String::new(),
            remarks: Vec::new(),
            by: received.by.clone(),
            received_at: received.received_at,
            started_at: None,
            finished_at: None,
        }
    }
}

/// A run moved on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportProgressed {
    /// The run as it now stands.
    pub run: ImportRun,
    /// Whether those alone are told of it whose work needs what is restricted: its source or its mapping is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restricted: bool,
}
event!(ImportProgressed, Intake, "mirab.intake.import.progressed.v1", |e| e.run.id.to_string());

/// One record that could not be read, kept with its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantined {
    /// Which record.
    pub id: QuarantineId,
    /// The run it was met in.
    pub import: ImportId,
    /// Line of the file, from 1.
    pub line: u64,
    /// Why it could not be read and how to mend it.
    pub reason: String,
    /// Its original bytes, base64.
    pub original: String,
    /// What they say, where they are in another encoding than UTF-8 that the mapping of the run names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// When it was read after all; `None` while it waits.
    pub resolved_at: Option<Timestamp>,
}

/// One run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetImport {
    /// Which.
    pub id: ImportId,
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(GetImport => ImportRun, Intake, "mirab.ask.intake.import.get.v1");

/// Runs, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListImports {
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(ListImports => Page<ImportRun>, Intake, "mirab.ask.intake.import.list.v1");

/// Records of a run that could not be read, by line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListQuarantine {
    /// Which run.
    pub import: ImportId,
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(ListQuarantine => Page<Quarantined>, Intake, "mirab.ask.intake.quarantine.list.v1");

/// Reads the quarantined records of a run once more, each with its correction if one is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayQuarantine {
    /// Which run.
    pub import: ImportId,
    /// One record only, or all that wait.
    #[serde(default)]
    pub record: Option<QuarantineId>,
    /// The corrected line of that one record, in the file's own format.
    #[serde(default)]
    pub corrected: Option<String>,
}
query!(ReplayQuarantine => ImportRun, Intake, "mirab.ask.intake.quarantine.replay.v1");

/// Observations, newest occurrence first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FindObservations {
    /// In this country.
    #[serde(default)]
    pub country: Option<Country>,
    /// In this province.
    #[serde(default)]
    pub province: Option<ProvinceCode>,
    /// Bearing on this threat.
    #[serde(default)]
    pub threat: Option<Threat>,
    /// Of this kind.
    #[serde(default)]
    pub kind: Option<String>,
    /// From this source, by its short name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Of the exercise alone, or without it; of both where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exercise: Option<bool>,
    /// Ended on this day or later.
    #[serde(default)]
    pub from: Option<Day>,
    /// Began on this day or earlier.
    #[serde(default)]
    pub to: Option<Day>,
    /// As was known at this moment.
    #[serde(default)]
    pub known_on: Option<Timestamp>,
    /// From a source at least as reliable; F, which cannot be judged, is below all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reliability: Option<Reliability>,
    /// At least as credible; 6, which cannot be judged, is below all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credibility: Option<Credibility>,
    /// With these words in its texts: words, "phrases", beginnings*, -words to leave out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Whether the answer shows where the words stand; of a page of 100 at most.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub snippets: bool,
    /// Within this part of the map. What may not be shown by its point is never in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Bounds>,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(FindObservations => search::Found, Intake, "mirab.ask.intake.observation.find.v1");

/// One observation in all its revisions, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetObservation {
    /// Which.
    pub id: ObservationId,
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(GetObservation => Vec<Observation>, Intake, "mirab.ask.intake.observation.get.v1");
