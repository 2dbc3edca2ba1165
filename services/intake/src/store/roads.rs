//! By which road a file comes in: the source that brings it, and the names that are other sources'.

use std::{collections::BTreeSet, sync::Arc};

use contracts::gateway::Format;
use kit::Db;

use super::{
    runs::RunRow,
    sources::{self, SourceRow},
};
use crate::sources::{Layout, alike, feed::Bringer};

/// How the records of a run are read by the road it came in by.
///
/// # Errors
/// When the store cannot be read.
pub async fn along(db: &Db, run: &RunRow, layout: Layout) -> Result<Layout, sqlx::Error> {
    let own = run.source_key.as_deref();
    let bringer = match own {
        Some(key) => {
            let grade = sources::get(db, key).await?.and_then(|row| row.form.0.grade);
            Bringer { source: key.to_owned(), grade }
        }
        None => Bringer::default(),
    };
    let layout = layout.brought_by(bringer);
    // other formats say themselves what their source is
    if !matches!(run.format, Format::Csv | Format::Mapped) {
        return Ok(layout);
    }
    let mapping = run.mapping().map(|by| by.name);
    let is_other = |row: &SourceRow| {
        let same_table = match run.format {
            Format::Csv => row.form.0.format == Some(Format::Csv),
            _ => is_read_by(row, mapping.as_deref()),
        };
        own != Some(row.source_key.as_str()) && !same_table
    };
    let others: BTreeSet<String> = sources::all(db)
        .await?
        .into_iter()
        .filter(is_other)
        .map(|row| alike::folded(&row.source_key))
        .collect();
    Ok(layout.apart_from(Arc::new(others)))
}

/// Whether what a source sends is read by this mapping.
pub fn is_read_by(row: &SourceRow, mapping: Option<&str>) -> bool {
    mapping.is_some() && row.form.0.mapping.as_ref().map(|by| by.name.as_str()) == mapping
}
