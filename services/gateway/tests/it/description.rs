//! The description is the table, whole, and frozen in a file beside the code.

use std::{collections::BTreeSet, path::Path};

use gateway::{http::describe, routes};
use serde_json::Value;

#[test]
fn what_is_described_is_what_there_is() {
    let document = describe::document().unwrap();
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(|m| (m.to_uppercase(), path.clone()))
        })
        .collect();
    let there: BTreeSet<(String, String)> =
        routes::all().map(|r| (r.method.to_owned(), r.path.to_owned())).collect();
    assert_eq!(described, there);
}

fn references<'v>(value: &'v Value, found: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_used() {
    let document = describe::document().unwrap();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    for reference in &found {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        let reference = format!("#/components/schemas/{name}");
        assert!(found.contains(reference.as_str()), "{name} is used by nothing");
    }
}

#[test]
fn the_description_is_the_one_in_the_file() {
    let document = serde_json::to_string_pretty(&describe::document().unwrap()).unwrap() + "\n";
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let made = folder.join("../../target/openapi.json");
    std::fs::write(&made, &document).unwrap();
    let kept = std::fs::read_to_string(folder.join("openapi.json")).unwrap_or_default();
    assert!(
        kept == document,
        "the API changed: look at the difference, then cp target/openapi.json services/gateway/openapi.json"
    );
}

/// The fields a form knows, as its refusal of an unknown one lists them.
fn fields<T: serde::de::DeserializeOwned>() -> BTreeSet<String> {
    let refusal = serde_json::from_str::<T>("{\"?\": 0}").err().unwrap().to_string();
    let (_, known) = refusal.split_once("expected").unwrap();
    known.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn forms_are_described_with_the_fields_they_have() {
    let document = describe::document().unwrap();
    let table = [
        ("ReportForm", fields::<contracts::gateway::ReportForm>()),
        ("WarningForm", fields::<contracts::alerts::WarningForm>()),
        ("OrganisationForm", fields::<contracts::coordination::PutOrganisation>()),
        ("MandateForm", fields::<contracts::coordination::AddMandate>()),
        ("AgreementForm", fields::<contracts::coordination::AddAgreement>()),
        ("ConsentForm", fields::<contracts::liaison::RequestConsent>()),
        ("Info", fields::<domain::warning::Info>()),
    ];
    for (name, fields) in table {
        let described = document["components"]["schemas"][name]["properties"].as_object().unwrap();
        assert_eq!(described.keys().cloned().collect::<BTreeSet<_>>(), fields, "{name}");
    }
}
