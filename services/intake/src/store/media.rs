//! Rows of the media feed as they stand, and the counts they come to.
//!
//! A row that the feed says anew takes the place of what it said: what was counted before stands in what was said then.

mod sorting;

use std::collections::{BTreeMap, BTreeSet};

use contracts::intake::media::{MediaCount, MediaCounted, Quads};
use domain::{Country, Day, EventId, Handling, Timestamp};
use kit::{Tx, on_tx};
use sqlx::{QueryBuilder, types::Json};
use tracing::instrument;

use super::recording::Bringer;
use crate::{
    domain::{
        media::{Alike, Key, MediaCell, Mention, counted, grade},
        merge::Tally,
    },
    error::Error,
    sources::gdelt,
};
use sorting::sort_out;

/// How many rows one statement takes: twenty-one parameters each, within the 32 766 of SQLite.
const ROWS: usize = 500;
/// How many counts one event carries.
const PACK: usize = 400;
/// Tones are told to a ten-thousandth: sums over many rows agree no further.
const TONE: f64 = 10_000.0;

/// Takes in rows in their order, counts anew what they touch, and says it. The same rows again change and say nothing. Gives besides which
/// rows, counted from 0, came with a wider handling than is known of the same.
///
/// # Errors
/// When the store refuses; then nothing of it happened.
#[instrument(name = "intake.media.record", skip_all, fields(rows = mentions.len()))]
pub async fn record(
    tx: &mut Tx,
    mentions: Vec<Mention>,
    bringer: &Bringer<'_>,
) -> Result<(Tally, Vec<usize>), Error> {
    let (mut tally, mut wider) = (Tally::default(), Vec::new());
    let (changed, mut keys, mut cells) = sort_out(tx, mentions, (&mut tally, &mut wider)).await?;
    if changed.is_empty() {
        return Ok((tally, wider));
    }
    let import = bringer.origin;
    let rows: Vec<(&Mention, &String)> = changed.values().map(|(row, sha256)| (row, sha256)).collect();
    for rows in rows.chunks(ROWS) {
        put(tx, rows, import).await?;
    }
    keys.extend(changed.values().map(|(mention, _)| mention.key.clone()));
    cells.extend(collapse(tx, &keys).await?);
    say(tx, &cells, bringer).await?;
    Ok((tally, wider))
}

/// A row as it is kept.
#[derive(sqlx::FromRow)]
struct Kept {
    event_id: String,
    exercise: bool,
    content_sha256: String,
    country: Country,
    province: String,
    threat: String,
    day: Day,
    code: String,
    actor1: String,
    actor2: String,
    adm1: String,
    added_at: Timestamp,
    day_only: bool,
    articles: i64,
    counts: bool,
    besides: Option<Json<Handling>>,
}

const COLUMNS: &str = "select m.event_id, m.exercise, m.content_sha256, m.country, m.province, m.threat, m.day, m.code, \
     m.actor1, m.actor2, m.adm1, m.added_at, m.day_only, m.articles, m.counts, m.besides";

impl Kept {
    fn key(&self) -> Key {
        Key {
            exercise: self.exercise,
            day: self.day,
            code: self.code.clone(),
            actor1: self.actor1.clone(),
            actor2: self.actor2.clone(),
            adm1: self.adm1.clone(),
        }
    }
    /// Whether it tells the moment of what a row of the same id and key tells only the day of.
    fn tells_more_than(&self, row: &Mention) -> bool {
        let later = row.day_only && !self.day_only && self.added_at > row.added_at;
        later && self.added_at.day() == row.added_at.day() && self.key() == row.key
    }
    fn cells(&self) -> BTreeSet<MediaCell> {
        MediaCell::of(self.exercise, (self.country, &self.province), (self.day, &self.threat))
    }
}

async fn by_id(tx: &mut Tx, ids: &[&str]) -> Result<Vec<Kept>, sqlx::Error> {
    let mut known = Vec::new();
    for ids in ids.chunks(ROWS) {
        let rows: Vec<Kept> = on_tx!(tx, |c| {
            let mut select = QueryBuilder::new(COLUMNS);
            select.push(" from media_event m where m.event_id in (");
            let mut list = select.separated(", ");
            for id in ids {
                list.push_bind(*id);
            }
            select.push(")");
            select.build_query_as().fetch_all(c).await
        })?;
        known.extend(rows);
    }
    Ok(known)
}

async fn put(tx: &mut Tx, rows: &[(&Mention, &String)], import: &str) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| {
        let mut insert = QueryBuilder::new(
            "insert into media_event (event_id, exercise, content_sha256, country, province, threat, plover, day, code, actor1,
                 actor2, adm1, quad, articles, tone, domain, added_at, counts, known_from, import_id,
                 besides, day_only) ",
        );
        insert.push_values(rows, |mut row, (mention, sha256)| {
            let key = &mention.key;
            row.push_bind(&mention.event_id)
                .push_bind(key.exercise)
                .push_bind(*sha256)
                .push_bind(mention.country);
            row.push_bind(mention.province.as_ref().map_or("", |province| province.as_str()))
                .push_bind(mention.threat.map_or("", |threat| threat.as_str()))
                .push_bind(mention.plover.map_or("", |plover| plover.as_str()));
            row.push_bind(key.day).push_bind(&key.code).push_bind(&key.actor1).push_bind(&key.actor2);
            row.push_bind(&key.adm1)
                .push_bind(i64::from(mention.quad))
                .push_bind(i64::from(mention.articles));
            row.push_bind(mention.tone).push_bind(&mention.domain).push_bind(mention.added_at);
            row.push_bind(true)
                .push_bind(now)
                .push_bind(import)
                .push_bind(mention.besides.as_ref().map(Json))
                .push_bind(mention.day_only);
        });
        insert.push(
            " on conflict (event_id, exercise) do update set
                 content_sha256 = excluded.content_sha256, country = excluded.country, province = excluded.province,
                 threat = excluded.threat, plover = excluded.plover, day = excluded.day, code = excluded.code,
                 actor1 = excluded.actor1, actor2 = excluded.actor2, adm1 = excluded.adm1, quad = excluded.quad,
                 articles = excluded.articles, tone = excluded.tone, domain = excluded.domain, added_at = excluded.added_at,
                 counts = excluded.counts, known_from = excluded.known_from, import_id = excluded.import_id,
                 besides = excluded.besides, day_only = excluded.day_only",
        );
        insert.build().execute(c).await.map(|_| ())
    })
}

/// Marks, of all rows of these keys, which are counted and which say the same once more; gives the cells of all of them.
async fn collapse(tx: &mut Tx, keys: &BTreeSet<Key>) -> Result<BTreeSet<MediaCell>, sqlx::Error> {
    let (mut cells, mut alike): (BTreeSet<MediaCell>, BTreeMap<Key, Vec<Kept>>) = Default::default();
    let keys: Vec<&Key> = keys.iter().collect();
    for keys in keys.chunks(ROWS) {
        for kept in by_key(tx, keys).await? {
            cells.extend(kept.cells());
            alike.entry(kept.key()).or_default().push(kept);
        }
    }
    let mut turned: BTreeMap<(bool, bool), Vec<String>> = BTreeMap::new();
    for (key, rows) in alike {
        let of = |kept: &Kept| Alike {
            added_at: kept.added_at,
            day_only: kept.day_only,
            event_id: kept.event_id.clone(),
            articles: u32::try_from(kept.articles).unwrap_or(u32::MAX),
        };
        let counts = counted(rows.iter().map(of).collect());
        for kept in rows.into_iter().filter(|kept| kept.counts != counts.contains(&kept.event_id)) {
            turned.entry((key.exercise, !kept.counts)).or_default().push(kept.event_id);
        }
    }
    for ((exercise, counts), ids) in turned {
        for ids in ids.chunks(ROWS) {
            mark(tx, (exercise, counts), ids).await?;
        }
    }
    Ok(cells)
}

async fn by_key(tx: &mut Tx, keys: &[&Key]) -> Result<Vec<Kept>, sqlx::Error> {
    on_tx!(tx, |c| {
        let mut select = QueryBuilder::new("with wanted (exercise, day, code, actor1, actor2, adm1) as (");
        select.push_values(keys, |mut row, key| {
            row.push_bind(key.exercise).push_bind(key.day).push_bind(&key.code);
            row.push_bind(&key.actor1).push_bind(&key.actor2).push_bind(&key.adm1);
        });
        select.push(") ").push(COLUMNS).push(
            " from wanted w cross join media_event m
              where m.exercise = w.exercise and m.day = w.day and m.code = w.code and m.actor1 = w.actor1
                and m.actor2 = w.actor2 and m.adm1 = w.adm1",
        );
        select.build_query_as().fetch_all(c).await
    })
}

async fn mark(tx: &mut Tx, (exercise, counts): (bool, bool), ids: &[String]) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        let mut update = QueryBuilder::new("update media_event set counts = ");
        update.push_bind(counts).push(" where exercise = ").push_bind(exercise).push(" and event_id in (");
        let mut list = update.separated(", ");
        for id in ids {
            list.push_bind(id);
        }
        update.push(")");
        update.build().execute(c).await.map(|_| ())
    })
}

#[derive(sqlx::FromRow)]
struct CountRow {
    exercise: bool,
    country: Country,
    province: String,
    day: Day,
    threat: String,
    events: i64,
    articles: i64,
    domains: i64,
    repeated: i64,
    toned: f64,
    quad_1: i64,
    quad_2: i64,
    quad_3: i64,
    quad_4: i64,
}

impl CountRow {
    fn cell(&self) -> MediaCell {
        MediaCell {
            exercise: self.exercise,
            country: self.country,
            province: self.province.clone(),
            day: self.day,
            threat: self.threat.clone(),
        }
    }
    fn count(self, known_from: Timestamp) -> MediaCount {
        let domains = self.domains.unsigned_abs();
        let (reliability, credibility) = grade(domains);
        let tone = self.toned / self.articles as f64;
        MediaCount {
            country: self.country,
            province: self.province.parse().ok(),
            day: self.day,
            threat: self.threat.parse().ok(),
            exercise: self.exercise,
            events: self.events.unsigned_abs(),
            articles: self.articles.unsigned_abs(),
            domains,
            repeated: self.repeated.unsigned_abs(),
            tone: (self.articles > 0).then(|| (tone * TONE).round() / TONE),
            quads: Quads {
                verbal_cooperation: self.quad_1.unsigned_abs(),
                material_cooperation: self.quad_2.unsigned_abs(),
                verbal_conflict: self.quad_3.unsigned_abs(),
                material_conflict: self.quad_4.unsigned_abs(),
            },
            reliability,
            credibility,
            known_from,
        }
    }
}

/// Says what these cells come to now, those of one handling together.
async fn say(tx: &mut Tx, cells: &BTreeSet<MediaCell>, bringer: &Bringer<'_>) -> Result<(), Error> {
    let (now, cells) = (tx.now(), cells.iter().collect::<Vec<_>>());
    let mut number = 0;
    for cells in cells.chunks(PACK) {
        let mut besides = besides(tx, cells).await?;
        let mut alike: Vec<(Handling, Vec<MediaCount>)> = Vec::new();
        for row in counts(tx, cells).await? {
            let handling = besides.remove(&row.cell()).unwrap_or_else(gdelt::handling);
            match alike.iter_mut().find(|(other, _)| *other == handling) {
                Some((_, counted)) => counted.push(row.count(now)),
                None => alike.push((handling, vec![row.count(now)])),
            }
        }
        for (handling, counted) in alike {
            let id = EventId::derived(&["media", bringer.origin, bringer.part, &number.to_string()]);
            let (origin, source) = (bringer.origin.to_owned(), gdelt::SOURCE.to_owned());
            tx.say_as(&id, &MediaCounted { origin, source, handling, counted }).await?;
            number += 1;
        }
    }
    Ok(())
}

/// A cell and the handling of a row in it: exercise, country, province, day, threat, handling.
type BesidesRow = (bool, Country, String, Day, String, Json<Handling>);

/// The handling of those of these cells in which a row has some besides the feed's own: the strictest of all of theirs.
async fn besides(tx: &mut Tx, cells: &[&MediaCell]) -> Result<BTreeMap<MediaCell, Handling>, sqlx::Error> {
    let rows: Vec<BesidesRow> = on_tx!(tx, |c| {
        let mut select = wanted(cells);
        select.push(
            " select distinct w.exercise, w.country, w.province, w.day, w.threat, m.besides
                from wanted w cross join media_event m
               where m.besides is not null and m.exercise = w.exercise and m.country = w.country and m.day = w.day
                 and m.threat = w.threat and (w.province = '' or m.province = w.province)",
        );
        select.build_query_as().fetch_all(c).await
    })?;
    let mut found: BTreeMap<MediaCell, Handling> = BTreeMap::new();
    for (exercise, country, province, day, threat, Json(besides)) in rows {
        let joined = found
            .entry(MediaCell { exercise, country, province, day, threat })
            .or_insert_with(gdelt::handling);
        *joined = joined.join(&besides);
    }
    Ok(found)
}

/// The beginning of a statement about these cells.
fn wanted<DB: sqlx::Database>(cells: &[&MediaCell]) -> QueryBuilder<DB>
where
    for<'q> bool: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
    for<'q> String: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    let mut statement = QueryBuilder::new("with wanted (exercise, country, province, day, threat) as (");
    statement.push_values(cells, |mut row, cell| {
        row.push_bind(cell.exercise).push_bind(cell.country.to_string()).push_bind(cell.province.clone());
        row.push_bind(cell.day.to_string()).push_bind(cell.threat.clone());
    });
    statement.push(")");
    statement
}

/// Counts these cells from the rows as they stand; a cell without any comes to nothing.
async fn counts(tx: &mut Tx, cells: &[&MediaCell]) -> Result<Vec<CountRow>, sqlx::Error> {
    on_tx!(tx, |c| {
        let mut select = wanted(cells);
        select.push(
            " select w.exercise, w.country, w.province, w.day, w.threat,
                 count(case when m.counts then 1 end) as events,
                 cast(coalesce(sum(case when m.counts then m.articles end), 0) as bigint) as articles,
                 count(distinct case when m.domain <> '' then m.domain end) as domains,
                 count(case when not m.counts then 1 end) as repeated,
                 cast(coalesce(sum(case when m.counts then m.tone * m.articles end), 0) as double precision) as toned,
                 count(case when m.counts and m.quad = 1 then 1 end) as quad_1,
                 count(case when m.counts and m.quad = 2 then 1 end) as quad_2,
                 count(case when m.counts and m.quad = 3 then 1 end) as quad_3,
                 count(case when m.counts and m.quad = 4 then 1 end) as quad_4
               from wanted w left join media_event m
                 on m.exercise = w.exercise and m.country = w.country and m.day = w.day and m.threat = w.threat
                and (w.province = '' or m.province = w.province)
              group by w.exercise, w.country, w.province, w.day, w.threat
              order by w.country, w.province, w.day, w.threat, w.exercise",
        );
        select.build_query_as().fetch_all(c).await
    })
}
