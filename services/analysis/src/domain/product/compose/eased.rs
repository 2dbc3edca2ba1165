//! What eases: the facts of peace and mitigation that hold a level down, and the events of the period that show it.

use std::collections::BTreeSet;

use contracts::analysis::{Situation, levels::Sign};
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
    /// What eases, the places that stand worst first, then the events of the period that were not named with them. That
    /// nothing eases is said as well: of reports, not of the world.
    pub(super) fn eased(&self) -> Vec<Said> {
        let (places, events) = if self.is_note() { NAMED.1 } else { NAMED.0 };
        let mut relieved: Vec<Relief<'_>> = self.material.situations.iter().filter_map(Relief::of).collect();
        relieved.sort_by(|one, other| {
            let by_level = other.of.in_force().cmp(&one.of.in_force());
            by_level
                .then(other.weight.total_cmp(&one.weight))
                .then_with(|| one.of.province.cmp(&other.of.province))
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

    fn relief(&self, by: Relief<'_>, named: &mut BTreeSet<ObservationId>) -> Said {
        let reports = |sign: &Sign| self.cited(&sign.observations, None);
        let facts: Vec<(&Sign, Option<&Seen>)> =
            by.signs.iter().take(FACTS).map(|sign| (sign, reports(sign).0.first().copied())).collect();
        let mut sources = vec![self.situation(by.of)];
        for (sign, best) in &facts {
            let (cited, beside) = reports(sign);
            sources.extend(self.sources_of(&cited));
            sources.extend(best.and_then(|best| self.beside(by.of, best, &beside)));
        }
        named.extend(facts.iter().flat_map(|(sign, _)| sign.observations.iter().cloned()));
        let eased = Eased { share: by.share, held: by.held, facts: &facts, all: by.signs.len() };
        Said { sentence: s::eased(self.l, by.of, &eased), sources }
    }
}

/// What eases one level.
struct Relief<'a> {
    of: &'a Situation,
    signs: &'a [Sign],
    /// Which share of the index it takes off.
    share: f64,
    /// Whether it would take off more, were the gravest incident not so fresh.
    held: bool,
    /// What it weighs, with what is held back.
    weight: f64,
}

impl<'a> Relief<'a> {
    /// Nothing where nothing eases it, or nothing can be said of it.
    fn of(of: &'a Situation) -> Option<Self> {
        let parts =
            of.components.as_ref().filter(|parts| of.is_spoken_of() && !parts.relieved_by.is_empty())?;
        let weight = parts.relief_before_limit.unwrap_or(parts.relief);
        let whole = of.index + parts.relief;
        (weight > 0.0 && whole > 0.0).then(|| Self {
            of,
            signs: &parts.relieved_by,
            share: parts.relief / whole,
            held: parts.relief_before_limit.is_some(),
            weight,
        })
    }
}
