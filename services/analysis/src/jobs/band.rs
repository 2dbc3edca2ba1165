//! Once a month: the bands of threats that have five years of their own (ANALYSIS 7.4).

use std::collections::BTreeMap;

use domain::Threat;

use crate::{
    Analysis, Error, SETTLE,
    domain::{Bands, Cell, Month, Report, Rules, bands::OWN_MONTHS, cell::horizon_days, index::history},
    store::{self, Reader, bands, day, evidence},
};

/// Sets the bands of this month where they are not set, for every threat that is not violence: the bands of violence are measured.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn set_bands(service: &Analysis) -> Result<(), Error> {
    let now = service.db.clock().now();
    let month = Month::of(now.day());
    for threat in Threat::ALL.iter().copied().filter(|threat| !threat.is_violence()) {
        let mut reader = Reader::Db(&service.db);
        if bands::is_set(&mut reader, threat, month).await? {
            continue;
        }
        let found = own(service, threat, month).await?;
        let mut tx = store::turn(&service.db).await?;
        bands::set(&mut tx, threat, (month, found)).await?;
        if found.is_some() {
            day::take_back(&mut tx, None, None).await?;
            tx.nudge(SETTLE);
        }
        tx.commit().await?;
        tracing::info!(%threat, %month, own = found.is_some(), "bands were set");
    }
    Ok(())
}

/// The bands by the own index of every province at the end of each of the sixty months before this one; `None` where the first
/// evidence is younger than that, or there is too little.
async fn own(service: &Analysis, threat: Threat, month: Month) -> Result<Option<Bands>, Error> {
    let ends = (1 - OWN_MONTHS..=0).filter_map(|back| Some(month.plus(back).first_day()?.plus(-1)));
    let ends: Vec<domain::Day> = ends.collect();
    let (Some(first), Some(last)) = (ends.first().copied(), ends.last().copied()) else { return Ok(None) };
    let wanted = evidence::Wanted {
        country: None,
        provinces: None,
        threat: Some(threat),
        exercise: false,
        known_before: service.db.clock().now(),
        begun_by: last,
        since: first.plus(-horizon_days(threat)),
    };
    let all = evidence::as_known(&mut Reader::Db(&service.db), &wanted).await?;
    if !all.values().flatten().any(|report| report.to <= first) {
        return Ok(None);
    }
    let (rules, since) = (service.rules.clone(), last.plus(1));
    let indices = tokio::task::spawn_blocking(move || indices(&all, (threat, &ends), &rules))
        .await
        .map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))?;
    Ok(Bands::own(indices, since))
}

fn indices(
    all: &BTreeMap<Cell, Vec<Report>>,
    (threat, ends): (Threat, &[domain::Day]),
    rules: &Rules,
) -> Vec<f64> {
    all.values().flat_map(|reports| history(reports, threat, ends, rules)).collect()
}
