//! Scores somebody's draws by what came, as the country challenge of VIEWS scores them.

use std::{collections::BTreeMap, fs::File, path::PathBuf};

use anyhow::{Context, ensure};
use clap::Args;
use forecast::score;
use parquet::{
    file::reader::{FileReader, SerializedFileReader},
    record::{Field, Row},
};

/// Draws of a forecast, and what came.
#[derive(Args)]
pub(crate) struct Score {
    /// Parquet with the columns country_id, month_id, draw and outcome: equally likely counts.
    draws: PathBuf,
    /// Parquet with the columns country_id, month_id and what was counted.
    actuals: PathBuf,
    /// The column of what was counted.
    #[arg(long, default_value = "ged_sb")]
    counted: String,
}

/// A country and a month, by the numbers of VIEWS.
type Cell = (i64, i64);

/// Means over all countries and months; less is better.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Means {
    cells: usize,
    crps: f64,
    ignorance: f64,
    interval: f64,
}

impl Score {
    /// Prints the mean scores.
    pub(crate) fn run(&self) -> anyhow::Result<()> {
        let Means { cells, crps, ignorance, interval } = self.means()?;
        super::print(&format!(
            "{cells} country-months: CRPS {crps:.3}, IGN {ignorance:.3}, MIS {interval:.2}"
        ));
        Ok(())
    }

    fn means(&self) -> anyhow::Result<Means> {
        let mut draws: BTreeMap<Cell, Vec<f64>> = BTreeMap::new();
        for (cell, count) in counts(&self.draws, "outcome")? {
            draws.entry(cell).or_default().push(count);
        }
        let actuals: BTreeMap<Cell, f64> = counts(&self.actuals, &self.counted)?.into_iter().collect();
        ensure!(!draws.is_empty(), "{} holds no draw", self.draws.display());
        let mut means = Means { cells: draws.len(), ..Means::default() };
        for (cell, mut atoms) in draws {
            let observed = actuals.get(&cell).with_context(|| {
                format!("{} does not tell of country {}, month {}", self.actuals.display(), cell.0, cell.1)
            })?;
            atoms.sort_by(f64::total_cmp);
            let ends = (score::quantile_of_draws(&atoms, 0.05), score::quantile_of_draws(&atoms, 0.95));
            means.crps += score::crps(&atoms, *observed);
            means.ignorance += score::ignorance_of_draws(&atoms, *observed);
            means.interval += score::interval(ends, *observed);
        }
        let all = means.cells as f64;
        (means.crps, means.ignorance, means.interval) =
            (means.crps / all, means.ignorance / all, means.interval / all);
        Ok(means)
    }
}

/// One count a row, by country and month.
fn counts(path: &PathBuf, column: &str) -> anyhow::Result<Vec<(Cell, f64)>> {
    let place = || path.display().to_string();
    let file = File::open(path).with_context(place)?;
    let reader = SerializedFileReader::new(file).with_context(place)?;
    let names: Vec<String> = reader
        .metadata()
        .file_metadata()
        .schema_descr()
        .columns()
        .iter()
        .map(|column| column.name().to_owned())
        .collect();
    let at = |name: &str| {
        let found = names.iter().position(|of| of == name);
        found.with_context(|| format!("{} has no column {name}: it has {}", place(), names.join(", ")))
    };
    let (country, month, count) = (at("country_id")?, at("month_id")?, at(column)?);
    let rows = reader.get_row_iter(None).with_context(place)?;
    let read = |(number, row): (usize, Result<Row, _>)| -> anyhow::Result<(Cell, f64)> {
        let row = row.with_context(place)?;
        let cell = |at: usize| {
            let value = row.get_column_iter().nth(at).and_then(|(_, field)| as_number(field));
            value.with_context(|| format!("{}: row {}, {}: no number", place(), number + 1, names[at]))
        };
        let count_of = cell(count)?;
        ensure!(count_of >= 0.0, "{}: row {}, {column}: {count_of} is no count", place(), number + 1);
        Ok(((cell(country)? as i64, cell(month)? as i64), count_of))
    };
    rows.enumerate().map(read).collect()
}

fn as_number(field: &Field) -> Option<f64> {
    match field {
        Field::Int(value) => Some(f64::from(*value)),
        Field::Long(value) => Some(*value as f64),
        Field::Float(value) => Some(f64::from(*value)),
        Field::Double(value) => Some(*value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The published scores of the official benchmarks; left out where their files are not at hand.
    #[test]
    fn the_official_benchmarks_get_their_published_scores() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/views");
        if !folder.exists() {
            eprintln!("left out: {} is not there", folder.display());
            return;
        }
        let table = [
            ("last_historical_poisson", 2018, 20.041, Some((1.190, 378.08))),
            ("last_historical_poisson", 2019, 9.641, Some((1.038, 175.83))),
            ("bootstrap", 2018, 23.494, None),
            ("bootstrap", 2019, 22.075, None),
        ];
        for (name, year, crps, others) in table {
            let wanted = Score {
                draws: folder.join(format!("official_bm_cm_{name}_{year}.parquet")),
                actuals: folder.join(format!("official_cm_actuals_{year}.parquet")),
                counted: "ged_sb".into(),
            };
            let means = wanted.means().unwrap();
            assert_eq!(means.cells, 191 * 12);
            assert!((means.crps - crps).abs() < 5e-4, "{name} {year}: {means:?}");
            let Some((ignorance, interval)) = others else { continue };
            assert!((means.ignorance - ignorance).abs() < 5e-4, "{name} {year}: {means:?}");
            assert!((means.interval - interval).abs() < 5e-3, "{name} {year}: {means:?}");
        }
    }

    #[test]
    fn what_is_no_such_file_is_refused_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("draws.parquet");
        std::fs::write(&file, "country_id,month_id\n").unwrap();
        let wanted = Score { draws: file.clone(), actuals: file, counted: "ged_sb".into() };
        let error = format!("{:#}", wanted.means().unwrap_err());
        assert!(error.contains("draws.parquet"), "{error}");
    }
}
