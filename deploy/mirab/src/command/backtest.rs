//! Scores the forecasts on past counts, each made with what came before it alone.

mod counts;
mod tables;

use std::{path::PathBuf, time::Instant};

use anyhow::ensure;
use clap::Args;
use forecast::{
    Panel, Settings, Window,
    rolling::{self, Scored, Scores},
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
    /// Whole countries (the groups, or the columns where there are none): from every October each month of the next year by
    /// itself, by the settings for countries, and each country over all these years.
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
            countries(&counts.by_country()?, (from, to))?;
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
                super::print(&tables::reliability(&scores[0]));
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

/// Tables of whole countries: of the year after every October, and of each country over all of these years.
fn countries(counts: &Counts, (from, to): (usize, usize)) -> anyhow::Result<()> {
    let mut years = Vec::new();
    for origin in (from..=to).filter(|month| counts.months[*month].ends_with("-10")) {
        let scored = year_after(&counts.panel, origin);
        if scored.all[0].forecasts == 0 {
            super::print(&format!("{}: nothing after it to score by, left out\n", counts.months[origin]));
            continue;
        }
        super::print(&tables::table(
            &format!("each month of the year after {}", counts.months[origin]),
            &scored.all,
        ));
        years.push(scored);
    }
    ensure!(
        !years.is_empty(),
        "from {} to {} there is no October with three months or more of counts after the one that follows it; the counts are of {} to {}",
        counts.months[from],
        counts.months[to],
        counts.months[0],
        counts.months[counts.months.len() - 1]
    );
    let all = over(&years.iter().map(|year| year.all.clone()).collect::<Vec<_>>());
    super::print(&tables::table("all these years", &all));
    super::print(&tables::reliability(&all[0]));
    let units = (0..counts.units.len())
        .map(|unit| over(&years.iter().map(|year| year.units[unit].clone()).collect::<Vec<_>>()));
    super::print(&tables::units(&counts.units, &units.collect::<Vec<_>>()));
    Ok(())
}

/// Each month of the next calendar year by itself, as the country challenge of VIEWS asks.
fn year_after(panel: &Panel, october: usize) -> Scored {
    let months: Vec<Scored> = (3..=14)
        .map(|ahead| rolling::run_each(panel, Window::month(ahead), october..=october, &Settings::COUNTRIES))
        .collect();
    let units = (0..panel.units())
        .map(|unit| over(&months.iter().map(|month| month.units[unit].clone()).collect::<Vec<_>>()));
    Scored {
        units: units.collect(),
        all: over(&months.iter().map(|month| month.all.clone()).collect::<Vec<_>>()),
    }
}

/// The mean scores of several windows together, model by model.
fn over(windows: &[[Scores; 3]]) -> [Scores; 3] {
    std::array::from_fn(|model| rolling::over(windows.iter().map(|window| window[model].clone()).collect()))
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
        assert_eq!(year.all[0].forecasts, 2 * 12);
        assert!(year.all[0].covered > 0.0 && year.all[0].covered <= 1.0);
        assert_eq!(year.units.iter().map(|of| of[0].forecasts).collect::<Vec<_>>(), [12, 12]);
        let told = year.all[0].reliability.iter().map(|tenth| tenth.told).sum::<f64>();
        assert!((told - 2.0 * 12.0 * 3.0).abs() < 1e-9, "three chances of each");
        assert!(tables::reliability(&year.all[0]).starts_with("chances told"));
        let years = (counts.month("2018-01").unwrap(), counts.month("2020-12").unwrap());
        countries(&counts, years).unwrap();
        let last = (counts.month("2020-10").unwrap(), counts.month("2020-12").unwrap());
        let error = countries(&counts, last).unwrap_err().to_string();
        assert!(error.contains("there is no October"), "an October without a year after it alone: {error}");
    }
}
