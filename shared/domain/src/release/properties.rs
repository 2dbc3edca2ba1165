//! What must hold of every release decision, whatever the item and the partner.

use proptest::{prelude::*, sample::Index};

use super::*;
use crate::{
    Tlp, UnClass,
    arbitrary::{KEYS, country, item, partner, threat, tlp, today, un_class},
    handling::Audience,
    mandate::{ConsentState, Limit, LimitEffect},
};

fn outcome(item: &Item, partner: &Partner) -> Outcome {
    decide(item, partner, today()).outcome
}

/// The same item with a label and a class no wider than these.
fn marked(item: &Item, tlp: Tlp, class: UnClass) -> Item {
    let mut marks = Handling::new(tlp, class);
    marks.audience = Audience::Everyone;
    Item { handling: item.handling.join(&marks), ..item.clone() }
}

fn renamed(item: &Item, partner: &Partner, from: &str, to: &str) -> (Item, Partner) {
    let name = |key: &String| if key == from { to.to_owned() } else { key.clone() };
    let (mut item, mut partner) = (item.clone(), partner.clone());
    if let Audience::Only(keys) = &mut item.handling.audience {
        *keys = keys.iter().map(name).collect();
    }
    item.handling.exclude = item.handling.exclude.iter().map(name).collect();
    for consent in &mut partner.consents {
        consent.beneficiary = name(&consent.beneficiary);
    }
    partner.key = name(&partner.key);
    (item, partner)
}

#[derive(Clone, Copy, Debug)]
enum Shrink {
    End,
    Remove,
    NotYet,
    DropThreat,
    DropCountry,
    AddLimit(LimitEffect),
}
fn shrink() -> impl Strategy<Value = Shrink> {
    proptest::sample::select(vec![
        Shrink::End,
        Shrink::Remove,
        Shrink::NotYet,
        Shrink::DropThreat,
        Shrink::DropCountry,
        Shrink::AddLimit(LimitEffect::Refer),
        Shrink::AddLimit(LimitEffect::DropAssessment),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn all_ten_steps_answer_in_their_order(item in item(), partner in partner()) {
        let rules: Vec<Rule> = decide(&item, &partner, today()).steps.iter().map(|step| step.rule).collect();
        prop_assert_eq!(rules.len(), 10);
        prop_assert_eq!(rules.as_slice(), Rule::ALL);
    }

    #[test]
    fn the_decision_is_the_strictest_step_with_all_their_transforms(item in item(), partner in partner()) {
        let decision = decide(&item, &partner, today());
        prop_assert_eq!(Some(decision.outcome), decision.steps.iter().map(|step| step.outcome).max());
        let asked: BTreeSet<Transform> = decision.steps.iter().flat_map(|s| s.transforms.clone()).collect();
        prop_assert_eq!(&decision.transforms, &asked);
        prop_assert!(!decision.reason().is_empty());
    }

    #[test]
    fn what_goes_whole_needs_no_transform_and_what_goes_redacted_some(item in item(), partner in partner()) {
        let decision = decide(&item, &partner, today());
        match decision.outcome {
            Outcome::Release => prop_assert!(decision.transforms.is_empty()),
            Outcome::ReleaseRedacted => prop_assert!(!decision.transforms.is_empty()),
            Outcome::Refer | Outcome::Withhold => prop_assert!(!decision.releases()),
        }
    }

    #[test]
    fn places_are_never_released_finer_than_either_floor(item in item(), partner in partner()) {
        let decision = decide(&item, &partner, today());
        prop_assert!(decision.precision_floor.satisfies(item.handling.precision_floor));
        let coarse_enough = item.precision.satisfies(decision.precision_floor);
        prop_assert_eq!(decision.transforms.contains(&Transform::Generalise), !coarse_enough);
    }

    #[test]
    fn without_agreement_mandate_or_audience_nothing_goes(item in item(), partner in partner()) {
        let no_agreement = Partner { agreements: vec![], ..partner.clone() };
        prop_assert_eq!(outcome(&item, &no_agreement), Outcome::Withhold);
        let no_mandate = Partner { mandates: vec![], ..partner.clone() };
        prop_assert_eq!(outcome(&item, &no_mandate), Outcome::Withhold);
        let mut unheard = item;
        unheard.handling.audience = Audience::Only(BTreeSet::new());
        prop_assert_eq!(outcome(&unheard, &partner), Outcome::Withhold);
    }

    #[test]
    fn only_a_consent_granted_without_conditions_counts(mut item in item(), mut partner in partner(), grantor in country()) {
        item.handling.consent.insert(grantor);
        partner.consents.retain(|c| c.grantor != grantor || c.state != ConsentState::Granted);
        prop_assert_eq!(outcome(&item, &partner), Outcome::Withhold);
    }

    #[test]
    fn a_stricter_label_or_class_never_lets_more_go(item in item(), partner in partner(), tlp in tlp(), class in un_class()) {
        prop_assert!(outcome(&marked(&item, tlp, class), &partner) >= outcome(&item, &partner));
    }

    #[test]
    fn a_smaller_audience_never_lets_more_go(item in item(), partner in partner(), which in any::<Index>()) {
        let mut narrower = item.clone();
        let keys: BTreeSet<String> = match &item.handling.audience {
            Audience::Everyone => KEYS.iter().map(ToString::to_string).collect(),
            Audience::Only(keys) => keys.clone(),
        };
        let gone = (!keys.is_empty()).then(|| which.index(keys.len()));
        let kept = keys.into_iter().enumerate().filter(|(at, _)| Some(*at) != gone).map(|(_, key)| key);
        narrower.handling.audience = Audience::Only(kept.collect());
        prop_assert!(outcome(&narrower, &partner) >= outcome(&item, &partner));
    }

    #[test]
    fn one_more_excluded_never_lets_more_go(item in item(), partner in partner(), key in proptest::sample::select(&KEYS)) {
        let mut stricter = item.clone();
        stricter.handling.exclude.insert(key.to_owned());
        prop_assert!(outcome(&stricter, &partner) >= outcome(&item, &partner));
    }

    #[test]
    fn one_more_consent_needed_never_lets_more_go(item in item(), partner in partner(), grantor in country()) {
        let mut stricter = item.clone();
        stricter.handling.consent.insert(grantor);
        prop_assert!(outcome(&stricter, &partner) >= outcome(&item, &partner));
    }

    #[test]
    fn one_more_threat_never_opens_a_consent(item in item(), partner in partner(), threat in threat()) {
        let consent = |item: &Item| decide(item, &partner, today()).steps[2].outcome;
        let mut wider = item.clone();
        wider.threats.insert(threat);
        prop_assert!(consent(&wider) >= consent(&item));
    }

    #[test]
    fn handling_joined_with_another_never_lets_more_go(item in item(), partner in partner(), other in crate::arbitrary::handling()) {
        let joined = Item { handling: item.handling.join(&other), ..item.clone() };
        prop_assert!(outcome(&joined, &partner) >= outcome(&item, &partner));
    }

    #[test]
    fn the_end_of_an_agreement_never_lets_more_go(item in item(), partner in partner(), which in any::<Index>()) {
        if !partner.agreements.is_empty() {
            let at = which.index(partner.agreements.len());
            let mut ended = partner.clone();
            ended.agreements[at].valid_until = Some(today().plus(-1));
            prop_assert!(outcome(&item, &ended) >= outcome(&item, &partner));
            ended.agreements.remove(at);
            prop_assert!(outcome(&item, &ended) >= outcome(&item, &partner));
        }
    }

    #[test]
    fn a_narrower_agreement_never_lets_more_go(item in item(), partner in partner(), which in any::<Index>(), by in partner()) {
        if let (false, Some(other)) = (partner.agreements.is_empty(), by.agreements.first()) {
            let mut narrowed = partner.clone();
            let at = which.index(narrowed.agreements.len());
            let agreement = &mut narrowed.agreements[at];
            agreement.tlp_ceiling = agreement.tlp_ceiling.min(other.tlp_ceiling);
            agreement.un_class_ceiling = agreement.un_class_ceiling.min(other.un_class_ceiling);
            agreement.kinds = agreement.kinds.intersection(&other.kinds).cloned().collect();
            agreement.purposes = agreement.purposes.intersection(&other.purposes).cloned().collect();
            agreement.precision_floor = agreement.precision_floor.max(other.precision_floor);
            agreement.redistribution = agreement.redistribution.max(other.redistribution);
            prop_assert!(outcome(&item, &narrowed) >= outcome(&item, &partner));
        }
    }

    #[test]
    fn a_mandate_that_shrinks_never_lets_more_go(item in item(), partner in partner(), which in any::<Index>(), how in shrink()) {
        if !partner.mandates.is_empty() {
            let mut shrunk = partner.clone();
            let at = which.index(shrunk.mandates.len());
            let mandate = &mut shrunk.mandates[at];
            match how {
                Shrink::End => mandate.valid_until = Some(today().plus(-1)),
                Shrink::NotYet => mandate.valid_from = today().plus(1),
                Shrink::DropThreat => drop(mandate.threats.pop_first()),
                Shrink::DropCountry => drop(mandate.countries.pop_last()),
                Shrink::AddLimit(effect) => mandate.limits.push(Limit {
                    text: "a new limit".into(),
                    effect,
                    threats: BTreeSet::new(),
                }),
                Shrink::Remove => drop(shrunk.mandates.remove(at)),
            }
            prop_assert!(outcome(&item, &shrunk) >= outcome(&item, &partner), "{:?}", how);
        }
    }

    #[test]
    fn a_consent_lost_never_lets_more_go(item in item(), partner in partner(), which in any::<Index>(), state in proptest::sample::select(ConsentState::ALL)) {
        if !partner.consents.is_empty() && state != ConsentState::Granted {
            let mut lost = partner.clone();
            let at = which.index(lost.consents.len());
            lost.consents[at].state = state;
            prop_assert!(outcome(&item, &lost) >= outcome(&item, &partner));
        }
    }

    #[test]
    fn a_partner_by_another_name_gets_the_same_answer(item in item(), partner in partner()) {
        let (item_too, partner_too) = renamed(&item, &partner, &partner.key, "a-new-name");
        let (one, other) = (decide(&item, &partner, today()), decide(&item_too, &partner_too, today()));
        prop_assert_eq!(one.outcome, other.outcome);
        prop_assert_eq!(one.transforms, other.transforms);
        prop_assert_eq!(one.precision_floor, other.precision_floor);
        let answers = |steps: &[Step]| steps.iter().map(|step| step.outcome).collect::<Vec<_>>();
        prop_assert_eq!(answers(&one.steps), answers(&other.steps));
    }

    #[test]
    fn the_order_of_papers_does_not_matter(item in item(), partner in partner()) {
        let mut turned = partner.clone();
        turned.agreements.reverse();
        turned.mandates.reverse();
        turned.consents.reverse();
        prop_assert_eq!(outcome(&item, &turned), outcome(&item, &partner));
    }
}

#[test]
fn the_arbitrary_cases_reach_every_outcome_often() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let mut seen = [0_u32; 4];
    for _ in 0..2000 {
        let (item, partner) = (item(), partner()).new_tree(&mut runner).unwrap().current();
        seen[outcome(&item, &partner) as usize] += 1;
    }
    assert!(seen.iter().all(|count| *count >= 20), "release, redacted, refer, withhold: {seen:?}");
}
