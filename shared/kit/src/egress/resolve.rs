//! The connection: a look-up that hands on checked addresses only, so that no second look-up can change them, and
//! the exchange of one request for the beginning of its answer.

use std::{error::Error as _, sync::Arc, time::Duration};

use reqwest::{
    dns::{Addrs, Name, Resolve, Resolving},
    header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
    redirect, retry,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};

use super::{
    Answer, EgressError, EgressSettings,
    address::{Range, admit},
};

/// Bytes of an answer's body that are read; the rest is never asked for.
const READ_LIMIT_BYTES: usize = 16 * 1024;
/// Bytes of an answer's body that are kept for a person to look at.
const HEAD_BYTES: usize = 1024;
/// Characters of a `Retry-After` that are kept; an HTTP date has 29.
const RETRY_AFTER_CHARS: usize = 40;
/// How long an idle connection is kept for the next request.
const POOL_IDLE: Duration = Duration::from_secs(30);
/// The machine's own look-up.
#[derive(Debug)]
pub(super) struct System;

impl Resolve for System {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

/// A look-up that refuses a name when any of its addresses is not permitted.
///
/// Keeping only the public ones of a mixed answer would let a rebinding name through on its next turn.
pub(super) struct Guarded {
    inner: Arc<dyn Resolve>,
    allow: Arc<[Range]>,
}

impl Guarded {
    /// Guards another look-up.
    pub(super) fn new(inner: Arc<dyn Resolve>, allow: Arc<[Range]>) -> Self {
        Self { inner, allow }
    }
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let allow = Arc::clone(&self.allow);
        let looking = self.inner.resolve(name);
        Box::pin(async move {
            let found: Vec<_> = looking.await?.collect();
            if found.is_empty() {
                return Err(EgressError::Unresolved { host }.into());
            }
            for address in &found {
                admit(&host, address.ip(), &allow)?;
            }
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

/// The client that all requests share; it asks no look-up but the guarded one.
pub(super) fn client(settings: &EgressSettings, resolver: Guarded) -> Result<reqwest::Client, EgressError> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.into() };
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(EgressError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        // which hosts may be asked without it is admitted before each request
        .https_only(!settings.allow_http && settings.plain_hosts.is_empty())
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

/// Headers as HTTP carries them.
pub(super) fn header_map(headers: Vec<(String, String)>) -> Result<HeaderMap, EgressError> {
    let mut map = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let parsed = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value));
        let (Ok(key), Ok(value)) = parsed else { return Err(EgressError::Header { name }) };
        map.append(key, value);
    }
    Ok(map)
}

/// Sends the request and reads the beginning of its answer; the deadline is the caller's to keep.
pub(super) async fn exchange(host: &str, request: reqwest::RequestBuilder) -> Result<Answer, EgressError> {
    let mut response = request.send().await.map_err(|error| unsent(host, error))?;
    let status = response.status().as_u16();
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after = retry_after.map(|text| text.chars().take(RETRY_AFTER_CHARS).collect());
    let mut head = Vec::with_capacity(HEAD_BYTES);
    let mut seen_bytes = 0;
    while seen_bytes < READ_LIMIT_BYTES {
        let chunk = response
            .chunk()
            .await
            .map_err(|error| EgressError::BrokenOff { host: host.to_owned(), source: error.without_url() })?;
        let Some(chunk) = chunk else { break };
        seen_bytes += chunk.len();
        head.extend(chunk.iter().take(HEAD_BYTES - head.len()));
    }
    Ok(Answer { status, retry_after, head: escaped(&head) })
}

/// Brings a refusal by the resolver back up from beneath the client's error.
pub(super) fn unsent(host: &str, error: reqwest::Error) -> EgressError {
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
mod tests {
    use std::{
        net::{IpAddr, SocketAddr},
        sync::atomic::{AtomicUsize, Ordering},
    };

    use bytes::Bytes;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::{TcpListener, TcpStream},
        task::JoinSet,
    };
    use url::Url;

    use super::{super::Egress, *};

    /// A look-up that answers every name alike.
    struct Fixed(Vec<IpAddr>);

    impl Fixed {
        fn new(answers: &[&str]) -> Self {
            Self(answers.iter().map(|text| text.parse().unwrap()).collect())
        }
    }

    impl Resolve for Fixed {
        fn resolve(&self, _name: Name) -> Resolving {
            let found: Vec<_> = self.0.iter().map(|ip| SocketAddr::new(*ip, 0)).collect();
            let found: Addrs = Box::new(found.into_iter());
            Box::pin(std::future::ready(Ok(found)))
        }
    }

    async fn look_up(answers: &[&str], allow: &[&str]) -> Result<usize, String> {
        let allow = allow.iter().map(|text| text.parse().unwrap()).collect();
        let guarded = Guarded::new(Arc::new(Fixed::new(answers)), allow);
        match guarded.resolve("hook.example.org".parse().unwrap()).await {
            Ok(found) => Ok(found.count()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[tokio::test]
    async fn one_private_answer_among_public_ones_refuses_the_name() {
        let refused = look_up(&["8.8.8.8", "10.0.0.7"], &[]).await.unwrap_err();
        let start = "address 10.0.0.7 of host hook.example.org is refused: it is private";
        assert!(refused.starts_with(start), "{refused}");
        assert!(look_up(&["8.8.8.8", "::ffff:127.0.0.1"], &[]).await.is_err());
    }

    #[tokio::test]
    async fn public_and_allowed_answers_pass_and_none_is_an_error() {
        assert_eq!(look_up(&["8.8.8.8", "2606:4700::1"], &[]).await, Ok(2));
        assert_eq!(look_up(&["8.8.8.8", "127.0.0.1"], &["127.0.0.0/8"]).await, Ok(2));
        assert_eq!(look_up(&[], &[]).await, Err("host hook.example.org has no address".to_owned()));
    }

    enum Body {
        Whole,
        Endless,
        Dripping,
        Cut,
    }

    /// A partner's endpoint that answers every request alike, and counts them.
    struct Endpoint {
        url: Url,
        asked: Arc<AtomicUsize>,
        _serving: JoinSet<()>,
    }

    impl Endpoint {
        async fn start(head: String, body: Body) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}/hook", listener.local_addr().unwrap()).parse().unwrap();
            let asked = Arc::new(AtomicUsize::new(0));
            let (seen, mut serving) = (Arc::clone(&asked), JoinSet::new());
            serving.spawn(async move {
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    seen.fetch_add(1, Ordering::SeqCst);
                    let _hung_up = answer(stream, &head, &body).await;
                }
            });
            Self { url, asked, _serving: serving }
        }
        fn asked(&self) -> usize {
            self.asked.load(Ordering::SeqCst)
        }
    }

    /// Reads a request that ends in `{}` and answers it, until the client hangs up.
    async fn answer(mut stream: TcpStream, head: &str, body: &Body) -> std::io::Result<()> {
        let mut request = Vec::new();
        while !request.ends_with(b"{}") {
            if stream.read_buf(&mut request).await? == 0 {
                return Ok(());
            }
        }
        stream.write_all(format!("HTTP/1.1 {head}\r\nconnection: close\r\n").as_bytes()).await?;
        match body {
            Body::Whole => stream.write_all(b"\r\n\"caf\xc3\xa9\"\x1b[2J\xff").await,
            Body::Cut => stream.write_all(b"content-length: 100\r\n\r\nhalf").await,
            Body::Endless => {
                stream.write_all(b"\r\n").await?;
                loop {
                    stream.write_all(&[b'x'; 4096]).await?;
                }
            }
            Body::Dripping => {
                stream.write_all(b"\r\n").await?;
                let mut beat = tokio::time::interval(Duration::from_millis(50));
                loop {
                    beat.tick().await;
                    stream.write_all(b"x").await?;
                }
            }
        }
    }

    fn local(timeout_s: u64) -> EgressSettings {
        let allow = vec!["127.0.0.0/8".to_owned()];
        EgressSettings { allow, allow_http: true, ports: vec![0], timeout_s, ..EgressSettings::default() }
    }
    async fn post(settings: &EgressSettings, url: &Url) -> Result<Answer, EgressError> {
        let headers = vec![("webhook-id".to_owned(), "msg_1".to_owned())];
        Egress::new(settings).unwrap().post(url, headers, Bytes::from_static(b"{}")).await
    }

    #[tokio::test]
    async fn an_allowed_endpoint_is_asked_once_and_its_answer_is_escaped() {
        let endpoint = Endpoint::start("429 Busy\r\nretry-after: 120".into(), Body::Whole).await;
        let answer = post(&local(5), &endpoint.url).await.unwrap();
        assert_eq!((answer.status, answer.retry_after.as_deref()), (429, Some("120")));
        assert_eq!(answer.head, "\"café\"\\u{1b}[2J\u{fffd}");
        assert_eq!(endpoint.asked(), 1);
    }

    #[tokio::test]
    async fn without_the_allowed_range_the_same_endpoint_is_never_asked() {
        let endpoint = Endpoint::start("200 OK".into(), Body::Whole).await;
        let settings = EgressSettings { allow: Vec::new(), ..local(5) };
        assert!(matches!(post(&settings, &endpoint.url).await, Err(EgressError::Address { .. })));
        assert_eq!(endpoint.asked(), 0);
    }

    #[tokio::test]
    async fn a_public_name_that_leads_home_is_refused_when_connecting() {
        let endpoint = Endpoint::start("200 OK".into(), Body::Whole).await;
        let settings = EgressSettings { allow: Vec::new(), ..local(5) };
        let egress = Egress::with_lookup(&settings, Arc::new(Fixed::new(&["8.8.8.8", "127.0.0.1"]))).unwrap();
        let mut url = endpoint.url.clone();
        url.set_host(Some("hook.example.org")).unwrap();
        egress.check(&url).unwrap();
        let refused = egress.post(&url, Vec::new(), Bytes::from_static(b"{}")).await.unwrap_err();
        assert!(matches!(refused, EgressError::Address { why: "loopback", .. }), "{refused:?}");
        assert_eq!(endpoint.asked(), 0);
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_its_target_is_not_visited() {
        let target = Endpoint::start("200 OK".into(), Body::Whole).await;
        for status in [301, 302, 303, 307, 308] {
            let head = format!("{status} Elsewhere\r\nlocation: {}", target.url);
            let endpoint = Endpoint::start(head, Body::Whole).await;
            assert_eq!(post(&local(5), &endpoint.url).await.unwrap().status, status);
            assert_eq!((endpoint.asked(), target.asked()), (1, 0));
        }
    }

    #[tokio::test]
    async fn an_endless_body_is_left_after_its_beginning() {
        let endpoint = Endpoint::start("200 OK".into(), Body::Endless).await;
        let answer = post(&local(5), &endpoint.url).await.unwrap();
        assert_eq!((answer.status, answer.head), (200, "x".repeat(HEAD_BYTES)));
    }

    #[tokio::test]
    async fn a_dripping_body_ends_at_the_one_deadline() {
        let endpoint = Endpoint::start("200 OK".into(), Body::Dripping).await;
        let late = post(&local(1), &endpoint.url).await.unwrap_err();
        assert_eq!(late.to_string(), "host 127.0.0.1 did not finish its answer within 1 s");
    }

    #[tokio::test]
    async fn a_cut_answer_and_a_failed_handshake_name_the_host_and_never_the_path() {
        let endpoint = Endpoint::start("200 OK".into(), Body::Cut).await;
        let cut = post(&local(5), &endpoint.url).await.unwrap_err();
        assert!(matches!(cut, EgressError::BrokenOff { .. }), "{cut:?}");
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let failed = post(&local(5), &format!("https://{closed}/hook").parse().unwrap()).await.unwrap_err();
        assert!(matches!(failed, EgressError::Unreachable { .. }), "{failed:?}");
        for error in [cut, failed] {
            assert!(!format!("{error} {error:?}").contains("/hook"), "{error:?}");
        }
    }
}
