//! The forms a product is drafted and changed with; each changes one thing, and works without a script.

use std::sync::Arc;

use axum::{
    Form,
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::{
    Failure,
    analysis::{
        drafting::DraftProduct,
        products::{Basis, Ceiling, Product, ProductForm, ProductKind, ProductLanguage, Section, Statement},
    },
};
use domain::{
    Country, Handling, Threat, Tlp, UnClass,
    handling::Audience,
    likelihood::{Confidence, Word},
};
use maud::{Markup, html};

use super::{
    desk,
    fields::{self, Choices, Fields, area, choice, each, field, line, maybe, text, tick, ticks, with_none},
    product_choices::{self, Known, about, audience, known, provinces},
    products::noted,
    reader,
    shell::{self, Page, Reader},
    usable,
    words::Lang,
};
use crate::{Error, Gateway, domain::policy::PRODUCT_WRITERS, routes::elsewhere::elsewhere};

/// Answers an empty form, of yesterday.
pub(super) async fn new(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, PRODUCT_WRITERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let yesterday = reader.now.day().plus(-1).to_string();
    let fresh = [
        ("kind", ProductKind::SituationReport.to_string()),
        ("language", reader.lang.tag().to_owned()),
        ("from", yesterday.clone()),
        ("to", yesterday),
        ("tlp", Tlp::Green.to_string()),
        ("audience", "*".to_owned()),
    ];
    let fresh = fresh.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let known = known(&gateway, &reader).await;
    reader.good(&page(&reader, (&fresh, &known), None))
}

/// Drafts a product; what was wished for is kept when it is refused.
pub(super) async fn create(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    uri: Uri,
    Form(sent): Form<Fields>,
) -> Response {
    let here = (PRODUCT_WRITERS, "/products/new".to_owned());
    let set = async |reader: &Reader| {
        let one = drafted(&gateway, reader, &headers, &sent).await?;
        Ok(format!("/products/{}", one.id))
    };
    let form = async |reader: &Reader, failure: &Failure| {
        let known = known(&gateway, reader).await;
        reader.page(&page(reader, (&sent, &known), Some(failure)))
    };
    desk::fill(&gateway, (&headers, &uri), here, set, form).await
}

async fn drafted(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    sent: &Fields,
) -> Result<Product, Error> {
    reader.check_form(headers, text(sent, "token"))?;
    let form = read(sent)?;
    let elsewhere = elsewhere(gateway, &reader.principal, &form).await?;
    let wish = DraftProduct { form, elsewhere };
    let one = gateway.ask_as(&reader.principal, usable(text(sent, "key")), &wish).await?;
    noted(gateway, reader, ("draftProduct", &one)).await?;
    Ok(one)
}

/// What was wished for, as the API takes it.
fn read(sent: &Fields) -> Result<ProductForm, Failure> {
    let ticked = |name: String| sent.contains_key(&name);
    let mut handling = Handling::new(field(sent, "tlp")?, UnClass::Unclassified);
    handling.audience = if text(sent, "audience") == "*" {
        Audience::Everyone
    } else {
        Audience::Only(ticks(sent, "for-").map(str::to_owned).collect())
    };
    let ceiling: Option<Tlp> = maybe(sent, "ceiling")?;
    Ok(ProductForm {
        kind: field(sent, "kind")?,
        language: field(sent, "language")?,
        title: text(sent, "title").to_owned(),
        from: field(sent, "from")?,
        to: field(sent, "to")?,
        countries: Country::REGION.into_iter().filter(|code| ticked(format!("country-{code}"))).collect(),
        provinces: each("provinces", ticks(sent, "province-"))?,
        threats: Threat::ALL.iter().copied().filter(|one| ticked(format!("threat-{one}"))).collect(),
        about: maybe(sent, "about")?,
        handling,
        ceiling: ceiling.map(|tlp| Ceiling { tlp, un_class: UnClass::StrictlyConfidential }),
        tear_line: ticked("tear_line".to_owned()),
        supersedes: maybe(sent, "supersedes")?,
        exercise: ticked("exercise".to_owned()),
    })
}

/// The form, with what was filled in and why it was refused.
pub(super) fn page<'a>(
    reader: &Reader,
    (sent, known): (&Fields, &Known),
    refusal: Option<&Failure>,
) -> Page<'a> {
    let t = reader.lang;
    let kinds: Choices =
        ProductKind::ALL.iter().map(|one| (one.as_str(), t.word("product-kind", one.as_str()))).collect();
    let languages: Choices = ProductLanguage::ALL
        .iter()
        .map(|one| (one.as_str(), t.word("product-language", one.as_str())))
        .collect();
    let labels: Choices = Tlp::ALL.iter().map(|one| (one.as_str(), format!("TLP:{one}"))).collect();
    let body = html! {
        div.sheet {
            p.crumb { a href="/products" { "← " (t.say("product.title")) } }
            h1 { (t.say("product.new")) }
            p.meta { (t.say("product.draft-note")) }
            @if let Some(failure) = refusal { (shell::refused(t, failure)) }
            form.written method="post" action="/products" {
                (fields::sealed(reader))
                input type="hidden" name="supersedes" value=(text(sent, "supersedes"));
                (choice((t.say("product.kind"), "kind"), text(sent, "kind"), kinds))
                (choice((t.say("product.language"), "language"), text(sent, "language"), languages))
                (line((t.say("product.from"), "from", "date"), sent))
                (line((t.say("product.to"), "to", "date"), sent))
                fieldset { legend { (t.say("product.countries")) }
                    @for code in Country::REGION { (tick((&t.country(code.as_str()), &format!("country-{code}")), sent)) } }
                (provinces(t, (t.say("product.provinces"), sent)))
                fieldset { legend { (t.say("product.threats-none")) }
                    @for one in Threat::ALL { (tick((&t.word("threat", one.as_str()), &format!("threat-{one}")), sent)) } }
                (about(t, sent, &known.incidents))
                (line((t.say("field.title"), "title", "text"), sent))
                (choice((t.say("product.own"), "tlp"), text(sent, "tlp"), labels.clone()))
                (audience(t, sent, &known.organisations))
                (choice((t.say("product.ceiling"), "ceiling"), text(sent, "ceiling"), with_none(labels)))
                (tick((t.say("product.tear-line"), "tear_line"), sent))
                (tick((t.say("product.exercise"), "exercise"), sent))
                p.buttons { button { (t.say("product.draft")) } }
            }
        }
    };
    Page { title: t.say("product.new"), part: "/products", exercise: false, body }
}

/// What every form on the page of a product carries.
pub(super) fn hidden(reader: &Reader, one: &Product, key: &str) -> Markup {
    html! {
        input type="hidden" name="token" value=(reader.form_token);
        input type="hidden" name="key" value=(usable(key).unwrap_or(""));
        input type="hidden" name="version" value=(one.version);
    }
}

fn to(one: &Product) -> String {
    format!("/products/{}/change", one.id)
}

/// One button that makes one change.
pub(super) fn press(
    reader: &Reader,
    one: &Product,
    (key, change, label): (&str, &str, &str),
    (name, value): (&str, &str),
) -> Markup {
    html! {
        form.inline method="post" action=(to(one)) {
            (hidden(reader, one, key))
            input type="hidden" name="change" value=(change);
            input type="hidden" name=(name) value=(value);
            button.second { (label) }
        }
    }
}

fn judging(t: Lang, id: &str, said: Option<&Statement>) -> Markup {
    let word = |word: Option<&'static str>| word.unwrap_or("");
    let bases: Choices = Basis::ALL.iter().map(|one| (one.as_str(), t.word("basis", one.as_str()))).collect();
    let likely: Choices =
        Word::ALL.iter().map(|one| (one.as_str(), t.word("likelihood", one.as_str()))).collect();
    let sure: Choices =
        Confidence::ALL.iter().map(|one| (one.as_str(), t.word("confidence", one.as_str()))).collect();
    let labels: Choices = Tlp::ALL.iter().map(|one| (one.as_str(), format!("TLP:{one}"))).collect();
    let wish = said.and_then(|said| said.wish.as_ref()).map(|wish| wish.tlp().as_str());
    html! {
        (choice((t.say("product.basis"), &format!("basis.{id}")), said.map_or(Basis::Sourced, |said| said.basis).as_str(), bases))
        (choice((t.say("judgement.likelihood"), &format!("likelihood.{id}")), word(said.and_then(|said| said.likelihood).map(|one| one.word().as_str())), with_none(likely)))
        (choice((t.say("judgement.confidence"), &format!("confidence.{id}")), word(said.and_then(|said| said.confidence).map(Confidence::as_str)), with_none(sure)))
        (choice((t.say("product.wish"), &format!("tlp.{id}")), word(wish), with_none(labels)))
    }
}

/// The form that gives a draft another title.
pub(super) fn retitle(reader: &Reader, one: &Product, key: &str) -> Markup {
    let t = reader.lang;
    html! {
        details {
            summary { (t.say("product.retitle")) }
            form.written method="post" action=(to(one)) {
                (hidden(reader, one, &format!("{key}-t")))
                input type="hidden" name="change" value="retitle";
                label for="title" { (t.say("field.title")) }
                input #title name="title" type="text" value=(one.form.title) maxlength="1000";
                p.buttons { button { (t.say("product.save")) } }
            }
        }
    }
}

/// The form that marks the whole more strictly; labels below what its parts carry are not offered.
pub(super) fn mark(reader: &Reader, one: &Product, key: &str) -> Markup {
    let t = reader.lang;
    let labels: Choices = Tlp::ALL
        .iter()
        .filter(|label| **label > one.handling.tlp())
        .map(|label| (label.as_str(), format!("TLP:{label}")))
        .collect();
    html! {
        @if !labels.is_empty() {
            details {
                summary { (t.say("product.mark")) }
                form.written method="post" action=(to(one)) {
                    (hidden(reader, one, &format!("{key}-m")))
                    input type="hidden" name="change" value="mark";
                    (choice((t.say("product.mark-to"), "tlp.whole"), "", labels))
                    p.buttons { button { (t.say("product.save")) } }
                }
            }
        }
    }
}

/// The form that writes a statement anew, and the button that takes it out.
pub(super) fn rewrite(reader: &Reader, one: &Product, (said, key): (&Statement, &str)) -> Markup {
    let (t, id) = (reader.lang, said.number.to_string());
    html! {
        details {
            summary { (t.say("product.edit")) }
            form.written method="post" action=(to(one)) {
                (hidden(reader, one, &format!("{key}-{id}")))
                input type="hidden" name="statement" value=(id);
                input type="hidden" name="at" value={ "s-" (id) };
                (area((t.say("product.text"), &format!("text.{id}")), &said.text))
                (judging(t, &id, Some(said)))
                (product_choices::sources(t, one, (&id, &said.sources)))
                p.buttons {
                    button name="change" value="rewrite" { (t.say("product.save")) }
                    button.second name="change" value="remove" { (t.say("product.remove")) }
                }
            }
        }
    }
}

/// The forms that add a statement to a part, and that strike out one that is empty.
pub(super) fn further(reader: &Reader, one: &Product, (section, key): (&Section, &str)) -> Markup {
    let (t, part) = (reader.lang, section.part.as_str());
    let empty = section.statements.is_empty() && section.struck.is_none();
    html! {
        details {
            summary { (t.say("product.add")) }
            form.written method="post" action=(to(one)) {
                (hidden(reader, one, &format!("{key}-a-{part}")))
                input type="hidden" name="change" value="add";
                input type="hidden" name="part" value=(part);
                input type="hidden" name="at" value={ "part-" (part) };
                (area((t.say("product.text"), &format!("text.{part}")), ""))
                (judging(t, part, None))
                (product_choices::sources(t, one, (part, &[])))
                p.buttons { button { (t.say("product.add")) } }
            }
        }
        @if empty {
            details {
                summary { (t.say("product.strike")) }
                form.written method="post" action=(to(one)) {
                    (hidden(reader, one, &format!("{key}-x-{part}")))
                    input type="hidden" name="change" value="strike";
                    input type="hidden" name="part" value=(part);
                    input type="hidden" name="at" value={ "part-" (part) };
                    (area((t.say("product.reason"), &format!("reason.{part}")), ""))
                    p.buttons { button { (t.say("product.strike")) } }
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "product_form_tests.rs"]
mod tests;
