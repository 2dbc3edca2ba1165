//! Cutting a stream of bytes into the records of a CSV file, each with its original bytes and its line.
//!
//! The `csv` crate gives neither the original bytes nor a way on after a quote that is never closed: there, one stray quote
//! swallows the rest of the file. Here it costs the line it stands in.

use std::borrow::Cow;

use super::{Fault, MAX_BYTES, Record, byte_order_mark};
use crate::sources::element::likely;

/// The most line breaks that one record's quoted texts may hold; real files were seen with 21.
pub const MAX_BREAKS: usize = 250;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// What stands between two fields, in ASCII.
    pub delimiter: u8,
    /// Whether a field may stand in quotes; where not, a quote is a letter as any other.
    pub quotes: bool,
}

impl Dialect {
    /// Fields between commas, in quotes where need be.
    pub const COMMA: Self = Self { delimiter: b',', quotes: true };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    FieldStart,
    Plain,
    Quoted,
    /// After a quote within quotes: it closes, or is the first of two.
    QuoteSeen,
}

/// How far a record has been scanned.
#[derive(Clone, Copy, Debug)]
struct Scan {
    at: usize,
    within: Within,
    fields: usize,
    breaks: u64,
    first_break: Option<usize>,
    /// Whether text follows right behind a closing quote.
    ragged: bool,
}

const FRESH: Scan =
    Scan { at: 0, within: Within::FieldStart, fields: 1, breaks: 0, first_break: None, ragged: false };

/// Cuts records out of bytes that come in chunks. Holds at most one record and one chunk.
#[derive(Debug)]
pub struct Splitter {
    dialect: Dialect,
    buffer: Vec<u8>,
    start: usize,
    scan: Scan,
    offset: u64,
    line: u64,
    to_skip: u64,
    overlong: Option<(Vec<u8>, u64)>,
    width: Option<usize>,
    ended: bool,
}

impl Default for Splitter {
    fn default() -> Self {
        Self::new(Dialect::COMMA)
    }
}

impl Splitter {
    /// One for tables written so.
    pub fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            buffer: Vec::new(),
            start: 0,
            scan: FRESH,
            offset: 0,
            line: 1,
            to_skip: 0,
            overlong: None,
            width: None,
            ended: false,
        }
    }
    /// Says how many fields a record has: one of several lines with another number is taken for an unclosed quote.
    pub fn expect_width(&mut self, width: usize) {
        self.width = Some(width);
    }
    /// Goes on from a record that begins there, further on in the file.
    pub fn seek(&mut self, offset: u64, line: u64) {
        let ahead = offset.saturating_sub(self.offset);
        let held = ahead.min((self.buffer.len() - self.start) as u64);
        self.start += held as usize;
        self.to_skip = ahead - held;
        (self.offset, self.line, self.scan) = (offset, line, FRESH);
    }
    /// Takes the next bytes of the file.
    pub fn push(&mut self, chunk: &[u8]) {
        let skipped = self.to_skip.min(chunk.len() as u64);
        self.to_skip -= skipped;
        self.buffer.drain(..self.start);
        self.start = 0;
        self.buffer.extend_from_slice(chunk.get(skipped as usize..).unwrap_or_default());
    }
    /// Takes note that the file ends here.
    pub fn end(&mut self) {
        self.ended = true;
    }
    /// The next record that is complete; empty lines are passed over. `None` until more bytes come, or at the end.
    pub fn next_record(&mut self) -> Option<Record> {
        if self.offset == 0 && self.scan.at == 0 && self.overlong.is_none() {
            self.pass_byte_order_mark()?;
        }
        loop {
            let record = if self.overlong.is_some() { self.skip_overlong()? } else { self.scan()? };
            if record.fault.is_some() || !record.bytes.is_empty() {
                return Some(record);
            }
        }
    }

    fn held(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    fn pass_byte_order_mark(&mut self) -> Option<()> {
        let mark = byte_order_mark(self.held(), self.ended)?;
        self.start += mark;
        self.offset += mark as u64;
        Some(())
    }

    fn scan(&mut self) -> Option<Record> {
        let held = self.buffer.get(self.start..).unwrap_or_default();
        let mut scan = self.scan;
        while let Some(byte) = held.get(scan.at) {
            let at = scan.at;
            scan.at += 1;
            let quote = *byte == b'"' && self.dialect.quotes;
            scan.within = match (scan.within, byte) {
                (Within::Quoted, _) if quote => Within::QuoteSeen,
                (Within::Quoted, b'\n') => {
                    scan.breaks += 1;
                    scan.first_break = scan.first_break.or(Some(at));
                    Within::Quoted
                }
                (Within::Quoted, _) => Within::Quoted,
                (Within::FieldStart | Within::QuoteSeen, _) if quote => Within::Quoted,
                (_, byte) if *byte == self.dialect.delimiter => {
                    scan.fields += 1;
                    Within::FieldStart
                }
                (_, b'\n') => return Some(self.record(scan, at)),
                (before, byte) => {
                    scan.ragged |= before == Within::QuoteSeen && *byte != b'\r';
                    Within::Plain
                }
            };
            if scan.at > MAX_BYTES || scan.breaks > MAX_BREAKS as u64 {
                return self.give_up(scan);
            }
        }
        self.scan = scan;
        if !self.ended || held.is_empty() {
            return None;
        }
        if scan.within == Within::Quoted {
            let end = scan.first_break.unwrap_or(held.len());
            return Some(self.cut(
                end,
                end + usize::from(scan.first_break.is_some()),
                (1, Some(Fault::Unclosed)),
            ));
        }
        Some(self.record(scan, held.len()))
    }

    /// The record that ends before `end`, unless its quotes can only be a mistake.
    fn record(&mut self, scan: Scan, end: usize) -> Record {
        let mistaken = scan.ragged || self.width.is_some_and(|width| scan.fields != width);
        match scan.first_break {
            Some(first) if mistaken => self.cut(first, first + 1, (1, Some(Fault::Unclosed))),
            _ => self.cut(end, scan.at, (scan.breaks + 1, None)),
        }
    }

    fn give_up(&mut self, scan: Scan) -> Option<Record> {
        if let Some(first) = scan.first_break {
            return Some(self.cut(first, first + 1, (1, Some(Fault::Unclosed))));
        }
        let kept = self.held().get(..MAX_BYTES).unwrap_or_default().to_vec();
        self.start += MAX_BYTES;
        self.overlong = Some((kept, MAX_BYTES as u64));
        self.scan = FRESH;
        self.skip_overlong()
    }

    /// Passes over the rest of a line that is too long.
    fn skip_overlong(&mut self) -> Option<Record> {
        let line_end = self.held().iter().position(|byte| *byte == b'\n');
        let (kept, mut length) = self.overlong.take()?;
        let rest = line_end.unwrap_or(self.held().len());
        self.start += rest + usize::from(line_end.is_some());
        length += rest as u64;
        if line_end.is_none() && !self.ended {
            self.overlong = Some((kept, length));
            return None;
        }
        let next_offset = self.offset + length + u64::from(line_end.is_some());
        Some(self.emit(kept, next_offset, (1, Some(Fault::TooLong(length)))))
    }

    fn cut(&mut self, end: usize, next: usize, (lines, fault): (u64, Option<Fault>)) -> Record {
        let bytes = self.held().get(..end).unwrap_or_default();
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes).to_vec();
        self.start += next;
        self.emit(bytes, self.offset + next as u64, (lines, fault))
    }

    fn emit(&mut self, bytes: Vec<u8>, next_offset: u64, (lines, fault): (u64, Option<Fault>)) -> Record {
        let record = Record {
            line: self.line,
            beside: 0,
            offset: self.offset,
            next_offset,
            next_line: self.line + lines,
            bytes,
            fault,
        };
        (self.offset, self.line, self.scan) = (record.next_offset, record.next_line, FRESH);
        record
    }
}

/// The fields of a record between commas, unquoted.
///
/// # Errors
/// When it is not UTF-8, or holds a NUL, which no text can.
pub fn fields(record: &[u8]) -> Result<Vec<String>, String> {
    fields_in(record, Dialect::COMMA)
}

/// The fields of a record in this dialect, unquoted.
///
/// # Errors
/// When it is not UTF-8, or holds a NUL, which no text can.
pub fn fields_in(record: &[u8], dialect: Dialect) -> Result<Vec<String>, String> {
    let text = std::str::from_utf8(record).map_err(|error| {
        format!(
            "the record is not UTF-8 from its byte {} on; save the file as UTF-8{}",
            error.valid_up_to() + 1,
            likely(record)
        )
    })?;
    fields_of(text, dialect)
}

/// The fields of a record that is written so, unquoted.
///
/// # Errors
/// When it holds a NUL, which no text can.
pub fn fields_of(text: &str, dialect: Dialect) -> Result<Vec<String>, String> {
    if text.contains('\0') {
        return Err("the record holds a NUL character; remove it".to_owned());
    }
    // two copies of one file may differ in their line ends only
    let text = if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) };
    let (mut fields, mut rest) = (Vec::new(), Some(&*text));
    while let Some(begins) = rest {
        let (field, behind) = first_field(begins, dialect);
        fields.push(field);
        rest = behind;
    }
    Ok(fields)
}

/// The first field of what is left of a record, unquoted, and what stands behind its delimiter.
fn first_field(text: &str, dialect: Dialect) -> (String, Option<&str>) {
    let delimiter = char::from(dialect.delimiter);
    let Some(mut quoted) = text.strip_prefix('"').filter(|_| dialect.quotes) else {
        return plain(text, delimiter);
    };
    let mut field = String::new();
    while let Some((before, behind)) = quoted.split_once('"') {
        field.push_str(before);
        let Some(again) = behind.strip_prefix('"') else {
            // what follows right behind a closing quote belongs to the field
            let (more, rest) = plain(behind, delimiter);
            field.push_str(&more);
            return (field, rest);
        };
        field.push('"');
        quoted = again;
    }
    field.push_str(quoted);
    (field, None)
}

/// A field without quotes around it, and what stands behind its delimiter.
fn plain(text: &str, delimiter: char) -> (String, Option<&str>) {
    match text.split_once(delimiter) {
        Some((field, rest)) => (field.to_owned(), Some(rest)),
        None => (text.to_owned(), None),
    }
}

#[cfg(test)]
mod tests;
