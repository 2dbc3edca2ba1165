//! Looking up what a statement of a product or a judgement of an assessment is to rest on, and what became of what it rests on.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{
    GetSituation,
    assessments::{Assessment, AssessmentState},
    drafting::{Newer, SourceRef},
    products::{Product, ProductLanguage, Source, SourceKind},
};
use domain::{AssessmentId, ClusterId, Day, Handling, ObservationId, ProvinceCode, ReadingId, Timestamp};

use super::{level_bound, product_counts::Counts, product_forecasts::Records, reach, situation};
use crate::{
    Analysis, Error,
    domain::{
        assessment::sources as cited,
        product::{
            edit::Found,
            material::Foretold,
            sources::{self, Became},
        },
        situation::joined,
    },
    store::{
        Reader, anomaly, assessment, cluster, evidence, forecast, handling::Markings, marked, product,
        reading,
    },
};

/// For what it is looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct For<'a> {
    /// The language in which it is named.
    pub language: ProductLanguage,
    /// Whether it is of the exercise: the two worlds cite nothing of each other.
    pub exercise: bool,
    /// How a document outside is handled, which only whoever cites it can say; `None` where none may be cited.
    pub documents: Option<&'a Handling>,
    /// The product whose counts are counted anew; `None` where nothing is counted.
    pub counts: Option<&'a Product>,
    /// When.
    pub at: Timestamp,
}

impl<'a> For<'a> {
    /// For a statement of a product: it cites what is graded or scored, and for the positions of governments documents, handled as
    /// what the centre says by itself.
    pub(super) const fn product(of: &'a Product, at: Timestamp) -> Self {
        let (language, exercise) = (of.form.language, of.form.exercise);
        Self { language, exercise, documents: Some(&of.form.handling), counts: Some(of), at }
    }
}

/// Looks up each of these, as it is now; `None` of what is not known, was taken back, or lies on the other side of the exercise.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn look_up(service: &Analysis, of: For<'_>, refs: &[SourceRef]) -> Result<Found, Error> {
    look_up_by(service, of, refs, &mut Bound::new()).await
}

/// How each assessment that was met is bound; as it was marked while that is still being told, so that nothing runs in circles.
type Bound = BTreeMap<AssessmentId, Handling>;

async fn look_up_by(
    service: &Analysis,
    of: For<'_>,
    refs: &[SourceRef],
    known: &mut Bound,
) -> Result<Found, Error> {
    let mut counts = of.counts.map(|of| Counts::of(service, of));
    let mut shared = Shared::default();
    let mut found = BTreeMap::new();
    for one in refs {
        let key = sources::key(one.kind, &one.id);
        if found.contains_key(&key) {
            continue;
        }
        let source = match one.kind {
            SourceKind::Observation => observation_of(service, of, &one.id).await?,
            SourceKind::Incident => incident_of(service, of, &one.id).await?,
            SourceKind::Situation => situation_of(service, of, &one.id).await?,
            SourceKind::Reading => reading_of(service, of, &one.id).await?,
            SourceKind::Anomaly => anomaly_of(service, of, &one.id, &mut shared).await?,
            SourceKind::Forecast => forecast_of(service, of, &one.id, &mut shared).await?,
            SourceKind::Judgement => judgement_of(service, of, &one.id, known).await?,
            SourceKind::Document => {
                of.documents.map(|handling| sources::document(of.language, &one.id, (handling, of.at)))
            }
            SourceKind::Coverage => match &mut counts {
                Some(counts) => counts.anew(&key).await?,
                None => None,
            },
            SourceKind::Warning | SourceKind::Consent => None,
        };
        found.insert(key, source);
    }
    Ok(found)
}

async fn observation_of(service: &Analysis, of: For<'_>, id: &str) -> Result<Option<Source>, Error> {
    let ids: BTreeSet<ObservationId> = id.parse().into_iter().collect();
    let seen = product::seen(&mut Reader::Db(&service.db), &ids).await?;
    let mut seen = seen.values().filter(|seen| seen.exercise == of.exercise);
    Ok(seen.next().map(|seen| sources::observation(of.language, seen, of.at)))
}

/// An incident as all its reports that stand, marked as all of them.
async fn incident_of(service: &Analysis, of: For<'_>, id: &str) -> Result<Option<Source>, Error> {
    let Ok(id) = id.parse::<ClusterId>() else { return Ok(None) };
    let mut reader = Reader::Db(&service.db);
    let members = cluster::standing(&mut reader, &id).await?;
    let ids = members.iter().map(|(observation, _)| observation.clone()).collect();
    let mut seen = product::seen(&mut reader, &ids).await?;
    seen.retain(|_, one| one.exercise == of.exercise);
    let best = members.iter().find(|(_, best)| *best).and_then(|(observation, _)| seen.get(observation));
    Ok(sources::incident(of.language, (id.as_str(), best), &seen, of.at))
}

async fn reading_of(service: &Analysis, of: For<'_>, id: &str) -> Result<Option<Source>, Error> {
    let named = id.split_once('/').and_then(|(place, id)| Some((place, id.parse::<ReadingId>().ok()?)));
    let Some((place, id)) = named else { return Ok(None) };
    let mut reader = Reader::Db(&service.db);
    let found = reading::standing(&mut reader, &id).await?;
    let here =
        |(province, exercise): &(ProvinceCode, bool)| *exercise == of.exercise && province.as_str() == place;
    let Some(((province, _), one)) = found.filter(|(at, _)| here(at)) else { return Ok(None) };
    let markings = evidence::markings(&mut reader, vec![one.marking.clone()]).await?;
    let handling = joined([&one.marking], &markings);
    Ok(Some(sources::reading(of.language, (&province, &one), (&handling, of.at))))
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
    let found = look_up(service, For::product(of, at), &refs).await?;
    let mut newer = Vec::new();
    for then in followed {
        let told = match found.get(&then.key).and_then(Option::as_ref) {
            Some(now) => sources::compare(of, then, Became::Stands(now)),
            None => {
                sources::compare(of, then, Became::Gone(ever(service, (then.kind, &then.id)).await?.as_ref()))
            }
        };
        newer.extend(told);
    }
    Ok(newer)
}

/// The join of the markings under which a source was ever known; `None` of one of which none is kept.
async fn ever(service: &Analysis, (kind, id): (SourceKind, &str)) -> Result<Option<Handling>, Error> {
    let mut reader = Reader::Db(&service.db);
    match kind {
        SourceKind::Observation => Ok(marked::ever(&mut reader, &id.parse().into_iter().collect()).await?),
        SourceKind::Incident => {
            let Ok(id) = id.parse::<ClusterId>() else { return Ok(None) };
            let ids = cluster::ever(&mut reader, &id).await?;
            Ok(marked::ever(&mut reader, &ids).await?)
        }
        SourceKind::Reading => {
            let id = id.rsplit('/').next().and_then(|id| id.parse::<ReadingId>().ok());
            let Some(id) = id else { return Ok(None) };
            Ok(reading::ever_marked(&mut reader, &id).await?)
        }
        SourceKind::Judgement => {
            let id = id.split('/').next().and_then(|id| id.parse().ok());
            let Some(id) = id else { return Ok(None) };
            Ok(assessment::get(&mut reader, &id).await?.map(|one| one.handling))
        }
        _ => Ok(None),
    }
}

/// How things stand in a province for a threat, or stood on the day that is named behind them, as it was told on that day.
async fn situation_of(service: &Analysis, of: For<'_>, id: &str) -> Result<Option<Source>, Error> {
    let mut parts = id.splitn(3, '/');
    let named = parts.next().and_then(|place| place.parse().ok());
    let named = named.zip(parts.next().and_then(|threat| threat.parse().ok()));
    let Some((province, threat)) = named else { return Ok(None) };
    let on: Option<Day> = match parts.next().map(str::parse) {
        None => None,
        Some(Ok(day)) if day <= of.at.day() => Some(day),
        Some(_) => return Ok(None),
    };
    if crate::domain::cell::country_of(&province).is_none() {
        return Ok(None);
    }
    let wanted = GetSituation {
        province: Some(province.clone()),
        threat: Some(threat),
        on,
        exercise: of.exercise,
        ..GetSituation::default()
    };
    let told = situation::told(service, &wanted).await?;
    let Some(told) = told.first() else { return Ok(None) };
    let mut source = sources::situation(of.language, told, of.at);
    // a past day is told as it was, but bound as what it rests on is marked now
    if let Some((day, cell)) = on.zip(crate::domain::Cell::of(of.exercise, threat, &province)) {
        let by = day.plus(1).start().min(of.at);
        let now = level_bound::of_levels(service, &[cell], (day, day, by)).await?;
        source.handling = now.iter().fold(source.handling, |all, now| all.join(now));
    }
    Ok(Some(Source { key: sources::key(source.kind, id), id: id.to_owned(), ..source }))
}

/// What several sources are looked up by, each read once.
#[derive(Default)]
struct Shared {
    markings: Option<Markings>,
    records: Records,
}

impl Shared {
    /// Under which handling everything of this world came.
    async fn markings(&mut self, service: &Analysis, exercise: bool) -> Result<&Markings, Error> {
        let known = match self.markings.take() {
            Some(known) => known,
            None => reach::markings(service, exercise).await?,
        };
        Ok(self.markings.insert(known))
    }
}

async fn anomaly_of(
    service: &Analysis,
    of: For<'_>,
    id: &str,
    shared: &mut Shared,
) -> Result<Option<Source>, Error> {
    let Ok(id) = id.parse() else { return Ok(None) };
    let found = anomaly::get(&mut Reader::Db(&service.db), &id).await?;
    let Some(one) = found.filter(|one| one.exercise == of.exercise) else { return Ok(None) };
    let handling = shared.markings(service, of.exercise).await?.of_anomaly(&one);
    Ok(Some(sources::anomaly(of.language, &one, (&handling, of.at))))
}

async fn forecast_of(
    service: &Analysis,
    of: For<'_>,
    id: &str,
    shared: &mut Shared,
) -> Result<Option<Source>, Error> {
    let Ok(id) = id.parse() else { return Ok(None) };
    let Some(one) = forecast::get(&service.db, &id).await?.filter(|_| !of.exercise) else {
        return Ok(None);
    };
    // a paper tells the record of its period; where there was none, what is cited by hand is told by that of today
    let by = of.counts.map(|paper| paper.form.to);
    let then = shared.records.of(service, &one, by).await?;
    let record = if then.is_some() { then } else { shared.records.of(service, &one, None).await? };
    let Some(record) = record else { return Ok(None) };
    let handling = shared.markings(service, false).await?.of_forecast(&one);
    let told = Foretold { forecast: one, so_far: None, record, handling };
    Ok(Some(sources::forecast(of.language, &told, of.at)))
}

async fn judgement_of(
    service: &Analysis,
    of: For<'_>,
    id: &str,
    known: &mut Bound,
) -> Result<Option<Source>, Error> {
    let named = id.split_once('/').and_then(|(id, number)| Some((id.parse().ok()?, number.parse().ok()?)));
    let Some((id, number)) = named else { return Ok(None) };
    let found = assessment::get(&mut Reader::Db(&service.db), &id).await?;
    let holds = |state| matches!(state, AssessmentState::Published | AssessmentState::Superseded);
    let found = found.filter(|one| holds(one.state) && one.form.exercise == of.exercise);
    let Some(one) = found else { return Ok(None) };
    let told = sources::judgement(of.language, &one, (number, of.at));
    let Some(source) = told else { return Ok(None) };
    Ok(Some(Source { handling: bound(service, of, &one, known).await?, ..source }))
}

/// What may be done with an assessment now: as it was marked, and as what it rests on is marked today.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn binding(service: &Analysis, one: &Assessment) -> Result<Handling, Error> {
    let (exercise, at) = (one.form.exercise, service.db.clock().now());
    let of = For { language: ProductLanguage::En, exercise, documents: None, counts: None, at };
    bound(service, of, one, &mut Bound::new()).await
}

async fn bound(
    service: &Analysis,
    of: For<'_>,
    one: &Assessment,
    known: &mut Bound,
) -> Result<Handling, Error> {
    if let Some(handling) = known.get(&one.id) {
        return Ok(handling.clone());
    }
    known.insert(one.id.clone(), one.handling.clone());
    let ids = one.form.judgements.iter().flat_map(|judgement| judgement.evidence.iter().cloned()).collect();
    let observed = marked::now(&mut Reader::Db(&service.db), &ids).await?;
    let refs = cited(&one.form);
    let own = For { documents: Some(&one.form.handling), counts: None, ..of };
    let found = Box::pin(look_up_by(service, own, &refs, known)).await?;
    let mut handling = observed.map_or_else(|| one.handling.clone(), |now| one.handling.join(&now));
    for named in refs {
        let told = found.get(&sources::key(named.kind, &named.id)).and_then(Option::as_ref);
        let marked = match told {
            Some(source) => Some(source.handling.clone()),
            None => ever(service, (named.kind, &named.id)).await?,
        };
        handling = marked.map_or_else(|| handling.clone(), |marked| handling.join(&marked));
    }
    known.insert(one.id.clone(), handling.clone());
    Ok(handling)
}
