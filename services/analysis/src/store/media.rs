//! What the media wrote, in all its counts. Never evidence: no level, no trend and no forecast reads it.

use contracts::{
    envelope::digest,
    intake::media::{MediaCount, MediaCounted, Quads},
};
use domain::{Day, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::{QueryBuilder, types::Json};
use tracing::instrument;

use super::{AT_ONCE, told::Asked};
use crate::domain::series::Written;

/// Keeps counts and marks the newest of each place, day and threat. The same twice changes nothing; they may come in any
/// order, but for those of one moment, of which the one said last holds.
///
/// # Errors
/// When the store cannot be written.
#[instrument(name = "analysis.media.record", skip_all, fields(counted = said.counted.len()))]
pub async fn record(tx: &mut Tx, said: &MediaCounted) -> Result<(), sqlx::Error> {
    let body = serde_json::to_vec(&said.handling).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let marking = digest(&body);
    on_tx!(tx, |c| sqlx::query(
        "insert into marking (marking, body) values ($1, $2) on conflict (marking) do nothing"
    )
    .bind(&marking)
    .bind(Json(&said.handling))
    .execute(c)
    .await
    .map(|_| ()))?;
    for counted in said.counted.chunks(AT_ONCE) {
        put(tx, counted, (&said.source, &marking)).await?;
        settle(tx, counted, &said.source).await?;
    }
    Ok(())
}

fn province(count: &MediaCount) -> &str {
    count.province.as_ref().map_or("", |province| province.as_str())
}

fn threat(count: &MediaCount) -> &'static str {
    count.threat.map_or("", |threat| threat.as_str())
}

async fn put(
    tx: &mut Tx,
    counted: &[MediaCount],
    (source, marking): (&str, &str),
) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        let mut insert = QueryBuilder::new(
            "insert into media_count (source, country, province, threat, exercise, day, known_from, stands, events, articles,
                 domains, repeated, tone, quad_1, quad_2, quad_3, quad_4, reliability, credibility, marking) ",
        );
        insert.push_values(counted, |mut row, count| {
            row.push_bind(source)
                .push_bind(count.country)
                .push_bind(province(count))
                .push_bind(threat(count));
            row.push_bind(count.exercise).push_bind(count.day).push_bind(count.known_from).push_bind(false);
            row.push_bind(count.events as i64)
                .push_bind(count.articles as i64)
                .push_bind(count.domains as i64);
            row.push_bind(count.repeated as i64).push_bind(count.tone);
            row.push_bind(count.quads.verbal_cooperation as i64)
                .push_bind(count.quads.material_cooperation as i64)
                .push_bind(count.quads.verbal_conflict as i64)
                .push_bind(count.quads.material_conflict as i64);
            row.push_bind(count.reliability)
                .push_bind(i64::from(count.credibility.digit()))
                .push_bind(marking);
        });
        insert.push(
            " on conflict (source, country, province, threat, exercise, day, known_from) do update set
                 events = excluded.events, articles = excluded.articles, domains = excluded.domains,
                 repeated = excluded.repeated, tone = excluded.tone, quad_1 = excluded.quad_1, quad_2 = excluded.quad_2,
                 quad_3 = excluded.quad_3, quad_4 = excluded.quad_4, reliability = excluded.reliability,
                 credibility = excluded.credibility, marking = excluded.marking",
        );
        insert.build().execute(c).await.map(|_| ())
    })
}

/// Marks the newest count of each of these places, days and threats, and no other of them.
async fn settle(tx: &mut Tx, counted: &[MediaCount], source: &str) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        let mut update = QueryBuilder::new("with wanted (country, province, threat, exercise, day) as (");
        update.push_values(counted, |mut row, count| {
            row.push_bind(count.country).push_bind(province(count)).push_bind(threat(count));
            row.push_bind(count.exercise).push_bind(count.day);
        });
        update.push(
            ") update media_count set stands =
                 (known_from = (select max(other.known_from) from media_count other
                    where other.source = media_count.source and other.country = media_count.country
                      and other.province = media_count.province and other.threat = media_count.threat
                      and other.exercise = media_count.exercise and other.day = media_count.day))
               where source = ",
        );
        update.push_bind(source).push(
            " and exists (select 1 from wanted w where w.country = media_count.country and w.province = media_count.province
                  and w.threat = media_count.threat and w.exercise = media_count.exercise and w.day = media_count.day)",
        );
        update.build().execute(c).await.map(|_| ())
    })
}

#[derive(sqlx::FromRow)]
struct Row {
    threat: String,
    day: Day,
    events: i64,
    articles: i64,
    domains: i64,
    tone: Option<f64>,
    quad_1: i64,
    quad_2: i64,
    quad_3: i64,
    quad_4: i64,
    marking: String,
}

impl Row {
    fn written(self) -> Result<Written, sqlx::Error> {
        let threat = Some(self.threat.as_str()).filter(|threat| !threat.is_empty());
        let threat = threat.map(str::parse).transpose();
        Ok(Written {
            threat: threat.map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            day: self.day,
            articles: self.articles.unsigned_abs(),
            domains: self.domains.unsigned_abs(),
            events: self.events.unsigned_abs(),
            tone: self.tone,
            quads: Quads {
                verbal_cooperation: self.quad_1.unsigned_abs(),
                material_cooperation: self.quad_2.unsigned_abs(),
                verbal_conflict: self.quad_3.unsigned_abs(),
                material_conflict: self.quad_4.unsigned_abs(),
            },
            marking: self.marking,
        })
    }
}

/// What the media wrote of a place within the window, as it stands, or by what was known before a moment.
///
/// # Errors
/// When the store cannot be read.
pub async fn written(
    db: &Db,
    asked: &Asked<'_>,
    before: Option<Timestamp>,
) -> Result<Vec<Written>, sqlx::Error> {
    let (first, last) = asked.window.days();
    let rows: Vec<Row> = on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select threat, day, events, articles, domains, tone, quad_1, quad_2, quad_3, quad_4, marking
               from media_count m where country = ",
        );
        select.push_bind(asked.country).push(" and province = ");
        select.push_bind(asked.province.map_or("", |province| province.as_str()));
        select.push(" and exercise = ").push_bind(asked.exercise);
        select.push(" and day between ").push_bind(first).push(" and ").push_bind(last);
        match before {
            None => select.push(" and stands"),
            Some(before) => select
                .push(" and known_from = (select max(other.known_from) from media_count other")
                .push(" where other.source = m.source and other.country = m.country and other.province = m.province")
                .push(" and other.threat = m.threat and other.exercise = m.exercise and other.day = m.day")
                .push(" and other.known_from < ")
                .push_bind(before)
                .push(")"),
        };
        select.push(" order by day, threat, source");
        select.build_query_as().fetch_all(p).await
    })?;
    rows.into_iter().map(Row::written).collect()
}
