//! Cutting a JSON document into the elements of its list: the list that it is, or that stands under `data` or `results`.
//!
//! Only brackets and quotes are followed here, byte by byte; what a record holds is read from its own bytes.

use super::{Fault, MAX_BYTES, MAX_DEPTH, Record, byte_order_mark};

/// Under which names the list stands where the document is an object.
const LISTS: [&[u8]; 2] = [b"data", b"results"];

/// Where in the document a byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    /// Before the list or object that it is.
    Before,
    /// In the object, where a name is looked for.
    Names,
    /// In the object, behind a name.
    Named,
    /// In a value of the object that is not the list.
    Passing,
    /// In the list, between records.
    Between,
    Record,
    /// Behind the list or object.
    After,
}

/// Whether a byte stands within quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text {
    Outside,
    Inside,
    /// Behind a backslash.
    Escaped,
}

/// How far the file is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum File {
    Open,
    /// Its end was told.
    Ended,
    /// It was read to its end.
    Read,
}

/// Cuts the elements out of a document. Holds at most one record and one chunk.
#[derive(Debug)]
pub struct Splitter {
    input: Vec<u8>,
    at: usize,
    offset: u64,
    line: u64,
    within: Within,
    text: Text,
    /// The brackets open within a record or a value that is passed over.
    open: Vec<u8>,
    /// How many more are open than are followed.
    beyond: u64,
    name: Vec<u8>,
    in_object: bool,
    found: bool,
    bytes: Vec<u8>,
    from: (u64, u64),
    /// The line in which the last record began, and how many did before this one.
    begun: (u64, u64),
    too_deep: bool,
    ready: Option<Record>,
    /// Records before here are passed over.
    since: u64,
    file: File,
    trouble: Option<String>,
}

impl Default for Splitter {
    fn default() -> Self {
        Self {
            input: Vec::new(),
            at: 0,
            offset: 0,
            line: 1,
            within: Within::Before,
            text: Text::Outside,
            open: Vec::new(),
            beyond: 0,
            name: Vec::new(),
            in_object: false,
            found: false,
            bytes: Vec::new(),
            from: (0, 1),
            begun: (0, 0),
            too_deep: false,
            ready: None,
            since: 0,
            file: File::Open,
            trouble: None,
        }
    }
}

impl Splitter {
    /// Passes over the records that begin before here.
    pub fn seek(&mut self, offset: u64) {
        self.since = offset;
    }
    /// Takes the next bytes of the document.
    pub fn push(&mut self, chunk: &[u8]) {
        self.input.drain(..self.at);
        self.at = 0;
        self.input.extend_from_slice(chunk);
    }
    /// Takes note that the document ends here.
    pub fn end(&mut self) {
        self.file = File::Ended;
    }
    /// Why the document cannot be read on.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }
    /// The next element of the list.
    pub fn next_record(&mut self) -> Option<Record> {
        loop {
            while let Some(record) = self.ready.take() {
                if record.offset >= self.since {
                    return Some(record);
                }
            }
            if self.trouble.is_some() || self.file == File::Read {
                return None;
            }
            if self.offset == 0 {
                self.pass_byte_order_mark()?;
            }
            let Some(byte) = self.input.get(self.at).copied() else {
                if self.file == File::Open {
                    return None;
                }
                self.close();
                continue;
            };
            if self.hear(byte) {
                self.at += 1;
                self.offset += 1;
                self.line += u64::from(byte == b'\n');
            }
        }
    }

    fn pass_byte_order_mark(&mut self) -> Option<()> {
        let mark = byte_order_mark(self.input.get(self.at..).unwrap_or_default(), self.file != File::Open)?;
        self.at += mark;
        self.offset += mark as u64;
        Some(())
    }

    /// Takes in one byte; `false` where it is to be heard once more in what now follows.
    fn hear(&mut self, byte: u8) -> bool {
        match self.within {
            Within::Before => self.before(byte),
            Within::Names => self.names(byte),
            Within::Named => return self.named(byte),
            Within::Passing => return self.pass(byte),
            Within::Between => return self.between(byte),
            Within::Record => return self.record(byte),
            Within::After if byte.is_ascii_whitespace() => {}
            Within::After => self.give_up("something follows behind its end; send one document in one file"),
        }
        true
    }

    fn before(&mut self, byte: u8) {
        self.within = match byte {
            b'[' => {
                self.found = true;
                Within::Between
            }
            b'{' => {
                self.in_object = true;
                Within::Names
            }
            byte if byte.is_ascii_whitespace() => Within::Before,
            _ => {
                self.give_up("it begins with neither a list [ nor an object {");
                Within::Before
            }
        };
    }

    fn names(&mut self, byte: u8) {
        if self.text != Text::Outside {
            let closes = self.quote(byte);
            if !closes && self.name.len() < 64 {
                self.name.push(byte);
            }
            if closes {
                self.within = Within::Named;
            }
            return;
        }
        match byte {
            b'"' => {
                self.text = Text::Inside;
                self.name.clear();
            }
            b'}' => self.within = Within::After,
            b',' => {}
            byte if byte.is_ascii_whitespace() => {}
            _ => {
                self.give_up("a name was looked for in its outermost object and something else stands there");
            }
        }
    }

    fn named(&mut self, byte: u8) -> bool {
        match byte {
            b':' => true,
            byte if byte.is_ascii_whitespace() => true,
            b'[' if !self.found && LISTS.contains(&self.name.as_slice()) => {
                (self.within, self.found) = (Within::Between, true);
                true
            }
            _ => {
                self.within = Within::Passing;
                false
            }
        }
    }

    /// In a value that is not read.
    fn pass(&mut self, byte: u8) -> bool {
        if self.is_over(byte) {
            self.within = Within::Names;
            return false;
        }
        if !self.follow(byte) {
            self.crossed();
        }
        true
    }

    fn between(&mut self, byte: u8) -> bool {
        match byte {
            b']' => {
                self.within = if self.in_object { Within::Names } else { Within::After };
                true
            }
            b',' => true,
            byte if byte.is_ascii_whitespace() => true,
            _ => {
                self.within = Within::Record;
                (self.from, self.too_deep) = ((self.offset, self.line), false);
                let (line, before) = self.begun;
                self.begun = (self.line, if line == self.line { before + 1 } else { 0 });
                self.bytes.clear();
                false
            }
        }
    }

    fn record(&mut self, byte: u8) -> bool {
        let inside = !self.open.is_empty() || self.text != Text::Outside;
        if self.offset > self.from.0 && !inside && self.is_over(byte) {
            self.emit(self.offset, None);
            self.within = Within::Between;
            return false;
        }
        if self.bytes.len() < MAX_BYTES {
            self.bytes.push(byte);
        }
        if !self.follow(byte) {
            self.emit(self.offset + 1, Some(Fault::Crossed));
            self.crossed();
        }
        true
    }

    /// Whether a value that is not within brackets or quotes ends before this byte.
    fn is_over(&self, byte: u8) -> bool {
        self.open.is_empty() && self.text == Text::Outside && matches!(byte, b',' | b']' | b'}')
    }

    /// Follows brackets and quotes; `false` where a bracket closes what another one opened.
    fn follow(&mut self, byte: u8) -> bool {
        if self.text != Text::Outside {
            self.quote(byte);
            return true;
        }
        match byte {
            b'"' => self.text = Text::Inside,
            b'{' | b'[' if self.open.len() < MAX_DEPTH => self.open.push(byte),
            b'{' | b'[' => (self.too_deep, self.beyond) = (true, self.beyond + 1),
            b'}' | b']' if self.beyond > 0 => self.beyond -= 1,
            b'}' => return self.open.pop() == Some(b'{'),
            b']' => return self.open.pop() == Some(b'['),
            _ => {}
        }
        true
    }

    /// Within quotes; whether this byte closes them.
    fn quote(&mut self, byte: u8) -> bool {
        let closes = byte == b'"' && self.text == Text::Inside;
        self.text = match (self.text, byte) {
            (Text::Inside, b'"') => Text::Outside,
            (Text::Inside, b'\\') => Text::Escaped,
            _ => Text::Inside,
        };
        closes
    }

    fn emit(&mut self, end: u64, fault: Option<Fault>) {
        let (offset, line) = self.from;
        let length = end - offset;
        let too_long = (length > MAX_BYTES as u64).then_some(Fault::TooLong(length));
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.truncate(bytes.trim_ascii_end().len());
        self.ready = Some(Record {
            line,
            beside: self.begun.1,
            offset,
            next_offset: end,
            next_line: self.line,
            bytes,
            fault: fault.or(too_long).or(self.too_deep.then_some(Fault::TooDeep)),
        });
    }

    /// The file ends here: is the document whole?
    fn close(&mut self) {
        if self.within == Within::Record {
            self.within = Within::Between;
            return self.emit(self.offset, Some(Fault::CutShort));
        }
        self.file = File::Read;
        match self.within {
            Within::After if self.found => {}
            Within::After => self.give_up("it holds no list under data or results, and is none itself"),
            Within::Before => self.give_up("there is nothing in it"),
            _ => {
                let line = self.line;
                self.trouble = Some(format!(
                    "it ends in line {line} before it is closed: it was cut short on its way. Its records that were whole \
                     are kept and counted here; send it whole"
                ));
            }
        }
    }

    fn crossed(&mut self) {
        let line = self.line;
        self.trouble = Some(format!(
            "a bracket in line {line} closes what another one opened, and nothing behind it can be told apart; what stands \
             before it is kept and counted here"
        ));
    }

    fn give_up(&mut self, why: &str) {
        self.trouble.get_or_insert_with(|| why.to_owned());
    }
}
