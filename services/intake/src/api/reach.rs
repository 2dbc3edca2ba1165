//! What an asker is told of: pages are filled with that alone, and what is left out leaves no trace.

use std::collections::BTreeSet;

use contracts::{Page, PageRequest, Principal};
use domain::Handling;
use serde::Serialize;

use crate::{
    Intake,
    domain::{
        codes::{self, Named},
        page::page,
    },
    error::Error,
    store::{
        now::{self, Of},
        origins,
    },
};

/// How many are read at least once a page is being filled up.
const ROUND: u32 = 200;

/// A page that is filled with what is kept of what is read; it is read on until the page is full.
pub(super) struct Filling<T> {
    size: u32,
    /// How many are read, besides the one that tells whether more follows.
    rows: u32,
    next: Option<PageRequest>,
    found: Vec<T>,
}

impl<T: Serialize> Filling<T> {
    /// Nothing yet of this page.
    pub(super) fn new(wanted: &PageRequest) -> Self {
        Self { size: wanted.size(), rows: wanted.size(), next: Some(wanted.clone()), found: Vec::new() }
    }
    /// What is to be read next; `None` once the page is full, or there is no more.
    pub(super) fn next(&mut self) -> Option<PageRequest> {
        self.next.take()
    }
    /// Takes in what was read: one more than the page holds where more follows.
    pub(super) fn take(
        &mut self,
        rows: Vec<T>,
        (keep, cursor): (impl Fn(T) -> Option<T>, impl Fn(&T) -> String),
    ) {
        let size = self.size as usize;
        let behind = rows.last().filter(|_| rows.len() > self.rows as usize).map(cursor);
        self.found.extend(rows.into_iter().filter_map(keep));
        if behind.is_some() && self.found.len() <= size {
            self.rows = self.size.max(ROUND);
            self.next = Some(PageRequest { cursor: behind, limit: Some(self.rows) });
        }
    }
    /// The page.
    pub(super) fn page(mut self, cursor: impl Fn(&T) -> String) -> Page<T> {
        self.found.truncate(self.size as usize + 1);
        page(self.found, self.size, cursor)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers from 1 to 1000 in pages, of which only some are kept; gives every page that is told.
    fn told(limit: u32, keep: impl Fn(&u32) -> bool) -> Vec<Vec<u32>> {
        let (mut pages, mut wanted) = (Vec::new(), PageRequest { cursor: None, limit: Some(limit) });
        loop {
            let mut filling = Filling::new(&wanted);
            while let Some(next) = filling.next() {
                let most = next.size() as usize + 1;
                let behind: u32 = next.cursor.map_or(0, |cursor| cursor.parse().unwrap());
                let rows: Vec<u32> = (behind + 1..=1000).take(most).collect();
                filling.take(rows, (|n| Some(n).filter(|n| keep(n)), u32::to_string));
            }
            let page = filling.page(u32::to_string);
            pages.push(page.items);
            match page.next {
                Some(cursor) => wanted.cursor = Some(cursor),
                None => return pages,
            }
        }
    }

    #[test]
    fn every_page_is_full_of_what_is_kept_and_nothing_is_told_twice_or_lost() {
        for every in [1, 2, 3, 7, 60, 201, 1001] {
            for limit in [1, 2, 10, 100] {
                let pages = told(limit, |n| n % every == 0);
                let all: Vec<u32> = (1..=1000).filter(|n| n % every == 0).collect();
                assert_eq!(pages.concat(), all, "{every} {limit}");
                let full = pages.split_last().unwrap().1.iter().all(|page| page.len() == limit as usize);
                assert!(full, "{every} {limit}: {pages:?}");
            }
        }
    }
}
