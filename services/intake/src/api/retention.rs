//! What is kept no longer.

use contracts::{
    Failure, FailureKind, Page, Role,
    intake::retention::{
        ConfirmRetention, GetRetention, Going, ListGoing, Removal, Retention, RetentionRun, RetentionState,
    },
};
use kit::Asked;

use crate::{
    Intake,
    domain::retention::{fingerprint, needs_two},
    error::Error,
    store::retention,
};

/// The job that removes what was confirmed.
pub const RETENTION_RUN: &str = "intake.retention.run";
/// Who may see what would be removed.
const OVERSEERS: &[Role] = &[Role::Operator, Role::Auditor, Role::Head];
/// Who may confirm it.
const CONFIRMERS: &[Role] = &[Role::Operator, Role::Head];
/// How many confirmed removals are shown.
const SHOWN: i64 = 50;

/// What would be removed now.
async fn preview(service: &Intake) -> Result<Vec<Removal>, Error> {
    let mut removals = Vec::new();
    for rule in &service.retention {
        removals.push(retention::counted(&service.db, rule.removal(service.db.clock().now())).await?);
    }
    Ok(removals)
}

/// What would be removed, and what was.
pub async fn get_retention(service: &Intake, asked: &Asked<GetRetention>) -> Result<Retention, Error> {
    asked.allow(OVERSEERS)?;
    let removals = preview(service).await?;
    let runs = retention::runs(&service.db, SHOWN).await?;
    Ok(Retention {
        fingerprint: fingerprint(&removals)?,
        two_persons: needs_two(&removals),
        removals,
        runs: runs.into_iter().map(retention::RunRow::run).collect(),
    })
}

/// What one rule of the preview would remove, thing by thing.
pub async fn list_going(service: &Intake, asked: &Asked<ListGoing>) -> Result<Page<Going>, Error> {
    asked.allow(OVERSEERS)?;
    let ListGoing { removal, page } = &asked.query;
    let at = (*removal as usize).checked_sub(1);
    let Some(rule) = at.and_then(|at| service.retention.get(at)) else {
        let many = service.retention.len();
        return Err(
            Failure::not_found(format!("there is no removal {removal}; the preview has {many}")).into()
        );
    };
    let rows = retention::list(&service.db, &rule.removal(service.db.clock().now()), page).await?;
    Ok(Page::cut(rows, page.size(), retention::cursor_of))
}

/// Confirms a preview. The first of two is kept; the second begins it, on what the first one saw.
pub async fn confirm_retention(
    service: &Intake,
    asked: &Asked<ConfirmRetention>,
) -> Result<RetentionRun, Error> {
    asked.allow(CONFIRMERS)?;
    let (print, who) = (asked.query.fingerprint.as_str(), &asked.principal);
    let now = preview(service).await?;
    let mut tx = service.db.begin().await?;
    match retention::get(&mut tx, print).await? {
        None if print.is_empty() || fingerprint(&now)? != print => return Err(stale().into()),
        None => {
            let state = if needs_two(&now) { RetentionState::Asked } else { RetentionState::Running };
            retention::ask(&mut tx, (print, now, state), (&who.subject, &who.name)).await?;
        }
        Some(row) => {
            let first = row.asked_subject.clone();
            if row.run().state == RetentionState::Asked {
                if first == who.subject {
                    let why = "you have confirmed it already, and observations are touched: a second person must confirm";
                    return Err(Failure::conflict(why).at("/fingerprint", why).into());
                }
                retention::confirm(&mut tx, print, &who.name).await?;
            } // else it runs or is done: twice is once
        }
    }
    let row = retention::get(&mut tx, print).await?.ok_or_else(stale)?;
    tx.nudge(RETENTION_RUN);
    tx.commit().await?;
    Ok(row.run())
}

fn stale() -> Failure {
    let why = "this is not what would be removed now: look at the preview again and confirm that one";
    Failure::new(FailureKind::Stale, why).at("/fingerprint", why)
}
