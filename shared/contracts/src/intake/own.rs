//! What the sender of a report may know of it: where it stands, and nothing of what was said of it.

use domain::{ReportId, Timestamp, words};
use serde::{Deserialize, Serialize};

use super::ReportState;
use crate::{Page, query};

/// The reports that the asker sent, newest first, 50 at most; or one of them. It is asked under the pseudonym of the sender's account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListOwnReports {
    /// This one alone; the list is empty where the asker did not send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportId>,
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
    /// The newest that the door knows to be the asker's, 50 at most: of some that an earlier program kept, nobody else can tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sent: Vec<ReportId>,
}
query!(ListOwnReports => Page<OwnReport>, Intake, "mirab.ask.intake.report.own.v1");

words! {
    /// Why a report waits; of what it says, no word.
    "reason why a report waits" ReportWait {
        /// It came in and is being read.
        Underway = "underway",
        /// Its title or text is empty or too long.
        Text = "text",
        /// What happened is no word of the field.
        Kind = "kind",
        /// It is dated after it was received.
        Day = "day",
        /// What is written as its province may mean several.
        PlaceAmbiguous = "place_ambiguous",
        /// No province is called so.
        PlaceUnknown = "place_unknown",
        /// It says no place, or too little of one.
        PlaceMissing = "place_missing",
        /// Its coordinates are missing where they are needed, or are none.
        PointMissing = "point_missing",
        /// Its coordinates lie elsewhere than its place.
        PointElsewhere = "point_elsewhere",
        /// Its answers do not fit the questionnaire.
        Answers = "answers",
        /// Somebody of the desk is to take it up.
        Desk = "desk",
        /// It is being checked: a second source or a second person is to bear it out.
        SecondSource = "second_source",
        /// Nobody has borne it out so far.
        Unconfirmed = "unconfirmed",
        /// It was borne out, and is to be taken as a fact.
        Acceptance = "acceptance",
    }
}

/// A report as its sender may see it. It holds no words of the report: whoever takes a sender's telephone learns nothing by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnReport {
    /// Which report.
    pub id: ReportId,
    /// Where it stands.
    pub state: ReportState,
    /// When it was received.
    pub received_at: Timestamp,
    /// When it came to stand there; `None` since it was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_at: Option<Timestamp>,
    /// How many files came with it.
    #[serde(default)]
    pub files: u32,
    /// Why it waits; empty where it does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waits_for: Vec<ReportWait>,
}
