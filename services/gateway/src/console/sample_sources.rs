//! Made-up sources for the tests of the pages.

use contracts::{
    Failure,
    intake::sources::{Connector, Source},
};
use serde_json::{Value, json};

use super::{
    shell::{Page, Reader},
    source_fields::{filled, fresh},
    source_form::{self, About},
    source_page,
};

/// A source in each of the ways they stand.
pub(super) fn some_sources() -> Vec<Source> {
    let health = |state: &str, extra: Value| {
        let mut health = json!({ "state": state, "last_tried": "2026-11-23T07:15:00Z", "last_good": "2026-11-23T07:15:00Z",
            "failures": 0, "next_at": "2026-11-23T07:31:00Z", "silent_since": null });
        health.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        health
    };
    let of = |key: &str, connector: Connector, title: &str, enabled: bool, health: Value| -> Source {
        let format = if connector == Connector::Webhook { None } else { Some("acled") };
        let terms = format.map(|_| json!({ "licence": "ACLED-Terms", "redistribution": "derived", "citation": "Raleigh et al." }));
        let run = json!({ "import": domain::ImportId::derived(&[key]), "state": "done", "read": 1204, "accepted": 31, "updated": 12,
            "unchanged": 1160, "quarantined": 1 });
        let goes_on = json!([{ "mark": "through", "figure": "2026-11-23T07:15:00Z" }, { "mark": "page", "figure": "3" },
            { "mark": "release", "figure": "2026-10" }]);
        let source = json!({ "key": key, "connector": connector, "form": { "title": title, "every_s": 21600 },
            "address": "https://example.org/", "format": format, "terms": terms, "enabled": enabled, "health": health,
            "brought": 41, "last_run": run, "goes_on": goes_on, "by": "O. Operator", "changed_at": "2026-11-20T09:00:00Z", "version": 3 });
        serde_json::from_value(source).unwrap()
    };
    let missing = json!({ "last_tried": null, "last_good": null, "next_at": null,
        "missing": ["intake.secrets.acled_user_file", "intake.secrets.acled_password_file"] });
    let failing = json!({ "failures": 3, "error": "ucdpapi.pcr.uu.se answered 503: it cannot answer just now or was asked too often" });
    vec![
        of(
            "acled",
            Connector::Acled,
            "ACLED: events of political violence and protest",
            false,
            health("paused", missing),
        ),
        of("ucdp-api", Connector::UcdpApi, "UCDP candidate events: API", true, health("failing", failing)),
        of("usgs", Connector::File, "USGS: earthquakes of the last day", true, health("good", json!({}))),
        of(
            "network-kg",
            Connector::Webhook,
            "Network KG: field reports",
            true,
            health("silent", json!({ "silent_since": "2026-11-22T07:15:00Z" })),
        ),
    ]
}

/// The page of one of them.
pub(super) fn page<'a>(me: &Reader) -> Page<'a> {
    source_page::page(me, &some_sources().remove(1))
}

/// The form: of a new source, or of one that was refused as it was changed.
pub(super) fn form<'a>(me: &Reader, refusal: Option<&Failure>) -> Page<'a> {
    let mappings = vec!["border-log".to_owned()];
    if refusal.is_none() {
        return source_form::page(me, (&fresh(), &About { key: String::new(), mappings }), None);
    }
    let source = some_sources().remove(0);
    let about = About { key: source.key.clone(), mappings };
    source_form::page(me, (&filled(&source), &about), refusal)
}
