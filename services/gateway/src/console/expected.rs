//! What is expected of one unit: the newest forecasts by threat, each with what moved it and with the record of its kind.

use contracts::analysis::{
    forecasting::{ForecastWork, Forecasting},
    forecasts::{Expected, Forecast, Scorecard, Share, Tried},
};
use domain::{Day, Threat};
use maud::{Markup, html};

use super::{
    forecasts::{self, MONTHS, Wish},
    situation::nothing,
    words::Lang,
};

/// A record of fewer forecasts that were issued is too short to stand for them: rehearsals stand in.
const LEAST_RECORD: u64 = 500;

/// What is expected of a unit, with the record of its kind and whether something newer is on its way.
#[derive(Debug)]
pub(super) struct Foretold {
    /// Its newest forecasts.
    pub forecasts: Vec<Forecast>,
    /// How good those of three months were.
    pub record: Vec<Scorecard>,
    /// Whether they are ready; `None` of a past day, of which nothing is worked out any more.
    pub work: Option<Forecasting>,
}

/// From the month of one day to that of another.
pub(super) fn span(t: Lang, from: Day, to: Day) -> String {
    let (first, last) = (t.month(from), t.month(to));
    if first == last { first } else { format!("{first} – {last}") }
}

fn quantiles(told: &Expected) -> picture::Quantiles {
    [told.p05, told.p25, told.p50, told.p75, told.p95]
}

/// Median and intervals, drawn and in words; never the mean.
pub(super) fn expected(t: Lang, forecast: &Forecast, most: u64) -> Markup {
    let told = &forecast.expected;
    let figures =
        [t.count(told.p50), t.count(told.p25), t.count(told.p75), t.count(told.p05), t.count(told.p95)];
    let places = ["p50", "p25", "p75", "p05", "p95"];
    let places: Vec<(&str, &str)> = places.into_iter().zip(figures.iter().map(String::as_str)).collect();
    let says = t.fill("forecast.says", &places);
    html! { (picture::expected(quantiles(told), most, &says)) span.meta { (says) } }
}

/// The newest forecasts of a unit, by threat, each with what moved it and with the record of its kind.
pub(super) fn of_unit(t: Lang, Foretold { forecasts: all, record, work }: &Foretold) -> Markup {
    let mut threats: Vec<Threat> = all.iter().map(|forecast| forecast.threat).collect();
    threats.sort_unstable();
    threats.dedup();
    html! {
        (forecasts::standing(t, work.as_ref()))
        @if all.is_empty() {
            @match work {
                None => (nothing(t.say("forecast.none-then"))),
                Some(work) if work.state == ForecastWork::Ready => (nothing(t.say("forecast.none"))),
                Some(_) => (nothing(t.say("forecast.none-yet"))),
            }
        }
        @for threat in threats {
            section.threat aria-label=(t.word("threat", threat.as_str())) { (of_threat(t, all, (threat, record))) }
        }
    }
}

fn of_threat(t: Lang, all: &[Forecast], (threat, record): (Threat, &[Scorecard])) -> Markup {
    let of_threat = || all.iter().filter(|forecast| forecast.threat == threat);
    let newest = of_threat().map(|forecast| forecast.origin).max();
    let told: Vec<&Forecast> = of_threat().filter(|forecast| Some(forecast.origin) == newest).collect();
    let most = told.iter().map(|forecast| forecast.expected.p95).max().unwrap_or_default();
    html! {
        div.threat-top {
            h3 { (t.word("threat", threat.as_str())) }
            @if let Some(first) = told.first() {
                span.meta { (t.fill("forecast.of", &[("counted", &t.word("counted", &first.counted)), ("origin", &t.of_month(first.origin))])) }
            }
        }
        div.scroll tabindex="0" role="region" aria-label=(t.say("forecast.title")) {
            table.stacked {
                thead { tr { th scope="col" { (t.say("forecast.window")) } th scope="col" { (t.say("forecast.expected")) } th.n scope="col" { (t.say("forecast.chance")) } } }
                tbody { @for forecast in &told {
                    tr {
                        th scope="row" { (span(t, forecast.from, forecast.to)) }
                        td data-label=(t.say("forecast.expected")) { (expected(t, forecast, most)) }
                        td.n data-label=(t.say("forecast.chance")) { b { (t.chance(forecast.expected.escalation)) } span.meta { (t.fill("forecast.from", &[("n", &t.count(forecast.escalation_from))])) } }
                    }
                } }
            }
        }
        @if let Some(quarter) = told.iter().find(|forecast| forecast.months == MONTHS) { (why(t, quarter)) }
        (standing(t, (threat, record)))
    }
}

/// What moved the forecast of three months, in words.
fn why(t: Lang, forecast: &Forecast) -> Markup {
    let moved = forecast.reasons.iter().filter(|reason| reason.log_odds.abs() >= 0.1).take(3);
    let moved: Vec<String> = moved
        .map(|reason| {
            let sign = if reason.log_odds > 0.0 { "▲" } else { "▼" };
            format!("{sign} {}", t.word("reason", reason.group.as_str()))
        })
        .collect();
    let before = t.fill(
        "forecast.before",
        &[("n", &forecast.escalated_before.to_string()), ("from", &t.count(forecast.escalation_from))],
    );
    html! {
        @if let Some(share) = &forecast.share { p.meta { (shared(t, share)) } }
        p.meta { (before) @if !moved.is_empty() { " " (t.say("forecast.moved")) " " (moved.join(", ")) "." } }
    }
}

/// Which share the ladder has and what it was chosen by.
fn shared(t: Lang, share: &Share) -> String {
    let figures = [t.count(share.origins), t.count(share.windows), t.count(share.reached)];
    let score = |of: fn(&Tried) -> bool| {
        share.tried.iter().find(|tried| of(tried)).map(|tried| t.number(tried.crps_of_logs, 3))
    };
    let best =
        share.tried.iter().map(|tried| tried.crps_of_logs).reduce(f64::min).map(|best| t.number(best, 3));
    let (alone, best) = (score(|tried| tried.ladder <= 0.0).unwrap_or_default(), best.unwrap_or_default());
    let percent = t.percent(share.ladder);
    let places = [
        ("origins", figures[0].as_str()),
        ("windows", figures[1].as_str()),
        ("reached", figures[2].as_str()),
        ("share", percent.as_str()),
        ("best", best.as_str()),
        ("alone", alone.as_str()),
    ];
    match (share.tried.is_empty(), share.ladder > 0.0) {
        (true, _) => t.fill("forecast.share-few", &places),
        (false, false) => t.fill("forecast.share-alone", &places),
        (false, true) => t.fill("forecast.share", &places),
    }
}

/// The record of forecasts of this threat: of those that were issued, or of rehearsals while these are too few.
fn standing(t: Lang, (threat, record): (Threat, &[Scorecard])) -> Markup {
    let of_threat = || record.iter().filter(|card| card.threat == threat);
    let issued = of_threat().find(|card| !card.rehearsal && card.forecasts >= LEAST_RECORD);
    let card = issued.or_else(|| of_threat().find(|card| card.rehearsal));
    html! {
        p.meta {
            @match card {
                None => (t.say("forecast.no-scores")),
                Some(card) => {
                    (told_record(t, card))
                    " " a href=(Wish { threat: Some(threat), rehearsal: Some(card.rehearsal), country: None }.href()) { (t.say("forecast.scores")) }
                }
            }
        }
    }
}

fn told_record(t: Lang, card: &Scorecard) -> String {
    let figures = [
        ("n", t.count(card.forecasts)),
        ("crps", t.number(card.expected.crps, 2)),
        ("naive", t.number(card.naive.crps, 2)),
        ("covered", t.percent(card.expected.covered)),
    ];
    let figures: Vec<(&str, &str)> = figures.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let told = if card.rehearsal {
        t.fill("forecast.record-rehearsed", &figures)
    } else {
        t.fill("forecast.record", &figures)
    };
    if card.too_few { format!("{told} {}", t.say("forecast.too-few-said")) } else { told }
}
