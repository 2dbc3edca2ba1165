//! Made-up products for the tests of the pages.

use contracts::{
    Failure,
    analysis::{
        drafting::{Length, Newer, ProductLine},
        products::{Product, ProductState},
    },
    coordination::{Organisation, Torn},
};

use super::{
    fields::Fields,
    product_choices, product_form, products,
    shell::{Page, Reader},
    tearlines,
};

const PRODUCT: &str =
    include_str!("../../../../shared/contracts/golden/mirab.ask.analysis.product.get.v1.reply.json");
const NEWER: &str =
    include_str!("../../../../shared/contracts/golden/mirab.ask.analysis.product.check.v1.reply.json");
const TORN: &str =
    include_str!("../../../../shared/contracts/golden/mirab.ask.coordination.product.tear.v1.reply.json");
const ORGANISATIONS: &str = include_str!(
    "../../../../shared/contracts/golden/mirab.ask.coordination.organisation.list.v1.reply.json"
);

/// A situation report that stands there.
pub(super) fn a_product(state: ProductState) -> Product {
    let mut one: Product = serde_json::from_str(PRODUCT).unwrap();
    one.state = state;
    if state == ProductState::Draft {
        one.digest = None;
        one.published_at = None;
        one.sections[3].struck = None;
    }
    one
}

/// The empty form of a new one, refused.
pub(super) fn drafting<'a>(reader: &Reader, refusal: &Failure) -> Page<'a> {
    let organisations: Vec<Organisation> = serde_json::from_str(ORGANISATIONS).unwrap();
    let known = product_choices::Known { organisations, incidents: Vec::new() };
    product_form::page(reader, (&Fields::new(), &known), Some(refusal))
}

/// One product of each state, as the list shows them.
pub(super) fn lines() -> Vec<ProductLine> {
    ProductState::ALL.iter().map(|state| ProductLine::from(&a_product(*state))).collect()
}

/// All that the page of one shows.
pub(super) fn seen(state: ProductState) -> products::Seen {
    let one = a_product(state);
    let length = (state == ProductState::Draft).then_some(Length { pages: 3, version: one.version });
    let newer: Vec<Newer> = serde_json::from_str(NEWER).unwrap();
    products::Seen { one, newer, length }
}

/// What a partner may have of it.
pub(super) fn torn() -> tearlines::Seen {
    let torn: Torn = serde_json::from_str(TORN).unwrap();
    let organisations: Vec<Organisation> = serde_json::from_str(ORGANISATIONS).unwrap();
    tearlines::Seen {
        one: a_product(ProductState::Published),
        organisations: Ok(organisations),
        torn: Some(Ok(torn)),
    }
}
