//! What changed since a moment, read from what is kept anyway.

use std::collections::BTreeMap;

use contracts::analysis::{
    LevelChange,
    anomalies::Anomaly,
    forecasts::{Forecast, Outcome},
    news::{ForecastResolved, GetNews, HeardFact, HeardOf},
};
use domain::{Day, ForecastId, ObservationId, ProvinceCode, Threat, Timestamp};
use kit::{Db, on_db};
use sqlx::{QueryBuilder, types::Json};

use super::level;
use crate::domain::{
    Month,
    news::{Outlook, Parts, moved},
};

/// How many changes of level are told at most.
const MOST_CHANGES: i64 = 50_000;
/// How many of what came in are named by province.
const NAMED: usize = 5;
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
pub async fn since(db: &Db, wanted: &GetNews) -> Result<Parts, sqlx::Error> {
    let outlooks = if wanted.exercise { Vec::new() } else { outlooks(db, wanted).await? };
    let resolved = if wanted.exercise { Vec::new() } else { resolved(db, wanted).await? };
    Ok(Parts {
        levels: levels(db, wanted).await?,
        anomalies: anomalies(db, wanted).await?,
        outlooks: moved(outlooks, wanted.since),
        resolved,
        heard: heard(db, wanted).await?,
    })
}

async fn levels(db: &Db, wanted: &GetNews) -> Result<Vec<LevelChange>, sqlx::Error> {
    let asked = level::Asked {
        exercise: wanted.exercise,
        province: wanted.province.as_ref(),
        since: Some(wanted.since),
        until: None,
        after: None,
        limit: Some(MOST_CHANGES),
    };
    Ok(level::changes(db, &asked).await?.into_iter().map(LevelChange::from).collect())
}

async fn anomalies(db: &Db, wanted: &GetNews) -> Result<Vec<Anomaly>, sqlx::Error> {
    let rows: Vec<(Json<Anomaly>,)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select body from anomaly where exercise = ");
        select.push_bind(wanted.exercise);
        select.push(" and coalesce(moved_at, opened_at) >= ").push_bind(wanted.since);
        if let Some(province) = &wanted.province {
            select.push(" and province = ").push_bind(province);
        }
        select.push(" order by month desc, anomaly_id");
        select.build_query_as().fetch_all(p).await
    })?;
    Ok(rows.into_iter().map(|(Json(anomaly),)| anomaly).collect())
}

type OutlookRow = (ForecastId, ProvinceCode, Threat, i64, f64, Timestamp);

async fn outlooks(db: &Db, wanted: &GetNews) -> Result<Vec<Outlook>, sqlx::Error> {
    let oldest = Month::of(wanted.since.day()).plus(-LOOK_BACK);
    let rows: Vec<OutlookRow> = on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select forecast_id, province, threat, months, escalation, issued_at from forecast
              where not rehearsal and scope = 'province' and months = ",
        );
        select.push_bind(WINDOW).push(" and origin >= ").push_bind(oldest);
        if let Some(province) = &wanted.province {
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

async fn resolved(db: &Db, wanted: &GetNews) -> Result<Vec<(ProvinceCode, ForecastResolved)>, sqlx::Error> {
    let oldest = Month::of(wanted.since.day()).plus(-RESOLVED_LATE);
    let rows: Vec<(Json<Forecast>, Json<Outcome>)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select body, outcome from forecast
              where not rehearsal and scope = 'province' and outcome is not null and last_month >= ",
        );
        select.push_bind(oldest);
        if let Some(province) = &wanted.province {
            select.push(" and province = ").push_bind(province);
        }
        select.push(" order by threat, months, forecast_id");
        select.build_query_as().fetch_all(p).await
    })?;
    let told = |(Json(forecast), Json(outcome)): (Json<Forecast>, Json<Outcome>)| {
        let province = forecast.province.filter(|_| outcome.resolved_at >= wanted.since)?;
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

#[derive(sqlx::FromRow)]
struct HeardRow {
    observation_id: ObservationId,
    revision: i64,
    province: ProvinceCode,
    threat: Threat,
    owner: String,
    title: String,
    place: String,
    occurred_to: Day,
    source: String,
    reliability: String,
    credibility: i64,
    stands: bool,
}

/// What came in by province. The cells that have a level are asked one by one, as their index stands.
async fn heard(db: &Db, wanted: &GetNews) -> Result<BTreeMap<ProvinceCode, HeardOf>, sqlx::Error> {
    let rows: Vec<HeardRow> = on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select e.observation_id, e.revision, e.province, e.threat, e.owner, e.title, e.place, e.occurred_to, e.source,
                    e.reliability, e.credibility, e.stands
               from level_state s join evidence e on e.province = s.province and e.threat = s.threat
                    and e.exercise = s.exercise and e.known_from >= ",
        );
        select.push_bind(wanted.since).push(" where s.exercise = ").push_bind(wanted.exercise);
        if let Some(province) = &wanted.province {
            select.push(" and s.province = ").push_bind(province);
        }
        select.push(" order by e.severity desc, e.occurred_to desc, e.observation_id, e.threat");
        select.build_query_as().fetch_all(p).await
    })?;
    let mut heard = count(rows);
    for (province, retracted) in retracted(db, wanted).await? {
        heard.entry(province).or_default().retracted = u64::try_from(retracted).unwrap_or_default();
    }
    Ok(heard)
}

/// How many facts were taken back, by province, whenever they came in.
async fn retracted(db: &Db, wanted: &GetNews) -> Result<Vec<(ProvinceCode, i64)>, sqlx::Error> {
    on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select e.province, count(distinct e.observation_id) from retraction r
               join evidence e on e.observation_id = r.observation_id
              where e.province <> '' and r.at >= ",
        );
        select.push_bind(wanted.since).push(" and e.exercise = ").push_bind(wanted.exercise);
        if let Some(province) = &wanted.province {
            select.push(" and e.province = ").push_bind(province);
        }
        select.push(" group by e.province");
        select.build_query_as().fetch_all(p).await
    })
}

fn count(rows: Vec<HeardRow>) -> BTreeMap<ProvinceCode, HeardOf> {
    let mut heard: BTreeMap<ProvinceCode, HeardOf> = BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    let mut owners = std::collections::BTreeSet::new();
    for row in rows {
        // one row for each threat it bears on: it is one fact
        if !seen.insert((row.observation_id.clone(), row.revision)) {
            continue;
        }
        let of = heard.entry(row.province.clone()).or_default();
        if owners.insert((row.province.clone(), row.owner.clone())) {
            of.owners += 1;
        }
        match row.revision {
            1 => of.new += 1,
            _ => of.revised += 1,
        }
        if row.stands && of.gravest.len() < NAMED {
            of.gravest.push(row.told());
        }
    }
    heard
}

impl HeardRow {
    fn told(self) -> HeardFact {
        HeardFact {
            observation: self.observation_id,
            threat: self.threat,
            title: self.title,
            place: self.place,
            on: self.occurred_to,
            source: self.source,
            grade: format!("{}{}", self.reliability, self.credibility),
        }
    }
}
