//! Who got what of a warning and why: every partner, the outcome, the reason, and behind it all ten steps.

use contracts::{
    alerts::Warning,
    coordination::{Delivery, Dissemination, Organisation},
};
use domain::release::{Outcome, Step};
use maud::{Markup, html};

use super::{said::fact, situation::nothing, words::Lang};

/// The table of the latest version decided, with earlier versions folded below.
pub(super) fn table(t: Lang, warning: &Warning, (all, names): (&[Dissemination], &[Organisation])) -> Markup {
    let mut versions: Vec<u32> = all.iter().map(|one| one.version).collect();
    versions.sort_unstable();
    versions.dedup();
    let latest = versions.pop();
    let of = |version: u32| all.iter().filter(move |one| one.version == version).collect::<Vec<_>>();
    html! {
        @match latest {
            None if warning.sent.is_none() => (nothing(t.say("released.before"))),
            None => (nothing(t.say("released.none"))),
            Some(version) => (decisions(t, of(version), names)),
        }
        @for version in versions.iter().rev() {
            details.earlier {
                summary { (t.fill("warning.version", &[("n", &version.to_string())])) }
                (decisions(t, of(*version), names))
            }
        }
    }
}

fn decisions(t: Lang, mut all: Vec<&Dissemination>, names: &[Organisation]) -> Markup {
    all.sort_by(|one, other| {
        (one.decision.outcome, &one.partner).cmp(&(other.decision.outcome, &other.partner))
    });
    let count = |outcome: Outcome| all.iter().filter(|one| one.decision.outcome == outcome).count();
    html! {
        p.tally {
            @for outcome in Outcome::ALL.iter().copied() {
                span { b { (count(outcome)) } " " (t.word("outcome", outcome.as_str()).to_lowercase()) }
            }
        }
        ol.released { @for one in all { (decision(t, one, names)) } }
    }
}

fn decision(t: Lang, one: &Dissemination, names: &[Organisation]) -> Markup {
    let organisation = names.iter().find(|o| o.key == one.partner);
    let d = &one.decision;
    html! {
        li class={ "released-to out-" (d.outcome) } {
            div.released-top {
                b { (organisation.map_or(one.partner.as_str(), |o| o.name.as_str())) }
                span.outcome { (mark(d.outcome)) " " (t.word("outcome", d.outcome.as_str())) }
            }
            p.reason { (one.reason) }
            @if d.releases() && !d.transforms.is_empty() {
                p.meta { (t.say("released.changed")) " "
                    @for (number, transform) in d.transforms.iter().enumerate() { @if number > 0 { ", " } (t.word("transform", transform.as_str())) } }
            }
            (deliveries(t, one))
            @for said in &one.acknowledgements {
                p.said { b { (t.word("ack", said.kind.as_str())) } " — " (said.by) @if !said.note.is_empty() { ": " (said.note) }
                    " " span.meta { (t.moment(said.at)) } }
            }
            details {
                summary { (t.fill("released.steps", &[("n", &d.steps.len().to_string())])) }
                (steps(t, &d.steps))
                p.meta { (t.fill("released.decided", &[("time", &t.moment(one.decided_at))])) }
            }
        }
    }
}

const fn mark(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Release => "●",
        Outcome::ReleaseRedacted => "◐",
        Outcome::Refer => "◇",
        Outcome::Withhold => "○",
    }
}

fn steps(t: Lang, steps: &[Step]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(t.say("released.steps-title")) {
            table.steps {
                thead { tr { th scope="col" { (t.say("released.rule")) } th scope="col" { (t.say("released.outcome")) }
                    th scope="col" { (t.say("released.fact")) } th scope="col" { (t.say("released.citation")) } } }
                tbody { @for (number, step) in steps.iter().enumerate() {
                    tr class={ "out-" (step.outcome) } {
                        th scope="row" { (number + 1) ". " (t.word("rule", step.rule.as_str())) }
                        td.outcome { (mark(step.outcome)) " " (t.word("outcome", step.outcome.as_str())) }
                        td { (fact(t, &step.fact)) }
                        td { (step.citation.as_deref().unwrap_or("—")) }
                    }
                } }
            }
        }
    }
}

fn deliveries(t: Lang, one: &Dissemination) -> Markup {
    html! {
        @if one.delivery.is_none() && one.decision.releases() { p.meta { (t.say("delivery.no-endpoint")) } }
        @for one in one.delivery.iter().chain(&one.further) { (delivery(t, one)) }
    }
}

fn delivery(t: Lang, delivery: &Delivery) -> Markup {
    let tries = delivery.attempts.len();
    html! {
        p.delivery {
            span class={ "state delivery-" (delivery.state) } { (t.word("delivery", delivery.state.as_str())) }
            @if let Some(at) = delivery.transported_at { " " span.meta { (t.moment(at)) } }
            @if let Some(at) = delivery.next_at { " " span.meta { (t.fill("delivery.next", &[("time", &t.moment(at))])) } }
        }
        @if tries > 0 {
            details { summary { (t.fill("delivery.attempts", &[("n", &tries.to_string())])) } (attempts(t, delivery)) }
        }
    }
}

fn attempts(t: Lang, delivery: &Delivery) -> Markup {
    html! {
        ol.attempts {
            @for attempt in &delivery.attempts {
                li { (t.moment(attempt.at)) " · "
                    @match attempt.status { Some(status) => { "HTTP " (status) } None => (t.say("delivery.no-answer")) }
                    " · " (attempt.duration_ms) " ms"
                    @if !attempt.error.is_empty() { " · " (attempt.error) }
                }
            }
        }
    }
}
