//! One record of an XML document as a tree: elements by their local names, with their attributes and texts.
//!
//! Nothing outside the record is ever looked at: a document type or an entity that is none of XML's own five is an error.

use std::fmt::Display;

use encoding_rs::{Encoding as Known, UTF_8};
use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};

use super::{quote::short, records::MAX_DEPTH};

/// The most elements that one record may have.
const MAX_ELEMENTS: usize = 50_000;

/// In which encoding a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding(&'static Known);

impl Encoding {
    /// What is taken where nothing is said.
    pub const UTF_8: Self = Self(UTF_8);

    /// The encoding of this name, as `windows-1251`.
    ///
    /// # Errors
    /// When none has the name, or it does not keep ASCII as it is.
    pub fn named(name: &str) -> Result<Self, String> {
        match Known::for_label(name.trim().as_bytes()) {
            Some(known) if known.is_ascii_compatible() => Ok(Self(known)),
            _ => Err(format!(
                "the encoding {:?} is not read here; save the text as UTF-8",
                name.chars().take(40).collect::<String>()
            )),
        }
    }
    /// The encoding that the head of an XML document declares.
    ///
    /// # Errors
    /// When it is not read here.
    pub fn declared(head: &[u8]) -> Result<Self, String> {
        let head = String::from_utf8_lossy(head);
        let Some(Ok(Event::Decl(declaration))) = Some(Reader::from_str(&head).read_event()) else {
            return Ok(Self::UTF_8);
        };
        match declaration.encoding() {
            None => Ok(Self::UTF_8),
            Some(Ok(name)) => Self::named(&name),
            Some(Err(error)) => {
                Err(format!("its XML declaration cannot be read ({error}); mend the first line"))
            }
        }
    }
    /// The text of these bytes.
    ///
    /// # Errors
    /// Which byte is none of this encoding, counted from 1 within them.
    pub fn text(self, bytes: &[u8]) -> Result<String, String> {
        if let Some(text) = self.0.decode_without_bom_handling_and_without_replacement(bytes) {
            return Ok(text.into_owned());
        }
        let at = std::str::from_utf8(bytes).err().filter(|_| self == Self::UTF_8);
        let place =
            at.map_or_else(String::new, |error| format!(" from its byte {} on", error.valid_up_to() + 1));
        let seen = likely(bytes);
        Err(format!(
            "the record is not {}{place}; save the file as UTF-8 and declare it so{seen}",
            self.0.name()
        ))
    }
}

/// What bytes that are no UTF-8 look like, with what to do; empty where it cannot be told. Text of the region that is old is most
/// often windows-1251: read so, nearly all that is no ASCII is Cyrillic, and most of it small letters.
pub(super) fn likely(bytes: &[u8]) -> &'static str {
    let (text, _) = encoding_rs::WINDOWS_1251.decode_without_bom_handling(bytes);
    let others = text.chars().filter(|letter| !letter.is_ascii()).count();
    let small = text.chars().filter(|letter| ('а'..='я').contains(letter)).count();
    let great = text.chars().filter(|letter| ('А'..='Я').contains(letter)).count();
    if others >= 3 && (small + great) * 10 >= others * 9 && small > great {
        "; it looks like windows-1251: a mapping reads it with the encoding windows-1251"
    } else {
        ""
    }
}

/// One element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name without prefix.
    pub name: String,
    /// Its attributes: local name and value.
    pub attributes: Vec<(String, String)>,
    /// The text directly in it.
    pub text: String,
    /// The elements directly in it.
    pub children: Vec<Self>,
}

impl Element {
    /// Reads the record that these bytes are.
    ///
    /// # Errors
    /// Where the markup is broken, or what in it is refused.
    pub fn read(bytes: &[u8], encoding: Encoding) -> Result<Self, String> {
        let text = encoding.text(bytes)?;
        if text.contains('\0') {
            return Err("the record holds a NUL character; remove it".to_owned());
        }
        let mut reader = Reader::from_str(&text);
        reader.config_mut().expand_empty_elements = true;
        let mut tree = Tree::default();
        loop {
            let at = reader.buffer_position();
            let event = reader.read_event().map_err(|error| {
                format!("the markup is broken at byte {} of the record: {}; mend it", at + 1, short(error))
            })?;
            match event {
                Event::Eof => break,
                event => tree.hear(event)?,
            }
        }
        tree.root.ok_or_else(|| "the record holds no element".to_owned())
    }
    /// The first child of this name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
    /// The children of this name, in order.
    pub fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }
    /// The trimmed text of the first child of this name; `None` when it is absent or empty.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        let named = self.children.iter().filter(|child| child.name == name);
        named.map(|child| child.text.trim()).find(|text| !text.is_empty())
    }
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim())
    }
    /// The first element of this name, this one or any within it.
    pub fn find(&self, name: &str) -> Option<&Self> {
        if self.name == name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(name))
    }
}

#[derive(Default)]
struct Tree {
    open: Vec<Element>,
    root: Option<Element>,
    elements: usize,
}

impl Tree {
    fn hear(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Start(start) | Event::Empty(start) => self.start(&start)?,
            Event::End(_) => self.end(),
            Event::Text(text) => self.say(&text.xml10_content()),
            Event::CData(text) => self.say(&text.xml10_content()),
            Event::GeneralRef(reference) => self.refer(&reference)?,
            Event::DocType(_) => return Err("the record has a document type; take it out".to_owned()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => {}
        }
        Ok(())
    }

    fn start(&mut self, start: &BytesStart) -> Result<(), String> {
        self.elements += 1;
        if self.open.len() > MAX_DEPTH || self.elements > MAX_ELEMENTS {
            return Err(format!(
                "the record has more than {MAX_ELEMENTS} elements or {MAX_DEPTH} within each other"
            ));
        }
        let mut element = Element { name: start.local_name().as_ref().to_owned(), ..Element::default() };
        for attribute in start.attributes() {
            let broken =
                |error: &dyn Display| format!("an attribute of <{}>: {}", short(&element.name), short(error));
            let attribute = attribute.map_err(|error| broken(&error))?;
            let value = quick_xml::escape::unescape(&attribute.value).map_err(|error| broken(&error))?;
            element.attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
        }
        self.open.push(element);
        Ok(())
    }

    fn end(&mut self) {
        let Some(closed) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(closed),
            None => self.root = self.root.take().or(Some(closed)),
        }
    }

    fn say(&mut self, text: &str) {
        if let Some(open) = self.open.last_mut() {
            open.text.push_str(text);
        }
    }

    fn refer(&mut self, reference: &BytesRef) -> Result<(), String> {
        let name = reference.borrow().into_inner().into_owned();
        let character = reference.resolve_char_ref().map_err(|_| {
            format!("the reference &{}; is that of no character; write the character itself", short(&name))
        })?;
        if let Some(character) = character {
            self.say(character.encode_utf8(&mut [0; 4]));
            return Ok(());
        }
        let meant = quick_xml::escape::resolve_xml_entity(&name).ok_or_else(|| {
            format!("the entity &{}; is none of XML's own; write the character itself", short(&name))
        })?;
        self.say(meant);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Element, String> {
        Element::read(text.as_bytes(), Encoding::UTF_8)
    }

    #[test]
    fn a_record_is_read_by_local_names_with_its_texts_put_together() {
        let item =
            read("<c:item a='1 &amp; 2'>x<b>y &#1090;<![CDATA[ <z>]]></b>&lt;<b/> z</c:item>").unwrap();
        assert_eq!((item.name.as_str(), item.text.as_str()), ("item", "x< z"));
        assert_eq!((item.text_of("b"), item.attribute("a")), (Some("y т <z>"), Some("1 & 2")));
        assert_eq!(item.children("b").count(), 2);
    }

    #[test]
    fn what_is_broken_or_refused_is_told_with_its_place() {
        for (text, part) in [
            ("<a><b></a>", "byte 7"),
            ("<a>&bomb;</a>", "&bomb;"),
            ("<a b='&bomb;'/>", "bomb"),
            ("<a>\0</a>", "NUL"),
            ("", "no element"),
            ("<!DOCTYPE a><a/>", "document type"),
        ] {
            let why = read(text).unwrap_err();
            assert!(why.contains(part), "{text}: {why}");
        }
        let why = Element::read(b"<a>\xff</a>", Encoding::UTF_8).unwrap_err();
        assert!(why.contains("UTF-8") && why.contains("byte 4"), "{why}");
    }

    #[test]
    fn a_name_without_end_is_not_repeated_without_end() {
        let name = "x".repeat(20_000);
        for text in [
            format!("<{name}></y>"),
            format!("<a></{name}>"),
            format!("<a>&{name};</a>"),
            format!("<a>&#{name};</a>"),
            format!("<{name} b='&{name};'/>"),
            format!("<{name} b='1' b='2'/>"),
        ] {
            let why = read(&text).unwrap_err();
            assert!(why.len() < 600, "{} bytes: {}", why.len(), &why[..200]);
        }
    }

    #[test]
    fn a_reference_to_no_character_is_told_as_it_was_written() {
        for reference in ["#12a", "#xZZ", "#xD800", "#99999999999", "#"] {
            let why = read(&format!("<a>&{reference};</a>")).unwrap_err();
            let says = why.contains(&format!("&{reference};")) && why.contains("write the character itself");
            assert!(says && !why.contains("digit found"), "{why}");
        }
    }

    #[test]
    fn cyrillic_of_an_old_encoding_is_told_for_what_it_is() {
        let (old, _, _) = encoding_rs::WINDOWS_1251.encode("Перестрелка у канала, двое ранены");
        let why = Encoding::UTF_8.text(&old).unwrap_err();
        assert!(why.contains("windows-1251"), "{why}");
        let why = Encoding::UTF_8.text(b"caf\xe9 na\xefve").unwrap_err();
        assert!(!why.contains("windows-1251"), "{why}");
    }

    #[test]
    fn the_declared_encoding_is_read_or_refused() {
        let latin = Encoding::declared(b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>").unwrap();
        assert_eq!(Element::read(b"<a>Usulut\xe1n</a>", latin).unwrap().text, "Usulután");
        assert_eq!(Encoding::declared(b"<feed>"), Ok(Encoding::UTF_8));
        assert_eq!(Encoding::declared(b""), Ok(Encoding::UTF_8));
        for head in ["<?xml version='1.0' encoding='UTF-16'?>", "<?xml version='1.0' encoding='EBCDIC-X'?>"] {
            assert!(Encoding::declared(head.as_bytes()).unwrap_err().contains("UTF-8"));
        }
    }
}
