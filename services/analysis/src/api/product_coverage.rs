//! By what the period of a product is covered: the sources that claim to list every event, what was reported, and what names no
//! province.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::products::ProductForm;
use domain::{ClusterId, Country, Day, Handling, ObservationId, ProvinceCode, Threat, Timestamp};

use super::product_material::Reach;
use crate::{
    Analysis, Error,
    domain::{
        Cell, Report, listing,
        product::material::{Covered, Heard, Listed, OfThreat, Undated, Unplaced},
        situation::joined,
    },
    store::{Reader, evidence, marked, past, told::marking_keys},
};

/// By what the period of this form is covered, with everything that was reported of it.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn covered(
    service: &Analysis,
    reach: &Reach<'_>,
    reported: &[Reported],
) -> Result<Covered, Error> {
    let mut reader = Reader::Db(&service.db);
    let listed = listed(&mut reader, reach).await?;
    // what bears on several threats is one report
    let mut once: BTreeMap<&ObservationId, &Reported> = BTreeMap::new();
    for one in reported {
        once.entry(&one.report.observation).or_insert(one);
    }
    let (reports, others): (Vec<&Reported>, Vec<&Reported>) =
        once.into_values().partition(|one| one.is_of(reach.form));
    let unplaced = unplaced(&mut reader, reach.form, &reports).await?;
    let undated = undated(&mut reader, reach.form, (&others, reported)).await?;
    let bound = handling(&mut reader, reports.iter().map(|one| &one.report.marking)).await?;
    Ok(Covered { listed, heard: heard(&reports), heard_under: Some(bound), unplaced, undated })
}

/// What may be of the period and is dated no nearer.
async fn undated(
    reader: &mut Reader<'_>,
    form: &ProductForm,
    (of, reported): (&[&Reported], &[Reported]),
) -> Result<Option<Undated>, Error> {
    let from = of.iter().map(|one| one.report.from).min();
    let Some((from, to)) = from.zip(of.iter().map(|one| one.report.to).max()) else { return Ok(None) };
    let handling = handling(reader, of.iter().map(|one| &one.report.marking)).await?;
    let countries = of.iter().map(|one| one.country).collect();
    let provinces = of.iter().filter_map(|one| one.province.clone()).collect();
    let dated: BTreeSet<Threat> =
        reported.iter().filter(|one| one.is_of(form)).map(|one| one.threat).collect();
    let mut threats: BTreeMap<Threat, OfThreat> = BTreeMap::new();
    for Reported { threat, report, .. } in reported.iter().filter(|one| !one.is_of(form)) {
        let (from, to, alone) = (report.from, report.to, !dated.contains(threat));
        let of = threats.entry(*threat).or_insert(OfThreat { from, to, alone });
        (of.from, of.to) = (of.from.min(from), of.to.max(to));
    }
    Ok(Some(Undated { reports: of.len() as u64, from, to, countries, provinces, threats, handling }))
}

async fn listed(reader: &mut Reader<'_>, reach: &Reach<'_>) -> Result<Vec<Listed>, Error> {
    let (form, countries, today) = (reach.form, reach.countries(), reader.now().day());
    let mut newest: BTreeMap<String, BTreeMap<(Country, Threat), Day>> = BTreeMap::new();
    for ((country, threat, exercise), listings) in past::spans(reader, None).await? {
        if exercise != form.exercise || !countries.contains(&country) || !reach.threat(threat) {
            continue;
        }
        for one in listing::until(&listings, today).into_iter().filter(|one| one.first <= form.to) {
            let day = newest.entry(one.source).or_default().entry((country, threat)).or_insert(one.last);
            *day = (*day).max(one.last);
        }
    }
    let mut listed = Vec::new();
    for (source, newest) in newest {
        let mut keys = BTreeSet::new();
        let of: BTreeSet<Country> = newest.keys().map(|(country, _)| *country).collect();
        for country in of {
            keys.extend(marked::markings_of_source(reader, (country, form.exercise), &source).await?);
        }
        let handling = handling(reader, keys.iter()).await?;
        listed.push(Listed { source, newest, handling });
    }
    listed.sort_by_key(|one| std::cmp::Reverse(one.reach()));
    Ok(listed)
}

/// One report of the period for one of its threats: in which country, and in which province where it names one.
pub(super) struct Reported {
    country: Country,
    province: Option<ProvinceCode>,
    threat: Threat,
    /// The report.
    pub(super) report: Report,
}

impl Reported {
    /// Whether it cannot have happened outside the period: what may have is counted in no figure of it, as in no day or week of a
    /// series (decision 0010).
    pub(super) fn is_of(&self, form: &ProductForm) -> bool {
        form.from <= self.report.from && self.report.to <= form.to
    }
    /// Whether it is of one of these clusters.
    pub(super) fn is_of_one(&self, clusters: &BTreeSet<&ClusterId>) -> bool {
        self.report.cluster.as_ref().is_some_and(|id| clusters.contains(id))
    }
    /// The province it names.
    pub(super) const fn province(&self) -> Option<&ProvinceCode> {
        self.province.as_ref()
    }
    /// Whether it names a province.
    pub(super) const fn is_placed(&self) -> bool {
        self.province.is_some()
    }
    /// The cell it counts for; `None` where it names no province.
    fn cell(&self, exercise: bool) -> Option<Cell> {
        Cell::of(exercise, self.threat, self.province.as_ref()?)
    }
}

/// The reports that may be of the period within the scope, as known at a moment, each once for each of its threats.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn reported(
    reader: &mut Reader<'_>,
    (reach, at): (&Reach<'_>, Timestamp),
) -> Result<Vec<Reported>, Error> {
    let mut all = Vec::new();
    for country in reach.countries() {
        let wanted = wanted((reach, at), country, (reach.form.from, reach.form.to));
        for (province, threat, report) in evidence::known(reader, &wanted).await? {
            let province: Option<ProvinceCode> = province.parse().ok();
            if is_within(reach, province.as_ref(), threat) {
                all.push(Reported { country, province, threat, report });
            }
        }
    }
    Ok(all)
}

/// What is asked for of a country and these days.
pub(super) fn wanted<'a>(
    (reach, at): (&Reach<'_>, Timestamp),
    country: Country,
    (since, begun_by): (Day, Day),
) -> evidence::Wanted<'a> {
    evidence::Wanted {
        country: Some(country),
        provinces: None,
        threat: None,
        exercise: reach.form.exercise,
        known_before: at.plus(chrono::Duration::microseconds(1)),
        begun_by,
        since,
    }
}

/// The reports of these clusters within the scope that lie outside these days, as known at a moment.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn companions(
    reader: &mut Reader<'_>,
    (reach, at): (&Reach<'_>, Timestamp),
    (clusters, from, to): (&BTreeSet<&ClusterId>, Day, Day),
) -> Result<Vec<(Cell, Report)>, Error> {
    let mut all = Vec::new();
    for country in reach.countries() {
        let wanted = wanted((reach, at), country, (from, to));
        for (province, threat, report) in evidence::companions(reader, &wanted, clusters).await? {
            let cell = province.parse().ok().and_then(|code| Cell::of(wanted.exercise, threat, &code));
            all.extend(cell.filter(|cell| reach.holds(&cell.province, threat)).map(|cell| (cell, report)));
        }
    }
    Ok(all)
}

/// The reports of each cell.
pub(super) fn by_cell<'r>(
    reported: impl IntoIterator<Item = &'r Reported>,
    exercise: bool,
) -> BTreeMap<Cell, Vec<Report>> {
    let mut cells: BTreeMap<Cell, Vec<Report>> = BTreeMap::new();
    for one in reported {
        if let Some(cell) = one.cell(exercise) {
            cells.entry(cell).or_default().push(one.report.clone());
        }
    }
    cells
}

/// Whether a report is within the scope. One that names no province is, unless provinces were chosen.
fn is_within(reach: &Reach<'_>, province: Option<&ProvinceCode>, threat: Threat) -> bool {
    let placed = province.map_or(reach.form.provinces.is_empty(), |code| reach.provinces.contains(code));
    placed && reach.threat(threat)
}

fn heard(reports: &[&Reported]) -> Vec<Heard> {
    let mut heard: BTreeMap<&str, (u64, u64, Day)> = BTreeMap::new();
    for one in reports {
        let report = &one.report;
        let (all, placed, newest) = heard.entry(&report.source).or_insert((0, 0, report.to));
        *all += 1;
        *placed += u64::from(one.is_placed());
        *newest = report.to.max(*newest);
    }
    let told = heard.into_iter().map(|(source, (reports, placed, newest))| Heard {
        source: source.to_owned(),
        reports,
        placed,
        newest,
    });
    let mut told: Vec<Heard> = told.collect();
    told.sort_by_key(|one| std::cmp::Reverse(one.reports));
    told
}

async fn unplaced(
    reader: &mut Reader<'_>,
    form: &ProductForm,
    reports: &[&Reported],
) -> Result<Option<Unplaced>, Error> {
    if !form.provinces.is_empty() {
        return Ok(None);
    }
    let mut counted: BTreeMap<Country, u64> = BTreeMap::new();
    let of: Vec<&&Reported> = reports.iter().filter(|one| one.province.is_none()).collect();
    for one in &of {
        *counted.entry(one.country).or_default() += 1;
    }
    if of.is_empty() {
        return Ok(None);
    }
    let handling = handling(reader, of.iter().map(|one| &one.report.marking)).await?;
    Ok(Some(Unplaced { reports: counted, handling }))
}

async fn handling<'k>(
    reader: &mut Reader<'_>,
    keys: impl Iterator<Item = &'k String> + Clone,
) -> Result<Handling, Error> {
    let known = evidence::markings(reader, marking_keys(keys.clone())).await?;
    Ok(joined(keys, &known))
}
