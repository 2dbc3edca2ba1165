//! What is not known: days that no source covers, places from where too little comes, and what the evidence leaves open.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::Situation;
use domain::{Country, Day, ProvinceCode, Threat};

use super::{Drafter, Said, sources};
use crate::domain::{
    cell::country_of,
    product::{
        material::Gap,
        scope,
        sentences::{self as s, Reach, Sentence},
    },
};

/// How many sources that list every event are named, how many silent provinces, how many wide levels.
const NAMED: usize = 3;
/// How many of those that reported a report names, how many a note.
const HEARD: (usize, usize) = (8, 3);
/// From so many levels between the lowest and the highest on, the evidence leaves a level wide open.
const WIDE: u8 = 2;

impl Drafter<'_> {
    /// How far the sources that list every event reach into the period, in every country of the scope, and for which of its threats.
    pub(super) fn reach(&self) -> Reach {
        let listed = &self.material.covered.listed;
        let countries: BTreeSet<Country> = scope(self.form).iter().filter_map(country_of).collect();
        let in_country = |country: Country, threat: Threat| {
            listed.iter().filter_map(|one| one.newest.get(&(country, threat)).copied()).max()
        };
        // a threat is covered as far as it is in the country where that is least
        let of = |threat: Threat| {
            let least = countries.iter().map(|country| in_country(*country, threat)).min().flatten();
            least.filter(|day| *day >= self.form.from)
        };
        let all = || Threat::ALL.iter().copied().filter(|threat| self.in_scope(*threat));
        let covered: BTreeMap<Threat, Day> = all().filter_map(|one| Some((one, of(one)?))).collect();
        let Some(day) = covered.values().min().copied() else { return Reach::None };
        let until = Some(day).filter(|day| *day < self.form.to);
        match until {
            _ if covered.len() < all().count() => Reach::Of(covered.into_keys().collect(), until),
            Some(day) => Reach::Until(day),
            None => Reach::Whole,
        }
    }

    /// What is not known. It is never empty: what the period is covered by is said in any case.
    pub(super) fn unknown(&self) -> Vec<Said> {
        let of_period = [self.listed(), self.heard(), self.undated()];
        [of_period.concat(), self.gaps(), self.silenced(), self.wide(), self.unplaced()].concat()
    }

    fn listed(&self) -> Vec<Said> {
        let (period, at) = ((self.form.from, self.form.to), self.material.at);
        let told = self.material.covered.listed.iter().take(NAMED).map(|one| Said {
            sentence: s::listed(self.l, one, period),
            sources: vec![sources::listed(self.l, one, (self.form.to, at))],
        });
        told.collect()
    }

    fn heard(&self) -> Vec<Said> {
        let most = if self.is_note() { HEARD.1 } else { HEARD.0 };
        let mut said = self.counted(s::heard(self.l, &self.material.covered.heard, most));
        // what names no province is in no other count
        for source in said.iter_mut().flat_map(|said| &mut said.sources) {
            *source = sources::heard(source.clone(), self.material.covered.heard_under.as_ref());
        }
        said
    }

    /// Provinces from where far less comes than usual.
    fn silenced(&self) -> Vec<Said> {
        let mut told: BTreeSet<&ProvinceCode> = BTreeSet::new();
        let silent = self.material.situations.iter().filter_map(|one| {
            let reporting = one.reporting.as_ref().filter(|reporting| reporting.silenced)?;
            told.insert(&one.province).then_some((one, reporting))
        });
        let said = silent.map(|(one, reporting)| Said {
            sentence: s::silenced(self.l, &one.province, reporting),
            sources: vec![self.situation(one)],
        });
        said.take(NAMED).collect()
    }

    /// Levels that the evidence leaves wide open, the highest first.
    fn wide(&self) -> Vec<Said> {
        let width = |one: &Situation| {
            let range = one.range.filter(|_| one.is_spoken_of())?;
            let width = (range.highest as u8).saturating_sub(range.lowest as u8);
            (width >= WIDE).then_some((range, width))
        };
        let mut wide: Vec<_> =
            self.material.situations.iter().filter_map(|one| Some((one, width(one)?))).collect();
        wide.sort_by_key(|(one, (range, width))| {
            (std::cmp::Reverse(*width), std::cmp::Reverse(range.highest), one.province.clone())
        });
        let said = wide.into_iter().take(NAMED).map(|(one, (range, _))| Said {
            sentence: s::wide(self.l, one, range),
            sources: vec![self.situation(one)],
        });
        said.collect()
    }

    /// What may be of the period and is dated no nearer.
    fn undated(&self) -> Vec<Said> {
        let told = self.material.covered.undated.iter().map(|of| Said {
            sentence: s::undated(self.l, of),
            sources: vec![sources::undated(self.l, of, (self.form.to, self.material.at))],
        });
        told.collect()
    }

    fn unplaced(&self) -> Vec<Said> {
        let told = self.material.covered.unplaced.iter().map(|of| Said {
            sentence: s::unplaced(self.l, &of.reports),
            sources: vec![sources::unplaced(self.l, of, (self.form.to, self.material.at))],
        });
        told.collect()
    }

    /// Provinces of whose level too little is known; those of which the paper tells incidents are no places that nothing is
    /// reported from.
    fn gaps(&self) -> Vec<Said> {
        let of = (self.form.to, &self.form.handling, self.material.at);
        let told: BTreeSet<&ProvinceCode> = self.material.incidents.iter().map(|one| &one.province).collect();
        let (mut silent, mut little) = (Vec::new(), Vec::new());
        for gap in &self.material.gaps {
            let (some, none): (Vec<ProvinceCode>, Vec<ProvinceCode>) =
                gap.provinces.iter().cloned().partition(|code| told.contains(code));
            silent.extend((!none.is_empty()).then(|| Gap { provinces: none, ..gap.clone() }));
            little.extend((!some.is_empty()).then(|| Gap { provinces: some, ..gap.clone() }));
        }
        let one =
            |gap: &Gap, sentence: Sentence| Said { sentence, sources: vec![sources::gap(self.l, gap, of)] };
        let mut said: Vec<Said> = if self.is_note() && silent.len() > 1 {
            let sources = vec![sources::gaps(self.l, &silent, of)];
            vec![Said { sentence: s::gaps(self.l, &silent), sources }]
        } else {
            silent.iter().map(|gap| one(gap, s::gap(self.l, gap))).collect()
        };
        said.extend(little.iter().map(|gap| one(gap, s::too_little(self.l, gap, self.form.to))));
        said
    }
}
