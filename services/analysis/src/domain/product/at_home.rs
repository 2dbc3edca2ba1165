//! Which incidents a paper on a period tells: each cluster is told in one of several papers that follow each other.

use std::collections::BTreeMap;

use domain::ClusterId;

use crate::domain::{Cell, Incident, Report, incident::home, span::Periods};

/// Where a paper tells each cluster of these reports: in the period of its best-graded report, over all places and threats in its scope. As if
/// papers of the same length followed each other, 0 is the paper itself.
#[derive(Debug, Default)]
pub struct Homes(BTreeMap<ClusterId, i64>);

impl Homes {
    /// Of all reports in the scope of the paper, those outside its period included.
    pub fn of<'r>(reports: impl IntoIterator<Item = &'r Report>, periods: Periods) -> Self {
        let mut clusters: BTreeMap<&ClusterId, Vec<&Report>> = BTreeMap::new();
        for report in reports {
            if let Some(id) = &report.cluster {
                clusters.entry(id).or_default().push(report);
            }
        }
        let home = |members: Vec<&Report>| home(members, |report| periods.holding((report.from, report.to)));
        let homes = clusters.into_iter().filter_map(|(id, members)| Some((id.clone(), home(members)?)));
        Self(homes.collect())
    }

    /// In which period an incident is told; `None` where that is not said of it: it is told where its reports lie.
    pub fn at(&self, incident: &Incident<'_>) -> Option<i64> {
        self.0.get(incident.cluster?).copied()
    }

    /// Adds, to the reports of the period, those of the same clusters outside it, wherever that is told in this paper or has a report in
    /// the same cell.
    pub fn join(
        &self,
        cells: &mut BTreeMap<Cell, Vec<Report>>,
        companions: impl IntoIterator<Item = (Cell, Report)>,
    ) {
        for (cell, report) in companions {
            let Some(id) = &report.cluster else { continue };
            let is_told = self.0.get(id) == Some(&0);
            let is_here = |of: &Vec<Report>| of.iter().any(|other| other.cluster.as_ref() == Some(id));
            if is_told || cells.get(&cell).is_some_and(is_here) {
                cells.entry(cell).or_default().push(report);
            }
        }
    }
}
