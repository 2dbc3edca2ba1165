//! Drafting: every part of a product from what analysis holds, each statement with its sources. A part that data cannot fill
//! stays empty, and keeps the draft from being submitted until somebody fills it or strikes it out.

mod cited;
mod eased;
mod moved;
mod unknown;

use std::collections::{BTreeMap, BTreeSet};

use contracts::analysis::{
    Situation,
    products::{Part, ProductForm, ProductKind, ProductLanguage as Language, Source},
};
use domain::{Country, Handling, Level, Threat};

use super::{
    flash,
    material::{Foretold, Happened, Material},
    scope,
    sentences::{self as s, Provinces, Sentence},
    skeleton,
    sources::{self, Behind},
    words,
};
use crate::domain::cell::country_of;

/// How many incidents a report names, how many a note.
const INCIDENTS: (usize, usize) = (10, 4);
/// How many anomalies and judgements.
const EXPECTED: usize = 5;
/// How many forecasts a report tells, how many a note.
const FORETOLD: (usize, usize) = (5, 3);

/// A statement that is drafted.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// What it says, and the same barely.
    pub sentence: Sentence,
    /// What it rests on.
    pub sources: Vec<Source>,
}

/// Every part of the kind with what data says in it.
pub fn compose(form: &ProductForm, material: &Material) -> Vec<(Part, Vec<Said>)> {
    let drafter = Drafter { form, material, l: form.language, short: false };
    let said = |part: Part| {
        let most = skeleton::most(form.kind, part).unwrap_or(usize::MAX);
        drafter.part(part).into_iter().take(most).collect()
    };
    skeleton::parts(form.kind).iter().map(|part| (*part, said(*part))).collect()
}

/// The highest level, where its index is greatest first, and the others at the same; `None` of none.
fn gravest<'s>(all: &[&'s Situation]) -> Option<(&'s Situation, Vec<&'s Situation>)> {
    let highest = all.iter().map(|one| (one.gravest(), one.in_force())).max()?;
    let mut at: Vec<&Situation> =
        all.iter().copied().filter(|one| (one.gravest(), one.in_force()) == highest).collect();
    at.sort_by(|a, b| b.index.total_cmp(&a.index));
    let worst = *at.first()?;
    Some((worst, at.split_off(1)))
}

/// The incident of a flash report: the one that was asked for, or the gravest that eases nothing.
pub fn subject<'a>(form: &ProductForm, incidents: &'a [Happened]) -> Option<&'a Happened> {
    let asked = |of: &&Happened| form.about.as_ref().is_none_or(|id| of.observations.contains(id));
    incidents.iter().filter(|one| form.about.is_some() || !one.peace).find(asked)
}

#[derive(Clone, Copy)]
struct Drafter<'a> {
    form: &'a ProductForm,
    material: &'a Material,
    l: Language,
    /// Whether it is told in short: what a part further down tells in full.
    short: bool,
}

impl Drafter<'_> {
    fn part(&self, part: Part) -> Vec<Said> {
        let note = self.is_note();
        match part {
            Part::Summary => self.summary(),
            Part::KeyMessages => self.key_messages(),
            Part::Political => self.of_threats(&[Threat::PoliticalUnrest], INCIDENTS.1),
            Part::Security => self.security(),
            Part::Humanitarian => {
                self.of_threats(&[Threat::Displacement, Threat::EnvironmentalDegradation], INCIDENTS.1)
            }
            Part::Threats | Part::Signals => [self.changes(note), self.anomalies(), self.late()].concat(),
            Part::Developments => self.developments(),
            // those that stand worst come first
            Part::Regional | Part::Background => self.countries(),
            Part::Outlook | Part::Risks => [self.judgements(), self.forecasts()].concat(),
            Part::Annex => [self.levels(), self.unknown()].concat(),
            Part::Eases => self.eased(),
            Part::Gaps => self.unknown(),
            Part::Partners | Part::Action => self.warnings(),
            Part::Liaison | Part::Positions => self.consents(),
            Part::What | Part::Where | Part::When | Part::Who | Part::Casualties | Part::Grading => {
                self.flash(part)
            }
            Part::Assessment => self.flash_assessment(),
            Part::Recommended
            | Part::Planned
            | Part::NextUpdate
            | Part::Purpose
            | Part::Mandate
            | Part::Options
            | Part::TalkingPoints
            | Part::IfRaised => Vec::new(),
        }
    }

    /// Whether it is a paper of few pages, which tells of less.
    fn is_note(&self) -> bool {
        self.form.kind != ProductKind::SituationReport
    }

    const fn in_short(self) -> Self {
        Self { short: true, ..self }
    }

    fn counts(&self) -> Source {
        let threats = Threat::ALL.iter().copied().filter(|threat| self.in_scope(*threat)).collect();
        let countries = self.material.situations.iter().map(|one| one.country).collect();
        let source = sources::counts(
            self.l,
            (self.form.from, self.form.to),
            (&self.material.counted, self.material.at),
        );
        let grade = sources::counted(self.l, self.material.covered.heard.iter().map(|one| one.placed));
        Source { grade, threats, countries, ..source }
    }
    fn situation(&self, of: &Situation) -> Source {
        sources::situation(self.l, of, self.material.at)
    }
    /// What a sentence rests on that tells of levels and names none: it is no mere count of what was reported.
    fn moved(&self) -> Source {
        sources::moved(self.l, self.counts(), (self.form.from, self.form.to))
    }
    fn counted(&self, sentence: Sentence) -> Vec<Said> {
        vec![Said { sentence, sources: vec![self.counts()] }]
    }

    fn summary(&self) -> Vec<Said> {
        let figures = s::figures(self.l, (self.form.from, self.form.to), &self.figures());
        // how far lists reach stands in it as well
        let listed = self.material.covered.listed.iter();
        let listed = listed.map(|one| sources::listed(self.l, one, (self.form.to, self.material.at)));
        let sources = listed.fold(vec![self.counts(), self.moved()], sources::bound);
        let mut said = vec![Said { sentence: figures, sources }];
        said.extend(self.in_short().changes(true).into_iter().take(2));
        said.extend(self.in_short().incidents(|_| true, 1));
        said.extend(self.in_short().judgements().into_iter().take(1));
        said
    }

    fn key_messages(&self) -> Vec<Said> {
        let short = self.in_short();
        let first = short.changes(true).into_iter().take(1).chain(short.incidents(|_| true, 1));
        first.chain(short.judgements().into_iter().take(1)).collect()
    }

    /// The gravest incidents; what stands among the key messages is told once more only where there is nothing else.
    fn developments(&self) -> Vec<Said> {
        let key = self.material.incidents.iter().find(|one| !one.peace).map(|one| &one.best);
        let has_key_messages = skeleton::parts(self.form.kind).contains(&Part::KeyMessages);
        let others = self.incidents(|one| !has_key_messages || Some(&one.best) != key, INCIDENTS.1);
        if others.is_empty() { self.incidents(|_| true, INCIDENTS.1) } else { others }
    }

    /// The gravest incidents that `wanted` holds of; those that ease the situation are none of the gravest.
    fn incidents(&self, wanted: impl Fn(&Happened) -> bool, most: usize) -> Vec<Said> {
        let grave = self.material.incidents.iter().filter(|one| !one.peace && wanted(one));
        grave.filter_map(|one| self.incident(one)).take(most).collect()
    }

    fn incident(&self, of: &Happened) -> Option<Said> {
        let seen = self.material.seen.get(&of.best)?;
        let told = if self.short { s::incident_in_short } else { s::incident };
        Some(Said { sentence: told(self.l, of, seen), sources: self.reports(of) })
    }

    fn behind(&self, of: Behind<'_>, handling: &Handling) -> Source {
        sources::behind(self.l, of, (handling, self.material.at))
    }

    fn in_scope(&self, threat: Threat) -> bool {
        self.form.threats.is_empty() || self.form.threats.contains(&threat)
    }

    /// The gravest incidents of these threats, as far as they are in the scope, and so many at most.
    fn of_threats(&self, threats: &[Threat], most: usize) -> Vec<Said> {
        let wanted: Vec<Threat> = threats.iter().copied().filter(|threat| self.in_scope(*threat)).collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        let said = self.incidents(|one| wanted.iter().any(|threat| one.threats.contains(threat)), most);
        if said.is_empty() { self.nothing_reported(&wanted) } else { said }
    }

    fn security(&self) -> Vec<Said> {
        let elsewhere = [Threat::PoliticalUnrest, Threat::Displacement, Threat::EnvironmentalDegradation];
        let others = Threat::ALL.iter().copied().filter(|threat| !elsewhere.contains(threat));
        self.of_threats(&others.collect::<Vec<Threat>>(), INCIDENTS.0)
    }

    fn anomalies(&self) -> Vec<Said> {
        let of = self.material.anomalies.iter().take(EXPECTED);
        let said = of.map(|(anomaly, handling)| {
            let watched = self.material.watched.get(&(anomaly.threat, anomaly.month)).copied();
            let told = s::anomaly(self.l, anomaly, watched.unwrap_or(1));
            let late = anomaly.month.month().1 < self.form.from;
            Said {
                sentence: if late { s::became_known(self.l, told) } else { told },
                sources: vec![sources::anomaly(self.l, anomaly, (handling, self.material.at))],
            }
        });
        said.collect()
    }

    /// What happened before the period and became known in it.
    fn late(&self) -> Vec<Said> {
        let told = self.material.late.iter().filter_map(|one| self.incident(one));
        told.map(|said| Said { sentence: s::became_known(self.l, said.sentence), ..said }).collect()
    }

    fn forecasts(&self) -> Vec<Said> {
        let source = |of: &Foretold| sources::forecast(self.l, of, self.material.at);
        let most = if self.is_note() { FORETOLD.1 } else { FORETOLD.0 };
        let told = || self.material.forecasts.iter().take(most);
        let mut said: Vec<Said> =
            told().map(|of| Said { sentence: s::forecast(self.l, of), sources: vec![source(of)] }).collect();
        // what they rest on is the same for all of a kind: it is said once, behind them
        let mut records: BTreeMap<String, Vec<Source>> = BTreeMap::new();
        for of in told() {
            records.entry(s::record(self.l, &of.record).0).or_default().push(source(of));
        }
        said.extend(
            records.into_iter().map(|(text, sources)| Said { sentence: (text.clone(), Some(text)), sources }),
        );
        said
    }

    fn judgements(&self) -> Vec<Said> {
        let numbered = self
            .material
            .assessments
            .iter()
            .flat_map(|one| (1..).zip(&one.form.judgements).map(move |it| (one, it)));
        let mut told = BTreeSet::new();
        let open = numbered.filter(|(one, (number, judgement))| {
            judgement.due >= self.form.to
                && one.outcomes.get(number - 1).is_none_or(Option::is_none)
                && told.insert(judgement.statement.trim().to_lowercase())
        });
        let sentence = if self.short { s::judgement_in_short } else { s::judgement };
        let said = open.filter_map(|(one, (number, judgement))| {
            let source = sources::judgement(self.l, one, (number, self.material.at))?;
            Some(Said { sentence: sentence(self.l, judgement), sources: vec![source] })
        });
        said.take(EXPECTED).collect()
    }

    fn countries(&self) -> Vec<Said> {
        let mut by_country: BTreeMap<Country, Vec<&Situation>> = BTreeMap::new();
        let known = self.material.situations.iter().filter(|one| one.is_known());
        for one in known {
            by_country.entry(one.country).or_default().push(one);
        }
        let told = by_country.into_iter().filter_map(|(country, all)| {
            let (worst, others) = gravest(&all)?;
            let raised: Vec<&Situation> =
                all.iter().copied().filter(|one| one.gravest() >= Level::Elevated).collect();
            let number =
                |of: &[&Situation]| of.iter().map(|one| &one.province).collect::<BTreeSet<_>>().len();
            let (raised, known) = (number(&raised), number(&all));
            let provinces = Provinces { raised, known, of: self.provinces_of(country).max(known) };
            let name = words::country(self.l, country);
            let counted = sources::levels(self.l, (country.as_str(), &name), &all, self.material.at);
            // the levels of the country hold the worst among them; a report names that one by itself as well
            let own = (!self.is_note()).then(|| self.situation(worst));
            let sources = own.into_iter().chain(counted).collect();
            let sentence = s::country(self.l, (worst, &others), provinces);
            Some((worst.gravest(), Said { sentence, sources }))
        });
        let mut told: Vec<(Level, Said)> = told.collect();
        told.sort_by_key(|(level, _)| std::cmp::Reverse(*level));
        told.into_iter().map(|(_, said)| said).collect()
    }

    /// How many provinces of a country are looked at: all of them, or those that were chosen.
    fn provinces_of(&self, country: Country) -> usize {
        scope(self.form).iter().filter(|code| country_of(code) == Some(country)).count()
    }

    fn levels(&self) -> Vec<Said> {
        let mut by_threat: BTreeMap<Threat, Vec<&Situation>> = BTreeMap::new();
        let told = self.material.situations.iter().filter(|one| one.is_spoken_of());
        for one in told.filter(|one| one.gravest() > Level::Calm) {
            by_threat.entry(one.threat).or_default().push(one);
        }
        let said = by_threat.into_iter().map(|(threat, mut all)| {
            all.sort_by(|a, b| b.in_force().cmp(&a.in_force()).then_with(|| a.province.cmp(&b.province)));
            let groups = all.chunk_by(|one, other| one.in_force() == other.in_force());
            let groups: Vec<(Level, Vec<&Situation>)> =
                groups.filter_map(|group| Some((group.first()?.in_force(), group.to_vec()))).collect();
            let of = (threat.as_str(), words::threat(self.l, threat));
            let source = sources::levels(self.l, of, &all, self.material.at);
            Said { sentence: s::levels(self.l, threat, &groups), sources: source.into_iter().collect() }
        });
        said.collect()
    }

    fn warnings(&self) -> Vec<Said> {
        // a flash report is of one place: a warning for another is no action on what happened here
        let here = self.subject().filter(|_| self.form.kind == ProductKind::FlashReport);
        let of = self.material.elsewhere.warnings.iter();
        let of = of.filter(|one| here.is_none_or(|here| one.provinces.contains(&here.province)));
        let said = of.map(|one| Said {
            sentence: s::warning(self.l, one),
            sources: vec![sources::warning(self.l, one, self.material.at)],
        });
        said.collect()
    }

    fn consents(&self) -> Vec<Said> {
        let said = self.material.elsewhere.consents.iter().map(|one| Said {
            sentence: s::consent(self.l, one),
            sources: vec![sources::consent(self.l, one, (&self.form.handling, self.material.at))],
        });
        said.collect()
    }

    fn subject(&self) -> Option<&Happened> {
        subject(self.form, &self.material.incidents)
    }

    fn flash(&self, part: Part) -> Vec<Said> {
        let Some((of, seen)) = self.subject().and_then(|of| Some((of, self.material.seen.get(&of.best)?)))
        else {
            return Vec::new();
        };
        let [what, place, when, dead, grading] = flash::flash(self.l, of, seen);
        let sentence = match part {
            Part::What => what,
            Part::Where => place,
            Part::When => when,
            Part::Casualties => dead,
            Part::Grading => grading,
            _ => match self.actors(of) {
                [] => return Vec::new(),
                actors => {
                    let actors: Vec<String> = actors.iter().map(|name| words::actor(self.l, name)).collect();
                    (format!("{}.", actors.join("; ")), None)
                }
            },
        };
        vec![Said { sentence, sources: self.reports(of) }]
    }

    /// Who took part in an incident, in the words of the report that says so: told where that is of this incident, and its licence
    /// lets its words be passed on.
    fn actors(&self, of: &Happened) -> &[String] {
        let told = &self.material.elsewhere;
        let by = told.about.as_ref().unwrap_or(&of.best);
        let seen = self.material.seen.get(by).filter(|seen| seen.is_open() && of.observations.contains(by));
        seen.map_or(&[], |_| told.actors.as_slice())
    }

    fn flash_assessment(&self) -> Vec<Said> {
        let situation = self.subject().and_then(|of| self.material.situation(&of.province, of.threat));
        let Some(situation) = situation else { return Vec::new() };
        let (level, trend) = s::standing(self.l, situation);
        let set = situation.set.as_ref().map(|set| self.behind_set(set, &situation.handling));
        let sources = std::iter::once(self.situation(situation)).chain(set).collect();
        let level = Said { sentence: level, sources };
        let trend = trend.map(|sentence| {
            let ever = self.material.ever.get(&(situation.province.clone(), situation.threat));
            let months = ever.map(|handling| self.behind(Behind::Months(situation), handling));
            let own = vec![self.situation(situation)];
            Said { sentence, sources: months.map_or(own.clone(), |months| sources::bound(own, months)) }
        });
        std::iter::once(level).chain(trend).collect()
    }
}
