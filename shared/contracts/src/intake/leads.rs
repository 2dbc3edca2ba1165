//! Leads: what news, bulletins and notes say, kept as they came with what their words propose. A lead counts nowhere until a
//! person has confirmed it: then it is an observation.

use domain::{
    Country, Credibility, Day, Handling, ImportId, LeadId, ObservationId, ProvinceCode, Reliability,
    Severity, Threat, Timestamp, words,
};
use serde::{Deserialize, Serialize};

use super::{coding::Coding, search::Listed};
use crate::{PageRequest, event, gateway::ReportGrade, query};

words! {
    /// Where a lead stands.
    "state of a lead" LeadState {
        /// Nobody has looked at it.
        New = "new",
        /// It became an observation.
        Confirmed = "confirmed",
        /// It tells of nothing that counts.
        Dismissed = "dismissed",
    }
}

/// What a source said, with what its words propose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lead {
    /// Which; the same item of the same source is always the same lead.
    pub id: LeadId,
    /// The source's short name.
    pub source: String,
    /// Who owns the source: independence is counted by owner.
    pub owner: String,
    /// The source's own id of it.
    pub external_id: String,
    /// Its title.
    pub title: String,
    /// What it says, without markup.
    pub text: String,
    /// Where it stands on the net; empty where it says none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub link: String,
    /// RFC 5646 language, where the source says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Countries the source itself names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<Country>,
    /// The day it was published.
    pub published_on: Day,
    /// What its words propose.
    pub coding: Coding,
    /// How reliable the source is.
    pub reliability: Reliability,
    /// How credible the information is.
    pub credibility: Credibility,
    /// What may be done with it.
    pub handling: Handling,
    /// The import run it came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<ImportId>,
    /// Whether it is part of an exercise.
    #[serde(default)]
    pub exercise: bool,
    /// Where it stands.
    pub state: LeadState,
    /// The observation it became, once confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observation: Option<ObservationId>,
    /// What was done with it, in order; the newest hundred.
    pub history: Vec<LeadStep>,
    /// When it came in.
    pub received_at: Timestamp,
    /// Counts its changes, from 1.
    pub version: u32,
}

/// One thing done with a lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadStep {
    /// Where it stood afterwards.
    pub state: LeadState,
    /// Who did it; the source's key where the source said it anew.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What a person takes a lead for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeadCoding {
    /// The threats it bears on; never none.
    pub threats: Vec<Threat>,
    /// What it is, in a word of the field.
    pub kind: String,
    /// How grave.
    pub severity: Severity,
    /// How many died, if it says so.
    #[serde(default)]
    pub deaths: Option<u32>,
    /// The day it happened.
    pub occurred_on: Day,
    /// The province; `None` where it is told of a whole country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<ProvinceCode>,
    /// The country; needed where no province is given, and else that of the province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// Name of the place within it; empty where it is known to the province or country only.
    #[serde(default)]
    pub place: String,
    /// Who took part.
    #[serde(default)]
    pub actors: Vec<String>,
    /// One line; the lead's title where it is empty.
    #[serde(default)]
    pub title: String,
    /// How credible it is found; as it came where none is given.
    #[serde(default)]
    pub credibility: Option<Credibility>,
    /// Why it is taken for that.
    #[serde(default)]
    pub note: String,
}

/// A lead came in or was decided on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeadMoved {
    /// The lead as it now stands.
    pub lead: Lead,
}
event!(LeadMoved, Intake, "mirab.intake.lead.moved.v1", |e| e.lead.id.to_string());

/// One lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetLead {
    /// Which.
    pub id: LeadId,
    /// As it stood in this version; `None` for how it stands.
    #[serde(default)]
    pub version: Option<u32>,
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(GetLead => Lead, Intake, "mirab.ask.intake.lead.get.v1");

/// Leads, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListLeads {
    /// Only those that stand there.
    #[serde(default)]
    pub state: Option<LeadState>,
    /// Only those whose words propose this threat.
    #[serde(default)]
    pub threat: Option<Threat>,
    /// Only those whose words may mean this province.
    #[serde(default)]
    pub province: Option<ProvinceCode>,
    /// Only those of this source.
    #[serde(default)]
    pub source: Option<String>,
    /// Only those published on this day or later.
    #[serde(default)]
    pub from: Option<Day>,
    /// Only those published on this day or earlier.
    #[serde(default)]
    pub to: Option<Day>,
    /// Those of the exercise instead of the real ones.
    #[serde(default)]
    pub exercise: bool,
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(ListLeads => Listed<Lead>, Intake, "mirab.ask.intake.lead.list.v1");

/// A text that a person hands in as a lead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeadForm {
    /// One line; the beginning of the text where it is empty.
    #[serde(default)]
    pub title: String,
    /// What it says, in any of the region's languages.
    pub text: String,
    /// The short name of whoever says it: a newspaper, an agency, a channel.
    pub source: String,
    /// Where it stands on the net; the same address is the same lead.
    #[serde(default)]
    pub link: String,
    /// RFC 5646 language.
    #[serde(default)]
    pub language: Option<String>,
    /// The day it was published; the day it is handed in, if not stated.
    #[serde(default)]
    pub published_on: Option<Day>,
    /// How reliable the source and how credible the information is; F6 where it is not judged.
    #[serde(default)]
    pub grade: Option<ReportGrade>,
    /// What may be done with it.
    pub handling: Handling,
    /// Whether it is part of an exercise.
    #[serde(default)]
    pub exercise: bool,
}

/// Hands in a text as a lead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CreateLead {
    /// The text and where it comes from.
    pub form: LeadForm,
}
query!(CreateLead => Lead, Intake, "mirab.ask.intake.lead.create.v1");

/// Takes a lead for an observation; decided anew, the observation is revised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConfirmLead {
    /// Which.
    pub id: LeadId,
    /// What it is taken for.
    pub coding: LeadCoding,
    /// The version it was decided on; `None` for whichever it is.
    #[serde(default)]
    pub version: Option<u32>,
}
query!(ConfirmLead => Lead, Intake, "mirab.ask.intake.lead.confirm.v1");

/// Takes a lead for nothing that counts; an observation that it became is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DismissLead {
    /// Which.
    pub id: LeadId,
    /// Why; never empty.
    pub note: String,
    /// The version it was decided on; `None` for whichever it is.
    #[serde(default)]
    pub version: Option<u32>,
}
query!(DismissLead => Lead, Intake, "mirab.ask.intake.lead.dismiss.v1");
