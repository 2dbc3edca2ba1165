//! The situation: today's by the levels that stand, a past day's as it was known then.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{GetSituation, Situation};
use domain::{Day, Handling, Level, Timestamp};
use kit::Asked;

use super::{STAFF, known};
use crate::{
    Analysis, Error,
    domain::{
        Cell, Count, Month, Past, Picture, Report,
        cell::horizon_days,
        index::{REPLAY_DAYS, replay},
        situation::TREND_MONTHS,
    },
    store::{
        Reader,
        evidence::{self, ByCell},
        forecast, level, past,
    },
};

/// The situation of every province and threat with evidence within the horizon or a level above calm; or of one province,
/// one threat, one past day.
///
/// A past day is told from what was known by its end. Its level is the one that was said then, where the history reaches
/// back; before that the hysteresis is run over the two years before (see [`replay`]). That reads up to ten years of
/// evidence: for the whole region about a second for every hundred thousand reports; ask for a province to be quick.
///
/// # Errors
/// When the asker is no staff, the province does not exist, the day is ahead, or the store does not answer.
pub async fn get_situation(service: &Analysis, asked: &Asked<GetSituation>) -> Result<Vec<Situation>, Error> {
    asked.allow(STAFF)?;
    told(service, &asked.query).await
}

/// The same, without asking who asks.
pub(super) async fn told(service: &Analysis, query: &GetSituation) -> Result<Vec<Situation>, Error> {
    known(query.province.as_ref())?;
    let today = service.db.clock().now().day();
    match query.on {
        Some(on) if on > today => Err(Error::Ahead(on)),
        Some(on) if on < today => on_past_day(service, query, on).await,
        _ => on_day(service, query, today).await,
    }
}

async fn on_day(service: &Analysis, query: &GetSituation, today: Day) -> Result<Vec<Situation>, Error> {
    let mut reader = Reader::Db(&service.db);
    let states =
        level::states(&mut reader, Some(query.exercise), query.province.as_ref(), query.threat).await?;
    let cells: Vec<Cell> = states.iter().map(level::State::cell).collect();
    let reports = evidence::within_horizon(&mut reader, &cells.iter().collect::<Vec<_>>(), today).await?;
    let mut shown: BTreeMap<&Cell, (Level, Timestamp)> = BTreeMap::new();
    for (state, cell) in states.iter().zip(&cells) {
        if state.level != Level::Calm || reports.contains_key(cell) {
            shown.insert(cell, (state.level, state.since));
        }
    }
    let asked: Vec<&Cell> = shown.keys().copied().collect();
    let pasts = past::of_cells(&mut reader, &asked, today).await?;
    let markings =
        evidence::markings(&mut reader, evidence::marking_keys(reports.values().flatten())).await?;
    Ok(tell(service, today, &shown, (&reports, &pasts, &markings)))
}

/// Tells what is shown, in the order of the cells.
fn tell(
    service: &Analysis,
    on: Day,
    shown: &BTreeMap<&Cell, (Level, Timestamp)>,
    (reports, pasts, markings): (&ByCell, &BTreeMap<Cell, Past>, &BTreeMap<String, Handling>),
) -> Vec<Situation> {
    let (no_reports, no_past) = (Vec::new(), Past::default());
    let situation = |(cell, level): (&&Cell, &(Level, Timestamp))| {
        let reports = reports.get(*cell).unwrap_or(&no_reports);
        let past = pasts.get(*cell).unwrap_or(&no_past);
        Picture { cell, on, level: *level, reports, markings, past, rules: &service.rules }.situation()
    };
    shown.iter().map(situation).collect()
}

async fn on_past_day(service: &Analysis, query: &GetSituation, on: Day) -> Result<Vec<Situation>, Error> {
    let mut reader = Reader::Db(&service.db);
    let end = on.plus(1).start();
    let all = evidence::as_known(&mut reader, &wanted(query, on, end)).await?;
    let spans = past::spans(&mut reader).await?;
    let outlooks = forecast::outlooks(&mut reader, on, end).await?;
    let said = said_by(service, query, end).await?;
    let (mut reports, mut pasts, mut levels) = (ByCell::new(), BTreeMap::new(), BTreeMap::new());
    for (cell, known) in all {
        let complete = spans.get(&(cell.country, cell.threat, cell.exercise)).copied();
        let complete =
            complete.map(|(first, last)| (first, last.min(on))).filter(|(first, last)| first <= last);
        let outlook = forecast::outlook(&outlooks, &cell);
        let past = Past { counts: counts(service, &known), reported: BTreeSet::default(), complete, outlook };
        let level = said.get(&cell).copied().unwrap_or_else(|| {
            let oldest = on.plus(-REPLAY_DAYS - horizon_days(cell.threat));
            let recent: Vec<Report> = known.iter().filter(|report| report.to >= oldest).cloned().collect();
            let standing = replay(&recent, cell.threat, on, &service.rules);
            (standing.level, standing.changed.start())
        });
        let within = on.plus(-horizon_days(cell.threat));
        let recent: Vec<Report> = known.into_iter().filter(|report| report.to >= within).collect();
        if level.0 != Level::Calm || !recent.is_empty() {
            reports.insert(cell.clone(), recent);
            pasts.insert(cell.clone(), past);
            levels.insert(cell, level);
        }
    }
    levels.extend(
        said.into_iter().filter(|(cell, (level, _))| *level != Level::Calm && !reports.contains_key(cell)),
    );
    note_reported(&mut pasts);
    let markings =
        evidence::markings(&mut reader, evidence::marking_keys(reports.values().flatten())).await?;
    let shown = levels.iter().map(|(cell, level)| (cell, *level)).collect();
    Ok(tell(service, on, &shown, (&reports, &pasts, &markings)))
}

fn wanted(query: &GetSituation, on: Day, end: Timestamp) -> evidence::Wanted<'_> {
    let trend = Month::of(on).plus(-TREND_MONTHS).first_day().unwrap_or(on);
    let longest = domain::Threat::ALL.iter().map(|threat| horizon_days(*threat)).max().unwrap_or_default();
    evidence::Wanted {
        country: None,
        province: query.province.as_ref(),
        threat: query.threat,
        exercise: query.exercise,
        known_before: end,
        // reports of a place east of here may be dated a day ahead
        begun_by: on.plus(1),
        since: trend.min(on.plus(-REPLAY_DAYS - longest)),
    }
}

/// The level that was said of each cell at this moment; only cells that had been assessed by then.
async fn said_by(
    service: &Analysis,
    query: &GetSituation,
    end: Timestamp,
) -> Result<BTreeMap<Cell, (Level, Timestamp)>, Error> {
    let mut reader = Reader::Db(&service.db);
    let states =
        level::states(&mut reader, Some(query.exercise), query.province.as_ref(), query.threat).await?;
    let wanted = level::Asked {
        exercise: query.exercise,
        province: query.province.as_ref(),
        since: None,
        until: Some(end),
        after: None,
        limit: None,
    };
    let changes = level::changes(&service.db, &wanted).await?;
    let mut newest = BTreeMap::new();
    for change in &changes {
        newest.entry(change.key()).or_insert((change.level(), change.at));
    }
    let seen = states.iter().filter(|state| state.first_seen < end);
    let said = seen.map(|state| {
        let level = newest.get(&(&state.province, state.threat)).copied();
        (state.cell(), level.unwrap_or((Level::Calm, state.first_seen)))
    });
    Ok(said.collect())
}

/// What the series would have counted, had it known no more than this.
fn counts(service: &Analysis, known: &[Report]) -> BTreeMap<Month, Count> {
    let mut months: BTreeMap<Month, Vec<&Report>> = BTreeMap::new();
    for report in known {
        months.entry(Month::of(report.to)).or_default().push(report);
    }
    months.into_iter().map(|(month, reports)| (month, Count::of(reports, &service.rules))).collect()
}

/// Notes in each past in which months its province was reported on, by whatever was asked for.
fn note_reported(pasts: &mut BTreeMap<Cell, Past>) {
    let mut reported: BTreeMap<domain::ProvinceCode, BTreeSet<Month>> = BTreeMap::new();
    for (cell, past) in pasts.iter() {
        reported.entry(cell.province.clone()).or_default().extend(past.counts.keys());
    }
    for (cell, past) in pasts.iter_mut() {
        past.reported = reported.get(&cell.province).cloned().unwrap_or_default();
    }
}
