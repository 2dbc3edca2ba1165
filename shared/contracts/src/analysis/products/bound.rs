//! A product as it is bound now: by its sources as they are marked today, not as they were when they were taken in.

use std::collections::{BTreeMap, BTreeSet};

use domain::Handling;

use super::{Product, Source, SourceKind};
use crate::Principal;

impl Product {
    /// The same under markings of its sources that were tightened since, by their keys: each binds every statement that rests on
    /// it, and the whole. What counts several reports is bound by those among them that are of its countries. Nothing is
    /// loosened, and what it was published under stands in its digest.
    #[must_use]
    pub fn bound_by(mut self, now: &BTreeMap<String, Handling>) -> Self {
        if now.is_empty() {
            return self;
        }
        let tightened = |source: &Source| {
            let counted = |other: &&Source| {
                source.kind == SourceKind::Coverage
                    && (source.countries.is_empty() || !source.countries.is_disjoint(&other.countries))
            };
            let counted = self.sources.iter().filter(counted).filter_map(|other| now.get(&other.key));
            let all = now.get(&source.key).into_iter().chain(counted);
            all.fold(source.handling.clone(), |sum, one| sum.join(one))
        };
        let handlings: Vec<Handling> = self.sources.iter().map(tightened).collect();
        for (source, handling) in self.sources.iter_mut().zip(handlings) {
            source.handling = handling;
        }
        let by_key: BTreeMap<&str, &Handling> =
            self.sources.iter().map(|source| (source.key.as_str(), &source.handling)).collect();
        for statement in self.sections.iter_mut().flat_map(|section| &mut section.statements) {
            let rests = statement.sources.iter().filter_map(|key| by_key.get(key.as_str()));
            let handling = rests.fold(statement.handling.clone(), |sum, one| sum.join(one));
            self.handling = self.handling.join(&handling);
            statement.handling = handling;
        }
        self
    }

    /// The same as far as this principal may know it: without the statements, the sources and the changes that tell of what is
    /// restricted, where it has no need to know that; its title is then the one that names kind and period alone, and what people
    /// wrote beside it, why they struck a part included, is empty.
    #[must_use]
    pub fn within(mut self, principal: &Principal) -> Self {
        if principal.may_know(Some(&self.handling)) {
            return self;
        }
        let known: BTreeSet<String> = self
            .sources
            .iter()
            .filter(|source| principal.may_know(Some(&source.handling)))
            .map(|source| source.key.clone())
            .collect();
        for section in &mut self.sections {
            section.statements.retain(|one| {
                principal.may_know(Some(&one.handling)) && one.sources.iter().all(|key| known.contains(key))
            });
            if let Some(struck) = &mut section.struck {
                struck.reason.clear();
            }
        }
        self.sources.retain(|source| known.contains(&source.key));
        self.form.title.clone_from(&self.plain_title);
        for step in &mut self.history {
            step.changes.clear();
            step.note.clear();
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use domain::{Tlp, UnClass};

    use super::*;
    use crate::Role;

    const PRODUCT: &str = include_str!("../../../golden/mirab.ask.analysis.product.get.v1.reply.json");

    #[test]
    fn a_source_that_is_marked_more_strictly_now_binds_what_rests_on_it_and_the_whole() {
        let before: Product = serde_json::from_str(PRODUCT).unwrap();
        let key = "observation:ob_01JDBVKC00XV8F4J7N0Q2R5T6W".to_owned();
        let red = Handling::new(Tlp::Red, UnClass::Unclassified);
        let now = before.clone().bound_by(&BTreeMap::from([(key.clone(), red)]));
        assert_eq!(now.source(&key).map(|one| one.handling.tlp()), Some(Tlp::Red));
        for (was, is) in before.statements().zip(now.statements()) {
            let rests = was.sources.contains(&key);
            assert_eq!(is.handling.tlp() == Tlp::Red, rests, "{}", is.text);
            assert!(rests || was == is, "nothing else of it changes");
        }
        assert_eq!((now.handling.tlp(), &now.digest), (Tlp::Red, &before.digest));
        let open = Handling::new(Tlp::Clear, UnClass::Unclassified);
        let loosened = before.clone().bound_by(&BTreeMap::from([(key, open)]));
        assert!(
            loosened
                .statements()
                .zip(before.statements())
                .all(|(is, was)| is.handling.tlp() == was.handling.tlp())
        );
        assert_eq!(before.clone().bound_by(&BTreeMap::new()), before);
    }

    #[test]
    fn what_counts_several_reports_is_bound_by_the_tightened_ones_of_its_countries() {
        let mut one: Product = serde_json::from_str(PRODUCT).unwrap();
        let key = "observation:ob_01JDBVKC00XV8F4J7N0Q2R5T6W".to_owned();
        let of = one.source(&key).cloned().unwrap();
        let counts = |country: &str| Source {
            key: format!("coverage:{country}"),
            kind: SourceKind::Coverage,
            countries: [country.parse().unwrap()].into(),
            ..of.clone()
        };
        one.sources.extend([counts("KGZ"), counts("UZB")]);
        let red = Handling::new(Tlp::Red, UnClass::Unclassified);
        let now = one.bound_by(&BTreeMap::from([(key, red)]));
        let tlp = |key: &str| now.source(key).map(|one| one.handling.tlp());
        assert_eq!(tlp("coverage:KGZ"), Some(Tlp::Red));
        assert_ne!(tlp("coverage:UZB"), Some(Tlp::Red));
    }

    #[test]
    fn who_has_no_need_to_know_gets_it_without_what_is_restricted_and_by_its_plain_title() {
        let mut one: Product = serde_json::from_str(PRODUCT).unwrap();
        one.form.title = "Fire in Batken".into();
        let person = |role| Principal {
            subject: "r".into(),
            name: "R".into(),
            roles: BTreeSet::from([role]),
            organisation: None,
        };
        assert_eq!(one.clone().within(&person(Role::Operator)), one, "nothing of it is restricted");
        let key = "observation:ob_01JDBVKC00XV8F4J7N0Q2R5T6W".to_owned();
        let red = Handling::new(Tlp::Red, UnClass::Unclassified);
        let bound = one.bound_by(&BTreeMap::from([(key.clone(), red)]));
        assert_eq!(bound.clone().within(&person(Role::Analyst)), bound);
        let rest = bound.clone().within(&person(Role::Operator));
        assert!(rest.source(&key).is_none() && rest.statements().count() < bound.statements().count());
        assert!(rest.statements().all(|said| said.handling.tlp() != Tlp::Red));
        assert_eq!(rest.form.title, rest.plain_title);
        let reasons = |of: &Product| -> Vec<String> {
            of.sections.iter().filter_map(|part| Some(part.struck.as_ref()?.reason.clone())).collect()
        };
        assert_eq!(reasons(&bound), ["nothing is planned"]);
        assert_eq!(reasons(&rest), [""], "that a part is struck is told, and not in whose words");
    }
}
