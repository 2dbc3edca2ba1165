//! What the release rule must know of organisations: mandates, agreements, consents. A consent of the exercise is known of an
//! organisation of the exercise alone, a real one of a real organisation alone.

use std::collections::BTreeMap;

use contracts::coordination::{Held, Organisation};
use domain::{Agreement, AgreementId, Consent, Mandate, MandateId, Partner};
use kit::{Tx, on_tx};
use sqlx::types::Json;

use super::{View, on_view, organisations};

/// Keeps a mandate; one with this id is left as it is.
pub async fn add_mandate(tx: &mut Tx, held: &Held<Mandate>, by: &str) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| sqlx::query(
        "insert into mandate (mandate_id, organisation, body, added_by, added_at) values ($1, $2, $3, $4, $5)
         on conflict (mandate_id) do nothing"
    )
    .bind(&held.what.id)
    .bind(&held.organisation)
    .bind(Json(&held.what))
    .bind(by)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ()))
}

/// The mandate with this id.
pub async fn mandate(tx: &mut Tx, id: &MandateId) -> Result<Option<Held<Mandate>>, sqlx::Error> {
    let row: Option<(String, Json<Mandate>)> =
        on_tx!(tx, |c| sqlx::query_as("select organisation, body from mandate where mandate_id = $1")
            .bind(id)
            .fetch_optional(c)
            .await)?;
    Ok(row.map(held))
}

/// Keeps an agreement; one with this id is left as it is.
pub async fn add_agreement(tx: &mut Tx, held: &Held<Agreement>, by: &str) -> Result<(), sqlx::Error> {
    let now = tx.now();
    on_tx!(tx, |c| {
        sqlx::query(
        "insert into agreement (agreement_id, organisation, body, added_by, added_at) values ($1, $2, $3, $4, $5)
         on conflict (agreement_id) do nothing"
    )
    .bind(&held.what.id)
    .bind(&held.organisation)
    .bind(Json(&held.what))
    .bind(by)
    .bind(now)
    .execute(c)
    .await
    .map(|_| ())
    })
}

/// The agreement with this id.
pub async fn agreement(tx: &mut Tx, id: &AgreementId) -> Result<Option<Held<Agreement>>, sqlx::Error> {
    let row: Option<(String, Json<Agreement>)> =
        on_tx!(tx, |c| sqlx::query_as("select organisation, body from agreement where agreement_id = $1")
            .bind(id)
            .fetch_optional(c)
            .await)?;
    Ok(row.map(held))
}

fn held<T>((organisation, Json(what)): (String, Json<T>)) -> Held<T> {
    Held { organisation, what }
}

/// Mandates, of all organisations or one, oldest first.
pub async fn mandates(
    view: impl Into<View<'_>>,
    organisation: Option<&str>,
) -> Result<Vec<Held<Mandate>>, sqlx::Error> {
    let rows: Vec<(String, Json<Mandate>)> = on_view!(view.into(), |c| sqlx::query_as(
        "select organisation, body from mandate where $1 is null or organisation = $1
          order by organisation, added_at, mandate_id"
    )
    .bind(organisation)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(held).collect())
}

/// Agreements, of all organisations or one, oldest first.
pub async fn agreements(
    view: impl Into<View<'_>>,
    organisation: Option<&str>,
) -> Result<Vec<Held<Agreement>>, sqlx::Error> {
    let rows: Vec<(String, Json<Agreement>)> = on_view!(view.into(), |c| sqlx::query_as(
        "select organisation, body from agreement where $1 is null or organisation = $1
          order by organisation, added_at, agreement_id"
    )
    .bind(organisation)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(held).collect())
}

/// Takes a consent as it now stands; `false` when this version or a newer one is known.
pub async fn put_consent(tx: &mut Tx, consent: &Consent, version: u32) -> Result<bool, sqlx::Error> {
    let rows = on_tx!(tx, |c| sqlx::query(
        "insert into consent (consent_id, beneficiary, version, body) values ($1, $2, $3, $4)
         on conflict (consent_id) do update
            set beneficiary = excluded.beneficiary, version = excluded.version, body = excluded.body
          where consent.version < excluded.version"
    )
    .bind(&consent.id)
    .bind(&consent.beneficiary)
    .bind(i64::from(version))
    .bind(Json(consent))
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

async fn consents(view: View<'_>, beneficiary: Option<&str>) -> Result<Vec<Consent>, sqlx::Error> {
    let rows: Vec<(Json<Consent>,)> = on_view!(view, |c| sqlx::query_as(
        "select body from consent where $1 is null or beneficiary = $1 order by consent_id"
    )
    .bind(beneficiary)
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().map(|(Json(consent),)| consent).collect())
}

/// All that the release rule must know of all organisations or of one, by key, as a transaction sees it.
pub async fn partners_within(
    tx: &mut Tx,
    key: Option<&str>,
) -> Result<Vec<(Organisation, Partner)>, sqlx::Error> {
    let organisations = organisations::list(&mut *tx, key).await?;
    let mandates = mandates(&mut *tx, key).await?;
    let agreements = agreements(&mut *tx, key).await?;
    let consents = consents((&mut *tx).into(), key).await?;
    Ok(assemble(organisations, mandates, agreements, consents))
}

/// The same from what is committed.
pub async fn partners(db: &kit::Db, key: Option<&str>) -> Result<Vec<(Organisation, Partner)>, sqlx::Error> {
    let organisations = organisations::list(db, key).await?;
    let mandates = mandates(db, key).await?;
    let agreements = agreements(db, key).await?;
    let consents = consents(db.into(), key).await?;
    Ok(assemble(organisations, mandates, agreements, consents))
}

fn assemble(
    organisations: Vec<Organisation>,
    mandates: Vec<Held<Mandate>>,
    agreements: Vec<Held<Agreement>>,
    consents: Vec<Consent>,
) -> Vec<(Organisation, Partner)> {
    let empty = |organisation: Organisation| {
        let key = organisation.key.clone();
        let partner =
            Partner { key: key.clone(), mandates: Vec::new(), agreements: Vec::new(), consents: Vec::new() };
        (key, (organisation, partner))
    };
    let mut all: BTreeMap<String, (Organisation, Partner)> = organisations.into_iter().map(empty).collect();
    for held in mandates {
        if let Some((_, partner)) = all.get_mut(&held.organisation) {
            partner.mandates.push(held.what);
        }
    }
    for held in agreements {
        if let Some((_, partner)) = all.get_mut(&held.organisation) {
            partner.agreements.push(held.what);
        }
    }
    for consent in consents {
        let named = all.get_mut(&consent.beneficiary);
        if let Some((_, partner)) = named.filter(|(one, _)| one.exercise == consent.exercise) {
            partner.consents.push(consent);
        }
    }
    all.into_values().collect()
}
