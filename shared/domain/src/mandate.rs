//! What an organisation is for (mandate), what was agreed with it (agreement) and what a government consents to (consent).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    AgreementId, ConsentId, Country, Day, MandateId, Precision, Redistribution, Threat, Tlp, UnClass, words,
};

words! {
    /// What a limit in a mandate does to a release.
    "effect of a limit" LimitEffect {
        /// A person must decide.
        Refer = "refer",
        /// The assessment is left out: facts only.
        DropAssessment = "drop_assessment",
    }
}

/// A limit that the mandate itself sets, as "no political assessments".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The limit in the words of the instrument.
    pub text: String,
    /// What it does.
    pub effect: LimitEffect,
    /// The threats it bears on; empty for all.
    #[serde(default)]
    pub threats: BTreeSet<Threat>,
}

/// What an organisation is charged with, by which instrument, where, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mandate {
    /// Which mandate.
    pub id: MandateId,
    /// The instrument that gives it.
    pub instrument: String,
    /// Where in the instrument, as one would cite it.
    pub citation: String,
    /// Functions in the words of the instrument.
    pub functions: Vec<String>,
    /// The threats it covers; empty covers none.
    pub threats: BTreeSet<Threat>,
    /// The countries it covers; empty covers none.
    pub countries: BTreeSet<Country>,
    /// Limits it sets.
    #[serde(default)]
    pub limits: Vec<Limit>,
    /// The first day it holds.
    pub valid_from: Day,
    /// The last day it holds; `None` while no end is set.
    #[serde(default)]
    pub valid_until: Option<Day>,
}

impl Mandate {
    /// Whether it holds on this day.
    pub fn in_force(&self, day: Day) -> bool {
        in_force(self.valid_from, self.valid_until, day)
    }
}

/// What was agreed with an organisation about exchanging information.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// Which agreement.
    pub id: AgreementId,
    /// Its title, as one would cite it.
    pub title: String,
    /// The strictest TLP label it covers.
    pub tlp_ceiling: Tlp,
    /// The strictest UN classification it covers.
    pub un_class_ceiling: UnClass,
    /// Kinds of item it covers: `warning`, `observation`, …
    pub kinds: BTreeSet<String>,
    /// The finest precision of place it allows.
    pub precision_floor: Precision,
    /// The widest redistribution it allows: `derived` admits no raw rows.
    pub redistribution: Redistribution,
    /// Purposes it covers.
    pub purposes: BTreeSet<String>,
    /// The first day it holds.
    pub valid_from: Day,
    /// The last day it holds; `None` while no end is set.
    #[serde(default)]
    pub valid_until: Option<Day>,
}

impl Agreement {
    /// Whether it holds on this day.
    pub fn in_force(&self, day: Day) -> bool {
        in_force(self.valid_from, self.valid_until, day)
    }
}

words! {
    /// Where a consent stands.
    "state of a consent" ConsentState {
        /// Asked for, not answered.
        Requested = "requested",
        /// Given.
        Granted = "granted",
        /// Given under conditions.
        Conditional = "conditional",
        /// Refused.
        Declined = "declined",
        /// Given, and paused.
        Suspended = "suspended",
        /// Taken back.
        Withdrawn = "withdrawn",
    }
}

/// A government's consent that a beneficiary may be told of an issue for a purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Which consent.
    pub id: ConsentId,
    /// The government that consents.
    pub grantor: Country,
    /// The key of the organisation that may be told, or a party's id.
    pub beneficiary: String,
    /// What for.
    pub purpose: String,
    /// The issues it covers; empty covers none.
    pub issues: BTreeSet<Threat>,
    /// The paper that gives it, as one would cite it.
    pub instrument: String,
    /// Where it stands.
    pub state: ConsentState,
    /// The first day it holds.
    pub valid_from: Day,
    /// The last day it holds; `None` while no end is set.
    #[serde(default)]
    pub valid_until: Option<Day>,
    /// Whether it was given in an exercise: such a one opens nothing real, and a real one nothing of an exercise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exercise: bool,
}

impl Consent {
    /// Whether it is given and holds on this day. A consent under conditions counts only once granted without.
    pub fn is_active(&self, day: Day) -> bool {
        self.state == ConsentState::Granted && in_force(self.valid_from, self.valid_until, day)
    }
}

fn in_force(from: Day, until: Option<Day>, day: Day) -> bool {
    from <= day && until.is_none_or(|end| day <= end)
}

/// All that the release rule must know of one organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partner {
    /// The short key by which audiences and consents name it: `osce`.
    pub key: String,
    /// Its mandates.
    pub mandates: Vec<Mandate>,
    /// What was agreed with it.
    pub agreements: Vec<Agreement>,
    /// Consents of governments that name it.
    pub consents: Vec<Consent>,
}
