//! Observations.

use contracts::{
    Failure, FailureKind,
    intake::{
        FindObservations, GetObservation, ReportState,
        retraction::RetractObservation,
        search::{Found, ListOrigins, Searched},
    },
};
use domain::{Handling, Observation, ObservationId, ReportId};
use kit::{Asked, Tx};

use super::{
    NOTE_CHARS, OFFICERS, STAFF,
    accepting::BEARING,
    reach::{named, removed},
};
use crate::{
    Intake,
    domain::{query::TextQuery, retention::ListOf, snippet},
    error::Error,
    store::{find, observations, origins, recording, reports, text},
};

/// How many observations a page with snippets has at most: together they fit one reply.
const SNIPPETS: u32 = 100;

/// Observations, newest occurrence first.
pub async fn find_observations(service: &Intake, asked: &Asked<FindObservations>) -> Result<Found, Error> {
    asked.allow(STAFF)?;
    let find = &asked.query;
    let keep = |handling: &Handling| asked.principal.may_know(Some(handling));
    let Some(written) = &find.q else {
        let page = find::find(&service.db, (find, None), keep).await?;
        let page = named(service, (&asked.principal, &find.page), (find.into(), page)).await?;
        let removed = removed(service, (ListOf::Observations(find.source.as_deref()), find.known_on)).await?;
        return Ok(Found { page, search: None, removed });
    };
    let text = TextQuery::read(written);
    if let Some(why) = text.objection(written) {
        return Err(Failure::new(FailureKind::Malformed, "the search cannot be read").at("q", why).into());
    }
    // before the search: what it may not hold yet is told, also where it does by then
    let behind = text::reach(&service.db).await?.behind();
    let mut find = find.clone();
    if find.snippets {
        find.page.limit = Some(find.page.size().min(SNIPPETS));
    }
    let page = find::find(&service.db, (&find, Some(&text)), keep).await?;
    let page = named(service, (&asked.principal, &find.page), ((&find).into(), page)).await?;
    let of_all = |seen: &Observation| snippet::of(seen, &text);
    let snippets = if find.snippets { page.items.iter().map(of_all).collect() } else { Vec::new() };
    let TextQuery { read_as, notes, .. } = text;
    let removed = removed(service, (ListOf::Observations(find.source.as_deref()), find.known_on)).await?;
    Ok(Found { page, search: Some(Searched { read_as, notes, behind, snippets }), removed })
}

/// The sources that observations are from of which the asker may know.
pub async fn list_origins(service: &Intake, asked: &Asked<ListOrigins>) -> Result<Vec<String>, Error> {
    asked.allow(STAFF)?;
    let may_know = |handling: &Handling| asked.principal.may_know(Some(handling));
    Ok(origins::of_observations(&service.db, may_know).await?)
}

/// One observation in all its revisions that were known, as far as the asker may know of them. What is restricted now was not there.
pub async fn get_observation(
    service: &Intake,
    asked: &Asked<GetObservation>,
) -> Result<Vec<Observation>, Error> {
    asked.allow(STAFF)?;
    let GetObservation { id, known_on } = &asked.query;
    let mut revisions = observations::revisions(&service.db, id, *known_on).await?;
    let may_know = |one: &Observation| asked.principal.may_know(Some(&one.handling));
    let mut kept = match known_on {
        Some(_) => observations::revisions(&service.db, id, None).await?,
        None => Vec::new(),
    };
    let first = kept.first().map_or(1, |first| first.revision);
    let newest = kept.pop();
    if revisions.is_empty() && first > 1 && newest.as_ref().is_some_and(may_know) {
        return Err(Failure::not_found(format!(
            "of observation {id} nothing is kept of that moment any more: what stood before its revision {first} was removed by a rule \
             of retention; /v1/retention tells which, when and who confirmed it"
        ))
        .into());
    }
    if !revisions.last().is_some_and(may_know) || !newest.as_ref().is_none_or(may_know) {
        return Err(Error::NoObservation(id.clone()));
    }
    revisions.retain(may_know);
    Ok(revisions)
}

/// Takes an observation back, with the reason. Asked again of one that was taken back, it is answered and not done twice. What a
/// field report was accepted as is taken back with the report, so that the record of its source learns of it.
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
    observations::reserve(&mut tx, 0).await?;
    let known = observations::known(&mut tx, std::slice::from_ref(id)).await?;
    let newest = known.get(id).ok_or_else(|| Error::NoObservation(id.clone()))?;
    if let Some(seen) = revision.filter(|seen| *seen != newest.revision) {
        let now = newest.revision;
        return Err(Failure::stale(format!(
            "its source has revised it: revision {now} is the newest and the decision was made on {seen}; read it again"
        ))
        .into());
    }
    if newest.stands {
        if let Some(report) = accepted_as(&mut tx, id).await? {
            return Err(Failure::conflict(format!(
                "field report {report} was accepted as this observation: contradict or reject that report, with the reason, \
                 which takes the observation back and tells the record of its source"
            ))
            .into());
        }
        recording::retract(&mut tx, (id, newest.revision), (by, why)).await?;
        tx.nudge(BEARING);
        tx.commit().await?;
    } else {
        drop(tx);
    }
    Ok(observations::revisions(&service.db, id, None).await?)
}

/// The accepted report that this observation is; `None` where it is from elsewhere.
async fn accepted_as(tx: &mut Tx, id: &ObservationId) -> Result<Option<ReportId>, Error> {
    let newest = observations::newest(tx, std::slice::from_ref(id)).await?;
    let Some(report) = newest.get(id).and_then(|newest| newest.report.clone()) else { return Ok(None) };
    let row = reports::get_in(tx, &report).await?;
    Ok(row.filter(|row| row.state == ReportState::Accepted).map(|_| report))
}
