//! What became of warnings: decisions, deliveries, tries, acknowledgements.

use contracts::{
    Page,
    coordination::{Delivery, DeliveryState, Dissemination, ListDisseminations},
};
use kit::Asked;

use super::{STAFF, cursor};
use crate::{
    Coordination, Error,
    store::{acknowledgements, attempts, decisions, decisions::Decided, deliveries},
};

/// What became of warnings, newest decision first.
pub(crate) async fn list_disseminations(
    service: &Coordination,
    asked: &Asked<ListDisseminations>,
) -> Result<Page<Dissemination>, Error> {
    asked.allow(STAFF)?;
    let query = &asked.query;
    let (after, size) = (cursor::start(&query.page)?, query.page.size());
    let which = (query.warning.as_ref(), query.partner.as_deref());
    let decided = decisions::newest_first(&service.db, which, after, size + 1).await?;
    let page = Page::cut(decided, size, |last| cursor::after(last.said.at, &last.said.id));
    let mut items = Vec::with_capacity(page.items.len());
    for decided in page.items {
        items.push(dissemination(service, decided).await?);
    }
    Ok(Page { items, next: page.next })
}

async fn dissemination(
    service: &Coordination,
    Decided { said, .. }: Decided,
) -> Result<Dissemination, Error> {
    // read first: a delivery read after them is at least as far as they say
    let (version, partner) = (Some(said.version), said.partner.as_str());
    let acknowledgements = acknowledgements::of(&service.db, &said.warning, version, partner).await?;
    let mut all = Vec::new();
    for delivery in deliveries::of_decision(&service.db, &said.id).await? {
        all.push(Delivery {
            attempts: attempts::of(&service.db, &delivery.id).await?,
            id: delivery.id,
            state: delivery.state,
            next_at: delivery.next_at,
            transported_at: delivery.transported_at,
        });
    }
    all.sort_by_key(|delivery| furthest_first(delivery.state));
    let mut all = all.into_iter();
    Ok(Dissemination {
        id: said.id,
        warning: said.warning,
        version: said.version,
        partner: said.partner,
        reason: said.decision.reason().to_owned(),
        decision: said.decision,
        decided_at: said.at,
        delivery: all.next(),
        further: all.collect(),
        acknowledgements,
    })
}

/// Of several deliveries to one organisation, the one that came furthest speaks for all.
fn furthest_first(state: DeliveryState) -> u8 {
    match state {
        DeliveryState::Acknowledged => 0,
        DeliveryState::Transported => 1,
        DeliveryState::Pending => 2,
        DeliveryState::Exhausted => 3,
        DeliveryState::Expired => 4,
        DeliveryState::Withdrawn => 5,
        DeliveryState::Superseded => 6,
    }
}
