//! Tear-lines: what of a product one organisation may have, statement by statement.

use std::collections::BTreeSet;

use domain::release::Decision;
use serde::{Deserialize, Serialize};

use crate::{analysis::products::Product, query};

/// Decides every statement of a product for one organisation, and leaves out what it may not have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TearProduct {
    /// Key of the organisation.
    pub partner: String,
    /// The product as it stands.
    pub product: Box<Product>,
    /// Whether it is only looked at: what is given out must be published, and something of it must be left.
    #[serde(default)]
    pub preview: bool,
    /// The keys of its sources that were taken back since it took them in: no statement goes that rests on one of them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub gone: BTreeSet<String>,
}
query!(TearProduct => Torn, Coordination, "mirab.ask.coordination.product.tear.v1");

/// What of a product one organisation may have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Torn {
    /// Key of the organisation.
    pub partner: String,
    /// Its name.
    pub name: String,
    /// The product with what may go and nothing else: statements, sources and parts numbered anew, its marking that of what
    /// is left.
    pub product: Product,
    /// The decision on every statement, in the order of the whole product. For the centre alone.
    pub lines: Vec<TornLine>,
}

/// The decision on one statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TornLine {
    /// The number of the statement in the whole product.
    pub statement: u32,
    /// What the release rule answers, step by step.
    pub decision: Decision,
    /// What goes: the statement as it stands, a barer one, or nothing.
    pub goes: Goes,
    /// Why, in one sentence.
    pub reason: String,
}

domain::words! {
    /// What goes of a statement.
    "what goes of a statement" Goes {
        /// As it stands.
        Whole = "whole",
        /// Without words of its sources and without fine places.
        Bare = "bare",
        /// Nothing.
        Nothing = "nothing",
    }
}
