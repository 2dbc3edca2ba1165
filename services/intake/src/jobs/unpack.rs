//! Files that come packed: gzip, or a zip archive of one file, unpacked as they stream.
//!
//! What is unpacked goes through a pipe, so that it is never held as a whole. What can be wrong with the packing is told as
//! [`Broken`]: nothing that another try would mend.

use std::{
    fmt, io,
    panic::{self, AssertUnwindSafe},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use async_compression::tokio::bufread::GzipDecoder;
use async_zip::{base::read::stream::ZipFileReader, error::ZipError};
use sha2::{Digest, Sha256};
use tokio::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadBuf,
    duplex,
};
use tokio_util::compat::FuturesAsyncReadCompatExt;

const CHUNK: usize = 64 * 1024;
/// How a zip archive begins of which its end is all there is.
const NOTHING_IN_IT: &[u8] = b"PK\x05\x06";

/// How much a packed file may hold, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(pub u64);

/// Why a packed file cannot be unpacked, in words for the one who sent it.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken(String);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for Broken {}

impl Broken {
    /// The words of it, where an error is of this kind.
    pub fn of(error: &io::Error) -> Option<String> {
        error.get_ref()?.downcast_ref::<Self>().map(ToString::to_string)
    }
}

fn broken(why: String) -> io::Error {
    io::Error::other(Broken(why))
}

/// That the file could not be fetched on: another try may.
#[derive(Debug)]
struct Unfetched(io::Error);

impl fmt::Display for Unfetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl std::error::Error for Unfetched {}

/// The SHA-256 of a file and its size, counted as it passes.
#[derive(Clone, Debug, Default)]
pub struct Seal(Arc<Mutex<(Sha256, u64)>>);

impl Seal {
    fn add(&self, bytes: &[u8]) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.0.update(bytes);
        all.1 += bytes.len() as u64;
    }
    /// SHA-256, hexadecimal, of what has passed.
    pub fn sha256(&self) -> String {
        hex::encode(self.0.lock().unwrap_or_else(PoisonError::into_inner).0.clone().finalize())
    }
    /// How many bytes have passed.
    pub fn bytes(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1
    }
}

/// A reader whose bytes are counted as they pass.
pub struct Sealed<R> {
    inner: R,
    seal: Seal,
}

impl<R: AsyncRead + Unpin> AsyncRead for Sealed<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(cx, buf);
        self.seal.add(buf.filled().get(before..).unwrap_or_default());
        read.map_err(|error| io::Error::new(error.kind(), Unfetched(error)))
    }
}

type Source<R> = BufReader<Sealed<R>>;

type Work = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

/// The work of unpacking, which ends with words whatever somebody has made up.
///
/// The readers of archives are not ours, and one of them counts below zero where a field of an archive claims more bytes than
/// there are (`async_zip` 0.0.19): that file is broken, the run and its worker are not.
pub struct Borne(Work);

impl Future for Borne {
    type Output = io::Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let work = self.0.as_mut();
        let polled = panic::catch_unwind(AssertUnwindSafe(|| work.poll(cx)));
        let why = "its packing is damaged where no reader can go on; pack it anew as zip or gzip";
        polled.unwrap_or_else(|_| Poll::Ready(Err(broken(why.to_owned()))))
    }
}

/// What a file holds, unpacked.
pub enum Unpacked<R> {
    /// It is not packed.
    Plain(Source<R>),
    /// What comes out of unpacking, and the work of it until it is done.
    Piped(DuplexStream, Option<Borne>),
}

impl<R: AsyncRead + Unpin + Send + 'static> Unpacked<R> {
    /// Looks how a file is packed.
    ///
    /// # Errors
    /// When its first bytes cannot be read.
    pub async fn open(reader: R, limit: Limit) -> io::Result<(Self, Seal)> {
        let seal = Seal::default();
        let mut source = BufReader::with_capacity(CHUNK, Sealed { inner: reader, seal: seal.clone() });
        let start = source.fill_buf().await?;
        let file = match start {
            [0x1f, 0x8b, ..] => Self::piped(source, Packing::Gzip, limit),
            [b'P', b'K', ..] => Self::piped(source, Packing::Zip, limit),
            _ => Self::Plain(source),
        };
        Ok((file, seal))
    }
    fn piped(source: Source<R>, packing: Packing, limit: Limit) -> Self {
        let (mine, theirs) = duplex(CHUNK);
        let work = async move {
            let mut out = Out { pipe: theirs, left: limit.0, limit: limit.0 };
            match packing {
                Packing::Gzip => gunzip(source, &mut out).await,
                Packing::Zip => unzip(source, &mut out).await,
            }
        };
        Self::Piped(mine, Some(Borne(Box::pin(work))))
    }
    /// Reads into a chunk; nothing at the end.
    ///
    /// # Errors
    /// When the file cannot be read on, or is [`Broken`].
    pub async fn read(&mut self, chunk: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(source) => source.read(chunk).await,
            Self::Piped(pipe, at_work) => {
                if let Some(work) = at_work {
                    // the pipe ends with the work and not before it
                    let done = tokio::select! {
                        biased;
                        read = pipe.read(chunk) => return read,
                        done = work => done,
                    };
                    *at_work = None;
                    done?;
                }
                pipe.read(chunk).await
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Packing {
    Gzip,
    Zip,
}

/// Where what is unpacked goes, as far as the limit.
struct Out {
    pipe: DuplexStream,
    left: u64,
    limit: u64,
}

impl Out {
    async fn copy(&mut self, mut from: impl AsyncRead + Unpin) -> io::Result<()> {
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = match from.read(&mut chunk).await {
                Ok(0) => return Ok(()),
                Ok(read) => read,
                Err(error) => return Err(told(error)),
            };
            self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
                broken(format!("it holds more than {} bytes unpacked; send it in parts", self.limit))
            })?;
            self.pipe.write_all(chunk.get(..read).unwrap_or_default()).await?;
        }
    }
}

/// Tells what is wrong with the packing from what is wrong with the fetching.
fn told(error: io::Error) -> io::Error {
    if error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Unfetched>) {
        return error;
    }
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return broken(
            "it ends in the middle: it was cut short on its way; pack and send it again".to_owned(),
        );
    }
    // what the reader of the packing calls it helps nobody who sent it
    tracing::info!(%error, "a packed file is damaged");
    broken("it is damaged or was cut short on its way; pack and send it again".to_owned())
}

async fn gunzip<R: AsyncBufRead + Unpin>(mut source: R, out: &mut Out) -> io::Result<()> {
    let mut decoder = GzipDecoder::new(&mut source);
    decoder.multiple_members(true);
    out.copy(decoder).await?;
    drain(source).await
}

async fn unzip<R: AsyncBufRead + Unpin>(mut source: R, out: &mut Out) -> io::Result<()> {
    if source.fill_buf().await?.starts_with(NOTHING_IN_IT) {
        return Err(broken("the archive holds no file".to_owned()));
    }
    let mut archive = ZipFileReader::with_tokio(&mut source);
    let mut found: Option<String> = None;
    while let Some(mut entry) = archive.next_with_entry().await.map_err(zip_error)? {
        let name = entry.reader().entry().filename().as_str().map(str::to_owned).map_err(zip_error)?;
        if is_of_no_weight(&name) {
            archive = entry.skip().await.map_err(zip_error)?;
            continue;
        }
        if name == "[Content_Types].xml" {
            return Err(broken(
                "it is a workbook and not a table of text; save it as CSV in UTF-8".to_owned(),
            ));
        }
        if let Some(first) = found {
            return Err(broken(format!(
                "the archive holds more than one file: {first}, {name}; send each by itself"
            )));
        }
        out.copy(entry.reader_mut().compat()).await?;
        found = Some(name);
        archive = entry.done().await.map_err(zip_error)?;
    }
    found.ok_or_else(|| broken("the archive holds no file".to_owned()))?;
    drain(source).await
}

/// Folders, and what macOS adds of its own.
fn is_of_no_weight(name: &str) -> bool {
    name.ends_with('/') || name.starts_with("__MACOSX/") || name.ends_with(".DS_Store")
}

fn zip_error(error: ZipError) -> io::Error {
    match error {
        ZipError::UpstreamReadError(error) => told(error),
        other => broken(format!("it is no archive that can be read ({other}); pack it anew as zip or gzip")),
    }
}

/// Reads what is left, so that the whole file was seen.
async fn drain(mut source: impl AsyncRead + Unpin) -> io::Result<()> {
    tokio::io::copy(&mut source, &mut tokio::io::sink()).await.map(|_| ())
}

#[cfg(test)]
#[path = "unpack_tests.rs"]
mod tests;
