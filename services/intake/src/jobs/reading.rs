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
        Layout,
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
}

/// Up to so many records, and where the next one begins.
#[derive(Debug)]
pub struct Batch {
    /// The records.
    pub records: Vec<Record>,
    /// Where the next one begins, in bytes.
    pub next_offset: u64,
    /// The line it begins in.
    pub next_line: u64,
}

/// A batch after its records were read.
#[derive(Debug, Default)]
pub struct Read {
    /// What could be read, in order.
    pub drafts: Vec<Draft>,
    /// What could not.
    pub refused: Vec<Refused>,
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
    }
    /// The next batch of up to `size` records; `None` at the end of the file.
    pub async fn batch(&mut self, size: usize) -> std::io::Result<Option<Batch>> {
        let (mut records, mut bytes) = (Vec::with_capacity(size), 0);
        while records.len() < size && bytes < BATCH_BYTES {
            let Some(record) = self.next().await? else { break };
            bytes += record.bytes.len();
            records.push(record);
        }
        Ok(records
            .last()
            .map(|last| (last.next_offset, last.next_line))
            .map(|(next_offset, next_line)| Batch { records, next_offset, next_line }))
    }
    /// SHA-256 of the file, once it was read to its end.
    pub fn sha256(self) -> String {
        hex::encode(self.hash.finalize())
    }
}

/// Reads the records of a batch, beside the runtime's own threads.
pub async fn read(layout: &Arc<Layout>, import: &ImportId, records: Vec<Record>) -> Result<Read, Error> {
    let (layout, import) = (Arc::clone(layout), import.clone());
    let work = move || {
        let mut read = Read::default();
        for record in records {
            match layout.read(&record) {
                Ok(draft) => read.drafts.push(draft),
                Err(reason) => read.refused.push(refused(&import, &record, reason)),
            }
        }
        read
    };
    Ok(tokio::task::spawn_blocking(work).await?)
}

fn refused(import: &ImportId, record: &Record, reason: String) -> Refused {
    Refused {
        id: QuarantineId::derived(&[import.as_str(), &record.offset.to_string()]),
        line: record.line,
        reason,
        original: STANDARD.encode(&record.bytes),
    }
}
