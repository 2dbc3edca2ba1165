//! Counting everything anew, one step after the other: a page of revisions, some places, some levels. Evidence is heard between
//! two steps, and after a crash the run goes on with the step that was lost.

use std::collections::BTreeSet;

use contracts::analysis::{
    anomalies::Anomaly,
    recompute::{RecomputeState, RecomputeStep, Recomputed},
};
use domain::{ObservationId, Threat};
use futures::future::try_join_all;
use kit::Tx;

use crate::{
    Analysis, Error, RECOUNT, SETTLE,
    domain::{
        Cell,
        recount::{Place, Run},
    },
    inbox,
    store::{
        self, Reader, day, level, listed, recompute,
        record::{self, Touched},
        recount as store_of,
    },
};

/// What a level is said to have changed by.
const CAUSE: &str = "recomputed";
/// How many revisions one step settles.
const REVISIONS: i64 = 5000;
/// A step looks at places until it has read so many revisions.
const LOOKED_AT: u64 = 5000;
/// How many places are read together.
const TOGETHER: usize = 10;
/// How many such readings go on side by side.
const SIDE_BY_SIDE: usize = 4;
/// A turn counts places until it has read so many revisions.
const COUNTED: u64 = 1000;
/// How many places one step looks at.
const PLACES: usize = 40;

/// Takes the next step of the run that is open, and has itself woken for the one after it.
///
/// # Errors
/// When the store cannot be read or written; the step is tried again, and after a few times the run fails.
pub async fn recount(service: &Analysis) -> Result<(), Error> {
    let Some((run, number)) = store_of::open(&mut Reader::Db(&service.db)).await? else { return Ok(()) };
    let Err(error) = step(service, run.clone(), number).await else { return Ok(()) };
    let mut tx = service.db.begin().await?;
    let why = "the store of analysis does not answer, or holds what cannot be read; the log of the service says more";
    let now = tx.now();
    store_of::step(&mut tx, &run.failing(why, now), number).await?;
    tx.commit().await?;
    Err(error)
}

async fn step(service: &Analysis, run: Run, number: i64) -> Result<(), Error> {
    let goes_on = run.told.state == RecomputeState::Running;
    let (tx, run) = match run.threat().zip(run.told.step).filter(|_| goes_on) {
        Some((threat, RecomputeStep::Settle)) => settle(service, run, threat).await?,
        Some((threat, RecomputeStep::Count)) => count(service, run, threat).await?,
        Some((threat, RecomputeStep::Assess)) => assess(service, run, threat).await?,
        None => {
            let tx = service.db.begin().await?;
            let now = tx.now();
            (tx, run.stopped(now))
        }
    };
    keep(tx, &run, number).await
}

/// Keeps the step together with what it wrote; nothing of it where another took it meanwhile.
async fn keep(mut tx: Tx, run: &Run, number: i64) -> Result<(), Error> {
    let is_counted_anew = run.told.state == RecomputeState::Done && !run.told.check;
    if is_counted_anew {
        store::take_turn(&mut tx).await?;
    }
    if store_of::step(&mut tx, run, number).await? {
        tx.nudge(RECOUNT);
        if is_counted_anew {
            // once at the end: what changed a level was told anew as it did
            day::take_back(&mut tx, None, None).await?;
            tx.nudge(SETTLE);
        }
        tx.commit().await?;
        if run.told.has_ended() {
            let told = &run.told;
            tracing::info!(recompute.id = %told.id, check = told.check, state = %told.state, differed = told.differed(), "counted anew");
        }
    }
    Ok(())
}

/// Marks anew which revisions of a page stand and of which incidents they are, where that is marked otherwise.
async fn settle(service: &Analysis, run: Run, threat: Threat) -> Result<(Tx, Run), Error> {
    let mut reader = Reader::Db(&service.db);
    let after = run.next.after.clone();
    let page = record::page(&mut reader, (threat, after.as_ref()), REVISIONS).await?;
    let Some((upto, looked_at)) = page else {
        let places = recompute::places(&mut reader, threat).await?;
        let tx = service.db.begin().await?;
        let now = tx.now();
        return Ok((tx, run.settled((0, 0), None, places, now)));
    };
    let unsettled = record::unsettled(&mut reader, threat, (after.as_ref(), &upto)).await?;
    let tx = if run.told.check || unsettled.is_empty() {
        service.db.begin().await?
    } else {
        let mut tx = store::turn(&service.db).await?;
        // an observation that bears on other threats too is counted anew in them as well
        let ids: Vec<&ObservationId> = unsettled.iter().collect();
        let touched: BTreeSet<Touched> = record::settle(&mut tx, &ids).await?;
        let otherwise = listed::follow(&mut tx, &ids, &service.rules).await?;
        inbox::follow(service, &mut tx, (&ids, &touched), CAUSE).await?;
        inbox::tell_otherwise(&mut tx, &otherwise).await?;
        tx
    };
    let now = tx.now();
    let run = run.settled((looked_at, unsettled.len() as u64), Some(upto), Vec::new(), now);
    Ok((tx, run))
}

/// Counts the next places and keeps what was kept otherwise.
///
/// They are looked at beside whoever writes; only where something differs a turn is taken, and the place counted in it once more.
async fn count(service: &Analysis, run: Run, threat: Threat) -> Result<(Tx, Run), Error> {
    let looked_at = look(service, &run.next.places, threat).await?;
    let differs = |of: &Recomputed| of.counts_differed() > 0;
    let mut tx = if looked_at.iter().any(differs) {
        store::turn(&service.db).await?
    } else {
        service.db.begin().await?
    };
    let (mut found, mut counted, mut in_turn) = (Recomputed::default(), 0, 0);
    for (place, of) in run.next.places.iter().zip(looked_at) {
        if in_turn >= COUNTED {
            break;
        }
        found += if differs(&of) {
            in_turn += of.revisions;
            recompute::recount(&mut tx, (place, threat), run.told.check, &service.rules).await?
        } else {
            of
        };
        counted += 1;
    }
    let is_last = counted == run.next.places.len();
    let next = if is_last { assessed(&mut tx, threat).await? } else { Vec::new() };
    let now = tx.now();
    Ok((tx, run.counted(counted, found, next, now)))
}

/// The next places as they are just now, some side by side.
async fn look(service: &Analysis, places: &[Place], threat: Threat) -> Result<Vec<Recomputed>, Error> {
    let mut looked_at: Vec<Recomputed> = Vec::new();
    for places in places.get(..PLACES).unwrap_or(places).chunks(TOGETHER * SIDE_BY_SIDE) {
        let looking: Vec<_> =
            places.chunks(TOGETHER).map(|places| look_at(service, places, threat)).collect();
        looked_at.extend(try_join_all(looking).await?.into_iter().flatten());
        if looked_at.iter().map(|of| of.revisions).sum::<u64>() >= LOOKED_AT {
            break;
        }
    }
    Ok(looked_at)
}

async fn look_at(service: &Analysis, places: &[Place], threat: Threat) -> Result<Vec<Recomputed>, Error> {
    Ok(recompute::look(&mut Reader::Db(&service.db), (places, threat), &service.rules).await?)
}

/// The places of a threat that have a level, or may have one now.
async fn assessed(tx: &mut Tx, threat: Threat) -> Result<Vec<Place>, sqlx::Error> {
    let heard_of = recompute::heard_of(&mut Reader::Tx(tx), threat).await?;
    let states = level::states(&mut Reader::Tx(tx), None, None, Some(threat)).await?;
    let cells = heard_of.iter().filter_map(|place| place.cell(threat));
    let cells: BTreeSet<Cell> = states.iter().map(level::State::cell).chain(cells).collect();
    Ok(cells.iter().map(Place::from).collect())
}

/// Looks anew at the next levels and at their unusual months, and has what changed told anew; where it is only compared, counts
/// which of them a look would change.
async fn assess(service: &Analysis, run: Run, threat: Threat) -> Result<(Tx, Run), Error> {
    let places = run.next.places.len().min(PLACES);
    let cells: BTreeSet<Cell> =
        run.next.places.iter().take(places).filter_map(|place| place.cell(threat)).collect();
    let (tx, changed) = if run.told.check {
        compare(service, &cells).await?
    } else {
        let mut tx = store::turn(&service.db).await?;
        let heard = store::assess::everything_heard(cells.iter().cloned(), tx.now().day());
        let changed = store::assess::assess(&mut tx, &heard, &service.rules, CAUSE).await?;
        let moved = unusual(service, &mut tx, &cells).await?;
        for one in &moved {
            store::anomaly::put(&mut tx, one).await?;
        }
        if changed > 0 {
            let provinces = cells.into_iter().map(|cell| cell.province).collect();
            day::take_back(&mut tx, Some(&provinces), None).await?;
            tx.nudge(SETTLE);
        }
        (tx, (changed, moved.len()))
    };
    let (now, (changed, moved)) = (tx.now(), changed);
    let run = run.assessed(places, (changed as u64, moved as u64), now);
    Ok((tx, run))
}

/// The anomalies of these cells that stand otherwise than their months are counted.
async fn unusual(
    service: &Analysis,
    tx: &mut Tx,
    cells: &BTreeSet<Cell>,
) -> Result<Vec<Anomaly>, sqlx::Error> {
    let on = tx.now().day();
    let since = store::anomaly::followed(&mut Reader::Tx(tx), cells, on).await?;
    store::anomaly::moved(tx, &since, &service.rules).await
}

/// How many of these cells stand otherwise than a look comes to, and how many of their anomalies: looked at beside whoever writes, and
/// where any does, once more in a turn.
async fn compare(service: &Analysis, cells: &BTreeSet<Cell>) -> Result<(Tx, (usize, usize)), Error> {
    let mut tx = service.db.begin().await?;
    let heard = store::assess::everything_heard(cells.iter().cloned(), tx.now().day());
    if store::assess::differing(&mut tx, &heard, &service.rules).await? == 0
        && unusual(service, &mut tx, cells).await?.is_empty()
    {
        return Ok((tx, (0, 0)));
    }
    drop(tx);
    let mut tx = store::turn(&service.db).await?;
    let differing = store::assess::differing(&mut tx, &heard, &service.rules).await?;
    let moved = unusual(service, &mut tx, cells).await?.len();
    Ok((tx, (differing, moved)))
}
