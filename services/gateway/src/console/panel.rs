//! Beside the map: one unit in short, the open warnings, what changed.

use std::{cmp::Ordering, collections::BTreeSet};

use contracts::{
    alerts::Warning,
    analysis::{LevelChange, Situation},
};
use domain::{
    Level,
    warning::{State, Status},
};
use maud::{Markup, html};
use picture::Shade;

use super::{
    board::{Standing, calling, noted, shade, trend},
    breakdown::left_open,
    empty::{self, Empty},
    news::lifted,
    overrides, shell,
    situation::{Wish, level_chip, nothing},
    words::Lang,
};

/// The unit chosen on the map, or else the one that stands worst.
pub(super) fn headline(t: Lang, wish: Wish, (standings, why): (&[Standing<'_>], Option<Empty>)) -> Markup {
    let known = standings.iter().filter(|standing| standing.shade != Shade::Insufficient);
    let weight = |standing: &&Standing<'_>| {
        standing.worst.map_or(((Level::Calm, Level::Calm), 0), |s| (calling(s), (s.index * 1000.0) as u64))
    };
    let calm = |standing: &&Standing<'_>| standing.worst.is_none_or(|s| calling(s).0 == Level::Calm);
    let worst = || known.max_by_key(weight).filter(|standing| !calm(standing));
    let chosen = match wish.province {
        Some(unit) => standings.iter().find(|standing| standing.unit.id == unit.id),
        None => worst(),
    };
    match chosen {
        Some(standing) => unit(t, wish, standing),
        None if standings.iter().all(|standing| standing.worst.is_none()) => html! {
            h2.big { (t.say("panel.empty")) }
            @if let Some(why) = why { (empty::told(t, &wish, why)) }
        },
        None => html! { h2.big { (t.say("panel.calm")) } p.meta { (t.say("panel.calm-note")) } },
    }
}

fn unit(t: Lang, wish: Wish, standing: &Standing<'_>) -> Markup {
    let unit = standing.unit;
    html! {
        p.eyebrow { @if wish.province.is_some() { (t.say("panel.selected")) } @else { (t.say("panel.worst")) } }
        h2.big { a href=(wish.unit_href(unit.id)) { (t.names().of(unit)) } }
        p.meta { (t.country(unit.country)) " · " (unit.id) }
        @match standing.worst {
            None => { p.figure { (level_chip(t, Shade::Insufficient)) } p { @if wish.on.is_some() { (t.say("insufficient.none-then")) } @else { (t.say("insufficient.none")) } } }
            Some(s) => {
                p.figure { (level_chip(t, shade(s))) span { (t.word("threat", s.threat.as_str())) } }
                p { (noted(t, s)) }
                @if !s.coverage.sufficient { p { (t.say("insufficient.note")) } }
                @if let Some(by) = s.components.as_ref().and_then(|c| c.spilled_from.first()).filter(|_| s.incidents.is_empty()) {
                    p { (lifted(t, (&by.province, by.share, by.index))) }
                }
                (facts(t, s))
                @if let Some(incident) = s.incidents.first() {
                    p.quote { (t.title(&incident.title)) br; span.meta { (t.day(incident.on)) " · " (t.place(&incident.place)) " · " (incident.grade) " · " (t.percent(incident.share)) " " (t.say("incident.of-index")) } }
                }
                p { a href=(wish.unit_href(unit.id)) { (t.say("panel.why")) } }
            }
        }
    }
}

/// Index, since, falls on, trend and outlook of one situation; where a level is set by hand, that one and the computed one first.
pub(super) fn facts(t: Lang, s: &Situation) -> Markup {
    let index = t.number(s.index, 1);
    let borders = s.bands.map(|bands| [bands.low, bands.elevated, bands.high, bands.critical]);
    let says = t.fill("index.says", &[("index", &index), ("level", &t.word("level", s.level.as_str()))]);
    html! {
        (overrides::beside(t, s))
        dl.facts {
            div { dt { (t.say("table.index")) } dd { b { (index) } " " (picture::ruler(s.index, s.level, borders, &says)) } }
            @if s.set.is_none() {
                div { dt { (t.say("table.since")) } dd { (since(t, s)) } }
                div { dt { (t.say("falls-on")) } dd { @match s.falls_on { Some(day) => (t.day(day)), None => (t.say("falls-on.none")) } } }
            }
            div { dt { (t.say("table.trend")) } dd { (trend(t, s)) } }
            div { dt { (t.say("outlook")) } dd { @match s.outlook {
                Some(chance) => { (t.chance(chance)) " " span.meta { (t.say("outlook.what")) } }
                None if s.outlook_pending => (t.say("outlook.pending")),
                None => (t.say("outlook.none")),
            } } }
        }
    }
}

/// Since which day a level holds; where it held before all that is walked, since which at the latest.
pub(super) fn since(t: Lang, s: &Situation) -> String {
    let day = t.day(s.since.day());
    if s.since_at_least { t.fill("table.since-at-least", &[("day", &day)]) } else { day }
}

/// Warnings that are in force or on their way, of this side of the exercise; of a past day those that were in force then, as they
/// stood.
pub(super) fn open_warnings(t: Lang, wish: Wish, all: &[Warning]) -> Markup {
    let of_side = all.iter().filter(|w| (w.status == Status::Exercise) == wish.exercise);
    let open: Vec<&Warning> = of_side.filter(|w| is_open(w)).collect();
    let none = if wish.on.is_some() { t.say("warnings.none-then") } else { t.say("warnings.none-open") };
    html! {
        @if open.is_empty() { (nothing(none)) }
        @for warning in open.iter().take(6) { (shell::warning_entry(t, warning)) }
        @if wish.on.is_some() && !open.is_empty() { p.meta { (t.say("past.warnings")) } }
        @if !open.is_empty() || wish.on.is_some() { p { a href="/warnings" { (t.say("warnings.all")) } } }
    }
}

/// Whether a warning is in force or on its way; all that are told of a past day were in force.
const fn is_open(of: &Warning) -> bool {
    matches!(of.state, State::Draft | State::Pending | State::Issued)
}

/// From where to where a level went; where it was first assessed, that alone, for nobody knows a level before. Where nothing is
/// reported it neither rose nor eased as far as anybody knows: that is said first, and the computed level behind it. What fell by its age
/// where nothing is known of the last days was counted down, and has no arrow.
pub(super) fn moved(t: Lang, change: &LevelChange) -> Markup {
    let now = t.word("level", change.now.as_str());
    let way = match change.now.cmp(&change.was) {
        Ordering::Greater => "▲",
        Ordering::Less => "▼",
        Ordering::Equal => "◆",
    };
    let was = t.word("level", change.was.as_str());
    let open = left_open(t, change.range.filter(|_| !change.unreported), change.now);
    html! { span.move {
        @if change.unreported {
            b { (t.say("insufficient")) } " " span.meta { (t.fill("changes.unreported", &[("was", &was), ("now", &now)])) }
        } @else if change.first { (t.say("changes.first")) " " b { (now) } } @else if change.is_counted_down() {
            (t.say("changes.counted-down")) " " (was) " → " b { (now) }
        } @else {
            span.way aria-hidden="true" { (way) } " " (was) " → " b { (now) }
        }
        @if let Some(open) = open { " " span.meta { (open) } }
    } }
}

/// What changed lately, newest first.
pub(super) fn changes(t: Lang, wish: Wish, all: &[LevelChange]) -> Markup {
    let mut looked = BTreeSet::new();
    // what a file brought within the hour of the first look is one look: where it ended is told
    let wanted = all.iter().filter(|change| wish.threat.is_none_or(|threat| change.threat == threat));
    let changes: Vec<&LevelChange> = wanted
        .filter(|change| !change.first || looked.insert((change.province.clone(), change.threat)))
        .collect();
    html! {
        @if changes.is_empty() { (nothing(t.say("changes.none"))) } @else {
            ol.changes {
                @for change in changes {
                    li {
                        a href=(wish.unit_href(change.province.as_str())) { (t.province(change.province.as_str())) }
                        (moved(t, change))
                        span.meta { (t.word("threat", change.threat.as_str())) " · " (t.moment(change.at)) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::{sample, words::Lang};

    #[test]
    fn what_a_file_brought_at_the_first_look_is_told_by_where_it_ended() {
        let ended = LevelChange {
            first: true,
            was: Level::High,
            now: Level::Critical,
            ..sample::changes().remove(0)
        };
        let between = LevelChange { was: Level::Calm, now: Level::Low, unreported: true, ..ended.clone() };
        let other = LevelChange { province: "KG-O".parse().unwrap(), ..ended.clone() };
        let wish = Wish::default();
        let told = changes(Lang::En, wish, &[ended, between.clone(), between, other]).into_string();
        assert_eq!((told.matches("first assessed").count(), told.matches("<li>").count()), (2, 2), "{told}");
    }
}
