//! Scores the forecasts on past counts, each made with what came before it alone.

mod anomalies;
mod countries;
mod counts;
mod long;
mod tables;

use std::{path::PathBuf, time::Instant};

use anyhow::ensure;
use clap::Args;
use forecast::{
    Settings, Window, difference,
    rolling::{self, Model},
};

use self::counts::Counts;

/// Months after another whose forecasts hang together: they are drawn together where a difference is told with its interval.
const TOGETHER: usize = 6;
/// From where to where countries and provinces are scored where nothing is said: what the published tables are of.
const COUNTRIES: [&str; 2] = ["2017-10", "2022-10"];
const PROVINCES: [&str; 2] = ["2016-12", "2020-11"];

/// Past counts, and how to score forecasts of them.
#[derive(Args)]
#[command(after_long_help = "\
The tables of forecasts, escalations and unusual months by province, on 126 provinces of Central Asia and around it:
  mirab backtest shared/forecast/tests/golden
The table of countries, on months of 191 of them, a column each:
  mirab backtest --countries cm_ged_sb_191_1990_2023.csv
Any rows of unit, month and counts; a unit named AF-KAB is of the country AF:
  mirab backtest --column best panel_province_month.csv")]
pub(crate) struct Backtest {
    /// A folder with panel.csv (month, then a column per unit), adjacency.csv (unit,neighbour) and groups.csv (unit,group);
    /// such a panel alone; or a file with a row for each unit and month (unit,month, then columns of counts).
    /// An empty cell is a unit that was not there yet: 0.
    counts: PathBuf,
    /// The first month forecasts are made from, YYYY-MM [default: 2016-12; of countries 2017-10].
    #[arg(long)]
    from: Option<String>,
    /// The last; windows still open then are left out [default: 2020-11; of countries 2022-10; or the last there is].
    #[arg(long)]
    to: Option<String>,
    /// Sums of the next so many months.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 3], value_parser = clap::value_parser!(u8).range(1..=60))]
    months: Vec<u8>,
    /// Whole countries (the groups, or the columns where there are none): from every October each month of the next year by
    /// itself, by the settings for countries, and each country over all these years.
    #[arg(long)]
    countries: bool,
    /// Of a file with a row for each unit and month: the column that is counted [default: best, or the only one].
    #[arg(long)]
    column: Option<String>,
}

impl Backtest {
    /// Prints the tables.
    pub(crate) fn run(&self) -> anyhow::Result<()> {
        let counts = Counts::read(&self.counts, self.column.as_deref())?;
        let period = self.period(&counts)?;
        let began = Instant::now();
        if self.countries {
            countries::run(&counts.by_country()?, period)?;
        } else {
            for months in &self.months {
                provinces(&counts, usize::from(*months), period)?;
            }
            if let Some(table) = anomalies::table(&counts.panel, period) {
                super::print(&table);
            }
        }
        super::print(&format!("{} units; {:.1} s", counts.panel.units(), began.elapsed().as_secs_f64()));
        Ok(())
    }

    /// The first origin and the last.
    fn period(&self, counts: &Counts) -> anyhow::Result<(usize, usize)> {
        let [first, last] = if self.countries { COUNTRIES } else { PROVINCES };
        let newest = counts.months.last().map_or(last, |month| last.min(month.as_str()));
        let (from, to) = (self.from.as_deref().unwrap_or(first), self.to.as_deref().unwrap_or(newest));
        let (first, last) = (counts.month(from)?, counts.month(to)?);
        ensure!(first <= last, "--from {from} is after --to {to}");
        Ok((first, last))
    }
}

/// Tables of sums of so many months, unit by unit.
fn provinces(counts: &Counts, months: usize, (from, to): (usize, usize)) -> anyhow::Result<()> {
    let window = Window::next(months);
    let scored = rolling::run(&counts.panel, window, from..=to, &Settings::PROVINCES, &Model::ALL);
    let all = &scored.all;
    let first = &counts.months[from];
    ensure!(all[0].forecasts > 0, "no window of {months} months is closed after {first}");
    super::print(&tables::table(&format!("sum of the next {months} months"), all));
    let blocks = difference::blocks(&scored.units, (0, tables::naive()), Some(TOGETHER));
    super::print(&tables::differences(&blocks, "units and of half-years"));
    super::print(&tables::reliability(&all[0]));
    super::print(&tables::escalations(all, &rolling::ratios(&counts.panel, window, from..=to)));
    super::print(&tables::warnings(&all[0]));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_tells_what_was_scored() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("panel.csv");
        let months = (2010..2021).flat_map(|year| (1..=12).map(move |month| (year, month)));
        let row =
            |(at, (year, month)): (usize, (i32, u32))| format!("{year}-{month:02},{},{}\n", at % 7, at % 3);
        let text: String = months.enumerate().map(row).collect();
        std::fs::write(&file, format!("month,a,b\n{text}")).unwrap();
        let counts = Counts::read(&file, None).unwrap();
        let (from, to) = (counts.month("2019-01").unwrap(), counts.month("2020-12").unwrap());
        let scored =
            rolling::run(&counts.panel, Window::next(3), from..=to, &Settings::PROVINCES, &Model::ALL);
        assert_eq!(scored.all[0].forecasts, 2 * 21);
        let table = tables::table("t", &scored.all);
        assert!(table.starts_with("t: 42 forecasts\n"));
        assert_eq!(table.lines().count(), 2 + Model::ALL.len(), "every model has its row");
        let blocks = difference::blocks(&scored.units, (0, tables::naive()), Some(TOGETHER));
        let once = tables::differences(&blocks, "units");
        assert_eq!(once, tables::differences(&blocks, "units"), "the draws are the same each time");
        let ratios = rolling::ratios(&counts.panel, Window::next(3), from..=to);
        let table = tables::escalations(&scored.all, &ratios);
        assert!(table.contains("last month / mean of 12"), "{table}");
        assert!(tables::reliability(&scored.all[0]).starts_with("chances told"));
        let years = (counts.month("2018-01").unwrap(), counts.month("2020-12").unwrap());
        countries::run(&counts, years).unwrap();
        let last = (counts.month("2020-10").unwrap(), counts.month("2020-12").unwrap());
        let error = countries::run(&counts, last).unwrap_err().to_string();
        assert!(error.contains("there is no October"), "an October without a year after it alone: {error}");
    }

    #[test]
    fn what_is_scored_ends_where_the_counts_do() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("panel.csv");
        let months = (2015..2021).flat_map(|year| (1..=12).map(move |month| (year, month)));
        let text: Vec<String> = months.map(|(year, month)| format!("{year}-{month:02},1")).collect();
        std::fs::write(&file, format!("month,a\n{}\n", text.join("\n"))).unwrap();
        let counts = Counts::read(&file, None).unwrap();
        let asked = |countries: bool, to: Option<&str>| Backtest {
            counts: file.clone(),
            from: None,
            to: to.map(str::to_owned),
            months: vec![1],
            countries,
            column: None,
        };
        let period =
            |of: Backtest| of.period(&counts).map(|(from, to)| [from, to].map(|at| &counts.months[at]));
        assert_eq!(period(asked(false, None)).unwrap(), ["2016-12", "2020-11"]);
        assert_eq!(period(asked(true, None)).unwrap(), ["2017-10", "2020-12"]);
        let error = period(asked(false, Some("2016-01"))).unwrap_err().to_string();
        assert_eq!(error, "--from 2016-12 is after --to 2016-01");
    }
}
