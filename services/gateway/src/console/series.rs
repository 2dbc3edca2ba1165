//! A place over time: incidents and deaths as bars, and beside them what the media wrote, never in one number with them.

use axum::http::Uri;
use contracts::analysis::series::{Point, Series, Unit};
use domain::Day;
use maud::{Markup, html};
use picture::{Bar, Counted};

use super::{
    in_query, shell,
    situation::{Wish, nothing},
    words::Lang,
};

/// By what a series is counted, and whether all of it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// By what.
    pub unit: Unit,
    /// Whether all months since counts of the region begin are shown.
    pub whole: bool,
}

impl Span {
    /// What an address asks of the series; by month unless it says otherwise.
    pub fn read(uri: &Uri) -> Self {
        let unit = in_query(uri, "unit").and_then(|word| word.parse().ok()).unwrap_or(Unit::Month);
        let whole = unit == Unit::Month && in_query(uri, "whole").is_some_and(|word| word == "true");
        Self { unit, whole }
    }
    /// The first day that is asked for; `None` for as far back as is usual.
    pub fn from(self) -> Option<Day> {
        // the datasets of the region speak of no day before
        Day::of(1989, 1, 1).filter(|_| self.whole)
    }
    /// What an address says of it; nothing where it is as usual.
    pub fn pairs(self) -> Vec<(&'static str, String)> {
        let unit = (self.unit != Unit::Month).then(|| ("unit", self.unit.to_string()));
        unit.into_iter().chain(self.whole.then(|| ("whole", "true".to_owned()))).collect()
    }
}

fn unit_word(t: Lang, unit: Unit) -> &'static str {
    match unit {
        Unit::Day => t.say("series.day"),
        Unit::Week => t.say("series.week"),
        Unit::Month => t.say("series.month"),
    }
}

/// The series of a unit by the code of its province, with links to the other units and to the tables.
pub(super) fn of_unit(t: Lang, all: &[Series], (code, span): (&str, Span), wish: Wish) -> Markup {
    let Span { unit, whole } = span;
    let drill = if wish.exercise { "&exercise=true" } else { "" };
    let to = |unit: Unit, whole: bool| format!("{}#over-time", wish.span_href(code, Span { unit, whole }));
    let then = wish.on.map(|day| format!("&to={day}&known_on={}", day.plus(1).start())).unwrap_or_default();
    let from = span.from().map(|first| format!("&from={first}")).unwrap_or_default();
    html! {
        p.meta {
            @for other in Unit::ALL {
                @if *other == unit && !whole { b aria-current="true" { (unit_word(t, *other)) } }
                @else { a href=(to(*other, false)) { (unit_word(t, *other)) } }
                " · "
            }
            @if whole { b aria-current="true" { (t.say("series.whole")) } }
            @else { a href=(to(Unit::Month, true)) { (t.say("series.whole")) } }
            " · "
            a href={ "/v1/series?province=" (code) "&unit=" (unit) "&format=csv" (drill) (from) (then) } { "CSV" }
        }
        @if all.is_empty() { (nothing(t.say("series.none"))) }
        @for series in all { (of_threat(t, series)) }
        @if !all.is_empty() { p.meta { (t.say("series.note")) } }
    }
}

fn of_threat(t: Lang, series: &Series) -> Markup {
    let undated: u64 = series.points.iter().map(|point| point.coverage.undated).max().unwrap_or(0);
    let unstated: u64 = series.points.iter().map(|point| point.unstated).sum();
    let deadly = series.points.iter().any(|point| point.deaths.is_some_and(|deaths| deaths > 0));
    let written = series.points.iter().any(|point| point.media.is_some());
    html! {
        section.threat aria-label=(t.word("threat", series.threat.as_str())) {
            div.threat-top {
                h3 { (t.word("threat", series.threat.as_str())) }
                (shell::handling(t, &series.handling))
                @if series.partial { strong { (t.say("partial")) } }
                @if let (Some(first), Some(last)) = (series.points.first(), series.points.last()) {
                    span.meta.end { (t.day(first.from)) " – " (t.day(last.to)) }
                }
            }
            (row(t, series, (Counted::Events, t.say("series.events"), |point| point.events)))
            @if deadly { (row(t, series, (Counted::Deaths, t.say("series.deaths"), |point| point.deaths))) }
            @if unstated > 0 { p.meta { (t.fill("series.unstated", &[("n", &t.count(unstated))])) } }
            @if undated > 0 { p.meta { (t.say("series.undated")) } }
            @if written {
                (row(t, series, (Counted::Media, t.say("series.media"), |point| point.media.as_ref().map(|media| media.domains))))
                p.meta { (t.say("series.media-note")) }
            }
        }
    }
}

/// What a row shows of a span; `None` where nobody could say.
type Count = fn(&Point) -> Option<u64>;

/// One row of bars with its name.
fn row(t: Lang, series: &Series, (counted, what, count): (Counted, &str, Count)) -> Markup {
    let bar = |point: &Point| Bar {
        count: count(point),
        loose: counted != Counted::Media && point.coverage.undated > 0,
    };
    let bars: Vec<Bar> = series.points.iter().map(bar).collect();
    let most = bars.iter().filter_map(|bar| bar.count).max().unwrap_or(0);
    let unknown = bars.iter().filter(|bar| bar.count.is_none()).count();
    let figures = [
        t.count(most),
        t.count(unknown as u64),
        t.count(bars.len() as u64),
        unit_word(t, series.unit).to_lowercase(),
    ];
    let places = ["most", "unknown", "all", "unit"];
    let mut places: Vec<(&str, &str)> = places.into_iter().zip(figures.iter().map(String::as_str)).collect();
    places.push(("what", what));
    let says = t.fill("series.says", &places);
    html! { figure.bars-row { figcaption.meta { (says) } (picture::bars(counted, &bars, &says)) } }
}
