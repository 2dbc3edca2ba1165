//! Saved mappings: listed, given, saved in versions, tried on the first rows of a file.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, engine::general_purpose::STANDARD};
use contracts::{
    Failure, FailureKind, Page, Principal,
    intake::mapping::{GetMapping, ListMappings, Mapping, SaveMapping, Tried, TriedRow, TryMapping},
};
use kit::{Asked, Filling};

use super::{IMPORTERS, STAFF, reach::filled, sources::hidden};
use crate::{
    Intake,
    domain::{
        contradiction,
        draft::{Arrival, Digested, Draft},
        merge::{Contradiction, merge},
        page::json_bytes,
    },
    error::Error,
    sources::{Layout, Terms, alike, mapped, records::Splitter, roads},
    store::{self, cursor, mappings, sources},
};

/// How many rows are shown of a file that is tried.
const ROWS: usize = 20;
/// How much of a file is taken for a trial, in bytes.
const SAMPLE_BYTES: usize = 256 * 1024;
/// The largest mapping taken, in bytes of JSON.
const MAPPING_BYTES: usize = 64 * 1024;

/// The newest version of every mapping, now or at a moment.
pub async fn list_mappings(service: &Intake, asked: &Asked<ListMappings>) -> Result<Page<Mapping>, Error> {
    asked.allow(STAFF)?;
    let ListMappings { known_on, page: wanted } = &asked.query;
    let restricted = restricted(service, &asked.principal).await?;
    let mut filling = Filling::new(wanted);
    while let Some(page) = filling.to_read() {
        let rows = mappings::list(&service.db, &page, *known_on).await?;
        let told = |one: Mapping| Some(one).filter(|one| is_told(&asked.principal, one, &restricted));
        filling.take(rows, (told, cursor_of));
    }
    Ok(filled(filling, cursor_of))
}

fn cursor_of(last: &Mapping) -> String {
    cursor::write(&last.name, last.version)
}

/// The names of the mappings that this principal may not know of.
pub(super) async fn restricted(service: &Intake, principal: &Principal) -> Result<BTreeSet<String>, Error> {
    if principal.knows_restricted() {
        return Ok(BTreeSet::new());
    }
    let all = mappings::all(&service.db).await?;
    let restricted = all.into_iter().filter(|mapping| !principal.may_know(Some(&mapping.handling)));
    Ok(restricted.map(|mapping| mapping.name).collect())
}

/// Whether this principal is told of a mapping: as it is handled there, and as its newest version is.
fn is_told(principal: &Principal, mapping: &Mapping, restricted: &BTreeSet<String>) -> bool {
    principal.may_know(Some(&mapping.handling)) && !restricted.contains(&mapping.name)
}

/// One mapping.
pub async fn get_mapping(service: &Intake, asked: &Asked<GetMapping>) -> Result<Mapping, Error> {
    asked.allow(STAFF)?;
    let GetMapping { name, version, known_on } = &asked.query;
    let found = mappings::get(&service.db, (name, *version), *known_on).await?;
    let restricted = restricted(service, &asked.principal).await?;
    let told = found.filter(|found| is_told(&asked.principal, found, &restricted));
    told.ok_or_else(|| Error::NoMapping(name.clone()))
}

/// Saves a new mapping, or the next version of one.
pub async fn save_mapping(service: &Intake, asked: &Asked<SaveMapping>) -> Result<Mapping, Error> {
    asked.allow(IMPORTERS)?;
    let SaveMapping { mapping, after, whichever } = &asked.query;
    check(mapping)?;
    check_source(service, (&asked.principal, mapping)).await?;
    let request = asked.seed().map(|[subject, key]| format!("{subject} {key}"));
    let mut tx = service.db.begin().await?;
    let newest = mappings::newest(&mut tx, &mapping.name).await?;
    if let Some((version, Some(by_request))) = &newest
        && request.as_ref() == Some(by_request)
    {
        return kept(service, &mapping.name, *version).await; // asked again
    }
    if restricted(service, &asked.principal).await?.contains(&mapping.name) {
        let why = format!("the name {} cannot be used here; take another", mapping.name);
        return Err(Failure::conflict(why).into());
    }
    let stands = newest.map(|(version, _)| version);
    let is_meant = if *whichever { stands.is_some() } else { stands == *after };
    if !is_meant {
        return Err(stale(&mapping.name, stands, after.is_none() && !whichever).into());
    }
    let next = Mapping { version: stands.unwrap_or(0) + 1, by: String::new(), at: None, ..mapping.clone() };
    if !mappings::insert(&mut tx, &next, (&asked.principal.name, request.as_deref())).await? {
        return Err(stale(&mapping.name, Some(next.version), after.is_none() && !whichever).into());
    }
    tx.commit().await?;
    kept(service, &mapping.name, next.version).await
}

async fn kept(service: &Intake, name: &str, version: u32) -> Result<Mapping, Error> {
    let found = mappings::get(&service.db, (name, Some(version)), None).await?;
    found.ok_or_else(|| Error::NoMapping(name.to_owned()))
}

fn stale(name: &str, stands: Option<u32>, is_new: bool) -> Failure {
    let what = match stands {
        Some(version) => format!(
            "the mapping {name} is there in version {version}; read it again and send your change with If-Match \"{version}\""
        ),
        None => format!("there is no mapping {name} yet; send it without If-Match"),
    };
    let kind = if is_new { FailureKind::Unconditional } else { FailureKind::Stale };
    Failure::new(kind, what)
}

fn check(mapping: &Mapping) -> Result<(), Failure> {
    let found = mapped::objections(mapping);
    let bytes = json_bytes(mapping);
    let mut failure = Failure::invalid("the mapping cannot be used");
    if bytes > MAPPING_BYTES {
        let what = format!("the mapping has {bytes} bytes of JSON and at most {MAPPING_BYTES} are taken");
        failure = failure.at("/meanings", what);
    } else if found.is_empty() {
        return Ok(());
    }
    Err(found.into_iter().fold(failure, |failure, (place, what)| failure.at(&place, what)))
}

/// Refuses a mapping whose rows would bear the key of a source that is set up and is not read by it.
async fn check_source(service: &Intake, (principal, mapping): (&Principal, &Mapping)) -> Result<(), Error> {
    let Some(source) = roads::constant_source(mapping) else { return Ok(()) };
    let all = sources::all(&service.db).await?;
    let takes = |row: &sources::SourceRow| {
        alike::is_one(&row.source_key, source) && !store::roads::is_read_by(row, Some(&mapping.name))
    };
    let Some(row) = all.into_iter().find(takes) else { return Ok(()) };
    let what = if hidden(service, principal).await?.contains(&row.source_key) {
        format!("the name {source} cannot be used here; take another")
    } else {
        format!(
            "{source} is the key of a source that is set up and is not read by this mapping; write another name, or have that source \
             read by it"
        )
    };
    Err(Failure::invalid("the mapping cannot be used").at("/fields/source", what).into())
}

/// Reads the first rows of a file by a mapping; nothing is stored.
pub async fn try_mapping(service: &Intake, asked: &Asked<TryMapping>) -> Result<Tried, Error> {
    asked.allow(IMPORTERS)?;
    let TryMapping { mapping, sample } = &asked.query;
    if !mapping.fields.is_empty() {
        check(mapping)?;
    }
    let sample = STANDARD.decode(sample).ok().filter(|bytes| bytes.len() <= SAMPLE_BYTES);
    let Some(sample) = sample else {
        let why = format!("takes the first bytes of the file, base64, {SAMPLE_BYTES} at most");
        return Err(Failure::invalid("the sample cannot be read").at("/sample", why).into());
    };
    let now = service.db.clock().now();
    let terms = Terms { received_on: now.day(), exercise: false };
    tried(mapping, &sample, (terms, &Arrival::at(now)))
        .map_err(|why| Failure::invalid(&why).at("/sample", why).into())
}

fn tried(mapping: &Mapping, sample: &[u8], (terms, arrival): (Terms, &Arrival)) -> Result<Tried, String> {
    let mut splitter = Splitter::new(mapped::shape(mapping));
    splitter.push(sample);
    splitter.end();
    let first = splitter.next_record().ok_or("the sample is empty; send the first lines of the file")?;
    if let Some(fault) = &first.fault {
        return Err(format!("the first line cannot be read: {fault}"));
    }
    let layout = Layout::mapped(mapping.clone(), &mapped::text(mapping, &first.bytes)?, terms)?;
    splitter.expect_width(layout.width());
    let columns = layout.columns().to_vec();
    if mapping.fields.is_empty() {
        return Ok(Tried { columns, rows: Vec::new() }); // begun only: its columns are looked for
    }
    let header = if mapping.header { None } else { Some(first) };
    let records = header.into_iter().chain(std::iter::from_fn(|| splitter.next_record()));
    let ends = sample.ends_with(b"\n");
    let mut rows: Vec<TriedRow> = Vec::new();
    let mut drafts = Vec::new();
    for record in records.take(ROWS) {
        // what the sample ends in may be a part of a row
        if !ends && record.next_offset >= sample.len() as u64 && !rows.is_empty() {
            break;
        }
        rows.push(match layout.read(&record) {
            Ok(said) => {
                let draft = said.fact();
                let observation = draft.clone().map(|draft| draft.observation(1, arrival));
                drafts.extend(draft.map(|draft| (rows.len(), record.line, draft)));
                TriedRow { line: record.line, observation, reason: String::new() }
            }
            Err(reason) => TriedRow { line: record.line, observation: None, reason },
        });
    }
    for (number, reason) in contradictions(drafts, arrival)? {
        if let Some(row) = rows.get_mut(number) {
            *row = TriedRow { line: row.line, observation: None, reason };
        }
    }
    Ok(Tried { columns, rows })
}

/// Which of the rows that were read would wait, as they say otherwise of an id than a row before them, and why; as a run of them would.
fn contradictions(
    drafts: Vec<(usize, u64, Draft)>,
    arrival: &Arrival,
) -> Result<Vec<(usize, String)>, String> {
    let unwritten = |error: serde_json::Error| format!("a row cannot be written: {error}");
    let (mut numbers, mut digested) = (Vec::new(), Vec::new());
    for (number, line, draft) in drafts {
        let one = draft.digested().map_err(unwritten)?;
        numbers.push(number);
        digested.push(Digested { line: Some(line), ..one });
    }
    let arrival = Arrival { one_each: true, ..arrival.clone() };
    let merged = merge(digested, (BTreeMap::new(), &BTreeMap::new()), &arrival).map_err(unwritten)?;
    let reason = |one: &Contradiction| {
        let first = &merged.revisions.get(one.first?)?.observation;
        Some((*numbers.get(one.number)?, contradiction::reason(first, one.line, &one.says)))
    };
    Ok(merged.contradictions.iter().filter_map(reason).collect())
}
