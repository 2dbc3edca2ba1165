//! A level that a senior analyst sets beside the computed one: told, set and ended.

use std::sync::Arc;

use axum::{
    extract::{Form, Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use chrono::TimeDelta;
use contracts::{
    Failure,
    analysis::{
        Situation,
        overrides::{EndOverride, Override, SetOverride},
    },
};
use domain::{Day, Level};
use maud::{Markup, html};
use picture::Shade;
use serde::Deserialize;

use super::{board::province_href, desk, fields, shell::Reader, situation::level_chip, usable, words::Lang};
use crate::{
    Error, Gateway,
    domain::policy::{OVERRIDERS, READERS},
};

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Set {
    token: String,
    #[serde(default)]
    key: String,
    threat: String,
    #[serde(default)]
    exercise: bool,
    level: String,
    #[serde(default)]
    reason: String,
    /// The last day it holds.
    #[serde(default)]
    until: String,
}

/// What the button that ends it sends.
#[derive(Deserialize)]
pub(super) struct End {
    token: String,
    #[serde(default)]
    key: String,
    version: u32,
    #[serde(default)]
    reason: String,
}

/// Sets a level and goes back to its unit.
pub(super) async fn set(
    State(gateway): State<Arc<Gateway>>,
    Path(iso): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    Form(sent): Form<Set>,
) -> Response {
    let act = async |reader: &Reader| Ok(back(&do_set(&gateway, reader, &headers, (&iso, &sent)).await?));
    let refused = async |reader: &Reader, why: Failure| reader.failed("/", &why);
    desk::press(&gateway, (&headers, &uri), (READERS, "/".to_owned()), act, refused).await
}

async fn do_set(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (iso, sent): (&str, &Set),
) -> Result<Override, Error> {
    reader.check_form(headers, &sent.token)?;
    let until = if sent.until.is_empty() {
        None
    } else {
        let day: Day = sent.until.parse()?;
        Some(day.plus(1).start())
    };
    let wish = SetOverride {
        province: iso.parse()?,
        threat: sent.threat.parse()?,
        exercise: sent.exercise,
        level: sent.level.parse()?,
        reason: sent.reason.trim().to_owned(),
        until,
    };
    let set = gateway.ask_as(&reader.principal, usable(&sent.key), &wish).await?;
    let detail =
        serde_json::json!({ "console": true, "level": set.level, "threat": set.threat, "until": set.until });
    reader.note_act(gateway, ("setOverride", set.id.as_str(), detail)).await?;
    Ok(set)
}

/// Ends an override and goes back to its unit.
pub(super) async fn end(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    Form(sent): Form<End>,
) -> Response {
    let act = async |reader: &Reader| Ok(back(&do_end(&gateway, reader, &headers, (&id, &sent)).await?));
    let refused = async |reader: &Reader, why: Failure| reader.failed("/", &why);
    desk::press(&gateway, (&headers, &uri), (READERS, "/".to_owned()), act, refused).await
}

async fn do_end(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (id, sent): (&str, &End),
) -> Result<Override, Error> {
    reader.check_form(headers, &sent.token)?;
    let wish =
        EndOverride { id: id.parse()?, reason: sent.reason.trim().to_owned(), version: Some(sent.version) };
    let ended = gateway.ask_as(&reader.principal, usable(&sent.key), &wish).await?;
    let detail = serde_json::json!({ "console": true, "version": ended.version });
    reader.note_act(gateway, ("endOverride", id, detail)).await?;
    Ok(ended)
}

fn back(set: &Override) -> String {
    format!("{}#set-{}", province_href(set.province.as_str(), set.exercise), set.threat)
}

/// The form to set a level or to end the one that is set, for those who may.
pub(super) fn of_threat(reader: &Reader, s: &Situation, on: Option<Day>) -> Markup {
    html! {
        div #{ "set-" (s.threat) } {
            @if on.is_none() && reader.principal.has_any(OVERRIDERS) {
                @if let Some(set) = &s.set { (end_form(reader, set)) }
                (set_form(reader, s))
            }
        }
    }
}

/// The level that is set and the computed one, side by side: by whom, until when and why; since when and until when the other
/// stands, for days and index are its own.
pub(super) fn beside(t: Lang, s: &Situation) -> Markup {
    let Some(set) = &s.set else { return html! {} };
    let computed = if s.coverage.sufficient { Shade::Level(s.level) } else { Shade::Insufficient };
    let figures = [("by", set.by.clone()), ("day", t.day(set.at.day())), ("until", t.moment(set.until))];
    let figures: Vec<(&str, &str)> = figures.iter().map(|(key, text)| (*key, text.as_str())).collect();
    html! {
        div.set {
            p { b { (t.say("override")) } " " (level_chip(t, Shade::Level(set.level))) " " (t.fill("override.by", &figures)) }
            p { (set.reason) }
            p {
                b { (t.say("override.computed")) } " " (level_chip(t, computed)) " "
                (t.say("table.since")) ": " (t.day(s.since.day())) " · " (t.say("falls-on")) ": "
                @match s.falls_on { Some(day) => (t.day(day)), None => (t.say("falls-on.none")) }
            }
        }
    }
}

fn set_form(reader: &Reader, s: &Situation) -> Markup {
    let t = reader.lang;
    let id = |name: &str| format!("set-{name}-{}", s.threat);
    let last = reader.now.plus(TimeDelta::days(30)).day();
    html! {
        details {
            summary { @if s.set.is_some() { (t.say("override.other")) } @else { (t.say("override.set")) } }
            p.meta { (t.say("override.note")) }
            form method="post" action={ "/provinces/" (s.province) "/override" } {
                (fields::sealed(reader))
                input type="hidden" name="threat" value=(s.threat);
                input type="hidden" name="exercise" value=(s.exercise);
                label for=(id("level")) { (t.say("table.level")) }
                select id=(id("level")) name="level" {
                    @for level in Level::ALL { option value=(level) selected[*level == s.in_force()] { (t.word("level", level.as_str())) } }
                }
                label for=(id("until")) { (t.say("override.until")) }
                input type="date" id=(id("until")) name="until" value=(last) required;
                label for=(id("reason")) { (t.say("override.reason")) }
                textarea id=(id("reason")) name="reason" rows="3" maxlength="2000" required {}
                p.buttons { button { (t.say("override.do")) } }
            }
        }
    }
}

fn end_form(reader: &Reader, set: &Override) -> Markup {
    let (t, id) = (reader.lang, format!("end-{}", set.id));
    html! {
        details {
            summary { (t.say("override.end")) }
            form method="post" action={ "/overrides/" (set.id) "/end" } {
                (fields::sealed(reader))
                input type="hidden" name="version" value=(set.version);
                label for=(id) { (t.say("override.reason")) }
                textarea id=(id) name="reason" rows="2" maxlength="2000" required {}
                p.buttons { button.second { (t.say("override.end")) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::Threat;

    use super::*;
    use crate::console::{panel, sample};

    #[test]
    fn a_level_set_by_hand_and_the_computed_one_stand_side_by_side_before_all_figures() {
        let mut one = sample::situation("AF-KDZ", Threat::ArmedConflict, 64.2);
        (one.level, one.coverage.sufficient) = (Level::Critical, true);
        let set = serde_json::from_value(serde_json::json!({
            "id": domain::OverrideId::derived(&["set"]), "province": "AF-KDZ", "threat": "armed_conflict",
            "level": "elevated", "computed": "critical", "reason": "the fighting moved on", "by": "S. Senior",
            "at": "2026-11-20T08:00:00Z", "until": "2026-12-20T08:00:00Z", "state": "active", "version": 1,
        }));
        one.set = Some(set.unwrap());
        let told = panel::facts(Lang::En, &one).into_string();
        let at = |text: &str| told.find(text).unwrap_or_else(|| panic!("{text}: {told}"));
        assert!(at("Elevated") < at("S. Senior") && at("S. Senior") < at("the fighting moved on"), "{told}");
        assert!(at("the fighting moved on") < at("Computed:") && at("Computed:") < at("Critical"), "{told}");
        assert!(at("Critical") < at("<dl"), "{told}");
        assert_eq!(
            told.matches(Lang::En.say("falls-on")).count(),
            1,
            "said once, of the computed level: {told}"
        );
        assert!(!panel::facts(Lang::En, &Situation { set: None, ..one }).into_string().contains("Computed:"));
    }
}
