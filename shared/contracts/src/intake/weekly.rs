//! Weekly reports: who owes one of which province, and which are missing. Monitors stand under their pseudonym.

use domain::{AssignmentId, Country, Day, ProvinceCode, ReportId, Timestamp, words};
use serde::{Deserialize, Serialize};

use crate::{event, query};

/// Weeks for which nothing is owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// From this day.
    pub from: Day,
    /// To this day; `None` until it is resumed.
    pub until: Option<Day>,
    /// Why; names nobody.
    pub why: String,
}

/// That a monitor owes a report of a province every week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Which.
    pub id: AssignmentId,
    /// Pseudonym of the monitor.
    pub source: String,
    /// What the desk calls the monitor; never a name.
    pub call_sign: String,
    /// The province.
    pub province: ProvinceCode,
    /// The first day of it; the first report is of the first whole week.
    pub from: Day,
    /// The last day of it; `None` while it goes on.
    pub until: Option<Day>,
    /// When nothing is owed.
    pub pauses: Vec<Pause>,
    /// Who made it.
    pub by: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Counts its changes, from 1.
    pub version: u32,
}

words! {
    /// How it stands with a weekly report.
    "state of a due report" DueState {
        /// It is owed and there is still time.
        Due = "due",
        /// It came in time.
        Received = "received",
        /// It came after its day.
        Late = "late",
        /// Its day is past and it has not come.
        Missing = "missing",
        /// Nothing is owed for this week, with a reason.
        Excused = "excused",
    }
}

/// One weekly report that is or was owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// By which assignment.
    pub assignment: AssignmentId,
    /// Pseudonym of the monitor.
    pub source: String,
    /// What the desk calls the monitor.
    pub call_sign: String,
    /// The country.
    pub country: Country,
    /// The province.
    pub province: ProvinceCode,
    /// The Monday of the week.
    pub week: Day,
    /// The last day on which it comes in time, in UTC.
    pub due_on: Day,
    /// How it stands.
    pub state: DueState,
    /// The first report that came.
    pub report: Option<ReportId>,
    /// When that came.
    pub received_at: Option<Timestamp>,
    /// Why nothing is owed; empty otherwise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
}

/// A weekly report did not come by its day. Said once for each; when it comes after all, the due list says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportMissing {
    /// The report that is missing.
    pub due: Due,
    /// When that was found.
    pub at: Timestamp,
}
event!(ReportMissing, Intake, "mirab.intake.report.missing.v1", |e| e.due.assignment.to_string());

/// The weekly reports owed for a week, by country, province and call sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListDue {
    /// Any day of the week; the newest week that is over when left out.
    #[serde(default)]
    pub week: Option<Day>,
    /// Only those of this monitor.
    #[serde(default)]
    pub source: Option<String>,
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(ListDue => Vec<Due>, Intake, "mirab.ask.intake.report.due.v1");

/// Assignments, those that go on first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListAssignments {
    /// Only those of this monitor.
    #[serde(default)]
    pub source: Option<String>,
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(ListAssignments => Vec<Assignment>, Intake, "mirab.ask.intake.assignment.list.v1");

/// Has a monitor report of a province every week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignMonitor {
    /// Pseudonym of the monitor.
    pub source: String,
    /// What the desk calls the monitor; never a name.
    pub call_sign: String,
    /// The province.
    pub province: ProvinceCode,
    /// The first day; today when left out.
    #[serde(default)]
    pub from: Option<Day>,
}
query!(AssignMonitor => Assignment, Intake, "mirab.ask.intake.assignment.make.v1");

words! {
    /// What a person can do with an assignment.
    "action on an assignment" AssignmentAction {
        /// Nothing is owed for a while, with a reason.
        Pause = "pause",
        /// Reports are owed again.
        Resume = "resume",
        /// Nothing is owed any more.
        End = "end",
    }
}

/// Changes an assignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeAssignment {
    /// Which.
    pub id: AssignmentId,
    /// What to do.
    pub action: AssignmentAction,
    /// The first day of a pause, or the last day that counts otherwise; today when left out.
    #[serde(default)]
    pub from: Option<Day>,
    /// The last day of a pause; until it is resumed when left out.
    #[serde(default)]
    pub until: Option<Day>,
    /// Why; needed for a pause. It names nobody.
    #[serde(default)]
    pub note: String,
    /// The version the decision was made on; `None` for whichever it is.
    #[serde(default)]
    pub version: Option<u32>,
}
query!(ChangeAssignment => Assignment, Intake, "mirab.ask.intake.assignment.change.v1");
