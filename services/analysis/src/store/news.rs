//! What changed since a moment, read from what is kept anyway.

use chrono::TimeDelta;
use contracts::analysis::{
    LevelChange,
    anomalies::Anomaly,
    forecasts::{Forecast, Outcome},
    news::ForecastResolved,
};
use domain::{ForecastId, ProvinceCode, Threat, Timestamp};
use kit::{Db, on_db};
use sqlx::{QueryBuilder, types::Json};

use super::{
    heard::{self, Asked},
    level, overrides,
};
use crate::domain::{
    Month,
    across::SpillRules,
    news::{Outlook, Parts, is_told, mark_late, moved, net_since},
};

/// How many changes of level are told at most.
const MOST_CHANGES: i64 = 50_000;
/// How many months the outlooks that are compared speak of.
const WINDOW: i64 = 3;
/// A forecast is replaced after a month; one before the moment is not older than this.
const LOOK_BACK: i32 = 6;
/// A window may have ended so many months before its counts came: yearly files come that late.
const RESOLVED_LATE: i32 = 30;

/// Everything that may be news since a moment.
///
/// # Errors
/// When the store cannot be read.
pub async fn since(db: &Db, asked: &Asked<'_>, rules: &SpillRules) -> Result<Parts, sqlx::Error> {
    let outlooks = if asked.exercise { Vec::new() } else { outlooks(db, asked).await? };
    let resolved = if asked.exercise { Vec::new() } else { resolved(db, asked).await? };
    let mut levels = levels(db, asked).await?;
    if levels.iter().any(|change| change.now > change.was) {
        let newest = heard::newest(db, asked).await?;
        mark_late(&mut levels, (&newest, asked.since), rules);
    }
    let until = asked.until.plus(TimeDelta::microseconds(1)); // up to the moment itself
    let set = overrides::moved(db, (asked.since, until), (asked.exercise, asked.province)).await?;
    let mut anomalies = anomalies(db, asked).await?;
    anomalies.retain(|anomaly| is_told(anomaly, (asked.since, asked.until)));
    Ok(Parts {
        levels,
        overrides: set,
        anomalies,
        outlooks: moved(outlooks, asked.since),
        resolved,
        heard: heard::heard(db, asked).await?,
    })
}

async fn levels(db: &Db, asked: &Asked<'_>) -> Result<Vec<LevelChange>, sqlx::Error> {
    let wanted = level::Asked {
        exercise: asked.exercise,
        province: asked.province,
        since: Some(asked.since),
        // up to the moment itself
        until: Some(asked.until.plus(TimeDelta::microseconds(1))),
        after: None,
        limit: Some(MOST_CHANGES),
    };
    let changes = level::changes(db, &wanted).await?;
    Ok(net_since(changes.into_iter().map(LevelChange::from).collect()))
}

async fn anomalies(db: &Db, asked: &Asked<'_>) -> Result<Vec<Anomaly>, sqlx::Error> {
    let rows: Vec<(Json<Anomaly>,)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select body from anomaly where exercise = ");
        select.push_bind(asked.exercise);
        select.push(" and coalesce(moved_at, opened_at) >= ").push_bind(asked.since);
        if let Some(province) = asked.province {
            select.push(" and province = ").push_bind(province);
        }
        select.push(" order by month desc, anomaly_id");
        select.build_query_as().fetch_all(p).await
    })?;
    Ok(rows.into_iter().map(|(Json(anomaly),)| anomaly).collect())
}

type OutlookRow = (ForecastId, ProvinceCode, Threat, i64, f64, Timestamp);

async fn outlooks(db: &Db, asked: &Asked<'_>) -> Result<Vec<Outlook>, sqlx::Error> {
    let oldest = Month::of(asked.since.day()).plus(-LOOK_BACK);
    let rows: Vec<OutlookRow> = on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select forecast_id, province, threat, months, escalation, issued_at from forecast
              where not rehearsal and scope = 'province' and months = ",
        );
        select.push_bind(WINDOW).push(" and origin >= ").push_bind(oldest);
        if let Some(province) = asked.province {
            select.push(" and province = ").push_bind(province);
        }
        select.build_query_as().fetch_all(p).await
    })?;
    let outlook = |(forecast, province, threat, months, chance, issued_at): OutlookRow| Outlook {
        forecast,
        province,
        threat,
        months: u32::try_from(months).unwrap_or_default(),
        chance,
        issued_at,
    };
    Ok(rows.into_iter().map(outlook).collect())
}

async fn resolved(db: &Db, asked: &Asked<'_>) -> Result<Vec<(ProvinceCode, ForecastResolved)>, sqlx::Error> {
    let oldest = Month::of(asked.since.day()).plus(-RESOLVED_LATE);
    let rows: Vec<(Json<Forecast>, Json<Outcome>)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select body, outcome from forecast
              where not rehearsal and scope = 'province' and outcome is not null and last_month >= ",
        );
        select.push_bind(oldest);
        if let Some(province) = asked.province {
            select.push(" and province = ").push_bind(province);
        }
        select.push(" order by threat, months, forecast_id");
        select.build_query_as().fetch_all(p).await
    })?;
    let told = |(Json(forecast), Json(outcome)): (Json<Forecast>, Json<Outcome>)| {
        let province = forecast.province.filter(|_| outcome.resolved_at >= asked.since)?;
        let resolved = ForecastResolved {
            forecast: forecast.id,
            threat: forecast.threat,
            months: forecast.months,
            counted: forecast.counted,
            range: (forecast.expected.p05, forecast.expected.p95),
            observed: outcome.observed,
            within: outcome.expected.within,
        };
        Some((province, resolved))
    };
    Ok(rows.into_iter().filter_map(told).collect())
}
