//! Asking: a question to one service, with the principal on whose behalf, within the time allowed.

use async_nats::{HeaderMap, RequestErrorKind};
use bytes::Bytes;
use contracts::{Failure, Principal, Query, Service, envelope::header};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::Bus;
use crate::telemetry;

/// An answer as it crosses the bus.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply<T> {
    /// What was asked for.
    Good(T),
    /// Why there is none.
    Failed(Failure),
}

/// What stands around a good answer that is written already, as [`Reply::Good`] writes it.
pub(super) const GOOD: (&str, &str) = ("{\"good\":", "}");

/// One question about to be asked.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// On whose behalf.
    pub principal: &'a Principal,
    /// A key that makes asking twice the same as asking once.
    pub key: Option<&'a str>,
}

impl Bus {
    /// Asks the service that answers this query.
    ///
    /// # Errors
    /// The service's own refusal, or `Unavailable` when it does not answer in time.
    pub async fn ask<Q: Query>(&self, ask: Ask<'_>, query: &Q) -> Result<Q::Reply, Failure> {
        self.ask_at(ask, Q::SERVICE, Q::SUBJECT, query).await
    }

    /// Asks, and takes the answer as it is written: for whoever passes it on. A good one is not read here.
    ///
    /// # Errors
    /// As [`Bus::ask`]. That what is written is such a reply is left to whoever reads it.
    pub async fn ask_written<Q: Query>(&self, ask: Ask<'_>, query: &Q) -> Result<String, Failure> {
        written(&self.send(ask, (Q::SERVICE, Q::SUBJECT), query).await?)
    }

    /// Asks under a subject that every service has one of.
    ///
    /// # Errors
    /// As [`Bus::ask`].
    pub async fn ask_at<Q: Serialize, R: DeserializeOwned>(
        &self,
        ask: Ask<'_>,
        service: Service,
        subject: &str,
        query: &Q,
    ) -> Result<R, Failure> {
        match read(&self.send(ask, (service, subject), query).await?)? {
            Reply::Good(answer) => Ok(answer),
            Reply::Failed(failure) => Err(failure),
        }
    }

    /// Sends a question, and takes what is answered.
    async fn send<Q: Serialize>(
        &self,
        ask: Ask<'_>,
        (service, subject): (Service, &str),
        query: &Q,
    ) -> Result<Bytes, Failure> {
        let body = serde_json::to_vec(query).map_err(|error| internal(&error))?;
        let headers = self.headers(ask, subject, &body).map_err(|error| internal(error.as_ref()))?;
        let request =
            async_nats::Request::new().headers(headers).payload(body.into()).timeout(Some(self.ask_timeout));
        let message =
            self.client.send_request(subject.to_owned(), request).await.map_err(|error| {
                match error.kind() {
                    RequestErrorKind::NoResponders => {
                        Failure::unavailable(format!("{service} is not running just now; try again shortly"))
                    }
                    RequestErrorKind::TimedOut => {
                        Failure::unavailable(format!("{service} did not answer in time; try again shortly"))
                    }
                    _ => Failure::unavailable(format!("{service} cannot be reached: {error}")),
                }
            })?;
        Ok(message.payload)
    }

    fn headers(&self, ask: Ask<'_>, subject: &str, body: &[u8]) -> anyhow::Result<HeaderMap> {
        let (statement, signature) = self.identity.state(ask.principal, self.clock.now(), subject, body)?;
        let mut headers = HeaderMap::new();
        headers.insert(header::PRINCIPAL, statement.as_str());
        headers.insert(header::PRINCIPAL_SIGNATURE, signature.as_str());
        if let Some(key) = ask.key {
            headers.insert(header::IDEMPOTENCY, key);
        }
        if let Some(traceparent) = telemetry::traceparent() {
            headers.insert(header::TRACEPARENT, traceparent.as_str());
        }
        Ok(headers)
    }
}

fn read<R: DeserializeOwned>(payload: &[u8]) -> Result<Reply<R>, Failure> {
    serde_json::from_slice(payload).map_err(|error| internal(&error))
}

/// What stands in a good answer, as it is written there.
fn written(payload: &[u8]) -> Result<String, Failure> {
    let text = str::from_utf8(payload).map_err(|error| internal(&error))?;
    if let Some(good) = text.strip_prefix(GOOD.0).and_then(|rest| rest.strip_suffix(GOOD.1)) {
        return Ok(good.to_owned());
    }
    match read::<Box<RawValue>>(payload)? {
        Reply::Good(answer) => Ok(answer.get().to_owned()),
        Reply::Failed(failure) => Err(failure),
    }
}

fn internal(error: &(dyn std::error::Error + 'static)) -> Failure {
    tracing::error!(error = telemetry::chain(error), "a question or its answer cannot be written or read");
    Failure::internal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_passed_on_as_it_is_written_is_the_answer_and_a_refusal_is_one() {
        let good = serde_json::to_vec(&Reply::Good(["a", "}"])).unwrap();
        assert_eq!(written(&good).unwrap(), r#"["a","}"]"#);
        assert_eq!(written(br#" { "good" : [1, 2] } "#).unwrap(), "[1, 2]", "however it is written");
        let refusal = Failure::unavailable("not now".to_owned());
        let failed = serde_json::to_vec(&Reply::<()>::Failed(refusal.clone())).unwrap();
        assert_eq!(written(&failed).unwrap_err().kind, refusal.kind);
        for wrong in [&b"good"[..], b"{\"good\":1", b"\xff"] {
            assert!(written(wrong).is_err());
        }
    }
}
