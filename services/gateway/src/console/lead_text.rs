//! The form that a text is handed in by: pasted, with whoever says it, where it stands and when, as far as that is known.

use std::sync::Arc;

use axum::{
    Form,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
};
use contracts::{
    Failure,
    intake::leads::{CreateLead, Lead, LeadForm},
};
use domain::{Day, Handling, Tlp, UnClass, handling::Audience};
use kit::http::status_of;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    fields, reader,
    shell::{self, Page, Reader},
    usable,
};
use crate::{Error, Gateway, domain::policy::VERIFIERS};

/// Where the form is.
pub(super) const PART: &str = "/leads/new";

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Sent {
    token: String,
    key: String,
    pub(super) text: String,
    title: String,
    source: String,
    link: String,
    published_on: String,
    tlp: String,
    everyone: String,
    exercise: String,
}

/// Answers the empty form.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    match reader(&gateway, &headers, &uri, VERIFIERS).await {
        Ok(reader) => reader.page(&page(&reader, &Sent::default(), None)).into_response(),
        Err(answer) => answer,
    }
}

/// Hands a text in and goes to the lead it is; a refusal is shown above the form, with everything that was written.
pub(super) async fn send(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    uri: Uri,
    Form(sent): Form<Sent>,
) -> Response {
    let mut reader = match reader(&gateway, &headers, &uri, VERIFIERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    PART.clone_into(&mut reader.here);
    match handed_in(&gateway, &reader, &headers, &sent).await {
        Ok(lead) => Redirect::to(&format!("/leads/{}", lead.id)).into_response(),
        Err(error) => {
            let failure: Failure = error.into();
            let status: StatusCode = status_of(failure.kind);
            (status, reader.page(&page(&reader, &sent, Some(&failure)))).into_response()
        }
    }
}

async fn handed_in(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    sent: &Sent,
) -> Result<Lead, Error> {
    reader.check_form(headers, &sent.token)?;
    let form = read(sent, &reader.principal.name)?;
    let lead = gateway.ask_as(&reader.principal, usable(&sent.key), &CreateLead { form }).await?;
    let detail = serde_json::json!({ "console": true, "version": lead.version, "state": lead.state });
    reader.note_act(gateway, ("createLead", lead.id.as_str(), detail)).await?;
    Ok(lead)
}

/// The text as the API takes it; without a source it is whoever hands it in.
fn read(sent: &Sent, by: &str) -> Result<LeadForm, Failure> {
    let wrong = |at: &str, why: &dyn std::fmt::Display| {
        Failure::invalid("the text cannot be taken as a lead").at(at, why.to_string())
    };
    let published_on: Option<Day> = match sent.published_on.trim() {
        "" => None,
        day => Some(day.parse().map_err(|why| wrong("/published_on", &why))?),
    };
    let tlp: Tlp = sent.tlp.parse().map_err(|why| wrong("/handling/tlp", &why))?;
    let mut handling = Handling::new(tlp, UnClass::Unclassified);
    if sent.everyone == "yes" {
        handling.audience = Audience::Everyone;
    }
    let source = Some(sent.source.trim()).filter(|source| !source.is_empty()).unwrap_or(by);
    Ok(LeadForm {
        title: sent.title.trim().to_owned(),
        // a form ends its lines as the mail of old did
        text: sent.text.replace("\r\n", "\n"),
        source: source.to_owned(),
        link: sent.link.trim().to_owned(),
        language: None,
        published_on,
        grade: None,
        handling,
        exercise: sent.exercise == "yes",
    })
}

/// The page of the form.
pub(super) fn page<'a>(reader: &Reader, sent: &Sent, refusal: Option<&Failure>) -> Page<'a> {
    let t = reader.lang;
    let body = html! {
        div.sheet {
            p.crumb { a href="/leads" { "← " (t.say("lead.title")) } }
            h1 { (t.say("lead.hand-in")) }
            p.meta { (t.say("lead.hand-in-about")) }
            @if let Some(failure) = refusal { (shell::refused(t, failure)) }
            (form(reader, sent))
        }
    };
    Page { title: t.say("lead.hand-in"), part: "/leads", exercise: sent.exercise == "yes", body }
}

fn form(reader: &Reader, sent: &Sent) -> Markup {
    let t = reader.lang;
    let chosen = sent.tlp.parse().unwrap_or(Tlp::Amber);
    html! {
        form.written method="post" action=(PART) {
            (fields::sealed(reader))
            label for="text" { (t.say("lead.text")) }
            textarea id="text" name="text" rows="12" maxlength="20000" required { (sent.text) }
            label for="title" { (t.say("lead.title-optional")) }
            input id="title" name="title" type="text" maxlength="300" value=(sent.title);
            label for="source" { (t.say("lead.said-by")) }
            input id="source" name="source" type="text" maxlength="100" value=(sent.source);
            label for="link" { (t.say("lead.link")) }
            input id="link" name="link" type="url" maxlength="2000" value=(sent.link) placeholder="https://";
            label for="published_on" { (t.say("lead.published")) }
            input id="published_on" name="published_on" type="date" value=(sent.published_on);
            label for="tlp" { (t.say("field.tlp")) }
            select id="tlp" name="tlp" {
                @for tlp in Tlp::ALL.iter().rev() { option value=(tlp) selected[*tlp == chosen] { (tlp) } }
            }
            label { input type="checkbox" name="everyone" value="yes" checked[sent.everyone == "yes"]; " " (t.say("mapping.everyone")) }
            label { input type="checkbox" name="exercise" value="yes" checked[sent.exercise == "yes"]; " " (t.say("lead.of-exercise")) }
            p.buttons { button { (t.say("lead.propose")) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_open_is_filled_in_and_what_cannot_be_read_is_named() {
        let sent = Sent { text: "a\r\nb".into(), tlp: "GREEN".into(), ..Sent::default() };
        let form = read(&sent, "Aida").unwrap();
        assert_eq!((form.text.as_str(), form.source.as_str(), form.published_on), ("a\nb", "Aida", None));
        assert_eq!(form.handling.tlp(), Tlp::Green);
        for (field, sent) in [
            ("/published_on", Sent { published_on: "soon".into(), tlp: "GREEN".into(), ..Sent::default() }),
            ("/handling/tlp", Sent { tlp: "MAUVE".into(), ..Sent::default() }),
        ] {
            assert_eq!(read(&sent, "x").unwrap_err().errors[0].pointer, field);
        }
    }
}
