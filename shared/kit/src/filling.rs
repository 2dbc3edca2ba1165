//! Pages of a list of which not every row is told.

use contracts::{Page, PageRequest};

/// How many are read at least once a page is being filled up.
const ROUND: u32 = 200;

/// A page that is filled with what is kept of what is read; it is read on until the page is full.
#[derive(Debug)]
pub struct Filling<T> {
    size: u32,
    /// How many are read, besides the one that tells whether more follows.
    rows: u32,
    next: Option<PageRequest>,
    found: Vec<T>,
}

impl<T> Filling<T> {
    /// Nothing yet of this page.
    pub fn new(wanted: &PageRequest) -> Self {
        Self { size: wanted.size(), rows: wanted.size(), next: Some(wanted.clone()), found: Vec::new() }
    }
    /// What is to be read next; `None` once the page is full, or there is no more.
    pub fn to_read(&mut self) -> Option<PageRequest> {
        self.next.take()
    }
    /// Takes in what was read: one more than the page holds where more follows.
    pub fn take(
        &mut self,
        rows: Vec<T>,
        (keep, cursor): (impl FnMut(T) -> Option<T>, impl Fn(&T) -> String),
    ) {
        let size = self.size as usize;
        let behind = rows.last().filter(|_| rows.len() > self.rows as usize).map(cursor);
        self.found.extend(rows.into_iter().filter_map(keep));
        if behind.is_some() && self.found.len() <= size {
            self.rows = self.size.max(ROUND);
            self.next = Some(PageRequest { cursor: behind, limit: Some(self.rows) });
        }
    }
    /// The page, cut out of what is kept: up to one more than it holds, given with how many that are. Whoever cuts knows how many bytes an
    /// answer takes.
    pub fn page(mut self, cut: impl FnOnce(Vec<T>, u32) -> Page<T>) -> Page<T> {
        self.found.truncate(self.size as usize + 1);
        cut(self.found, self.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers from 1 to 1000 in pages, of which only some are kept; gives every page that is told.
    fn told(limit: u32, keep: impl Fn(&u32) -> bool) -> Vec<Vec<u32>> {
        let (mut pages, mut wanted) = (Vec::new(), PageRequest { cursor: None, limit: Some(limit) });
        loop {
            let mut filling = Filling::new(&wanted);
            while let Some(next) = filling.to_read() {
                let most = next.size() as usize + 1;
                let behind: u32 = next.cursor.map_or(0, |cursor| cursor.parse().unwrap());
                let rows: Vec<u32> = (behind + 1..=1000).take(most).collect();
                filling.take(rows, (|n| Some(n).filter(|n| keep(n)), u32::to_string));
            }
            let page = filling.page(|found, size| Page::cut(found, size, u32::to_string));
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
