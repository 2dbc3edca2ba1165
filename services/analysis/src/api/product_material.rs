//! Gathering what a product is drafted from.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    PageRequest,
    analysis::{
        GetSituation, LevelChange, Situation,
        anomalies::{Anomaly, AnomalyState, ListAnomalies},
        assessments::{Assessment, AssessmentState, ListAssessments},
        drafting::Elsewhere,
        forecasts::{Forecast, GetScorecards, ListForecasts, Scope, Scorecard},
        news::GetNews,
        products::ProductForm,
    },
};
use domain::{Country, Day, Handling, ObservationId, ProvinceCode, Threat, Timestamp};

use super::situation;
use crate::{
    Analysis, Error,
    domain::{
        Cell,
        cell::country_of,
        incident::incidents,
        news::{mark_late, net},
        product::material::{Foretold, Gap, Happened, Material, Seen},
    },
    store::{
        Reader, anomaly, assessment, evidence, forecast, heard, level, product, scorecards, told as kept,
    },
};

/// How many incidents of one threat are looked up.
const OF_EACH_THREAT: usize = 12;
/// How long the window is of which forecasts are told, in months.
const MONTHS: u32 = 3;
/// How many forecasts are told.
const FORECASTS: usize = 5;

/// What a form covers, filled in.
struct Reach<'f> {
    form: &'f ProductForm,
    provinces: BTreeSet<ProvinceCode>,
}

impl<'f> Reach<'f> {
    fn of(form: &'f ProductForm) -> Self {
        let within = |country: &str| {
            form.countries.is_empty() || form.countries.iter().any(|one| one.as_str() == country)
        };
        let all = geography::provinces().iter().filter(|unit| within(unit.country));
        let provinces = if form.provinces.is_empty() {
            all.filter_map(|unit| unit.id.parse().ok()).collect()
        } else {
            form.provinces.clone()
        };
        Self { form, provinces }
    }
    fn threat(&self, threat: Threat) -> bool {
        self.form.threats.is_empty() || self.form.threats.contains(&threat)
    }
    fn holds(&self, province: &ProvinceCode, threat: Threat) -> bool {
        self.threat(threat) && self.provinces.contains(province)
    }
}

/// Everything that analysis holds of the period and scope of this form, and what others told.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn gather(
    service: &Analysis,
    form: &ProductForm,
    elsewhere: Elsewhere,
    at: Timestamp,
) -> Result<Material, Error> {
    let reach = Reach::of(form);
    let on = GetSituation { on: Some(form.to), exercise: form.exercise, ..GetSituation::default() };
    let mut situations = situation::told(service, &on).await?;
    situations.retain(|one| reach.holds(&one.province, one.threat));
    let (happened, counted) = happened(service, &reach, at).await?;
    let anomalies = anomalies(service, &reach).await?;
    let seen = seen(service, &reach, (&happened, &situations, &anomalies)).await?;
    let judged = anomalies.into_iter().map(|one| {
        let handling = marked(&one, &seen, &form.handling);
        (one, handling)
    });
    Ok(Material {
        at,
        changes: changes(service, &reach).await?,
        gaps: gaps(&reach, &situations),
        incidents: happened,
        counted,
        anomalies: judged.collect(),
        forecasts: forecasts(service, &reach).await?,
        assessments: assessments(service, &reach).await?,
        situations,
        seen,
        elsewhere,
    })
}

/// The join of the markings of what was counted in an unusual month; of `own` where nothing of it is known any more.
pub(super) fn marked(of: &Anomaly, seen: &BTreeMap<ObservationId, Seen>, own: &Handling) -> Handling {
    let counted = of.observations.iter().filter_map(|id| seen.get(id)).map(|seen| &seen.handling);
    Handling::join_all(counted).unwrap_or_else(|| own.clone())
}

/// What happened in the period, the weightiest first, and the join of the markings of everything that told of it.
async fn happened(
    service: &Analysis,
    reach: &Reach<'_>,
    at: Timestamp,
) -> Result<(Vec<Happened>, Handling), Error> {
    let (form, mut reader) = (reach.form, Reader::Db(&service.db));
    let wanted = evidence::Wanted {
        provinces: None,
        country: None,
        threat: None,
        exercise: form.exercise,
        known_before: at.plus(chrono::Duration::microseconds(1)),
        begun_by: form.to,
        since: form.from,
    };
    let mut cells = evidence::as_known(&mut reader, &wanted).await?;
    cells.retain(|cell, _| reach.holds(&cell.province, cell.threat));
    let keys = kept::marking_keys(cells.values().flatten().map(|report| &report.marking));
    let markings = evidence::markings(&mut reader, keys).await?;
    let counted = Handling::join_all(markings.values()).unwrap_or_else(|| form.handling.clone());
    let mut all: Vec<Happened> = cells
        .iter()
        .flat_map(|(cell, reports)| {
            incidents(reports, &service.rules).into_iter().map(move |one| (cell, one))
        })
        .map(|(cell, one)| told(cell, &one, form.to, &service.rules))
        .collect();
    all.sort_by(|one, other| other.weight.total_cmp(&one.weight).then_with(|| one.best.cmp(&other.best)));
    Ok((all, counted))
}

fn told(cell: &Cell, of: &crate::domain::Incident<'_>, on: Day, rules: &crate::domain::Rules) -> Happened {
    let owners: BTreeSet<&str> = of.reports.iter().map(|report| report.owner.as_str()).collect();
    let stated = of.reports.iter().any(|report| report.deaths.is_some());
    Happened {
        best: of.best().observation.clone(),
        observations: of.observations(),
        province: cell.province.clone(),
        threat: cell.threat,
        day: of.day(on),
        deaths: stated.then(|| of.deaths()),
        owners: owners.len() as u64,
        belief: of.belief(),
        weight: of.belief() * of.severity(),
        peace: of.is_peace(rules),
    }
}

async fn changes(service: &Analysis, reach: &Reach<'_>) -> Result<Vec<LevelChange>, Error> {
    let wanted = level::Asked {
        exercise: reach.form.exercise,
        province: None,
        since: Some(reach.form.from.start()),
        until: Some(reach.form.to.plus(1).start()),
        after: None,
        limit: None,
    };
    let found = level::changes(&service.db, &wanted).await?;
    let all = found.into_iter().map(LevelChange::from);
    let mut net = net(all.filter(|change| reach.holds(&change.province, change.threat)));
    let since = reach.form.from.start();
    let news = GetNews { since, province: None, exercise: reach.form.exercise, page: whole() };
    let heard = heard::Asked { wanted: &news, until: reach.form.to.plus(1).start(), above: &BTreeSet::new() };
    let newest = heard::newest(&service.db, &heard).await?;
    mark_late(&mut net, (&newest, since), &service.rules.spillover);
    Ok(net)
}

const fn whole() -> PageRequest {
    PageRequest { cursor: None, limit: Some(1000) }
}

/// What is unusual in the months of the period, by what a person confirmed first.
async fn anomalies(service: &Analysis, reach: &Reach<'_>) -> Result<Vec<Anomaly>, Error> {
    let mut all = Vec::new();
    for state in [AnomalyState::Confirmed, AnomalyState::Open] {
        let wanted = ListAnomalies {
            state: Some(state),
            exercise: reach.form.exercise,
            page: whole(),
            ..ListAnomalies::default()
        };
        let mut found = anomaly::list(&service.db, &wanted, None).await?;
        found.retain(|one| {
            let (first, last) = one.month.month();
            reach.holds(&one.province, one.threat) && first <= reach.form.to && last >= reach.form.from
        });
        found.sort_by(|one, other| other.method.score.total_cmp(&one.method.score));
        all.extend(found);
    }
    Ok(all)
}

async fn assessments(service: &Analysis, reach: &Reach<'_>) -> Result<Vec<Assessment>, Error> {
    let wanted = ListAssessments {
        state: Some(AssessmentState::Published),
        exercise: reach.form.exercise,
        page: whole(),
        ..ListAssessments::default()
    };
    let mut found = assessment::list(&service.db, &wanted, None).await?;
    let end = reach.form.to.plus(1).start();
    found.retain(|one| {
        let provinces = &one.form.provinces;
        one.published_at.is_some_and(|at| at < end)
            && one.form.threat.is_none_or(|threat| reach.threat(threat))
            && (provinces.is_empty() || provinces.iter().any(|code| reach.provinces.contains(code)))
    });
    Ok(found)
}

/// What is foretold of the provinces in reach, most likely escalations first; nothing that has no record, and nothing in the
/// exercise, where nothing is foretold.
async fn forecasts(service: &Analysis, reach: &Reach<'_>) -> Result<Vec<Foretold>, Error> {
    if reach.form.exercise {
        return Ok(Vec::new());
    }
    let wanted = ListForecasts {
        scope: Some(Scope::Province),
        months: Some(MONTHS),
        page: whole(),
        ..ListForecasts::default()
    };
    let found = forecast::list(&service.db, &wanted, None).await?;
    // a paper on a past period tells what was foretold then
    let end = reach.form.to.plus(1).start();
    let mut newest: BTreeMap<(ProvinceCode, Threat), Forecast> = BTreeMap::new();
    for one in
        found.into_iter().filter(|one| one.to >= reach.form.to && one.issued_at < end && one.expected.p95 > 0)
    {
        let Some(province) = one.province.clone().filter(|code| reach.holds(code, one.threat)) else {
            continue;
        };
        newest.entry((province, one.threat)).or_insert(one);
    }
    let mut all: Vec<Forecast> = newest.into_values().collect();
    all.sort_by(|one, other| other.expected.escalation.total_cmp(&one.expected.escalation));
    let mut told = Vec::new();
    for one in all.into_iter().take(FORECASTS) {
        told.extend(with_record(service, one, &reach.form.handling).await?);
    }
    Ok(told)
}

/// A forecast with the record of its kind and its marking: that of everything that was counted for it. `None` without a
/// record.
pub(super) async fn with_record(
    service: &Analysis,
    of: Forecast,
    own: &Handling,
) -> Result<Option<Foretold>, Error> {
    let Some(record) = record(service, &of).await? else { return Ok(None) };
    let place = (of.country, of.province.as_ref());
    let counted = product::markings(&mut Reader::Db(&service.db), place, of.threat).await?;
    let handling = Handling::join_all(&counted).unwrap_or_else(|| own.clone());
    Ok(Some(Foretold { forecast: of, record, handling }))
}

/// The record of forecasts that were issued before; where none is resolved yet, of those made after the fact.
async fn record(service: &Analysis, of: &Forecast) -> Result<Option<Scorecard>, Error> {
    let scope = if of.province.is_some() { Scope::Province } else { Scope::Country };
    for rehearsal in [false, true] {
        let wanted = GetScorecards {
            threat: Some(of.threat),
            scope: Some(scope),
            months: Some(of.months),
            model: Some(of.expected.model.clone()),
            rehearsal,
            ..GetScorecards::default()
        };
        let cards = scorecards::cards(&service.db, &wanted).await?;
        if let Some(card) = cards.into_iter().next() {
            return Ok(Some(card));
        }
    }
    Ok(None)
}

/// The provinces in reach of which no situation rests on enough, by country.
fn gaps(reach: &Reach<'_>, situations: &[Situation]) -> Vec<Gap> {
    let known: BTreeSet<&ProvinceCode> =
        situations.iter().filter(|one| one.is_spoken_of()).map(|one| &one.province).collect();
    let mut by_country: BTreeMap<Country, Gap> = BTreeMap::new();
    for code in &reach.provinces {
        let Some(country) = country_of(code) else { continue };
        let gap = by_country.entry(country).or_insert(Gap { country, provinces: Vec::new(), of: 0 });
        gap.of += 1;
        if !known.contains(code) {
            gap.provinces.push(code.clone());
        }
    }
    by_country.into_values().filter(|gap| !gap.provinces.is_empty()).collect()
}

/// The observations that a draft may name.
async fn seen(
    service: &Analysis,
    reach: &Reach<'_>,
    (happened, situations, anomalies): (&[Happened], &[Situation], &[Anomaly]),
) -> Result<BTreeMap<ObservationId, Seen>, Error> {
    let mut ids: BTreeSet<ObservationId> = BTreeSet::new();
    let mut taken: BTreeMap<Threat, usize> = BTreeMap::new();
    for one in happened {
        let asked = reach.form.about.as_ref().is_some_and(|id| one.observations.contains(id));
        let count = taken.entry(one.threat).or_default();
        *count += 1;
        if asked || *count <= OF_EACH_THREAT {
            ids.insert(one.best.clone());
            ids.extend(one.observations.iter().take(OF_EACH_THREAT).cloned());
        }
    }
    let weightiest = situations.iter().filter_map(|one| one.incidents.first());
    ids.extend(weightiest.filter_map(|incident| incident.observations.first().cloned()));
    ids.extend(anomalies.iter().flat_map(|one| one.observations.iter().cloned()));
    Ok(product::seen(&mut Reader::Db(&service.db), &ids).await?)
}
