//! What an accepted report becomes: an observation, which a correction of the report revises, and so does the loss of what bore it out.

use contracts::{
    Failure,
    intake::{BorneOut, ReportMoved, ReportState, ReportStep, was_verified},
    principal::is_restricted,
};
use kit::{Db, Tx};

use crate::{
    domain::{
        bearing::{BORNE_OUT_NO_LONGER, was_checked},
        draft::Arrival,
        report::Accepted,
    },
    error::Error,
    store::{
        recording::{self, Bringer},
        reports::{self, Incident, ReportRow},
    },
};

/// The job that grades anew what other sources bear out no longer.
pub const BEARING: &str = "intake.report.bearing";
/// Under which name intake itself moves a report.
const ITSELF: &str = "intake";

/// Makes the observation of a report that is being accepted.
pub(super) async fn accept(tx: &mut Tx, row: &mut ReportRow, said: (&str, &str)) -> Result<(), Error> {
    let verified = row.state == ReportState::Verified;
    record(tx, row, (said, verified, "accepted")).await
}

/// Revises the observation of an accepted report that was corrected. What was verified on the word of another source alone counts as
/// verified only where one bears it out at its new place and day as well; gives what the history tells where none does any longer.
pub(super) async fn correct(
    tx: &mut Tx,
    row: &mut ReportRow,
    said: (&str, &str),
) -> Result<Option<ReportStep>, Error> {
    let rested = row.rests_on_word;
    let holds = was_checked(&row.history) || corroboration(tx, row).await?.is_some();
    let part = format!("corrected {}", row.version);
    let verified = was_verified(&row.history) && holds;
    record(tx, row, (said, verified, &part)).await?;
    Ok((rested && !verified).then(|| no_longer(tx)))
}

/// What the history of an accepted report tells where it is graded anew as unverified.
fn no_longer(tx: &Tx) -> ReportStep {
    ReportStep {
        state: ReportState::Accepted,
        by: ITSELF.to_owned(),
        at: tx.now(),
        note: BORNE_OUT_NO_LONGER.to_owned(),
        was: None,
        borne_out_by: None,
    }
}

/// Grades an accepted report anew that another source bears out no longer, and tells the desk in its history.
pub(crate) async fn fall(tx: &mut Tx, mut row: ReportRow) -> Result<(), Error> {
    let from = row.version;
    let part = format!("borne out no longer {from}");
    record(tx, &mut row, ((ITSELF, BORNE_OUT_NO_LONGER), false, &part)).await?;
    row.history.0.push(no_longer(tx));
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

/// What another source must share with a report to bear it out. Two weeks told alike are two opinions: answers take a second person.
fn told(row: &ReportRow) -> Option<Incident<'_>> {
    row.incident().filter(|_| row.form.situation.is_none())
}

/// Whether anything of another owner bears a report out, looked for beside whatever is being written.
pub(crate) async fn is_borne_out(db: &Db, row: &ReportRow) -> Result<bool, Error> {
    let Some(incident) = told(row) else { return Ok(false) };
    Ok(reports::is_corroborated(db, &incident).await?)
}

/// What of another owner bears a report out.
pub(crate) async fn corroboration(tx: &mut Tx, row: &ReportRow) -> Result<Option<BorneOut>, Error> {
    let Some(incident) = told(row) else { return Ok(None) };
    if let Some(report) = reports::corroborating(tx, &incident).await? {
        return Ok(Some(BorneOut { report: Some(report), observation: None }));
    }
    let seen = reports::corroborating_observation(tx, &incident).await?;
    Ok(seen.map(|seen| {
        let observation = Some(seen.id).filter(|_| !is_restricted(&seen.handling));
        BorneOut { report: None, observation }
    }))
}
