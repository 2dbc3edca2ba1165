//! Reading one file from the object store, batch by batch, never as a whole.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{ImportId, QuarantineId};
use tokio::io::AsyncRead;

use super::unpack::{Broken, Limit, Seal, Unpacked};
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
    file: Unpacked<R>,
    seal: Seal,
    splitter: Splitter,
    chunk: Vec<u8>,
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
    /// How much of the file was read by then, packed as it is.
    pub file_bytes: u64,
}

/// Why there is no next batch.
#[derive(Debug)]
pub enum Unread {
    /// The object store stopped giving the file.
    File(std::io::Error),
    /// It is packed and cannot be unpacked, for this reason.
    Broken(String),
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
            splitter: Splitter::default(),
            chunk: vec![0; CHUNK],
            ended: false,
            below_header: true,
        })
    }
    /// How many bytes of the file were read so far, packed as it is.
    pub fn bytes(&self) -> u64 {
        self.seal.bytes()
    }
    /// The next record; `None` at the end of the file.
    pub async fn next(&mut self) -> Result<Option<Record>, Unread> {
        loop {
            if let Some(record) = self.splitter.next_record() {
                return Ok(Some(record));
            }
            if self.ended {
                return Ok(None);
            }
            let read = self.file.read(&mut self.chunk).await?;
            self.splitter.push(self.chunk.get(..read).unwrap_or_default());
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
        let mut records = self.records(size).await?;
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
        Ok(Some(Batch { next_offset, next_line, file_bytes: self.bytes(), ..read }))
    }
    async fn records(&mut self, size: usize) -> Result<Vec<Record>, Unread> {
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
        self.seal.sha256()
    }
}

impl From<std::io::Error> for Unread {
    fn from(error: std::io::Error) -> Self {
        Broken::of(&error).map_or(Self::File(error), Self::Broken)
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
