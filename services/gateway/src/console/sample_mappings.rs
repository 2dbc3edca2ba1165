//! A mapping and what it makes of a sample, made up.

use contracts::{
    Failure, Page,
    intake::mapping::{Mapping, Tried},
};
use serde_json::json;

use super::{fields::Fields, import_form};

/// A mapping of a border service's log.
pub(super) fn a_mapping() -> Mapping {
    let text = json!({
        "name": "border-log", "version": 2, "delimiter": ";", "encoding": "windows-1251", "dates": ["DD.MM.YYYY"],
        "fields": {
            "id": {"column": "№"}, "date": {"column": "Дата"}, "province": {"column": "Область"},
            "country": {"constant": "KGZ"}, "precision": {"constant": "province"}, "threat": {"column": "Вид"},
            "kind": {"constant": "border_incident"}, "severity": {"constant": "minor"},
            "title": {"pattern": "{Вид}: {Место}"}, "source": {"constant": "border-log"},
            "source_owner": {"constant": "Border Service"}, "reliability": {"constant": "B"}, "credibility": {"constant": "2"}
        },
        "meanings": {"threat": {"Стычка": "border_tension"}}, "handling": {"tlp": "AMBER"},
        "licence": {"ids": ["agreement-7"], "redistribution": "none"}, "by": "A. Analyst", "at": "2026-11-20T08:00:00Z"
    });
    serde_json::from_value(text).unwrap()
}

/// What its first rows become: one observation, and one that cannot be read.
pub(super) fn tried() -> Tried {
    let text = json!({
        "columns": ["№", "дата", "область", "вид", "место"],
        "rows": [
            {"line": 2, "observation": {
                "id": domain::ObservationId::derived(&["x"]), "revision": 1, "source": "border-log", "owner": "Border Service",
                "external_id": "1", "occurred_from": "2026-10-01", "occurred_to": "2026-10-01",
                "known_from": "2026-11-23T07:30:00Z", "place": {"country": "KGZ", "province": "KG-B", "precision": "province"},
                "threats": ["border_tension"], "kind": "border_incident", "severity": "minor", "title": "Стычка: Ак-Сай",
                "grade": {"reliability": "B", "credibility": 2, "by": "mapping border-log", "at": "2026-11-23T07:30:00Z", "why": ""},
                "handling": {"tlp": "AMBER"}
            }},
            {"line": 3, "reason": "field date: \"31.09.2026\" is no day of the calendar as DD.MM.YYYY"}
        ]
    });
    serde_json::from_value(text).unwrap()
}

/// The form for files, which was refused.
pub(super) fn import_seen() -> import_form::Seen {
    let formats = json!([
        { "format": "acled", "terms": { "licence": "ACLED-Terms", "redistribution": "derived", "citation": "Raleigh <2023>" }, "tlp": "CLEAR" },
        { "format": "csv" },
        { "format": "mapped" },
    ]);
    let why = "what the file is cannot be told: it looks like a table <b>; say it: acled, csv";
    import_form::Seen {
        formats: Ok(Page { items: serde_json::from_value(formats).unwrap(), next: None }),
        mappings: Ok(Page { items: vec![a_mapping()], next: None }),
        sent: Fields::from([("exercise".to_owned(), "on".to_owned())]),
        refusal: Some(Failure::invalid("the file cannot be taken").at("format", why)),
    }
}
