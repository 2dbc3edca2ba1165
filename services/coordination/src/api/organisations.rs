//! Organisations.

use contracts::coordination::{ListOrganisations, Organisation, PutOrganisation};
use domain::OrganisationId;
use kit::Asked;

use super::{Faults, STAFF, WRITERS};
use crate::{
    Coordination, Error,
    dissemination::reconsider,
    domain::key,
    store::{organisations, turn},
};

/// Records an organisation, or changes the one with this key.
pub(crate) async fn put_organisation(
    service: &Coordination,
    asked: &Asked<PutOrganisation>,
) -> Result<Organisation, Error> {
    asked.allow(WRITERS)?;
    let put = &asked.query;
    let mut faults = Faults::default();
    faults.unless(
        key::is_key(&put.key),
        "/key",
        "must be 1 to 63 lower-case letters, digits and hyphens, no hyphen first or last, as osce",
    );
    faults.unless_empty(&put.name, "/name");
    faults.unless_empty(&put.kind, "/kind");
    if let Some(point) = &put.focal_point {
        faults.unless_empty(&point.post, "/focal_point/post");
        faults.unless(point.address.contains('@'), "/focal_point/address", "must be an e-mail address");
    }
    faults.check("organisation")?;
    let mut tx = service.db.begin().await?;
    turn::take(&mut tx).await?;
    organisations::put(&mut tx, &OrganisationId::derived(&["organisation", &put.key]), put).await?;
    reconsider(service, &mut tx, &put.key).await?;
    let kept = organisations::find(&mut tx, &put.key).await?;
    tx.commit().await?;
    kept.ok_or_else(|| Error::NoOrganisation(put.key.clone()))
}

/// All organisations, by key.
pub(crate) async fn list_organisations(
    service: &Coordination,
    asked: &Asked<ListOrganisations>,
) -> Result<Vec<Organisation>, Error> {
    asked.allow(STAFF)?;
    Ok(organisations::list(&service.db, None).await?)
}
