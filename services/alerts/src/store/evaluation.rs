//! Evaluations of the rule: why there is a warning, and why there is none.

use contracts::alerts::{Evaluation, Outcome};
use domain::{AlarmId, Country, EventId, Handling, Level, ProvinceCode, Threat, Timestamp, WarningId};
use kit::{After, Db, Tx, on_db, on_tx};
use sqlx::types::Json;
use tracing::instrument;

#[derive(sqlx::FromRow)]
struct Row {
    event_id: EventId,
    rule: String,
    province: ProvinceCode,
    country: Country,
    threat: Threat,
    was: Level,
    level: Level,
    level_index: f64,
    exercise: bool,
    outcome: Outcome,
    reason: String,
    warning_id: Option<WarningId>,
    alarm_id: Option<AlarmId>,
    chance: Option<f64>,
    threshold: Option<f64>,
    evaluated_at: Timestamp,
    #[sqlx(json(nullable))]
    handling: Option<Handling>,
}

impl From<Row> for Evaluation {
    fn from(row: Row) -> Self {
        Self {
            event: row.event_id,
            rule: row.rule,
            province: row.province,
            country: row.country,
            threat: row.threat,
            was: row.was,
            now: row.level,
            index: row.level_index,
            exercise: row.exercise,
            outcome: row.outcome,
            reason: row.reason,
            warning: row.warning_id,
            alarm: row.alarm_id,
            chance: row.chance,
            threshold: row.threshold,
            at: row.evaluated_at,
            handling: row.handling,
        }
    }
}

/// Whether this event has been evaluated.
pub async fn is_known(tx: &mut Tx, event: &EventId) -> Result<bool, sqlx::Error> {
    let row: Option<(EventId,)> =
        on_tx!(tx, |c| sqlx::query_as("select event_id from rule_evaluation where event_id = $1")
            .bind(event)
            .fetch_optional(c)
            .await)?;
    Ok(row.is_some())
}

/// Keeps an evaluation.
#[instrument(skip_all, fields(event.id = %evaluation.event))]
pub async fn insert(tx: &mut Tx, evaluation: &Evaluation) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into rule_evaluation (event_id, rule, province, country, threat, was, level, level_index, exercise, outcome,
                                      reason, warning_id, alarm_id, chance, threshold, evaluated_at, handling)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
    )
    .bind(&evaluation.event)
    .bind(&evaluation.rule)
    .bind(&evaluation.province)
    .bind(evaluation.country)
    .bind(evaluation.threat)
    .bind(evaluation.was)
    .bind(evaluation.now)
    .bind(evaluation.index)
    .bind(evaluation.exercise)
    .bind(evaluation.outcome)
    .bind(&evaluation.reason)
    .bind(&evaluation.warning)
    .bind(&evaluation.alarm)
    .bind(evaluation.chance)
    .bind(evaluation.threshold)
    .bind(evaluation.at)
    .bind(evaluation.handling.as_ref().map(Json))
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// Evaluations, newest first, beginning after a page's end.
pub async fn list(
    db: &Db,
    province: Option<&ProvinceCode>,
    after: &After,
    limit: i64,
) -> Result<Vec<Evaluation>, sqlx::Error> {
    let rows: Vec<Row> = on_db!(db, |p| {
        sqlx::query_as(
        "select event_id, rule, province, country, threat, was, level, level_index, exercise, outcome, reason, warning_id,
                alarm_id, chance, threshold, evaluated_at, handling
           from rule_evaluation
          where ($1 is null or province = $1)
            and ($2 is null or evaluated_at < $2 or (evaluated_at = $2 and event_id < $3))
          order by evaluated_at desc, event_id desc limit $4"
    )
    .bind(province)
    .bind(after.at)
    .bind(&after.id)
    .bind(limit)
    .fetch_all(p)
    .await
    })?;
    Ok(rows.into_iter().map(Evaluation::from).collect())
}

/// Forgets the oldest evaluations before a moment, so many at most; how many it were.
#[instrument(skip_all)]
pub async fn forget(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64, sqlx::Error> {
    on_tx!(tx, |c| {
        sqlx::query(
        "delete from rule_evaluation where event_id in
           (select event_id from rule_evaluation where evaluated_at < $1 order by evaluated_at, event_id limit $2)"
    )
    .bind(before)
    .bind(limit)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })
}
