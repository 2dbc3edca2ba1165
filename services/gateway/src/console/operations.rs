//! How the six services do, and the messages none of them could handle.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::{
    Failure, Page as ListPage, Principal, Service,
    intake::{
        retention::{GetRetention, Retention},
        sources::{ListSources, Source},
    },
    operations::{DeadLetter, DeadLetters, Vitals, dead_letters_subject, vitals_subject},
};
use futures::future::join_all;
use kit::Ask;
use maud::{Markup, html};

use super::{
    reader, retention,
    shell::{Page, Reader},
    situation::nothing,
    sources,
    words::Lang,
};
use crate::{
    Error, Gateway,
    domain::{audit::Act, policy::OVERSEERS},
    store,
};

/// How one service does, and what it could not handle.
#[derive(Debug)]
pub(super) struct Seen {
    /// Which.
    pub service: Service,
    /// How it does; why it does not say.
    pub vitals: Result<Vitals, Failure>,
    /// Messages that wait for somebody.
    pub letters: Result<Vec<DeadLetter>, Failure>,
}

/// Answers how the system does.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, OVERSEERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    if let Err(error) = write_down(&gateway, &reader.principal).await {
        return reader.failed("/operations", &error.into());
    }
    let asked = Service::ALL.iter().map(|service| ask(&gateway, &reader.principal, *service));
    let sources = ListSources::default();
    let (all, from, kept) = futures::join!(
        join_all(asked),
        gateway.ask_as(&reader.principal, None, &sources),
        gateway.ask_as(&reader.principal, None, &GetRetention {}),
    );
    reader.good(&page(&reader, &all, (&from, &kept)))
}

async fn ask(gateway: &Gateway, principal: &Principal, service: Service) -> Seen {
    let asking = Ask { principal, key: None };
    let (how, dead) = (vitals_subject(service), dead_letters_subject(service));
    let nothing = serde_json::json!({});
    let (vitals, letters) = futures::join!(
        gateway.bus.ask_at(asking, service, &how, &nothing),
        gateway.bus.ask_at(asking, service, &dead, &DeadLetters::List),
    );
    Seen { service, vitals, letters }
}

/// Dead letters hold what reports say: whoever reads them is written down, as at the API.
async fn write_down(gateway: &Gateway, principal: &Principal) -> Result<(), Error> {
    let act = Act {
        actor: principal.subject.clone(),
        action: "listDeadLetters".into(),
        object: "console".into(),
        detail: "{}".into(),
    };
    let mut tx = gateway.db.begin().await?;
    store::audit::append(&mut tx, act).await?;
    Ok(tx.commit().await?)
}

/// The page.
pub(super) fn page<'a>(
    reader: &Reader,
    all: &[Seen],
    (from, kept): (&Result<ListPage<Source>, Failure>, &Result<Retention, Failure>),
) -> Page<'a> {
    let t = reader.lang;
    let letters: Vec<(Service, &DeadLetter)> = all
        .iter()
        .flat_map(|seen| seen.letters.iter().flatten().map(|letter| (seen.service, letter)))
        .collect();
    let silent: Vec<String> = all
        .iter()
        .filter(|seen| seen.letters.is_err())
        .map(|seen| t.word("service", seen.service.as_str()))
        .collect();
    let body = html! {
        div.sheet {
            h1 { (t.say("operations.title")) }
            div.scroll tabindex="0" role="region" aria-label=(t.say("operations.title")) {
                table.stacked {
                    thead { tr {
                        th scope="col" { (t.say("operations.service")) } th scope="col" { (t.say("operations.state")) }
                        th scope="col" { (t.say("operations.version")) } th.n scope="col" { (t.say("operations.unsent")) }
                        th scope="col" { (t.say("operations.oldest")) } th.n scope="col" { (t.say("operations.dead")) }
                    } }
                    tbody { @for seen in all { (row(t, seen)) } }
                }
            }
            h2 { (t.say("sources.title")) }
            (sources::troubled(t, from))
            h2 { (t.say("operations.dead")) }
            @if !silent.is_empty() { p { (t.fill("operations.silent", &[("services", &silent.join(", "))])) } }
            @if letters.is_empty() { (nothing(t.say("operations.no-dead"))) }
            @for (service, letter) in letters { (dead(t, service, letter)) }
            (retention::section(reader, kept))
        }
    };
    Page { title: t.say("operations.title"), part: "/operations", exercise: false, body }
}

fn row(t: Lang, seen: &Seen) -> Markup {
    html! {
        tr {
            th scope="row" { (t.word("service", seen.service.as_str())) }
            @match &seen.vitals {
                Ok(vitals) => {
                    td { span.state.good { (t.say("operations.answers")) } }
                    td data-label=(t.say("operations.version")) { (vitals.version) }
                    td.n data-label=(t.say("operations.unsent")) { (t.count(vitals.unsent)) }
                    td data-label=(t.say("operations.oldest")) { @match vitals.oldest_unsent { Some(at) => (t.moment(at)), None => "—" } }
                    td.n.bad[vitals.dead_letters > 0] data-label=(t.say("operations.dead")) { (t.count(vitals.dead_letters)) }
                }
                Err(failure) => { td colspan="5" { span.state.bad { (t.say("operations.mute")) } span.meta { (failure.detail) } } }
            }
        }
    }
}

fn dead(t: Lang, service: Service, letter: &DeadLetter) -> Markup {
    html! {
        article.kept {
            p { b { (t.word("service", service.as_str())) } " · " (letter.reason) }
            p.meta { code { (letter.subject) } " · " (t.fill("operations.tries", &[("n", &letter.tries.to_string())])) " · " (t.moment(letter.at)) " · " code { (letter.event) } }
            details { summary { (t.say("operations.body")) } pre tabindex="0" { (letter.body) } }
        }
    }
}
