//! Anomalies: listed, shown, judged by a person.

use std::collections::BTreeSet;

use contracts::{
    Page, Role,
    analysis::anomalies::{Anomaly, GetAnomaly, JudgeAnomaly, ListAnomalies},
};
use kit::Asked;

use super::{STAFF, cursor, fresh, known, reach};
use crate::{
    Analysis, Error,
    domain::{Month, watch},
    store::{self, Reader, anomaly, anomaly_past, day},
};

/// Those who judge.
const JUDGES: &[Role] = &[Role::Analyst, Role::SeniorAnalyst, Role::DutyOfficer, Role::Head];

/// Anomalies, newest month first; as they stood at a moment where one is given.
///
/// # Errors
/// When the asker is no staff, the province or the cursor does not exist, or the store does not answer.
pub async fn list_anomalies(
    service: &Analysis,
    asked: &Asked<ListAnomalies>,
) -> Result<Page<Anomaly>, Error> {
    asked.allow(STAFF)?;
    known(asked.query.province.as_ref())?;
    let after = asked.query.page.cursor.as_deref().map(cursor::read).transpose()?;
    let found = anomaly::list(&service.db, &asked.query, after).await?;
    let cursor = |last: &Anomaly| format!("{}|{}", Month::of(last.month), last.id);
    let mut page = Page::cut(found, asked.query.page.size(), cursor);
    let markings = reach::markings(service, asked.query.exercise).await?;
    reach::anomalies(&mut page.items, &markings, &asked.principal);
    Ok(page)
}

/// One anomaly; as it stood at a moment where one is given.
///
/// # Errors
/// When the asker is no staff, there is none, or was none then, or the store does not answer.
pub async fn get_anomaly(service: &Analysis, asked: &Asked<GetAnomaly>) -> Result<Anomaly, Error> {
    asked.allow(STAFF)?;
    let (reader, GetAnomaly { id, known_on }) = (&mut Reader::Db(&service.db), &asked.query);
    let found = match known_on {
        Some(at) => anomaly_past::get(reader, id, *at).await?,
        None => anomaly::get(reader, id).await?,
    };
    let mut found: Vec<Anomaly> = found.into_iter().collect();
    let exercise = found.first().is_some_and(|one| one.exercise);
    reach::anomalies(&mut found, &reach::markings(service, exercise).await?, &asked.principal);
    found.pop().ok_or_else(|| Error::NoAnomaly(id.clone()))
}

/// Judges an anomaly: confirmed, explained or dismissed, with the reason.
///
/// # Errors
/// When the asker may not, there is none, it was changed meanwhile, it was withdrawn, or the reason is missing.
pub async fn judge_anomaly(service: &Analysis, asked: &Asked<JudgeAnomaly>) -> Result<Anomaly, Error> {
    asked.allow(JUDGES)?;
    let JudgeAnomaly { id, verdict, note, version } = &asked.query;
    let mut tx = store::turn(&service.db).await?;
    let before =
        anomaly::get(&mut Reader::Tx(&mut tx), id).await?.ok_or_else(|| Error::NoAnomaly(id.clone()))?;
    let (by, at, now) = (asked.principal.name.as_str(), tx.now(), before.version);
    let judged = watch::judge(before, *verdict, (by, note, at))?;
    if judged.version == now {
        return Ok(judged); // twice is once
    }
    fresh(now, *version)?;
    anomaly::put(&mut tx, &judged).await?;
    // how much attention the province calls for may be another now
    day::take_back(&mut tx, Some(&BTreeSet::from([judged.province.clone()])), Some(judged.exercise)).await?;
    tx.commit().await?;
    Ok(judged)
}
