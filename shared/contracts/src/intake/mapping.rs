//! Saved mappings: how a table of somebody else's is read as observations.

use std::collections::BTreeMap;

use domain::{Handling, Licence, Observation, Timestamp, words};
use serde::{Deserialize, Serialize};

use crate::{Page, PageRequest, query};

words! {
    /// A field of an observation that a mapping fills.
    "field of an observation" Field {
        /// The source's own id of the fact.
        Id = "id",
        /// The day it happened.
        Date = "date",
        /// The time of day, UTC.
        Time = "time",
        /// The country.
        Country = "country",
        /// The province, by code or name.
        Province = "province",
        /// The district, by name.
        District = "district",
        /// What the place is called.
        Place = "place",
        /// Latitude.
        Lat = "lat",
        /// Longitude.
        Lon = "lon",
        /// How finely the place is known.
        Precision = "precision",
        /// What it bears on.
        Threat = "threat",
        /// What it is.
        Kind = "kind",
        /// How grave.
        Severity = "severity",
        /// How many died.
        Deaths = "deaths",
        /// One line.
        Title = "title",
        /// What the source says.
        Text = "text",
        /// Who took part.
        SideA = "side_a",
        /// Who else took part.
        SideB = "side_b",
        /// The source's short name.
        Source = "source",
        /// Who owns the source.
        SourceOwner = "source_owner",
        /// How reliable the source is.
        Reliability = "reliability",
        /// How credible the information is.
        Credibility = "credibility",
    }
}

/// Whence the value of a field is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// The column of this name, in letters of any case; of this number, from 1, where the table has no header.
    Column(String),
    /// Always this.
    Constant(String),
    /// A text with the names of columns in braces: `{Type} in {Place}`.
    Pattern(String),
}

/// How a table of somebody else's is read as observations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Its name: small letters, digits and hyphens.
    pub name: String,
    /// Counts its changes, from 1; given by intake.
    #[serde(default)]
    pub version: u32,
    /// What stands between two fields: one character of ASCII.
    #[serde(default = "comma")]
    pub delimiter: char,
    /// The encoding of the text, as `utf-8` or `windows-1251`.
    #[serde(default = "utf_8")]
    pub encoding: String,
    /// Whether its first line names the columns.
    #[serde(default = "yes")]
    pub header: bool,
    /// Whence each field is taken.
    pub fields: BTreeMap<Field, Taken>,
    /// How dates are written, tried in this order: `YYYY`, `MM`, `DD`, `M`, `D`, `Mon` or `Month` and what stands between them.
    #[serde(default = "iso_dates")]
    pub dates: Vec<String>,
    /// What words of the table mean, by field: the word in letters of any case, and what is read in its place.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub meanings: BTreeMap<Field, BTreeMap<String, String>>,
    /// What may be done with what it brings.
    pub handling: Handling,
    /// Under what licence the table comes; it stands in place of the handling's own.
    pub licence: Licence,
    /// Who wrote this version; given by intake.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// When; given by intake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

fn comma() -> char {
    ','
}
fn utf_8() -> String {
    "utf-8".to_owned()
}
fn yes() -> bool {
    true
}
fn iso_dates() -> Vec<String> {
    vec!["YYYY-MM-DD".to_owned()]
}

/// Which mapping a file is read by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingRef {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
}

/// The newest version of every mapping, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListMappings {
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(ListMappings => Page<Mapping>, Intake, "mirab.ask.intake.mapping.list.v1");

/// One mapping.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetMapping {
    /// Its name.
    pub name: String,
    /// Its version; the newest where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(GetMapping => Mapping, Intake, "mirab.ask.intake.mapping.get.v1");

/// Saves a mapping: a new one, or a new version of one that is there. Earlier versions stay as they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SaveMapping {
    /// The mapping; its version, author and time are not read.
    pub mapping: Mapping,
    /// The version it follows; `None` for one of a new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u32>,
    /// Whether it follows whichever version stands.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whichever: bool,
}
query!(SaveMapping => Mapping, Intake, "mirab.ask.intake.mapping.save.v1");

/// Reads the first rows of a file by a mapping, and stores nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TryMapping {
    /// The mapping.
    pub mapping: Mapping,
    /// The first bytes of the file, base64.
    pub sample: String,
}
query!(TryMapping => Tried, Intake, "mirab.ask.intake.mapping.try.v1");

/// What a mapping makes of the first rows of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// The columns of the file, as its header names them, or their numbers.
    pub columns: Vec<String>,
    /// The first rows, twenty at most.
    pub rows: Vec<TriedRow>,
}

/// What a mapping makes of one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TriedRow {
    /// The line it begins in.
    pub line: u64,
    /// The observation it would make; `None` where it cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observation: Option<Observation>,
    /// Why it cannot be read; empty where it can.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}
