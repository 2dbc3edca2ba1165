//! Which records of a file bear a label of their own: they are not for everyone who may read the others.

use contracts::{gateway::Format, principal::is_restricted};
use domain::Tlp;

use super::{Layout, records::lines, row::Row, table};
use crate::domain::contradiction;

impl Layout {
    /// Whether a record that waits for this reason is for everyone who may read of its run. One whose own label keeps it to those
    /// whose work needs it is not, nor one whose label cannot be read; where records have labels, nor is a reason that quotes what
    /// another record says.
    pub fn is_for_all(&self, bytes: &[u8], reason: &str) -> bool {
        match self.format {
            Format::Csv if self.columns.position("tlp").is_some() => {
                !contradiction::is_told(reason) && self.is_open(bytes)
            }
            Format::Cap => !contradiction::is_told(reason) && !names_red(bytes),
            _ => true,
        }
    }
    fn is_open(&self, bytes: &[u8]) -> bool {
        let Ok(fields) = lines::fields(bytes) else { return false };
        let Ok(row) = Row::new(&self.columns, &fields) else { return false };
        row.filled("tlp")
            .is_none_or(|label| label.parse::<Tlp>().is_ok_and(|tlp| !is_restricted(&table::handling(tlp))))
    }
}

/// Whether a message that cannot be read may bear a label among its codes, as `TLP:RED`, wherever that stands in it.
fn names_red(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes).to_uppercase();
    text.contains("TLP") && text.contains("RED")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::Terms;

    fn layout(format: Format, header: &str) -> Layout {
        let terms = Terms { received_on: "2026-11-23".parse().unwrap(), exercise: false };
        Layout::of(format, header.as_bytes(), terms).unwrap()
    }

    #[test]
    fn a_row_is_for_everyone_by_its_own_label_and_not_where_that_cannot_be_read() {
        let names = table::REQUIRED.join(",");
        let row = |label: &str| format!("R-1,2026-99-01{}{label}", ",x".repeat(table::REQUIRED.len() - 2));
        let labelled = layout(Format::Csv, &format!("{names},tlp"));
        let contradicts = "the id R-1 stands in line 2 of this file already, which says otherwise: title \"a\" there, \"b\" here";
        for (label, reason, expected) in [
            (",", "why", true),
            (",AMBER", "why", true),
            (",RED", "why", false),
            (",red hot", "why", false),
            ("", "why", false),
            (",AMBER", contradicts, false),
        ] {
            assert_eq!(labelled.is_for_all(row(label).as_bytes(), reason), expected, "{label} {reason}");
        }
        assert!(!labelled.is_for_all(b"\xff,RED", "why"));
        assert!(
            layout(Format::Csv, &names).is_for_all(row("").as_bytes(), contradicts),
            "nothing in it has a label"
        );
        let alerts = layout(Format::Cap, "<alerts>");
        assert!(alerts.is_for_all(b"<alert><status>Actual</status>", "why"));
        assert!(!alerts.is_for_all(b"<alert><code>tlp:red</code>", "why"));
    }
}
