//! Products as they are kept, and the observations they are drafted from.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{
    drafting::{ListProducts, ProductLine, ProductMoved},
    products::{Product, ProductKind, ProductState},
};
use domain::{
    Credibility, Day, EventId, Handling, ObservationId, Precision, ProductId, Reliability, Threat, Timestamp,
};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::{QueryBuilder, types::Json};

use super::{AT_ONCE, Reader, on_reader, written_past};
use crate::domain::product::material::Seen;

/// Keeps a product as it now stands and says so.
///
/// # Errors
/// When the store cannot be written.
pub async fn put(tx: &mut Tx, product: &Product) -> Result<(), sqlx::Error> {
    let line = ProductLine::from(product);
    on_tx!(tx, |c| sqlx::query(
        "insert into product (product_id, kind, state, exercise, line, body, created_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (product_id) do update set
             state = excluded.state, line = excluded.line, body = excluded.body, version = excluded.version"
    )
    .bind(&product.id)
    .bind(product.form.kind)
    .bind(product.state)
    .bind(product.form.exercise)
    .bind(Json(&line))
    .bind(Json(product))
    .bind(product.created_at)
    .bind(i64::from(product.version))
    .execute(c)
    .await
    .map(|_| ()))?;
    written_past::keep(tx, product).await?;
    let id = EventId::generate(tx.now());
    tx.say_as(&id, &ProductMoved { product: line }).await
}

/// One product.
///
/// # Errors
/// When the store cannot be read.
pub async fn get(reader: &mut Reader<'_>, id: &ProductId) -> Result<Option<Product>, sqlx::Error> {
    let row: Option<(Json<Product>,)> =
        on_reader!(reader, |c| sqlx::query_as("select body from product where product_id = $1")
            .bind(id)
            .fetch_optional(c)
            .await)?;
    Ok(row.map(|(Json(found),)| found))
}

/// Where a page of products begins: after this moment and product.
pub type After = (Timestamp, ProductId);

/// Products, newest first: one more than the page holds.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(
    db: &Db,
    wanted: &ListProducts,
    after: Option<After>,
) -> Result<Vec<ProductLine>, sqlx::Error> {
    let rows: Vec<(Json<ProductLine>,)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select line from product where exercise = ");
        select.push_bind(wanted.exercise);
        if let Some(kind) = wanted.kind {
            select.push(" and kind = ").push_bind(kind);
        }
        if let Some(state) = wanted.state {
            select.push(" and state = ").push_bind(state);
        }
        if let Some((at, id)) = &after {
            select.push(" and (created_at < ").push_bind(*at).push(" or (created_at = ").push_bind(*at);
            select.push(" and product_id < ").push_bind(id).push("))");
        }
        select.push(" order by created_at desc, product_id desc limit ");
        select.push_bind(i64::from(wanted.page.size()) + 1);
        select.build_query_as().fetch_all(p).await
    })?;
    Ok(rows.into_iter().map(|(Json(line),)| line).collect())
}

/// The products that there were at a moment, newest first, as they stood: one more than the page holds.
///
/// # Errors
/// When the store cannot be read.
pub async fn stood(
    db: &Db,
    wanted: &ListProducts,
    at: Timestamp,
    after: Option<After>,
) -> Result<Vec<Product>, sqlx::Error> {
    let asked = written_past::Asked {
        at,
        exercise: wanted.exercise,
        state: wanted.state.map(ProductState::as_str),
        kind: wanted.kind.map(ProductKind::as_str),
        after: after.map(|(at, id)| (at, id.to_string())),
        limit: Some(i64::from(wanted.page.size()) + 1),
    };
    written_past::list(db, asked).await
}

#[derive(sqlx::FromRow)]
struct Row {
    observation_id: ObservationId,
    revision: i64,
    threat: Threat,
    exercise: bool,
    country: String,
    province: String,
    occurred_from: Day,
    occurred_to: Day,
    source: String,
    kind: String,
    deaths: Option<i64>,
    reliability: Reliability,
    credibility: i64,
    precision_word: Precision,
    place: String,
    title: String,
    body: Json<Handling>,
}

/// These observations as they stand; what was taken back or is not known is left out.
///
/// # Errors
/// When the store cannot be read.
pub async fn seen(
    reader: &mut Reader<'_>,
    ids: &BTreeSet<ObservationId>,
) -> Result<BTreeMap<ObservationId, Seen>, sqlx::Error> {
    let ids: Vec<&ObservationId> = ids.iter().collect();
    let mut found: BTreeMap<ObservationId, Seen> = BTreeMap::new();
    for ids in ids.chunks(AT_ONCE) {
        let rows: Vec<Row> = on_reader!(reader, |c| {
            let mut select = QueryBuilder::new(
                "select observation_id, revision, threat, exercise, country, province, occurred_from, occurred_to, source, kind,
                        deaths, reliability, credibility, precision_word, place, title, body
                   from evidence join marking on marking.marking = evidence.marking
                  where stands and observation_id in (",
            );
            let mut list = select.separated(", ");
            for id in ids {
                list.push_bind(*id);
            }
            select.push(")");
            select.build_query_as().fetch_all(c).await
        })?;
        for row in rows {
            let threat = row.threat;
            found.entry(row.observation_id.clone()).or_insert_with(|| told(row)).threats.insert(threat);
        }
    }
    Ok(found)
}

fn told(row: Row) -> Seen {
    let digit = u8::try_from(row.credibility).unwrap_or_default();
    Seen {
        id: row.observation_id,
        revision: row.revision,
        source: row.source,
        kind: row.kind,
        from: row.occurred_from,
        to: row.occurred_to,
        place: row.place,
        province: row.province.parse().ok(),
        country: row.country.parse().ok(),
        precision: row.precision_word,
        reliability: row.reliability,
        credibility: Credibility::try_from(digit).unwrap_or(Credibility::UNKNOWN),
        deaths: row.deaths.map(|deaths| u32::try_from(deaths).unwrap_or(u32::MAX)),
        title: row.title,
        threats: BTreeSet::new(),
        handling: row.body.0,
        exercise: row.exercise,
    }
}
