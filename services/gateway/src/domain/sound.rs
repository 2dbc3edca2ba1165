//! Recordings: what plays is kept, frame by frame; tags with names, places, pictures and programs are left out.

use std::collections::HashMap;

use bytes::Bytes;

use super::files::{Kept, Unfit};

fn kept(media_type: &'static str, bytes: Option<Vec<u8>>) -> Result<Kept, Unfit> {
    let bytes = bytes.ok_or(Unfit::Broken(media_type))?;
    Ok(Kept { media_type, bytes: Bytes::from(bytes) })
}

// ---- MP3 ----

/// Bit rates of layer III in kbit/s, of MPEG 1 and of MPEG 2 and 2.5.
const RATES: [[usize; 15]; 2] = [
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];
const SAMPLES: [usize; 3] = [44_100, 48_000, 32_000];

/// The frames of a recording in MPEG layer III, without any tag.
pub fn mp3(bytes: &[u8]) -> Result<Kept, Unfit> {
    let (mut frames, mut rest) = (Vec::new(), behind_tags(bytes));
    while let Some(length) = rest.iter().position(|byte| *byte == 0xFF) {
        rest = rest.get(length..).unwrap_or_default();
        match frame(rest).and_then(|length| rest.get(..length)) {
            Some(whole) => {
                frames.extend_from_slice(whole);
                rest = rest.get(whole.len()..).unwrap_or_default();
            }
            None => rest = rest.get(1..).unwrap_or_default(),
        }
    }
    kept("audio/mpeg", Some(frames).filter(|frames| !frames.is_empty()))
}

/// What follows the tags at the beginning: their lengths come in seven bits a byte.
fn behind_tags(mut bytes: &[u8]) -> &[u8] {
    while let [b'I', b'D', b'3', _, _, flags, a, b, c, d, ..] = *bytes {
        let length = [a, b, c, d].iter().fold(0, |sum, byte| sum << 7 | usize::from(byte & 0x7F));
        let footer = if flags & 0x10 == 0 { 0 } else { 10 };
        bytes = bytes.get(10 + length + footer..).unwrap_or_default();
    }
    bytes
}

/// How long the frame is that begins here.
fn frame(bytes: &[u8]) -> Option<usize> {
    let [0xFF, kind, coded, ..] = *bytes else { return None };
    let version = kind >> 3 & 3;
    if kind & 0xE0 != 0xE0 || kind >> 1 & 3 != 1 || version == 1 {
        return None;
    }
    let first = version == 3;
    let rate = *RATES[usize::from(!first)].get(usize::from(coded >> 4)).filter(|rate| **rate > 0)?;
    let halved = match version {
        3 => 1,
        2 => 2,
        _ => 4,
    };
    let samples = SAMPLES.get(usize::from(coded >> 2 & 3))? / halved;
    let per = if first { 144_000 } else { 72_000 };
    Some(per * rate / samples + usize::from(coded >> 1 & 1))
}

// ---- AMR ----

/// The frames of a voice recording.
pub fn amr(bytes: &[u8]) -> Result<Kept, Unfit> {
    const NARROW: &[u8] = b"#!AMR\n";
    const WIDE: &[u8] = b"#!AMR-WB\n";
    const NARROW_BYTES: [usize; 9] = [12, 13, 15, 17, 19, 20, 26, 31, 5];
    const WIDE_BYTES: [usize; 10] = [17, 23, 32, 36, 40, 46, 50, 58, 60, 5];
    let (head, sizes): (&[u8], &[usize]) =
        if bytes.starts_with(WIDE) { (WIDE, &WIDE_BYTES) } else { (NARROW, &NARROW_BYTES) };
    let walk = || {
        let mut rest = bytes.strip_prefix(head).filter(|rest| !rest.is_empty())?;
        while let Some(first) = rest.first() {
            let kind = usize::from(first >> 3 & 0x0F);
            let size = if kind >= 14 { 0 } else { *sizes.get(kind)? };
            rest = rest.get(1 + size..)?;
        }
        Some(bytes.to_vec())
    };
    kept("audio/amr", walk())
}

// ---- WAV ----

/// The samples of a recording and how they are to be played.
pub fn wav(bytes: &[u8]) -> Result<Kept, Unfit> {
    let walk = || {
        let (mut rest, mut whole) = (bytes.get(12..)?, b"RIFF\0\0\0\0WAVE".to_vec());
        let (mut format, mut data) = (false, false);
        while rest.len() >= 8 {
            let (kind, size) =
                (rest.get(..4)?, u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?) as usize);
            let chunk = rest.get(..size.checked_add(8)?)?;
            (format, data) = (format || kind == b"fmt ", data || kind == b"data");
            if [b"fmt ", b"data", b"fact"].iter().any(|known| kind == *known) {
                whole.extend_from_slice(chunk);
                whole.extend((size % 2 == 1).then_some(0));
            }
            rest = rest.get(chunk.len() + size % 2..).unwrap_or_default();
        }
        let size = u32::try_from(whole.len() - 8).ok()?.to_le_bytes();
        whole.get_mut(4..8)?.copy_from_slice(&size);
        (format && data).then_some(whole)
    };
    kept("audio/wav", walk())
}

// ---- Ogg ----

/// How a stream within an Ogg file is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Opus,
    Vorbis,
}

impl Coding {
    fn of(packet: &[u8]) -> Option<Self> {
        let known = [(&b"OpusHead"[..], Self::Opus), (b"\x01vorbis", Self::Vorbis)];
        known.into_iter().find(|(magic, _)| packet.starts_with(magic)).map(|(_, coding)| coding)
    }
    /// Comments that say nothing.
    const fn silence(self) -> &'static [u8] {
        match self {
            Self::Opus => b"OpusTags\0\0\0\0\0\0\0\0",
            Self::Vorbis => b"\x03vorbis\0\0\0\0\0\0\0\0\x01",
        }
    }
    const fn magic(self) -> &'static [u8] {
        match self {
            Self::Opus => b"OpusTags",
            Self::Vorbis => b"\x03vorbis",
        }
    }
}

/// How far a stream was followed: its coding, which packet is next, and whether that has begun.
#[derive(Clone, Copy, Debug)]
struct Stream {
    coding: Coding,
    packet: u32,
    begun: bool,
}

/// The pages of a recording, their comments blanked.
pub fn ogg(bytes: &[u8]) -> Result<Kept, Unfit> {
    let first = bytes.get(26).and_then(|many| bytes.get(27 + usize::from(*many)..));
    if first.is_some_and(|packet| Coding::of(packet).is_none()) {
        return Err(Unfit::Other("a recording in Ogg that is neither Opus nor Vorbis".to_owned()));
    }
    let walk = || {
        let (mut whole, mut rest) = (Vec::with_capacity(bytes.len()), bytes);
        let mut streams: HashMap<[u8; 4], Stream> = HashMap::new();
        while rest.starts_with(b"OggS") {
            let lengths = rest.get(27..27 + usize::from(*rest.get(26)?))?;
            let head = 27 + lengths.len();
            let length = head + lengths.iter().map(|length| usize::from(*length)).sum::<usize>();
            let mut page = rest.get(..length)?.to_vec();
            silence(&mut page, (lengths, head), &mut streams)?;
            whole.extend_from_slice(&page);
            rest = rest.get(length..)?;
        }
        Some(whole).filter(|_| streams.values().all(|stream| stream.packet > 2))
    };
    kept("audio/ogg", walk())
}

/// Blanks what of a page is comments, and signs it anew.
fn silence(
    page: &mut [u8],
    (lengths, head): (&[u8], usize),
    streams: &mut HashMap<[u8; 4], Stream>,
) -> Option<()> {
    let serial: [u8; 4] = page.get(14..18)?.try_into().ok()?;
    if page.get(5)? & 2 == 2 {
        let coding = Coding::of(page.get(head..)?)?;
        streams.insert(serial, Stream { coding, packet: 0, begun: false });
    }
    let stream = streams.get_mut(&serial)?;
    let mut at = head;
    for length in lengths {
        let piece = page.get_mut(at..at + usize::from(*length))?;
        if stream.packet == 1 {
            if !stream.begun && !piece.starts_with(stream.coding.magic()) {
                return None;
            }
            let begins = if stream.begun { &[][..] } else { stream.coding.silence() };
            piece.fill(0);
            piece.get_mut(..begins.len())?.copy_from_slice(begins);
        }
        at += piece.len();
        stream.begun = *length == 255;
        stream.packet = stream.packet.saturating_add(u32::from(!stream.begun));
    }
    page.get_mut(22..26)?.fill(0);
    let sum = checksum(page).to_le_bytes();
    page.get_mut(22..26)?.copy_from_slice(&sum);
    Some(())
}

/// The checksum of a page (RFC 3533): CRC-32 by 0x04c11db7, unreflected, from zero.
fn checksum(page: &[u8]) -> u32 {
    page.iter().fold(0, |sum: u32, byte| {
        (0..8).fold(sum ^ u32::from(*byte) << 24, |sum, _| {
            if sum & 0x8000_0000 == 0 { sum << 1 } else { sum << 1 ^ 0x04c1_1db7 }
        })
    })
}
