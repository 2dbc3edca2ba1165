//! Field reports as they stand.

use contracts::{
    Page,
    intake::{GetReport, ListReports, Report},
};
use kit::Asked;

use super::STAFF;
use crate::{
    Intake,
    domain::page::page,
    error::Error,
    store::{cursor, reports},
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
    let id = &asked.query.id;
    let row = reports::get(&service.db, id).await?;
    row.map(|row| row.report()).ok_or_else(|| Error::NoReport(id.clone()))
}
