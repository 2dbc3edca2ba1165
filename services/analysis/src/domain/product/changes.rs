//! Changes of a draft, one after another: each does one thing, and what it cannot do is a fault with its place.

use contracts::{
    Failure,
    analysis::{
        drafting::{Addition, Change, Rewrite, SourceRef},
        products::{Basis, Changed, Edited, Part, Product, Section, Source, SourceKind, Statement, Struck},
    },
};
use domain::Handling;

use super::{
    edit::{Found, take},
    marks, skeleton, sources,
};
use crate::domain::{
    assessment,
    deed::{Actor, Faults},
};

/// The draft with all of these changes, and what was done, with what stood there before; markings are not brought up to date.
///
/// # Errors
/// Everything that is wrong with the changes.
pub(super) fn apply(
    before: &Product,
    changes: &[Change],
    found: &Found,
    actor: &Actor<'_>,
) -> Result<(Product, Vec<Changed>), Failure> {
    let mut writing =
        Writing { now: before.clone(), faults: Faults::default(), done: Vec::new(), found, actor };
    for (at, change) in changes.iter().enumerate() {
        writing.apply(&format!("/changes/{at}"), change);
    }
    writing.faults.into_result("the product cannot be changed so")?;
    Ok((writing.now, writing.done))
}

/// Why a statement of a part cannot name this; `None` where it may. A document has no grade: it stands for what a government itself
/// made known, and for nothing that happened.
fn unfit(source: &SourceRef, part: Part) -> Option<&'static str> {
    if source.kind != SourceKind::Document {
        return None;
    }
    if part != Part::Positions {
        return Some(
            "is a document, which has no grade: papers name one for the positions of governments alone; elsewhere write a judgement in an assessment that cites it, publish that and name the judgement",
        );
    }
    assessment::unfit(source)
}

struct Writing<'a> {
    now: Product,
    faults: Faults,
    done: Vec<Changed>,
    found: &'a Found,
    actor: &'a Actor<'a>,
}

impl Writing<'_> {
    fn apply(&mut self, at: &str, change: &Change) {
        match change {
            Change::Rewrite(rewrite) => self.rewrite(at, rewrite),
            Change::Add(addition) => self.add(at, addition),
            Change::Remove { statement } => self.remove(at, *statement),
            Change::Strike { part, reason } => self.strike(at, *part, reason),
            Change::Restore { part } => {
                if let Some(section) = self.section(at, *part)
                    && let Some(struck) = section.struck.take()
                {
                    self.note("restore", part.as_str(), struck.reason);
                }
            }
            Change::Renew { source } => self.renew(at, source),
            Change::Retitle { title } => {
                self.faults.text(&format!("{at}/retitle/title"), title, true);
                if self.now.form.title != title.trim() {
                    let was = std::mem::replace(&mut self.now.form.title, title.trim().to_owned());
                    self.note("retitle", "title", was);
                }
            }
            Change::Mean { ceiling, tear_line } => {
                let chosen = &self.now.form.handling;
                if let Some(low) = ceiling.filter(|one| !tear_line && !one.covers(chosen)) {
                    self.faults.add(format!("{at}/mean/ceiling"), marks::below_chosen(low, chosen));
                }
                let form = &mut self.now.form;
                if (form.ceiling, form.tear_line) != (*ceiling, *tear_line) {
                    let was = form
                        .ceiling
                        .map_or_else(|| "none".to_owned(), |one| format!("TLP:{} {}", one.tlp, one.un_class));
                    (form.ceiling, form.tear_line) = (*ceiling, *tear_line);
                    self.note("mean", "ceiling", was);
                }
            }
            Change::Mark { handling } => self.mark(at, handling),
        }
    }

    fn note(&mut self, what: &str, of: &str, was: String) {
        self.done.push(Changed { what: what.to_owned(), of: of.to_owned(), was });
    }
    fn section(&mut self, at: &str, part: Part) -> Option<&mut Section> {
        let there = self.now.sections.iter().position(|section| section.part == part);
        if there.is_none() {
            let kind = self.now.form.kind;
            let known: Vec<&str> = skeleton::parts(kind).iter().map(|part| part.as_str()).collect();
            self.faults.add(at, format!("a {kind} has no part {part}; its parts are {}", known.join(", ")));
        }
        self.now.sections.get_mut(there?)
    }
    /// Where a statement stands: its section and its place there.
    fn place(&mut self, at: &str, number: u32) -> Option<(usize, usize)> {
        let within = |section: &Section| section.statements.iter().position(|one| one.number == number);
        let found =
            self.now.sections.iter().enumerate().find_map(|(at, section)| Some((at, within(section)?)));
        if found.is_none() {
            self.faults.add(at, format!("there is no statement {number}"));
        }
        found
    }
    /// The keys of sources, taken in for a statement of this part; what cannot be taken is a fault.
    fn take(&mut self, (at, part): (&str, Part), refs: &[SourceRef]) -> Vec<String> {
        let mut keys = Vec::new();
        for (number, one) in refs.iter().enumerate() {
            let key = sources::key(one.kind, &one.id);
            if let Some(why) = unfit(one, part) {
                self.faults.add(format!("{at}/sources/{number}"), why);
                continue;
            }
            let known = self.now.source(&key).is_some();
            match self.found.get(&key).and_then(Option::as_ref) {
                Some(source) => take(&mut self.now, source.clone()),
                None if known => {}
                None => {
                    let why = format!(
                        "there is no {} {} that could be taken here: it is not known to analysis, was taken back, or lies on the other side of the exercise",
                        one.kind, one.id
                    );
                    self.faults.add(format!("{at}/sources/{number}"), why);
                }
            }
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }
    fn edited(&self) -> Edited {
        Edited { by: self.actor.signature(), at: self.actor.at }
    }

    fn rewrite(&mut self, at: &str, wish: &Rewrite) {
        let at = format!("{at}/rewrite");
        let Some((section, place)) = self.place(&at, wish.statement) else { return };
        if let Some(text) = &wish.text {
            self.faults.text(&format!("{at}/text"), text, true);
        }
        if let Some(told) = &wish.likelihood {
            self.faults.likelihood(format!("{at}/likelihood"), told);
        }
        let Some(part) = self.now.sections.get(section).map(|section| section.part) else { return };
        let keys = wish.sources.as_ref().map(|refs| self.take((&at, part), refs));
        let edited = self.edited();
        let there = self.now.sections.get(section).and_then(|section| section.statements.get(place));
        let Some(before) = there.cloned() else { return };
        let mut one = before.clone();
        if let Some(text) = &wish.text {
            text.trim().clone_into(&mut one.text);
        }
        one.sources = keys.unwrap_or_else(|| before.sources.clone());
        one.basis = wish.basis.unwrap_or(one.basis);
        one.likelihood = wish.likelihood.or(one.likelihood).filter(|_| one.basis == Basis::Judgement);
        one.confidence = wish.confidence.or(one.confidence).filter(|_| one.basis == Basis::Judgement);
        if one != before {
            if before.drafted && before.was.is_none() && one.text != before.text {
                one.was = Some(before.text.clone());
            }
            (one.bare, one.drafted) = (None, false); // nobody knows any more what of it names a place or a source
            one.edited = Some(edited);
        }
        if let Some(wish) = &wish.handling {
            match marks::refusal(&self.now, &one, wish) {
                Some(why) => self.faults.add(format!("{at}/handling"), why),
                None => one.wish = Some(one.wish.as_ref().map_or_else(|| wish.clone(), |had| had.join(wish))),
            }
        }
        if one != before {
            self.note("rewrite", &wish.statement.to_string(), before.text);
            self.put((section, place), one);
        }
    }

    fn put(&mut self, (section, place): (usize, usize), said: Statement) {
        let there = self.now.sections.get_mut(section).and_then(|one| one.statements.get_mut(place));
        if let Some(there) = there {
            *there = said;
        }
    }

    fn mark(&mut self, at: &str, handling: &Handling) {
        if let Some(why) = marks::refusal_of_whole(&self.now, handling) {
            return self.faults.add(format!("{at}/mark/handling"), why);
        }
        let chosen = self.now.form.handling.join(handling);
        if self.now.form.handling != chosen {
            let was = std::mem::replace(&mut self.now.form.handling, chosen);
            self.note("mark", "product", format!("TLP:{} {}", was.tlp(), was.un_class()));
        }
    }

    fn add(&mut self, at: &str, wish: &Addition) {
        let at = format!("{at}/add");
        self.faults.text(&format!("{at}/text"), &wish.text, true);
        if let Some(told) = &wish.likelihood {
            self.faults.likelihood(format!("{at}/likelihood"), told);
        }
        let keys = self.take((&at, wish.part), &wish.sources);
        let (number, edited) = (self.now.next, self.edited());
        let judged = wish.basis == Basis::Judgement;
        let mut statement = Statement {
            number,
            text: wish.text.trim().to_owned(),
            bare: None,
            basis: wish.basis,
            likelihood: wish.likelihood.filter(|_| judged),
            confidence: wish.confidence.filter(|_| judged),
            sources: keys,
            wish: None,
            handling: self.now.form.handling.clone(),
            drafted: false,
            edited: Some(edited),
            was: None,
            internal: false,
        };
        if let Some(wish) = &wish.handling {
            match marks::refusal(&self.now, &statement, wish) {
                Some(why) => self.faults.add(format!("{at}/handling"), why),
                None => statement.wish = Some(wish.clone()),
            }
        }
        if let Some(section) = self.section(&at, wish.part) {
            section.statements.push(statement);
            section.struck = None;
            self.now.next += 1;
            self.note("add", &number.to_string(), String::new());
        }
    }

    fn remove(&mut self, at: &str, number: u32) {
        let Some((section, place)) = self.place(&format!("{at}/remove"), number) else { return };
        if let Some(section) = self.now.sections.get_mut(section) {
            let was = section.statements.remove(place);
            self.note("remove", &number.to_string(), was.text);
        }
    }

    fn strike(&mut self, at: &str, part: Part, reason: &str) {
        let at = format!("{at}/strike");
        self.faults.text(&format!("{at}/reason"), reason, true);
        let (by, when) = (self.actor.signature(), self.actor.at);
        let Some(section) = self.section(&at, part) else { return };
        if !section.statements.is_empty() {
            let count = section.statements.len();
            self.faults
                .add(at, format!("{part} holds {count} statements; remove them first, or leave it in"));
        } else if section.struck.as_ref().is_none_or(|struck| struck.reason != reason.trim()) {
            section.struck = Some(Struck { reason: reason.trim().to_owned(), by, at: when });
            self.note("strike", part.as_str(), String::new());
        }
    }

    fn renew(&mut self, at: &str, key: &str) {
        let at = format!("{at}/renew/source");
        let Some(place) = self.now.sources.iter().position(|source| source.key == key) else {
            return self.faults.add(at, format!("no statement rests on {key}"));
        };
        let now = self.found.get(key).and_then(Option::as_ref);
        let (Some(now), Some(then)) = (now, self.now.sources.get_mut(place)) else {
            return self.faults.add(
                at,
                format!("{key} was taken back or cannot be followed; take it out of its statements"),
            );
        };
        // the words were written by what it was: they stay bound by that as well
        let handling = then.handling.join(&now.handling);
        let taken = Source { taken_at: then.taken_at, handling, ..now.clone() };
        if taken != *then {
            let was = format!("{} {}", then.grade, then.stamp);
            *then = Source { taken_at: now.taken_at, ..taken };
            self.note("renew", key, was);
        }
    }
}
