//! What is not known: days that no source covers, places from where too little comes, and what the evidence leaves open.

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{Situation, levels::Completeness, products::Source};
use domain::{Country, Day, Handling, ProvinceCode, Threat};

use super::{Behind, Drafter, Said, sources};
use crate::domain::{
    cell::country_of,
    product::{
        material::{Gap, OfThreat, Unplaced},
        scope,
        sentences::{self as s, Part as Covered, Reach, Sentence},
        words,
    },
};

/// How many sources that list every event are named, how many silent provinces, how many wide levels.
const NAMED: usize = 3;
/// How many of those that reported a report names, how many a note.
const HEARD: (usize, usize) = (8, 3);
/// From so many levels between the lowest and the highest on, the evidence leaves a level wide open.
const WIDE: u8 = 2;
/// How many places that are calm by a list that ended a report follows each by itself, how many a note.
const FOLLOWED: (usize, usize) = (12, 5);

impl Drafter<'_> {
    /// How far the sources that list every event reach into the period, in which countries of the scope and for which of its threats.
    pub(super) fn reach(&self) -> Reach {
        let listed = &self.material.covered.listed;
        let countries = self.countries_of_scope();
        let threats: Vec<Threat> =
            Threat::ALL.iter().copied().filter(|threat| self.in_scope(*threat)).collect();
        let day = |country: Country, threat: Threat| {
            let newest = listed.iter().filter_map(|one| one.newest.get(&(country, threat)).copied()).max();
            newest.filter(|day| *day >= self.form.from)
        };
        let mut covered: BTreeMap<Country, BTreeMap<Threat, Day>> = BTreeMap::new();
        for country in &countries {
            let of = threats.iter().filter_map(|threat| Some((*threat, day(*country, *threat)?)));
            let of: BTreeMap<Threat, Day> = of.collect();
            if !of.is_empty() {
                covered.insert(*country, of);
            }
        }
        let before_end = |day: Option<Day>| day.filter(|day| *day < self.form.to);
        let until = before_end(covered.values().flat_map(BTreeMap::values).copied().min());
        let Some(first) = covered.values().next() else { return Reach::None };
        let alike = covered.values().all(|of| of.keys().eq(first.keys()));
        if alike && covered.len() == countries.len() {
            return match until {
                _ if first.len() < threats.len() => Reach::Of(first.keys().copied().collect(), until),
                Some(day) => Reach::Until(day),
                None => Reach::Whole,
            };
        }
        let parts = covered.into_iter().map(|(country, of)| Covered {
            country,
            until: before_end(of.values().copied().min()),
            threats: if of.len() == threats.len() { Vec::new() } else { of.into_keys().collect() },
        });
        let parts: Vec<Covered> = parts.collect();
        if parts.len() == countries.len() { Reach::Each(parts) } else { Reach::In(parts) }
    }

    fn countries_of_scope(&self) -> BTreeSet<Country> {
        scope(self.form).iter().filter_map(country_of).collect()
    }

    /// What is not known. It is never empty: what the period is covered by is said in any case.
    pub(super) fn unknown(&self) -> Vec<Said> {
        let of_period = [self.listed(), self.heard(), self.undated()];
        [of_period.concat(), self.gaps(), self.silenced(), self.wide(), self.unplaced()].concat()
    }

    fn listed(&self) -> Vec<Said> {
        let (period, at) = ((self.form.from, self.form.to), self.material.at);
        let countries = self.countries_of_scope();
        let told = self.material.covered.listed.iter().take(NAMED).map(|one| Said {
            sentence: s::listed(self.l, one, (period, &countries)),
            sources: vec![sources::listed(self.l, one, (self.form.to, at))],
        });
        told.collect()
    }

    fn heard(&self) -> Vec<Said> {
        let most = if self.is_note() { HEARD.1 } else { HEARD.0 };
        let sentence = s::heard(self.l, &self.material.covered.heard, most);
        vec![Said { sentence, sources: vec![self.all_heard()] }]
    }

    /// Everything that was reported of the period, counted: what names no province is in no other count.
    fn all_heard(&self) -> Source {
        let covered = &self.material.covered;
        let grade = sources::counted(self.l, covered.heard.iter().map(|one| one.reports));
        sources::heard(self.counts(), grade, covered.heard_under.as_ref())
    }

    /// Provinces from where far less comes than usual.
    fn silenced(&self) -> Vec<Said> {
        let mut told: BTreeSet<&ProvinceCode> = BTreeSet::new();
        let silent = self.material.situations.iter().filter_map(|one| {
            let reporting = one.reporting.as_ref().filter(|reporting| reporting.silenced)?;
            told.insert(&one.province).then_some((one, reporting))
        });
        let said = silent.map(|(one, reporting)| {
            // what comes from there is counted whatever it bears on
            let ever = self.material.ever_from.get(&one.province).unwrap_or(&one.handling);
            let whole = self.behind(Behind::Reporting(one), ever);
            Said {
                sentence: s::silenced(self.l, &one.province, reporting),
                sources: sources::bound(vec![self.situation(one)], whole),
            }
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

    /// That no incident of these threats was reported; of those of which reports are of incidents that count before or after the period, that
    /// it is so, of all of them or, where others are of the period or may be, of part; of those of which reports may be of the period, within
    /// which days they are dated, and where there are no others, that no more is known.
    pub(super) fn nothing_reported(&self, threats: &[Threat]) -> Vec<Said> {
        let undated = self.material.covered.undated.as_ref();
        let of_threat = |threat: &Threat| undated.and_then(|of| of.threats.get(threat)).copied();
        let is_beside = |threat: &Threat| self.material.beside.iter().any(|one| one.threats.contains(threat));
        let (beside, others): (Vec<Threat>, Vec<Threat>) =
            threats.iter().copied().partition(|threat| is_beside(threat));
        let silent: Vec<Threat> =
            others.into_iter().filter(|threat| of_threat(threat).is_none_or(|of| !of.alone)).collect();
        let unplaced = self.material.covered.unplaced.as_ref();
        let named = |of: &Unplaced| sources::unplaced(self.l, of, (self.form.to, self.material.at));
        let mut said = Vec::new();
        if !silent.is_empty() {
            // that it was reported from no province tells of what names none
            let sources = std::iter::once(self.counts()).chain(unplaced.map(named)).collect();
            said.push(Said { sentence: s::nothing_reported(self.l, &silent, unplaced.is_some()), sources });
        }
        let is_part = |threat: &Threat| {
            let is_told = self.material.incidents.iter().any(|one| one.threats.contains(threat));
            is_told || of_threat(threat).is_some()
        };
        let (part, all): (Vec<Threat>, Vec<Threat>) = beside.into_iter().partition(is_part);
        if !all.is_empty() {
            said.extend(self.counted(s::beside(self.l, &all)));
        }
        if !part.is_empty() {
            said.extend(self.counted(s::partly_beside(self.l, &part)));
        }
        let mut alike: BTreeMap<OfThreat, Vec<Threat>> = BTreeMap::new();
        for threat in threats {
            if let Some(of) = of_threat(threat) {
                alike.entry(of).or_default().push(*threat);
            }
        }
        for (of, threats) in alike {
            said.extend(undated.map(|all| {
                let own = sources::undated(self.l, all, (self.form.to, self.material.at));
                // that there are not only these tells of what is dated
                let own = vec![own];
                let sources = if of.alone { own } else { sources::bound(own, self.all_heard()) };
                Said { sentence: s::undated_of(self.l, of, &threats), sources }
            }));
        }
        said
    }

    fn unplaced(&self) -> Vec<Said> {
        let told = self.material.covered.unplaced.iter().map(|of| Said {
            sentence: s::unplaced(self.l, &of.reports),
            sources: vec![sources::unplaced(self.l, of, (self.form.to, self.material.at))],
        });
        told.collect()
    }

    /// Provinces of whose level too little is known; those of which the paper tells incidents, or of which reports
    /// are dated no nearer, are no places that nothing is reported from.
    fn gaps(&self) -> Vec<Said> {
        let of = (self.form.to, &self.form.handling, self.material.at);
        let heard_of = self.heard_of();
        let calm = self.calm_by_claim();
        let claimed: BTreeSet<(&ProvinceCode, Threat)> =
            calm.iter().map(|one| (&one.province, one.threat)).collect();
        // of another threat that was reported there the list says nothing
        let is_told = |code: &ProvinceCode| {
            let mut of = self.material.incidents.iter().filter(|one| one.provinces.contains(code));
            claimed.iter().any(|(one, _)| *one == code)
                && of.all(|one| one.threats.iter().all(|threat| claimed.contains(&(code, *threat))))
        };
        let (mut silent, mut little) = (Vec::new(), Vec::new());
        for gap in &self.material.gaps {
            let handling = Self::contrast(gap, (&heard_of, &calm));
            let reported = gap.provinces.iter().filter(|code| heard_of.contains_key(code)).cloned();
            let mut gap = Gap { handling, reported: reported.collect(), ..gap.clone() };
            // what took a province off the list as calm by a claim binds it later as well
            let calm = calm.iter().filter(|one| gap.provinces.contains(&one.province));
            gap.levels.extend(calm.map(|one| (one.province.clone(), one.threat)));
            let unknown = gap.provinces.iter().filter(|code| !is_told(code)).cloned();
            let (some, none): (Vec<ProvinceCode>, Vec<ProvinceCode>) =
                unknown.partition(|code| heard_of.contains_key(code));
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
        said.extend(self.calm_until(&calm));
        said
    }

    /// The provinces of which reports of the period tell, or may, each with the least that binds one of them.
    fn heard_of(&self) -> BTreeMap<&ProvinceCode, &Handling> {
        let undated = self.material.covered.undated.iter();
        let undated = undated.flat_map(|of| of.provinces.iter().map(move |code| (code, &of.handling)));
        let incidents = self.material.incidents.iter().chain(&self.material.beside);
        let incidents = incidents.flat_map(|one| one.provinces.iter().map(move |code| (code, &one.handling)));
        let strictness = |handling: &Handling| (handling.tlp(), handling.un_class());
        let mut heard_of: BTreeMap<&ProvinceCode, &Handling> = BTreeMap::new();
        for (code, handling) in incidents.chain(undated) {
            let least = heard_of.entry(code).or_insert(handling);
            if strictness(handling) < strictness(least) {
                *least = handling;
            }
        }
        heard_of
    }

    /// What binds who may read from where in a country nothing, or too little, comes: by contrast that names every province from where
    /// something does, of which few may know by what level, report or list. Of a country that no such province lies in it is nothing.
    fn contrast(
        gap: &Gap,
        (heard_of, calm): (&BTreeMap<&ProvinceCode, &Handling>, &[&Situation]),
    ) -> Option<Handling> {
        let reported = gap.provinces.iter().filter_map(|code| heard_of.get(code).copied());
        let claimed = calm.iter().filter(|one| gap.provinces.contains(&one.province));
        Handling::join_all(gap.handling.iter().chain(reported).chain(claimed.map(|one| &one.handling)))
    }

    /// Places that are calm to the day to which a complete list reaches, where that ends so long ago that nothing is known of their
    /// last days and nobody reported behind it: calm by that claim (decision 0048), and not known since (decision 0053).
    fn calm_by_claim(&self) -> Vec<&Situation> {
        let gaps: BTreeSet<&ProvinceCode> =
            self.material.gaps.iter().flat_map(|gap| &gap.provinces).collect();
        let is_claimed = |one: &&Situation| {
            let newest = one.coverage.newest;
            let claim = one.coverage.complete.as_ref();
            let claimed = claim.is_some_and(|claim| newest.is_none_or(|day| day <= claim.until));
            let calm = one.is_spoken_of() && one.is_calm_by_silence();
            calm && claimed && gaps.contains(&one.province)
        };
        self.material.situations.iter().filter(is_claimed).collect()
    }

    fn calm_until(&self, calm: &[&Situation]) -> Vec<Said> {
        let mut alike: Vec<((Country, Threat), &Completeness, Vec<&Situation>)> = Vec::new();
        for one in calm.iter().copied() {
            let Some(claim) = &one.coverage.complete else { continue };
            let of = (one.country, one.threat);
            match alike.iter_mut().find(|(known, by, _)| *known == of && by.sources == claim.sources) {
                Some((.., all)) => all.push(one),
                None => alike.push((of, claim, vec![one])),
            }
        }
        alike.into_iter().map(|(of, claim, all)| self.calm_to(of, claim, &all)).collect()
    }

    /// These places, calm by one claim: bound as all their levels are, and followed each by itself, so many at most.
    fn calm_to(&self, of: (Country, Threat), claim: &Completeness, all: &[&Situation]) -> Said {
        let (at, (country, threat)) = (self.material.at, of);
        let listed = || self.material.covered.listed.iter().filter(|one| claim.sources.contains(&one.source));
        let most = if self.is_note() { FOLLOWED.1 } else { FOLLOWED.0 };
        let own = all.iter().take(most).map(|one| self.situation(one));
        let name = format!("{}, {}", words::country(self.l, country), words::threat(self.l, threat));
        let id = format!("{country}/{threat}");
        let together = sources::levels(self.l, (&id, &name), all, at).filter(|_| all.len() > most);
        let lists = listed().map(|one| sources::listed(self.l, one, (self.form.to, at)));
        // one day is told, and by it the lists that reach there
        let reaches = listed().filter(|one| one.newest.get(&of).is_some_and(|day| *day >= claim.until));
        let mut names: Vec<String> = reaches.map(|one| one.source.clone()).collect();
        if names.is_empty() {
            names.clone_from(&claim.sources);
        }
        let sentence = s::calm_until(self.l, of, (&names, claim.until), all);
        let mut sources: Vec<Source> = own.chain(together).chain(lists).collect();
        // a place that somebody reported on since is named by its absence
        let since = |one: &&Situation| one.coverage.newest.is_some_and(|day| day > claim.until);
        let reported = self.material.situations.iter().filter(|one| (one.country, one.threat) == of);
        let reported: Vec<&Situation> = reported.filter(since).collect();
        if let Some(beside) = sources::levels(self.l, (&format!("{id}/beside"), &name), &reported, at) {
            sources = sources::bound(sources, beside);
        }
        Said { sentence, sources }
    }
}
