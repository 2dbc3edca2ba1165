//! What a ladder reads: nineteen figures of the unit, its surroundings and the season; eleven where there are none.

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

/// The figures of every month and unit. A month's know nothing of what came after it.
#[derive(Clone, Debug)]
pub struct Features {
    names: Vec<Feature>,
    units: usize,
    values: Vec<f64>,
}

impl Features {
    /// The figures of a panel, for forecasts of this window: the season is that of the window's middle.
    pub fn new(panel: &Panel, window: Window) -> Self {
        let (units, counts) = (panel.units(), panel.counts());
        let logs: Vec<f64> = counts.iter().map(|count| count.ln_1p()).collect();
        let active: Vec<f64> = counts.iter().map(|count| f64::from(*count > 0.0)).collect();
        let mean = |values: &[f64], half_life| discounted(values, units, half_life);
        let mut names = OWN.to_vec();
        let mut columns: Vec<Vec<f64>> = [1.0, 3.0, 12.0, 48.0].map(|h| mean(&logs, h)).into();
        columns.extend([1.0, 3.0, 12.0, 48.0].map(|h| mean(&active, h)));
        columns.extend([3.0, 12.0].map(|h| log(mean(counts, h))));
        if let (Some(neighbours), Some(countries)) = (panel.neighbours(), panel.countries()) {
            names.extend(AROUND);
            let around = |values: &[f64]| over_neighbours(values, neighbours);
            let whole = |values: &[f64]| over_country(values, countries);
            columns.extend([
                around(&mean(&logs, 2.0)),
                around(&mean(&logs, 12.0)),
                around(&mean(&active, 3.0)),
            ]);
            columns.push(whole(&mean(&logs, 3.0)));
            columns.extend([3.0, 12.0].map(|h| log(whole(&mean(counts, h)))));
            columns.extend(season(panel, window, &whole(&mean(counts, 12.0))));
        }
        names.push(SINCE);
        columns.push(since(counts, units));
        Self { names, units, values: by_row(&columns) }
    }

    /// What the figures are.
    pub fn names(&self) -> &[Feature] {
        &self.names
    }
    /// The figures of one month and unit.
    pub fn row(&self, month: usize, unit: usize) -> &[f64] {
        let at = (month * self.units + unit) * self.names.len();
        &self.values[at..at + self.names.len()]
    }
    /// The figures of several months, row after row.
    pub(crate) fn rows(&self, months: std::ops::RangeInclusive<usize>) -> &[f64] {
        let month = self.units * self.names.len();
        &self.values[months.start() * month..(months.end() + 1) * month]
    }
}

fn by_row(columns: &[Vec<f64>]) -> Vec<f64> {
    let rows = columns.first().map_or(0, Vec::len);
    let mut values = Vec::with_capacity(rows * columns.len());
    for row in 0..rows {
        values.extend(columns.iter().map(|column| column[row]));
    }
    values
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
        let of = |(at, mean): (usize, &f64)| {
            let middle = panel.calendar_month(at / panel.units()) as f64 + window.centre();
            function(std::f64::consts::TAU * middle / 12.0) * mean.ln_1p().min(1.0)
        };
        country_mean.iter().enumerate().map(of).collect()
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
