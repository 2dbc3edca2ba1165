//! Mandates and agreements.

use contracts::coordination::{AddAgreement, AddMandate, Held, ListAgreements, ListMandates};
use domain::{Agreement, AgreementId, Mandate, MandateId, Redistribution};
use kit::{Asked, Tx};

use super::{Faults, STAFF, WRITERS};
use crate::{
    Coordination, Error,
    dissemination::reconsider,
    store::{organisations, papers, turn},
};

/// Records a mandate; decisions on live warnings follow at once.
pub(crate) async fn add_mandate(
    service: &Coordination,
    asked: &Asked<AddMandate>,
) -> Result<Held<Mandate>, Error> {
    asked.allow(WRITERS)?;
    check_mandate(&asked.query)?;
    let add = asked.query.clone();
    let mut tx = service.db.begin().await?;
    turn::take(&mut tx).await?;
    known(&mut tx, &add.organisation).await?;
    let now = tx.now();
    let mandate = Mandate {
        id: asked.seed().map_or_else(|| MandateId::generate(now), |seed| MandateId::derived(&seed)),
        instrument: add.instrument,
        citation: add.citation,
        functions: add.functions,
        threats: add.threats,
        countries: add.countries,
        limits: add.limits,
        valid_from: add.valid_from,
        valid_until: add.valid_until,
    };
    let held = Held { organisation: add.organisation, what: mandate };
    papers::add_mandate(&mut tx, &held, &asked.principal.name).await?;
    let kept = papers::mandate(&mut tx, &held.what.id).await?.unwrap_or(held);
    reconsider(service, &mut tx, &kept.organisation).await?;
    tx.commit().await?;
    Ok(kept)
}

fn check_mandate(add: &AddMandate) -> Result<(), Error> {
    let mut faults = Faults::default();
    faults.unless_empty(&add.instrument, "/instrument");
    faults.unless_empty(&add.citation, "/citation");
    faults.unless(
        !add.threats.is_empty(),
        "/threats",
        "must name a threat: a mandate for none covers nothing",
    );
    faults.unless(
        !add.countries.is_empty(),
        "/countries",
        "must name a country: a mandate in none covers nothing",
    );
    for (n, limit) in add.limits.iter().enumerate() {
        faults.unless_empty(&limit.text, &format!("/limits/{n}/text"));
    }
    faults.unless_in_order(add.valid_from, add.valid_until);
    Ok(faults.check("mandate")?)
}

/// Mandates, of all organisations or one.
pub(crate) async fn list_mandates(
    service: &Coordination,
    asked: &Asked<ListMandates>,
) -> Result<Vec<Held<Mandate>>, Error> {
    asked.allow(STAFF)?;
    Ok(papers::mandates(&service.db, asked.query.organisation.as_deref()).await?)
}

/// Records an agreement; decisions on live warnings follow at once.
pub(crate) async fn add_agreement(
    service: &Coordination,
    asked: &Asked<AddAgreement>,
) -> Result<Held<Agreement>, Error> {
    asked.allow(WRITERS)?;
    check_agreement(&asked.query)?;
    let add = asked.query.clone();
    let mut tx = service.db.begin().await?;
    turn::take(&mut tx).await?;
    known(&mut tx, &add.organisation).await?;
    let now = tx.now();
    let agreement = Agreement {
        id: asked.seed().map_or_else(|| AgreementId::generate(now), |seed| AgreementId::derived(&seed)),
        title: add.title,
        tlp_ceiling: add.tlp_ceiling,
        un_class_ceiling: add.un_class_ceiling,
        kinds: add.kinds,
        precision_floor: add.precision_floor,
        redistribution: add.redistribution,
        purposes: add.purposes,
        valid_from: add.valid_from,
        valid_until: add.valid_until,
    };
    let held = Held { organisation: add.organisation, what: agreement };
    papers::add_agreement(&mut tx, &held, &asked.principal.name).await?;
    let kept = papers::agreement(&mut tx, &held.what.id).await?.unwrap_or(held);
    reconsider(service, &mut tx, &kept.organisation).await?;
    tx.commit().await?;
    Ok(kept)
}

fn check_agreement(add: &AddAgreement) -> Result<(), Error> {
    let mut faults = Faults::default();
    faults.unless_empty(&add.title, "/title");
    faults.unless(
        !add.kinds.is_empty(),
        "/kinds",
        "must name a kind, as warning: an agreement on none covers nothing",
    );
    faults.unless(!add.purposes.is_empty(), "/purposes", "must name a purpose, as early_warning");
    let redistribution = "none would cover nothing: write raw or derived";
    faults.unless(add.redistribution != Redistribution::None, "/redistribution", redistribution);
    faults.unless_in_order(add.valid_from, add.valid_until);
    Ok(faults.check("agreement")?)
}

/// Agreements, of all organisations or one.
pub(crate) async fn list_agreements(
    service: &Coordination,
    asked: &Asked<ListAgreements>,
) -> Result<Vec<Held<Agreement>>, Error> {
    asked.allow(STAFF)?;
    Ok(papers::agreements(&service.db, asked.query.organisation.as_deref()).await?)
}

async fn known(tx: &mut Tx, key: &str) -> Result<(), Error> {
    let found = organisations::find(tx, key).await?;
    found.map(|_| ()).ok_or_else(|| Error::NoOrganisation(key.to_owned()))
}
