//! A partner's endpoint: takes webhooks, keeps them, answers as it is told.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use tokio::sync::watch;

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Received {
    /// Headers by lower-case name.
    pub headers: BTreeMap<String, String>,
    /// The body as it came, for checking the signature.
    pub body: Vec<u8>,
}

impl Received {
    /// One header, empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }
}

/// An endpoint on the loopback address.
pub struct Receiver {
    /// Where it listens: `http://127.0.0.1:PORT/hook`, and below.
    pub url: String,
    state: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

struct Shared {
    answers: Mutex<VecDeque<u16>>,
    received: watch::Sender<Vec<Received>>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Receiver {
    /// Starts one that answers with these statuses in turn, then with 204 for ever.
    ///
    /// # Panics
    /// When it cannot listen.
    #[expect(clippy::disallowed_methods, reason = "a test's own server")]
    pub async fn start(answers: &[u16]) -> Self {
        let state = Arc::new(Shared {
            answers: Mutex::new(answers.iter().copied().collect()),
            received: watch::Sender::new(Vec::new()),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let routes = Router::new().route("/hook", post(take)).route("/hook/{*below}", post(take));
        let routes = routes.with_state(Arc::clone(&state));
        let task = tokio::spawn(async move { drop(axum::serve(listener, routes).await) });
        Self { url, state, task }
    }
    /// What came so far.
    pub fn received(&self) -> Vec<Received> {
        self.state.received.borrow().clone()
    }
    /// Waits until so many requests came, and gives them.
    ///
    /// # Panics
    /// When they do not come within a minute.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        let mut changes = self.state.received.subscribe();
        let enough = changes.wait_for(|all| all.len() >= count);
        let all = tokio::time::timeout(std::time::Duration::from_secs(60), enough).await;
        all.unwrap_or_else(|_| panic!("{} of {count} requests came within a minute", self.received().len()))
            .expect("the receiver runs")
            .clone()
    }
}

async fn take(State(state): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let headers = headers.iter().map(|(n, v)| (n.to_string(), v.to_str().unwrap_or("").to_owned())).collect();
    state.received.send_modify(|all| all.push(Received { headers, body: body.to_vec() }));
    let next = state.answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    next.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::NO_CONTENT)
}
