//! Fetching: a request whose whole answer is wanted, within a bound, redirects included.

use bytes::{Bytes, BytesMut};
use reqwest::header::{ETAG, HeaderMap, HeaderName, LAST_MODIFIED, LOCATION, RETRY_AFTER};
use url::Url;

use super::{
    Egress, EgressError,
    resolve::{header_map, unsent},
};

/// How many redirects are followed.
const REDIRECTS: usize = 3;
/// Characters of a header that are kept.
const HEADER_CHARS: usize = 200;

/// A request whose whole answer is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Where.
    pub url: Url,
    /// Headers. They go to this scheme, host and port alone: a redirect elsewhere is followed without them.
    pub headers: Vec<(String, String)>,
    /// Fields of a form to be posted; a GET where there are none. What is posted follows no redirect.
    pub form: Vec<(String, String)>,
    /// The most bytes of the body that are taken.
    pub max_bytes: u64,
}

/// What came back, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The HTTP status.
    pub status: u16,
    /// `ETag`, as it came.
    pub etag: Option<String>,
    /// `Last-Modified`, as it came.
    pub last_modified: Option<String>,
    /// `Retry-After`, as it came.
    pub retry_after: Option<String>,
    /// The body.
    pub body: Bytes,
}

impl Egress {
    /// Sends one request and reads its whole answer, redirects included, all under one deadline.
    ///
    /// Every status is an answer, also 4xx and 5xx; what they mean is the caller's to say. Each address a redirect leads to is
    /// checked as the first was, and none leads from HTTPS to HTTP.
    ///
    /// # Errors
    /// When an address is refused, the answer is larger than is taken, or no whole answer came in time.
    pub async fn fetch(&self, wanted: Wanted) -> Result<Fetched, EgressError> {
        let host = wanted.url.host_str().unwrap_or_default().to_owned();
        match tokio::time::timeout(self.timeout, self.follow(wanted)).await {
            Ok(answered) => answered,
            Err(_elapsed) => Err(EgressError::TimedOut { host, seconds: self.timeout.as_secs() }),
        }
    }

    async fn follow(&self, wanted: Wanted) -> Result<Fetched, EgressError> {
        let mut headers = header_map(wanted.headers)?;
        let mut url = wanted.url;
        for _ in 0..=REDIRECTS {
            self.check(&url)?;
            let host = url.host_str().unwrap_or_default().to_owned();
            let request = if wanted.form.is_empty() {
                self.client.get(url.clone())
            } else {
                let body =
                    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&wanted.form).finish();
                let form = (HeaderName::from_static("content-type"), "application/x-www-form-urlencoded");
                self.client.post(url.clone()).header(form.0, form.1).body(body)
            };
            let response =
                request.headers(headers.clone()).send().await.map_err(|error| unsent(&host, error))?;
            if !response.status().is_redirection()
                || response.status().as_u16() == 304
                || !wanted.form.is_empty()
            {
                return read(&host, response, wanted.max_bytes).await;
            }
            let next = text(response.headers(), &LOCATION).and_then(|to| url.join(&to).ok());
            let Some(next) = next else { return Err(EgressError::Redirects { host }) };
            if url.scheme() == "https" && next.scheme() != "https" {
                let host = next.host_str().unwrap_or_default().to_owned();
                return Err(EgressError::Scheme { scheme: next.scheme().to_owned(), host });
            }
            if next.origin() != url.origin() {
                headers = HeaderMap::new();
            }
            url = next;
        }
        Err(EgressError::Redirects { host: url.host_str().unwrap_or_default().to_owned() })
    }
}

async fn read(host: &str, mut response: reqwest::Response, max_bytes: u64) -> Result<Fetched, EgressError> {
    let too_large = || EgressError::TooLarge { host: host.to_owned(), bytes: max_bytes };
    let (status, headers) = (response.status().as_u16(), response.headers());
    let of = |name: &HeaderName| text(headers, name);
    let (etag, last_modified, retry_after) = (of(&ETAG), of(&LAST_MODIFIED), of(&RETRY_AFTER));
    if response.content_length().is_some_and(|length| length > max_bytes) {
        return Err(too_large());
    }
    let mut body = BytesMut::new();
    let broken =
        |error: reqwest::Error| EgressError::BrokenOff { host: host.to_owned(), source: error.without_url() };
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if (body.len() + chunk.len()) as u64 > max_bytes {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Fetched { status, etag, last_modified, retry_after, body: body.freeze() })
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let text = headers.get(name).and_then(|value| value.to_str().ok())?;
    let fits = name == LOCATION || text.len() <= HEADER_CHARS;
    fits.then(|| text.to_owned())
}

#[cfg(test)]
#[path = "fetch_tests.rs"]
mod tests;
