//! Missing weekly reports: each is found once and said once.

use contracts::intake::weekly::{DueState, ReportMissing};
use domain::{AssignmentId, Day, EventId};

use crate::{
    Intake,
    domain::weekly::{due, last_past, unjudged},
    error::Error,
    store::weekly,
};

/// Looks at every week whose day is past and says what did not come.
pub async fn find_missing(service: &Intake) -> Result<(), Error> {
    let today = service.db.clock().now().day();
    let last = last_past(today, service.weekly.due_days);
    loop {
        let waiting = weekly::unjudged(&service.db, last).await?;
        let mut looked_at = 0;
        for id in &waiting {
            looked_at += u32::from(judge(service, id, today).await?);
        }
        if looked_at == 0 {
            return Ok(());
        }
    }
}

/// Looks at the weeks of one assignment; `false` where there was none to look at.
async fn judge(service: &Intake, id: &AssignmentId, today: Day) -> Result<bool, Error> {
    let due_days = service.weekly.due_days;
    let mut tx = service.db.begin().await?;
    let Some(row) = weekly::get_in(&mut tx, id).await? else { return Ok(false) };
    let weeks = unjudged(row.judged_through, due_days, today);
    let Some(last) = weeks.last() else { return Ok(false) };
    for week in &weeks {
        let came = weekly::came_in(&mut tx, *week).await?;
        let assignment = row.assignment();
        let first = weekly::first_of(&came, &assignment, None);
        let Some(due) = due(&assignment, (*week, due_days), (first.as_ref(), today)) else { continue };
        if due.state == DueState::Missing {
            let event = EventId::derived(&["missing", id.as_str(), &week.to_string()]);
            let at = tx.now();
            tx.say_as(&event, &ReportMissing { due, at }).await?;
            metrics::counter!("intake_reports_missing_total").increment(1);
        }
    }
    weekly::judged(&mut tx, id, *last).await?;
    tx.commit().await?;
    Ok(true)
}
