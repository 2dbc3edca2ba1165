//! Jobs: reconcilers without input, idempotent, woken by a period and by a nudge, so that redelivery and crash take one path.

use std::{sync::Arc, time::Duration};

use tracing::Instrument;

use crate::{bus::handler::JobAny, clock::Clock, lifecycle::Group, nudge::Nudges};

/// One job of a service.
pub(crate) struct Job<S> {
    /// `service.entity.verb`; what a nudge names.
    pub name: &'static str,
    /// How long it rests when nobody nudges it.
    pub period: Duration,
    pub run: Arc<dyn JobAny<S>>,
}

/// Runs a job until the group stops: once at the start, then whenever it is nudged or its period is over.
pub(crate) async fn run<S: Send + Sync + 'static>(
    job: Job<S>,
    service: Arc<S>,
    clock: Clock,
    (nudges, group): (Nudges, Group),
) {
    let bell = nudges.of(job.name);
    loop {
        let span = tracing::info_span!("job.run", otel.name = job.name, job = job.name);
        if let Err(failed) = job.run.run(&service).instrument(span).await {
            metrics::counter!("job_failures_total", "job" => job.name).increment(1);
            tracing::error!(job = job.name, error = failed.log, "a job failed; it runs again");
        }
        tokio::select! {
            () = group.stopping() => return,
            () = bell.notified() => {}
            () = clock.sleep(job.period) => {}
        }
    }
}
