//! What became known in the period of a product and happened before it: no earlier paper tells of it.

use std::collections::{BTreeMap, BTreeSet};

use domain::{ClusterId, Day, ObservationId, Threat, Timestamp};

use super::{
    product_coverage, product_incidents,
    product_material::{Reach, told},
};
use crate::{
    Analysis, Error,
    domain::{
        Cell, Report,
        incident::incidents,
        product::{
            at_home::Homes,
            happened::once,
            material::{Happened, Seen},
        },
        span::Periods,
    },
    store::{Reader, evidence, late, level, product, told::marking_keys},
};

/// How far back what became known is told of, in days; what is older is history.
const LONGEST_DAYS: i64 = 400;
/// Reports of one incident lie at most so many days apart.
const APART_DAYS: i64 = 3;
/// How many incidents are told.
const TOLD: usize = 5;

/// The gravest incidents of before the period that nobody knew of before it, with the observations behind
/// them. What a first file tells of a place is no news of it.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn became_known(
    service: &Analysis,
    reach: &Reach<'_>,
    at: Timestamp,
) -> Result<(Vec<Happened>, BTreeMap<ObservationId, Seen>), Error> {
    let (form, mut reader) = (reach.form, Reader::Db(&service.db));
    let threats: Vec<Threat> = Threat::ALL.iter().copied().filter(|threat| reach.threat(*threat)).collect();
    let asked = late::Asked {
        provinces: &reach.provinces,
        threats: &threats,
        since: form.from.plus(-LONGEST_DAYS),
        before: form.from,
        from: form.from.start(),
        until: form.to.plus(1).start(),
        exercise: form.exercise,
    };
    let known = late::first_known(&mut reader, &asked).await?;
    let Some(oldest) = known.values().min() else { return Ok((Vec::new(), BTreeMap::new())) };
    let days = (oldest.plus(-APART_DAYS), form.from.plus(-1));
    let (mut cells, homes) = before(&mut reader, reach, (days, at)).await?;
    let is_new = |of: &Report| known.contains_key(&of.observation) || form.from <= of.from;
    // what one member told before the period became known with that one
    let known_before: BTreeSet<ClusterId> =
        evidence::clusters(cells.values().flatten().filter(|report| !is_new(report)))
            .into_iter()
            .cloned()
            .collect();
    let states = level::around(&mut reader, &cells.keys().cloned().collect()).await?;
    cells.retain(|cell, _| states.get(cell).is_some_and(|state| state.first_seen < asked.from));
    let keys = marking_keys(cells.values().flatten().map(|report| &report.marking));
    let markings = evidence::markings(&mut reader, keys).await?;
    let new = cells.iter().flat_map(|(cell, reports)| {
        let all = incidents(reports, &service.rules).into_iter();
        let before = all.filter(|one| homes.at(one).is_none_or(|home| home < 0));
        let new = before.filter(|one| one.reports.iter().all(|report| is_new(report)));
        let new = new.filter(|one| one.cluster.is_none_or(|id| !known_before.contains(id)));
        new.map(|one| told(cell, &one, &markings, &service.rules)).collect::<Vec<_>>()
    });
    let mut new: Vec<Happened> = new.filter(|one| !one.peace).collect();
    product_incidents::with_members(service, (form.exercise, at), &mut new).await?;
    let mut new = once(new);
    new.truncate(TOLD);
    let ids: BTreeSet<ObservationId> = new.iter().flat_map(|one| one.observations.clone()).collect();
    let seen = product::seen(&mut reader, &ids).await?;
    Ok((new, seen))
}

/// The days on which other reports of the incident may lie of which this report is: by its own days, or the last of them where it
/// was taken back.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn days_around(
    reader: &mut Reader<'_>,
    report: &str,
    last: Day,
) -> Result<(Day, Day), Error> {
    let ids: BTreeSet<ObservationId> = report.parse().into_iter().collect();
    let seen = product::seen(reader, &ids).await?;
    let first = seen.values().map(|one| one.from).min().map_or(last, |from| from.min(last));
    // it may be the last of them, and the others lie about the first
    Ok((first.plus(-2 * APART_DAYS), last.plus(2 * APART_DAYS)))
}

/// The reports of each cell in reach that may be of these days, before the period, as known at a moment, with what is of one cluster with
/// them, and where a paper tells each of these.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn before(
    reader: &mut Reader<'_>,
    reach: &Reach<'_>,
    ((first, last), at): ((Day, Day), Timestamp),
) -> Result<(BTreeMap<Cell, Vec<Report>>, Homes), Error> {
    let (form, mut cells) = (reach.form, BTreeMap::<Cell, Vec<Report>>::new());
    let last = last.min(form.from.plus(-1));
    for country in reach.countries() {
        let wanted = product_coverage::wanted((reach, at), country, (first, last));
        for (province, threat, report) in evidence::known(reader, &wanted).await? {
            let cell = province.parse().ok().and_then(|code| Cell::of(wanted.exercise, threat, &code));
            if let Some(cell) = cell.filter(|cell| reach.holds(&cell.province, threat)) {
                cells.entry(cell).or_default().push(report);
            }
        }
    }
    let clusters = evidence::clusters(cells.values().flatten());
    let companions = product_coverage::companions(reader, (reach, at), (&clusters, first, last)).await?;
    let all = cells.values().flatten().chain(companions.iter().map(|(_, report)| report));
    let homes = Homes::of(all, Periods::of(form.from, form.to));
    for (cell, report) in companions {
        cells.entry(cell).or_default().push(report);
    }
    Ok((cells, homes))
}
