//! One unit: how it stands for each threat, what made it so, how little that may rest on.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::{
    Failure, PageRequest,
    alerts::{ListWarnings, Warning},
    analysis::{
        GetSituation, Incident, LevelChange, ListChanges, Situation,
        anomalies::{Anomaly, ListAnomalies},
        forecasting::GetForecasting,
        forecasts::{GetScorecards, ListForecasts, Scope},
        series::{GetSeries, Series},
    },
};
use domain::{Day, ProvinceCode, Timestamp, warning::Status};
use geography::Province;
use maud::{Markup, html};

use super::{
    anomalies,
    board::shade,
    breakdown,
    expected::{self, Foretold},
    forecasts, observation, or_refused, overrides, panel, past,
    series::{self, Span},
    shell::{self, Page, Reader},
    situation::{Wish, level_chip, nothing, unit_asked},
    unusual,
    what_if::{self, Supposed},
    words::Lang,
};
use crate::Gateway;

/// All that the page shows.
#[derive(Debug)]
pub(super) struct Seen {
    /// Its situations.
    pub situations: Result<Vec<Situation>, Failure>,
    /// Warnings, of which those for it are shown.
    pub warnings: Result<Vec<Warning>, Failure>,
    /// Its changes of level.
    pub changes: Result<Vec<LevelChange>, Failure>,
    /// Its unusual months.
    pub anomalies: Result<Vec<Anomaly>, Failure>,
    /// What it would be, where that was asked.
    pub supposed: Option<Supposed>,
    /// The sources that what if may leave out, where somebody chooses among them.
    pub sources: Option<what_if::Sources>,
    /// Its newest forecasts, with the record of their kind.
    pub forecasts: Result<Foretold, Failure>,
    /// How it went over time, and by what that is counted.
    pub series: (Span, Result<Vec<Series>, Failure>),
}

/// Answers one unit.
pub(super) async fn show(
    State(gateway): State<Arc<Gateway>>,
    Path(iso): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let (reader, (unit, code, wish)) = match unit_asked(&gateway, &headers, &uri, &iso).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let wish = Wish { exercise: wish.exercise, on: wish.on, ..Wish::default() };
    let seen = look(&gateway, &reader, (code, wish), &uri).await;
    reader.good(&page(&reader, (unit, wish), &seen))
}

async fn look(gateway: &Gateway, reader: &Reader, (code, wish): (ProvinceCode, Wish), uri: &Uri) -> Seen {
    let (Wish { exercise, on, .. }, province) = (wish, Some(code));
    let situation = GetSituation { province: province.clone(), exercise, on, ..GetSituation::default() };
    let warnings = ListWarnings { state: None, known_on: past::end(on), page: limited(500) };
    let changes =
        ListChanges { province: province.clone(), exercise, until: past::end(on), page: limited(20) };
    // of a past day more is asked for: what came later is left out
    let unusual = ListAnomalies {
        province: province.clone(),
        exercise,
        page: limited(if on.is_some() { 200 } else { 10 }),
        ..ListAnomalies::default()
    };
    let span = Span::read(uri);
    let over_time = GetSeries {
        province: province.clone(),
        country: None,
        threat: None,
        unit: span.unit,
        from: span.from(),
        to: on,
        known_on: past::end(on),
        exercise,
    };
    let asked = what_if::Asked::read(uri);
    let listed = what_if::listed(uri, asked.as_ref());
    let (situations, warnings, changes, anomalies, forecasts, told, supposed) = futures::join!(
        gateway.ask_as(&reader.principal, None, &situation),
        gateway.ask_as(&reader.principal, None, &warnings),
        gateway.ask_as(&reader.principal, None, &changes),
        gateway.ask_as(&reader.principal, None, &unusual),
        forecasts_of(gateway, reader, (province.clone(), on)),
        gateway.ask_as(&reader.principal, None, &over_time),
        what_if::suppose(gateway, reader, (asked, &situation)),
    );
    let known = situations.as_deref().unwrap_or_default();
    let sources = what_if::sources(gateway, reader, (&situation, known, listed)).await;
    let by_then = |at: Timestamp| on.is_none_or(|on| at.day() <= on);
    let changes = changes.map(|page| page.items);
    let anomalies =
        anomalies.map(|page| page.items.into_iter().filter(|one| by_then(one.opened_at)).take(10).collect());
    let warnings = warnings.map(|page| page.items);
    Seen { situations, warnings, changes, anomalies, supposed, sources, forecasts, series: (span, told) }
}

const fn limited(most: u32) -> PageRequest {
    PageRequest { cursor: None, limit: Some(most) }
}

/// The newest forecasts of a province by that day, and how good those of three months were: none is shown without its record.
async fn forecasts_of(
    gateway: &Gateway,
    reader: &Reader,
    (province, on): (Option<ProvinceCode>, Option<Day>),
) -> Result<Foretold, Failure> {
    let page = limited(if on.is_some() { 1000 } else { 60 });
    let wish = ListForecasts { province, known_on: past::end(on), page, ..ListForecasts::default() };
    let card = |rehearsal| GetScorecards {
        scope: Some(Scope::Province),
        months: Some(forecasts::MONTHS),
        rehearsal,
        known_on: past::end(on),
        ..GetScorecards::default()
    };
    let (issued, rehearsed) = (card(false), card(true));
    let standing = async {
        let work = gateway.ask_as(&reader.principal, None, &GetForecasting {});
        if on.is_some() { Ok(None) } else { work.await.map(Some) }
    };
    let (work, told, issued, rehearsed) = futures::join!(
        standing,
        gateway.ask_as(&reader.principal, None, &wish),
        gateway.ask_as(&reader.principal, None, &issued),
        gateway.ask_as(&reader.principal, None, &rehearsed),
    );
    let mut forecasts = told?.items;
    forecasts.retain(|one| on.is_none_or(|on| one.issued_at.day() <= on));
    Ok(Foretold { forecasts, record: [issued?, rehearsed?].concat(), work: work? })
}

/// The page.
pub(super) fn page<'a>(reader: &Reader, (unit, wish): (&'static Province, Wish), seen: &Seen) -> Page<'a> {
    let (t, today) = (reader.lang, reader.now.day());
    let title = t.names().of(unit);
    let map = Wish { province: Some(unit), ..wish };
    let span = seen.series.0;
    let body = html! {
        (past::banner(t, today, wish.on, |on| Wish { on, ..wish }.span_href(unit.id, span)))
        div.sheet {
            p.crumb { a href=(map.href()) { "← " (t.say("nav.map")) } }
            div.heading.plain-heading {
                h1 { (title) }
                (past::choice(t, (&format!("/provinces/{}", unit.id), today), &wish, &span.pairs()))
            }
            p.meta { (t.country(unit.country)) " · " (unit.id) " · " span lang=(local_language(unit)) { (unit.name_local) } }
            p { a href=(observations(wish, &format!("province={}", unit.id))) { (t.say("province.observations")) }
                " · " a href={ "/v1/observations?province=" (unit.id) (known_then(wish)) (of_exercise(wish)) "&format=csv&all=true" } { "CSV" } }
            div.columns {
                (of_unit(reader, (unit, wish), seen))
                (beside(reader, (unit, wish), seen))
            }
        }
    };
    Page { title, part: "/", exercise: wish.exercise, body }
}

/// How it stands, how it went, what is expected.
fn of_unit(reader: &Reader, (unit, wish): (&'static Province, Wish), seen: &Seen) -> Markup {
    let (t, live) = (reader.lang, |topics| past::live(wish.on, topics));
    html! {
        div #threats data-live=[live("situation.changed override.moved")] {
            (or_refused(t, &seen.situations, |all| situations(reader, all, (wish, seen))))
            section #over-time data-live=[live("situation.changed")] {
                h2 { (t.say("series.title")) }
                (or_refused(t, &seen.series.1, |all| series::of_unit(t, all, (unit.id, seen.series.0), wish)))
            }
            @if !wish.exercise {
                section #forecasts data-live=[live("forecasts.issued")] {
                    h2 { (t.say("forecast.title")) }
                    @if wish.on.is_some() { p.meta { (t.say("past.forecasts")) } }
                    (or_refused(t, &seen.forecasts, |of| expected::of_unit(t, of)))
                }
            }
        }
    }
}

/// What is warned of, what is unusual, what changed.
fn beside(reader: &Reader, (unit, wish): (&'static Province, Wish), seen: &Seen) -> Markup {
    let (t, live) = (reader.lang, |topics| past::live(wish.on, topics));
    let here = |w: &&Warning| {
        w.places.iter().any(|place| place.province.as_ref().is_some_and(|code| code.as_str() == unit.id))
            && (w.status == Status::Exercise) == wish.exercise
    };
    html! {
        aside {
            section #warned data-live=[live("warning.moved warning.issued")] {
                h2 { (t.say("province.warnings")) }
                (or_refused(t, &seen.warnings, |all| html! {
                    @if !all.iter().any(|w| here(&w)) { (nothing(t.say("province.no-warnings"))) }
                    @else if wish.on.is_some() { p.meta { (t.say("past.warnings")) } }
                    @for warning in all.iter().filter(here) { (shell::warning_entry(t, warning)) }
                }))
            }
            section #anomalies data-live=[live("anomaly.moved")] {
                h2 { (t.say("anomaly.title")) }
                @if wish.on.is_some() && seen.anomalies.as_ref().is_ok_and(|all| !all.is_empty()) { p.meta { (t.say("past.anomalies")) } }
                (or_refused(t, &seen.anomalies, |all| anomalies::all(reader, all)))
                @if let Ok(code) = unit.id.parse() { p { a href=(unusual::of_province(&code, wish.exercise)) { (t.say("anomaly.of-province")) } } }
            }
            section #changes data-live=[live("situation.changed")] {
                h2 { (if wish.on.is_some() { t.say("panel.changes-then") } else { t.say("panel.changes") }) }
                (or_refused(t, &seen.changes, |all| panel::changes(t, wish, all)))
            }
        }
    }
}

fn local_language(unit: &Province) -> &'static str {
    match unit.country {
        "AFG" => "fa-AF",
        "KAZ" => "kk",
        "KGZ" => "ky",
        "TJK" => "tg",
        "TKM" => "tk",
        _ => "uz",
    }
}

fn situations(reader: &Reader, all: &[Situation], (wish, seen): (Wish, &Seen)) -> Markup {
    let t = reader.lang;
    let mut all: Vec<&Situation> = all.iter().collect();
    all.sort_by(|one, other| {
        let known = other.coverage.sufficient.cmp(&one.coverage.sufficient);
        known
            .then(other.attention().cmp(&one.attention()))
            .then(other.level.cmp(&one.level))
            .then(other.index.total_cmp(&one.index))
    });
    html! {
        @if all.is_empty() {
            p.figure { (level_chip(t, picture::Shade::Insufficient)) }
            p { (if wish.on.is_some() { t.say("insufficient.none-then") } else { t.say("insufficient.none") }) }
        }
        @for s in all { (situation(reader, s, (wish, seen))) }
    }
}

fn situation(reader: &Reader, s: &Situation, (wish, seen): (Wish, &Seen)) -> Markup {
    let t = reader.lang;
    html! {
        section.threat aria-label=(t.word("threat", s.threat.as_str())) {
            div.threat-top {
                h2 { (t.word("threat", s.threat.as_str())) }
                (level_chip(t, shade(s)))
                (shell::handling(t, &s.handling))
                @if s.exercise { (shell::exercise_badge(t)) }
            }
            (breakdown::attention(t, s))
            (panel::facts(t, s))
            (breakdown::sureness(t, s))
            p.meta {
                a href="#forecasts" { (t.say("record.forecasts")) }
                " · " a href=(forecasts::Wish { threat: Some(s.threat), ..forecasts::Wish::default() }.href()) { (t.say("forecast.scores")) }
                " · " a href="/warnings#alarms" { (t.say("record.alarms")) }
                " · " a href=(Wish { threat: Some(s.threat), ..wish }.indicators_href(s.province.as_str())) { (t.say("record.indicators")) }
            }
            (breakdown::components(t, s, wish.on))
            @if s.incidents.is_empty() { (nothing(t.say("incident.none"))) } @else { (incidents(t, s, wish)) }
            (what_if::of_threat(t, s, (wish.on, seen.supposed.as_ref(), seen.sources.as_ref())))
            (overrides::of_threat(reader, s, wish.on))
        }
    }
}

fn incidents(t: Lang, s: &Situation, wish: Wish) -> Markup {
    html! {
        h3 { (t.say("incident.title")) }
        div.scroll tabindex="0" role="region" aria-label=(t.say("incident.title")) {
            table.incidents.stacked {
                thead { tr {
                    th scope="col" { (t.say("incident.what")) } th scope="col" { (t.say("incident.day")) }
                    th scope="col" { (t.say("incident.place")) } th scope="col" { (t.say("incident.grade")) }
                    th.n scope="col" { (t.say("incident.share")) }
                } }
                tbody { @for incident in &s.incidents { (row(t, s, incident)) } }
            }
        }
        (rest(t, s, wish))
        @if s.older_share > 0.0 { p.meta { (t.fill("incident.older", &[("share", &t.percent(s.older_share))])) } }
    }
}

/// Where observations are read, on the day that is looked at.
fn observations(wish: Wish, query: &str) -> String {
    let on = wish.on.map(|day| format!("&on={day}")).unwrap_or_default();
    format!("/search?{query}{on}{}", of_exercise(wish))
}

/// What asks for the exercise where that is looked at.
const fn of_exercise(wish: Wish) -> &'static str {
    if wish.exercise { "&exercise=true" } else { "" }
}

/// What asks the API for no more than was known on the day that is looked at.
fn known_then(wish: Wish) -> String {
    past::end(wish.on).map(|end| format!("&known_on={end}")).unwrap_or_default()
}

/// How many incidents count that are not named, and where all of it is read.
fn rest(t: Lang, s: &Situation, wish: Wish) -> Markup {
    let Some(counted) = s.counted else { return html! {} };
    let more = u64::from(counted.incidents).saturating_sub(s.incidents.len() as u64);
    let all = observations(
        wish,
        &format!("province={}&threat={}&from={}&to={}", s.province, s.threat, counted.since, s.on),
    );
    html! {
        p {
            @if more > 0 { b { (t.fill("incident.more", &[("n", &t.count(more))])) } " " }
            a href=(all) { (t.plural("incident.all", counted.incidents.into())) }
        }
    }
}

fn row(t: Lang, s: &Situation, incident: &Incident) -> Markup {
    let old = s.on.since(incident.on) > 90;
    html! {
        tr {
            th scope="row" {
                (t.title(&incident.title))
                span.meta {
                    (t.kind(&incident.kind))
                    @if incident.owners > 1 {
                        " · "
                        @let sources = t.fill("incident.owners", &[("n", &incident.owners.to_string())]);
                        @match &incident.cluster {
                            Some(cluster) => a href={ "/clusters/" (cluster) } { (sources) },
                            None => (sources),
                        }
                    }
                    @for (number, id) in incident.observations.iter().enumerate() {
                        " · " a href=(observation::href(id)) { (t.fill("incident.report", &[("n", &(number + 1).to_string())])) }
                    }
                }
            }
            td data-label=(t.say("incident.day")) { (t.day(incident.on)) @if old { span.meta { (t.say("incident.old")) } } }
            td data-label=(t.say("incident.place")) { (t.place(&incident.place)) }
            td data-label=(t.say("incident.grade")) { span.grade { (incident.grade) } }
            td.n data-label=(t.say("incident.share")) { (t.percent(incident.share)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::Threat;

    use super::*;
    use crate::console::sample;

    #[test]
    fn an_incident_that_is_placed_by_its_province_alone_is_shown_by_the_name_of_the_province() {
        let mut one = sample::situation("AF-KAN", Threat::ArmedConflict, 34.0);
        one.incidents[0].place = "AF-KAN".into();
        for (l, name) in [(Lang::En, "Kandahar"), (Lang::Ru, "Кандагар")] {
            let shown = incidents(l, &one, Wish::default()).into_string();
            assert!(shown.contains(&format!(">{name}</td>")) && !shown.contains(">AF-KAN<"), "{shown}");
        }
    }
}
