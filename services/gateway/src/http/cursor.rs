//! Cursors as they pass the door: each says of which question it is, and goes on with that alone.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use contracts::{Failure, Page};
use sha2::{Digest, Sha256};
use url::form_urlencoded;

use super::Call;

/// What says how much is given and how it is written: another one of these is no other question.
const BESIDES: &[&str] = &["cursor", "limit", "format", "hxl", "snippets", "all"];
/// How many bytes of a digest tell one question from another.
const MARK_BYTES: usize = 6;

impl Call {
    /// A page whose cursor goes on with this question.
    #[must_use]
    pub fn bound<T>(&self, page: Page<T>) -> Page<T> {
        Page { next: self.bound_cursor(page.next), ..page }
    }
    /// A cursor that goes on with this question.
    pub fn bound_cursor(&self, next: Option<String>) -> Option<String> {
        next.map(|cursor| format!("{}.{cursor}", self.mark()))
    }
    /// The query of the page behind a cursor that was bound.
    pub(super) fn behind(&self, cursor: &str) -> String {
        let others = self.query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
        let mut pairs: Vec<String> = others.map(str::to_owned).collect();
        pairs.push(format!("cursor={cursor}"));
        pairs.join("&")
    }
    /// What a list gave of a cursor that was bound to this question.
    ///
    /// # Errors
    /// When no list gave it, or one did for another question.
    pub(super) fn unbound<'c>(&self, cursor: &'c str) -> Result<&'c str, Failure> {
        let refused = |why: &str| Failure::invalid("the page cannot be given").at("cursor", why);
        let Some((mark, given)) = cursor.split_once('.') else {
            return Err(refused("the cursor is not one that this list gave; begin without one"));
        };
        if mark == self.mark() {
            return Ok(given);
        }
        Err(refused(
            "this cursor belongs to another question: another list, or other filters than it was given with; ask with those, \
             or begin without a cursor",
        ))
    }
    /// What tells this question from others: what is asked for, and by which filters.
    fn mark(&self) -> String {
        let mut filters: Vec<_> = form_urlencoded::parse(self.query.as_bytes())
            .filter(|(name, value)| !value.is_empty() && !BESIDES.contains(&name.as_ref()))
            .collect();
        filters.sort();
        let digest = Sha256::digest(format!("{:?}", (self.operation, &self.params, filters)));
        BASE64_URL_SAFE_NO_PAD.encode(digest.get(..MARK_BYTES).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(operation: &'static str, query: &str) -> Call {
        Call { query: query.to_owned(), ..Call::of_page(&super::super::call::nobody(), operation) }
    }
    fn next(call: &Call) -> String {
        call.bound(Page { items: Vec::<u8>::new(), next: Some("MTA.x".to_owned()) }).next.unwrap()
    }

    #[test]
    fn a_cursor_goes_on_with_its_own_question_alone() {
        let cursor = next(&asked("findObservations", "source=ucdp-ged&country=KGZ&limit=5"));
        for same in
            ["country=KGZ&source=ucdp-ged", "country=%4BGZ&source=ucdp-ged&limit=7&province=&format=csv"]
        {
            assert_eq!(asked("findObservations", same).unbound(&cursor), Ok("MTA.x"), "{same}");
        }
        for (operation, query) in [
            ("findObservations", "source=ucdp-ged"),
            ("findObservations", "source=ucdp-ged&country=TJK"),
            ("findObservations", ""),
            ("listClusters", "source=ucdp-ged&country=KGZ"),
        ] {
            let refused = asked(operation, query).unbound(&cursor).unwrap_err();
            assert!(refused.errors[0].detail.contains("another question"), "{operation} {query}");
        }
        let refused = asked("findObservations", "").unbound("MTA").unwrap_err();
        assert!(refused.errors[0].detail.contains("begin without one"));
    }

    #[test]
    fn the_address_of_the_next_page_keeps_the_filters() {
        let call = asked("findObservations", "country=KGZ&cursor=old&limit=5");
        assert_eq!(call.behind("new"), "country=KGZ&limit=5&cursor=new");
    }
}
