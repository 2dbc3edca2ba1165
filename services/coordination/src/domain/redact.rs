//! What leaves of a warning: rebuilt field by field from what the decision allows, so that a field nobody thought of stays in.

use std::collections::BTreeSet;

use contracts::alerts::{Evidence, Warning};
use domain::{
    Handling, Place, Precision,
    release::{Decision, Outcome, Transform},
    warning::{Info, Status},
};

use super::scrub;

/// A warning as one organisation may have it. Made from a decision that releases, and in no other way; everything that
/// leaves takes this.
#[derive(Clone, Debug, PartialEq)]
pub struct Released(Warning);

impl Released {
    /// What the decision lets go of the warning; `None` when it lets nothing go.
    pub fn of(warning: &Warning, decision: &Decision) -> Option<Self> {
        decision.releases().then(|| Self(redact(warning, decision)))
    }
    /// The warning as it leaves.
    pub fn warning(&self) -> &Warning {
        &self.0
    }
    /// The warning as it leaves.
    pub fn into_warning(self) -> Warning {
        self.0
    }
}

/// The warning with the decision's transforms applied and without what concerns the house alone: who drafted and approved
/// it, its note, its revision, who else may receive it and whose consent that takes.
pub fn redact(warning: &Warning, decision: &Decision) -> Warning {
    let places = warning.places.iter().map(|place| place.generalised(decision.precision_floor)).collect();
    Warning {
        id: warning.id.clone(),
        version: warning.version,
        state: warning.state,
        status: warning.status,
        message_type: warning.message_type,
        threat: warning.threat,
        level: warning.level,
        urgency: warning.urgency,
        severity: warning.severity,
        certainty: warning.certainty,
        places,
        infos: infos(warning, decision),
        evidence: warning.evidence.iter().map(|evidence| redact_evidence(evidence, decision)).collect(),
        handling: redact_handling(&warning.handling, decision),
        sent: warning.sent,
        expires: warning.expires,
        references: warning.references.clone(),
        drafted_by: String::new(),
        submitted_by: None,
        approved_by: None,
        drafted_at: warning.sent.unwrap_or(warning.drafted_at),
        note: String::new(),
        revision: warning.version,
    }
}

fn asks(decision: &Decision, transform: Transform) -> bool {
    decision.transforms.contains(&transform)
}

/// Whether sentences that sources wrote can be passed on: not where persons, speakers or fine places must be left out.
fn keeps_titles(decision: &Decision) -> bool {
    decision.transforms.iter().all(|transform| *transform == Transform::DropAssessment)
}

fn redact_evidence(evidence: &Evidence, decision: &Decision) -> Evidence {
    let whole = decision.outcome == Outcome::Release;
    Evidence {
        observations: if whole { evidence.observations.clone() } else { Vec::new() },
        title: if keeps_titles(decision) { evidence.title.clone() } else { String::new() },
        on: evidence.on,
        grade: evidence.grade.clone(),
        share: if asks(decision, Transform::DropAssessment) { 0.0 } else { evidence.share },
    }
}

fn redact_handling(handling: &Handling, decision: &Decision) -> Handling {
    let mut released = Handling::new(handling.tlp(), handling.un_class());
    released.chatham_house = handling.chatham_house;
    released.orcon = handling.orcon;
    released.personal_data = handling.personal_data && !asks(decision, Transform::RemovePersonalData);
    released.licence = handling.licence.clone();
    released.precision_floor = decision.precision_floor;
    released
}

/// The sentences. No scrubbing finds every name in every spelling: where persons, speakers or places finer than a district
/// must not go, nothing that people or sources wrote goes, and the sentences are written anew from the fields.
fn infos(warning: &Warning, decision: &Decision) -> Vec<Info> {
    let hides_places = asks(decision, Transform::Generalise) && decision.precision_floor > Precision::Near;
    let hides_persons =
        asks(decision, Transform::RemovePersonalData) || asks(decision, Transform::RemoveSpeakers);
    if hides_places || hides_persons {
        return vec![bare(warning, decision)];
    }
    let words = words_to_leave_out(warning, decision);
    warning.infos.iter().map(|info| redact_info(warning, info, decision, &words)).collect()
}

fn bare(warning: &Warning, decision: &Decision) -> Info {
    let event = spoken(warning);
    let shown = warning.places.iter().map(|place| place.generalised(decision.precision_floor));
    let named: BTreeSet<String> = shown
        .filter_map(|place| place.province.map(|p| p.to_string()).or(place.country.map(|c| c.to_string())))
        .collect();
    let place = if named.is_empty() { "the region".to_owned() } else { Vec::from_iter(named).join(", ") };
    let exercise = if warning.status == Status::Exercise { "EXERCISE EXERCISE EXERCISE. " } else { "" };
    Info {
        language: "en".to_owned(),
        headline: format!("{exercise}Warning of {event} in {place}: level {}", warning.level),
        description: format!(
            "{exercise}The level of {event} in {place} is {}. The wording of the warning is left out: it may name persons, or \
             places more finely than they may be shown.",
            warning.level
        ),
        event,
        assessment: String::new(),
        instruction: String::new(),
    }
}

fn spoken(warning: &Warning) -> String {
    warning.threat.as_str().replace('_', " ")
}

/// Names of places that the fields lose, and lines that sources wrote, where those must not go.
fn words_to_leave_out<'a>(warning: &'a Warning, decision: &Decision) -> Vec<&'a str> {
    let mut words: Vec<&str> = Vec::new();
    if !keeps_titles(decision) {
        words.extend(warning.evidence.iter().map(|evidence| evidence.title.as_str()));
    }
    words.extend(warning.places.iter().flat_map(|place| lost(place, decision.precision_floor)));
    words.sort_by_key(|word| std::cmp::Reverse(word.len())); // the longer one first: it may hold the shorter
    words
}

fn lost(place: &Place, floor: Precision) -> Vec<&str> {
    let kept = place.generalised(floor);
    let gone = |before: &Option<String>, after: &Option<String>| before.is_some() && after.is_none();
    let mut words = Vec::new();
    if gone(&place.name, &kept.name) {
        words.extend(place.name.as_deref());
    }
    if gone(&place.district, &kept.district) {
        words.extend(place.district.as_deref());
    }
    if place.province.is_some() && kept.province.is_none() {
        words.extend(place.province.as_ref().map(domain::ProvinceCode::as_str));
    }
    words
}

fn redact_info(warning: &Warning, info: &Info, decision: &Decision, words: &[&str]) -> Info {
    let drops = asks(decision, Transform::DropAssessment);
    let assessments =
        || warning.infos.iter().map(|info| info.assessment.as_str()).filter(|text| !text.is_empty());
    let clean = |text: &str| {
        let mut text = text.to_owned();
        if drops {
            text = assessments().fold(text, |text, assessment| scrub::without_passage(&text, assessment));
        }
        text = scrub::without_words(&text, words.iter().copied());
        if asks(decision, Transform::Generalise) {
            text = scrub::without_positions(&text);
        }
        text
    };
    let or = |text: String, other: &str| if text.trim().is_empty() { other.to_owned() } else { text };
    let event = or(clean(&info.event), &spoken(warning));
    Info {
        language: info.language.clone(),
        headline: or(clean(&info.headline), &event),
        description: clean(&info.description),
        assessment: if drops { String::new() } else { clean(&info.assessment) },
        instruction: clean(&info.instruction),
        event,
    }
}

#[cfg(test)]
mod tests;
