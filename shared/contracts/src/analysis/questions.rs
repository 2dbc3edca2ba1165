//! Questions that analysts keep open: asked once, answered by assessments, looked at again on a day.

use std::collections::BTreeSet;

use domain::{AssessmentId, Day, Handling, ProvinceCode, QuestionId, Threat, Timestamp, words};
use serde::{Deserialize, Serialize};

use super::assessments::Signature;
use crate::{Page, PageRequest, event, query};

words! {
    /// Where a question stands.
    "state of a question" QuestionState {
        /// No assessment that holds answers it.
        Open = "open",
        /// An assessment that holds answers it.
        Answered = "answered",
        /// It is asked no more.
        Closed = "closed",
    }
}

words! {
    /// What is done with a question.
    "action on a question" QuestionAction {
        /// It is asked no more.
        Close = "close",
        /// It is asked again.
        Reopen = "reopen",
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionForm {
    /// The question, so that an answer can be right or wrong.
    pub text: String,
    /// Why it matters: what is decided by it.
    #[serde(default)]
    pub why: String,
    /// The provinces it is of; empty: the region.
    #[serde(default)]
    pub provinces: BTreeSet<ProvinceCode>,
    /// The threat it is of; `None`: several.
    #[serde(default)]
    pub threat: Option<Threat>,
    /// When it is looked at again, answered or not; `None`: on no set day.
    #[serde(default)]
    pub review_on: Option<Day>,
    /// What may be done with it.
    pub handling: Handling,
    /// Whether it is of the exercise.
    #[serde(default)]
    pub exercise: bool,
}

/// A question as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Which.
    pub id: QuestionId,
    /// What is asked.
    pub form: QuestionForm,
    /// Where it stands.
    pub state: QuestionState,
    /// Who asked it.
    pub asked_by: Signature,
    /// Every assessment that was published in answer to it, oldest first.
    pub answers: Vec<QuestionAnswer>,
    /// What was done with it, in order.
    pub history: Vec<QuestionStep>,
    /// When it was asked.
    pub created_at: Timestamp,
    /// Counts its changes, from 1.
    pub version: u32,
}

/// An assessment that was published in answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionAnswer {
    /// Which.
    pub assessment: AssessmentId,
    /// Its title.
    pub title: String,
    /// When it was published.
    pub at: Timestamp,
    /// Whether it still holds: it is neither superseded nor withdrawn.
    pub holds: bool,
}

/// One thing done with a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionStep {
    /// Where it stood afterwards.
    pub state: QuestionState,
    /// Who did it.
    pub by: Signature,
    /// When.
    pub at: Timestamp,
    /// Why, or by which assessment.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// A question was asked, written anew, answered, closed or opened again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuestionMoved {
    /// The question as it now stands.
    pub question: Question,
}
event!(QuestionMoved, Analysis, "mirab.analysis.question.moved.v1", |e| e.question.id.to_string());

/// Asks a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AskQuestion {
    /// What is asked.
    pub form: QuestionForm,
}
query!(AskQuestion => Question, Analysis, "mirab.ask.analysis.question.ask.v1");

/// Writes a question anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReviseQuestion {
    /// Which.
    pub id: QuestionId,
    /// What is asked.
    pub form: QuestionForm,
    /// The version it was written on; `None` for whichever it is.
    #[serde(default)]
    pub version: Option<u32>,
}
query!(ReviseQuestion => Question, Analysis, "mirab.ask.analysis.question.revise.v1");

/// Closes a question, or asks it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveQuestion {
    /// Which.
    pub id: QuestionId,
    /// What is done.
    pub action: QuestionAction,
    /// Why; never empty.
    pub note: String,
    /// The version it was decided on; `None` for whichever it is.
    #[serde(default)]
    pub version: Option<u32>,
}
query!(MoveQuestion => Question, Analysis, "mirab.ask.analysis.question.move.v1");

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetQuestion {
    /// Which.
    pub id: QuestionId,
    /// As it stood at this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(GetQuestion => Question, Analysis, "mirab.ask.analysis.question.get.v1");

/// Questions, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListQuestions {
    /// Only those that stand there.
    #[serde(default)]
    pub state: Option<QuestionState>,
    /// Only of this threat.
    #[serde(default)]
    pub threat: Option<Threat>,
    /// Only those to be looked at again on this day or before.
    #[serde(default)]
    pub due: Option<Day>,
    /// Those of the exercise instead of the real ones.
    #[serde(default)]
    pub exercise: bool,
    /// Those that there were at this moment, as they stood then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(ListQuestions => Page<Question>, Analysis, "mirab.ask.analysis.question.list.v1");
