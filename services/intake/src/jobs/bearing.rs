//! Accepted reports that count as verified only because another source bore them out: graded anew where none does any longer, whether
//! that was refused, corrected, retracted or revised by its source.

use contracts::intake::ReportState;
use domain::ReportId;

use crate::{
    Intake,
    api::accepting::{corroboration, fall, is_borne_out},
    domain::bearing::rests_on_word,
    error::Error,
    store::{
        observations,
        reports::{self, ReportRow},
    },
};

/// Looks at all of them; one that cannot be graded anew keeps no other from it.
pub async fn run(service: &Intake) -> Result<(), Error> {
    for report in reports::on_word(&service.db).await? {
        if let Err(failed) = look(service, &report).await {
            metrics::counter!("intake_reports_not_graded_anew_total").increment(1);
            tracing::error!(report.id = %report, error = kit::telemetry::chain(&failed), "an accepted report is not graded anew; it is tried again");
        }
    }
    Ok(())
}

async fn look(service: &Intake, report: &ReportId) -> Result<(), Error> {
    let Some(row) = reports::get(&service.db, report).await? else { return Ok(()) };
    if stands_on_word(&row) && is_borne_out(&service.db, &row).await? {
        return Ok(());
    }
    let mut tx = service.db.begin_from(row.cause.origin()).await?;
    // alone before it is read again: it may be moved at this moment
    observations::reserve(&mut tx, 0).await?;
    let Some(row) = reports::get_in(&mut tx, report).await? else { return Ok(()) };
    if !stands_on_word(&row) {
        // an earlier program noted of none on what it rests: one that was borne out at first may have been checked since
        reports::rests_on_itself(&mut tx, report).await?;
    } else if corroboration(&mut tx, &row).await?.is_none() {
        fall(&mut tx, row).await?;
    } else {
        return Ok(());
    }
    tx.commit().await?;
    Ok(())
}

/// Whether it is accepted on the word of another source alone; its history tells, and that it has not fallen already is noted.
fn stands_on_word(row: &ReportRow) -> bool {
    row.rests_on_word && row.state == ReportState::Accepted && rests_on_word(&row.history)
}
