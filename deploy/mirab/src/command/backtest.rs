//! Scores the forecasts on past counts, each made with what came before it alone.

mod counts;
mod tables;

use std::{path::PathBuf, time::Instant};

use anyhow::ensure;
use clap::Args;
use forecast::{
    Panel, Settings, Window,
    rolling::{self, Scores},
};

use self::counts::Counts;

/// Past counts, and how to score forecasts of them.
#[derive(Args)]
pub(crate) struct Backtest {
    /// A folder with panel.csv (month, then a column per unit), adjacency.csv (unit,neighbour) and groups.csv (unit,group);
    /// or such a panel alone. An empty cell is a unit that was not there yet: 0.
    counts: PathBuf,
    /// The first month forecasts are made from, YYYY-MM.
    #[arg(long, default_value = "2016-12")]
    from: String,
    /// The last; windows still open then are left out.
    #[arg(long, default_value = "2020-11")]
    to: String,
    /// Sums of the next so many months.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 3], value_parser = clap::value_parser!(u8).range(1..=60))]
    months: Vec<u8>,
    /// Whole countries: from every October each month of the next year by itself, by the settings for countries.
    #[arg(long)]
    countries: bool,
}

impl Backtest {
    /// Prints a table of scores for each window.
    pub(crate) fn run(&self) -> anyhow::Result<()> {
        let counts = Counts::read(&self.counts)?;
        let (from, to) = (counts.month(&self.from)?, counts.month(&self.to)?);
        ensure!(from <= to, "--from {} is after --to {}", self.from, self.to);
        let began = Instant::now();
        if self.countries {
            for origin in (from..=to).filter(|month| counts.months[*month].ends_with("-10")) {
                let scores = year_after(&counts.panel, origin);
                ensure!(
                    scores[0].forecasts > 0,
                    "there is nothing after {} to score by",
                    counts.months[origin]
                );
                super::print(&tables::table(
                    &format!("each month of the year after {}", counts.months[origin]),
                    &scores,
                ));
            }
        } else {
            for months in &self.months {
                let window = Window::next(usize::from(*months));
                let scores = rolling::run(&counts.panel, window, from..=to, &Settings::PROVINCES);
                ensure!(
                    scores[0].forecasts > 0,
                    "no window of {months} months is closed after {}",
                    self.from
                );
                super::print(&tables::table(&format!("sum of the next {months} months"), &scores));
                super::print(&tables::escalations(&scores));
                super::print(&tables::warnings(&scores[0]));
            }
            if let Some(table) = tables::anomalies(&counts.panel, (from, to)) {
                super::print(&table);
            }
        }
        super::print(&format!("{} units; {:.1} s", counts.panel.units(), began.elapsed().as_secs_f64()));
        Ok(())
    }
}

/// Each month of the next calendar year by itself, as the country challenge of VIEWS asks.
fn year_after(panel: &Panel, october: usize) -> [Scores; 3] {
    let months = (3..=14)
        .map(|ahead| rolling::run(panel, Window::month(ahead), october..=october, &Settings::COUNTRIES));
    let mut sums: [Vec<Scores>; 3] = Default::default();
    for month in months {
        for (sum, scores) in sums.iter_mut().zip(month) {
            sum.push(scores);
        }
    }
    sums.map(rolling::over)
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
        let counts = Counts::read(&file).unwrap();
        let (from, to) = (counts.month("2019-01").unwrap(), counts.month("2020-12").unwrap());
        let scores = rolling::run(&counts.panel, Window::next(3), from..=to, &Settings::PROVINCES);
        assert_eq!(scores[0].forecasts, 2 * 21);
        assert!(tables::table("t", &scores).starts_with("t: 42 forecasts\n"));
        let year = year_after(&counts.panel, counts.month("2019-10").unwrap());
        assert_eq!(year[0].forecasts, 2 * 12);
        assert!(year[0].covered > 0.0 && year[0].covered <= 1.0);
    }
}
