//! Markings of a product: what binds a statement and the whole, and why neither can be marked below that.

use contracts::analysis::products::{Ceiling, Product, Source, Statement};
use domain::Handling;

/// What binds a statement: its sources; what the centre says by itself where a person wrote it or it names no source; what was
/// wished for it.
pub(super) fn of(own: &Handling, sources: &[Source], statement: &Statement) -> Handling {
    let base = base(own, sources, statement);
    statement.wish.as_ref().map_or(base.clone(), |wish| base.join(wish))
}

fn base(own: &Handling, sources: &[Source], statement: &Statement) -> Handling {
    let rests = sources.iter().filter(|source| statement.sources.contains(&source.key));
    // what a person wrote says more than its sources: it is the centre's own word as well
    let written = statement.sources.is_empty() || statement.is_written();
    let base = Handling::join_all(rests.map(|source| &source.handling).chain(written.then_some(own)));
    base.unwrap_or_else(|| own.clone())
}

/// `TLP:AMBER`, with its classification where it has one.
fn label(of: &Handling) -> String {
    match of.un_class() {
        domain::UnClass::Unclassified => format!("TLP:{}", of.tlp()),
        class => format!("TLP:{} {class}", of.tlp()),
    }
}

/// Whether a label is below another in what it says of either.
fn is_below(wish: &Handling, least: &Handling) -> bool {
    wish.tlp() < least.tlp() || wish.un_class() < least.un_class()
}

/// Why a statement cannot be marked as wished; `None` where it can. `statement` stands as it would with everything else that
/// is changed, and still with the wish it had.
pub(super) fn refusal(product: &Product, statement: &Statement, wish: &Handling) -> Option<String> {
    let own = &product.form.handling;
    let least = of(own, &product.sources, statement);
    if statement.wish.as_ref() == Some(wish) || !is_below(wish, &least) {
        return None;
    }
    let rests = product.sources.iter().filter(|source| statement.sources.contains(&source.key));
    let holds = rests
        .filter(|source| is_below(wish, &source.handling))
        .map(|source| format!("its source “{}” is {}", source.label, label(&source.handling)));
    let written = statement.sources.is_empty() || statement.is_written();
    let chosen = (written && is_below(wish, own))
        .then(|| format!("what the centre says by itself is {} in this product", label(own)));
    let before = statement.wish.as_ref().filter(|before| is_below(wish, before));
    let before = before.map(|before| format!("it was marked {} by hand before", label(before)));
    let why: Vec<String> = holds.chain(chosen).chain(before).collect();
    Some(format!(
        "{} is below {}, which it carries at least: {}. A marking is tightened, never lowered; take the statement out and add it \
         anew without what binds it, or leave the marking as it is",
        label(wish),
        label(&least),
        why.join("; ")
    ))
}

/// Why the whole cannot be marked as wished; `None` where it can.
pub(super) fn refusal_of_whole(product: &Product, wish: &Handling) -> Option<String> {
    let own = &product.form.handling;
    let mut why = Vec::new();
    if is_below(wish, own) {
        why.push(format!("its authors chose {}", label(own)));
    }
    let above = product.statements().filter(|one| is_below(wish, &one.handling));
    why.extend(above.map(|one| format!("statement {} is {}", one.number, label(&one.handling))));
    (!why.is_empty()).then(|| {
        format!(
            "{} is below what its parts carry: {}. The label of a product is never below that of any part; take these statements \
             out first, or draft another product",
            label(wish),
            why.join("; ")
        )
    })
}

/// Why a ceiling below what the authors chose cannot be met.
pub(super) fn below_chosen(ceiling: Ceiling, own: &Handling) -> String {
    let ceiling = label(&Handling::new(ceiling.tlp, ceiling.un_class));
    let own = label(own);
    format!(
        "{ceiling} is below {own}, which is chosen for what the centre says by itself, its title included: no product made so \
         stays under it. Choose {own} or stricter, set a tear-line, or mark the centre's own words less strictly"
    )
}
