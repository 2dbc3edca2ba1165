//! Imports and their quarantine.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use contracts::{
    Failure, Page, Principal,
    intake::{
        GetImport, ImportRun, ListImports, ListQuarantine, Quarantined,
        mapping::{Mapping, MappingRef},
    },
};
use domain::ImportId;
use kit::{Asked, Filling};

use super::{STAFF, mappings::restricted, reach::filled, replay, sources};
use crate::{
    Intake,
    domain::page::page,
    error::Error,
    sources::{Layout, mapped},
    store::{
        cursor, mappings, quarantine, remarks, run_states,
        runs::{self, RunRow},
    },
};

/// One run.
pub async fn get_import(service: &Intake, asked: &Asked<GetImport>) -> Result<ImportRun, Error> {
    asked.allow(STAFF)?;
    let GetImport { id, known_on } = &asked.query;
    let row = told(service, &asked.principal, id).await?;
    if let Some(at) = known_on {
        return run_states::get(&service.db, id, *at).await?.ok_or_else(|| Error::NoImport(id.clone()));
    }
    Ok(ImportRun { remarks: remarks::list(&service.db, id).await?, ..row.run() })
}

/// Runs, newest first.
pub async fn list_imports(service: &Intake, asked: &Asked<ListImports>) -> Result<Page<ImportRun>, Error> {
    asked.allow(STAFF)?;
    let ListImports { known_on, page: wanted } = &asked.query;
    let reach = Reach::of(service, &asked.principal).await?;
    let cursor_of = |run: &ImportRun| cursor::write(run.received_at, &run.id);
    let mut filling = Filling::new(wanted);
    while let Some(page) = filling.to_read() {
        let rows = runs::list(&service.db, &page, *known_on).await?;
        let untold: BTreeSet<ImportId> =
            rows.iter().filter(|row| !reach.tells(row)).map(|row| row.import_id.clone()).collect();
        let runs = match known_on {
            Some(at) => run_states::stood(&service.db, &rows, *at).await?,
            None => rows.iter().map(RunRow::run).collect(),
        };
        filling.take(runs, (|run| Some(run).filter(|run| !untold.contains(&run.id)), cursor_of));
    }
    Ok(filled(filling, cursor_of))
}

/// A run; one of which this principal may not know is not there.
pub(super) async fn told(service: &Intake, asker: &Principal, id: &ImportId) -> Result<RunRow, Error> {
    let run = runs::get(&service.db, id).await?;
    let reach = Reach::of(service, asker).await?;
    run.filter(|run| reach.tells(run)).ok_or_else(|| Error::NoImport(id.clone()))
}

/// Whether those alone may be told of a run whose work needs what is restricted.
pub(crate) async fn is_restricted(service: &Intake, run: &RunRow) -> Result<bool, Error> {
    if run.source_key.is_none() && run.mapping_name.is_none() {
        return Ok(false);
    }
    let (subject, name) = (String::new(), String::new());
    let anybody = Principal { subject, name, roles: BTreeSet::new(), organisation: None };
    Ok(!Reach::of(service, &anybody).await?.tells(run))
}

/// Which runs an asker is told of: a run bears the names of its source and of its mapping.
struct Reach<'a> {
    asker: &'a Principal,
    sources: BTreeSet<String>,
    mappings: BTreeSet<String>,
}

impl<'a> Reach<'a> {
    async fn of(service: &Intake, asker: &'a Principal) -> Result<Self, Error> {
        let sources = sources::hidden(service, asker).await?;
        Ok(Self { asker, sources, mappings: restricted(service, asker).await? })
    }
    /// Whoever sent a file is told of its run, as before what it is read by was restricted.
    fn tells(&self, run: &RunRow) -> bool {
        let of_source = run.source_key.as_ref().is_some_and(|key| self.sources.contains(key));
        let of_mapping = run.mapping_name.as_ref().is_some_and(|name| self.mappings.contains(name));
        run.sent_by == self.asker.subject || !(of_source || of_mapping)
    }
}

/// Records of a run that could not be read, by line.
pub async fn list_quarantine(
    service: &Intake,
    asked: &Asked<ListQuarantine>,
) -> Result<Page<Quarantined>, Error> {
    asked.allow(STAFF)?;
    let ListQuarantine { import, known_on, page: wanted } = &asked.query;
    let run = told(service, &asked.principal, import).await?;
    if known_on.is_some_and(|at| run.received_at > at) {
        return Err(Error::NoImport(import.clone()));
    }
    let mapping = may_see_rows(service, asked, &run).await?;
    let mut items = quarantine::list(&service.db, &run, (wanted, *known_on)).await?;
    for record in &mut items {
        record.text = mapping.as_ref().and_then(|mapping| decoded(mapping, record));
    }
    if !asked.principal.knows_restricted() && !items.is_empty() {
        let layout = replay::layout(service, &run).await?;
        for record in items.iter_mut().filter(|record| !is_for_all(&layout, record)) {
            (record.original, record.text, record.reason) = (String::new(), None, KEPT_BACK.to_owned());
        }
    }
    Ok(page(items, wanted.size(), |record: &Quarantined| cursor::write(record.line, &record.id)))
}

/// What is said in the place of a record that is not for everyone who may read of its run.
pub(super) const KEPT_BACK: &str = "the record is labelled for those whose work needs what is restricted, or its label cannot be read; ask an analyst to mend it";

/// Whether a record is for everyone who may read of its run.
pub(super) fn is_for_all(layout: &Layout, record: &Quarantined) -> bool {
    STANDARD.decode(&record.original).is_ok_and(|bytes| layout.is_for_all(&bytes, &record.reason))
}

/// What a record says that is in another encoding than UTF-8.
fn decoded(mapping: &Mapping, record: &Quarantined) -> Option<String> {
    let bytes = STANDARD.decode(&record.original).ok()?;
    mapped::text(mapping, &bytes).ok().filter(|text| text.as_bytes() != bytes)
}

/// Refuses the rows of a run to those who may not know what they would be: by what was set of its source, and by its mapping, which is
/// given where there is one.
pub(super) async fn may_see_rows<Q>(
    service: &Intake,
    asked: &Asked<Q>,
    run: &RunRow,
) -> Result<Option<Mapping>, Error> {
    let mapping = match run.mapping() {
        Some(MappingRef { name, version }) => {
            mappings::get(&service.db, (&name, Some(version)), None).await?
        }
        None => None,
    };
    let besides = run.besides();
    let mut handled = besides.iter().chain(mapping.as_ref().map(|mapping| &mapping.handling));
    if handled.all(|handling| asked.principal.may_know(Some(handling))) {
        return Ok(mapping);
    }
    let why = "the rows of this import are for those whose work needs what is restricted; ask an analyst to mend them";
    Err(Failure::forbidden(why).into())
}
