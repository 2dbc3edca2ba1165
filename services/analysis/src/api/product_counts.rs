//! What a count of a product is bound by now: by everything that it counted, as that is marked today.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use contracts::analysis::products::{Product, Source};
use domain::{Day, Handling, ObservationId, Timestamp};

use super::{
    product_coverage::{self, Reported, by_cell},
    product_material::Reach,
};
use crate::{
    Analysis, Error,
    domain::{Cell, across::pairs, cell::horizon_days, incident::incidents},
    store::{Reader, evidence, marked},
};

/// The counts of a product, counted anew; what was reported is read once for all of them.
pub(super) struct Counts<'a> {
    service: &'a Analysis,
    of: &'a Product,
    reported: BTreeMap<Timestamp, Vec<Reported>>,
}

impl<'a> Counts<'a> {
    /// Those of this product.
    pub(super) const fn of(service: &'a Analysis, of: &'a Product) -> Self {
        Self { service, of, reported: BTreeMap::new() }
    }

    /// A count, a level or the months of the product as they were taken in, under the markings that what they count has now. What is
    /// no count, as from where nothing comes, is bound as it was. `None` where the product has no such source.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn anew(&mut self, key: &str) -> Result<Option<Source>, Error> {
        let Some(then) = self.of.source(key) else { return Ok(None) };
        let counted = self.counted(then).await?;
        let now = marked::now(&mut Reader::Db(&self.service.db), &counted).await?;
        let handling = now.map_or_else(|| then.handling.clone(), |now: Handling| then.handling.join(&now));
        Ok(Some(Source { handling, ..then.clone() }))
    }

    /// What a source counted, as it was known when it was taken in.
    async fn counted(&mut self, then: &Source) -> Result<BTreeSet<ObservationId>, Error> {
        let (form, at, mut parts) = (&self.of.form, then.taken_at, then.id.splitn(3, '/'));
        let (what, place, threat) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        let ids = |all: &[Reported], counts: fn(&Reported) -> bool| {
            all.iter().filter(|one| counts(one)).map(|one| one.report.observation.clone()).collect()
        };
        match what {
            "counts" => Ok(ids(self.reported(at).await?, Reported::is_placed)),
            "unplaced" => Ok(ids(self.reported(at).await?, |one| !one.is_placed())),
            "heard" => Ok(ids(self.reported(at).await?, |_| true)),
            "reports" => {
                let (rules, exercise) = (&self.service.rules, form.exercise);
                let cells = by_cell(self.reported(at).await?, exercise);
                let all = cells.values().flat_map(|reports| incidents(reports, rules));
                let of = |ids: &Vec<ObservationId>| ids.iter().any(|id| Some(id.as_str()) == place);
                Ok(all.map(|one| one.observations()).filter(of).flatten().collect())
            }
            "months" | "level" => {
                let named = place.and_then(|place| place.parse().ok());
                let named = named.zip(threat.and_then(|threat| threat.parse().ok()));
                let cell = named.and_then(|(province, threat)| Cell::of(form.exercise, threat, &province));
                match cell {
                    Some(cell) => self.behind(&cell, (what == "level", at)).await,
                    None => Ok(BTreeSet::new()),
                }
            }
            _ => Ok(BTreeSet::new()),
        }
    }

    /// What was reported of the period within the scope, as known then.
    async fn reported(&mut self, at: Timestamp) -> Result<&[Reported], Error> {
        let reach = Reach::of(&self.of.form);
        Ok(match self.reported.entry(at) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => {
                let mut reader = Reader::Db(&self.service.db);
                free.insert(product_coverage::reported(&mut reader, (&reach, at)).await?)
            }
        })
    }

    /// Everything that was ever counted of a cell; of a level only what it may rest on, of its neighbours as well.
    async fn behind(
        &self,
        cell: &Cell,
        (level, at): (bool, Timestamp),
    ) -> Result<BTreeSet<ObservationId>, Error> {
        let form = &self.of.form;
        let since = if level {
            form.from.plus(-horizon_days(cell.threat))
        } else {
            Day::of(1900, 1, 1).unwrap_or(form.from)
        };
        let across = pairs(cell, &self.service.rules.spillover);
        let mut cells: Vec<Cell> = across.into_iter().map(|(there, _)| there).filter(|_| level).collect();
        cells.push(cell.clone());
        in_cells(self.service, &cells, (since, form.to, at)).await
    }
}

async fn in_cells(
    service: &Analysis,
    cells: &[Cell],
    (since, until, at): (Day, Day, Timestamp),
) -> Result<BTreeSet<ObservationId>, Error> {
    let mut ids = BTreeSet::new();
    for cell in cells {
        let wanted = evidence::Wanted {
            country: None,
            provinces: Some(std::slice::from_ref(&cell.province)),
            threat: Some(cell.threat),
            exercise: cell.exercise,
            known_before: at.plus(chrono::Duration::microseconds(1)),
            begun_by: until,
            since,
        };
        let found = evidence::as_known(&mut Reader::Db(&service.db), &wanted).await?;
        ids.extend(found.into_values().flatten().map(|report| report.observation));
    }
    Ok(ids)
}
