//! Messages and the chains they form: which fact a message speaks of, and which of them was the latest.

use std::collections::BTreeSet;

use domain::{Country, ImportId, Timestamp};
use kit::{Tx, on_tx};
use sqlx::{QueryBuilder, types::Json};

use crate::domain::message::{self, Belongs, Chain, Message, Place, Road};

/// How many names one statement asks for.
const ROWS: usize = 500;

/// The chains that this message and those it names are known to belong to.
pub async fn known(tx: &mut Tx, message: &Message) -> Result<Vec<Chain>, sqlx::Error> {
    let names: Vec<String> = names(message).into_iter().collect();
    let mut chains = Vec::new();
    for names in names.chunks(ROWS) {
        let rows: Vec<(String, Timestamp, String, String, Option<ImportId>, Road)> = on_tx!(tx, |c| {
            let mut select = QueryBuilder::new(
                "select distinct message_chain.chain, latest_sent, latest_name, parts, run.import_id, run.source_key
                   from message
                   join message_chain on message_chain.chain = message.chain
                   left join message latest on latest.name = message_chain.latest_name
                   left join import_run run on run.import_id = latest.import_id
                  where message.name in (",
            );
            let mut list = select.separated(", ");
            for name in names {
                list.push_bind(name.clone());
            }
            select.push(")");
            select.build_query_as().fetch_all(c).await
        })?;
        chains.extend(rows.into_iter().map(|(id, sent, name, parts, run, key)| {
            let parts = parts.split(' ').filter_map(|part| part.parse().ok()).collect();
            Chain { id, latest: (sent, name), parts, road: run.map(|_| key) }
        }));
    }
    Ok(chains)
}

/// How a message that this run brings stands to the chains that are known of it.
pub async fn belongs(
    tx: &mut Tx,
    (message, known): (&Message, &[Chain]),
    import: &ImportId,
) -> Result<Belongs, sqlx::Error> {
    if known.iter().all(|chain| chain.road.is_none()) {
        return Ok(Belongs::Here);
    }
    let road: Option<(Road,)> =
        on_tx!(tx, |c| sqlx::query_as("select source_key from import_run where import_id = $1")
            .bind(import)
            .fetch_optional(c)
            .await)?;
    let name = message.kept_as(&message.name);
    let kept: Option<(Timestamp, Json<serde_json::Value>)> = on_tx!(tx, |c| sqlx::query_as(
        "select sent, body from message where name = $1 and sent is not null and body is not null"
    )
    .bind(&name)
    .fetch_optional(c)
    .await)?;
    let told = kept.is_some_and(|(sent, body)| sent == message.sent && body.0 == message.whole);
    Ok(message::belongs(known, &road.and_then(|(key,)| key), told))
}

/// Keeps a message in its chain, with the names of those it replaces and the run that brought it.
pub async fn keep(
    tx: &mut Tx,
    (message, place): (&Message, &Place),
    import: Option<&ImportId>,
) -> Result<(), sqlx::Error> {
    let own = message.kept_as(&message.name);
    for name in names(message) {
        let written = (name == own).then_some(message);
        on_tx!(tx, |c| sqlx::query(
            "insert into message (name, chain, sent, body, import_id) values ($1, $2, $3, $4, $5)
             on conflict (name) do update set
                chain = excluded.chain,
                sent = coalesce(excluded.sent, message.sent),
                body = coalesce(excluded.body, message.body),
                import_id = coalesce(excluded.import_id, message.import_id)"
        )
        .bind(&name)
        .bind(&place.chain)
        .bind(written.map(|message| message.sent))
        .bind(written.map(|message| Json(message.whole.clone())))
        .bind(written.and(import))
        .execute(c)
        .await
        .map(|_| ()))?;
    }
    for joined in &place.joined {
        join(tx, joined, &place.chain).await?;
    }
    if place.overtaken {
        return Ok(());
    }
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into message_chain (chain, latest_sent, latest_name) values ($1, $2, $3)
         on conflict (chain) do update set latest_sent = excluded.latest_sent, latest_name = excluded.latest_name"
    )
    .bind(&place.chain)
    .bind(message.sent)
    .bind(&own)
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// Notes in which further countries a chain is a fact of its own.
pub async fn keep_parts(tx: &mut Tx, chain: &str, parts: &BTreeSet<Country>) -> Result<(), sqlx::Error> {
    let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
    let parts = parts.join(" ");
    on_tx!(tx, |c| sqlx::query("update message_chain set parts = $2 where chain = $1")
        .bind(chain)
        .bind(&parts)
        .execute(c)
        .await
        .map(|_| ()))
}

/// Lets the messages of one chain go over into another.
async fn join(tx: &mut Tx, joined: &str, chain: &str) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("update message set chain = $2 where chain = $1")
        .bind(joined)
        .bind(chain)
        .execute(c)
        .await
        .map(|_| ()))?;
    on_tx!(tx, |c| sqlx::query("delete from message_chain where chain = $1")
        .bind(joined)
        .execute(c)
        .await
        .map(|_| ()))
}

fn names(message: &Message) -> BTreeSet<String> {
    let earlier = message.references.iter().map(|reference| &reference.name);
    earlier.chain([&message.name]).map(|name| message.kept_as(name)).collect()
}
