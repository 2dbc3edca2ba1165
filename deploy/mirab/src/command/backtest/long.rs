//! Counts with a row for each unit and month, as event data is often passed on.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, bail, ensure};

/// The column that is taken where there are several and none is named.
const USUAL: &str = "best";

/// A row of text: its cells.
type Row = Vec<String>;

/// Which columns a file of such rows is read by.
pub(super) struct Columns {
    counted: usize,
}

/// A table with a column per unit: its head, and a row for each month.
pub(super) struct Wide {
    pub(super) head: Row,
    pub(super) rows: Vec<Row>,
}

impl Columns {
    /// `None` where the head is not that of a unit, a month and counts.
    pub(super) fn of(head: &[String], asked: Option<&str>) -> anyhow::Result<Option<Self>> {
        if head.len() < 3 || !head[1].trim().eq_ignore_ascii_case("month") {
            ensure!(
                asked.is_none(),
                "--column is for files with a row for each unit and month: unit,month, then counts"
            );
            return Ok(None);
        }
        let named = |name: &str| head.iter().skip(2).position(|of| of == name).map(|at| at + 2);
        let columns = || head[2..].join(", ");
        let counted = match asked {
            Some(name) => {
                named(name).with_context(|| format!("there is no column {name}: there are {}", columns()))?
            }
            None if head.len() == 3 => 2,
            None => named(USUAL).with_context(|| format!("say --column: there are {}", columns()))?,
        };
        Ok(Some(Self { counted }))
    }

    /// The same counts with a column for each unit; every unit must have every month, once.
    pub(super) fn widen(&self, head: &[String], rows: &[Row]) -> anyhow::Result<Wide> {
        let mut units: Vec<String> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut cells: BTreeMap<&str, BTreeMap<usize, &str>> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate() {
            let place = at + 2;
            ensure!(row.len() == head.len(), "row {place} has {} cells, not {}", row.len(), head.len());
            let (unit, cell) = (&row[0], row[self.counted].trim());
            ensure!(
                cell.is_empty() || cell.parse::<f64>().is_ok(),
                "row {place}, {unit}: {cell:?} is no number"
            );
            let unit = *places.entry(row[0].as_str()).or_insert_with(|| {
                units.push(row[0].clone());
                units.len() - 1
            });
            let month = cells.entry(row[1].as_str()).or_default();
            if month.insert(unit, cell).is_some() {
                bail!("row {place} tells of {}, {} a second time", row[0], row[1]);
            }
        }
        let mut wide = Vec::with_capacity(cells.len());
        for (month, counts) in cells {
            let missing = (0..units.len()).find(|unit| !counts.contains_key(unit));
            if let Some(unit) = missing {
                bail!(
                    "{} has no row for {month}: every unit needs one for every month, also where nothing happened",
                    units[unit]
                );
            }
            wide.push(std::iter::once(month).chain(counts.into_values()).map(str::to_owned).collect());
        }
        units.insert(0, head[1].clone());
        Ok(Wide { head: units, rows: wide })
    }
}

/// The countries of units that are named by ISO 3166-2, as AF-KAB: what stands before the dash; none unless all are.
pub(super) fn countries(units: &[String]) -> Vec<String> {
    let of = |unit: &String| {
        let (country, rest) = unit.split_once('-')?;
        let named = country.len() == 2 && country.bytes().all(|letter| letter.is_ascii_uppercase());
        (named && !rest.is_empty()).then(|| country.to_owned())
    };
    units.iter().map(of).collect::<Option<Vec<_>>>().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> (Row, Vec<Row>) {
        let mut rows = text.lines().map(|line| line.split(',').map(str::to_owned).collect());
        (rows.next().unwrap_or_default(), rows.collect())
    }

    fn widened(text: &str, column: Option<&str>) -> Result<Vec<Row>, String> {
        let (head, rows) = table(text);
        let columns = Columns::of(&head, column).map_err(|error| error.to_string())?;
        let columns = columns.ok_or("not of this shape")?;
        let wide = columns.widen(&head, &rows).map_err(|error| error.to_string())?;
        Ok([vec![wide.head], wide.rows].concat())
    }

    #[test]
    fn each_unit_gets_a_column_of_the_counts_that_are_asked_for() {
        let text = "code,month,events,best\nAF-KAB,2020-01,1,5\nAF-KAB,2020-02,0,0\nTJ-GB,2020-02,3,9\nTJ-GB,2020-01,2,7";
        let expected = |rows: &str| table(rows).1.into_iter().collect::<Vec<_>>();
        assert_eq!(widened(text, None).unwrap()[1..], expected("x\n2020-01,5,7\n2020-02,0,9"));
        assert_eq!(widened(text, Some("events")).unwrap()[1..], expected("x\n2020-01,1,2\n2020-02,0,3"));
        assert_eq!(widened(text, None).unwrap()[0], ["month", "AF-KAB", "TJ-GB"]);
    }

    #[test]
    fn what_is_missing_told_twice_or_not_named_is_refused() {
        let table = [
            ("u,month,a,b\nx,2020-01,1,2", None, "say --column: there are a, b"),
            ("u,month,a,b\nx,2020-01,1,2", Some("c"), "there is no column c: there are a, b"),
            ("u,month,a\nx,2020-01,1\nx,2020-01,2", None, "row 3 tells of x, 2020-01 a second time"),
            ("u,month,a\nx,2020-01,1\ny,2020-02,2", None, "y has no row for 2020-01"),
            ("u,month,a\nx,2020-01", None, "row 2 has 2 cells, not 3"),
            ("month,a,b\n2020-01,1,2", Some("a"), "--column is for files with a row for each unit and month"),
            ("month,a,b\n2020-01,1,2", None, "not of this shape"),
        ];
        for (text, column, expected) in table {
            let error = widened(text, column).unwrap_err();
            assert!(error.contains(expected), "{error:?} does not say {expected:?}");
        }
    }

    #[test]
    fn units_by_iso_names_tell_their_countries() {
        let names =
            |units: &[&str]| countries(&units.iter().map(|unit| (*unit).to_owned()).collect::<Vec<_>>());
        assert_eq!(names(&["AF-KAB", "TJ-GB", "AF-HER"]), ["AF", "TJ", "AF"]);
        for other in ["Kabul", "af-kab", "AF-", "AFG-KAB"] {
            assert!(names(&["AF-KAB", other]).is_empty(), "{other}");
        }
    }
}
