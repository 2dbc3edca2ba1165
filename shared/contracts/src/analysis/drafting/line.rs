//! A product in one line.

use domain::{Day, Handling, ProductId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::analysis::{
    assessments::Signature,
    products::{Product, ProductKind, ProductLanguage, ProductState},
};

/// A product as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductLine {
    /// Which.
    pub id: ProductId,
    /// What kind of paper.
    pub kind: ProductKind,
    /// In which language.
    pub language: ProductLanguage,
    /// One line.
    pub title: String,
    /// The first day it covers.
    pub from: Day,
    /// The last day it covers.
    pub to: Day,
    /// Where it stands.
    pub state: ProductState,
    /// What may be done with it.
    pub handling: Handling,
    /// Whether it is of the exercise.
    pub exercise: bool,
    /// Who had it drafted.
    pub author: Option<Signature>,
    /// When it was drafted.
    pub created_at: Timestamp,
    /// When it was published; `None` before.
    pub published_at: Option<Timestamp>,
    /// SHA-256 of what was published.
    pub digest: Option<String>,
    /// Counts its changes, from 1.
    pub version: u32,
}

impl From<&Product> for ProductLine {
    fn from(one: &Product) -> Self {
        Self {
            id: one.id.clone(),
            kind: one.form.kind,
            language: one.form.language,
            title: one.form.title.clone(),
            from: one.form.from,
            to: one.form.to,
            state: one.state,
            handling: one.handling.clone(),
            exercise: one.form.exercise,
            author: one.authors.first().cloned(),
            created_at: one.created_at,
            published_at: one.published_at,
            digest: one.digest.clone(),
            version: one.version,
        }
    }
}
