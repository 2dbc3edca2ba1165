//! Reasons that intake gives for what it does not take, as templates: `{}` stands for what differs.
//!
//! Whoever refuses writes English; whoever reads another language is told by a table of these templates. A reason that is none of
//! them cannot be told, which the tests of intake and of the console's table see.

mod templates;

pub use templates::{AROUND, ASSESSMENTS, REASONS, WORDS};

/// Between reasons that stand behind one another.
pub const APART: &str = "; ";

/// What stands in the holes of a template, where the text is one of it.
pub fn held<'t>(template: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut parts = template.split("{}").peekable();
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut held = Vec::new();
    while let Some(part) = parts.next() {
        let end =
            if parts.peek().is_none() { rest.strip_suffix(part).map(str::len)? } else { rest.find(part)? };
        let (value, behind) = rest.split_at_checked(end)?;
        held.push(value);
        rest = behind.strip_prefix(part)?;
    }
    rest.is_empty().then_some(held)
}

/// The reasons of a text that holds several: each begins with the column, field or element that it is of. One where none does.
pub fn apart(text: &str) -> Vec<&str> {
    const BEGINS: [&str; 3] = ["column ", "field ", "alert/"];
    if !BEGINS.iter().any(|begin| text.starts_with(begin)) {
        return vec![text];
    }
    let (mut found, mut from) = (Vec::new(), 0);
    for (at, _) in text.match_indices(APART) {
        let behind = text.get(at + APART.len()..).unwrap_or_default();
        if BEGINS.iter().any(|begin| behind.starts_with(begin)) {
            found.extend(text.get(from..at));
            from = at + APART.len();
        }
    }
    found.extend(text.get(from..));
    found
}

/// Whether a reason, or each of several behind one another, is one of these.
pub fn is_told(text: &str) -> bool {
    apart(text).into_iter().all(|one| {
        let around = AROUND.iter().find_map(|template| held(template, one));
        match around.as_deref() {
            Some([.., inner]) => is_told(inner),
            _ => one.is_empty() || is_one(one) || pieces(one),
        }
    })
}

fn is_one(text: &str) -> bool {
    REASONS.iter().any(|template| held(template, text).is_some())
}

/// Whether a text falls into reasons that stand behind one another.
fn pieces(text: &str) -> bool {
    text.match_indices(APART).any(|(at, _)| {
        let (one, rest) =
            (text.get(..at).unwrap_or_default(), text.get(at + APART.len()..).unwrap_or_default());
        is_one(one) && is_told(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_told_with_all_that_is_around_it_and_another_is_not() {
        for told in [
            "is empty and must not be",
            "column best: low 5, best 3, high 4 do not rise; correct the one that is wrong; column id: is empty and must not be",
            "alert/info[1]/severity: \"x; y\" is none of Extreme, Severe",
            "not taken to triage by itself: the title is empty; no province \"x\" is known; write its ISO 3166-2 code, as KG-B, or a name of it",
        ] {
            assert!(is_told(told), "{told}");
        }
        for untold in
            ["the sky fell", "column id: the sky fell", "column id: is empty and must not be; column x: fell"]
        {
            assert!(!is_told(untold), "{untold}");
        }
    }

    #[test]
    fn no_reason_hides_one_behind_it() {
        for all in [AROUND, REASONS] {
            for (number, template) in all.iter().enumerate() {
                let text = template.replace("{}", "x y");
                let first = all.iter().position(|other| held(other, &text).is_some());
                assert_eq!(first, Some(number), "{template}");
            }
        }
    }
}
