//! The indicators of a unit: what was last read of each, what that adds, and of which nothing was read.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::{
    Failure,
    analysis::indicators::{Direction, IndicatorStanding, ListIndicators, ToldReading},
};
use domain::Threat;
use geography::Province;
use maud::{Markup, html};

use super::{
    or_refused, past,
    shell::{self, Page, Reader},
    situation::{Wish, unit_asked},
    words::Lang,
};
use crate::Gateway;

/// Answers the indicators of one unit.
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
    let Wish { threat, exercise, on, .. } = wish;
    let list = ListIndicators { province: code, threat, on, known_on: None, exercise };
    let all = gateway.ask_as(&reader.principal, None, &list).await;
    reader.good(&page(&reader, (unit, wish), &all))
}

/// The page.
pub(super) fn page<'a>(
    reader: &Reader,
    (unit, wish): (&'static Province, Wish),
    all: &Result<Vec<IndicatorStanding>, Failure>,
) -> Page<'a> {
    let (t, today) = (reader.lang, reader.now.day());
    let here = |wish: Wish| wish.indicators_href(unit.id);
    let kept: Vec<(&str, String)> =
        wish.threat.map(|threat| ("threat", threat.to_string())).into_iter().collect();
    let path = format!("/provinces/{}/indicators", unit.id);
    let body = html! {
        (past::banner(t, today, wish.on, |on| here(Wish { on, ..wish })))
        div.sheet {
            p.crumb { a href=(wish.unit_href(unit.id)) { "← " (t.names().of(unit)) } }
            div.heading.plain-heading {
                h1 { (t.say("indicators.title")) span.sub { (t.names().of(unit)) } }
                (past::choice(t, (&path, today), &wish, &kept))
            }
            p.meta { (t.say("indicators.about")) }
            nav.chips aria-label=(t.say("table.threat")) {
                a href=(here(Wish { threat: None, ..wish })) aria-current=[wish.threat.is_none().then_some("true")] { (t.say("situation.all-threats")) }
                @for one in Threat::ALL.iter().copied() {
                    a href=(here(Wish { threat: Some(one), ..wish })) aria-current=[(wish.threat == Some(one)).then_some("true")] { (t.word("threat", one.as_str())) }
                }
            }
            (or_refused(t, all, |all| standings(t, all)))
            p.meta { a href=(wish.indicators_api(unit.id)) { (t.say("indicators.api")) } }
        }
    };
    Page { title: t.say("indicators.title"), part: "/", exercise: wish.exercise, body }
}

/// Those that were read, what moves the index most first; below them by name those of which nothing was read.
fn standings(t: Lang, all: &[IndicatorStanding]) -> Markup {
    let known = |one: &&IndicatorStanding| one.latest.is_some();
    let mut read: Vec<&IndicatorStanding> = all.iter().filter(known).collect();
    let of_weight = |one: &IndicatorStanding| (one.direction == Direction::Context, one.contribution);
    read.sort_by(|one, other| {
        let (one, other) = (of_weight(one), of_weight(other));
        one.0.cmp(&other.0).then(other.1.total_cmp(&one.1))
    });
    let unread: Vec<&IndicatorStanding> = all.iter().filter(|one| !known(one)).collect();
    html! {
        @if !read.is_empty() {
            div.scroll tabindex="0" role="region" aria-label=(t.say("indicators.title")) {
                table.stacked {
                    thead { tr {
                        th scope="col" { (t.say("indicators.what")) } th scope="col" { (t.say("indicators.latest")) }
                        th.n scope="col" { (t.say("indicators.belief")) } th scope="col" { (t.say("indicators.direction")) }
                        th.n scope="col" { (t.say("indicators.adds")) }
                    } }
                    tbody { @for one in read { (row(t, one)) } }
                }
            }
        }
        @if !unread.is_empty() {
            p { (t.say("indicators.unread")) }
            ul { @for one in unread { li { (name(t, one)) } } }
        }
    }
}

fn name(t: Lang, one: &IndicatorStanding) -> String {
    t.word("indicator", one.indicator.as_str())
}

fn row(t: Lang, one: &IndicatorStanding) -> Markup {
    let figures = [("weight", t.number(one.weight, 1)), ("days", t.number(one.half_life_days, 0))];
    let figures: Vec<(&str, &str)> = figures.iter().map(|(key, text)| (*key, text.as_str())).collect();
    let adds = match one.direction {
        Direction::Raises => t.number(one.contribution, 1),
        Direction::Lowers => t.number(-one.contribution, 1),
        Direction::Context => "–".to_owned(),
    };
    html! {
        tr {
            th scope="row" { (name(t, one)) span.meta { (t.fill("indicators.weighs", &figures)) } }
            td data-label=(t.say("indicators.latest")) {
                @if let Some(latest) = &one.latest { (told(t, latest)) }
                @if !one.history.is_empty() {
                    details {
                        summary { (t.fill("indicators.before", &[("n", &one.history.len().to_string())])) }
                        @for before in &one.history { p { (told(t, before)) } }
                    }
                }
            }
            td.n data-label=(t.say("indicators.belief")) { (t.percent(one.belief)) }
            td data-label=(t.say("indicators.direction")) { (t.word("direction", one.direction.as_str())) }
            td.n data-label=(t.say("indicators.adds")) { b { (adds) } }
        }
    }
}

/// One reading: how much was seen, when, by whom, and in whose words.
fn told(t: Lang, reading: &ToldReading) -> Markup {
    html! {
        b id=(reading.id) { (t.word("extent", reading.extent.as_str())) } " · " (t.days(reading.from, reading.to)) " · " span.grade { (reading.grade) } " "
        (shell::handling(t, &reading.handling))
        @if !reading.note.is_empty() { " " (reading.note) }
        span.meta {
            (reading.owner) " · " (t.moment(reading.known_from))
            @if let Some(report) = &reading.report { " · " a href={ "/reports/" (report) } { (t.say("indicators.report")) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use contracts::Role;

    use super::*;
    use crate::console::sample::reader;

    const LIST: &str =
        include_str!("../../../../shared/contracts/golden/mirab.ask.analysis.indicator.list.v1.reply.json");

    #[test]
    fn what_was_read_stands_before_what_was_not_and_nothing_read_is_no_calm() {
        let mut all: Vec<IndicatorStanding> = serde_json::from_str(LIST).unwrap();
        let mut unread = all[0].clone();
        unread.indicator = domain::Indicator::Demarcation;
        (unread.latest, unread.history, unread.direction) = (None, Vec::new(), Direction::Lowers);
        all.push(unread);
        let unit = geography::province("KG-B").unwrap();
        let wish =
            Wish { on: "2026-11-20".parse().ok(), threat: Some(Threat::BorderTension), ..Wish::default() };
        let me = reader(Lang::En, Role::ALL);
        let shown = page(&me, (unit, wish), &Ok(all.clone())).body.into_string();
        let at = |text: &str| shown.find(text).unwrap_or_else(|| panic!("{text}: {shown}"));
        assert!(at("Border crossings closed") < at("no sign of calm"));
        assert!(at("no sign of calm") < at("Steps to describe or mark the border"));
        assert!(shown.contains("Two of five crossings are shut to lorries."));
        at(&format!("id=\"{}\"", all[0].latest.as_ref().unwrap().id));
        assert!(!shown.contains("href=\"/reports/"), "it came with no report");
        at("/v1/indicators?province=KG-B&amp;threat=border_tension&amp;on=2026-11-20");
        assert_eq!(Wish::default().indicators_href("KG-B"), "/provinces/KG-B/indicators");
        all[0].latest.as_mut().unwrap().report = "re_01JDBVKC00XV8F4J7N0Q2R5T6W".parse().ok();
        let shown = page(&me, (unit, wish), &Ok(all)).body.into_string();
        assert!(shown.contains("href=\"/reports/re_01JDBVKC00XV8F4J7N0Q2R5T6W\""), "{shown}");
    }
}
