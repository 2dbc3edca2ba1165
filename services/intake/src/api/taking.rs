//! Taking answers to a questionnaire as they are, and taking them back.

use contracts::{Failure, intake::indicators::IndicatorsRead};
use domain::{EventId, ReadingId, ReportId};
use kit::Tx;

use crate::{
    domain::readings::Taken,
    error::Error,
    store::{
        readings::{self, Sheet},
        reports::ReportRow,
    },
};

/// Takes the answers of a report: they replace what the same source answered before for the same province and week.
pub(super) async fn take(tx: &mut Tx, row: &ReportRow, (by, note): (&str, &str)) -> Result<(), Error> {
    let unplaced = || {
        Failure::invalid("the answers cannot be taken")
            .at("/form/place", "the province is not known; refuse the report and ask for it again")
    };
    let (Some(province), Some(country)) = (&row.place.province, &row.place.country) else {
        return Err(unplaced().into());
    };
    let Some(situation) = &row.form.situation else { return Ok(()) };
    let taken = Taken {
        report: &row.report_id,
        form: &row.form.0,
        province,
        country,
        source: &row.source,
        reliability: row.reliability.unwrap_or(row.form.grade.reliability),
        verified: row.state == contracts::intake::ReportState::Verified,
        by: (by, note.trim(), tx.now()),
    };
    let now = taken.readings();
    let (week, exercise) = (situation.week, row.form.exercise);
    let sheet = Sheet { source: &row.source, province, week, exercise };
    let before = readings::standing(tx, sheet).await?;
    let withdrawn: Vec<ReadingId> =
        before.into_iter().filter(|id| !now.iter().any(|reading| reading.id == *id)).collect();
    for id in &withdrawn {
        readings::withdraw(tx, id).await?;
    }
    for reading in &now {
        readings::put(tx, (&row.report_id, sheet), reading).await?;
    }
    say(
        tx,
        (&row.report_id, row.version),
        IndicatorsRead { origin: row.report_id.to_string(), readings: now, withdrawn },
    )
    .await
}

/// Takes back the answers that still stand as this report brought them.
pub(super) async fn take_back(tx: &mut Tx, row: &ReportRow) -> Result<(), Error> {
    let withdrawn = readings::of_report(tx, &row.report_id).await?;
    for id in &withdrawn {
        readings::withdraw(tx, id).await?;
    }
    let origin = row.report_id.to_string();
    say(tx, (&row.report_id, row.version), IndicatorsRead { origin, readings: Vec::new(), withdrawn }).await
}

async fn say(tx: &mut Tx, (report, version): (&ReportId, i64), said: IndicatorsRead) -> Result<(), Error> {
    if said.readings.is_empty() && said.withdrawn.is_empty() {
        return Ok(());
    }
    let id = EventId::derived(&["readings", report.as_str(), &version.to_string()]);
    Ok(tx.say_as(&id, &said).await?)
}
