//! How each unit stands, over its threats; and the table that says all that the map shows.

use contracts::analysis::{Situation, levels::Spill};
use domain::{Level, Threat};
use geography::Province;
use maud::{Markup, html};
use picture::Shade;

use super::{
    breakdown::left_open,
    news::lifted,
    panel::since,
    situation::{Wish, level_chip, nothing},
    words::Lang,
};

/// How one unit stands.
#[derive(Clone, Debug)]
pub(super) struct Standing<'s> {
    /// The unit.
    pub unit: &'static Province,
    /// Its fill: the highest level that enough is known for, or hatching.
    pub shade: Shade,
    /// The situation that gives it; the one most is known of where no level can be spoken of.
    pub worst: Option<&'s Situation>,
    /// All its situations, the gravest first.
    pub all: Vec<&'s Situation>,
}

/// How all 88 units stand; a unit that nothing is said of stands hatched, never calm.
pub(super) fn standings(situations: &[Situation], threat: Option<Threat>) -> Vec<Standing<'_>> {
    let wanted = |s: &&Situation| threat.is_none_or(|threat| s.threat == threat);
    let of = |unit: &'static Province| {
        let own = situations.iter().filter(wanted).filter(|s| s.province.as_str() == unit.id);
        let mut all: Vec<&Situation> = own.collect();
        all.sort_by(|one, other| {
            gravity(other).0.cmp(&gravity(one).0).then(other.index.total_cmp(&one.index))
        });
        let worst = all.first().copied();
        Standing { unit, shade: worst.map_or(Shade::Insufficient, shade), worst, all }
    };
    geography::provinces().iter().map(of).collect()
}

/// What enough is known of comes before what it is not, then what calls for more attention, then the higher level.
fn gravity(s: &Situation) -> ((bool, Level, Level), f64) {
    let (attention, gravest) = calling(s);
    ((s.coverage.sufficient, attention, gravest), s.index)
}

/// How much attention it calls for, and its level; a level that was set below the computed one hides it in neither.
pub(super) fn calling(s: &Situation) -> (Level, Level) {
    (s.attention().max(s.gravest()), s.gravest())
}

/// The fill of one situation: the level that holds. What a person set is shown even where too little is reported.
pub(super) fn shade(s: &Situation) -> Shade {
    if s.coverage.sufficient || s.set.is_some() { Shade::Level(s.in_force()) } else { Shade::Insufficient }
}

/// The word of a fill.
pub(super) fn shade_word(t: Lang, shade: Shade) -> String {
    match shade {
        Shade::Level(level) => t.word("level", level.as_str()),
        Shade::Insufficient => t.say("insufficient").to_owned(),
    }
}

/// Trend as a word; whether it is known at all.
pub(super) fn trend(t: Lang, s: &Situation) -> String {
    s.trend.map_or_else(|| t.say("trend.none").to_owned(), |trend| t.word("trend", trend.as_str()))
}

/// The neighbour that lifts a situation most, where neighbours lift it more than what is known of the place itself.
pub(super) fn lifted_by(s: &Situation) -> Option<&Spill> {
    let parts = s.components.as_ref()?;
    parts.spilled_from.first().filter(|_| parts.spillover > parts.own + parts.indicators)
}

/// What is known of a unit by its neighbours alone: that one lifts its computed level above calm, where no level can be spoken of.
fn only_lifted<'s>(standing: &Standing<'s>) -> Option<&'s Situation> {
    let lifted = |s: &&Situation| !s.is_spoken_of() && s.level > Level::Calm && lifted_by(s).is_some();
    standing.all.iter().copied().find(lifted)
}

/// Every unit above calm, the gravest first; behind them those that only a neighbour lifts; and how many are not listed and why.
pub(super) fn table(t: Lang, wish: Wish, standings: &[Standing<'_>]) -> Markup {
    let calls = |standing: &Standing<'_>| standing.worst.is_some_and(|s| calling(s).0 > Level::Calm);
    let above = |standing: &&Standing<'_>| matches!(standing.shade, Shade::Level(_)) && calls(standing);
    let mut rows: Vec<(&Standing<'_>, &Situation)> =
        standings.iter().filter(above).filter_map(|standing| Some((standing, standing.worst?))).collect();
    rows.sort_by(|(_, one), (_, other)| {
        calling(other).cmp(&calling(one)).then(other.index.total_cmp(&one.index))
    });
    let beside = standings.iter().filter(|standing| !above(standing));
    let mut lifted: Vec<(&Standing<'_>, &Situation)> =
        beside.filter_map(|standing| Some((standing, only_lifted(standing)?))).collect();
    lifted.sort_by(|(_, one), (_, other)| other.index.total_cmp(&one.index));
    let listed: Vec<&str> = lifted.iter().map(|(standing, _)| standing.unit.id).collect();
    let rest = standings.iter().filter(|standing| !listed.contains(&standing.unit.id));
    let calm =
        rest.clone().filter(|standing| standing.shade == Shade::Level(Level::Calm) && !calls(standing));
    let unknown = rest.filter(|standing| standing.shade == Shade::Insufficient);
    let silent = calm.clone().filter(|standing| standing.worst.is_some_and(Situation::is_calm_by_silence));
    let silent = silent.count();
    let (calm, unknown) = (calm.count().to_string(), unknown.count().to_string());
    rows.extend(lifted);
    html! {
        section.twin aria-labelledby="table" {
            h2 #table tabindex="-1" { (t.say("table.title")) }
            @if rows.is_empty() { (nothing(t.say("table.none"))) } @else {
                div.scroll tabindex="0" role="region" aria-labelledby="table" {
                    table.stacked {
                        thead { tr {
                            th scope="col" { (t.say("table.province")) } th scope="col" { (t.say("table.level")) }
                            th scope="col" { (t.say("table.threat")) } th.n scope="col" { (t.say("table.index")) }
                            th scope="col" { (t.say("table.trend")) } th scope="col" { (t.say("table.since")) }
                        } }
                        tbody { @for (standing, s) in rows { (row(t, wish, (standing, s))) } }
                    }
                }
            }
            p.meta { (t.fill("table.rest", &[("calm", &calm), ("unknown", &unknown)]))
                @if silent > 0 { " " (t.fill("table.silent", &[("n", &silent.to_string())])) } }
        }
    }
}

fn row(t: Lang, wish: Wish, (standing, s): (&Standing<'_>, &Situation)) -> Markup {
    let unit = standing.unit;
    let chosen = wish.province.is_some_and(|chosen| chosen.id == unit.id);
    let others = standing
        .all
        .iter()
        .filter(|other| !std::ptr::eq(**other, s) && other.coverage.sufficient && other.level > Level::Calm)
        .count();
    html! {
        tr.chosen[chosen] {
            th scope="row" {
                a href=(wish.unit_href(unit.id)) { (t.names().of(unit)) }
                span.meta { (t.country(unit.country)) }
            }
            td data-label=(t.say("table.level")) { (level_chip(t, shade(s))) (noted(t, s))
                @if let Some(by) = lifted_by(s) { span.meta { (lifted(t, (&by.province, by.share, by.index))) } } }
            td data-label=(t.say("table.threat")) { (t.word("threat", s.threat.as_str()))
                @if others > 0 { span.meta { (t.fill("table.others", &[("n", &others.to_string())])) } } }
            td.n data-label=(t.say("table.index")) { (t.number(s.index, 1)) }
            td data-label=(t.say("table.trend")) { (trend(t, s)) }
            td data-label=(t.say("table.since")) { (since(t, s)) }
        }
    }
}

/// What stands beside the level: that a person set it, that more attention is called for, what is left open of it, that the
/// reporting fell silent.
pub(super) fn noted(t: Lang, s: &Situation) -> Markup {
    let silent = s.reporting.as_ref().is_some_and(|told| told.silenced);
    html! {
        @if s.set.is_some() {
            span.meta { (t.fill("override.beside", &[("level", &t.word("level", s.level.as_str()))])) }
        }
        @if let Some(attention) = s.attention.filter(|attention| attention.level > s.in_force()) {
            span.meta { (t.say("attention")) " " b { (t.word("level", attention.level.as_str())) } ": " (t.word("attention", attention.rule.as_str())) }
        }
        @if let Some(claim) = s.coverage.complete.as_ref().filter(|_| s.coverage.reports == 0) {
            span.meta { (t.fill("complete.short", &[("sources", &claim.sources.join(", ")), ("day", &t.day(claim.until))])) }
        }
        @if let Some(open) = left_open(t, s.left_open().filter(|_| s.is_spoken_of()), s.level) { span.meta { (open) } }
        @if silent { span.meta { (t.say("reporting.silent-short")) } }
    }
}

/// Where a unit's page is.
pub(super) fn province_href(code: &str, exercise: bool) -> String {
    Wish { exercise, ..Wish::default() }.unit_href(code)
}

#[cfg(test)]
mod tests {
    use contracts::analysis::levels::LevelRange;
    use domain::Day;

    use super::*;
    use crate::console::sample;

    #[test]
    fn what_too_little_is_known_of_is_never_calm() {
        let mut one = sample::situation("KG-B", Threat::BorderTension, 0.5);
        one.coverage.sufficient = false;
        let all = [one];
        let standings = standings(&all, None);
        assert_eq!(standings.len(), 88);
        assert!(standings.iter().all(|standing| standing.shade == Shade::Insufficient));
    }

    #[test]
    fn what_is_not_known_of_a_level_stands_beside_it_and_with_its_mark() {
        let mut kunduz = sample::situation("AF-KDZ", Threat::ArmedConflict, 34.0);
        let silent = LevelRange {
            lowest: Level::High,
            highest: Level::Critical,
            unknown_since: Day::of(2021, 1, 1),
            reported: Some(Level::High),
        };
        kunduz.range = Some(silent);
        let mut batken = sample::situation("KG-B", Threat::PoliticalUnrest, 1.0);
        batken.range = Some(LevelRange { lowest: Level::Calm, highest: Level::Elevated, ..silent });
        let mut osh = sample::situation("KG-O", Threat::BorderTension, 12.0);
        osh.range =
            Some(LevelRange { lowest: Level::Low, highest: Level::High, unknown_since: None, ..silent });
        let mut claimed = sample::situation("AF-KAP", Threat::ArmedConflict, 3.0);
        claimed.coverage.reports = 0;
        claimed.coverage.complete = serde_json::from_value(
            serde_json::json!({ "sources": ["ucdp"], "until": "2020-12-31", "told": 0 }),
        )
        .unwrap();
        let all = [kunduz, batken, osh, claimed];
        let found = standings(&all, None);
        let told = table(Lang::En, Wish::default(), &found).into_string();
        for words in [
            "nothing is known since 1 Jan 2021; it may be as high as Critical",
            "the evidence leaves it open: Low to High",
            "to tell everything, which ends on 31 Dec 2020",
            "Of those called calm, nothing at all is known of the last days in 1.",
        ] {
            assert!(told.contains(words), "{words}: {told}");
        }
        let map = crate::console::situation::atlas(Lang::En, Wish::default(), &found).into_string();
        assert!(
            map.contains("Kunduz, Afghanistan: high, armed conflict; nothing is known since 1 Jan 2021"),
            "{map}"
        );
        assert!(
            map.contains("Batken, Kyrgyzstan: calm; nothing is known since") && map.contains("Thin lines")
        );
        assert_eq!(map.matches("class=\"unsure\"").count(), 2, "over any colour");
    }

    #[test]
    fn a_level_set_below_the_computed_one_does_not_hide_a_place() {
        let mut set_low = sample::situation("KG-B", Threat::BorderTension, 86.0);
        set_low.set = serde_json::from_value(serde_json::json!({
            "id": domain::OverrideId::derived(&["o"]), "province": "KG-B", "threat": "border_tension", "level": "calm",
            "computed": "critical", "reason": "talks", "by": "S. Analyst", "at": "2026-11-23T07:30:00Z",
            "until": "2026-12-23T07:30:00Z", "state": "active", "version": 1,
        }))
        .unwrap();
        let all = [set_low, sample::situation("TJ-SU", Threat::BorderTension, 34.0)];
        let found = standings(&all, None);
        let first = |html: &str| html.find("Batken").unwrap() < html.find("Sughd").unwrap_or(usize::MAX);
        let t = Lang::En;
        let table = table(t, Wish::default(), &found).into_string();
        assert!(first(&table), "{table}");
        let panel = crate::console::panel::headline(t, Wish::default(), (&found, None)).into_string();
        assert!(panel.contains("Batken") && panel.contains("Calm") && panel.contains("Critical"), "{panel}");
    }

    #[test]
    fn a_place_that_only_a_neighbour_lifts_is_listed_with_the_neighbour_and_no_level() {
        let mut khatlon = sample::situation("TJ-KT", Threat::ArmedConflict, 9.9);
        khatlon.coverage.sufficient = false;
        khatlon.incidents.clear();
        khatlon.components = serde_json::from_value(serde_json::json!({
            "own": 0.0, "indicators": 0.0, "spillover": 9.9, "relief": 0.0,
            "spilled_from": [{ "province": "AF-KDZ", "country": "AFG", "index": 70.2, "share": 0.2, "contribution": 14.0, "incidents": [] }],
        }))
        .unwrap();
        let mut unknown = sample::situation("TJ-GB", Threat::ArmedConflict, 4.0);
        unknown.coverage.sufficient = false;
        let all = [khatlon, unknown, sample::situation("KG-B", Threat::BorderTension, 34.0)];
        let table = table(Lang::En, Wish::default(), &standings(&all, None)).into_string();
        let (batken, khatlon) = (table.find("Batken").unwrap(), table.find("Khatlon").unwrap());
        assert!(batken < khatlon && !table.contains("Gorno"), "{table}");
        let row = &table[khatlon..];
        assert!(
            row.contains("lifted by what happens in Kunduz") && row.contains("Insufficient information"),
            "{row}"
        );
        assert!(!row.contains(">Low<") && table.contains("86"), "86 of 88 are not listed: {table}");
    }

    #[test]
    fn the_gravest_that_enough_is_known_of_gives_the_shade() {
        let mut vague = sample::situation("KG-B", Threat::ArmedConflict, 90.0);
        vague.coverage.sufficient = false;
        let all = [
            vague,
            sample::situation("KG-B", Threat::BorderTension, 34.0),
            sample::situation("KG-B", Threat::WaterEnergy, 3.0),
        ];
        let found = standings(&all, None);
        let batken = found.iter().find(|standing| standing.unit.id == "KG-B").unwrap();
        assert_eq!((batken.shade, batken.all.len()), (Shade::Level(Level::High), 3));
        let only = standings(&all, Some(Threat::ArmedConflict));
        assert!(only.iter().all(|standing| standing.shade == Shade::Insufficient));
    }
}
