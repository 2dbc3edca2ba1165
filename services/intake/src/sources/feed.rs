//! RSS (0.9x, 1.0, 2.0) and Atom: each item of news becomes a lead.
//!
//! Markup within an item is taken off: what remains is text. Nothing outside of the document is ever asked for.

use contracts::gateway::ReportGrade;
use domain::{Credibility, Day, Handling, Licence, Redistribution, Reliability};
use url::Url;

use super::{
    Terms,
    element::{Element, Encoding},
    published,
};
use crate::domain::lead::{Item, TEXT_CHARS, TITLE_CHARS};

/// The elements that are its records.
pub const RECORDS: &[&str] = &["entry", "item"];
/// The source where no other is known.
pub const SOURCE: &str = "feed";
/// The longest id of an item, in characters.
const ID_CHARS: usize = 2000;

/// What holds for all items that one source brings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bringer {
    /// Key of the source; empty where a person sent the file.
    pub source: String,
    /// What is held of the source.
    pub grade: Option<ReportGrade>,
}

/// Whether a document whose root begins so may be a feed.
///
/// # Errors
/// What was found instead.
pub fn check_root(head: &str) -> Result<(), String> {
    let root = head.rsplit("<?").next().unwrap_or_default();
    if root.contains("<feed") || root.contains("<rss") || root.contains("RDF") || root.contains("<atom:feed")
    {
        return Ok(());
    }
    Err("its root is none of <rss>, <feed> and <rdf:RDF>".to_owned())
}

/// Reads one item.
///
/// # Errors
/// Everything that is wrong with it and how to mend it.
pub fn read(bytes: &[u8], encoding: Encoding, (terms, bringer): (Terms, &Bringer)) -> Result<Item, String> {
    let element = Element::read(bytes, encoding)?;
    let link = link(&element);
    let address = link.as_deref().and_then(address);
    let id = ["guid", "id"].into_iter().find_map(|name| element.text_of(name));
    let id = id
        .map(str::to_owned)
        .or(link)
        .ok_or("the item has neither guid, id nor link: it cannot be known again")?;
    let said = |names: &[&str]| {
        names.iter().find_map(|name| element.child(name).map(whole).filter(|t| !t.is_empty()))
    };
    let (title, text) =
        (said(&["title"]).unwrap_or_default(), said(&["encoded", "content", "description", "summary"]));
    let text = text.unwrap_or_default();
    if title.is_empty() && text.is_empty() {
        return Err("the item has neither title nor text".to_owned());
    }
    let host = address.as_ref().and_then(owner);
    let source = if bringer.source.is_empty() {
        host.clone().unwrap_or_else(|| SOURCE.to_owned())
    } else {
        bringer.source.clone()
    };
    let grade =
        bringer.grade.map_or((Reliability::F, Credibility::UNKNOWN), |g| (g.reliability, g.credibility));
    Ok(Item {
        owner: host.unwrap_or_else(|| source.clone()),
        external_id: id.chars().take(ID_CHARS).collect(),
        title: titled(&title, &text),
        language: element.attribute("lang").or_else(|| element.text_of("language")).and_then(language),
        text,
        link: address.map_or_else(String::new, |address| address.to_string()),
        countries: Vec::new(),
        published_on: published_on(&element, terms.received_on)?,
        reliability: grade.0,
        credibility: grade.1,
        handling: handling(&source),
        exercise: terms.exercise,
        source,
    })
}

/// What publishers give away: their words stay theirs, what is made of them may go on.
pub(super) fn handling(publisher: &str) -> Handling {
    Handling::open(Licence::named("publisher", Redistribution::Derived, publisher))
}

/// An item's title; the beginning of its text where it has none.
pub(super) fn titled(title: &str, text: &str) -> String {
    let title = if title.is_empty() { text } else { title };
    let line: String =
        title.chars().map(|c| if c.is_control() { ' ' } else { c }).take(TITLE_CHARS).collect();
    line.trim().to_owned()
}

/// An address of the web; `None` for any other text.
pub fn address(text: &str) -> Option<Url> {
    let url: Url = text.trim().parse().ok()?;
    let good = matches!(url.scheme(), "http" | "https") && url.has_host() && url.as_str().len() <= ID_CHARS;
    good.then_some(url)
}

/// Who owns what stands there: the registered domain, or the host where none is registered.
pub fn owner(address: &Url) -> Option<String> {
    let Some(name) = address.domain() else { return address.host_str().map(str::to_owned) };
    let name = name.trim_end_matches('.');
    let known = psl::domain_str(name).unwrap_or_else(|| name.strip_prefix("www.").unwrap_or(name));
    (!known.is_empty()).then(|| known.to_owned())
}

/// A language as it is tagged.
pub(super) fn language(tag: &str) -> Option<String> {
    let good = (2..=35).contains(&tag.len()) && tag.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-');
    good.then(|| tag.to_owned())
}

fn link(element: &Element) -> Option<String> {
    let own = |link: &&Element| matches!(link.attribute("rel"), None | Some("alternate"));
    let chosen = element.children("link").find(own).or_else(|| element.child("link"))?;
    let address = chosen.attribute("href").unwrap_or_else(|| chosen.text.trim());
    (!address.is_empty()).then(|| address.to_owned())
}

/// The day it was published, as its publisher wrote it; the day it came where it does not say.
fn published_on(element: &Element, received_on: Day) -> Result<Day, String> {
    let stated = ["published", "pubDate", "date", "issued", "updated", "modified"];
    published::on(stated.map(|name| (name, element.text_of(name))), received_on)
}

/// The text of an element and of all within it, without markup.
fn whole(element: &Element) -> String {
    fn gather(element: &Element, into: &mut String) {
        into.push_str(&element.text);
        for child in &element.children {
            into.push(' ');
            gather(child, into);
        }
    }
    let mut all = String::new();
    gather(element, &mut all);
    bare(&all)
}

/// A text without tags and entities, its blanks made single; at most as long as a lead's text.
pub(super) fn bare(marked: &str) -> String {
    let mut out = String::with_capacity(marked.len().min(TEXT_CHARS * 2));
    let mut rest = marked;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        rest = match tail.strip_prefix('<') {
            Some(tag) => behind_tag(tag, &mut out),
            None => behind_entity(tail, &mut out),
        };
    }
    out.push_str(rest);
    let words: Vec<&str> =
        out.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(TEXT_CHARS).collect()
}

/// What stands behind a tag; of scripts and styles behind their end. A sign that opens none stands for itself.
fn behind_tag<'a>(tag: &'a str, out: &mut String) -> &'a str {
    let is_tag = tag.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
    let Some(end) = tag.find('>').filter(|_| is_tag) else {
        out.push('<');
        return tag;
    };
    let (name, rest) =
        (tag.get(..end).unwrap_or_default().to_ascii_lowercase(), tag.get(end + 1..).unwrap_or_default());
    if !matches!(
        name.trim_start_matches('/').split_whitespace().next(),
        Some("b" | "i" | "em" | "strong" | "a" | "span" | "u")
    ) {
        out.push(' ');
    }
    for unread in ["script", "style"] {
        if name.starts_with(unread) {
            let close = format!("</{unread}");
            let lower = rest.to_ascii_lowercase();
            return lower.find(&close).and_then(|at| rest.get(at..)).unwrap_or_default();
        }
    }
    rest
}

/// What stands behind an entity, with its character said. What is none stands for itself.
fn behind_entity<'a>(text: &'a str, out: &mut String) -> &'a str {
    let tail = text.get(1..).unwrap_or_default();
    let end = tail.char_indices().take(10).find(|(_, c)| *c == ';').map(|(at, _)| at);
    let named = end.and_then(|end| tail.get(..end));
    let number = |name: &str| {
        let digits = name.strip_prefix('#')?;
        let hexadecimal = digits.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16));
        char::from_u32(hexadecimal.unwrap_or_else(|| digits.parse()).ok()?)
    };
    let character = named.and_then(|name| match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" | "laquo" | "raquo" | "ldquo" | "rdquo" => Some('"'),
        "apos" | "lsquo" | "rsquo" => Some('\''),
        "nbsp" => Some(' '),
        "ndash" | "mdash" => Some('–'),
        "hellip" => Some('…'),
        _ => number(name),
    });
    if let (Some(character), Some(end)) = (character, end) {
        out.push(character);
        return tail.get(end + 1..).unwrap_or_default();
    }
    out.push('&');
    tail
}

#[cfg(test)]
#[path = "feed_tests.rs"]
mod tests;
