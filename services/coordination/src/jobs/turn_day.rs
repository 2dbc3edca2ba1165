//! The change of day: papers begin and end by the day, so every live warning is decided anew on each.

use crate::{
    Coordination, Error,
    dissemination::disseminate,
    store::{papers, turn, warnings},
};

/// Decides every live warning anew for every organisation, once a day: what a paper that begins today lets go, goes; what one
/// that ended let go is withdrawn.
///
/// # Errors
/// When the store does not answer; then nothing of it happened and the job runs again.
pub async fn turn_day(service: &Coordination) -> Result<(), Error> {
    let mut tx = service.db().begin().await?;
    let today = tx.now().day();
    if turn::decided_on(&mut tx).await? == Some(today) {
        return Ok(());
    }
    turn::take(&mut tx).await?;
    let live = warnings::live(&mut tx).await?;
    let partners = papers::partners_within(&mut tx, None).await?;
    for issued in &live {
        for known in &partners {
            disseminate(service, &mut tx, issued, known).await?;
        }
    }
    turn::decided(&mut tx, today).await?;
    Ok(tx.commit().await?)
}
