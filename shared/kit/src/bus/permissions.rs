//! Permissions: what each service's NATS user may publish and subscribe to, read off its declared parts. Allow lists only.

use contracts::{Service, stream, subject};

use super::topology::DurableConsumer;

/// The allow lists of one NATS user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions {
    /// Subjects it may publish to.
    pub publish: Vec<String>,
    /// Subjects it may subscribe to; `subject queue` where only within a queue group.
    pub subscribe: Vec<String>,
}

/// What a service does on the bus besides saying and answering.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    /// Whether it asks the others.
    pub asks: bool,
    /// Whether it puts uploads into the bucket.
    pub puts_imports: bool,
    /// Whether it reads uploads from the bucket and forgets them.
    pub reads_imports: bool,
    /// What it does with files of reports.
    pub attachments: Attachments,
}

/// What a service does with files of reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Attachments {
    /// Nothing.
    #[default]
    None,
    /// It puts them into their bucket, reads and forgets them.
    Keeps,
}

/// The permissions of one service: its own events, its own consumers, its own answers, its own inbox.
pub fn of(service: Service, consumers: &[DurableConsumer], extras: Extras) -> Permissions {
    let name = service.as_str();
    let mut publish: Vec<String> = subject::said_by(name).into();
    publish.push(format!("$JS.API.STREAM.INFO.{}", stream::of(service)));
    for consumer in consumers.iter().filter(|c| c.service == service) {
        let (stream, durable) = (consumer.stream, name);
        publish.push(format!("$JS.API.CONSUMER.INFO.{stream}.{durable}"));
        publish.push(format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"));
        publish.push(format!("$JS.ACK.{stream}.{durable}.>"));
        publish.push(format!("$JS.ACK.*.*.{stream}.{durable}.>"));
    }
    let mut subscribe = vec![format!("_INBOX.{name}.>")];
    subscribe.push(format!("{} {name}", subject::asked_of(name)));
    for verb in ["PING", "INFO", "STATS"] {
        subscribe.push(format!("$SRV.{verb}"));
        subscribe.push(format!("$SRV.{verb}.{name}"));
        subscribe.push(format!("$SRV.{verb}.{name}.*"));
    }
    publish.push("_INBOX.gateway.>".to_owned());
    if extras.asks {
        publish.push(subject::ANY_QUESTION.to_owned());
    }
    if extras.puts_imports || extras.reads_imports {
        let (puts, reads) = (extras.puts_imports, extras.reads_imports);
        publish.extend(bucket((stream::IMPORTS_STREAM, stream::IMPORTS_BUCKET), puts, reads));
    }
    if extras.attachments == Attachments::Keeps {
        publish.extend(bucket((stream::ATTACHMENTS_STREAM, stream::ATTACHMENTS_BUCKET), true, true));
    }
    Permissions { publish, subscribe }
}

fn bucket((stream, bucket): (&str, &str), puts: bool, reads: bool) -> Vec<String> {
    let mut publish = vec![
        format!("$JS.API.STREAM.INFO.{stream}"),
        format!("$JS.API.DIRECT.GET.{stream}.>"),
        format!("$JS.API.STREAM.MSG.GET.{stream}"),
        // a new version of an object, and a forgotten one, leave their chunks behind until purged
        format!("$JS.API.STREAM.PURGE.{stream}"),
        format!("$O.{bucket}.M.>"),
    ];
    if puts {
        publish.push(format!("$O.{bucket}.C.>"));
    }
    if reads {
        publish.push(format!("$JS.API.CONSUMER.CREATE.{stream}"));
        publish.push(format!("$JS.API.CONSUMER.CREATE.{stream}.>"));
        publish.push(format!("$JS.API.CONSUMER.DELETE.{stream}.>"));
        publish.push(format!("$JS.FC.{stream}.>"));
    }
    publish
}

/// The permissions of the identity that applies the topology and does nothing else.
pub fn admin() -> Permissions {
    Permissions { publish: vec!["$JS.API.>".to_owned()], subscribe: vec!["_INBOX.admin.>".to_owned()] }
}
