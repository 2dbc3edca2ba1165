//! Forecasts: how good they were first, then what is expected.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::{
    Failure,
    analysis::{
        forecasting::{ForecastWork, Forecasting, GetForecasting, GetWatchList},
        forecasts::{Forecast, GetScorecards, Scope, Scorecard},
    },
};
use domain::{Country, Threat};
use maud::{Markup, html};

use super::{
    board::province_href,
    expected::{expected, span},
    in_query, or_refused, reader,
    scores::scores,
    shell::{Page, Reader},
    situation::nothing,
    words::Lang,
};
use crate::{Gateway, domain::policy::READERS};

/// How long the windows of the watch list and of the record are.
pub(super) const MONTHS: u32 = 3;
/// How many provinces the watch list names.
const WATCHED: u32 = 15;

/// What of the forecasts is looked at; the whole of it stands in the address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wish {
    /// Of which threat; of all when `None`.
    pub threat: Option<Threat>,
    /// Of which country; of all when `None`.
    pub country: Option<Country>,
    /// The record of rehearsals, or that of what was issued; of rehearsals where nothing that was issued is over when `None`.
    pub rehearsal: Option<bool>,
}

impl Wish {
    fn read(uri: &Uri) -> Self {
        Self {
            threat: in_query(uri, "threat").and_then(|word| word.parse().ok()),
            country: in_query(uri, "country").and_then(|word| word.parse().ok()),
            rehearsal: in_query(uri, "rehearsal").and_then(|word| word.parse().ok()),
        }
    }
    /// The address of the page as wished.
    pub fn href(self) -> String {
        let pairs = [
            self.threat.map(|threat| format!("threat={threat}")),
            self.country.map(|country| format!("country={country}")),
            self.rehearsal.map(|rehearsal| format!("rehearsal={rehearsal}")),
        ];
        format!("/forecasts?{}", pairs.into_iter().flatten().collect::<Vec<_>>().join("&"))
    }
}

/// All that the page shows.
#[derive(Debug)]
pub(super) struct Seen {
    /// How good they were.
    pub cards: Result<Vec<Scorecard>, Failure>,
    /// Whether that is the record of rehearsals.
    pub rehearsal: bool,
    /// Where an escalation is likeliest.
    pub watched: Result<Vec<Forecast>, Failure>,
    /// Whether they are ready.
    pub standing: Result<Forecasting, Failure>,
}

/// Answers the forecasts.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let wish = Wish::read(&uri);
    let Wish { threat, country, .. } = wish;
    let watched = GetWatchList { threat, country, months: MONTHS, limit: WATCHED, known_on: None };
    let ((cards, rehearsal), watched, standing) = futures::join!(
        record(&gateway, &reader, wish),
        gateway.ask_as(&reader.principal, None, &watched),
        gateway.ask_as(&reader.principal, None, &GetForecasting {}),
    );
    reader.good(&page_of(&reader, wish, &Seen { cards, rehearsal, watched, standing }))
}

/// The record that was asked for and whether it is of rehearsals: of what was issued unless nothing of that is over.
async fn record(gateway: &Gateway, reader: &Reader, wish: Wish) -> (Result<Vec<Scorecard>, Failure>, bool) {
    let of = async |rehearsal| {
        let cards = GetScorecards { country: wish.country, rehearsal, ..GetScorecards::default() };
        gateway.ask_as(&reader.principal, None, &cards).await
    };
    let first = wish.rehearsal.unwrap_or(false);
    let cards = of(first).await;
    let is_of = |card: &Scorecard| wish.threat.is_none_or(|threat| card.threat == threat);
    if wish.rehearsal.is_none() && cards.as_ref().is_ok_and(|all| !all.iter().any(is_of)) {
        return (of(true).await, true);
    }
    (cards, first)
}

/// The page.
pub(super) fn page_of<'a>(reader: &Reader, wish: Wish, seen: &Seen) -> Page<'a> {
    let t = reader.lang;
    let body = html! {
        div.sheet {
            h1 { (t.say("forecast.page")) }
            p.meta { (t.say("forecast.limits")) }
            (standing(t, seen.standing.as_ref().ok()))
            (filters(t, wish, seen))
            section #scores data-live="forecasts.issued" {
                h2 { (t.say("forecast.scores")) }
                nav.seg.fit aria-label=(t.say("forecast.scores")) {
                    @for rehearsal in [false, true] {
                        a href=(Wish { rehearsal: Some(rehearsal), ..wish }.href()) aria-current=[(rehearsal == seen.rehearsal).then_some("true")] {
                            @if rehearsal { (t.say("forecast.rehearsals")) } @else { (t.say("forecast.issued")) }
                        }
                    }
                }
                @if seen.rehearsal { p.meta { (t.say("forecast.rehearsals-note")) } }
                (or_refused(t, &seen.cards, |all| {
                    let threat = wish.threat.or_else(|| most_to_see(all));
                    let of_threat: Vec<&Scorecard> = all.iter().filter(|card| Some(card.threat) == threat).collect();
                    html! {
                        @if let Some(threat) = threat.filter(|_| wish.threat.is_none()) {
                            p { (t.fill("forecast.scores-of", &[("threat", &t.word("threat", threat.as_str()))])) }
                        }
                        (scores(t, &of_threat))
                    }
                }))
            }
            section #watch data-live="forecasts.issued" {
                h2 { (t.say("forecast.watch")) }
                (or_refused(t, &seen.watched, |all| watch(t, all, seen)))
            }
        }
    };
    Page { title: t.say("forecast.page"), part: "/forecasts", exercise: false, body }
}

/// That forecasts are being worked out anew, what they wait for, and which are shown meanwhile; nothing once they are ready.
pub(super) fn standing(t: Lang, standing: Option<&Forecasting>) -> Markup {
    let Some(of) = standing.filter(|of| of.state != ForecastWork::Ready) else { return html! {} };
    let since = of.since.map_or_else(String::new, |at| t.moment(at));
    let imports = of.imports.to_string();
    html! {
        p.notice role="status" {
            @if of.since.is_some() { (t.fill("forecast.pending-since", &[("since", &since)])) } @else { (t.say("forecast.pending")) }
            " "
            @if of.imports > 0 { (t.fill("forecast.pending-imports", &[("n", &imports)])) " " }
            @else if let Some(at) = of.begins_at { (t.fill("forecast.pending-begins", &[("at", &t.moment(at))])) " " }
            @match of.origin.zip(of.issued_at) {
                Some((origin, at)) => (t.fill("forecast.pending-shown", &[("origin", &t.month(origin)), ("at", &t.moment(at))])),
                None => (t.say("forecast.pending-none")),
            }
        }
    }
}

fn filters(t: Lang, wish: Wish, seen: &Seen) -> Markup {
    let threats = threats(seen, wish);
    let of = |threat| Wish { threat, ..wish };
    let within = |country| Wish { country, ..wish };
    html! {
        @if !threats.is_empty() {
            nav.chips aria-label=(t.say("table.threat")) {
                (chip(t.say("forecast.every-threat"), of(None), wish))
                @for one in threats { (chip(&t.word("threat", one.as_str()), of(Some(one)), wish)) }
            }
            nav.chips aria-label=(t.say("forecast.country")) {
                (chip(t.say("forecast.every-country"), within(None), wish))
                @for one in Country::REGION { (chip(&t.country(one.as_str()), within(Some(one)), wish)) }
            }
        }
    }
}

fn chip(name: &str, to: Wish, wish: Wish) -> Markup {
    html! { a href=(to.href()) aria-current=[(to == wish).then_some("true")] { (name) } }
}

fn threats(seen: &Seen, wish: Wish) -> Vec<Threat> {
    let scored = seen.cards.iter().flatten().map(|card| card.threat);
    let told = seen.watched.iter().flatten().map(|forecast| forecast.threat);
    let mut all: Vec<Threat> = scored.chain(told).chain(wish.threat).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The threat of which most escalations came, or of which most is known.
fn most_to_see(all: &[Scorecard]) -> Option<Threat> {
    let weight = |threat: Threat| {
        let of = || all.iter().filter(move |card| card.threat == threat);
        (of().map(|card| card.escalations).sum::<u64>(), of().map(|card| card.forecasts).sum::<u64>())
    };
    // the first of those that are alike
    all.iter().map(|card| card.threat).rev().max_by_key(|threat| weight(*threat))
}

/// The provinces where an escalation is likeliest, of whatever threat is looked at.
fn watch(t: Lang, told: &[Forecast], seen: &Seen) -> Markup {
    let most = told.iter().map(|forecast| forecast.expected.p95).max().unwrap_or_default();
    let is_ready = seen.standing.as_ref().is_ok_and(|of| of.state == ForecastWork::Ready);
    html! {
        @match told.first() {
            None if is_ready => (nothing(t.say("forecast.none"))),
            None => (nothing(t.say("forecast.none-yet"))),
            Some(first) => {
                p.meta {
                    (t.fill("forecast.watch-note", &[("months", &span(t, first.from, first.to)), ("origin", &t.of_month(first.origin))])) " "
                    (announced(t, told, seen)) " " (t.say("forecast.person"))
                }
                div.scroll tabindex="0" role="region" aria-label=(t.say("forecast.watch")) {
                    table.stacked {
                        thead { tr {
                            th scope="col" { (t.say("table.province")) } th scope="col" { (t.say("table.threat")) }
                            th.n scope="col" { (t.say("forecast.chance")) }
                            th scope="col" { (t.say("forecast.expected")) } th.n scope="col" { (t.say("forecast.escalation-from")) }
                        } }
                        tbody { @for forecast in told { (watched(t, forecast, most)) } }
                    }
                }
            }
        }
    }
}

/// How often a chance that high came true, and how much of what came was announced, by the record that is shown; that there is
/// too little of it to say.
fn announced(t: Lang, told: &[Forecast], seen: &Seen) -> String {
    let threats: Vec<Threat> = told.iter().map(|forecast| forecast.threat).collect();
    let cards = seen.cards.iter().flatten().filter(|card| {
        card.scope == Scope::Province
            && card.months == MONTHS
            && !card.too_few
            && threats.contains(&card.threat)
    });
    let (mut from, mut warned, mut hits, mut escalations) = (0.0, 0, 0, 0);
    for card in cards {
        let Some(announced) = card.announced else { continue };
        from = announced.from_chance;
        (warned, hits, escalations) =
            (warned + announced.told, hits + announced.came, escalations + card.escalations);
    }
    if warned == 0 || escalations == 0 {
        return t.say("forecast.announced-few").to_owned();
    }
    // the threshold has a digit that counts
    let from = format!("{}\u{a0}%", t.number(from * 100.0, 1));
    let figures = [from, t.count(warned), t.count(hits), t.count(escalations)];
    let places = ["from", "warned", "hits", "escalations"];
    let places: Vec<(&str, &str)> = places.into_iter().zip(figures.iter().map(String::as_str)).collect();
    t.fill("forecast.announced", &places)
}

fn watched(t: Lang, forecast: &Forecast, most: u64) -> Markup {
    let code = forecast.province.as_ref().map_or("", |province| province.as_str());
    html! {
        tr {
            th scope="row" { a href=(province_href(code, false)) { (t.province(code)) } span.meta { (t.country(forecast.country.as_str())) } }
            td data-label=(t.say("table.threat")) { (t.word("threat", forecast.threat.as_str())) }
            td.n data-label=(t.say("forecast.chance")) { b { (t.chance(forecast.expected.escalation)) } span.meta { (t.say("forecast.naive")) " " (t.chance(forecast.naive.escalation)) } }
            td data-label=(t.say("forecast.expected")) { (expected(t, forecast, most)) }
            td.n data-label=(t.say("forecast.escalation-from")) { (t.count(forecast.escalation_from)) }
        }
    }
}
