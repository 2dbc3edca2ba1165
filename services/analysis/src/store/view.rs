//! Everything that situations are told from, read together: of today from what stands, of a past day from what was known then.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{anomalies::AnomalyState, levels::Reporting, overrides::Override};
use domain::{Day, Handling, Timestamp};

use super::{
    Reader, anomaly, bands,
    evidence::{self, ByCell},
    overrides, past, provinces,
    reading::{self, ByProvince, Where},
    told::marking_keys,
};
use crate::domain::{
    Across, Around, Cell, Held, Month, Past, Picture, Reading, Report, Rules, Taken,
    across::{self, SpillRules},
    reporting,
};

/// What situations of some cells are told from.
#[derive(Debug, Default)]
pub struct View {
    /// The reports within the horizon, those of neighbours across a border included.
    pub reports: ByCell,
    /// The readings of their provinces.
    pub readings: ByProvince,
    /// What else is known of each cell.
    pub pasts: BTreeMap<Cell, Past>,
    /// Handling by its key.
    pub markings: BTreeMap<String, Handling>,
    bands: bands::ByThreat,
    reporting: BTreeMap<Where, Reporting>,
    set: BTreeMap<overrides::Key, Override>,
    judged: BTreeMap<overrides::Key, BTreeMap<Month, AnomalyState>>,
}

/// These cells, and those across a border whose index spills into them.
fn with_neighbours(cells: &BTreeSet<Cell>, rules: &SpillRules) -> BTreeSet<Cell> {
    let across = cells.iter().flat_map(|cell| across::pairs(cell, rules)).map(|(there, _)| there);
    cells.iter().cloned().chain(across).collect()
}

impl View {
    /// What these cells are told from today.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn present(
        reader: &mut Reader<'_>,
        cells: &BTreeSet<Cell>,
        on: Day,
        rules: &Rules,
    ) -> Result<Self, sqlx::Error> {
        let mut view = Self::levels(reader, cells, (on, 0), rules).await?;
        view.pasts = past::of_cells(reader, &cells.iter().collect::<Vec<_>>(), on).await?;
        view.add_around(reader, cells, (on, on.plus(1).start()), (Taken::default(), rules)).await?;
        Ok(view)
    }

    /// What the levels of these cells are read from today, and nothing else; with what those of so many days before are read from.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn levels(
        reader: &mut Reader<'_>,
        cells: &BTreeSet<Cell>,
        (on, days_before): (Day, i64),
        rules: &Rules,
    ) -> Result<Self, sqlx::Error> {
        let all = with_neighbours(cells, &rules.spillover);
        let all: Vec<&Cell> = all.iter().collect();
        let reports = evidence::within_horizon(reader, &all, (on, days_before)).await?;
        let mut view = Self { reports, ..Self::default() };
        view.add_readings(reader, cells, (on.plus(-days_before), on.plus(1).start()), rules).await?;
        Ok(view)
    }

    async fn add_readings(
        &mut self,
        reader: &mut Reader<'_>,
        cells: &BTreeSet<Cell>,
        (on, known_before): (Day, Timestamp),
        rules: &Rules,
    ) -> Result<(), sqlx::Error> {
        let since = on.plus(-rules.indicators.horizon_days());
        self.readings = reading::as_known(reader, &provinces(cells), (since, known_before)).await?;
        self.bands = bands::serving(reader, known_before).await?;
        Ok(())
    }

    /// Adds what comes from the provinces, what people set, and the handling of everything read so far.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn add_around(
        &mut self,
        reader: &mut Reader<'_>,
        cells: &BTreeSet<Cell>,
        (on, known_before): (Day, Timestamp),
        (taken, rules): (Taken<'_>, &Rules),
    ) -> Result<(), sqlx::Error> {
        let since = reporting::looked_at_since(on);
        let received =
            reading::received(reader, &provinces(cells), (since, known_before), taken, &rules.event_datasets)
                .await?;
        let told = received.into_iter().filter_map(|(at, days)| Some((at, reporting::reporting(&days, on)?)));
        self.reporting = told.collect();
        let last = known_before.minus(chrono::TimeDelta::microseconds(1));
        let moment = last.min(reader.now());
        // nobody set a level for what is not so, nor judged it
        if taken.is_nothing() {
            self.set = overrides::holding(reader, moment).await?;
            self.judged = anomaly::judged(reader, &provinces(cells), (on, moment)).await?;
        }
        let reported = self.reports.values().flatten().map(|report| &report.marking);
        let claimed = self.pasts.values().flat_map(|past| &past.listings);
        let claimed = claimed.flat_map(|listing| &listing.markings);
        let read = self.readings.values().flatten().map(|reading| &reading.marking);
        let keys = reported.chain(read).chain(claimed);
        self.markings = evidence::markings(reader, marking_keys(keys)).await?;
        Ok(())
    }

    /// What past situations are told from: these reports, and what else was known then, without what is taken away.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn past(
        reader: &mut Reader<'_>,
        (reports, pasts): (ByCell, BTreeMap<Cell, Past>),
        (on, known_before): (Day, Timestamp),
        (taken, rules): (Taken<'_>, &Rules),
    ) -> Result<Self, sqlx::Error> {
        let cells: BTreeSet<Cell> = pasts.keys().cloned().collect();
        let mut view = Self { reports, pasts, ..Self::default() };
        view.add_readings(reader, &cells, (on, known_before), rules).await?;
        for readings in view.readings.values_mut() {
            readings.retain(|reading| taken.leaves_reading(reading));
        }
        view.add_around(reader, &cells, (on, known_before), (taken, rules)).await?;
        Ok(view)
    }

    /// The bands of a cell's threat.
    pub fn bands(&self, cell: &Cell) -> crate::domain::Bands {
        self.bands.get(&cell.threat).copied().unwrap_or_default()
    }

    /// The reports of a cell.
    pub fn reports(&self, cell: &Cell) -> &[Report] {
        self.reports.get(cell).map_or(&[], Vec::as_slice)
    }

    /// The readings of a cell's province.
    pub fn readings(&self, cell: &Cell) -> &[Reading] {
        self.readings.get(&(cell.province.clone(), cell.exercise)).map_or(&[], Vec::as_slice)
    }

    /// What is known around a cell.
    pub fn around(&self, cell: &Cell, rules: &SpillRules) -> Around<'_> {
        let pairs = across::pairs(cell, rules).into_iter();
        let across = pairs.filter_map(|(there, share)| {
            let reports = self.reports.get(&there)?.as_slice();
            Some(Across { cell: there, share, reports })
        });
        Around {
            across: across.collect(),
            readings: self.readings(cell),
            bands: self.bands(cell),
            reporting: self.reporting.get(&(cell.province.clone(), cell.exercise)).cloned(),
            set: self.set.get(&overrides::key(cell)),
            judged: self.judged.get(&overrides::key(cell)).cloned().unwrap_or_default(),
        }
    }

    /// Every source and owner of sources that said something of these cells or of their neighbours, or that claims to list every
    /// event there, of what is left.
    pub fn sources(&self, taken: Taken<'_>) -> BTreeSet<String> {
        let reports = self.reports.values().flatten().filter(|report| taken.leaves_report(report));
        let readings = self.readings.values().flatten().filter(|reading| taken.leaves_reading(reading));
        let reported = reports.flat_map(|report| [&report.source, &report.owner]);
        let claims = self.pasts.values().flat_map(|past| &past.listings);
        let claims = claims.filter(|listing| taken.leaves_claim(listing)).map(|listing| &listing.source);
        reported.chain(readings.map(|reading| &reading.owner)).chain(claims).cloned().collect()
    }

    /// Tells of a cell whatever is asked of its picture.
    pub fn picture<T>(
        &self,
        (cell, on): (&Cell, Day),
        level: impl Into<Held>,
        rules: &Rules,
        tell: impl FnOnce(&Picture<'_>) -> T,
    ) -> T {
        let no_past = Past::default();
        let around = self.around(cell, &rules.spillover);
        tell(&Picture {
            cell,
            on,
            level: level.into(),
            reports: self.reports(cell),
            markings: &self.markings,
            past: self.pasts.get(cell).unwrap_or(&no_past),
            around: &around,
            rules,
        })
    }
}
