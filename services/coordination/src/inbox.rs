//! What coordination does when it hears something.

use contracts::{
    alerts::WarningIssued,
    coordination::{Acknowledgement, AcknowledgementRecorded, DeliveryState},
    gateway::AcknowledgementReceived,
    liaison::ConsentMoved,
};
use domain::WarningId;
use kit::{Heard, Tx};

use crate::{
    Coordination, Error,
    dissemination::{disseminate, move_to, reconsider},
    store::{acknowledgements, decisions, deliveries, papers, turn, warnings, warnings::Issued},
};

/// A warning was issued: keeps it, ends what waits of older versions, decides for every organisation it concerns.
///
/// # Errors
/// When the warning lacks the time it was sent, or the store does not answer.
pub async fn warning_issued(
    service: &Coordination,
    tx: &mut Tx,
    heard: &Heard<WarningIssued>,
) -> Result<(), Error> {
    let warning = heard.warning.clone();
    let Some(sent) = warning.sent else {
        return Err(Error::Unusable { warning: warning.id, why: "it has no time of sending" });
    };
    let issued = Issued { warning, sent, traceparent: tx.traceparent().map(str::to_owned) };
    turn::take(tx).await?;
    if !warnings::add(tx, &issued).await? {
        return Ok(());
    }
    let partners = papers::partners_within(tx, None).await?;
    for known in &partners {
        supersede(tx, &issued.warning.id, issued.warning.version, &known.0.key).await?;
        disseminate(service, tx, &issued, known).await?;
    }
    Ok(())
}

/// Ends the wait of older versions: what was not sent yet is not sent any more.
async fn supersede(tx: &mut Tx, warning: &WarningId, version: u32, partner: &str) -> Result<(), Error> {
    for older in deliveries::to_partner(tx, warning, partner).await? {
        if older.version < version && older.state == DeliveryState::Pending {
            move_to(tx, &older, DeliveryState::Superseded).await?;
        }
    }
    Ok(())
}

/// A consent moved: takes it as it now stands and decides anew for the organisation it names.
///
/// # Errors
/// When the store does not answer.
pub async fn consent_moved(
    service: &Coordination,
    tx: &mut Tx,
    heard: &Heard<ConsentMoved>,
) -> Result<(), Error> {
    turn::take(tx).await?;
    if !papers::put_consent(tx, &heard.consent, heard.version).await? {
        tracing::info!(consent.id = %heard.consent.id, version = heard.version, "an older version of a consent is passed over");
        return Ok(());
    }
    reconsider(service, tx, &heard.consent.beneficiary).await
}

/// A partner acknowledged: records it and marks the delivery, in the delivery's trace.
///
/// It counts for the newest version that was issued by then and ever released to the partner.
///
/// # Errors
/// When nothing of the warning was ever released to the partner: that cannot be mended by trying again, so the message goes
/// to the dead letters, where a person sees that somebody knows of what they were not told.
pub async fn acknowledgement_received(
    _service: &Coordination,
    tx: &mut Tx,
    heard: &Heard<AcknowledgementReceived>,
) -> Result<(), Error> {
    let (warning, partner) = (&heard.event.warning, heard.partner.as_str());
    let Some(version) = decisions::released_version(tx, warning, partner, heard.received_at).await? else {
        return Err(Error::NeverReleased { partner: partner.to_owned(), warning: warning.clone() });
    };
    let acknowledgement = Acknowledgement {
        id: heard.acknowledgement.clone(),
        kind: heard.kind,
        by: heard.by.clone(),
        note: heard.note.clone(),
        at: heard.received_at,
    };
    if !acknowledgements::add(tx, (warning, version), partner, &acknowledgement).await? {
        return Ok(());
    }
    let to_partner = deliveries::to_partner(tx, warning, partner).await?;
    let of_version: Vec<_> = to_partner.into_iter().filter(|delivery| delivery.version == version).collect();
    let trace = match of_version.first() {
        Some(delivery) => delivery.traceparent.clone(),
        None => warnings::version(tx, warning, version).await?.and_then(|issued| issued.traceparent),
    };
    tx.continue_trace(trace);
    for delivery in of_version.iter().filter(|delivery| delivery.state != DeliveryState::Acknowledged) {
        move_to(tx, delivery, DeliveryState::Acknowledged).await?;
    }
    let recorded =
        AcknowledgementRecorded { warning: warning.clone(), partner: partner.to_owned(), acknowledgement };
    tx.say(&recorded).await?;
    Ok(())
}
