//! The incidents of which a product tells, and how rare a month is among the provinces that are watched.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{
    anomalies::Anomaly,
    products::{ProductForm, ProductKind},
};
use domain::{ClusterId, Day, ProvinceCode, Threat, Timestamp};

use super::{
    product_coverage::{self, Reported, by_cell},
    product_material::{Reach, believed, told},
};
use crate::{
    Analysis, Error,
    domain::{
        Cell, Incident, Month, Report,
        incident::incidents,
        product::{at_home::Homes, happened::once, material::Happened},
        situation::joined,
        span::Periods,
        watch,
    },
    store::{Reader, evidence, past, told::marking_keys},
};

/// What is dated within more days than these is compared with nothing: reports of one incident lie no further apart.
const APART_DAYS: i64 = 31;

/// The reports of each cell that a product counts, and which of their incidents it tells.
pub(super) struct Counting {
    /// The reports.
    pub(super) cells: BTreeMap<Cell, Vec<Report>>,
    homes: Homes,
}

/// The reports of each cell of which a product tells: those that cannot have happened outside its period, and all others of the clusters that
/// these are of, each of which is told in one of several papers that follow each other. A flash report is of one incident, and tells of it
/// by everything that reported it, also on days beside the period.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn counting(
    reader: &mut Reader<'_>,
    form: &ProductForm,
    (reported, at): (&[Reported], Timestamp),
) -> Result<Counting, Error> {
    if form.kind == ProductKind::FlashReport {
        let (from, to) = (form.from.plus(-APART_DAYS), form.to.plus(APART_DAYS));
        let around = ProductForm { from, to, ..form.clone() };
        let reported = product_coverage::reported(reader, (&Reach::of(&around), at)).await?;
        return Ok(Counting { cells: by_cell(&reported, form.exercise), homes: Homes::default() });
    }
    let mut cells = by_cell(reported.iter().filter(|one| one.is_of(form)), form.exercise);
    let clusters = evidence::clusters(cells.values().flatten());
    let outside =
        product_coverage::companions(reader, (&Reach::of(form), at), (&clusters, form.from, form.to)).await?;
    // what may lie outside the period was read with what does not
    let loose = reported.iter().filter(|one| !one.is_of(form) && one.is_of_one(&clusters));
    let loose = by_cell(loose, form.exercise).into_iter();
    let loose = loose.flat_map(|(cell, of)| of.into_iter().map(move |report| (cell.clone(), report)));
    let companions: Vec<(Cell, Report)> = outside.into_iter().chain(loose).collect();
    let all = cells.values().flatten().chain(companions.iter().map(|(_, report)| report));
    let homes = Homes::of(all, Periods::of(form.from, form.to));
    homes.join(&mut cells, companions);
    Ok(Counting { cells, homes })
}

/// What a product of this form tells of, and what was reported in its period and counts before or after it; the weightiest first. A flash report
/// tells of what may have been in its period.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn happened(
    service: &Analysis,
    form: &ProductForm,
    (reported, at): (&[Reported], Timestamp),
) -> Result<(Vec<Happened>, Vec<Happened>), Error> {
    let Counting { cells, homes } = counting(&mut Reader::Db(&service.db), form, (reported, at)).await?;
    let is_told = |one: &Incident<'_>| homes.at(one).is_none_or(|home| home == 0);
    let mut found = in_cells(service, &cells, is_told).await?;
    if form.kind == ProductKind::FlashReport {
        let of_period: BTreeSet<_> = reported.iter().map(|one| &one.report.observation).collect();
        found.retain(|one| one.observations.iter().any(|id| of_period.contains(id)));
    }
    with_members(service, (form.exercise, at), &mut found).await?;
    // that it counts before or after the period follows from its members there
    let mut beside = in_cells(service, &cells, |one| !is_told(one)).await?;
    with_members(service, (form.exercise, at), &mut beside).await?;
    Ok((once(found), beside))
}

/// Adds to each incident that is a cluster what else reported it, in whichever province or of whichever threat: who is believed of it
/// does not end at the scope or the edge of a paper.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn with_members(
    service: &Analysis,
    (exercise, at): (bool, Timestamp),
    found: &mut [Happened],
) -> Result<(), Error> {
    let clusters: BTreeSet<&ClusterId> = found.iter().filter_map(|one| one.cluster.as_ref()).collect();
    if clusters.is_empty() {
        return Ok(());
    }
    let mut reader = Reader::Db(&service.db);
    let known = (exercise, at.plus(chrono::Duration::microseconds(1)));
    let members = evidence::of_clusters(&mut reader, &clusters, known).await?;
    let keys = marking_keys(members.iter().map(|(_, report)| &report.marking));
    let markings = evidence::markings(&mut reader, keys).await?;
    for one in found {
        let cluster = one.cluster.clone();
        for (province, report) in members.iter().filter(|(_, report)| report.cluster == cluster) {
            if one.observations.contains(&report.observation) {
                continue;
            }
            one.observations.push(report.observation.clone());
            one.provinces.extend(province.parse::<ProvinceCode>());
            one.grade_at_least((report.reliability, report.credibility));
            for (owner, belief) in believed([report]) {
                let best = one.believed.entry(owner).or_default();
                *best = best.max(belief);
            }
            one.handling = one.handling.join(&joined([&report.marking], &markings));
        }
    }
    Ok(())
}

/// What these reports tell of that is wanted, the weightiest first.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn in_cells(
    service: &Analysis,
    cells: &BTreeMap<Cell, Vec<Report>>,
    wanted: impl Fn(&Incident<'_>) -> bool,
) -> Result<Vec<Happened>, Error> {
    let keys = marking_keys(cells.values().flatten().map(|report| &report.marking));
    let markings = evidence::markings(&mut Reader::Db(&service.db), keys).await?;
    let all = cells.iter().flat_map(|(cell, reports)| {
        let all = incidents(reports, &service.rules).into_iter().filter(|one| wanted(one));
        all.map(|one| told(cell, &one, &markings, &service.rules)).collect::<Vec<_>>()
    });
    Ok(once(all.collect()))
}

/// Of how many provinces of the region the months of these anomalies are judged, by threat and first day: of those alone whose series
/// reach there.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn watched(
    service: &Analysis,
    (anomalies, exercise): (&[Anomaly], bool),
) -> Result<BTreeMap<(Threat, Day), usize>, Error> {
    let (mut reader, mut watched) = (Reader::Db(&service.db), BTreeMap::new());
    let on = reader.now().day();
    let threats: BTreeSet<Threat> = anomalies.iter().map(|one| one.threat).collect();
    for threat in threats {
        let units = geography::provinces().iter().filter_map(|unit| unit.id.parse().ok());
        let cells: Vec<Cell> = units.filter_map(|code| Cell::of(exercise, threat, &code)).collect();
        let wanted: Vec<&Cell> = cells.iter().collect();
        let pasts = past::of_cells(&mut reader, &wanted, on).await?;
        let series: Vec<_> = pasts.iter().map(|(cell, past)| past.series(cell, on)).collect();
        for one in anomalies.iter().filter(|one| one.threat == threat) {
            let judged = series.iter().filter(|all| watch::is_judged(all, Month::of(one.month)));
            watched.insert((threat, one.month), judged.count());
        }
    }
    Ok(watched)
}
