//! What the six services need of the bus, read off their declared parts.

use contracts::Service as Name;
use kit::{
    Parts, Service,
    bus::{
        broker::ADMIN,
        permissions::{self, Permissions},
        topology::DurableConsumer,
    },
};

/// Runs one expression for each of the six services, with `$service` standing for its type; gives the results in order.
#[macro_export]
macro_rules! each_service {
    (|$service:ident| $expression:expr) => {{
        [
            {
                type $service = intake::Intake;
                $expression
            },
            {
                type $service = analysis::Analysis;
                $expression
            },
            {
                type $service = liaison::Liaison;
                $expression
            },
            {
                type $service = coordination::Coordination;
                $expression
            },
            {
                type $service = alerts::Alerts;
                $expression
            },
            {
                type $service = gateway::Gateway;
                $expression
            },
        ]
    }};
}

/// Every durable consumer of every service.
pub fn consumers() -> Vec<DurableConsumer> {
    each_service!(|S| declared::<S>().0).into_iter().flatten().collect()
}

/// What each identity may do on the bus.
pub fn permissions() -> Vec<(&'static str, Permissions)> {
    let services = each_service!(|S| declared::<S>().1);
    services.into_iter().chain([(ADMIN, permissions::admin())]).collect()
}

/// The subjects of the bus and who says, hears and answers each, for the documents and the architecture test.
pub fn subjects() -> Vec<Subjects> {
    each_service!(|S| subjects_of::<S>()).into()
}

/// What one service does on the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subjects {
    /// The service.
    pub service: Name,
    /// What it says.
    pub says: Vec<&'static str>,
    /// What it hears.
    pub hears: Vec<&'static str>,
    /// What it answers.
    pub answers: Vec<String>,
    /// What it does by itself.
    pub jobs: Vec<&'static str>,
}

fn declared<S: Service>() -> (Vec<DurableConsumer>, (&'static str, Permissions)) {
    let parts: Parts<S> = S::parts();
    let consumers = parts.consumers(S::NAME);
    let permissions = permissions::of(S::NAME, &consumers, parts.extras());
    (consumers, (S::NAME.as_str(), permissions))
}

fn subjects_of<S: Service>() -> Subjects {
    let parts = S::parts();
    Subjects {
        service: S::NAME,
        says: parts.said_subjects().to_vec(),
        hears: parts.heard_subjects(),
        answers: parts.answered_subjects().into_iter().map(str::to_owned).collect(),
        jobs: parts.job_names(),
    }
}
