//! What a count of a product is bound by now: by everything that it counted, as that is marked today.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use contracts::analysis::products::{Product, ProductKind, Source};
use domain::{ClusterId, Country, Day, Handling, ObservationId, ProvinceCode, Threat, Timestamp};

use super::{
    level_bound,
    product_coverage::{self, Reported},
    product_incidents, product_late,
    product_material::{Reach, moved},
};
use crate::{
    Analysis, Error,
    domain::{
        Cell, Report, Rules,
        cell::country_of,
        incident::incidents,
        product::sources::{GAPS, MOVED},
        situation::joined,
    },
    store::{Reader, evidence, marked},
};

/// The counts of a product, counted anew; what was reported is read once for all of them.
pub(super) struct Counts<'a> {
    service: &'a Analysis,
    of: &'a Product,
    reported: BTreeMap<Timestamp, Vec<Reported>>,
    told: BTreeMap<Timestamp, Told>,
}

/// The incidents that were counted, and of which of them each report is.
#[derive(Debug, Default)]
struct Told {
    /// The reports of each, and the cluster it is, where it is one.
    incidents: Vec<Vec<String>>,
    of: BTreeMap<String, Vec<usize>>,
}

impl Told {
    fn new(cells: &BTreeMap<Cell, Vec<Report>>, rules: &Rules) -> Self {
        let mut told = Self::default();
        for one in cells.values().flat_map(|reports| incidents(reports, rules)) {
            let reports = one.observations().into_iter().map(|id| id.to_string());
            let keys: Vec<String> = reports.chain(one.cluster.map(ToString::to_string)).collect();
            for key in &keys {
                told.of.entry(key.clone()).or_default().push(told.incidents.len());
            }
            told.incidents.push(keys);
        }
        told
    }

    /// All reports of the incident of which this report is, and the clusters it is; what shares a report or a cluster in another cell is
    /// the same incident.
    fn together(&self, report: &str) -> (BTreeSet<ObservationId>, BTreeSet<ClusterId>) {
        let (mut keys, mut open) = (BTreeSet::from([report]), vec![report]);
        while let Some(key) = open.pop() {
            let of = self.of.get(key).into_iter().flatten();
            let others = of.filter_map(|at| self.incidents.get(*at)).flatten();
            open.extend(others.map(String::as_str).filter(|other| keys.insert(other)));
        }
        let reports = keys.iter().filter_map(|key| key.parse().ok()).collect();
        (reports, keys.iter().filter_map(|key| key.parse().ok()).collect())
    }
}

/// Whether it tells from where nothing comes, in one country or in several.
fn is_gap(source: &Source) -> bool {
    source.id == GAPS || source.id.parse::<Country>().is_ok()
}

impl<'a> Counts<'a> {
    /// Those of this product.
    pub(super) const fn of(service: &'a Analysis, of: &'a Product) -> Self {
        Self { service, of, reported: BTreeMap::new(), told: BTreeMap::new() }
    }

    /// A count, a level, the months, or from where nothing comes in the product as they were taken in, under the markings that what they
    /// tell of has now. `None` where the product has no such source.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn anew(&mut self, key: &str) -> Result<Option<Source>, Error> {
        let Some(then) = self.of.source(key) else { return Ok(None) };
        let now = match then.id.split('/').next() {
            _ if then.id == MOVED => self.of_moved(then).await?,
            Some("level" | "levels") => self.of_levels(then).await?,
            // the further reports of an incident behind a level: they bind as that does
            Some("reports") if then.id.split('/').count() > 2 => self.of_levels(then).await?,
            Some("source") => self.of_source(then).await?,
            _ if is_gap(then) => self.of_gap(then).await?,
            _ => {
                let counted = self.counted(then).await?;
                marked::now(&mut Reader::Db(&self.service.db), &counted).await?
            }
        };
        let handling = now.map_or_else(|| then.handling.clone(), |now: Handling| then.handling.join(&now));
        Ok(Some(Source { handling, ..then.clone() }))
    }

    /// What a source counted, as it was known when it was taken in.
    async fn counted(&mut self, then: &Source) -> Result<BTreeSet<ObservationId>, Error> {
        let of = self.of;
        let (form, at, mut parts) = (&of.form, then.taken_at, then.id.splitn(3, '/'));
        let (what, place, threat) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        let ids = |all: &[Reported], counts: &dyn Fn(&Reported) -> bool| {
            all.iter().filter(|one| counts(one)).map(|one| one.report.observation.clone()).collect()
        };
        match what {
            "counts" => self.placed(at).await,
            "unplaced" => Ok(ids(self.reported(at).await?, &|one| !one.is_placed() && one.is_of(form))),
            "undated" => Ok(ids(self.reported(at).await?, &|one| !one.is_of(form))),
            "heard" => Ok(ids(self.reported(at).await?, &|_| true)),
            "reports" => self.together(then, place.unwrap_or_default()).await,
            "reporting" => {
                let province = place.and_then(|place| place.parse::<ProvinceCode>().ok());
                let all = Threat::ALL
                    .iter()
                    .filter_map(|threat| Cell::of(form.exercise, *threat, province.as_ref()?));
                let since = Day::of(1900, 1, 1).unwrap_or(form.from);
                level_bound::observed(self.service, &all.collect::<Vec<Cell>>(), (since, form.to, at)).await
            }
            "months" => {
                let named = place.and_then(|place| place.parse().ok());
                let named = named.zip(threat.and_then(|threat| threat.parse().ok()));
                let cell = named.and_then(|(province, threat)| Cell::of(form.exercise, threat, &province));
                let since = Day::of(1900, 1, 1).unwrap_or(form.from);
                let cells: Vec<Cell> = cell.into_iter().collect();
                level_bound::observed(self.service, &cells, (since, form.to, at)).await
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

    /// All reports of the incident of which this report is, in whichever province: its members are told with it.
    async fn together(&mut self, then: &Source, report: &str) -> Result<BTreeSet<ObservationId>, Error> {
        let (mut reports, clusters) = self.within_scope(then, report).await?;
        reports.extend(self.members(&clusters.iter().collect(), then.taken_at).await?);
        Ok(reports)
    }

    /// Everything that was of one of these clusters, as known at a moment.
    async fn members(
        &self,
        clusters: &BTreeSet<&ClusterId>,
        at: Timestamp,
    ) -> Result<Vec<ObservationId>, Error> {
        let known = (self.of.form.exercise, at.plus(chrono::Duration::microseconds(1)));
        let members = evidence::of_clusters(&mut Reader::Db(&self.service.db), clusters, known).await?;
        Ok(members.into_iter().map(|(_, report)| report.observation).collect())
    }

    /// The reports of the incident of which this report is, and the clusters it is: of those that count in the product; of what became
    /// known late, of those of its own days, which lie before the period. No flash report tells of that.
    async fn within_scope(
        &mut self,
        then: &Source,
        report: &str,
    ) -> Result<(BTreeSet<ObservationId>, BTreeSet<ClusterId>), Error> {
        let (at, of) = (then.taken_at, self.of);
        let rules = &self.service.rules;
        if then.on < of.form.from && of.form.kind != ProductKind::FlashReport {
            let mut reader = Reader::Db(&self.service.db);
            let days = product_late::days_around(&mut reader, report, then.on).await?;
            let (cells, _) = product_late::before(&mut reader, &Reach::of(&of.form), (days, at)).await?;
            return Ok(Told::new(&cells, rules).together(report));
        }
        if !self.told.contains_key(&at) {
            let service = self.service;
            let reported = self.reported(at).await?;
            let mut reader = Reader::Db(&service.db);
            let counting = product_incidents::counting(&mut reader, &of.form, (reported, at)).await?;
            self.told.insert(at, Told::new(&counting.cells, rules));
        }
        Ok(self.told.get(&at).map(|told| told.together(report)).unwrap_or_default())
    }

    /// What the figures of the period counted, and by what it is dated: the members of its clusters, in whichever province and of
    /// whichever days.
    async fn placed(&mut self, at: Timestamp) -> Result<BTreeSet<ObservationId>, Error> {
        let form = &self.of.form;
        let placed: Vec<&Reported> = self.reported(at).await?.iter().filter(|one| one.is_placed()).collect();
        let mut counted: BTreeSet<ObservationId> =
            placed.iter().map(|one| one.report.observation.clone()).collect();
        let tells = |one: &&Reported| form.kind == ProductKind::FlashReport || one.is_of(form);
        let told = placed.into_iter().filter(tells).map(|one| &one.report);
        let clusters: BTreeSet<ClusterId> = evidence::clusters(told).into_iter().cloned().collect();
        counted.extend(self.members(&clusters.iter().collect(), at).await?);
        Ok(counted)
    }

    /// What was counted, and what the levels rest on that had moved in the period by then: those alone, as when it was taken in.
    async fn of_moved(&mut self, then: &Source) -> Result<Option<Handling>, Error> {
        let (of, at) = (self.of, then.taken_at);
        let form = &of.form;
        let counted = self.placed(at).await?;
        let counted = marked::now(&mut Reader::Db(&self.service.db), &counted).await?;
        let before = at.plus(chrono::Duration::microseconds(1));
        let moved = moved(self.service, &Reach::of(form), before).await?;
        let cells = moved.iter().filter_map(|one| Cell::of(one.exercise, one.threat, &one.province));
        let cells: Vec<Cell> = cells.collect();
        let levels = level_bound::of_levels(self.service, &cells, (form.from, form.to, at)).await?;
        Ok(Handling::join_all(counted.iter().chain(levels.iter())))
    }

    /// What the level of one cell, or of all within the scope in these countries and for these threats, rests on.
    async fn of_levels(&self, then: &Source) -> Result<Option<Handling>, Error> {
        let form = &self.of.form;
        // behind what it is, of reports behind which of them
        let behind = if then.id.starts_with("reports/") { 2 } else { 1 };
        let mut named = then.id.split('/').skip(behind);
        let one = match (named.next(), named.next()) {
            (Some(place), Some(threat)) => place.parse().ok().zip(threat.parse().ok()),
            _ => None,
        };
        let cells: Vec<Cell> = if let Some((province, threat)) = one {
            Cell::of(form.exercise, threat, &province).into_iter().collect()
        } else {
            let within = Reach::of(form).provinces.into_iter();
            let within = within
                .filter(|code| country_of(code).is_some_and(|country| then.countries.contains(&country)));
            let of = |code| then.threats.iter().filter_map(move |one| Cell::of(form.exercise, *one, &code));
            within.flat_map(of).collect()
        };
        level_bound::of_levels(self.service, &cells, (form.from, form.to, then.taken_at)).await
    }

    /// What puts provinces on a list of from where nothing comes, or takes them off it: the level that each was known by, or the least that
    /// binds one of the reports from it.
    async fn of_gap(&mut self, then: &Source) -> Result<Option<Handling>, Error> {
        let of = self.of;
        let form = &of.form;
        let mut bound: Vec<Handling> = Vec::new();
        for (province, threat) in then.stamp.split(' ').filter_map(|one| one.split_once('/')) {
            let named = province.parse().ok().zip(threat.parse().ok());
            let cell = named.and_then(|(province, threat)| Cell::of(form.exercise, threat, &province));
            let Some(cell) = cell else { continue };
            // of the day's end, as levels are told
            let to = (form.to, form.to, then.taken_at.min(form.to.plus(1).start()));
            bound.extend(level_bound::of_levels(self.service, &[cell], to).await?);
        }
        let named: BTreeSet<ProvinceCode> =
            then.stamp.split(' ').filter_map(|one| one.parse().ok()).collect();
        let mut from: BTreeMap<ObservationId, ProvinceCode> = BTreeMap::new();
        for one in self.reported(then.taken_at).await? {
            if let Some(province) = one.province().filter(|code| named.contains(*code)) {
                from.insert(one.report.observation.clone(), province.clone());
            }
        }
        let reports = from.keys().cloned().collect();
        let now = marked::each_now(&mut Reader::Db(&self.service.db), &reports).await?;
        let strictness = |one: &Handling| (one.tlp(), one.un_class());
        let mut least: BTreeMap<&ProvinceCode, &Handling> = BTreeMap::new();
        for (report, handling) in &now {
            let Some(province) = from.get(report) else { continue };
            let known = least.entry(province).or_insert(handling);
            if strictness(handling) < strictness(known) {
                *known = handling;
            }
        }
        bound.extend(least.into_values().cloned());
        Ok(Handling::join_all(&bound))
    }

    /// The rows of a source that lists every event, in the countries of which it was told.
    async fn of_source(&self, then: &Source) -> Result<Option<Handling>, Error> {
        let mut reader = Reader::Db(&self.service.db);
        let source = then.id.split_once('/').map(|(_, source)| source).unwrap_or_default();
        let mut keys = BTreeSet::new();
        for country in &then.countries {
            let of = (*country, self.of.form.exercise);
            keys.extend(marked::markings_of_source(&mut reader, of, source).await?);
        }
        let known = evidence::markings(&mut reader, keys.iter().cloned().collect()).await?;
        Ok((!keys.is_empty()).then(|| joined(keys.iter(), &known)))
    }
}
