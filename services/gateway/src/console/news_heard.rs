//! What came in of a province: facts and answers, what of it came in late, and which months of the past that changed.

use contracts::analysis::news::{Figures, HeardFact, HeardLate, HeardOf, HeardReading, Recounted};
use maud::{Markup, html};

use super::{observation, words::Lang};

/// What came in of a province: how much, the gravest of it, what came in late, and the months that it changed.
pub(super) fn heard(t: Lang, heard: &HeardOf) -> Markup {
    html! {
        p.meta { (numbers(t, heard)) }
        (facts(t, &heard.gravest))
        @if let Some(late) = &heard.late {
            details {
                summary { (late_told(t, late)) }
                (facts(t, &late.gravest))
            }
        }
        @if !heard.recounted.is_empty() || heard.recounted_more > 0 {
            p.meta { (t.say("news.recounted")) }
            ul.facts {
                @for one in &heard.recounted { li { (recounted(t, one)) } }
                @if heard.recounted_more > 0 { li { (t.fill("news.recounted-more", &[("n", &t.count(heard.recounted_more))])) } }
            }
        }
        @if heard.answers > 0 {
            p.meta { (answers(t, heard)) }
            ul.facts { @for one in &heard.readings { li { (answer(t, one)) } } }
        }
    }
}

/// A month whose figures became others by what came in late: from what, to what, since when and why.
fn recounted(t: Lang, one: &Recounted) -> Markup {
    let figures = |of: Figures| {
        t.fill("news.figures", &[("events", &t.count(of.events)), ("deaths", &t.count(of.deaths))])
    };
    let [new, revised, retracted] = [one.new, one.revised, one.retracted].map(|count| t.count(count));
    html! {
        (t.word("threat", one.threat.as_str())) ", " (t.month(one.month)) ": "
        (figures(one.was)) " → " b { (figures(one.now)) }
        " " span.meta {
            (t.fill("news.recounted-by", &[("new", &new), ("revised", &revised), ("retracted", &retracted)]))
            " · " (t.fill("news.recounted-since", &[("moment", &t.moment(one.since))]))
        }
    }
}

/// How many answers about indicators came in.
pub(super) fn answers(t: Lang, heard: &HeardOf) -> String {
    t.fill("news.answers", &[("n", &t.count(heard.answers))])
}

/// An answer about an indicator, which leads to the report it came with.
fn answer(t: Lang, one: &HeardReading) -> Markup {
    let (reading, what) = (&one.reading, t.word("indicator", one.indicator.as_str()));
    html! {
        @match &reading.report {
            Some(report) => a href={ "/reports/" (report) } { (what) },
            None => (what),
        }
        ": " (t.word("extent", reading.extent.as_str()))
        " " span.meta { (reading.grade) " · " (t.days(reading.from, reading.to)) " · " (reading.owner) }
    }
}

fn facts(t: Lang, all: &[HeardFact]) -> Markup {
    html! {
        @if !all.is_empty() { ul.facts { @for fact in all { li {
            a href=(observation::href(&fact.observation)) { (t.title(&fact.title)) }
            " " span.meta { (fact.grade) " · " (t.day(fact.on)) " · " (t.place(&fact.place)) " · " (fact.source) }
        } } } }
    }
}

/// How much came in late, and of which months it speaks.
pub(super) fn late_told(t: Lang, late: &HeardLate) -> String {
    let (first, last) = (t.month(late.from), t.month(late.to));
    let months = if first == last { first } else { format!("{first} – {last}") };
    t.fill("news.late", &[("n", &t.count(late.facts)), ("months", &months)])
}

/// How much came in.
pub(super) fn numbers(t: Lang, heard: &HeardOf) -> String {
    let counts = [heard.new, heard.revised, heard.retracted, heard.owners].map(|count| t.count(count));
    let [new, revised, retracted, owners] = &counts;
    t.fill("news.heard", &[("new", new), ("revised", revised), ("retracted", retracted), ("owners", owners)])
}

#[cfg(test)]
mod tests {
    use contracts::Role;
    use domain::{Day, ObservationId, Threat};

    use super::*;
    use crate::console::sample::reader as somebody;

    #[test]
    fn what_came_in_late_is_told_apart() {
        let t = somebody(Lang::En, Role::ALL).lang;
        let fact = HeardFact {
            observation: ObservationId::derived(&["old"]),
            threat: Threat::BorderTension,
            title: "Shots long ago".into(),
            place: "Batken".into(),
            on: Day::of(2024, 3, 7).unwrap(),
            source: "ucdp".into(),
            grade: "B2".into(),
            handling: None,
        };
        let old =
            HeardLate { facts: 40, from: fact.on, to: Day::of(2025, 1, 9).unwrap(), gravest: vec![fact] };
        let told = heard(t, &HeardOf { new: 42, late: Some(old), ..HeardOf::default() }).into_string();
        assert!(told.contains("Of these 40 came in later, about Mar 2024 – Jan 2025"), "{told}");
        assert!(told.contains("Shots long ago"));
    }

    #[test]
    fn a_month_that_a_late_revision_changed_is_told_from_what_to_what_since_when_and_why() {
        let month = Recounted {
            threat: Threat::ArmedConflict,
            month: Day::of(2026, 8, 1).unwrap(),
            was: Figures { events: 3, deaths: 15 },
            now: Figures { events: 3, deaths: 60 },
            since: "2026-11-20T10:00:00Z".parse().unwrap(),
            new: 0,
            revised: 1,
            retracted: 0,
            list: "/v1/observations?province=AF-HEL".into(),
            handling: None,
        };
        let of = HeardOf { revised: 1, recounted: vec![month], recounted_more: 7, ..HeardOf::default() };
        for (lang, words) in [
            (
                Lang::En,
                ["Aug 2026", "incidents 3, deaths 15 → <b>incidents 3, deaths 60", "revised 1", "Of 7 more"],
            ),
            (
                Lang::Ru,
                [
                    "2026",
                    "инцидентов 3, погибших 15 → <b>инцидентов 3, погибших 60",
                    "уточнено 1",
                    "Ещё по 7",
                ],
            ),
        ] {
            let told = heard(somebody(lang, Role::ALL).lang, &of).into_string();
            for word in words {
                assert!(told.contains(word), "{word}: {told}");
            }
        }
    }
}
