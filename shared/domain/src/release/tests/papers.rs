//! The steps that rest on an agreement or a mandate.

use super::*;

#[test]
fn a_classification_above_the_agreements_withholds() {
    assert_eq!(
        answered(Rule::UnClass, |item, partner| {
            item.handling = marked(Tlp::Clear, UnClass::Confidential);
            partner.agreements[0].un_class_ceiling = UnClass::Unclassified;
        }),
        says(Outcome::Withhold, "confidential is above the agreement's unclassified", Some(AGREEMENT))
    );
}

#[test]
fn a_label_above_the_agreements_withholds_and_one_at_it_goes() {
    assert_eq!(
        answered(Rule::Tlp, |item, partner| {
            item.handling = labelled(Tlp::AmberStrict);
            partner.agreements[0].tlp_ceiling = Tlp::Amber;
        }),
        says(Outcome::Withhold, "TLP:AMBER+STRICT is above the agreement's TLP:AMBER", Some(AGREEMENT))
    );
    assert_eq!(
        answered(Rule::Tlp, |item, partner| {
            item.handling = labelled(Tlp::Amber);
            partner.agreements[0].tlp_ceiling = Tlp::Amber;
        }),
        says(Outcome::Release, "TLP:AMBER is within the agreement's TLP:AMBER", Some(AGREEMENT))
    );
}

#[test]
fn red_within_the_ceiling_is_referred_and_above_it_withheld() {
    assert_eq!(
        answered(Rule::Tlp, |item, _| item.handling = labelled(Tlp::Red)),
        says(
            Outcome::Refer,
            "TLP:RED goes to named individuals only, and two persons decide",
            Some(AGREEMENT)
        )
    );
    let (outcome, ..) = answered(Rule::Tlp, |item, partner| {
        item.handling = labelled(Tlp::Red);
        partner.agreements[0].tlp_ceiling = Tlp::AmberStrict;
    });
    assert_eq!(outcome, Outcome::Withhold);
}

#[test]
fn personal_data_and_protected_speakers_are_left_out() {
    for (personal_data, chatham_house, transforms) in [
        (true, false, BTreeSet::from([Transform::RemovePersonalData])),
        (false, true, BTreeSet::from([Transform::RemoveSpeakers])),
        (true, true, BTreeSet::from([Transform::RemovePersonalData, Transform::RemoveSpeakers])),
    ] {
        let handling = handled(|h| (h.personal_data, h.chatham_house) = (personal_data, chatham_house));
        let decision = decided(&Item { handling, ..item() }, &partner());
        assert_eq!(decision.outcome, Outcome::ReleaseRedacted);
        assert_eq!(decision.transforms, transforms);
        let step = answer(&decision, Rule::PersonalData);
        assert_eq!(
            (step.fact.as_str(), &step.citation, &step.transforms),
            ("names of persons or speakers are left out", &None, &transforms)
        );
    }
}

#[test]
fn without_a_mandate_in_force_nothing_goes() {
    let fact = "no mandate of osce is in force on 2026-11-23";
    assert_eq!(
        answered(Rule::Mandate, |_, partner| partner.mandates.clear()),
        says(Outcome::Withhold, fact, None)
    );
    assert_eq!(
        answered(Rule::Mandate, |_, partner| partner.mandates[0].valid_until = Some(day("2026-11-22"))),
        says(Outcome::Withhold, fact, None)
    );
}

#[test]
fn an_item_outside_the_mandate_is_withheld_with_what_the_mandate_covers() {
    assert_eq!(
        answered(Rule::Mandate, |item, _| item.threats = BTreeSet::from([Threat::WaterEnergy])),
        says(
            Outcome::Withhold,
            "outside the mandate of osce: it covers drug_trafficking in KGZ, not water_energy in KGZ",
            None
        )
    );
    assert_eq!(
        answered(Rule::Mandate, |item, _| item.countries = BTreeSet::from([uzb()])),
        says(
            Outcome::Withhold,
            "outside the mandate of osce: it covers drug_trafficking in KGZ, not drug_trafficking in UZB",
            None
        )
    );
}

#[test]
fn an_item_of_no_threat_or_no_country_is_in_nobodys_mandate() {
    let (outcome, ..) = answered(Rule::Mandate, |item, _| item.threats.clear());
    assert_eq!(outcome, Outcome::Withhold);
    let (outcome, ..) = answered(Rule::Mandate, |item, _| item.countries.clear());
    assert_eq!(outcome, Outcome::Withhold);
}

fn limit(effect: LimitEffect) -> Limit {
    let text = match effect {
        LimitEffect::Refer => "only at the request of a participating State",
        LimitEffect::DropAssessment => "no political assessments",
    };
    Limit { text: text.into(), effect, threats: BTreeSet::new() }
}

#[test]
fn a_limit_of_the_mandate_refers_or_drops_the_assessment() {
    assert_eq!(
        answered(Rule::Mandate, |_, p| p.mandates[0].limits = vec![limit(LimitEffect::DropAssessment)]),
        says(
            Outcome::ReleaseRedacted,
            "MC.DEC/3/11 covers drug_trafficking in KGZ; limit: no political assessments",
            Some(MANDATE)
        )
    );
    assert_eq!(
        answered(Rule::Mandate, |_, p| p.mandates[0].limits = vec![limit(LimitEffect::Refer)]),
        says(
            Outcome::Refer,
            "MC.DEC/3/11 covers drug_trafficking in KGZ; limit: only at the request of a participating State",
            Some(MANDATE)
        )
    );
}

#[test]
fn a_referred_item_still_loses_the_assessment_that_another_limit_forbids() {
    for effects in
        [[LimitEffect::Refer, LimitEffect::DropAssessment], [LimitEffect::DropAssessment, LimitEffect::Refer]]
    {
        let mandate = Mandate { limits: effects.map(limit).to_vec(), ..mandate() };
        let decision = decided(&item(), &Partner { mandates: vec![mandate], ..partner() });
        assert_eq!(decision.outcome, Outcome::Refer);
        assert_eq!(decision.transforms, BTreeSet::from([Transform::DropAssessment]));
    }
}

#[test]
fn a_limit_on_other_threats_limits_nothing() {
    let elsewhere = Limit { threats: BTreeSet::from([Threat::PoliticalUnrest]), ..limit(LimitEffect::Refer) };
    let (outcome, ..) = answered(Rule::Mandate, |_, p| p.mandates[0].limits = vec![elsewhere]);
    assert_eq!(outcome, Outcome::Release);
}

#[test]
fn of_two_mandates_the_milder_counts_whichever_comes_first_and_however_many_its_limits() {
    let refers = Mandate { limits: vec![limit(LimitEffect::Refer)], ..mandate() };
    let drops = Mandate {
        limits: vec![limit(LimitEffect::DropAssessment), limit(LimitEffect::DropAssessment)],
        ..mandate()
    };
    for mandates in [vec![refers.clone(), drops.clone()], vec![drops, refers]] {
        let decision = decided(&item(), &Partner { mandates, ..partner() });
        assert_eq!(decision.outcome, Outcome::ReleaseRedacted);
    }
}

#[test]
fn of_two_agreements_the_one_that_lets_most_go_counts_whichever_comes_first() {
    let strict = Agreement { un_class_ceiling: UnClass::Unclassified, ..agreement() };
    let strict = Agreement { purposes: BTreeSet::new(), title: "Older letters".into(), ..strict };
    for agreements in [vec![strict.clone(), agreement()], vec![agreement(), strict]] {
        let decision = decided(&item(), &Partner { agreements, ..partner() });
        assert_eq!(decision.outcome, Outcome::Release);
        assert_eq!(answer(&decision, Rule::Agreement).citation.as_deref(), Some(AGREEMENT));
    }
}

#[test]
fn two_agreements_are_never_pieced_together() {
    let purpose_only = Agreement { tlp_ceiling: Tlp::Clear, ..agreement() };
    let ceiling_only = Agreement { purposes: BTreeSet::new(), ..agreement() };
    let item = Item { handling: labelled(Tlp::Green), ..item() };
    let partner = Partner { agreements: vec![purpose_only, ceiling_only], ..partner() };
    assert_eq!(decided(&item, &partner).outcome, Outcome::Withhold);
}

#[test]
fn places_finer_than_the_agreements_floor_are_generalised_to_it() {
    assert_eq!(
        answered(Rule::Precision, |_, partner| {
            partner.agreements[0].precision_floor = Precision::Country;
        }),
        says(Outcome::ReleaseRedacted, "places are generalised to country", Some(AGREEMENT))
    );
}

#[test]
fn places_finer_than_the_handlings_floor_are_generalised_to_it() {
    let handling = handled(|h| h.precision_floor = Precision::Province);
    let item = Item { handling, precision: Precision::Exact, ..item() };
    let decision = decided(&item, &partner());
    assert_eq!(decision.outcome, Outcome::ReleaseRedacted);
    assert_eq!(decision.transforms, BTreeSet::from([Transform::Generalise]));
    assert_eq!(decision.precision_floor, Precision::Province);
    let step = answer(&decision, Rule::Precision);
    assert_eq!((step.fact.as_str(), &step.citation), ("places are generalised to province", &None));
}

#[test]
fn a_purpose_the_agreement_does_not_name_withholds() {
    assert_eq!(
        answered(Rule::Purpose, |item, _| item.purpose = "research".into()),
        says(Outcome::Withhold, "the agreement covers early_warning, not research", Some(AGREEMENT))
    );
}
