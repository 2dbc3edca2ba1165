//! What is asked of analysis about products, and what it says of them.

mod line;

use std::collections::BTreeSet;

use domain::{
    ConsentId, Country, Handling, Level, ObservationId, ProductId, ProvinceCode, Threat, Timestamp,
    WarningId,
    likelihood::{Confidence, Likelihood},
    mandate::ConsentState,
    words,
};
pub use line::ProductLine;
use serde::{Deserialize, Serialize};

use super::products::{
    Basis, Ceiling, Part, Product, ProductAction, ProductForm, ProductKind, ProductState, SourceKind,
};
use crate::{Page, PageRequest, event, query};

/// Drafts a product from what analysis holds, and from what others told the asker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftProduct {
    /// What is wished for.
    pub form: ProductForm,
    /// What other services hold of the period.
    #[serde(default)]
    pub elsewhere: Elsewhere,
}
query!(DraftProduct => Product, Analysis, "mirab.ask.analysis.product.draft.v1");

/// The incident that a flash report would be about: the one that is asked for, or the gravest of its period and scope; the
/// best-graded report of it. Nothing is changed by asking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindSubject {
    /// What is wished for.
    pub form: ProductForm,
}
query!(FindSubject => Option<ObservationId>, Analysis, "mirab.ask.analysis.product.subject.v1");

/// What other services hold, as the door asked them on behalf of the same person.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Elsewhere {
    /// Warnings that were issued, updated or cancelled in the period.
    #[serde(default)]
    pub warnings: Vec<WarningTold>,
    /// Consents that moved in the period.
    #[serde(default)]
    pub consents: Vec<ConsentTold>,
    /// Who took part in the incident of a flash report, by the observation that says so.
    #[serde(default)]
    pub actors: Vec<String>,
    /// The observation that says so; `None` where that is the best-graded report of the incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<ObservationId>,
}

/// A warning as a product tells of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WarningTold {
    /// Which.
    pub id: WarningId,
    /// Its version.
    pub version: u32,
    /// Of which threat.
    pub threat: Threat,
    /// Of which level.
    pub level: Level,
    /// For which provinces.
    pub provinces: BTreeSet<ProvinceCode>,
    /// When this version was issued.
    pub sent: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
    /// What may be done with it.
    pub handling: Handling,
}

/// A consent as a product tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentTold {
    /// Which.
    pub id: ConsentId,
    /// Its version.
    pub version: u32,
    /// Of which government.
    pub grantor: Country,
    /// For which organisation, by its key.
    pub beneficiary: String,
    /// On which issues.
    pub issues: BTreeSet<Threat>,
    /// Where it stands.
    pub state: ConsentState,
    /// When it moved there.
    pub at: Timestamp,
}

/// Which thing a source is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceRef {
    /// What it is.
    pub kind: SourceKind,
    /// Which one: an id; of a situation `KG-B/border_tension`, as it stood on a day `KG-B/border_tension/2026-11-20`; of a judgement
    /// `as_…/1`; of a reading `KG-B/rd_…`; of a document its citation.
    pub id: String,
}

/// One change of a draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// Writes a statement anew; what is left out stays.
    Rewrite(Box<Rewrite>),
    /// Adds a statement at the end of a part.
    Add(Box<Addition>),
    /// Takes a statement out.
    Remove {
        /// Its number.
        statement: u32,
    },
    /// Leaves a part out.
    Strike {
        /// Which.
        part: Part,
        /// Why; never empty.
        reason: String,
    },
    /// Takes a part in again.
    Restore {
        /// Which.
        part: Part,
    },
    /// Takes a source's grade and marking as they are now. No text is changed by it.
    Renew {
        /// The key of the source.
        source: String,
    },
    /// Gives it another title.
    Retitle {
        /// The title.
        title: String,
    },
    /// Says up to which marking it is meant to be, and whether what is above is torn off.
    Mean {
        /// The strictest marking; `None`: as its parts demand.
        #[serde(default)]
        ceiling: Option<Ceiling>,
        /// Whether statements above it stay in.
        #[serde(default)]
        tear_line: bool,
    },
    /// Marks what the centre says by itself, and so the whole, more strictly; never less strictly.
    Mark {
        /// How strictly at least.
        handling: Box<Handling>,
    },
}

/// How a statement is written anew; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rewrite {
    /// Its number.
    pub statement: u32,
    /// What it says.
    #[serde(default)]
    pub text: Option<String>,
    /// What it rests on.
    #[serde(default)]
    pub basis: Option<Basis>,
    /// How likely.
    #[serde(default)]
    pub likelihood: Option<Likelihood>,
    /// How sure of that.
    #[serde(default)]
    pub confidence: Option<Confidence>,
    /// Its sources.
    #[serde(default)]
    pub sources: Option<Vec<SourceRef>>,
    /// What its writer wishes beyond its sources.
    #[serde(default)]
    pub handling: Option<Handling>,
}

/// A statement that is added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addition {
    /// To which part.
    pub part: Part,
    /// What it says.
    pub text: String,
    /// What it rests on.
    pub basis: Basis,
    /// How likely.
    #[serde(default)]
    pub likelihood: Option<Likelihood>,
    /// How sure of that.
    #[serde(default)]
    pub confidence: Option<Confidence>,
    /// Its sources.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
    /// What its writer wishes beyond its sources.
    #[serde(default)]
    pub handling: Option<Handling>,
}

/// Changes a draft, all or nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReviseProduct {
    /// Which.
    pub id: ProductId,
    /// What is changed, in order.
    pub changes: Vec<Change>,
    /// The version it was written on; `None` for whichever it is.
    #[serde(default)]
    pub version: Option<u32>,
}
query!(ReviseProduct => Product, Analysis, "mirab.ask.analysis.product.revise.v1");

/// Moves a product on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveProduct {
    /// Which.
    pub id: ProductId,
    /// What is done.
    pub action: ProductAction,
    /// Why; needed to return or withdraw.
    #[serde(default)]
    pub note: String,
    /// How long it is when set, as whoever prints it counted.
    #[serde(default)]
    pub length: Option<Length>,
    /// The version it was decided on; `None` for whichever it is.
    #[serde(default)]
    pub version: Option<u32>,
}
query!(MoveProduct => Product, Analysis, "mirab.ask.analysis.product.move.v1");

/// How long a paper is when set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Length {
    /// Its pages.
    pub pages: u32,
    /// Which version was set.
    pub version: u32,
}

/// One product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetProduct {
    /// Which.
    pub id: ProductId,
    /// As it stood at this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(GetProduct => Product, Analysis, "mirab.ask.analysis.product.get.v1");

/// What of its sources is newer than the product. Nothing is changed by asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckProduct {
    /// Which.
    pub id: ProductId,
}
query!(CheckProduct => Vec<Newer>, Analysis, "mirab.ask.analysis.product.check.v1");

/// One product together with what of its sources is newer: one look at them serves both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadProduct {
    /// Which.
    pub id: ProductId,
}
query!(ReadProduct => ProductRead, Analysis, "mirab.ask.analysis.product.read.v1");

/// A product as it is bound now, and what became of its sources since it took them in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductRead {
    /// The product.
    pub product: Product,
    /// What of its sources is newer.
    pub newer: Vec<Newer>,
}

impl ProductRead {
    /// The keys of the sources that were taken back since.
    pub fn gone(&self) -> BTreeSet<String> {
        let gone = self.newer.iter().filter(|one| one.since == Since::Gone);
        gone.map(|one| one.source.clone()).collect()
    }
}

words! {
    /// What became of a source since it was taken in.
    "change of a source" Since {
        /// It was taken back, or there is none any more.
        Gone = "gone",
        /// Its marking is stricter now.
        Remarked = "remarked",
        /// It stands otherwise now.
        Revised = "revised",
    }
}

/// A source that is no longer what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newer {
    /// The key of the source.
    pub source: String,
    /// What it is called in the product.
    pub label: String,
    /// What became of it.
    pub since: Since,
    /// What it was, and what it is.
    pub detail: String,
    /// The statements that rest on it.
    pub statements: Vec<u32>,
    /// How it is marked now, where that is stricter than when it was taken in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
}

/// Products, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListProducts {
    /// Only of this kind.
    #[serde(default)]
    pub kind: Option<ProductKind>,
    /// Only those that stand there.
    #[serde(default)]
    pub state: Option<ProductState>,
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
query!(ListProducts => Page<ProductLine>, Analysis, "mirab.ask.analysis.product.list.v1");

/// A product was drafted, changed or moved on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductMoved {
    /// The product as it now stands, without its text.
    pub product: ProductLine,
}
event!(ProductMoved, Analysis, "mirab.analysis.product.moved.v1", |e| e.product.id.to_string());
