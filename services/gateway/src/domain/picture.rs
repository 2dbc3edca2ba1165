//! Pictures that come with reports: what they are by their first bytes, and what is left of them once everything that tells of
//! place, device, time and author is taken out. What is kept is named, all else goes.

use bytes::Bytes;
use img_parts::{
    jpeg::{Jpeg, JpegSegment},
    png::Png,
    riff::{RiffChunk, RiffContent},
    webp::WebP,
};

use super::files::{Kept, Unfit};

/// The picture in these bytes, with everything left out that tells more than it shows.
///
/// # Errors
/// When the bytes are no picture of a kind that can be cleaned, whatever their name says.
pub fn clean(bytes: Bytes) -> Result<Kept, Unfit> {
    let media_type = infer::get(&bytes).map_or("unknown", |kind| kind.mime_type());
    match media_type {
        "image/jpeg" => jpeg(bytes).map(|bytes| Kept { media_type: "image/jpeg", bytes }),
        "image/png" => png(bytes).map(|bytes| Kept { media_type: "image/png", bytes }),
        "image/webp" => webp(bytes).map(|bytes| Kept { media_type: "image/webp", bytes }),
        "unknown" => Err(Unfit::Other("of no known type".to_owned())),
        other => Err(Unfit::Other(other.to_owned())),
    }
}

// ---- JPEG ----

/// Frames, tables, scans: what draws the picture. 0xC8 is reserved and draws nothing.
const fn draws(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xC7 | 0xC9..=0xCF | 0xDA..=0xDD)
}

fn jpeg(bytes: Bytes) -> Result<Bytes, Unfit> {
    let broken = || Unfit::Broken("image/jpeg");
    let mut picture = Jpeg::from_bytes(bytes).map_err(|_| broken())?;
    let orientation = picture.segments().iter().find_map(orientation);
    let scan = picture.segments_mut().pop().filter(|last| last.marker() == 0xDA).ok_or_else(broken)?;
    // the Adobe segment says how colours are coded; it holds numbers alone
    let adobe = |segment: &JpegSegment| {
        segment.marker() == 0xEE && segment.contents().len() == 12 && segment.contents().starts_with(b"Adobe")
    };
    picture.segments_mut().retain(|segment| draws(segment.marker()) || adobe(segment));
    if let Some(orientation) = orientation {
        let upright = JpegSegment::new_with_contents(0xE1, turned(orientation));
        picture.segments_mut().insert(0, upright);
    }
    // encoding adds the end; the scan ends itself
    let mut whole: Vec<u8> = vec![0xFF, 0xD8];
    for segment in picture.segments() {
        whole.extend_from_slice(&segment.clone().encoder().bytes());
    }
    let head = JpegSegment::new_with_contents(0xDA, scan.contents().clone());
    whole.extend_from_slice(&head.encoder().bytes());
    let rest = scan_rest(&scan);
    scans(&rest, &mut whole).ok_or_else(broken)?;
    Ok(Bytes::from(whole))
}

/// Everything behind the head of the first scan.
fn scan_rest(scan: &JpegSegment) -> Bytes {
    let head = scan.len();
    scan.clone().encoder().bytes().slice(head..)
}

/// Copies coded data and the tables between scans up to the end of the picture; what else stands between them, and whatever
/// follows the end, is left out. `None` where the end never comes.
fn scans(mut rest: &[u8], whole: &mut Vec<u8>) -> Option<()> {
    loop {
        let next = rest.iter().position(|byte| *byte == 0xFF)?;
        let (coded, from) = rest.split_at(next);
        whole.extend_from_slice(coded);
        let marker = *from.get(1)?;
        match marker {
            0xFF => rest = from.get(1..)?,
            // a stuffed byte, or a restart within the data
            0x00 | 0xD0..=0xD7 => {
                whole.extend_from_slice(from.get(..2)?);
                rest = from.get(2..)?;
            }
            0xD9 => {
                whole.extend_from_slice(&[0xFF, 0xD9]);
                return Some(());
            }
            _ => {
                let length = usize::from(u16::from_be_bytes([*from.get(2)?, *from.get(3)?])) + 2;
                let segment = from.get(..length)?;
                if draws(marker) {
                    whole.extend_from_slice(segment);
                }
                rest = from.get(length..)?;
            }
        }
    }
}

/// Which way up the picture is held, 2 to 8, where a segment says so (Exif 2.32, tag 0x0112).
fn orientation(segment: &JpegSegment) -> Option<u8> {
    let tiff = segment.contents().strip_prefix(b"Exif\0\0").filter(|_| segment.marker() == 0xE1)?;
    let big = tiff.starts_with(b"MM\0*");
    if !big && !tiff.starts_with(b"II*\0") {
        return None;
    }
    let short = |at: usize| {
        let two: [u8; 2] = tiff.get(at..at + 2)?.try_into().ok()?;
        Some(if big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
    };
    let four: [u8; 4] = tiff.get(4..8)?.try_into().ok()?;
    let first = if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) };
    let first = usize::try_from(first).ok().filter(|first| *first < tiff.len())?;
    let entries = (0..usize::from(short(first)?)).map(|number| first + 2 + number * 12);
    let value = entries.filter(|at| short(*at) == Some(0x0112)).find_map(|at| short(at + 8))?;
    u8::try_from(value).ok().filter(|value| (2..=8).contains(value))
}

/// An Exif block that says which way up and nothing else.
fn turned(orientation: u8) -> Bytes {
    let mut block = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    block.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
    Bytes::from(block)
}

// ---- PNG ----

fn png(bytes: Bytes) -> Result<Bytes, Unfit> {
    const KEPT: [&[u8; 4]; 8] = [b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM"];
    let mut picture = Png::from_bytes(bytes).map_err(|_| Unfit::Broken("image/png"))?;
    if picture.chunk_by_type(*b"acTL").is_some() {
        return Err(Unfit::Moves);
    }
    picture.chunks_mut().retain(|chunk| KEPT.contains(&&chunk.kind()));
    let whole = picture.chunks().first().is_some_and(|chunk| chunk.kind() == *b"IHDR")
        && picture.chunks().last().is_some_and(|chunk| chunk.kind() == *b"IEND");
    if whole { Ok(picture.encoder().bytes()) } else { Err(Unfit::Broken("image/png")) }
}

// ---- WebP ----

fn webp(bytes: Bytes) -> Result<Bytes, Unfit> {
    const KEPT: [&[u8; 4]; 4] = [b"VP8 ", b"VP8L", b"VP8X", b"ALPH"];
    let broken = || Unfit::Broken("image/webp");
    let mut picture = WebP::from_bytes(bytes).map_err(|_| broken())?;
    if picture.has_chunk(*b"ANMF") || picture.has_chunk(*b"ANIM") {
        return Err(Unfit::Moves);
    }
    picture.chunks_mut().retain(|chunk| KEPT.contains(&&chunk.id()));
    for chunk in picture.chunks_mut() {
        if chunk.id() == *b"VP8X" {
            let mut head = chunk.content().data().cloned().unwrap_or_default().to_vec();
            // of the flags only the one for transparency is still true
            *head.first_mut().ok_or_else(broken)? &= 0x10;
            *chunk = RiffChunk::new(*b"VP8X", RiffContent::Data(Bytes::from(head)));
        }
    }
    if picture.has_chunk(*b"VP8 ") || picture.has_chunk(*b"VP8L") {
        Ok(picture.encoder().bytes())
    } else {
        Err(broken())
    }
}

#[cfg(test)]
#[path = "picture_tests.rs"]
mod tests;
