//! Observations.

use contracts::{
    Failure, Page,
    intake::{FindObservations, GetObservation, retraction::RetractObservation},
};
use domain::Observation;
use kit::Asked;

use super::{NOTE_CHARS, OFFICERS, STAFF};
use crate::{
    Intake,
    domain::page::page,
    error::Error,
    store::{find, observations, recording},
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

/// Takes an observation back, with the reason. Asked again of one that was taken back, it is answered and not done twice.
pub async fn retract_observation(
    service: &Intake,
    asked: &Asked<RetractObservation>,
) -> Result<Vec<Observation>, Error> {
    asked.allow(OFFICERS)?;
    let RetractObservation { id, note, revision } = &asked.query;
    let (why, by) = (note.trim(), asked.principal.name.as_str());
    if why.is_empty() || why.chars().count() > NOTE_CHARS {
        let detail = format!("say in 1 to {NOTE_CHARS} characters why it is taken back");
        return Err(Failure::invalid("an observation is not taken back without a reason")
            .at("/note", detail)
            .into());
    }
    let mut tx = service.db.begin().await?;
    let known = observations::known(&mut tx, std::slice::from_ref(id)).await?;
    let newest = known.get(id).ok_or_else(|| Error::NoObservation(id.clone()))?;
    if let Some(seen) = revision.filter(|seen| *seen != newest.revision) {
        let now = newest.revision;
        return Err(Failure::conflict(format!(
            "its source has revised it: revision {now} is the newest and the decision was made on {seen}; read it again"
        ))
        .into());
    }
    if newest.stands {
        recording::retract(&mut tx, (id, newest.revision), (by, why)).await?;
        tx.commit().await?;
    } else {
        drop(tx);
    }
    Ok(observations::revisions(&service.db, id).await?)
}
