//! Past counts as they are read from files.

use std::{collections::HashMap, path::Path};

use anyhow::{Context, bail, ensure};
use forecast::Panel;

use super::long::{self, Columns};

/// Past counts as they are read.
pub(super) struct Counts {
    /// Written YYYY-MM, without gaps.
    pub(super) months: Vec<String>,
    /// What the columns are called.
    pub(super) units: Vec<String>,
    /// The group each unit is in; empty where that is not told.
    groups: Vec<String>,
    /// A unit in each column.
    pub(super) panel: Panel,
}

impl Counts {
    /// Reads a folder or a file; of a file with a row for each unit and month, this column.
    pub(super) fn read(path: &Path, column: Option<&str>) -> anyhow::Result<Self> {
        let folder = path.is_dir();
        let file = if folder { path.join("panel.csv") } else { path.to_owned() };
        let mut rows = rows(&file)?;
        ensure!(!rows.is_empty(), "{}: it is empty", file.display());
        let head = rows.remove(0);
        let place = || file.display().to_string();
        let Some(columns) = Columns::of(&head, column).with_context(place)? else {
            let (months, panel) = panel(&file, &head, &rows)?;
            let (panel, groups) = if folder { around(panel, path, &head[1..])? } else { (panel, Vec::new()) };
            return Ok(Self { months, units: head[1..].to_vec(), groups, panel });
        };
        let wide = columns.widen(&head, &rows).with_context(place)?;
        let (months, panel) = panel(&file, &wide.head, &wide.rows)?;
        let units = wide.head[1..].to_vec();
        let groups = long::countries(&units);
        let panel = if groups.is_empty() {
            panel
        } else {
            panel.in_region(vec![Vec::new(); units.len()], numbered(&groups))?
        };
        Ok(Self { months, units, groups, panel })
    }

    /// The counts of whole countries: of the groups where they are told, else the columns are countries already.
    pub(super) fn by_country(&self) -> anyhow::Result<Self> {
        let mut names: Vec<String> = Vec::new();
        for name in if self.groups.is_empty() { &self.units } else { &self.groups } {
            if !names.contains(name) || self.groups.is_empty() {
                names.push(name.clone());
            }
        }
        if self.groups.is_empty() {
            let panel = self.panel.clone();
            return Ok(Self { months: self.months.clone(), units: names, groups: Vec::new(), panel });
        }
        let mut counts = vec![0.0; names.len() * self.months.len()];
        for month in 0..self.months.len() {
            for (unit, group) in self.groups.iter().enumerate() {
                let at = names.iter().position(|name| name == group).unwrap_or_default();
                counts[month * names.len() + at] += self.panel.count(month, unit);
            }
        }
        let first = self.months.first().map_or(0, |month| calendar_month(month));
        let panel = Panel::new(names.len(), counts, first)?;
        Ok(Self { months: self.months.clone(), units: names, groups: Vec::new(), panel })
    }

    pub(super) fn month(&self, wanted: &str) -> anyhow::Result<usize> {
        let span = || format!("{} to {}", self.months[0], self.months[self.months.len() - 1]);
        let found = self.months.iter().position(|month| month == wanted);
        found.with_context(|| format!("there is no month {wanted}: the counts are of {}", span()))
    }
}

/// Months, and the counts of a table with a column for each unit.
fn panel(file: &Path, head: &[String], rows: &[Vec<String>]) -> anyhow::Result<(Vec<String>, Panel)> {
    let units = head.len().saturating_sub(1);
    let shape = || shape(head, rows.first().map_or(&[], Vec::as_slice));
    ensure!(
        units > 0 && rows.first().is_some_and(|row| is_month(&row[0])),
        "{}: {}",
        file.display(),
        shape()
    );
    let (mut months, mut counts) = (Vec::new(), Vec::new());
    for (at, row) in rows.iter().enumerate() {
        let place = || format!("{}: row {}", file.display(), at + 2);
        ensure!(row.len() == head.len(), "{} has {} cells, not {}", place(), row.len(), head.len());
        months.push(row[0].clone());
        for (cell, unit) in row[1..].iter().zip(&head[1..]) {
            let cell = if cell.is_empty() { "0" } else { cell.trim() };
            let count = cell.parse::<f64>();
            counts.push(
                count.with_context(|| format!("{}, {unit}: {cell:?} is no number; {}", place(), shape()))?,
            );
        }
    }
    let first = months.first().map_or(0, |month| calendar_month(month));
    if months.windows(2).any(|pair| pair[0] == pair[1]) {
        bail!("{}: a month has several rows; {}", file.display(), shape());
    }
    in_order(&months).with_context(|| file.display().to_string())?;
    let panel = Panel::new(units, counts, first).with_context(|| file.display().to_string())?;
    Ok((months, panel))
}

/// The same names as numbers, in the order they are first said.
fn numbered(names: &[String]) -> Vec<usize> {
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    names
        .iter()
        .map(|name| {
            let next = numbers.len();
            *numbers.entry(name).or_insert(next)
        })
        .collect()
}

/// What was expected, what was found, and what to do about it.
fn shape(head: &[String], first: &[String]) -> String {
    const SHOWN: usize = 6;
    let few = |cells: &[String]| {
        let more = if cells.len() > SHOWN { ", …" } else { "" };
        format!(
            "{}{more} ({} cells)",
            cells.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", "),
            cells.len()
        )
    };
    let long = first.len() <= SHOWN && first.iter().any(|cell| is_month(cell));
    let hint = if long {
        ". It looks like one row for each unit and month: head the columns unit, month, and then the counts"
    } else {
        ""
    };
    format!(
        "expected are a column of months, written YYYY-MM, one row each, and then one column of counts for each unit, named by its \
         head; found is the head {}, and then the row {}{hint}",
        few(head),
        few(first)
    )
}

/// Whether it is written as a month is, whichever.
fn is_month(cell: &str) -> bool {
    cell.split_once('-').is_some_and(|(year, month)| {
        year.len() == 4 && year.parse::<u32>().is_ok() && month.len() == 2 && month.parse::<u32>().is_ok()
    })
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

fn around(panel: Panel, folder: &Path, units: &[String]) -> anyhow::Result<(Panel, Vec<String>)> {
    let (adjacency, groups) = (folder.join("adjacency.csv"), folder.join("groups.csv"));
    let mut neighbours = vec![Vec::new(); units.len()];
    for pair in rows(&adjacency)?.iter().skip(1) {
        let at = |cell: usize| {
            let name = pair.get(cell).map_or("", String::as_str);
            column(units, name).with_context(|| adjacency.display().to_string())
        };
        neighbours[at(0)?].push(at(1)?);
    }
    let mut members = Vec::with_capacity(units.len());
    for row in rows(&groups)?.iter().skip(1) {
        ensure!(row.len() == 2, "{}: a row is unit,group; not {row:?}", groups.display());
        ensure!(
            units.get(members.len()) == Some(&row[0]),
            "{}: {} is not at its place: the order is that of the panel's columns",
            groups.display(),
            row[0]
        );
        members.push(row[1].clone());
    }
    Ok((panel.in_region(neighbours, numbered(&members))?, members))
}

/// The column a unit is in: by its number, counted from 0, or by its name where only one is called so.
fn column(units: &[String], name: &str) -> anyhow::Result<usize> {
    if let Ok(number) = name.parse::<usize>() {
        ensure!(number < units.len(), "there is no column {number}: there are {} units", units.len());
        return Ok(number);
    }
    let found = units.iter().enumerate().filter(|(_, unit)| *unit == name).map(|(at, _)| at);
    match found.collect::<Vec<usize>>().as_slice() {
        [at] => Ok(*at),
        [] => bail!("no column is called {name:?}"),
        several => {
            let numbers: Vec<String> = several.iter().map(ToString::to_string).collect();
            bail!(
                "{name} is the head of several columns of the panel, those numbered {}, the first unit being 0: write the number of \
                 the one that is meant in place of the name",
                numbers.join(" and ")
            )
        }
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
        let counts = Counts::read(folder.path(), None).unwrap();
        assert_eq!((counts.panel.units(), counts.panel.months()), (2, 3));
        assert_eq!(counts.month("2021-01").unwrap(), 2);
        let error = counts.month("2022-01").unwrap_err().to_string();
        assert_eq!(error, "there is no month 2022-01: the counts are of 2020-11 to 2021-01");
    }

    #[test]
    fn a_name_that_two_columns_bear_is_asked_for_by_number_and_it_is_said_where() {
        let read = |adjacency: &str| {
            Counts::read(folder("month,TJ-SU,TJ-SU\n2020-11,1,2\n", adjacency).path(), None)
        };
        let error = format!("{:#}", read("unit,neighbour\n0,TJ-SU\n").err().unwrap());
        assert!(error.contains("adjacency.csv") && error.contains("those numbered 0 and 1"), "{error}");
        assert!(error.contains("write the number of the one that is meant in place of the name"), "{error}");
        let numbered = format!("{:#}", read("unit,neighbour\n0,1\n").err().unwrap());
        assert!(numbered.contains("groups.csv"), "the numbers are taken, and it reads on: {numbered}");
    }

    #[test]
    fn provinces_of_a_country_are_added_up() {
        let folder = folder("month,a,b\n2020-11,1,2\n2020-12,3,4\n", "unit,neighbour\n");
        std::fs::write(folder.path().join("groups.csv"), "unit,group\na,X\nb,X\n").unwrap();
        let countries = Counts::read(folder.path(), None).unwrap().by_country().unwrap();
        assert_eq!((countries.units.as_slice(), countries.panel.units()), (["X".to_owned()].as_slice(), 1));
        assert_eq!((countries.panel.count(0, 0), countries.panel.count(1, 0)), (3.0, 7.0));
        let alone = Counts::read(&folder.path().join("panel.csv"), None).unwrap().by_country().unwrap();
        assert_eq!(alone.units, ["a", "b"], "without groups the columns are countries");
    }

    #[test]
    fn a_row_for_each_unit_and_month_is_read_as_well() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("long.csv");
        let text = "iso_3166_2,month,events,best\nAF-KAB,2020-11,1,5\nAF-HER,2020-11,2,\nTJ-GB,2020-11,3,7\n";
        std::fs::write(&file, text).unwrap();
        let counts = Counts::read(&file, None).unwrap();
        assert_eq!((counts.units.len(), counts.panel.count(0, 0), counts.panel.count(0, 1)), (3, 5.0, 0.0));
        let countries = Counts::read(&file, Some("events")).unwrap().by_country().unwrap();
        assert_eq!(countries.units, ["AF", "TJ"]);
        assert_eq!((countries.panel.count(0, 0), countries.panel.count(0, 1)), (3.0, 3.0));
        std::fs::write(&file, text.replace(",7", ",many")).unwrap();
        let error = format!("{:#}", Counts::read(&file, None).err().unwrap());
        assert!(error.contains("row 4, TJ-GB: \"many\" is no number"), "{error}");
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
            (
                "unit,when,deaths\na,2020-11,1\n",
                "",
                "found is the head unit, when, deaths (3 cells), and then the row a, 2020-11, 1 (3 cells). It looks like one row for each",
            ),
            (
                "month,unit,deaths\n2020-11,7,1\n2020-11,8,1\n",
                "",
                "a month has several rows; expected are a column of months",
            ),
            ("month,unit,deaths\n2020-11,a,1\n", "", "row 2, unit: \"a\" is no number; expected are"),
            ("only one column\nof prose\n", "", "found is the head only one column (1 cells)"),
        ];
        for (panel, adjacency, expected) in table {
            let folder = folder(panel, adjacency);
            let error =
                Counts::read(folder.path(), None).err().map(|error| format!("{error:#}")).unwrap_or_default();
            assert!(error.contains(expected), "{error:?} does not say {expected:?}");
        }
    }
}
