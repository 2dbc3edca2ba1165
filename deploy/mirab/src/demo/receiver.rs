//! The partners' side of the exercise: an endpoint for each that checks the signature, fetches what it was told of with its
//! own token, and acknowledges.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context;
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use kit::{Clock, lifecycle::Group, webhook};
use serde_json::{Value, json};

use crate::client::Client;

/// Who a partner is to the receiver.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The secret its endpoint was given.
    pub secret: String,
    /// Its token at the gateway.
    pub token: String,
    /// How it acknowledges.
    pub answer: &'static str,
    /// What it adds.
    pub note: &'static str,
}

/// The receiver of all three.
#[derive(Clone)]
pub struct DemoReceiver {
    address: String,
    state: Arc<Shared>,
}

impl std::fmt::Debug for DemoReceiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DemoReceiver({})", self.address)
    }
}

struct Shared {
    gateway: String,
    clock: Clock,
    partners: Mutex<BTreeMap<String, Registration>>,
    tasks: Group,
}

impl DemoReceiver {
    /// Starts it on a free port of this machine.
    ///
    /// # Errors
    /// When it cannot listen.
    pub async fn start(gateway: &str) -> anyhow::Result<Self> {
        let shared = Shared {
            gateway: gateway.to_owned(),
            clock: Clock::system(),
            partners: Mutex::default(),
            tasks: Group::default(),
        };
        let state = Arc::new(shared);
        let routes = Router::new().route("/{partner}", post(take)).with_state(Arc::clone(&state));
        let address = kit::http::serve("127.0.0.1:0", routes, &state.tasks).await?;
        Ok(Self { address: format!("http://{address}"), state })
    }
    /// Where this partner takes webhooks.
    pub fn url(&self, partner: &str) -> String {
        format!("{}/{partner}", self.address)
    }
    /// Makes a partner known.
    pub fn register(&self, partner: &str, registration: Registration) {
        let mut partners = self.state.partners.lock().unwrap_or_else(PoisonError::into_inner);
        partners.insert(partner.to_owned(), registration);
    }
}

/// Takes one webhook: 401 when the signature does not match, 204 when it does; the acknowledgement follows by itself.
async fn take(
    State(state): State<Arc<Shared>>,
    Path(partner): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let known = state.partners.lock().unwrap_or_else(PoisonError::into_inner).get(&partner).cloned();
    let Some(registration) = known else { return StatusCode::NOT_FOUND };
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
    if let Err(error) = verify(&registration, &text, &body, &state.clock) {
        tracing::error!(partner, %error, "demo receiver: a webhook is not believed");
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(message) = serde_json::from_slice::<Value>(&body) else { return StatusCode::BAD_REQUEST };
    let trace = text("traceparent");
    let shared = Arc::clone(&state);
    state.tasks.spawn(async move {
        if let Err(error) = acknowledge(&shared.gateway, &registration, &message, (&partner, &trace)).await {
            tracing::error!(
                partner,
                error = format!("{error:#}"),
                "demo receiver: the acknowledgement was refused"
            );
        }
    });
    StatusCode::NO_CONTENT
}

fn verify(
    registration: &Registration,
    header: &impl Fn(&str) -> String,
    body: &[u8],
    clock: &Clock,
) -> anyhow::Result<()> {
    let secret: webhook::Secret = registration.secret.parse()?;
    let headers = webhook::Headers {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
    };
    let now = clock.now().as_datetime().timestamp();
    Ok(webhook::verify(webhook::Verifier::Secret(&secret), &headers, body, now, webhook::TOLERANCE)?)
}

/// Fetches the warning as the partner may see it, then says what becomes of it.
async fn acknowledge(
    gateway: &str,
    registration: &Registration,
    message: &Value,
    (partner, trace): (&str, &str),
) -> anyhow::Result<()> {
    let id = message["data"]["id"].as_str().context("the webhook names no warning")?;
    let client = Client::new(gateway, &registration.token)?;
    let cap = client.text(&format!("/v1/partner/alerts/{id}.cap")).await?;
    contracts::cap::check(&cap)
        .map_err(|findings| anyhow::anyhow!("the CAP is not valid: {}", findings.join("; ")))?;
    let body = json!({ "kind": registration.answer, "by": format!("EXERCISE duty officer of {partner}"), "note": registration.note });
    let headers: &[(&str, &str)] = if trace.is_empty() { &[] } else { &[("traceparent", trace)] };
    let _: Value = client
        .post_with(&format!("/v1/partner/alerts/{id}/ack"), &format!("{partner}-{id}"), &body, headers)
        .await?;
    Ok(())
}
