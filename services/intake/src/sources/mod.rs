//! The formats that files come in, each read record by record into what it says.

pub mod acled;
pub(crate) mod alike;
pub mod cap;
mod citing;
mod coded;
pub mod element;
pub mod feed;
mod fips;
#[cfg(test)]
mod fuzz;
pub mod gdelt;
pub(crate) mod gw;
pub mod hapi;
mod iso;
mod labels;
pub mod look;
pub mod mapped;
mod published;
pub mod quakes;
mod quote;
pub mod records;
pub mod reliefweb;
pub mod roads;
pub(crate) mod row;
pub mod table;
pub mod ucdp;
mod unread;

use std::{collections::BTreeSet, sync::Arc};

use contracts::{gateway::Format, intake::mapping::Mapping};
use domain::{Day, Handling};

use crate::domain::{
    aggregate::Count,
    draft::Draft,
    harvest::Said,
    lead::Item,
    place::{Within, contradiction},
};
pub use citing::{citation, label, terms};
use element::Encoding;
use mapped::Mapped;
use records::{Record, Shape, lines::Dialect};
use row::{Columns, Row};

/// How the records of one file are read: its format, and where its columns stand or what its head says.
#[derive(Clone, Debug)]
pub struct Layout {
    format: Format,
    shape: Shape,
    columns: Columns,
    encoding: Encoding,
    gdelt: Option<gdelt::Version>,
    mapped: Option<Arc<Mapped>>,
    terms: Terms,
    besides: Option<Handling>,
    /// When the release came out that the file is of, where its name tells.
    edition: Option<Day>,
    bringer: feed::Bringer,
    /// Names of sources that no row of it may bear, as names are compared: they have roads of their own.
    others: Arc<BTreeSet<String>>,
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
        Format::Gdelt => Shape::Lines(gdelt::DIALECT),
        Format::Feed => Shape::Elements(feed::RECORDS),
        Format::Reliefweb => Shape::Array,
        Format::HapiConflict if matches!(start.trim_ascii_start(), [b'{' | b'[', ..]) => Shape::Array,
        _ => Shape::Lines(Dialect::COMMA),
    };
    fitting(format, shape, start)
}

/// How a file falls into records that is read by this mapping.
///
/// # Errors
/// Why it cannot be a table, and what it looks like.
pub fn mapped_shape(mapping: &Mapping, start: &[u8]) -> Result<Shape, String> {
    fitting(Format::Mapped, mapped::shape(mapping), start)
}

fn fitting(format: Format, shape: Shape, start: &[u8]) -> Result<Shape, String> {
    match look::objection(shape, start) {
        None => Ok(shape),
        Some(why) => Err(format!("this is no {format} file: {why}")),
    }
}

/// Whether the first line of such a table is a record like any other, and names no columns.
pub const fn is_headless(format: Format) -> bool {
    matches!(format, Format::Gdelt)
}

impl Layout {
    /// Reads the header of a table, its first line where it has none, or the head of a document.
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
            Format::HapiConflict if shape == Shape::Array => &[],
            Format::HapiConflict => hapi::REQUIRED,
            Format::Cap | Format::Gdelt | Format::Feed | Format::Reliefweb => &[],
            Format::Mapped => return Err("a mapped file names its mapping".to_owned()),
        };
        let wrong = |why| format!("this is no {format} file: {why}");
        let gdelt = match format {
            Format::Gdelt => Some(gdelt::Version::of(header).map_err(wrong)?),
            _ => None,
        };
        let (columns, encoding) = match (shape, gdelt) {
            (Shape::Lines(_), Some(version)) => (version.columns(), Encoding::UTF_8),
            (Shape::Lines(_), None) => (Columns::read(header)?, Encoding::UTF_8),
            (Shape::Elements(_), _) => {
                let head = String::from_utf8_lossy(header);
                let check = if format == Format::Feed { feed::check_root } else { cap::check_root };
                check(&head).map_err(wrong)?;
                (Columns::none(), Encoding::declared(header)?)
            }
            (Shape::Array, _) => (Columns::none(), Encoding::UTF_8),
        };
        columns.require(required).map_err(|why| {
            let other =
                look::table(header).map_or_else(String::new, |format| format!("; it looks like {format}"));
            format!("this is no {format} file: {why}{other}")
        })?;
        Ok(Self {
            format,
            shape,
            columns,
            encoding,
            gdelt,
            mapped: None,
            terms,
            besides: None,
            edition: None,
            bringer: feed::Bringer::default(),
            others: Arc::default(),
        })
    }
    /// The same for what this source brings.
    #[must_use]
    pub fn brought_by(self, bringer: feed::Bringer) -> Self {
        Self { bringer, ..self }
    }
    /// The same of a table whose rows may not bear these names of sources, as `alike::folded` writes them.
    #[must_use]
    pub fn apart_from(self, others: Arc<BTreeSet<String>>) -> Self {
        Self { others, ..self }
    }
    /// How a file whose first line says this is read by a mapping.
    ///
    /// # Errors
    /// Why it cannot be: which columns it lacks.
    pub fn mapped(mapping: Mapping, first: &str, terms: Terms) -> Result<Self, String> {
        let shape = mapped::shape(&mapping);
        let mapped = Mapped::of(mapping, first)?;
        Ok(Self {
            format: Format::Mapped,
            shape,
            columns: mapped.columns().clone(),
            encoding: Encoding::UTF_8, // a mapping has its own
            gdelt: None,
            mapped: Some(Arc::new(mapped)),
            terms,
            besides: None,
            edition: None,
            bringer: feed::Bringer::default(),
            others: Arc::default(),
        })
    }
    /// The same of a file that is called so: of a dataset that comes in releases the name tells which it is.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self { edition: ucdp::edition(name), ..self }
    }
    /// The same with handling that is joined to what the format says of each record: it never widens it.
    #[must_use]
    pub fn under(self, besides: Option<Handling>) -> Self {
        Self { besides, ..self }
    }
    /// How a file of it falls into records.
    pub fn shape(&self) -> Shape {
        self.shape
    }
    /// The names of its columns; none in a document.
    pub fn columns(&self) -> &[String] {
        self.columns.names()
    }
    /// How many columns every record has; none in a document.
    pub fn width(&self) -> usize {
        self.columns.width()
    }
    /// The same for a record that somebody has written anew, which is in UTF-8 whatever the file was in.
    #[must_use]
    pub fn in_utf8(&self) -> Self {
        let mapped = self.mapped.as_ref().map(|mapped| Arc::new(mapped.in_utf8()));
        Self { encoding: Encoding::UTF_8, mapped, ..self.clone() }
    }
    /// Reads one record.
    ///
    /// # Errors
    /// Everything that is wrong with it and how to mend it.
    pub fn read(&self, record: &Record) -> Result<Said, String> {
        if let Some(fault) = &record.fault {
            return Err(fault.to_string());
        }
        let said = match (self.format, self.gdelt) {
            (Format::Cap, _) => cap::read(&record.bytes, self.encoding, self.terms),
            (Format::Feed, _) => {
                feed::read(&record.bytes, self.encoding, (self.terms, &self.bringer)).map(lead)
            }
            (Format::Reliefweb, _) => reliefweb::read(&record.bytes, (self.terms, &self.bringer)).map(lead),
            (Format::HapiConflict, _) => {
                self.read_count(&record.bytes).map(|count| Said::Count(Box::new(count)))
            }
            (_, Some(version)) => self.read_mention(&record.bytes, version),
            (Format::UsgsEarthquakes, _) => self.read_quake(&record.bytes),
            (Format::UcdpGed, _) => self.read_ucdp(&record.bytes, ucdp::Release::Final),
            (Format::UcdpCandidate, _) => self.read_ucdp(&record.bytes, ucdp::Release::Candidate),
            _ => self.read_line(&record.bytes).and_then(|draft| self.own(draft)).and_then(fact),
        };
        said.map(|said| self.handled(said))
    }
    fn read_mention(&self, bytes: &[u8], version: gdelt::Version) -> Result<Said, String> {
        let fields = version.fit(records::lines::fields_in(bytes, gdelt::DIALECT)?)?;
        let mut row = Row::new(&self.columns, &fields)?;
        let said = gdelt::read(&mut row, self.terms);
        row.finish(said)
    }
    fn read_count(&self, bytes: &[u8]) -> Result<Count, String> {
        if self.shape == Shape::Array {
            return hapi::read_json(bytes, self.terms);
        }
        let fields = records::lines::fields(bytes)?;
        let mut row = Row::new(&self.columns, &fields)?;
        let count = hapi::read(&mut row, self.terms);
        row.finish(count)
    }
    fn read_quake(&self, bytes: &[u8]) -> Result<Said, String> {
        let fields = records::lines::fields(bytes)?;
        let mut row = Row::new(&self.columns, &fields)?;
        let gone = quakes::gone(&mut row, self.terms);
        if gone.is_some() {
            return row.finish(gone);
        }
        let draft = quakes::usgs(&mut row, self.terms);
        row.finish(draft).and_then(fact)
    }
    fn read_ucdp(&self, bytes: &[u8], release: ucdp::Release) -> Result<Said, String> {
        let fields = records::lines::fields(bytes)?;
        let mut row = Row::new(&self.columns, &fields)?;
        let read = ucdp::read(&mut row, (release, self.edition), self.terms);
        let (draft, remark) = row.finish(read)?;
        Ok(match (fact(draft)?, remark) {
            (Said::Fact(draft), Some(remark)) => Said::Remarked(draft, remark),
            (said, _) => said,
        })
    }
    fn read_line(&self, bytes: &[u8]) -> Result<Draft, String> {
        if let Some(mapped) = &self.mapped {
            return mapped.read(bytes, self.terms);
        }
        let fields = records::lines::fields(bytes)?;
        let mut row = Row::new(&self.columns, &fields)?;
        let draft = match self.format {
            Format::Acled => acled::read(&mut row, self.terms),
            Format::NceiEarthquakes => quakes::ncei(&mut row, self.terms),
            Format::Csv => table::read(&mut row, self.terms),
            Format::Cap
            | Format::UcdpGed
            | Format::UcdpCandidate
            | Format::Gdelt
            | Format::UsgsEarthquakes
            | Format::Feed
            | Format::Reliefweb
            | Format::HapiConflict
            | Format::Mapped => None,
        };
        row.finish(draft)
    }
    /// A fact, unless its source has another road.
    fn own(&self, draft: Draft) -> Result<Draft, String> {
        if self.others.contains(&alike::folded(&draft.source)) {
            let noun = if self.mapped.is_some() { "field" } else { "column" };
            return Err(format!("{noun} source: {}", roads::kept(&draft.source)));
        }
        Ok(draft)
    }
    /// What was read, under the handling that holds besides the format's own.
    fn handled(&self, said: Said) -> Said {
        let Some(besides) = &self.besides else { return said };
        let joined = |draft: Draft| {
            let joined = draft.handling.join(besides);
            draft.under(joined)
        };
        match said {
            Said::Fact(draft) => Said::Fact(Box::new(joined(*draft))),
            Said::Remarked(draft, remark) => Said::Remarked(Box::new(joined(*draft)), remark),
            Said::Count(mut count) => {
                count.handling = count.handling.join(besides);
                Said::Count(count)
            }
            Said::Message(mut message) => {
                message.draft = joined(message.draft);
                message.beside = message.beside.into_iter().map(joined).collect();
                Said::Message(message)
            }
            Said::Media(mut mention) => {
                mention.besides = Some(besides.clone());
                Said::Media(mention)
            }
            Said::Lead(mut item) => {
                item.handling = item.handling.join(besides);
                Said::Lead(item)
            }
            other @ (Said::Gone(_) | Said::Passed(_)) => other,
        }
    }
}

fn lead(item: Item) -> Said {
    Said::Lead(Box::new(item))
}

/// A fact, unless it cannot be taken.
fn fact(draft: Draft) -> Result<Said, String> {
    let place = &draft.place;
    let within =
        Within { country: place.country, province: place.province.as_ref(), radius_km: place.radius_km };
    if let Some(why) = place.point.and_then(|point| contradiction(point, within)) {
        return Err(why);
    }
    draft.objection().map_or(Ok(Said::Fact(Box::new(draft))), Err)
}

/// Whether a record right below the header is a second header line, as the files of HDX have one: `#event+id,…`.
pub fn is_hashtags(record: &Record) -> bool {
    let Ok(fields) = records::lines::fields(&record.bytes) else { return false };
    let written: Vec<&str> = fields.iter().map(|f| f.trim()).filter(|f| !f.is_empty()).collect();
    !written.is_empty() && written.iter().all(|field| field.starts_with('#'))
}
