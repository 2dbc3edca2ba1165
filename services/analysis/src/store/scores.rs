//! How good forecasts were, model by model: written when a window is over.

use contracts::analysis::forecasts::{Chance, Forecast, Outcome, Scope};
use domain::{ForecastId, Threat, Timestamp};
use forecast::{
    rolling,
    score::{self, tenth},
};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::{QueryBuilder, types::Json};

use super::AT_ONCE;
use crate::domain::{
    Month,
    scorecard::Scored,
    share::{self, Record, SHARES},
};

/// How many rows one statement writes.
const ROWS: usize = 200;

/// Keeps how good every model of these forecasts was; what is kept already stays.
///
/// # Errors
/// When the store cannot be written.
pub async fn put(tx: &mut Tx, resolved: &[(&Forecast, &Outcome, Vec<Scored>)]) -> Result<(), sqlx::Error> {
    let rows: Vec<(&Forecast, &Outcome, &Scored)> =
        resolved.iter().flat_map(|(of, outcome, all)| all.iter().map(|one| (*of, *outcome, one))).collect();
    for rows in rows.chunks(ROWS) {
        on_tx!(tx, |c| {
            let mut insert = QueryBuilder::new(
                "insert into forecast_score (forecast_id, model, told, threat, scope, country, months, origin, rehearsal,
                     observed, escalated, escalation, crps, crps_of_logs, interval_score, is_within, place_tenth,
                     chance_1, chance_25, chance_100, tenth_1, tenth_25, tenth_100, log_1, log_25, log_100, resolved_at) ",
            );
            insert.push_values(rows, |mut row, (of, outcome, scored)| {
                let scope = if of.province.is_some() { Scope::Province } else { Scope::Country };
                row.push_bind(&of.id).push_bind(&scored.expected.model).push_bind(scored.told);
                row.push_bind(of.threat).push_bind(scope).push_bind(of.country);
                row.push_bind(i64::from(of.months)).push_bind(Month::of(of.origin)).push_bind(of.rehearsal);
                row.push_bind(i64::try_from(outcome.observed).unwrap_or(i64::MAX));
                row.push_bind(outcome.observed >= of.escalation_from).push_bind(scored.expected.escalation);
                row.push_bind(scored.score.crps).push_bind(scored.score.crps_of_logs);
                row.push_bind(scored.score.interval).push_bind(scored.score.within);
                row.push_bind(tenth(scored.score.place) as i64);
                let chances = rolling::EVENTS.map(|at_least| chance(&scored.expected.chances, at_least));
                for chance in chances {
                    row.push_bind(chance);
                }
                for chance in chances {
                    row.push_bind(tenth(chance) as i64);
                }
                for (chance, at_least) in chances.into_iter().zip(rolling::EVENTS) {
                    row.push_bind(score::log_score(chance, outcome.observed >= at_least));
                }
                row.push_bind(outcome.resolved_at);
            });
            insert.push(" on conflict (forecast_id, model) do nothing");
            insert.build().execute(c).await.map(|_| ())
        })?;
    }
    close(tx, &resolved.iter().map(|(of, ..)| &of.id).collect::<Vec<_>>()).await
}

/// Notes that these forecasts are scored, and lets go what other models expected of them.
async fn close(tx: &mut Tx, ids: &[&ForecastId]) -> Result<(), sqlx::Error> {
    for ids in ids.chunks(AT_ONCE) {
        for statement in ["update forecast set is_scored = true where ", "delete from forecast_rival where "]
        {
            on_tx!(tx, |c| {
                let mut write = QueryBuilder::new(statement);
                write.push("forecast_id in (");
                let mut list = write.separated(", ");
                for id in ids {
                    list.push_bind(*id);
                }
                write.push(")");
                write.build().execute(c).await.map(|_| ())
            })?;
        }
    }
    Ok(())
}

/// Notes since when it is known what came of forecasts that an earlier version of the program scored without it.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn take_up(tx: &mut Tx) -> Result<(), sqlx::Error> {
    let mut last: Option<ForecastId> = None;
    loop {
        // some may have no outcome: on they go by all that are looked at
        let rows: Vec<(ForecastId, Option<Json<Outcome>>)> = on_tx!(tx, |c| {
            sqlx::query_as(
                "select s.forecast_id, f.outcome from (
                     select distinct forecast_id from forecast_score where resolved_at is null and forecast_id > $1
                      order by forecast_id limit $2) s
                   left join forecast f on f.forecast_id = s.forecast_id order by s.forecast_id",
            )
            .bind(last.as_ref().map_or("", ForecastId::as_str))
            .bind(ROWS as i64)
            .fetch_all(c)
            .await
        })?;
        let Some((id, _)) = rows.last() else { return Ok(()) };
        last = Some(id.clone());
        let resolved: Vec<(ForecastId, Timestamp)> = rows
            .into_iter()
            .filter_map(|(id, outcome)| outcome.map(|Json(outcome)| (id, outcome.resolved_at)))
            .collect();
        if resolved.is_empty() {
            continue;
        }
        on_tx!(tx, |c| {
            let mut update = QueryBuilder::new("update forecast_score set resolved_at = came.column2 from (");
            update.push_values(&resolved, |mut row, (id, at)| {
                row.push_bind(id).push_bind(*at);
            });
            update.push(") as came where forecast_id = came.column1 and resolved_at is null");
            update.build().execute(c).await.map(|_| ())
        })?;
    }
}

fn chance(told: &[Chance], at_least: u64) -> f64 {
    told.iter().find(|chance| chance.at_least == at_least).map_or(0.0, |chance| chance.chance)
}

/// Some forecasts that were resolved before scores were kept.
///
/// # Errors
/// When the store cannot be read.
pub async fn unscored(db: &Db) -> Result<Vec<(Forecast, Outcome)>, sqlx::Error> {
    let rows: Vec<(Json<Forecast>, Json<Outcome>)> = on_db!(db, |p| {
        sqlx::query_as(
        "select body, outcome from forecast where outcome is not null and not is_scored order by forecast_id limit 200"
    )
    .fetch_all(p)
    .await
    })?;
    Ok(rows.into_iter().map(|(Json(forecast), Json(outcome))| (forecast, outcome)).collect())
}

/// How each share of the ladder did on forecasts of a threat, scope and window, over the newest windows for which all were scored.
///
/// # Errors
/// When the store cannot be read.
pub async fn of_shares(
    db: &Db,
    (threat, scope, months): (Threat, Scope, u32),
) -> Result<Record, sqlx::Error> {
    let rows: Vec<(String, i64, i64, i64, f64)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("with tried as (select * from forecast_score where threat = ");
        select.push_bind(threat).push(" and scope = ").push_bind(scope);
        select.push(" and months = ").push_bind(i64::from(months)).push(" and model in (");
        let mut list = select.separated(", ");
        for share in SHARES {
            list.push_bind(share::name(share));
        }
        select.push(
            ")), whole as (select forecast_id, origin from tried group by forecast_id, origin having count(*) = ",
        );
        select.push_bind(SHARES.len() as i64);
        select.push("), newest as (select distinct origin from whole order by origin desc limit ");
        select.push_bind(i64::from(share::ORIGINS));
        select.push(
            ") select t.model, count(*), count(distinct t.origin), sum(case when t.observed > 0 then 1 else 0 end), avg(t.crps_of_logs)
                 from tried t join whole w on w.forecast_id = t.forecast_id join newest n on n.origin = w.origin group by t.model",
        );
        select.build_query_as().fetch_all(p).await
    })?;
    let whole = |number: i64| u64::try_from(number).unwrap_or_default();
    let Some((_, windows, origins, reached, _)) = rows.first() else { return Ok(Record::default()) };
    let mean = |share: f64| rows.iter().find(|row| row.0 == share::name(share)).map(|row| row.4);
    let [none, third, most] = SHARES.map(mean);
    let crps_of_logs = none.zip(third).zip(most).map(|((none, third), most)| [none, third, most]);
    Ok(Record { origins: whole(*origins), windows: whole(*windows), reached: whole(*reached), crps_of_logs })
}
