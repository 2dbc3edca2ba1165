//! Cutting a stream of bytes into records, each with its original bytes and its place: the lines of a table, the elements of
//! an XML document, the elements of a JSON array. Never is a whole file held.

use std::fmt;

pub mod json;
pub mod lines;
pub mod xml;

/// The longest record taken, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;
/// How deep the parts of a document may stand in each other.
pub const MAX_DEPTH: usize = 64;

/// One record as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The line it begins in, from 1.
    pub line: u64,
    /// How many records of a document begin before it in the same line; 0 in a table.
    pub beside: u64,
    /// Where it begins, in bytes from the start of the file.
    pub offset: u64,
    /// Where the next one begins, or where this one has ended.
    pub next_offset: u64,
    /// The line that is.
    pub next_line: u64,
    /// Its bytes; of a line without the line end.
    pub bytes: Vec<u8>,
    /// Why it cannot be read, whatever it holds.
    pub fault: Option<Fault>,
}

/// Why a record cannot be cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A record of so many bytes, of which only the first [`MAX_BYTES`] are kept.
    TooLong(u64),
    /// A quote opens and what follows up to its close makes no record.
    Unclosed,
    /// An element of this name is not closed before the next one begins or what holds it ends.
    Unended(String),
    /// Its parts stand more than [`MAX_DEPTH`] deep in each other.
    TooDeep,
    /// The document ends within it.
    CutShort,
    /// A bracket closes what another opened.
    Crossed,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong(bytes) => write!(
                f,
                "the record has {bytes} bytes and at most {MAX_BYTES} are taken (the first {MAX_BYTES} are kept here); shorten \
                 its texts, or check that the line ends are those of a text file"
            ),
            Self::Unclosed => f.write_str(
                "a quote opens in this line and is not closed where a record could end; close it, or double it where it is \
                 part of the text (reading went on with the next line)",
            ),
            Self::Unended(name) => write!(
                f,
                "the element <{name}> is not closed before the next one begins or what holds it ends; write its </{name}> \
                 (reading went on behind it)"
            ),
            Self::TooDeep => write!(
                f,
                "its parts stand more than {MAX_DEPTH} deep in each other, which no format here does; it was not read"
            ),
            Self::CutShort => f.write_str("the document ends within this record: it was cut short; send it whole"),
            Self::Crossed => f.write_str("a bracket closes here what another one opened; mend the brackets"),
        }
    }
}

/// How a file falls into records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Lines of a table.
    Lines(lines::Dialect),
    /// Elements of these names, wherever they stand in an XML document; none within another.
    Elements(&'static [&'static str]),
    /// Elements of the JSON array that is the document, or stands under `data` or `results`.
    Array,
}

/// Cuts records out of bytes that come in chunks. Holds at most one record and one chunk.
#[derive(Debug)]
pub enum Splitter {
    /// Of a table.
    Lines(lines::Splitter),
    /// Of an XML document.
    Xml(Box<xml::Splitter>),
    /// Of a JSON document.
    Json(Box<json::Splitter>),
}

impl Default for Splitter {
    fn default() -> Self {
        Self::new(Shape::Lines(lines::Dialect::COMMA))
    }
}

impl Splitter {
    /// One for files of this shape.
    pub fn new(shape: Shape) -> Self {
        match shape {
            Shape::Lines(dialect) => Self::Lines(lines::Splitter::new(dialect)),
            Shape::Elements(names) => Self::Xml(Box::new(xml::Splitter::new(names))),
            Shape::Array => Self::Json(Box::default()),
        }
    }
    /// Says how many fields a line has; a document has none.
    pub fn expect_width(&mut self, width: usize) {
        if let Self::Lines(lines) = self {
            lines.expect_width(width);
        }
    }
    /// Goes on from a record that begins there, further on in the file.
    pub fn seek(&mut self, offset: u64, line: u64) {
        match self {
            Self::Lines(lines) => lines.seek(offset, line),
            Self::Xml(xml) => xml.seek(offset),
            Self::Json(json) => json.seek(offset),
        }
    }
    /// Takes the next bytes of the file.
    pub fn push(&mut self, chunk: &[u8]) {
        match self {
            Self::Lines(lines) => lines.push(chunk),
            Self::Xml(xml) => xml.push(chunk),
            Self::Json(json) => json.push(chunk),
        }
    }
    /// Takes note that the file ends here.
    pub fn end(&mut self) {
        match self {
            Self::Lines(lines) => lines.end(),
            Self::Xml(xml) => xml.end(),
            Self::Json(json) => json.end(),
        }
    }
    /// The next record that is complete. `None` until more bytes come, at the end, or where the document is in trouble.
    pub fn next_record(&mut self) -> Option<Record> {
        match self {
            Self::Lines(lines) => lines.next_record(),
            Self::Xml(xml) => xml.next_record(),
            Self::Json(json) => json.next_record(),
        }
    }
    /// Why the document cannot be read on, in words for the one who sent it; lines can always.
    pub fn trouble(&self) -> Option<&str> {
        match self {
            Self::Lines(_) => None,
            Self::Xml(xml) => xml.trouble(),
            Self::Json(json) => json.trouble(),
        }
    }
    /// What stands before the first record of a document and says how to read it; known once a record was cut or the
    /// document has ended. A table has its header as its first record.
    pub fn head(&self) -> Vec<u8> {
        match self {
            Self::Lines(_) => Vec::new(),
            Self::Xml(xml) => xml.head(),
            Self::Json(_) => b"[".to_vec(),
        }
    }
}

/// How many bytes the byte order mark of UTF-8 takes at the beginning of a file; `None` until more bytes tell.
fn byte_order_mark(held: &[u8], ended: bool) -> Option<usize> {
    const MARK: &[u8] = b"\xEF\xBB\xBF";
    if held.starts_with(MARK) {
        return Some(MARK.len());
    }
    (ended || !MARK.starts_with(held)).then_some(0)
}

/// The one record that these bytes are.
///
/// # Errors
/// When they are none, or several.
pub fn only(shape: Shape, bytes: &[u8], width: usize) -> Result<Record, String> {
    let mut splitter = Splitter::new(shape);
    splitter.expect_width(width);
    if shape == Shape::Array {
        splitter.push(b"[");
    }
    splitter.push(bytes);
    if shape == Shape::Array {
        splitter.push(b"]");
    }
    splitter.end();
    let Some(record) = splitter.next_record() else {
        return Err(match shape {
            Shape::Lines(_) => "the line is empty".to_owned(),
            Shape::Elements(names) => format!("there is no element {} in it", names.join(", ")),
            Shape::Array => "there is no value in it".to_owned(),
        });
    };
    match splitter.next_record() {
        None => Ok(record),
        Some(_) => Err("these are several records; give one".to_owned()),
    }
}

#[cfg(test)]
#[path = "records/documents_tests.rs"]
mod tests;
