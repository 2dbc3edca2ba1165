//! Logs, traces and metrics. One trace leads from what came in to what it caused, across the bus and across waiting rows.

use std::{io::IsTerminal, sync::OnceLock};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, TracerProvider as _,
};
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanExporter};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::TelemetrySettings;

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// Keeps the exporters; dropping it sends what is left.
#[derive(Debug)]
pub struct Telemetry {
    provider: SdkTracerProvider,
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        drop(self.provider.shutdown());
    }
}

/// Sets up logging, tracing and metrics for this process, once.
///
/// # Errors
/// When the filter cannot be read, the exporter cannot be made, or telemetry was already set up.
pub fn init(settings: &TelemetrySettings) -> anyhow::Result<Telemetry> {
    if settings.otlp_endpoint.is_empty() {
        return init_with(settings, SdkTracerProvider::builder());
    }
    crate::install_crypto();
    let endpoint = format!("{}/v1/traces", settings.otlp_endpoint.trim_end_matches('/'));
    let exporter = opentelemetry_otlp::SpanExporter::builder().with_http().with_endpoint(endpoint).build()?;
    init_with(settings, SdkTracerProvider::builder().with_batch_exporter(exporter))
}

/// The same, with spans going to this exporter as they end: what a test reads.
///
/// # Errors
/// As [`init`].
pub fn init_exporting(
    settings: &TelemetrySettings,
    exporter: impl SpanExporter + 'static,
) -> anyhow::Result<Telemetry> {
    init_with(settings, SdkTracerProvider::builder().with_simple_exporter(exporter))
}

fn init_with(
    settings: &TelemetrySettings,
    builder: opentelemetry_sdk::trace::TracerProviderBuilder,
) -> anyhow::Result<Telemetry> {
    let resource = opentelemetry_sdk::Resource::builder().with_service_name("mirab").build();
    let provider = builder.with_resource(resource).build();
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .with_target(true);
    let lines =
        if settings.json { lines.json().flatten_event(true).boxed() } else { lines.compact().boxed() };
    let spans = tracing_opentelemetry::layer().with_tracer(provider.tracer("mirab")).with_filter(
        EnvFilter::try_new("info,h2=off,hyper=off,reqwest=off,sqlx=off,async_nats=off,opentelemetry=off")?,
    );
    tracing_subscriber::registry()
        .with(lines.with_filter(EnvFilter::try_new(&settings.log)?))
        .with(spans)
        .try_init()?;
    metrics_page();
    Ok(Telemetry { provider })
}

/// Everything measured so far, in Prometheus text.
pub fn metrics_page() -> String {
    METRICS.get().map_or_else(
        || match PrometheusBuilder::new().install_recorder() {
            Ok(handle) => METRICS.get_or_init(|| handle).render(),
            Err(_) => METRICS.get().map(PrometheusHandle::render).unwrap_or_default(),
        },
        PrometheusHandle::render,
    )
}

/// Keeps histograms from growing; called by a job.
pub fn metrics_upkeep() {
    if let Some(handle) = METRICS.get() {
        handle.run_upkeep();
    }
}

/// The W3C trace context of the current span; `None` outside any trace.
pub fn traceparent() -> Option<String> {
    let context = Span::current().context();
    let span = context.span();
    let span = span.span_context();
    span.is_valid()
        .then(|| format!("00-{}-{}-{:02x}", span.trace_id(), span.span_id(), span.trace_flags().to_u8()))
}

/// Hangs a span below the one that a W3C trace context names; a text that is none changes nothing.
///
/// Must be called before the span is entered or has children.
pub fn continue_from(span: &Span, traceparent: Option<&str>) {
    if let Some(parent) = traceparent.and_then(parse_traceparent) {
        let context = opentelemetry::Context::new().with_remote_span_context(parent);
        if let Err(error) = span.set_parent(context) {
            tracing::debug!(%error, "a span has no parent to set");
        }
    }
}

fn parse_traceparent(text: &str) -> Option<SpanContext> {
    let mut parts = text.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if version.len() != 2 || trace.len() != 32 || span.len() != 16 {
        return None;
    }
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    let flags = TraceFlags::new(u8::from_str_radix(flags.get(..2)?, 16).ok()?);
    let context = SpanContext::new(trace, span, flags, true, TraceState::default());
    context.is_valid().then_some(context)
}

/// An error with its causes in one line, for the log.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_context_that_is_none_is_ignored() {
        assert!(parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").is_some());
        for text in ["", "00-0-0-0", "00-00000000000000000000000000000000-0000000000000000-01", "x"] {
            assert!(parse_traceparent(text).is_none(), "{text}");
        }
    }
}
