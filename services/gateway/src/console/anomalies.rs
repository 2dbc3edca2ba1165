//! Unusual months of a unit: by what they are unusual, and a form to judge those that nobody has judged.

use std::sync::Arc;

use axum::{
    extract::{Form, Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::{
    Failure,
    analysis::anomalies::{ALERT, Anomaly, AnomalyState, AnomalyVerdict, JudgeAnomaly, WATCH},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    board::province_href, desk, fields, observation, shell::Reader, situation::nothing, unusual, usable,
};
use crate::{
    Error, Gateway,
    domain::policy::{READERS, WARNING_WRITERS},
};

/// Below this the odds are not told: the count of past months cannot bear them.
const LEAST_CHANCE: f64 = 1e-4;
/// How many of the reports behind it are linked.
const NAMED: usize = 25;

/// What a button sends.
#[derive(Deserialize)]
pub(super) struct Press {
    token: String,
    #[serde(default)]
    key: String,
    version: u32,
    #[serde(default)]
    note: String,
    /// Whether it was judged in the list of all.
    #[serde(default)]
    listed: bool,
}

/// Where anomalies are shown, and so where one goes back to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// On the page of their unit.
    Unit,
    /// In the list of all.
    List,
}

/// Judges an anomaly and goes back to where it was judged.
pub(super) async fn judge(
    State(gateway): State<Arc<Gateway>>,
    Path((id, verdict)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    Form(press): Form<Press>,
) -> Response {
    let judged = async |reader: &Reader| {
        let anomaly = judged(&gateway, reader, &headers, (&id, &verdict, &press)).await?;
        if press.listed {
            // in the list of those that stand where it stands now
            return Ok(format!("{}#{}", unusual::of_state(&anomaly), anomaly.id));
        }
        Ok(format!("{}#{}", province_href(anomaly.province.as_str(), anomaly.exercise), anomaly.id))
    };
    let refused = async |reader: &Reader, why: Failure| reader.failed("/", &why);
    desk::press(&gateway, (&headers, &uri), (READERS, "/".to_owned()), judged, refused).await
}

async fn judged(
    gateway: &Gateway,
    reader: &Reader,
    headers: &HeaderMap,
    (id, verdict, press): (&str, &str, &Press),
) -> Result<Anomaly, Error> {
    reader.check_form(headers, &press.token)?;
    let verdict: AnomalyVerdict = verdict.parse()?;
    let note = press.note.trim().to_owned();
    let wish = JudgeAnomaly { id: id.parse()?, verdict, note, version: Some(press.version) };
    let anomaly = gateway.ask_as(&reader.principal, usable(&press.key), &wish).await?;
    let detail = serde_json::json!({ "console": true, "version": anomaly.version, "state": anomaly.state });
    reader.note_act(gateway, (&format!("{verdict}Anomaly"), id, detail)).await?;
    Ok(anomaly)
}

/// The anomalies of a unit.
pub(super) fn all(reader: &Reader, all: &[Anomaly]) -> Markup {
    html! {
        @if all.is_empty() { (nothing(reader.lang.say("anomaly.none"))) }
        @for anomaly in all { (one(reader, anomaly, Shown::Unit)) }
    }
}

/// One anomaly, with the form for those who may judge it.
pub(super) fn one(reader: &Reader, anomaly: &Anomaly, shown: Shown) -> Markup {
    let (t, method, code) = (reader.lang, &anomaly.method, anomaly.province.as_str());
    let figures = [
        ("n", t.count(anomaly.observed.max(0.0) as u64)),
        ("counted", t.word("counted", &anomaly.counted)),
        ("usual", t.number(method.mean, 1)),
        ("odds", t.count((1.0 / method.chance.max(LEAST_CHANCE)).round() as u64)),
    ];
    let figures: Vec<(&str, &str)> = figures.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let told = if method.chance < LEAST_CHANCE {
        t.fill("anomaly.told-rare", &figures)
    } else {
        t.fill("anomaly.told", &figures)
    };
    let remembered = (method.score - method.surprise).max(0.0);
    let how = [
        ("months", method.window_months.to_string()),
        ("half", t.number(method.half_life_months, 0)),
        ("score", t.number(method.score, 2)),
        ("own", t.number(method.surprise, 2)),
        ("before", t.number(remembered, 2)),
        ("watch", t.number(WATCH, 2)),
        ("alert", t.number(ALERT, 2)),
    ];
    let how: Vec<(&str, &str)> = how.iter().map(|(name, text)| (*name, text.as_str())).collect();
    html! {
        article.anomaly id=(anomaly.id) {
            p.entry-top {
                @if shown == Shown::List {
                    a href={ (province_href(code, anomaly.exercise)) "#" (anomaly.id) } { (t.province(code)) ", " (t.country_of(code)) }
                }
                b { (t.word("threat", anomaly.threat.as_str())) }
                span.state { (t.word("anomaly-state", anomaly.state.as_str())) }
                span.meta.end { (t.word("trend", anomaly.trend.as_str())) " · " (t.month(anomaly.month)) }
            }
            p { (told) @if method.surprise < WATCH && method.score >= WATCH { " " strong { (by_memory(reader, anomaly)) } } }
            p.meta {
                (t.fill("anomaly.method", &how))
                @for (number, id) in anomaly.observations.iter().take(NAMED).enumerate() {
                    " · " a href=(observation::href(id)) { (t.fill("incident.report", &[("n", &(number + 1).to_string())])) }
                }
                @if anomaly.observations.len() > NAMED {
                    " · " (t.fill("anomaly.more", &[("n", &(anomaly.observations.len() - NAMED).to_string())]))
                }
            }
            @for step in anomaly.history.iter().filter(|step| !step.note.is_empty()) {
                p.meta { (t.word("anomaly-state", step.state.as_str())) ", " (step.by) ", " (t.moment(step.at)) ": " (step.note) }
            }
            @if anomaly.state != AnomalyState::Withdrawn && reader.principal.has_any(WARNING_WRITERS) { (form(reader, anomaly, shown)) }
        }
    }
}

/// That the month before carries it: together with this one, or alone where no more than usual was counted in this one.
fn by_memory(reader: &Reader, anomaly: &Anomaly) -> String {
    let t = reader.lang;
    if !anomaly.is_by_memory_alone() {
        return t.say("anomaly.by-memory").to_owned();
    }
    let odds = t.count((1.0 / anomaly.chance_before().max(LEAST_CHANCE)).round() as u64);
    let month = t.month(anomaly.month_before());
    t.fill("anomaly.by-memory-alone", &[("month", &month), ("odds", &odds)])
}

fn form(reader: &Reader, anomaly: &Anomaly, shown: Shown) -> Markup {
    let (t, id) = (reader.lang, format!("note-{}", anomaly.id));
    let action = |verdict: AnomalyVerdict| format!("/anomalies/{}/{verdict}", anomaly.id);
    let open = anomaly.state == AnomalyState::Open;
    // the verdict that stands corrects nothing
    let offered: Vec<AnomalyVerdict> =
        AnomalyVerdict::ALL.iter().copied().filter(|one| one.state() != anomaly.state).collect();
    let first = offered.first().copied().unwrap_or(AnomalyVerdict::Confirm);
    html! {
        details {
            summary { @if open { (t.say("anomaly.judge")) } @else { (t.say("anomaly.correct")) } }
            form method="post" action=(action(first)) {
                (fields::sealed(reader))
                input type="hidden" name="version" value=(anomaly.version);
                input type="hidden" name="listed" value=(shown == Shown::List);
                label for=(id) { (t.say("anomaly.note")) }
                textarea id=(id) name="note" rows="2" maxlength="2000" required {}
                p.buttons { @for verdict in offered {
                    button.second[verdict != first] formaction=(action(verdict)) { (t.word("verdict", verdict.as_str())) }
                } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use contracts::Role;

    use super::*;
    use crate::console::{sample::reader as somebody, sample_levels::anomaly, words::Lang};

    fn told(surprise: f64, score: f64) -> String {
        let mut unusual = anomaly(AnomalyState::Open);
        (unusual.method.chance, unusual.method.surprise, unusual.method.score) =
            (10.0_f64.powf(-surprise), surprise, score);
        one(&somebody(Lang::En, Role::ALL), &unusual, Shown::Unit).into_string()
    }

    #[test]
    fn a_judged_month_is_corrected_by_another_verdict_and_a_withdrawn_one_by_none() {
        let reader = somebody(Lang::En, Role::ALL);
        let shown = |state| one(&reader, &anomaly(state), Shown::List).into_string();
        let open = shown(AnomalyState::Open);
        assert!(["confirm", "explain", "dismiss"].iter().all(|one| open.contains(&format!("/{one}\""))));
        let confirmed = shown(AnomalyState::Confirmed);
        assert!(confirmed.contains("Correct the verdict"), "{confirmed}");
        assert!(confirmed.contains("/explain\"") && !confirmed.contains("/confirm\""), "{confirmed}");
        assert!(!shown(AnomalyState::Withdrawn).contains("<form"));
    }

    #[test]
    fn where_the_month_before_carries_it_the_figure_that_decides_is_told() {
        let carried = told(1.1, 1.62);
        assert!(carried.contains("This month alone would not be unusual"), "{carried}");
        assert!(carried.contains("the score 1.62: 1.10 for this month and 0.52 remembered"), "{carried}");
        let mut usual = anomaly(AnomalyState::Open);
        (usual.observed, usual.method.mean, usual.method.chance) = (27.0, 54.5, 0.49);
        (usual.method.surprise, usual.method.score) = (0.31, 1.62);
        let usual = one(&somebody(Lang::En, Role::ALL), &usual, Shown::Unit).into_string();
        assert!(
            usual.contains("No more than usual was counted in this month")
                && usual.contains("1 chance in 417"),
            "{usual}"
        );
        let alone = told(2.82, 2.82);
        assert!(!alone.contains("This month alone") && alone.contains("0.00 remembered"), "{alone}");
    }
}
