//! What an asker is told of: pages are filled with that alone, and what is left out leaves no trace.

use std::collections::BTreeSet;

use contracts::{Page, PageRequest, Principal, intake::search::Removed};
use domain::{Handling, Timestamp};
use kit::Filling;
use serde::Serialize;

use crate::{
    Intake,
    domain::{
        codes::{self, Named},
        page::page,
        retention::{self as rules, ListOf},
    },
    error::Error,
    store::{
        now::{self, Of},
        origins,
        retention::{self, RunRow},
    },
};

/// The page that was filled, as large as a reply carries.
pub(super) fn filled<T: Serialize>(filling: Filling<T>, cursor: impl Fn(&T) -> String) -> Page<T> {
    filling.page(|found, size| page(found, size, cursor))
}

/// Keeps what this principal may know of, by how it is handled.
pub(super) fn reaching<T>(
    principal: &Principal,
    handling: impl Fn(&T) -> &Handling,
) -> impl Fn(T) -> Option<T> {
    move |thing| Some(thing).filter(|thing| principal.may_know(Some(handling(thing))))
}

/// Those of these, told of a past moment, that this principal may not know of as they are handled now: what became restricted since
/// is not told from the past either.
pub(super) async fn hidden(
    service: &Intake,
    principal: &Principal,
    (of, past, ids): (Of, bool, Vec<String>),
) -> Result<BTreeSet<String>, Error> {
    if !past || principal.knows_restricted() {
        return Ok(BTreeSet::new());
    }
    let newest = now::handling(&service.db, of, &ids).await?;
    let restricted = |(id, handling)| (!principal.may_know(Some(&handling))).then_some(id);
    Ok(newest.into_iter().filter_map(restricted).collect())
}

/// A first page that found something, or names only what something can have.
///
/// # Errors
/// `Invalid`, naming the code that nothing has of which this principal may know, with those that were likely meant: what is
/// hidden from it is refused as what is not there.
pub(super) async fn named<T>(
    service: &Intake,
    (principal, asked): (&Principal, &PageRequest),
    (named, page): (Named<'_>, Page<T>),
) -> Result<Page<T>, Error> {
    if page.items.is_empty() && asked.cursor.is_none() {
        let may_know = |handling: &Handling| principal.may_know(Some(handling));
        let stored = origins::stored(&service.db, named, may_know).await?;
        if let Some(failure) = codes::objection(named, &stored) {
            return Err(failure.into());
        }
    }
    Ok(page)
}

/// What a list as of a past moment lacks, as it was removed: what is not kept is no answer that nothing was known.
pub(super) async fn removed(
    service: &Intake,
    (of, known_on): (ListOf<'_>, Option<Timestamp>),
) -> Result<Option<Removed>, Error> {
    let Some(at) = known_on else { return Ok(None) };
    let runs: Vec<_> = retention::begun(&service.db).await?.into_iter().map(RunRow::run).collect();
    Ok(rules::removed(&runs, (of, at)))
}
