//! Films and recordings in the boxes of MP4, QuickTime and 3GPP (ISO/IEC 14496-12). What is not needed to play one is blanked where
//! it stands, so that nothing moves and every offset stays true: places, devices, times, names, and whole tracks that are neither
//! picture nor sound, with what they hold.

use std::ops::Range;

use bytes::Bytes;

use super::files::{Kept, Unfit};

const BEGINS: &str = "an MP4, QuickTime or 3GPP film or recording";

/// What is done with a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Keep,
    /// Holds boxes.
    Enter,
    /// Says when it was made and changed.
    Times,
    /// Says by what it was made.
    Named,
    Blank,
}

const fn fate(parent: [u8; 4], kind: [u8; 4]) -> Fate {
    match (&parent, &kind) {
        (b"file", b"ftyp" | b"mdat")
        | (b"edts", b"elst")
        | (b"minf", b"vmhd" | b"smhd")
        | (b"dinf", b"dref")
        | (
            b"stbl",
            b"stsd" | b"stts" | b"stss" | b"stsc" | b"stsz" | b"stz2" | b"stco" | b"co64" | b"ctts" | b"cslg"
            | b"sdtp",
        ) => Fate::Keep,
        (b"file", b"moov")
        | (b"moov", b"trak")
        | (b"trak", b"edts" | b"mdia")
        | (b"mdia", b"minf")
        | (b"minf", b"dinf" | b"stbl") => Fate::Enter,
        (b"moov", b"mvhd") | (b"trak", b"tkhd") | (b"mdia", b"mdhd") => Fate::Times,
        (b"mdia" | b"minf", b"hdlr") => Fate::Named,
        _ => Fate::Blank,
    }
}

/// One box.
#[derive(Clone, Debug)]
struct Part {
    kind: [u8; 4],
    /// Where its kind stands.
    at: usize,
    content: Range<usize>,
}

/// The film or recording, as it may be kept.
pub fn clean(bytes: &[u8]) -> Result<Kept, Unfit> {
    let mut file = bytes.to_vec();
    let parts = parts(&file, 0..file.len()).ok_or(Unfit::Broken(BEGINS))?;
    if parts.iter().any(|part| &part.kind == b"moof") {
        return Err(Unfit::Fragments);
    }
    let has = |kind: &[u8]| parts.iter().any(|part| part.kind == kind);
    let media_type =
        media_type(&file, &parts).filter(|_| has(b"mdat") && has(b"ftyp")).ok_or(Unfit::Broken(BEGINS))?;
    let data: Vec<Range<usize>> =
        parts.iter().filter(|part| &part.kind == b"mdat").map(|part| part.content.clone()).collect();
    tidy(&mut file, *b"file", (&parts, &data)).ok_or(Unfit::Broken(BEGINS))?;
    Ok(Kept { media_type, bytes: Bytes::from(file) })
}

/// What it is: by its tracks, and for films by the brand that it names.
fn media_type(file: &[u8], top: &[Part]) -> Option<&'static str> {
    let moov = top.iter().find(|part| &part.kind == b"moov")?;
    let tracks = parts(file, moov.content.clone())?;
    let kinds: Vec<[u8; 4]> =
        tracks.iter().filter(|part| &part.kind == b"trak").filter_map(|trak| handler(file, trak)).collect();
    let brand =
        top.iter().find(|part| &part.kind == b"ftyp").and_then(|part| four(file, part.content.start))?;
    match brand {
        _ if kinds.contains(b"vide") => Some(match &brand {
            b"qt  " => "video/quicktime",
            [b'3', b'g', ..] => "video/3gpp",
            _ => "video/mp4",
        }),
        _ => kinds.contains(b"soun").then_some("audio/mp4"),
    }
}

fn tidy(file: &mut [u8], parent: [u8; 4], (parts_of, data): (&[Part], &[Range<usize>])) -> Option<()> {
    for part in parts_of {
        let is_heard = &part.kind != b"trak" || matches!(&handler(file, part)?, b"vide" | b"soun");
        match fate(parent, part.kind) {
            _ if !is_heard => {
                for held in samples(file, part)? {
                    blank_within(file, held, data);
                }
                blank(file, part)?;
            }
            Fate::Keep => {}
            Fate::Enter => {
                let inner = parts(file, part.content.clone())?;
                tidy(file, part.kind, (&inner, data))?;
            }
            Fate::Times => {
                let wide = *file.get(part.content.start)? == 1;
                let times = part.content.start + 4..part.content.start + if wide { 20 } else { 12 };
                file.get_mut(times).filter(|_| part.content.len() > 20)?.fill(0);
            }
            Fate::Named => file.get_mut(part.content.start + 12..part.content.end)?.fill(0),
            Fate::Blank => blank(file, part)?,
        }
    }
    Some(())
}

/// Makes a box one that says nothing.
fn blank(file: &mut [u8], part: &Part) -> Option<()> {
    file.get_mut(part.at..part.at + 4)?.copy_from_slice(b"free");
    file.get_mut(part.content.clone())?.fill(0);
    Some(())
}

/// Blanks what of this range is data of the film.
fn blank_within(file: &mut [u8], held: Range<usize>, data: &[Range<usize>]) {
    for within in data {
        let (from, to) = (held.start.max(within.start), held.end.min(within.end));
        if let Some(bytes) = file.get_mut(from..to.max(from)) {
            bytes.fill(0);
        }
    }
}

fn four(file: &[u8], at: usize) -> Option<[u8; 4]> {
    file.get(at..at.checked_add(4)?)?.try_into().ok()
}
fn number(file: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(four(file, at)?)).ok()
}
fn long(file: &[u8], at: usize) -> Option<usize> {
    let eight: [u8; 8] = file.get(at..at.checked_add(8)?)?.try_into().ok()?;
    usize::try_from(u64::from_be_bytes(eight)).ok()
}

/// The boxes that follow each other in this range and fill it.
fn parts(file: &[u8], range: Range<usize>) -> Option<Vec<Part>> {
    let (mut parts, mut at) = (Vec::new(), range.start);
    while at < range.end {
        if range.end - at == 4 && four(file, at)? == [0; 4] {
            break; // QuickTime ends some lists so
        }
        let (size, head) = match number(file, at)? {
            0 => (range.end - at, 8),
            1 => (long(file, at + 8)?, 16),
            size => (size, 8),
        };
        let end = at.checked_add(size).filter(|end| size >= head && *end <= range.end)?;
        parts.push(Part { kind: four(file, at + 4)?, at: at + 4, content: at + head..end });
        at = end;
    }
    Some(parts)
}

fn inside(file: &[u8], part: &Part, kind: &[u8]) -> Option<Part> {
    parts(file, part.content.clone())?.into_iter().find(|inner| inner.kind == kind)
}

/// What a track is: picture, sound or something else.
fn handler(file: &[u8], trak: &Part) -> Option<[u8; 4]> {
    let handler = inside(file, &inside(file, trak, b"mdia")?, b"hdlr")?;
    (handler.content.len() >= 24).then(|| four(file, handler.content.start + 8))?
}

/// Where in the file the samples of a track lie.
fn samples(file: &[u8], trak: &Part) -> Option<Vec<Range<usize>>> {
    let table = inside(file, &inside(file, &inside(file, trak, b"mdia")?, b"minf")?, b"stbl")?;
    let list = |kind: &[u8]| inside(file, &table, kind).map(|part| part.content);
    let Some((chunks, width)) = list(b"stco").map(|at| (at, 4)).or_else(|| list(b"co64").map(|at| (at, 8)))
    else {
        return Some(Vec::new());
    };
    let (sizes, runs) = (list(b"stsz")?, list(b"stsc")?);
    let same = number(file, sizes.start + 4)?;
    let mut each = (0..).map_while(|n| {
        number(file, sizes.start + 12 + 4 * n).filter(|_| sizes.start + 16 + 4 * n <= sizes.end)
    });
    let run =
        |n: usize| Some((number(file, runs.start + 8 + 12 * n)?, number(file, runs.start + 12 + 12 * n)?));
    let (many, mut at, mut held) = (number(file, runs.start + 4)?, 0, Vec::new());
    for chunk in 0..(chunks.len().saturating_sub(8)) / width {
        let place = chunks.start + 8 + width * chunk;
        let from = if width == 4 { number(file, place) } else { long(file, place) }?;
        while at + 1 < many && run(at + 1)?.0 <= chunk + 1 {
            at += 1;
        }
        let count = run(at)?.1;
        let length = if same > 0 { same.saturating_mul(count) } else { each.by_ref().take(count).sum() };
        held.push(from..from.saturating_add(length));
    }
    Some(held)
}
