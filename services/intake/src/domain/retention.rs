//! How long things are kept: rules from the configuration, none by default, and what a preview of them is confirmed by.

use contracts::intake::{
    retention::{Removable, Removal, RetentionRun},
    search::Removed,
};
use domain::Timestamp;
use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor, value::SeqAccessDeserializer},
};
use sha2::{Digest, Sha256};

/// One rule of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What is removed.
    pub what: Removable,
    /// Of this source only; for quarantined originals the format of the file. All when left out.
    #[serde(default)]
    pub source: String,
    /// Under this licence only; superseded revisions alone have one. All when left out.
    #[serde(default)]
    pub licence: String,
    /// How many days it is kept: 30 at least.
    pub after_days: u32,
    /// Why it is kept no longer: what is shown to those who confirm.
    pub why: String,
}

/// Less than this is no retention but haste: what was just superseded is looked at.
const LEAST_DAYS: u32 = 30;

impl Rule {
    /// Why the rule cannot be followed; `None` when it can.
    pub fn objection(&self) -> Option<String> {
        let Self { what, after_days, .. } = self;
        if *after_days < LEAST_DAYS {
            return Some(format!("the rule for {what} keeps {after_days} days; {LEAST_DAYS} are the least"));
        }
        if self.why.trim().is_empty() {
            return Some(format!("the rule for {what} does not say why"));
        }
        if !self.licence.is_empty() && *what != Removable::SupersededRevisions {
            return Some(format!(
                "the rule for {what} names a licence, which only superseded revisions have"
            ));
        }
        (*what == Removable::SealedIdentities && !self.source.is_empty())
            .then(|| "the rule for sealed identities names a source: they have none".to_owned())
    }
    /// What it would remove as of now, before it is counted. A day counts as a whole, so that a preview stands until midnight.
    pub fn removal(&self, now: Timestamp) -> Removal {
        Removal {
            what: self.what,
            source: self.source.clone(),
            licence: self.licence.clone(),
            after_days: self.after_days,
            why: self.why.clone(),
            before: now.day().plus(-i64::from(self.after_days)).start(),
            many: 0,
            oldest: None,
            newest: None,
        }
    }
}

/// The rules, which stand in a list. Read from a variable they are written as TOML has them.
///
/// # Errors
/// What is no list of rules; where it is a text, how a list is written.
pub fn rules<'de, D: Deserializer<'de>>(given: D) -> Result<Vec<Rule>, D::Error> {
    given.deserialize_any(Rules)
}

struct Rules;

impl<'de> Visitor<'de> for Rules {
    type Value = Vec<Rule>;
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of rules")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Vec<Rule>, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list))
    }
    fn visit_str<E: Error>(self, _: &str) -> Result<Vec<Rule>, E> {
        Err(E::custom(
            "the rules cannot be read as a list; write them as TOML and not as JSON, each name without quotation marks and with = \
             behind it: [{what=\"superseded_revisions\", after_days=365, why=\"the agreement lets us keep a year\"}]",
        ))
    }
}

/// What is listed as of a past moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListOf<'a> {
    /// Observations, of this source or of all.
    Observations(Option<&'a str>),
    /// Clusters, whatever the sources of their members.
    Clusters,
    /// Leads, of this source or of all.
    Leads(Option<&'a str>),
}

impl ListOf<'_> {
    /// Whether a list as of a moment lacks what this removal has removed.
    fn lacks(
        self,
        (removal, removed): (&Removal, u64),
        (at, finished): (Timestamp, Option<Timestamp>),
    ) -> bool {
        use Removable as R;
        let (of_leads, source) = match self {
            Self::Observations(source) => (false, source),
            Self::Clusters => (false, None),
            Self::Leads(source) => (true, source),
        };
        if removed == 0 || source.is_some_and(|source| !removal.source.is_empty() && removal.source != source)
        {
            return false;
        }
        // what ended by then was not told of that moment before either
        let ended_later = removal.before > at && removal.newest.is_none_or(|newest| newest > at);
        match (removal.what, of_leads) {
            // a cluster may tell of a revision until it is compared anew
            (R::SupersededRevisions, false) => ended_later || (self == Self::Clusters && removal.before > at),
            (R::SupersededLeadVersions, true) => ended_later,
            // they stood until they were removed
            (R::DismissedLeads | R::UndecidedLeads, true) => {
                removal.oldest.is_none_or(|oldest| oldest <= at)
                    && finished.is_none_or(|finished| at < finished)
            }
            _ => false,
        }
    }
}

/// What was removed, by these confirmed removals, of what a list as of a moment told; `None` where nothing was.
pub fn removed(runs: &[RetentionRun], (of, at): (ListOf<'_>, Timestamp)) -> Option<Removed> {
    let mut all: Option<Removed> = None;
    for run in runs {
        for (removal, removed) in run.removals.iter().zip(&run.removed) {
            if !of.lacks((removal, *removed), (at, run.finished_at)) {
                continue;
            }
            let before = all.map_or(removal.before, |all| all.before.max(removal.before));
            let revisions = all.map_or(0, |all| all.revisions) + removed;
            all = Some(Removed { before, revisions });
        }
    }
    all
}

/// What a preview is confirmed by; empty when it would remove nothing.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn fingerprint(removals: &[Removal]) -> Result<String, serde_json::Error> {
    if removals.iter().all(|removal| removal.many == 0) {
        return Ok(String::new());
    }
    Ok(hex::encode(Sha256::digest(serde_json::to_vec(removals)?)))
}

/// Whether two persons must confirm: observations are touched.
pub fn needs_two(removals: &[Removal]) -> bool {
    removals.iter().any(|removal| removal.many > 0 && removal.what == Removable::SupersededRevisions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(what: Removable, after_days: u32) -> Rule {
        Rule { what, source: String::new(), licence: String::new(), after_days, why: "policy 7".into() }
    }

    #[test]
    fn a_preview_stands_for_a_day_and_another_count_is_another_preview() {
        let rule = rule(Removable::SupersededRevisions, 365);
        let at = |time: &str| Removal { many: 3, ..rule.removal(time.parse().unwrap()) };
        let print = |removal: Removal| fingerprint(&[removal]).unwrap();
        assert_eq!(print(at("2026-11-23T00:00:00Z")), print(at("2026-11-23T23:59:59Z")));
        assert_ne!(print(at("2026-11-23T00:00:00Z")), print(at("2026-11-24T00:00:00Z")));
        assert_ne!(
            print(at("2026-11-23T00:00:00Z")),
            print(Removal { many: 4, ..at("2026-11-23T00:00:00Z") })
        );
        assert_eq!(print(Removal { many: 0, ..at("2026-11-23T00:00:00Z") }), "");
        assert_eq!(at("2026-11-23T07:00:00Z").before.to_string(), "2025-11-23T00:00:00Z");
    }

    /// Of a moment by which all that was removed had ended, it was said that it may lack some.
    #[test]
    fn a_list_of_the_past_lacks_what_stood_then_and_was_removed_and_nothing_else() {
        let at = |time: &str| -> Timestamp { time.parse().unwrap() };
        let run = |what, source: &str| RetentionRun {
            fingerprint: "f".into(),
            state: contracts::intake::retention::RetentionState::Done,
            removals: vec![Removal {
                source: source.into(),
                before: at("2025-11-23T00:00:00Z"),
                many: 7,
                oldest: Some(at("2025-01-01T00:00:00Z")),
                newest: Some(at("2025-03-01T00:00:00Z")),
                ..rule(what, 365).removal(at("2026-11-23T00:00:00Z"))
            }],
            removed: vec![7],
            asked_by: "a".into(),
            asked_at: at("2026-11-23T08:00:00Z"),
            confirmed_by: None,
            finished_at: Some(at("2026-11-23T09:00:00Z")),
        };
        let lacks =
            |run: &RetentionRun, of, time: &str| removed(std::slice::from_ref(run), (of, at(time))).is_some();
        let revisions = run(Removable::SupersededRevisions, "ucdp");
        let observations = ListOf::Observations(None);
        assert!(lacks(&revisions, observations, "2025-02-01T00:00:00Z"));
        assert!(!lacks(&revisions, observations, "2025-03-01T00:00:00Z"), "all had ended by then");
        assert!(!lacks(&revisions, ListOf::Observations(Some("acled")), "2025-02-01T00:00:00Z"));
        assert!(lacks(&revisions, ListOf::Clusters, "2025-03-01T00:00:00Z"), "compared anew later");
        assert!(!lacks(&revisions, ListOf::Clusters, "2025-11-23T00:00:00Z"));
        assert!(!lacks(&revisions, ListOf::Leads(None), "2025-02-01T00:00:00Z"));
        let mut unknown = revisions;
        unknown.removals[0].newest = None;
        assert!(lacks(&unknown, observations, "2025-11-22T00:00:00Z"), "of before this was kept");
        let leads = run(Removable::DismissedLeads, "");
        assert!(!lacks(&leads, ListOf::Leads(None), "2024-12-01T00:00:00Z"), "none had come");
        assert!(lacks(&leads, ListOf::Leads(Some("wire")), "2026-11-23T08:59:00Z"), "they stood until then");
        assert!(!lacks(&leads, ListOf::Leads(None), "2026-11-23T09:00:00Z"));
        assert!(!lacks(&leads, observations, "2025-02-01T00:00:00Z"));
    }

    #[test]
    fn observations_take_two_persons() {
        let of = |what, many| {
            vec![Removal { many, ..rule(what, 90).removal("2026-11-23T00:00:00Z".parse().unwrap()) }]
        };
        assert!(needs_two(&of(Removable::SupersededRevisions, 1)));
        assert!(!needs_two(&of(Removable::SupersededRevisions, 0)));
        assert!(!needs_two(&of(Removable::SealedIdentities, 9)));
    }

    #[test]
    fn a_rule_that_makes_no_sense_is_refused() {
        assert!(rule(Removable::SealedIdentities, 90).objection().is_none());
        let wrong = [
            rule(Removable::SealedIdentities, 3),
            Rule { why: " ".into(), ..rule(Removable::SealedIdentities, 90) },
            Rule { licence: "CC".into(), ..rule(Removable::QuarantinedOriginals, 90) },
            Rule { source: "ucdp".into(), ..rule(Removable::SealedIdentities, 90) },
        ];
        assert!(wrong.iter().all(|rule| rule.objection().is_some()));
    }
}
