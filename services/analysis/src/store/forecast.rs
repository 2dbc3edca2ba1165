//! Forecasts as they are kept, and the counts they are made from.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{
    forecasting::GetWatchList,
    forecasts::{Forecast, ForecastsIssued, ListForecasts, Outcome, Scope},
};
use domain::{Country, Day, EventId, ForecastId, ProvinceCode, Threat, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::{QueryBuilder, types::Json};

use super::{Reader, handling::Markings, of_provinces, on_reader};
use crate::domain::{
    Cell, Month,
    board::{Atoms, Counts, Made, Rival},
    reach::Months,
};

/// How many rows one statement writes.
const ROWS: usize = 200;
/// How many a watch list names at most.
const MOST_WATCHED: u32 = 100;

/// What the series counted of a threat in these months; nothing of the exercise.
///
/// # Errors
/// When the store cannot be read.
pub async fn counts(db: &Db, threat: Threat, (first, last): Months) -> Result<Counts, sqlx::Error> {
    let counted = if threat.is_violence() { "deaths" } else { "events" };
    let rows: Vec<(Country, String, Month, i64)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select country, province, month, ");
        select.push(counted).push(" from series_cell where not exercise and threat = ").push_bind(threat);
        select.push(" and month >= ").push_bind(first).push(" and month <= ").push_bind(last);
        select.build_query_as().fetch_all(p).await
    })?;
    Ok(rows
        .into_iter()
        .map(|(country, province, month, count)| ((country, province, month), count as f64))
        .collect())
}

/// From which months this threat and scope was forecast already, and for which countries.
///
/// # Errors
/// When the store cannot be read.
pub async fn origins(
    db: &Db,
    threat: Threat,
    scope: Scope,
) -> Result<BTreeSet<(Month, Country)>, sqlx::Error> {
    let rows: Vec<(Month, Country)> = on_db!(db, |p| sqlx::query_as(
        "select distinct origin, country from forecast where threat = $1 and scope = $2"
    )
    .bind(threat)
    .bind(scope)
    .fetch_all(p)
    .await)?;
    Ok(rows.into_iter().collect())
}

/// Keeps forecasts and says those that are no rehearsals. What is kept already stays as it is.
///
/// # Errors
/// When the store cannot be written.
pub async fn put(tx: &mut Tx, scope: Scope, made: &[Made]) -> Result<(), sqlx::Error> {
    for made in made.chunks(ROWS) {
        on_tx!(tx, |c| {
            let mut insert = QueryBuilder::new(
                "insert into forecast (forecast_id, threat, scope, country, province, months, origin, last_month,
                     rehearsal, escalation, body, atoms, issued_at) ",
            );
            insert.push_values(made, |mut row, Made { forecast, expected, naive, .. }| {
                let province = forecast.province.as_ref().map_or("", ProvinceCode::as_str);
                row.push_bind(&forecast.id).push_bind(forecast.threat).push_bind(scope);
                row.push_bind(forecast.country).push_bind(province).push_bind(i64::from(forecast.months));
                row.push_bind(Month::of(forecast.origin)).push_bind(Month::of(forecast.to));
                row.push_bind(forecast.rehearsal).push_bind(forecast.expected.escalation);
                row.push_bind(Json(forecast))
                    .push_bind(Json((expected, naive)))
                    .push_bind(forecast.issued_at);
            });
            insert.push(" on conflict (forecast_id) do nothing");
            insert.build().execute(c).await.map(|_| ())
        })?;
        put_rivals(tx, made).await?;
    }
    say(tx, scope, made).await
}

async fn put_rivals(tx: &mut Tx, made: &[Made]) -> Result<(), sqlx::Error> {
    let rivals: Vec<(&ForecastId, &Rival)> =
        made.iter().flat_map(|made| made.rivals.iter().map(|rival| (&made.forecast.id, rival))).collect();
    for rivals in rivals.chunks(ROWS) {
        on_tx!(tx, |c| {
            let mut insert = QueryBuilder::new("insert into forecast_rival (forecast_id, model, body) ");
            insert.push_values(rivals, |mut row, (id, rival)| {
                row.push_bind(*id).push_bind(&rival.expected.model).push_bind(Json(*rival));
            });
            insert.push(" on conflict (forecast_id, model) do nothing");
            insert.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

async fn say(tx: &mut Tx, scope: Scope, made: &[Made]) -> Result<(), sqlx::Error> {
    let issued = made.iter().map(|made| &made.forecast).filter(|forecast| !forecast.rehearsal);
    let mut issued: Vec<Forecast> = issued.cloned().collect();
    if issued.is_empty() {
        return Ok(());
    }
    let markings = Markings::read(&mut Reader::Tx(tx), false, None).await?;
    for one in &mut issued {
        one.handling = Some(markings.of_forecast(one));
    }
    for forecasts in issued.chunk_by(|one, other| one.months == other.months && one.origin == other.origin) {
        let Some(Forecast { threat, origin, months, .. }) = forecasts.first() else { continue };
        let (threat, origin, months) = (*threat, *origin, *months);
        let id = EventId::generate(tx.now());
        tx.say_as(&id, &ForecastsIssued { threat, scope, origin, months, forecasts: forecasts.to_vec() })
            .await?;
    }
    Ok(())
}

/// One forecast whose window may be over.
#[derive(Debug)]
pub struct Open {
    /// The forecast.
    pub forecast: Forecast,
    /// Its distribution.
    pub expected: Atoms,
    /// The naive rule's.
    pub naive: Atoms,
    /// What other models expect of it.
    pub rivals: Vec<Rival>,
}

type OpenRow = (Json<Forecast>, Json<(Atoms, Atoms)>);

/// Forecasts of a threat that are not resolved and speak of no month after `last`; by id, so many after `after`.
///
/// # Errors
/// When the store cannot be read.
pub async fn open(
    db: &Db,
    (threat, last): (Threat, Month),
    after: Option<&ForecastId>,
) -> Result<Vec<Open>, sqlx::Error> {
    let rows: Vec<OpenRow> = on_db!(db, |p| sqlx::query_as(
        "select body, atoms from forecast
          where outcome is null and threat = $1 and last_month <= $2 and forecast_id > $3
          order by forecast_id limit 500"
    )
    .bind(threat)
    .bind(last)
    .bind(after.map_or("", ForecastId::as_str))
    .fetch_all(p)
    .await)?;
    let mut open: Vec<Open> = rows
        .into_iter()
        .map(|(Json(forecast), Json((expected, naive)))| Open {
            forecast,
            expected,
            naive,
            rivals: Vec::new(),
        })
        .collect();
    if let Some((first, last)) = open.first().zip(open.last()) {
        let mut rivals = rivals(db, (&first.forecast.id, &last.forecast.id)).await?;
        for open in &mut open {
            open.rivals = rivals.remove(&open.forecast.id).unwrap_or_default();
        }
    }
    Ok(open)
}

/// What other models expect of the forecasts between these two.
async fn rivals(
    db: &Db,
    (first, last): (&ForecastId, &ForecastId),
) -> Result<BTreeMap<ForecastId, Vec<Rival>>, sqlx::Error> {
    let rows: Vec<(ForecastId, String, Json<Rival>)> = on_db!(db, |p| {
        sqlx::query_as(
        "select forecast_id, model, body from forecast_rival where forecast_id >= $1 and forecast_id <= $2
          order by forecast_id, model"
    )
    .bind(first)
    .bind(last)
    .fetch_all(p)
    .await
    })?;
    let mut all: BTreeMap<ForecastId, Vec<Rival>> = BTreeMap::new();
    for (id, model, Json(mut rival)) in rows {
        // one that was kept under another name is told under the one it has now
        rival.expected.model = model;
        all.entry(id).or_default().push(rival);
    }
    Ok(all)
}

/// Writes down what came of forecasts; what is written down already stays.
///
/// # Errors
/// When the store cannot be written.
pub async fn resolve(tx: &mut Tx, outcomes: &[(ForecastId, Outcome)]) -> Result<(), sqlx::Error> {
    for outcomes in outcomes.chunks(ROWS) {
        on_tx!(tx, |c| {
            let mut update = QueryBuilder::new("update forecast set outcome = came.column2 from (");
            update.push_values(outcomes, |mut row, (id, outcome)| {
                row.push_bind(id).push_bind(Json(outcome));
            });
            update.push(") as came where forecast_id = came.column1 and outcome is null");
            update.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

type Row = (Json<Forecast>, Option<Json<Outcome>>);

fn told((Json(forecast), outcome): Row) -> Forecast {
    Forecast { outcome: outcome.map(|Json(outcome)| outcome), ..forecast }
}

/// The same as it stood at a moment: what came of it was not known before it was written down.
fn stood(row: Row, at: Option<Timestamp>) -> Forecast {
    let mut forecast = told(row);
    forecast.outcome = forecast.outcome.filter(|came| at.is_none_or(|at| came.resolved_at <= at));
    forecast
}

/// One forecast.
///
/// # Errors
/// When the store cannot be read.
pub async fn get(db: &Db, id: &ForecastId) -> Result<Option<Forecast>, sqlx::Error> {
    let row: Option<Row> =
        on_db!(db, |p| sqlx::query_as("select body, outcome from forecast where forecast_id = $1")
            .bind(id)
            .fetch_optional(p)
            .await)?;
    Ok(row.map(told))
}

/// Where a page of forecasts begins: after this origin, window and forecast.
pub type After = (Month, u32, ForecastId);

/// Forecasts, newest origin first: one more than the page holds; as they stood at a moment where one is given. What is issued is
/// never changed, so that a moment needs no history of it.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(
    db: &Db,
    wanted: &ListForecasts,
    after: Option<After>,
) -> Result<Vec<Forecast>, sqlx::Error> {
    let rows: Vec<Row> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select body, outcome from forecast where rehearsal = ");
        select.push_bind(wanted.rehearsal);
        if let Some(scope) = wanted.scope {
            select.push(" and scope = ").push_bind(scope);
        }
        if let Some(province) = &wanted.province {
            select.push(" and province = ").push_bind(province);
        }
        if let Some(country) = wanted.country {
            select.push(" and country = ").push_bind(country);
        }
        if let Some(threat) = wanted.threat {
            select.push(" and threat = ").push_bind(threat);
        }
        if let Some(months) = wanted.months {
            select.push(" and months = ").push_bind(i64::from(months));
        }
        if let Some(origin) = wanted.origin {
            select.push(" and origin = ").push_bind(Month::of(origin));
        }
        if let Some(at) = wanted.known_on {
            select.push(" and issued_at <= ").push_bind(at);
        }
        if let Some((origin, months, id)) = &after {
            let months = i64::from(*months);
            select.push(" and (origin < ").push_bind(*origin).push(" or (origin = ").push_bind(*origin);
            select.push(" and (months > ").push_bind(months).push(" or (months = ").push_bind(months);
            select.push(" and forecast_id > ").push_bind(id).push("))))");
        }
        select.push(" order by origin desc, months, forecast_id limit ");
        select.push_bind(i64::from(wanted.page.size()) + 1);
        select.build_query_as().fetch_all(p).await
    })?;
    Ok(rows.into_iter().map(|row| stood(row, wanted.known_on)).collect())
}

/// Of the newest forecasts that were issued for provinces, those in which an escalation is likeliest; none whose last month was over
/// at the moment asked of.
///
/// # Errors
/// When the store cannot be read.
pub async fn watch(db: &Db, wanted: &GetWatchList) -> Result<Vec<Forecast>, sqlx::Error> {
    let month = Month::of(wanted.known_on.unwrap_or_else(|| db.clock().now()).day());
    let rows: Vec<Row> = on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select f.body, f.outcome from forecast f where not f.rehearsal and f.scope = 'province' and f.months = ",
        );
        select.push_bind(i64::from(wanted.months));
        select.push(" and f.last_month >= ").push_bind(month);
        if let Some(threat) = wanted.threat {
            select.push(" and f.threat = ").push_bind(threat);
        }
        if let Some(country) = wanted.country {
            select.push(" and f.country = ").push_bind(country);
        }
        select.push(
            " and f.origin = (select max(newest.origin) from forecast newest where not newest.rehearsal
                                and newest.threat = f.threat and newest.scope = f.scope and newest.months = f.months",
        );
        if let Some(at) = wanted.known_on {
            select.push(" and newest.issued_at <= ").push_bind(at);
            select.push(") and f.issued_at <= ").push_bind(at);
        } else {
            select.push(")");
        }
        select.push(" order by f.escalation desc, f.forecast_id limit ");
        select.push_bind(i64::from(wanted.limit.clamp(1, MOST_WATCHED)));
        select.build_query_as().fetch_all(p).await
    })?;
    Ok(rows.into_iter().map(|row| stood(row, wanted.known_on)).collect())
}

/// The newest forecast of each province and threat over so many months that was issued before `known_before` and speaks of the month of
/// `on`; none from rehearsals.
///
/// # Errors
/// When the store cannot be read.
pub async fn foretold(
    db: &Db,
    months: u32,
    (on, known_before): (Day, Timestamp),
) -> Result<Vec<Forecast>, sqlx::Error> {
    let rows: Vec<Row> = on_db!(db, |p| {
        sqlx::query_as(
        "select f.body, f.outcome from forecast f
          where not f.rehearsal and f.scope = 'province' and f.months = $1 and f.last_month >= $2 and f.issued_at < $3
            and not exists (select 1 from forecast newer
                             where not newer.rehearsal and newer.scope = f.scope and newer.months = f.months
                               and newer.province = f.province and newer.threat = f.threat and newer.issued_at < $3
                               and newer.origin > f.origin)
          order by f.escalation desc, f.forecast_id"
    )
    .bind(i64::from(months))
    .bind(Month::of(on))
    .bind(known_before)
    .fetch_all(p)
    .await
    })?;
    Ok(rows.into_iter().map(told).collect())
}

/// The chance of an escalation by province and threat.
pub type Outlooks = BTreeMap<(ProvinceCode, Threat), f64>;

/// The outlook of a cell; none in the exercise.
pub fn outlook(outlooks: &Outlooks, cell: &Cell) -> Option<f64> {
    outlooks.get(&(cell.province.clone(), cell.threat)).copied().filter(|_| !cell.exercise)
}

/// Of which length the window of the outlook is.
const OUTLOOK_MONTHS: i64 = 3;

/// The chance of an escalation in each of these provinces, all where `None`, and threat by the newest forecast of three months that was issued before
/// `known_before` and speaks of the month of `on`; none from rehearsals.
///
/// # Errors
/// When the store cannot be read.
pub async fn outlooks(
    reader: &mut Reader<'_>,
    provinces: Option<&[&ProvinceCode]>,
    (on, known_before): (Day, Timestamp),
) -> Result<Outlooks, sqlx::Error> {
    let month = Month::of(on);
    let rows: Vec<(ProvinceCode, Threat, f64)> = on_reader!(reader, |c| {
        let mut select = QueryBuilder::new(
            "select province, threat, escalation from forecast
              where not rehearsal and scope = 'province' and months = ",
        );
        select.push_bind(OUTLOOK_MONTHS).push(" and origin < ").push_bind(month);
        select.push(" and last_month >= ").push_bind(month).push(" and issued_at < ").push_bind(known_before);
        if let Some(provinces) = provinces {
            of_provinces(&mut select, provinces);
        }
        select.push(" order by origin");
        select.build_query_as().fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(|(province, threat, chance)| ((province, threat), chance)).collect())
}
