//! What was found by words, and what is kept no longer, made up for the tests of pages.

use contracts::{
    Page,
    intake::{
        retention::{Going, Removable, Removal, Retention, RetentionRun, RetentionState},
        search::{Found, Piece, Removed, Searched, Snippet},
    },
};
use domain::Observation;
use serde_json::json;

use super::{
    search::{self, Wish},
    shell::{self, Reader},
};

/// A search for one word in one country.
pub(super) fn wish() -> Wish {
    Wish::read(&axum::http::Uri::from_static(
        "/search?q=%D0%B3%D1%80%D0%B0%D0%BD%D0%B8%D1%86%D0%B0&country=KGZ",
    ))
}

fn observation(n: u32, title: &str, exercise: bool) -> Observation {
    let value = json!({
        "id": domain::ObservationId::derived(&[title]), "revision": 1, "source": "wire", "owner": "Wire", "external_id": n.to_string(),
        "occurred_from": format!("2026-11-{n:02}"), "occurred_to": "2026-11-20", "known_from": "2026-11-21T00:00:00Z",
        "place": { "country": "KGZ", "province": "KG-B", "precision": "province" },
        "threats": ["border_tension"], "kind": "clash", "severity": "grave", "title": title, "text": "",
        "deaths": { "low": 1, "best": 2, "high": 3 }, "exercise": exercise,
        "grade": { "reliability": "B", "credibility": 2, "by": "x", "at": "2026-11-21T00:00:00Z" },
        "handling": { "tlp": "GREEN", "audience": ["*"] },
    });
    serde_json::from_value(value).unwrap()
}

/// Two observations with the word marked, and an index that is a little behind.
pub(super) fn found() -> Found {
    let piece = |text: &str, sought| Piece { text: text.into(), sought };
    let title = vec![piece("Перестрелка на ", false), piece("границе", true)];
    let text = vec![piece("…у ", false), piece("границы", true), piece(" двух областей <b>…", false)];
    let items = vec![observation(20, "Перестрелка на границе", false), observation(18, "Пост", true)];
    Found {
        page: Page { items, next: Some("abc".into()) },
        search: Some(Searched {
            read_as: "граница".into(),
            notes: vec!["a quotation mark is not closed: the phrase was read to the end".into()],
            behind: 1200,
            snippets: vec![
                Snippet { title, text },
                Snippet { title: vec![piece("Пост", false)], text: vec![] },
            ],
        }),
        removed: Some(Removed { before: "2025-11-23T00:00:00Z".parse().unwrap(), revisions: 700 }),
    }
}

/// One rule whose preview waits for the first person, and one removal that waits for the second.
pub(super) fn retention() -> Retention {
    let removal = Removal {
        what: Removable::SupersededRevisions,
        source: "acled".into(),
        licence: String::new(),
        after_days: 365,
        why: "the agreement lets us keep a year".into(),
        before: "2025-11-23T00:00:00Z".parse().unwrap(),
        many: 1200,
        oldest: "2024-03-02T09:00:00Z".parse().ok(),
        newest: None,
    };
    let run = RetentionRun {
        fingerprint: "aa".into(),
        state: RetentionState::Asked,
        removals: vec![removal.clone()],
        removed: vec![0],
        asked_by: "A. Operator".into(),
        asked_at: "2026-11-22T09:00:00Z".parse().unwrap(),
        confirmed_by: None,
        finished_at: None,
    };
    Retention { removals: vec![removal], fingerprint: "bb".into(), two_persons: true, runs: vec![run] }
}

/// Two revisions that would go, with more behind them.
pub(super) fn going() -> Page<Going> {
    let one = |number: u64| Going {
        id: domain::ObservationId::derived(&["1"]).to_string(),
        number: Some(number),
        ended_at: "2024-03-02T09:00:00Z".parse().unwrap(),
    };
    Page { items: vec![one(1), one(2)], next: Some("abc".into()) }
}

/// The page of it, with two sources to choose from.
pub(super) fn page<'a>(me: &Reader) -> shell::Page<'a> {
    let origins = ["ucdp-ged".to_owned(), "wire".to_owned()];
    search::page(me, (&wish(), &origins), &Ok(found()))
}
