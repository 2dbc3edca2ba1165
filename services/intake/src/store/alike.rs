//! What else speaks of what a report speaks of.

use std::cmp::Reverse;

use contracts::intake::{ReportState, ReportStep, alike::Alike};
use domain::{Day, Handling, ObservationId, Place, ReportId, Timestamp};
use kit::{Db, on_db};
use sqlx::types::Json;

use super::{
    find::newest_handling,
    reports::{Incident, was_corrected},
};
use crate::domain::{
    alike::words_shared,
    order,
    report::{SAME_INCIDENT_DAYS, held_before, state_of},
};

/// How many of each kind are looked at, the newest.
const LOOKED_AT: u32 = 200;
/// How many of those are looked at that were corrected, most of which are of elsewhere.
const CORRECTED: u32 = 1000;

#[derive(sqlx::FromRow)]
struct ReportLike {
    report_id: ReportId,
    state: ReportState,
    form: Json<contracts::gateway::ReportForm>,
    place: Json<Place>,
    source: String,
    occurred_on: Day,
    received_at: Timestamp,
    history: Json<Vec<ReportStep>>,
}

#[derive(sqlx::FromRow)]
struct ObservationLike {
    observation_id: ObservationId,
    rank: i64,
    owner: String,
    body: Json<domain::Observation>,
}

/// Reports of the same threat and province within days, in no order; as of a moment by where and when they were held to be then.
pub async fn reports(
    db: &Db,
    incident: &Incident<'_>,
    (title, known_on): (&str, Option<Timestamp>),
) -> Result<Vec<Alike>, sqlx::Error> {
    let (first, last) = window(incident.on);
    let mut rows = held_here(db, incident, known_on).await?;
    if let Some(at) = known_on {
        rows.extend(corrected_since(db, incident, at).await?);
        rows.sort_by_key(|row| Reverse(row.received_at));
    }
    let like = |row: ReportLike| {
        let held = known_on.and_then(|at| held_before(&row.history, at));
        let (place, on) = held.map_or((row.place.0, row.occurred_on), |held| (held.place, held.occurred_on));
        if place.province.as_ref() != Some(incident.province) || on < first || on > last {
            return None;
        }
        Some(Alike {
            report: Some(row.report_id),
            observation: None,
            words_shared: words_shared(title, &row.form.title),
            title: row.form.0.title,
            on,
            kind: row.form.0.kind,
            independent: row.source != incident.owner,
            state: Some(known_on.map_or(row.state, |at| state_of(&row.history, at))),
            received_at: row.received_at,
        })
    };
    Ok(rows.into_iter().filter_map(like).take(LOOKED_AT as usize).collect())
}

/// The newest reports of the same threat that are held to be of the province and of those days, received by a moment.
async fn held_here(
    db: &Db,
    incident: &Incident<'_>,
    by: Option<Timestamp>,
) -> Result<Vec<ReportLike>, sqlx::Error> {
    let (first, last) = window(incident.on);
    on_db!(db, |p| {
        sqlx::query_as(
        "select report_id, state, form, place, source, occurred_on, received_at, history from report
          where report_id <> $1 and threat = $2 and province = $3 and exercise = $4 and occurred_on between $5 and $6
            and week is null and ($8 is null or received_at <= $8)
          order by received_at desc limit $7"
    )
    .bind(incident.report)
    .bind(incident.threat)
    .bind(incident.province)
    .bind(incident.exercise)
    .bind(first)
    .bind(last)
    .bind(i64::from(LOOKED_AT))
    .bind(by)
    .fetch_all(p)
    .await
    })
}

/// The newest reports of the same threat, received by a moment, that were corrected and are held to be of elsewhere or of other days now.
async fn corrected_since(
    db: &Db,
    incident: &Incident<'_>,
    by: Timestamp,
) -> Result<Vec<ReportLike>, sqlx::Error> {
    let (first, last) = window(incident.on);
    on_db!(db, |p| {
        sqlx::query_as(concat!(
            "select report_id, state, form, place, source, occurred_on, received_at, history from report
              where report_id <> $1 and threat = $2 and exercise = $4 and week is null and received_at <= $8
                and not (coalesce(province, '') = $3 and occurred_on between $5 and $6) and ",
            was_corrected!(),
            " order by received_at desc limit $7"
        ))
        .bind(incident.report)
        .bind(incident.threat)
        .bind(incident.province)
        .bind(incident.exercise)
        .bind(first)
        .bind(last)
        .bind(i64::from(CORRECTED))
        .bind(by)
        .fetch_all(p)
        .await
    })
}

/// Observations of the same threat and province within days that did not come from reports, in no order; none that may not be
/// told, by its handling then or by its newest, and others in the place of those.
pub async fn observations(
    db: &Db,
    incident: &Incident<'_>,
    (title, known_on): (&str, Option<Timestamp>),
    may_know: impl Fn(&Handling) -> bool,
) -> Result<Vec<Alike>, sqlx::Error> {
    let mut found: Vec<ObservationLike> = Vec::new();
    let mut below = None;
    loop {
        let mut rows = looked_at(db, incident, (below, known_on)).await?;
        let goes_on = rows.len() == LOOKED_AT as usize;
        below = rows.last().map(|row| row.rank);
        rows.retain(|row| may_know(&row.body.handling));
        if known_on.is_some() {
            let newest = newest_handling(db, rows.iter().map(|row| &row.observation_id).collect()).await?;
            rows.retain(|row| newest.get(&row.observation_id).is_none_or(&may_know));
        }
        found.extend(rows);
        if !goes_on || found.len() >= LOOKED_AT as usize {
            break;
        }
    }
    found.truncate(LOOKED_AT as usize);
    let like = |row: ObservationLike| Alike {
        report: None,
        observation: Some(row.observation_id),
        words_shared: words_shared(title, &row.body.title),
        on: row.body.occurred_from,
        independent: row.owner != incident.owner,
        state: None,
        received_at: row.body.known_from,
        kind: row.body.0.kind,
        title: row.body.0.title,
    };
    Ok(found.into_iter().map(like).collect())
}

/// The next that are looked at, the newest first: those below this rank, or the first.
async fn looked_at(
    db: &Db,
    incident: &Incident<'_>,
    (below, known_on): (Option<i64>, Option<Timestamp>),
) -> Result<Vec<ObservationLike>, sqlx::Error> {
    let (first, last) = window(incident.on);
    on_db!(db, |p| {
        sqlx::query_as(
        "select observation_id, rank, owner, body from observation
          where ((known_to is null and $8 is null) or (known_from <= $8 and (known_to is null or known_to > $8)))
            and threats like $1 and province = $2 and exercise = $3
            and rank <= $5 and ($9 is null or rank < $9) and occurred_to >= $4 and source <> $6
          order by rank desc limit $7"
    )
    .bind(format!("%,{},%", incident.threat))
    .bind(incident.province)
    .bind(incident.exercise)
    .bind(first)
    .bind(order::last_of(last))
    .bind(crate::domain::report::SOURCE)
    .bind(i64::from(LOOKED_AT))
    .bind(known_on)
    .bind(below)
    .fetch_all(p)
    .await
    })
}

fn window(on: Day) -> (Day, Day) {
    (on.plus(-SAME_INCIDENT_DAYS), on.plus(SAME_INCIDENT_DAYS))
}
