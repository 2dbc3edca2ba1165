//! Asking over HTTP: what an answer means, in words for the operator. No text here holds a secret or a query.

use std::time::Duration;

use bytes::Bytes;
use chrono::DateTime;
use domain::Timestamp;
use kit::egress::{Egress, EgressError, Fetched, Wanted};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use url::Url;

use super::At;

/// Why a step could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Something it needs is not configured.
    #[error("not configured: {}", .0.join(", "))]
    Lacks(Vec<String>),
    /// The source asks to be left alone for a while, or cannot answer just now.
    #[error("{host} answered {status}: it cannot answer just now or was asked too often")]
    Busy {
        /// The host.
        host: String,
        /// What it answered.
        status: u16,
        /// For how long, where it says.
        wait: Option<Duration>,
    },
    /// The source refuses.
    #[error("{host} refused with {status}: {hint}")]
    Refused {
        /// The host.
        host: String,
        /// What it answered.
        status: u16,
        /// What to look at.
        hint: &'static str,
    },
    /// It answered something else than it should.
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
    /// It was not reached, or may not be.
    #[error("{}", kit::telemetry::chain(.0))]
    Unreached(#[from] EgressError),
    /// The file cannot be put into the object store: no fault of the source.
    #[error("the object store does not take the file")]
    Store(#[from] kit::bus::ObjectError),
}

impl Trouble {
    /// How long the source asked to be left alone.
    pub fn wait(&self) -> Option<Duration> {
        if let Self::Busy { wait, .. } = self { *wait } else { None }
    }
}

/// The way out, with its bound.
#[derive(Clone, Debug)]
pub struct Web {
    egress: Egress,
    max_bytes: u64,
}

/// What makes the next request conditional.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag` of the last answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// `Last-Modified` of the last answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

/// A good answer.
#[derive(Clone, Debug)]
pub enum Page {
    /// What stands there, and what makes the next request conditional.
    Body(Bytes, Validators),
    /// The same as when it was last asked.
    Unchanged,
    /// Nothing stands there.
    Absent,
    /// Whoever asks is not known, or no longer.
    Unknown,
}

impl Web {
    /// By this guard, taking answers of so many bytes.
    pub fn new(egress: Egress, max_bytes: u64) -> Self {
        Self { egress, max_bytes }
    }
    /// Why an address may not be asked; `None` where it may, as far as is known without looking its host up.
    pub fn objection(&self, url: &Url) -> Option<String> {
        self.egress.check(url).err().map(|error| match error.setting() {
            Some((key, value)) => format!(
                "{error}; to allow it add {value} to intake.egress.{key} (in the environment \
                 MIRAB_INTAKE__INTAKE__EGRESS__{}) and start intake anew",
                key.to_ascii_uppercase()
            ),
            None => error.to_string(),
        })
    }
    async fn fetch(
        &self,
        url: &Url,
        headers: Vec<(String, String)>,
        form: Vec<(String, String)>,
    ) -> Result<Fetched, Trouble> {
        let wanted = Wanted { url: url.clone(), headers, form, max_bytes: self.max_bytes };
        Ok(self.egress.fetch(wanted).await?)
    }
}

impl At<'_> {
    /// What stands at an address.
    pub(super) async fn get(
        &self,
        url: &Url,
        headers: &[(&str, &str)],
        known: &Validators,
    ) -> Result<Page, Trouble> {
        let mut all: Vec<(String, String)> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let conditions = [("if-none-match", &known.etag), ("if-modified-since", &known.last_modified)];
        all.extend(
            conditions.iter().filter_map(|(name, value)| Some(((*name).to_owned(), (*value).clone()?))),
        );
        meaning(url, self.means.web.fetch(url, all, Vec::new()).await?, self.now)
    }
    /// What a server answers to a form.
    pub(super) async fn post(&self, url: &Url, form: &[(&str, &str)]) -> Result<Page, Trouble> {
        let form = form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        meaning(url, self.means.web.fetch(url, Vec::new(), form).await?, self.now)
    }
}

/// What an answer means.
fn meaning(url: &Url, fetched: Fetched, now: Timestamp) -> Result<Page, Trouble> {
    let Fetched { status, etag, last_modified, retry_after, body } = fetched;
    let host = url.host_str().unwrap_or_default().to_owned();
    let refused = |hint| Err(Trouble::Refused { host: host.clone(), status, hint });
    match status {
        200 => Ok(Page::Body(body, Validators { etag, last_modified })),
        204 => Ok(Page::Body(Bytes::new(), Validators::default())),
        304 => Ok(Page::Unchanged),
        404 | 410 => Ok(Page::Absent),
        401 => Ok(Page::Unknown),
        403 => refused("access is not granted; check the account, its terms, and what is configured for it"),
        429 | 500..=599 => {
            let wait = retry_after.as_deref().and_then(|text| self::retry_after(text, now));
            Err(Trouble::Busy { host, status, wait })
        }
        300..=399 => refused("it redirects where nothing is posted"),
        _ => refused("it does not understand the request; check address and parameters"),
    }
}

/// What `Retry-After` says: seconds, or a moment as HTTP writes it. `None` for anything else and for what has passed.
fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Duration::from_secs(u64::from(seconds)));
    }
    let at = Timestamp::from(DateTime::parse_from_rfc2822(text).ok()?.to_utc());
    at.since(now).to_std().ok()
}

/// An answer as JSON.
pub(super) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Trouble> {
    serde_json::from_slice(body)
        .map_err(|error| Trouble::Unreadable(format!("it is not the JSON that was asked for ({error})")))
}

/// An address below another.
pub(super) fn below(address: &Url, path: &str) -> Result<Url, Trouble> {
    let mut base = address.clone();
    if !base.path().ends_with('/') {
        base.set_path(&format!("{}/", address.path()));
    }
    base.join(path)
        .map_err(|error| Trouble::Unreadable(format!("no address can be made of {path:?}: {error}")))
}

/// Refuses a page for people where data was asked for, as servers give one instead of an error.
pub(super) fn not_html(body: &[u8]) -> Result<(), Trouble> {
    let head = String::from_utf8_lossy(body.get(..200).unwrap_or(body)).trim_start().to_ascii_lowercase();
    if head.starts_with("<!doctype html") || head.starts_with("<html") {
        let why = "a page for people came instead of data; check the address";
        return Err(Trouble::Unreadable(why.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, retry_after: Option<&str>) -> Result<Page, Trouble> {
        let retry_after = retry_after.map(str::to_owned);
        let fetched = Fetched { status, etag: None, last_modified: None, retry_after, body: Bytes::new() };
        let url = "https://example.org/rows?token=secret".parse().unwrap();
        meaning(&url, fetched, "2026-11-23T07:30:00Z".parse().unwrap())
    }

    #[test]
    fn what_a_status_means_is_said_without_the_query() {
        assert!(matches!(answer(304, None), Ok(Page::Unchanged)));
        assert!(matches!(answer(404, None), Ok(Page::Absent)));
        assert!(matches!(answer(401, None), Ok(Page::Unknown)));
        for status in [400, 403, 418, 302] {
            let told = answer(status, None).unwrap_err().to_string();
            assert!(
                told.starts_with(&format!("example.org refused with {status}")) && !told.contains("secret"),
                "{told}"
            );
        }
        let wait = |text| answer(429, Some(text)).unwrap_err().wait();
        assert_eq!(wait("120"), Some(Duration::from_mins(2)));
        assert_eq!(wait("Mon, 23 Nov 2026 07:31:00 GMT"), Some(Duration::from_mins(1)));
        for none in ["Mon, 23 Nov 2026 07:29:00 GMT", "soon", "-5"] {
            assert_eq!(wait(none), None, "{none}");
        }
        assert!(matches!(answer(503, None), Err(Trouble::Busy { wait: None, .. })));
    }

    #[test]
    fn an_address_below_another_keeps_its_path() {
        for base in ["https://example.org/api", "https://example.org/api/"] {
            assert_eq!(
                below(&base.parse().unwrap(), "read").unwrap().as_str(),
                "https://example.org/api/read"
            );
        }
    }

    #[test]
    fn any_retry_after_leads_to_another_try_within_reason() {
        let now: Timestamp = "2026-11-23T07:30:00Z".parse().unwrap();
        let seeds = ["120", "Mon, 23 Nov 2026 07:35:00 GMT", "Fri, 31 Dec 9999 23:59:59 +1400"];
        let seeds =
            testkit::fuzz::Seeds::new(&seeds, &["-", "4294967296", "GMT", "-0000", ",", "60", "Feb 30"]);
        testkit::fuzz!(|script| {
            let wait = retry_after(&seeds.text(script), now);
            let next = crate::domain::source::after_failure(("k", 3600), 1, wait, now);
            assert!(
                next > now && next.since(now).num_hours() < 36,
                "whatever is asked for, it is tried again: {next}"
            );
        });
    }
}
