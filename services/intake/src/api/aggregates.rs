//! Counts of others.

use contracts::{
    Page,
    intake::aggregate::{Aggregate, FindAggregates},
};
use kit::Asked;

use super::STAFF;
use crate::{
    Intake,
    domain::page::page,
    error::Error,
    store::{aggregates, cursor},
};

/// Counts as they stand, newest month first.
pub async fn find_aggregates(
    service: &Intake,
    asked: &Asked<FindAggregates>,
) -> Result<Page<Aggregate>, Error> {
    asked.allow(STAFF)?;
    let found = aggregates::find(&service.db, &asked.query).await?;
    let cut =
        page(found, asked.query.page.size(), |(id, count): &aggregates::Found| cursor::write(count.from, id));
    Ok(Page { items: cut.items.into_iter().map(|(_, count)| count).collect(), next: cut.next })
}
