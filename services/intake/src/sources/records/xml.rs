//! Cutting an XML document into the elements that are its records.
//!
//! Only the markup is followed here, byte by byte, in any encoding that keeps ASCII as it is; what a record holds is read
//! from its own bytes. A document type is refused where it begins: nothing in it is ever looked at.

use super::{Fault, MAX_BYTES, MAX_DEPTH, Record, byte_order_mark};

/// The longest tag that is followed, in bytes.
const MAX_TAG: usize = 64 * 1024;
/// The longest name.
const MAX_NAME: usize = 256;
const CDATA: &[u8] = b"[CDATA[";

/// Where in the markup a byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    Text,
    /// Behind `<`.
    Opened,
    /// Behind `<!`, while it is not yet told what it is.
    Declared,
    Comment {
        dashes: u8,
    },
    Cdata {
        brackets: u8,
    },
    Instruction {
        question: bool,
    },
    Start {
        quote: Option<u8>,
        slash: bool,
    },
    End,
}

/// A place in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Mark {
    offset: u64,
    line: u64,
}

/// A record that is being cut.
#[derive(Debug)]
struct Open {
    name: Vec<u8>,
    from: Mark,
    bytes: Vec<u8>,
    length: u64,
    /// The elements open within it.
    inner: Vec<Vec<u8>>,
    too_deep: bool,
}

impl Open {
    fn take(&mut self, byte: u8) {
        self.length += 1;
        if self.bytes.len() < MAX_BYTES {
            self.bytes.push(byte);
        }
    }
}

/// Cuts the elements of these names out of a document. Holds at most one record, one tag and one chunk.
#[derive(Debug)]
pub struct Splitter {
    names: &'static [&'static str],
    input: Vec<u8>,
    at: usize,
    here: Mark,
    /// Where the markup began that is being followed.
    markup: Mark,
    within: Within,
    /// The markup itself, outside of records; of a comment only its beginning.
    token: Vec<u8>,
    name: Vec<u8>,
    named: bool,
    /// The elements open outside of records.
    outer: Vec<Vec<u8>>,
    record: Option<Open>,
    ready: Option<Record>,
    declaration: Vec<u8>,
    root: Option<Vec<u8>>,
    /// Records before here are passed over.
    from: u64,
    ended: bool,
    closed: bool,
    trouble: Option<String>,
}

impl Splitter {
    /// One that cuts elements of these local names.
    pub fn new(names: &'static [&'static str]) -> Self {
        Self {
            names,
            input: Vec::new(),
            at: 0,
            here: Mark { offset: 0, line: 1 },
            markup: Mark::default(),
            within: Within::Text,
            token: Vec::new(),
            name: Vec::new(),
            named: false,
            outer: Vec::new(),
            record: None,
            ready: None,
            declaration: Vec::new(),
            root: None,
            from: 0,
            ended: false,
            closed: false,
            trouble: None,
        }
    }
    /// Passes over the records that begin before here.
    pub fn seek(&mut self, offset: u64) {
        self.from = offset;
    }
    /// Takes the next bytes of the document.
    pub fn push(&mut self, chunk: &[u8]) {
        self.input.drain(..self.at);
        self.at = 0;
        self.input.extend_from_slice(chunk);
    }
    /// Takes note that the document ends here.
    pub fn end(&mut self) {
        self.ended = true;
    }
    /// Why the document cannot be read on.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }
    /// The XML declaration and the start of the root element, where that is no record itself.
    pub fn head(&self) -> Vec<u8> {
        let root = self.root.as_deref().unwrap_or_default();
        [self.declaration.as_slice(), root].concat()
    }
    /// The next element that is a record.
    pub fn next_record(&mut self) -> Option<Record> {
        loop {
            while let Some(record) = self.ready.take() {
                if record.offset >= self.from {
                    return Some(record);
                }
            }
            if self.trouble.is_some() || self.closed {
                return None;
            }
            if self.here.offset == 0 {
                self.pass_byte_order_mark()?;
            }
            let Some(byte) = self.input.get(self.at).copied() else {
                if !self.ended {
                    return None;
                }
                self.close();
                continue;
            };
            self.at += 1;
            self.here.offset += 1;
            self.hear(byte);
            self.here.line += u64::from(byte == b'\n');
        }
    }

    fn pass_byte_order_mark(&mut self) -> Option<()> {
        let mark = byte_order_mark(self.input.get(self.at..).unwrap_or_default(), self.ended)?;
        self.at += mark;
        self.here.offset += mark as u64;
        Some(())
    }

    /// Takes in one byte.
    fn hear(&mut self, byte: u8) {
        // no attribute holds a `<` as it is: within a tag, too, it begins the next one
        let free = matches!(self.within, Within::Text | Within::Opened | Within::Start { .. } | Within::End);
        if free && byte == b'<' {
            self.markup = Mark { offset: self.here.offset - 1, line: self.here.line };
            (self.within, self.named) = (Within::Opened, false);
            self.token.clear();
            self.name.clear();
        }
        if self.within != Within::Text && self.token.len() <= MAX_TAG {
            self.token.push(byte);
        }
        if let Some(record) = &mut self.record {
            record.take(byte);
        }
        self.within = match self.within {
            Within::Text => Within::Text,
            Within::Opened => self.opened(byte),
            Within::Declared => self.declared(byte),
            Within::Comment { dashes: 2.. } | Within::Cdata { brackets: 2.. } if byte == b'>' => Within::Text,
            Within::Comment { dashes } => {
                Within::Comment { dashes: if byte == b'-' { dashes.saturating_add(1) } else { 0 } }
            }
            Within::Cdata { brackets } => {
                Within::Cdata { brackets: if byte == b']' { brackets.saturating_add(1) } else { 0 } }
            }
            Within::Instruction { question: true } if byte == b'>' => self.instructed(),
            Within::Instruction { .. } => Within::Instruction { question: byte == b'?' },
            Within::Start { quote, slash } => self.starting(byte, (quote, slash)),
            Within::End => self.ending(byte),
        };
    }

    fn opened(&mut self, byte: u8) -> Within {
        match byte {
            b'<' => Within::Opened,
            b'!' => Within::Declared,
            b'?' => Within::Instruction { question: false },
            b'/' => Within::End,
            _ => self.starting(byte, (None, false)),
        }
    }

    /// Behind `<!`: a comment, a text as it stands, or a document type.
    fn declared(&mut self, byte: u8) -> Within {
        self.name.push(byte);
        match self.name.as_slice() {
            b"-" => Within::Declared,
            b"--" => Within::Comment { dashes: 0 },
            CDATA => Within::Cdata { brackets: 0 },
            begun if CDATA.starts_with(begun) => Within::Declared,
            _ => {
                self.give_up(
                    "it has a document type (<!DOCTYPE …>) or declares something, which may name foreign files and \
                     multiply without end; take it out and send the document again"
                        .to_owned(),
                );
                Within::Text
            }
        }
    }

    fn instructed(&mut self) -> Within {
        if self.record.is_none() && self.root.is_none() && self.token.starts_with(b"<?xml") {
            self.declaration.clone_from(&self.token);
        }
        Within::Text
    }

    /// Within a start tag, its name and what follows.
    fn starting(&mut self, byte: u8, (quote, slash): (Option<u8>, bool)) -> Within {
        match (quote, byte) {
            (Some(open), _) => {
                self.long_tag();
                Within::Start { quote: Some(open).filter(|open| *open != byte), slash: false }
            }
            (None, b'>') => {
                self.started(slash);
                Within::Text
            }
            (None, b'"' | b'\'') => Within::Start { quote: Some(byte), slash: false },
            (None, byte) => {
                self.spell(byte);
                self.long_tag();
                Within::Start { quote: None, slash: byte == b'/' }
            }
        }
    }

    fn ending(&mut self, byte: u8) -> Within {
        if byte == b'>' {
            self.stopped();
            return Within::Text;
        }
        self.spell(byte);
        self.long_tag();
        Within::End
    }

    /// Takes a byte of a name, as long as it is one.
    fn spell(&mut self, byte: u8) {
        self.named |= byte.is_ascii_whitespace() || byte == b'/';
        if !self.named && self.name.len() < MAX_NAME {
            self.name.push(byte);
        }
    }

    fn long_tag(&mut self) {
        if self.record.is_none() && self.token.len() > MAX_TAG {
            self.give_up(format!("a tag has more than {MAX_TAG} bytes; this is no document of this kind"));
        }
    }

    /// A start tag is complete.
    fn started(&mut self, empty: bool) {
        let name = std::mem::take(&mut self.name);
        if self.record.as_ref().is_some_and(|record| record.name == name) {
            self.unended();
        }
        if let Some(record) = &mut self.record {
            match (empty, record.inner.len() < MAX_DEPTH) {
                (true, _) => {}
                (false, true) => record.inner.push(name),
                (false, false) => record.too_deep = true,
            }
            return;
        }
        if self.names.iter().any(|wanted| local(&name) == wanted.as_bytes()) {
            let bytes = std::mem::take(&mut self.token);
            let length = bytes.len() as u64;
            self.record =
                Some(Open { name, from: self.markup, bytes, length, inner: Vec::new(), too_deep: false });
            if empty {
                self.emit(None);
            }
            return;
        }
        self.root.get_or_insert_with(|| self.token.clone());
        if empty {
            return;
        }
        if self.outer.len() == MAX_DEPTH {
            self.give_up(format!(
                "its parts stand more than {MAX_DEPTH} deep in each other, which no format here does"
            ));
        }
        self.outer.push(name);
    }

    /// An end tag is complete.
    fn stopped(&mut self) {
        let name = std::mem::take(&mut self.name);
        let Some(record) = &mut self.record else {
            if let Some(at) = self.outer.iter().rposition(|open| *open == name) {
                self.outer.truncate(at);
            }
            return;
        };
        if record.name == name {
            return self.emit(None);
        }
        if let Some(at) = record.inner.iter().rposition(|open| *open == name) {
            record.inner.truncate(at);
        } else if let Some(at) = self.outer.iter().rposition(|open| *open == name) {
            self.unended();
            self.outer.truncate(at);
        }
    }

    /// Ends a record before the markup that was just read.
    fn unended(&mut self) {
        let Some(record) = &mut self.record else { return };
        record.length = self.markup.offset - record.from.offset;
        record.bytes.truncate(record.length as usize);
        let name = String::from_utf8_lossy(&record.name).into_owned();
        let here = std::mem::replace(&mut self.here, self.markup);
        self.emit(Some(Fault::Unended(name)));
        self.here = here;
    }

    /// Gives out the record as it ends here.
    fn emit(&mut self, fault: Option<Fault>) {
        let Some(record) = self.record.take() else { return };
        let too_long = (record.length > MAX_BYTES as u64).then_some(Fault::TooLong(record.length));
        let fault = fault.or(too_long).or(record.too_deep.then_some(Fault::TooDeep));
        self.ready = Some(Record {
            line: record.from.line,
            beside: 0,
            offset: record.from.offset,
            next_offset: self.here.offset,
            next_line: self.here.line,
            bytes: record.bytes,
            fault,
        });
    }

    /// The file ends here: is the document whole?
    fn close(&mut self) {
        self.closed = self.record.is_none();
        if !self.closed {
            return self.emit(Some(Fault::CutShort));
        }
        if self.within != Within::Text || !self.outer.is_empty() {
            let at = self.here.line;
            self.give_up(format!(
                "it ends in line {at} before it is closed: it was cut short on its way. Its records that were whole are \
                 kept and counted here; send it whole"
            ));
        }
    }

    fn give_up(&mut self, why: String) {
        self.trouble.get_or_insert(why);
    }
}

/// A name without its prefix.
fn local(name: &[u8]) -> &[u8] {
    name.iter().position(|byte| *byte == b':').and_then(|at| name.get(at + 1..)).unwrap_or(name)
}
