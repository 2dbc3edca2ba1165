//! What would be released to whom, before anything is.

use contracts::coordination::{Organisation, PartnerDecision, PreviewRelease};
use domain::{Partner, release};
use kit::Asked;

use super::STAFF;
use crate::{
    Coordination, Error,
    domain::item,
    store::{papers, warnings},
};

/// One item and all organisations that it may concern, with every step's reason.
pub(crate) async fn preview_release(
    service: &Coordination,
    asked: &Asked<PreviewRelease>,
) -> Result<Vec<PartnerDecision>, Error> {
    asked.allow(STAFF)?;
    let partners = papers::partners(&service.db, None).await?;
    let (item, status) = match &asked.query {
        PreviewRelease::Item(item) => ((**item).clone(), None),
        PreviewRelease::Warning(id) => {
            let issued = warnings::latest(&service.db, id).await?;
            let warning = issued.ok_or_else(|| Error::NoWarning(id.clone()))?.warning;
            (item::item(&warning, &service.purpose), Some(warning.status))
        }
    };
    let today = service.db.clock().now().day();
    let concerned = |(organisation, _): &&(Organisation, Partner)| {
        status.is_none_or(|status| item::concerns(status, organisation.exercise))
    };
    let decide = |(organisation, partner): &(Organisation, Partner)| {
        let decision = release::decide(&item, partner, today);
        PartnerDecision {
            partner: organisation.key.clone(),
            name: organisation.name.clone(),
            reason: decision.reason().to_owned(),
            decision,
        }
    };
    Ok(partners.iter().filter(concerned).map(decide).collect())
}
