//! Consents with their history.

use contracts::liaison::{ConsentRecord, ConsentStep};
use domain::{Consent, ConsentId, Country, Timestamp, mandate::ConsentState};
use kit::{After, Db, Tx, on_db, on_tx};
use sqlx::types::Json;
use tracing::instrument;

/// A consent as liaison keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The record, as it is answered.
    pub record: ConsentRecord,
    /// Trace of the request.
    pub traceparent: Option<String>,
    /// Asker and key of the last change.
    pub last_key: Option<String>,
}

/// Of which consents a list is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only of this government.
    pub grantor: Option<Country>,
    /// Only for the organisation with this key.
    pub beneficiary: Option<String>,
    /// Those of the exercise instead of the real ones.
    pub exercise: bool,
    /// Beginning after this page's end.
    pub after: After,
}

#[derive(sqlx::FromRow)]
struct Row {
    consent: Json<Consent>,
    official: String,
    conditions: String,
    version: i64,
    traceparent: Option<String>,
    last_key: Option<String>,
}

impl Row {
    fn with(self, history: Vec<ConsentStep>) -> Kept {
        let (consent, version) = (self.consent.0, self.version as u32);
        let record =
            ConsentRecord { consent, official: self.official, conditions: self.conditions, history, version };
        Kept { record, traceparent: self.traceparent, last_key: self.last_key }
    }
}

#[derive(sqlx::FromRow)]
struct StepRow {
    consent_id: ConsentId,
    state: ConsentState,
    by_name: String,
    at: Timestamp,
    note: String,
}

impl StepRow {
    fn step(self) -> ConsentStep {
        ConsentStep { state: self.state, by: self.by_name, at: self.at, note: self.note }
    }
}

/// Keeps a new consent; `false` when one of this id is there already.
#[instrument(skip_all, fields(consent.id = %kept.record.consent.id))]
pub async fn insert(tx: &mut Tx, kept: &Kept) -> Result<bool, sqlx::Error> {
    let (record, consent) = (&kept.record, &kept.record.consent);
    let now = tx.now();
    let done = on_tx!(tx, |c| {
        sqlx::query(
        "insert into consent (consent_id, requested_at, grantor, beneficiary, state, version, consent, official, conditions,
                              traceparent, last_key, exercise)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (consent_id) do nothing"
    )
    .bind(&consent.id)
    .bind(now)
    .bind(consent.grantor)
    .bind(&consent.beneficiary)
    .bind(consent.state)
    .bind(i64::from(record.version))
    .bind(Json(consent))
    .bind(&record.official)
    .bind(&record.conditions)
    .bind(&kept.traceparent)
    .bind(&kept.last_key)
    .bind(consent.exercise)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(done == 1)
}

/// Writes a consent that was read at the version before; `false` when somebody has changed it since.
#[instrument(skip_all, fields(consent.id = %kept.record.consent.id))]
pub async fn save(tx: &mut Tx, kept: &Kept) -> Result<bool, sqlx::Error> {
    let (record, consent) = (&kept.record, &kept.record.consent);
    let done = on_tx!(tx, |c| {
        sqlx::query(
        "update consent set state = $3, version = $4, consent = $5, official = $6, conditions = $7, last_key = $8
          where consent_id = $1 and version = $2"
    )
    .bind(&consent.id)
    .bind(i64::from(record.version) - 1)
    .bind(consent.state)
    .bind(i64::from(record.version))
    .bind(Json(consent))
    .bind(&record.official)
    .bind(&record.conditions)
    .bind(&kept.last_key)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(done == 1)
}

/// Keeps the last thing done with a consent, and the subject of who recorded it.
#[instrument(skip_all, fields(consent.id = %record.consent.id))]
pub async fn add_step(tx: &mut Tx, record: &ConsentRecord, subject: &str) -> Result<(), sqlx::Error> {
    let Some(step) = record.history.last() else { return Ok(()) };
    on_tx!(tx, |c| sqlx::query(
        "insert into consent_step (consent_id, version, state, by_name, by_subject, at, note)
         values ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(&record.consent.id)
    .bind(i64::from(record.version))
    .bind(step.state)
    .bind(&step.by)
    .bind(subject)
    .bind(step.at)
    .bind(&step.note)
    .execute(c)
    .await
    .map(|_| ()))
}

/// One consent, within a change.
pub async fn find(tx: &mut Tx, id: &ConsentId) -> Result<Option<Kept>, sqlx::Error> {
    let row: Option<Row> = on_tx!(tx, |c| {
        sqlx::query_as(
        "select consent, official, conditions, version, traceparent, last_key from consent where consent_id = $1"
    )
    .bind(id)
    .fetch_optional(c)
    .await
    })?;
    let steps: Vec<StepRow> = on_tx!(tx, |c| {
        sqlx::query_as(
        "select consent_id, state, by_name, at, note from consent_step where consent_id = $1 order by version"
    )
    .bind(id)
    .fetch_all(c)
    .await
    })?;
    Ok(row.map(|row| row.with(steps.into_iter().map(StepRow::step).collect())))
}

/// One consent, for reading.
pub async fn get(db: &Db, id: &ConsentId) -> Result<Option<ConsentRecord>, sqlx::Error> {
    let row: Option<Row> = on_db!(db, |p| {
        sqlx::query_as(
        "select consent, official, conditions, version, traceparent, last_key from consent where consent_id = $1"
    )
    .bind(id)
    .fetch_optional(p)
    .await
    })?;
    let Some(row) = row else { return Ok(None) };
    let mut whole = with_history(db, vec![row]).await?;
    Ok(whole.pop())
}

/// Consents, newest first.
pub async fn list(db: &Db, filter: &Filter, limit: i64) -> Result<Vec<ConsentRecord>, sqlx::Error> {
    let rows: Vec<Row> = on_db!(db, |p| sqlx::query_as(
        "select consent, official, conditions, version, traceparent, last_key
           from consent
          where ($1 is null or grantor = $1)
            and ($2 is null or beneficiary = $2)
            and ($3 is null or requested_at < $3 or (requested_at = $3 and consent_id < $4))
            and exercise = $5
          order by requested_at desc, consent_id desc limit $6"
    )
    .bind(filter.grantor)
    .bind(&filter.beneficiary)
    .bind(filter.after.at)
    .bind(&filter.after.id)
    .bind(filter.exercise)
    .bind(limit)
    .fetch_all(p)
    .await)?;
    with_history(db, rows).await
}

/// The records with what was done with each, read at once. A step committed after a record was read is left out, so that
/// record and history agree.
async fn with_history(db: &Db, rows: Vec<Row>) -> Result<Vec<ConsentRecord>, sqlx::Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<ConsentId> = rows.iter().map(|row| row.consent.0.id.clone()).collect();
    let steps: Vec<StepRow> = on_db!(db, |p| {
        let mut query = sqlx::QueryBuilder::new(
            "select consent_id, state, by_name, at, note from consent_step where consent_id in (",
        );
        let mut list = query.separated(", ");
        for id in &ids {
            list.push_bind(id);
        }
        query.push(") order by consent_id, version");
        query.build_query_as().fetch_all(p).await
    })?;
    let mut by_consent = std::collections::BTreeMap::<ConsentId, Vec<ConsentStep>>::new();
    for row in steps {
        by_consent.entry(row.consent_id.clone()).or_default().push(row.step());
    }
    let whole = |row: Row| {
        let mut history = by_consent.remove(&row.consent.0.id).unwrap_or_default();
        history.truncate(row.version as usize);
        row.with(history).record
    };
    Ok(rows.into_iter().map(whole).collect())
}
