//! Reading one file from the object store, batch by batch, never as a whole.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{ImportId, QuarantineId};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::{
    domain::draft::Draft,
    error::Error,
    sources::{
        Layout, is_hashtags,
        records::{Record, Splitter},
    },
    store::quarantine::Refused,
};

const CHUNK: usize = 64 * 1024;
/// A batch is cut here, however few records it has.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// A file that is being read.
pub struct Reading<R> {
    reader: R,
    splitter: Splitter,
    hash: Sha256,
    chunk: Vec<u8>,
    /// Bytes read so far.
    pub bytes: u64,
    ended: bool,
    below_header: bool,
}

/// A batch of records after they were read, and where the next one begins.
#[derive(Debug, Default)]
pub struct Batch {
    /// What could be read, in order.
    pub drafts: Vec<Draft>,
    /// What could not.
    pub refused: Vec<Refused>,
    /// Where the next record begins, in bytes.
    pub next_offset: u64,
    /// The line it begins in.
    pub next_line: u64,
}

/// Why there is no next batch.
#[derive(Debug)]
pub enum Unread {
    /// The object store stopped giving the file.
    File(std::io::Error),
    /// The work itself failed.
    Work(Error),
}

impl<R: AsyncRead + Unpin> Reading<R> {
    /// A file from its beginning.
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            splitter: Splitter::default(),
            hash: Sha256::new(),
            chunk: vec![0; CHUNK],
            bytes: 0,
            ended: false,
            below_header: true,
        }
    }
    /// The next record; `None` at the end of the file.
    pub async fn next(&mut self) -> std::io::Result<Option<Record>> {
        loop {
            if let Some(record) = self.splitter.next_record() {
                return Ok(Some(record));
            }
            if self.ended {
                return Ok(None);
            }
            let read = self.reader.read(&mut self.chunk).await?;
            let chunk = self.chunk.get(..read).unwrap_or_default();
            self.hash.update(chunk);
            self.bytes += read as u64;
            self.splitter.push(chunk);
            if read == 0 {
                self.ended = true;
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
    }
    /// The next batch of up to `size` records, read beside the runtime's own threads; `None` at the end of the file.
    pub async fn batch(
        &mut self,
        layout: &Arc<Layout>,
        (import, size): (&ImportId, usize),
    ) -> Result<Option<Batch>, Unread> {
        let mut records = self.records(size).await.map_err(Unread::File)?;
        let Some((next_offset, next_line)) = records.last().map(|last| (last.next_offset, last.next_line))
        else {
            return Ok(None);
        };
        if std::mem::take(&mut self.below_header) && records.first().is_some_and(is_hashtags) {
            records.remove(0);
        }
        let (layout, import) = (Arc::clone(layout), import.clone());
        let reading = tokio::task::spawn_blocking(move || read(&layout, &import, &records));
        let read = reading.await.map_err(|error| Unread::Work(error.into()))?;
        Ok(Some(Batch { next_offset, next_line, ..read }))
    }
    async fn records(&mut self, size: usize) -> std::io::Result<Vec<Record>> {
        let (mut records, mut bytes) = (Vec::with_capacity(size), 0);
        while records.len() < size && bytes < BATCH_BYTES {
            let Some(record) = self.next().await? else { break };
            bytes += record.bytes.len();
            records.push(record);
        }
        Ok(records)
    }
    /// SHA-256 of the file, once it was read to its end.
    pub fn sha256(self) -> String {
        hex::encode(self.hash.finalize())
    }
}

fn read(layout: &Layout, import: &ImportId, records: &[Record]) -> Batch {
    let mut batch = Batch::default();
    for record in records {
        match layout.read(record) {
            Ok(draft) => batch.drafts.push(draft),
            Err(reason) => batch.refused.push(refused(import, record, reason)),
        }
    }
    batch
}

fn refused(import: &ImportId, record: &Record, reason: String) -> Refused {
    Refused {
        id: QuarantineId::derived(&[import.as_str(), &record.offset.to_string()]),
        line: record.line,
        reason,
        original: STANDARD.encode(&record.bytes),
    }
}
