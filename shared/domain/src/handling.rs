//! Handling: what may be done with an object. Mandatory on every object from its creation.
//!
//! Joining two items takes the stricter of each field. The join is commutative, associative and idempotent, and never widens.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Country, Precision, words};

words! {
    /// Traffic Light Protocol 2.0, widest first. Labels are never translated.
    "TLP label" Tlp {
        /// No limit on disclosure.
        Clear = "CLEAR",
        /// The community, not public channels.
        Green = "GREEN",
        /// The recipient's organisation and its clients, need to know.
        Amber = "AMBER",
        /// The recipient's organisation only, need to know.
        AmberStrict = "AMBER+STRICT",
        /// The eyes and ears of individual recipients only.
        Red = "RED",
    }
}

words! {
    /// Classification of ST/SGB/2007/6, widest first.
    "UN classification" UnClass {
        /// Not classified.
        Unclassified = "unclassified",
        /// Disclosure could damage the work of the United Nations.
        Confidential = "confidential",
        /// Disclosure could cause exceptionally grave damage.
        StrictlyConfidential = "strictly_confidential",
    }
}

impl UnClass {
    /// The widest TLP label this classification can carry (FORMATS 4.4).
    pub const fn tlp_floor(self) -> Tlp {
        match self {
            Self::Unclassified => Tlp::Clear,
            Self::Confidential => Tlp::AmberStrict,
            Self::StrictlyConfidential => Tlp::Red,
        }
    }
}

words! {
    /// What a licence allows to be passed on, widest first.
    "redistribution" Redistribution {
        /// The rows themselves.
        Raw = "raw",
        /// Only what was made from them.
        Derived = "derived",
        /// Nothing.
        None = "none",
    }
}

/// Under what licence the information came; several after a join. Left out of a handling, it is the centre's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// Names of the licences, as SPDX writes them where it can.
    pub ids: BTreeSet<String>,
    /// The least that any of them allows.
    pub redistribution: Redistribution,
    /// Sentences that must accompany what is passed on.
    #[serde(default)]
    pub attribution: BTreeSet<String>,
}

impl Licence {
    /// Information of the centre's own: it may be passed on as the rest of the handling says.
    pub fn own() -> Self {
        Self {
            ids: BTreeSet::from(["own".to_owned()]),
            redistribution: Redistribution::Raw,
            attribution: BTreeSet::new(),
        }
    }
    /// One licence with the sentence that must accompany what is passed on under it.
    pub fn named(id: &str, redistribution: Redistribution, attribution: &str) -> Self {
        Self {
            ids: BTreeSet::from([id.to_owned()]),
            redistribution,
            attribution: BTreeSet::from([attribution.to_owned()]),
        }
    }
}

/// Who may receive: everyone, or exactly these. An empty list means nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeSet<String>", into = "BTreeSet<String>")]
pub enum Audience {
    /// Every organisation that the other steps of the release rule allow; written `["*"]`.
    Everyone,
    /// Only the organisations with these keys; `*` among them is no key and is never written.
    Only(BTreeSet<String>),
}

impl Audience {
    /// Whether the organisation with this key is in it.
    pub fn includes(&self, key: &str) -> bool {
        match self {
            Self::Everyone => true,
            Self::Only(keys) => keys.contains(key),
        }
    }
    fn join(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Everyone, kept) | (kept, Self::Everyone) => kept.clone(),
            (Self::Only(a), Self::Only(b)) => Self::Only(a.intersection(b).cloned().collect()),
        }
    }
}
impl From<BTreeSet<String>> for Audience {
    fn from(keys: BTreeSet<String>) -> Self {
        if keys.contains("*") { Self::Everyone } else { Self::Only(keys) }
    }
}
impl From<Audience> for BTreeSet<String> {
    fn from(audience: Audience) -> Self {
        match audience {
            Audience::Everyone => Self::from(["*".to_owned()]),
            Audience::Only(mut keys) => {
                keys.remove("*"); // no organisation's key, and written out it would mean everyone
                keys
            }
        }
    }
}

/// What may be done with an object.
///
/// Read from JSON, only `tlp` is required: what is left out is unclassified, for nobody, the centre's own, and knows no
/// further limit. A label wider than the classification allows is raised as it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "RawHandling", into = "RawHandling")]
pub struct Handling {
    tlp: Tlp,
    un_class: UnClass,
    /// Whether the identity and affiliation of speakers must not be revealed.
    pub chatham_house: bool,
    /// Who the information comes from, as organisations or offices; never a reporter's identity.
    pub originators: BTreeSet<String>,
    /// Whether every release needs the originator's word.
    pub orcon: bool,
    /// Whether it holds personal data.
    pub personal_data: bool,
    /// Who may receive it.
    pub audience: Audience,
    /// Keys of organisations that must not receive it, whatever else is allowed. Keys only: `*` excludes nobody.
    pub exclude: BTreeSet<String>,
    /// Governments whose consent a release needs: every one of them.
    pub consent: BTreeSet<Country>,
    /// The licence it came under.
    pub licence: Licence,
    /// The finest precision at which its place may be shown.
    pub precision_floor: Precision,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHandling {
    tlp: Tlp,
    #[serde(default = "unclassified")]
    un_class: UnClass,
    #[serde(default)]
    chatham_house: bool,
    #[serde(default)]
    originators: BTreeSet<String>,
    #[serde(default)]
    orcon: bool,
    #[serde(default)]
    personal_data: bool,
    #[serde(default = "nobody")]
    audience: Audience,
    #[serde(default)]
    exclude: BTreeSet<String>,
    #[serde(default)]
    consent: BTreeSet<Country>,
    #[serde(default = "Licence::own")]
    licence: Licence,
    #[serde(default = "exact")]
    precision_floor: Precision,
}
fn unclassified() -> UnClass {
    UnClass::Unclassified
}
fn nobody() -> Audience {
    Audience::Only(BTreeSet::new())
}
fn exact() -> Precision {
    Precision::Exact
}

impl Handling {
    /// Handling with these markings, for nobody, of the centre's own information.
    ///
    /// The TLP label is raised where the classification demands it.
    pub fn new(tlp: Tlp, un_class: UnClass) -> Self {
        Self {
            tlp: tlp.max(un_class.tlp_floor()),
            un_class,
            chatham_house: false,
            originators: BTreeSet::new(),
            orcon: false,
            personal_data: false,
            audience: nobody(),
            exclude: BTreeSet::new(),
            consent: BTreeSet::new(),
            licence: Licence::own(),
            precision_floor: Precision::Exact,
        }
    }
    /// Open information under this licence, for everyone: what published event data is.
    pub fn open(licence: Licence) -> Self {
        Self { audience: Audience::Everyone, licence, ..Self::new(Tlp::Clear, UnClass::Unclassified) }
    }
    /// The TLP label, never wider than the classification allows.
    pub fn tlp(&self) -> Tlp {
        self.tlp
    }
    /// The UN classification.
    pub fn un_class(&self) -> UnClass {
        self.un_class
    }
    /// The same under another label and classification: whatever else binds it stays.
    #[must_use]
    pub fn relabelled(self, tlp: Tlp, un_class: UnClass) -> Self {
        let label = Self::new(tlp, un_class);
        Self { tlp: label.tlp, un_class: label.un_class, ..self }
    }
    /// The stricter of each field of both.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        fn union<T: Ord + Clone>(a: &BTreeSet<T>, b: &BTreeSet<T>) -> BTreeSet<T> {
            a.union(b).cloned().collect()
        }
        Self {
            tlp: self.tlp.max(other.tlp),
            un_class: self.un_class.max(other.un_class),
            chatham_house: self.chatham_house || other.chatham_house,
            originators: union(&self.originators, &other.originators),
            orcon: self.orcon || other.orcon,
            personal_data: self.personal_data || other.personal_data,
            audience: self.audience.join(&other.audience),
            exclude: union(&self.exclude, &other.exclude),
            consent: union(&self.consent, &other.consent),
            licence: Licence {
                ids: union(&self.licence.ids, &other.licence.ids),
                redistribution: self.licence.redistribution.max(other.licence.redistribution),
                attribution: union(&self.licence.attribution, &other.licence.attribution),
            },
            precision_floor: self.precision_floor.max(other.precision_floor),
        }
    }
    /// The join of them all, in any order; `None` of none.
    pub fn join_all<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        let mut parts = parts.into_iter();
        let first = parts.next()?.clone();
        Some(parts.fold(first, |joined, part| joined.join(part)))
    }
}
impl From<RawHandling> for Handling {
    fn from(raw: RawHandling) -> Self {
        Self {
            tlp: raw.tlp.max(raw.un_class.tlp_floor()),
            un_class: raw.un_class,
            chatham_house: raw.chatham_house,
            originators: raw.originators,
            orcon: raw.orcon,
            personal_data: raw.personal_data,
            audience: raw.audience,
            exclude: raw.exclude,
            consent: raw.consent,
            licence: raw.licence,
            precision_floor: raw.precision_floor,
        }
    }
}
impl From<Handling> for RawHandling {
    fn from(h: Handling) -> Self {
        Self {
            tlp: h.tlp,
            un_class: h.un_class,
            chatham_house: h.chatham_house,
            originators: h.originators,
            orcon: h.orcon,
            personal_data: h.personal_data,
            audience: h.audience,
            exclude: h.exclude,
            consent: h.consent,
            licence: h.licence,
            precision_floor: h.precision_floor,
        }
    }
}

#[cfg(test)]
mod tests;
