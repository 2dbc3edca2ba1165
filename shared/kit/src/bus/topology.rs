//! Topology: streams, the bucket and the consumers, applied create-or-update by the one identity that may. Nothing that was said is deleted.

use std::time::Duration;

use async_nats::jetstream::{
    self,
    consumer::{AckPolicy, pull},
    object_store,
    stream::{Config, DiscardPolicy, RetentionPolicy, StorageType},
};
use contracts::{Service, stream};

/// A durable consumer, as a value: what one service hears of one stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DurableConsumer {
    /// The stream.
    pub stream: &'static str,
    /// The service; also the durable name.
    pub service: Service,
    /// The subjects it hears.
    pub filters: Vec<String>,
}

/// Applies every stream, the buckets and these consumers.
///
/// # Errors
/// When NATS refuses; the error names what.
pub async fn apply(
    client: &async_nats::Client,
    consumers: &[DurableConsumer],
    replicas: usize,
) -> anyhow::Result<()> {
    let jetstream = jetstream::ContextBuilder::new().timeout(Duration::from_secs(10)).build(client.clone());
    for stream in stream::all() {
        jetstream.create_or_update_stream(stream_config(&stream, replicas)).await?;
    }
    for (of, bucket, max_bytes) in [
        (stream::IMPORTS_STREAM, stream::IMPORTS_BUCKET, stream::IMPORTS_MAX_BYTES),
        (stream::ATTACHMENTS_STREAM, stream::ATTACHMENTS_BUCKET, stream::ATTACHMENTS_MAX_BYTES),
    ] {
        if jetstream.get_stream_no_info(of).await?.get_info().await.is_err() {
            let bucket = object_store::Config {
                bucket: bucket.to_owned(),
                max_bytes,
                num_replicas: replicas,
                ..Default::default()
            };
            jetstream.create_object_store(bucket).await?;
        }
    }
    for consumer in consumers {
        jetstream.create_consumer_on_stream(consumer_config(consumer), consumer.stream).await?;
    }
    Ok(())
}

/// Has a service hear everything again that the streams hold: for one whose store was lost or comes from a backup. What its
/// store has heard before is passed over. The service must not run meanwhile.
///
/// # Errors
/// When NATS refuses.
pub async fn rewind(client: &async_nats::Client, consumers: &[DurableConsumer]) -> anyhow::Result<()> {
    let jetstream = jetstream::ContextBuilder::new().timeout(Duration::from_secs(10)).build(client.clone());
    for consumer in consumers {
        let stream = jetstream.get_stream_no_info(consumer.stream).await?;
        let name = consumer.service.as_str();
        if let Ok(info) = stream.consumer_info(name).await {
            anyhow::ensure!(
                info.num_waiting == 0,
                "{name} hears {} just now; stop it first",
                consumer.stream
            );
            stream.delete_consumer(name).await?;
        }
        stream.create_consumer(consumer_config(consumer)).await?;
    }
    Ok(())
}

fn stream_config(stream: &stream::Stream, replicas: usize) -> Config {
    Config {
        name: stream.name.to_owned(),
        subjects: stream.subjects.clone(),
        retention: RetentionPolicy::Limits,
        storage: StorageType::File,
        discard: DiscardPolicy::New,
        max_age: Duration::from_secs(stream.max_age_days * 86_400),
        max_bytes: stream.max_bytes,
        max_message_size: stream::MAX_MESSAGE_BYTES,
        duplicate_window: Duration::from_secs(stream::DUPLICATE_WINDOW_S),
        num_replicas: replicas,
        allow_direct: true,
        deny_delete: true,
        deny_purge: true,
        ..Default::default()
    }
}

/// No small `max_deliver`: deliveries that died with a process count too, and the consumer itself gives a message up.
fn consumer_config(consumer: &DurableConsumer) -> pull::Config {
    pull::Config {
        durable_name: Some(consumer.service.as_str().to_owned()),
        filter_subjects: consumer.filters.clone(),
        ack_policy: AckPolicy::Explicit,
        ack_wait: Duration::from_secs(30),
        max_ack_pending: 64,
        max_deliver: -1,
        max_waiting: 8,
        ..Default::default()
    }
}
