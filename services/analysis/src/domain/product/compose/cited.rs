//! What a statement cites of an incident: every report of it, the best-graded first.

use contracts::analysis::{
    Situation,
    products::{ProductKind, Source},
};
use domain::{ObservationId, Timestamp};

use super::{Behind, Drafter, Happened, sources};
use crate::domain::product::{material::Seen, sources::Reports};

/// How many reports of one incident are cited each by itself: of more the best are, and one source names the rest.
const CITED: usize = 12;
/// How many are in a note on two pages.
const CITED_IN_NOTE: usize = 3;

impl Drafter<'_> {
    /// Every report of an incident, the best first; those that are more than are cited each by itself are named together, and so are all
    /// where what is not at hand any more binds more strictly.
    pub(super) fn reports(&self, of: &Happened) -> Vec<Source> {
        let reports = Reports { best: &of.best, province: &of.province, threat: of.threat, on: of.to };
        let (cited, beside) = self.cited(&of.observations, Some(&of.best));
        if beside.is_empty() {
            let whole = self.behind(Behind::Reports(reports, &[]), &of.handling);
            return sources::bound(self.sources_of(&cited), whole);
        }
        let whole = self.behind(Behind::Reports(reports, &beside), &of.handling);
        self.sources_of(&cited).into_iter().chain([whole]).collect()
    }

    /// The best-graded of these reports first, of equal ones that by which the incident is told; as many as are cited each by itself, and
    /// the others.
    pub(super) fn cited<'s>(
        &'s self,
        ids: &[ObservationId],
        best: Option<&ObservationId>,
    ) -> (Vec<&'s Seen>, Vec<&'s Seen>) {
        let mut all: Vec<&Seen> = ids.iter().filter_map(|id| self.material.seen.get(id)).collect();
        all.sort_by(|one, other| {
            let is_best = |of: &Seen| best == Some(&of.id);
            let belief = |of: &Seen| of.reliability.weight() * of.credibility.weight();
            let by_grade =
                belief(other).total_cmp(&belief(one)).then_with(|| one.grade().cmp(&other.grade()));
            by_grade.then(is_best(other).cmp(&is_best(one))).then_with(|| one.id.cmp(&other.id))
        });
        let short = self.is_note() && self.form.kind != ProductKind::FlashReport;
        let most = if short { CITED_IN_NOTE } else { CITED };
        // one more is no longer than a line that names it
        let at = if all.len() <= most { all.len() } else { most - 1 };
        let beside = all.split_off(at);
        (all, beside)
    }

    /// What names the other reports of an incident behind a level, which binds as the level does; `None` where there are none.
    pub(super) fn beside(&self, of: &Situation, best: &Seen, others: &[&Seen]) -> Option<Source> {
        let province = best.province.as_ref().unwrap_or(&of.province);
        let reports = Reports { best: &best.id, province, threat: of.threat, on: best.to };
        (!others.is_empty()).then(|| self.behind(Behind::OfLevel(of, reports, others), &of.handling))
    }

    pub(super) fn sources_of(&self, seen: &[&Seen]) -> Vec<Source> {
        let at: Timestamp = self.material.at;
        seen.iter().map(|one| sources::observation(self.l, one, at)).collect()
    }
}
