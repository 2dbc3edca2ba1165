//! Counting everything anew: begun, followed and stopped here, done by a job.

use contracts::{
    Failure, Role,
    analysis::recompute::{GetRecompute, ListRecomputes, Recomputation, StartRecompute, StopRecompute},
};
use domain::{RecomputeId, Threat};
use kit::Asked;

use crate::{
    Analysis, Error, RECOUNT,
    domain::recount::Run,
    store::{self, Reader, recount, spans},
};

/// Who may look at how one stands.
const OVERSEERS: &[Role] = &[Role::Operator, Role::Auditor, Role::Head];

/// Begins to count the series and levels of a threat or of all anew from all their evidence, or only to compare.
///
/// Nothing differs unless something went wrong: what is counted piece by piece comes to the same. Where just this runs already, it
/// is answered with that.
///
/// # Errors
/// When the asker is no operator, another run has not ended, days and weeks are still being counted, or the store does not answer.
pub async fn start_recompute(
    service: &Analysis,
    asked: &Asked<StartRecompute>,
) -> Result<Recomputation, Error> {
    asked.allow(&[Role::Operator])?;
    let StartRecompute { threat, check } = asked.query;
    let threats = threat.map_or_else(|| Threat::ALL.to_vec(), |threat| vec![threat]);
    for threat in &threats {
        if spans::is_due(&service.db, *threat).await? {
            let why = "days and weeks are still being counted; ask again in a few minutes";
            return Err(Failure::unavailable(why).into());
        }
    }
    let mut tx = store::turn(&service.db).await?;
    let id = match asked.seed() {
        Some(seed) => RecomputeId::derived(&seed),
        None => RecomputeId::generate(tx.now()),
    };
    if let Some((known, _)) = recount::get(&mut Reader::Tx(&mut tx), &id).await? {
        return Ok(known.told);
    }
    if let Some((open, _)) = recount::open(&mut Reader::Tx(&mut tx)).await? {
        return if open.is_of(&threats, check) {
            Ok(open.told)
        } else {
            Err(Error::Recounting(open.told.id))
        };
    }
    let revisions = recount::revisions(&mut Reader::Tx(&mut tx), &threats).await?;
    let now = tx.now();
    let run = Run::begin(id, (&threats, check), (revisions, now));
    recount::begin(&mut tx, &run).await?;
    tx.nudge(RECOUNT);
    tx.commit().await?;
    Ok(run.told)
}

/// How a run stands.
///
/// # Errors
/// When the asker is no operator, there is none, or the store does not answer.
pub async fn get_recompute(service: &Analysis, asked: &Asked<GetRecompute>) -> Result<Recomputation, Error> {
    asked.allow(OVERSEERS)?;
    let id = &asked.query.id;
    let found = recount::get(&mut Reader::Db(&service.db), id).await?;
    found.map(|(run, _)| run.told).ok_or_else(|| Error::NoRecount(id.clone()))
}

/// The newest runs, newest first.
///
/// # Errors
/// When the asker is no operator or the store does not answer.
pub async fn list_recomputes(
    service: &Analysis,
    asked: &Asked<ListRecomputes>,
) -> Result<Vec<Recomputation>, Error> {
    asked.allow(OVERSEERS)?;
    Ok(recount::newest(&mut Reader::Db(&service.db)).await?)
}

/// Stops a run before its next step.
///
/// # Errors
/// When the asker is no operator, there is none, or the store does not answer.
pub async fn stop_recompute(
    service: &Analysis,
    asked: &Asked<StopRecompute>,
) -> Result<Recomputation, Error> {
    asked.allow(&[Role::Operator])?;
    let id = &asked.query.id;
    // beside no step of it: what it has done is kept with where it goes on
    let mut tx = store::turn(&service.db).await?;
    let found = recount::get(&mut Reader::Tx(&mut tx), id).await?;
    let (run, number) = found.ok_or_else(|| Error::NoRecount(id.clone()))?;
    let now = tx.now();
    let run = run.stopping(now);
    if !run.told.has_ended() {
        recount::step(&mut tx, &run, number).await?;
        tx.nudge(RECOUNT);
        tx.commit().await?;
    }
    Ok(run.told)
}
