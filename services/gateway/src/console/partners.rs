//! The partners: who they are, what they are mandated for and by which paper, what was agreed with them.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::{
    Failure,
    coordination::{Held, ListAgreements, ListMandates, ListOrganisations, Organisation},
};
use domain::{Agreement, Day, Mandate};
use maud::{Markup, html};

use super::{
    or_refused, reader,
    shell::{self, Page, Reader},
    situation::nothing,
    words::Lang,
};
use crate::{Gateway, domain::policy::READERS};

/// All that the page shows.
#[derive(Debug)]
pub(super) struct Seen {
    /// The organisations.
    pub organisations: Result<Vec<Organisation>, Failure>,
    /// Their mandates.
    pub mandates: Result<Vec<Held<Mandate>>, Failure>,
    /// What was agreed with them.
    pub agreements: Result<Vec<Held<Agreement>>, Failure>,
}

/// Answers the partners.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let (mandates, agreements) = (ListMandates::default(), ListAgreements::default());
    let (organisations, mandates, agreements) = futures::join!(
        gateway.ask_as(&reader.principal, None, &ListOrganisations {}),
        gateway.ask_as(&reader.principal, None, &mandates),
        gateway.ask_as(&reader.principal, None, &agreements),
    );
    reader.good(&page(&reader, &Seen { organisations, mandates, agreements }))
}

/// The page.
pub(super) fn page<'a>(reader: &Reader, seen: &Seen) -> Page<'a> {
    let t = reader.lang;
    let today = reader.now.day();
    let body = html! {
        div.sheet {
            h1 { (t.say("partners.title")) }
            p.meta { (t.say("partners.note")) }
            @for failure in [seen.mandates.as_ref().err(), seen.agreements.as_ref().err()].into_iter().flatten() {
                (shell::refused(t, failure))
            }
            (or_refused(t, &seen.organisations, |all| html! {
                @if all.is_empty() { (nothing(t.say("partners.none"))) }
                @for one in all { (organisation(t, (one, today), seen)) }
            }))
        }
    };
    Page { title: t.say("partners.title"), part: "/partners", exercise: false, body }
}

fn organisation(t: Lang, (one, today): (&Organisation, Day), seen: &Seen) -> Markup {
    let mandates: Vec<&Mandate> = seen
        .mandates
        .iter()
        .flatten()
        .filter(|held| held.organisation == one.key)
        .map(|held| &held.what)
        .collect();
    let agreements: Vec<&Agreement> = seen
        .agreements
        .iter()
        .flatten()
        .filter(|held| held.organisation == one.key)
        .map(|held| &held.what)
        .collect();
    html! {
        section.partner aria-label=(one.name) {
            h2 { (one.name) " " @if one.exercise { (shell::exercise_badge(t)) } }
            p.meta { (one.key) " · " (one.kind.replace('_', " "))
                @if let Some(point) = &one.focal_point { " · " (point.post) } }
            h3 { (t.say("partners.mandates")) }
            @if mandates.is_empty() && seen.mandates.is_ok() { p { (t.say("partners.no-mandate")) } }
            @for mandate in mandates { (paper(t, mandate, today)) }
            h3 { (t.say("partners.agreements")) }
            @if agreements.is_empty() && seen.agreements.is_ok() { p { (t.say("partners.no-agreement")) } }
            @for agreement in agreements { (agreed(t, agreement, today)) }
        }
    }
}

fn validity(t: Lang, (from, until): (Day, Option<Day>), in_force: bool) -> Markup {
    html! {
        span.meta {
            (t.day(from)) "–" @if let Some(until) = until { (t.day(until)) }
            @if !in_force { " " b { (t.say("partners.not-in-force")) } }
        }
    }
}

fn paper(t: Lang, m: &Mandate, today: Day) -> Markup {
    let threats: Vec<String> = m.threats.iter().map(|threat| t.word("threat", threat.as_str())).collect();
    let countries: Vec<String> = m.countries.iter().map(|country| t.country(country.as_str())).collect();
    html! {
        div.paper {
            p { b { (m.instrument) } ", " cite { (m.citation) } " " (validity(t, (m.valid_from, m.valid_until), m.in_force(today))) }
            @if !m.functions.is_empty() { p { (m.functions.join("; ")) } }
            p.meta { (threats.join(", ")) " — " (countries.join(", ")) }
            @for limit in &m.limits { p.meta { (t.say("partners.limit")) " " (limit.text) } }
        }
    }
}

fn agreed(t: Lang, a: &Agreement, today: Day) -> Markup {
    html! {
        div.paper {
            p { b { (a.title) } " " (validity(t, (a.valid_from, a.valid_until), a.in_force(today))) }
            p.meta {
                (t.fill("partners.ceiling", &[("tlp", a.tlp_ceiling.as_str()), ("class", &t.word("class", a.un_class_ceiling.as_str()))]))
                " · " (t.fill("partners.floor", &[("precision", &t.word("precision", a.precision_floor.as_str()))]))
                " · " (a.kinds.iter().map(|kind| kind.replace('_', " ")).collect::<Vec<_>>().join(", "))
                " · " (a.purposes.iter().map(|purpose| purpose.replace('_', " ")).collect::<Vec<_>>().join(", "))
            }
        }
    }
}
