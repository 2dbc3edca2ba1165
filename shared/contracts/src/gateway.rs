//! What comes in at the door: said by the gateway once it has committed what it accepted.

pub mod attachments;
pub mod reporters;
pub mod situation;

use domain::{
    AcknowledgementId, Handling, ImportId, ReportId, Threat, Timestamp, WarningId, warning::AckKind, words,
};
use serde::{Deserialize, Serialize};

use crate::{event, intake::mapping::MappingRef};

words! {
    /// The format of an uploaded file.
    "import format" Format {
        /// UCDP Georeferenced Event Dataset, final releases.
        UcdpGed = "ucdp-ged",
        /// UCDP Candidate Events: revised monthly.
        UcdpCandidate = "ucdp-candidate",
        /// ACLED, as exported to CSV.
        Acled = "acled",
        /// Earthquakes of the USGS feed and catalogue.
        UsgsEarthquakes = "usgs-earthquakes",
        /// Significant earthquakes of NOAA's National Centers for Environmental Information.
        NceiEarthquakes = "ncei-earthquakes",
        /// Messages of the Common Alerting Protocol, 1.0 to 1.2: one, or an Atom or RSS index of them.
        Cap = "cap",
        /// Events of GDELT 1.0 and 2.0: counted as a media signal, never taken as incidents.
        Gdelt = "gdelt",
        /// RSS and Atom: items of news, each a lead.
        Feed = "feed",
        /// Reports of ReliefWeb's API, version 2: each a lead.
        Reliefweb = "reliefweb",
        /// Monthly counts of ACLED's events by unit, from the HDX Humanitarian API, as JSON or CSV.
        HapiConflict = "hapi-conflict",
        /// A table of somebody else's, read by a saved mapping.
        Mapped = "mapped",
        /// Mirab's own observation table.
        Csv = "csv",
    }
}

/// A file was uploaded and lies in the object store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReceived {
    /// The run it starts; the same file in the same format always starts the same run.
    pub import: ImportId,
    /// Its format.
    pub format: Format,
    /// The name the sender gave it.
    pub name: String,
    /// Its name in the object store.
    pub object: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, hexadecimal.
    pub sha256: String,
    /// Who sent it.
    pub by: String,
    /// When it was received.
    pub received_at: Timestamp,
    /// Whether it is part of an exercise.
    pub exercise: bool,
    /// Key of the source that sent it by itself; `None` where a person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// By which mapping it is read, where its format is `mapped`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<MappingRef>,
}
event!(ImportReceived, Gateway, "mirab.gateway.import.received.v1", |e| e.import.to_string());

/// The longest title of a field report, in characters.
pub const TITLE_CHARS: usize = 300;
/// The longest text of a field report, in characters.
pub const TEXT_CHARS: usize = 20_000;
/// The longest kind of a field report, in characters.
pub const KIND_CHARS: usize = 64;

/// A field report as the reporter filled it in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportForm {
    /// One line.
    pub title: String,
    /// What was seen or heard.
    pub text: String,
    /// What kind of threat it bears on.
    pub threat: Threat,
    /// What it is, in a word of the field.
    pub kind: String,
    /// How grave.
    pub severity: domain::Severity,
    /// How many died, if any did.
    #[serde(default)]
    pub deaths: Option<u32>,
    /// When it happened; when the report was received, if not stated.
    #[serde(default)]
    pub occurred_at: Option<Timestamp>,
    /// Where.
    pub place: ReportPlace,
    /// The reporter's own grade of it.
    pub grade: ReportGrade,
    /// RFC 5646 language of title and text.
    #[serde(default = "english")]
    pub language: String,
    /// What may be done with it.
    pub handling: Handling,
    /// Whether it is part of an exercise.
    #[serde(default)]
    pub exercise: bool,
    /// The weekly questionnaire it answers; `None` for a report of an incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub situation: Option<situation::SituationAnswers>,
}
pub(crate) fn english() -> String {
    "en".to_owned()
}

/// A place as a reporter states it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportPlace {
    /// ISO 3166-1 alpha-3.
    #[serde(default)]
    pub country: Option<domain::Country>,
    /// ISO 3166-2 code or a name in any script.
    #[serde(default)]
    pub province: Option<String>,
    /// Name of the place.
    #[serde(default)]
    pub name: Option<String>,
    /// Latitude in degrees.
    #[serde(default)]
    pub lat: Option<f64>,
    /// Longitude in degrees.
    #[serde(default)]
    pub lon: Option<f64>,
    /// How precisely it is known.
    pub precision: domain::Precision,
}

/// A grade as a reporter states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportGrade {
    /// How reliable the source is.
    pub reliability: domain::Reliability,
    /// How credible the information is.
    pub credibility: domain::Credibility,
}

/// A field report was accepted at the door.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportReceived {
    /// Which report; the receipt the sender holds.
    pub report: ReportId,
    /// The form.
    pub form: ReportForm,
    /// Who the source is, sealed to that source's own key (base64); `None` where no source was named.
    pub sealed_source: Option<String>,
    /// A pseudonym of the source, stable for this deployment; what independence is counted by.
    pub source: String,
    /// Pseudonym of the account that sent it, that of the source where no source was named; `hook/` and the key of a source that sent it
    /// by itself. Messages of before this was kept from
    /// everybody name the account: whoever hears them keeps it nowhere.
    pub by: String,
    /// When it was received.
    pub received_at: Timestamp,
    /// Key of the source that sent it by itself; `None` where a person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
}
event!(ReportReceived, Gateway, "mirab.gateway.report.received.v1", |e| e.report.to_string());

/// A partner acknowledged a warning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcknowledgementReceived {
    /// Which acknowledgement.
    pub acknowledgement: AcknowledgementId,
    /// The key of the organisation.
    pub partner: String,
    /// The warning.
    pub warning: WarningId,
    /// What it says.
    pub kind: AckKind,
    /// The person or system that said it, as the partner names it.
    pub by: String,
    /// What it adds.
    #[serde(default)]
    pub note: String,
    /// When it was received.
    pub received_at: Timestamp,
}
event!(AcknowledgementReceived, Gateway, "mirab.gateway.acknowledgement.received.v1", |e| e
    .warning
    .to_string());
