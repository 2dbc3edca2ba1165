//! The job that compares what was recorded with what others say of the same days and places, and brings clusters up to date.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;
use domain::{Day, ObservationId};
use kit::Db;
use tracing::instrument;

use crate::{
    Intake,
    domain::cluster::{
        LONGEST_DAYS, Origin, Rules, Sighting, compare,
        group::{Pair, ends},
        nearness::FARTHEST_DAYS,
        reconcile::Cause,
    },
    error::Error,
    store::cluster::{
        due::{self, Due, Ground, Spans},
        pairs, settle,
        window::{self, Whereabouts},
    },
};

/// How many batches are compared at once: what lies in the same month is read once for all of them.
const BATCHES: u32 = 20;

/// Compares everything that is due.
pub async fn run(service: &Intake) -> Result<(), Error> {
    all_due(&service.db, &service.clusters).await
}

/// Compares everything that is due in this store by these rules, oldest first.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn all_due(db: &Db, rules: &Rules) -> Result<(), Error> {
    loop {
        let batches = due::oldest(db, BATCHES).await?;
        if batches.is_empty() {
            return Ok(());
        }
        compare_batches(db, rules, batches).await?;
    }
}

#[instrument(name = "intake.cluster.compare", skip_all, fields(batches = batches.len()))]
async fn compare_batches(db: &Db, rules: &Rules, batches: Vec<(String, Due)>) -> Result<(), Error> {
    let (names, batches): (Vec<String>, Vec<Due>) = batches.into_iter().unzip();
    let fresh: Vec<due::Fresh> = batches.iter().flat_map(|due| due.fresh.iter().cloned()).collect();
    // committed before they are read: of two that arrive at once the later sees the other
    let mut tx = db.begin().await?;
    due::widen(&mut tx, &fresh).await?;
    tx.commit().await?;
    let spans = due::spans(db).await?;
    let again: Vec<ObservationId> = batches.into_iter().flat_map(|due| due.again).collect();
    let known = pairs::known(db, &again).await?;
    let crowded = fresh.iter().filter(|of| {
        let (ground, origin) =
            (Ground { country: of.country, exercise: of.exercise }, origin(&of.source, &of.owner));
        is_crowded(&spans, &ground, &origin, (of.first, of.last))
    });
    let mut wanted: Vec<ObservationId> = crowded.flat_map(|of| of.ids.iter().cloned()).collect();
    wanted.extend(again);
    let mut whereabouts = window::whereabouts(db, &wanted).await?;
    whereabouts.retain(|at| known.contains(&at.observation_id) || is_worth_it(&spans, at));
    let touched: BTreeSet<ObservationId> =
        whereabouts.iter().map(|at| at.observation_id.clone()).chain(known.iter().cloned()).collect();
    let found = find_pairs(db, rules, &whereabouts).await?;
    let mut tx = db.begin().await?;
    settle::turn(&mut tx).await?;
    if due::done(&mut tx, &names).await? < names.len() as u64 {
        return Ok(()); // another has compared some of them, and with what was revised since: what was found is of before
    }
    let mut seeds = pairs::replace(&mut tx, &touched, &found).await?;
    seeds.extend(found.into_iter().flat_map(|pair| [pair.one, pair.other]));
    seeds.extend(known);
    let cause = Cause::known(tx.now());
    settle::settle(&mut tx, seeds, rules, &cause).await?;
    tx.commit().await?;
    metrics::counter!("intake_observations_compared_total").increment(touched.len() as u64);
    Ok(())
}

fn origin(source: &str, owner: &str) -> Origin {
    Origin { source: source.to_owned(), owner: owner.to_owned() }
}

fn is_worth_it(spans: &Spans, at: &Whereabouts) -> bool {
    at.country.is_some_and(|country| {
        let ground = Ground { country, exercise: at.exercise };
        is_crowded(spans, &ground, &origin(&at.source, &at.owner), (at.occurred_from, at.occurred_to))
    })
}

/// Whether another source has anything in these days there: otherwise there is nothing to compare with.
fn is_crowded(spans: &Spans, ground: &Ground, of: &Origin, (first, last): (Day, Day)) -> bool {
    let near = |span: &(Day, Day)| span.0 <= last.plus(LONGEST_DAYS) && span.1 >= first.plus(-LONGEST_DAYS);
    spans.get(ground).is_some_and(|all| all.iter().any(|(origin, span)| origin != of && near(span)))
}

/// Observations of one country that began in one month.
struct Month<'a> {
    wanted: BTreeSet<&'a ObservationId>,
    /// The first and the last day any of them may have happened.
    days: (Day, Day),
}

/// The observations by country and month.
fn by_month(of: &[Whereabouts]) -> BTreeMap<(Ground, i32, u32), Month<'_>> {
    let mut months: BTreeMap<_, Month<'_>> = BTreeMap::new();
    for at in of {
        let Some(country) = at.country else { continue };
        let (ground, date) = (Ground { country, exercise: at.exercise }, at.occurred_from.as_date());
        let days = (at.occurred_from, at.occurred_to.min(at.occurred_from.plus(LONGEST_DAYS)));
        let month = months
            .entry((ground, date.year(), date.month()))
            .or_insert_with(|| Month { wanted: BTreeSet::new(), days });
        month.wanted.insert(&at.observation_id);
        month.days = (month.days.0.min(days.0), month.days.1.max(days.1));
    }
    months
}

/// The pairs that these observations make with others.
async fn find_pairs(db: &Db, rules: &Rules, of: &[Whereabouts]) -> Result<Vec<Pair>, Error> {
    let mut found: BTreeMap<(ObservationId, ObservationId), Pair> = BTreeMap::new();
    for ((ground, ..), Month { wanted, days: (first, last) }) in by_month(of) {
        let days = (first.plus(-FARTHEST_DAYS), last.plus(FARTHEST_DAYS));
        let around = window::around(db, &ground, days).await?;
        let sightings: Vec<Sighting> = around.iter().map(Sighting::of).collect();
        for one in sightings.iter().filter(|one| wanted.contains(&one.id)) {
            for other in sightings.iter().filter(|other| other.origin != one.origin) {
                let Some(score) = compare(one, other).filter(|s| s.total >= rules.propose) else {
                    continue;
                };
                let (one, other) = ends(one.id.clone(), other.id.clone());
                found.insert((one.clone(), other.clone()), Pair { one, other, score });
            }
        }
    }
    Ok(found.into_values().collect())
}
