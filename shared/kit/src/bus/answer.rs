//! Answering: questions come through the NATS service API, each with a principal that the gateway vouches for.

use std::{collections::BTreeSet, sync::Arc};

use async_nats::{
    HeaderMap,
    service::{Request, ServiceExt},
};
use contracts::{Failure, FailureKind, Principal, Role, Service, envelope::header};
use futures::StreamExt;
use tokio::sync::Semaphore;
use tracing::Instrument;

use super::{
    Bus, Reply,
    handler::{AnswerAny, Failed},
    identity::Question,
};
use crate::{lifecycle::Group, telemetry};

/// A question, and who asks it.
#[derive(Clone, Debug)]
pub struct Asked<Q> {
    /// What is asked.
    pub query: Q,
    /// Who asks.
    pub principal: Principal,
    /// A key that makes asking twice the same as asking once: ids of what is made are derived from it.
    pub key: Option<String>,
}

impl<Q> Asked<Q> {
    /// Refuses everyone without one of these roles.
    ///
    /// # Errors
    /// `Forbidden`, naming the roles that may.
    pub fn allow(&self, roles: &[Role]) -> Result<(), Failure> {
        if self.principal.has_any(roles) {
            return Ok(());
        }
        let may: BTreeSet<&str> = roles.iter().map(|role| role.as_str()).collect();
        let may = may.into_iter().collect::<Vec<_>>().join(", ");
        Err(Failure::forbidden(format!(
            "{} has no role that may do this; it takes one of: {may}",
            self.principal.name
        )))
    }
    /// What ids of things made by this question are derived from: the same for the same asker and key.
    pub fn seed(&self) -> Option<[&str; 2]> {
        self.key.as_deref().map(|key| [self.principal.subject.as_str(), key])
    }
}

/// One subject a service answers.
pub(crate) struct Endpoint<S> {
    pub subject: String,
    pub answer: Arc<dyn AnswerAny<S>>,
}

/// Answers until the group stops. Returns once every endpoint listens.
pub(crate) async fn answer<S: Send + Sync + 'static>(
    bus: &Bus,
    of: Service,
    service: &Arc<S>,
    endpoints: &[Endpoint<S>],
    (group, at_once): (&Group, usize),
) -> Result<(), async_nats::Error> {
    let api = bus
        .client
        .service_builder()
        .queue_group(of.as_str())
        .start(of.as_str(), env!("CARGO_PKG_VERSION"))
        .await?;
    let permits = Arc::new(Semaphore::new(at_once));
    for endpoint in endpoints {
        let mut requests = api
            .endpoint_builder()
            .name(endpoint.subject.replace('.', "-"))
            .add(endpoint.subject.as_str())
            .await?;
        let (bus, service, handler) = (bus.clone(), Arc::clone(service), Arc::clone(&endpoint.answer));
        let (permits, tasks, subject) = (Arc::clone(&permits), group.clone(), endpoint.subject.clone());
        group.spawn(async move {
            loop {
                let request = tokio::select! {
                    () = tasks.stopping() => break,
                    request = requests.next() => request,
                };
                let (Some(request), Ok(permit)) = (request, Arc::clone(&permits).acquire_owned().await)
                else {
                    break;
                };
                let (bus, service, handler, subject) =
                    (bus.clone(), Arc::clone(&service), Arc::clone(&handler), subject.clone());
                tasks.spawn(async move {
                    answer_one(&bus, &*service, &*handler, (&subject, request)).await;
                    drop(permit);
                });
            }
        });
    }
    let tasks = group.clone();
    group.spawn(async move {
        tasks.stopping().await;
        drop(api.stop().await);
    });
    Ok(())
}

async fn answer_one<S>(
    bus: &Bus,
    service: &S,
    handler: &dyn AnswerAny<S>,
    (subject, request): (&str, Request),
) {
    let empty = HeaderMap::new();
    let headers = request.message.headers.as_ref().unwrap_or(&empty);
    let get = |name: &str| headers.get(name).map(async_nats::HeaderValue::as_str);
    let span = tracing::info_span!(
        "bus.question.answer",
        otel.name = subject,
        subject,
        outcome = tracing::field::Empty
    );
    telemetry::continue_from(&span, get(header::TRACEPARENT));
    let started = bus.clock.now();
    let work = async {
        let body = &request.message.payload;
        let question = Question {
            subject,
            body,
            statement: get(header::PRINCIPAL),
            signature: get(header::PRINCIPAL_SIGNATURE),
        };
        let principal = bus.trust.principal(&question, bus.clock.now()).map_err(|distrust| Failed {
            failure: Failure::new(
                FailureKind::Unauthenticated,
                format!("the question is not believed: {distrust}"),
            ),
            log: distrust.to_string(),
        })?;
        let asked = Asked { query: (), principal, key: get(header::IDEMPOTENCY).map(str::to_owned) };
        handler.answer(service, asked, body).await
    };
    let (body, outcome) = match work.instrument(span.clone()).await {
        Ok(body) => (body, "good"),
        Err(failed) => (failure(&span, subject, failed), "failed"),
    };
    span.record("outcome", outcome);
    let took = bus.clock.now().since(started).num_microseconds().unwrap_or(0) as f64 / 1e6;
    metrics::histogram!("bus_answer_seconds", "subject" => subject.to_owned(), "outcome" => outcome)
        .record(took);
    span.in_scope(|| tracing::info!(subject, outcome, ms = took * 1e3, "answered"));
    if let Err(error) = request.respond(Ok(body.into())).await {
        tracing::warn!(subject, %error, "an answer could not be sent");
    }
}

fn failure(span: &tracing::Span, subject: &str, failed: Failed) -> Vec<u8> {
    span.in_scope(|| {
        if failed.failure.kind == FailureKind::Internal {
            tracing::error!(subject, error = failed.log, "a question could not be answered");
        } else {
            tracing::info!(subject, kind = %failed.failure.kind, reason = failed.log, "a question was refused");
        }
    });
    serde_json::to_vec(&Reply::<()>::Failed(failed.failure)).unwrap_or_default()
}
