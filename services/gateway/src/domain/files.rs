//! Files that come with reports: what they are by their first bytes, and what is left of them once everything that tells of place,
//! device, time and author is taken out. What is kept is named, all else goes; a document alone is kept as it came.

use bytes::Bytes;

use super::{film, picture, sound};

/// A file as it may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What it is.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Bytes,
}

/// Why a file cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It is something else.
    #[error(
        "the content is {0}; taken are pictures (image/jpeg, image/png, image/webp), documents (application/pdf), sound (audio/mpeg, \
         audio/mp4, audio/ogg, audio/wav, audio/amr) and short films (video/mp4, video/quicktime, video/3gpp): save it as one of them"
    )]
    Other(String),
    /// It is of a kind that is taken and cannot be read as one.
    #[error(
        "the content begins as {0} and cannot be read to its end: it is broken, or not all of it came; send it again"
    )]
    Broken(&'static str),
    /// It is a picture that moves.
    #[error("the picture moves; send a still one, or a film")]
    Moves,
    /// It is a film in pieces, as for playing while it loads.
    #[error(
        "the film comes in fragments, which cannot be rid of what they tell; save it as one ordinary MP4"
    )]
    Fragments,
}

/// The kinds of files that are kept: media type, and how a file of it is named at the end.
pub const KINDS: [(&str, &str); 12] = [
    ("image/jpeg", "jpg"),
    ("image/png", "png"),
    ("image/webp", "webp"),
    (PDF, "pdf"),
    ("audio/mpeg", "mp3"),
    ("audio/mp4", "m4a"),
    ("audio/ogg", "ogg"),
    ("audio/wav", "wav"),
    ("audio/amr", "amr"),
    ("video/mp4", "mp4"),
    ("video/quicktime", "mov"),
    ("video/3gpp", "3gp"),
];
const PDF: &str = "application/pdf";

/// Whether files of this kind are rid of what they tell besides their content.
pub fn is_cleaned(media_type: &str) -> bool {
    media_type != PDF
}

/// The file in these bytes, with everything left out that tells more than it shows.
///
/// # Errors
/// When the bytes are no file of a kind that is taken, whatever their name says.
pub fn clean(bytes: Bytes) -> Result<Kept, Unfit> {
    let known = infer::get(&bytes).map_or("unknown", |kind| kind.mime_type());
    match (known, bytes.as_ref()) {
        (known, _) if known.starts_with("image/") => picture::clean(bytes),
        (_, [b'%', b'P', b'D', b'F', b'-', ..]) => document(bytes),
        (_, [_, _, _, _, b'f', b't', b'y', b'p', ..]) => film::clean(&bytes),
        (_, [b'O', b'g', b'g', b'S', ..]) => sound::ogg(&bytes),
        (_, [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..]) => sound::wav(&bytes),
        (_, [b'#', b'!', b'A', b'M', b'R', ..]) => sound::amr(&bytes),
        (_, [b'I', b'D', b'3', ..] | [0xFF, 0xE2..=0xFF, ..]) => sound::mp3(&bytes),
        // what it is not either, it says in the same words
        _ => picture::clean(bytes),
    }
}

/// A document as it came, where all of it came.
fn document(bytes: Bytes) -> Result<Kept, Unfit> {
    let tail = bytes.get(bytes.len().saturating_sub(1024)..).unwrap_or_default();
    if tail.windows(5).any(|five| five == b"%%EOF") {
        Ok(Kept { media_type: PDF, bytes })
    } else {
        Err(Unfit::Broken(PDF))
    }
}

#[cfg(test)]
#[path = "files_tests.rs"]
mod tests;
