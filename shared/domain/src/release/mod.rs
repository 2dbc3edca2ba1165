//! The one release rule: may this item go to this organisation, whole, changed, or not, and why.
//!
//! A pure function of what is known, ordered, default withhold. Every step is evaluated and answers with its rule, the fact
//! it found and the paper it rests on; the outcome is the strictest answer. It is monotone: a stricter marking, or less
//! agreed, mandated or consented, never lets more go.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Agreement, Country, Day, Handling, Partner, Precision, Threat, words};

mod steps;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

words! {
    /// A step of the rule, in order.
    "release rule" Rule {
        /// The licences the information came under, and what the agreement admits.
        Licence = "licence",
        /// The originators' audience, exclusions and kept control.
        OriginatorControl = "originator_control",
        /// The consent of every government whose consent is needed.
        Consent = "consent",
        /// The UN classification against the agreement's ceiling.
        UnClass = "un_class",
        /// The TLP label against the agreement's ceiling.
        Tlp = "tlp",
        /// Personal data, and speakers under the Chatham House rule.
        PersonalData = "personal_data",
        /// An agreement in force that covers this kind of item.
        Agreement = "agreement",
        /// A mandate in force for one of its threats in one of its countries.
        Mandate = "mandate",
        /// The precision of its places against the floor.
        Precision = "precision",
        /// The purpose against those the agreement covers.
        Purpose = "purpose",
    }
}

words! {
    /// A named change that makes an item releasable.
    "transform" Transform {
        /// The place is generalised to the floor.
        Generalise = "generalise",
        /// Names and contact details of persons are left out.
        RemovePersonalData = "remove_personal_data",
        /// Who spoke, and for whom, is left out (Chatham House rule).
        RemoveSpeakers = "remove_speakers",
        /// The assessment is left out: facts only.
        DropAssessment = "drop_assessment",
    }
}

words! {
    /// What becomes of the item; a later value is stricter.
    "outcome" Outcome {
        /// It goes whole.
        Release = "release",
        /// It goes with the named transforms applied.
        ReleaseRedacted = "release_redacted",
        /// A person must decide; nothing goes until then.
        Refer = "refer",
        /// Nothing goes.
        Withhold = "withhold",
    }
}

/// What one step answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which rule.
    pub rule: Rule,
    /// What this step alone would do.
    pub outcome: Outcome,
    /// What it found, as a sentence without its full stop.
    pub fact: String,
    /// The paper it rests on; `None` where the rule itself is the ground.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citation: Option<String>,
    /// What must be changed for this step to pass.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub transforms: BTreeSet<Transform>,
}

/// What is to be released.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its kind: `warning`, `observation`, …
    pub kind: String,
    /// Whether it was made from sources rather than being a source's own row.
    pub derived: bool,
    /// Its handling.
    pub handling: Handling,
    /// The threats it bears on; of none, it is in nobody's mandate.
    pub threats: BTreeSet<Threat>,
    /// The countries it speaks of; of none, it is in nobody's mandate.
    pub countries: BTreeSet<Country>,
    /// The finest precision of a place in it.
    pub precision: Precision,
    /// What it would be released for, in a word that agreements and consents use.
    pub purpose: String,
}

/// The answer for one item and one organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What becomes of the item: the strictest step's answer.
    pub outcome: Outcome,
    /// Every step's answer, in order.
    pub steps: Vec<Step>,
    /// All transforms that the steps ask for, to apply when it goes: redacted, or after a person has let it go.
    /// Empty when it goes whole.
    pub transforms: BTreeSet<Transform>,
    /// The finest precision at which places of this item may be shown to this organisation.
    pub precision_floor: Precision,
}

impl Decision {
    /// Whether anything goes out at all.
    pub fn releases(&self) -> bool {
        self.outcome <= Outcome::ReleaseRedacted
    }
    /// The reason in one sentence: the fact of the first strictest step; of a whole release, the mandate that covers it.
    pub fn reason(&self) -> &str {
        let decides = |step: &&Step| match self.outcome {
            Outcome::Release => step.rule == Rule::Mandate,
            outcome => step.outcome == outcome,
        };
        self.steps.iter().find(decides).map_or("", |step| step.fact.as_str())
    }
    /// How far this is from a whole release, least first: by outcome, then by how much stands in the way.
    fn distance(&self) -> (Outcome, usize, usize, Precision) {
        let in_the_way = self.steps.iter().filter(|step| step.outcome == self.outcome).count();
        (self.outcome, in_the_way, self.transforms.len(), self.precision_floor)
    }
}

/// Decides, on this day, what of the item may go to the partner.
///
/// Where several agreements cover the kind of item, each is authority enough: the one that lets most go counts, so that
/// the end of one never opens what it kept closed.
pub fn decide(item: &Item, partner: &Partner, today: Day) -> Decision {
    partner
        .agreements
        .iter()
        .filter(|agreement| agreement.in_force(today) && agreement.kinds.contains(&item.kind))
        .map(|agreement| decide_under(item, partner, Some(agreement), today))
        .min_by_key(Decision::distance)
        .unwrap_or_else(|| decide_under(item, partner, None, today))
}

fn decide_under(item: &Item, partner: &Partner, agreement: Option<&Agreement>, today: Day) -> Decision {
    let floor = agreement.map_or(Precision::None, |a| a.precision_floor).max(item.handling.precision_floor);
    let steps = vec![
        steps::licence(item, agreement),
        steps::originator_control(item, partner),
        steps::consent(item, partner, today),
        steps::un_class(item, agreement),
        steps::tlp(item, agreement),
        steps::personal_data(item),
        steps::agreement_covers(item, partner, agreement, today),
        steps::mandate_covers(item, partner, today),
        steps::precision(item, agreement, floor),
        steps::purpose(item, agreement),
    ];
    let outcome = steps.iter().map(|step| step.outcome).max().unwrap_or(Outcome::Withhold);
    let transforms = steps.iter().flat_map(|step| step.transforms.iter().copied()).collect();
    Decision { outcome, steps, transforms, precision_floor: floor }
}
