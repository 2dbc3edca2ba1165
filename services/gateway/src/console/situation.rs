//! The situation map: where things stand, what is warned of, what changed.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};
use contracts::{
    Failure, PageRequest,
    alerts::{ListWarnings, Warning},
    analysis::{GetSituation, LevelChange, ListChanges, Situation},
};
use domain::{Day, ProvinceCode, Threat};
use geography::Province;
use maud::{Markup, html};
use picture::{Legend, Map, Mark, Shade, View, Words};

use super::{
    board::{self, Standing, standings},
    breakdown,
    empty::{self, Empty},
    in_query, nav, or_refused, panel, past, reader,
    series::Span,
    shell::{Page, Reader},
    words::Lang,
};
use crate::{
    Gateway,
    domain::policy::{self, EVERYONE, READERS},
};

/// How many changes are told beside the map.
const CHANGES: u32 = 12;

/// What of the situation is looked at; the whole of it stands in the address.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wish {
    /// Only this threat.
    pub threat: Option<Threat>,
    /// The part of the region.
    pub view: View,
    /// The unit chosen.
    pub province: Option<&'static Province>,
    /// Exercise material instead of the real one.
    pub exercise: bool,
    /// As it was known on this past day; `None` for today.
    pub on: Option<Day>,
}

impl Wish {
    /// Reads an address; what it does not know it leaves out.
    ///
    /// # Errors
    /// When it asks for a day that is none, or has not come yet; with how to write it.
    pub fn read(t: Lang, uri: &Uri, today: Day) -> Result<Self, Failure> {
        Ok(Self {
            threat: in_query(uri, "threat").and_then(|word| word.parse().ok()),
            view: in_query(uri, "view").map(|word| View::read(&word)).unwrap_or_default(),
            province: in_query(uri, "province").and_then(|code| geography::province(&code)),
            exercise: in_query(uri, "exercise").is_some_and(|word| word == "true"),
            on: past::asked(t, uri, today)?,
        })
    }
    /// The address of the map as wished.
    pub fn href(&self) -> String {
        let pairs = [
            (self.view != View::Region).then(|| format!("view={}", self.view.as_str())),
            self.province.map(|unit| format!("province={}", unit.id)),
        ];
        address("/", self.of_threat().chain(pairs.into_iter().flatten()).chain(self.when()))
    }
    /// The address of the page of a unit, on the same day and the same side of the exercise.
    pub fn unit_href(&self, code: &str) -> String {
        address(&format!("/provinces/{code}"), self.when())
    }
    /// The same page with what is counted over time.
    pub fn span_href(&self, code: &str, span: Span) -> String {
        let pairs = span.pairs().into_iter().map(|(name, value)| format!("{name}={value}"));
        address(&format!("/provinces/{code}"), self.when().chain(pairs))
    }
    /// The indicators of a unit, of the threat that is looked at.
    pub fn indicators_href(&self, code: &str) -> String {
        address(&format!("/provinces/{code}/indicators"), self.of_threat().chain(self.when()))
    }
    /// The same as the API tells it.
    pub fn indicators_api(&self, code: &str) -> String {
        let unit = std::iter::once(format!("province={code}"));
        address("/v1/indicators", unit.chain(self.of_threat()).chain(self.when()))
    }
    fn of_threat(&self) -> impl Iterator<Item = String> + use<> {
        self.threat.map(|threat| format!("threat={threat}")).into_iter()
    }
    fn when(&self) -> impl Iterator<Item = String> + use<> {
        let exercise = self.exercise.then(|| "exercise=true".to_owned());
        exercise.into_iter().chain(self.on.map(|day| format!("on={day}")))
    }
}

fn address(path: &str, pairs: impl Iterator<Item = String>) -> String {
    let query = pairs.collect::<Vec<_>>().join("&");
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Who reads a page of a unit, which unit it is, and how it is looked at; else what is answered instead.
///
/// # Errors
/// When nobody is signed in who may, there is no such unit, or the day is none.
pub(super) async fn unit_asked(
    gateway: &Gateway,
    headers: &HeaderMap,
    uri: &Uri,
    iso: &str,
) -> Result<(Reader, (&'static Province, ProvinceCode, Wish)), Response> {
    let reader = reader(gateway, headers, uri, READERS).await?;
    let Some((unit, code)) = geography::province(iso).zip(iso.parse().ok()) else {
        let absent = Failure::not_found(reader.lang.fill("province.absent", &[("code", iso)]));
        return Err(reader.failed("/", &absent));
    };
    match Wish::read(reader.lang, uri, reader.now.day()) {
        Ok(wish) => Ok((reader, (unit, code, wish))),
        Err(failure) => Err(reader.failed("/", &failure)),
    }
}

/// All that the page shows.
#[derive(Debug)]
pub(super) struct Seen {
    /// Situations of all threats.
    pub situations: Result<Vec<Situation>, Failure>,
    /// Warnings, newest first.
    pub warnings: Result<Vec<Warning>, Failure>,
    /// Changes of level, newest first.
    pub changes: Result<Vec<LevelChange>, Failure>,
    /// Why there is no level; `None` where there is one.
    pub empty: Option<Empty>,
    /// Whether there is nothing here and something in the exercise.
    pub only_exercise: bool,
}

/// Answers the map.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, EVERYONE).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    // whoever may not see the map is led to the first page that is open to them
    if let Err(failure) = policy::require(&reader.principal, READERS) {
        return match nav::home(&reader.principal) {
            Some(home) => Redirect::to(home).into_response(),
            None => reader.failed("", &failure),
        };
    }
    let wish = match Wish::read(reader.lang, &uri, reader.now.day()) {
        Ok(wish) => wish,
        Err(failure) => return reader.failed("/", &failure),
    };
    let seen = look(&gateway, &reader, wish).await;
    reader.good(&page(&reader, wish, &seen))
}

async fn look(gateway: &Gateway, reader: &Reader, wish: Wish) -> Seen {
    let Wish { exercise, on, .. } = wish;
    let page = PageRequest { cursor: None, limit: Some(200) };
    let list = ListWarnings { known_on: past::end(on), page, ..ListWarnings::default() };
    let page = PageRequest { cursor: None, limit: Some(CHANGES) };
    let recent = ListChanges { exercise, until: past::end(on), page, ..ListChanges::default() };
    let now = GetSituation { exercise, on, ..GetSituation::default() };
    let (situations, warnings, changes) = futures::join!(
        gateway.ask_as(&reader.principal, None, &now),
        gateway.ask_as(&reader.principal, None, &list),
        gateway.ask_as(&reader.principal, None, &recent),
    );
    let changes = changes.map(|page| page.items);
    let (mut empty, mut only_exercise) = (None, false);
    if let Ok(all) = &situations {
        empty = empty::look(gateway, reader, &wish, all).await;
        only_exercise = all.is_empty() && !exercise && empty::only_exercise(gateway, reader, &wish).await;
    }
    Seen { situations, warnings: warnings.map(|page| page.items), changes, empty, only_exercise }
}

/// The page.
pub(super) fn page<'a>(reader: &Reader, wish: Wish, seen: &Seen) -> Page<'a> {
    let (t, today) = (reader.lang, reader.now.day());
    let live = |topics| past::live(wish.on, topics);
    let body = html! {
        (past::banner(t, today, wish.on, |on| Wish { on, ..wish }.href()))
        div.situation {
            section.stage aria-labelledby="title" {
                (heading(reader, wish))
                @if seen.only_exercise {
                    p.notice { (t.say("situation.only-exercise")) " "
                        a href=(Wish { exercise: true, ..wish }.href()) { (t.say("situation.see-exercise")) } }
                }
                (threats(t, wish))
                div #picture data-live=[live("situation.changed override.moved")] {
                    (or_refused(t, &seen.situations, |all| atlas(t, wish, &standings(all, wish.threat))))
                }
                div #units data-live=[live("situation.changed override.moved")] {
                    (or_refused(t, &seen.situations, |all| board::table(t, wish, &standings(all, wish.threat))))
                }
            }
            aside.panel aria-label=(t.say("panel.label")) {
                div #panel data-live=[live("situation.changed override.moved")] {
                    (or_refused(t, &seen.situations, |all| panel::headline(t, wish, (&standings(all, wish.threat), seen.empty))))
                }
                section #warned data-live=[live("warning.moved warning.issued")] {
                    h2 { (if wish.on.is_some() { t.say("panel.warnings-then") } else { t.say("panel.warnings") }) }
                    (or_refused(t, &seen.warnings, |all| panel::open_warnings(t, wish, all)))
                }
                section #changes data-live=[live("situation.changed")] {
                    h2 { (if wish.on.is_some() { t.say("panel.changes-then") } else { t.say("panel.changes") }) }
                    (or_refused(t, &seen.changes, |all| panel::changes(t, wish, all)))
                    p { a href=(if wish.exercise { "/changes?exercise=true" } else { "/changes" }) { (t.say("news.link")) } }
                }
            }
        }
    };
    Page { title: t.say("situation.title"), part: "/", exercise: wish.exercise, body }
}

fn heading(reader: &Reader, wish: Wish) -> Markup {
    let t = reader.lang;
    let kept = [
        ("threat", wish.threat.map(|threat| threat.to_string())),
        ("view", (wish.view != View::Region).then(|| wish.view.as_str().to_owned())),
        ("province", wish.province.map(|unit| unit.id.to_owned())),
    ];
    let kept: Vec<(&str, String)> =
        kept.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    let real = Wish { exercise: false, ..wish };
    let exercise = Wish { exercise: true, ..wish };
    html! {
        div.heading {
            h1 #title { (t.say("situation.title"))
                @if let Some(threat) = wish.threat { span.sub { (t.word("threat", threat.as_str())) } }
            }
            (past::choice(t, ("/", reader.now.day()), &wish, &kept))
            nav.seg aria-label=(t.say("exercise.switch")) {
                a href=(real.href()) aria-current=[(!wish.exercise).then_some("true")] { (t.say("exercise.real")) }
                a.to-exercise href=(exercise.href()) aria-current=[wish.exercise.then_some("true")] { (t.say("exercise.short")) }
            }
        }
    }
}

fn threats(t: Lang, wish: Wish) -> Markup {
    let all = Wish { threat: None, ..wish };
    html! {
        nav.chips aria-label=(t.say("situation.threats")) {
            a href=(all.href()) aria-current=[wish.threat.is_none().then_some("true")] { (t.say("situation.all-threats")) }
            @for threat in Threat::ALL.iter().copied() {
                @let one = Wish { threat: Some(threat), ..wish };
                a href=(one.href()) aria-current=[(wish.threat == Some(threat)).then_some("true")] { (t.word("threat", threat.as_str())) }
            }
        }
    }
}

/// Views, map and key, side by side: nothing lies over the map.
pub(super) fn atlas(t: Lang, wish: Wish, standings: &[Standing<'_>]) -> Markup {
    let views = |wish: Wish| {
        html! {
            @for view in View::ALL.iter().copied() {
                @let one = Wish { view, ..wish };
                a href=(one.href()) aria-current=[(wish.view == view).then_some("true")] { (t.word("view", view.as_str())) }
            }
        }
    };
    html! {
        div.atlas {
            nav.views aria-label=(t.say("situation.views")) { (views(wish)) }
            div.key {
                h2 { (t.say("situation.key")) }
                (key(t, standings))
                @if unsure(standings) { p.meta { (t.say("situation.unsure")) } }
                p.meta { (t.say("situation.index-note")) }
            }
            div.sheet-map {
                a.skip href="#table" { (t.say("skip.map")) }
                (drawing(t, wish, standings))
                p.disclaimer { (t.say("map.disclaimer")) }
            }
        }
    }
}

/// Whether the last days of any unit that is drawn at a level are unknown.
fn unsure(standings: &[Standing<'_>]) -> bool {
    let told = standings.iter().filter(|standing| standing.shade != Shade::Insufficient);
    told.filter_map(|standing| standing.worst?.left_open()).any(|range| range.unknown_since.is_some())
}

fn key(t: Lang, standings: &[Standing<'_>]) -> Markup {
    let words: Vec<(Shade, String)> =
        Shade::ALL.into_iter().map(|shade| (shade, board::shade_word(t, shade))).collect();
    let count = |shade: Shade| standings.iter().filter(|standing| standing.shade == shade).count();
    let lines: Vec<Legend<'_>> =
        words.iter().map(|(shade, word)| Legend { shade: *shade, word, count: count(*shade) }).collect();
    picture::legend("map", t.say("situation.key"), &lines)
}

fn drawing(t: Lang, wish: Wish, standings: &[Standing<'_>]) -> Markup {
    let marks: BTreeMap<String, Mark> =
        standings.iter().map(|standing| (standing.unit.id.to_owned(), mark(t, wish, standing))).collect();
    let codes = ["AFG", "KAZ", "KGZ", "TJK", "TKM", "UZB"];
    let countries = codes.into_iter().map(|code| (code, t.country(code))).collect();
    let title = t.say("map.title");
    let words = Words { title, disclaimer: t.say("map.disclaimer"), countries: &countries, names: t.names() };
    picture::map(&Map {
        view: wish.view,
        marks: &marks,
        selected: wish.province.map(|unit| unit.id),
        words,
        id: "map",
    })
}

fn mark(t: Lang, wish: Wish, standing: &Standing<'_>) -> Mark {
    let unit = standing.unit;
    let threat =
        standing.worst.filter(|s| standing.shade != Shade::Insufficient && s.level > domain::Level::Calm);
    let threat = threat
        .map(|s| format!(", {}", t.word("threat", s.threat.as_str()).to_lowercase()))
        .unwrap_or_default();
    let told = standing.worst.filter(|_| standing.shade != Shade::Insufficient);
    let range = told.and_then(Situation::left_open);
    let open = told.and_then(|s| breakdown::left_open(t, range, s.level));
    let open = open.map(|open| format!("; {open}")).unwrap_or_default();
    Mark {
        shade: standing.shade,
        unsure: range.is_some_and(|range| range.unknown_since.is_some()),
        says: format!(
            "{}, {}: {}{threat}{open}",
            t.names().of(unit),
            t.country(unit.country),
            board::shade_word(t, standing.shade).to_lowercase()
        ),
        // on a narrow page the unit stands below the map: a tap leads there
        href: format!("{}#panel", Wish { province: Some(unit), ..wish }.href()),
    }
}

/// A level as a coloured word with its number; hatched where there is too little to speak of one.
pub(super) fn level_chip(t: Lang, shade: Shade) -> Markup {
    html! {
        span class={ "level " (shade.class()) } {
            @if let Shade::Level(level) = shade { b { (level.number()) } " " }
            (board::shade_word(t, shade))
        }
    }
}

/// Unused parts of a page are never empty: they say that there is nothing.
pub(super) fn nothing(text: &str) -> Markup {
    html! { p.meta.nothing { (text) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_holds_the_whole_wish() {
        let uri: Uri =
            "/?threat=border_tension&view=KG&province=KG-B&exercise=true&on=2026-11-20".parse().unwrap();
        let read = |uri: &Uri| Wish::read(Lang::En, uri, "2026-11-23".parse().unwrap());
        assert_eq!(read(&uri).unwrap().href(), uri.to_string());
        assert_eq!(read(&uri).unwrap().unit_href("KG-O"), "/provinces/KG-O?exercise=true&on=2026-11-20");
        let odd: Uri = "/?threat=war&view=x&province=XX&exercise=yes".parse().unwrap();
        assert_eq!(read(&odd).unwrap().href(), "/");
        assert!(read(&"/?on=yesterday".parse().unwrap()).is_err(), "a day is never guessed");
    }
}
