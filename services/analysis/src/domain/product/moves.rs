//! Moving a product on: what each move needs, and who may make it; what is published is frozen under its digest.

use contracts::{
    Failure,
    analysis::{
        drafting::{Length, Newer, Since},
        products::{Basis, Part, Product, ProductAction, ProductKind, ProductState, Statement},
    },
};
use domain::ProductId;
use sha2::{Digest, Sha256};

use super::{
    edit::step,
    marks,
    skeleton::{self, MOST_PAGES},
};
use crate::domain::deed::{Actor, Faults, is_grave};

/// So many letters of a statement are shown where it is refused.
const SHOWN: usize = 60;

/// What is known about a product besides itself when it is moved.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// What of its sources is newer.
    pub newer: &'a [Newer],
    /// How long it is when set.
    pub length: Option<Length>,
}

/// Where a move begins, and where it leads.
const fn way(action: ProductAction) -> (&'static [ProductState], ProductState) {
    use ProductState::{Approved, Draft, Published, Review, Withdrawn};
    match action {
        ProductAction::Submit => (&[Draft], Review),
        ProductAction::Return => (&[Review, Approved], Draft),
        ProductAction::Approve => (&[Review], Approved),
        ProductAction::Publish => (&[Approved], Published),
        ProductAction::Withdraw => (&[Draft, Review, Approved, Published], Withdrawn),
    }
}

/// Moves a product on. Doing the same again changes nothing.
///
/// # Errors
/// When it does not stand where the move begins, or with everything that the move lacks.
pub fn act(
    before: Product,
    (action, note): (ProductAction, &str),
    known: Known<'_>,
    actor: &Actor<'_>,
) -> Result<Product, Failure> {
    let (from, to) = way(action);
    if !from.contains(&before.state) {
        let mine = before.history.last().is_some_and(|last| last.by.subject == actor.principal.subject);
        if before.state == to && mine {
            return Ok(before); // twice is once
        }
        let state = before.state;
        return Err(Failure::conflict(format!("it is in {state}: {action} is not possible there")));
    }
    guard(&before, (action, note), known, actor)?;
    let mut now = before;
    match to {
        ProductState::Review => now.pages = known.length.map(|length| length.pages),
        ProductState::Approved => now.reviewer = Some(actor.signature()),
        ProductState::Draft => now.reviewer = None,
        ProductState::Published => {
            now.published_at = Some(actor.at);
            now.digest = Some(digest(&now));
        }
        ProductState::Superseded | ProductState::Withdrawn => {}
    }
    now.state = to;
    now.version += 1;
    now.history.push(step(to, actor, note.trim(), Vec::new()));
    Ok(now)
}

fn guard(
    before: &Product,
    (action, note): (ProductAction, &str),
    known: Known<'_>,
    actor: &Actor<'_>,
) -> Result<(), Failure> {
    let mut faults = Faults::default();
    let me = &actor.principal.subject;
    faults.text("/note", note, matches!(action, ProductAction::Return | ProductAction::Withdraw));
    match action {
        ProductAction::Submit => {
            ready(before, &mut faults);
            fits(before, known.length, &mut faults);
            fresh(known.newer, &mut faults);
        }
        ProductAction::Approve => {
            if before.authors.iter().any(|author| author.subject == *me) {
                faults.add("/approve", "who wrote on it does not review it; another person must");
            }
            below_ceiling(before, &mut faults);
            rest(before, &mut faults);
            fresh(known.newer, &mut faults);
        }
        ProductAction::Publish => {
            rest(before, &mut faults);
            if is_grave(&before.handling) && before.reviewer.as_ref().is_some_and(|one| one.subject == *me) {
                faults.add(
                    "/publish",
                    "at TLP:RED or strictly confidential another than the reviewer must publish",
                );
            }
            fresh(known.newer, &mut faults);
        }
        ProductAction::Return | ProductAction::Withdraw => {}
    }
    faults.into_result(&format!("the product cannot be moved by {action}"))
}

/// Every part is filled or struck out, none too full, and every statement says what it rests on.
fn ready(product: &Product, faults: &mut Faults) {
    for section in &product.sections {
        let (part, count) = (section.part, section.statements.len());
        if count == 0 && section.struck.is_none() {
            let belongs = skeleton::belongs(part);
            faults.add(
                format!("/sections/{part}"),
                format!("is empty: here belongs {belongs}; fill it, or strike it out with the reason"),
            );
        }
        if let Some(most) = skeleton::most(product.form.kind, part).filter(|most| count > *most) {
            faults.add(format!("/sections/{part}"), format!("holds {count} statements; {most} at most"));
        }
    }
    rest(product, faults);
}

/// Every statement says what it rests on. What tells of the world names a source, whatever its basis; a judgement says how likely
/// and how sure besides. Without a source stands only what the centre says by itself, in the parts that hold nothing else, and
/// there the paper names its author.
fn rest(product: &Product, faults: &mut Faults) {
    let said =
        product.sections.iter().flat_map(|part| part.statements.iter().map(move |one| (part.part, one)));
    for (part, one) in said {
        let at = |field: &str| format!("/statements/{}/{field}", one.number);
        if one.basis == Basis::Judgement && (one.likelihood.is_none() || one.confidence.is_none()) {
            faults.add(
                at("basis"),
                "is a judgement: say how likely it is and, apart from it, how sure you are",
            );
        }
        if let Some(told) = one.likelihood.as_ref().filter(|_| one.basis == Basis::Judgement) {
            faults.likelihood(at("likelihood"), told);
        }
        let own_word = one.basis == Basis::Context && skeleton::holds_own_word(part);
        if one.sources.is_empty() && !own_word {
            faults.add(at("sources"), unsourced(part, one));
        }
    }
}

/// Why a statement without a source does not stand.
fn unsourced(part: Part, one: &Statement) -> String {
    let begins: String = one.text.chars().take(SHOWN).collect();
    let more = if one.text.chars().count() > SHOWN { "…" } else { "" };
    let what = match one.basis {
        Basis::Judgement => "a judgement names what it rests on: its assessment, or the reports",
        _ if skeleton::holds_own_word(part) => {
            "name one, or mark it as context, where the paper names its author"
        }
        _ => "what is said in this part names its source, context too",
    };
    format!("“{begins}{more}” names no source: {what}")
}

fn fits(product: &Product, length: Option<Length>, faults: &mut Faults) {
    if product.form.kind != ProductKind::BriefingNote {
        return;
    }
    match length.filter(|length| length.version == product.version) {
        None => faults.add(
            "/pages",
            "its length was not counted in this version; submit it through the API or the console",
        ),
        Some(length) if length.pages > MOST_PAGES => {
            let over = length.pages - MOST_PAGES;
            let pages = if over == 1 { "page" } else { "pages" };
            let words = product.statements().map(|one| one.text.split_whitespace().count()).sum::<usize>();
            let cut = words * over as usize / length.pages as usize;
            faults.add("/pages", format!("takes {} pages when set and {MOST_PAGES} at most: {over} {pages} too many, about {cut} of its {words} words", length.pages));
        }
        Some(_) => {}
    }
}

/// What was taken back, or is marked more strictly now, does not stand in what is let on.
fn fresh(newer: &[Newer], faults: &mut Faults) {
    for one in newer.iter().filter(|one| one.since != Since::Revised) {
        let of: Vec<String> = one.statements.iter().map(ToString::to_string).collect();
        let what = match one.since {
            Since::Gone => "take it out of its statements",
            _ => "renew it, so that its statements are marked as it is",
        };
        faults.add(
            format!("/sources/{}", one.source),
            format!("{} (statements {}): {what}", one.detail, of.join(", ")),
        );
    }
}

fn below_ceiling(product: &Product, faults: &mut Faults) {
    let Some(ceiling) = product.form.ceiling.filter(|_| !product.form.tear_line) else { return };
    if !ceiling.covers(&product.form.handling) {
        faults.add("/form/ceiling", marks::below_chosen(ceiling, &product.form.handling));
    }
    let above = |one: &&Statement| !ceiling.covers(&one.handling);
    for one in product.statements().filter(above) {
        let marked = format!("is TLP:{} {}", one.handling.tlp(), one.handling.un_class());
        faults.add(
            format!("/statements/{}/handling", one.number),
            format!("{marked}, above the TLP:{} {} that the product is meant to carry: take it out, or set a tear-line", ceiling.tlp, ceiling.un_class),
        );
    }
}

/// The one that another takes the place of.
pub fn supersede(before: Product, by: &ProductId, actor: &Actor<'_>) -> Product {
    let mut now = before;
    now.state = ProductState::Superseded;
    now.superseded_by = Some(by.clone());
    now.version += 1;
    now.history.push(step(ProductState::Superseded, actor, "", Vec::new()));
    now
}

/// SHA-256, in hexadecimal, of everything a reader is told: title, form, parts with their statements, sources with their
/// grades and markings. Where it stands, who wrote it and what was done with it is no part of it.
pub fn digest(product: &Product) -> String {
    let told = (&product.id, &product.form, &product.sections, &product.sources, &product.handling);
    let text = serde_json::to_vec(&told).unwrap_or_default();
    Sha256::digest(text).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

#[cfg(test)]
#[path = "moves_tests.rs"]
mod tests;
