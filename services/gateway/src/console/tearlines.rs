//! What a partner may have of a product: the decision on every statement, before anything is given out.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::{
    Failure,
    analysis::{
        drafting::ReadProduct,
        products::{Product, ProductState},
    },
    coordination::{Goes, ListOrganisations, Organisation, TearProduct, Torn, TornLine},
};
use maud::{Markup, html};

use super::{
    in_query, or_refused,
    printed::marking,
    reader,
    said::fact,
    shell::{Page, Reader},
    words::Lang,
};
use crate::{Error, Gateway, domain::policy::READERS};

/// All that the page shows.
#[derive(Debug)]
pub(super) struct Seen {
    /// The whole product.
    pub one: Product,
    /// The organisations it could be for.
    pub organisations: Result<Vec<Organisation>, Failure>,
    /// What one of them may have; `None` where none was chosen.
    pub torn: Option<Result<Torn, Failure>>,
}

/// Answers the page, for one organisation where one is chosen.
pub(super) async fn show(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    match seen(&gateway, &reader, &id, in_query(&uri, "for")).await {
        Ok(seen) => reader.good(&page(&reader, &seen)),
        Err(error) => reader.failed("/products", &error.into()),
    }
}

async fn seen(gateway: &Gateway, reader: &Reader, id: &str, partner: Option<String>) -> Result<Seen, Error> {
    let read = gateway.ask_as(&reader.principal, None, &ReadProduct { id: id.parse()? }).await?;
    let (gone, one) = (read.gone(), read.product);
    let organisations = gateway.ask_as(&reader.principal, None, &ListOrganisations {}).await;
    let torn = match partner {
        Some(partner) => {
            let product = Box::new(one.clone());
            let wish = TearProduct { partner: partner.clone(), product, preview: true, gone };
            let torn = gateway.ask_as(&reader.principal, None, &wish).await;
            let detail = serde_json::json!({ "console": true, "for": partner, "version": one.version });
            reader.note_act(gateway, ("previewTearlines", one.id.as_str(), detail)).await?;
            Some(torn)
        }
        None => None,
    };
    Ok(Seen { one, organisations, torn })
}

/// The page.
pub(super) fn page<'a>(reader: &Reader, Seen { one, organisations, torn }: &Seen) -> Page<'a> {
    let t = reader.lang;
    let chosen = torn.as_ref().and_then(|torn| torn.as_ref().ok()).map(|torn| torn.partner.as_str());
    let body = html! {
        div.sheet {
            p.crumb { a href={ "/products/" (one.id) } { "← " (one.form.title) } }
            h1 { (t.say("product.tearlines")) }
            p.meta { (t.say("product.tearlines-note")) }
            (or_refused(t, organisations, |all| html! {
                form.written method="get" action={ "/products/" (one.id) "/tearlines" } {
                    label for="for" { (t.say("product.for")) }
                    select #for name="for" {
                        @for of in all.iter().filter(|of| of.exercise == one.form.exercise) {
                            option value=(of.key) selected[Some(of.key.as_str()) == chosen] { (of.name) }
                        }
                    }
                    p.buttons { button { (t.say("product.look")) } }
                }
            }))
            @if let Some(torn) = torn { (or_refused(t, torn, |torn| told(t, one, torn))) }
        }
    };
    Page { title: t.say("product.tearlines"), part: "/products", exercise: one.form.exercise, body }
}

/// The decision of the rule; told as that of the rule alone where something else holds back what it releases.
fn decided(t: Lang, line: &TornLine) -> String {
    let outcome = t.word("outcome", line.decision.outcome.as_str());
    if line.goes == Goes::Nothing && line.decision.releases() {
        t.fill("product.rule-alone", &[("outcome", &outcome)])
    } else {
        outcome
    }
}

fn told(t: Lang, one: &Product, torn: &Torn) -> Markup {
    let left = torn.lines.iter().filter(|line| line.goes != Goes::Nothing).count();
    let label = format!("TLP:{}", marking(t, &torn.product.handling));
    let summary = if left == 0 {
        t.fill("product.goes-none", &[("name", &torn.name)])
    } else {
        let (left, all) = (left.to_string(), torn.lines.len().to_string());
        t.fill("product.goes-n", &[("n", &left), ("all", &all), ("name", &torn.name), ("marking", &label)])
    };
    let texts: BTreeMap<u32, &str> = one.statements().map(|said| (said.number, said.text.as_str())).collect();
    html! {
        p { b { (summary) } }
        p.meta {
            @if one.state == ProductState::Published && left > 0 {
                (t.say("product.given"))
                @for form in ["pdf", "html", "md"] { " " a href={ "/v1/products/" (one.id) "." (form) "?for=" (torn.partner) } { (form.to_uppercase()) } }
            } @else if one.state != ProductState::Published { (t.say("product.unpublished")) }
        }
        div.scroll {
            table.stacked {
                thead { tr { th { (t.say("product.statement")) } th { (t.say("product.goes")) } th { (t.say("product.why")) } } }
                tbody { @for line in &torn.lines {
                    tr {
                        td lang=(one.form.language) { (texts.get(&line.statement).copied().unwrap_or("—")) }
                        td data-label=(t.say("product.goes")) { span class={ "goes goes-" (line.goes) } { (t.word("goes", line.goes.as_str())) } }
                        td data-label=(t.say("product.why")) {
                            (fact(t, &line.reason))
                            details {
                                summary { (decided(t, line)) }
                                ol { @for step in &line.decision.steps {
                                    li { b { (t.word("rule", step.rule.as_str())) } ": " (t.word("outcome", step.outcome.as_str())) " – " (fact(t, &step.fact)) @if let Some(citation) = &step.citation { " (" (citation) ")" } }
                                } }
                            }
                        }
                    }
                } }
            }
        }
    }
}
