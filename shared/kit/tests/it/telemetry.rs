use kit::{config::TelemetrySettings, telemetry};
use testkit::Receiver;

/// The exporter works on a thread of its own, where no runtime is.
#[tokio::test(flavor = "multi_thread")]
async fn spans_reach_the_collector_whose_address_is_set() {
    let collector = Receiver::start(&[200]).await;
    let settings =
        TelemetrySettings { otlp_endpoint: format!("{}/", collector.url), log: "warn".into(), json: false };
    let telemetry = telemetry::init(&settings).unwrap();
    tracing::info_span!("looked at the map").in_scope(|| {});
    tokio::task::spawn_blocking(|| drop(telemetry)).await.unwrap();
    let sent = collector.received();
    let told = |what: &str| sent.iter().any(|one| String::from_utf8_lossy(&one.body).contains(what));
    assert!(told("looked at the map") && told("mirab"), "{} requests", sent.len());
}
