//! Observations.

use contracts::{
    Page,
    intake::{FindObservations, GetObservation},
};
use domain::Observation;
use kit::Asked;

use super::STAFF;
use crate::{
    Intake,
    domain::page::page,
    error::Error,
    store::{find, observations},
};

/// Observations, newest occurrence first.
pub async fn find_observations(
    service: &Intake,
    asked: &Asked<FindObservations>,
) -> Result<Page<Observation>, Error> {
    asked.allow(STAFF)?;
    let items = find::find(&service.db, &asked.query).await?;
    Ok(page(items, asked.query.page.size(), find::cursor_of))
}

/// One observation in all its revisions.
pub async fn get_observation(
    service: &Intake,
    asked: &Asked<GetObservation>,
) -> Result<Vec<Observation>, Error> {
    asked.allow(STAFF)?;
    let id = &asked.query.id;
    let revisions = observations::revisions(&service.db, id).await?;
    if revisions.is_empty() { Err(Error::NoObservation(id.clone())) } else { Ok(revisions) }
}
