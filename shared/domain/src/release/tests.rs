use super::*;
use crate::{
    AgreementId, Consent, ConsentId, Licence, Mandate, MandateId, Redistribution, Tlp, UnClass,
    handling::Audience,
    mandate::{ConsentState, Limit, LimitEffect},
};

mod papers;

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
/// Handling for everyone with these markings.
fn marked(tlp: Tlp, class: UnClass) -> Handling {
    let mut handling = Handling::new(tlp, class);
    handling.audience = Audience::Everyone;
    handling
}
/// Unclassified, for everyone, with this label.
fn labelled(tlp: Tlp) -> Handling {
    marked(tlp, UnClass::Unclassified)
}
/// The item's handling, changed.
fn handled(change: impl FnOnce(&mut Handling)) -> Handling {
    let mut handling = item().handling;
    change(&mut handling);
    handling
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
        exercise: false,
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
fn the_reason_is_the_fact_of_the_first_strictest_step() {
    let handling = handled(|h| (h.orcon, h.personal_data) = (true, true));
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
