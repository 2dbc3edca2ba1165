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
        change.now > change.was && change.late.is_none() && !change.unreported && !change.first
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
mod tests {
    use domain::Level;

    use super::*;

    fn at(day: u32) -> Timestamp {
        format!("2026-11-{day:02}T00:00:00Z").parse().unwrap()
    }
    fn outlook(province: &str, day: u32, chance: f64) -> Outlook {
        Outlook {
            forecast: ForecastId::derived(&[province, &day.to_string()]),
            province: province.parse().unwrap(),
            threat: Threat::ArmedConflict,
            months: 3,
            chance,
            issued_at: at(day),
        }
    }
    fn level(province: &str, was: Level, now: Level) -> LevelChange {
        LevelChange {
            province: province.parse().unwrap(),
            threat: Threat::BorderTension,
            was,
            now,
            index: 3.0,
            at: at(20),
            exercise: false,
            steps: 1,
            peak: None,
            late: None,
            first: false,
            unreported: false,
            unknown_since: None,
            range: None,
            lifted: None,
            handling: None,
        }
    }

    #[test]
    fn a_chance_is_told_when_it_moved_by_five_points_or_past_the_alarm() {
        let table = [
            (vec![outlook("KG-B", 1, 0.10), outlook("KG-B", 20, 0.14)], None),
            (vec![outlook("KG-B", 1, 0.10), outlook("KG-B", 20, 0.16)], Some(Some(0.10))),
            (vec![outlook("KG-B", 1, 0.26), outlook("KG-B", 20, 0.27)], Some(Some(0.26))),
            (vec![outlook("KG-B", 20, 0.20)], None),
            (vec![outlook("KG-B", 20, 0.30)], Some(None)),
            (vec![outlook("KG-B", 1, 0.30)], None),
        ];
        for (outlooks, expected) in table {
            let told = moved(outlooks.clone(), at(10));
            assert_eq!(told.first().map(|(_, moved)| moved.was), expected, "{outlooks:?}");
        }
    }

    #[test]
    fn the_newest_forecast_is_held_against_the_last_one_before_the_moment() {
        let told = [
            outlook("KG-B", 25, 0.4),
            outlook("KG-B", 1, 0.1),
            outlook("KG-B", 5, 0.2),
            outlook("KG-B", 15, 0.3),
        ];
        let moved = moved(told.to_vec(), at(10));
        assert_eq!((moved[0].1.was, moved[0].1.now), (Some(0.2), 0.4));
    }

    #[test]
    fn the_steps_of_a_cell_are_one_change_from_the_first_level_to_the_last() {
        let step = |was, now| level("KG-B", was, now);
        let steps = [
            step(Level::High, Level::Elevated),
            level("TJ-SU", Level::High, Level::Low),
            step(Level::Elevated, Level::High),
            step(Level::Calm, Level::Elevated),
        ];
        let net = net(steps);
        let told: Vec<_> = net.iter().map(|one| (one.was, one.now, one.steps, one.peak)).collect();
        assert_eq!(told[0], (Level::Calm, Level::Elevated, 3, Some(Level::High)));
        assert_eq!(told[1], (Level::High, Level::Low, 1, None));
    }

    #[test]
    fn what_moved_after_the_first_look_moved_from_its_level() {
        let first = |was, now| LevelChange { first: true, ..level("KG-B", was, now) };
        let looked = [first(Level::Low, Level::Elevated), first(Level::Calm, Level::Low)];
        let told = net(looked.clone());
        assert_eq!((told[0].first, told[0].now, told.len()), (true, Level::Elevated, 1));
        let rose = [level("KG-B", Level::Elevated, Level::Critical)].into_iter().chain(looked);
        let told = net(rose);
        assert_eq!((told[0].first, told[0].was, told[0].now), (false, Level::Elevated, Level::Critical));
    }

    #[test]
    fn a_rise_by_what_came_in_late_alone_is_marked_and_read_behind_what_happened() {
        let rules = SpillRules { afghanistan: 0.2, others: 0.0, threats: [Threat::BorderTension].into() };
        let day = |back: i64| at(20).day().plus(-back);
        let mut changes = vec![
            level("KG-B", Level::Calm, Level::High),
            level("TJ-SU", Level::Calm, Level::Low),
            level("TJ-KT", Level::Calm, Level::Low),
        ];
        let cell = |province: &str| (province.parse().unwrap(), Threat::BorderTension);
        let newest =
            BTreeMap::from([(cell("KG-B"), day(31)), (cell("TJ-KT"), day(400)), (cell("AF-KDZ"), day(30))]);
        mark_late(&mut changes, (&newest, at(20)), &rules);
        let late: Vec<Option<Day>> = changes.iter().map(|change| change.late).collect();
        assert_eq!(late, [Some(day(31)), None, None], "what spilled in was fresh");
        let told = by_province(Parts { levels: changes, ..Parts::default() });
        assert_eq!(told.last().unwrap().province.as_str(), "KG-B");
    }

    #[test]
    fn a_rise_is_read_before_a_fall_and_a_fall_before_mere_numbers() {
        let heard = |new| HeardOf { new, ..HeardOf::default() };
        let parts = Parts {
            levels: vec![
                level("TJ-GB", Level::High, Level::Elevated),
                level("KG-B", Level::Low, Level::High),
            ],
            heard: [("AF-BAL".parse().unwrap(), heard(90)), ("KG-O".parse().unwrap(), heard(4))].into(),
            ..Parts::default()
        };
        let order: Vec<String> =
            by_province(parts).into_iter().map(|news| news.province.to_string()).collect();
        assert_eq!(order, ["KG-B", "TJ-GB", "AF-BAL", "KG-O"]);
    }
}
