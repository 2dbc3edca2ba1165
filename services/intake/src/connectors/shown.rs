//! A source as the others see it.

use contracts::intake::{
    ImportRun, ImportState,
    sources::{Connector, Source, SourceHealth, SourceRun},
};
use domain::Timestamp;
use kit::Tx;

use super::{address, facts};
use crate::{
    Intake,
    domain::source::{Signs, state},
    sources::terms,
    store::{
        runs::{self, RunRow},
        sources::SourceRow,
    },
};

impl Intake {
    /// A source as the others see it.
    pub(crate) async fn shown(&self, row: &SourceRow) -> Result<Source, sqlx::Error> {
        let run = match &row.last_import {
            Some(import) => runs::get(&self.db, import).await?,
            None => None,
        };
        Ok(self.show(row, run))
    }
    /// The same within a transaction.
    pub(crate) async fn shown_in(&self, tx: &mut Tx, row: &SourceRow) -> Result<Source, sqlx::Error> {
        let run = match &row.last_import {
            Some(import) => runs::get_in(tx, import).await?,
            None => None,
        };
        Ok(self.show(row, run))
    }
    fn show(&self, row: &SourceRow, run: Option<RunRow>) -> Source {
        let missing = self.means.secrets.lacking(facts(row.connector).needs);
        shown(row, run.as_ref().map(RunRow::run).as_ref(), missing)
    }
}

fn shown(row: &SourceRow, run: Option<&ImportRun>, missing: Vec<String>) -> Source {
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
        health: health(row, run, missing),
        brought: row.brought.unsigned_abs(),
        last_run: run.map(of_run),
        by: row.changed_by.clone(),
        changed_at: row.changed_at,
        version: u32::try_from(row.version).unwrap_or(u32::MAX),
        form,
    }
}

fn health(row: &SourceRow, run: Option<&ImportRun>, missing: Vec<String>) -> SourceHealth {
    let unread = run.filter(|run| run.state == ImportState::Failed);
    let error = if row.error.is_empty() {
        unread.map_or_else(String::new, |run| format!("what it brought cannot be read: {}", run.failure))
    } else {
        row.error.clone()
    };
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
