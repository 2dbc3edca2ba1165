//! The form of a source: what it is, where it is reached and how often, what it brings and what may be done with that.

use std::sync::Arc;

use axum::{
    extract::{Form, Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::{
    Failure, PageRequest,
    gateway::Format,
    intake::{
        mapping::ListMappings,
        sources::{ChangeSource, Connector, CreateSource, GetSource, Source},
    },
};
use domain::{Country, Redistribution, Reliability, Tlp, UnClass};
use maud::{Markup, html};

use super::{
    desk,
    fields::{self, Choices, Fields, choice, field, line, maybe, text, tick, with_none},
    reader,
    shell::{Page, Reader},
    source_faults::Faults,
    source_fields::{UNITS, filled, fresh, read},
    usable,
    words::Lang,
};
use crate::{Error, Gateway, domain::policy::SOURCERS};

/// What the form is about: a source that is there, in the version it was read, or a new one.
#[derive(Clone, Debug, Default)]
pub(super) struct About {
    /// Its key; empty for a new one.
    pub key: String,
    /// The names of saved mappings.
    pub mappings: Vec<String>,
}

/// Answers an empty form.
pub(super) async fn new(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, SOURCERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let about = about(&gateway, &reader, "").await;
    reader.good(&page(&reader, (&fresh(), &about), None))
}

/// Answers the form of a source as it stands.
pub(super) async fn edit(
    State(gateway): State<Arc<Gateway>>,
    Path(key): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let reader = match reader(&gateway, &headers, &uri, SOURCERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let get = GetSource { key: key.clone(), known_on: None };
    match gateway.ask_as(&reader.principal, None, &get).await {
        Ok(source) => {
            let about = about(&gateway, &reader, &key).await;
            reader.good(&page(&reader, (&filled(&source), &about), None))
        }
        Err(failure) => reader.failed("/sources", &failure),
    }
}

/// Sets a source up and leads to its page; a refusal is shown above what was written.
pub(super) async fn create(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    uri: Uri,
    Form(sent): Form<Fields>,
) -> Response {
    settled(&gateway, (&headers, &uri), ("", sent)).await
}

/// Changes a source and leads to its page; a refusal is shown above what was written.
pub(super) async fn change(
    State(gateway): State<Arc<Gateway>>,
    Path(key): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    Form(sent): Form<Fields>,
) -> Response {
    settled(&gateway, (&headers, &uri), (&key, sent)).await
}

async fn settled(
    gateway: &Gateway,
    (headers, uri): (&HeaderMap, &Uri),
    (key, sent): (&str, Fields),
) -> Response {
    let here = if key.is_empty() { "/sources/new".to_owned() } else { format!("/sources/{key}/edit") };
    let set = async |reader: &Reader| {
        let source = set(gateway, reader, headers, (key, &sent)).await?;
        Ok(format!("/sources/{}", source.key))
    };
    let form = async |reader: &Reader, failure: &Failure| {
        let about = about(gateway, reader, key).await;
        reader.page(&page(reader, (&sent, &about), Some(failure)))
    };
    desk::fill(gateway, (headers, uri), (SOURCERS, here), set, form).await
}

async fn set(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (key, sent): (&str, &Fields),
) -> Result<Source, Error> {
    reader.check_form(headers, text(sent, "token"))?;
    let once = usable(text(sent, "key"));
    let (name, source) = if key.is_empty() {
        let (key, connector) = (text(sent, "source").to_owned(), field(sent, "connector")?);
        let wish = CreateSource { key, connector, form: read(sent, None)? };
        ("createSource", gateway.ask_as(&reader.principal, once, &wish).await?)
    } else {
        // what the form does not show stays as it is
        let get = GetSource { key: key.to_owned(), known_on: None };
        let now = gateway.ask_as(&reader.principal, None, &get).await?;
        let form = read(sent, Some(&now.form))?;
        let wish = ChangeSource { key: key.to_owned(), form, version: maybe(sent, "version")? };
        ("changeSource", gateway.ask_as(&reader.principal, once, &wish).await?)
    };
    let detail = serde_json::json!({ "console": true, "version": source.version });
    reader.note_act(gateway, (name, &source.key, detail)).await?;
    Ok(source)
}

async fn about(gateway: &Gateway, reader: &Reader, key: &str) -> About {
    let all = ListMappings { known_on: None, page: PageRequest { cursor: None, limit: Some(200) } };
    let mappings = gateway.ask_as(&reader.principal, None, &all).await;
    let mappings = mappings.map(|page| page.items.into_iter().map(|one| one.name).collect());
    About { key: key.to_owned(), mappings: mappings.unwrap_or_default() }
}

/// The form, with what was filled in and why it was refused.
pub(super) fn page<'a>(
    reader: &Reader,
    (sent, about): (&Fields, &About),
    refusal: Option<&Failure>,
) -> Page<'a> {
    let t = reader.lang;
    let is_new = about.key.is_empty();
    let title = if is_new { t.say("source.new") } else { t.say("source.change") };
    let back = if is_new { "/sources".to_owned() } else { format!("/sources/{}", about.key) };
    let action = if is_new { "/sources".to_owned() } else { format!("/sources/{}/edit", about.key) };
    let faults = Faults::of(refusal);
    let body = html! {
        div.sheet {
            p.crumb { a href=(back) { "← " @if is_new { (t.say("sources.title")) } @else { (text(sent, "title")) } } }
            h1 { (title) }
            p.meta { @if is_new { (t.say("source.how")) } @else { (t.say("source.change-how")) } }
            (faults.above(t))
            form.written method="post" action=(action) {
                (fields::sealed(reader))
                input type="hidden" name="version" value=(text(sent, "version"));
                (reached((t, &faults), sent, about))
                (asked((t, &faults), sent))
                (limits((t, &faults), sent))
                p.buttons { button { @if is_new { (t.say("source.make")) } @else { (t.say("source.save")) } } }
            }
        }
    };
    Page { title, part: "/sources", exercise: false, body }
}

/// What it is, where it is reached and what comes from there.
fn reached((t, faults): (Lang, &Faults<'_>), sent: &Fields, about: &About) -> Markup {
    let connectors: Choices =
        Connector::ALL.iter().map(|one| (one.as_str(), t.word("connector", one.as_str()))).collect();
    let formats: Choices =
        with_none(Format::ALL.iter().map(|one| (one.as_str(), t.word("format", one.as_str()))));
    // the one that was chosen stays chosen, however many others there are
    let chosen = Some(text(sent, "mapping")).filter(|name| !name.is_empty());
    let beyond = chosen.filter(|name| !about.mappings.iter().any(|one| one == name)).map(str::to_owned);
    let mappings = with_none(about.mappings.iter().cloned().chain(beyond).map(|name| (name.clone(), name)));
    html! {
        fieldset {
            legend { (t.say("source.what")) }
            @if about.key.is_empty() {
                label for="source" { (t.say("source.key")) }
                input #source name="source" type="text" maxlength="40" pattern="[a-z0-9][a-z0-9\\-]{0,38}[a-z0-9]" required value=(text(sent, "source"));
                (faults.beside(t, "source"))
                (choice((t.say("source.connector"), "connector"), text(sent, "connector"), connectors))
            } @else {
                p { code { (about.key) } " · " (t.word("connector", text(sent, "connector"))) }
                input type="hidden" name="connector" value=(text(sent, "connector"));
            }
            (line((t.say("source.title"), "title", "text"), sent))
            (faults.beside(t, "title"))
            (line((t.say("source.address"), "address", "url"), sent))
            (faults.beside(t, "address"))
            p.meta { (t.say("source.address-how")) }
            (choice((t.say("source.format"), "format"), text(sent, "format"), formats))
            (faults.beside(t, "format"))
            (choice((t.say("source.mapping"), "mapping"), text(sent, "mapping"), mappings))
            (faults.beside(t, "mapping"))
            p.meta { (t.say("source.mapping-how")) " " a href="/mappings" { (t.say("mapping.title")) } }
        }
    }
}

/// How often, and what is asked for.
fn asked((t, faults): (Lang, &Faults<'_>), sent: &Fields) -> Markup {
    let units: Choices = UNITS.iter().map(|(name, _)| (*name, t.word("every-unit", name))).collect();
    html! {
        fieldset {
            legend { (t.say("source.asked")) }
            label for="every" { (t.say("source.every")) }
            input #every name="every" type="number" min="1" max="31622400" value=(text(sent, "every"));
            (choice((t.say("source.unit"), "unit"), text(sent, "unit"), units))
            (faults.beside(t, "every"))
            p.meta { (t.say("source.every-how")) }
            details open[faults.any(&["countries", "lookback", "magnitude"])] {
                summary { (t.say("source.parameters")) }
                p.meta { (t.say("source.parameters-how")) }
                p { @for country in Country::REGION { (tick((&t.country(country.as_str()), &format!("country-{country}")), sent)) } }
                (faults.beside(t, "countries"))
                label for="lookback" { (t.say("source.lookback")) }
                input #lookback name="lookback" type="number" min="1" max="14640" value=(text(sent, "lookback"));
                (faults.beside(t, "lookback"))
                label for="magnitude" { (t.say("source.magnitude")) }
                input #magnitude name="magnitude" type="number" min="0" max="10" step="0.1" value=(text(sent, "magnitude"));
                (faults.beside(t, "magnitude"))
            }
            p { (tick((t.say("source.exercise"), "exercise"), sent)) }
        }
    }
}

/// What may be done with what it brings, and how it is graded.
fn limits((t, faults): (Lang, &Faults<'_>), sent: &Fields) -> Markup {
    let labels: Choices = with_none(Tlp::ALL.iter().map(|one| (one.as_str(), format!("TLP:{one}"))));
    let classes: Choices =
        with_none(UnClass::ALL.iter().map(|one| (one.as_str(), t.word("class", one.as_str()))));
    let given_on: Choices = with_none(
        Redistribution::ALL.iter().rev().map(|one| (one.as_str(), t.word("redistribution", one.as_str()))),
    );
    let reliable: Choices = with_none(Reliability::ALL.iter().map(|one| (one.as_str(), one.to_string())));
    let credible = with_none((1..=6).map(|digit: u8| (digit.to_string(), digit.to_string())));
    html! {
        fieldset {
            legend { (t.say("mapping.handling")) }
            p.meta { (t.say("source.handling-how")) }
            (choice((t.say("source.label"), "tlp"), text(sent, "tlp"), labels))
            (faults.beside(t, "tlp"))
            (choice((t.say("source.class"), "class"), text(sent, "class"), classes))
            p { (tick((t.say("mapping.everyone"), "everyone"), sent)) }
            (line((t.say("mapping.licence"), "licence", "text"), sent))
            (faults.beside(t, "licence"))
            (choice((t.say("mapping.redistribution"), "redistribution"), text(sent, "redistribution"), given_on))
            (fields::area((t.say("mapping.attribution"), "attribution"), text(sent, "attribution")))
            p.meta { (t.say("source.grade-how")) }
            (choice((t.say("source.reliability"), "reliability"), text(sent, "reliability"), reliable))
            (choice((t.say("source.credibility"), "credibility"), text(sent, "credibility"), credible))
            (faults.beside(t, "reliability"))
        }
    }
}
