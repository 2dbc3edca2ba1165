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
    level, overrides, recounted,
};
use crate::domain::{
    Month, Rules,
    news::{Outlook, Parts, is_told, mark_late, moved, net_since},
};

/// How many changes of level are told at most.
const MOST_CHANGES: i64 = 50_000;
/// How many months the outlooks that are compared speak of.
const WINDOW: i64 = 3;
/// A forecast is replaced after a month; one before the moment is not older than this.
const LOOK_BACK: i32 = 6;

/// Everything that may be news since a moment.
///
/// # Errors
/// When the store cannot be read.
pub async fn since(db: &Db, asked: &Asked<'_>, rules: &Rules) -> Result<Parts, sqlx::Error> {
    let outlooks = if asked.exercise { Vec::new() } else { outlooks(db, asked).await? };
    let resolved = if asked.exercise { Vec::new() } else { resolved(db, asked).await? };
    let mut levels = levels(db, asked).await?;
    if levels.iter().any(|change| change.now > change.was) {
        let newest = heard::newest(db, asked).await?;
        mark_late(&mut levels, (&newest, asked.since), &rules.spillover);
    }
    let until = asked.until.plus(TimeDelta::microseconds(1)); // up to the moment itself
    let set = overrides::moved(db, (asked.since, until), (asked.exercise, asked.province)).await?;
    let mut anomalies = anomalies(db, asked).await?;
    anomalies.retain(|anomaly| is_told(anomaly, (asked.since, asked.until)));
    let mut heard = heard::heard(db, asked).await?;
    for (province, (months, more)) in recounted::recounted(db, asked, rules).await? {
        let of = heard.entry(province).or_default();
        (of.recounted, of.recounted_more) = (months, more);
    }
    Ok(Parts { levels, overrides: set, anomalies, outlooks: moved(outlooks, asked.since), resolved, heard })
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
        let mut select = QueryBuilder::new(
            "select told.body from anomaly_standing told cross join anomaly one
              where one.anomaly_id = told.anomaly_id and told.since >= ",
        );
        select.push_bind(asked.since).push(" and told.since <= ").push_bind(asked.until);
        select.push(
            " and not exists (select 1 from anomaly_standing later
                               where later.anomaly_id = told.anomaly_id and later.version > told.version
                                 and later.since <= ",
        );
        select.push_bind(asked.until).push(") and one.exercise = ").push_bind(asked.exercise);
        if let Some(province) = asked.province {
            select.push(" and one.province = ").push_bind(province);
        }
        select.push(" order by one.month desc, one.anomaly_id");
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
        select.push(" and issued_at <= ").push_bind(asked.until);
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
    // by the scores, which tell since when it is known: a forecast is large, and few were resolved since
    let rows: Vec<(Json<Forecast>, Json<Outcome>)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select f.body, f.outcome from forecast_score s join forecast f on f.forecast_id = s.forecast_id
              where s.told and not s.rehearsal and s.scope = 'province' and f.outcome is not null and s.resolved_at >= ",
        );
        select.push_bind(asked.since).push(" and s.resolved_at <= ").push_bind(asked.until);
        if let Some(province) = asked.province {
            select.push(" and f.province = ").push_bind(province);
        }
        select.push(" order by f.threat, f.months, f.forecast_id");
        select.build_query_as().fetch_all(p).await
    })?;
    let told = |(Json(forecast), Json(outcome)): (Json<Forecast>, Json<Outcome>)| {
        let province = forecast.province?;
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
