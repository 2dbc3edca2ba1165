//! What sources that list every event have brought: from when to when, and in which months.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use domain::{Country, Day, ImportId, Observation, ObservationId, Threat, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::QueryBuilder;

use super::{AT_ONCE, Reader, on_reader};
use crate::domain::{Month, Rules, cell::counted_in, reach::Listed};

/// Of which list `l` a row `e` of evidence is.
pub(super) const OF_LIST: &str =
    "e.source = l.source and e.country = l.country and e.threat = l.threat and e.exercise = l.exercise";
/// A run that said nothing for so many hours is taken for lost, and nobody waits for it any more.
const LOST_HOURS: i64 = 24;

/// Notes how far the rows that stand of the sources that list every event reach, and in which months they lie, wherever one of these
/// observations speaks of or ever spoke of; gives the countries in which one of them reaches otherwise than before. What is dated anew
/// or taken back is no longer claimed: a claim shrinks as it grows.
///
/// # Errors
/// When the store cannot be written.
pub async fn follow(
    tx: &mut Tx,
    ids: &[&ObservationId],
    rules: &Rules,
) -> Result<BTreeSet<Country>, sqlx::Error> {
    if rules.event_datasets.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut touched = BTreeSet::new();
    for ids in ids.chunks(AT_ONCE) {
        touched.extend(touched_by(tx, ids, rules).await?);
    }
    let lists: BTreeSet<Of<'_>> = touched.iter().map(Touched::list).collect();
    let lists: Vec<Of<'_>> = lists.into_iter().collect();
    if lists.iter().any(|(.., exercise)| !exercise) {
        note_heard(tx).await?;
    }
    let mut otherwise = BTreeSet::new();
    for lists in lists.chunks(AT_ONCE) {
        let claims = claims(tx, lists).await?;
        otherwise.extend(claims.iter().filter(|claim| claim.moved()).map(|claim| claim.country));
        keep(tx, &claims).await?;
    }
    note_months(tx, &touched).await?;
    Ok(otherwise)
}

/// Of which source rows are, of which country and threat, and whether of the exercise.
type Of<'a> = (&'a str, Country, Threat, bool);

/// Where an observation of a source that lists every event counts, or counted in an earlier revision.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, sqlx::FromRow)]
struct Touched {
    source: String,
    country: Country,
    threat: Threat,
    exercise: bool,
    month: Month,
    stands: bool,
}

impl Touched {
    fn list(&self) -> Of<'_> {
        (&self.source, self.country, self.threat, self.exercise)
    }
}

async fn touched_by(tx: &mut Tx, ids: &[&ObservationId], rules: &Rules) -> Result<Vec<Touched>, sqlx::Error> {
    on_tx!(tx, |c| {
        let mut select = QueryBuilder::new(
            "select distinct source, country, threat, exercise, month, stands from evidence
              where country <> '' and observation_id in (",
        );
        let mut list = select.separated(", ");
        for id in ids {
            list.push_bind(*id);
        }
        select.push(") and source in (");
        let mut list = select.separated(", ");
        for source in &rules.event_datasets {
            list.push_bind(source);
        }
        select.push(")");
        select.build_query_as().fetch_all(c).await
    })
}

/// What a source claims to tell whole by its rows that stand, beside what is kept of it.
#[derive(Debug, sqlx::FromRow)]
struct Claim {
    source: String,
    country: Country,
    threat: Threat,
    exercise: bool,
    /// `None`: no row stands.
    first_day: Option<Day>,
    last_day: Option<Day>,
    kept_first: Option<Day>,
    kept_last: Option<Day>,
}

impl Claim {
    fn moved(&self) -> bool {
        (self.first_day, self.last_day) != (self.kept_first, self.kept_last)
    }
}

async fn claims(tx: &mut Tx, lists: &[Of<'_>]) -> Result<Vec<Claim>, sqlx::Error> {
    on_tx!(tx, |c| {
        let mut select = QueryBuilder::new("with list (source, country, threat, exercise) as (");
        select.push_values(lists, |mut row, (source, country, threat, exercise)| {
            row.push_bind(*source).push_bind(*country).push_bind(*threat).push_bind(*exercise);
        });
        select.push(") select l.source, l.country, l.threat, l.exercise");
        for (day, order) in [("first_day", "asc"), ("last_day", "desc")] {
            select.push(", (select e.occurred_to from evidence e where e.stands and ").push(OF_LIST);
            select.push(" order by e.occurred_to ").push(order).push(" limit 1) as ").push(day);
        }
        select.push(
            ", kept.first_day as kept_first, kept.last_day as kept_last
               from list l left join source_span kept on kept.source = l.source and kept.country = l.country
                    and kept.threat = l.threat and kept.exercise = l.exercise",
        );
        select.build_query_as().fetch_all(c).await
    })
}

/// Keeps what these sources claim: nothing of one of which no row stands.
async fn keep(tx: &mut Tx, claims: &[Claim]) -> Result<(), sqlx::Error> {
    for claim in claims {
        let reach = claim.first_day.zip(claim.last_day);
        on_tx!(tx, |c| {
            let statement = match reach {
                Some(_) => {
                    "insert into source_span (source, country, threat, exercise, first_day, last_day)
                            values ($1, $2, $3, $4, $5, $6)
                            on conflict (source, country, threat, exercise) do update set
                                first_day = excluded.first_day, last_day = excluded.last_day"
                }
                None => {
                    "delete from source_span where source = $1 and country = $2 and threat = $3 and exercise = $4"
                }
            };
            let statement = sqlx::query(statement);
            let statement =
                statement.bind(&claim.source).bind(claim.country).bind(claim.threat).bind(claim.exercise);
            let statement = match reach {
                Some((first, last)) => statement.bind(first).bind(last),
                None => statement,
            };
            statement.execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Notes that a list of the real world was heard, also where nothing of it stands any more.
pub(super) async fn note_heard(tx: &mut Tx) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| {
        sqlx::query(
            "insert into lists_heard (one, at) values (1, $1) on conflict (one) do update set at = excluded.at",
        )
        .bind(now)
        .execute(c)
        .await
        .map(|_| ())
    })
}

/// Notes the months in which rows stand, and forgets those in which none is left.
async fn note_months(tx: &mut Tx, touched: &BTreeSet<Touched>) -> Result<(), sqlx::Error> {
    let months = |stands: bool| -> BTreeSet<(&str, Country, Month)> {
        let real = touched.iter().filter(|one| !one.exercise && one.stands == stands);
        real.map(|one| (one.source.as_str(), one.country, one.month)).collect()
    };
    let (stand, before) = (months(true), months(false));
    let left: Vec<_> = before.difference(&stand).collect();
    let stand: Vec<_> = stand.iter().collect();
    for months in stand.chunks(AT_ONCE) {
        on_tx!(tx, |c| {
            let mut insert = QueryBuilder::new("insert into source_month (source, country, month) ");
            insert.push_values(months, |mut row, (source, country, month)| {
                row.push_bind(*source).push_bind(*country).push_bind(*month);
            });
            insert.push(" on conflict (source, country, month) do nothing");
            insert.build().execute(c).await.map(|_| ())
        })?;
    }
    for months in left.chunks(AT_ONCE) {
        forget_months(tx, months).await?;
    }
    Ok(())
}

/// Forgets those of these months in which no row of the source stands.
async fn forget_months(tx: &mut Tx, months: &[&(&str, Country, Month)]) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        let mut delete = QueryBuilder::new("delete from source_month where (source, country, month) in (");
        delete.push_values(months, |mut row, (source, country, month)| {
            row.push_bind(*source).push_bind(*country).push_bind(*month);
        });
        delete.push(
            ") and not exists (select 1 from evidence e where e.stands and e.exercise = false
                    and e.source = source_month.source and e.country = source_month.country
                    and e.occurred_to >= source_month.month || '-01' and e.occurred_to <= source_month.month || '-31'
                    and e.threat in (",
        );
        let mut list = delete.separated(", ");
        for threat in Threat::ALL {
            list.push_bind(threat);
        }
        delete.push("))");
        delete.build().execute(c).await.map(|_| ())
    })
}

/// Notes under which handling rows of sources that list every event came: what rests on their claim is handled so.
///
/// # Errors
/// When the store cannot be written.
pub async fn note_markings<'a>(
    tx: &mut Tx,
    rows: impl Iterator<Item = (&'a Observation, Threat, &'a str)>,
    rules: &Rules,
) -> Result<(), sqlx::Error> {
    let listed = rows.filter(|(seen, ..)| rules.event_datasets.contains(&seen.source));
    let noted: BTreeSet<(Of<'a>, &str)> = listed
        .filter_map(|(seen, threat, marking)| {
            let country = counted_in(&seen.place).0?;
            Some(((seen.source.as_str(), country, threat, seen.exercise), marking))
        })
        .collect();
    let noted: Vec<_> = noted.into_iter().collect();
    for noted in noted.chunks(AT_ONCE) {
        on_tx!(tx, |c| {
            let mut insert =
                QueryBuilder::new("insert into source_marking (source, country, threat, exercise, marking) ");
            insert.push_values(noted, |mut row, ((source, country, threat, exercise), marking)| {
                row.push_bind(*source).push_bind(*country).push_bind(*threat).push_bind(*exercise);
                row.push_bind(*marking);
            });
            insert.push(" on conflict (source, country, threat, exercise, marking) do nothing");
            insert.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// What each source that lists every event has brought; nothing of the exercise.
///
/// # Errors
/// When the store cannot be read.
pub async fn all(db: &Db) -> Result<Vec<Listed>, sqlx::Error> {
    let mut all: BTreeMap<String, Listed> = BTreeMap::new();
    let spans: Vec<(String, Country, Threat, Day)> = on_db!(db, |p| sqlx::query_as(
        "select source, country, threat, last_day from source_span where not exercise"
    )
    .fetch_all(p)
    .await)?;
    for (source, country, threat, last) in spans {
        all.entry(source).or_default().last.insert((country, threat), last);
    }
    let months: Vec<(String, Country, Month)> =
        on_db!(db, |p| sqlx::query_as("select source, country, month from source_month").fetch_all(p).await)?;
    for (source, country, month) in months {
        all.entry(source).or_default().months.entry(month).or_default().insert(country);
    }
    Ok(all.into_values().collect())
}

/// Notes that intake reads a file, or that it no longer does.
///
/// # Errors
/// When the store cannot be written.
pub async fn note_import(tx: &mut Tx, import: &ImportId, reading: bool) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| {
        let statement = if reading {
            sqlx::query(
                "insert into open_import (import_id, said_at) values ($1, $2)
                 on conflict (import_id) do update set said_at = excluded.said_at",
            )
            .bind(import)
            .bind(now)
        } else {
            sqlx::query("delete from open_import where import_id = $1").bind(import)
        };
        statement.execute(c).await.map(|_| ())
    })
}

/// How many files intake reads: it has said so within a day, and not that it has ended.
///
/// # Errors
/// When the store cannot be read.
pub async fn importing(reader: &mut Reader<'_>) -> Result<u64, sqlx::Error> {
    let since = reader.now().plus(-TimeDelta::hours(LOST_HOURS));
    let (open,): (i64,) = on_reader!(reader, |c| {
        sqlx::query_as("select count(*) from open_import where said_at >= $1").bind(since).fetch_one(c).await
    })?;
    Ok(u64::try_from(open).unwrap_or_default())
}

/// When a source that lists every event was last heard; `None` where none was.
///
/// # Errors
/// When the store cannot be read.
pub async fn last_heard(reader: &mut Reader<'_>) -> Result<Option<Timestamp>, sqlx::Error> {
    let (at,): (Option<Timestamp>,) =
        on_reader!(reader, |c| sqlx::query_as("select max(at) from lists_heard").fetch_one(c).await)?;
    Ok(at)
}
