//! `/livez`, `/readyz` (which names what is missing) and `/metrics`.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{Router, http::StatusCode, response::IntoResponse, routing::get};

use crate::{bus::Bus, db::Db};

/// What readiness is read from.
#[derive(Clone, Debug)]
pub struct Health {
    db: Db,
    bus: Bus,
    started: Arc<AtomicBool>,
}

impl Health {
    /// Of this store and this bus; not ready until [`Health::started`].
    pub fn new(db: Db, bus: Bus) -> Self {
        Self { db, bus, started: Arc::default() }
    }
    /// All parts run.
    pub fn started(&self) {
        self.started.store(true, Ordering::Release);
    }
    /// Nothing new is taken from now on.
    pub fn stopping(&self) {
        self.started.store(false, Ordering::Release);
    }
    /// What is missing; empty when ready.
    pub async fn missing(&self) -> Vec<&'static str> {
        let mut missing = Vec::new();
        if !self.started.load(Ordering::Acquire) {
            missing.push("service: starting or stopping");
        }
        if !self.db.answers().await {
            missing.push("store: does not answer");
        }
        if !self.bus.is_connected() {
            missing.push("bus: not connected");
        }
        missing
    }
}

/// The three routes every service has.
pub fn health_routes(health: Health) -> Router {
    let ready = async move || {
        let missing = health.missing().await;
        if missing.is_empty() {
            (StatusCode::OK, "ready\n".to_owned())
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, missing.join("\n") + "\n")
        }
    };
    Router::new()
        .route("/livez", get(async || "alive\n"))
        .route(
            "/readyz",
            get(move || {
                let ready = ready.clone();
                async move { ready().await }
            }),
        )
        .route(
            "/metrics",
            get(async || {
                ([("content-type", "text/plain; version=0.0.4")], crate::telemetry::metrics_page())
                    .into_response()
            }),
        )
}
