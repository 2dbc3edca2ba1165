//! How good forecasts were, added up by the store.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use contracts::analysis::forecasts::{
    Announced, Benchmark, Forecast, GetScorecards, Marks, Miss, Reliability, Scope, Scorecard,
};
use domain::{Country, Threat, Timestamp};
use forecast::{rolling, score::TENTHS};
use kit::{Db, on_db};
use sqlx::{Database, Encode, QueryBuilder, Type, types::Json};
use tracing::instrument;

use crate::domain::{
    Month,
    board::WINDOWS,
    scorecard::{Ranks, too_few},
    situation::OUTLOOK_ALERT,
};

/// How many misses a scorecard names.
const MISSES: i64 = 5;

/// What a scorecard is of: the kind of forecast, the model that told, and the country or nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, sqlx::FromRow)]
struct Key {
    threat: Threat,
    scope: Scope,
    months: i64,
    told_by: String,
    of_country: String,
}

/// The columns of a key, of rows `s`.
fn push_key<DB: Database>(select: &mut QueryBuilder<DB>, by_country: bool) {
    select.push("s.threat, s.scope, s.months, s.model as told_by, ");
    select.push(if by_country { "s.country" } else { "''" }).push(" as of_country");
}

/// The rows `s` that are wanted: of the model, or of what was told.
fn push_wanted<DB: Database>(select: &mut QueryBuilder<DB>, wanted: &GetScorecards)
where
    for<'q> Month: Encode<'q, DB> + Type<DB>,
    for<'q> Timestamp: Encode<'q, DB> + Type<DB>,
    for<'q> bool: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
    for<'q> Threat: Encode<'q, DB> + Type<DB>,
    for<'q> Country: Encode<'q, DB> + Type<DB>,
    for<'q> Scope: Encode<'q, DB> + Type<DB>,
    for<'q> String: Encode<'q, DB> + Type<DB>,
{
    select.push(" where s.rehearsal = ").push_bind(wanted.rehearsal);
    if let Some(threat) = wanted.threat {
        select.push(" and s.threat = ").push_bind(threat);
    }
    if let Some(country) = wanted.country {
        select.push(" and s.country = ").push_bind(country);
    }
    if let Some(scope) = wanted.scope {
        select.push(" and s.scope = ").push_bind(scope);
    }
    if let Some(months) = wanted.months {
        select.push(" and s.months = ").push_bind(i64::from(months));
    }
    match &wanted.model {
        Some(model) => select.push(" and s.model = ").push_bind(model.clone()),
        None => select.push(" and s.told"),
    };
    if let Some(at) = wanted.known_on {
        push_known(select, wanted.rehearsal, at);
    }
}

/// Only rows `s` of windows that were over by a moment; of what was issued, only what was resolved by then. What was made after the
/// fact was resolved whenever it was made: it says what the models would have told.
fn push_known<DB: Database>(select: &mut QueryBuilder<DB>, rehearsal: bool, at: Timestamp)
where
    for<'q> Month: Encode<'q, DB> + Type<DB>,
    for<'q> Timestamp: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
{
    // a month is over as its last moment is
    let ended = Month::of(at.plus(TimeDelta::microseconds(1)).day()).plus(-1);
    for (number, months) in WINDOWS.into_iter().enumerate() {
        select.push(if number == 0 { " and ((s.months = " } else { ") or (s.months = " });
        select.push_bind(i64::from(months)).push(" and s.origin <= ");
        select.push_bind(ended.plus(-(months as i32)));
    }
    select.push("))");
    if !rehearsal {
        select.push(" and s.resolved_at <= ").push_bind(at);
    }
}

#[derive(sqlx::FromRow)]
struct Sums {
    #[sqlx(flatten)]
    key: Key,
    model: String,
    forecasts: i64,
    origins: i64,
    first_origin: Month,
    last_origin: Month,
    told_crps: f64,
    told_crps_of_logs: f64,
    crps: f64,
    crps_of_logs: f64,
    interval_score: f64,
    covered: f64,
    brier_1: f64,
    brier_25: f64,
    brier_100: f64,
    log_1: f64,
    log_25: f64,
    log_100: f64,
    came: i64,
    announced: i64,
    announced_came: i64,
    rank_sum: Option<f64>,
    average_precision: Option<f64>,
}

impl Sums {
    fn marks(&self) -> Marks {
        let ranks = Ranks {
            all: self.forecasts as f64,
            came: self.came as f64,
            sum: self.rank_sum.unwrap_or_default(),
        };
        Marks {
            model: self.model.clone(),
            crps: self.crps,
            crps_of_logs: self.crps_of_logs,
            interval: self.interval_score,
            briers: vec![self.brier_1, self.brier_25, self.brier_100],
            log_scores: vec![self.log_1, self.log_25, self.log_100],
            covered: self.covered,
            area_under_curve: ranks.area_under_curve(),
            average_precision: self.average_precision,
        }
    }

    /// Its marks beside those of the model that told, over the windows both have.
    fn benchmark(&self) -> Benchmark {
        Benchmark {
            forecasts: u64::try_from(self.forecasts).unwrap_or_default(),
            marks: self.marks(),
            told_crps: self.told_crps,
            told_crps_of_logs: self.told_crps_of_logs,
        }
    }
}

/// The marks of every model that was scored on windows that are wanted, beside the model that told of them.
async fn sums(db: &Db, wanted: &GetScorecards) -> Result<Vec<Sums>, sqlx::Error> {
    on_db!(db, |p| {
        let mut select = QueryBuilder::new("with paired as (select ");
        push_key(&mut select, wanted.by_country);
        select.push(
            ", s.crps as told_crps, s.crps_of_logs as told_crps_of_logs, b.model, b.origin, b.escalated, b.escalation, b.crps,
                 b.crps_of_logs, b.interval_score, b.log_1, b.log_25, b.log_100,
                 case when b.is_within then cast(1 as double precision) else cast(0 as double precision) end as is_in",
        );
        select
            .push(", case when b.escalation >= ")
            .push_bind(OUTLOOK_ALERT)
            .push(" then 1 else 0 end as is_announced");
        for event in ["1", "25", "100"] {
            select.push(", b.chance_").push(event).push(" - case when b.observed >= ").push(event);
            select
                .push(" then cast(1 as double precision) else cast(0 as double precision) end as off_")
                .push(event);
        }
        select.push(" from forecast_score s join forecast_score b on b.forecast_id = s.forecast_id");
        push_wanted(&mut select, wanted);
        // equal chances share their ranks, and are seen together
        select.push(
            "), ranked as (select paired.*,
                 rank() over up + (count(*) over (partition by threat, scope, months, told_by, of_country, model, escalation) - 1)
                     / cast(2 as double precision) as up_rank,
                 count(*) over down as seen, sum(case when escalated then 1 else 0 end) over down as hits
               from paired
             window up as (partition by threat, scope, months, told_by, of_country, model order by escalation),
                    down as (partition by threat, scope, months, told_by, of_country, model order by escalation desc))
             select threat, scope, months, told_by, of_country, model, count(*) as forecasts, count(distinct origin) as origins,
                 min(origin) as first_origin, max(origin) as last_origin, avg(told_crps) as told_crps,
                 avg(told_crps_of_logs) as told_crps_of_logs, avg(crps) as crps, avg(crps_of_logs) as crps_of_logs,
                 avg(interval_score) as interval_score, avg(is_in) as covered, avg(off_1 * off_1) as brier_1,
                 avg(off_25 * off_25) as brier_25, avg(off_100 * off_100) as brier_100, avg(log_1) as log_1,
                 avg(log_25) as log_25, avg(log_100) as log_100, sum(case when escalated then 1 else 0 end) as came,
                 sum(is_announced) as announced, sum(case when escalated then is_announced else 0 end) as announced_came,
                 sum(case when escalated then up_rank end) as rank_sum,
                 avg(case when escalated then cast(hits as double precision) / seen end) as average_precision
               from ranked group by threat, scope, months, told_by, of_country, model",
        );
        select.build_query_as().fetch_all(p).await
    })
}

#[derive(sqlx::FromRow)]
struct OfTenth {
    #[sqlx(flatten)]
    key: Key,
    tenth: i64,
    told: i64,
    chance: f64,
    came: f64,
}

/// How often came what was told, by tenths of the chance.
async fn reliability(
    db: &Db,
    wanted: &GetScorecards,
) -> Result<BTreeMap<Key, Vec<Reliability>>, sqlx::Error> {
    let rows: Vec<OfTenth> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("with told as (");
        for (number, event) in ["1", "25", "100"].into_iter().enumerate() {
            select.push(if number == 0 { "select " } else { " union all select " });
            push_key(&mut select, wanted.by_country);
            select.push(", s.tenth_").push(event).push(" as tenth, s.chance_").push(event).push(" as chance");
            select.push(", case when s.observed >= ").push(event);
            select.push(" then cast(1 as double precision) else cast(0 as double precision) end as came");
            select.push(" from forecast_score s");
            push_wanted(&mut select, wanted);
        }
        select.push(
            ") select threat, scope, months, told_by, of_country, tenth, count(*) as told, avg(chance) as chance, avg(came) as came
                 from told group by threat, scope, months, told_by, of_country, tenth",
        );
        select.build_query_as().fetch_all(p).await
    })?;
    let mut all: BTreeMap<Key, Vec<Reliability>> = BTreeMap::new();
    for row in rows {
        let none = Reliability { told: 0, chance: 0.0, came: 0.0 };
        let tenths = all.entry(row.key).or_insert_with(|| vec![none; TENTHS]);
        if let Some(tenth) = usize::try_from(row.tenth).ok().and_then(|at| tenths.get_mut(at)) {
            let told = u64::try_from(row.told).unwrap_or_default();
            *tenth = Reliability { told, chance: row.chance, came: row.came };
        }
    }
    Ok(all)
}

#[derive(sqlx::FromRow)]
struct PlaceRow {
    #[sqlx(flatten)]
    key: Key,
    place_tenth: i64,
    many: i64,
}

/// How often what came lay in each tenth of the distribution.
async fn places(db: &Db, wanted: &GetScorecards) -> Result<BTreeMap<Key, Vec<u64>>, sqlx::Error> {
    let rows: Vec<PlaceRow> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("with told as (select ");
        push_key(&mut select, wanted.by_country);
        select.push(", s.place_tenth from forecast_score s");
        push_wanted(&mut select, wanted);
        select.push(
            ") select threat, scope, months, told_by, of_country, place_tenth, count(*) as many
                 from told group by threat, scope, months, told_by, of_country, place_tenth",
        );
        select.build_query_as().fetch_all(p).await
    })?;
    let mut all: BTreeMap<Key, Vec<u64>> = BTreeMap::new();
    for row in rows {
        let tenths = all.entry(row.key).or_insert_with(|| vec![0; TENTHS]);
        if let Some(tenth) = usize::try_from(row.place_tenth).ok().and_then(|at| tenths.get_mut(at)) {
            *tenth = u64::try_from(row.many).unwrap_or_default();
        }
    }
    Ok(all)
}

#[derive(sqlx::FromRow)]
struct Missed {
    #[sqlx(flatten)]
    key: Key,
    body: Json<Forecast>,
    observed: i64,
    crps: f64,
}

/// The worst of those that lay outside the middle 90 %.
async fn misses(db: &Db, wanted: &GetScorecards) -> Result<BTreeMap<Key, Vec<Miss>>, sqlx::Error> {
    let rows: Vec<Missed> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("with told as (select ");
        push_key(&mut select, wanted.by_country);
        select.push(", s.forecast_id, s.observed, s.crps from forecast_score s");
        push_wanted(&mut select, wanted);
        select.push(
            " and not s.is_within), worst as (select told.*, row_number() over (
                 partition by threat, scope, months, told_by, of_country order by crps desc, forecast_id) as n from told)
             select w.threat, w.scope, w.months, w.told_by, w.of_country, f.body, w.observed, w.crps
               from worst w join forecast f on f.forecast_id = w.forecast_id where w.n <= ",
        );
        select.push_bind(MISSES).push(" order by w.n");
        select.build_query_as().fetch_all(p).await
    })?;
    let mut all: BTreeMap<Key, Vec<Miss>> = BTreeMap::new();
    for Missed { key, body: Json(of), observed, crps } in rows {
        all.entry(key).or_default().push(Miss {
            id: of.id,
            province: of.province,
            country: of.country,
            from: of.from,
            to: of.to,
            p05: of.expected.p05,
            p50: of.expected.p50,
            p95: of.expected.p95,
            observed: u64::try_from(observed).unwrap_or_default(),
            counted_now: None,
            crps,
        });
    }
    Ok(all)
}

/// How good the forecasts that are wanted were: one card for each model that told, threat, scope and window, and for each
/// country where wanted; by threat, provinces first, shorter windows first. As known at a moment: of windows that were over by then,
/// and of what was issued by what was resolved by then.
///
/// # Errors
/// When the store cannot be read.
#[instrument(name = "analysis.scorecards.read", skip_all)]
pub async fn cards(db: &Db, wanted: &GetScorecards) -> Result<Vec<Scorecard>, sqlx::Error> {
    let mut by_key: BTreeMap<Key, Vec<Sums>> = BTreeMap::new();
    for sums in sums(db, wanted).await? {
        by_key.entry(sums.key.clone()).or_default().push(sums);
    }
    let mut reliability = reliability(db, wanted).await?;
    let mut places = places(db, wanted).await?;
    let mut misses = misses(db, wanted).await?;
    let cards = by_key.into_iter().filter_map(|(key, models)| {
        let card = card(&key, &models, wanted)?;
        Some(Scorecard {
            reliability: reliability.remove(&key).unwrap_or_default(),
            places: places.remove(&key).unwrap_or_default(),
            misses: misses.remove(&key).unwrap_or_default(),
            ..card
        })
    });
    Ok(cards.collect())
}

/// A card without what is read beside the marks; `None` without the model that told or the naive rule.
fn card(key: &Key, models: &[Sums], wanted: &GetScorecards) -> Option<Scorecard> {
    let naive_name = rolling::Model::Conflictology.as_str();
    let told = models.iter().find(|sums| sums.model == key.told_by)?;
    let naive = models.iter().find(|sums| sums.model == naive_name)?;
    let others = models.iter().filter(|sums| sums.model != key.told_by && sums.model != naive_name);
    let whole = |number: i64| u64::try_from(number).unwrap_or_default();
    let (forecasts, origins) = (whole(told.forecasts), whole(told.origins));
    Some(Scorecard {
        threat: key.threat,
        country: key.of_country.parse().ok().or(wanted.country),
        scope: key.scope,
        months: u32::try_from(key.months).unwrap_or_default(),
        rehearsal: wanted.rehearsal,
        forecasts,
        origins,
        too_few: too_few(forecasts, origins),
        first_origin: told.first_origin.first_day()?,
        last_origin: told.last_origin.first_day()?,
        expected: told.marks(),
        naive: naive.marks(),
        benchmarks: others.map(Sums::benchmark).collect(),
        escalations: whole(told.came),
        announced: Some(Announced {
            from_chance: OUTLOOK_ALERT,
            told: whole(told.announced),
            came: whole(told.announced_came),
        }),
        reliability: Vec::new(),
        places: Vec::new(),
        misses: Vec::new(),
    })
}
