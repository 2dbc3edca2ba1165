//! The formats that files come in, each read record by record into drafts.

pub mod acled;
pub(crate) mod gw;
mod iso;
pub mod quakes;
pub mod records;
mod row;
pub mod table;
pub mod ucdp;

use contracts::{gateway::Format, intake::sources::SourceTerms};
use domain::{Day, Handling, Redistribution};

use crate::domain::draft::Draft;
use records::Record;
use row::{Columns, Row};

/// How the records of one file are read: its format, and where its columns stand.
#[derive(Clone, Debug)]
pub struct Layout {
    format: Format,
    columns: Columns,
    terms: Terms,
    besides: Option<Handling>,
}

/// What holds for all records of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The day the file was received: nothing in it happened much later.
    pub received_on: Day,
    /// Whether it is part of an exercise.
    pub exercise: bool,
}

impl Layout {
    /// Reads the header of a file.
    ///
    /// # Errors
    /// Why the file cannot be read at all: what is missing and what was found.
    pub fn of(format: Format, header: &[u8], terms: Terms) -> Result<Self, String> {
        let required = match format {
            Format::UcdpGed | Format::UcdpCandidate => ucdp::REQUIRED,
            Format::Acled => acled::REQUIRED,
            Format::UsgsEarthquakes => quakes::USGS_REQUIRED,
            Format::NceiEarthquakes => quakes::NCEI_REQUIRED,
            Format::Csv => table::REQUIRED,
        };
        let columns = Columns::read(header)?;
        columns.require(required).map_err(|why| format!("this is no {format} file: {why}"))?;
        Ok(Self { format, columns, terms, besides: None })
    }
    /// The same with handling that is joined to what the format says of each record: it never widens it.
    #[must_use]
    pub fn under(self, besides: Option<Handling>) -> Self {
        Self { besides, ..self }
    }
    /// How many columns every record has.
    pub fn width(&self) -> usize {
        self.columns.width()
    }
    /// Reads one record.
    ///
    /// # Errors
    /// Everything that is wrong with it and how to mend it.
    pub fn read(&self, record: &Record) -> Result<Draft, String> {
        if let Some(fault) = &record.fault {
            return Err(fault.to_string());
        }
        let fields = records::fields(&record.bytes)?;
        let mut row = Row::new(&self.columns, &fields)?;
        let draft = match self.format {
            Format::UcdpGed => ucdp::read(&mut row, ucdp::Release::Final, self.terms),
            Format::UcdpCandidate => ucdp::read(&mut row, ucdp::Release::Candidate, self.terms),
            Format::Acled => acled::read(&mut row, self.terms),
            Format::UsgsEarthquakes => quakes::usgs(&mut row, self.terms),
            Format::NceiEarthquakes => quakes::ncei(&mut row, self.terms),
            Format::Csv => table::read(&mut row, self.terms),
        };
        let mut draft = row.finish(draft)?;
        if let Some(besides) = &self.besides {
            draft.handling = draft.handling.join(besides);
        }
        draft.objection().map_or(Ok(draft), Err)
    }
}

/// Whether a record right below the header is a second header line, as the files of HDX have one: `#event+id,…`.
pub fn is_hashtags(record: &Record) -> bool {
    let Ok(fields) = records::fields(&record.bytes) else { return false };
    let written: Vec<&str> = fields.iter().map(|f| f.trim()).filter(|f| !f.is_empty()).collect();
    !written.is_empty() && written.iter().all(|field| field.starts_with('#'))
}

/// On whose terms data of this format comes; `None` where each row brings its own.
pub fn terms(format: Format) -> Option<SourceTerms> {
    let of = |licence: &str, redistribution, citation: &str| {
        Some(SourceTerms { licence: licence.to_owned(), redistribution, citation: citation.to_owned() })
    };
    match format {
        Format::UcdpGed => of("CC-BY-4.0", Redistribution::Raw, ucdp::Release::Final.citation()),
        Format::UcdpCandidate => of("CC-BY-4.0", Redistribution::Raw, ucdp::Release::Candidate.citation()),
        Format::Acled => of("ACLED-Terms", Redistribution::Derived, acled::CITATION),
        Format::UsgsEarthquakes => of("public domain", Redistribution::Raw, quakes::USGS_CITATION),
        Format::NceiEarthquakes => of("public domain", Redistribution::Raw, quakes::NCEI_CITATION),
        Format::Csv => None,
    }
}

/// How data of this format is cited, with the day of access.
pub fn citation(format: Format, name: &str, accessed: Day) -> String {
    match format {
        Format::UcdpGed => format!("{} Accessed {accessed}.", ucdp::Release::Final.citation()),
        Format::UcdpCandidate => format!("{} Accessed {accessed}.", ucdp::Release::Candidate.citation()),
        Format::Acled => format!("{} Accessed {accessed}.", acled::CITATION),
        Format::UsgsEarthquakes => format!("{} Accessed {accessed}.", quakes::USGS_CITATION),
        Format::NceiEarthquakes => format!("{} Accessed {accessed}.", quakes::NCEI_CITATION),
        Format::Csv => format!("Observation table {name:?}, received {accessed}; each row names its source."),
    }
}
