//! What a ladder reads: nineteen figures of the unit, its surroundings and the season; eleven where there are none.

use std::{ops::RangeInclusive, sync::Arc};

use crate::{Panel, Window};

/// What a figure speaks of, for explaining.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Here, the last three months.
    Recent,
    /// Here, longer memory.
    Longer,
    /// The neighbours.
    Neighbours,
    /// The country.
    Country,
    /// The season.
    Season,
    /// The time since the last incident.
    Since,
}

/// One figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    /// What it is called.
    pub name: &'static str,
    /// What it speaks of.
    pub group: Group,
}

const fn feature(name: &'static str, group: Group) -> Feature {
    Feature { name, group }
}

const OWN: [Feature; 10] = [
    feature("loglevel_1", Group::Recent),
    feature("loglevel_3", Group::Recent),
    feature("loglevel_12", Group::Longer),
    feature("loglevel_48", Group::Longer),
    feature("activity_1", Group::Recent),
    feature("activity_3", Group::Recent),
    feature("activity_12", Group::Longer),
    feature("activity_48", Group::Longer),
    feature("logmean_3", Group::Recent),
    feature("logmean_12", Group::Longer),
];
const AROUND: [Feature; 8] = [
    feature("neigh_loglevel_2", Group::Neighbours),
    feature("neigh_loglevel_12", Group::Neighbours),
    feature("neigh_activity_3", Group::Neighbours),
    feature("country_loglevel_3", Group::Country),
    feature("country_logmean_3", Group::Country),
    feature("country_logmean_12", Group::Country),
    feature("season_sin", Group::Season),
    feature("season_cos", Group::Season),
];
const SINCE: Feature = feature("log_months_since", Group::Since);
/// Months since the last incident count no further.
const LONGEST: f64 = 240.0;

/// A figure of every month and unit, month after month.
type Column = Arc<Vec<f64>>;

/// What is read alike for every window.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    own: Vec<Column>,
    around: Option<Around>,
    since: Column,
}

/// What is around each unit, where that is told.
#[derive(Clone, Debug)]
struct Around {
    columns: Vec<Column>,
    /// The mean of the country's units over a year.
    country: Column,
}

impl Figures {
    pub(crate) fn new(panel: &Panel) -> Self {
        let (units, counts) = (panel.units(), panel.counts());
        let logs: Vec<f64> = counts.iter().map(|count| count.ln_1p()).collect();
        let active: Vec<f64> = counts.iter().map(|count| f64::from(*count > 0.0)).collect();
        let mean = |values: &[f64], half_life| discounted(values, units, half_life);
        let mut own: Vec<Vec<f64>> = [1.0, 3.0, 12.0, 48.0].map(|h| mean(&logs, h)).into();
        own.extend([1.0, 3.0, 12.0, 48.0].map(|h| mean(&active, h)));
        own.extend([3.0, 12.0].map(|h| log(mean(counts, h))));
        let around = panel.neighbours().zip(panel.countries()).map(|(neighbours, countries)| {
            let around = |values: &[f64]| over_neighbours(values, neighbours);
            let whole = |values: &[f64]| over_country(values, countries);
            let country = whole(&mean(counts, 12.0));
            let columns = [
                around(&mean(&logs, 2.0)),
                around(&mean(&logs, 12.0)),
                around(&mean(&active, 3.0)),
                whole(&mean(&logs, 3.0)),
                log(whole(&mean(counts, 3.0))),
                log(country.clone()),
            ];
            Around { columns: columns.map(Arc::new).into(), country: Arc::new(country) }
        });
        let own = own.into_iter().map(Arc::new).collect();
        Self { own, around, since: Arc::new(since(counts, units)) }
    }
}

/// The figures of every month and unit. A month's know nothing of what came after it.
#[derive(Clone, Debug)]
pub struct Features {
    names: Vec<Feature>,
    units: usize,
    columns: Vec<Column>,
}

impl Features {
    /// The figures of a panel, for forecasts of this window: the season is that of the window's middle.
    pub(crate) fn new(figures: &Figures, panel: &Panel, window: Window) -> Self {
        let (mut names, mut columns) = (OWN.to_vec(), figures.own.clone());
        if let Some(around) = &figures.around {
            names.extend(AROUND);
            columns.extend(around.columns.iter().cloned());
            columns.extend(season(panel, window, &around.country).map(Arc::new));
        }
        names.push(SINCE);
        columns.push(Arc::clone(&figures.since));
        Self { names, units: panel.units(), columns }
    }

    /// What the figures are.
    pub fn names(&self) -> &[Feature] {
        &self.names
    }
    /// The figures of one month and unit.
    pub fn row(&self, month: usize, unit: usize) -> Vec<f64> {
        let at = month * self.units + unit;
        self.columns.iter().map(|column| column[at]).collect()
    }
    /// Each figure of several months, month after month.
    pub(crate) fn columns(&self, months: RangeInclusive<usize>) -> Vec<&[f64]> {
        let rows = months.start() * self.units..(months.end() + 1) * self.units;
        self.columns.iter().map(|column| &column[rows.clone()]).collect()
    }
}

/// The mean of all months so far, weighing half after so many.
fn discounted(values: &[f64], units: usize, half_life: f64) -> Vec<f64> {
    let keep = 0.5_f64.powf(1.0 / half_life);
    let (mut sums, mut weight) = (vec![0.0; units], 0.0);
    let mut means = Vec::with_capacity(values.len());
    for month in values.chunks(units) {
        weight = keep * weight + 1.0;
        for (sum, value) in sums.iter_mut().zip(month) {
            *sum = keep * *sum + value;
            means.push(*sum / weight);
        }
    }
    means
}

fn log(mut values: Vec<f64>) -> Vec<f64> {
    for value in &mut values {
        *value = value.ln_1p();
    }
    values
}

fn over_neighbours(values: &[f64], neighbours: &[Vec<usize>]) -> Vec<f64> {
    let mean = |month: &[f64], of: &[usize]| {
        of.iter().map(|other| month[*other]).sum::<f64>() / (of.len() as f64).max(1.0)
    };
    values.chunks(neighbours.len()).flat_map(|month| neighbours.iter().map(|of| mean(month, of))).collect()
}

fn over_country(values: &[f64], countries: &[usize]) -> Vec<f64> {
    let most = countries.iter().max().map_or(0, |most| most + 1);
    let mut means = Vec::with_capacity(values.len());
    for month in values.chunks(countries.len()) {
        let mut sums = vec![(0.0, 0.0); most];
        for (value, country) in month.iter().zip(countries) {
            sums[*country] = (sums[*country].0 + value, sums[*country].1 + 1.0);
        }
        means.extend(countries.iter().map(|country| sums[*country].0 / sums[*country].1));
    }
    means
}

/// Where in the year the window's middle is: no season where there is no fighting.
fn season(panel: &Panel, window: Window, country_mean: &[f64]) -> [Vec<f64>; 2] {
    let turn = |function: fn(f64) -> f64| {
        let of = |(month, means): (usize, &[f64])| {
            let middle = panel.calendar_month(month) as f64 + window.centre();
            let turned = function(std::f64::consts::TAU * middle / 12.0);
            means.iter().map(|mean| turned * mean.ln_1p().min(1.0)).collect::<Vec<f64>>()
        };
        country_mean.chunks(panel.units()).enumerate().flat_map(of).collect()
    };
    [turn(f64::sin), turn(f64::cos)]
}

fn since(counts: &[f64], units: usize) -> Vec<f64> {
    let mut months = vec![LONGEST; units];
    let mut logs = Vec::with_capacity(counts.len());
    for month in counts.chunks(units) {
        for (since, count) in months.iter_mut().zip(month) {
            *since = if *count > 0.0 { 0.0 } else { (*since + 1.0).min(LONGEST) };
            logs.push(since.ln_1p());
        }
    }
    logs
}
