//! Where a page ended: the two values that its list is ordered by.

use std::str::FromStr;

use crate::Error;

/// The two values of a cursor.
///
/// # Errors
/// With the cursor, when it is none of the list.
pub(super) fn read<A: FromStr, B: FromStr>(text: &str) -> Result<(A, B), Error> {
    let parts =
        text.split_once('|').and_then(|(first, second)| Some((first.parse().ok()?, second.parse().ok()?)));
    parts.ok_or_else(|| Error::Cursor(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use domain::{AnomalyId, AssessmentId, Timestamp};
    use testkit::{fuzz, fuzz::Seeds};

    use super::*;
    use crate::domain::Month;

    #[test]
    fn any_cursor_is_one_of_a_list_or_refused() {
        let (anomaly, assessment) = (AnomalyId::derived(&["1"]), AssessmentId::derived(&["1"]));
        let seeds =
            [format!("2026-11|{anomaly}"), format!("2026-11-23T07:30:00.5Z|{assessment}"), "|".to_owned()];
        let seeds = Seeds::new(&seeds, &["|", "-", "+", "9999-12", "0000-00", "\0", "as_", "~"]);
        fuzz!(|script| {
            let text = seeds.text(script);
            if let Ok((month, id)) = read::<Month, AnomalyId>(&text) {
                assert_eq!(read::<Month, AnomalyId>(&format!("{month}|{id}")).unwrap(), (month, id));
            }
            match read::<Timestamp, AssessmentId>(&text) {
                Ok((at, id)) => {
                    assert_eq!(read::<Timestamp, AssessmentId>(&format!("{at}|{id}")).unwrap(), (at, id));
                }
                Err(error) => assert!(matches!(error, Error::Cursor(_))),
            }
        });
    }
}
