//! One observation, to be read: what a source said, how it is graded, what became of it. Where every "why" of the console ends.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::{
    Failure,
    intake::{
        GetObservation,
        clusters::{Cluster, ListClusters},
    },
};
use domain::{Observation, ObservationId};
use maud::{Markup, html};

use super::{
    board::province_href,
    or_refused, reader,
    shell::{self, Page, Reader},
    words::Lang,
};
use crate::{
    Gateway,
    domain::{export, policy::READERS},
};

/// The page of an observation.
pub(super) fn href(id: &ObservationId) -> String {
    format!("/observations/{id}")
}

/// Answers one observation.
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
    let absent = || Failure::not_found(reader.lang.say("observation.absent"));
    let Ok(id) = id.parse::<ObservationId>() else { return reader.failed("/search", &absent()) };
    let revisions = match gateway
        .ask_as(&reader.principal, None, &GetObservation { id: id.clone(), known_on: None })
        .await
    {
        Ok(revisions) => revisions,
        Err(failure) => return reader.failed("/search", &failure),
    };
    let exercise = revisions.last().is_some_and(|newest| newest.exercise);
    let of = ListClusters { observation: Some(id), exercise, ..ListClusters::default() };
    let clusters = gateway.ask_as(&reader.principal, None, &of).await.map(|list| list.page.items);
    let revisions: Vec<Observation> = revisions.into_iter().map(export::shown).collect();
    match page(&reader, &revisions, &clusters) {
        Some(page) => reader.good(&page),
        None => reader.failed("/search", &absent()),
    }
}

/// The page: the newest revision, and the others behind it; `None` without any.
pub(super) fn page<'a>(
    reader: &Reader,
    revisions: &'a [Observation],
    clusters: &Result<Vec<Cluster>, Failure>,
) -> Option<Page<'a>> {
    let t = reader.lang;
    let seen = revisions.iter().max_by_key(|one| one.revision)?;
    let body = html! {
        div.sheet {
            @if let Some(province) = &seen.place.province {
                p.crumb { a href=(province_href(province.as_str(), seen.exercise)) { "← " (t.province(province.as_str())) } }
            }
            p.entry-top {
                b { (t.days(seen.occurred_from, seen.occurred_to)) }
                @for threat in &seen.threats { span.chip { (t.word("threat", threat.as_str())) } }
                @if seen.exercise { (shell::exercise_badge(t)) }
                (shell::handling(t, &seen.handling))
                span.grade.end { (seen.grade.code()) }
            }
            h1 { (t.title(&seen.title)) }
            @if let Some(taken) = &seen.retracted {
                p.notice { strong { (t.say("observation.retracted")) } " " (taken.by) ", " (t.moment(taken.at)) ": " (taken.why) }
            }
            @if !seen.text.is_empty() { p.said { (seen.text) } }
            (facts(t, seen))
            section {
                h2 { (t.say("observation.incident")) }
                (or_refused(t, clusters, |all| incidents(t, all)))
            }
            @if revisions.len() > 1 { (history(t, revisions, seen)) }
            p.meta { a href={ "/v1/observations/" (seen.id) } { "JSON" } }
        }
    };
    Some(Page { title: &seen.title, part: "/search", exercise: seen.exercise, body })
}

fn facts(t: Lang, seen: &Observation) -> Markup {
    let place = &seen.place;
    let words = [
        place.name.clone(),
        place.district.clone(),
        place.province.as_ref().map(|code| t.province(code.as_str())),
    ];
    let words: Vec<String> =
        words.into_iter().flatten().chain(place.country.map(|code| t.country(code.as_str()))).collect();
    html! {
        dl.facts {
            div { dt { (t.say("incident.place")) } dd { (words.join(", ")) " " span.meta { (t.word("precision", place.precision.as_str())) } } }
            div { dt { (t.say("observation.kind")) } dd { (t.kind(&seen.kind)) } }
            div { dt { (t.say("observation.gravity")) } dd { (t.word("lead-severity", seen.severity.as_str()))
                @if let Some(deaths) = seen.deaths {
                    " · " (t.fill("search.deaths", &[("n", &t.count(deaths.best.into()))]))
                    @if deaths.low != deaths.high { " (" (t.count(deaths.low.into())) "–" (t.count(deaths.high.into())) ")" }
                }
            } }
            @if !seen.actors.is_empty() { div { dt { (t.say("observation.actors")) } dd { (seen.actors.join("; ")) } } }
            div { dt { (t.say("observation.source")) } dd { (seen.owner) " · " (seen.source) " · " (seen.external_id)
                @if let Some(report) = &seen.report { " · " a href={ "/reports/" (report) } { (t.say("observation.report")) } }
                @if let Some(import) = &seen.import { " · " a href={ "/imports/" (import) } { (t.say("observation.import")) } }
            } }
            div { dt { (t.say("incident.grade")) } dd { b { (seen.grade.code()) } " " span.meta {
                (seen.grade.by) ", " (t.moment(seen.grade.at)) @if !seen.grade.why.is_empty() { ": " (seen.grade.why) }
            } } }
            div { dt { (t.say("observation.known")) } dd { (t.moment(seen.known_from)) } }
        }
    }
}

/// Of which incident it is one report, with how many independent owners.
fn incidents(t: Lang, all: &[Cluster]) -> Markup {
    html! {
        @if all.is_empty() { p.meta { (t.say("observation.alone")) } }
        ul { @for one in all { li {
            a href={ "/clusters/" (one.id) } { (t.title(&one.title)) } " "
            span.meta { (t.word("cluster-state", one.state.as_str())) " · " (t.fill("cluster.owners-n", &[("n", &one.owners.len().to_string())])) }
        } } }
    }
}

fn history(t: Lang, revisions: &[Observation], newest: &Observation) -> Markup {
    let mut older: Vec<&Observation> =
        revisions.iter().filter(|one| one.revision != newest.revision).collect();
    older.sort_by_key(|one| std::cmp::Reverse(one.revision));
    html! {
        section {
            h2 { (t.say("observation.revisions")) }
            ol.changes { @for one in older { li {
                span { (one.revision) ": " (t.title(&one.title)) }
                span.meta { (t.days(one.occurred_from, one.occurred_to)) " · " (one.grade.code()) " · " (t.moment(one.known_from)) }
            } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use contracts::Role;

    use super::*;
    use crate::console::{sample::reader as somebody, sample_clusters::a_cluster, sample_search};

    #[test]
    fn why_it_is_red_ends_in_words_with_grade_source_and_earlier_revisions() {
        let mut seen = sample_search::found().page.items.remove(0);
        let first = seen.clone();
        (seen.revision, seen.text) = (2, "Said by two villagers.".into());
        let reader = somebody(Lang::En, Role::ALL);
        let clusters = Ok(vec![a_cluster(contracts::intake::clusters::ClusterState::Proposed)]);
        let revisions = [first, seen];
        let text = page(&reader, &revisions, &clusters).unwrap().body.into_string();
        for said in [
            "Said by two villagers.",
            "B2",
            "Wire",
            "deaths: 2",
            "(1–3)",
            "Earlier revisions",
            "/clusters/",
            "TLP:GREEN",
        ] {
            assert!(text.contains(said), "{said} is missing in {text}");
        }
        assert!(page(&reader, &[], &clusters).is_none());
    }
}
