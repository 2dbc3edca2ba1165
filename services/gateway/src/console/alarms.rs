//! Alarms and how good they were: the budget, the record, the newest.

use contracts::{
    Failure,
    alerts::alarms::{Alarm, AlarmScore, Budget, RuleStanding},
};
use maud::{Markup, html};

use super::{board::province_href, or_refused, shell, situation::nothing, words::Lang};

/// All that is shown.
#[derive(Debug)]
pub(super) struct Seen {
    /// The newest alarms.
    pub alarms: Result<Vec<Alarm>, Failure>,
    /// The rules with their record.
    pub rules: Result<Vec<RuleStanding>, Failure>,
}

/// The section of the alarms.
pub(super) fn section(t: Lang, seen: &Seen) -> Markup {
    html! {
        section #alarms data-live="alarm.moved" aria-labelledby="alarms-title" {
            h2 #alarms-title { (t.say("alarms.title")) }
            (or_refused(t, &seen.rules, |rules| html! {
                @for rule in rules {
                    @if let Some(budget) = &rule.budget { p { (budget_told(t, budget)) } }
                    @if let Some(score) = &rule.score { p { (score_told(t, score)) } }
                }
            }))
            (or_refused(t, &seen.alarms, |all| list(t, all)))
        }
    }
}

fn budget_told(t: Lang, budget: &Budget) -> String {
    let figures = [
        ("n", t.number(budget.alarms_per_month, 0)),
        ("threshold", t.percent(budget.threshold)),
        ("months", budget.months.to_string()),
    ];
    let figures: Vec<(&str, &str)> = figures.iter().map(|(key, text)| (*key, text.as_str())).collect();
    if budget.measured { t.fill("alarms.measured", &figures) } else { t.fill("alarms.budget", &figures) }
}

fn score_told(t: Lang, score: &AlarmScore) -> String {
    let share = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| t.percent(share));
    let figures = [
        ("alarms", t.count(score.alarms)),
        ("hits", t.count(score.hits)),
        ("precision", share(score.precision)),
        ("rises", t.count(score.rises)),
        ("warned", t.count(score.warned)),
        ("recall", share(score.recall)),
        ("lead", score.lead_days.map_or_else(|| "–".to_owned(), |days| t.number(days, 0))),
        ("open", t.count(score.open)),
    ];
    let figures: Vec<(&str, &str)> = figures.iter().map(|(key, text)| (*key, text.as_str())).collect();
    if score.alarms + score.open + score.rises == 0 {
        t.say("alarms.no-record").to_owned()
    } else {
        t.fill("alarms.record", &figures)
    }
}

fn list(t: Lang, all: &[Alarm]) -> Markup {
    html! {
        @if all.is_empty() { (nothing(t.say("alarms.none"))) }
        @for alarm in all { (one(t, alarm)) }
    }
}

/// One alarm.
pub(super) fn one(t: Lang, alarm: &Alarm) -> Markup {
    html! {
        article.anomaly id=(alarm.id) {
            p.entry-top {
                b { a href=(province_href(alarm.province.as_str(), alarm.exercise)) { (t.province(alarm.province.as_str())) } }
                span { (t.word("threat", alarm.threat.as_str())) }
                span.state { (t.word("alarm-state", alarm.state.as_str())) }
                @if let Some(handling) = &alarm.handling { (shell::handling(t, handling)) }
                span.meta.end { (t.word("alarm-cause", alarm.cause.as_str())) " · " (t.moment(alarm.raised_at)) }
            }
            p.meta lang="en" { (alarm.reason) }
            @if let Some(outcome) = alarm.outcome {
                p.meta {
                    (t.word("alarm-outcome", outcome.as_str()))
                    @if let Some(days) = alarm.lead_days { " · " (t.fill("alarms.lead", &[("n", &days.to_string())])) }
                }
            }
        }
    }
}
