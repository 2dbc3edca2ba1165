//! The forms a product is drafted and changed with; each changes one thing, and works without a script.

use std::sync::Arc;

use axum::{
    Form,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
};
use contracts::{
    Failure,
    analysis::{
        drafting::{Addition, Change, DraftProduct, Rewrite, SourceRef},
        products::{Basis, Ceiling, Product, ProductForm, ProductKind, ProductLanguage, Section, Statement},
    },
};
use domain::{
    Country, Handling, Threat, Tlp, UnClass,
    handling::Audience,
    likelihood::{Confidence, Word},
};
use kit::http::status_of;
use maud::{Markup, html};

use super::{
    form_key,
    products::{Fields, noted, text},
    reader,
    shell::{self, Page, Reader},
    usable,
    words::Lang,
};
use crate::{Error, Gateway, domain::policy::PRODUCT_WRITERS, routes::products::elsewhere};

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
    reader.good(&page(&reader, &fresh, None))
}

/// Drafts a product; what was wished for is kept when it is refused.
pub(super) async fn create(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    uri: Uri,
    Form(sent): Form<Fields>,
) -> Response {
    let reader = match reader(&gateway, &headers, &uri, PRODUCT_WRITERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    match drafted(&gateway, &reader, &headers, &sent).await {
        Ok(one) => Redirect::to(&format!("/products/{}", one.id)).into_response(),
        Err(error) => {
            let failure = Failure::from(error);
            let status: StatusCode = status_of(failure.kind);
            (status, reader.page(&page(&reader, &sent, Some(&failure)))).into_response()
        }
    }
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

fn field<T: std::str::FromStr<Err = domain::Invalid>>(sent: &Fields, name: &str) -> Result<T, Failure> {
    text(sent, name).parse().map_err(|invalid| wrong(name, &invalid))
}

fn maybe<T: std::str::FromStr<Err = domain::Invalid>>(
    sent: &Fields,
    name: &str,
) -> Result<Option<T>, Failure> {
    if text(sent, name).is_empty() { Ok(None) } else { field(sent, name).map(Some) }
}

fn wrong(name: &str, why: &dyn std::fmt::Display) -> Failure {
    Failure::invalid("the form cannot be taken as it is filled in").at(name, why)
}

/// What was wished for, as the API takes it.
fn read(sent: &Fields) -> Result<ProductForm, Failure> {
    let ticked = |name: String| sent.contains_key(&name);
    let codes = text(sent, "provinces").split([',', ' ', ';']).filter(|code| !code.is_empty());
    let provinces =
        codes.map(|code| code.parse().map_err(|invalid: domain::Invalid| wrong("provinces", &invalid)));
    let keys = text(sent, "audience").split([',', ' ', ';']).filter(|key| !key.is_empty()).map(str::to_owned);
    let mut handling = Handling::new(field(sent, "tlp")?, UnClass::Unclassified);
    handling.audience = Audience::from(keys.collect::<std::collections::BTreeSet<_>>());
    let ceiling: Option<Tlp> = maybe(sent, "ceiling")?;
    Ok(ProductForm {
        kind: field(sent, "kind")?,
        language: field(sent, "language")?,
        title: text(sent, "title").to_owned(),
        from: field(sent, "from")?,
        to: field(sent, "to")?,
        countries: Country::REGION.into_iter().filter(|code| ticked(format!("country-{code}"))).collect(),
        provinces: provinces.collect::<Result<_, _>>()?,
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
pub(super) fn page<'a>(reader: &Reader, sent: &Fields, refusal: Option<&Failure>) -> Page<'a> {
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
                input type="hidden" name="token" value=(reader.form_token);
                input type="hidden" name="key" value=(form_key());
                input type="hidden" name="supersedes" value=(text(sent, "supersedes"));
                (choice((t.say("product.kind"), "kind"), text(sent, "kind"), &kinds))
                (choice((t.say("product.language"), "language"), text(sent, "language"), &languages))
                (line((t.say("product.from"), "from", "date"), sent))
                (line((t.say("product.to"), "to", "date"), sent))
                fieldset { legend { (t.say("product.countries")) }
                    @for code in Country::REGION { (tick((&t.country(code.as_str()), &format!("country-{code}")), sent)) } }
                (line((t.say("field.provinces"), "provinces", "text"), sent))
                fieldset { legend { (t.say("product.threats-none")) }
                    @for one in Threat::ALL { (tick((&t.word("threat", one.as_str()), &format!("threat-{one}")), sent)) } }
                (line((t.say("product.about"), "about", "text"), sent))
                (line((t.say("field.title"), "title", "text"), sent))
                (choice((t.say("product.own"), "tlp"), text(sent, "tlp"), &labels))
                (line((t.say("product.audience"), "audience", "text"), sent))
                (choice((t.say("product.ceiling"), "ceiling"), text(sent, "ceiling"), &with_none(labels.clone())))
                (tick((t.say("product.tear-line"), "tear_line"), sent))
                (tick((t.say("product.exercise"), "exercise"), sent))
                p.buttons { button { (t.say("product.draft")) } }
            }
        }
    };
    Page { title: t.say("product.new"), part: "/products", exercise: false, body }
}

type Choices = Vec<(&'static str, String)>;

fn with_none(choices: Choices) -> Choices {
    std::iter::once(("", "—".to_owned())).chain(choices).collect()
}

fn line((label, name, kind): (&str, &str, &str), sent: &Fields) -> Markup {
    html! { label for=(name) { (label) } input id=(name) name=(name) type=(kind) value=(text(sent, name)) maxlength="1000"; }
}

fn tick((label, name): (&str, &str), sent: &Fields) -> Markup {
    html! { label.tick { input type="checkbox" name=(name) checked[sent.contains_key(name)]; " " (label) } }
}

/// A choice; its id is its name, or the name with what makes it the only one on the page.
fn choice((label, id): (&str, &str), chosen: &str, choices: &[(&'static str, String)]) -> Markup {
    let name = id.split('.').next().unwrap_or(id);
    html! {
        label for=(id) { (label) }
        select id=(id) name=(name) { @for (word, shown) in choices { option value=(word) selected[*word == chosen] { (shown) } } }
    }
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
        (choice((t.say("product.basis"), &format!("basis.{id}")), said.map_or(Basis::Sourced, |said| said.basis).as_str(), &bases))
        (choice((t.say("judgement.likelihood"), &format!("likelihood.{id}")), word(said.and_then(|said| said.likelihood).map(|one| one.word().as_str())), &with_none(likely)))
        (choice((t.say("judgement.confidence"), &format!("confidence.{id}")), word(said.and_then(|said| said.confidence).map(Confidence::as_str)), &with_none(sure)))
        (choice((t.say("product.wish"), &format!("tlp.{id}")), word(wish), &with_none(labels)))
    }
}

fn area((label, id): (&str, &str), name: &str, held: &str) -> Markup {
    html! { label for=(id) { (label) } textarea id=(id) name=(name) rows="3" maxlength="8000" { (held) } }
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
                    (choice((t.say("product.mark-to"), "tlp.whole"), "", &labels))
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
                (area((t.say("product.text"), &format!("text.{id}")), "text", &said.text))
                (judging(t, &id, Some(said)))
                (area((t.say("product.sources"), &format!("sources.{id}")), "sources", &said.sources.join("\n")))
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
                (area((t.say("product.text"), &format!("text.{part}")), "text", ""))
                (judging(t, part, None))
                (area((t.say("product.sources"), &format!("sources.{part}")), "sources", ""))
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
                    (area((t.say("product.reason"), &format!("reason.{part}")), "reason", ""))
                    p.buttons { button { (t.say("product.strike")) } }
                }
            }
        }
    }
}

/// The change that a form asks for.
pub(super) fn change(before: &Product, sent: &Fields) -> Result<Change, Failure> {
    let number = || text(sent, "statement").parse::<u32>().map_err(|_| wrong("statement", &"is no number"));
    let likelihood: Option<Word> = maybe(sent, "likelihood")?;
    let likelihood = likelihood.map(Word::range);
    let confidence = maybe(sent, "confidence")?;
    // a wish limits its label alone: everyone may still have it as far as its sources allow
    let wish = |tlp: Tlp| {
        let mut wish = Handling::new(tlp, UnClass::Unclassified);
        wish.audience = Audience::Everyone;
        wish
    };
    let handling = maybe(sent, "tlp")?.map(wish);
    Ok(match text(sent, "change") {
        "rewrite" => {
            let statement = number()?;
            let known = before.statements().find(|one| one.number == statement);
            // a likelihood finer than its word stays while the word does
            let kept = known
                .and_then(|one| one.likelihood)
                .filter(|one| Some(one.word()) == likelihood.map(|new| new.word()));
            let text = Some(text(sent, "text").to_owned());
            let sources = Some(refs(sent)?);
            let likelihood = kept.or(likelihood);
            Change::Rewrite(Box::new(Rewrite {
                statement,
                text,
                basis: maybe(sent, "basis")?,
                likelihood,
                confidence,
                sources,
                handling,
            }))
        }
        "add" => Change::Add(Box::new(Addition {
            part: field(sent, "part")?,
            text: text(sent, "text").to_owned(),
            basis: field(sent, "basis")?,
            likelihood,
            confidence,
            sources: refs(sent)?,
            handling,
        })),
        "remove" => Change::Remove { statement: number()? },
        "strike" => Change::Strike { part: field(sent, "part")?, reason: text(sent, "reason").to_owned() },
        "restore" => Change::Restore { part: field(sent, "part")? },
        "retitle" => Change::Retitle { title: text(sent, "title").to_owned() },
        "mark" => Change::Mark { handling: Box::new(wish(field(sent, "tlp")?)) },
        "renew" => Change::Renew { source: text(sent, "source").to_owned() },
        other => return Err(wrong("change", &format!("{other:?} is no change"))),
    })
}

fn refs(sent: &Fields) -> Result<Vec<SourceRef>, Failure> {
    let lines = text(sent, "sources").lines().map(str::trim).filter(|line| !line.is_empty());
    let read = |line: &str| {
        let (kind, id) =
            line.split_once(':').ok_or_else(|| wrong("sources", &format!("{line:?} is not kind:id")))?;
        Ok(SourceRef {
            kind: kind.trim().parse().map_err(|invalid: domain::Invalid| wrong("sources", &invalid))?,
            id: id.trim().to_owned(),
        })
    };
    lines.map(read).collect()
}

#[cfg(test)]
#[path = "product_form_tests.rs"]
mod tests;
