//! One trace leads from what was heard to the partner's acknowledgement.

use std::collections::BTreeSet;

use domain::warning::AckKind;
use e2e::World;
use kit::{config::TelemetrySettings, telemetry};
use opentelemetry_sdk::trace::InMemorySpanExporter;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn every_span_from_the_report_to_the_acknowledgement_hangs_in_one_trace() {
    let spans = InMemorySpanExporter::default();
    let settings = TelemetrySettings { otlp_endpoint: String::new(), log: "warn".into(), json: false };
    let _telemetry = telemetry::init_exporting(&settings, spans.clone()).unwrap();
    let world = World::new().await;
    let osce = world.partner("osce", &["border_tension"], "exact", &[]).await;
    world.escalate(&[]).await;
    let warning = world.issue().await;
    let received = osce.receiver.wait_for(1).await;
    let trace = received[0].header("traceparent").to_owned();
    let body = json!({ "kind": "acting", "by": "duty officer" });
    let path = format!("/v1/partner/alerts/{}/ack", warning.id);
    let _: Value = osce.client.post_with(&path, "ack", &body, &[("traceparent", &trace)]).await.unwrap();
    world
        .told(&warning, |all| {
            all.iter().any(|d| d.acknowledgements.iter().any(|a| a.kind == AckKind::Acting))
        })
        .await;
    world.end().await;

    let id = trace.split('-').nth(1).unwrap().to_owned();
    let finished = spans.get_finished_spans().unwrap();
    let names: BTreeSet<String> = finished
        .iter()
        .filter(|s| s.span_context.trace_id().to_string() == id)
        .map(|s| s.name.to_string())
        .collect();
    let must = [
        "intake hears mirab.gateway.report.received.v1",
        "analysis hears mirab.intake.observations.recorded.v1",
        "alerts hears mirab.analysis.situation.changed.v1.KGZ",
        "coordination hears mirab.alerts.warning.issued.v1",
        "coordination hears mirab.gateway.acknowledgement.received.v1",
    ];
    for name in must {
        assert!(names.contains(name), "{name} is not in the trace; it has {names:#?}");
    }
    assert!(
        !names.iter().any(|n| n.ends_with(" /v1/reports")),
        "the request by which the report came would lead to whoever sent it; the trace has {names:#?}"
    );
}
