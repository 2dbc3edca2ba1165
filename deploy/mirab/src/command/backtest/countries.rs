//! Whole countries, as the country challenge of VIEWS asks: from every October each month of the next year by itself.

use std::fmt::Write;

use anyhow::ensure;
use forecast::{
    Panel, Settings, Window, difference,
    rolling::{self, Model, Scored, Scores},
};

use super::{counts::Counts, tables};

/// The first of the years by which the challenge was decided, and the last.
const DECIDED_BY: (&str, &str) = ("2018", "2021");

/// Tables of the years after every October, and of each country over all of them.
pub(super) fn run(counts: &Counts, (from, to): (usize, usize)) -> anyhow::Result<()> {
    let mut years = Vec::new();
    for origin in (from..=to).filter(|month| counts.months[*month].ends_with("-10")) {
        let scored = year_after(&counts.panel, origin);
        let year = following(&counts.months[origin]);
        if scored.all[0].forecasts == 0 {
            crate::command::print(&format!("{year}: nothing to score by, left out\n"));
            continue;
        }
        years.push((year, scored));
    }
    ensure!(
        !years.is_empty(),
        "from {} to {} there is no October with three months or more of counts after the one that follows it; the counts are of {} to {}",
        counts.months[from],
        counts.months[to],
        counts.months[0],
        counts.months[counts.months.len() - 1]
    );
    crate::command::print(&by_year(&years));
    let all = over(years.iter().map(|(_, year)| year.all.clone()));
    crate::command::print(&tables::table("all these years", &all));
    crate::command::print(&tables::reliability(&all[0]));
    let units: Vec<Vec<Scores>> = (0..counts.units.len())
        .map(|unit| over(years.iter().map(|(_, year)| year.units[unit].clone())))
        .collect();
    let blocks = difference::blocks(&units, (0, tables::naive()), None);
    crate::command::print(&tables::differences(&blocks, "countries"));
    crate::command::print(&of_each(&counts.units, &units));
    Ok(())
}

/// The year after that of a month, written YYYY-MM.
fn following(month: &str) -> String {
    let year = month.get(..4).and_then(|year| year.parse::<u32>().ok()).unwrap_or_default();
    (year + 1).to_string()
}

/// Each month of the next calendar year by itself.
pub(super) fn year_after(panel: &Panel, october: usize) -> Scored {
    let months: Vec<Scored> = (3..=14)
        .map(|ahead| {
            rolling::run(panel, Window::month(ahead), october..=october, &Settings::COUNTRIES, &Model::ALL)
        })
        .collect();
    let units = (0..panel.units()).map(|unit| over(months.iter().map(|month| month.units[unit].clone())));
    Scored { units: units.collect(), all: over(months.iter().map(|month| month.all.clone())) }
}

/// The mean scores of several windows together, model by model.
fn over(windows: impl Iterator<Item = Vec<Scores>>) -> Vec<Scores> {
    let windows: Vec<Vec<Scores>> = windows.collect();
    let models = windows.iter().map(Vec::len).min().unwrap_or(0);
    (0..models)
        .map(|model| rolling::over(windows.iter().map(|window| window[model].clone()).collect()))
        .collect()
}

/// The table of the plan: a method in each row, a year in each column, and then the years together.
fn by_year(years: &[(String, Scored)]) -> String {
    let (first, last) = DECIDED_BY;
    let decided: Vec<&Scored> = years
        .iter()
        .filter(|(year, _)| (first..=last).contains(&year.as_str()))
        .map(|(_, scored)| scored)
        .collect();
    let whole = decided.len() == 4 && years.len() > 4;
    let mut text = format!("{:<24}", "CRPS of each month");
    for (year, _) in years {
        let _ = write!(text, " {year:>7}");
    }
    if whole {
        let _ = write!(text, " {:>7}", "2018-21");
    }
    let _ = writeln!(text, " {:>8} {:>8} {:>7} {:>8}", "all", "of logs", "IGN", "MIS");
    let all = over(years.iter().map(|(_, year)| year.all.clone()));
    let of_decided = over(decided.iter().map(|year| year.all.clone()));
    for (number, model) in Model::ALL.into_iter().enumerate() {
        let _ = write!(text, "{:<24}", model.as_str());
        for (_, year) in years {
            let _ = write!(text, " {:>7.2}", year.all[number].crps);
        }
        if whole {
            let _ = write!(text, " {:>7.2}", of_decided[number].crps);
        }
        let Scores { crps, crps_of_logs, ignorance, interval, .. } = &all[number];
        let _ = writeln!(text, " {crps:>8.2} {crps_of_logs:>8.3} {ignorance:>7.3} {interval:>8.1}");
    }
    text
}

/// The scores of each country by itself: of the recommended forecast, and the CRPS of the naive rule beside it.
fn of_each(names: &[String], scores: &[Vec<Scores>]) -> String {
    let (told, naive) = (Model::ALL[0].as_str(), tables::naive());
    let rule = Model::ALL[naive].as_str();
    let mut text = format!(
        "{:<32} {:>9} {told:>20} {rule:>18} {:>11} {:>9}\n",
        "CRPS of each country", "forecasts", "Brier >=25", "log >=25"
    );
    for (name, of) in names.iter().zip(scores) {
        let (mixture, rule) = (&of[0], &of[naive]);
        let (brier, log) = (mixture.briers[1], mixture.log_scores[1]);
        let _ = writeln!(
            text,
            "{name:<32} {:>9} {:>20.3} {:>18.3} {brier:>11.4} {log:>9.4}",
            mixture.forecasts, mixture.crps, rule.crps
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_a_column_and_a_method_a_row() {
        let counts = (0..132).flat_map(|month| [f64::from(month % 7), f64::from(month % 3)]).collect();
        let panel = Panel::new(2, counts, 0).unwrap();
        let year = year_after(&panel, 117);
        assert_eq!(year.all[0].forecasts, 2 * 12);
        assert_eq!(year.units.iter().map(|of| of[0].forecasts).collect::<Vec<_>>(), [12, 12]);
        let told = year.all[0].reliability.iter().map(|tenth| tenth.told).sum::<f64>();
        assert!((told - 2.0 * 12.0 * 3.0).abs() < 1e-9, "three chances of each");
        let years: Vec<(String, Scored)> =
            ["2018", "2019", "2020", "2021", "2022"].map(|name| (name.to_owned(), year.clone())).into();
        let text = by_year(&years);
        assert!(text.lines().next().is_some_and(|head| head.contains("2022 2018-21      all")), "{text}");
        assert_eq!(text.lines().count(), 1 + Model::ALL.len());
        let same: Vec<&str> =
            text.lines().nth(1).unwrap_or_default()[24..].split_whitespace().take(7).collect();
        assert!(same.windows(2).all(|pair| pair[0] == pair[1]), "every year is the same here: {text}");
        assert!(!by_year(&years[..4]).contains("2018-21"), "where these are all, once is enough");
        assert_eq!(following("2017-10"), "2018");
    }
}
