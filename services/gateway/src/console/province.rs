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
        series::{GetSeries, Series, Unit},
    },
};
use domain::{ProvinceCode, warning::Status};
use geography::Province;
use maud::{Markup, html};

use super::{
    anomalies,
    board::shade,
    breakdown,
    expected::{self, Foretold},
    forecasts, or_refused, overrides, panel, reader, series,
    shell::{self, Page, Reader},
    situation::{Wish, level_chip, nothing},
    what_if::{self, Supposed},
    words::Lang,
};
use crate::{Gateway, domain::policy::READERS};

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
    /// Its newest forecasts, with the record of their kind.
    pub forecasts: Result<Foretold, Failure>,
    /// How it went over time: by what that is counted, and whether all of it.
    pub series: (Unit, bool, Result<Vec<Series>, Failure>),
}

/// Answers one unit.
pub(super) async fn show(
    State(gateway): State<Arc<Gateway>>,
    Path(iso): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let absent = || Failure::not_found(reader.lang.fill("province.absent", &[("code", &iso)]));
    let Some((unit, code)) = geography::province(&iso).zip(iso.parse().ok()) else {
        return reader.failed("/", &absent());
    };
    let exercise = Wish::read(&uri).exercise;
    let situation = GetSituation { province: Some(code), exercise, ..GetSituation::default() };
    let warnings = ListWarnings { state: None, page: PageRequest { cursor: None, limit: Some(500) } };
    let recent = PageRequest { cursor: None, limit: Some(20) };
    let changes = ListChanges { province: situation.province.clone(), exercise, page: recent };
    let unusual = ListAnomalies {
        province: situation.province.clone(),
        exercise,
        page: PageRequest { cursor: None, limit: Some(10) },
        ..ListAnomalies::default()
    };
    let over_time = GetSeries {
        province: situation.province.clone(),
        country: None,
        threat: None,
        unit: series::unit_of(&uri),
        from: series::first_day().filter(|_| series::is_whole(&uri)),
        to: None,
        known_on: None,
        exercise,
    };
    let (situations, warnings, changes, anomalies, forecasts, over_time_told) = futures::join!(
        gateway.ask_as(&reader.principal, None, &situation),
        gateway.ask_as(&reader.principal, None, &warnings),
        gateway.ask_as(&reader.principal, None, &changes),
        gateway.ask_as(&reader.principal, None, &unusual),
        forecasts_of(&gateway, &reader, situation.province.clone()),
        gateway.ask_as(&reader.principal, None, &over_time),
    );
    let (warnings, changes) = (warnings.map(|page| page.items), changes.map(|page| page.items));
    let anomalies = anomalies.map(|page| page.items);
    let series = (over_time.unit, over_time.from.is_some(), over_time_told);
    let supposed = match what_if::Asked::read(&uri) {
        Some(asked) => Some(asked.suppose(&gateway, &reader, &situation).await),
        None => None,
    };
    let seen = Seen { situations, warnings, changes, anomalies, supposed, forecasts, series };
    reader.good(&page(&reader, (unit, exercise), &seen))
}

/// The newest forecasts of a province, and how good those of three months were: none is shown without its record.
async fn forecasts_of(
    gateway: &Gateway,
    reader: &Reader,
    province: Option<ProvinceCode>,
) -> Result<Foretold, Failure> {
    let page = PageRequest { cursor: None, limit: Some(60) };
    let wish = ListForecasts { province, page, ..ListForecasts::default() };
    let card = |rehearsal| GetScorecards {
        scope: Some(Scope::Province),
        months: Some(forecasts::MONTHS),
        rehearsal,
        ..GetScorecards::default()
    };
    let (issued, rehearsed) = (card(false), card(true));
    let (work, told, issued, rehearsed) = futures::join!(
        gateway.ask_as(&reader.principal, None, &GetForecasting {}),
        gateway.ask_as(&reader.principal, None, &wish),
        gateway.ask_as(&reader.principal, None, &issued),
        gateway.ask_as(&reader.principal, None, &rehearsed),
    );
    Ok(Foretold { forecasts: told?.items, record: [issued?, rehearsed?].concat(), work: work? })
}

/// The page.
pub(super) fn page<'a>(
    reader: &Reader,
    (unit, exercise): (&'static Province, bool),
    seen: &Seen,
) -> Page<'a> {
    let t = reader.lang;
    let title = t.names().of(unit);
    let map = Wish { province: Some(unit), exercise, ..Wish::default() };
    let here = |w: &&Warning| {
        w.places.iter().any(|place| place.province.as_ref().is_some_and(|code| code.as_str() == unit.id))
            && (w.status == Status::Exercise) == exercise
    };
    let body = html! {
        div.sheet {
            p.crumb { a href=(map.href()) { "← " (t.say("nav.map")) } }
            h1 { (title) }
            p.meta { (t.country(unit.country)) " · " (unit.id) " · " span lang=(local_language(unit)) { (unit.name_local) } }
            p { a href={ "/v1/observations?province=" (unit.id) } { (t.say("province.observations")) }
                " · " a href={ "/v1/observations?province=" (unit.id) "&format=csv&all=true" } { "CSV" } }
            div.columns {
                div #threats data-live="situation.changed override.moved" {
                    (or_refused(t, &seen.situations, |all| situations(reader, all, seen.supposed.as_ref())))
                    section #over-time data-live="situation.changed" {
                        h2 { (t.say("series.title")) }
                        (or_refused(t, &seen.series.2, |all| series::of_unit(t, all, (unit.id, seen.series.0, seen.series.1), exercise)))
                    }
                    @if !exercise {
                        section #forecasts data-live="forecasts.issued" {
                            h2 { (t.say("forecast.title")) }
                            (or_refused(t, &seen.forecasts, |of| expected::of_unit(t, of)))
                        }
                    }
                }
                aside {
                    section #warned data-live="warning.moved warning.issued" {
                        h2 { (t.say("province.warnings")) }
                        (or_refused(t, &seen.warnings, |all| html! {
                            @if !all.iter().any(|w| here(&w)) { (nothing(t.say("province.no-warnings"))) }
                            @for warning in all.iter().filter(here) { (shell::warning_entry(t, warning)) }
                        }))
                    }
                    section #anomalies data-live="anomaly.moved" {
                        h2 { (t.say("anomaly.title")) }
                        (or_refused(t, &seen.anomalies, |all| anomalies::all(reader, all)))
                    }
                    section #changes data-live="situation.changed" {
                        h2 { (t.say("panel.changes")) }
                        (or_refused(t, &seen.changes, |all| panel::changes(t, Wish { exercise, ..Wish::default() }, all)))
                    }
                }
            }
        }
    };
    Page { title, part: "/", exercise, body }
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

fn situations(reader: &Reader, all: &[Situation], supposed: Option<&Supposed>) -> Markup {
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
            p { (t.say("insufficient.none")) }
        }
        @for s in all { (situation(reader, s, supposed)) }
    }
}

fn situation(reader: &Reader, s: &Situation, supposed: Option<&Supposed>) -> Markup {
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
                " · " a href={ "/v1/indicators?province=" (s.province) "&threat=" (s.threat) } { (t.say("record.indicators")) }
            }
            (breakdown::components(t, s))
            @if s.incidents.is_empty() { (nothing(t.say("incident.none"))) } @else { (incidents(t, s)) }
            (what_if::of_threat(t, s, supposed))
            (overrides::of_threat(reader, s))
        }
    }
}

fn incidents(t: Lang, s: &Situation) -> Markup {
    html! {
        h3 { (t.say("incident.title")) }
        div.scroll tabindex="0" role="region" aria-label=(t.say("incident.title")) {
            table.incidents {
                thead { tr {
                    th scope="col" { (t.say("incident.what")) } th scope="col" { (t.say("incident.day")) }
                    th scope="col" { (t.say("incident.place")) } th scope="col" { (t.say("incident.grade")) }
                    th.n scope="col" { (t.say("incident.share")) }
                } }
                tbody { @for incident in &s.incidents { (row(t, s, incident)) } }
            }
        }
        @if s.older_share > 0.0 { p.meta { (t.fill("incident.older", &[("share", &t.percent(s.older_share))])) } }
    }
}

fn row(t: Lang, s: &Situation, incident: &Incident) -> Markup {
    let old = s.on.since(incident.on) > 90;
    html! {
        tr {
            th scope="row" {
                (incident.title)
                span.meta {
                    (incident.kind.replace('_', " "))
                    @if incident.owners > 1 {
                        " · "
                        @let sources = t.fill("incident.owners", &[("n", &incident.owners.to_string())]);
                        @match &incident.cluster {
                            Some(cluster) => a href={ "/clusters/" (cluster) } { (sources) },
                            None => (sources),
                        }
                    }
                    @for (number, id) in incident.observations.iter().enumerate() {
                        " · " a href={ "/v1/observations/" (id) } { (t.fill("incident.report", &[("n", &(number + 1).to_string())])) }
                    }
                }
            }
            td { (t.day(incident.on)) @if old { span.meta { (t.say("incident.old")) } } }
            td { (incident.place) }
            td { span.grade { (incident.grade) } }
            td.n { (t.percent(incident.share)) }
        }
    }
}
