//! Callers as they are known behind the door where they report: by a pseudonym, and beside kept answers by a digest.

use contracts::{
    Failure, Principal,
    intake::{BY_SENDER, OWN_ACCEPTED, Report, ReportAction, ReportState, SENDER_ERASED, was_verified},
};
use domain::ReportId;
use kit::Tx;

use super::{Call, once::Once};
use crate::{
    Error, Gateway,
    domain::source::{Shield, Source},
    store::{accounts, attachments, reporters},
};

impl Gateway {
    /// The pseudonym under which an account reports; it gets one where it has none yet.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn pseudonym_of(&self, subject: &str) -> Result<String, Error> {
        if let Some(known) = accounts::known(&self.db, &self.shield.account(subject)).await? {
            return Ok(known);
        }
        let mut tx = self.db.begin().await?;
        let pseudonym = self.pseudonym_in(&mut tx, subject).await?;
        tx.commit().await?;
        Ok(pseudonym)
    }

    /// The same within a transaction.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) async fn pseudonym_in(&self, tx: &mut Tx, subject: &str) -> Result<String, Error> {
        Ok(accounts::pseudonym(tx, &self.shield.account(subject), &Shield::new_pseudonym()).await?)
    }

    /// The pseudonym of a source that this sender (a pseudonym) names; it gets one where it has none yet, or was erased.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub(crate) async fn named_in(
        &self,
        tx: &mut Tx,
        (source, sender): (&Source, &str),
    ) -> Result<String, Error> {
        let first = self.shield.first_pseudonym_of(source);
        let new = if reporters::is_untied(tx, &first).await? { first } else { Shield::new_pseudonym() };
        Ok(accounts::pseudonym(tx, &self.shield.named(source, sender), &new).await?)
    }

    /// A principal as services know reporters: with its roles, and the pseudonym in the place of name and subject. Whatever is asked of
    /// one's own reports and duties is asked so: a question that held both would tell whoever reads along.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub(crate) async fn as_reporter(&self, principal: &Principal) -> Result<Principal, Error> {
        let subject = self.pseudonym_of(&principal.subject).await?;
        let name = subject.clone();
        Ok(Principal { subject, name, roles: principal.roles.clone(), organisation: None })
    }

    /// A request under a key, its asker veiled: beside an answer that names a report stands nobody's name.
    pub(crate) fn once(&self, subject: &str, key: &str, parts: &[&[u8]]) -> Once {
        Once::of(&self.shield, (subject, key), parts)
    }

    /// A call as the audit tells of it where somebody sends reports, files of reports or drafts: under the pseudonym, without the token.
    /// What was sent bears the same moment and the pseudonym, so that an entry with the account in it would tell whose the pseudonym is.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub(crate) async fn veiled(&self, call: &Call) -> Result<Call, Error> {
        Ok(call.under(&self.pseudonym_of(&call.principal.subject).await?))
    }

    /// Lets a report be verified by whoever did not send it. The door alone knows, and says nothing of it to anybody behind it: a
    /// question with the name of an account, the report and that the one sent the other would tell who reported.
    ///
    /// # Errors
    /// `Conflict` where this principal sent it, or where nobody can tell any more who did.
    pub(crate) async fn check_verifier(
        &self,
        principal: &Principal,
        (report, action): (&ReportId, ReportAction),
    ) -> Result<(), Error> {
        if action != ReportAction::Verify {
            return Ok(());
        }
        let Some(sent) = attachments::sent(&self.db, report).await? else { return Ok(()) };
        let why = if sent.sent_by == self.pseudonym_of(&principal.subject).await? {
            BY_SENDER
        } else if accounts::is_erased(&self.db, &sent.sent_by).await? {
            SENDER_ERASED
        } else {
            return Ok(());
        };
        Err(unmoved(why))
    }

    /// Lets an accepted report that counts as verified be corrected by whoever did not send it: at another place or day it counts so
    /// still, which nobody says of what he sent himself. As above, nobody behind the door is told.
    ///
    /// # Errors
    /// `Conflict` where this principal sent it.
    pub async fn check_corrector(&self, principal: &Principal, report: &Report) -> Result<(), Error> {
        if report.state != ReportState::Accepted || !was_verified(&report.history) {
            return Ok(());
        }
        let Some(sent) = attachments::sent(&self.db, &report.id).await? else { return Ok(()) };
        let own = sent.sent_by == self.pseudonym_of(&principal.subject).await?;
        if own { Err(unmoved(OWN_ACCEPTED)) } else { Ok(()) }
    }
}

fn unmoved(why: &str) -> Error {
    Failure::conflict(format!("the report cannot be moved: {why}")).at("/action", why).into()
}
