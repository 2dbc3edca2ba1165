//! Forecasts: how good they were first, then what is expected.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::{
    Failure, PageRequest,
    analysis::forecasts::{Forecast, GetScorecards, ListForecasts, Miss, Scope, Scorecard},
};
use domain::Threat;
use maud::{Markup, html};

use super::{
    board::province_href,
    expected::{expected, span},
    in_query, or_refused, reader,
    shell::{Page, Reader},
    situation::nothing,
    words::Lang,
};
use crate::{Gateway, domain::policy::READERS};

/// How long the windows of the watch list and of the record are.
pub(super) const MONTHS: u32 = 3;
/// How many provinces the watch list names.
const WATCHED: usize = 15;
/// Which of the chances 1, 25, 100 or more the table of scores shows.
const TOLD_CHANCE: usize = 1;

/// What of the forecasts is looked at; the whole of it stands in the address.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wish {
    /// Of which threat; the first there is when `None`.
    pub threat: Option<Threat>,
    /// The record of rehearsals instead of that of what was issued.
    pub rehearsal: bool,
}

impl Wish {
    /// The address of the page as wished.
    pub fn href(self) -> String {
        let pairs = [
            self.threat.map(|threat| format!("threat={threat}")),
            self.rehearsal.then(|| "rehearsal=true".to_owned()),
        ];
        format!("/forecasts?{}", pairs.into_iter().flatten().collect::<Vec<_>>().join("&"))
    }
}

/// All that the page shows.
#[derive(Debug)]
pub(super) struct Seen {
    /// How good they were.
    pub cards: Result<Vec<Scorecard>, Failure>,
    /// The newest, of three months, by province.
    pub newest: Result<Vec<Forecast>, Failure>,
}

/// Answers the forecasts.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let wish = Wish {
        threat: in_query(&uri, "threat").and_then(|word| word.parse().ok()),
        rehearsal: in_query(&uri, "rehearsal").is_some_and(|word| word == "true"),
    };
    let cards = GetScorecards { rehearsal: wish.rehearsal, ..GetScorecards::default() };
    let page = PageRequest { cursor: None, limit: Some(500) };
    let newest = ListForecasts {
        scope: Some(Scope::Province),
        months: Some(MONTHS),
        page,
        ..ListForecasts::default()
    };
    let (cards, newest) = futures::join!(
        gateway.ask_as(&reader.principal, None, &cards),
        gateway.ask_as(&reader.principal, None, &newest),
    );
    reader.good(&page_of(&reader, wish, &Seen { cards, newest: newest.map(|page| page.items) }))
}

/// The page.
pub(super) fn page_of<'a>(reader: &Reader, wish: Wish, seen: &Seen) -> Page<'a> {
    let t = reader.lang;
    let threats = threats(seen);
    let threat = wish.threat.or_else(|| threats.first().copied());
    let body = html! {
        div.sheet {
            h1 { (t.say("forecast.page")) }
            p.meta { (t.say("forecast.limits")) }
            @if threats.len() > 1 {
                nav.chips aria-label=(t.say("table.threat")) {
                    @for one in &threats {
                        a href=(Wish { threat: Some(*one), ..wish }.href()) aria-current=[(Some(*one) == threat).then_some("true")] { (t.word("threat", one.as_str())) }
                    }
                }
            }
            section #scores data-live="forecasts.issued" {
                h2 { (t.say("forecast.scores")) }
                nav.seg.fit aria-label=(t.say("forecast.scores")) {
                    @for rehearsal in [false, true] {
                        a href=(Wish { rehearsal, ..wish }.href()) aria-current=[(rehearsal == wish.rehearsal).then_some("true")] {
                            @if rehearsal { (t.say("forecast.rehearsals")) } @else { (t.say("forecast.issued")) }
                        }
                    }
                }
                @if wish.rehearsal { p.meta { (t.say("forecast.rehearsals-note")) } }
                (or_refused(t, &seen.cards, |all| {
                    let of_threat: Vec<&Scorecard> = all.iter().filter(|card| Some(card.threat) == threat).collect();
                    scores(t, &of_threat)
                }))
            }
            section #watch data-live="forecasts.issued" {
                h2 { (t.say("forecast.watch")) }
                (or_refused(t, &seen.newest, |all| watch(t, all, threat)))
            }
        }
    };
    Page { title: t.say("forecast.page"), part: "/forecasts", exercise: false, body }
}

fn threats(seen: &Seen) -> Vec<Threat> {
    let scored = seen.cards.iter().flatten().map(|card| card.threat);
    let told = seen.newest.iter().flatten().map(|forecast| forecast.threat);
    let mut all: Vec<Threat> = scored.chain(told).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn scores(t: Lang, cards: &[&Scorecard]) -> Markup {
    let of_provinces = |card: &&&Scorecard| card.scope == Scope::Province;
    let shown = cards.iter().filter(of_provinces).find(|card| card.months == MONTHS);
    let shown = shown.or_else(|| cards.first());
    html! {
        @match shown {
            None => (nothing(t.say("forecast.no-scores"))),
            Some(card) => {
                (table_of_scores(t, cards))
                p.meta { (t.say("forecast.how-to-read")) }
                div.columns.even {
                    (reliability(t, card))
                    section {
                        h3 { (t.say("forecast.misses")) }
                        @if card.misses.is_empty() { (nothing(t.say("forecast.no-misses"))) }
                        ol.changes { @for miss in &card.misses { (missed(t, miss)) } }
                    }
                }
            }
        }
    }
}

fn table_of_scores(t: Lang, cards: &[&Scorecard]) -> Markup {
    let heads = [
        t.say("forecast.number"),
        t.say("forecast.crps"),
        t.say("forecast.naive"),
        t.say("forecast.gain"),
        t.say("forecast.brier"),
        t.say("forecast.covered"),
        t.say("forecast.auc"),
    ];
    html! {
        div.scroll tabindex="0" role="region" aria-label=(t.say("forecast.scores")) {
            table {
                thead { tr { th scope="col" { (t.say("forecast.window")) } @for name in heads { th.n scope="col" { (name) } } } }
                tbody { @for card in cards {
                    tr {
                        th scope="row" {
                            (window(t, card.months)) ", " (t.word("forecast-scope", card.scope.as_str()))
                            span.meta { (t.month(card.first_origin)) " – " (t.month(card.last_origin)) }
                        }
                        td.n { (t.count(card.forecasts)) }
                        td.n { b { (t.number(card.expected.crps, 2)) } }
                        td.n { (t.number(card.naive.crps, 2)) }
                        td.n.bad[card.expected.crps > card.naive.crps] { (gain(t, card)) }
                        td.n { (brier(t, card)) }
                        td.n { (t.percent(card.expected.covered)) span.meta { (t.percent(card.naive.covered)) } }
                        td.n { (area(t, card.expected.area_under_curve)) span.meta { (area(t, card.naive.area_under_curve)) } }
                    }
                } }
            }
        }
    }
}

/// How much better than the naive rule, in percent of it; below zero when worse.
fn gain(t: Lang, card: &Scorecard) -> String {
    if card.naive.crps <= 0.0 {
        return "–".to_owned();
    }
    let percent = 100.0 * (1.0 - card.expected.crps / card.naive.crps);
    format!("{}{}\u{a0}%", if percent > 0.0 { "+" } else { "" }, t.number(percent, 1)).replace('-', "−")
}

fn brier(t: Lang, card: &Scorecard) -> Markup {
    let of = |briers: &[f64]| briers.get(TOLD_CHANCE).map_or_else(String::new, |brier| t.number(*brier, 4));
    html! { (of(&card.expected.briers)) span.meta { (of(&card.naive.briers)) } }
}

fn area(t: Lang, area: Option<f64>) -> String {
    area.map_or_else(|| "–".to_owned(), |area| t.number(area, 2))
}

fn window(t: Lang, months: u32) -> String {
    t.fill("forecast.months", &[("n", &months.to_string())])
}

fn reliability(t: Lang, card: &Scorecard) -> Markup {
    let dots: Vec<(f64, f64, u64)> =
        card.reliability.iter().map(|tenth| (tenth.chance, tenth.came, tenth.told)).collect();
    html! {
        section {
            h3 { (t.say("forecast.reliability")) }
            div.beside {
                (picture::reliability(&dots, t.say("forecast.reliability-says")))
                table.narrow {
                    thead { tr { th.n scope="col" { (t.say("forecast.told")) } th.n scope="col" { (t.say("forecast.came")) } th.n scope="col" { (t.say("forecast.number")) } } }
                    tbody { @for (told, came, number) in dots.iter().filter(|dot| dot.2 > 0) {
                        tr { td.n { (t.number(told * 100.0, 1)) " %" } td.n { (t.number(came * 100.0, 1)) " %" } td.n { (t.count(*number)) } }
                    } }
                }
            }
        }
    }
}

fn missed(t: Lang, miss: &Miss) -> Markup {
    let figures = [t.count(miss.p05), t.count(miss.p95), t.count(miss.observed)];
    let told =
        t.fill("forecast.missed", &[("low", &figures[0]), ("high", &figures[1]), ("came", &figures[2])]);
    html! {
        li {
            @match &miss.province {
                Some(province) => a href=(province_href(province.as_str(), false)) { (t.province(province.as_str())) },
                None => span { (t.country(miss.country.as_str())) },
            }
            span.move { (span(t, miss.from, miss.to)) }
            span.meta { (told) }
        }
    }
}

/// The provinces where an escalation is likeliest.
fn watch(t: Lang, all: &[Forecast], threat: Option<Threat>) -> Markup {
    let of_threat = || all.iter().filter(|forecast| Some(forecast.threat) == threat);
    let newest = of_threat().map(|forecast| forecast.origin).max();
    let mut told: Vec<&Forecast> = of_threat().filter(|forecast| Some(forecast.origin) == newest).collect();
    told.sort_by(|one, other| other.expected.escalation.total_cmp(&one.expected.escalation));
    told.truncate(WATCHED);
    let most = told.iter().map(|forecast| forecast.expected.p95).max().unwrap_or_default();
    html! {
        @match told.first() {
            None => (nothing(t.say("forecast.none"))),
            Some(first) => {
                p.meta { (t.fill("forecast.watch-note", &[("months", &span(t, first.from, first.to)), ("origin", &t.month(first.origin))])) }
                div.scroll tabindex="0" role="region" aria-label=(t.say("forecast.watch")) {
                    table {
                        thead { tr {
                            th scope="col" { (t.say("table.province")) } th.n scope="col" { (t.say("forecast.chance")) }
                            th scope="col" { (t.say("forecast.expected")) } th.n scope="col" { (t.say("forecast.escalation-from")) }
                        } }
                        tbody { @for forecast in &told { (watched(t, forecast, most)) } }
                    }
                }
            }
        }
    }
}

fn watched(t: Lang, forecast: &Forecast, most: u64) -> Markup {
    let code = forecast.province.as_ref().map_or("", |province| province.as_str());
    html! {
        tr {
            th scope="row" { a href=(province_href(code, false)) { (t.province(code)) } span.meta { (t.country(forecast.country.as_str())) } }
            td.n { b { (t.chance(forecast.expected.escalation)) } span.meta { (t.say("forecast.naive")) " " (t.chance(forecast.naive.escalation)) } }
            td { (expected(t, forecast, most)) }
            td.n { (t.count(forecast.escalation_from)) }
        }
    }
}
