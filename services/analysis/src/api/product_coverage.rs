//! By what the period of a product is covered: the sources that claim to list every event, what was reported, and what names no
//! province.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::products::ProductForm;
use domain::{Country, Day, Handling, ObservationId, ProvinceCode, Threat, Timestamp};

use super::product_material::Reach;
use crate::{
    Analysis, Error,
    domain::{
        Report,
        cell::country_of,
        listing,
        product::material::{Covered, Heard, Listed, Unplaced},
        situation::joined,
    },
    store::{Reader, evidence, past, told::marking_keys},
};

/// By what the period of this form is covered, as known at a moment.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn covered(service: &Analysis, reach: &Reach<'_>, at: Timestamp) -> Result<Covered, Error> {
    let mut reader = Reader::Db(&service.db);
    let countries: BTreeSet<Country> = reach.provinces.iter().filter_map(country_of).collect();
    let listed = listed(&mut reader, reach, &countries).await?;
    let reports = reported(&mut reader, (reach, at), &countries).await?;
    let unplaced = unplaced(&mut reader, reach.form, &reports).await?;
    let bound = handling(&mut reader, reports.iter().map(|one| &one.report.marking)).await?;
    Ok(Covered { listed, heard: heard(&reports, reach.form.to), heard_under: Some(bound), unplaced })
}

async fn listed(
    reader: &mut Reader<'_>,
    reach: &Reach<'_>,
    countries: &BTreeSet<Country>,
) -> Result<Vec<Listed>, Error> {
    let form = reach.form;
    let mut newest: BTreeMap<String, BTreeMap<Country, Day>> = BTreeMap::new();
    for ((country, threat, exercise), listings) in past::spans(reader).await? {
        if exercise != form.exercise || !countries.contains(&country) || !reach.threat(threat) {
            continue;
        }
        for one in listing::until(&listings, form.to) {
            let day = newest.entry(one.source).or_default().entry(country).or_insert(one.last);
            *day = (*day).max(one.last);
        }
    }
    let mut listed = Vec::new();
    for (source, newest) in newest {
        let mut keys = BTreeSet::new();
        for country in newest.keys() {
            keys.extend(evidence::markings_of_source(reader, (*country, form.exercise), &source).await?);
        }
        let handling = handling(reader, keys.iter()).await?;
        listed.push(Listed { source, newest, handling });
    }
    listed.sort_by_key(|one| std::cmp::Reverse(one.reach()));
    Ok(listed)
}

/// One report of the period: in which country, and in which province where it names one.
struct Reported {
    country: Country,
    province: Option<ProvinceCode>,
    report: Report,
}

/// The reports of the period within the scope, each once.
async fn reported(
    reader: &mut Reader<'_>,
    (reach, at): (&Reach<'_>, Timestamp),
    countries: &BTreeSet<Country>,
) -> Result<Vec<Reported>, Error> {
    let form = reach.form;
    let mut all: BTreeMap<ObservationId, Reported> = BTreeMap::new();
    for country in countries {
        let wanted = evidence::Wanted {
            country: Some(*country),
            provinces: None,
            threat: None,
            exercise: form.exercise,
            known_before: at.plus(chrono::Duration::microseconds(1)),
            begun_by: form.to,
            since: form.from,
        };
        for (province, threat, report) in evidence::known(reader, &wanted).await? {
            let province: Option<ProvinceCode> = province.parse().ok();
            if is_within(reach, province.as_ref(), threat) {
                let one = Reported { country: *country, province, report };
                all.entry(one.report.observation.clone()).or_insert(one);
            }
        }
    }
    Ok(all.into_values().collect())
}

/// Whether a report is within the scope. One that names no province is, unless provinces were chosen.
fn is_within(reach: &Reach<'_>, province: Option<&ProvinceCode>, threat: Threat) -> bool {
    let placed = province.map_or(reach.form.provinces.is_empty(), |code| reach.provinces.contains(code));
    placed && reach.threat(threat)
}

fn heard(reports: &[Reported], to: Day) -> Vec<Heard> {
    let mut heard: BTreeMap<&str, (u64, Day)> = BTreeMap::new();
    for Reported { report, .. } in reports {
        let day = report.to.min(to);
        let told = heard.entry(&report.source).or_insert((0, day));
        *told = (told.0 + 1, told.1.max(day));
    }
    let told = heard.into_iter().map(|(source, (reports, newest))| Heard {
        source: source.to_owned(),
        reports,
        newest,
    });
    let mut told: Vec<Heard> = told.collect();
    told.sort_by_key(|one| std::cmp::Reverse(one.reports));
    told
}

async fn unplaced(
    reader: &mut Reader<'_>,
    form: &ProductForm,
    reports: &[Reported],
) -> Result<Option<Unplaced>, Error> {
    if !form.provinces.is_empty() {
        return Ok(None);
    }
    let mut counted: BTreeMap<Country, u64> = BTreeMap::new();
    let of: Vec<&Reported> = reports.iter().filter(|one| one.province.is_none()).collect();
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
