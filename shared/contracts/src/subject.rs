//! Subjects: built and parsed here only.
//!
//! Events: `mirab.<service>.<entity>.<happening>.v1[.<country>]`. Requests: `mirab.ask.<service>.<what>.v1`.
//! Dead letters: `mirab.dead.<service>.<consumer>`.

use domain::{Country, words};
use serde::{Serialize, de::DeserializeOwned};

words! {
    /// One of the six services.
    "service" Service {
        Intake = "intake",
        Analysis = "analysis",
        Liaison = "liaison",
        Coordination = "coordination",
        Alerts = "alerts",
        Gateway = "gateway",
    }
}

/// Something that happened, said once by the service that owns it.
pub trait Event: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The service that says it.
    const SERVICE: Service;
    /// The subject without a country: `mirab.<service>.<entity>.<happening>.v1`.
    const SUBJECT: &'static str;
    /// Whether a country follows as the last token, so that hearers may select by it.
    const BY_COUNTRY: bool = false;

    /// What it happened to: events of one aggregate are heard in the order they were said.
    fn aggregate(&self) -> String;
    /// The country it happened in, for events said by country.
    fn country(&self) -> Option<Country> {
        None
    }
    /// The subject this event is published under.
    fn subject(&self) -> String {
        if Self::BY_COUNTRY {
            format!(
                "{}.{}",
                Self::SUBJECT,
                self.country().map_or_else(|| NO_COUNTRY.to_owned(), |c| c.to_string())
            )
        } else {
            Self::SUBJECT.to_owned()
        }
    }
    /// The filter that selects all events of this type.
    fn filter() -> String {
        if Self::BY_COUNTRY { format!("{}.*", Self::SUBJECT) } else { Self::SUBJECT.to_owned() }
    }
}

/// Stands where an event said by country has none.
pub const NO_COUNTRY: &str = "XXX";

/// A question to one service, with the type of its answer.
pub trait Query: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What a good answer holds.
    type Reply: Serialize + DeserializeOwned + Send + Sync + 'static;
    /// The service that answers.
    const SERVICE: Service;
    /// The subject: `mirab.ask.<service>.<what>.v1`.
    const SUBJECT: &'static str;
}

/// The subject of a dead letter of this service's consumer.
pub fn dead_letter(service: &str, consumer: &str) -> String {
    format!("mirab.dead.{service}.{consumer}")
}

/// Every subject a service may say: its events and its dead letters.
pub fn said_by(service: &str) -> [String; 2] {
    [format!("mirab.{service}.>"), format!("mirab.dead.{service}.>")]
}

/// Every subject a service answers.
pub fn asked_of(service: &str) -> String {
    format!("mirab.ask.{service}.>")
}

/// Every subject that can be asked at all.
pub const ANY_QUESTION: &str = "mirab.ask.>";

/// The service that an event's subject names as its producer; `None` when it is no event subject.
pub fn producer(subject: &str) -> Option<Service> {
    let mut tokens = subject.strip_prefix("mirab.")?.split('.');
    let first = tokens.next()?;
    if first == "dead" { tokens.next()?.parse().ok() } else { first.parse().ok() }
}

/// Defines the subject of an event type.
#[macro_export]
macro_rules! event {
    ($name:ident, $service:ident, $rest:literal, |$this:ident| $aggregate:expr) => {
        impl $crate::subject::Event for $name {
            const SERVICE: $crate::Service = $crate::Service::$service;
            const SUBJECT: &'static str = $rest;
            fn aggregate(&self) -> String {
                let $this = self;
                $aggregate
            }
        }
    };
}

/// Defines the subject of a query type and the type of its answer.
#[macro_export]
macro_rules! query {
    ($name:ident => $reply:ty, $service:ident, $subject:literal) => {
        impl $crate::subject::Query for $name {
            type Reply = $reply;
            const SERVICE: $crate::Service = $crate::Service::$service;
            const SUBJECT: &'static str = $subject;
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_names_its_producer() {
        assert_eq!(producer("mirab.intake.observations.recorded.v1"), Some(Service::Intake));
        assert_eq!(producer("mirab.dead.alerts.analysis"), Some(Service::Alerts));
        assert_eq!(producer("mirab.ask.intake.import.get.v1"), None);
        assert_eq!(producer("other.intake.x"), None);
    }
}
