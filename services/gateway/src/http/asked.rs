//! What a query may hold, by the parameters that its route declares.

use contracts::{Failure, FailureKind};

use super::table::Param;

/// The most items of a page.
const MOST: i64 = 1000;

/// Refuses a parameter where there are none, and a number of items that no page has: silently answered with another number, it would
/// be taken for all there is.
///
/// # Errors
/// `Malformed`, naming the parameter and what it may be.
pub(super) fn check(params: &[Param], query: &str) -> Result<(), Failure> {
    let given = query.split('&').filter(|pair| !pair.is_empty() && !pair.ends_with('='));
    for (name, value) in given.map(|pair| pair.split_once('=').unwrap_or((pair, ""))) {
        let wrong = |why: &str| {
            Failure::new(FailureKind::Malformed, format!("the query cannot be read: {name} {why}"))
                .at(name, why)
        };
        if params.is_empty() {
            return Err(wrong("is no parameter here: this address takes none; leave it out"));
        }
        let counts = params.iter().any(|param| param.name == name && param.schema == "Limit");
        if counts && value.parse().is_ok_and(|count: i64| !(1..=MOST).contains(&count)) {
            return Err(wrong(&format!("must be 1 to {MOST}; what is more comes with the next page")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::table::param;

    #[test]
    fn a_number_of_items_that_no_page_has_is_refused_with_what_may_stand_there() {
        let params = [param("limit", "Limit", ""), param("q", "Text", "")];
        for good in ["", "limit=1", "limit=1000", "limit=", "q=0", "q=5000&limit=20", "limit=many"] {
            assert!(check(&params, good).is_ok(), "{good}");
        }
        for wrong in ["limit=0", "limit=1001", "limit=-1", "q=x&limit=4294967297"] {
            let failure = check(&params, wrong).unwrap_err();
            assert_eq!((failure.kind, failure.errors[0].pointer.as_str()), (FailureKind::Malformed, "limit"));
            assert!(failure.detail.contains("1 to 1000"), "{failure}");
        }
    }

    #[test]
    fn what_takes_no_parameters_refuses_every_one_by_name() {
        assert!(check(&[], "").is_ok());
        let failure = check(&[], "known_on=gestern").unwrap_err();
        assert!(failure.detail.contains("known_on") && failure.detail.contains("takes none"), "{failure}");
    }
}
