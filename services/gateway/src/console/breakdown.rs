//! What a level is made of, how sure it is, how much attention it calls for: the answers to "why is this red" and "how sure are we".

use contracts::analysis::{
    Situation,
    levels::{AttentionRule, Completeness, Components, LevelRange, Sign, Spill},
};
use domain::{Day, Level};
use maud::{Markup, html};
use picture::Shade;

use super::{
    observation,
    situation::{Wish, level_chip},
    words::Lang,
};

/// How many lines of one part are named.
const NAMED: usize = 4;

/// Where more attention is called for than by the computed level, by which rule; and what a person made of a month that would call
/// for more.
pub(super) fn attention(t: Lang, s: &Situation) -> Markup {
    let Some(attention) = s.attention else { return html! {} };
    html! {
        @if attention.rule != AttentionRule::Level {
            p.attention {
                b { (t.say("attention")) } " " (level_chip(t, Shade::Level(attention.level))) " "
                (t.word("attention", attention.rule.as_str()))
            }
        }
        @if let Some(judged) = attention.judged {
            p.meta { (t.fill("attention-judged", &[("state", &t.word("anomaly-state", judged.as_str()))])) }
        }
    }
}

/// How sure it is: what it rests on, between which levels it leaves it open, whether as much comes as usually does.
pub(super) fn sureness(t: Lang, s: &Situation) -> Markup {
    let c = &s.coverage;
    let (reports, owners, strong) = (t.count(c.reports), t.count(c.owners), t.percent(c.strong_share));
    html! {
        p.coverage {
            b { (t.say("sure")) } " "
            @if s.partial { strong { (t.say("partial")) } " " }
            @if !c.sufficient { strong { (t.say("insufficient")) ". " } (t.say("insufficient.note")) " " }
            (t.fill("coverage", &[("reports", &reports), ("owners", &owners), ("strong", &strong)]))
            " "
            @match c.newest {
                Some(day) => (t.fill("coverage.newest", &[("day", &t.day(day))])),
                None => (t.say("coverage.no-newest")),
            }
            @if let Some(claim) = &c.complete { " " (complete(t, claim)) }
            " " (range(t, s))
            " " (reporting(t, s))
        }
    }
}

/// Whose claim to tell everything it rests on: where they told nothing, that is why there is a level at all.
fn complete(t: Lang, claim: &Completeness) -> Markup {
    let (told, day) = (t.count(claim.told), t.day(claim.until));
    let figures = [("sources", claim.sources.join(", ")), ("day", day), ("n", told)];
    let figures: Vec<(&str, &str)> = figures.iter().map(|(key, text)| (*key, text.as_str())).collect();
    html! {
        @if claim.told == 0 { strong { (t.fill("complete.silent", &figures)) } } @else { (t.fill("complete", &figures)) }
    }
}

fn range(t: Lang, s: &Situation) -> String {
    let Some(range) = s.range else { return String::new() };
    let word = |level: domain::Level| t.word("level", level.as_str());
    let reported = range.reported.unwrap_or(range.highest);
    let told = if range.lowest == reported {
        t.fill("range.one", &[("level", &word(range.lowest))])
    } else {
        t.fill("range", &[("lowest", &word(range.lowest)), ("highest", &word(reported))])
    };
    let unknown = range.unknown_since.map(|day| t.fill("range.unknown", &[("day", &t.day(day))]));
    let above = (reported < range.highest)
        .then(|| t.fill("range.above", &[("reported", &word(reported)), ("highest", &word(range.highest))]));
    std::iter::once(told).chain(unknown).chain(above).collect::<Vec<_>>().join(" ")
}

/// In short what is left open of a level: since when nothing is known of its place and how high it may be, or between which
/// levels it is; nothing where it is no more than the level itself.
pub(super) fn left_open(t: Lang, range: Option<LevelRange>, level: Level) -> Option<String> {
    let range = range.filter(|range| range.says_more_than(level))?;
    let word = |level: Level| t.word("level", level.as_str());
    let (lowest, highest) = (word(range.lowest), word(range.highest));
    Some(match range.unknown_since {
        Some(day) if range.highest > level => {
            t.fill("range.silent", &[("day", &t.day(day)), ("highest", &highest)])
        }
        Some(day) => t.fill("range.silent-top", &[("day", &t.day(day))]),
        None => t.fill("range.between", &[("lowest", &lowest), ("highest", &highest)]),
    })
}

fn reporting(t: Lang, s: &Situation) -> Markup {
    let Some(told) = &s.reporting else { return html! { (t.say("reporting.unknown")) } };
    let (received, usual) = (t.count(told.received), t.number(told.usual, 1));
    let figures = [("received", received.as_str()), ("usual", &usual)];
    html! {
        (t.fill("reporting", &figures))
        @if let Some(since) = told.since.filter(|_| told.silenced) {
            " " strong { (t.fill("reporting.silent", &[("day", &t.day(since))])) }
        }
    }
}

/// The parts of the index, drawn and named.
pub(super) fn components(t: Lang, s: &Situation, on: Option<Day>) -> Markup {
    let Some(c) = &s.components else { return html! {} };
    let number = |value: f64| t.number(value, 1);
    let says = t.fill(
        "parts.says",
        &[
            ("own", &number(c.own)),
            ("indicators", &number(c.indicators)),
            ("spillover", &number(c.spillover)),
            ("relief", &number(c.relief)),
            ("index", &number(s.index)),
        ],
    );
    html! {
        h3 { (t.say("parts.title")) }
        (picture::parts(&[c.own, c.indicators, c.spillover], c.relief, &says))
        dl.parts-list {
            (part(t, ("p1", t.say("parts.own")), c.own, &html! {}))
            (part(t, ("p2", t.say("parts.indicators")), c.indicators, &signs(t, &c.raised_by)))
            (part(t, ("p3", t.say("parts.spillover")), c.spillover, &spills(t, (s, on), c)))
            (part(t, ("off", t.say("parts.relief")), -c.relief, &relieved(t, c)))
        }
        @if !c.context.is_empty() { p.meta { (t.say("parts.context")) } (signs(t, &c.context)) }
        @if let Some(bands) = s.bands { (bands_told(t, &bands)) }
    }
}

fn part(t: Lang, (class, name): (&str, &str), value: f64, named: &Markup) -> Markup {
    html! {
        div.none[value == 0.0] {
            dt { span class={ "swatch " (class) } aria-hidden="true" {} " " (name) }
            dd { b { (t.number(value, 1)) } (named) }
        }
    }
}

fn bands_told(t: Lang, bands: &contracts::analysis::levels::Bands) -> Markup {
    let borders = [bands.low, bands.elevated, bands.high, bands.critical].map(|border| t.number(border, 1));
    let borders = borders.join(" · ");
    html! {
        p.meta {
            @match bands.own_since {
                Some(day) => (t.fill("bands.own", &[("borders", &borders), ("day", &t.day(day))])),
                None => (t.fill("bands.default", &[("borders", &borders)])),
            }
        }
    }
}

fn signs(t: Lang, all: &[Sign]) -> Markup {
    html! {
        @for sign in all.iter().take(NAMED) { (sign_told(t, sign)) }
        @if all.len() > NAMED { span.meta { (t.fill("parts.more", &[("n", &(all.len() - NAMED).to_string())])) } }
    }
}

fn sign_told(t: Lang, sign: &Sign) -> Markup {
    let name = match sign.indicator {
        Some(indicator) => t.word("indicator", indicator.as_str()),
        None => t.title(&sign.title),
    };
    html! {
        span.meta {
            (name) " " (t.number(sign.contribution, 1)) " · " (t.day(sign.on)) " · " span.grade { (sign.grade) }
            @if sign.indicator.is_some() && !sign.title.is_empty() { " · " (t.title(&sign.title)) }
            @for id in sign.reports.iter().take(3) { " · " a href={ "/reports/" (id) } { (t.say("indicators.report")) } }
            @for (number, id) in sign.observations.iter().take(3).enumerate() {
                " · " a href=(observation::href(id)) { (t.fill("incident.report", &[("n", &(number + 1).to_string())])) }
            }
        }
    }
}

fn spills(t: Lang, (s, on): (&Situation, Option<Day>), c: &Components) -> Markup {
    let of = Wish { exercise: s.exercise, on, ..Wish::default() };
    let name = |spill: &Spill| t.province(spill.province.as_str());
    html! {
        @for spill in c.spilled_from.iter().take(NAMED) {
            @let figures = [("share", t.percent(spill.share)), ("index", t.number(spill.index, 1))];
            @let figures: Vec<(&str, &str)> = figures.iter().map(|(key, text)| (*key, text.as_str())).collect();
            span.meta {
                a href=(of.unit_href(spill.province.as_str())) { (name(spill)) }
                " " (t.fill("parts.share", &figures))
                @for incident in &spill.incidents { " · " (t.title(&incident.title)) " (" (incident.grade) ", " (t.day(incident.on)) ")" }
            }
        }
        @if let Some(before) = c.spillover_before_limit { span.meta { (t.fill("parts.spill-limit", &[("n", &t.number(before, 1))])) } }
    }
}

fn relieved(t: Lang, c: &Components) -> Markup {
    html! {
        (signs(t, &c.relieved_by))
        @if let Some(before) = c.relief_before_limit { span.meta { (t.fill("parts.relief-limit", &[("n", &t.number(before, 1))])) } }
    }
}

#[cfg(test)]
mod tests {
    use domain::Threat;

    use super::*;
    use crate::console::sample;

    #[test]
    fn each_step_of_what_is_left_open_is_told_by_its_own_level() {
        let mut one = sample::situation("UZ-FA", Threat::BorderTension, 9.0);
        let told = |one: &Situation| range(Lang::En, one);
        one.range = Some(LevelRange {
            lowest: Level::Low,
            highest: Level::High,
            unknown_since: Day::of(2026, 10, 1),
            reported: Some(Level::Elevated),
        });
        let silent = told(&one);
        assert!(silent.contains("nothing eases it, Elevated. Nothing at all is known since"), "{silent}");
        assert!(silent.ends_with("one level above Elevated, that is High."), "{silent}");
        one.range = Some(LevelRange {
            lowest: Level::Low,
            highest: Level::High,
            unknown_since: None,
            reported: None,
        });
        assert!(told(&one).ends_with("nothing eases it, High."), "{}", told(&one));
    }
}
