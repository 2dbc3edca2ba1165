//! The description of the API, OpenAPI 3.1, written from the table of routes: what is not in the table is not described, and
//! what is described is in the table.

use serde_json::{Map, Value, json};

use super::table::{Access, Handler, Matched, Param, Route};
use crate::{Error, routes};

/// Schemas of everything that is sent and answered.
const SCHEMAS: &str = include_str!("schemas.json");

/// The whole description.
///
/// # Errors
/// When the schemas that come with the program are no JSON.
pub fn document() -> Result<Value, Error> {
    let mut paths: Map<String, Value> = Map::new();
    for route in routes::all() {
        let path = paths.entry(route.path.to_owned()).or_insert_with(|| json!({}));
        path[route.method.to_lowercase()] = operation(route);
    }
    let mut schemas: Value = serde_json::from_str(SCHEMAS)?;
    add_pages(&mut schemas);
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Mirab",
            "version": "v1",
            "description": "The working system of a regional centre for preventive diplomacy. Every refusal is a problem document (RFC 9457). Lists come as {items, next}; give next as cursor for the next page. Every POST takes an Idempotency-Key: the same key with the same request is answered the same, with another it is refused (422).",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "description": "an API token: mirab_…" },
                "webhook": { "type": "apiKey", "in": "header", "name": "webhook-signature", "description": "a signature after Standard Webhooks 1.0.0, with webhook-id and webhook-timestamp" },
                "session": { "type": "apiKey", "in": "cookie", "name": "__Host-mirab", "description": "a session of the console" },
            },
            "responses": {
                "Problem": {
                    "description": "Refused, and why.",
                    "content": { "application/problem+json": { "schema": reference("Problem") } },
                },
            },
        },
    }))
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn operation(route: &Route) -> Value {
    let mut parameters: Vec<Value> = path_params(route.path);
    parameters.extend(route.params.iter().map(query_param));
    if route.method == "POST" {
        parameters.push(header("Idempotency-Key", "makes asking twice the same as asking once"));
    }
    if route.matched != Matched::Never {
        let mut matched = header(
            "If-Match",
            "the ETag the decision was made on, or * for whichever stands there; 412 when somebody changed it since",
        );
        matched["required"] = json!(route.matched == Matched::Must);
        parameters.push(matched);
    }
    if matches!(route.handler, Handler::Stream(_)) {
        parameters.push(header("Last-Event-ID", "the id of the last event that was read"));
    }
    let mut operation = json!({
        "operationId": route.name,
        "summary": route.about,
        "tags": [tag(route.path)],
        "parameters": parameters,
        "responses": { (route.status.to_string()): answer(route), "default": { "$ref": "#/components/responses/Problem" } },
    });
    match route.access {
        Access::Public => operation["security"] = json!([]),
        Access::Signed => operation["security"] = json!([{ "webhook": [] }]),
        Access::Roles(roles) => {
            operation["security"] = json!([{ "token": [] }, { "session": [] }]);
            operation["x-roles"] = json!(roles);
        }
    }
    if let Some(schema) = route.takes {
        operation["requestBody"] = body(route, schema);
    }
    operation
}

/// Bodies that may be left out.
const OPTIONAL: [&str; 7] =
    ["Empty", "Note", "Replay", "ConsentMove", "ReportMove", "AssignmentChange", "SourceSecretForm"];

fn body(route: &Route, schema: &str) -> Value {
    let media = match (&route.handler, schema) {
        (Handler::Upload(_), _) => "application/octet-stream",
        (_, "ReportLine") => "text/plain; charset=utf-8",
        _ => "application/json",
    };
    let required = !OPTIONAL.contains(&schema);
    json!({ "required": required, "content": { (media): { "schema": reference(schema) } } })
}

fn tag(path: &str) -> &str {
    path.trim_start_matches("/v1/").trim_start_matches('/').split('/').next().unwrap_or("")
}

fn path_params(path: &str) -> Vec<Value> {
    let names = path.split('{').skip(1).filter_map(|piece| piece.split('}').next());
    let schema = |name: &str| match name {
        "province" => "Province",
        "service" => "Service",
        "pseudonym" | "key" | "source" => "Text",
        _ => "Id",
    };
    names
        .map(
            |name| json!({ "name": name, "in": "path", "required": true, "schema": reference(schema(name)) }),
        )
        .collect()
}

fn query_param(p: &Param) -> Value {
    json!({ "name": p.name, "in": "query", "required": p.required, "description": p.about, "schema": reference(p.schema) })
}

fn header(name: &str, about: &str) -> Value {
    json!({ "name": name, "in": "header", "required": false, "description": about, "schema": { "type": "string" } })
}

fn answer(route: &Route) -> Value {
    let content: Map<String, Value> = route
        .answers
        .iter()
        .map(|(media, schema)| ((*media).to_owned(), json!({ "schema": reference(schema) })))
        .collect();
    let mut answer = json!({ "description": "Done.", "content": content });
    if route.tagged {
        answer["headers"] = json!({ "ETag": { "description": "the revision, for If-Match", "schema": { "type": "string" } } });
    }
    answer
}

/// Every `XPage` that a route answers is a page of `X`.
fn add_pages(schemas: &mut Value) {
    for (_, schema) in routes::all().flat_map(|route| route.answers) {
        let Some(item) = schema.strip_suffix("Page") else { continue };
        if schemas.get(schema).is_none() {
            schemas[*schema] = json!({
                "type": "object",
                "required": ["items", "next"],
                "properties": {
                    "items": { "type": "array", "items": reference(item) },
                    "next": { "type": ["string", "null"], "description": "cursor of the next page; null on the last" },
                },
            });
        }
    }
}
