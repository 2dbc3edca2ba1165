//! What is news: which moves of a forecast are worth telling, and in which order provinces are read.

use std::collections::BTreeMap;

use contracts::analysis::{
    LevelChange,
    anomalies::Anomaly,
    news::{ForecastResolved, HeardOf, OutlookMoved, ProvinceNews},
};
use domain::{Country, ForecastId, ProvinceCode, Threat, Timestamp};

use super::cell::country_of;

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
    /// Changes of level, newest first.
    pub levels: Vec<LevelChange>,
    /// Unusual months that moved.
    pub anomalies: Vec<Anomaly>,
    /// Forecasts of an escalation whose chance moved.
    pub outlooks: Vec<(ProvinceCode, OutlookMoved)>,
    /// Forecasts that were resolved.
    pub resolved: Vec<(ProvinceCode, ForecastResolved)>,
    /// What came in, by province.
    pub heard: BTreeMap<ProvinceCode, HeardOf>,
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

/// The news by province: where a level rose first, then where a level fell or a month is unusual, then by how much came in.
pub fn by_province(parts: Parts) -> Vec<ProvinceNews> {
    let mut all: BTreeMap<ProvinceCode, ProvinceNews> = BTreeMap::new();
    let Parts { levels, anomalies, outlooks, resolved, heard } = parts;
    for change in levels {
        if let Some(news) = of(&mut all, &change.province) {
            news.levels.push(change);
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
        anomalies: Vec::new(),
        outlooks: Vec::new(),
        resolved: Vec::new(),
        heard: HeardOf::default(),
    };
    Some(all.entry(province.clone()).or_insert_with(empty))
}

fn weight(news: &ProvinceNews) -> (bool, bool, u64) {
    let rose = news.levels.iter().any(|change| change.now > change.was);
    let told = !news.levels.is_empty()
        || !news.anomalies.is_empty()
        || !news.outlooks.is_empty()
        || !news.resolved.is_empty();
    (rose, told, news.heard.new + news.heard.revised + news.heard.retracted)
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
