//! Imports and their quarantine.

use contracts::{
    Page,
    intake::{GetImport, ImportRun, ListImports, ListQuarantine, Quarantined},
};
use kit::Asked;

use super::STAFF;
use crate::{
    Intake,
    domain::page::page,
    error::Error,
    store::{cursor, quarantine, remarks, runs},
};

/// One run.
pub async fn get_import(service: &Intake, asked: &Asked<GetImport>) -> Result<ImportRun, Error> {
    asked.allow(STAFF)?;
    let id = &asked.query.id;
    let row = runs::get(&service.db, id).await?;
    let run = row.map(|row| row.run()).ok_or_else(|| Error::NoImport(id.clone()))?;
    Ok(ImportRun { remarks: remarks::list(&service.db, id).await?, ..run })
}

/// Runs, newest first.
pub async fn list_imports(service: &Intake, asked: &Asked<ListImports>) -> Result<Page<ImportRun>, Error> {
    asked.allow(STAFF)?;
    let wanted = &asked.query.page;
    let rows = runs::list(&service.db, wanted).await?;
    let items = rows.iter().map(runs::RunRow::run).collect();
    Ok(page(items, wanted.size(), |run: &ImportRun| cursor::write(run.received_at, &run.id)))
}

/// Records of a run that could not be read, by line.
pub async fn list_quarantine(
    service: &Intake,
    asked: &Asked<ListQuarantine>,
) -> Result<Page<Quarantined>, Error> {
    asked.allow(STAFF)?;
    let ListQuarantine { import, page: wanted } = &asked.query;
    if runs::get(&service.db, import).await?.is_none() {
        return Err(Error::NoImport(import.clone()));
    }
    let items = quarantine::list(&service.db, import, wanted).await?;
    Ok(page(items, wanted.size(), |record: &Quarantined| cursor::write(record.line, &record.id)))
}
