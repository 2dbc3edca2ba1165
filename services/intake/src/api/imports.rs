//! Imports and their quarantine.

use contracts::{
    Failure, Page,
    intake::{GetImport, ImportRun, ListImports, ListQuarantine, Quarantined, mapping::MappingRef},
};
use kit::Asked;

use super::STAFF;
use crate::{
    Intake,
    domain::page::page,
    error::Error,
    store::{
        cursor, mappings, quarantine, remarks, run_states,
        runs::{self, RunRow},
    },
};

/// One run.
pub async fn get_import(service: &Intake, asked: &Asked<GetImport>) -> Result<ImportRun, Error> {
    asked.allow(STAFF)?;
    let GetImport { id, known_on } = &asked.query;
    if let Some(at) = known_on {
        return run_states::get(&service.db, id, *at).await?.ok_or_else(|| Error::NoImport(id.clone()));
    }
    let row = runs::get(&service.db, id).await?;
    let run = row.map(|row| row.run()).ok_or_else(|| Error::NoImport(id.clone()))?;
    Ok(ImportRun { remarks: remarks::list(&service.db, id).await?, ..run })
}

/// Runs, newest first.
pub async fn list_imports(service: &Intake, asked: &Asked<ListImports>) -> Result<Page<ImportRun>, Error> {
    asked.allow(STAFF)?;
    let ListImports { known_on, page: wanted } = &asked.query;
    let items = match known_on {
        Some(at) => run_states::list(&service.db, wanted, *at).await?,
        None => runs::list(&service.db, wanted, None).await?.iter().map(runs::RunRow::run).collect(),
    };
    Ok(page(items, wanted.size(), |run: &ImportRun| cursor::write(run.received_at, &run.id)))
}

/// Records of a run that could not be read, by line.
pub async fn list_quarantine(
    service: &Intake,
    asked: &Asked<ListQuarantine>,
) -> Result<Page<Quarantined>, Error> {
    asked.allow(STAFF)?;
    let ListQuarantine { import, known_on, page: wanted } = &asked.query;
    let run = runs::get(&service.db, import).await?;
    let run = run.filter(|run| known_on.is_none_or(|at| run.received_at <= at));
    let run = run.ok_or_else(|| Error::NoImport(import.clone()))?;
    may_see_rows(service, asked, &run).await?;
    let items = quarantine::list(&service.db, &run, (wanted, *known_on)).await?;
    Ok(page(items, wanted.size(), |record: &Quarantined| cursor::write(record.line, &record.id)))
}

/// Refuses the rows of a run to those who may not know what they would be: by what was set of its source, and by its mapping.
pub(super) async fn may_see_rows<Q>(service: &Intake, asked: &Asked<Q>, run: &RunRow) -> Result<(), Error> {
    let by_mapping = match run.mapping() {
        Some(MappingRef { name, version }) => {
            mappings::get(&service.db, (&name, Some(version)), None).await?.map(|mapping| mapping.handling)
        }
        None => None,
    };
    let mut handled = run.besides().into_iter().chain(by_mapping);
    if handled.all(|handling| asked.principal.may_know(Some(&handling))) {
        return Ok(());
    }
    let why = "the rows of this import are for those whose work needs what is restricted; ask an analyst to mend them";
    Err(Failure::forbidden(why).into())
}
