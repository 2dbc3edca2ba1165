//! What of a product one organisation may have.

use contracts::{
    Failure,
    analysis::products::ProductState,
    coordination::{TearProduct, Torn},
};
use kit::Asked;

use super::STAFF;
use crate::{
    Coordination, Error,
    domain::tear::{self, Recipient},
    store::papers,
};

/// Decides every statement of a product for one organisation, as of now, and leaves out what it may not have.
///
/// # Errors
/// When the asker is no staff, there is no such organisation, it is of the other side of the exercise; and, unless it is only
/// looked at, when the product is not published or nothing of it may go there.
pub(crate) async fn tear_product(service: &Coordination, asked: &Asked<TearProduct>) -> Result<Torn, Error> {
    asked.allow(STAFF)?;
    let TearProduct { partner: key, product, preview, gone } = &asked.query;
    let found = papers::partners(&service.db, Some(key)).await?.into_iter().next();
    let (organisation, partner) = found.ok_or_else(|| Error::NoOrganisation(key.clone()))?;
    if organisation.exercise != product.form.exercise {
        let (is, of) =
            if product.form.exercise { ("exercise", "real exchange") } else { ("real", "the exercise") };
        let why =
            format!("the product is {is} material and {key} takes part in {of} only: the two never mix");
        return Err(Failure::conflict(why).into());
    }
    if !preview && product.state != ProductState::Published {
        let why = format!("it is in {}: only what is published is given out", product.state);
        return Err(Failure::conflict(why).into());
    }
    let recipient = Recipient {
        named: (&organisation.key, &organisation.name),
        partner: &partner,
        today: service.db.clock().now().day(),
        purpose: &service.purpose,
        gone,
    };
    let torn = tear::tear(product, recipient);
    if !preview && torn.product.sections.is_empty() {
        let nothing = Failure::conflict(format!("nothing of it may go to {key}"));
        let each = torn.lines.iter().map(|line| (format!("/statements/{}", line.statement), &line.reason));
        return Err(each.fold(nothing, |failure, (at, why)| failure.at(at, why.clone())).into());
    }
    Ok(torn)
}
