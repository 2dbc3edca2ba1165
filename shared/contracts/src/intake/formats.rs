//! The formats that files come in: on whose terms each is, and which one a file has by its beginning.

use domain::Tlp;
use serde::{Deserialize, Serialize};

use super::sources::SourceTerms;
use crate::{Page, gateway::Format, query};

/// Every format that is read, with the terms under which it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListFormats {}
query!(ListFormats => Page<FormatTerms>, Intake, "mirab.ask.intake.format.list.v1");

/// What may be done with what a file of a format brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormatTerms {
    /// The format.
    pub format: Format,
    /// On whose terms it comes; `None` where each row, or the mapping it is read by, says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<SourceTerms>,
    /// The label that its rows bear; `None` where each says its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tlp: Option<Tlp>,
}

/// Asks which format a file has. Nothing is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TellFormat {
    /// What the file is called: some formats are told by it alone.
    pub name: String,
    /// The first bytes of the file, packed as it is, base64; 64 KiB at most.
    pub start: String,
}
query!(TellFormat => FormatTold, Intake, "mirab.ask.intake.format.tell.v1");

/// Which format a file has by its beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormatTold {
    /// What it may be: one where it is told, several where its beginning leaves it open, none where it is nothing that is read.
    pub formats: Vec<Format>,
    /// What it looks like, in words; empty where it is told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub looks_like: String,
}
