//! What if: the situation without a source, or by better sources alone. Asked for in the address; nothing is kept.

use std::collections::BTreeMap;

use axum::http::Uri;
use contracts::{
    Failure, PageRequest,
    analysis::{GetSituation, GradeRange, Situation},
    intake::FindObservations,
};
use domain::{Day, Observation, Threat};
use maud::{Markup, html};

use super::{
    board::shade,
    in_query, past,
    shell::Reader,
    situation::{Wish, level_chip},
    words::Lang,
};
use crate::Gateway;

/// How many observations of a unit are looked through for their sources.
const MOST: u32 = 1000;

/// What is taken away, of which threat.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Asked {
    /// Of which threat.
    pub threat: Option<Threat>,
    /// Without this source.
    pub without: Option<String>,
    /// By these reliabilities alone.
    pub grades: Option<GradeRange>,
}

/// What was asked, and what it would be.
#[derive(Debug)]
pub(super) struct Supposed {
    /// What was asked.
    pub asked: Asked,
    /// What it would be.
    pub told: Result<Vec<Situation>, Failure>,
}

impl Asked {
    /// Reads an address; `None` where nothing is taken away.
    pub fn read(uri: &Uri) -> Option<Self> {
        let threat = in_query(uri, "threat").and_then(|word| word.parse().ok());
        let grades = in_query(uri, "grades").and_then(|text| text.parse().ok());
        let without =
            in_query(uri, "without").map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        (without.is_some() || grades.is_some()).then_some(Self { threat, without, grades })
    }
}

/// Asks what it would be, where that is asked.
pub(super) async fn suppose(
    gateway: &Gateway,
    reader: &Reader,
    (asked, of): (Option<Asked>, &GetSituation),
) -> Option<Supposed> {
    let asked = asked?;
    let wish = GetSituation {
        threat: asked.threat,
        without: asked.without.clone(),
        grades: asked.grades,
        ..of.clone()
    };
    let told = gateway.ask_as(&reader.principal, None, &wish).await;
    Some(Supposed { asked, told })
}

/// Which sources spoke of a threat of a unit: each with how many of its observations were found, and its owner.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sources {
    /// The threat.
    pub threat: Threat,
    /// The sources by their names.
    pub spoke: BTreeMap<String, Spoke>,
}

/// What one source said of a threat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spoke {
    /// Who owns it.
    pub owner: String,
    /// How many observations.
    pub observations: u64,
}

/// Of which threat the sources are to be listed: of the one that is asked about, or that an address names. None are looked for
/// unless somebody wants to choose among them.
pub(super) fn listed(uri: &Uri, asked: Option<&Asked>) -> Option<Threat> {
    let named = in_query(uri, "sources").and_then(|word| word.parse().ok());
    named.or_else(|| asked.and_then(|asked| asked.threat))
}

/// The sources of what counts for the index of one threat; `None` where intake does not say: then there is a box to write in.
pub(super) async fn sources(
    gateway: &Gateway,
    reader: &Reader,
    (of, told, threat): (&GetSituation, &[Situation], Option<Threat>),
) -> Option<Sources> {
    let situation = told.iter().find(|told| Some(told.threat) == threat)?;
    let find = FindObservations {
        province: of.province.clone(),
        threat,
        from: situation.counted.map(|counted| counted.since),
        to: Some(situation.on),
        known_on: past::end(of.on),
        exercise: Some(of.exercise),
        page: PageRequest { cursor: None, limit: Some(MOST) },
        ..FindObservations::default()
    };
    let found = gateway.ask_as(&reader.principal, None, &find).await.ok()?;
    let all = found.page.items.iter().filter(|one| one.retracted.is_none());
    Some(Sources { threat: situation.threat, spoke: counted(all) })
}

fn counted<'o>(all: impl Iterator<Item = &'o Observation>) -> BTreeMap<String, Spoke> {
    let mut sources: BTreeMap<String, Spoke> = BTreeMap::new();
    for one in all {
        let spoke = sources.entry(one.source.clone()).or_default();
        spoke.owner.clone_from(&one.owner);
        spoke.observations += 1;
    }
    sources
}

/// The form of one threat, and what came of it where it was asked.
pub(super) fn of_threat(
    t: Lang,
    s: &Situation,
    (on, supposed, sources): (Option<Day>, Option<&Supposed>, Option<&Sources>),
) -> Markup {
    let sources = sources.filter(|sources| sources.threat == s.threat);
    let asked = supposed.filter(|supposed| supposed.asked.threat.is_none_or(|threat| threat == s.threat));
    let id = |name: &str| format!("if-{name}-{}", s.threat);
    let without = asked.and_then(|supposed| supposed.asked.without.as_deref()).unwrap_or_default();
    let strong = asked.is_some_and(|supposed| supposed.asked.grades.is_some());
    html! {
        details #(id("form")) open[asked.is_some() || sources.is_some()] {
            summary { (t.say("what-if")) }
            @if let Some(supposed) = asked { (answer(t, s, supposed)) }
            form method="get" action={ "/provinces/" (s.province) "#" (id("form")) } {
                input type="hidden" name="threat" value=(s.threat);
                @if s.exercise { input type="hidden" name="exercise" value="true"; }
                @if let Some(on) = on { input type="hidden" name="on" value=(on); }
                label for=(id("source")) { (t.say("what-if.source")) }
                (source_field(t, &id("source"), (without, sources.map(|sources| &sources.spoke))))
                @if sources.is_none() { p.meta { a href={ (here(s, on)) "sources=" (s.threat) "#" (id("form")) } { (t.say("what-if.list")) } } }
                label.check { input type="checkbox" name="grades" value="A-B" checked[strong]; " " (t.say("what-if.strong")) }
                p.buttons { button.second { (t.say("what-if.do")) } }
            }
        }
    }
}

/// The page of the unit on the same day and side, with room for one thing more.
fn here(s: &Situation, on: Option<Day>) -> String {
    let href = Wish { exercise: s.exercise, on, ..Wish::default() }.unit_href(s.province.as_str());
    let joined = if href.contains('?') { '&' } else { '?' };
    format!("{href}{joined}")
}

/// The sources that spoke of it, to choose from, and below them the owners of more than one; a box to write in where none is
/// known here.
fn source_field(t: Lang, id: &str, (chosen, known): (&str, Option<&BTreeMap<String, Spoke>>)) -> Markup {
    let Some(known) = known.filter(|known| !known.is_empty()) else {
        return html! { input type="text" id=(id) name="without" value=(chosen) maxlength="200"; };
    };
    let mut owners: BTreeMap<&str, u64> = BTreeMap::new();
    for spoke in known.values() {
        *owners.entry(&spoke.owner).or_default() += 1;
    }
    owners.retain(|owner, count| *count > 1 && !known.contains_key(*owner));
    let listed = known.contains_key(chosen) || owners.contains_key(chosen);
    html! {
        select id=(id) name="without" {
            option value="" { (t.say("what-if.none")) }
            @for (source, spoke) in known {
                option value=(source) selected[source == chosen] {
                    (source) " · " (t.plural("count.observations", spoke.observations))
                    @if spoke.owner != *source { " · " (spoke.owner) }
                }
            }
            @for (owner, count) in &owners {
                option value=(owner) selected[*owner == chosen] { (t.fill("what-if.owner", &[("owner", owner)])) " · " (t.plural("count.sources", *count)) }
            }
            @if !listed && !chosen.is_empty() { option value=(chosen) selected { (chosen) } }
        }
    }
}

fn answer(t: Lang, s: &Situation, supposed: &Supposed) -> Markup {
    let found = match &supposed.told {
        Ok(told) => told.iter().find(|told| told.threat == s.threat),
        Err(failure) => return super::shell::refused(t, failure),
    };
    html! {
        p.supposed role="status" {
            @match found {
                None => (t.say("what-if.nothing")),
                Some(would) => {
                    (t.say("what-if.would")) " " (level_chip(t, shade(would))) " "
                    (t.fill("what-if.index", &[("index", &t.number(would.index, 1)), ("now", &t.number(s.index, 1))]))
                    @if !would.coverage.sufficient { " " strong { (t.say("what-if.insufficient")) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::sample;

    const FOUND: &str =
        include_str!("../../../../shared/contracts/golden/mirab.ask.intake.observation.get.v1.reply.json");

    #[test]
    fn the_sources_of_a_threat_are_offered_by_name_and_owners_of_several_below_them() {
        let one = serde_json::from_str::<Vec<Observation>>(FOUND).unwrap().remove(0);
        let said = |source: &str, owner: &str| Observation {
            source: source.into(),
            owner: owner.into(),
            ..one.clone()
        };
        let all = [
            said("Wire", "Media House"),
            said("Paper", "Media House"),
            said("Paper", "Media House"),
            said("desk", "desk"),
        ];
        let sources = counted(all.iter());
        let shown = |chosen| source_field(Lang::En, "x", (chosen, Some(&sources))).into_string();
        let page = shown("Paper");
        assert!(
            page.contains("<option value=\"Paper\" selected>Paper · 2 observations · Media House"),
            "{page}"
        );
        assert!(page.contains("value=\"Media House\"") && page.contains("2 sources"), "{page}");
        assert!(shown("gone").contains("<option value=\"gone\" selected>"), "what was asked stays chosen");
        assert!(source_field(Lang::En, "x", ("", None)).into_string().contains("type=\"text\""));
    }

    #[test]
    fn sources_are_looked_for_only_where_somebody_chooses_among_them() {
        let listed = |uri: &str| {
            let uri: Uri = uri.parse().unwrap();
            listed(&uri, Asked::read(&uri).as_ref())
        };
        assert_eq!(listed("/provinces/KG-B?threat=border_tension"), None);
        assert_eq!(listed("/provinces/KG-B?sources=border_tension"), Some(Threat::BorderTension));
        assert_eq!(listed("/provinces/KG-B?threat=border_tension&grades=A-B"), Some(Threat::BorderTension));
        let s = sample::situation("KG-B", Threat::BorderTension, 34.0);
        let plain = of_threat(Lang::En, &s, (None, None, None)).into_string();
        assert!(plain.contains("/provinces/KG-B?sources=border_tension#if-form-border_tension"), "{plain}");
        let known = Sources { threat: s.threat, spoke: [("Wire".to_owned(), Spoke::default())].into() };
        let open = of_threat(Lang::En, &s, (None, None, Some(&known))).into_string();
        assert!(open.contains("<details open") || open.contains(" open>"), "{open}");
        assert!(open.contains("<option value=\"Wire\""), "{open}");
    }

    #[test]
    fn only_what_takes_something_away_is_a_what_if() {
        let read = |uri: &str| Asked::read(&uri.parse().unwrap());
        assert_eq!(read("/provinces/KG-B?threat=border_tension"), None);
        assert_eq!(read("/provinces/KG-B?without=%20"), None);
        let asked = read("/provinces/KG-B?threat=border_tension&without=wire&grades=A-B").unwrap();
        assert_eq!((asked.threat, asked.without.as_deref()), (Some(Threat::BorderTension), Some("wire")));
        assert_eq!(asked.grades.map(|grades| grades.to_string()).as_deref(), Some("A-B"));
    }
}
