//! What a search answers: a page, and where words were looked for, how they were read and where they stand.

use domain::{Observation, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Page, query};

/// A page of observations, with what is to be known of the search of words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The page.
    #[serde(flatten)]
    pub page: Page<Observation>,
    /// How words were looked for; `None` where none were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<Searched>,
    /// Of a past moment: what is not kept of it any more; `None` where all is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<Removed>,
}

/// A page of a list that is told of past moments as well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listed<T> {
    /// The page.
    #[serde(flatten)]
    pub page: Page<T>,
    /// Of a past moment: what is not kept of it any more; `None` where all is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<Removed>,
}

/// What rules of retention removed of a past moment: what is told of it may lack some of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// Revisions that were superseded before this moment; of leads versions, and leads that stood so since before it.
    pub before: Timestamp,
    /// How many of them were removed, of all moments.
    pub revisions: u64,
}

/// The sources that observations are from, by short name, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListOrigins {}
query!(ListOrigins => Vec<String>, Intake, "mirab.ask.intake.origin.list.v1");

/// How words were looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Searched {
    /// What was looked for, as it was read.
    pub read_as: String,
    /// What was read otherwise than it may have been meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// How many of the newest records the index of texts does not hold yet: they are not found by words. 0 when it holds all.
    pub behind: u64,
    /// Where the words stand in each observation of the page, in its order; only where asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub snippets: Vec<Snippet>,
}

/// Where words stand in one observation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snippet {
    /// Its title.
    pub title: Vec<Piece>,
    /// The part of its text around the first of them; empty where none stands in it.
    pub text: Vec<Piece>,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// What stands there.
    pub text: String,
    /// Whether it was looked for.
    pub sought: bool,
}
