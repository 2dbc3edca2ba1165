//! Questionnaires: what monitors are asked every week, in versions.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Country, Indicator, ProvinceCode, QuestionnaireId, Timestamp, words};
use serde::{Deserialize, Serialize};

use crate::{Failure, Page, gateway::ReportForm, query};

/// One text in several languages, by RFC 5646 tag.
pub type Texts = BTreeMap<String, String>;

words! {
    /// Where a version of a questionnaire stands.
    "state of a questionnaire" QuestionnaireState {
        /// It is being written; nobody answers it.
        Draft = "draft",
        /// It is answered; never changed any more.
        InForce = "in_force",
        /// It was answered once; reports that answered it stay what they are.
        Retired = "retired",
    }
}

/// What a question asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Asks {
    /// How much of an indicator was seen, with a note. The question's key is the indicator's word.
    Indicator {
        /// The indicator.
        indicator: Indicator,
    },
    /// A number.
    Number {
        /// At least this.
        #[serde(default)]
        min: Option<f64>,
        /// At most this.
        #[serde(default)]
        max: Option<f64>,
        /// Its unit, as the question says it; empty for a count.
        #[serde(default)]
        unit: String,
    },
    /// Some sentences.
    Text {},
    /// One of several.
    Choice {
        /// What can be chosen.
        options: Vec<ChoiceOption>,
    },
}

/// One thing that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceOption {
    /// What an answer says.
    pub key: String,
    /// What the one who answers reads.
    pub text: Texts,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What answers name it by: a word of the field, the indicator's word for one about an indicator.
    pub key: String,
    /// What is asked.
    pub text: Texts,
    /// What counts and what does not.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub help: Texts,
    /// What it asks for.
    pub asks: Asks,
    /// Whether it must be answered.
    #[serde(default)]
    pub required: bool,
}

/// A questionnaire as it is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionnaireForm {
    /// What its versions share: a word of the field.
    pub key: String,
    /// Its title.
    pub title: Texts,
    /// For provinces of these countries; none of both is for everywhere.
    #[serde(default)]
    pub countries: BTreeSet<Country>,
    /// For these provinces.
    #[serde(default)]
    pub provinces: BTreeSet<ProvinceCode>,
    /// In the order in which they are asked.
    pub questions: Vec<Question>,
}

/// One version of a questionnaire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Questionnaire {
    /// Which version of which questionnaire.
    pub id: QuestionnaireId,
    /// Counts the versions of this key, from 1.
    pub number: u32,
    /// What it asks.
    pub form: QuestionnaireForm,
    /// Where it stands.
    pub state: QuestionnaireState,
    /// Who wrote it.
    pub by: String,
    /// When it was begun.
    pub made_at: Timestamp,
    /// When it came into force; `None` for a draft.
    pub in_force_at: Option<Timestamp>,
    /// When it was retired; `None` before.
    pub retired_at: Option<Timestamp>,
    /// Counts its changes, from 1.
    pub version: u32,
}

/// Questionnaires: by key, the newest version first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListQuestionnaires {
    /// Only versions that stand there.
    #[serde(default)]
    pub state: Option<QuestionnaireState>,
    /// Only those that are answered for this province now: the closest first, by province, country, everywhere.
    #[serde(default)]
    pub province: Option<ProvinceCode>,
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(ListQuestionnaires => Page<Questionnaire>, Intake, "mirab.ask.intake.questionnaire.list.v1");

/// One version of a questionnaire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetQuestionnaire {
    /// Which.
    pub id: QuestionnaireId,
    /// As was known at this moment; as is known now when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(GetQuestionnaire => Questionnaire, Intake, "mirab.ask.intake.questionnaire.get.v1");

/// Begins a version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftQuestionnaire {
    /// What it asks.
    pub form: QuestionnaireForm,
}
query!(DraftQuestionnaire => Questionnaire, Intake, "mirab.ask.intake.questionnaire.draft.v1");

/// Writes a draft anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReviseQuestionnaire {
    /// Which.
    pub id: QuestionnaireId,
    /// What it asks.
    pub form: QuestionnaireForm,
    /// The version it was written on; `None` for whichever it is.
    #[serde(default)]
    pub version: Option<u32>,
}
query!(ReviseQuestionnaire => Questionnaire, Intake, "mirab.ask.intake.questionnaire.revise.v1");

words! {
    /// What a person can do with a version of a questionnaire.
    "action on a questionnaire" QuestionnaireAction {
        /// Has it answered from now on; the version before is retired.
        Enact = "enact",
        /// Has it answered no longer.
        Retire = "retire",
    }
}

/// Moves a version on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveQuestionnaire {
    /// Which.
    pub id: QuestionnaireId,
    /// What to do.
    pub action: QuestionnaireAction,
    /// The version the decision was made on; `None` for whichever it is.
    #[serde(default)]
    pub version: Option<u32>,
}
query!(MoveQuestionnaire => Questionnaire, Intake, "mirab.ask.intake.questionnaire.move.v1");

words! {
    /// What can be wrong with an answer.
    "fault of an answer" AnswerFault {
        /// It must be answered and is not.
        Missing = "missing",
        /// No question has this key.
        Unknown = "unknown",
        /// It gives something else than the question asks for; the figure says what it asks for.
        Other = "other",
        /// It is smaller than the figure.
        Below = "below",
        /// It is greater than the figure.
        Above = "above",
        /// No option has this key; the figure names those there are.
        NoOption = "no_option",
        /// It has more characters than the figure.
        Long = "long",
        /// The questionnaire is not in force; the figure says where it stands.
        NotInForce = "not_in_force",
        /// There is no such questionnaire.
        NoQuestionnaire = "no_questionnaire",
        /// It is not asked for this province; the figure names it.
        NotHere = "not_here",
        /// The week does not begin on this day; the figure is its Monday.
        NotMonday = "not_monday",
        /// The week lies ahead.
        Ahead = "ahead",
        /// The week is longer past than the figure, in days.
        TooOld = "too_old",
    }
}

/// One thing wrong with answers: where, what, and the figure that would mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerProblem {
    /// JSON Pointer into the situation report.
    pub pointer: String,
    /// What is wrong.
    pub fault: AnswerFault,
    /// What would be right: a bound, a list, a day; empty where the fault says all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub figure: String,
}

impl AnswerProblem {
    /// In English, as the record keeps it.
    pub fn text(&self) -> String {
        let figure = &self.figure;
        match self.fault {
            AnswerFault::Missing => "must be answered".to_owned(),
            AnswerFault::Unknown => "is no question of this questionnaire; leave it out".to_owned(),
            AnswerFault::Other => format!("gives something else than is asked for; give {figure}"),
            AnswerFault::Below => format!("is too small; give {figure} or more"),
            AnswerFault::Above => format!("is too great; give {figure} or less"),
            AnswerFault::NoOption => format!("is none of the options; choose one of {figure}"),
            AnswerFault::Long => format!("is too long; write {figure} characters at most"),
            AnswerFault::NotInForce => {
                format!("this version is {figure}; answer the one in force")
            }
            AnswerFault::NoQuestionnaire => "there is no such questionnaire".to_owned(),
            AnswerFault::NotHere => format!("is not asked for {figure}"),
            AnswerFault::NotMonday => format!("a week is named by its Monday; give {figure}"),
            AnswerFault::Ahead => "the week has not begun yet".to_owned(),
            AnswerFault::TooOld => format!("the week is more than {figure} days past"),
        }
    }
}

/// Checks a situation report before it is sent on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckAnswers {
    /// The report as it would be sent.
    pub form: ReportForm,
}
query!(CheckAnswers => Vec<AnswerProblem>, Intake, "mirab.ask.intake.questionnaire.check.v1");

/// The refusal of answers, in English.
pub fn refusal(problems: &[AnswerProblem]) -> Failure {
    problems
        .iter()
        .fold(Failure::invalid("the situation report cannot be taken as it is"), |failure, problem| {
            failure.at(&problem.pointer, problem.text())
        })
}
