//! Large files: kept in a JetStream object-store bucket while they are needed, in chunks, never in one piece.

use async_nats::jetstream::object_store::ObjectStore;
use tokio::io::AsyncRead;

use super::Bus;

/// What the object store could not do.
#[derive(Debug, thiserror::Error)]
#[error("object store: {what} {object}")]
pub struct ObjectError {
    what: &'static str,
    object: String,
    #[source]
    source: async_nats::Error,
}

impl Bus {
    async fn bucket(&self, bucket: &str) -> Result<ObjectStore, ObjectError> {
        let failed =
            |error| ObjectError { what: "opening", object: bucket.to_owned(), source: Box::new(error) };
        self.jetstream.get_object_store(bucket).await.map_err(failed)
    }
    /// Keeps everything the reader gives under this name.
    ///
    /// # Errors
    /// When the bucket is full, does not answer, or the reader fails.
    pub async fn put_object(
        &self,
        bucket: &str,
        object: &str,
        reader: &mut (impl AsyncRead + Unpin + Send),
    ) -> Result<(), ObjectError> {
        let failed =
            |error| ObjectError { what: "writing", object: object.to_owned(), source: Box::new(error) };
        self.bucket(bucket).await?.put(object, reader).await.map(|_| ()).map_err(failed)
    }
    /// A reader of what is kept under this name.
    ///
    /// # Errors
    /// When there is nothing or the bucket does not answer.
    pub async fn object(
        &self,
        bucket: &str,
        object: &str,
    ) -> Result<impl AsyncRead + Unpin + Send + 'static, ObjectError> {
        let failed =
            |error| ObjectError { what: "reading", object: object.to_owned(), source: Box::new(error) };
        self.bucket(bucket).await?.get(object).await.map_err(failed)
    }
    /// Forgets what is kept under this name; nothing under it is no error.
    ///
    /// # Errors
    /// When the bucket does not answer.
    pub async fn forget_object(&self, bucket: &str, object: &str) -> Result<(), ObjectError> {
        use async_nats::jetstream::object_store::DeleteErrorKind;
        match self.bucket(bucket).await?.delete(object).await {
            Err(error) if error.kind() == DeleteErrorKind::NotFound => Ok(()),
            Err(error) => {
                Err(ObjectError { what: "deleting", object: object.to_owned(), source: Box::new(error) })
            }
            Ok(()) => Ok(()),
        }
    }
}
