//! Past counts as they are read from files.

use std::{collections::HashMap, path::Path};

use anyhow::{Context, bail, ensure};
use forecast::Panel;

/// Past counts as they are read.
pub(super) struct Counts {
    /// Written YYYY-MM, without gaps.
    pub(super) months: Vec<String>,
    /// A unit in each column.
    pub(super) panel: Panel,
}

impl Counts {
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let folder = path.is_dir();
        let file = if folder { path.join("panel.csv") } else { path.to_owned() };
        let rows = rows(&file)?;
        let Some((head, rows)) = rows.split_first() else { bail!("{}: it is empty", file.display()) };
        let units = head.len().saturating_sub(1);
        let (mut months, mut counts) = (Vec::new(), Vec::new());
        for (at, row) in rows.iter().enumerate() {
            let place = || format!("{}: row {}", file.display(), at + 2);
            ensure!(row.len() == head.len(), "{} has {} cells, not {}", place(), row.len(), head.len());
            months.push(row[0].clone());
            for (cell, unit) in row[1..].iter().zip(&head[1..]) {
                let cell = if cell.is_empty() { "0" } else { cell.trim() };
                let count = cell.parse::<f64>();
                counts.push(count.with_context(|| format!("{}, {unit}: {cell:?} is no number", place()))?);
            }
        }
        let first = months.first().map_or(0, |month| calendar_month(month));
        in_order(&months).with_context(|| file.display().to_string())?;
        let panel = Panel::new(units, counts, first).with_context(|| file.display().to_string())?;
        let panel = if folder { around(panel, path, &head[1..])? } else { panel };
        Ok(Self { months, panel })
    }

    pub(super) fn month(&self, wanted: &str) -> anyhow::Result<usize> {
        let span = || format!("{} to {}", self.months[0], self.months[self.months.len() - 1]);
        let found = self.months.iter().position(|month| month == wanted);
        found.with_context(|| format!("there is no month {wanted}: the counts are of {}", span()))
    }
}

/// 0 for January.
fn calendar_month(month: &str) -> usize {
    month.get(5..7).and_then(|month| month.parse::<usize>().ok()).map_or(0, |month| month.saturating_sub(1))
}

fn in_order(months: &[String]) -> anyhow::Result<()> {
    let number = |month: &String| -> anyhow::Result<i32> {
        let parts = month
            .split_once('-')
            .and_then(|(year, month)| Some((year.parse::<i32>().ok()?, month.parse::<i32>().ok()?)));
        let (year, in_year) = parts.with_context(|| format!("{month:?} is no month: write YYYY-MM"))?;
        ensure!((1..=12).contains(&in_year), "{month:?} is no month: write YYYY-MM");
        Ok(year * 12 + in_year)
    };
    ensure!(!months.is_empty(), "it has no month");
    for pair in months.windows(2) {
        ensure!(number(&pair[1])? == number(&pair[0])? + 1, "{} does not follow {}", pair[1], pair[0]);
    }
    number(&months[0]).map(|_| ())
}

fn around(panel: Panel, folder: &Path, units: &[String]) -> anyhow::Result<Panel> {
    let (adjacency, groups) = (folder.join("adjacency.csv"), folder.join("groups.csv"));
    let mut neighbours = vec![Vec::new(); units.len()];
    for pair in rows(&adjacency)?.iter().skip(1) {
        let at = |cell: usize| {
            let name = pair.get(cell).map_or("", String::as_str);
            column(units, name).with_context(|| adjacency.display().to_string())
        };
        neighbours[at(0)?].push(at(1)?);
    }
    let mut names: HashMap<String, usize> = HashMap::new();
    let mut countries = Vec::with_capacity(units.len());
    for row in rows(&groups)?.iter().skip(1) {
        ensure!(row.len() == 2, "{}: a row is unit,group; not {row:?}", groups.display());
        ensure!(
            units.get(countries.len()) == Some(&row[0]),
            "{}: {} is not at its place: the order is that of the panel's columns",
            groups.display(),
            row[0]
        );
        let next = names.len();
        countries.push(*names.entry(row[1].clone()).or_insert(next));
    }
    Ok(panel.in_region(neighbours, countries)?)
}

/// The column a unit is in: by its number, counted from 0, or by its name where only one is called so.
fn column(units: &[String], name: &str) -> anyhow::Result<usize> {
    if let Ok(number) = name.parse::<usize>() {
        ensure!(number < units.len(), "there is no column {number}: there are {} units", units.len());
        return Ok(number);
    }
    let mut found = units.iter().enumerate().filter(|(_, unit)| *unit == name).map(|(at, _)| at);
    match (found.next(), found.next()) {
        (Some(at), None) => Ok(at),
        (Some(_), Some(_)) => bail!("two columns are called {name}: give their numbers, counted from 0"),
        _ => bail!("no column is called {name:?}"),
    }
}

fn rows(file: &Path) -> anyhow::Result<Vec<Vec<String>>> {
    let context = || file.display().to_string();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(file).with_context(context)?;
    let rows = reader.records().map(|row| row.map(|row| row.iter().map(str::to_owned).collect()));
    rows.collect::<Result<_, _>>().with_context(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(panel: &str, adjacency: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in
            [("panel.csv", panel), ("adjacency.csv", adjacency), ("groups.csv", "unit,group\na,X\nb,Y\n")]
        {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn counts_are_read_with_what_is_around_them() {
        let folder =
            folder("month,a,b\n2020-11,1,2\n2020-12,3,4\n2021-01,5,6\n", "unit,neighbour\na,b\n1,0\n");
        let counts = Counts::read(folder.path()).unwrap();
        assert_eq!((counts.panel.units(), counts.panel.months()), (2, 3));
        assert_eq!(counts.month("2021-01").unwrap(), 2);
        let error = counts.month("2022-01").unwrap_err().to_string();
        assert_eq!(error, "there is no month 2022-01: the counts are of 2020-11 to 2021-01");
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_place() {
        let table = [
            ("month,a,b\n2020-11,1,x\n", "", "row 2, b: \"x\" is no number"),
            ("month,a,b\n2020-11,1\n", "", "row 2 has 2 cells, not 3"),
            ("month,a,b\n2020-11,1,2\n2021-01,1,2\n", "", "2021-01 does not follow 2020-11"),
            ("month,a,b\n2020-13,1,2\n", "", "\"2020-13\" is no month"),
            ("month,a,b\n2020-11,-1,2\n", "", "month 0, unit 0 is -1"),
            ("month,a,b\n2020-11,1,2\n", "unit,neighbour\na,c\n", "no column is called \"c\""),
            ("month,a,b\n2020-11,1,2\n", "unit,neighbour\na,7\n", "there is no column 7"),
            ("month,b,a\n2020-11,1,2\n", "unit,neighbour\n", "a is not at its place"),
            ("", "", "it is empty"),
        ];
        for (panel, adjacency, expected) in table {
            let folder = folder(panel, adjacency);
            let error =
                Counts::read(folder.path()).err().map(|error| format!("{error:#}")).unwrap_or_default();
            assert!(error.contains(expected), "{error:?} does not say {expected:?}");
        }
    }
}
