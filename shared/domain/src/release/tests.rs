use super::*;
use crate::{
    AgreementId, Consent, ConsentId, Licence, Mandate, MandateId, Redistribution, Tlp, UnClass,
    handling::Audience,
    mandate::{ConsentState, Limit, LimitEffect},
};

const MANDATE: &str = "MC.DEC/3/11, para. 1";
const AGREEMENT: &str = "Exchange of letters of 2026";

fn day(text: &str) -> Day {
    text.parse().unwrap()
}
fn today() -> Day {
    day("2026-11-23")
}
fn kgz() -> Country {
    "KGZ".parse().unwrap()
}
fn uzb() -> Country {
    "UZB".parse().unwrap()
}

/// An unclassified warning for everyone, of the centre's own making.
fn item() -> Item {
    Item {
        kind: "warning".into(),
        derived: true,
        handling: Handling::open(Licence::own()),
        threats: BTreeSet::from([Threat::DrugTrafficking]),
        countries: BTreeSet::from([kgz()]),
        precision: Precision::Province,
        purpose: "early_warning".into(),
    }
}
fn mandate() -> Mandate {
    Mandate {
        id: MandateId::derived(&["osce"]),
        instrument: "MC.DEC/3/11".into(),
        citation: MANDATE.into(),
        functions: vec!["early warning".into()],
        threats: BTreeSet::from([Threat::DrugTrafficking]),
        countries: BTreeSet::from([kgz()]),
        limits: Vec::new(),
        valid_from: day("2011-12-07"),
        valid_until: None,
    }
}
fn agreement() -> Agreement {
    Agreement {
        id: AgreementId::derived(&["osce"]),
        title: AGREEMENT.into(),
        tlp_ceiling: Tlp::Red,
        un_class_ceiling: UnClass::StrictlyConfidential,
        kinds: BTreeSet::from(["warning".to_owned()]),
        precision_floor: Precision::Exact,
        redistribution: Redistribution::Raw,
        purposes: BTreeSet::from(["early_warning".to_owned()]),
        valid_from: day("2026-01-01"),
        valid_until: Some(day("2026-12-31")),
    }
}
fn consent(grantor: Country, state: ConsentState) -> Consent {
    Consent {
        id: ConsentId::derived(&[grantor.as_str()]),
        grantor,
        beneficiary: "osce".into(),
        purpose: "early_warning".into(),
        issues: BTreeSet::from([Threat::DrugTrafficking]),
        instrument: format!("note verbale of {grantor}"),
        state,
        valid_from: day("2026-02-01"),
        valid_until: Some(day("2026-11-30")),
    }
}
/// A partner to whom the item may go whole.
fn partner() -> Partner {
    Partner {
        key: "osce".into(),
        mandates: vec![mandate()],
        agreements: vec![agreement()],
        consents: Vec::new(),
    }
}
fn decided(item: &Item, partner: &Partner) -> Decision {
    decide(item, partner, today())
}
fn answer(decision: &Decision, rule: Rule) -> &Step {
    decision.steps.iter().find(|step| step.rule == rule).unwrap()
}
/// What one step answers for an item and a partner changed from those to whom all may go.
fn answered(rule: Rule, change: impl FnOnce(&mut Item, &mut Partner)) -> (Outcome, String, Option<String>) {
    let (mut item, mut partner) = (item(), partner());
    change(&mut item, &mut partner);
    let decision = decided(&item, &partner);
    let step = answer(&decision, rule);
    assert_eq!(decision.outcome, step.outcome, "no other step is stricter: {decision:?}");
    (step.outcome, step.fact.clone(), step.citation.clone())
}
fn says(outcome: Outcome, fact: &str, citation: Option<&str>) -> (Outcome, String, Option<String>) {
    (outcome, fact.to_owned(), citation.map(ToOwned::to_owned))
}

#[test]
fn what_every_step_allows_goes_whole() {
    let decision = decided(&item(), &partner());
    assert_eq!(decision.outcome, Outcome::Release);
    assert!(decision.releases() && decision.transforms.is_empty());
    let facts: Vec<(&str, &str, Option<&str>)> = decision
        .steps
        .iter()
        .map(|step| (step.rule.as_str(), step.fact.as_str(), step.citation.as_deref()))
        .collect();
    assert_eq!(
        facts,
        [
            ("licence", "licence own allows the information itself to be passed on", None),
            ("originator_control", "osce is in the audience and no originator keeps control", None),
            ("consent", "no government's consent is needed", None),
            ("un_class", "unclassified is within the agreement's strictly_confidential", Some(AGREEMENT)),
            ("tlp", "TLP:CLEAR is within the agreement's TLP:RED", Some(AGREEMENT)),
            ("personal_data", "it holds no personal data and no speaker is protected", None),
            ("agreement", "Exchange of letters of 2026 covers a warning", Some(AGREEMENT)),
            ("mandate", "MC.DEC/3/11 covers drug_trafficking in KGZ", Some(MANDATE)),
            ("precision", "its places are no finer than exact", None),
            ("purpose", "the agreement covers early_warning", Some(AGREEMENT)),
        ]
    );
}

#[test]
fn nothing_goes_to_a_partner_of_whom_nothing_is_known() {
    let unknown = Partner { mandates: vec![], agreements: vec![], ..partner() };
    let decision = decided(&item(), &unknown);
    assert_eq!(decision.outcome, Outcome::Withhold);
    assert_eq!(decision.precision_floor, Precision::None);
    let withheld: Vec<Rule> =
        decision.steps.iter().filter(|s| s.outcome == Outcome::Withhold).map(|s| s.rule).collect();
    assert_eq!(withheld, [Rule::UnClass, Rule::Tlp, Rule::Agreement, Rule::Mandate, Rule::Purpose]);
}

#[test]
fn without_an_agreement_nothing_goes() {
    let decision = decided(&item(), &Partner { agreements: vec![], ..partner() });
    assert_eq!(decision.outcome, Outcome::Withhold);
    assert_eq!(decision.reason(), "no agreement sets a ceiling for classified information");
    assert_eq!(answer(&decision, Rule::Tlp).fact, "no agreement sets a TLP ceiling");
    assert_eq!(answer(&decision, Rule::Purpose).fact, "no agreement names a purpose");
    assert_eq!(answer(&decision, Rule::Agreement).fact, "no agreement with osce is in force on 2026-11-23");
}

#[test]
fn an_agreement_that_covers_other_kinds_lets_nothing_go() {
    let other = Agreement { kinds: BTreeSet::from(["observation".to_owned()]), ..agreement() };
    let decision = decided(&item(), &Partner { agreements: vec![other], ..partner() });
    assert_eq!(decision.outcome, Outcome::Withhold);
    assert_eq!(answer(&decision, Rule::Agreement).fact, "no agreement with osce covers a warning");
}

#[test]
fn an_agreement_holds_from_its_first_day_to_its_last_and_no_other() {
    for (on, outcome) in [
        ("2025-12-31", Outcome::Withhold),
        ("2026-01-01", Outcome::Release),
        ("2026-12-31", Outcome::Release),
        ("2027-01-01", Outcome::Withhold),
    ] {
        assert_eq!(decide(&item(), &partner(), day(on)).outcome, outcome, "{on}");
    }
}

#[test]
fn a_licence_that_allows_nothing_withholds_everything() {
    let none = Licence::named("ACLED", Redistribution::None, "ACLED");
    assert_eq!(
        answered(Rule::Licence, |item, _| item.handling.licence = none),
        says(Outcome::Withhold, "licence ACLED allows nothing to be passed on", None)
    );
}

#[test]
fn a_licence_for_what_is_derived_withholds_a_sources_own_row_only() {
    let derived = || Licence::named("ACLED", Redistribution::Derived, "ACLED");
    let fact = "licence ACLED allows only what is derived from it to be passed on";
    assert_eq!(
        answered(Rule::Licence, |item, _| {
            item.handling.licence = derived();
            item.derived = false;
        }),
        says(Outcome::Withhold, fact, None)
    );
    assert_eq!(
        answered(Rule::Licence, |item, _| item.handling.licence = derived()),
        says(Outcome::Release, fact, None)
    );
}

#[test]
fn an_agreement_may_admit_less_than_the_licence() {
    assert_eq!(
        answered(Rule::Licence, |item, partner| {
            item.derived = false;
            partner.agreements[0].redistribution = Redistribution::Derived;
        }),
        says(
            Outcome::Withhold,
            "the agreement allows only what is derived from it to be passed on",
            Some(AGREEMENT)
        )
    );
    assert_eq!(
        answered(Rule::Licence, |_, partner| partner.agreements[0].redistribution = Redistribution::None),
        says(Outcome::Withhold, "the agreement allows nothing to be passed on", Some(AGREEMENT))
    );
}

#[test]
fn an_empty_audience_withholds() {
    assert_eq!(
        answered(Rule::OriginatorControl, |item, _| {
            item.handling.audience = Audience::Only(BTreeSet::new());
        }),
        says(Outcome::Withhold, "osce is not in the audience that every originator allows", None)
    );
}

#[test]
fn an_excluded_partner_gets_nothing_though_everyone_may() {
    assert_eq!(
        answered(Rule::OriginatorControl, |item, _| {
            item.handling.exclude = BTreeSet::from(["osce".to_owned()]);
        }),
        says(Outcome::Withhold, "an originator excludes osce", None)
    );
}

#[test]
fn originator_control_refers_to_the_originators_by_name() {
    assert_eq!(
        answered(Rule::OriginatorControl, |item, _| {
            item.handling.orcon = true;
            item.handling.originators = BTreeSet::from(["KGZ MFA".to_owned(), "UNAMA".to_owned()]);
        }),
        says(Outcome::Refer, "release needs the word of KGZ MFA and UNAMA", None)
    );
}

#[test]
fn active_consent_of_every_government_named_releases_and_is_cited() {
    assert_eq!(
        answered(Rule::Consent, |item, partner| {
            item.handling.consent = BTreeSet::from([kgz(), uzb()]);
            partner.consents = vec![
                consent(uzb(), ConsentState::Granted),
                consent(kgz(), ConsentState::Withdrawn),
                consent(kgz(), ConsentState::Granted),
            ];
        }),
        says(Outcome::Release, "KGZ and UZB consents", Some("note verbale of KGZ and note verbale of UZB"))
    );
}

#[test]
fn a_consent_that_is_not_granted_without_conditions_withholds() {
    for state in ConsentState::ALL.iter().copied().filter(|state| *state != ConsentState::Granted) {
        assert_eq!(
            answered(Rule::Consent, |item, partner| {
                item.handling.consent = BTreeSet::from([kgz()]);
                partner.consents = vec![consent(kgz(), state)];
            }),
            says(
                Outcome::Withhold,
                &format!(
                    "no active consent of KGZ: note verbale of KGZ is {state}, 2026-02-01 to 2026-11-30"
                ),
                None
            )
        );
    }
}

#[test]
fn an_expired_consent_and_one_that_has_not_begun_withhold() {
    for (from, until, term) in [
        ("2025-01-01", Some("2026-11-22"), "2025-01-01 to 2026-11-22"),
        ("2026-11-24", None, "2026-11-24 to no end"),
    ] {
        assert_eq!(
            answered(Rule::Consent, |item, partner| {
                item.handling.consent = BTreeSet::from([kgz()]);
                partner.consents = vec![Consent {
                    valid_from: day(from),
                    valid_until: until.map(day),
                    ..consent(kgz(), ConsentState::Granted)
                }];
            }),
            says(
                Outcome::Withhold,
                &format!("no active consent of KGZ: note verbale of KGZ is granted, {term}"),
                None
            )
        );
    }
}

#[test]
fn every_missing_consent_is_listed() {
    assert_eq!(
        answered(Rule::Consent, |item, partner| {
            item.handling.consent = BTreeSet::from([kgz(), "TJK".parse().unwrap(), uzb()]);
            partner.consents =
                vec![consent(kgz(), ConsentState::Suspended), consent(uzb(), ConsentState::Granted)];
        }),
        says(
            Outcome::Withhold,
            "no active consent of KGZ: note verbale of KGZ is suspended, 2026-02-01 to 2026-11-30 \
             and no consent of TJK to early_warning for osce on drug_trafficking",
            None
        )
    );
}

#[test]
fn a_consent_for_another_beneficiary_or_purpose_is_none() {
    let granted = || consent(kgz(), ConsentState::Granted);
    for other in [
        Consent { beneficiary: "csto".into(), ..granted() },
        Consent { purpose: "research".into(), ..granted() },
    ] {
        assert_eq!(
            answered(Rule::Consent, |item, partner| {
                item.handling.consent = BTreeSet::from([kgz()]);
                partner.consents = vec![other];
            }),
            says(Outcome::Withhold, "no consent of KGZ to early_warning for osce on drug_trafficking", None)
        );
    }
}

#[test]
fn a_consent_must_cover_every_threat_of_the_item() {
    assert_eq!(
        answered(Rule::Consent, |item, partner| {
            item.handling.consent = BTreeSet::from([kgz()]);
            item.threats.insert(Threat::OrganisedCrime);
            partner.consents = vec![consent(kgz(), ConsentState::Granted)];
        }),
        says(
            Outcome::Withhold,
            "no active consent of KGZ: note verbale of KGZ is granted, 2026-02-01 to 2026-11-30, \
             without organised_crime",
            None
        )
    );
}

#[test]
fn a_classification_above_the_agreements_withholds() {
    assert_eq!(
        answered(Rule::UnClass, |item, partner| {
            item.handling =
                Handling { audience: Audience::Everyone, ..Handling::new(Tlp::Clear, UnClass::Confidential) };
            partner.agreements[0].un_class_ceiling = UnClass::Unclassified;
        }),
        says(Outcome::Withhold, "confidential is above the agreement's unclassified", Some(AGREEMENT))
    );
}

fn labelled(tlp: Tlp) -> Handling {
    Handling { audience: Audience::Everyone, ..Handling::new(tlp, UnClass::Unclassified) }
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
        let handling = Handling { personal_data, chatham_house, ..item().handling };
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
    let handling = Handling { precision_floor: Precision::Province, ..item().handling };
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

#[test]
fn the_reason_is_the_fact_of_the_first_strictest_step() {
    let handling = Handling { orcon: true, personal_data: true, ..item().handling };
    let item = Item { handling, purpose: "research".into(), ..item() };
    let decision = decided(&item, &partner());
    assert_eq!(decision.reason(), "the agreement covers early_warning, not research");
    assert!(!decision.releases());
}

#[test]
fn a_decision_survives_being_written_and_read() {
    let decision = decided(&item(), &partner());
    let read: Decision = serde_json::from_str(&serde_json::to_string(&decision).unwrap()).unwrap();
    assert_eq!(read, decision);
}
