//! The ten steps of the release rule, in its order; each answers alone and knows nothing of the others.

use std::collections::BTreeSet;

use super::{Item, Outcome, Rule, Step, Transform};
use crate::{
    Agreement, Consent, Country, Day, Mandate, Partner, Precision, Redistribution, Threat, Tlp,
    mandate::{Limit, LimitEffect},
};

fn step(rule: Rule, outcome: Outcome, fact: impl Into<String>) -> Step {
    Step { rule, outcome, fact: fact.into(), citation: None, transforms: BTreeSet::new() }
}

impl Step {
    fn citing(mut self, citation: &str) -> Self {
        self.citation = Some(citation.to_owned());
        self
    }
    fn changing(mut self, transforms: impl IntoIterator<Item = Transform>) -> Self {
        self.transforms.extend(transforms);
        self
    }
}

/// Words joined for a sentence: `a, b and c`.
fn listed<T: ToString>(things: impl IntoIterator<Item = T>) -> String {
    let words: Vec<String> = things.into_iter().map(|t| t.to_string()).collect();
    match words.split_last() {
        None => "none".into(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

pub(super) fn licence(item: &Item, agreement: Option<&Agreement>) -> Step {
    let rule = Rule::Licence;
    let licence = &item.handling.licence;
    let passes = |allowed: Redistribution| match allowed {
        Redistribution::Raw => true,
        Redistribution::Derived => item.derived,
        Redistribution::None => false,
    };
    let fact = format!(
        "licence {} allows {} to be passed on",
        listed(&licence.ids),
        what_passes(licence.redistribution)
    );
    if !passes(licence.redistribution) {
        return step(rule, Outcome::Withhold, fact);
    }
    match agreement {
        Some(a) if !passes(a.redistribution) => step(
            rule,
            Outcome::Withhold,
            format!("the agreement allows {} to be passed on", what_passes(a.redistribution)),
        )
        .citing(&a.title),
        _ => step(rule, Outcome::Release, fact),
    }
}

fn what_passes(redistribution: Redistribution) -> &'static str {
    match redistribution {
        Redistribution::Raw => "the information itself",
        Redistribution::Derived => "only what is derived from it",
        Redistribution::None => "nothing",
    }
}

pub(super) fn originator_control(item: &Item, partner: &Partner) -> Step {
    let (rule, key) = (Rule::OriginatorControl, &partner.key);
    let handling = &item.handling;
    if handling.exclude.contains(key) || handling.exclude.contains("*") {
        step(rule, Outcome::Withhold, format!("an originator excludes {key}"))
    } else if !handling.audience.includes(key) {
        step(rule, Outcome::Withhold, format!("{key} is not in the audience that every originator allows"))
    } else if handling.orcon {
        step(rule, Outcome::Refer, format!("release needs the word of {}", listed(&handling.originators)))
    } else {
        step(rule, Outcome::Release, format!("{key} is in the audience and no originator keeps control"))
    }
}

pub(super) fn consent(item: &Item, partner: &Partner, today: Day) -> Step {
    let rule = Rule::Consent;
    if item.handling.consent.is_empty() {
        return step(rule, Outcome::Release, "no government's consent is needed");
    }
    let mut missing = Vec::new();
    let mut papers = Vec::new();
    for grantor in &item.handling.consent {
        let asked =
            |c: &&Consent| c.grantor == *grantor && c.beneficiary == partner.key && c.purpose == item.purpose;
        let held = partner.consents.iter().filter(asked);
        match held.clone().find(|c| c.is_active(today) && item.threats.is_subset(&c.issues)) {
            Some(consent) => papers.push(consent.instrument.clone()),
            None => missing.push(missing_consent(*grantor, held, item, &partner.key)),
        }
    }
    if missing.is_empty() {
        step(rule, Outcome::Release, format!("{} consents", listed(&item.handling.consent)))
            .citing(&listed(papers))
    } else {
        step(rule, Outcome::Withhold, listed(missing))
    }
}

/// Names the consent that is wanting, and how the nearest of those held fails.
fn missing_consent<'a>(
    grantor: Country,
    held: impl Iterator<Item = &'a Consent>,
    item: &Item,
    key: &str,
) -> String {
    let Some(c) = held.max_by_key(|c| (item.threats.is_subset(&c.issues), c.valid_from)) else {
        return format!("no consent of {grantor} to {} for {key} on {}", item.purpose, listed(&item.threats));
    };
    let until = c.valid_until.map_or_else(|| "no end".to_owned(), |day| day.to_string());
    let mut text = format!(
        "no active consent of {grantor}: {} is {}, {} to {until}",
        c.instrument, c.state, c.valid_from
    );
    let uncovered: BTreeSet<Threat> = item.threats.difference(&c.issues).copied().collect();
    if !uncovered.is_empty() {
        text = format!("{text}, without {}", listed(uncovered));
    }
    text
}

pub(super) fn un_class(item: &Item, agreement: Option<&Agreement>) -> Step {
    let class = item.handling.un_class();
    match agreement {
        Some(a) if class <= a.un_class_ceiling => step(
            Rule::UnClass,
            Outcome::Release,
            format!("{class} is within the agreement's {}", a.un_class_ceiling),
        )
        .citing(&a.title),
        Some(a) => step(
            Rule::UnClass,
            Outcome::Withhold,
            format!("{class} is above the agreement's {}", a.un_class_ceiling),
        )
        .citing(&a.title),
        None => {
            step(Rule::UnClass, Outcome::Withhold, "no agreement sets a ceiling for classified information")
        }
    }
}

pub(super) fn tlp(item: &Item, agreement: Option<&Agreement>) -> Step {
    let label = item.handling.tlp();
    match agreement {
        Some(a) if label > a.tlp_ceiling => step(
            Rule::Tlp,
            Outcome::Withhold,
            format!("TLP:{label} is above the agreement's TLP:{}", a.tlp_ceiling),
        )
        .citing(&a.title),
        Some(a) if label == Tlp::Red => {
            step(Rule::Tlp, Outcome::Refer, "TLP:RED goes to named individuals only, and two persons decide")
                .citing(&a.title)
        }
        Some(a) => step(
            Rule::Tlp,
            Outcome::Release,
            format!("TLP:{label} is within the agreement's TLP:{}", a.tlp_ceiling),
        )
        .citing(&a.title),
        None => step(Rule::Tlp, Outcome::Withhold, "no agreement sets a TLP ceiling"),
    }
}

pub(super) fn personal_data(item: &Item) -> Step {
    let mut transforms = BTreeSet::new();
    if item.handling.personal_data {
        transforms.insert(Transform::RemovePersonalData);
    }
    if item.handling.chatham_house {
        transforms.insert(Transform::RemoveSpeakers);
    }
    if transforms.is_empty() {
        step(Rule::PersonalData, Outcome::Release, "it holds no personal data and no speaker is protected")
    } else {
        step(Rule::PersonalData, Outcome::ReleaseRedacted, "names of persons or speakers are left out")
            .changing(transforms)
    }
}

pub(super) fn agreement_covers(
    item: &Item,
    partner: &Partner,
    agreement: Option<&Agreement>,
    today: Day,
) -> Step {
    match agreement {
        Some(a) => step(Rule::Agreement, Outcome::Release, format!("{} covers a {}", a.title, item.kind))
            .citing(&a.title),
        None if partner.agreements.iter().any(|a| a.in_force(today)) => step(
            Rule::Agreement,
            Outcome::Withhold,
            format!("no agreement with {} covers a {}", partner.key, item.kind),
        ),
        None => step(
            Rule::Agreement,
            Outcome::Withhold,
            format!("no agreement with {} is in force on {today}", partner.key),
        ),
    }
}

/// One mandate that touches the item is enough; where several do, the one with the mildest limits counts.
pub(super) fn mandate_covers(item: &Item, partner: &Partner, today: Day) -> Step {
    partner
        .mandates
        .iter()
        .filter(|m| {
            m.in_force(today)
                && !m.threats.is_disjoint(&item.threats)
                && !m.countries.is_disjoint(&item.countries)
        })
        .map(|mandate| under_mandate(mandate, item))
        .min_by_key(|step| (step.outcome, step.transforms.len()))
        .unwrap_or_else(|| outside_mandates(item, partner, today))
}

fn under_mandate(mandate: &Mandate, item: &Item) -> Step {
    let bears = |l: &&Limit| l.threats.is_empty() || !l.threats.is_disjoint(&item.threats);
    let limits: Vec<&Limit> = mandate.limits.iter().filter(bears).collect();
    let has = |effect| limits.iter().any(|l| l.effect == effect);
    let mut fact = format!(
        "{} covers {} in {}",
        mandate.instrument,
        listed(mandate.threats.intersection(&item.threats)),
        listed(mandate.countries.intersection(&item.countries))
    );
    for limit in &limits {
        fact = format!("{fact}; limit: {}", limit.text);
    }
    let outcome = if has(LimitEffect::Refer) {
        Outcome::Refer
    } else if has(LimitEffect::DropAssessment) {
        Outcome::ReleaseRedacted
    } else {
        Outcome::Release
    };
    let dropped = has(LimitEffect::DropAssessment).then_some(Transform::DropAssessment);
    step(Rule::Mandate, outcome, fact).citing(&mandate.citation).changing(dropped)
}

fn outside_mandates(item: &Item, partner: &Partner, today: Day) -> Step {
    let held: Vec<&Mandate> = partner.mandates.iter().filter(|m| m.in_force(today)).collect();
    if held.is_empty() {
        let fact = format!("no mandate of {} is in force on {today}", partner.key);
        return step(Rule::Mandate, Outcome::Withhold, fact);
    }
    let threats: BTreeSet<Threat> = held.iter().flat_map(|m| m.threats.iter().copied()).collect();
    let countries: BTreeSet<Country> = held.iter().flat_map(|m| m.countries.iter().copied()).collect();
    let fact = format!(
        "outside the mandate of {}: it covers {} in {}, not {} in {}",
        partner.key,
        listed(threats),
        listed(countries),
        listed(&item.threats),
        listed(&item.countries)
    );
    step(Rule::Mandate, Outcome::Withhold, fact)
}

pub(super) fn precision(item: &Item, agreement: Option<&Agreement>, floor: Precision) -> Step {
    let answer = if item.precision.satisfies(floor) {
        step(Rule::Precision, Outcome::Release, format!("its places are no finer than {floor}"))
    } else {
        step(Rule::Precision, Outcome::ReleaseRedacted, format!("places are generalised to {floor}"))
            .changing([Transform::Generalise])
    };
    match agreement {
        Some(a) if a.precision_floor > item.handling.precision_floor => answer.citing(&a.title),
        _ => answer,
    }
}

pub(super) fn purpose(item: &Item, agreement: Option<&Agreement>) -> Step {
    match agreement {
        Some(a) if a.purposes.contains(&item.purpose) => {
            step(Rule::Purpose, Outcome::Release, format!("the agreement covers {}", item.purpose))
                .citing(&a.title)
        }
        Some(a) => step(
            Rule::Purpose,
            Outcome::Withhold,
            format!("the agreement covers {}, not {}", listed(&a.purposes), item.purpose),
        )
        .citing(&a.title),
        None => step(Rule::Purpose, Outcome::Withhold, "no agreement names a purpose"),
    }
}
