//! Accepted reports that count as verified only because another source bore them out: graded anew where none does any longer, whether
//! that was refused, corrected, retracted or revised by its source.

use contracts::intake::ReportState;

use crate::{
    Intake,
    api::accepting::{corroboration, fall},
    error::Error,
    store::{observations, reports},
};

/// Looks at all of them.
pub async fn run(service: &Intake) -> Result<(), Error> {
    for row in reports::on_word(&service.db).await? {
        let mut tx = service.db.begin_from(row.cause.origin()).await?;
        if corroboration(&mut tx, &row).await?.is_some() {
            continue;
        }
        // alone before it is read again: it may be moved at this moment
        observations::reserve(&mut tx, 0).await?;
        let Some(row) = reports::get_in(&mut tx, &row.report_id).await? else { continue };
        let rests = row.rests_on_word && row.state == ReportState::Accepted;
        if rests && corroboration(&mut tx, &row).await?.is_none() {
            fall(&mut tx, row).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}
