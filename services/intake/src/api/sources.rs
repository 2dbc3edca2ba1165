//! Sources: listed, set up, changed, asked and switched.

use std::collections::BTreeSet;

use contracts::{
    Failure, FailureKind, Page, Principal,
    intake::{
        mapping::Mapping,
        sources::{
            ChangeSource, Connector, CreateSource, GetSource, ListSources, MoveSource, Source, SourceAction,
            SourceForm, SourceMapping,
        },
    },
};
use kit::{Asked, Tx};
use serde_json::Value;

use super::{SOURCERS, STAFF, mappings::restricted};
use crate::{
    Intake, connectors,
    domain::source,
    error::Error,
    jobs::pull::SOURCE_PULL,
    sources::{alike, roads},
    store::{
        mappings,
        past::{self, Kind},
        source_states,
        sources::{self, SourceRow},
    },
};

impl Intake {
    /// Lists the sources that are known from the beginning, switched off; those that are there stay as they are.
    pub(crate) async fn list_known(&self) -> Result<(), Error> {
        let mut tx = self.db.begin().await?;
        for (key, connector, form) in connectors::known() {
            sources::add(&mut tx, (key, connector), &form, "intake").await?;
        }
        // those of an earlier program, of which only how they stand is kept
        for row in sources::all_in(&mut tx).await? {
            let stands = self.shown_in(&mut tx, &row).await?;
            // it was there before it was changed last: since when is told by what it was first seen to do
            let brought = source_states::first_brought(&mut tx, &row.source_key).await?;
            let since =
                [Some(row.changed_at), Some(row.since), row.last_good, brought].into_iter().flatten().min();
            let since = since.unwrap_or(row.changed_at);
            past::keep_first(&mut tx, (Kind::Source, &row.source_key), (since, &stands)).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// All sources, by key.
pub async fn list_sources(service: &Intake, asked: &Asked<ListSources>) -> Result<Page<Source>, Error> {
    asked.allow(STAFF)?;
    let mut items = Vec::new();
    if let Some(at) = asked.query.known_on {
        items.extend(past::known(&service.db, (Kind::Source, None), at).await?.into_values());
    } else {
        for row in sources::all(&service.db).await? {
            items.push(service.shown(&row).await?);
        }
    }
    let hidden = hidden(service, &asked.principal).await?;
    let may_know =
        |source: &Source| is_known(&asked.principal, &source.form) && !hidden.contains(&source.key);
    items.retain(may_know);
    Ok(Page { items, next: None })
}

/// Whether this principal may know of a source that is set up so: one without a label of its own is restricted by nothing.
fn is_known(principal: &Principal, form: &SourceForm) -> bool {
    form.handling.as_ref().is_none_or(|handling| principal.may_know(Some(handling)))
}

/// The sources that are restricted now, where this principal may not know of them: they are not told from the past either.
pub(super) async fn hidden(service: &Intake, principal: &Principal) -> Result<BTreeSet<String>, Error> {
    if principal.knows_restricted() {
        return Ok(BTreeSet::new());
    }
    let rows = sources::all(&service.db).await?;
    let restricted = rows.into_iter().filter(|row| !is_known(principal, &row.form));
    Ok(restricted.map(|row| row.source_key).collect())
}

/// One source.
pub async fn get_source(service: &Intake, asked: &Asked<GetSource>) -> Result<Source, Error> {
    asked.allow(STAFF)?;
    let GetSource { key, known_on } = &asked.query;
    let absent = || Error::NoSource(key.clone());
    let source: Source = match known_on {
        Some(at) => past::one(&service.db, (Kind::Source, key), *at).await?.ok_or_else(absent)?,
        None => service.shown(&sources::get(&service.db, key).await?.ok_or_else(absent)?).await?,
    };
    let hidden = hidden(service, &asked.principal).await?;
    let may_know = is_known(&asked.principal, &source.form) && !hidden.contains(key);
    may_know.then_some(source).ok_or_else(absent)
}

/// Sets a source up, switched off. Asked again, it is answered and not done twice.
pub async fn create_source(service: &Intake, asked: &Asked<CreateSource>) -> Result<Source, Error> {
    asked.allow(SOURCERS)?;
    let CreateSource { key, connector, form } = &asked.query;
    let mut wrong = objections(service, *connector, form);
    wrong.extend(source::key_objection(key).map(|what| ("/key", what.to_owned())));
    wrong.extend(roads::key_objection(key, *connector).map(|what| ("/key", what)));
    wrong.extend(mapping_objection(service, form).await?);
    wrong.extend(rows_objection(service, (&asked.principal, key), form).await?.map(|what| ("/key", what)));
    refuse(&wrong)?;
    let mut tx = service.db.begin().await?;
    let new = sources::add(&mut tx, (key, *connector), form, &asked.principal.name).await?;
    let row = sources::get_in(&mut tx, key).await?.ok_or_else(|| Error::NoSource(key.clone()))?;
    if !new && (row.connector != *connector || row.form.0 != *form) {
        let why = if is_known(&asked.principal, &row.form) {
            format!("there is a source {key} already; change it, or take another key")
        } else {
            format!("the key {key} cannot be used here; take another")
        };
        return Err(Failure::conflict(why).into());
    }
    let source = service.shown_in(&mut tx, &row).await?;
    if new {
        source_states::say(&mut tx, &source).await?;
        tx.commit().await?;
    }
    Ok(source)
}

/// Changes what was set of a source. Where it is asked otherwise than before, it is read from its beginning again.
pub async fn change_source(service: &Intake, asked: &Asked<ChangeSource>) -> Result<Source, Error> {
    asked.allow(SOURCERS)?;
    let ChangeSource { key, form, version } = &asked.query;
    let no_mapping = mapping_objection(service, form).await?;
    let rows = rows_objection(service, (&asked.principal, key), form).await?;
    let mut tx = service.db.begin().await?;
    let mut row = current(&mut tx, (key, *version), Some(&asked.principal)).await?;
    let mut wrong = objections(service, row.connector, form);
    wrong.extend(no_mapping);
    wrong.extend(rows.map(|what| ("/form/mapping", what)));
    refuse(&wrong)?;
    if asks_otherwise(&row.form.0, form) {
        row.cursor.0 = Value::Object(serde_json::Map::new());
    }
    if row.enabled {
        row.since = tx.now();
        (row.next_at, row.silent_since) = (due(&row, tx.now()), None);
    }
    (row.failures, row.error) = (0, String::new());
    row.form.0 = form.clone();
    changed(service, tx, (row, &asked.principal.name)).await
}

/// Asks a source now, or switches it on or off.
pub async fn move_source(service: &Intake, asked: &Asked<MoveSource>) -> Result<Source, Error> {
    asked.allow(SOURCERS)?;
    let MoveSource { key, action, version } = &asked.query;
    let mut tx = service.db.begin().await?;
    let mut row = current(&mut tx, (key, *version), Some(&asked.principal)).await?;
    match action {
        SourceAction::Pause if !row.enabled => return Ok(service.shown_in(&mut tx, &row).await?),
        SourceAction::Resume if row.enabled => return Ok(service.shown_in(&mut tx, &row).await?),
        SourceAction::Pause => (row.enabled, row.next_at, row.silent_since) = (false, None, None),
        SourceAction::Resume => {
            can_be_used(service, &row)?;
            (row.enabled, row.since, row.next_at) = (true, tx.now(), due(&row, tx.now()));
            (row.failures, row.error) = (0, String::new());
        }
        SourceAction::Pull => return pull_now(service, tx, &row).await,
    }
    changed(service, tx, (row, &asked.principal.name)).await
}

async fn pull_now(service: &Intake, mut tx: Tx, row: &SourceRow) -> Result<Source, Error> {
    if row.connector == Connector::Webhook {
        return Err(Failure::conflict("a webhook is not asked: its source sends by itself").into());
    }
    if !row.enabled {
        return Err(
            Failure::conflict(format!("{} is switched off; switch it on first", row.source_key)).into()
        );
    }
    can_be_used(service, row)?;
    sources::due_now(&mut tx, &row.source_key).await?;
    let row = current(&mut tx, (&row.source_key, None), None).await?;
    let source = service.shown_in(&mut tx, &row).await?;
    tx.nudge(SOURCE_PULL);
    tx.commit().await?;
    Ok(source)
}

/// When a source is first asked that is switched on now: at once; never, where it sends by itself.
fn due(row: &SourceRow, now: domain::Timestamp) -> Option<domain::Timestamp> {
    (row.connector != Connector::Webhook).then_some(now)
}

/// A source as it stands; for somebody who may not know of it there is none.
async fn current(
    tx: &mut Tx,
    (key, version): (&str, Option<u32>),
    principal: Option<&Principal>,
) -> Result<SourceRow, Error> {
    let row = sources::get_in(tx, key).await?;
    let row = row.filter(|row| principal.is_none_or(|principal| is_known(principal, &row.form)));
    let row = row.ok_or_else(|| Error::NoSource(key.to_owned()))?;
    match version {
        Some(seen) if i64::from(seen) != row.version => Err(stale(row.version).into()),
        _ => Ok(row),
    }
}

async fn changed(service: &Intake, mut tx: Tx, (row, by): (SourceRow, &str)) -> Result<Source, Error> {
    let from = row.version;
    let row = SourceRow { version: from + 1, ..row };
    if !sources::change(&mut tx, &row, (from, by)).await? {
        return Err(stale(from).into());
    }
    let row = current(&mut tx, (&row.source_key, None), None).await?;
    let source = service.shown_in(&mut tx, &row).await?;
    source_states::say(&mut tx, &source).await?;
    tx.nudge(SOURCE_PULL);
    tx.commit().await?;
    Ok(source)
}

fn objections(service: &Intake, connector: Connector, form: &SourceForm) -> Vec<(&'static str, String)> {
    let mut wrong = source::objections(connector, form);
    wrong.extend(connectors::objection(connector, form));
    wrong.extend(address_objection(service, connector, form).map(|why| ("/form/address", why)));
    wrong
}

/// Whether something else is asked of a source, or it is read otherwise.
fn asks_otherwise(before: &SourceForm, form: &SourceForm) -> bool {
    (&before.address, before.format, &before.mapping, &before.parameters)
        != (&form.address, form.format, &form.mapping, &form.parameters)
}

/// Why its files cannot be read by the mapping that is named.
async fn mapping_objection(
    service: &Intake,
    form: &SourceForm,
) -> Result<Option<(&'static str, String)>, Error> {
    let Some(SourceMapping { name, version }) = &form.mapping else { return Ok(None) };
    let found = mappings::get(&service.db, (name, *version), None).await?;
    let lacks = || format!("there is no mapping {name:?}{}; save it first", of_version(*version));
    Ok(found.is_none().then(|| ("/form/mapping", lacks())))
}

/// Why a source cannot have this key: rows that another saved mapping reads bear it.
async fn rows_objection(
    service: &Intake,
    (principal, key): (&Principal, &str),
    form: &SourceForm,
) -> Result<Option<String>, Error> {
    let own = form.mapping.as_ref().map(|by| by.name.as_str());
    let all = mappings::all(&service.db).await?;
    let takes = |mapping: &&Mapping| {
        roads::constant_source(mapping).is_some_and(|source| alike::is_one(source, key))
            && own != Some(mapping.name.as_str())
    };
    let Some(mapping) = all.iter().find(takes) else { return Ok(None) };
    if restricted(service, principal).await?.contains(&mapping.name) {
        return Ok(Some(format!("the key {key} cannot be used here; take another")));
    }
    Ok(Some(format!(
        "the rows that the saved mapping {} reads bear {key}; take another key, or have this source read by that mapping",
        mapping.name
    )))
}

fn of_version(version: Option<u32>) -> String {
    version.map_or_else(String::new, |version| format!(" in version {version}"))
}

/// Why a source may not be asked where it is; nothing where no address is known, which is judged elsewhere.
fn address_objection(service: &Intake, connector: Connector, form: &SourceForm) -> Option<String> {
    if connector == Connector::Webhook
        || form.address.as_deref().or(connectors::facts(connector).address).is_none()
    {
        return None;
    }
    match connectors::address(connector, form) {
        Ok(url) => service.means.web.objection(&url),
        Err(why) => Some(why),
    }
}

fn refuse(wrong: &[(&'static str, String)]) -> Result<(), Failure> {
    if wrong.is_empty() {
        return Ok(());
    }
    let refused = Failure::invalid("the source cannot be set up like this");
    Err(wrong.iter().fold(refused, |failure, (at, why)| failure.at(*at, why)))
}

fn can_be_used(service: &Intake, row: &SourceRow) -> Result<(), Failure> {
    if let Some(why) = address_objection(service, row.connector, &row.form) {
        let refused = Failure::conflict(format!("{} cannot be asked: {why}", row.source_key));
        return Err(refused.at("intake.egress", "or change its address"));
    }
    let lacking = service.means.secrets.lacking(connectors::facts(row.connector).needs);
    if lacking.is_empty() {
        return Ok(());
    }
    let refused = Failure::conflict(format!(
        "{} cannot be asked before it is configured: {} must name a file that can be read and is not empty",
        row.source_key,
        lacking.join(" and ")
    ));
    Err(lacking
        .iter()
        .fold(refused, |failure, key| failure.at(key, "names no file that can be read and is not empty")))
}

fn stale(version: i64) -> Failure {
    Failure::new(
        FailureKind::Stale,
        format!("the source was changed since you read it; it is now in version {version}: read it again"),
    )
}
