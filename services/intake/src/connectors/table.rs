//! Rows that come as JSON objects, written as the table that the format's import reads.

use serde_json::{Map, Value};

use super::Trouble;

/// A table of these rows. Its columns are the names of all of them; what a row does not have is empty.
pub(super) fn of(rows: &[Map<String, Value>]) -> Result<Vec<u8>, Trouble> {
    let mut names: Vec<&str> = rows.iter().flat_map(|row| row.keys().map(String::as_str)).collect();
    names.sort_unstable();
    names.dedup();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |error: csv::Error| Trouble::Unreadable(format!("the rows make no table ({error})"));
    writer.write_record(&names).map_err(failed)?;
    for row in rows {
        let fields = names.iter().map(|name| row.get(*name).map_or_else(String::new, text));
        writer.write_record(fields).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| Trouble::Unreadable(format!("the rows make no table ({error})")))
}

/// A value as a table has it: nothing for nothing, text as it is, all else as JSON writes it.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_become_a_table_whatever_their_texts_hold() {
        let row = |value: Value| value.as_object().unwrap().clone();
        let rows = [
            row(json!({"id": 7, "notes": "two\nlines, \"quoted\"", "lat": 39.5})),
            row(json!({"id": "8", "more": null, "notes": "Баткен"})),
        ];
        let table = String::from_utf8(of(&rows).unwrap()).unwrap();
        assert_eq!(table, "id,lat,more,notes\n7,39.5,,\"two\nlines, \"\"quoted\"\"\"\n8,,,Баткен\n");
    }
}
