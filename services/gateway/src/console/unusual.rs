//! All unusual months, by where they stand: what calls for a judgement, and what was made of the others.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use contracts::{
    Failure, Page as ListPage, PageRequest,
    analysis::anomalies::{Anomaly, AnomalyState, ListAnomalies},
};
use domain::{Invalid, ProvinceCode, Threat};
use maud::{Markup, html};

use super::{
    anomalies::{self, Shown},
    in_query, or_refused, reader,
    shell::{Page, Reader},
    situation::nothing,
};
use crate::{Gateway, domain::policy::READERS};

/// Whatever was made of it.
const EVERY: &str = "every";

/// The address of the list of a province, whatever was made of its months.
pub(super) fn of_province(province: &ProvinceCode, exercise: bool) -> String {
    let wish = ListAnomalies { province: Some(province.clone()), exercise, ..ListAnomalies::default() };
    href(&wish, None)
}

/// The address of the list of those that stand where this one stands.
pub(super) fn of_state(anomaly: &Anomaly) -> String {
    let (state, exercise) = (Some(anomaly.state), anomaly.exercise);
    href(&ListAnomalies { state, exercise, ..ListAnomalies::default() }, None)
}

/// Answers the list: those nobody has judged where nothing else is asked for.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, uri: Uri) -> Response {
    let reader = match reader(&gateway, &headers, &uri, READERS).await {
        Ok(reader) => reader,
        Err(answer) => return answer,
    };
    let wish = match wished(&uri) {
        Ok(wish) => wish,
        Err(why) => return reader.failed("/anomalies", &Failure::invalid(why)),
    };
    let list = gateway.ask_as(&reader.principal, None, &wish).await;
    reader.good(&page(&reader, &wish, &list))
}

/// What is asked for: `state=every` is all of them.
fn wished(uri: &Uri) -> Result<ListAnomalies, Invalid> {
    let state = in_query(uri, "state").unwrap_or_else(|| AnomalyState::Open.to_string());
    Ok(ListAnomalies {
        state: if state == EVERY { None } else { Some(state.parse()?) },
        province: in_query(uri, "province").map(|code| code.parse()).transpose()?,
        threat: in_query(uri, "threat").map(|word| word.parse()).transpose()?,
        exercise: in_query(uri, "exercise").is_some_and(|word| word == "true"),
        known_on: None,
        page: PageRequest { cursor: in_query(uri, "cursor"), limit: Some(30) },
    })
}

fn href(wish: &ListAnomalies, cursor: Option<&str>) -> String {
    let state = wish.state.map_or(EVERY, AnomalyState::as_str);
    let pairs = [
        Some(("state", state)),
        wish.province.as_ref().map(|province| ("province", province.as_str())),
        wish.threat.map(|threat| ("threat", threat.as_str())),
        wish.exercise.then_some(("exercise", "true")),
        cursor.map(|cursor| ("cursor", cursor)),
    ];
    let pairs: Vec<String> =
        pairs.into_iter().flatten().map(|(name, value)| format!("{name}={value}")).collect();
    format!("/anomalies?{}", pairs.join("&"))
}

/// The list.
pub(super) fn page<'a>(
    reader: &Reader,
    wish: &ListAnomalies,
    list: &Result<ListPage<Anomaly>, Failure>,
) -> Page<'a> {
    let t = reader.lang;
    let body = html! {
        div.sheet {
            h1 { (t.say("anomaly.title")) @if let Some(province) = &wish.province { " · " (t.province(province.as_str())) } }
            p.meta { (t.say("anomaly.note-all")) }
            (chips(reader, wish))
            div #list data-live="anomaly.moved" {
                (or_refused(t, list, |list| html! {
                    @if list.items.is_empty() { (nothing(t.say("anomaly.none-there"))) }
                    @for anomaly in &list.items { (anomalies::one(reader, anomaly, Shown::List)) }
                    @if let Some(cursor) = &list.next { p { a href=(href(wish, Some(cursor))) { (t.say("list.older")) } } }
                }))
            }
        }
    };
    Page { title: t.say("anomaly.title"), part: "/anomalies", exercise: wish.exercise, body }
}

fn chips(reader: &Reader, wish: &ListAnomalies) -> Markup {
    let t = reader.lang;
    let with = |changed: ListAnomalies| href(&changed, None);
    let marked = |this: bool| this.then_some("true");
    html! {
        nav.chips aria-label=(t.say("anomaly.states")) {
            @for state in AnomalyState::ALL.iter().copied() {
                a href=(with(ListAnomalies { state: Some(state), ..wish.clone() })) aria-current=[marked(wish.state == Some(state))] {
                    (t.word("anomaly-state", state.as_str()))
                }
            }
            a href=(with(ListAnomalies { state: None, ..wish.clone() })) aria-current=[marked(wish.state.is_none())] { (t.say("anomaly.every")) }
            a href=(with(ListAnomalies { exercise: !wish.exercise, ..wish.clone() })) aria-current=[marked(wish.exercise)] { (t.say("exercise.name")) }
        }
        nav.chips aria-label=(t.say("table.threat")) {
            a href=(with(ListAnomalies { threat: None, ..wish.clone() })) aria-current=[marked(wish.threat.is_none())] { (t.say("forecast.every-threat")) }
            @for threat in Threat::ALL.iter().copied() {
                a href=(with(ListAnomalies { threat: Some(threat), ..wish.clone() })) aria-current=[marked(wish.threat == Some(threat))] {
                    (t.word("threat", threat.as_str()))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use contracts::Role;

    use super::*;
    use crate::console::{sample::reader as somebody, sample_levels::anomaly, words::Lang};

    #[test]
    fn those_nobody_has_judged_are_asked_for_first_and_unknown_words_are_refused() {
        let of = |query: &str| wished(&format!("/anomalies{query}").parse::<Uri>().unwrap());
        assert_eq!(of("").unwrap().state, Some(AnomalyState::Open));
        assert_eq!(of("?state=every&province=KG-B").unwrap().state, None);
        assert!(of("?state=opne").unwrap_err().to_string().contains("opne"));
        assert!(of("?threat=war").unwrap_err().to_string().contains("war"));
    }

    #[test]
    fn an_address_asks_for_what_it_was_made_of() {
        let wish = ListAnomalies {
            province: Some("KG-B".parse().unwrap()),
            threat: Some(Threat::BorderTension),
            exercise: true,
            ..ListAnomalies::default()
        };
        let read = wished(&href(&wish, Some("2026-10|an_1")).parse::<Uri>().unwrap()).unwrap();
        let page = PageRequest { cursor: Some("2026-10|an_1".into()), limit: Some(30) };
        assert_eq!(read, ListAnomalies { page, ..wish });
    }

    #[test]
    fn a_month_is_judged_in_the_list_and_names_its_province() {
        let list = Ok(ListPage { items: vec![anomaly(AnomalyState::Open)], next: None });
        let wish = ListAnomalies { state: Some(AnomalyState::Open), ..ListAnomalies::default() };
        let reader = somebody(Lang::En, Role::ALL);
        let text = reader.page(&page(&reader, &wish, &list)).into_string();
        assert!(text.contains("name=\"listed\" value=\"true\""), "{text}");
        assert!(text.contains("/confirm\"") && text.contains(">Batken, Kyrgyzstan</a>"), "{text}");
    }
}
