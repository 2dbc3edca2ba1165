//! Clusters: what is proposed, with everything that speaks for it side by side, and what a person makes of it.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::{
    Failure, Page as ListPage, PageRequest,
    intake::clusters::{
        Cluster, ClusterAction, ClusterMember, ClusterScore, ClusterState, GetCluster, ListClusters,
        MoveCluster,
    },
};
use domain::ObservationId;
use maud::{Markup, html};

use super::{
    desk,
    fields::{self, Fields, text},
    in_query, observation, or_refused, reader,
    report::noted,
    shell::{self, Page, Reader},
    situation::nothing,
    usable,
    words::Lang,
};
use crate::{
    Error, Gateway,
    domain::{
        export,
        policy::{READERS, VERIFIERS},
    },
};

/// Answers the list.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let wish = ListClusters {
        state: Some(
            in_query(&uri, "state").and_then(|word| word.parse().ok()).unwrap_or(ClusterState::Proposed),
        ),
        province: in_query(&uri, "province").and_then(|code| code.parse().ok()),
        exercise: in_query(&uri, "exercise").is_some_and(|word| word == "true"),
        page: PageRequest { cursor: in_query(&uri, "cursor"), limit: Some(30) },
        ..ListClusters::default()
    };
    let list = gateway.ask_as(&reader.principal, None, &wish).await;
    reader.good(&page_of(&reader, &wish, &list.map(|list| list.page.map(export::cluster_shown))))
}

/// The list.
pub(super) fn page_of<'a>(
    reader: &Reader,
    wish: &ListClusters,
    list: &Result<ListPage<Cluster>, Failure>,
) -> Page<'a> {
    let t = reader.lang;
    let with = |state: Option<ClusterState>, exercise: bool, cursor: Option<&str>| {
        let mut query: Vec<String> = state.iter().map(|state| format!("state={state}")).collect();
        query.extend(wish.province.iter().map(|province| format!("province={province}")));
        query.extend(exercise.then(|| "exercise=true".to_owned()));
        query.extend(cursor.map(|cursor| format!("cursor={cursor}")));
        format!("/clusters?{}", query.join("&"))
    };
    let body = html! {
        div.sheet {
            h1 { (t.say("cluster.title")) }
            p.meta { (t.say("cluster.note")) }
            nav.chips aria-label=(t.say("cluster.states")) {
                @for one in ClusterState::ALL.iter().copied() {
                    a href=(with(Some(one), wish.exercise, None)) aria-current=[(wish.state == Some(one)).then_some("true")] { (t.word("cluster-state", one.as_str())) }
                }
                a href=(with(wish.state, !wish.exercise, None)) aria-current=[wish.exercise.then_some("true")] { (t.say("exercise.name")) }
            }
            div #list.entries data-live="cluster.moved" {
                (or_refused(t, list, |list| html! {
                    @if list.items.is_empty() { (nothing(t.say("cluster.none"))) }
                    @for one in &list.items { (entry(t, one)) }
                    @if let Some(cursor) = &list.next { p { a href=(with(wish.state, wish.exercise, Some(cursor))) { (t.say("list.older")) } } }
                }))
            }
        }
    };
    Page { title: t.say("cluster.title"), part: "/clusters", exercise: wish.exercise, body }
}

fn entry(t: Lang, one: &Cluster) -> Markup {
    html! {
        article.entry {
            p.entry-top {
                span class={ "state state-" (one.state) } { (t.word("cluster-state", one.state.as_str())) }
                @if one.exercise { (shell::exercise_badge(t)) }
                span.meta.end { (t.days(one.from, one.to)) }
            }
            a.entry-title href={ "/clusters/" (one.id) } { (t.title(&one.title)) }
            p.meta {
                @if let Some(province) = &one.place.province { (t.province(province.as_str())) " · " }
                (t.fill("cluster.members-n", &[("n", &one.members.len().to_string())])) " · "
                (t.fill("cluster.owners-n", &[("n", &one.owners.len().to_string())]))
                @if let Some(score) = &one.score { " · " (t.fill("cluster.score-n", &[("score", &t.percent(score.total))])) }
            }
        }
    }
}

/// Answers one cluster.
pub(super) async fn show_one(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let Ok(id) = id.parse() else {
        return reader.failed("/clusters", &Failure::not_found(reader.lang.say("cluster.absent")));
    };
    match gateway.ask_as(&reader.principal, None, &GetCluster { id, known_on: None }).await {
        Ok(cluster) => reader.good(&page_of_one(&reader, &export::cluster_shown(cluster))),
        Err(failure) => reader.failed("/clusters", &failure),
    }
}

/// One cluster.
pub(super) fn page_of_one<'a>(reader: &Reader, cluster: &'a Cluster) -> Page<'a> {
    let t = reader.lang;
    let may_decide = !cluster.state.is_over() && reader.principal.has_any(VERIFIERS);
    let back =
        format!("/clusters?state={}{}", cluster.state, if cluster.exercise { "&exercise=true" } else { "" });
    let body = html! {
        div.sheet {
            p.crumb { a href=(back) { "← " (t.say("cluster.title")) } }
            h1 { (t.title(&cluster.title)) }
            p.entry-top {
                span class={ "state state-" (cluster.state) } { (t.word("cluster-state", cluster.state.as_str())) }
                (shell::handling(t, &cluster.handling))
                @if cluster.exercise { (shell::exercise_badge(t)) }
            }
            p { (t.word("cluster-means", cluster.state.as_str())) " " (t.fill("cluster.owners-are", &[("n", &cluster.owners.len().to_string())])) }
            @if let Some(deaths) = &cluster.deaths {
                p { (t.fill("cluster.deaths", &[("best", &t.count(deaths.best.into())), ("low", &t.count(deaths.low.into())), ("high", &t.count(deaths.high.into()))])) }
            }
            section { h2 { (t.say("cluster.compared")) } (members(t, cluster)) }
            @if !cluster.links.is_empty() { section { h2 { (t.say("cluster.links")) } (links(t, cluster)) } }
            @if may_decide { (form(reader, cluster)) }
            section { h2 { (t.say("cluster.history")) } (history(t, cluster)) }
        }
    };
    Page { title: &cluster.title, part: "/clusters", exercise: cluster.exercise, body }
}

/// How a member is called on the page: by its letter.
fn letter(cluster: &Cluster, id: &ObservationId) -> String {
    let at = cluster.members.iter().position(|member| member.observation == *id);
    at.map_or_else(
        || id.to_string(),
        |at| u8::try_from(at % 26).map_or('?', |at| char::from(b'A' + at)).to_string(),
    )
}

/// What one row tells of a member.
type Told = fn(Lang, &ClusterMember) -> String;

/// What is compared of the members: how it is called, and what is told of each.
fn compared(t: Lang) -> [(&'static str, Told); 6] {
    [
        (t.say("cluster.part-time"), |t, member| t.days(member.from, member.to)),
        (t.say("cluster.part-place"), place),
        (t.say("cluster.part-kind"), |t, member| t.kind(&member.kind)),
        (t.say("cluster.part-actors"), |_, member| {
            if member.actors.is_empty() { "–".to_owned() } else { member.actors.join("; ") }
        }),
        (t.say("cluster.dead"), deaths),
        (t.say("incident.grade"), |_, member| member.grade.clone()),
    ]
}

fn place(t: Lang, member: &ClusterMember) -> String {
    let place = &member.place;
    let province = place.province.as_ref().map(|code| t.province(code.as_str()));
    let words: Vec<String> =
        [place.name.clone(), place.district.clone(), province].into_iter().flatten().collect();
    format!("{} · {}", words.join(", "), t.word("precision", place.precision.as_str()))
}

fn deaths(t: Lang, member: &ClusterMember) -> String {
    let count = |deaths: u32| t.count(deaths.into());
    match member.deaths {
        None => "–".to_owned(),
        Some(told) if told.low == told.high => count(told.best),
        Some(told) => format!("{} ({}–{})", count(told.best), count(told.low), count(told.high)),
    }
}

/// The members side by side, a row for each thing that is compared.
fn members(t: Lang, cluster: &Cluster) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(t.say("cluster.compared")) {
            table.compared {
                thead { tr { td {} @for member in &cluster.members { (head(t, cluster, member)) } } }
                tbody {
                    tr { th scope="row" { (t.say("incident.what")) } @for member in &cluster.members {
                        td { a href=(observation::href(&member.observation)) { (t.title(&member.title)) } }
                    } }
                    @for (name, told) in compared(t) { tr { th scope="row" { (name) } @for member in &cluster.members { td { (told(t, member)) } } } }
                }
            }
        }
    }
}

fn head(t: Lang, cluster: &Cluster, member: &ClusterMember) -> Markup {
    html! {
        th scope="col" {
            (letter(cluster, &member.observation)) " · " (member.source)
            @if member.observation == cluster.best { " · " span.meta { (t.say("cluster.best")) } }
            span.meta { (member.owner) }
        }
    }
}

/// What holds it together, part by part.
fn links(t: Lang, cluster: &Cluster) -> Markup {
    let part = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| t.percent(share));
    let apart = |score: &ClusterScore| {
        let days = t.fill("cluster.days-apart", &[("n", &score.days_apart.to_string())]);
        score.km_apart.map_or(days.clone(), |km| {
            format!("{days}, {}", t.fill("cluster.km-apart", &[("n", &t.number(km, 1))]))
        })
    };
    let parts = [
        t.say("cluster.part-time"),
        t.say("cluster.part-place"),
        t.say("cluster.part-kind"),
        t.say("cluster.part-actors"),
        t.say("cluster.part-all"),
    ];
    html! {
        div.scroll tabindex="0" role="region" aria-label=(t.say("cluster.links")) {
            table.links {
                thead { tr {
                    th scope="col" { (t.say("cluster.pair")) }
                    @for name in parts { th.n scope="col" { (name) } }
                } }
                tbody { @for link in &cluster.links { tr {
                    th scope="row" {
                        (letter(cluster, &link.one)) " – " (letter(cluster, &link.other))
                        @if let Some(score) = &link.score { span.meta { (apart(score)) } }
                        @if let Some(decided) = &link.decided { span.meta { (decided.by) ": " (noted(t, &decided.why)) } }
                    }
                    @match &link.score {
                        Some(score) => {
                            td.n { (t.percent(score.time)) } td.n { (t.percent(score.place)) } td.n { (t.percent(score.kind)) }
                            td.n { (part(score.actors)) } td.n { b { (t.percent(score.total)) } }
                        }
                        None => { td.n colspan="5" { (t.say("cluster.unscored")) } }
                    }
                } } }
            }
        }
    }
}

fn history(t: Lang, cluster: &Cluster) -> Markup {
    html! {
        @for step in cluster.history.iter().rev() {
            p.meta {
                (t.word("cluster-state", step.state.as_str())) ", " (t.fill("cluster.members-n", &[("n", &step.members.to_string())]))
                ", " (step.by) ", " (t.moment(step.at)) @if !step.note.is_empty() { ": " (step.note) }
            }
        }
    }
}

fn form(reader: &Reader, cluster: &Cluster) -> Markup {
    let t = reader.lang;
    let action = |action: ClusterAction| format!("/clusters/{}/{action}", cluster.id);
    html! {
        form.actions method="post" action=(action(ClusterAction::Confirm)) {
            (fields::sealed(reader))
            input type="hidden" name="version" value=(cluster.version);
            label for="note" { (t.say("anomaly.note")) }
            textarea #note name="note" rows="2" maxlength="2000" required {}
            @if cluster.members.len() > 2 {
                fieldset {
                    legend { (t.say("cluster.apart")) }
                    @for member in &cluster.members {
                        label { input type="checkbox" name=(member.observation) value="apart"; " " (letter(cluster, &member.observation)) " · " (member.source) }
                    }
                }
            }
            p.buttons {
                @if cluster.state != ClusterState::Confirmed { button { (t.word("cluster-action", ClusterAction::Confirm.as_str())) } }
                button.second formaction=(action(ClusterAction::Split)) { (t.word("cluster-action", ClusterAction::Split.as_str())) }
            }
        }
    }
}

/// Confirms or splits a cluster and shows it.
pub(super) async fn act(
    State(gateway): State<Arc<Gateway>>,
    Path((id, action)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    Form(press): Form<Fields>,
) -> Response {
    let page = format!("/clusters/{id}");
    let acted = async |reader: &Reader| {
        acted(&gateway, reader, &headers, (&id, &action, &press)).await?;
        Ok(page.clone())
    };
    let again = async |reader: &Reader, why: Failure| reader.failed("/clusters", &why);
    desk::press(&gateway, (&headers, &uri), (READERS, page.clone()), acted, again).await
}

async fn acted(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (id, action, press): (&str, &str, &Fields),
) -> Result<(), Error> {
    reader.check_form(headers, text(press, "token"))?;
    let action: ClusterAction = action.parse()?;
    let ticked = press.keys().filter(|_| action == ClusterAction::Split).filter_map(|name| name.parse().ok());
    let wish = MoveCluster {
        id: id.parse()?,
        action,
        observations: ticked.collect(),
        note: text(press, "note").to_owned(),
        version: text(press, "version").parse().ok(),
    };
    let cluster = gateway.ask_as(&reader.principal, usable(text(press, "key")), &wish).await?;
    let detail = serde_json::json!({ "console": true, "version": cluster.version, "state": cluster.state });
    reader.note_act(gateway, (&format!("{action}Cluster"), id, detail)).await
}
