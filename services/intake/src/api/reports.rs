//! Field reports as they stand.

use std::cmp::Reverse;

use contracts::{
    Page,
    intake::{
        GetReport, ListReports, Report,
        alike::{Alike, ListAlike},
        own::{ListOwnReports, OwnReport},
    },
};
use kit::Asked;

use super::STAFF;
use crate::{
    Intake,
    domain::{page::page, report},
    error::Error,
    store::{alike, cursor, reports},
};

/// Reports, newest first.
pub async fn list_reports(service: &Intake, asked: &Asked<ListReports>) -> Result<Page<Report>, Error> {
    asked.allow(STAFF)?;
    let rows = reports::list(&service.db, &asked.query).await?;
    let items = rows.iter().map(reports::ReportRow::report).collect();
    Ok(page(items, asked.query.page.size(), |report: &Report| cursor::write(report.received_at, &report.id)))
}

/// One report.
pub async fn get_report(service: &Intake, asked: &Asked<GetReport>) -> Result<Report, Error> {
    asked.allow(STAFF)?;
    let GetReport { id, known_on } = &asked.query;
    let report = reports::get(&service.db, id).await?.map(|row| row.report());
    let known = report.and_then(|report| match known_on {
        Some(at) => report::known_on(report, *at),
        None => Some(report),
    });
    known.ok_or_else(|| Error::NoReport(id.clone()))
}

/// The reports that the asker sent, as far as a sender may know of them.
pub async fn list_own_reports(
    service: &Intake,
    asked: &Asked<ListOwnReports>,
) -> Result<Page<OwnReport>, Error> {
    asked.allow(STAFF)?;
    let rows = reports::own(&service.db, &asked.principal.subject, asked.query.report.as_ref()).await?;
    Ok(Page { items: rows.iter().map(reports::ReportRow::own).collect(), next: None })
}

/// How many look-alikes are shown.
const ALIKE: usize = 20;

/// What looks like a report: those of the same kind and with the most words shared first.
pub async fn list_alike(service: &Intake, asked: &Asked<ListAlike>) -> Result<Vec<Alike>, Error> {
    asked.allow(STAFF)?;
    let id = &asked.query.report;
    let row = reports::get(&service.db, id).await?.ok_or_else(|| Error::NoReport(id.clone()))?;
    let Some(incident) = row.incident().filter(|_| row.form.situation.is_none()) else {
        return Ok(Vec::new());
    };
    let mut found = alike::reports(&service.db, &incident, &row.form.title).await?;
    found.extend(alike::observations(&service.db, &incident, &row.form.title).await?);
    found.sort_by_key(|like| {
        let far = like.on.since(row.occurred_on).abs();
        (like.kind != row.form.kind, Reverse(like.words_shared), far, Reverse(like.received_at))
    });
    found.truncate(ALIKE);
    Ok(found)
}
