//! The formats of files: their terms, and which one a file has.

use std::io::Cursor;

use base64::{Engine, engine::general_purpose::STANDARD};
use contracts::{
    Failure, Page,
    gateway::Format,
    intake::formats::{FormatTerms, FormatTold, ListFormats, TellFormat},
};
use kit::Asked;

use super::{IMPORTERS, STAFF};
use crate::{
    Intake,
    error::Error,
    jobs::{
        reading::{Reading, Unread},
        unpack::Limit,
    },
    sources::{self, look},
};

/// The most of a file's beginning that is taken, in bytes.
const START_BYTES: usize = 64 * 1024;

/// All formats, with their terms.
pub async fn list_formats(_service: &Intake, asked: &Asked<ListFormats>) -> Result<Page<FormatTerms>, Error> {
    asked.allow(STAFF)?;
    let terms = |format: &Format| FormatTerms {
        format: *format,
        terms: sources::terms(*format),
        tlp: sources::label(*format),
    };
    Ok(Page { items: Format::ALL.iter().map(terms).collect(), next: None })
}

/// Which format a file has by its beginning and its name; nothing is stored.
pub async fn tell_format(_service: &Intake, asked: &Asked<TellFormat>) -> Result<FormatTold, Error> {
    asked.allow(IMPORTERS)?;
    let TellFormat { name, start } = &asked.query;
    let Some(start) = STANDARD.decode(start).ok().filter(|bytes| bytes.len() <= START_BYTES) else {
        let why = format!("takes the first bytes of the file, base64, {START_BYTES} at most");
        return Err(Failure::invalid("the file cannot be looked at").at("/start", why).into());
    };
    Ok(match unpacked(start).await {
        Ok(start) => look::tell(name, &start),
        Err(Unread::Broken(why) | Unread::Packed(why)) => FormatTold { formats: Vec::new(), looks_like: why },
        Err(Unread::Work(error)) => return Err(error),
        Err(Unread::File(error)) => FormatTold { formats: Vec::new(), looks_like: error.to_string() },
    })
}

/// The beginning of a file, unpacked where it is packed.
async fn unpacked(start: Vec<u8>) -> Result<Vec<u8>, Unread> {
    let limit = Limit(START_BYTES as u64 * 1024); // no more of it is unpacked than is looked at
    let mut file = Reading::open(Cursor::new(start), limit).await?;
    Ok(file.start().await?.to_vec())
}
