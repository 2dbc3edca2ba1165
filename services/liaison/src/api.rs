//! What liaison answers. Political officers keep the ledger; the staff reads it; partners see nothing of it.

use contracts::{
    Failure, Page, Role,
    liaison::{ConsentMoved, ConsentRecord, GetConsent, ListConsents, MoveConsent, RequestConsent},
};
use domain::ConsentId;
use kit::{After, Asked, Tx, telemetry};
use tracing::Instrument;

use crate::{
    Liaison,
    domain::ledger,
    error::Error,
    store::consent::{self, Filter, Kept},
};

/// Who keeps the ledger.
const KEEPERS: &[Role] = &[Role::PoliticalOfficer, Role::Head];
/// Who may read it.
const STAFF: &[Role] = &[
    Role::Analyst,
    Role::SeniorAnalyst,
    Role::PoliticalOfficer,
    Role::Coordinator,
    Role::DutyOfficer,
    Role::Head,
    Role::Operator,
    Role::Auditor,
];

/// Records that a consent is requested; asked for twice under one key, it is recorded once.
pub async fn request_consent(
    service: &Liaison,
    asked: &Asked<RequestConsent>,
) -> Result<ConsentRecord, Error> {
    allow(asked, KEEPERS)?;
    let mut tx = service.db.begin().await?;
    let now = tx.now();
    let id = match asked.seed() {
        Some(seed) => ConsentId::derived(&seed),
        None => ConsentId::generate(now),
    };
    if let Some(before) = consent::find(&mut tx, &id).await? {
        return Ok(before.record);
    }
    let record = ledger::request(id.clone(), asked.query.clone(), &asked.principal.name, now)?;
    let kept = Kept { record, traceparent: tx.traceparent().map(str::to_owned), last_key: key(asked) };
    if !consent::insert(&mut tx, &kept).await? {
        return Err(Error::Raced(id));
    }
    finish(tx, kept.record, &asked.principal.subject).await
}

/// Records what happened to a consent. Continues the trace of its request.
pub async fn move_consent(service: &Liaison, asked: &Asked<MoveConsent>) -> Result<ConsentRecord, Error> {
    allow(asked, KEEPERS)?;
    let id = &asked.query.id;
    let mut tx = service.db.begin().await?;
    let before = consent::find(&mut tx, id).await?.ok_or_else(|| Error::Absent(id.clone()))?;
    if key(asked).is_some_and(|key| before.last_key.as_ref() == Some(&key)) {
        return Ok(before.record);
    }
    let span = tracing::info_span!("liaison.consent.move", consent.id = %id, action = %asked.query.action);
    telemetry::continue_from(&span, before.traceparent.as_deref());
    async {
        tx.continue_trace(telemetry::traceparent().or_else(|| before.traceparent.clone()));
        let record = ledger::advance(before.record, &asked.query, &asked.principal.name, tx.now())?;
        let kept = Kept { record, traceparent: before.traceparent, last_key: key(asked) };
        if !consent::save(&mut tx, &kept).await? {
            return Err(Error::Raced(id.clone()));
        }
        finish(tx, kept.record, &asked.principal.subject).await
    }
    .instrument(span)
    .await
}

/// Consents, newest first.
pub async fn list_consents(
    service: &Liaison,
    asked: &Asked<ListConsents>,
) -> Result<Page<ConsentRecord>, Error> {
    allow(asked, STAFF)?;
    let ListConsents { grantor, beneficiary, exercise, page } = &asked.query;
    let after = After::read(page.cursor.as_deref()).map_err(Error::Cursor)?;
    let filter = Filter { grantor: *grantor, beneficiary: beneficiary.clone(), exercise: *exercise, after };
    let found = consent::list(&service.db, &filter, i64::from(page.size()) + 1).await?;
    Ok(Page::cut(found, page.size(), cursor))
}

/// One consent.
pub async fn get_consent(service: &Liaison, asked: &Asked<GetConsent>) -> Result<ConsentRecord, Error> {
    allow(asked, STAFF)?;
    let id = &asked.query.id;
    consent::get(&service.db, id).await?.ok_or_else(|| Error::Absent(id.clone()))
}

/// Writes down what was done, says so, and commits.
async fn finish(mut tx: Tx, record: ConsentRecord, subject: &str) -> Result<ConsentRecord, Error> {
    consent::add_step(&mut tx, &record, subject).await?;
    tx.say(&ConsentMoved { consent: record.consent.clone(), version: record.version }).await?;
    tx.commit().await?;
    let (id, state) = (&record.consent.id, record.consent.state);
    tracing::info!(consent.id = %id, %state, version = record.version, by = subject, "a consent moved");
    metrics::counter!("liaison_consents_moved_total", "state" => state.as_str()).increment(1);
    Ok(record)
}

/// The request is a consent's first step: it happened when the list says so.
fn cursor(record: &ConsentRecord) -> String {
    record.history.first().map_or_else(String::new, |step| After::cursor(step.at, &record.consent.id))
}

/// Refuses everyone without one of these roles, and partners whatever their roles.
fn allow<Q>(asked: &Asked<Q>, roles: &[Role]) -> Result<(), Failure> {
    if asked.principal.organisation.is_some() {
        let name = &asked.principal.name;
        return Err(Failure::forbidden(format!(
            "{name} belongs to a partner; the ledger is the centre's own"
        )));
    }
    asked.allow(roles)
}

/// Asker and key of this change; `None` without a key.
fn key<Q>(asked: &Asked<Q>) -> Option<String> {
    asked.seed().map(|seed| seed.join("\u{1f}"))
}
