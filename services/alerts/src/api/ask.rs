//! Questions that change nothing.

use contracts::{
    Page,
    alerts::{Evaluation, GetWarning, GetWarningCap, ListEvaluations, ListWarnings, Warning},
    cap,
};
use domain::{Timestamp, warning::State};
use kit::{After, Asked};

use super::{STAFF, allow};
use crate::{Alerts, error::Error, store};

/// Warnings, newest first. Asked for the issued ones, it gives the messages in force, also where a new version is being written.
pub async fn list_warnings(service: &Alerts, asked: &Asked<ListWarnings>) -> Result<Page<Warning>, Error> {
    allow(asked, STAFF)?;
    let page = &asked.query.page;
    let after = After::read(page.cursor.as_deref()).map_err(Error::Cursor)?;
    let (size, limit) = (page.size(), i64::from(page.size()) + 1);
    let found: Vec<(Timestamp, Warning)> = match asked.query.state {
        Some(State::Issued) => store::warning::in_force(&service.db, &after, limit).await?,
        state => {
            let records = store::warning::list(&service.db, state, &after, limit).await?;
            records.into_iter().map(|record| (record.created_at, record.warning)).collect()
        }
    };
    Ok(Page::cut(found, size, |(at, warning)| After::cursor(*at, &warning.id)).map(|(_, warning)| warning))
}

/// One warning as it now stands.
pub async fn get_warning(service: &Alerts, asked: &Asked<GetWarning>) -> Result<Warning, Error> {
    allow(asked, STAFF)?;
    let id = &asked.query.id;
    let record = store::warning::get(&service.db, id).await?;
    record.map(|record| record.warning).ok_or_else(|| Error::Absent(id.clone()))
}

/// The CAP document of the last message, as it was issued; of the draft where none was.
pub async fn get_warning_cap(service: &Alerts, asked: &Asked<GetWarningCap>) -> Result<String, Error> {
    allow(asked, STAFF)?;
    let id = &asked.query.id;
    if let Some(cap) = store::message::last_cap(&service.db, id).await? {
        return Ok(cap);
    }
    let record = store::warning::get(&service.db, id).await?.ok_or_else(|| Error::Absent(id.clone()))?;
    Ok(cap::render(&record.warning, &service.sender))
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
    Ok(Page::cut(found, page.size(), |evaluation| After::cursor(evaluation.at, &evaluation.event)))
}
