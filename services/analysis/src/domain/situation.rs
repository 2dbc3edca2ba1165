//! The situation of one cell, told: level, trend and coverage, with the incidents that made it (ANALYSIS 7.6 to 7.8).

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{
    Counted, Coverage, Situation,
    levels::{self, Attention, AttentionRule, Completeness, LevelRange},
};
use domain::{Day, Handling, Level, Tlp, Trend, UnClass, owner};

use super::{
    Around, Cell, Count, Evidence, Held, Listing, Month, Parts, Reading, Report, Rules, Standing, Weighed,
    Whole,
    cell::horizon_days,
    joint, listing,
    reporting::SPAN_DAYS,
    told::{components, evidence, share, told},
    watch, whole,
};

/// How many incidents are named.
const NAMED: usize = 5;
/// Reports of so many days count as recent.
pub const RECENT_DAYS: i64 = 90;
/// Calm is told where those who reported lately are believed so much together, which one C3 report is: less is low reporting, and
/// low reporting is no calm (ANALYSIS 7.8).
const LEAST_BELIEF: f64 = 0.4;
/// From this chance of an escalation on a situation calls for as much attention as a high level (ANALYSIS 5).
pub const OUTLOOK_ALERT: f64 = 0.265;
/// How many days ahead a fall is looked for.
const FALLS_WITHIN: i64 = 3650;
/// How many months the trend looks back: fifty years. What is older weighs less than a thousand-millionth, so that a score is that
/// of the whole series.
pub const TREND_MONTHS: i32 = 600;

/// What is known of a cell besides its reports within the horizon.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Past {
    /// What the series counted, by month.
    pub counts: BTreeMap<Month, Count>,
    /// The months in which the province was reported on at all.
    pub reported: BTreeSet<Month>,
    /// The sources that list every event of this threat in the country.
    pub listings: Vec<Listing>,
    /// Chance of an escalation by the newest forecast of three months, where there is one.
    pub outlook: Option<f64>,
}

impl Past {
    /// The series as the trend reads it: deaths where the threat is violence, else incidents; oldest first.
    ///
    /// It begins with the first report of the cell or of a source that lists every event. A month without a report, the running
    /// one too, is a zero where such a source covers it or where the province was reported on; otherwise it is no zero but
    /// missing, and is left out.
    pub fn series(&self, cell: &Cell, on: Day) -> Vec<(Month, f64)> {
        let running = Month::of(on);
        let complete = self.complete();
        let Some(first) = self.begins().into_iter().chain(complete.map(|(first, _)| first)).min() else {
            return Vec::new();
        };
        let known = |month: &Month| {
            complete.is_some_and(|(first, last)| (first..=last).contains(month))
                || self.reported.contains(month)
        };
        let value = |month: Month| {
            let count = self.counts.get(&month).copied().unwrap_or_default();
            f64::from(if cell.threat.is_violence() { count.deaths } else { count.events })
        };
        first
            .max(running.plus(-TREND_MONTHS))
            .to(running)
            .filter(known)
            .map(|month| (month, value(month)))
            .collect()
    }

    /// From which month to which sources that list every event reach together.
    fn complete(&self) -> Option<(Month, Month)> {
        listing::reach(&self.listings).map(|(first, last)| (Month::of(first), Month::of(last)))
    }

    /// The first month with a report.
    fn begins(&self) -> Option<Month> {
        self.counts.iter().find(|(_, count)| count.reports > 0).map(|(month, _)| *month)
    }

    /// Since which month it matters to the series whether the province was reported on; `None` where it matters in none up to the
    /// running one.
    pub fn asks_since(&self, running: Month) -> Option<Month> {
        let since = match (self.begins(), self.complete()) {
            (None, None) => return None,
            (Some(begins), None) => begins,
            (Some(begins), Some((first, _))) if begins < first => begins,
            (_, Some((_, last))) => last.plus(1),
        };
        (since <= running).then_some(since.max(running.plus(-TREND_MONTHS)))
    }
}

/// Everything a situation is told from.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// Of which cell.
    pub cell: &'a Cell,
    /// Of which day.
    pub on: Day,
    /// The level that holds, and since when.
    pub level: Held,
    /// The reports within the horizon.
    pub reports: &'a [Report],
    /// Handling by its key.
    pub markings: &'a BTreeMap<String, Handling>,
    /// What else is known.
    pub past: &'a Past,
    /// What is known around it.
    pub around: &'a Around<'a>,
    /// What the operator decided.
    pub rules: &'a Rules,
}

impl Picture<'_> {
    /// The situation, told. Without a forecast there is no statistical basis for an outlook, and none is told.
    pub fn situation(&self) -> Situation {
        self.tell(&self.whole())
    }

    /// The situation with the incidents behind its own index in short.
    pub fn explained(&self) -> (Situation, Vec<levels::Evidence>) {
        self.explained_by(&self.whole())
    }

    /// The same of a whole that is worked out already.
    pub fn explained_by(&self, all: &Whole<'_>) -> (Situation, Vec<levels::Evidence>) {
        (self.tell(all), evidence(all))
    }

    /// Whether there is anything to say of it: reports within the horizon, readings that bear on it, a level above calm, computed
    /// or set, or a source that lists every event and reaches here: that it names nothing is known (decision 0048).
    pub fn is_shown(&self) -> bool {
        let bears = |reading: &Reading| reading.bears_on(self.cell.threat);
        let set = self.around.set.is_some();
        self.level.level != Level::Calm
            || set
            || !self.reports.is_empty()
            || self.around.readings.iter().any(bears)
            || self.complete().is_some()
    }

    fn complete(&self) -> Option<Completeness> {
        listing::completeness(&self.past.listings, self.reports, self.on)
    }

    /// The cell as a whole.
    pub fn whole(&self) -> Whole<'_> {
        whole(self.cell, (self.reports, self.around), (self.on, Evidence::All), self.rules)
    }

    /// The situation by a whole that is worked out already.
    pub fn tell(&self, all: &Whole<'_>) -> Situation {
        let weighed = &all.weighed;
        let Held { level, since, at_least } = self.level;
        let old = weighed.incidents.iter().filter(|w| self.on.since(w.day) > RECENT_DAYS);
        let coverage = self.coverage(weighed);
        let (trend, outlook) = (self.trend(), self.past.outlook);
        let in_force = self.around.set.map_or(level, |set| set.level);
        Situation {
            province: self.cell.province.clone(),
            country: self.cell.country,
            threat: self.cell.threat,
            on: self.on,
            level,
            index: all.composed.index,
            since,
            since_at_least: at_least,
            falls_on: self.falls_on(all),
            trend,
            outlook,
            outlook_pending: false,
            incidents: weighed.incidents.iter().take(NAMED).map(|w| told(w, weighed.index)).collect(),
            counted: Some(Counted {
                incidents: weighed.incidents.len() as u32,
                since: self.on.plus(-horizon_days(self.cell.threat)),
            }),
            older_share: share(old.map(|w| w.contribution).fold(0.0, |sum, part| sum + part), weighed.index),
            handling: self.handling(all),
            exercise: self.cell.exercise,
            components: Some(components(all, (self.cell, self.on), self.rules)),
            bands: Some(self.around.bands.told()),
            range: coverage.sufficient.then(|| self.range(all, &coverage)),
            reporting: self.around.reporting.clone(),
            attention: Some(self.attention((in_force, trend), outlook)),
            set: self.around.set.cloned(),
            partial: false,
            coverage,
        }
    }

    /// When the level falls if nothing new happens: by formula where the own index is all there is, else day by day, for what
    /// relieves fades as well. `None` when it is calm, or when it does not fall within ten years.
    fn falls_on(&self, all: &Whole<'_>) -> Option<Day> {
        let Held { level, since, .. } = self.level;
        let (standing, bands) = (Standing { level, changed: since.day() }, &self.around.bands);
        let half_life = self.cell.threat.half_life_days();
        if all.parts.is_own_alone() {
            return standing.falls_on(all.composed.index, (self.on, half_life), bands);
        }
        if level == Level::Calm {
            return None;
        }
        let read = self.rules.indicators.half_life_days;
        let below = |days: &i64| {
            let index = all.parts.aged(*days, half_life, read).compose(bands).index;
            standing.step(index, self.on.plus(*days), bands).level < level
        };
        (0..=FALLS_WITHIN).find(below).map(|days| self.on.plus(days))
    }

    fn trend(&self) -> Option<Trend> {
        watch::trend(&self.past.series(self.cell, self.on), self.on)
    }

    /// How much attention it calls for. A month that a person explained or dismissed calls for none, and that is said where it
    /// alone would have.
    fn attention(&self, (level, trend): (Level, Option<Trend>), outlook: Option<f64>) -> Attention {
        let (stands, judged) = ((level, self.around.set.is_some()), &self.around.judged);
        if trend != Some(Trend::Alert) || judged.is_empty() {
            return attention(stands, trend, outlook);
        }
        let left = watch::trend_left(&self.past.series(self.cell, self.on), self.on, judged);
        let told = attention(stands, left, outlook);
        let by = judged.values().next_back().copied().filter(|_| left != trend);
        Attention { judged: by, ..told }
    }

    /// What was reported within the last 90 days.
    fn recent(&self) -> impl Iterator<Item = &Report> {
        self.reports.iter().filter(|report| self.on.since(report.to) <= RECENT_DAYS)
    }

    /// The readings that bear on it.
    fn read(&self) -> impl Iterator<Item = &Reading> {
        self.around.readings.iter().filter(|reading| reading.bears_on(self.cell.threat))
    }

    /// Those of the last 90 days.
    fn read_recently(&self) -> impl Iterator<Item = &Reading> {
        self.read().filter(|reading| self.on.since(reading.to) <= RECENT_DAYS)
    }

    /// Whether what was reported within 90 days, peace included, is enough by itself to speak of a level. Of calm it is enough only
    /// when those who reported are believed. A reading of an indicator counts as a report: who looked has reported.
    fn is_enough(&self) -> bool {
        let reported = self.recent().map(|report| (report.owner.as_str(), report.belief()));
        let read = self.read_recently().map(|reading| (reading.owner.as_str(), reading.belief()));
        let mut believed = reported.chain(read).peekable();
        believed.peek().is_some() && (self.level.level != Level::Calm || joint(believed) >= LEAST_BELIEF)
    }

    /// How much it rests on. It is enough to speak of a level when enough was reported, or when a source that lists every event
    /// reached into these days in the country: then no row means no event. Where the claim of such a source is all there is, it is
    /// named.
    fn coverage(&self, weighed: &Weighed) -> Coverage {
        let (recent, read_recently) = (|| self.recent(), || self.read_recently());
        let strong =
            weighed.incidents.iter().filter(|w| w.incident.reports.iter().any(|report| report.is_strong()));
        let complete = self.complete();
        let owners = recent().map(|report| report.owner.as_str());
        let owners = owner::distinct(owners.chain(read_recently().map(|reading| reading.owner.as_str())));
        let days = self.reports.iter().map(|report| report.to).chain(self.read().map(|reading| reading.to));
        Coverage {
            reports: (recent().count() + read_recently().count()) as u64,
            owners: owners.len() as u64,
            strong_share: share(
                strong.map(|w| w.contribution).fold(0.0, |sum, part| sum + part),
                weighed.index,
            ),
            newest: days.map(|day| day.min(self.on)).max(),
            sufficient: complete.is_some() || self.is_enough(),
            complete,
        }
    }

    /// Between which levels the evidence leaves it open: on strong evidence alone, and if all that was reported is true and
    /// nothing eases it; one more where the reporting fell silent or nothing at all is known of the last days, for what is not
    /// reported may have happened.
    fn range(&self, all: &Whole<'_>, coverage: &Coverage) -> LevelRange {
        let bands = &self.around.bands;
        let strong = whole(self.cell, (self.reports, self.around), (self.on, Evidence::Strong), self.rules);
        let believed = all.weighed.incidents.iter().map(|w| w.contribution / w.belief.max(f64::MIN_POSITIVE));
        let believed =
            Parts { own: believed.fold(0.0, |sum, part| sum + part), peace: 0.0, eased: 0.0, ..all.parts };
        let highest = bands.of(believed.compose(bands).index).max(self.level.level);
        let silenced = self.around.reporting.as_ref().is_some_and(|told| told.silenced);
        let known_to = coverage.newest.max(coverage.complete.as_ref().map(|claim| claim.until));
        let unknown_since = known_to.filter(|day| self.on.since(*day) > SPAN_DAYS).map(|day| day.plus(1));
        let adds_one = silenced || unknown_since.is_some();
        LevelRange {
            unknown_since,
            lowest: bands.held(strong.composed.index).min(self.level.level),
            highest: if adds_one { highest.above() } else { highest },
            reported: adds_one.then_some(highest),
        }
    }

    /// The join of the handling of everything that made it: its reports within the horizon, the readings that count, and the
    /// reports of neighbours that spill in; where nothing is reported from there, or too little to speak of a level, the rows of the
    /// sources whose claim it rests on.
    fn handling(&self, all: &Whole<'_>) -> Handling {
        let across = all.spilled.iter().flat_map(|spilled| spilled.across.reports);
        let read = all.read.iter().flat_map(|read| &read.readings).map(|reading| &reading.marking);
        let reported = self.reports.iter().chain(across).map(|report| &report.marking);
        let by_claim = self.reports.is_empty() || !self.is_enough();
        let claims = self.past.listings.iter().filter(|_| by_claim);
        let claimed = claims.filter(|listing| self.on.since(listing.last) <= RECENT_DAYS);
        let claimed = claimed.flat_map(|listing| &listing.markings);
        joined(reported.chain(read).chain(claimed), self.markings)
    }
}

/// The join of the handling that these keys stand for. Where there is none, nothing of anybody's is told, but it is for
/// nobody until somebody says for whom. A handling that is not kept counts as the strictest.
pub fn joined<'a>(
    keys: impl IntoIterator<Item = &'a String>,
    markings: &BTreeMap<String, Handling>,
) -> Handling {
    let strictest = Handling::new(Tlp::Red, UnClass::StrictlyConfidential);
    let keys: BTreeSet<&String> = keys.into_iter().collect();
    let parts = keys.into_iter().map(|key| markings.get(key).unwrap_or(&strictest));
    Handling::join_all(parts).unwrap_or_else(|| Handling::new(Tlp::Clear, UnClass::Unclassified))
}

/// How much attention a situation calls for: as its level, one more where the trend alerts, high where the outlook is such
/// (ANALYSIS 7.6). The rule named is the first that gives as much.
pub fn attention((level, is_set): (Level, bool), trend: Option<Trend>, outlook: Option<f64>) -> Attention {
    let by_trend = if trend == Some(Trend::Alert) { level.above() } else { level };
    let by_outlook =
        if outlook.is_some_and(|chance| chance >= OUTLOOK_ALERT) { Level::High } else { Level::Calm };
    let most = level.max(by_trend).max(by_outlook);
    let rule = match () {
        () if most == level && is_set => AttentionRule::Override,
        () if most == level => AttentionRule::Level,
        () if most == by_trend => AttentionRule::Trend,
        () => AttentionRule::Outlook,
    };
    Attention { level: most, rule, judged: None }
}

#[cfg(test)]
#[path = "situation_tests.rs"]
mod tests;
