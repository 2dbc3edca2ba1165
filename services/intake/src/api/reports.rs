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
use domain::Handling;
use kit::{Asked, Filling};

use super::{
    STAFF,
    reach::{filled, named},
};
use crate::{
    Intake,
    domain::report,
    error::Error,
    store::{alike, cursor, reports},
};

/// Reports, newest first.
pub async fn list_reports(service: &Intake, asked: &Asked<ListReports>) -> Result<Page<Report>, Error> {
    asked.allow(STAFF)?;
    let wanted = &asked.query;
    let now = wanted.known_on.is_none();
    let every = ListReports { state: wanted.state.filter(|_| now), ..wanted.clone() };
    // where a report stood at a moment, and where it was held to be, follows from what was done with it by then
    let fits = |one: &Report| {
        wanted.state.is_none_or(|state| one.state == state)
            && wanted.province.as_ref().is_none_or(|province| one.place.province.as_ref() == Some(province))
    };
    let stood = |report: Report| match wanted.known_on {
        Some(at) => report::known_on(report, at).filter(fits),
        None => Some(report),
    };
    let mut filling = Filling::new(&wanted.page);
    while let Some(page) = filling.to_read() {
        let rows = reports::list(&service.db, &ListReports { page, ..every.clone() }).await?;
        let rows = rows.iter().map(reports::ReportRow::report).collect();
        filling.take(rows, (stood, cursor_of));
    }
    let page = filled(filling, cursor_of);
    named(service, (&asked.principal, &wanted.page), (wanted.into(), page)).await
}

fn cursor_of(last: &Report) -> String {
    cursor::write(last.received_at, &last.id)
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
    let rows = reports::own(&service.db, &asked.principal.subject, &asked.query).await?;
    let known = |row: &reports::ReportRow| match asked.query.known_on {
        Some(at) => report::known_on(row.report(), at),
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
    let mut row = row.ok_or_else(|| Error::NoReport(id.clone()))?;
    if let Some(held) = known_on.and_then(|at| report::held_before(&row.history, at)) {
        (row.place.0, row.occurred_on) = (held.place, held.occurred_on);
    }
    let Some(incident) = row.incident().filter(|_| row.form.situation.is_none()) else {
        return Ok(Vec::new());
    };
    let of = (row.form.title.as_str(), *known_on);
    let mut found = alike::reports(&service.db, &incident, of).await?;
    let may_know = |handling: &Handling| asked.principal.may_know(Some(handling));
    found.extend(alike::observations(&service.db, &incident, of, may_know).await?);
    found.sort_by_key(|like| {
        let far = like.on.since(row.occurred_on).abs();
        (like.kind != row.form.kind, Reverse(like.words_shared), far, Reverse(like.received_at))
    });
    found.truncate(ALIKE);
    Ok(found)
}
