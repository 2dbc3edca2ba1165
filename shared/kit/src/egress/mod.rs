//! The one guard for every outgoing HTTP request: where it may go, how long it may take, how much is read back.
//!
//! The checks belong together. The resolver is not asked for hosts written as addresses, so the parsed URL is
//! checked as well; redirects and proxies would lead past both, so neither is followed.

mod address;
mod resolve;

use std::{error::Error as _, net::IpAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::{
    dns::Resolve,
    header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
    redirect, retry,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use serde::Deserialize;
use url::{Host, Url};

use self::{
    address::{Range, admit, admit_name},
    resolve::{Guarded, System},
};

/// Bytes of an answer's body that are read; the rest is never asked for.
const READ_LIMIT_BYTES: usize = 16 * 1024;
/// Bytes of an answer's body that are kept for a person to look at.
const HEAD_BYTES: usize = 1024;
/// Characters of a `Retry-After` that are kept; an HTTP date has 29.
const RETRY_AFTER_CHARS: usize = 40;
/// How long an idle connection is kept for the next request.
const POOL_IDLE: Duration = Duration::from_secs(30);
/// Ports that need no setting.
const USUAL_PORTS: [u16; 2] = [443, 8443];

/// What outgoing requests may do beyond HTTPS to public addresses.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EgressSettings {
    /// Ranges like `127.0.0.0/8` that may be reached although they are not public; each is warned of at the start.
    pub allow: Vec<String>,
    /// Whether plain HTTP may be used, and with it port 80.
    pub allow_http: bool,
    /// Ports besides 443 and 8443; 0 stands for any.
    pub ports: Vec<u16>,
    /// Seconds for one request, from the name look-up to the last byte read; at least 1.
    pub timeout_s: u64,
    /// Seconds for setting up a connection; at least 1.
    pub connect_timeout_s: u64,
}

impl Default for EgressSettings {
    fn default() -> Self {
        Self { allow: Vec::new(), allow_http: false, ports: Vec::new(), timeout_s: 15, connect_timeout_s: 5 }
    }
}

/// Why a request was refused or brought no answer.
///
/// The texts name hosts and never whole addresses: a path or query may carry a partner's secret.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// Neither HTTPS nor permitted HTTP.
    #[error("scheme {scheme} is refused: only https may leave, or http where the settings allow it")]
    Scheme {
        /// The scheme that was asked for.
        scheme: String,
    },
    /// A user name or password stands before the host.
    #[error("host {host} is refused: a user name or password stands before it, which can hide the true host")]
    UserInfo {
        /// The host behind it.
        host: String,
    },
    /// A port that is not listed.
    #[error("port {port} of host {host} is refused: only 443, 8443 and ports from the settings may be used")]
    Port {
        /// The host that was asked for.
        host: String,
        /// The port that was asked for.
        port: u16,
    },
    /// No host at all.
    #[error("an address without a host is refused")]
    NoHost,
    /// A name that cannot lead to the public internet.
    #[error("host {host} is refused: {why}")]
    Name {
        /// The name.
        host: String,
        /// The rule it breaks.
        why: &'static str,
    },
    /// A host that is, or leads to, an address that is not public.
    #[error("address {address} of host {host} is refused: it is {why}, and only public addresses may be reached")]
    Address {
        /// The host as it was asked for.
        host: String,
        /// The address it leads to.
        address: IpAddr,
        /// What the address is instead of public.
        why: &'static str,
    },
    /// The name leads nowhere.
    #[error("host {host} has no address")]
    Unresolved {
        /// The name.
        host: String,
    },
    /// A header that HTTP cannot carry.
    #[error("header {name} is refused: its name or value is not valid in HTTP")]
    Header {
        /// The name of the header; its value may be secret.
        name: String,
    },
    /// The deadline of the whole request passed.
    #[error("host {host} did not finish its answer within {seconds} s")]
    TimedOut {
        /// The host that was asked.
        host: String,
        /// The deadline.
        seconds: u64,
    },
    /// No answer came.
    #[error("could not reach host {host}")]
    Unreachable {
        /// The host that was asked.
        host: String,
        /// What went wrong underneath.
        #[source]
        source: reqwest::Error,
    },
    /// The answer began but did not arrive whole.
    #[error("the answer of host {host} broke off")]
    BrokenOff {
        /// The host that was asked.
        host: String,
        /// What went wrong underneath.
        #[source]
        source: reqwest::Error,
    },
    /// A range in the settings that cannot be read.
    #[error("egress range {text:?} is refused: expected the first address of a block and its size, like 127.0.0.0/8")]
    Range {
        /// The text from the settings.
        text: String,
    },
    /// A timeout of zero in the settings.
    #[error("an egress timeout of 0 s is refused: no request could finish")]
    NoTime,
    /// TLS could not be set up.
    #[error("could not set up TLS for egress")]
    Tls(#[source] rustls::Error),
    /// The client could not be set up.
    #[error("could not set up the egress client")]
    Client(#[source] reqwest::Error),
}

/// What came back, cut to what is needed to decide and to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status; 3xx stays 3xx, no redirect is followed.
    pub status: u16,
    /// The `Retry-After` header as it came, when it was readable.
    pub retry_after: Option<String>,
    /// The first KiB of the body, with everything unprintable escaped.
    pub head: String,
}

/// The guard: clones share one client and its connections.
#[derive(Clone, Debug)]
pub struct Egress {
    client: reqwest::Client,
    allow: Arc<[Range]>,
    allow_http: bool,
    ports: Arc<[u16]>,
    timeout: Duration,
}

impl Egress {
    /// Sets up the guard and warns once of every range that is open although not public.
    ///
    /// # Errors
    /// When a range cannot be read, a timeout is zero, or TLS cannot be set up.
    pub fn new(settings: &EgressSettings) -> Result<Self, EgressError> {
        Self::with_lookup(settings, Arc::new(System))
    }

    fn with_lookup(settings: &EgressSettings, lookup: Arc<dyn Resolve>) -> Result<Self, EgressError> {
        if settings.timeout_s == 0 || settings.connect_timeout_s == 0 {
            return Err(EgressError::NoTime);
        }
        let allow = settings.allow.iter().map(|text| text.parse()).collect::<Result<Arc<[Range]>, _>>()?;
        for range in allow.iter() {
            tracing::warn!(egress.range = %range, "egress is open to a range that need not be public");
        }
        let client = client(settings, Guarded::new(lookup, Arc::clone(&allow)))?;
        let ports = settings.ports.as_slice().into();
        let timeout = Duration::from_secs(settings.timeout_s);
        Ok(Self { client, allow, allow_http: settings.allow_http, ports, timeout })
    }

    /// Checks what can be known without a look-up: scheme, user name, port, and the host as it is written.
    ///
    /// A name that passes may still be refused later, when it leads to an address that is not public.
    ///
    /// # Errors
    /// When a request to this address would be refused; the text says why.
    pub fn check(&self, url: &Url) -> Result<(), EgressError> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let plain = url.scheme() == "http" && self.allow_http;
        if url.scheme() != "https" && !plain {
            return Err(EgressError::Scheme { scheme: url.scheme().to_owned() });
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EgressError::UserInfo { host });
        }
        match url.host() {
            None => return Err(EgressError::NoHost),
            Some(Host::Domain(name)) => admit_name(name)?,
            Some(Host::Ipv4(four)) => admit(&host, four.into(), &self.allow)?,
            Some(Host::Ipv6(six)) => admit(&host, six.into(), &self.allow)?,
        }
        let port = url.port_or_known_default().unwrap_or_default();
        let listed = self.ports.contains(&port) || self.ports.contains(&0);
        if port == 0 || !(listed || USUAL_PORTS.contains(&port) || (plain && port == 80)) {
            return Err(EgressError::Port { host, port });
        }
        Ok(())
    }

    /// Sends one request, once, and reads at most 16 KiB of the answer, all under one deadline.
    ///
    /// Every status is an answer, also 4xx and 5xx; what they mean is the caller's to say.
    ///
    /// # Errors
    /// When the address is refused or no whole answer came in time.
    pub async fn post(
        &self,
        url: &Url,
        headers: Vec<(String, String)>,
        body: Bytes,
    ) -> Result<Answer, EgressError> {
        self.check(url)?;
        let headers = header_map(headers)?;
        let host = url.host_str().unwrap_or_default();
        let request = self.client.post(url.clone()).headers(headers).body(body);
        match tokio::time::timeout(self.timeout, exchange(host, request)).await {
            Ok(answered) => answered,
            Err(_elapsed) => {
                Err(EgressError::TimedOut { host: host.to_owned(), seconds: self.timeout.as_secs() })
            }
        }
    }
}

fn client(settings: &EgressSettings, resolver: Guarded) -> Result<reqwest::Client, EgressError> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.into() };
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(EgressError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .https_only(!settings.allow_http)
        .http1_only()
        .dns_resolver(resolver)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .no_proxy()
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .referer(false)
        .user_agent(concat!("mirab/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(settings.connect_timeout_s))
        .pool_idle_timeout(POOL_IDLE)
        .build()
        .map_err(EgressError::Client)
}

fn header_map(headers: Vec<(String, String)>) -> Result<HeaderMap, EgressError> {
    let mut map = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let parsed = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value));
        let (Ok(key), Ok(value)) = parsed else { return Err(EgressError::Header { name }) };
        map.append(key, value);
    }
    Ok(map)
}

async fn exchange(host: &str, request: reqwest::RequestBuilder) -> Result<Answer, EgressError> {
    let mut response = request.send().await.map_err(|error| unsent(host, error))?;
    let status = response.status().as_u16();
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after = retry_after.map(|text| text.chars().take(RETRY_AFTER_CHARS).collect());
    let mut head = Vec::with_capacity(HEAD_BYTES);
    let mut seen_bytes = 0;
    while seen_bytes < READ_LIMIT_BYTES {
        let chunk = response.chunk().await.map_err(|error| EgressError::BrokenOff {
            host: host.to_owned(),
            source: error.without_url(),
        })?;
        let Some(chunk) = chunk else { break };
        seen_bytes += chunk.len();
        head.extend(chunk.iter().take(HEAD_BYTES - head.len()));
    }
    Ok(Answer { status, retry_after, head: escaped(&head) })
}

/// Brings a refusal by the resolver back up from beneath the client's error.
fn unsent(host: &str, error: reqwest::Error) -> EgressError {
    let mut cause = error.source();
    while let Some(inner) = cause {
        match inner.downcast_ref() {
            Some(EgressError::Address { host, address, why }) => {
                return EgressError::Address { host: host.clone(), address: *address, why };
            }
            Some(EgressError::Unresolved { host }) => return EgressError::Unresolved { host: host.clone() },
            _ => cause = inner.source(),
        }
    }
    EgressError::Unreachable { host: host.to_owned(), source: error.without_url() }
}

fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for c in String::from_utf8_lossy(bytes).chars() {
        match c {
            '"' | '\'' => text.push(c),
            _ => text.extend(c.escape_debug()),
        }
    }
    text
}

#[cfg(test)]
mod tests;
