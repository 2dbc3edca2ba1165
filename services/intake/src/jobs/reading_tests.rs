use std::{
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncReadExt, ReadBuf};

use super::*;
use crate::sources::records::{Fault, MAX_BYTES};

/// A file of one letter over and over, made as it is read.
struct Endless(u64);

impl AsyncRead for Endless {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let some = buf.remaining().min(usize::try_from(self.0).unwrap_or(usize::MAX));
        buf.initialize_unfilled_to(some).fill(b'x');
        buf.advance(some);
        self.0 -= some as u64;
        Poll::Ready(Ok(()))
    }
}

/// The most memory this process has held, in kilobytes; `None` where the system does not tell.
fn most_held() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[tokio::test]
async fn a_record_without_end_passes_by_in_bounded_memory_and_the_next_is_read() {
    // two gigabytes where the code is optimised (`cargo test --release`); else what passes by in some seconds
    const BYTES: u64 = if cfg!(debug_assertions) { 32 } else { 2048 } * 1024 * 1024;
    for (shape, begin, end) in [
        (Shape::Lines(Dialect::COMMA), "id\n", "\n7\n"),
        (Shape::Array, "[\"", "\",7]"),
        (Shape::Elements(&["alert"]), "<all><alert>", "</alert><alert>7</alert></all>"),
    ] {
        let mut held = None;
        // what a record of some megabytes takes is the measure: a longer one takes no more
        for long in [4 * 1024 * 1024, BYTES] {
            let file = begin.as_bytes().chain(Endless(long)).chain(end.as_bytes());
            let mut reading = Reading::open(file, Limit(u64::MAX)).await.unwrap();
            reading.header((shape, false)).await.unwrap();
            let record = reading.next().await.unwrap().unwrap();
            let Some(Fault::TooLong(bytes)) = record.fault else { panic!("{shape:?}: {:?}", record.fault) };
            assert!(bytes >= long && record.bytes.len() == MAX_BYTES, "{shape:?}: {bytes} bytes");
            let next = reading.next().await.unwrap().unwrap();
            assert!(next.fault.is_none() && next.bytes.contains(&b'7'), "{shape:?}: {next:?}");
            if let (Some(before), Some(after)) = (held, most_held()) {
                assert!(after - before < 4 * 1024, "{shape:?}: {before} kB became {after} kB");
            }
            held = most_held();
        }
    }
}

#[tokio::test]
async fn of_a_document_in_one_line_it_is_told_which_record_is_refused() {
    let file = &b"[{\"id\":1}, {\"id\":2},{\"id\":3}\n,{\"id\":4}]"[..];
    let mut reading = Reading::open(file, Limit(u64::MAX)).await.unwrap();
    reading.header((Shape::Array, false)).await.unwrap();
    let mut told = Vec::new();
    while let Some(record) = reading.next().await.unwrap() {
        let refused = refused(&ImportId::derived(&["x"]), &record, "is empty and must not be".into());
        assert!(contracts::reason::is_told(&refused.reason), "{}", refused.reason);
        told.push((refused.line, refused.reason));
    }
    let why = |begin: &str| format!("{begin}is empty and must not be");
    let expected = [
        (1, why("")),
        (1, why("record 2 of this line: ")),
        (1, why("record 3 of this line: ")),
        (2, why("")),
    ];
    assert_eq!(told, expected);
}
