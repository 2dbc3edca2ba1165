//! A series, told: what was counted, how much that rests on, and beside it what the media wrote.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use contracts::{
    analysis::series::{IndicatorPoint, MediaPoint, Point, SpanCoverage},
    intake::media::Quads,
};
use domain::{Day, Extent, Threat, owner};

use super::{
    Count, Reading, Report, Rules, Tally,
    span::{Span, Window},
};

/// Reports of one owner of one threat on the same days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The threat.
    pub threat: Threat,
    /// The first day they may have happened.
    pub from: Day,
    /// The last day they may have happened.
    pub to: Day,
    /// Who owns their source.
    pub owner: String,
    /// The key of their handling.
    pub marking: String,
    /// How many they are.
    pub reports: u64,
}

/// What the media wrote of a place on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The threat it bears on; `None` for none of those watched.
    pub threat: Option<Threat>,
    /// The day.
    pub day: Day,
    /// Articles.
    pub articles: u64,
    /// Distinct domains of their sources.
    pub domains: u64,
    /// Events as the source codes them.
    pub events: u64,
    /// Mean tone of the articles.
    pub tone: Option<f64>,
    /// Of which quad class the events are.
    pub quads: Quads,
    /// The key of its handling.
    pub marking: String,
}

/// What was counted, by threat and the first day of the span.
pub type Counts = BTreeMap<Threat, BTreeMap<Day, Count>>;

/// Everything the series of one place are told from.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// What was counted.
    pub counts: Counts,
    /// Who reported.
    pub seen: Vec<Seen>,
    /// Under which handling, by threat, there are reports of one incident with these: the counts rest on them too, wherever they lie.
    pub beside: BTreeSet<(Threat, String)>,
    /// What was answered about indicators.
    pub readings: Vec<Reading>,
    /// What the media wrote.
    pub written: Vec<Written>,
    /// From when to when sources that list every event reach, by threat.
    pub complete: BTreeMap<Threat, (Day, Day)>,
}

/// Counts reports by the spans of a window, those of each province and threat apart, and adds the provinces up.
///
/// An incident that several reports tell of is one where they fall into one span, or are of one cluster: to tell in which span that counts
/// all its reports are given, also those outside the window.
pub fn count<'a>(
    reports: impl IntoIterator<Item = (&'a str, Threat, &'a Report)>,
    window: Window,
    rules: &Rules,
) -> Counts {
    let mut cells: BTreeMap<(Threat, &str), Vec<&Report>> = BTreeMap::new();
    for (province, threat, report) in reports {
        cells.entry((threat, province)).or_default().push(report);
    }
    let mut counts = Counts::new();
    for ((threat, _), reports) in cells {
        let tally = Tally::of(reports, |report| Span::counting(window.first.unit, (report.from, report.to)));
        for span in tally.spans().filter(|span| window.first <= *span && *span <= window.last) {
            let count = counts.entry(threat).or_default().entry(span.first).or_default();
            *count = count.plus(tally.count(span, rules));
        }
    }
    counts
}

impl Known {
    /// The threats of which there is anything to tell.
    pub fn threats(&self) -> BTreeSet<Threat> {
        let counted = self.counts.iter().filter(|(_, spans)| spans.values().any(|count| count.reports > 0));
        let counted = counted.map(|(threat, _)| *threat);
        let seen = self.seen.iter().map(|seen| seen.threat);
        let shown = self.readings.iter().filter(|reading| reading.extent != Extent::None);
        let shown = shown.flat_map(|reading| reading.indicator.threats().iter().copied());
        counted
            .chain(seen)
            .chain(shown)
            .chain(self.written.iter().filter_map(|written| written.threat))
            .collect()
    }
    /// The answers about indicators of a threat.
    fn answers(&self, threat: Threat) -> impl Iterator<Item = &Reading> {
        self.readings.iter().filter(move |reading| reading.indicator.threats().contains(&threat))
    }
    /// The keys of the handling of what is told of a threat: its reports, what was answered about its indicators, and what the media wrote of the place.
    pub fn markings(&self, threat: Threat) -> BTreeSet<&String> {
        let seen = self.seen.iter().filter(|seen| seen.threat == threat).map(|seen| &seen.marking);
        let answered = self.answers(threat).map(|reading| &reading.marking);
        let beside = self.beside.iter().filter(|(of, _)| *of == threat).map(|(_, marking)| marking);
        seen.chain(beside)
            .chain(answered)
            .chain(self.written.iter().map(|written| &written.marking))
            .collect()
    }
    /// The spans of a threat, each with how much it rests on.
    ///
    /// A number is told where a source that lists every event of the threat reaches over the whole span, or where anybody
    /// reported from the place within it or answered about it; elsewhere nobody could say, and none is told. The media never make it known.
    pub fn points(&self, window: Window, threat: Threat) -> Vec<Point> {
        let mut covers = self.covers(window, threat);
        let mut media = self.media(window, threat);
        let indicators = self.indicators(window, threat);
        let complete = self.complete.get(&threat);
        let counted = self.counts.get(&threat);
        let point = |span: Span| {
            let (mut coverage, owners) = covers.remove(&span.first).unwrap_or_default();
            coverage.owners = owners.len() as u64;
            coverage.complete =
                complete.is_some_and(|(first, last)| *first <= span.first && span.last() <= *last);
            let count = counted.and_then(|spans| spans.get(&span.first)).copied().unwrap_or_default();
            let known = coverage.complete || coverage.owners > 0;
            let told = |number: u32| known.then_some(u64::from(number));
            Point {
                from: span.first,
                to: span.last(),
                events: told(count.events),
                deaths: told(count.deaths).filter(|_| count.unstated < count.events || count.events == 0),
                unstated: if known { u64::from(count.unstated) } else { 0 },
                peace: told(count.peace),
                coverage,
                indicators: indicators.get(&span.first).copied(),
                media: media.remove(&span.first).flatten(),
            }
        };
        window.spans().map(point).collect()
    }

    fn covers(
        &self,
        window: Window,
        threat: Threat,
    ) -> BTreeMap<Day, (SpanCoverage, BTreeSet<Cow<'_, str>>)> {
        let unit = window.first.unit;
        let mut covers: BTreeMap<Day, (SpanCoverage, BTreeSet<Cow<'_, str>>)> = BTreeMap::new();
        for seen in &self.seen {
            match Span::counting(unit, (seen.from, seen.to)) {
                Some(span) => {
                    let (coverage, owners) = covers.entry(span.first).or_default();
                    owners.insert(owner::folded(&seen.owner));
                    coverage.reports += if seen.threat == threat { seen.reports } else { 0 };
                }
                None if seen.threat == threat => {
                    let (first, last) = window.days();
                    let may_be = Window::of(unit, (seen.from.max(first), seen.to.min(last)));
                    for span in may_be.spans() {
                        covers.entry(span.first).or_default().0.undated += seen.reports;
                    }
                }
                None => {}
            }
        }
        for reading in &self.readings {
            if let Some(span) = Span::counting(unit, (reading.from, reading.to)) {
                covers.entry(span.first).or_default().1.insert(owner::folded(&reading.owner));
            }
        }
        covers
    }

    fn indicators(&self, window: Window, threat: Threat) -> BTreeMap<Day, IndicatorPoint> {
        let mut spans: BTreeMap<Day, (IndicatorPoint, BTreeSet<Cow<'_, str>>)> = BTreeMap::new();
        for reading in self.answers(threat) {
            let days = (reading.from, reading.to);
            let Some(span) = Span::counting(window.first.unit, days) else { continue };
            let (point, owners) = spans.entry(span.first).or_default();
            owners.insert(owner::folded(&reading.owner));
            point.answers += 1;
            match (reading.extent, reading.indicator.raises()) {
                (Extent::None, _) => {}
                (_, true) => point.aggravating += 1,
                (_, false) => point.easing += 1,
            }
        }
        let told = |(first, (point, owners)): (Day, (IndicatorPoint, BTreeSet<Cow<'_, str>>))| {
            (first, IndicatorPoint { owners: owners.len() as u64, ..point })
        };
        spans.into_iter().map(told).collect()
    }

    fn media(&self, window: Window, threat: Threat) -> BTreeMap<Day, Option<MediaPoint>> {
        let mut spans: BTreeMap<Day, Vec<&Written>> = BTreeMap::new();
        for written in self.written.iter().filter(|written| written.events > 0) {
            spans.entry(Span::of(window.first.unit, written.day).first).or_default().push(written);
        }
        spans.into_iter().map(|(first, written)| (first, signal(&written, threat))).collect()
    }
}

/// What the media wrote within one span; `None` where they wrote nothing of the place.
fn signal(written: &[&Written], threat: Threat) -> Option<MediaPoint> {
    let days: BTreeSet<Day> = written.iter().map(|written| written.day).collect();
    let of_threat = || written.iter().filter(|written| written.threat == Some(threat));
    let articles = of_threat().map(|written| written.articles).sum::<u64>();
    let toned = of_threat().filter_map(|written| Some((written.tone?, written.articles as f64)));
    let (sum, weight) =
        toned.fold((0.0, 0.0), |(sum, weight), (tone, articles)| (tone * articles + sum, weight + articles));
    (!days.is_empty()).then(|| MediaPoint {
        articles,
        domains: of_threat().map(|written| written.domains).max().unwrap_or(0),
        events: of_threat().map(|written| written.events).sum(),
        tone: (weight > 0.0).then(|| sum / weight),
        quads: of_threat().fold(Quads::default(), |sum, written| sum.plus(written.quads)),
        all_articles: written.iter().map(|written| written.articles).sum(),
        days: days.len() as u64,
    })
}

#[cfg(test)]
#[path = "series_tests.rs"]
mod tests;
