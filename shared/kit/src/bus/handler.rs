//! What a service does when it hears, is asked, or has a job to do: plain async functions, boxed here once.

use std::{future::Future, marker::PhantomData};

use contracts::{Event, Failure, Query};
use futures::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Asked, Heard,
    ask::{GOOD, Reply},
};
use crate::db::Tx;

/// What a service's functions fail with: an error for the log that is a [`Failure`] for the asker.
pub trait Fails: std::error::Error + Into<Failure> + Send + Sync + 'static {}
impl<E: std::error::Error + Into<Failure> + Send + Sync + 'static> Fails for E {}

/// `async fn(&S, &mut Tx, &Heard<E>) -> Result<(), impl Fails>`
pub trait HearFn<'a, S: 'a, E: 'a>: Send + Sync + 'static {
    /// What it fails with.
    type Error: Fails;
    /// The work.
    type Work: Future<Output = Result<(), Self::Error>> + Send + 'a;
    /// Starts the work.
    fn call(&self, service: &'a S, tx: &'a mut Tx, heard: &'a Heard<E>) -> Self::Work;
}
impl<'a, S, E, F, Work, Error> HearFn<'a, S, E> for F
where
    S: 'a,
    E: 'a,
    F: Fn(&'a S, &'a mut Tx, &'a Heard<E>) -> Work + Send + Sync + 'static,
    Work: Future<Output = Result<(), Error>> + Send + 'a,
    Error: Fails,
{
    type Error = Error;
    type Work = Work;
    fn call(&self, service: &'a S, tx: &'a mut Tx, heard: &'a Heard<E>) -> Work {
        self(service, tx, heard)
    }
}

/// What a query is answered with: its reply, or the same [`Written`] already.
pub trait Says<R>: Send {
    /// The good answer, as it crosses the bus.
    ///
    /// # Errors
    /// When the reply cannot be written as JSON.
    fn answer(&self) -> serde_json::Result<Vec<u8>>;
}
impl<R: Serialize + Send> Says<R> for R {
    fn answer(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&Reply::Good(self))
    }
}

/// A reply that stands written in the store: it crosses the bus as it is, without being read and written once more. Whoever
/// asked reads it; what is no such reply fails there.
#[derive(Debug)]
pub struct Written<R> {
    json: String,
    of: PhantomData<fn() -> R>,
}
impl<R> Says<R> for Written<R> {
    fn answer(&self) -> serde_json::Result<Vec<u8>> {
        let (before, behind) = GOOD;
        Ok([before, &self.json, behind].concat().into_bytes())
    }
}

impl<R: Serialize + DeserializeOwned> Written<R> {
    /// Writes a reply.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn of(reply: &R) -> serde_json::Result<Self> {
        Ok(Self { json: serde_json::to_string(reply)?, of: PhantomData })
    }
    /// Reads it, as whoever asked does.
    ///
    /// # Errors
    /// When what was written is no such reply.
    pub fn read(&self) -> serde_json::Result<R> {
        serde_json::from_str(&self.json)
    }
}

impl<T> Written<Vec<T>> {
    /// A list of what is written each by itself, as JSON.
    pub fn list(items: &[String]) -> Self {
        Self { json: format!("[{}]", items.join(",")), of: PhantomData }
    }
}

/// `async fn(&S, &Asked<Q>) -> Result<impl Says<Q::Reply>, impl Fails>`
pub trait AnswerFn<'a, S: 'a, Q: Query>: Send + Sync + 'static {
    /// What it answers with.
    type Answer: Says<Q::Reply>;
    /// What it fails with.
    type Error: Fails;
    /// The work.
    type Work: Future<Output = Result<Self::Answer, Self::Error>> + Send + 'a;
    /// Starts the work.
    fn call(&self, service: &'a S, asked: &'a Asked<Q>) -> Self::Work;
}
impl<'a, S, Q, F, Work, Answer, Error> AnswerFn<'a, S, Q> for F
where
    S: 'a,
    Q: Query,
    F: Fn(&'a S, &'a Asked<Q>) -> Work + Send + Sync + 'static,
    Work: Future<Output = Result<Answer, Error>> + Send + 'a,
    Answer: Says<Q::Reply>,
    Error: Fails,
{
    type Answer = Answer;
    type Error = Error;
    type Work = Work;
    fn call(&self, service: &'a S, asked: &'a Asked<Q>) -> Work {
        self(service, asked)
    }
}

/// `async fn(&S) -> Result<(), impl Fails>`
pub trait JobFn<'a, S: 'a>: Send + Sync + 'static {
    /// What it fails with.
    type Error: Fails;
    /// The work.
    type Work: Future<Output = Result<(), Self::Error>> + Send + 'a;
    /// Starts the work.
    fn call(&self, service: &'a S) -> Self::Work;
}
impl<'a, S, F, Work, Error> JobFn<'a, S> for F
where
    S: 'a,
    F: Fn(&'a S) -> Work + Send + Sync + 'static,
    Work: Future<Output = Result<(), Error>> + Send + 'a,
    Error: Fails,
{
    type Error = Error;
    type Work = Work;
    fn call(&self, service: &'a S) -> Work {
        self(service)
    }
}

/// A failure together with what the log should say of it.
#[derive(Debug)]
pub struct Failed {
    /// For the asker.
    pub failure: Failure,
    /// For the log: the error with its causes.
    pub log: String,
}
impl Failed {
    /// Of an error of a service.
    pub fn of<E: Fails>(error: E) -> Self {
        let log = crate::telemetry::chain(&error);
        Self { failure: error.into(), log }
    }
}

/// A hearing function whose event type is no longer visible.
pub(crate) trait HearAny<S>: Send + Sync {
    fn hear<'a>(
        &'a self,
        service: &'a S,
        tx: &'a mut Tx,
        message: (&'a contracts::Envelope, &'a [u8]),
    ) -> BoxFuture<'a, Result<(), Failed>>;
}

pub(crate) struct HearTyped<F, E>(pub F, pub PhantomData<fn() -> E>);

impl<S, E, F> HearAny<S> for HearTyped<F, E>
where
    S: Send + Sync + 'static,
    E: Event,
    F: for<'a> HearFn<'a, S, E>,
{
    fn hear<'a>(
        &'a self,
        service: &'a S,
        tx: &'a mut Tx,
        (envelope, body): (&'a contracts::Envelope, &'a [u8]),
    ) -> BoxFuture<'a, Result<(), Failed>> {
        Box::pin(async move {
            let event: E = serde_json::from_slice(body).map_err(|error| Failed {
                failure: Failure::invalid(format!("the body is not a {}: {error}", E::SUBJECT)),
                log: error.to_string(),
            })?;
            let heard = Heard { event, envelope: envelope.clone() };
            self.0.call(service, tx, &heard).await.map_err(Failed::of)
        })
    }
}

/// An answering function whose query type is no longer visible; gives the bytes of the reply.
pub(crate) trait AnswerAny<S>: Send + Sync {
    fn answer<'a>(
        &'a self,
        service: &'a S,
        asked: Asked<()>,
        body: &'a [u8],
    ) -> BoxFuture<'a, Result<Vec<u8>, Failed>>;
}

pub(crate) struct AnswerTyped<F, Q>(pub F, pub PhantomData<fn() -> Q>);

impl<S, Q, F> AnswerAny<S> for AnswerTyped<F, Q>
where
    S: Send + Sync + 'static,
    Q: Query,
    F: for<'a> AnswerFn<'a, S, Q>,
{
    fn answer<'a>(
        &'a self,
        service: &'a S,
        asked: Asked<()>,
        body: &'a [u8],
    ) -> BoxFuture<'a, Result<Vec<u8>, Failed>> {
        Box::pin(async move {
            let query: Q = serde_json::from_slice(body).map_err(|error| Failed {
                failure: Failure::invalid(format!("the question cannot be read: {error}")),
                log: error.to_string(),
            })?;
            let asked = Asked { query, principal: asked.principal, key: asked.key };
            let answer = self.0.call(service, &asked).await.map_err(Failed::of)?;
            answer.answer().map_err(|error| Failed { failure: Failure::internal(), log: error.to_string() })
        })
    }
}

/// A job whose function type is no longer visible.
pub(crate) trait JobAny<S>: Send + Sync {
    fn run<'a>(&'a self, service: &'a S) -> BoxFuture<'a, Result<(), Failed>>;
}
impl<S, F> JobAny<S> for F
where
    S: Send + Sync + 'static,
    F: for<'a> JobFn<'a, S>,
{
    fn run<'a>(&'a self, service: &'a S) -> BoxFuture<'a, Result<(), Failed>> {
        Box::pin(async move { self.call(service).await.map_err(Failed::of) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_written_crosses_the_bus_as_what_is_written_there() {
        let reply = vec!["a".to_owned(), "\"b\"".to_owned()];
        let items: Vec<String> = reply.iter().map(|item| serde_json::to_string(item).unwrap()).collect();
        let written = Written::<Vec<String>>::list(&items);
        assert_eq!(written.read().unwrap(), reply);
        let (as_it_is, anew) = (Says::<Vec<String>>::answer(&written).unwrap(), reply.answer().unwrap());
        assert_eq!(as_it_is, anew);
        let heard: Reply<Vec<String>> = serde_json::from_slice(&as_it_is).unwrap();
        assert!(matches!(heard, Reply::Good(read) if read == reply));
    }
}
