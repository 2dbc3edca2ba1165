//! Questionnaires in their versions.

use contracts::intake::questionnaires::{Questionnaire, QuestionnaireForm, QuestionnaireState};
use domain::{QuestionnaireId, Timestamp};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::types::Json;

use super::past::{self, Kind};

/// One version as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct QuestionnaireRow {
    /// Which.
    pub questionnaire_id: QuestionnaireId,
    /// Counts the versions of its key.
    pub number: i64,
    /// Where it stands.
    pub state: QuestionnaireState,
    /// What it asks.
    pub form: Json<QuestionnaireForm>,
    /// Who wrote it.
    pub made_by: String,
    /// When it was begun.
    pub made_at: Timestamp,
    /// When it came into force.
    pub in_force_at: Option<Timestamp>,
    /// When it was retired.
    pub retired_at: Option<Timestamp>,
    /// Counts its changes.
    pub version: i64,
    /// The request that made the last change.
    pub moved_by: Option<String>,
}

impl QuestionnaireRow {
    /// The version as the others see it.
    pub fn questionnaire(&self) -> Questionnaire {
        Questionnaire {
            id: self.questionnaire_id.clone(),
            number: u32::try_from(self.number).unwrap_or(u32::MAX),
            form: self.form.0.clone(),
            state: self.state,
            by: self.made_by.clone(),
            made_at: self.made_at,
            in_force_at: self.in_force_at,
            retired_at: self.retired_at,
            version: u32::try_from(self.version).unwrap_or(u32::MAX),
        }
    }
    /// How it stood as a draft, in force and retired, and since when; without a moment where it never did.
    fn stood(&self) -> [(Option<Timestamp>, Questionnaire); 3] {
        let now = self.questionnaire();
        let (draft, in_force) = (QuestionnaireState::Draft, QuestionnaireState::InForce);
        let enacted = Questionnaire { state: in_force, retired_at: None, ..now.clone() };
        let drafted = Questionnaire { state: draft, in_force_at: None, ..enacted.clone() };
        [(Some(self.made_at), drafted), (self.in_force_at, enacted), (self.retired_at, now)]
    }
    /// Keeps how it stands from now on.
    async fn keep(&self, tx: &mut Tx) -> Result<(), sqlx::Error> {
        past::keep(tx, (Kind::Questionnaire, self.questionnaire_id.as_str()), &self.questionnaire()).await
    }
}

/// One version.
pub async fn get(db: &Db, id: &QuestionnaireId) -> Result<Option<QuestionnaireRow>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as::<_, QuestionnaireRow>(
        "select * from questionnaire where questionnaire_id = $1"
    )
    .bind(id)
    .fetch_optional(p)
    .await)
}

/// One version within a transaction.
pub async fn get_in(tx: &mut Tx, id: &QuestionnaireId) -> Result<Option<QuestionnaireRow>, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_as::<_, QuestionnaireRow>(
        "select * from questionnaire where questionnaire_id = $1"
    )
    .bind(id)
    .fetch_optional(c)
    .await)
}

/// Versions that stand there, or all: by key, the newest first. A thousand at most.
pub async fn list(db: &Db, state: Option<QuestionnaireState>) -> Result<Vec<QuestionnaireRow>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as::<_, QuestionnaireRow>(
        "select * from questionnaire where ($1 is null or state = $1) order by key, number desc limit 1000"
    )
    .bind(state)
    .fetch_all(p)
    .await)
}

/// The number of the newest version of this key; 0 for none.
pub async fn newest_number(tx: &mut Tx, key: &str) -> Result<i64, sqlx::Error> {
    let newest: Option<i64> =
        on_tx!(tx, |c| sqlx::query_scalar("select max(number) from questionnaire where key = $1")
            .bind(key)
            .fetch_one(c)
            .await)?;
    Ok(newest.unwrap_or(0))
}

/// Keeps a new version; `false` where it is there already.
pub async fn add(tx: &mut Tx, row: &QuestionnaireRow) -> Result<bool, sqlx::Error> {
    let rows = on_tx!(tx, |c| {
        sqlx::query(
        "insert into questionnaire (questionnaire_id, key, number, state, form, made_by, made_at, in_force_at, version, moved_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (questionnaire_id) do nothing"
    )
    .bind(&row.questionnaire_id)
    .bind(&row.form.key)
    .bind(row.number)
    .bind(row.state)
    .bind(Json(&row.form.0))
    .bind(&row.made_by)
    .bind(row.made_at)
    .bind(row.in_force_at)
    .bind(row.version)
    .bind(&row.moved_by)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    if rows == 1 {
        row.keep(tx).await?;
    }
    Ok(rows == 1)
}

/// Retires whichever version of this key is in force.
pub async fn retire_in_force(tx: &mut Tx, key: &str) -> Result<(), sqlx::Error> {
    let now = tx.now();
    let retired: Vec<QuestionnaireRow> = on_tx!(tx, |c| sqlx::query_as(
        "update questionnaire set state = 'retired', retired_at = $2, version = version + 1
          where key = $1 and state = 'in_force' returning *"
    )
    .bind(key)
    .bind(now)
    .fetch_all(c)
    .await)?;
    for row in retired {
        row.keep(tx).await?;
    }
    Ok(())
}

/// Writes a version as it now stands; `false` when it was changed since version `from` was read.
pub async fn store(tx: &mut Tx, row: &QuestionnaireRow, from: i64) -> Result<bool, sqlx::Error> {
    let rows = on_tx!(tx, |c| {
        sqlx::query(
        "update questionnaire set state = $2, form = $3, in_force_at = $4, retired_at = $5, version = $6, moved_by = $7
          where questionnaire_id = $1 and version = $8"
    )
    .bind(&row.questionnaire_id)
    .bind(row.state)
    .bind(Json(&row.form.0))
    .bind(row.in_force_at)
    .bind(row.retired_at)
    .bind(row.version)
    .bind(&row.moved_by)
    .bind(from)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    if rows == 1 {
        row.keep(tx).await?;
    }
    Ok(rows == 1)
}

/// All versions as they stood at a moment: by key, the newest first.
pub async fn known(db: &Db, at: Timestamp) -> Result<Vec<Questionnaire>, sqlx::Error> {
    let mut stood: Vec<Questionnaire> =
        past::known(db, (Kind::Questionnaire, None), at).await?.into_values().collect();
    stood.sort_by(|one, other| (&one.form.key, other.number).cmp(&(&other.form.key, one.number)));
    Ok(stood)
}

/// Takes up those that an earlier program kept as they stand alone: as drafts first, in force and retired since that was so.
pub async fn take_up(tx: &mut Tx) -> Result<(), sqlx::Error> {
    let rows: Vec<QuestionnaireRow> =
        on_tx!(tx, |c| sqlx::query_as("select * from questionnaire").fetch_all(c).await)?;
    for row in rows {
        let what = (Kind::Questionnaire, row.questionnaire_id.as_str());
        for (step, (since, stood)) in [-2, -1, 0].into_iter().zip(row.stood()).rev() {
            if let Some(since) = since {
                past::keep_before(tx, what, (step, since, &stood)).await?;
            }
        }
    }
    Ok(())
}

/// Whether there is no questionnaire at all.
pub async fn is_empty(tx: &mut Tx) -> Result<bool, sqlx::Error> {
    let count: i64 =
        on_tx!(tx, |c| sqlx::query_scalar("select count(*) from questionnaire").fetch_one(c).await)?;
    Ok(count == 0)
}
