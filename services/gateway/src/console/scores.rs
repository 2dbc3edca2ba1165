//! How good forecasts were: every model in one table, how often came what was told, and the largest misses.

use contracts::analysis::forecasts::{Marks, Miss, Scope, Scorecard};
use maud::{Markup, html};

use super::{board::province_href, expected::span, forecasts::MONTHS, situation::nothing, words::Lang};

/// Which of the chances 1, 25, 100 or more the table of scores shows.
const TOLD_CHANCE: usize = 1;

/// How good forecasts were, model beside model.
pub(super) fn scores(t: Lang, cards: &[&Scorecard]) -> Markup {
    let shown = chief(cards);
    html! {
        @match shown {
            None => (nothing(t.say("forecast.no-scores"))),
            Some(card) => {
                (table_of_scores(t, cards))
                p.meta { (t.say("forecast.how-to-read")) }
                (places(t, cards))
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

/// The card that stands for the others: of three months, of provinces.
fn chief<'c>(cards: &[&'c Scorecard]) -> Option<&'c Scorecard> {
    let of_provinces = |card: &&&Scorecard| card.scope == Scope::Province;
    let shown = cards.iter().filter(of_provinces).find(|card| card.months == MONTHS);
    shown.or_else(|| cards.first()).copied()
}

/// One model of a card, as a row.
struct Line<'c> {
    marks: &'c Marks,
    forecasts: u64,
    /// What the model that told got over the same windows; `None` for itself.
    told_crps: Option<f64>,
}

/// The model that told, then everything it has to beat.
fn lines(card: &Scorecard) -> Vec<Line<'_>> {
    let told = Line { marks: &card.expected, forecasts: card.forecasts, told_crps: None };
    let naive = Line { marks: &card.naive, forecasts: card.forecasts, told_crps: Some(card.expected.crps) };
    let others = card.benchmarks.iter().map(|of| Line {
        marks: &of.marks,
        forecasts: of.forecasts,
        told_crps: Some(of.told_crps),
    });
    [told, naive].into_iter().chain(others).collect()
}

fn table_of_scores(t: Lang, cards: &[&Scorecard]) -> Markup {
    let heads = [
        t.say("forecast.number"),
        t.say("forecast.crps"),
        t.say("forecast.gain"),
        t.say("forecast.brier"),
        t.say("forecast.log"),
        t.say("forecast.covered"),
        t.say("forecast.auc"),
    ];
    html! {
        div.scroll tabindex="0" role="region" aria-label=(t.say("forecast.scores")) {
            table.stacked {
                thead { tr {
                    th scope="col" { (t.say("forecast.window")) } th scope="col" { (t.say("forecast.model")) }
                    @for name in heads { th.n scope="col" { (name) } }
                } }
                @for card in cards { tbody { @for (number, line) in lines(card).iter().enumerate() { (row(t, card, (number, line))) } } }
            }
        }
    }
}

fn row(t: Lang, card: &Scorecard, (number, line): (usize, &Line<'_>)) -> Markup {
    let marks = line.marks;
    let is_worse = line.told_crps.is_some_and(|told| told > marks.crps) && !card.too_few;
    html! {
        tr {
            @if number == 0 {
                th scope="rowgroup" rowspan=(lines(card).len()) {
                    (window(t, card.months)) ", " (t.word("forecast-scope", card.scope.as_str()))
                    span.meta { (t.month(card.first_origin)) " – " (t.month(card.last_origin)) }
                    @if card.too_few { span.meta { (t.say("forecast.too-few")) } }
                }
            }
            td { @if number == 0 { b { (t.word("forecast-model", &key(&marks.model))) } } @else { (t.word("forecast-model", &key(&marks.model))) } }
            td.n data-label=(t.say("forecast.number")) { (t.count(line.forecasts)) }
            td.n data-label=(t.say("forecast.crps")) { @if number == 0 { b { (t.number(marks.crps, 2)) } } @else { (t.number(marks.crps, 2)) } }
            td.n.bad[is_worse] data-label=[line.told_crps.map(|_| t.say("forecast.gain"))] { @match line.told_crps {
                None => "",
                Some(_) if card.too_few => "–",
                Some(told) => (gain(t, told, marks.crps)),
            } }
            td.n data-label=(t.say("forecast.brier")) { (marks.briers.get(TOLD_CHANCE).map_or_else(String::new, |brier| t.number(*brier, 4))) }
            td.n data-label=(t.say("forecast.log")) { (marks.log_scores.get(TOLD_CHANCE).map_or_else(String::new, |log| t.number(*log, 3))) }
            td.n data-label=(t.say("forecast.covered")) { (t.percent(marks.covered)) }
            td.n data-label=(t.say("forecast.auc")) { (area(t, marks.area_under_curve)) }
        }
    }
}

/// The name of a model as a key of the texts.
fn key(model: &str) -> String {
    let letters = model.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' });
    let words: String = letters.collect();
    words.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

/// How much better what was told is than this, in percent of it; below zero when worse.
fn gain(t: Lang, told: f64, other: f64) -> String {
    if other <= 0.0 {
        return "–".to_owned();
    }
    let percent = 100.0 * (1.0 - told / other);
    format!("{}{}\u{a0}%", if percent > 0.0 { "+" } else { "" }, t.number(percent, 1)).replace('-', "−")
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

/// In which tenth of the distribution what came lay, group by group: in each as often where the distributions are right.
fn places(t: Lang, cards: &[&Scorecard]) -> Markup {
    let counted: Vec<&Scorecard> =
        cards.iter().copied().filter(|card| card.places.iter().any(|many| *many > 0)).collect();
    let tenths = counted.iter().map(|card| card.places.len()).max().unwrap_or_default();
    let share =
        |card: &Scorecard, many: u64| t.percent(many as f64 / card.places.iter().sum::<u64>().max(1) as f64);
    html! {
        @if !counted.is_empty() {
            h3 { (t.say("forecast.places")) }
            div.scroll tabindex="0" role="region" aria-label=(t.say("forecast.places")) {
                table.narrow {
                    thead { tr {
                        th scope="col" { (t.say("forecast.window")) }
                        @for tenth in 1..=tenths { th.n scope="col" { (tenth) } }
                    } }
                    tbody { @for card in counted { tr {
                        th scope="row" { (window(t, card.months)) ", " (t.word("forecast-scope", card.scope.as_str())) }
                        @for many in &card.places { td.n { (share(card, *many)) } }
                    } } }
                }
            }
            p.meta { (t.say("forecast.places-note")) }
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
            span.meta {
                (told)
                @if let Some(now) = miss.counted_now { ". " (t.fill("forecast.counted-now", &[("n", &t.count(now))])) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use contracts::Role;

    use super::*;
    use crate::console::{sample::reader, sample_forecasts::card};

    #[test]
    fn where_what_came_lay_is_told_by_tenths_of_each_group_and_not_where_nothing_was_counted() {
        let (short, mut long) = (card(1), card(3));
        long.places = vec![0; 10];
        long.places[9] = 7;
        let told = |cards: &[&Scorecard]| places(reader(Lang::En, Role::ALL).lang, cards).into_string();
        let both = told(&[&short, &long]);
        assert_eq!(both.matches("<td class=\"n\">10").count(), 11, "{both}");
        assert_eq!(both.matches("<td class=\"n\">100").count(), 1, "{both}");
        long.places = Vec::new();
        assert!(told(&[&long]).is_empty());
    }
}
