//! Organisations.

use contracts::coordination::{FocalPoint, Organisation, PutOrganisation};
use domain::OrganisationId;
use kit::{Tx, on_tx};
use sqlx::types::Json;

use super::{View, on_view};

#[derive(sqlx::FromRow)]
struct Row {
    organisation_id: OrganisationId,
    key: String,
    name: String,
    kind: String,
    exercise: bool,
    focal_point: Option<Json<FocalPoint>>,
}

impl From<Row> for Organisation {
    fn from(row: Row) -> Self {
        Self {
            id: row.organisation_id,
            key: row.key,
            name: row.name,
            kind: row.kind,
            exercise: row.exercise,
            focal_point: row.focal_point.map(|Json(point)| point),
        }
    }
}

/// Records an organisation; one with this key is changed.
pub async fn put(tx: &mut Tx, id: &OrganisationId, put: &PutOrganisation) -> Result<(), sqlx::Error> {
    let (now, focal_point) = (tx.now(), put.focal_point.as_ref().map(Json));
    on_tx!(tx, |c| sqlx::query(
        "insert into organisation (organisation_id, key, name, kind, exercise, focal_point, added_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (key) do update set name = excluded.name, kind = excluded.kind,
            exercise = excluded.exercise, focal_point = excluded.focal_point"
    )
    .bind(id)
    .bind(&put.key)
    .bind(&put.name)
    .bind(&put.kind)
    .bind(put.exercise)
    .bind(focal_point)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ()))
}

/// All organisations or the one with this key, by key.
pub async fn list(view: impl Into<View<'_>>, key: Option<&str>) -> Result<Vec<Organisation>, sqlx::Error> {
    let rows: Vec<Row> = on_view!(view.into(), |c| sqlx::query_as(
        "select organisation_id, key, name, kind, exercise, focal_point from organisation
          where $1 is null or key = $1 order by key"
    )
    .bind(key)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(Organisation::from).collect())
}

/// The organisation with this key.
pub async fn find(view: impl Into<View<'_>>, key: &str) -> Result<Option<Organisation>, sqlx::Error> {
    Ok(list(view, Some(key)).await?.pop())
}
