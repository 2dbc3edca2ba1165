//! Reading one file from the object store, batch by batch, never as a whole.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{ImportId, QuarantineId};
use sha2::{Digest, Sha256};
use tokio::io::AsyncRead;

use super::unpack::{Broken, Limit, Seal, Unpacked};
use crate::{
    domain::harvest::Harvest,
    error::Error,
    sources::{
        Layout, is_hashtags,
        records::{Record, Shape, Splitter, lines::Dialect},
    },
    store::quarantine::Refused,
};

const CHUNK: usize = 64 * 1024;
/// By so much of its beginning it is told what a file is.
const START: usize = 4096;
/// A batch is cut here, however few records it has.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// A file that is being read.
pub struct Reading<R> {
    file: Unpacked<R>,
    seal: Seal,
    splitter: Splitter,
    chunk: Vec<u8>,
    /// How much of the chunk is filled and was not yet cut.
    filled: usize,
    ended: bool,
    below_header: bool,
    /// The first record of a document, cut while its head was looked for.
    first: Option<Record>,
    /// Why there is nothing behind the batch that was just given.
    stopped: Option<Unread>,
}

/// A batch of records after they were read, and where the next one begins.
#[derive(Debug, Default)]
pub struct Batch {
    /// What the records say.
    pub harvest: Harvest,
    /// What could not.
    pub refused: Vec<Refused>,
    /// The records themselves.
    pub records: Vec<Record>,
    /// Where the next record begins, in bytes.
    pub next_offset: u64,
    /// The line it begins in.
    pub next_line: u64,
    /// How much of the file was read by then, packed as it is.
    pub file_bytes: u64,
}

/// Why there is no next batch.
#[derive(Debug)]
pub enum Unread {
    /// The object store stopped giving the file.
    File(std::io::Error),
    /// It cannot be read on, for this reason; no other try will mend that.
    Broken(String),
    /// It cannot be unpacked on, for this reason; no other try will mend that.
    Packed(String),
    /// The work itself failed.
    Work(Error),
}

impl<R: AsyncRead + Unpin + Send + 'static> Reading<R> {
    /// A file from its beginning; unpacked where it is packed, as far as the limit.
    pub async fn open(reader: R, limit: Limit) -> Result<Self, Unread> {
        let (file, seal) = Unpacked::open(reader, limit).await?;
        Ok(Self {
            file,
            seal,
            splitter: Splitter::new(Shape::Lines(Dialect::COMMA)),
            chunk: vec![0; CHUNK],
            filled: 0,
            ended: false,
            below_header: true,
            first: None,
            stopped: None,
        })
    }
    /// How many bytes of the file were read so far, packed as it is.
    pub fn bytes(&self) -> u64 {
        self.seal.bytes()
    }
    /// The first bytes of the file, unpacked: some kilobytes, or all.
    pub async fn start(&mut self) -> Result<&[u8], Unread> {
        while self.filled < START && !self.ended {
            let read = self.file.read(self.chunk.get_mut(self.filled..).unwrap_or_default()).await?;
            self.filled += read;
            self.ended = read == 0;
        }
        Ok(self.chunk.get(..self.filled).unwrap_or_default())
    }
    /// Says how the file falls into records; then gives the header of a table, or the head of a document. `None` where
    /// there is none. The first line of a table without a header is given as such, and then as the record it is.
    pub async fn header(&mut self, (shape, headless): (Shape, bool)) -> Result<Option<Record>, Unread> {
        self.splitter = Splitter::new(shape);
        let first = self.next().await?;
        if matches!(shape, Shape::Lines(_)) {
            if headless {
                self.below_header = false;
                self.first.clone_from(&first);
            }
            return Ok(first);
        }
        self.below_header = false;
        self.first = first;
        Ok(Some(Record {
            line: 1,
            beside: 0,
            offset: 0,
            next_offset: 0,
            next_line: 1,
            bytes: self.splitter.head(),
            fault: None,
        }))
    }
    /// The next record; `None` at the end of the file.
    async fn next(&mut self) -> Result<Option<Record>, Unread> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        loop {
            if let Some(record) = self.splitter.next_record() {
                return Ok(Some(record));
            }
            if let Some(why) = self.splitter.trouble() {
                return Err(Unread::Broken(format!("the document cannot be read on: {why}")));
            }
            if self.ended && self.filled == 0 {
                return Ok(None);
            }
            if self.filled == 0 {
                self.filled = self.file.read(&mut self.chunk).await?;
                self.ended = self.filled == 0;
            }
            self.splitter.push(self.chunk.get(..self.filled).unwrap_or_default());
            self.filled = 0;
            if self.ended {
                self.splitter.end();
            }
        }
    }
    /// Says how many columns the file has.
    pub fn expect_width(&mut self, width: usize) {
        self.splitter.expect_width(width);
    }
    /// Goes on from a record further on.
    pub fn seek(&mut self, offset: u64, line: u64) {
        self.splitter.seek(offset, line);
        self.below_header = false;
        self.first.take_if(|first| first.offset < offset);
    }
    /// The next batch of up to `size` records, read beside the runtime's own threads; `None` at the end of the file.
    pub async fn batch(
        &mut self,
        layout: &Arc<Layout>,
        (import, size): (&ImportId, usize),
    ) -> Result<Option<Batch>, Unread> {
        let mut records = self.records(size).await?;
        let Some((next_offset, next_line)) = records.last().map(|last| (last.next_offset, last.next_line))
        else {
            return Ok(None);
        };
        if std::mem::take(&mut self.below_header) && records.first().is_some_and(is_hashtags) {
            records.remove(0);
        }
        let (layout, import) = (Arc::clone(layout), import.clone());
        let reading = tokio::task::spawn_blocking(move || read(&layout, &import, records));
        let read = reading.await.map_err(|error| Unread::Work(error.into()))?;
        Ok(Some(Batch { next_offset, next_line, file_bytes: self.bytes(), ..read }))
    }
    async fn records(&mut self, size: usize) -> Result<Vec<Record>, Unread> {
        if let Some(stopped) = self.stopped.take() {
            return Err(stopped);
        }
        let (mut records, mut bytes) = (Vec::with_capacity(size), 0);
        while records.len() < size && bytes < BATCH_BYTES {
            let record = match self.next().await {
                Ok(Some(record)) => record,
                Ok(None) => break,
                Err(stopped) if records.is_empty() => return Err(stopped),
                Err(stopped) => {
                    // what stands whole before it is kept
                    self.stopped = Some(stopped);
                    break;
                }
            };
            bytes += record.bytes.len();
            records.push(record);
        }
        Ok(records)
    }
    /// SHA-256 of the file, once it was read to its end.
    pub fn sha256(self) -> String {
        self.seal.sha256()
    }
}

impl From<std::io::Error> for Unread {
    fn from(error: std::io::Error) -> Self {
        match Broken::of(&error) {
            Some(why) => Self::Packed(format!("the file cannot be unpacked: {why}")),
            None => Self::File(error),
        }
    }
}

fn read(layout: &Layout, import: &ImportId, records: Vec<Record>) -> Batch {
    let mut batch = Batch::default();
    for (number, record) in records.iter().enumerate() {
        let add = |said| batch.harvest.add(said, (number, record.line)).map_err(|error| error.to_string());
        match layout.read(record).and_then(add) {
            Ok(()) => {}
            Err(reason) => batch.refused.push(refused(import, record, reason)),
        }
    }
    Batch { records, ..batch }
}

/// A record that is not taken, for this reason.
pub(super) fn refused(import: &ImportId, record: &Record, reason: String) -> Refused {
    // of a document in one line the line tells nothing
    let reason = match record.beside {
        0 => reason,
        before => format!("record {} of this line: {reason}", before + 1),
    };
    Refused {
        id: QuarantineId::derived(&[import.as_str(), &record.offset.to_string()]),
        line: record.line,
        reason,
        sha256: hex::encode(Sha256::digest(&record.bytes)),
        original: STANDARD.encode(&record.bytes),
    }
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
