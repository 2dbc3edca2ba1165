//! Gathering what a product is drafted from.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    PageRequest,
    analysis::{
        GetSituation, LevelChange, Situation,
        anomalies::{Anomaly, AnomalyState, ListAnomalies},
        assessments::{Assessment, AssessmentState, ListAssessments},
        drafting::Elsewhere,
        overrides::Override,
        products::{ProductForm, ProductKind},
    },
};
use domain::{Country, Handling, ObservationId, ProvinceCode, Threat, Timestamp, owner};

use super::{
    product_coverage::{self, by_cell},
    product_forecasts, product_incidents, product_late, reach, situation,
};
use crate::{
    Analysis, Error,
    domain::{
        Cell, Incident, Report, Rules,
        cell::country_of,
        news::{account, mark_late, net},
        product::{
            compose,
            material::{Covered, Gap, Happened, Material, Seen},
            scope,
        },
        situation::joined,
    },
    store::{Reader, anomaly, assessment, handling::Markings, heard, level, overrides, product},
};

/// How many incidents of one threat are looked up.
const OF_EACH_THREAT: usize = 12;
/// How many facts that ease a level are looked up.
const EASING: usize = 3;

/// What a form covers, filled in.
pub(super) struct Reach<'f> {
    pub(super) form: &'f ProductForm,
    pub(super) provinces: BTreeSet<ProvinceCode>,
}

impl<'f> Reach<'f> {
    pub(super) fn of(form: &'f ProductForm) -> Self {
        Self { form, provinces: scope(form) }
    }
    /// The countries of its provinces.
    pub(super) fn countries(&self) -> BTreeSet<Country> {
        self.provinces.iter().filter_map(country_of).collect()
    }
    pub(super) fn threat(&self, threat: Threat) -> bool {
        self.form.threats.is_empty() || self.form.threats.contains(&threat)
    }
    /// Whether a province and a threat are among what it covers.
    pub(super) fn holds(&self, province: &ProvinceCode, threat: Threat) -> bool {
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
    let markings = reach::markings(service, form.exercise).await?;
    let reported = product_coverage::reported(&mut Reader::Db(&service.db), (&reach, at)).await?;
    let (happened, beside) = product_incidents::happened(service, form, (&reported, at)).await?;
    let mut seen = seen(service, &reach, (&happened, &situations)).await?;
    let (late, seen_late) = product_late::became_known(service, &reach, at).await?;
    seen.extend(seen_late);
    let mut changes = changes(service, &reach, &markings).await?;
    account(&mut changes, &situations);
    let overrides = overrides(service, &reach, &markings).await?;
    let unusual = anomalies(service, &reach).await?;
    let watched = product_incidents::watched(service, (&unusual, form.exercise)).await?;
    let anomalies = unusual.into_iter().map(|one| {
        let handling = markings.of_anomaly(&one);
        (one, handling)
    });
    let ever = situations.iter().map(|one| {
        let place = (one.country, Some(&one.province));
        ((one.province.clone(), one.threat), markings.counted(place, one.threat))
    });
    let ever_from = situations.iter().filter(|one| one.reporting.as_ref().is_some_and(|of| of.silenced));
    let ever_from =
        ever_from.map(|one| (one.province.clone(), markings.from_province(&one.province))).collect();
    let covered = product_coverage::covered(service, &reach, &reported).await?;
    Ok(Material {
        at,
        gaps: gaps(&reach, &situations),
        counted: counted((&happened, &beside), &changes, &covered).unwrap_or_else(|| form.handling.clone()),
        covered,
        ever: ever.collect(),
        ever_from,
        anomalies: anomalies.collect(),
        watched,
        forecasts: product_forecasts::forecasts(service, &reach, &markings).await?,
        assessments: assessments(service, &reach).await?,
        incidents: happened,
        beside,
        late,
        changes,
        overrides,
        situations,
        seen,
        elsewhere,
    })
}

/// The best-graded report of the incident that a flash report of this form is about.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn subject(
    service: &Analysis,
    form: &ProductForm,
    at: Timestamp,
) -> Result<Option<ObservationId>, Error> {
    let reach = Reach::of(form);
    let reported = product_coverage::reported(&mut Reader::Db(&service.db), (&reach, at)).await?;
    let happened = if form.kind == ProductKind::FlashReport {
        product_incidents::happened(service, form, (&reported, at)).await?.0
    } else {
        product_incidents::in_cells(service, &by_cell(&reported, form.exercise), |_| true).await?
    };
    Ok(compose::subject(form, &happened).map(|of| of.best.clone()))
}

/// What binds the figures of the period: everything that happened in it or may have, what was reported in it of what did not, and what its
/// changes of level rest on.
fn counted(
    (happened, beside): (&[Happened], &[Happened]),
    changes: &[LevelChange],
    covered: &Covered,
) -> Option<Handling> {
    let moved = changes.iter().filter_map(|change| change.handling.as_ref());
    let undated = covered.undated.iter().map(|of| &of.handling);
    Handling::join_all(happened.iter().chain(beside).map(|one| &one.handling).chain(moved).chain(undated))
}

/// What each owner of these reports is believed, by its best; an owner is one however it is written.
pub(super) fn believed<'r>(reports: impl IntoIterator<Item = &'r Report>) -> BTreeMap<String, f64> {
    let mut believed: BTreeMap<String, f64> = BTreeMap::new();
    for report in reports {
        let best = believed.entry(owner::folded(&report.owner).into_owned()).or_default();
        *best = best.max(report.belief());
    }
    believed
}

/// An incident as a product tells it.
pub(super) fn told(
    cell: &Cell,
    of: &Incident<'_>,
    markings: &BTreeMap<String, Handling>,
    rules: &Rules,
) -> Happened {
    let graded = (of.best().reliability, of.best().credibility);
    let mut told = Happened {
        best: of.best().observation.clone(),
        observations: of.observations(),
        province: cell.province.clone(),
        provinces: BTreeSet::from([cell.province.clone()]),
        threat: cell.threat,
        threats: BTreeSet::from([cell.threat]),
        cluster: of.cluster.cloned(),
        from: of.best().from,
        to: of.best().to,
        deaths: of.deaths(),
        graded,
        believed: believed(of.reports.iter().copied()),
        severity: of.severity(),
        peace: of.is_peace(rules),
        handling: joined(of.reports.iter().map(|report| &report.marking), markings),
    };
    for report in &of.reports {
        told.grade_at_least((report.reliability, report.credibility));
    }
    told
}

/// The net changes of level in the period, of those that were told before a moment.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn moved(
    service: &Analysis,
    reach: &Reach<'_>,
    before: Timestamp,
) -> Result<Vec<LevelChange>, Error> {
    let wanted = level::Asked {
        exercise: reach.form.exercise,
        province: None,
        since: Some(reach.form.from.start()),
        until: Some(before.min(reach.form.to.plus(1).start())),
        after: None,
        limit: None,
    };
    let found = level::changes(&service.db, &wanted).await?.into_iter().map(LevelChange::from);
    Ok(net(found.filter(|change| reach.holds(&change.province, change.threat))))
}

/// The net changes of level in the period, each with what binds it.
async fn changes(
    service: &Analysis,
    reach: &Reach<'_>,
    markings: &Markings,
) -> Result<Vec<LevelChange>, Error> {
    let since = reach.form.from.start();
    let mut net = moved(service, reach, reach.form.to.plus(1).start()).await?;
    let heard = heard::Asked {
        since,
        province: None,
        exercise: reach.form.exercise,
        until: reach.form.to.plus(1).start(),
        as_then: false,
        above: &BTreeSet::new(),
    };
    let newest = heard::newest(&service.db, &heard).await?;
    let rules = &service.rules;
    mark_late(&mut net, (&newest, since), &rules.spillover);
    for change in &mut net {
        change.handling = markings.of_change(change, reach.form.from, rules);
    }
    Ok(net)
}

/// The levels that a person set in the period, or that ended in it, each with what binds the level beside it.
async fn overrides(
    service: &Analysis,
    reach: &Reach<'_>,
    markings: &Markings,
) -> Result<Vec<(Override, Handling)>, Error> {
    let Reach { form, .. } = reach;
    let period = (form.from.start(), form.to.plus(1).start());
    let mut found = overrides::moved(&service.db, period, (form.exercise, None)).await?;
    found.retain(|set| reach.holds(&set.province, set.threat));
    let bound = found.into_iter().filter_map(|set| {
        let cell = Cell::of(set.exercise, set.threat, &set.province)?;
        let handling = markings.of_level(&cell, form.from, &service.rules);
        Some((set, handling))
    });
    Ok(bound.collect())
}

const fn whole() -> PageRequest {
    PageRequest { cursor: None, limit: Some(1000) }
}

/// What is unusual in the months of the period or became known of earlier ones in it, by what a person confirmed first.
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
            let ((first, last), form) = (one.month.month(), reach.form);
            let opened = one.opened_at.day();
            let became_known = last < form.from && form.from <= opened && opened <= form.to;
            reach.holds(&one.province, one.threat)
                && (became_known || (first <= form.to && last >= form.from))
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

/// The provinces in reach of which no situation rests on enough, by country.
fn gaps(reach: &Reach<'_>, situations: &[Situation]) -> Vec<Gap> {
    let mut known: BTreeMap<&ProvinceCode, &Situation> = BTreeMap::new();
    for one in situations.iter().filter(|one| one.is_known()) {
        let least = known.entry(&one.province).or_insert(one);
        let strictness = |one: &Situation| (one.handling.tlp(), one.handling.un_class());
        if strictness(one) < strictness(least) {
            *least = one;
        }
    }
    let mut by_country: BTreeMap<Country, Gap> = BTreeMap::new();
    for code in &reach.provinces {
        let Some(country) = country_of(code) else { continue };
        let gap = by_country.entry(country).or_insert_with(|| Gap::none(country));
        gap.of += 1;
        match known.get(code) {
            Some(one) => {
                gap.handling = Handling::join_all(gap.handling.iter().chain([&one.handling]));
                gap.levels.insert((code.clone(), one.threat));
            }
            None => gap.provinces.push(code.clone()),
        }
    }
    by_country.into_values().filter(|gap| !gap.provinces.is_empty()).collect()
}

/// The observations that a draft may name.
async fn seen(
    service: &Analysis,
    reach: &Reach<'_>,
    (happened, situations): (&[Happened], &[Situation]),
) -> Result<BTreeMap<ObservationId, Seen>, Error> {
    let mut ids: BTreeSet<ObservationId> = BTreeSet::new();
    let mut taken: BTreeMap<(Threat, bool), usize> = BTreeMap::new();
    for one in happened {
        let mut is_told = reach.form.about.as_ref().is_some_and(|id| one.observations.contains(id));
        // it may be told in the part of each threat that it bears on; what eases takes no place of what is grave
        for threat in &one.threats {
            let count = taken.entry((*threat, one.peace)).or_default();
            *count += 1;
            is_told |= *count <= OF_EACH_THREAT;
        }
        if is_told {
            ids.extend(one.observations.iter().cloned());
        }
    }
    // every report of what is told is cited
    let weightiest = situations.iter().filter_map(|one| one.incidents.first());
    ids.extend(weightiest.flat_map(|incident| incident.observations.iter().cloned()));
    let eases = situations.iter().filter_map(|one| one.components.as_ref());
    let eases = eases.flat_map(|parts| parts.relieved_by.iter().take(EASING));
    ids.extend(eases.flat_map(|sign| sign.observations.iter().cloned()));
    Ok(product::seen(&mut Reader::Db(&service.db), &ids).await?)
}
