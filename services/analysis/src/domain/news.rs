//! What is news: which moves of a forecast are worth telling, and in which order provinces are read.

use std::collections::BTreeMap;

use contracts::analysis::{
    LevelChange, Lifted, Situation,
    anomalies::Anomaly,
    levels::Components,
    news::{ForecastResolved, HeardOf, OutlookMoved, ProvinceNews},
    overrides::{Override, OverrideState},
};
use domain::{Country, Day, ForecastId, ProvinceCode, Threat, Timestamp};

use super::{
    Cell, Month,
    across::{SpillRules, pairs},
    anomaly::NEWEST,
    cell::country_of,
    watch::ITSELF,
};

/// A chance of escalation that moved by so much is worth telling.
const MOVED: f64 = 0.05;
/// From this chance on a warning would go out (ANALYSIS 5): passing it is worth telling.
const ALARM: f64 = 0.265;

/// The chance of an escalation as one forecast told it.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// Which forecast.
    pub forecast: ForecastId,
    /// Of which province.
    pub province: ProvinceCode,
    /// For which threat.
    pub threat: Threat,
    /// How many months it speaks of.
    pub months: u32,
    /// The chance.
    pub chance: f64,
    /// When it was told.
    pub issued_at: Timestamp,
}

/// Everything that may be news, not yet sorted.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// Net changes of level, newest first.
    pub levels: Vec<LevelChange>,
    /// Levels set by hand that moved, newest first.
    pub overrides: Vec<Override>,
    /// Unusual months that moved.
    pub anomalies: Vec<Anomaly>,
    /// Forecasts of an escalation whose chance moved.
    pub outlooks: Vec<(ProvinceCode, OutlookMoved)>,
    /// Forecasts that were resolved.
    pub resolved: Vec<(ProvinceCode, ForecastResolved)>,
    /// What came in, by province.
    pub heard: BTreeMap<ProvinceCode, HeardOf>,
}

/// What happened so many days or more before the moment that is asked about came in late (a judgement; decision 0019).
const LATE_DAYS: i64 = 30;

/// What happened before this day is no news of what happened since this moment.
pub fn late_before(since: Timestamp) -> Day {
    since.day().plus(-LATE_DAYS)
}

/// The net change of each cell: from what held before the first of these changes to what holds after the last. They come newest
/// first, and so do the net ones. A first look is no change but where later ones begin. A level that went up and came back is told with where it had been;
/// one that fell and came back has not changed.
pub fn net(changes: impl IntoIterator<Item = LevelChange>) -> Vec<LevelChange> {
    let mut net: Vec<LevelChange> = Vec::new();
    let mut at: BTreeMap<(ProvinceCode, Threat, bool), usize> = BTreeMap::new();
    for change in changes {
        let key = (change.province.clone(), change.threat, change.exercise);
        let Some(found) = at.get(&key) else {
            at.insert(key, net.len());
            net.push(change);
            continue;
        };
        let one = &mut net[*found];
        if change.first && !one.first {
            continue; // what moved since moved from the level of the first look, which rose from none
        }
        let highest = one.peak.unwrap_or(one.was).max(one.was).max(change.now);
        one.was = change.was;
        one.steps += change.steps;
        one.peak = Some(highest).filter(|peak| *peak > one.was && *peak > one.now);
    }
    net.retain(|change| change.now != change.was || change.peak.is_some());
    net
}

/// The net change of each cell since a moment, as [`net`], but that what rose from the level of a first look since then rose from none:
/// at that moment no level was known that it could have risen from. A level that fell since its first look is told as fallen.
pub fn net_since(changes: Vec<LevelChange>) -> Vec<LevelChange> {
    let key = |of: &LevelChange| (of.province.clone(), of.threat, of.exercise);
    let mut firsts: BTreeMap<(ProvinceCode, Threat, bool), LevelChange> = BTreeMap::new();
    for change in changes.iter().filter(|change| change.first) {
        match firsts.get_mut(&key(change)) {
            Some(newest) => (newest.was, newest.steps) = (change.was, newest.steps + change.steps),
            None => drop(firsts.insert(key(change), change.clone())),
        }
    }
    let mut net = net(changes);
    for change in &mut net {
        let Some(first) = firsts.remove(&key(change)) else { continue };
        if !change.first && change.now >= change.was {
            (change.first, change.was, change.steps) = (true, first.was, change.steps + first.steps);
        }
    }
    // what came back to the level of its first look is that first look
    net.extend(firsts.into_values().filter(|first| first.now != first.was));
    net
}

/// Marks the rises that came about by what came in late alone, of the cell itself and of those that spill into it.
pub fn mark_late(
    changes: &mut [LevelChange],
    (newest, since): (&BTreeMap<(ProvinceCode, Threat), Day>, Timestamp),
    rules: &SpillRules,
) {
    for change in changes.iter_mut().filter(|change| change.now > change.was) {
        let Some(cell) = Cell::of(change.exercise, change.threat, &change.province) else { continue };
        let threat = cell.threat;
        let across = pairs(&cell, rules).into_iter().map(|(there, _)| there.province);
        let heard = across.chain([cell.province]).filter_map(|province| newest.get(&(province, threat)));
        change.late = heard.max().copied().filter(|day| *day < late_before(since));
    }
}

/// Says of changes of level what these situations account for: that nothing is reported from there, what is left open, or which
/// neighbour lifts it.
pub fn account<'a>(changes: impl IntoIterator<Item = &'a mut LevelChange>, situations: &[Situation]) {
    let of = situations.iter().map(|one| ((&one.province, one.threat, one.exercise), one));
    let of: BTreeMap<_, _> = of.collect();
    for change in changes {
        let now = of.get(&(&change.province, change.threat, change.exercise)).copied();
        let Some(now) = now else { continue };
        change.unreported = !now.is_spoken_of();
        change.leaves_open(now.range);
        if change.now > change.was {
            change.lifted = now.components.as_ref().and_then(lifted);
        }
    }
}

/// The neighbour that lifts an index most, where neighbours lift it more than what is reported from there.
fn lifted(of: &Components) -> Option<Lifted> {
    let most = of.spilled_from.first().filter(|_| of.spillover > of.own + of.indicators)?;
    Some(Lifted { by: most.province.clone(), index: most.index, share: most.share })
}

/// Whether an unusual month is told of: one of the last two, or one that a person judged since. What the figures alone do to
/// months long past is no news.
pub fn is_told(anomaly: &Anomaly, (since, until): (Timestamp, Timestamp)) -> bool {
    let recent = Month::of(anomaly.month) > Month::of(until.day()).plus(-(NEWEST as i32));
    recent || anomaly.history.iter().any(|step| step.by != ITSELF && step.at >= since)
}

/// The outlooks that moved since a moment by enough to be told, in the order of province and threat.
pub fn moved(mut outlooks: Vec<Outlook>, since: Timestamp) -> Vec<(ProvinceCode, OutlookMoved)> {
    outlooks.sort_by(|one, other| {
        (&one.province, one.threat, one.issued_at, &one.forecast).cmp(&(
            &other.province,
            other.threat,
            other.issued_at,
            &other.forecast,
        ))
    });
    let of_cell =
        outlooks.chunk_by(|one, other| (&one.province, one.threat) == (&other.province, other.threat));
    let told = of_cell.filter_map(|told| {
        let before = told.iter().rev().find(|outlook| outlook.issued_at < since);
        let now = told.last().filter(|outlook| outlook.issued_at >= since)?;
        let was = before.map(|outlook| outlook.chance);
        worth_telling(was, now.chance).then(|| {
            let (threat, months, forecast) = (now.threat, now.months, now.forecast.clone());
            (now.province.clone(), OutlookMoved { threat, months, was, now: now.chance, forecast })
        })
    });
    told.collect()
}

fn worth_telling(was: Option<f64>, now: f64) -> bool {
    match was {
        None => now >= ALARM,
        Some(was) => (now - was).abs() >= MOVED || (was >= ALARM) != (now >= ALARM),
    }
}

/// The news by province: where a level rose or was set first, then where a level fell or a month is unusual, then by how much came in.
pub fn by_province(parts: Parts) -> Vec<ProvinceNews> {
    let mut all: BTreeMap<ProvinceCode, ProvinceNews> = BTreeMap::new();
    let Parts { levels, overrides, anomalies, outlooks, resolved, heard } = parts;
    for change in levels {
        if let Some(news) = of(&mut all, &change.province) {
            news.levels.push(change);
        }
    }
    for set in overrides {
        if let Some(news) = of(&mut all, &set.province) {
            news.overrides.push(set);
        }
    }
    for anomaly in anomalies {
        if let Some(news) = of(&mut all, &anomaly.province) {
            news.anomalies.push(anomaly);
        }
    }
    for (province, outlook) in outlooks {
        if let Some(news) = of(&mut all, &province) {
            news.outlooks.push(outlook);
        }
    }
    for (province, forecast) in resolved {
        if let Some(news) = of(&mut all, &province) {
            news.resolved.push(forecast);
        }
    }
    for (province, heard) in heard {
        if let Some(news) = of(&mut all, &province) {
            news.heard = heard;
        }
    }
    let mut told: Vec<ProvinceNews> = all.into_values().collect();
    told.sort_by_key(|news| std::cmp::Reverse(weight(news)));
    told
}

fn of<'a>(
    all: &'a mut BTreeMap<ProvinceCode, ProvinceNews>,
    province: &ProvinceCode,
) -> Option<&'a mut ProvinceNews> {
    let country: Country = country_of(province)?;
    let empty = || ProvinceNews {
        province: province.clone(),
        country,
        levels: Vec::new(),
        overrides: Vec::new(),
        anomalies: Vec::new(),
        outlooks: Vec::new(),
        resolved: Vec::new(),
        heard: HeardOf::default(),
    };
    Some(all.entry(province.clone()).or_insert_with(empty))
}

fn weight(news: &ProvinceNews) -> (bool, bool, u64) {
    let rises = |change: &LevelChange| {
        let looked_at = change.first && change.steps <= 1;
        change.now > change.was && change.late.is_none() && !change.unreported && !looked_at
    };
    let set = news.overrides.iter().any(|set| set.state == OverrideState::Active);
    let rose = set || news.levels.iter().any(rises);
    let told = !news.levels.is_empty()
        || !news.overrides.is_empty()
        || !news.anomalies.is_empty()
        || !news.outlooks.is_empty()
        || !news.resolved.is_empty();
    let late = news.heard.late.as_ref().map_or(0, |late| late.facts);
    let heard = &news.heard;
    (rose, told, (heard.new + heard.revised + heard.retracted + heard.answers).saturating_sub(late))
}

#[cfg(test)]
#[path = "news_tests.rs"]
mod tests;
