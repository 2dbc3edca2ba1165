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
use domain::Timestamp;
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
    let wanted = &asked.query;
    let items = match wanted.known_on {
        None => reports::list(&service.db, wanted).await?.iter().map(reports::ReportRow::report).collect(),
        Some(at) => list_known(service, wanted, at).await?,
    };
    Ok(page(items, wanted.page.size(), cursor_of))
}

fn cursor_of(last: &Report) -> String {
    cursor::write(last.received_at, &last.id)
}

/// Reports as they were known at a moment: where each stood then follows from what was done with it by then.
async fn list_known(service: &Intake, wanted: &ListReports, at: Timestamp) -> Result<Vec<Report>, Error> {
    let mut found: Vec<Report> = Vec::new();
    let mut every = ListReports { state: None, ..wanted.clone() };
    loop {
        let rows = reports::list(&service.db, &every).await?;
        let Some(last) = rows.last().map(reports::ReportRow::report) else { break };
        let is_last = rows.len() <= every.page.size() as usize;
        let known = rows.iter().filter_map(|row| report::known_on(row.report(), at));
        found.extend(known.filter(|report| wanted.state.is_none_or(|state| report.state == state)));
        if is_last || found.len() > wanted.page.size() as usize {
            break;
        }
        every.page.cursor = Some(cursor_of(&last));
    }
    found.truncate(wanted.page.size() as usize + 1);
    Ok(found)
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
    let ListOwnReports { report, known_on } = &asked.query;
    let rows = reports::own(&service.db, &asked.principal.subject, (report.as_ref(), *known_on)).await?;
    let known = |row: &reports::ReportRow| match known_on {
        Some(at) => report::known_on(row.report(), *at),
        None => Some(row.report()),
    };
    Ok(Page { items: rows.iter().filter_map(known).map(|report| report::own(&report)).collect(), next: None })
}

/// How many look-alikes are shown.
const ALIKE: usize = 20;

/// What looks like a report: those of the same kind and with the most words shared first.
pub async fn list_alike(service: &Intake, asked: &Asked<ListAlike>) -> Result<Vec<Alike>, Error> {
    asked.allow(STAFF)?;
    let ListAlike { report: id, known_on } = &asked.query;
    let row = reports::get(&service.db, id).await?;
    let row = row.filter(|row| known_on.is_none_or(|at| row.received_at <= at));
    let row = row.ok_or_else(|| Error::NoReport(id.clone()))?;
    let Some(incident) = row.incident().filter(|_| row.form.situation.is_none()) else {
        return Ok(Vec::new());
    };
    let of = (row.form.title.as_str(), *known_on);
    let mut found = alike::reports(&service.db, &incident, of).await?;
    found.extend(alike::observations(&service.db, &incident, of).await?);
    found.sort_by_key(|like| {
        let far = like.on.since(row.occurred_on).abs();
        (like.kind != row.form.kind, Reverse(like.words_shared), far, Reverse(like.received_at))
    });
    found.truncate(ALIKE);
    Ok(found)
}
