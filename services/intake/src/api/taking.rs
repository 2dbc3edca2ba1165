//! Taking answers to a questionnaire as they are, and taking back what a report became: in a transaction that has reserved, or two
//! would each replace what the other does not see.

use contracts::{
    Failure,
    intake::{
        ReportState,
        indicators::{IndicatorReading, IndicatorsRead},
    },
};
use domain::{EventId, ReadingId, ReportId};
use kit::Tx;

use crate::{
    domain::readings::{Acceptance, Taken, acceptance},
    error::Error,
    store::{
        readings::{self, Sheet},
        recording,
        reports::ReportRow,
    },
};

/// Takes the answers of a report: they replace what the same source answered before for the same province and week.
pub(super) async fn take(tx: &mut Tx, row: &ReportRow, (by, note): (&str, &str)) -> Result<(), Error> {
    let (why, at) = (note.trim(), tx.now());
    let accepted = Acceptance { by, why, at, verified: row.state == ReportState::Verified };
    let (readings, withdrawn) = put(tx, row, accepted).await?;
    say(tx, row, (readings, withdrawn)).await
}

/// Writes the answers of a report in the place of what stands; gives them, and the ids of what stands no more.
async fn put(
    tx: &mut Tx,
    row: &ReportRow,
    accepted: Acceptance<'_>,
) -> Result<(Vec<IndicatorReading>, Vec<ReadingId>), Error> {
    let unplaced = || {
        Failure::invalid("the answers cannot be taken")
            .at("/form/place", "the province is not known; refuse the report and ask for it again")
    };
    let (Some(province), Some(country)) = (&row.place.province, &row.place.country) else {
        return Err(unplaced().into());
    };
    let Some(sheet) = sheet(row) else { return Ok((Vec::new(), Vec::new())) };
    let taken = Taken {
        report: &row.report_id,
        form: &row.form.0,
        province,
        country,
        source: &row.source,
        reliability: row.reliability.unwrap_or(row.form.grade.reliability),
        accepted,
    };
    let now = taken.readings();
    let before = readings::standing(tx, sheet).await?;
    let withdrawn: Vec<ReadingId> =
        before.into_iter().filter(|id| !now.iter().any(|reading| reading.id == *id)).collect();
    for id in &withdrawn {
        readings::withdraw(tx, id).await?;
    }
    for reading in &now {
        readings::put(tx, (&row.report_id, sheet), reading).await?;
    }
    Ok((now, withdrawn))
}

/// Whose answers a report brings, of which province and week; `None` where it brings none.
fn sheet(row: &ReportRow) -> Option<Sheet<'_>> {
    let (situation, province) = (row.form.situation.as_ref()?, row.place.province.as_ref()?);
    Some(Sheet { source: &row.source, province, week: situation.week, exercise: row.form.exercise })
}

/// Takes back what an accepted report became: its observation, or its answers, in the place of which those hold again that it had
/// replaced.
pub(super) async fn take_back(tx: &mut Tx, row: &ReportRow, (by, note): (&str, &str)) -> Result<(), Error> {
    if let Some(observation) = &row.observation_id {
        let fact = std::slice::from_ref(observation);
        recording::retract_standing(tx, fact, (by, note.trim())).await?;
        return Ok(());
    }
    let Some(sheet) = sheet(row) else { return Ok(()) };
    if let Some(earlier) = readings::replaced(tx, (row, sheet)).await?
        && let Some(accepted) = acceptance(&earlier.history)
    {
        let holds_again = put(tx, &earlier, accepted).await?;
        return say(tx, row, holds_again).await;
    }
    let withdrawn = readings::of_report(tx, &row.report_id).await?;
    for id in &withdrawn {
        readings::withdraw(tx, id).await?;
    }
    say(tx, row, (Vec::new(), withdrawn)).await
}

/// Says what a move of a report made of its answers.
async fn say(
    tx: &mut Tx,
    moved: &ReportRow,
    (readings, withdrawn): (Vec<IndicatorReading>, Vec<ReadingId>),
) -> Result<(), Error> {
    if readings.is_empty() && withdrawn.is_empty() {
        return Ok(());
    }
    let report: &ReportId = &moved.report_id;
    let id = EventId::derived(&["readings", report.as_str(), &moved.version.to_string()]);
    Ok(tx.say_as(&id, &IndicatorsRead { origin: report.to_string(), readings, withdrawn }).await?)
}
