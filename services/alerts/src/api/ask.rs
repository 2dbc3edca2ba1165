//! Questions that change nothing.

use contracts::{
    Page,
    alerts::{Evaluation, GetWarning, GetWarningCap, ListEvaluations, ListWarnings, Warning},
    cap,
};
use domain::{Timestamp, WarningId, warning::State};
use kit::{After, Asked};

use super::{STAFF, allow};
use crate::{Alerts, domain::record::Record, error::Error, store};

/// Warnings, newest first. Asked for the issued ones, it gives the messages in force, also where a new version is being written;
/// asked as known at a moment, those that were in force then.
pub async fn list_warnings(service: &Alerts, asked: &Asked<ListWarnings>) -> Result<Page<Warning>, Error> {
    allow(asked, STAFF)?;
    let page = &asked.query.page;
    let after = After::read(page.cursor.as_deref()).map_err(Error::Cursor)?;
    let (size, limit) = (page.size(), i64::from(page.size()) + 1);
    let ListWarnings { state, known_on, .. } = asked.query;
    let found: Vec<(Timestamp, Warning)> = match (known_on, state) {
        (Some(_), _) | (None, Some(State::Issued)) => {
            store::warning::in_force(&service.db, known_on, &after, limit).await?
        }
        (None, state) => {
            let records = store::warning::list(&service.db, state, &after, limit).await?;
            records.into_iter().map(|record| (record.created_at, record.warning)).collect()
        }
    };
    let page = Page::cut(found, size, |(at, warning)| After::cursor(*at, &warning.id));
    let mut page = page.map(|(_, warning)| warning);
    let in_force = |warning: &Warning| {
        let stood = warning.state == State::Issued && state.is_none_or(|state| state == State::Issued);
        known_on.is_none_or(|on| stood && warning.expires > on)
    };
    page.items.retain(|warning| asked.principal.may_know(Some(&warning.handling)) && in_force(warning));
    Ok(page)
}

/// One warning as it now stands.
pub async fn get_warning(service: &Alerts, asked: &Asked<GetWarning>) -> Result<Warning, Error> {
    allow(asked, STAFF)?;
    let id = &asked.query.id;
    let record = known(service, asked, id).await?;
    Ok(record.warning)
}

/// The CAP document of the last message, as it was issued; of the draft where none was.
pub async fn get_warning_cap(service: &Alerts, asked: &Asked<GetWarningCap>) -> Result<String, Error> {
    allow(asked, STAFF)?;
    let id = &asked.query.id;
    let record = known(service, asked, id).await?;
    if let Some(cap) = store::message::last_cap(&service.db, id).await? {
        return Ok(cap);
    }
    Ok(cap::render(&record.warning, &service.sender))
}

/// A warning that whoever asks may know; else there is none.
async fn known<Q>(service: &Alerts, asked: &Asked<Q>, id: &WarningId) -> Result<Record, Error> {
    let record = store::warning::get(&service.db, id).await?;
    let record = record.filter(|record| asked.principal.may_know(Some(&record.warning.handling)));
    record.ok_or_else(|| Error::Absent(id.clone()))
}

/// Evaluations of the rule, newest first: why there is a warning, and why there is none.
pub async fn list_evaluations(
    service: &Alerts,
    asked: &Asked<ListEvaluations>,
) -> Result<Page<Evaluation>, Error> {
    allow(asked, STAFF)?;
    let page = &asked.query.page;
    let after = After::read(page.cursor.as_deref()).map_err(Error::Cursor)?;
    let limit = i64::from(page.size()) + 1;
    let found = store::evaluation::list(&service.db, asked.query.province.as_ref(), &after, limit).await?;
    let mut told =
        Page::cut(found, page.size(), |evaluation| After::cursor(evaluation.at, &evaluation.event));
    told.items.retain(|evaluation| asked.principal.may_know(evaluation.handling.as_ref()));
    Ok(told)
}
