//! A day recalled: its situations from what was known by its end.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::GetSituation;
use domain::{Day, Level, ProvinceCode, Timestamp};

use crate::{
    Analysis, Error,
    domain::{
        Around, Cell, Count, Held, Month, Past, Picture, Report, Rules, Taken, Tally, Whole,
        across::pairs,
        cell::horizon_days,
        listing::{self, Spans},
        situation::TREND_MONTHS,
        walk::{WALK_DAYS, walked},
    },
    store::{
        Reader, bands, day,
        evidence::{self, ByCell},
        forecast::{self, Outlooks},
        level, past,
        view::View,
    },
};

/// The cells of a day with the levels that were told, and what they are told from.
#[derive(Debug)]
pub(super) struct Recalled {
    /// Which day.
    on: Day,
    /// The level that was told of each cell, or that its evidence comes to, and since when; `None` where it is only spilled into.
    levels: BTreeMap<Cell, Option<Held>>,
    /// Those whose level had been said before, and at which nobody looked on that day.
    carried: BTreeSet<Cell>,
    /// What they are told from.
    pub view: View,
}

impl Recalled {
    /// The cells there are.
    pub fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.levels.keys()
    }
    /// Tells of a cell whatever is asked of its picture, with the whole it is told by, which is worked out once. Its level is no
    /// lower than what was known by then lifts it to, and where it is only spilled into, the one that its index holds.
    pub fn picture<T>(
        &self,
        cell: &Cell,
        rules: &Rules,
        tell: impl FnOnce(&Picture<'_>, &Whole<'_>) -> T,
    ) -> Option<T> {
        let (told, on) = (*self.levels.get(cell)?, self.on);
        let begun = told.unwrap_or_else(|| (Level::Calm, on.start()).into());
        Some(self.view.picture((cell, on), begun, rules, |picture| {
            let (all, bands) = (picture.whole(), &picture.around.bands);
            let index = all.composed.index;
            let mut held = told.unwrap_or_else(|| (bands.held(index), on.start()).into());
            if self.carried.contains(cell) {
                held = held.fallen_by(index, (on, cell.threat.half_life_days()), bands);
            }
            tell(&Picture { level: held.at_least_by(index, on, bands), ..*picture }, &all)
        }))
    }
}

/// Recalls a day from what was known by its end.
///
/// The level is the one that was said then, and no lower than what was known by then lifts it to: what came in may not have been
/// counted yet when this service was behind or down. Where nobody looked on the day at all, it is what time let it fall to. That holds where the history reaches back; before that the hysteresis is run
/// over the own index of the two years before (see [`walked`]). That reads all evidence the trend looks back on: for the whole region
/// about a second for every hundred thousand reports; ask for a province to be quick.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn recall(
    service: &Analysis,
    query: &GetSituation,
    on: Day,
    taken: Taken<'_>,
) -> Result<Recalled, Error> {
    let mut reader = Reader::Db(&service.db);
    let end = on.plus(1).start();
    let provinces = query.province.as_ref().map(|province| around(service, query, province));
    let wanted = wanted(query, provinces.as_deref(), on);
    let mut all = evidence::as_known(&mut reader, &wanted).await?;
    for reports in all.values_mut() {
        reports.retain(|report| taken.leaves_report(report));
    }
    let companions = companions(&mut reader, &wanted, (&all, taken)).await?;
    let then = Then { companions, ..Then::read(service, query, (on, end), taken).await? };
    let mut found = Found::default();
    for (cell, known) in all {
        found.add(service, query, (cell, known), &then);
    }
    let states =
        level::states(&mut reader, Some(query.exercise), query.province.as_ref(), query.threat).await?;
    let assessed: BTreeSet<Cell> = states.iter().map(level::State::cell).collect();
    let spilled = found.spilled(service, query, (&then, &assessed));
    let Found { reports, mut pasts, mut levels } = found;
    let mut covered = then.covered(query, service.db.clock().now().day());
    covered.retain(|cell| !levels.contains_key(cell) && !spilled.contains(cell));
    for cell in spilled.iter().chain(then.said.keys()).chain(&covered) {
        pasts.entry(cell.clone()).or_insert_with_key(|cell| then.past(cell));
    }
    levels.extend(covered.into_iter().map(|cell| (cell, (Level::Calm, on.start()).into())));
    let today = service.db.clock().now().day();
    let is_kept = on < today && on >= today.plus(-i64::from(service.days_kept));
    let carried = if is_kept && !day::is_told(&mut reader, on, query.exercise).await? {
        then.said.keys().cloned().collect()
    } else {
        BTreeSet::new()
    };
    levels.extend(then.said);
    note_reported(&mut pasts);
    pasts.retain(|cell, _| of_threat(query, cell));
    let view = View::past(&mut reader, (reports, pasts), (on, end), (taken, &service.rules)).await?;
    let told = levels.into_iter().map(|(cell, held)| (cell, Some(held)));
    Ok(Recalled {
        on,
        carried,
        levels: told.chain(spilled.into_iter().map(|cell| (cell, None))).collect(),
        view,
    })
}

fn of_threat(query: &GetSituation, cell: &Cell) -> bool {
    query.threat.is_none_or(|threat| threat == cell.threat)
}

fn of_province(query: &GetSituation, cell: &Cell) -> bool {
    query.province.as_ref().is_none_or(|province| *province == cell.province)
}

/// What was known besides evidence by the end of a day.
struct Then<'a> {
    on: Day,
    taken: Taken<'a>,
    spans: Spans,
    outlooks: Outlooks,
    serving: bands::ByThreat,
    said: BTreeMap<Cell, Held>,
    /// What is of one incident with the evidence and lies outside the days that are looked back on.
    companions: ByCell,
}

impl<'a> Then<'a> {
    async fn read(
        service: &Analysis,
        query: &GetSituation,
        (on, end): (Day, Timestamp),
        taken: Taken<'a>,
    ) -> Result<Self, Error> {
        let mut reader = Reader::Db(&service.db);
        Ok(Self {
            on,
            taken,
            spans: past::spans_left(&mut reader, taken, Some(end)).await?,
            outlooks: forecast::outlooks(&mut reader, None, (on, end)).await?,
            serving: bands::serving(&mut reader, end).await?,
            said: said_by(service, query, end).await?,
            companions: ByCell::new(),
        })
    }

    /// The past of a cell, but for what was counted.
    fn past(&self, cell: &Cell) -> Past {
        let listings = self.spans.get(&(cell.country, cell.threat, cell.exercise)).map(Vec::as_slice);
        let listings = listing::until(listings.unwrap_or_default(), self.on);
        // a forecast is made from everything
        let outlook = forecast::outlook(&self.outlooks, cell).filter(|_| self.taken.above.is_none());
        Past { listings, outlook, ..Past::default() }
    }

    /// The cells that a source which lists every event covered: where nobody reported, they were calm. Of today only those count that
    /// are told of by now: a file may still be coming in.
    fn covered(&self, query: &GetSituation, today: Day) -> BTreeSet<Cell> {
        if self.on == today {
            return BTreeSet::new();
        }
        let mut covered = listing::covered(&self.spans, self.on);
        covered.retain(|cell| {
            cell.exercise == query.exercise && of_threat(query, cell) && of_province(query, cell)
        });
        covered
    }

    /// The level that was said of a cell, or that its evidence comes to where nothing was said.
    fn level(&self, cell: &Cell, known: &[Report], rules: &Rules) -> Held {
        self.said.get(cell).copied().unwrap_or_else(|| {
            let oldest = self.on.plus(-WALK_DAYS - horizon_days(cell.threat));
            let recent: Vec<Report> = known.iter().filter(|report| report.to >= oldest).cloned().collect();
            let bands = self.serving.get(&cell.threat).copied().unwrap_or_default();
            let own_alone = Around { bands, ..Around::default() };
            walked(cell, (&recent, &own_alone), self.on, rules).into()
        })
    }
}

/// The cells of a day as far as they are found.
#[derive(Default)]
struct Found {
    reports: ByCell,
    pasts: BTreeMap<Cell, Past>,
    levels: BTreeMap<Cell, Held>,
}

impl Found {
    /// Adds what was known of a cell.
    fn add(
        &mut self,
        service: &Analysis,
        query: &GetSituation,
        (cell, known): (Cell, Vec<Report>),
        then: &Then<'_>,
    ) {
        if of_province(query, &cell) {
            let companions = then.companions.get(&cell).map_or(&[][..], Vec::as_slice);
            let counts = counts(service, &known, companions);
            self.pasts.insert(cell.clone(), Past { counts, ..then.past(&cell) });
        }
        if !of_threat(query, &cell) {
            return; // it tells when the province was reported on, and nothing else
        }
        if of_province(query, &cell) {
            self.levels.insert(cell.clone(), then.level(&cell, &known, &service.rules));
        }
        let within = then.on.plus(-horizon_days(cell.threat));
        let recent: Vec<Report> = known.into_iter().filter(|report| report.to >= within).collect();
        if !recent.is_empty() {
            self.reports.insert(cell, recent);
        }
    }

    /// The cells that were spilled into: what is assessed by now and had no evidence of its own may have been.
    fn spilled(
        &self,
        service: &Analysis,
        query: &GetSituation,
        (then, assessed): (&Then<'_>, &BTreeSet<Cell>),
    ) -> BTreeSet<Cell> {
        let across = self.reports.keys().flat_map(|cell| pairs(cell, &service.rules.spillover));
        let is_told = |cell: &Cell| self.levels.contains_key(cell) || then.said.contains_key(cell);
        across
            .map(|(there, _)| there)
            .filter(|there| of_province(query, there) && !is_told(there) && assessed.contains(there))
            .collect()
    }
}

/// A province and those across a border whose index spills into it, for whatever threat.
fn around(service: &Analysis, query: &GetSituation, province: &ProvinceCode) -> Vec<ProvinceCode> {
    let threats =
        domain::Threat::ALL.iter().filter(|threat| query.threat.is_none_or(|only| only == **threat));
    let cell = |threat: &domain::Threat| Cell::of(query.exercise, *threat, province);
    let across = threats.filter_map(cell).flat_map(|cell| pairs(&cell, &service.rules.spillover));
    let all: BTreeSet<ProvinceCode> =
        across.map(|(there, _)| there.province).chain([province.clone()]).collect();
    all.into_iter().collect()
}

fn wanted<'a>(query: &GetSituation, provinces: Option<&'a [ProvinceCode]>, on: Day) -> evidence::Wanted<'a> {
    let trend = Month::of(on).plus(-TREND_MONTHS).first_day().unwrap_or(on);
    let longest = domain::Threat::ALL.iter().map(|threat| horizon_days(*threat)).max().unwrap_or_default();
    evidence::Wanted {
        country: None,
        provinces,
        // of all threats: a month without a report of one is a zero where the province was reported on at all
        threat: None,
        exercise: query.exercise,
        known_before: on.plus(1).start(),
        // reports of a place east of here may be dated a day ahead
        begun_by: on.plus(1),
        since: trend.min(on.plus(-WALK_DAYS - longest)),
    }
}

/// The level that was said of each cell at this moment; only cells that had been assessed by then.
pub(super) async fn said_by(
    service: &Analysis,
    query: &GetSituation,
    end: Timestamp,
) -> Result<BTreeMap<Cell, Held>, Error> {
    let mut reader = Reader::Db(&service.db);
    let states =
        level::states(&mut reader, Some(query.exercise), query.province.as_ref(), query.threat).await?;
    let wanted = level::Asked {
        exercise: query.exercise,
        province: query.province.as_ref(),
        since: None,
        until: Some(end),
        after: None,
        limit: None,
    };
    let changes = level::changes(&service.db, &wanted).await?;
    let mut newest = BTreeMap::new();
    for change in &changes {
        newest.entry(change.key()).or_insert(change.held());
    }
    let seen = states.iter().filter(|state| state.first_seen < end);
    let said = seen.map(|state| {
        let level = newest.get(&(&state.province, state.threat)).copied();
        (state.cell(), level.unwrap_or_else(|| (Level::Calm, state.first_seen).into()))
    });
    Ok(said.collect())
}

/// What the series would have counted in the months of these reports, had it known no more than this: with what lies outside the days
/// that are looked back on and is of one incident with them.
fn counts(service: &Analysis, known: &[Report], companions: &[Report]) -> BTreeMap<Month, Count> {
    let months: BTreeSet<Month> = known.iter().map(|report| Month::of(report.to)).collect();
    let tally = Tally::of(known.iter().chain(companions), |report| Some(Month::of(report.to)));
    months.into_iter().map(|month| (month, tally.count(month, &service.rules))).collect()
}

/// What is of one incident with any of these reports and lies outside the days that are looked back on.
async fn companions(
    reader: &mut Reader<'_>,
    wanted: &evidence::Wanted<'_>,
    (all, taken): (&ByCell, Taken<'_>),
) -> Result<ByCell, Error> {
    let clusters = evidence::clusters(all.values().flatten());
    let mut found = ByCell::new();
    for (province, threat, report) in evidence::companions(reader, wanted, &clusters).await? {
        let cell = province.parse().ok().and_then(|code| Cell::of(wanted.exercise, threat, &code));
        if let Some(cell) = cell.filter(|_| taken.leaves_report(&report)) {
            found.entry(cell).or_default().push(report);
        }
    }
    Ok(found)
}

/// Notes in each past in which months its province was reported on, by whatever was asked for.
fn note_reported(pasts: &mut BTreeMap<Cell, Past>) {
    let mut reported: BTreeMap<ProvinceCode, BTreeSet<Month>> = BTreeMap::new();
    for (cell, past) in pasts.iter() {
        reported.entry(cell.province.clone()).or_default().extend(past.counts.keys());
    }
    for (cell, past) in pasts.iter_mut() {
        past.reported = reported.get(&cell.province).cloned().unwrap_or_default();
    }
}
