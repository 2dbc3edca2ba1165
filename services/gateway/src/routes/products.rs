//! Products: drafted from data, changed statement by statement, reviewed, published; given out as papers, whole to the centre
//! and torn to each partner's measure.

use axum::http::StatusCode;
use contracts::{
    Failure, FailureKind, PageRequest, Principal,
    analysis::{
        drafting::{
            Change, CheckProduct, DraftProduct, GetProduct, Length, ListProducts, MoveProduct, ReadProduct,
            ReviseProduct,
        },
        products::{Product, ProductAction, ProductForm, ProductKind, ProductState},
    },
    coordination::{TearProduct, Torn},
};
use domain::{ProductId, Timestamp};
use paper::Paper;
use serde::Deserialize;

use super::{CURSOR, JSON, KNOWN_ON, LIMIT, Moment, Note, elsewhere::elsewhere};
use crate::{
    Error, Gateway,
    console::printed_product,
    domain::policy::{PRODUCT_WRITERS, PUBLISHERS, READERS},
    http::{
        Answer, Call, Handler, Route,
        table::{Handle, Param, handle, param},
    },
};

const fn moves(path: &'static str, roles: &'static [contracts::Role], handle: Handle) -> Route {
    Route::post(path, roles, Handler::Forward(handle))
        .takes("Note")
        .answers(200, &[(JSON, "Product")])
        .matched()
}

const MARKDOWN: &str = "text/markdown; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const PDF: &str = "application/pdf";
/// For whom a paper is.
const FOR: &[Param] = &[param(
    "for",
    "Text",
    "as the organisation with this key may have it; whole, for the centre, when left out",
)];

/// What is done with products.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/products", READERS, handle!(list))
        .named("listProducts", "Products, newest first. With `known_on` those that there were then, each as it stood.")
        .with(&[
            param("kind", "ProductKind", "only of this kind"),
            param("state", "ProductState", "only those that stand there"),
            param("exercise", "Flag", "those of the exercise instead of the real ones"),
            KNOWN_ON,
            CURSOR,
            LIMIT,
        ])
        .answers(200, &[(JSON, "ProductLinePage")]),
    Route::post("/v1/products", PRODUCT_WRITERS, Handler::Forward(handle!(draft)))
        .named("draftProduct", "Drafts a product from what is held of the period: every statement with its sources.")
        .takes("ProductForm")
        .answers(201, &[(JSON, "Product")])
        .tagged(),
    Route::get("/v1/products/{id}", READERS, handle!(get))
        .named(
            "getProduct",
            "One product with its statements, sources and history; with `known_on` as it stood then, bound by its sources as they are \
             marked now.",
        )
        .with(&[KNOWN_ON])
        .answers(200, &[(JSON, "Product")])
        .tagged(),
    Route::get("/v1/products/{id}.md", READERS, handle!(markdown))
        .named("getProductMarkdown", "The product as a paper, every statement marked and sourced, as Markdown.")
        .with(FOR)
        .answers(200, &[(MARKDOWN, "Text")])
        .sensitive(),
    Route::get("/v1/products/{id}.html", READERS, handle!(page))
        .named("getProductHtml", "The same as one HTML page.")
        .with(FOR)
        .answers(200, &[(HTML, "Text")])
        .sensitive(),
    Route::get("/v1/products/{id}.pdf", READERS, handle!(pdf))
        .named("getProductPdf", "The same as PDF, on A4.")
        .with(FOR)
        .answers(200, &[(PDF, "File")])
        .sensitive(),
    Route::get("/v1/products/{id}/newer", READERS, handle!(newer))
        .named("listNewerSources", "What of its sources changed or was taken back since. Changes nothing.")
        .answers(200, &[(JSON, "NewerPage")]),
    Route::get("/v1/products/{id}/tearlines", READERS, handle!(tearlines))
        .named("previewTearlines", "What of it one organisation may have: the decision on every statement, and what is left.")
        .with(&[Param { required: true, ..param("for", "Text", "key of the organisation") }])
        .answers(200, &[(JSON, "Torn")])
        .sensitive(),
    moves("/v1/products/{id}/revise", PRODUCT_WRITERS, handle!(revise))
        .named("reviseProduct", "Changes a draft, statement by statement; all of the changes or none.")
        .takes("ProductChanges"),
    moves("/v1/products/{id}/submit", PRODUCT_WRITERS, |g, c| Box::pin(act(g, c, ProductAction::Submit))).named(
        "submitProduct",
        "Puts a draft before a peer: every part filled or struck out; a briefing note on two pages at most.",
    ),
    moves("/v1/products/{id}/return", PRODUCT_WRITERS, |g, c| Box::pin(act(g, c, ProductAction::Return)))
        .named("returnProduct", "Gives it back to its authors, with the reason."),
    moves("/v1/products/{id}/approve", PRODUCT_WRITERS, |g, c| Box::pin(act(g, c, ProductAction::Approve)))
        .named("approveProduct", "Agrees with it; by one who did not write on it."),
    moves("/v1/products/{id}/publish", PUBLISHERS, |g, c| Box::pin(act(g, c, ProductAction::Publish)))
        .named("publishProduct", "Makes it hold, frozen under its digest, in the place of the one it supersedes."),
    moves("/v1/products/{id}/withdraw", PUBLISHERS, |g, c| Box::pin(act(g, c, ProductAction::Withdraw)))
        .named("withdrawProduct", "Takes it back, with the reason."),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    kind: Option<ProductKind>,
    state: Option<ProductState>,
    #[serde(default)]
    exercise: bool,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
    cursor: Option<String>,
    limit: Option<u32>,
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Filter { kind, state, exercise, known_on, cursor, limit } = call.query()?;
    let page = PageRequest { cursor, limit };
    Answer::page(call, gateway.ask(call, &ListProducts { kind, state, exercise, known_on, page }).await?)
}

fn answer(status: StatusCode, product: &Product) -> Result<Answer, Error> {
    Ok(Answer::json(status, product)?.revised(product.version))
}

async fn draft(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let form: ProductForm = call.json()?;
    let elsewhere = elsewhere(gateway, &call.principal, &form).await?;
    answer(StatusCode::CREATED, &gateway.ask(call, &DraftProduct { form, elsewhere }).await?)
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Moment { known_on } = call.query()?;
    answer(StatusCode::OK, &gateway.ask(call, &GetProduct { id: call.param("id")?, known_on }).await?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    changes: Vec<Change>,
}

async fn revise(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Changes { changes } = call.json()?;
    let wish = ReviseProduct { id: call.param("id")?, changes, version: call.if_match()? };
    answer(StatusCode::OK, &gateway.ask(call, &wish).await?)
}

async fn act(gateway: &Gateway, call: &Call, action: ProductAction) -> Result<Answer, Error> {
    let Note { note } = call.json()?;
    let id: ProductId = call.param("id")?;
    let length = counted(gateway, &call.principal, (&id, action)).await?;
    let wish = MoveProduct { id, action, note, length, version: call.if_match()? };
    answer(StatusCode::OK, &gateway.ask(call, &wish).await?)
}

/// How long a briefing note is when set, where that decides whether it may be submitted.
pub(crate) async fn counted(
    gateway: &Gateway,
    principal: &Principal,
    (id, action): (&ProductId, ProductAction),
) -> Result<Option<Length>, Error> {
    if action != ProductAction::Submit {
        return Ok(None);
    }
    let one = gateway.ask_as(principal, None, &GetProduct { id: id.clone(), known_on: None }).await?;
    length(&one).await
}

/// How long a briefing note is when set; nothing of other kinds, which may be as long as they are.
pub(crate) async fn length(one: &Product) -> Result<Option<Length>, Error> {
    if one.form.kind != ProductKind::BriefingNote {
        return Ok(None);
    }
    let paper = printed_product::as_published(one);
    let pages = tokio::task::spawn_blocking(move || paper.pdf()).await??.pages;
    Ok(Some(Length { pages: u32::try_from(pages).unwrap_or(u32::MAX), version: one.version }))
}

async fn newer(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    Answer::whole(gateway.ask(call, &CheckProduct { id: call.param("id")? }).await?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Recipient {
    r#for: Option<String>,
}

/// A product as one organisation may have it. There is no other way to it than the release rule, and what became of its
/// sources: where coordination or analysis does not answer, nothing is given out.
async fn torn(gateway: &Gateway, call: &Call, (partner, preview): (String, bool)) -> Result<Torn, Error> {
    let read = gateway.ask(call, &ReadProduct { id: call.param("id")? }).await?;
    let gone = read.gone();
    gateway.ask(call, &TearProduct { partner, product: Box::new(read.product), preview, gone }).await
}

async fn tearlines(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Recipient { r#for } = call.query()?;
    let partner = r#for.ok_or_else(|| {
        Failure::new(FailureKind::Malformed, "say for whom: ?for= with the key of an organisation")
    })?;
    Answer::ok(&torn(gateway, call, (partner, true)).await?)
}

async fn printed(gateway: &Gateway, call: &Call) -> Result<Paper, Error> {
    let address = &gateway.settings.public_address;
    let Recipient { r#for } = call.query()?;
    if let Some(partner) = r#for {
        return Ok(printed_product::torn(&torn(gateway, call, (partner, false)).await?.product));
    }
    let read = gateway.ask(call, &ReadProduct { id: call.param("id")? }).await?;
    Ok(printed_product::paper(&read.product, &read.gone()).reached_at(address))
}

async fn markdown(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    Ok(Answer::text(MARKDOWN, printed(gateway, call).await?.markdown()))
}

async fn page(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    Ok(Answer::paper(printed(gateway, call).await?.html()))
}

async fn pdf(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let paper = printed(gateway, call).await?;
    let pdf = tokio::task::spawn_blocking(move || paper.pdf()).await??;
    Ok(Answer::file(PDF, pdf.bytes))
}
