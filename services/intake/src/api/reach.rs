//! What an asker is told of: pages are filled with that alone, and what is left out leaves no trace.

use contracts::{Page, PageRequest, Principal};
use domain::Handling;
use serde::Serialize;

use crate::domain::page::page;

/// A page that is filled with what is kept of what is read; it is read on until the page is full.
pub(super) struct Filling<T> {
    size: u32,
    next: Option<PageRequest>,
    found: Vec<T>,
}

impl<T: Serialize> Filling<T> {
    /// Nothing yet of this page.
    pub(super) fn new(wanted: &PageRequest) -> Self {
        Self { size: wanted.size(), next: Some(wanted.clone()), found: Vec::new() }
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
        let behind = rows.last().filter(|_| rows.len() > size).map(cursor);
        self.found.extend(rows.into_iter().filter_map(keep));
        if behind.is_some() && self.found.len() <= size {
            self.next = Some(PageRequest { cursor: behind, limit: Some(self.size) });
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers from 1 to 100 in pages, of which only some are kept; gives every page that is told.
    fn told(limit: u32, keep: impl Fn(&u32) -> bool) -> Vec<Vec<u32>> {
        let (mut pages, mut wanted) = (Vec::new(), PageRequest { cursor: None, limit: Some(limit) });
        loop {
            let mut filling = Filling::new(&wanted);
            while let Some(next) = filling.next() {
                let behind: u32 = next.cursor.map_or(0, |cursor| cursor.parse().unwrap());
                let rows: Vec<u32> = (behind + 1..=100).take(limit as usize + 1).collect();
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
        for every in [1, 2, 3, 7, 60, 101] {
            for limit in [1, 2, 10, 100] {
                let pages = told(limit, |n| n % every == 0);
                let all: Vec<u32> = (1..=100).filter(|n| n % every == 0).collect();
                assert_eq!(pages.concat(), all, "{every} {limit}");
                let full = pages.split_last().unwrap().1.iter().all(|page| page.len() == limit as usize);
                assert!(full, "{every} {limit}: {pages:?}");
            }
        }
    }
}
