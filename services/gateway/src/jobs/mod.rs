//! What the gateway does by itself: wakes the event streams, forgets what is over.

use contracts::stream::ATTACHMENTS_BUCKET;

use crate::{
    Error, Gateway,
    store::{attachments, drafts, idempotency, parts, reporters, sessions, stream, uploads},
};

/// The job that wakes the event streams.
pub const TELL: &str = "gateway.stream.tell";
/// The job that forgets answers, sessions, codes and old events.
pub const FORGET: &str = "gateway.answer.forget";
/// The job that forgets files whose upload broke off.
pub const SWEEP: &str = "gateway.upload.sweep";
/// The job that removes files of reports that were kept long enough, and forgets removed ones.
pub const FORGET_FILES: &str = "gateway.attachment.forget";

/// Tells every open stream how far there is something to tell.
pub(crate) async fn tell(gateway: &Gateway) -> Result<(), Error> {
    let (_, last) = stream::bounds(&gateway.db).await?;
    gateway.told.send_if_modified(|seen| std::mem::replace(seen, last) != last);
    Ok(())
}

/// Forgets answers kept long enough, sessions and codes that are over, events beyond the stream's length, files that never came
/// whole, and what is left of destroyed keys.
pub(crate) async fn forget(gateway: &Gateway) -> Result<(), Error> {
    let kept = chrono::Duration::days(i64::from(gateway.settings.idempotency_days));
    let before = gateway.clock.now().minus(kept);
    loop {
        let mut tx = gateway.db.begin().await?;
        let forgotten = idempotency::forget(&mut tx, before).await?;
        tx.commit().await?;
        if forgotten == 0 {
            break;
        }
    }
    let mut tx = gateway.db.begin().await?;
    uploads::forget_accepted(&mut tx, before).await?;
    sessions::forget(&mut tx).await?;
    stream::trim(&mut tx, gateway.settings.stream_events).await?;
    let unsent = chrono::Duration::days(i64::from(gateway.settings.draft_days));
    drafts::forget(&mut tx, gateway.clock.now().minus(unsent)).await?;
    let broken_off = chrono::Duration::days(i64::from(gateway.settings.upload_days));
    parts::forget_before(&mut tx, gateway.clock.now().minus(broken_off)).await?;
    tx.commit().await?;
    Ok(reporters::scrub(&gateway.db).await?)
}

/// Forgets files whose upload broke off a day ago or longer.
pub(crate) async fn sweep(gateway: &Gateway) -> Result<(), Error> {
    let before = gateway.clock.now().minus(chrono::Duration::days(1));
    for (bucket, object) in uploads::broken_off(&gateway.db, before).await? {
        let forgotten = gateway.bus.forget_object(&bucket, &object).await;
        forgotten.map_err(|error| Error::Object(Box::new(error)))?;
        let mut tx = gateway.db.begin().await?;
        uploads::end(&mut tx, &object).await?;
        tx.commit().await?;
        tracing::info!(object, "forgot a file whose upload broke off");
    }
    Ok(())
}

/// Removes files of reports that were kept long enough, and forgets what was removed and still lies in the object store.
pub(crate) async fn forget_files(gateway: &Gateway) -> Result<(), Error> {
    let kept = chrono::Duration::days(i64::from(gateway.settings.attachment_days));
    loop {
        let mut tx = gateway.db.begin().await?;
        let old = attachments::remove_before(&mut tx, gateway.clock.now().minus(kept)).await?;
        tx.commit().await?;
        if old == 0 {
            break;
        }
    }
    for (id, object) in attachments::to_forget(&gateway.db).await? {
        let forgotten = gateway.bus.forget_object(ATTACHMENTS_BUCKET, &object).await;
        forgotten.map_err(|error| Error::Object(Box::new(error)))?;
        let mut tx = gateway.db.begin().await?;
        attachments::forgotten(&mut tx, &id).await?;
        tx.commit().await?;
    }
    Ok(())
}
