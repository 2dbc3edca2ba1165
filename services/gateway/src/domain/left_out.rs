//! What a file says at its end of what it does not hold.

use std::collections::BTreeMap;

use contracts::intake::search::Removed;
use domain::{Observation, Redistribution, Timestamp};
use serde_json::{Value, json};

use super::export::{COLUMNS, finished, licences};
use crate::Error;

/// What a file does not hold: rows whose licence keeps them in, by licence, and what of a past moment is not kept any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    by_licence: BTreeMap<String, u64>,
    removed: Option<Removed>,
}

impl LeftOut {
    /// The same of a file of a past moment, of which this is not kept any more.
    pub fn lacks(&mut self, removed: Option<Removed>) {
        self.removed = removed;
    }
    /// The rows that may leave in a file; the others are counted here.
    pub fn part(&mut self, observations: Vec<Observation>) -> Vec<Observation> {
        let may_leave = |seen: &Observation| seen.handling.licence.redistribution == Redistribution::Raw;
        let (leave, stay): (Vec<_>, Vec<_>) = observations.into_iter().partition(may_leave);
        for observation in stay {
            *self.by_licence.entry(licences(&observation)).or_default() += 1;
        }
        leave
    }
    /// What is said at the end of the file, for programs, each under its name; with a note for the one who opens it.
    pub fn members(&self) -> Vec<(&'static str, Value)> {
        let left_out = (!self.by_licence.is_empty()).then(|| {
            let rows = self.by_licence.values().sum::<u64>();
            ("left_out", json!({ "rows": rows, "by_licence": self.by_licence, "note": self.kept_in() }))
        });
        let removed = self.removed.map(|Removed { before, revisions }| {
            ("removed", json!({ "before": before, "revisions": revisions, "note": gone(before, revisions) }))
        });
        left_out.into_iter().chain(removed).collect()
    }
    fn kept_in(&self) -> String {
        let rows: u64 = self.by_licence.values().sum();
        let by: Vec<String> =
            self.by_licence.iter().map(|(licence, rows)| format!("{rows} under {licence}")).collect();
        format!(
            "{rows} rows of this search are not in this file, as their licence keeps rows in ({}): counts of them may leave, \
             see /v1/series; they can be read in the console and as JSON",
            by.join(", ")
        )
    }
    /// The last rows of a table: no observations, under ids that none has; nothing where nothing is to be said.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn csv_rows(&self) -> Result<String, Error> {
        let licences = self.by_licence.keys().cloned().collect::<Vec<_>>().join(" ");
        let mut table = csv::Writer::from_writer(Vec::new());
        for (name, member) in self.members() {
            table.write_record(COLUMNS.map(|(column, _)| match column {
                "id" => format!("#{name}"),
                "title" => member["note"].as_str().unwrap_or_default().to_owned(),
                "licence" if name == "left_out" => licences.clone(),
                _ => String::new(),
            }))?;
        }
        finished(table)
    }
    /// The last lines of a file of lines; nothing where nothing is to be said.
    pub fn ndjson_lines(&self) -> String {
        let line = |(name, member): (&str, Value)| json!({ name: member }).to_string() + "\n";
        self.members().into_iter().map(line).collect()
    }
}

/// What is said of what is not kept of a past moment any more.
fn gone(before: Timestamp, revisions: u64) -> String {
    format!(
        "not all that was known at that moment is kept: rules of retention removed {revisions} revisions that were superseded before \
         {before}, and what they told may be missing here; /v1/retention tells which rules, when and who confirmed it"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::export::{csv_head, feature, tests::observation};

    #[test]
    fn a_row_whose_licence_keeps_it_in_is_in_no_file_and_how_many_there_are_is_said() {
        let of = |redistribution: &str| {
            let mut one = observation("exact", "exact");
            one.handling.licence.ids = ["ACLED-Terms".to_owned()].into();
            one.handling.licence.attribution = ["ACLED".to_owned()].into();
            one.handling.licence.redistribution = redistribution.parse().unwrap();
            one
        };
        let mut left_out = LeftOut::default();
        let leave = left_out.part(vec![of("raw"), of("derived"), of("none"), of("raw")]);
        assert_eq!(leave.len(), 2);
        assert_eq!(left_out.members()[0].1["by_licence"], json!({ "ACLED-Terms": 2 }));
        let row = csv_head(false).unwrap() + &left_out.csv_rows().unwrap();
        let mut table = csv::Reader::from_reader(row.as_bytes());
        let last: Vec<String> = table.records().next().unwrap().unwrap().iter().map(str::to_owned).collect();
        assert!(last[0] == "#left_out" && last[16].starts_with("2 rows"), "{last:?}");
        assert!(left_out.ndjson_lines().contains("\"rows\":2"));
        left_out.lacks(Some(Removed { before: "2025-11-23T00:00:00Z".parse().unwrap(), revisions: 700 }));
        let rows = csv_head(false).unwrap() + &left_out.csv_rows().unwrap();
        let mut table = csv::Reader::from_reader(rows.as_bytes());
        let last: Vec<String> = table.records().nth(1).unwrap().unwrap().iter().map(str::to_owned).collect();
        assert!(last[0] == "#removed" && last[16].contains("removed 700 revisions"), "{last:?}");
        let lines = left_out.ndjson_lines();
        assert!(lines.lines().nth(1).unwrap().starts_with("{\"removed\":{"), "{lines}");
        let none = LeftOut::default();
        assert!(none.csv_rows().unwrap().is_empty() && none.ndjson_lines().is_empty());
        let properties = &feature(&leave[0])["properties"];
        assert_eq!(
            (&properties["licence"][0], &properties["attribution"][0]),
            (&json!("ACLED-Terms"), &json!("ACLED"))
        );
    }
}
