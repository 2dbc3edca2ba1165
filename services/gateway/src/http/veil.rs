//! Callers as they are known behind the door where they report: by a pseudonym, and beside kept answers by a digest.

use contracts::{Principal, intake::ReportAction};
use domain::ReportId;
use kit::Tx;

use super::once::Once;
use crate::{
    Error, Gateway,
    domain::source::Shield,
    store::{accounts, attachments},
};

/// What the audit calls a report of the actor's own.
pub(crate) const OWN_REPORT: &str = "own report";

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
        Once::of(&self.shield.asker(subject, key), key, parts)
    }

    /// What the audit calls a thing that a principal did something to. What was done to a report of one's own is written down without
    /// its id: the id leads to the pseudonym, and the entry names the account.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub(crate) async fn audited(
        &self,
        principal: &Principal,
        (source, object): (&str, &str),
    ) -> Result<String, Error> {
        let is_own = self.pseudonym_of(&principal.subject).await? == source;
        Ok(if is_own { OWN_REPORT } else { object }.to_owned())
    }

    /// Whether this principal sent the report that it is about to verify; of other moves it does not matter, and is not told.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub(crate) async fn is_verifying_own(
        &self,
        principal: &Principal,
        (report, action): (&ReportId, ReportAction),
    ) -> Result<bool, Error> {
        if action != ReportAction::Verify {
            return Ok(false);
        }
        let Some(sent) = attachments::sent(&self.db, report).await? else { return Ok(false) };
        Ok(sent.sent_by == self.pseudonym_of(&principal.subject).await?)
    }
}
