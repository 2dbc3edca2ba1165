//! A product as a paper, in the language it is written in: every statement marked, its sources numbered and graded; whole for
//! the centre, or what the release rule left of it for one organisation.

use std::collections::BTreeSet;

use contracts::analysis::products::{
    Basis, Product, ProductLanguage, ProductState, Section as Part, Source as Rests, SourceKind,
    Statement as Said, Struck,
};
use domain::Handling;
use paper::{Paper, Section, Source, Statement};

use super::{
    assessment::likelihood,
    printed::{marking, straight, whole},
    shell, source_link,
    words::Lang,
};

/// The language a product is written in.
pub(crate) const fn language(one: &Product) -> Lang {
    match one.form.language {
        ProductLanguage::En => Lang::En,
        ProductLanguage::Ru => Lang::Ru,
    }
}

/// The whole product, for the centre; a statement of which a source is among those that were taken back says so.
pub(crate) fn paper(one: &Product, gone: &BTreeSet<String>) -> Paper {
    let t = language(one);
    let sections = (1..).zip(&one.sections).map(|numbered| section(t, (one, gone), numbered));
    let paper =
        Paper { sections: sections.collect(), facts: facts(t, one), notes: notes(t, one), ..frame(t, one) };
    straight(paper)
}

/// The whole product as it would be once published: what its length is counted by. What only its reviewer needs is no part
/// of that.
pub(crate) fn as_published(one: &Product) -> Paper {
    let mut one = one.clone();
    one.state = ProductState::Published;
    one.published_at.get_or_insert(one.created_at);
    one.reviewer = one.reviewer.take().or_else(|| one.authors.first().cloned());
    one.digest.get_or_insert_with(|| "0".repeat(64));
    paper(&one, &BTreeSet::new())
}

/// What is left of a product for one organisation: nothing in it tells that it was more.
pub(crate) fn torn(one: &Product) -> Paper {
    let (t, gone) = (language(one), BTreeSet::new());
    let sections = (1..).zip(&one.sections).map(|numbered| section(t, (one, &gone), numbered));
    let over = is_over(one).then(|| t.say("print.over").to_owned());
    let attribution = one.handling.licence.attribution.iter().cloned();
    let notes = over.into_iter().chain(shell::limits(t, &one.handling)).chain(attribution);
    let facts =
        covers(t, one).into_iter().chain(one.published_at.map(|at| (t.say("print.published"), t.moment(at))));
    straight(Paper {
        sections: sections.collect(),
        facts: named(facts),
        notes: notes.collect(),
        ..frame(t, one)
    })
}

fn frame(t: Lang, one: &Product) -> Paper {
    Paper {
        language: t.tag().to_owned(),
        title: titled(t, one),
        marking: whole(t, one.form.exercise, &one.handling),
        sources_heading: t.say("print.sources").to_owned(),
        sources: one.sources.iter().map(|of| source(one, of)).collect(),
        ..Paper::default()
    }
}

/// Its title; of an exercise it begins with that word, whoever reads it and wherever it is passed on.
pub(super) fn titled(t: Lang, one: &Product) -> String {
    let (exercise, title) = (t.say("exercise.name"), &one.form.title);
    if one.form.exercise && !title.to_lowercase().contains(&exercise.to_lowercase()) {
        format!("{} – {title}", exercise.to_uppercase())
    } else {
        title.clone()
    }
}

fn named(facts: impl Iterator<Item = (&'static str, String)>) -> Vec<(String, String)> {
    facts.map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Kind, period and scope.
fn covers(t: Lang, one: &Product) -> Vec<(&'static str, String)> {
    let form = &one.form;
    let (from, to) = (t.day(form.from), t.day(form.to));
    let period = if form.from == form.to { to } else { format!("{from} – {to}") };
    let provinces = form.provinces.iter().map(|code| t.province(code.as_str()));
    let countries = form.countries.iter().map(|code| t.country(code.as_str()));
    let places: Vec<String> =
        if form.provinces.is_empty() { countries.collect() } else { provinces.collect() };
    let places = if places.is_empty() { t.say("product.region").to_owned() } else { places.join(", ") };
    let threats: Vec<String> = form.threats.iter().map(|threat| t.word("threat", threat.as_str())).collect();
    let mut facts = Vec::new();
    // a plain title says kind and period already
    if form.title != one.plain_title {
        facts.push((t.say("product.kind"), t.word("product-kind", form.kind.as_str())));
        facts.push((t.say("product.period"), period));
    }
    facts.push((t.say("print.about"), places));
    if !threats.is_empty() && threats.len() < domain::Threat::ALL.len() {
        facts.push((t.say("product.threats"), threats.join(", ")));
    }
    facts
}

fn facts(t: Lang, one: &Product) -> Vec<(String, String)> {
    let mut facts = covers(t, one);
    facts.push((t.say("print.state"), t.word("product-state", one.state.as_str())));
    let authors: Vec<&str> = one.authors.iter().map(|author| author.name.as_str()).collect();
    facts.push((t.say("print.authors"), authors.join(", ")));
    facts.extend(one.reviewer.as_ref().map(|one| (t.say("print.reviewer"), one.name.clone())));
    facts.push(match one.published_at {
        Some(at) => (t.say("print.published"), t.moment(at)),
        None => (t.say("print.drafted"), t.moment(one.created_at)),
    });
    facts.extend(one.digest.as_ref().map(|digest| (t.say("product.digest"), format!("SHA-256 {digest}"))));
    named(facts.into_iter())
}

/// A product, and the keys of its sources that were taken back since.
type Held<'a> = (&'a Product, &'a BTreeSet<String>);

/// That a part is left out, and why where that is told.
pub(super) fn left_out(t: Lang, struck: &Struck) -> String {
    match struck.reason.as_str() {
        "" => t.say("product.struck-alone").to_owned(),
        reason => t.fill("product.struck", &[("reason", reason)]),
    }
}

fn section(t: Lang, (one, gone): Held<'_>, (number, part): (usize, &Part)) -> Section {
    let own = marking(t, &one.form.handling);
    let said = |text: String| Statement { mark: own.clone(), text, ..Statement::default() };
    let mut statements: Vec<Statement> =
        part.statements.iter().map(|said| statement(t, (one, gone), said)).collect();
    if let Some(struck) = &part.struck {
        statements.push(said(left_out(t, struck)));
    } else if statements.is_empty() {
        statements.push(said(format!("[{}]", t.say(&format!("part-hint.{}", part.part)))));
    }
    Section { heading: format!("{number}. {}", t.word("part", part.part.as_str())), statements }
}

fn statement(t: Lang, (one, gone): Held<'_>, said: &Said) -> Statement {
    let at = |key: &String| one.sources.iter().position(|source| source.key == *key);
    Statement {
        mark: marking(t, &said.handling),
        text: format!("{}{}{}", said.text, resting(t, said), withdrawn(t, said, gone)),
        sources: said.sources.iter().filter_map(at).map(|at| at + 1).collect(),
        cited: cited(t, said).unwrap_or_default().to_owned(),
        beside: beside(t, one, said),
    }
}

/// By whom its sources are named, where they did not make the sentence.
pub(super) fn cited(t: Lang, said: &Said) -> Option<&'static str> {
    (said.is_written() && !said.sources.is_empty()).then(|| t.say("product.cited"))
}

/// Who wrote a statement and when; until the product is published, with what was drafted in its place.
fn beside(t: Lang, one: &Product, said: &Said) -> Vec<String> {
    let drafted = said.was.as_ref().filter(|_| one.published_at.is_none());
    written(t, said).into_iter().chain(drafted.map(|was| t.fill("product.was", &[("text", was)]))).collect()
}

/// Who wrote a statement, and when; nothing where it stands as it was drafted or nobody is named.
pub(super) fn written(t: Lang, said: &Said) -> Option<String> {
    let edited = said.edited.as_ref()?;
    let places = [("name", edited.by.name.as_str()), ("time", &t.moment(edited.at))];
    let rewritten = said.was.is_some();
    Some(if rewritten { t.fill("product.rewritten", &places) } else { t.fill("product.by", &places) })
}

/// What a statement rests on where that is no source: likelihood and, in a sentence of its own, confidence.
pub(super) fn resting(t: Lang, said: &Said) -> String {
    match said.basis {
        Basis::Sourced => String::new(),
        Basis::Context if said.sources.is_empty() => format!(" [{}]", own_word(t, said)),
        Basis::Context => format!(" [{}]", t.word("basis", Basis::Context.as_str())),
        Basis::Judgement => {
            let likely = said.likelihood.as_ref().map(|one| format!(": {}", likelihood(t, one)));
            let sure = said.confidence.map(|one| {
                format!(" {}: {}.", t.say("judgement.confidence"), t.word("confidence", one.as_str()))
            });
            let basis = t.word("basis", Basis::Judgement.as_str());
            format!(" [{basis}{}.{}]", likely.unwrap_or_default(), sure.unwrap_or_default())
        }
    }
}

/// Whose word a sentence is that names no source: its author's, or the centre's where no author is told.
fn own_word(t: Lang, said: &Said) -> String {
    match &said.edited {
        Some(edited) => t.fill("product.own-word-of", &[("name", &edited.by.name)]),
        None => t.say("product.own-word").to_owned(),
    }
}

/// Behind a statement of which a source was taken back since: that it was.
fn withdrawn(t: Lang, said: &Said, gone: &BTreeSet<String>) -> String {
    if said.sources.iter().any(|key| gone.contains(key)) {
        format!(" [{}]", t.say("product.withdrawn-since"))
    } else {
        String::new()
    }
}

fn source(one: &Product, of: &Rests) -> Source {
    Source {
        text: of.label.clone(),
        grade: of.grade.clone(),
        // counts and levels have no id of their own: their words say what they are of
        id: match of.kind {
            SourceKind::Situation | SourceKind::Coverage => String::new(),
            _ => of.id.clone(),
        },
        link: source_link::link(one, of).unwrap_or_default(),
    }
}

const fn is_over(one: &Product) -> bool {
    matches!(one.state, ProductState::Superseded | ProductState::Withdrawn)
}

fn notes(t: Lang, one: &Product) -> Vec<String> {
    let pending = match one.state {
        ProductState::Published => None,
        _ if is_over(one) => Some(t.say("print.over").to_owned()),
        _ => Some(t.say("print.pending").to_owned()),
    };
    let above = |ceiling: &contracts::analysis::products::Ceiling| {
        let label = marking(t, &Handling::new(ceiling.tlp, ceiling.un_class));
        one.form.tear_line.then(|| t.fill("product.torn-above", &[("marking", &label)]))
    };
    let torn = one.form.ceiling.as_ref().and_then(above);
    let attribution = one.handling.licence.attribution.iter().cloned();
    let notes = pending.into_iter().chain(torn);
    notes.chain(shell::limits(t, &one.handling)).chain(attribution).collect()
}

#[cfg(test)]
#[path = "printed_product_tests.rs"]
mod tests;
