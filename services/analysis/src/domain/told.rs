//! What made an index, as it is told: incidents, indicators, neighbours, relief, each with its weight and its share.

use contracts::analysis::{
    Incident,
    indicators::Direction,
    levels::{Components, Evidence, EvidenceWhole, Sign, Spill, Weights},
};
use domain::{Day, IndicatorKind, ReportId};

use super::{Cell, Rules, Whole, cell::horizon_days, index::Weighted, reading::Read, whole::Spilled};

/// How many incidents are told in short.
const IN_SHORT: usize = 100;
/// How many incidents of a neighbour are named.
const NAMED_ACROSS: usize = 3;

/// A part of a whole, in 0..=1; 0 of nothing.
pub fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 }
}

/// One incident, with its share in this index.
pub fn told(weighted: &Weighted, index: f64) -> Incident {
    let best = weighted.incident.best();
    Incident {
        observations: weighted.incident.observations(),
        cluster: weighted.incident.cluster.cloned(),
        owners: weighted.incident.owners() as u32,
        title: best.title.clone(),
        on: weighted.day,
        place: best.place.clone(),
        kind: weighted.incident.kind().to_owned(),
        grade: best.grade(),
        belief: weighted.belief,
        severity: weighted.severity,
        contribution: weighted.contribution,
        share: share(weighted.contribution, index),
    }
}

/// The components of an index on a day, with everything that made them.
pub fn components(all: &Whole<'_>, (cell, on): (&Cell, Day), rules: &Rules) -> Components {
    let (parts, composed) = (&all.parts, &all.composed);
    let limited = |before: f64, after: f64| (before - after > 1e-9).then_some(before);
    let signs = |way: Direction| all.read.iter().filter(move |read| read.direction() == way).map(sign);
    let mut relieved_by: Vec<Sign> =
        signs(Direction::Lowers).filter(|sign| sign.contribution > 0.0).collect();
    relieved_by.extend(all.weighed.peace.iter().map(|event| peace(event, rules)));
    relieved_by.sort_by(|a, b| b.contribution.total_cmp(&a.contribution).then(b.on.cmp(&a.on)));
    Components {
        own: parts.own,
        indicators: parts.indicators,
        spillover: composed.spillover,
        relief: composed.relief,
        spillover_before_limit: limited(parts.spillover, composed.spillover),
        relief_before_limit: limited(parts.peace + parts.eased, composed.relief),
        weights: Some(Weights {
            half_life_days: cell.threat.half_life_days(),
            indicator_half_life_days: rules.indicators.half_life_days,
            peace: rules.peace_weight,
        }),
        evidence: Vec::new(),
        evidence_whole: evidence_whole(all, (cell, on)),
        raised_by: signs(Direction::Raises).filter(|sign| sign.contribution > 0.0).collect(),
        spilled_from: all.spilled.iter().map(spill).collect(),
        relieved_by,
        context: signs(Direction::Context).collect(),
    }
}

/// The incidents behind the own index in short.
pub fn evidence(all: &Whole<'_>) -> Vec<Evidence> {
    let in_short = |weighted: &Weighted| Evidence {
        observations: weighted.incident.observations(),
        grade: weighted.incident.best().grade(),
        contribution: weighted.contribution,
    };
    all.weighed.incidents.iter().take(IN_SHORT).map(in_short).collect()
}

/// How much is behind the own index in all, where it is more than is told in short.
fn evidence_whole(all: &Whole<'_>, (cell, on): (&Cell, Day)) -> Option<EvidenceWhole> {
    let incidents = &all.weighed.incidents;
    let Cell { exercise, threat, province, .. } = cell;
    // reports of a place east of here may be dated a day ahead
    let (from, to) = (on.plus(-horizon_days(*threat)), on.plus(1));
    (incidents.len() > IN_SHORT).then(|| EvidenceWhole {
        incidents: incidents.len() as u64,
        observations: incidents.iter().map(|weighted| weighted.incident.reports.len() as u64).sum(),
        list: format!(
            "/v1/observations?province={province}&threat={threat}&exercise={exercise}&from={from}&to={to}"
        ),
    })
}

fn sign(read: &Read<'_>) -> Sign {
    let best = read.readings.iter().max_by(|a, b| a.belief().total_cmp(&b.belief()));
    let noted = read.readings.iter().find(|reading| !reading.note.is_empty());
    Sign {
        indicator: Some(read.indicator),
        kind: read.indicator.kind(),
        title: noted.map(|reading| reading.note.clone()).unwrap_or_default(),
        on: read.newest.to,
        grade: best.map(|reading| reading.grade()).unwrap_or_default(),
        belief: read.belief,
        weight: read.weight,
        contribution: read.contribution,
        readings: read.readings.iter().map(|reading| reading.id.clone()).collect(),
        reports: reports(read),
        observations: Vec::new(),
    }
}

/// The reports that the readings of an indicator came with, the newest first, each once.
fn reports(read: &Read<'_>) -> Vec<ReportId> {
    let mut reports: Vec<ReportId> = Vec::new();
    for report in read.readings.iter().filter_map(|reading| reading.report.as_ref()) {
        if !reports.contains(report) {
            reports.push(report.clone());
        }
    }
    reports
}

fn peace(event: &Weighted, rules: &Rules) -> Sign {
    let best = event.incident.best();
    Sign {
        indicator: None,
        kind: IndicatorKind::Peace,
        title: best.title.clone(),
        on: event.day,
        grade: best.grade(),
        belief: event.belief,
        weight: rules.peace_weight,
        contribution: rules.peace_weight * event.contribution,
        readings: Vec::new(),
        reports: Vec::new(),
        observations: event.incident.observations(),
    }
}

fn spill(spilled: &Spilled<'_>) -> Spill {
    let own = spilled.weighed.index;
    Spill {
        province: spilled.across.cell.province.clone(),
        country: spilled.across.cell.country,
        index: own,
        share: spilled.across.share,
        contribution: spilled.contribution(),
        incidents: spilled.weighed.incidents.iter().take(NAMED_ACROSS).map(|w| told(w, own)).collect(),
    }
}
