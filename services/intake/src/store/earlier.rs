//! What earlier records of the same file said that are no facts: read anew out of what they left, one statement for many ids.

use std::collections::BTreeMap;

use contracts::intake::{aggregate::Aggregate, leads::Lead};
use domain::{Country, Day, Handling, ImportId, Timestamp};
use kit::{Tx, on_tx};
use serde_json::Value;
use sqlx::{QueryBuilder, types::Json};

use crate::domain::{
    aggregate::Count,
    draft::Arrival,
    harvest::Harvest,
    lead::Item,
    media::{Key, Mention},
    one_each::{ById, Earlier, Said, named_at},
};

/// How many ids one statement asks for.
const ROWS: usize = 500;

/// What records before these said of the same ids, in the same run or another of the same file.
///
/// # Errors
/// When the store cannot be read.
pub async fn said(tx: &mut Tx, harvest: &Harvest, arrival: &Arrival) -> Result<Earlier, sqlx::Error> {
    Ok(Earlier {
        counts: counts(tx, harvest, arrival).await?,
        messages: messages(tx, harvest, arrival).await?,
        mentions: mentions(tx, harvest, arrival).await?,
        leads: leads(tx, harvest, arrival).await?,
    })
}

/// What was said in this run, or in another of the same file; `None` of any other.
fn of_file<T>(arrival: &Arrival, run: Option<&ImportId>, says: T) -> Option<Said<T>> {
    let run = run?;
    let here = arrival.import.as_ref() == Some(run);
    (here || arrival.again.contains(run)).then_some(Said { says, here })
}

/// The rows of these ids, as this statement gives them up to the list of ids.
macro_rules! of_ids {
    ($tx:expr, $select:expr, $ids:expr, $row:ty) => {{
        let mut rows: Vec<$row> = Vec::new();
        for ids in $ids.chunks(ROWS) {
            let some: Vec<$row> = on_tx!($tx, |c| {
                let mut select = QueryBuilder::new($select);
                let mut list = select.separated(", ");
                for id in ids {
                    list.push_bind(id.clone());
                }
                select.push(")");
                select.build_query_as().fetch_all(c).await
            })?;
            rows.extend(some);
        }
        rows
    }};
}

async fn counts(tx: &mut Tx, harvest: &Harvest, arrival: &Arrival) -> Result<ById<Count>, sqlx::Error> {
    let given: BTreeMap<String, &Count> =
        harvest.counts.iter().map(|(count, _)| (count.id(), count)).collect();
    let ids: Vec<String> = given.keys().cloned().collect();
    let select = "select aggregate_id, body from aggregate where known_to is null and aggregate_id in (";
    let rows = of_ids!(tx, select, ids, (String, Json<Aggregate>));
    let said = |(id, Json(one)): (String, Json<Aggregate>)| {
        let run = one.import.clone();
        // handling is joined from all that was said of a count, and tells nothing of one record
        let handling = given.get(&id)?.handling.clone();
        Some((id, of_file(arrival, Some(&run), Count { handling, ..Count::of(one) })?))
    };
    Ok(rows.into_iter().filter_map(said).collect())
}

async fn messages(tx: &mut Tx, harvest: &Harvest, arrival: &Arrival) -> Result<ById<Value>, sqlx::Error> {
    let names: Vec<String> = harvest.messages.iter().map(|(one, _)| one.kept_as(&one.name)).collect();
    let select = "select name, sent, import_id, body from message where sent is not null and body is not null
                     and import_id is not null and name in (";
    let rows = of_ids!(tx, select, names, (String, Timestamp, ImportId, Json<Value>));
    let said = |(name, sent, run, Json(body)): (String, Timestamp, ImportId, Json<Value>)| {
        Some((named_at(&name, sent), of_file(arrival, Some(&run), body)?))
    };
    Ok(rows.into_iter().filter_map(said).collect())
}

async fn leads(tx: &mut Tx, harvest: &Harvest, arrival: &Arrival) -> Result<ById<Item>, sqlx::Error> {
    let given: BTreeMap<String, &Item> =
        harvest.leads.iter().map(|(item, _)| (item.id().to_string(), item)).collect();
    let ids: Vec<String> = given.keys().cloned().collect();
    let select = "select lead_id, body from lead where known_to is null and lead_id in (";
    let rows = of_ids!(tx, select, ids, (String, Json<Lead>));
    let said = |(id, Json(lead)): (String, Json<Lead>)| {
        // the handling of a lead is joined from all that was said of it, and tells nothing of one record
        let handling = given.get(&id)?.handling.clone();
        let run = lead.import.clone();
        Some((id, of_file(arrival, run.as_ref(), Item { handling, ..Item::of(lead) })?))
    };
    Ok(rows.into_iter().filter_map(said).collect())
}

#[derive(sqlx::FromRow)]
struct MentionRow {
    event_id: String,
    exercise: bool,
    country: Country,
    province: String,
    threat: String,
    plover: String,
    day: Day,
    code: String,
    actor1: String,
    actor2: String,
    adm1: String,
    quad: i64,
    articles: i64,
    tone: f64,
    domain: String,
    added_at: Timestamp,
    day_only: bool,
    besides: Option<Json<Handling>>,
    import_id: ImportId,
}

async fn mentions(tx: &mut Tx, harvest: &Harvest, arrival: &Arrival) -> Result<ById<Mention>, sqlx::Error> {
    let given: BTreeMap<&str, &Mention> =
        harvest.mentions.iter().map(|(mention, _)| (mention.event_id.as_str(), mention)).collect();
    let ids: Vec<String> = given.keys().map(|id| (*id).to_owned()).collect();
    let exercise = harvest.mentions.first().is_some_and(|(mention, _)| mention.key.exercise);
    let said = |(row, run): (Mention, ImportId)| {
        let id = row.event_id.clone();
        let besides = given.get(id.as_str())?.besides.clone();
        Some((id, of_file(arrival, Some(&run), Mention { besides, ..row })?))
    };
    let kept = kept_mentions(tx, &ids).await?.into_iter();
    Ok(kept.filter(|(row, _)| row.key.exercise == exercise).filter_map(said).collect())
}

/// The rows of the media that are kept under these ids, of the world and of the exercise, each with the run that brought it.
pub(super) async fn kept_mentions(
    tx: &mut Tx,
    ids: &[String],
) -> Result<Vec<(Mention, ImportId)>, sqlx::Error> {
    let select = "select event_id, exercise, country, province, threat, plover, day, code, actor1, actor2, adm1, quad, articles,
                     tone, domain, added_at, day_only, besides, import_id
                    from media_event where event_id in (";
    let rows = of_ids!(tx, select, ids, MentionRow);
    Ok(rows
        .into_iter()
        .map(|row| (row.import_id.clone(), row))
        .map(|(run, row)| (row.mention(), run))
        .collect())
}

impl MentionRow {
    fn mention(self) -> Mention {
        let key = Key {
            exercise: self.exercise,
            day: self.day,
            code: self.code,
            actor1: self.actor1,
            actor2: self.actor2,
            adm1: self.adm1,
        };
        Mention {
            event_id: self.event_id,
            key,
            added_at: self.added_at,
            day_only: self.day_only,
            country: self.country,
            province: self.province.parse().ok(),
            threat: self.threat.parse().ok(),
            plover: self.plover.parse().ok(),
            quad: u8::try_from(self.quad).unwrap_or_default(),
            articles: u32::try_from(self.articles).unwrap_or(u32::MAX),
            tone: self.tone,
            domain: self.domain,
            besides: self.besides.map(|Json(besides)| besides),
        }
    }
}
