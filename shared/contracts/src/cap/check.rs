//! Whether a document is CAP 1.2: read as a stream, against the table of the schema and the rules beside it.

use quick_xml::{
    NsReader,
    events::{BytesRef, BytesStart, Event},
    name::{Namespace, ResolveResult},
};

use super::{
    NAMESPACE,
    schema::{ALERT, Holds, Part},
    values::{self, quoted},
};

/// The largest document that is read.
const LARGEST_BYTES: usize = 256 * 1024;
/// How deep elements may stand in each other.
const DEEPEST: usize = 16;
/// After so many findings reading ends.
const MOST_FINDINGS: usize = 100;
/// The longest finding, in characters: what a document holds is told no further.
const FINDING_CHARS: usize = 600;
/// The namespace of the signatures that may close an alert.
const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";

/// Checks that a document is CAP 1.2, as the schema and the standard's text have it; a signature is not verified.
///
/// # Errors
/// With everything found wrong, each as where, what and how to mend it; 100 findings at most.
pub fn check(xml: &str) -> Result<(), Vec<String>> {
    let mut reading = Reading::default();
    reading.document(xml.strip_prefix('\u{feff}').unwrap_or(xml));
    if reading.findings.is_empty() { Ok(()) } else { Err(reading.findings) }
}

/// One element that is open.
struct Open {
    part: &'static Part,
    /// Where it stands: `alert/info[2]`.
    path: String,
    /// The latest of its parts, by their order in the schema.
    at: usize,
    /// How often each of its parts was met.
    counts: Vec<usize>,
    text: String,
    /// The texts of its parts that hold text.
    said: Vec<(&'static str, String)>,
}

impl Open {
    fn new(part: &'static Part, path: String) -> Self {
        let counts = vec![0; part.parts().len()];
        Self { part, path, at: 0, counts, text: String::new(), said: Vec::new() }
    }
    /// The text of a part; `None` when it is absent or empty.
    fn text_of(&self, name: &str) -> Option<&str> {
        let found = self.said.iter().find(|(part, _)| *part == name);
        found.map(|(_, text)| text.trim()).filter(|text| !text.is_empty())
    }
}

impl Part {
    fn parts(&self) -> &'static [Self] {
        match self.holds {
            Holds::Parts(parts) => parts,
            Holds::Value(_) => &[],
        }
    }
}

#[derive(Default)]
struct Reading {
    open: Vec<Open>,
    /// How many elements deep it is in something that is not read.
    passing: usize,
    /// The namespace of the root; the elements within are held to it, whichever it is.
    namespace: Option<String>,
    findings: Vec<String>,
}

impl Reading {
    fn find(&mut self, place: &str, what: impl AsRef<str>) {
        if self.findings.len() < MOST_FINDINGS {
            let what: String = what.as_ref().chars().take(FINDING_CHARS).collect();
            self.findings.push(format!("{place}: {what}"));
        }
    }

    fn here(&self) -> String {
        self.open.last().map_or_else(|| "document".to_owned(), |open| open.path.clone())
    }

    fn document(&mut self, xml: &str) {
        if xml.len() > LARGEST_BYTES {
            let size = xml.len();
            return self
                .find("document", format!("it has {size} bytes: shorten it to {LARGEST_BYTES} or fewer"));
        }
        if let Some(c) = xml.chars().find(|c| !values::admitted(*c)) {
            return self.find("document", format!("it holds {c:?}, which XML does not admit: take it out"));
        }
        let mut reader = NsReader::from_str(xml);
        reader.config_mut().expand_empty_elements = true;
        reader.config_mut().check_comments = true;
        while self.findings.len() < MOST_FINDINGS {
            let at = reader.buffer_position();
            match reader.read_resolved_event() {
                Ok((namespace, event)) => {
                    if !self.hear(&namespace, event) {
                        break;
                    }
                }
                Err(e) => {
                    let place = self.here();
                    return self
                        .find(&place, format!("not well-formed after byte {at}: {e}; mend the markup"));
                }
            }
        }
        if self.namespace.is_none() && self.findings.is_empty() {
            self.find("document", "there is no alert in it: begin with <alert>");
        }
    }

    /// Takes in one event; `false` when there is nothing more to read.
    fn hear(&mut self, namespace: &ResolveResult, event: Event) -> bool {
        match event {
            Event::Start(start) | Event::Empty(start) => return self.start(namespace, &start),
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => self.reference(&reference),
            Event::DocType(_) => {
                self.find(
                    "document",
                    "it has a document type, which may name foreign files: take <!DOCTYPE> out",
                );
                return false;
            }
            Event::Eof => {
                if let Some(open) = self.open.last() {
                    let path = open.path.clone();
                    self.find(&path, "the document ends within it: it was cut short, send it whole");
                }
                return false;
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
        true
    }

    fn start(&mut self, namespace: &ResolveResult, start: &BytesStart) -> bool {
        let place = self.here();
        if self.open.len() + self.passing >= DEEPEST {
            self.find(&place, format!("elements stand more than {DEEPEST} deep: CAP needs four"));
            return false;
        }
        if self.passing > 0 {
            self.passing += 1;
            return true;
        }
        let namespace = match namespace {
            ResolveResult::Bound(Namespace(name)) => *name,
            ResolveResult::Unbound => "",
            ResolveResult::Unknown(prefix) => {
                self.find(&place, format!("the prefix {prefix} is not declared: add xmlns:{prefix}"));
                ""
            }
        };
        let local = start.local_name();
        let opened = if self.namespace.is_none() {
            self.root(namespace, local.as_ref())
        } else {
            self.part(namespace, local.as_ref())
        };
        match opened {
            Some(open) => {
                self.attributes(&open.path, start);
                self.open.push(open);
            }
            None => self.passing = 1,
        }
        true
    }

    fn root(&mut self, namespace: &str, name: &str) -> Option<Open> {
        self.namespace = Some(namespace.to_owned());
        if name != ALERT.name {
            self.find("document", format!("its root is {name}: begin with <alert xmlns=\"{NAMESPACE}\">"));
            return None;
        }
        if namespace != NAMESPACE {
            let given = quoted(namespace);
            self.find("alert", format!("its namespace is {given}, not CAP 1.2: write xmlns=\"{NAMESPACE}\""));
        }
        Some(Open::new(&ALERT, ALERT.name.to_owned()))
    }

    /// Finds the place of an element among the parts of the one it stands in; `None` when it has none.
    fn part(&mut self, namespace: &str, name: &str) -> Option<Open> {
        let Some(mut parent) = self.open.pop() else {
            self.find("document", format!("{name} stands after the alert: one document holds one alert"));
            return None;
        };
        let opened = self.part_of(&mut parent, namespace, name);
        self.open.push(parent);
        opened
    }

    fn part_of(&mut self, parent: &mut Open, namespace: &str, name: &str) -> Option<Open> {
        let parts = parent.part.parts();
        if namespace == SIGNATURE && parent.part.name == ALERT.name {
            parent.at = parts.len();
            return None;
        }
        let known = parts.iter().position(|part| part.name == name);
        let ours = self.namespace.as_deref() == Some(namespace);
        let Some(index) = known.filter(|_| ours) else {
            let foreign = if ours { String::new() } else { format!(" of namespace {}", quoted(namespace)) };
            self.find(&parent.path, format!("{}{foreign} does not belong here: take it out", quoted(name)));
            return None;
        };
        let part = &parts[index];
        parent.counts[index] += 1;
        let count = parent.counts[index];
        let path = if part.many {
            format!("{}/{name}[{count}]", parent.path)
        } else {
            format!("{}/{name}", parent.path)
        };
        if index < parent.at {
            let later = parts.get(parent.at).map_or("Signature", |part| part.name);
            self.find(&path, format!("it stands after {later}: the order is fixed, move it before"));
        } else if count == 2 && !part.many {
            self.find(&path, "it stands there more than once: keep one");
        }
        parent.at = parent.at.max(index);
        Some(Open::new(part, path))
    }

    /// CAP has no attributes; a document may declare namespaces and name its schema.
    fn attributes(&mut self, path: &str, start: &BytesStart) {
        for attribute in start.attributes() {
            match attribute {
                Ok(known) if known.key.as_namespace_binding().is_some() => {}
                Ok(known) if known.key.prefix().is_some_and(|prefix| prefix.as_ref() == "xsi") => {}
                Ok(other) => {
                    self.find(
                        path,
                        format!("the attribute {} is not CAP's: take it out", quoted(other.key.as_ref())),
                    );
                }
                Err(e) => self.find(path, format!("an attribute cannot be read: {e}; mend the markup")),
            }
        }
    }

    fn text(&mut self, text: &str) {
        match self.open.last_mut() {
            _ if self.passing > 0 => {}
            Some(open) => open.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => self
                .find("document", format!("the text {} stands outside the alert: take it out", quoted(text))),
        }
    }

    fn reference(&mut self, reference: &BytesRef) {
        let name = reference.xml10_content();
        let place = self.here();
        let text = match (&*name, reference.resolve_char_ref()) {
            ("amp", _) => "&".to_owned(),
            ("lt", _) => "<".to_owned(),
            ("gt", _) => ">".to_owned(),
            ("quot", _) => "\"".to_owned(),
            ("apos", _) => "'".to_owned(),
            (_, Ok(Some(c))) if values::admitted(c) => c.to_string(),
            (_, Ok(None)) => {
                return self
                    .find(&place, format!("the entity {} is not defined: write its text", quoted(&name)));
            }
            _ => return self.find(&place, format!("&{name}; is no character that XML admits: take it out")),
        };
        self.text(&text);
    }

    fn end(&mut self) {
        if self.passing > 0 {
            self.passing -= 1;
            return;
        }
        let Some(open) = self.open.pop() else { return };
        match &open.part.holds {
            Holds::Parts(parts) => self.whole(&open, parts),
            Holds::Value(kind) => {
                if let Err(why) = values::judge(kind, &open.text) {
                    self.find(&open.path, why);
                }
                if let Some(parent) = self.open.last_mut() {
                    parent.said.push((open.part.name, open.text));
                }
            }
        }
    }

    /// What can be said of an element only once all its parts are read.
    fn whole(&mut self, open: &Open, parts: &[Part]) {
        if !open.text.trim().is_empty() {
            let text = quoted(open.text.trim());
            self.find(
                &open.path,
                format!("the text {text} stands between its elements: put it into one or take it out"),
            );
        }
        for (part, _) in parts.iter().zip(&open.counts).filter(|(part, count)| part.required && **count == 0)
        {
            self.find(&open.path, format!("{} is missing: add it", part.name));
        }
        let wrong = match open.part.name {
            "alert" => addressing(open),
            "area" => heights(open),
            "resource" => content(open),
            _ => None,
        };
        let chained = if open.part.name == ALERT.name { chain(open) } else { None };
        for what in wrong.map(str::to_owned).into_iter().chain(chained) {
            self.find(&open.path, what);
        }
    }
}

/// Scope, restriction and addresses must agree.
fn addressing(alert: &Open) -> Option<&'static str> {
    let (restriction, addresses) = (alert.text_of("restriction"), alert.text_of("addresses"));
    match alert.text_of("scope") {
        Some("Restricted") if restriction.is_none() => {
            Some("scope is Restricted and restriction is missing: say who may read it")
        }
        Some("Private") if addresses.is_none() => {
            Some("scope is Private and addresses is missing: name who is to read it")
        }
        Some("Public" | "Private") if restriction.is_some() => {
            Some("restriction goes only with scope Restricted: change the scope or take it out")
        }
        _ => None,
    }
}

/// A message that follows others names them: earlier ones, and never itself.
fn chain(alert: &Open) -> Option<String> {
    let follows = alert.text_of("msgType").filter(|kind| ["Update", "Cancel", "Ack", "Error"].contains(kind));
    let Some(references) = alert.text_of("references") else {
        let kind = follows?;
        return Some(format!(
            "msgType is {kind} and references is missing: name the message as sender,identifier,sent"
        ));
    };
    let sent = alert.text_of("sent").and_then(|text| values::time(text).ok());
    values::references(references).ok()?.into_iter().find_map(|(identifier, at)| {
        if Some(identifier) == alert.text_of("identifier") {
            Some(format!("references names this message itself, {identifier}: name earlier ones only"))
        } else if sent.is_some_and(|sent| at > sent) {
            Some(format!("references names {identifier}, which was sent later: name earlier ones only"))
        } else {
            None
        }
    })
}

/// A ceiling goes with an altitude that it is not below.
fn heights(area: &Open) -> Option<&'static str> {
    let ceiling = values::number(area.text_of("ceiling")?).ok()?;
    let Some(altitude) = area.text_of("altitude") else {
        return Some("ceiling stands without altitude: add altitude");
    };
    let below = values::number(altitude).is_ok_and(|altitude| ceiling < altitude);
    below.then_some("ceiling is below altitude: exchange them")
}

/// A relative address names content that travels within the document.
fn content(resource: &Open) -> Option<&'static str> {
    let relative = resource.text_of("uri").is_some_and(|uri| !values::is_absolute(uri));
    (relative && resource.text_of("derefUri").is_none())
        .then_some("uri is relative and derefUri is missing: give the full address, or the content")
}
