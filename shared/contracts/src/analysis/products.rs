//! Products: papers for readers, drafted from data and edited by people, every statement with its sources, its grades and its
//! own marking.

mod assessed;
mod bound;

use std::collections::BTreeSet;

use domain::{
    Country, Day, Handling, ObservationId, Precision, ProductId, ProvinceCode, Threat, Timestamp, Tlp,
    UnClass,
    likelihood::{Confidence, Likelihood},
    words,
};
use serde::{Deserialize, Serialize};

use super::assessments::Signature;

words! {
    /// What kind of paper it is.
    "kind of product" ProductKind {
        /// What happened in a period and what is to be expected.
        SituationReport = "situation_report",
        /// One incident, at once.
        FlashReport = "flash_report",
        /// For the Secretary-General, two pages at most.
        BriefingNote = "briefing_note",
        /// What may come, and what speaks for it.
        WarningNote = "warning_note",
    }
}

words! {
    /// The language of a paper.
    "language of a product" ProductLanguage {
        /// English.
        En = "en",
        /// Russian.
        Ru = "ru",
    }
}

words! {
    /// Where a product stands.
    "state of a product" ProductState {
        /// It is being written.
        Draft = "draft",
        /// It lies before a peer.
        Review = "review",
        /// A peer has agreed.
        Approved = "approved",
        /// It holds; nothing of it is changed any more.
        Published = "published",
        /// A later one holds in its place.
        Superseded = "superseded",
        /// It was taken back.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What is done with a product.
    "action on a product" ProductAction {
        /// Puts it before a peer.
        Submit = "submit",
        /// Gives it back to its authors.
        Return = "return",
        /// Agrees with it; never an author.
        Approve = "approve",
        /// Makes it hold.
        Publish = "publish",
        /// Takes it back.
        Withdraw = "withdraw",
    }
}

words! {
    /// A part of a product, under a heading of its own.
    "part of a product" Part {
        Summary = "summary",
        Political = "political",
        Security = "security",
        Threats = "threats",
        Humanitarian = "humanitarian",
        Regional = "regional",
        Partners = "partners",
        Liaison = "liaison",
        Outlook = "outlook",
        Recommended = "recommended",
        Planned = "planned",
        Annex = "annex",
        What = "what",
        Where = "where",
        When = "when",
        Who = "who",
        Casualties = "casualties",
        Grading = "grading",
        Action = "action",
        Assessment = "assessment",
        NextUpdate = "next_update",
        Purpose = "purpose",
        KeyMessages = "key_messages",
        Background = "background",
        Developments = "developments",
        Positions = "positions",
        Mandate = "mandate",
        Risks = "risks",
        Options = "options",
        TalkingPoints = "talking_points",
        IfRaised = "if_raised",
        Signals = "signals",
        Eases = "eases",
        Gaps = "gaps",
    }
}

words! {
    /// What a statement rests on.
    "basis of a statement" Basis {
        /// Its sources.
        Sourced = "sourced",
        /// The judgement of its authors; likelihood and confidence say how far.
        Judgement = "judgement",
        /// Nothing that could be disputed: plain context.
        Context = "context",
    }
}

words! {
    /// What a source is.
    "kind of source" SourceKind {
        Observation = "observation",
        Situation = "situation",
        Coverage = "coverage",
        Anomaly = "anomaly",
        Forecast = "forecast",
        Judgement = "judgement",
        Warning = "warning",
        Consent = "consent",
        /// All reports of one incident.
        Incident = "incident",
        /// What one source said of one indicator.
        Reading = "reading",
        /// What stands outside: named by its citation.
        Document = "document",
    }
}

/// What is wished for: kind, period, scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductForm {
    /// What kind of paper.
    pub kind: ProductKind,
    /// In which language it is drafted.
    pub language: ProductLanguage,
    /// One line; empty for the one that kind and period give.
    #[serde(default)]
    pub title: String,
    /// The first day it covers.
    pub from: Day,
    /// The last day it covers.
    pub to: Day,
    /// The countries it covers; empty: those of its provinces, or the region.
    #[serde(default)]
    pub countries: BTreeSet<Country>,
    /// The provinces it covers; empty: all of its countries.
    #[serde(default)]
    pub provinces: BTreeSet<ProvinceCode>,
    /// The threats it covers; empty: all.
    #[serde(default)]
    pub threats: BTreeSet<Threat>,
    /// The incident that a flash report is of, by one of its observations; `None`: the gravest of the period.
    #[serde(default)]
    pub about: Option<ObservationId>,
    /// What may be done with what the centre says by itself; that of its sources is joined to every other statement.
    pub handling: Handling,
    /// Up to which marking it is meant to be; statements above it need a tear-line. `None`: as its parts demand.
    #[serde(default)]
    pub ceiling: Option<Ceiling>,
    /// Whether statements above the ceiling stay in, torn off where the paper is given out.
    #[serde(default)]
    pub tear_line: bool,
    /// The product it takes the place of once it is published.
    #[serde(default)]
    pub supersedes: Option<ProductId>,
    /// Whether it is of the exercise.
    #[serde(default)]
    pub exercise: bool,
}

/// The strictest marking that a paper is meant to carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ceiling {
    /// The label.
    pub tlp: Tlp,
    /// The classification.
    pub un_class: UnClass,
}

impl Ceiling {
    /// Whether something of this handling stays below it.
    pub fn covers(self, handling: &Handling) -> bool {
        handling.tlp() <= self.tlp && handling.un_class() <= self.un_class
    }
}

/// A product as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// Which.
    pub id: ProductId,
    /// What was wished for, its title filled in.
    pub form: ProductForm,
    /// The title that names kind and period alone: what it is called where parts of it are left out.
    pub plain_title: String,
    /// Its parts, in the order of the skeleton of its kind.
    pub sections: Vec<Section>,
    /// Everything that any statement rests on.
    pub sources: Vec<Source>,
    /// What may be done with it: the join of its statements and of what its authors chose for what the centre says by itself,
    /// its title included.
    pub handling: Handling,
    /// Where it stands.
    pub state: ProductState,
    /// Everybody who wrote on it; who had it drafted first.
    pub authors: Vec<Signature>,
    /// Who agreed with it.
    pub reviewer: Option<Signature>,
    /// What was done with it, in order.
    pub history: Vec<ProductStep>,
    /// When it was drafted.
    pub created_at: Timestamp,
    /// When it was published; `None` before.
    pub published_at: Option<Timestamp>,
    /// SHA-256 of what was published, in hexadecimal; `None` before.
    pub digest: Option<String>,
    /// How many pages it had when it was put before a peer; `None` before, and where nobody set it.
    pub pages: Option<u32>,
    /// What holds in its place.
    pub superseded_by: Option<ProductId>,
    /// The number that the next statement gets; numbers are never used twice.
    pub next: u32,
    /// Counts its changes, from 1.
    pub version: u32,
}

impl Product {
    /// Every statement, in order.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.sections.iter().flat_map(|section| &section.statements)
    }
    /// The source with this key.
    pub fn source(&self, key: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.key == key)
    }
}

/// A part of a product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Which part.
    pub part: Part,
    /// What it says, in order.
    pub statements: Vec<Statement>,
    /// Why it is left out; `None` where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub struck: Option<Struck>,
}

/// Why a part is left out, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Struck {
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: Signature,
    /// When.
    pub at: Timestamp,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// Its number within the product, for good.
    pub number: u32,
    /// What it says.
    pub text: String,
    /// The same without words of its sources and without a place finer than the province; `None` where it cannot be said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bare: Option<String>,
    /// What it rests on.
    pub basis: Basis,
    /// How likely, where it is a judgement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likelihood: Option<Likelihood>,
    /// How sure of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// The keys of its sources.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// What its writer wishes beyond its sources; it can only tighten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wish: Option<Handling>,
    /// What may be done with it: the join of its sources and of its writer's wish.
    pub handling: Handling,
    /// Whether it stands as it was drafted from data. Otherwise a person wrote it, and its sources are those that person cites.
    pub drafted: bool,
    /// Who wrote its text last; `None` where it stands as it was drafted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Edited>,
    /// What it said as it was drafted; `None` where it still says so, and where a person added it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// Whether it names people of the centre and gives their reasons: partners get the barer wording at most.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub internal: bool,
}

impl Statement {
    /// Whether a person wrote it, so that its sources are cited by that person.
    pub fn is_written(&self) -> bool {
        !self.drafted || self.edited.is_some()
    }
}

/// Who wrote something, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edited {
    /// Who.
    pub by: Signature,
    /// When.
    pub at: Timestamp,
}

/// Something a statement rests on, as it was when it was taken in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// By what statements name it: kind and id.
    pub key: String,
    /// What it is.
    pub kind: SourceKind,
    /// Which one, by the name its owner gives it.
    pub id: String,
    /// What it is, in words.
    pub label: String,
    /// The same without words of its own and without a place finer than the province.
    pub bare: String,
    /// How it is graded, or its record; empty where it has neither.
    pub grade: String,
    /// The day it is of.
    pub on: Day,
    /// Its marking.
    pub handling: Handling,
    /// How it stood: what is compared to tell whether it changed since.
    pub stamp: String,
    /// The threats it bears on.
    pub threats: BTreeSet<Threat>,
    /// The countries it speaks of.
    pub countries: BTreeSet<Country>,
    /// The finest precision of a place in its label.
    pub precision: Precision,
    /// When it was taken in.
    pub taken_at: Timestamp,
}

/// One thing done with a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductStep {
    /// Where it stood afterwards.
    pub state: ProductState,
    /// Who did it.
    pub by: Signature,
    /// When.
    pub at: Timestamp,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// What was changed, one line a change, with what stood there before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Changed>,
}

/// One change of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// What was done, in a word of the changes: `rewrite`, `add`, `remove`, `strike`, `restore`, `renew`, `retitle`,
    /// `mean`, `mark`.
    pub what: String,
    /// What it was done to: the number of a statement, a part, the key of a source.
    pub of: String,
    /// What stood there before; empty where nothing did.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub was: String,
}
