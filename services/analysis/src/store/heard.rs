//! What came in since a moment, counted by the store: how much of it is fresh, and how much came late. It came in when analysis heard
//! of it.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::news::{HeardFact, HeardLate, HeardOf, HeardReading};
use domain::{Day, Handling, ObservationId, ProvinceCode, Threat, Timestamp, owner};
use kit::{Db, on_db};
use sqlx::{Database, Encode, QueryBuilder, Type, types::Json};
use tracing::instrument;

use super::{Reader, evidence, handling, marked, reading, told::marking_keys};
use crate::domain::{news::late_before, situation::joined};

/// How many of what came in are named by province, of the fresh and of the late.
const NAMED: i64 = 5;

/// The newest day that what came in of a cell speaks of.
pub type Newest = BTreeMap<(ProvinceCode, Threat), Day>;

/// What is asked for: since when and where, until when.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// From this moment on.
    pub since: Timestamp,
    /// Only there; everywhere where `None`.
    pub province: Option<&'a ProvinceCode>,
    /// The exercise or the real world.
    pub exercise: bool,
    /// Up to this moment.
    pub until: Timestamp,
    /// As it stood at that moment instead of now.
    pub as_then: bool,
    /// Nothing under handling with these keys.
    pub above: &'a BTreeSet<String>,
}

/// Pushes what came in, of rows `e` of the evidence. Every cell is asked by itself, as the index of the evidence stands, also one that has no level today.
pub(super) fn push_heard<'a, DB: Database>(select: &mut QueryBuilder<DB>, asked: &Asked<'a>)
where
    Timestamp: for<'q> Encode<'q, DB> + Type<DB>,
    bool: for<'q> Encode<'q, DB> + Type<DB>,
    &'a String: Encode<'a, DB> + Type<DB>,
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> &'q str: Encode<'q, DB> + Type<DB>,
    for<'q> Threat: Encode<'q, DB> + Type<DB>,
{
    let places: Vec<&str> = match asked.province {
        Some(province) => vec![province.as_str()],
        None => geography::provinces().iter().map(|unit| unit.id).collect(),
    };
    select.push(" from (");
    select.push_values(places, |mut row, id| {
        row.push_bind(id);
    });
    select.push(") p cross join (");
    select.push_values(Threat::ALL, |mut row, threat| {
        row.push_bind(*threat);
    });
    // the order of a cross join is kept: the many rows of the evidence are found last, by their index
    select
        .push(") t cross join evidence e where e.province = p.column1 and e.threat = t.column1 and e.exercise = ")
        .push_bind(asked.exercise)
        .push(" and e.heard_at >= ")
        .push_bind(asked.since)
        .push(" and e.heard_at <= ")
        .push_bind(asked.until);
    push_within(select, "e", asked);
}

/// Only rows by this name that do not lie above the reach of whoever asks.
pub(super) fn push_within<'a, DB: Database>(
    select: &mut QueryBuilder<DB>,
    row: &'static str,
    asked: &Asked<'a>,
) where
    &'a String: Encode<'a, DB> + Type<DB>,
    for<'q> String: Encode<'q, DB> + Type<DB>,
{
    if asked.above.is_empty() {
        return;
    }
    if asked.as_then {
        // what became restricted since is not told as of before
        marked::none_of(select, row, asked.above);
        return;
    }
    select.push(" and ").push(row).push(".marking not in (");
    let mut list = select.separated(", ");
    for key in asked.above {
        list.push_bind(key);
    }
    select.push(")");
}

/// Only what stands, or stood at the moment that is asked about by what had been heard.
fn push_standing<DB: Database>(select: &mut QueryBuilder<DB>, asked: &Asked<'_>)
where
    Timestamp: for<'q> Encode<'q, DB> + Type<DB>,
{
    if !asked.as_then {
        select.push(" and e.stands");
        return;
    }
    select.push(
        " and not exists (select 1 from evidence later where later.observation_id = e.observation_id
                and later.revision > e.revision and later.heard_at <= ",
    );
    select.push_bind(asked.until);
    select.push(
        ") and not exists (select 1 from retraction r where r.observation_id = e.observation_id
                and r.at >= e.known_from and r.heard_at <= ",
    );
    select.push_bind(asked.until).push(")");
}

#[derive(sqlx::FromRow)]
struct Counted {
    province: ProvinceCode,
    fresh: i64,
    revised: i64,
    owner: String,
    late: i64,
    late_from: Option<Day>,
    late_to: Option<Day>,
}

/// What came in, by province.
///
/// # Errors
/// When the store cannot be read.
#[instrument(name = "analysis.news.heard", skip_all)]
pub async fn heard(db: &Db, asked: &Asked<'_>) -> Result<BTreeMap<ProvinceCode, HeardOf>, sqlx::Error> {
    let mut heard = added_up(counted(db, asked).await?);
    for row in gravest(db, asked).await? {
        let of = heard.entry(row.province.clone()).or_default();
        match (&mut of.late, row.late > 0) {
            (Some(late), true) => late.gravest.push(row.told()),
            _ => of.gravest.push(row.told()),
        }
    }
    for (province, retracted) in retracted(db, asked).await? {
        heard.entry(province).or_default().retracted = number(retracted);
    }
    for (province, reading) in answers(db, asked).await? {
        let of = heard.entry(province).or_default();
        of.answers += 1;
        if of.readings.len() < NAMED as usize {
            of.readings.push(reading);
        }
    }
    Ok(heard)
}

/// What came in of each province, with its owners as owners are compared.
fn added_up(rows: Vec<Counted>) -> BTreeMap<ProvinceCode, HeardOf> {
    let mut heard: BTreeMap<ProvinceCode, HeardOf> = BTreeMap::new();
    let mut owners: BTreeMap<ProvinceCode, BTreeSet<String>> = BTreeMap::new();
    for row in rows {
        owners.entry(row.province.clone()).or_default().insert(owner::folded(&row.owner).into_owned());
        let of = heard.entry(row.province).or_default();
        of.new += number(row.fresh);
        of.revised += number(row.revised);
        if let Some((from, to)) = row.late_from.zip(row.late_to) {
            let none = HeardLate { facts: 0, from, to, gravest: Vec::new() };
            let late = of.late.get_or_insert(none);
            late.facts += number(row.late);
            (late.from, late.to) = (late.from.min(from), late.to.max(to));
        }
    }
    for (province, owners) in owners {
        heard.entry(province).or_default().owners = owners.len() as u64;
    }
    heard
}

fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

/// By province and owner, as it is written: one fact for each revision, however many threats it bears on.
async fn counted(db: &Db, asked: &Asked<'_>) -> Result<Vec<Counted>, sqlx::Error> {
    on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select province, owner, cast(sum(case when revision = 1 then 1 else 0 end) as bigint) as fresh,
                    cast(sum(case when revision > 1 then 1 else 0 end) as bigint) as revised,
                    cast(sum(late) as bigint) as late,
                    min(case when late = 1 then day end) as late_from, max(case when late = 1 then day end) as late_to
               from (select e.observation_id, e.revision, e.province, max(e.owner) as owner, max(e.occurred_to) as day,
                            max(case when e.occurred_to < ",
        );
        select.push_bind(late_before(asked.since)).push(" then 1 else 0 end) as late");
        push_heard(&mut select, asked);
        select.push(" group by e.observation_id, e.revision, e.province) facts group by province, owner");
        select.build_query_as().fetch_all(p).await
    })
}

#[derive(sqlx::FromRow)]
struct Named {
    observation_id: ObservationId,
    province: ProvinceCode,
    threat: Threat,
    title: String,
    words: String,
    occurred_to: Day,
    source: String,
    reliability: String,
    credibility: i64,
    late: i64,
    handling: Json<Handling>,
}

/// The gravest of what stands, five of the fresh and five of the late at most of each province.
async fn gravest(db: &Db, asked: &Asked<'_>) -> Result<Vec<Named>, sqlx::Error> {
    let restricted = restricted(db, asked).await?;
    on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select observation_id, province, threat, title, words, occurred_to, source, reliability, credibility, late,
                    marking.body as handling
               from (select f.*, row_number() over (partition by province, late
                            order by severity desc, occurred_to desc, observation_id) as place_no
                       from (select e.observation_id, e.province, e.threat, e.title, e.place as words, e.occurred_to,
                                    e.source, e.reliability, e.credibility, e.severity",
        );
        marked::as_now(&mut select, &restricted);
        select.push(", cast(case when e.occurred_to < ").push_bind(late_before(asked.since));
        select.push(
            " then 1 else 0 end as bigint) as late,
              row_number() over (partition by e.observation_id order by e.threat) as nth",
        );
        push_heard(&mut select, asked);
        push_standing(&mut select, asked);
        select.push(") f where nth = 1) g join marking on marking.marking = g.marking where place_no <= ");
        select.push_bind(NAMED).push(" order by province, late, place_no");
        select.build_query_as().fetch_all(p).await
    })
}

/// How many facts were taken back, by province, whenever they came in.
async fn retracted(db: &Db, asked: &Asked<'_>) -> Result<Vec<(ProvinceCode, i64)>, sqlx::Error> {
    on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select e.province, count(distinct e.observation_id) from retraction r
               join evidence e on e.observation_id = r.observation_id
              where e.province <> '' and r.heard_at >= ",
        );
        select.push_bind(asked.since).push(" and r.heard_at <= ").push_bind(asked.until);
        select.push(" and e.exercise = ").push_bind(asked.exercise);
        if let Some(province) = asked.province {
            select.push(" and e.province = ").push_bind(province);
        }
        push_within(&mut select, "e", asked);
        select.push(" group by e.province");
        select.build_query_as().fetch_all(p).await
    })
}

/// The keys of what is restricted, by which the past is marked as now; none where nothing past is told.
async fn restricted(db: &Db, asked: &Asked<'_>) -> Result<BTreeSet<String>, sqlx::Error> {
    if asked.as_then { handling::restricted(&mut Reader::Db(db)).await } else { Ok(BTreeSet::new()) }
}

/// The answers about indicators that came in and stand, the newest first.
async fn answers(db: &Db, asked: &Asked<'_>) -> Result<Vec<(ProvinceCode, HeardReading)>, sqlx::Error> {
    let restricted = restricted(db, asked).await?;
    let mut rows: Vec<reading::Row> = on_db!(db, |p| {
        let mut select = QueryBuilder::new(reading::COLUMNS);
        reading::marked_as_now(&mut select, &restricted);
        select.push(" from reading r where r.heard_at >= ").push_bind(asked.since);
        select.push(" and r.heard_at <= ").push_bind(asked.until);
        select.push(" and r.exercise = ").push_bind(asked.exercise);
        if let Some(province) = asked.province {
            select.push(" and r.province = ").push_bind(province);
        }
        select.push(
            " and not exists (select 1 from reading later
                               where later.reading_id = r.reading_id and later.known_from > r.known_from",
        );
        if asked.as_then {
            select.push(" and later.heard_at <= ").push_bind(asked.until);
        }
        select.push(
            ") and not exists (select 1 from reading_withdrawal w
                               where w.reading_id = r.reading_id and w.at >= r.known_from",
        );
        if asked.as_then {
            select.push(" and w.at <= ").push_bind(asked.until);
        }
        select.push(") order by r.to_day desc, r.known_from desc, r.reading_id");
        select.build_query_as().fetch_all(p).await
    })?;
    rows.retain(|row| !asked.above.contains(row.marking()));
    let keys = marking_keys(rows.iter().map(reading::Row::marking));
    let handlings = evidence::markings(&mut Reader::Db(db), keys).await?;
    let told = |row: reading::Row| {
        let (province, reading) = (row.province.clone(), row.reading());
        let handling = joined([&reading.marking], &handlings);
        (province, HeardReading { indicator: reading.indicator, reading: reading.told(handling) })
    };
    Ok(rows.into_iter().map(told).collect())
}

/// The newest day that what came in of each cell speaks of.
///
/// # Errors
/// When the store cannot be read.
pub async fn newest(db: &Db, asked: &Asked<'_>) -> Result<Newest, sqlx::Error> {
    // a province rises by what came in across its border as well
    let asked = Asked { province: None, ..*asked };
    let rows: Vec<(ProvinceCode, Threat, Day)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select e.province, e.threat, max(e.occurred_to)");
        push_heard(&mut select, &asked);
        select.push(" group by e.province, e.threat");
        select.build_query_as().fetch_all(p).await
    })?;
    Ok(rows.into_iter().map(|(province, threat, day)| ((province, threat), day)).collect())
}

impl Named {
    fn told(self) -> HeardFact {
        HeardFact {
            observation: self.observation_id,
            threat: self.threat,
            title: self.title,
            place: self.words,
            on: self.occurred_to,
            source: self.source,
            grade: format!("{}{}", self.reliability, self.credibility),
            handling: Some(self.handling.0),
        }
    }
}
