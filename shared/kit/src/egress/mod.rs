//! The one guard for every outgoing HTTP request: where it may go, how long it may take, how much is read back.
//!
//! The checks belong together. The resolver is not asked for hosts written as addresses, so the parsed URL is
//! checked as well; a redirect is followed by nobody but [`Egress::fetch`], which checks each address anew; proxies never.

mod address;
mod fetch;
mod resolve;
mod setting;

use std::{net::IpAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::dns::Resolve;
use serde::Deserialize;
use url::{Host, Url};

use self::{
    address::{Range, admit, admit_name},
    resolve::{Guarded, System, client, exchange, header_map},
};

use crate::config::one_or_many;

pub use self::fetch::{Fetched, Wanted};

/// Ports that need no setting.
const USUAL_PORTS: [u16; 2] = [443, 8443];

/// What outgoing requests may do beyond HTTPS to public addresses.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EgressSettings {
    /// Ranges like `127.0.0.0/8` that may be reached although they are not public; each is warned of at the start.
    #[serde(deserialize_with = "one_or_many")]
    pub allow: Vec<String>,
    /// Whether plain HTTP may be used, and with it port 80.
    pub allow_http: bool,
    /// Hosts that may be asked over plain HTTP, at port 80, because they have nothing else.
    #[serde(deserialize_with = "one_or_many")]
    pub plain_hosts: Vec<String>,
    /// Ports besides 443 and 8443; 0 stands for any.
    #[serde(deserialize_with = "one_or_many")]
    pub ports: Vec<u16>,
    /// Seconds for one request, from the name look-up to the last byte read; at least 1.
    pub timeout_s: u64,
    /// Seconds for setting up a connection; at least 1.
    pub connect_timeout_s: u64,
}

impl Default for EgressSettings {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            allow_http: false,
            plain_hosts: Vec::new(),
            ports: Vec::new(),
            timeout_s: 15,
            connect_timeout_s: 5,
        }
    }
}

/// Why a request was refused or brought no answer.
///
/// The texts name hosts and never whole addresses: a path or query may carry a partner's secret.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// Neither HTTPS nor permitted HTTP.
    #[error(
        "scheme {scheme} is refused for host {host}: only https may leave, or http to hosts that the settings name"
    )]
    Scheme {
        /// The scheme that was asked for.
        scheme: String,
        /// The host that was asked for.
        host: String,
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
    #[error("address {address} of host {host} is refused: it is {why} and not public")]
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
    /// The answer is larger than was asked for.
    #[error("the answer of host {host} is larger than {bytes} bytes; it was not read on")]
    TooLarge {
        /// The host that was asked.
        host: String,
        /// How much is taken.
        bytes: u64,
    },
    /// The answer leads on and on, or nowhere.
    #[error("host {host} redirects further than is followed, or to no address")]
    Redirects {
        /// The host that was asked last.
        host: String,
    },
    /// A range in the settings that cannot be read.
    #[error("egress range {text:?} is refused: expected the first address and the size, like 127.0.0.0/8")]
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
    plain_hosts: Arc<[String]>,
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
        let plain_hosts = settings.plain_hosts.as_slice().into();
        let timeout = Duration::from_secs(settings.timeout_s);
        Ok(Self { client, allow, allow_http: settings.allow_http, plain_hosts, ports, timeout })
    }

    /// Checks what can be known without a look-up: scheme, user name, port, and the host as it is written.
    ///
    /// A name that passes may still be refused later, when it leads to an address that is not public.
    ///
    /// # Errors
    /// When a request to this address would be refused; the text says why.
    pub fn check(&self, url: &Url) -> Result<(), EgressError> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let named = self.plain_hosts.iter().any(|plain| plain.eq_ignore_ascii_case(&host));
        let plain = url.scheme() == "http" && (self.allow_http || named);
        if url.scheme() != "https" && !plain {
            return Err(EgressError::Scheme { scheme: url.scheme().to_owned(), host });
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

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(settings: &EgressSettings, text: &str) -> Option<String> {
        let egress = Egress::new(settings).unwrap();
        match text.parse() {
            Ok(url) => egress.check(&url).err().map(|error| error.to_string()),
            Err(error) => Some(format!("not an address: {error}")),
        }
    }

    #[test]
    fn urls_that_lead_home_in_any_spelling_are_refused() {
        let settings = EgressSettings { allow_http: true, ports: vec![0], ..EgressSettings::default() };
        let hosts = "127.0.0.1 127.0.0.1. 127.1 0x7f.1 0x7f000001 0177.0.0.1 2130706433 017700000001 127.0.0.1%2e \
                     １２７.0.0.1 127。0。0。1 %31%32%37.0.0.1 ⓪.⓪.⓪.⓪ 0 0.0.0.0 0x0 10.1 3232235521 169.254.169.254 \
                     0xa9fea9fe 0251.0376.0251.0376 2852039166 255.255.255.255 [::1] [::] [0:0:0:0:0:0:0:1] \
                     [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::] [fd00:ec2::254] \
                     [fe80::1] [fe80::1%25eth0] [2001::1] [ff02::1] localhost LOCALHOST localhost. a.localhost nats \
                     gateway. printer.local printer.local. metadata.google.internal METADATA.GOOGLE.INTERNAL. \
                     ｌｏｃａｌｈｏｓｔ loc%61lhost router.home.arpa a..example.org 256.1.1.1 1.2.3.4.5";
        for host in hosts.split_whitespace() {
            for scheme in ["https", "http"] {
                assert!(refusal(&settings, &format!("{scheme}://{host}/hook")).is_some(), "{scheme} {host}");
            }
        }
    }

    #[test]
    fn a_refusal_says_what_is_refused_and_why() {
        for (text, part) in [
            ("http://example.org/", "scheme http is refused"),
            ("ftp://example.org/", "scheme ftp is refused"),
            ("file:///etc/passwd", "scheme file is refused"),
            ("gopher://127.0.0.1:4222/", "scheme gopher is refused"),
            ("data:text/plain,x", "scheme data is refused"),
            ("https://user@example.org/", "host example.org is refused: a user name"),
            ("https://user:secret@example.org/", "host example.org is refused: a user name"),
            ("https://:secret@example.org/", "host example.org is refused: a user name"),
            ("https://example.org@127.0.0.1/", "host 127.0.0.1 is refused: a user name"),
            ("https://example.org:22/", "port 22 of host example.org is refused"),
            ("https://example.org:80/", "port 80 of host example.org is refused"),
            ("https://example.org:4222/", "port 4222 of host example.org is refused"),
            ("https://example.org:0/", "port 0 of host example.org is refused"),
            ("https://2130706433/", "address 127.0.0.1 of host 127.0.0.1 is refused: it is loopback"),
            ("https://[::ffff:a9fe:a9fe]/", "it is link-local"),
            ("https://nats/", "host nats is refused: a name of one label"),
            ("https://", "not an address"),
        ] {
            let said = refusal(&EgressSettings::default(), text).unwrap();
            assert!(said.contains(part) && !said.contains("secret"), "{text}: {said}");
        }
    }

    #[test]
    fn public_https_passes_and_settings_open_what_they_name() {
        let usual = EgressSettings::default();
        for text in [
            "https://example.org/",
            "https://example.org:8443/hook?key=1#part",
            "https://hooks.osce.org./",
            "https://8.8.8.8/",
            "https://[2606:4700:4700::1111]/",
            "https://bücher.example/",
        ] {
            assert_eq!(refusal(&usual, text), None, "{text}");
        }
        let plain = EgressSettings { allow_http: true, ..usual.clone() };
        assert_eq!(refusal(&plain, "http://example.org/"), None);
        assert!(refusal(&plain, "https://example.org:80/").is_some());
        let named = EgressSettings { plain_hosts: vec!["Plain.example".into()], ..usual.clone() };
        assert_eq!(refusal(&named, "http://plain.example/list"), None);
        for text in ["http://other.example/", "http://plain.example:8080/", "http://a.plain.example/"] {
            assert!(refusal(&named, text).is_some(), "{text}");
        }
        let port = EgressSettings { ports: vec![9443], ..usual.clone() };
        assert_eq!(refusal(&port, "https://example.org:9443/"), None);
        assert!(refusal(&port, "https://example.org:9444/").is_some());
        let home = EgressSettings { allow: vec!["127.0.0.0/8".into()], ..usual };
        assert_eq!(refusal(&home, "https://0x7f.1/"), None);
        assert!(
            refusal(&home, "https://10.0.0.1/").is_some() && refusal(&home, "https://localhost/").is_some()
        );
    }

    #[test]
    fn settings_that_cannot_hold_are_refused_at_the_start() {
        let usual: EgressSettings = serde_json::from_str("{}").unwrap();
        assert_eq!((usual.timeout_s, usual.connect_timeout_s), (15, 5));
        let one: EgressSettings =
            serde_json::from_str(r#"{ "allow": "10.0.0.0/8", "plain_hosts": ["a", "b"], "ports": 81 }"#)
                .unwrap();
        assert_eq!((one.allow.len(), one.plain_hosts.len(), one.ports), (1, 2, vec![81]));
        let many = serde_json::from_str::<EgressSettings>(r#"{ "ports": "many" }"#);
        assert!(many.unwrap_err().to_string().contains("must be a list"));
        let typo = EgressSettings { allow: vec!["127.0.0.1/8".into()], ..usual.clone() };
        assert!(matches!(Egress::new(&typo), Err(EgressError::Range { .. })));
        let zero = EgressSettings { timeout_s: 0, ..usual };
        assert!(matches!(Egress::new(&zero), Err(EgressError::NoTime)));
        assert!(serde_json::from_str::<EgressSettings>(r#"{"alow": []}"#).is_err());
    }
}
