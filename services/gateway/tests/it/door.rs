//! The door in this process: the router over a store, with a bus that nobody answers on.

use std::{path::PathBuf, sync::Arc};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use contracts::{Role, Service as Name};
use gateway::Gateway;
use kit::{Bus, Clock, Context, Db, Nudges, Service, bus::broker::Keys, config::Layers};
use nkeys::XKey;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

/// The gateway's own keys, in a folder.
pub fn keys(folder: &std::path::Path) -> String {
    let (seal, pseudonym) = (folder.join("seal.public"), folder.join("pseudonym.key"));
    let intake = XKey::new();
    std::fs::write(&seal, intake.public_key()).unwrap();
    std::fs::write(folder.join("seal.seed"), intake.seed().unwrap()).unwrap();
    std::fs::write(&pseudonym, "0123456789abcdef0123456789abcdef").unwrap();
    format!(
        "[gateway]\nadmin_token_file = \"{}/admin.token\"\nseal_key_file = \"{}\"\npseudonym_key_file = \"{}\"\n",
        folder.display(),
        seal.display(),
        pseudonym.display()
    )
}

pub struct Door {
    pub gateway: Arc<Gateway>,
    pub db: Db,
    pub clock: Clock,
    pub admin: String,
    pub router: Router,
    folder: TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.body)))
    }
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
    pub fn problem(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.body));
        assert_eq!(self.header("content-type"), "application/problem+json");
        self.json()
    }
}

impl Door {
    pub async fn new() -> Self {
        Self::with("").await
    }

    /// With these keys on top of the defaults.
    pub async fn with(on_top: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::manual("2026-11-23T00:00:00Z".parse().unwrap());
        let url = format!("sqlite:{}/store.db", folder.path().display());
        let db = Db::open(&url, clock.clone(), Nudges::default()).await.unwrap();
        db.migrate(&Gateway::migrations()).await.unwrap();
        let bus_keys = Keys::ensure(&folder.path().join("keys")).unwrap();
        let bus = format!(
            "[bus]\nurl = \"nats://127.0.0.1:1\"\nask_timeout_s = 0\nseed_file = \"{}\"\ntrust_file = \"{}\"\n",
            bus_keys.seed_file("gateway").display(),
            bus_keys.trust_file().display()
        );
        let layers = Layers::of(Name::Gateway, Gateway::DEFAULTS, None)
            .with(&bus)
            .with(&keys(folder.path()))
            .with(on_top);
        let bus = Bus::connect(Name::Gateway, &layers.settings().unwrap().bus, clock.clone()).await.unwrap();
        let context = Context { db: db.clone(), bus, clock: clock.clone() };
        let gateway = Arc::new(Gateway::start(context, layers.extract().unwrap()).await.unwrap());
        let admin = std::fs::read_to_string(folder.path().join("admin.token")).unwrap();
        Self { router: gateway.routes(), gateway, db, clock, admin, folder }
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }
    pub async fn get(&self, token: &str, path: &str) -> Answer {
        self.send("GET", path, &[("authorization", &format!("Bearer {token}"))], "").await
    }
    pub async fn post(&self, token: &str, path: &str, key: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("idempotency-key", key), ("if-match", "*")];
        self.send("POST", path, &headers, body.to_string()).await
    }

    /// A new token with this role.
    pub async fn token(&self, role: Role) -> String {
        let organisation = (role == Role::Partner).then_some("osce");
        let wish = json!({ "name": format!("a {role}"), "roles": [role], "organisation": organisation });
        let made = self.post(&self.admin, "/v1/tokens", &format!("token-{role}"), &wish).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", String::from_utf8_lossy(&made.body));
        made.json()["token"].as_str().unwrap().to_owned()
    }

    /// Everything that lies in the store, as bytes.
    pub fn stored(&self) -> Vec<u8> {
        let files =
            ["store.db", "store.db-wal"].map(|name| std::fs::read(self.file(name)).unwrap_or_default());
        files.concat()
    }
}

/// A field report that can be taken.
pub fn report() -> Value {
    json!({
        "title": "EXERCISE shots at the canal", "text": "as seen", "threat": "border_tension", "kind": "border_incident",
        "severity": "grave",
        "place": { "country": "KGZ", "province": "KG-B", "name": "Ak-Sai", "lat": 39.9, "lon": 70.6, "precision": "exact" },
        "grade": { "reliability": "B", "credibility": 2 },
        "handling": { "tlp": "AMBER", "audience": ["*"] },
        "source": { "name": "Canary Sourcename", "contact": "canary-contact@example.invalid" },
    })
}

pub fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}
