//! Analysis, run for real: a store of each kind, a real nats-server.

mod anomalies;
mod assessments;
mod bound;
mod cited;
mod clusters;
mod forecasts;
mod given;
mod history;
mod levels;
mod map;
mod news;
mod overrides;
mod products;
mod questions;
mod reach;
mod readings;
mod recompute;
mod scenario;
mod scores;
mod series;
mod service;
mod store;
mod what_if;
mod within;
mod written_past;
