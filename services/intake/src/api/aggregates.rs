//! Counts of others.

use contracts::{
    Page,
    intake::aggregate::{Aggregate, FindAggregates},
};
use kit::Asked;

use super::{
    STAFF,
    reach::{Filling, reaching},
};
use crate::{
    Intake,
    error::Error,
    store::{aggregates, cursor},
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
    while let Some(page) = filling.next() {
        let rows = aggregates::find(&service.db, &FindAggregates { page, ..asked.query.clone() }).await?;
        filling.take(rows, (&keep, cursor));
    }
    let cut = filling.page(cursor);
    Ok(Page { items: cut.items.into_iter().map(|(_, count)| count).collect(), next: cut.next })
}
