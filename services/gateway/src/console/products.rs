//! Products: the list, and one with everything that can be done with it.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use contracts::{
    Failure, Page as ListPage, PageRequest,
    analysis::{
        drafting::{
            GetProduct, Length, ListProducts, MoveProduct, Newer, ProductLine, ReadProduct, ReviseProduct,
        },
        products::{Product, ProductKind, ProductState},
    },
};
use domain::ProductId;
use kit::http::status_of;
use maud::{Markup, html};

use super::{
    desk,
    fields::{Fields, addressed, form_key, text},
    in_query, or_refused, product, product_change, reader,
    shell::{self, Page, Reader},
    situation::nothing,
    usable,
    words::Lang,
};
use crate::{
    Error, Gateway,
    domain::policy::{PRODUCT_WRITERS, READERS},
    routes::products::{counted, length},
};

/// What of all there is the list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wish {
    /// Only of this kind.
    pub kind: Option<ProductKind>,
    /// Only those that stand there.
    pub state: Option<ProductState>,
    /// Those of the exercise instead.
    pub exercise: bool,
}

impl Wish {
    fn of(uri: &Uri) -> Self {
        Self {
            kind: in_query(uri, "kind").and_then(|word| word.parse().ok()),
            state: in_query(uri, "state").and_then(|word| word.parse().ok()),
            exercise: in_query(uri, "exercise").is_some_and(|flag| flag == "true"),
        }
    }
    /// The address of the list, with where to go on.
    fn address(self, cursor: Option<&str>) -> String {
        let pairs = [
            self.kind.map(|kind| ("kind", kind.to_string())),
            self.state.map(|state| ("state", state.to_string())),
            self.exercise.then(|| ("exercise", "true".to_owned())),
            cursor.map(|cursor| ("cursor", cursor.to_owned())),
        ];
        addressed("/products", pairs)
    }
}

/// Answers the list.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let wish = Wish::of(&uri);
    let page = PageRequest { cursor: in_query(&uri, "cursor"), limit: Some(50) };
    let query =
        ListProducts { kind: wish.kind, state: wish.state, exercise: wish.exercise, known_on: None, page };
    let list = gateway.ask_as(&reader.principal, None, &query).await;
    reader.good(&page_of(&reader, wish, &list))
}

/// The list.
pub(super) fn page_of<'a>(
    reader: &Reader,
    wish: Wish,
    list: &Result<ListPage<ProductLine>, Failure>,
) -> Page<'a> {
    let t = reader.lang;
    let body = html! {
        div.sheet {
            h1 { (t.say("product.title")) }
            @if reader.principal.has_any(PRODUCT_WRITERS) { p { a.button href="/products/new" { (t.say("product.new")) } } }
            nav.chips aria-label=(t.say("product.kinds")) {
                (chip(t.say("warnings.every"), Wish { kind: None, ..wish }, wish.kind.is_none()))
                @for kind in ProductKind::ALL.iter().copied() {
                    (chip(&t.word("product-kind", kind.as_str()), Wish { kind: Some(kind), ..wish }, wish.kind == Some(kind)))
                }
            }
            nav.chips aria-label=(t.say("product.states")) {
                (chip(t.say("warnings.every"), Wish { state: None, ..wish }, wish.state.is_none()))
                @for state in ProductState::ALL.iter().copied() {
                    (chip(&t.word("product-state", state.as_str()), Wish { state: Some(state), ..wish }, wish.state == Some(state)))
                }
                (chip(t.say("exercise.name"), Wish { exercise: !wish.exercise, ..wish }, wish.exercise))
            }
            div #list.entries data-live="product.moved" {
                (or_refused(t, list, |list| html! {
                    @if list.items.is_empty() { (nothing(t.say("product.none"))) }
                    @for one in &list.items { (entry(t, one)) }
                    @if let Some(cursor) = &list.next { p { a href=(wish.address(Some(cursor))) { (t.say("list.older")) } } }
                }))
            }
        }
    };
    Page { title: t.say("product.title"), part: "/products", exercise: wish.exercise, body }
}

fn chip(name: &str, to: Wish, chosen: bool) -> Markup {
    html! { a href=(to.address(None)) aria-current=[chosen.then_some("true")] { (name) } }
}

fn entry(t: Lang, one: &ProductLine) -> Markup {
    html! {
        article.entry {
            p.entry-top {
                b { (t.word("product-kind", one.kind.as_str())) }
                span class={ "state state-" (one.state) } { (t.word("product-state", one.state.as_str())) }
                (shell::handling(t, &one.handling))
                @if one.exercise { (shell::exercise_badge(t)) }
                span.meta.end { (t.moment(one.published_at.unwrap_or(one.created_at))) }
            }
            a.entry-title href={ "/products/" (one.id) } lang=(one.language) { (one.title) }
            p.meta {
                @if let Some(author) = &one.author { (author.name) " · " }
                (t.day(one.from)) " – " (t.day(one.to)) " · " (t.word("product-language", one.language.as_str()))
            }
        }
    }
}

/// All that the page of one product shows.
#[derive(Debug)]
pub(super) struct Seen {
    /// The product.
    pub one: Product,
    /// What of its sources is newer.
    pub newer: Vec<Newer>,
    /// How long it is when set, where that matters.
    pub length: Option<Length>,
}

/// Answers one product.
pub(super) async fn show_one(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => answer(&gateway, &reader, &id, None).await,
        Err(answer) => answer,
    }
}

/// Moves a product on, or changes it; a refusal is shown on its page with every reason.
pub(super) async fn act(
    State(gateway): State<Arc<Gateway>>,
    Path((id, action)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    Form(sent): Form<Fields>,
) -> Response {
    let here = (READERS, format!("/products/{id}"));
    let acted = async |reader: &Reader| {
        let now = if action == "change" {
            changed(&gateway, reader, &headers, (&id, &sent)).await?
        } else {
            moved(&gateway, reader, &headers, (&id, &action, &sent)).await?
        };
        let is_plain = |at: &&str| at.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        let at = Some(text(&sent, "at")).filter(|at| !at.is_empty()).filter(is_plain);
        Ok(format!("/products/{}{}", now.id, at.map(|at| format!("#{at}")).unwrap_or_default()))
    };
    let again = async |reader: &Reader, why| answer(&gateway, reader, &id, Some(why)).await;
    desk::press(&gateway, (&headers, &uri), here, acted, again).await
}

async fn moved(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (id, action, sent): (&str, &str, &Fields),
) -> Result<Product, Error> {
    reader.check_form(headers, text(sent, "token"))?;
    let id: ProductId = id.parse()?;
    let (action, note, version) =
        (action.parse()?, text(sent, "note").to_owned(), text(sent, "version").parse().ok());
    let length = counted(gateway, &reader.principal, (&id, action)).await?;
    let wish = MoveProduct { id, action, note, length, version };
    let now = gateway.ask_as(&reader.principal, usable(text(sent, "key")), &wish).await?;
    noted(gateway, reader, (&format!("{action}Product"), &now)).await?;
    Ok(now)
}

async fn changed(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (id, sent): (&str, &Fields),
) -> Result<Product, Error> {
    reader.check_form(headers, text(sent, "token"))?;
    let id: ProductId = id.parse()?;
    let before =
        gateway.ask_as(&reader.principal, None, &GetProduct { id: id.clone(), known_on: None }).await?;
    let changes = vec![product_change::change(&before, sent)?];
    let wish = ReviseProduct { id, changes, version: text(sent, "version").parse().ok() };
    let now = gateway.ask_as(&reader.principal, usable(text(sent, "key")), &wish).await?;
    noted(gateway, reader, ("reviseProduct", &now)).await?;
    Ok(now)
}

/// Writes to the audit what was done.
pub(super) async fn noted(
    gateway: &Gateway,
    reader: &Reader,
    (action, now): (&str, &Product),
) -> Result<(), Error> {
    let detail = serde_json::json!({ "console": true, "version": now.version, "state": now.state });
    reader.note_act(gateway, (action, now.id.as_str(), detail)).await
}

async fn answer(gateway: &Gateway, reader: &Reader, id: &str, refusal: Option<Failure>) -> Response {
    let Ok(id) = id.parse::<ProductId>() else {
        return reader.failed("/products", &Failure::not_found(reader.lang.say("product.absent")));
    };
    let (one, newer) = match gateway.ask_as(&reader.principal, None, &ReadProduct { id }).await {
        Ok(read) => (read.product, read.newer),
        Err(failure) => return reader.failed("/products", refusal.as_ref().unwrap_or(&failure)),
    };
    let length = match length(&one).await {
        Ok(length) => length,
        Err(error) => return reader.failed("/products", &error.into()),
    };
    let status = refusal.as_ref().map_or(StatusCode::OK, |failure| status_of(failure.kind));
    let seen = Seen { one, newer, length };
    let page = product::page(reader, &seen, (refusal.as_ref(), &form_key()));
    (status, reader.page(&page)).into_response()
}
