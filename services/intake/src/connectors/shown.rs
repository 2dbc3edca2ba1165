//! A source as the others see it.

use contracts::intake::{
    ImportRun,
    sources::{Connector, Source, SourceHealth, SourceRun},
};
use domain::Timestamp;
use kit::Tx;

use super::{address, cap_index, facts, goes_on::marks};
use crate::{
    Intake,
    domain::source::{Signs, state},
    sources::terms,
    store::{
        runs::{self, RunRow},
        sources::{self, SourceRow},
    },
};

/// For how many days it is told that a file or a message could not be read.
const TOLD_DAYS: i64 = 3;
/// How many files are named.
const NAMED: usize = 5;

/// What of its files a source is judged by.
struct Files {
    /// The last run.
    run: Option<RunRow>,
    /// What could not be read of late: names and why.
    unread: Vec<(String, String)>,
    /// Since when that is told.
    since: Timestamp,
}

impl Intake {
    /// A source as the others see it.
    pub(crate) async fn shown(&self, row: &SourceRow) -> Result<Source, sqlx::Error> {
        let run = match &row.last_import {
            Some(import) => runs::get(&self.db, import).await?,
            None => None,
        };
        let since = told_since(self.db.clock().now());
        let unread = sources::unread(&self.db, row, since).await?;
        Ok(self.show(row, &Files { run, unread, since }))
    }
    /// The same within a transaction.
    pub(crate) async fn shown_in(&self, tx: &mut Tx, row: &SourceRow) -> Result<Source, sqlx::Error> {
        let run = match &row.last_import {
            Some(import) => runs::get_in(tx, import).await?,
            None => None,
        };
        let since = told_since(tx.now());
        let unread = sources::unread_in(tx, row, since).await?;
        Ok(self.show(row, &Files { run, unread, since }))
    }
    fn show(&self, row: &SourceRow, files: &Files) -> Source {
        let missing = self.means.secrets.lacking(facts(row.connector).needs);
        shown(row, files, missing)
    }
}

fn told_since(now: Timestamp) -> Timestamp {
    now.plus(-chrono::Duration::days(TOLD_DAYS))
}

fn shown(row: &SourceRow, files: &Files, missing: Vec<String>) -> Source {
    let form = row.form.0.clone();
    let format = form.format.or(facts(row.connector).format);
    let address = match row.connector {
        Connector::Webhook => String::new(),
        connector => address(connector, &form).map_or_else(|why| why, |url| url.to_string()),
    };
    Source {
        key: row.source_key.clone(),
        connector: row.connector,
        address,
        format,
        terms: format.and_then(terms),
        enabled: row.enabled,
        health: health(row, files, missing),
        brought: row.brought.unsigned_abs(),
        goes_on: marks(row.connector, &form, &row.cursor.0),
        last_run: files.run.as_ref().map(|run| of_run(&run.run())),
        by: row.changed_by.clone(),
        changed_at: row.changed_at,
        version: u32::try_from(row.version).unwrap_or(u32::MAX),
        form,
    }
}

/// What went wrong with a source: the last attempt, or what it brought or listed and could not be read.
fn error(row: &SourceRow, files: &Files) -> String {
    if !row.error.is_empty() {
        return row.error.clone();
    }
    let mut told = Vec::new();
    match files.unread.as_slice() {
        [] => {}
        [(_, why)] => told.push(format!("what it brought cannot be read: {why}")),
        many => {
            let named = many.iter().map(|(name, why)| format!("{name} ({why})"));
            told.push(format!("{} of its files cannot be read: {}", many.len(), listed(named)));
        }
    }
    let lost = match row.connector {
        Connector::CapIndex => cap_index::unread(&row.cursor.0, files.since),
        _ => Vec::new(),
    };
    if !lost.is_empty() {
        let many = lost.len();
        told.push(format!(
            "messages that it lists could not be fetched ({many}): {}",
            listed(lost.into_iter())
        ));
    }
    told.join("; ")
}

/// The first of them by name, and how many there are besides.
fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    let besides = names.len().saturating_sub(NAMED);
    let named: Vec<String> = names.take(NAMED).collect();
    match besides {
        0 => named.join(", "),
        _ => format!("{} and {besides} more", named.join(", ")),
    }
}

fn health(row: &SourceRow, files: &Files, missing: Vec<String>) -> SourceHealth {
    let error = error(row, files);
    let signs = Signs {
        enabled: row.enabled,
        lacks: !missing.is_empty(),
        silent: row.silent_since.is_some(),
        failing: !error.is_empty(),
        ever_good: row.last_good.is_some(),
    };
    let next_at: Option<Timestamp> = row.next_at.filter(|_| row.enabled);
    SourceHealth {
        state: state(signs),
        last_tried: row.last_tried,
        last_good: row.last_good,
        failures: u32::try_from(row.failures).unwrap_or(u32::MAX),
        error,
        next_at,
        silent_since: row.silent_since,
        missing,
    }
}

fn of_run(run: &ImportRun) -> SourceRun {
    SourceRun {
        import: run.id.clone(),
        state: run.state,
        read: run.read,
        accepted: run.accepted,
        updated: run.updated,
        unchanged: run.unchanged,
        quarantined: run.quarantined,
    }
}
