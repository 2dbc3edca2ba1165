//! Counts of others.

use contracts::{
    Page,
    intake::aggregate::{Aggregate, FindAggregates},
};
use kit::{Asked, Filling};

use super::{
    STAFF,
    reach::{filled, hidden, named, reaching},
};
use crate::{
    Intake,
    error::Error,
    store::{aggregates, cursor, now::Of},
};

/// Counts as they stand, newest month first.
pub async fn find_aggregates(
    service: &Intake,
    asked: &Asked<FindAggregates>,
) -> Result<Page<Aggregate>, Error> {
    asked.allow(STAFF)?;
    let keep = reaching(&asked.principal, |(_, count): &aggregates::Found| &count.handling);
    let cursor = |(id, count): &aggregates::Found| cursor::write(count.from, id);
    let mut filling = Filling::new(&asked.query.page);
    while let Some(page) = filling.to_read() {
        let rows = aggregates::find(&service.db, &FindAggregates { page, ..asked.query.clone() }).await?;
        let ids = rows.iter().map(|(id, _)| id.clone()).collect();
        let past = (Of::Aggregate, asked.query.known_on.is_some(), ids);
        let hidden = hidden(service, &asked.principal, past).await?;
        let told = |found| keep(found).filter(|(id, _)| !hidden.contains(id));
        filling.take(rows, (told, cursor));
    }
    let cut = filled(filling, cursor);
    let page = cut.map(|(_, count)| count);
    named(service, (&asked.principal, &asked.query.page), ((&asked.query).into(), page)).await
}
