//! What is counted now in windows that were scored: sources revise what they told.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Country, Day, ForecastId, ProvinceCode, Threat};
use kit::{Db, on_db};
use sqlx::QueryBuilder;

use super::listed;
use crate::domain::{
    Month,
    board::{self, Counts},
    reach::{self, Months},
};

/// A window that was scored.
#[derive(Clone, Debug)]
pub struct Scored<'a> {
    /// Of which forecast.
    pub id: &'a ForecastId,
    /// Of which threat.
    pub threat: Threat,
    /// Of which country.
    pub country: Country,
    /// Of which province; `None`: of the whole country.
    pub province: Option<&'a ProvinceCode>,
    /// Its first day and its last.
    pub days: (Day, Day),
    /// The count by which it was scored.
    pub observed: u64,
}

impl Scored<'_> {
    fn months(&self) -> Months {
        (Month::of(self.days.0), Month::of(self.days.1))
    }
}

/// What is counted now in those of these windows in which it is not what they were scored by; nothing of those that sources which
/// list every event do not cover whole.
///
/// # Errors
/// When the store cannot be read.
pub async fn revised(db: &Db, windows: &[Scored<'_>]) -> Result<BTreeMap<ForecastId, u64>, sqlx::Error> {
    let counts = counts(db, windows).await?;
    let none = Counts::new();
    let now = |of: &Scored<'_>| {
        let counts = counts.get(&of.threat).unwrap_or(&none);
        board::observed(counts, (of.country, of.province), of.months())
    };
    let differ: Vec<(&Scored<'_>, u64)> =
        windows.iter().map(|of| (of, now(of))).filter(|(of, now)| of.observed != *now).collect();
    if differ.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sources = listed::all(db).await?;
    let threats: BTreeSet<Threat> = differ.iter().map(|(of, _)| of.threat).collect();
    let covered: BTreeMap<Threat, BTreeMap<Country, Months>> =
        threats.into_iter().map(|threat| (threat, reach::covered(&sources, threat))).collect();
    let is_whole = |of: &Scored<'_>| {
        covered.get(&of.threat).is_some_and(|covered| reach::covers(covered, of.country, of.months()))
    };
    Ok(differ.into_iter().filter(|(of, _)| is_whole(of)).map(|(of, now)| (of.id.clone(), now)).collect())
}

/// What is counted so far in this window.
///
/// # Errors
/// When the store cannot be read.
pub async fn so_far(db: &Db, of: &Scored<'_>) -> Result<u64, sqlx::Error> {
    let counts = counts(db, std::slice::from_ref(of)).await?;
    let none = Counts::new();
    let counted = counts.get(&of.threat).unwrap_or(&none);
    Ok(board::observed(counted, (of.country, of.province), of.months()))
}

/// What the series count of these threats, in these places and months; nothing of the exercise.
async fn counts(db: &Db, windows: &[Scored<'_>]) -> Result<BTreeMap<Threat, Counts>, sqlx::Error> {
    let all = || windows.iter().map(Scored::months);
    let span = all().map(|(first, _)| first).min().zip(all().map(|(_, last)| last).max());
    let Some((first, last)) = span else { return Ok(BTreeMap::new()) };
    let threats: BTreeSet<&str> = windows.iter().map(|of| of.threat.as_str()).collect();
    let rows: Vec<(Country, String, Threat, Month, i64, i64)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select country, province, threat, month, deaths, events from series_cell where exercise = ",
        );
        select.push_bind(false).push(" and province in (");
        let mut one_of = select.separated(", ");
        for place in places(windows) {
            one_of.push_bind(place);
        }
        select.push(") and threat in (");
        let mut one_of = select.separated(", ");
        for threat in &threats {
            one_of.push_bind(*threat);
        }
        select.push(") and month >= ").push_bind(first).push(" and month <= ").push_bind(last);
        select.build_query_as().fetch_all(p).await
    })?;
    let mut counts: BTreeMap<Threat, Counts> = BTreeMap::new();
    for (country, province, threat, month, deaths, events) in rows {
        let counted = if threat.is_violence() { deaths } else { events };
        counts.entry(threat).or_default().insert((country, province, month), counted as f64);
    }
    Ok(counts)
}

/// The codes of the provinces of these windows; of one on a country those of all its provinces, and the empty one of what is known
/// no nearer.
fn places<'a>(windows: &[Scored<'a>]) -> BTreeSet<&'a str> {
    let named = windows.iter().filter_map(|of| of.province.map(ProvinceCode::as_str));
    let countries: BTreeSet<Country> =
        windows.iter().filter(|of| of.province.is_none()).map(|of| of.country).collect();
    let of_countries = geography::provinces()
        .iter()
        .filter(|unit| countries.iter().any(|country| country.as_str() == unit.country))
        .map(|unit| unit.id);
    let unknown = (!countries.is_empty()).then_some("");
    named.chain(of_countries).chain(unknown).collect()
}
