//! Atom and RSS indexes of messages: what they link to.

use crate::sources::{
    element::{Element, Encoding},
    records::{Shape, Splitter},
};

/// What is said of an entry that holds no message itself.
pub const LINK_ONLY: &str = "an entry of an index that only links to its message: a connector of this feed fetches what it links \
     to; to read it here, send the message itself";

/// One entry of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where the message lies; empty where the entry holds the message itself.
    pub href: String,
    /// The entry's own id; the address where it has none.
    pub id: String,
    /// Its title.
    pub title: String,
    /// When it was last changed, as it is written there; empty where it is not told.
    pub updated: String,
    /// The message itself, where the entry holds it.
    pub embedded: bool,
}

/// What an Atom or RSS index links to, in its order; entries that link to nothing are left out.
///
/// # Errors
/// When it cannot be read to its end, and why; nothing of it is given then.
pub fn links(index: &[u8]) -> Result<Vec<Link>, String> {
    let mut splitter = Splitter::new(Shape::Elements(&["entry", "item"]));
    splitter.push(index);
    splitter.end();
    let mut links = Vec::new();
    let mut records = Vec::new();
    while let Some(record) = splitter.next_record() {
        records.push(record);
    }
    if let Some(why) = splitter.trouble() {
        return Err(format!("the index cannot be read: {why}"));
    }
    let encoding = Encoding::declared(&splitter.head())?;
    for record in records {
        let line = record.line;
        let whole = record.fault.map_or(Ok(()), |fault| Err(fault.to_string()));
        let entry = whole.and_then(|()| Element::read(&record.bytes, encoding));
        let entry =
            entry.map_err(|why| format!("the entry in line {line} of the index cannot be read: {why}"))?;
        links.extend(link(&entry));
    }
    Ok(links)
}

/// What one entry links to.
fn link(entry: &Element) -> Option<Link> {
    let embedded = entry.find("alert").is_some();
    let href = href(entry).unwrap_or_default();
    if href.is_empty() && !embedded {
        return None;
    }
    let id = entry.text_of("id").or_else(|| entry.text_of("guid")).unwrap_or(&href).to_owned();
    let updated =
        ["updated", "published", "pubDate", "date"].into_iter().find_map(|name| entry.text_of(name));
    Some(Link {
        id,
        title: entry.text_of("title").unwrap_or_default().to_owned(),
        updated: updated.unwrap_or_default().to_owned(),
        embedded,
        href,
    })
}

/// The address of the message: the link said to be one of CAP, else the entry's own.
fn href(entry: &Element) -> Option<String> {
    let of_cap = |link: &&Element| link.attribute("type").is_some_and(|kind| kind.contains("cap+xml"));
    let own = |link: &&Element| matches!(link.attribute("rel"), None | Some("alternate"));
    let links: Vec<&Element> = entry.children("link").chain(entry.children("enclosure")).collect();
    let chosen = links.iter().copied().find(of_cap).or_else(|| links.iter().copied().find(own))?;
    let address =
        chosen.attribute("href").or_else(|| chosen.attribute("url")).unwrap_or_else(|| chosen.text.trim());
    (!address.is_empty()).then(|| address.to_owned())
}
