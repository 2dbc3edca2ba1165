//! What reports of one cell come to by spans of the calendar: each cluster in one of them.

use std::collections::{BTreeMap, BTreeSet};

use domain::ClusterId;

use super::{Count, Incident, Report, Rules, incident::incidents};

/// Reports of one cell that stand, by the span in which each is counted.
///
/// A report counts in its own span. An incident of a cluster counts in one span alone, that of its best-graded report (see
/// [`Incident::home`]), with its deaths by all its reports of the cell, wherever they lie: so the spans add up to the incidents. What no
/// cluster joins is compared within its span alone.
#[derive(Debug)]
pub struct Tally<'a, S, F> {
    spans: BTreeMap<S, Vec<&'a Report>>,
    /// All reports of each cluster that does not lie in one span.
    across: BTreeMap<&'a ClusterId, Vec<&'a Report>>,
    span: F,
}

impl<'a, S: Copy + Ord, F: Fn(&Report) -> Option<S>> Tally<'a, S, F> {
    /// Of these reports, each counted in the span that `span` gives; in none where its days are known too coarsely. To ask of one span alone
    /// all reports of it must be there and all others of the clusters that these are of.
    pub fn of(reports: impl IntoIterator<Item = &'a Report>, span: F) -> Self {
        let mut spans: BTreeMap<S, Vec<&'a Report>> = BTreeMap::new();
        let mut across: BTreeMap<&'a ClusterId, Vec<&'a Report>> = BTreeMap::new();
        for report in reports {
            if let Some(at) = span(report) {
                spans.entry(at).or_default().push(report);
            }
            if let Some(id) = &report.cluster {
                across.entry(id).or_default().push(report);
            }
        }
        across.retain(|_, members| {
            let mut lies = members.iter().map(|report| span(report));
            let first = lies.next();
            lies.any(|other| Some(other) != first)
        });
        Self { spans, across, span }
    }

    /// The spans in which any report is counted.
    pub fn spans(&self) -> impl Iterator<Item = S> {
        self.spans.keys().copied()
    }

    /// The incidents that count in this span, each with all its reports.
    pub fn incidents(&self, at: S, rules: &Rules) -> Vec<Incident<'a>> {
        let here = || self.spans.get(&at).into_iter().flatten().copied();
        if self.across.is_empty() {
            return incidents(here(), rules);
        }
        let clusters: BTreeSet<&ClusterId> = here().filter_map(|report| report.cluster.as_ref()).collect();
        let members = clusters.into_iter().filter_map(|id| self.across.get(id)).flatten().copied();
        let elsewhere = members.filter(|report| (self.span)(report) != Some(at));
        let mut all = incidents(here().chain(elsewhere), rules);
        all.retain(|incident| incident.home(&self.span).is_none_or(|home| home == at));
        all
    }

    /// What is counted in this span.
    pub fn count(&self, at: S, rules: &Rules) -> Count {
        let reports = self.spans.get(&at).map_or(0, Vec::len);
        let mut count = Count { reports: u32::try_from(reports).unwrap_or(u32::MAX), ..Count::default() };
        for incident in self.incidents(at, rules) {
            count.take(&incident, rules);
        }
        count
    }

    /// What is counted in every span in which any report is.
    pub fn counts(&self, rules: &Rules) -> BTreeMap<S, Count> {
        self.spans().map(|at| (at, self.count(at, rules))).collect()
    }
}

#[cfg(test)]
#[path = "tally_tests.rs"]
mod tests;
