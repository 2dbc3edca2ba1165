//! Field reports, and apart from them the sealed identities of their sources.

use contracts::{
    PageRequest,
    gateway::{ReportForm, ReportReceived, attachments::Attachment},
    intake::{ListReports, Report, ReportState, ReportStep, own::ListOwnReports},
};
use domain::{
    Day, Observation, ObservationId, Place, ProvinceCode, Reliability, ReportId, Threat, Timestamp,
};
use kit::{Db, Tx, on_db, on_tx};
use sqlx::{QueryBuilder, types::Json};

use super::{Cause, cursor};
use crate::{
    domain::{
        draft::EXERCISE,
        order,
        report::{Received, SAME_INCIDENT_DAYS, SENDER_UNKNOWN, SOURCE, sender},
    },
    error::Error,
};

/// One report as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ReportRow {
    /// Which report.
    pub report_id: ReportId,
    /// Where it stands.
    pub state: ReportState,
    /// The form as it was sent.
    pub form: Json<ReportForm>,
    /// The place as it was found.
    pub place: Json<Place>,
    /// Pseudonym of the source.
    pub source: String,
    /// Pseudonym of the account that sent it; [`SENDER_UNKNOWN`] of some that an earlier program kept.
    pub sent_by: String,
    /// The day it happened.
    pub occurred_on: Day,
    /// The observation it became.
    pub observation_id: Option<ObservationId>,
    /// What was done with it.
    pub history: Json<Vec<ReportStep>>,
    /// When it was received.
    pub received_at: Timestamp,
    /// Counts its changes.
    pub version: i64,
    /// The request that made the last move.
    pub moved_by: Option<String>,
    /// How reliable the source was held to be when it came.
    pub reliability: Option<Reliability>,
    /// The report that it repeats.
    pub duplicate_of: Option<ReportId>,
    /// The files that came with it.
    pub attachments: Json<Vec<Attachment>>,
    /// Whether it is accepted as verified only because another source bears it out: nobody said how it was checked.
    pub rests_on_word: bool,
    /// Whence it comes.
    #[sqlx(flatten)]
    pub cause: Cause,
}

impl ReportRow {
    /// What another source must share with it to speak of the same incident; `None` where its province is not known.
    pub fn incident(&self) -> Option<Incident<'_>> {
        Some(Incident {
            report: &self.report_id,
            owner: &self.source,
            sender: &self.sent_by,
            threat: self.form.threat,
            province: self.place.province.as_ref()?,
            kind: &self.form.kind,
            on: self.occurred_on,
            exercise: self.form.exercise,
        })
    }
    /// The report as the others see it.
    pub fn report(&self) -> Report {
        Report {
            id: self.report_id.clone(),
            state: self.state,
            form: self.form.0.clone(),
            place: self.place.0.clone(),
            occurred_on: Some(self.occurred_on),
            source: self.source.clone(),
            observation: self.observation_id.clone(),
            history: self.history.0.clone(),
            received_at: self.received_at,
            version: u32::try_from(self.version).unwrap_or(u32::MAX),
            reliability: self.reliability,
            duplicate_of: self.duplicate_of.clone(),
            attachments: self.attachments.0.clone(),
        }
    }
}

/// What is made of a report when it is received.
#[derive(Clone, Debug)]
pub struct Filed<'a> {
    /// Its place and day.
    pub received: &'a Received,
    /// Where it stands.
    pub state: ReportState,
    /// What was done with it.
    pub history: Vec<ReportStep>,
    /// How reliable its source is held to be.
    pub reliability: Option<Reliability>,
    /// Whence it comes.
    pub cause: &'a Cause,
}

/// Keeps a report, its sender under a pseudonym; `false` when it is there already.
pub async fn file(tx: &mut Tx, heard: &ReportReceived, filed: &Filed<'_>) -> Result<bool, sqlx::Error> {
    let (form, place) = (Json(&heard.form), Json(&filed.received.place));
    let version = filed.history.len() as i64;
    let rows = on_tx!(tx, |c| {
        sqlx::query(
        "insert into report (report_id, state, form, place, source, sent_by, threat, kind, province, occurred_on, exercise,
                             history, received_at, version, traceparent, correlation, causation, week, reliability)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
         on conflict (report_id) do nothing"
    )
    .bind(&heard.report)
    .bind(filed.state)
    .bind(form)
    .bind(place)
    .bind(&heard.source)
    .bind(sender(heard))
    .bind(heard.form.threat)
    .bind(&heard.form.kind)
    .bind(&filed.received.place.province)
    .bind(filed.received.occurred_on)
    .bind(heard.form.exercise)
    .bind(Json(&filed.history))
    .bind(heard.received_at)
    .bind(version)
    .bind(&filed.cause.traceparent)
    .bind(&filed.cause.correlation)
    .bind(&filed.cause.causation)
    .bind(heard.form.situation.as_ref().map(|situation| situation.week))
    .bind(filed.reliability)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// Keeps the sealed source of a report. There is no statement that reads it.
pub async fn seal(tx: &mut Tx, report: &ReportId, sealed: &str) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query(
        "insert into sealed_source (report_id, sealed) values ($1, $2) on conflict (report_id) do nothing"
    )
    .bind(report)
    .bind(sealed)
    .execute(c)
    .await
    .map(|_| ()))
}

/// One report.
pub async fn get(db: &Db, id: &ReportId) -> Result<Option<ReportRow>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as::<_, ReportRow>("select * from report where report_id = $1")
        .bind(id)
        .fetch_optional(p)
        .await)
}

/// One report within a transaction.
pub async fn get_in(tx: &mut Tx, id: &ReportId) -> Result<Option<ReportRow>, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_as::<_, ReportRow>("select * from report where report_id = $1")
        .bind(id)
        .fetch_optional(c)
        .await)
}

/// The condition that a report was corrected: it was held to be elsewhere, or of another day, before.
macro_rules! was_corrected {
    () => {
        "cast(history as text) like '%\"was\":%'"
    };
}
pub(super) use was_corrected;

/// Reports, newest first: one more than the page holds. Of a moment also those of another province that were corrected: which of them
/// were held to be of the one that is asked for, their histories tell.
pub async fn list(db: &Db, wanted: &ListReports) -> Result<Vec<ReportRow>, Error> {
    let page: &PageRequest = &wanted.page;
    let after: Option<(Timestamp, String)> = cursor::read(page)?;
    let (at, id) = after.unzip();
    let rows = on_db!(db, |p| {
        sqlx::query_as::<_, ReportRow>(concat!(
            "select * from report
              where ($1 is null or state = $1) and ($2 is null or received_at < $3 or (received_at = $3 and report_id < $2))
                and ($5 is null or province = $5 or ($7 is not null and ",
            was_corrected!(),
            ")) and ($6 is null or source = $6) and ($7 is null or received_at <= $7)
              order by received_at desc, report_id desc limit $4"
        ))
    .bind(wanted.state)
    .bind(id.clone())
    .bind(at)
    .bind(i64::from(page.size()) + 1)
    .bind(&wanted.province)
    .bind(&wanted.source)
    .bind(wanted.known_on)
    .fetch_all(p)
    .await
    })?;
    Ok(rows)
}

/// The newest reports of a sender: those that stand under this pseudonym, and of those of which nobody here can tell any more whose
/// they are the ones that the door names.
pub async fn own(db: &Db, sender: &str, wanted: &ListOwnReports) -> Result<Vec<ReportRow>, sqlx::Error> {
    on_db!(db, |p| {
        let mut select = QueryBuilder::new("select * from report where (sent_by = ");
        select.push_bind(sender);
        if !wanted.sent.is_empty() {
            select.push(" or sent_by = ").push_bind(SENDER_UNKNOWN).push(" and report_id in (");
            let mut list = select.separated(", ");
            for id in &wanted.sent {
                list.push_bind(id);
            }
            select.push(")");
        }
        select.push(")");
        if let Some(one) = &wanted.report {
            select.push(" and report_id = ").push_bind(one);
        }
        if let Some(at) = wanted.known_on {
            select.push(" and received_at <= ").push_bind(at);
        }
        select.push(" order by received_at desc, report_id desc limit 50");
        select.build_query_as::<ReportRow>().fetch_all(p).await
    })
}

/// Writes where a report now stands; `false` when it was changed since version `from` was read.
pub async fn store_move(tx: &mut Tx, row: &ReportRow, from: i64) -> Result<bool, sqlx::Error> {
    let rows = on_tx!(tx, |c| {
        sqlx::query(
        "update report set state = $2, observation_id = $3, history = $4, version = $5, moved_by = $6, duplicate_of = $7,
                           attachments = $8, place = $10, province = $11, occurred_on = $12, rests_on_word = $13
          where report_id = $1 and version = $9"
    )
    .bind(&row.report_id)
    .bind(row.state)
    .bind(&row.observation_id)
    .bind(Json(&row.history.0))
    .bind(row.version)
    .bind(&row.moved_by)
    .bind(&row.duplicate_of)
    .bind(Json(&row.attachments.0))
    .bind(from)
    .bind(Json(&row.place.0))
    .bind(&row.place.province)
    .bind(row.occurred_on)
    .bind(row.rests_on_word)
    .execute(c)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// The accepted reports that may count as verified only because another source bears them out: their histories tell.
pub async fn on_word(db: &Db) -> Result<Vec<ReportId>, sqlx::Error> {
    on_db!(db, |p| sqlx::query_scalar(
        "select report_id from report where rests_on_word = true and state = 'accepted' order by report_id"
    )
    .fetch_all(p)
    .await)
}

/// Notes of an accepted report that it rests on more than the word of another source.
pub async fn rests_on_itself(tx: &mut Tx, report: &ReportId) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| sqlx::query("update report set rests_on_word = false where report_id = $1")
        .bind(report)
        .execute(c)
        .await
        .map(|_| ()))
}

/// What another source must share with a report to speak of the same incident.
#[derive(Clone, Debug)]
pub struct Incident<'a> {
    /// The report itself.
    pub report: &'a ReportId,
    /// The owner of its source, which counts once.
    pub owner: &'a str,
    /// Who sent it: what he sends under another name is no second source.
    pub sender: &'a str,
    /// The threat.
    pub threat: Threat,
    /// The province.
    pub province: &'a ProvinceCode,
    /// The kind.
    pub kind: &'a str,
    /// The day.
    pub on: Day,
    /// Whether it is part of an exercise.
    pub exercise: bool,
}

/// A verified report of another owner, not sent by the same person, that speaks of the same incident: the one that came first.
macro_rules! reported {
    ($incident:ident, $executor:expr) => {
        sqlx::query_scalar::<_, ReportId>(
            "select report_id from report
              where report_id <> $1 and source <> $2 and sent_by <> $3 and threat = $4 and province = $5 and kind = $6
                and exercise = $7 and occurred_on between $8 and $9 and state = 'verified'
              order by received_at, report_id limit 1",
        )
        .bind($incident.report)
        .bind($incident.owner)
        .bind($incident.sender)
        .bind($incident.threat)
        .bind($incident.province)
        .bind($incident.kind)
        .bind($incident.exercise)
        .bind($incident.on.plus(-SAME_INCIDENT_DAYS))
        .bind($incident.on.plus(SAME_INCIDENT_DAYS))
        .fetch_optional($executor)
        .await
    };
}

/// An observation of another owner that stands and speaks of the same incident, none that the same person sent: the one recorded first.
macro_rules! observed {
    ($incident:ident, $executor:expr) => {
        sqlx::query_as::<_, (Json<Observation>,)>(
            "select body from observation
              where known_to is null and owner <> $1 and threats like $2 and province = $3 and kind = $4 and exercise = $5
                and rank <= $6 and occurred_to >= $7
                and not exists (select 1 from report told where observation.source = $8
                     and told.report_id = replace(observation.external_id, $9, '') and told.sent_by = $10)
              order by known_from, observation_id limit 1",
        )
        .bind($incident.owner)
        .bind(format!("%,{},%", $incident.threat))
        .bind($incident.province)
        .bind($incident.kind)
        .bind($incident.exercise)
        .bind(order::last_of($incident.on.plus(SAME_INCIDENT_DAYS)))
        .bind($incident.on.plus(-SAME_INCIDENT_DAYS))
        .bind(SOURCE)
        .bind(EXERCISE)
        .bind($incident.sender)
        .fetch_optional($executor)
        .await
    };
}

/// The verified report that bears an incident out.
pub async fn corroborating(tx: &mut Tx, incident: &Incident<'_>) -> Result<Option<ReportId>, sqlx::Error> {
    on_tx!(tx, |c| reported!(incident, c))
}

/// The observation that bears an incident out.
pub async fn corroborating_observation(
    tx: &mut Tx,
    incident: &Incident<'_>,
) -> Result<Option<Observation>, sqlx::Error> {
    let row = on_tx!(tx, |c| observed!(incident, c))?;
    Ok(row.map(|(body,)| body.0))
}

/// Whether a report or an observation bears an incident out.
pub async fn is_corroborated(db: &Db, incident: &Incident<'_>) -> Result<bool, sqlx::Error> {
    if on_db!(db, |p| reported!(incident, p))?.is_some() {
        return Ok(true);
    }
    Ok(on_db!(db, |p| observed!(incident, p))?.is_some())
}
