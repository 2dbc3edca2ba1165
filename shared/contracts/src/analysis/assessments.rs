//! Assessments: what analysts judge, in words of likelihood, with evidence and alternatives; reviewed by another; each
//! judgement resolved and scored as a forecast is.

use std::collections::BTreeSet;

use domain::{
    AssessmentId, Day, Handling, ObservationId, ProvinceCode, QuestionId, Threat, Timestamp,
    likelihood::{Confidence, Likelihood, Word},
    words,
};
use serde::{Deserialize, Serialize};

use super::{
    drafting::SourceRef,
    products::{ProductLanguage, Source},
};
use crate::{Page, PageRequest, event, query};

words! {
    /// Where an assessment stands.
    "state of an assessment" AssessmentState {
        /// Its author writes it.
        Draft = "draft",
        /// It lies before a peer.
        Review = "review",
        /// A peer has agreed.
        Approved = "approved",
        /// It holds.
        Published = "published",
        /// A later one holds in its place.
        Superseded = "superseded",
        /// It was taken back.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What is done with an assessment.
    "action on an assessment" AssessmentAction {
        /// Puts it before a peer.
        Submit = "submit",
        /// Gives it back to its author.
        Return = "return",
        /// Agrees with it; never its author.
        Approve = "approve",
        /// Makes it hold.
        Publish = "publish",
        /// Takes it back.
        Withdraw = "withdraw",
    }
}

words! {
    /// What became of what was judged.
    "resolution of a judgement" Resolution {
        /// It came.
        Came = "came",
        /// It did not come by the day it was due.
        DidNotCome = "did_not_come",
        /// It cannot be told; it is not scored.
        Undecidable = "undecidable",
    }
}

/// Somebody who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Who, as the system knows them.
    pub subject: String,
    /// Their name.
    pub name: String,
}

/// What an author writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssessmentForm {
    /// One line.
    pub title: String,
    /// The question it answers.
    pub question: String,
    /// What it comes to, in a few lines.
    #[serde(default)]
    pub summary: String,
    /// The provinces it speaks of; empty: the region.
    #[serde(default)]
    pub provinces: BTreeSet<ProvinceCode>,
    /// The threat it speaks of; `None`: several.
    #[serde(default)]
    pub threat: Option<Threat>,
    /// What is judged.
    #[serde(default)]
    pub judgements: Vec<JudgementForm>,
    /// What may be done with it, by its author's wish; that of its evidence is joined to it.
    pub handling: Handling,
    /// The assessment it takes the place of once it is published.
    #[serde(default)]
    pub supersedes: Option<AssessmentId>,
    /// The question kept open that it answers once it is published; `None`: its own alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<QuestionId>,
    /// Whether it is of the exercise.
    #[serde(default)]
    pub exercise: bool,
}

/// One judgement as its author writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgementForm {
    /// What will be, so that it can be told whether it was.
    pub statement: String,
    /// How likely: a range, with its word.
    pub likelihood: Likelihood,
    /// How sure of that.
    pub confidence: Confidence,
    /// What the confidence rests on.
    #[serde(default)]
    pub basis: String,
    /// The observations it rests on.
    #[serde(default)]
    pub evidence: Vec<ObservationId>,
    /// What else it rests on: an incident, a level as it stood on a day, an unusual month, a forecast, a reading of an indicator, a
    /// judgement that was published, or a document outside by its citation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceRef>,
    /// What else might be the case.
    #[serde(default)]
    pub alternatives: Vec<String>,
    /// What would change the mind.
    #[serde(default)]
    pub would_change: Vec<String>,
    /// By which day it will be known.
    pub due: Day,
}

/// An assessment as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// Which.
    pub id: AssessmentId,
    /// What it says.
    pub form: AssessmentForm,
    /// What may be done with it: the join of its author's wish and of its evidence.
    pub handling: Handling,
    /// Where it stands.
    pub state: AssessmentState,
    /// Everybody who wrote on it, the first author first.
    pub authors: Vec<Signature>,
    /// Who agreed with it.
    pub reviewer: Option<Signature>,
    /// What became of its judgements, in their order; as many as there are judgements.
    pub outcomes: Vec<Option<JudgementOutcome>>,
    /// What was done with it, in order.
    pub history: Vec<AssessmentStep>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was published; `None` before.
    pub published_at: Option<Timestamp>,
    /// What holds in its place.
    pub superseded_by: Option<AssessmentId>,
    /// Counts its changes, from 1.
    pub version: u32,
}

/// What became of a judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JudgementOutcome {
    /// What.
    pub resolution: Resolution,
    /// Why it is taken for that.
    pub note: String,
    /// Who says so.
    pub by: Signature,
    /// When.
    pub at: Timestamp,
    /// Brier score of the middle of its likelihood; `None` where it cannot be told.
    pub brier: Option<f64>,
    /// What was said before and was corrected, each by another person than whoever had said it; the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrected: Vec<EarlierOutcome>,
}

/// What was said of a judgement before it was corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierOutcome {
    /// What.
    pub resolution: Resolution,
    /// Why it was taken for that.
    pub note: String,
    /// Who said so.
    pub by: Signature,
    /// When.
    pub at: Timestamp,
}

/// One thing done with an assessment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssessmentStep {
    /// Where it stood afterwards.
    pub state: AssessmentState,
    /// Who did it.
    pub by: Signature,
    /// When.
    pub at: Timestamp,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// An assessment was written, moved on, or one of its judgements was resolved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssessmentMoved {
    /// The assessment as it now stands.
    pub assessment: Assessment,
}
event!(AssessmentMoved, Analysis, "mirab.analysis.assessment.moved.v1", |e| e.assessment.id.to_string());

/// Begins an assessment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftAssessment {
    /// What it says.
    pub form: AssessmentForm,
}
query!(DraftAssessment => Assessment, Analysis, "mirab.ask.analysis.assessment.draft.v1");

/// Writes a draft anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReviseAssessment {
    /// Which.
    pub id: AssessmentId,
    /// What it says.
    pub form: AssessmentForm,
    /// The version it was written on; `None` for whichever it is.
    #[serde(default)]
    pub version: Option<u32>,
}
query!(ReviseAssessment => Assessment, Analysis, "mirab.ask.analysis.assessment.revise.v1");

/// Moves an assessment on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveAssessment {
    /// Which.
    pub id: AssessmentId,
    /// What is done.
    pub action: AssessmentAction,
    /// Why; needed to return or withdraw.
    #[serde(default)]
    pub note: String,
    /// The version it was decided on; `None` for whichever it is.
    #[serde(default)]
    pub version: Option<u32>,
}
query!(MoveAssessment => Assessment, Analysis, "mirab.ask.analysis.assessment.move.v1");

/// Says what became of a judgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolveJudgement {
    /// Of which assessment.
    pub id: AssessmentId,
    /// Which judgement, from 1.
    pub number: u32,
    /// What became of it.
    pub resolution: Resolution,
    /// Why it is taken for that; never empty.
    pub note: String,
}
query!(ResolveJudgement => Assessment, Analysis, "mirab.ask.analysis.judgement.resolve.v1");

/// One assessment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetAssessment {
    /// Which.
    pub id: AssessmentId,
    /// As it stood at this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(GetAssessment => Assessment, Analysis, "mirab.ask.analysis.assessment.get.v1");

/// What the judgements of an assessment rest on besides observations, each once in the order it is first named, as it is now; what
/// was taken back, or the asker may not know, is left out. Nothing is changed by asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TellSources {
    /// Of which assessment.
    pub id: AssessmentId,
    /// In which language they are named.
    pub language: ProductLanguage,
}
query!(TellSources => Vec<Source>, Analysis, "mirab.ask.analysis.assessment.sources.v1");

/// Assessments, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListAssessments {
    /// Only those that stand there.
    #[serde(default)]
    pub state: Option<AssessmentState>,
    /// Only of this threat.
    #[serde(default)]
    pub threat: Option<Threat>,
    /// Those of the exercise instead of the real ones.
    #[serde(default)]
    pub exercise: bool,
    /// Only those that were published, superseded and withdrawn ones included, and hold a judgement which was due by this day and of
    /// which nobody has said what became of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Day>,
    /// Those that there were at this moment, as they stood then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
    /// Which page.
    #[serde(default)]
    pub page: PageRequest,
}
query!(ListAssessments => Page<Assessment>, Analysis, "mirab.ask.analysis.assessment.list.v1");

/// How good judgements were, of everybody and by first author.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetCalibration {
    /// As was known at this moment: by the judgements that had been published by then, with what was said to have become of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(GetCalibration => Vec<Calibration>, Analysis, "mirab.ask.analysis.calibration.list.v1");

/// How good the judgements of one person, or of all, were.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Of whom; `None`: of everybody.
    pub author: Option<Signature>,
    /// How many judgements are resolved and can be told.
    pub judgements: u64,
    /// Their mean Brier score, in 0..=1; less is better, 0.25 is what a coin gets.
    pub brier: f64,
    /// The score to beat on the same judgements, by what was known when each was published: the running base rate, that is the
    /// share that came of all judgements resolved before then, counting one more that came and one that did not; 50 % while
    /// nothing was resolved.
    pub naive: f64,
    /// What the score to beat is of, by name; empty before it had one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reference: String,
    /// Whether the judgements are too few to say whether it was beaten: fewer than 20.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub too_few: bool,
    /// How many judgements besides cannot be told: they were resolved as undecidable and are in no score.
    #[serde(default, skip_serializing_if = "crate::is_default")]
    pub undecidable: u64,
    /// Of how many, among all of these, what became of it was corrected.
    #[serde(default, skip_serializing_if = "crate::is_default")]
    pub corrected: u64,
    /// By word of likelihood, those that were used, least likely first.
    pub words: Vec<WordRecord>,
}

/// How often came what was judged with one word.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WordRecord {
    /// The word.
    pub word: Word,
    /// How often it was used.
    pub judgements: u64,
    /// The share that came, in 0..=1.
    pub came: f64,
}
