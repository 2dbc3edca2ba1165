//! What codes anything has: asked for those that no table has, and never told of what the asker may not know.

use domain::{Handling, ProvinceCode, kind};
use kit::{Db, on_db};
use serde::Deserialize;
use sqlx::{QueryBuilder, types::Json};

use crate::domain::codes::{Named, Origin, Stored, is_elsewhere};

/// How many, where an index tells the newest, are looked at for one that the asker may know: what is hidden among so many counts as unknown.
const LOOKED_AT: i64 = 200;

/// Of a body that alone which says how it is handled.
#[derive(Deserialize)]
struct Handled {
    handling: Handling,
}

/// What the store knows of the codes of a question that found nothing, as far as the asker may know of it.
pub async fn stored(
    db: &Db,
    named: Named<'_>,
    may_know: impl Fn(&Handling) -> bool,
) -> Result<Stored, sqlx::Error> {
    let unknown = |word: &&str| !kind::is_known(word);
    let kind = named.kind.filter(unknown).map(str::to_owned);
    let country = named.country.filter(|country| !country.in_region()).map(|country| country.to_string());
    let province = named.province.filter(|code| is_elsewhere(code)).map(ProvinceCode::to_string);
    Ok(Stored {
        kind: any(db, ("kind", kind), &may_know).await?,
        country: any(db, ("country", country), &may_know).await?,
        province: any(db, ("province", province), &may_know).await?,
        sources: match (named.source, named.of) {
            (None, _) => Vec::new(),
            (Some(_), Origin::Observation) => of_observations(db, may_know).await?,
            (Some(_), Origin::Lead) => of_leads(db, may_know).await?,
            (Some(_), Origin::Report) => of_reports(db).await?,
        },
    })
}

/// The sources that observations are from which the asker may know, in order: from one to the next by the index, however many
/// rows each has.
pub async fn of_observations(
    db: &Db,
    may_know: impl Fn(&Handling) -> bool,
) -> Result<Vec<String>, sqlx::Error> {
    let each: Vec<Option<String>> = on_db!(db, |p| sqlx::query_scalar(
        "with recursive origin (source) as (
            select min(source) from observation
            union all
            select (select min(o.source) from observation o where o.source > origin.source) from origin
             where origin.source is not null
         )
         select source from origin"
    )
    .fetch_all(p)
    .await)?;
    let mut known = Vec::new();
    for source in each.into_iter().flatten() {
        if any(db, ("source", Some(source.clone())), &may_know).await? {
            known.push(source);
        }
    }
    Ok(known)
}

/// Whether any observation has this word in a column that the asker may know.
async fn any(
    db: &Db,
    (column, word): (&'static str, Option<String>),
    may_know: &impl Fn(&Handling) -> bool,
) -> Result<bool, sqlx::Error> {
    let Some(word) = word else { return Ok(false) };
    let newest: Vec<(Json<Handled>,)> = on_db!(db, |p| {
        let mut select = QueryBuilder::new("select body from observation where ");
        select.push(column).push(" = ").push_bind(word.clone());
        // no index has kind or source in this order: all their rows would be read for it
        let ordered = matches!(column, "country" | "province");
        select.push(" and known_to is null").push(if ordered { " order by rank desc" } else { "" });
        select.push(" limit ").push_bind(LOOKED_AT);
        select.build_query_as().fetch_all(p).await
    })?;
    Ok(newest.iter().any(|(Json(seen),)| may_know(&seen.handling)))
}

/// The sources that leads are from which the asker may know, in order.
async fn of_leads(db: &Db, may_know: impl Fn(&Handling) -> bool) -> Result<Vec<String>, sqlx::Error> {
    let each: Vec<String> =
        on_db!(db, |p| sqlx::query_scalar("select distinct source from lead order by source")
            .fetch_all(p)
            .await)?;
    let mut known = Vec::new();
    for source in each {
        let newest: Vec<(Json<Handled>,)> = on_db!(db, |p| {
            sqlx::query_as(
            "select body from lead where source = $1 and known_to is null order by published_on desc limit $2"
        )
        .bind(&source)
        .bind(LOOKED_AT)
        .fetch_all(p)
        .await
        })?;
        if newest.iter().any(|(Json(lead),)| may_know(&lead.handling)) {
            known.push(source);
        }
    }
    Ok(known)
}

/// The monitors that reports are from, by their pseudonyms, in order.
async fn of_reports(db: &Db) -> Result<Vec<String>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_scalar("select distinct source from report order by source")
        .fetch_all(p)
        .await)
}
