//! The formats that files come in, each read record by record into what it says.

pub mod acled;
pub mod cap;
pub mod element;
mod gw;
mod iso;
mod look;
pub mod quakes;
pub mod records;
mod row;
pub mod table;
pub mod ucdp;

use contracts::gateway::Format;
use domain::Day;

use crate::domain::{draft::Draft, harvest::Said};
use element::Encoding;
use records::{Record, Shape, lines::Dialect};
use row::{Columns, Row};

/// How the records of one file are read: its format, and where its columns stand or what its head says.
#[derive(Clone, Debug)]
pub struct Layout {
    format: Format,
    shape: Shape,
    columns: Columns,
    encoding: Encoding,
    terms: Terms,
}

/// What holds for all records of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The day the file was received: nothing in it happened much later.
    pub received_on: Day,
    /// Whether it is part of an exercise.
    pub exercise: bool,
}

/// How a file of this format falls into records, by its first bytes.
///
/// # Errors
/// Why it cannot be one of this format, and what it looks like.
pub fn shape(format: Format, start: &[u8]) -> Result<Shape, String> {
    let shape = match format {
        Format::Cap => Shape::Elements(cap::RECORDS),
        _ => Shape::Lines(Dialect::COMMA),
    };
    match look::objection(shape, start) {
        None => Ok(shape),
        Some(why) => Err(format!("this is no {format} file: {why}")),
    }
}

impl Layout {
    /// Reads the header of a table, or the head of a document.
    ///
    /// # Errors
    /// Why the file cannot be read at all: what is missing and what was found.
    pub fn of(format: Format, header: &[u8], terms: Terms) -> Result<Self, String> {
        let shape = shape(format, header)?;
        let required = match format {
            Format::UcdpGed | Format::UcdpCandidate => ucdp::REQUIRED,
            Format::Acled => acled::REQUIRED,
            Format::UsgsEarthquakes => quakes::USGS_REQUIRED,
            Format::NceiEarthquakes => quakes::NCEI_REQUIRED,
            Format::Csv => table::REQUIRED,
            Format::Cap => &[],
        };
        let (columns, encoding) = match shape {
            Shape::Lines(_) => (Columns::read(header)?, Encoding::UTF_8),
            Shape::Elements(_) => {
                let wrong = |why| format!("this is no {format} file: {why}");
                cap::check_root(&String::from_utf8_lossy(header)).map_err(wrong)?;
                (Columns::none(), Encoding::declared(header)?)
            }
            Shape::Array => (Columns::none(), Encoding::UTF_8),
        };
        columns.require(required).map_err(|why| {
            let other =
                look::table(header).map_or_else(String::new, |format| format!("; it looks like {format}"));
            format!("this is no {format} file: {why}{other}")
        })?;
        Ok(Self { format, shape, columns, encoding, terms })
    }
    /// How a file of it falls into records.
    pub fn shape(&self) -> Shape {
        self.shape
    }
    /// How many columns every record has; none in a document.
    pub fn width(&self) -> usize {
        self.columns.width()
    }
    /// The same for a record that somebody has written anew, which is in UTF-8 whatever the file was in.
    #[must_use]
    pub fn in_utf8(&self) -> Self {
        Self { encoding: Encoding::UTF_8, ..self.clone() }
    }
    /// Reads one record.
    ///
    /// # Errors
    /// Everything that is wrong with it and how to mend it.
    pub fn read(&self, record: &Record) -> Result<Said, String> {
        if let Some(fault) = &record.fault {
            return Err(fault.to_string());
        }
        match self.format {
            Format::Cap => cap::read(&record.bytes, self.encoding, self.terms),
            _ => self.read_line(&record.bytes).and_then(fact),
        }
    }
    fn read_line(&self, bytes: &[u8]) -> Result<Draft, String> {
        let fields = records::lines::fields(bytes)?;
        let mut row = Row::new(&self.columns, &fields)?;
        let draft = match self.format {
            Format::UcdpGed => ucdp::read(&mut row, ucdp::Release::Final, self.terms),
            Format::UcdpCandidate => ucdp::read(&mut row, ucdp::Release::Candidate, self.terms),
            Format::Acled => acled::read(&mut row, self.terms),
            Format::UsgsEarthquakes => quakes::usgs(&mut row, self.terms),
            Format::NceiEarthquakes => quakes::ncei(&mut row, self.terms),
            Format::Csv => table::read(&mut row, self.terms),
            Format::Cap => None,
        };
        row.finish(draft)
    }
}

/// A fact, unless it cannot be taken.
fn fact(draft: Draft) -> Result<Said, String> {
    match draft.objection() {
        Some(why) => Err(why),
        None => Ok(Said::Fact(Box::new(draft))),
    }
}

/// Whether a record right below the header is a second header line, as the files of HDX have one: `#event+id,…`.
pub fn is_hashtags(record: &Record) -> bool {
    let Ok(fields) = records::lines::fields(&record.bytes) else { return false };
    let written: Vec<&str> = fields.iter().map(|f| f.trim()).filter(|f| !f.is_empty()).collect();
    !written.is_empty() && written.iter().all(|field| field.starts_with('#'))
}

/// How data of this format is cited, with the day of access.
pub fn citation(format: Format, name: &str, accessed: Day) -> String {
    match format {
        Format::UcdpGed => format!("{} Accessed {accessed}.", ucdp::Release::Final.citation()),
        Format::UcdpCandidate => format!("{} Accessed {accessed}.", ucdp::Release::Candidate.citation()),
        Format::Acled => format!("{} Accessed {accessed}.", acled::CITATION),
        Format::UsgsEarthquakes => format!("{} Accessed {accessed}.", quakes::USGS_CITATION),
        Format::NceiEarthquakes => format!("{} Accessed {accessed}.", quakes::NCEI_CITATION),
        Format::Cap => {
            format!("Common Alerting Protocol messages {name:?}, received {accessed}; each names its sender.")
        }
        Format::Csv => format!("Observation table {name:?}, received {accessed}; each row names its source."),
    }
}
