//! What forecasts are made from: counts by month of the units whose every event is listed, and the forecasts made from them.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::forecasts::{Chance, Expected, Forecast, Reason, ReasonGroup, Scope, Share};
use domain::{Country, ForecastId, ProvinceCode, Threat, Timestamp};
use forecast::{Distribution, Fit, Group, Origin, Panel, Settings, Window, rolling, score::ATOMS};
use serde::{Deserialize, Serialize};

use super::{
    Month,
    reach::Months,
    share::{self, SHARES},
};

/// How many months a forecast sums.
pub const WINDOWS: [u32; 4] = [1, 3, 6, 12];
/// Of how many windows as long it is told whether they were an escalation.
const REMEMBERED: usize = 24;
/// A country whose events are listed for fewer months teaches too little.
const LEAST_MONTHS: i32 = 120;

/// One unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its country.
    pub country: Country,
    /// Which province; `None`: the whole country.
    pub province: Option<ProvinceCode>,
}

/// Counts of one threat by country, province (empty where none is known) and month.
pub type Counts = BTreeMap<(Country, String, Month), f64>;

/// What forecasts of one threat and scope are made from.
#[derive(Clone, Debug)]
pub struct Board {
    threat: Threat,
    scope: Scope,
    first: Month,
    units: Vec<Unit>,
    panel: Panel,
}

/// How two distributions are kept: runs of equally likely counts, each with its length.
pub type Atoms = Vec<(f64, u32)>;

/// One forecast with what it will be scored by.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// The forecast.
    pub forecast: Forecast,
    /// Its distribution.
    pub expected: Atoms,
    /// The naive rule's.
    pub naive: Atoms,
    /// What other models expect, which is not told.
    pub rivals: Vec<Rival>,
}

/// What a model expects that is scored beside the one that is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rival {
    /// What it expects.
    pub expected: Expected,
    /// Its distribution.
    pub atoms: Atoms,
}

/// The share of the ladder in forecasts of one window: fixed, or chosen and why.
pub type Shares = BTreeMap<u32, Share>;

/// The last month that every country told here reaches, and the first that all do; `None` where no country of the region is
/// listed for ten years.
pub fn period(covered: &BTreeMap<Country, Months>) -> Option<Months> {
    let long = |(first, last): &&Months| first.plus(LEAST_MONTHS - 1) <= *last;
    let of_region = || Country::REGION.iter().filter_map(|country| covered.get(country)).filter(long);
    let last = of_region().map(|(_, last)| *last).max()?;
    let first = of_region().filter(|(_, reach)| *reach == last).map(|(first, _)| *first).max()?;
    Some((first, last))
}

/// The countries whose events are listed over a whole period.
fn listed(covered: &BTreeMap<Country, Months>, (first, last): Months) -> impl Iterator<Item = Country> + '_ {
    let whole = covered.iter().filter(move |(_, months)| months.0 <= first && months.1 >= last);
    whole.map(|(country, _)| *country)
}

/// From which months forecasts are wanted, and for which countries of the region.
pub type Wanted = BTreeMap<Month, BTreeSet<Country>>;

/// What is missing of the forecasts from these months: every country of the region whose events are listed over the whole period has
/// its own, also where its file came in when others were forecast already.
pub fn missing(
    covered: &BTreeMap<Country, Months>,
    period: Months,
    (origins, made): (impl Iterator<Item = Month>, &BTreeSet<(Month, Country)>),
) -> Wanted {
    let all: BTreeSet<Country> = listed(covered, period).filter(|country| country.in_region()).collect();
    let of = |origin: Month| {
        let of_origin = all.iter().copied().filter(|country| !made.contains(&(origin, *country)));
        (origin, of_origin.collect::<BTreeSet<Country>>())
    };
    origins.map(of).filter(|(_, countries)| !countries.is_empty()).collect()
}

/// What the series counted of a province, or of a whole country, in these months.
pub fn observed(
    counts: &Counts,
    (country, province): (Country, Option<&ProvinceCode>),
    (first, last): Months,
) -> u64 {
    let (from, to) = match province {
        Some(province) => (province.to_string(), province.to_string()),
        None => (String::new(), char::MAX.to_string()),
    };
    let rows = counts.range((country, from, first)..=(country, to, last));
    let of_unit = rows.filter(|((_, _, month), _)| (first..=last).contains(month));
    of_unit.map(|(_, count)| *count).sum::<f64>() as u64
}

impl Board {
    /// The units of this scope whose events are listed over the whole period, with their counts; `None` where there are none.
    pub fn new(
        (threat, scope): (Threat, Scope),
        covered: &BTreeMap<Country, Months>,
        (first, last): Months,
        counts: &Counts,
    ) -> Option<Self> {
        let listed: Vec<Country> = listed(covered, (first, last)).collect();
        let units = match scope {
            Scope::Province => provinces(&listed),
            Scope::Country => {
                listed.iter().map(|country| Unit { country: *country, province: None }).collect()
            }
        };
        let mut of_unit: BTreeMap<(Country, &str), BTreeMap<Month, f64>> = BTreeMap::new();
        for ((country, province, month), count) in counts {
            let key = if scope == Scope::Country { (*country, "") } else { (*country, province.as_str()) };
            *of_unit.entry(key).or_default().entry(*month).or_default() += count;
        }
        let none = BTreeMap::new();
        let rows: Vec<&BTreeMap<Month, f64>> = units
            .iter()
            .map(|unit| {
                let province = unit.province.as_ref().map_or("", ProvinceCode::as_str);
                of_unit.get(&(unit.country, province)).unwrap_or(&none)
            })
            .collect();
        let of_month =
            |month: Month| rows.iter().map(move |row| row.get(&month).copied().unwrap_or_default());
        let values: Vec<f64> = first.to(last).flat_map(of_month).collect();
        let calendar = first.in_year();
        let mut panel = Panel::new(units.len(), values, calendar).ok()?;
        if scope == Scope::Province {
            let (neighbours, countries) = around(&units);
            panel = panel.in_region(neighbours, countries).ok()?;
        }
        Some(Self { threat, scope, first, units, panel })
    }

    /// Of provinces or of countries.
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// The last month that is counted.
    pub fn last(&self) -> Month {
        self.first.plus(self.panel.months() as i32 - 1)
    }

    /// Forecasts of all windows, one thread for each (see [`Self::forecasts`]).
    pub fn all_forecasts(&self, wanted: &Wanted, shares: &Shares, now: Timestamp) -> Vec<Made> {
        let windows = WINDOWS.map(|months| Window::next(months as usize));
        let fits = Fit::each(&self.panel, &windows, &self.settings());
        std::thread::scope(|threads| {
            // every window begins before the first is waited for
            let windows: Vec<_> = fits
                .iter()
                .map(|fit| threads.spawn(move || self.forecasts(fit, wanted, shares, now)))
                .collect();
            let made = windows
                .into_iter()
                .map(|window| window.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            made.flatten().collect()
        })
    }

    /// Forecasts of the units of these countries from these months, each knowing it and what came before.
    ///
    /// One is a rehearsal unless it is made from the last month and its window reaches into the running month or beyond. Of
    /// violence the ladder's share is fixed; of other counts it is the one that was chosen, and the own past tells alone without.
    fn forecasts(&self, fit: &Fit<'_>, wanted: &Wanted, shares: &Shares, now: Timestamp) -> Vec<Made> {
        let window = fit.window();
        let months = window.months() as u32;
        let chosen = shares.get(&months);
        let share = self.share(chosen);
        let mut made = Vec::new();
        for (origin, countries) in wanted {
            let Some(at) = self.number(*origin) else { continue };
            let from = fit.at(at);
            let wanted = |(_, unit): &(usize, &Unit)| countries.contains(&unit.country);
            for (number, unit) in self.units.iter().enumerate().filter(wanted) {
                let from_count = self.panel.escalation(at, window, number);
                let told = Told { origin: *origin, months, from_count, now };
                let before = self.escalated_before(at, window, (number, from_count));
                made.extend(self.made(unit, &told, self.models(&from, number, (share, from_count)), before));
            }
        }
        let why = chosen.filter(|_| !self.threat.is_violence());
        for made in &mut made {
            made.forecast.share = why.cloned();
        }
        made
    }

    /// What every model expects of a unit, and what moved the chance of an escalation.
    fn models(&self, from: &Origin<'_>, unit: usize, (share, from_count): (f64, f64)) -> Models {
        let escalation_from = from_count as u64;
        let rival = |(model, of): (&str, &Distribution)| Rival {
            expected: expectation(model, of, escalation_from),
            atoms: runs(of),
        };
        let told = rival((self.model(share), &from.shared(unit, share)));
        let naive = rival((rolling::Model::Conflictology.as_str(), &from.conflictology(unit)));
        let rivals: Vec<Rival> = if self.threat.is_violence() {
            vec![rival((rolling::Model::OwnPast.as_str(), &from.own_past(unit)))]
        } else {
            let others = SHARES.into_iter().filter(|other| share::name(*other) != told.expected.model);
            others.map(|other| rival((share::name(other), &from.shared(unit, other)))).collect()
        };
        let reasons = if share > 0.0 { reasons(from.reasons(unit, from_count)) } else { Vec::new() };
        Models { told, naive, rivals, reasons }
    }

    /// What was chosen on deaths by violence (ANALYSIS 4). The ladder learns of other counts with the same settings; which share
    /// it has there is another matter.
    const fn settings(&self) -> Settings {
        match self.scope {
            Scope::Province => Settings::PROVINCES,
            Scope::Country => Settings::COUNTRIES,
        }
    }

    fn share(&self, chosen: Option<&Share>) -> f64 {
        if self.threat.is_violence() {
            self.settings().ladder_share
        } else {
            chosen.map_or(SHARES[0], |chosen| chosen.ladder)
        }
    }

    /// What the forecasts are called by.
    fn model(&self, share: f64) -> &'static str {
        if self.threat.is_violence() { rolling::Model::Mixture.as_str() } else { share::name(share) }
    }

    fn number(&self, month: Month) -> Option<usize> {
        let number = usize::try_from(month.since(self.first)).ok()?;
        (number < self.panel.months()).then_some(number)
    }

    fn escalated_before(&self, at: usize, window: Window, (unit, from_count): (usize, f64)) -> u32 {
        let starts = (0..REMEMBERED).filter_map(|age| at.checked_sub(window.months() + age));
        let sums = starts.filter_map(|start| self.panel.outcome(start, window, unit));
        sums.filter(|sum| *sum >= from_count).count() as u32
    }

    fn made(&self, unit: &Unit, told: &Told, models: Models, escalated_before: u32) -> Option<Made> {
        let last = told.origin.plus(told.months as i32);
        let province = unit.province.as_ref().map_or("", ProvinceCode::as_str);
        let parts = [self.threat.as_str(), unit.country.as_str(), province];
        let (origin, months) = (told.origin.to_string(), told.months.to_string());
        let forecast = Forecast {
            id: ForecastId::derived(&[parts[0], parts[1], parts[2], &origin, &months]),
            province: unit.province.clone(),
            country: unit.country,
            threat: self.threat,
            origin: told.origin.first_day()?,
            months: told.months,
            from: told.origin.plus(1).first_day()?,
            to: last.first_day()?.month().1,
            counted: if self.threat.is_violence() { "deaths" } else { "incidents" }.to_owned(),
            rehearsal: told.origin != self.last() || last < Month::of(told.now.day()),
            expected: models.told.expected,
            naive: models.naive.expected,
            escalation_from: told.from_count as u64,
            escalated_before,
            reasons: models.reasons,
            share: None,
            issued_at: told.now,
            outcome: None,
            handling: None,
        };
        let (expected, naive) = (models.told.atoms, models.naive.atoms);
        Some(Made { forecast, expected, naive, rivals: models.rivals })
    }
}

/// What every model expects of one unit.
struct Models {
    told: Rival,
    naive: Rival,
    rivals: Vec<Rival>,
    reasons: Vec<Reason>,
}

/// From when, for how long, and what would be an escalation.
struct Told {
    origin: Month,
    months: u32,
    from_count: f64,
    now: Timestamp,
}

fn provinces(listed: &[Country]) -> Vec<Unit> {
    let all = geography::provinces().iter().filter_map(|unit| {
        let (country, province) = (unit.country.parse().ok()?, unit.id.parse().ok()?);
        Some(Unit { country, province: Some(province) })
    });
    all.filter(|unit| listed.contains(&unit.country)).collect()
}

/// Who borders on whom, and the number of each one's country.
fn around(units: &[Unit]) -> (Vec<Vec<usize>>, Vec<usize>) {
    let code = |unit: &Unit| unit.province.as_ref().map_or("", ProvinceCode::as_str).to_owned();
    let number: BTreeMap<String, usize> = units.iter().map(code).zip(0..).collect();
    let countries: BTreeMap<Country, usize> = units.iter().map(|unit| unit.country).zip(0..).collect();
    let neighbours = |unit: &Unit| {
        geography::neighbours(&code(unit)).iter().filter_map(|other| number.get(*other).copied()).collect()
    };
    (units.iter().map(neighbours).collect(), units.iter().map(|unit| countries[&unit.country]).collect())
}

fn expectation(model: &str, told: &Distribution, escalation_from: u64) -> Expected {
    let chance = |at_least: u64| Chance { at_least, chance: told.chance_of(at_least) };
    Expected {
        model: model.to_owned(),
        p05: told.quantile(0.05),
        p25: told.quantile(0.25),
        p50: told.quantile(0.5),
        p75: told.quantile(0.75),
        p95: told.quantile(0.95),
        chances: rolling::EVENTS.map(chance).to_vec(),
        escalation: told.chance_of(escalation_from),
    }
}

fn reasons(told: Vec<(Group, f64)>) -> Vec<Reason> {
    let group = |group| match group {
        Group::Recent => ReasonGroup::Recent,
        Group::Longer => ReasonGroup::Longer,
        Group::Neighbours => ReasonGroup::Neighbours,
        Group::Country => ReasonGroup::Country,
        Group::Season => ReasonGroup::Season,
        Group::Since => ReasonGroup::Since,
    };
    let mut all: Vec<Reason> =
        told.into_iter().map(|(of, log_odds)| Reason { group: group(of), log_odds }).collect();
    all.sort_by(|one, other| other.log_odds.abs().total_cmp(&one.log_odds.abs()));
    all
}

fn runs(told: &Distribution) -> Atoms {
    let atoms = told.atoms(ATOMS);
    let same = atoms.chunk_by(|one, other| one.total_cmp(other).is_eq());
    same.filter_map(|run| Some((*run.first()?, run.len() as u32))).collect()
}

#[cfg(test)]
#[path = "board_tests.rs"]
mod tests;
