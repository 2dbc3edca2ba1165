//! What eases: the facts of peace and mitigation that hold a level down, and the events of the period that show it.

use std::collections::BTreeSet;

use contracts::analysis::{Situation, levels::Sign, products::ProductKind};
use domain::ObservationId;

use super::{Drafter, Said};
use crate::domain::product::{
    material::Seen,
    sentences::{self as s, Eased},
};

/// How many places and how many events a report names, how many a note.
const NAMED: ((usize, usize), (usize, usize)) = ((5, 6), (2, 3));
/// How many of the facts that ease a level are named with it.
const FACTS: usize = 3;

impl Drafter<'_> {
    /// What eases, the places where it takes most off first, then the events of the period that were not named with them. That
    /// nothing eases is said as well: of reports, not of the world.
    pub(super) fn eased(&self) -> Vec<Said> {
        let (places, events) = if self.form.kind == ProductKind::SituationReport { NAMED.0 } else { NAMED.1 };
        let mut relieved: Vec<(f64, &Situation, &[Sign])> =
            self.material.situations.iter().filter_map(relieved).collect();
        relieved.sort_by(|(share, one, _), (other_share, other, _)| {
            other_share.total_cmp(share).then_with(|| one.province.cmp(&other.province))
        });
        let mut named = BTreeSet::new();
        let mut said: Vec<Said> =
            relieved.into_iter().take(places).map(|of| self.relief(of, &mut named)).collect();
        let mut told = 0;
        for of in self.material.incidents.iter().filter(|one| one.peace) {
            if told == events {
                break;
            }
            if of.observations.iter().all(|id| !named.contains(id)) {
                named.extend(of.observations.iter().cloned());
                let event = self.incident(of);
                told += usize::from(event.is_some());
                said.extend(event);
            }
        }
        if said.is_empty() { self.counted(s::nothing_eases(self.l)) } else { said }
    }

    fn relief(
        &self,
        (share, of, signs): (f64, &Situation, &[Sign]),
        named: &mut BTreeSet<ObservationId>,
    ) -> Said {
        let seen = |sign: &Sign| sign.observations.iter().find_map(|id| self.material.seen.get(id));
        let facts: Vec<(&Sign, Option<&Seen>)> =
            signs.iter().take(FACTS).map(|sign| (sign, seen(sign))).collect();
        let mut sources = vec![self.situation(of)];
        sources.extend(self.observations(facts.iter().filter_map(|(_, seen)| Some(&(*seen)?.id))));
        named.extend(facts.iter().flat_map(|(sign, _)| sign.observations.iter().cloned()));
        let eased = Eased { share, facts: &facts, all: signs.len() };
        Said { sentence: s::eased(self.l, of, &eased), sources }
    }
}

/// What eases a level, and which share of the index it takes off; nothing where it takes off nothing.
fn relieved(of: &Situation) -> Option<(f64, &Situation, &[Sign])> {
    let components = of.components.as_ref().filter(|one| one.relief > 0.0 && of.is_spoken_of())?;
    let share = components.relief / (of.index + components.relief);
    Some((share, of, components.relieved_by.as_slice())).filter(|(_, _, signs)| !signs.is_empty())
}
