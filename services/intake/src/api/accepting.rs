//! What an accepted report becomes: an observation, which a correction of the report revises, and so does the loss of what bore it out.

use contracts::{
    Failure,
    intake::{BorneOut, ReportMoved, ReportState, ReportStep},
    principal::is_restricted,
};
use kit::Tx;

use crate::{
    domain::{
        bearing::{BORNE_OUT_NO_LONGER, was_checked, was_verified},
        draft::Arrival,
        report::Accepted,
    },
    error::Error,
    store::{
        recording::{self, Bringer},
        reports::{self, ReportRow},
    },
};

/// The job that grades anew what other sources bear out no longer.
pub const BEARING: &str = "intake.report.bearing";

/// Makes the observation of a report that is being accepted.
pub(super) async fn accept(tx: &mut Tx, row: &mut ReportRow, said: (&str, &str)) -> Result<(), Error> {
    let verified = row.state == ReportState::Verified;
    record(tx, row, (said, verified, "accepted")).await
}

/// Revises the observation of an accepted report that was corrected. What was verified on the word of another source alone counts as
/// verified only where one bears it out at its new place and day as well.
pub(super) async fn correct(tx: &mut Tx, row: &mut ReportRow, said: (&str, &str)) -> Result<(), Error> {
    let holds = was_checked(&row.history) || corroboration(tx, row).await?.is_some();
    let part = format!("corrected {}", row.version);
    let verified = was_verified(&row.history) && holds;
    record(tx, row, (said, verified, &part)).await
}

/// Grades an accepted report anew that another source bears out no longer, and tells the desk in its history.
pub(crate) async fn fall(tx: &mut Tx, mut row: ReportRow) -> Result<(), Error> {
    let (from, by) = (row.version, "intake");
    let part = format!("borne out no longer {from}");
    record(tx, &mut row, ((by, BORNE_OUT_NO_LONGER), false, &part)).await?;
    row.history.0.push(ReportStep {
        state: ReportState::Accepted,
        by: by.to_owned(),
        at: tx.now(),
        note: BORNE_OUT_NO_LONGER.to_owned(),
        was: None,
        borne_out_by: None,
    });
    row.version = from + 1;
    if !reports::store_move(tx, &row, from).await? {
        let why = "the report is being changed by another; it is tried again";
        return Err(Failure::unavailable(why).into());
    }
    tx.say(&ReportMoved { report: row.report() }).await?;
    metrics::counter!("intake_reports_borne_out_no_longer_total").increment(1);
    Ok(())
}

/// Records the report as it is held to be now.
async fn record(
    tx: &mut Tx,
    row: &mut ReportRow,
    ((by, note), verified, part): ((&str, &str), bool, &str),
) -> Result<(), Error> {
    let accepted = Accepted {
        report: &row.report_id,
        form: &row.form.0,
        place: &row.place.0,
        source: &row.source,
        reliability: row.reliability.unwrap_or(row.form.grade.reliability),
        occurred_on: row.occurred_on,
        verified,
        by,
        note: note.trim(),
    };
    let draft = accepted.draft();
    if let Some(objection) = draft.objection() {
        return Err(Failure::invalid("the report cannot become an observation")
            .at("/form", objection)
            .into());
    }
    row.observation_id = Some(draft.id());
    row.rests_on_word = verified && !was_checked(&row.history);
    let arrival = Arrival { report: Some(row.report_id.clone()), ..Arrival::at(tx.now()) };
    let bringer = Bringer { origin: row.report_id.as_str(), part, arrival };
    recording::record(tx, vec![draft], &bringer).await?;
    tx.nudge(recording::TEXT_INDEX);
    Ok(())
}

/// What of another owner bears a report out. Two weeks told alike are two opinions: answers take a second person.
pub(crate) async fn corroboration(tx: &mut Tx, row: &ReportRow) -> Result<Option<BorneOut>, Error> {
    let Some(incident) = row.incident().filter(|_| row.form.situation.is_none()) else { return Ok(None) };
    if let Some(report) = reports::corroborating(tx, &incident).await? {
        return Ok(Some(BorneOut { report: Some(report), observation: None }));
    }
    let seen = reports::corroborating_observation(tx, &incident).await?;
    Ok(seen.map(|seen| {
        let observation = Some(seen.id).filter(|_| !is_restricted(&seen.handling));
        BorneOut { report: None, observation }
    }))
}
