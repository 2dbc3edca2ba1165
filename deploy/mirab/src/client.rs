//! A client of the gateway: what the command line and the demo speak through, as anyone else would.

use std::path::Path;

use anyhow::{Context, bail};
use reqwest::{Method, StatusCode};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// The gateway, as one principal.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    server: String,
    token: String,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Client({})", self.server)
    }
}

impl Client {
    /// A client of this server under this token.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn new(server: &str, token: &str) -> anyhow::Result<Self> {
        kit::install_crypto();
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let http = reqwest::Client::builder().tls_backend_preconfigured(tls).build()?;
        Ok(Self { http, server: server.trim_end_matches('/').to_owned(), token: token.trim().to_owned() })
    }
    /// The same server under the token in this file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn with_token_file(server: &str, file: &Path) -> anyhow::Result<Self> {
        let token = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read the token in {}", file.display()))?;
        Self::new(server, &token)
    }
    /// The same server as another principal.
    #[must_use]
    pub fn as_token(&self, token: &str) -> Self {
        Self { token: token.trim().to_owned(), ..self.clone() }
    }
    /// The same principal at another address of the server.
    #[must_use]
    pub fn at(&self, server: &str) -> Self {
        Self { server: server.trim_end_matches('/').to_owned(), ..self.clone() }
    }
    /// Where the server is.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Reads something.
    ///
    /// # Errors
    /// The server's refusal in its own words, or that it cannot be reached.
    pub async fn get<R: DeserializeOwned>(&self, path: &str) -> anyhow::Result<R> {
        let answer = self.send(Method::GET, path, None, &[]).await?;
        serde_json::from_slice(&answer).with_context(|| format!("GET {path}: the answer cannot be read"))
    }
    /// Reads text.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn text(&self, path: &str) -> anyhow::Result<String> {
        Ok(String::from_utf8_lossy(&self.send(Method::GET, path, None, &[]).await?).into_owned())
    }
    /// Sends something under a key that makes sending it twice the same as once; what it changes is changed in whichever version
    /// it stands.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn post<B: Serialize + Sync, R: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        body: &B,
    ) -> anyhow::Result<R> {
        self.post_with(path, key, body, &[("if-match", "*")]).await
    }
    /// The same with more headers.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn post_with<B: Serialize + Sync, R: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        body: &B,
        headers: &[(&str, &str)],
    ) -> anyhow::Result<R> {
        let body = reqwest::Body::from(serde_json::to_vec(body)?);
        let mut all = vec![("idempotency-key", key), ("content-type", "application/json")];
        all.extend_from_slice(headers);
        let answer = self.send(Method::POST, path, Some(body), &all).await?;
        let answer = if answer.is_empty() { b"null".to_vec() } else { answer };
        serde_json::from_slice(&answer).with_context(|| format!("POST {path}: the answer cannot be read"))
    }
    /// Sends a body as it is.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn upload<R: DeserializeOwned>(&self, path: &str, body: reqwest::Body) -> anyhow::Result<R> {
        let answer = self
            .send(Method::POST, path, Some(body), &[("content-type", "application/octet-stream")])
            .await?;
        serde_json::from_slice(&answer).with_context(|| format!("POST {path}: the answer cannot be read"))
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<reqwest::Body>,
        headers: &[(&str, &str)],
    ) -> anyhow::Result<Vec<u8>> {
        let mut request =
            self.http.request(method.clone(), format!("{}{path}", self.server)).bearer_auth(&self.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let answer = request.send().await.with_context(|| format!("{} cannot be reached", self.server))?;
        let status = answer.status();
        let body = answer.bytes().await?.to_vec();
        if status.is_success() { Ok(body) } else { bail!("{method} {path}: {}", refusal(status, &body)) }
    }
}

/// A refusal in the server's words: detail and every single error.
fn refusal(status: StatusCode, body: &[u8]) -> String {
    let Ok(problem) = serde_json::from_slice::<Value>(body) else {
        return format!("{status}: {}", String::from_utf8_lossy(body));
    };
    let detail = problem["detail"].as_str().unwrap_or("no reason given");
    let errors = problem["errors"].as_array().into_iter().flatten();
    let single = errors.map(|error| {
        let (pointer, detail) =
            (error["pointer"].as_str().unwrap_or(""), error["detail"].as_str().unwrap_or(""));
        format!("\n  {pointer}: {detail}")
    });
    std::iter::once(format!("{}: {detail}", status.as_u16())).chain(single).collect()
}
