//! Writing a product: the draft as it begins, and every change of it, with what stood there before.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Failure,
    analysis::{
        drafting::{Change, SourceRef},
        products::{
            Basis, Changed, Part, Product, ProductForm, ProductState, ProductStep, Section, Source, Statement,
        },
    },
};
use domain::{Handling, ProductId};

use super::{changes, compose::Said, marks, sources, words};
use crate::domain::deed::{Actor, Faults};

/// How many statements a product holds.
const MOST_STATEMENTS: usize = 200;
/// How large a product may grow with its history, in bytes as JSON: it must pass the bus in one message.
const MOST_BYTES: usize = 512 * 1024;
/// The longest period, in days.
const LONGEST_DAYS: i64 = 366;

/// The sources that were looked up for a change, by their keys; `None` where there is none that could be taken.
pub type Found = BTreeMap<String, Option<Source>>;

/// What is wrong with a wish for a product.
///
/// # Errors
/// Everything that is wrong with it.
pub fn check(form: &ProductForm, today: domain::Day) -> Result<(), Failure> {
    let mut faults = Faults::default();
    faults.text("/title", &form.title, false);
    if form.from > form.to {
        faults.add("/from", format!("{} lies after the last day, {}", form.from, form.to));
    }
    if form.to > today {
        faults.add("/to", format!("{} has not come yet; today is {today}", form.to));
    }
    if form.to.since(form.from) > LONGEST_DAYS {
        faults.add("/from", format!("a product covers {LONGEST_DAYS} days at most"));
    }
    for country in form.countries.iter().filter(|country| !country.in_region()) {
        faults.add("/countries", format!("{country} is none of the six countries"));
    }
    for province in &form.provinces {
        match crate::domain::cell::country_of(province) {
            None => faults.add("/provinces", format!("{province} is no province of the six countries")),
            Some(country) if !form.countries.is_empty() && !form.countries.contains(&country) => {
                faults.add(
                    "/provinces",
                    format!("{province} lies in {country}, which is not among the countries"),
                );
            }
            Some(_) => {}
        }
    }
    if let Some(ceiling) = form.ceiling.filter(|one| !form.tear_line && !one.covers(&form.handling)) {
        faults.add("/ceiling", marks::below_chosen(ceiling, &form.handling));
    }
    faults.into_result("the product cannot be drafted so")
}

/// What a product is called by its kind and period alone.
pub fn plain_title(form: &ProductForm) -> String {
    use contracts::analysis::products::ProductKind::{
        BriefingNote, FlashReport, SituationReport, WarningNote,
    };
    let kind = match form.kind {
        SituationReport => ("Situation report", "Сводка обстановки"),
        FlashReport => ("Flash report", "Экстренное сообщение"),
        BriefingNote => ("Briefing note for the Secretary-General", "Справка для Генерального секретаря"),
        WarningNote => ("Early-warning note", "Записка о раннем предупреждении"),
    };
    format!("{}, {}", words::pick(form.language, kind), words::period(form.language, form.from, form.to))
}

/// A draft, as it is composed.
///
/// # Errors
/// When it is too large to be kept.
pub fn begin(
    id: ProductId,
    mut form: ProductForm,
    composed: Vec<(Part, Vec<Said>)>,
    actor: &Actor<'_>,
) -> Result<Product, Failure> {
    let plain_title = plain_title(&form);
    if form.title.trim().is_empty() {
        form.title.clone_from(&plain_title);
    }
    let mut product = Product {
        id,
        plain_title,
        sections: Vec::new(),
        sources: Vec::new(),
        handling: form.handling.clone(),
        form,
        state: ProductState::Draft,
        authors: vec![actor.signature()],
        reviewer: None,
        history: vec![step(ProductState::Draft, actor, "", Vec::new())],
        created_at: actor.at,
        published_at: None,
        digest: None,
        pages: None,
        superseded_by: None,
        next: 1,
        version: 1,
    };
    for (part, said) in composed {
        let statements = said.into_iter().map(|said| drafted(&mut product, said)).collect();
        product.sections.push(Section { part, statements, struck: None });
    }
    settle(&mut product);
    bounded(&product)?;
    Ok(product)
}

fn drafted(product: &mut Product, said: Said) -> Statement {
    let (text, bare) = said.sentence;
    let internal = said.sources.iter().any(sources::is_set_by_hand);
    let mut keys = Vec::new();
    for source in said.sources {
        if !keys.contains(&source.key) {
            keys.push(source.key.clone());
        }
        take(product, source);
    }
    let number = product.next;
    product.next += 1;
    Statement {
        number,
        text,
        bare,
        basis: Basis::Sourced,
        likelihood: None,
        confidence: None,
        sources: keys,
        wish: None,
        handling: product.form.handling.clone(),
        drafted: true,
        edited: None,
        was: None,
        internal,
    }
}

/// Takes a source in; one that is there is bound by what either is marked as.
pub(super) fn take(product: &mut Product, source: Source) {
    match product.sources.iter_mut().find(|known| known.key == source.key) {
        Some(known) => known.handling = known.handling.join(&source.handling),
        None => product.sources.push(source),
    }
}

/// Brings every marking up to date: a statement is marked as everything that binds it and as its writer wishes; the product as
/// the join of its statements and of what its authors chose. Sources that nothing rests on are let go.
fn settle(product: &mut Product) {
    let used: BTreeSet<String> = product.statements().flat_map(|one| one.sources.iter().cloned()).collect();
    product.sources.retain(|source| used.contains(&source.key));
    let Product { form, sources, sections, .. } = product;
    for statement in sections.iter_mut().flat_map(|section| &mut section.statements) {
        statement.handling = marks::of(&form.handling, sources, statement);
    }
    let own = std::iter::once(&product.form.handling);
    let whole = Handling::join_all(own.chain(product.statements().map(|statement| &statement.handling)));
    product.handling = whole.unwrap_or_else(|| product.form.handling.clone());
}

fn bounded(product: &Product) -> Result<(), Failure> {
    let count = product.statements().count();
    if count > MOST_STATEMENTS {
        let why =
            format!("it holds {count} statements and {MOST_STATEMENTS} at most are kept; narrow its scope");
        return Err(Failure::invalid("the product is too long").at("/sections", why));
    }
    let bytes = serde_json::to_vec(product).map_or(0, |text| text.len());
    if bytes > MOST_BYTES {
        let why =
            format!("it is {} KiB with its history and {} at most are kept", bytes / 1024, MOST_BYTES / 1024);
        return Err(Failure::invalid("the product is too large").at("/sections", why));
    }
    Ok(())
}

/// The sources that these changes name, and those that are to be renewed by their keys.
pub fn wanted(product: &Product, changes: &[Change]) -> Vec<SourceRef> {
    let of = |change: &Change| match change {
        Change::Rewrite(rewrite) => rewrite.sources.clone().unwrap_or_default(),
        Change::Add(addition) => addition.sources.clone(),
        Change::Renew { source } => {
            let known = product.source(source).map(|one| SourceRef { kind: one.kind, id: one.id.clone() });
            known.into_iter().collect()
        }
        _ => Vec::new(),
    };
    changes.iter().flat_map(of).collect()
}

/// The draft with these changes, all or none; whoever changes it is an author from then on.
///
/// # Errors
/// When it is no draft any more, or with everything that is wrong with the changes.
pub fn revise(
    before: Product,
    changes: &[Change],
    found: &Found,
    actor: &Actor<'_>,
) -> Result<Product, Failure> {
    if before.state != ProductState::Draft {
        let state = before.state;
        let how = match state {
            ProductState::Review | ProductState::Approved => {
                "have it returned with a note first (action return); then it is a draft again"
            }
            _ => "draft another one that supersedes it",
        };
        return Err(Failure::conflict(format!("it is in {state} and only a draft is changed: {how}")));
    }
    let (mut now, done) = changes::apply(&before, changes, found, actor)?;
    settle(&mut now);
    if now == before {
        return Ok(before); // twice is once
    }
    if !now.authors.iter().any(|author| author.subject == actor.principal.subject) {
        now.authors.push(actor.signature());
    }
    now.version += 1;
    now.pages = None;
    now.history.push(step(ProductState::Draft, actor, "", done));
    bounded(&now)?;
    Ok(now)
}

pub(super) fn step(state: ProductState, actor: &Actor<'_>, note: &str, changes: Vec<Changed>) -> ProductStep {
    ProductStep { state, by: actor.signature(), at: actor.at, note: note.to_owned(), changes }
}
