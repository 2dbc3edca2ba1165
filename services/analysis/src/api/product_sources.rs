//! Looking up what a statement is to rest on, and what became of what it rests on.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{
    GetSituation,
    assessments::AssessmentState,
    drafting::{Newer, SourceRef},
    products::{Product, Source, SourceKind},
};
use domain::{ObservationId, Timestamp};

use super::{product_material::Records, reach, situation};
use crate::{
    Analysis, Error,
    domain::product::{edit::Found, material::Foretold, sources},
    store::{Reader, anomaly, assessment, forecast, product},
};

/// Looks up each of these, as it is now.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn look_up(
    service: &Analysis,
    of: &Product,
    refs: &[SourceRef],
    at: Timestamp,
) -> Result<Found, Error> {
    let ids: BTreeSet<ObservationId> = refs
        .iter()
        .filter(|one| one.kind == SourceKind::Observation)
        .filter_map(|one| one.id.parse().ok())
        .collect();
    let seen = product::seen(&mut Reader::Db(&service.db), &ids).await?;
    let mut found = BTreeMap::new();
    for one in refs {
        let source = match one.kind {
            SourceKind::Observation => {
                let seen = one.id.parse().ok().and_then(|id: ObservationId| seen.get(&id));
                seen.filter(|seen| seen.exercise == of.form.exercise)
                    .map(|seen| sources::observation(of.form.language, seen, at))
            }
            SourceKind::Situation => situation_of(service, of, &one.id, at).await?,
            SourceKind::Anomaly => anomaly_of(service, of, &one.id, at).await?,
            SourceKind::Forecast => forecast_of(service, of, &one.id, at).await?,
            SourceKind::Judgement => judgement_of(service, of, &one.id, at).await?,
            SourceKind::Coverage | SourceKind::Warning | SourceKind::Consent => None,
        };
        found.insert(sources::key(one.kind, &one.id), source);
    }
    Ok(found)
}

/// What of the sources of a product is newer than it; of what other services hold nothing can be told here.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn newer(service: &Analysis, of: &Product, at: Timestamp) -> Result<Vec<Newer>, Error> {
    let followed: Vec<&Source> =
        of.sources.iter().filter(|source| sources::is_followed(source.kind)).collect();
    let refs: Vec<SourceRef> =
        followed.iter().map(|source| SourceRef { kind: source.kind, id: source.id.clone() }).collect();
    let found = look_up(service, of, &refs, at).await?;
    let compared = followed
        .into_iter()
        .filter_map(|then| sources::compare(of, then, found.get(&then.key).and_then(Option::as_ref)));
    Ok(compared.collect())
}

async fn situation_of(
    service: &Analysis,
    of: &Product,
    id: &str,
    at: Timestamp,
) -> Result<Option<Source>, Error> {
    let named =
        id.split_once('/').and_then(|(place, threat)| Some((place.parse().ok()?, threat.parse().ok()?)));
    let Some((province, threat)) = named else { return Ok(None) };
    if crate::domain::cell::country_of(&province).is_none() {
        return Ok(None);
    }
    let wanted = GetSituation {
        province: Some(province),
        threat: Some(threat),
        exercise: of.form.exercise,
        ..GetSituation::default()
    };
    let told = situation::told(service, &wanted).await?;
    Ok(told.first().map(|one| sources::situation(of.form.language, one, at)))
}

async fn anomaly_of(
    service: &Analysis,
    of: &Product,
    id: &str,
    at: Timestamp,
) -> Result<Option<Source>, Error> {
    let Ok(id) = id.parse() else { return Ok(None) };
    let found = anomaly::get(&mut Reader::Db(&service.db), &id).await?;
    let Some(one) = found.filter(|one| one.exercise == of.form.exercise) else { return Ok(None) };
    let handling = reach::markings(service, one.exercise).await?.of_anomaly(&one);
    Ok(Some(sources::anomaly(of.form.language, &one, (&handling, at))))
}

async fn forecast_of(
    service: &Analysis,
    of: &Product,
    id: &str,
    at: Timestamp,
) -> Result<Option<Source>, Error> {
    let Ok(id) = id.parse() else { return Ok(None) };
    let Some(one) = forecast::get(&service.db, &id).await?.filter(|_| !of.form.exercise) else {
        return Ok(None);
    };
    let Some(record) = Records::default().of(service, &one).await? else { return Ok(None) };
    let handling = reach::markings(service, false).await?.of_forecast(&one);
    let told = Foretold { forecast: one, record, handling };
    Ok(Some(sources::forecast(of.form.language, &told, at)))
}

async fn judgement_of(
    service: &Analysis,
    of: &Product,
    id: &str,
    at: Timestamp,
) -> Result<Option<Source>, Error> {
    let named = id.split_once('/').and_then(|(id, number)| Some((id.parse().ok()?, number.parse().ok()?)));
    let Some((id, number)) = named else { return Ok(None) };
    let found = assessment::get(&mut Reader::Db(&service.db), &id).await?;
    let holds = |state| matches!(state, AssessmentState::Published | AssessmentState::Superseded);
    let found = found.filter(|one| holds(one.state) && one.form.exercise == of.form.exercise);
    Ok(found.and_then(|one| sources::judgement(of.form.language, &one, (number, at))))
}
