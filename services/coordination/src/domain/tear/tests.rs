use contracts::analysis::products::Ceiling;
use domain::{
    Agreement, AgreementId, Consent, ConsentId, Licence, Mandate, MandateId, Redistribution, Tlp, UnClass,
    handling::Audience,
    mandate::{ConsentState, Limit, LimitEffect},
    release::Rule,
};
use proptest::prelude::*;

use super::*;

const PRODUCT: &str =
    include_str!("../../../../../shared/contracts/golden/mirab.ask.analysis.product.get.v1.reply.json");

fn product() -> Product {
    let mut product: Product = serde_json::from_str(PRODUCT).unwrap();
    product.form.ceiling = None;
    product
}

fn today() -> Day {
    "2026-11-23".parse().unwrap()
}

fn partner(tlp_ceiling: Tlp, precision_floor: Precision, limits: Vec<Limit>) -> Partner {
    let agreement = Agreement {
        id: AgreementId::derived(&["a"]),
        title: "Exchange of letters".into(),
        tlp_ceiling,
        un_class_ceiling: UnClass::Confidential,
        kinds: BTreeSet::from([KIND.to_owned()]),
        precision_floor,
        redistribution: Redistribution::Derived,
        purposes: BTreeSet::from(["early_warning".to_owned()]),
        valid_from: "2020-01-01".parse().unwrap(),
        valid_until: None,
    };
    let mandate = Mandate {
        id: MandateId::derived(&["m"]),
        instrument: "MC.DEC/3/11".into(),
        citation: "MC.DEC/3/11, para. 1".into(),
        functions: Vec::new(),
        threats: BTreeSet::from([Threat::BorderTension]),
        countries: BTreeSet::from(["KGZ".parse().unwrap()]),
        limits,
        valid_from: "2020-01-01".parse().unwrap(),
        valid_until: None,
    };
    Partner { key: "osce".into(), mandates: vec![mandate], agreements: vec![agreement], consents: Vec::new() }
}

#[test]
fn what_a_person_wrote_on_liaison_goes_to_no_partner_whatever_it_cites() {
    let partner = partner(Tlp::Amber, Precision::Exact, Vec::new());
    let mut whole = product();
    whole.sections[1].part = Part::Liaison;
    let number = whole.sections[1].statements[0].number;
    let line = |whole: &Product| {
        let lines = torn(whole, &partner).lines;
        lines.into_iter().find(|line| line.statement == number).map(|line| (line.goes, line.reason)).unwrap()
    };
    assert_ne!(line(&whole).0, Goes::Nothing, "as it was drafted");
    whole.sections[1].statements[0].drafted = false;
    let (goes, reason) = line(&whole);
    assert_eq!(goes, Goes::Nothing);
    assert!(reason.starts_with("Mandate: a person wrote it on the centre's liaison"), "{reason}");
}

#[test]
fn what_names_people_of_the_centre_goes_barely_to_whom_all_the_rest_goes_whole() {
    let partner = partner(Tlp::Amber, Precision::Exact, Vec::new());
    let mut whole = product();
    let said = &mut whole.sections[1].statements[0];
    said.text =
        "Batken: the level has been high, set by hand by A. Karimova because our contact says so.".into();
    said.bare = Some("Batken: the level has been high, set by hand.".into());
    let number = said.number;
    let line = |whole: &Product| {
        let torn = torn(whole, &partner);
        let line = torn.lines.iter().find(|line| line.statement == number).unwrap();
        (line.goes, line.reason.clone(), serde_json::to_string(&torn.product).unwrap())
    };
    assert_eq!(line(&whole).0, Goes::Whole, "unless it is marked so");
    whole.sections[1].statements[0].internal = true;
    let (goes, reason, given) = line(&whole);
    assert_eq!(goes, Goes::Bare, "{reason}");
    assert!(reason.ends_with("which go to no partner: it goes without them"), "{reason}");
    assert!(
        !given.contains("Karimova") && !given.contains("contact") && given.contains("set by hand"),
        "{given}"
    );
    whole.sections[1].statements[0].bare = None;
    assert_eq!(line(&whole).0, Goes::Nothing);
}

fn torn(whole: &Product, partner: &Partner) -> Torn {
    torn_without(whole, partner, &[])
}

/// The same after these sources were taken back.
fn torn_without(whole: &Product, partner: &Partner, gone: &[String]) -> Torn {
    let gone: BTreeSet<String> = gone.iter().cloned().collect();
    let to =
        Recipient { named: ("osce", "OSCE"), partner, today: today(), purpose: "early_warning", gone: &gone };
    tear(whole, to)
}

fn goes(torn: &Torn) -> Vec<Goes> {
    torn.lines.iter().map(|line| line.goes).collect()
}

#[test]
fn what_goes_is_numbered_anew_and_marked_as_what_is_left() {
    let whole = product();
    let torn = torn(&whole, &partner(Tlp::Green, Precision::Exact, vec![]));
    assert_eq!(goes(&torn), [Goes::Nothing, Goes::Whole, Goes::Nothing], "{:?}", torn.lines);
    let left = &torn.product;
    assert_eq!((left.sections.len(), left.handling.tlp()), (1, Tlp::Clear));
    let said = &left.sections[0].statements[0];
    assert_eq!((said.number, said.sources.as_slice()), (1, &["1".to_owned()][..]));
    assert_eq!(left.sources[0].label, "Fire at the intake, desk, 20 November 2026");
    assert_eq!((left.sources[0].id.as_str(), left.sources[0].key.as_str()), ("", "1"));
    assert!(left.authors.is_empty() && left.history.is_empty() && left.digest.is_none());
}

#[test]
fn a_floor_asks_for_the_barer_statement_and_what_people_wrote_has_none() {
    let mut whole = product();
    let floor = partner(Tlp::AmberStrict, Precision::Province, vec![]);
    let torn_once = torn(&whole, &floor);
    let bare = whole.sections[1].statements[0].bare.clone().unwrap();
    assert_eq!(goes(&torn_once)[1], Goes::Bare, "{:?}", torn_once.lines[1]);
    let texts: Vec<&str> = torn_once.product.statements().map(|said| said.text.as_str()).collect();
    assert!(texts.contains(&bare.as_str()) && !texts.iter().any(|text| text.contains("Ak-Sai")), "{texts:?}");
    whole.sections[1].statements[0].bare = None;
    assert_eq!(goes(&torn(&whole, &floor))[1], Goes::Nothing);
    let country = partner(Tlp::AmberStrict, Precision::Country, vec![]);
    assert!(
        goes(&torn(&product(), &country)).iter().all(|goes| *goes != Goes::Bare),
        "a province is too fine"
    );
}

#[test]
fn what_a_government_agreed_to_is_told_to_nobody_but_the_organisation_it_agreed_to_inform() {
    let id = ConsentId::derived(&["c"]);
    let mut whole = product();
    let source = whole.sources.iter_mut().find(|one| one.kind == SourceKind::Observation).unwrap();
    (source.kind, source.id) = (SourceKind::Consent, id.to_string());
    let mut osce = partner(Tlp::Green, Precision::Exact, vec![]);
    let told = torn(&whole, &osce);
    assert_eq!(goes(&told)[1], Goes::Nothing, "{:?}", told.lines[1]);
    assert!(told.lines[1].reason.starts_with("Mandate: what governments agreed to is the centre's own"));
    assert!(told.product.sections.is_empty() && told.product.sources.is_empty());
    osce.consents.push(Consent {
        id,
        grantor: "KGZ".parse().unwrap(),
        beneficiary: "osce".into(),
        purpose: "early_warning".into(),
        issues: BTreeSet::from([Threat::BorderTension]),
        instrument: "Note 12".into(),
        state: ConsentState::Granted,
        valid_from: "2020-01-01".parse().unwrap(),
        valid_until: None,
        exercise: false,
    });
    assert_eq!(goes(&torn(&whole, &osce))[1], Goes::Whole, "it is a consent to informing this very one");
    let said = &mut whole.sections[1].statements[0];
    said.drafted = false;
    assert_eq!(goes(&torn(&whole, &osce))[1], Goes::Nothing, "a person may have named others in it");
}

#[test]
fn what_rests_on_a_source_that_was_taken_back_since_goes_to_nobody() {
    let whole = product();
    let osce = partner(Tlp::Green, Precision::Exact, vec![]);
    let retracted = whole.sections[1].statements[0].sources[0].clone();
    let after = torn_without(&whole, &osce, &[retracted]);
    assert_eq!(goes(&torn(&whole, &osce))[1], Goes::Whole);
    assert_eq!(goes(&after)[1], Goes::Nothing);
    assert_eq!(after.lines[1].reason, "Withdrawn since: source [1] was retracted");
    assert!(after.product.sections.is_empty() && after.product.sources.is_empty());
}

#[test]
fn who_takes_facts_only_is_given_no_assessment() {
    let limit = Limit {
        text: "facts only".into(),
        effect: LimitEffect::DropAssessment,
        threats: BTreeSet::from([Threat::BorderTension]),
    };
    let torn = torn(&product(), &partner(Tlp::AmberStrict, Precision::Exact, vec![limit]));
    assert_eq!(goes(&torn), [Goes::Nothing, Goes::Whole, Goes::Nothing], "{:?}", torn.lines);
}

#[test]
fn whoever_takes_facts_only_is_given_no_sentence_that_tells_levels() {
    let limit = Limit {
        text: "facts, not political assessments".into(),
        effect: LimitEffect::DropAssessment,
        threats: BTreeSet::from([Threat::BorderTension]),
    };
    let partner = partner(Tlp::AmberStrict, Precision::Exact, vec![limit]);
    let mut whole = product();
    let key = whole.sections[1].statements[0].sources[0].clone();
    let mut resting_on = |id: &str| {
        let source = whole.sources.iter_mut().find(|source| source.key == key).unwrap();
        (source.kind, source.id) = (SourceKind::Coverage, id.to_owned());
        goes(&torn(&whole, &partner))[1]
    };
    for fact in ["counts", "heard", "reports/ob_1", "source/ucdp", "KGZ", "gaps", "unplaced"] {
        assert_eq!(resting_on(fact), Goes::Whole, "{fact}");
    }
    for level in [
        "levels/KGZ",
        "levels/border_tension",
        "levels/moved",
        "level/KG-B/border_tension",
        "months/KG-B/border_tension",
    ] {
        assert_eq!(resting_on(level), Goes::Nothing, "{level}");
    }
}

#[test]
fn above_the_authors_own_line_nothing_goes_whatever_is_agreed() {
    let mut whole = product();
    let ceiling = contracts::analysis::products::Ceiling { tlp: Tlp::Clear, un_class: UnClass::Unclassified };
    whole.form.ceiling = Some(ceiling);
    let torn = torn(&whole, &partner(Tlp::Red, Precision::Exact, vec![]));
    assert_eq!(goes(&torn), [Goes::Nothing, Goes::Whole, Goes::Nothing]);
    assert!(torn.lines[0].reason.contains("tear-line"));
}

#[test]
fn without_an_agreement_nothing_goes_and_the_rule_says_why() {
    let mut nobody = partner(Tlp::Red, Precision::Exact, vec![]);
    nobody.agreements.clear();
    let torn = torn(&product(), &nobody);
    assert!(torn.product.sections.is_empty() && torn.product.sources.is_empty());
    assert_eq!(torn.product.form.title, torn.product.plain_title);
    assert!(torn.lines.iter().all(|line| {
        line.decision
            .steps
            .iter()
            .any(|step| step.rule == Rule::Agreement && step.outcome == Outcome::Withhold)
    }));
}

#[test]
fn a_title_that_a_person_gave_goes_only_where_what_the_centre_says_by_itself_may_go() {
    let mut whole = product();
    whole.sections.retain(|section| section.statements.iter().any(|said| said.number == 2));
    whole.form.title = "Fire at the intake of A.".into();
    let mut partner = partner(Tlp::Green, Precision::Exact, vec![]);
    partner.mandates[0].threats = Threat::ALL.iter().copied().collect();
    let given = torn(&whole, &partner).product;
    assert_eq!((given.form.title.as_str(), given.handling.tlp()), (whole.form.title.as_str(), Tlp::Green));
    whole.form.ceiling = Some(Ceiling { tlp: Tlp::Clear, un_class: UnClass::Unclassified });
    let given = torn(&whole, &partner).product;
    assert_eq!(given.form.title, whole.plain_title, "above the tear-line the title stays with the rest");
    whole.form.ceiling = None;
    let mut strict = Handling::new(Tlp::Red, UnClass::Unclassified);
    strict.audience = Audience::Everyone;
    whole.form.handling = strict;
    let given = torn(&whole, &partner).product;
    assert_eq!((given.form.title, given.handling.tlp()), (whole.plain_title, Tlp::Clear));
}

fn handling() -> impl Strategy<Value = Handling> {
    let tlp = proptest::sample::select(Tlp::ALL);
    let class = proptest::sample::select(UnClass::ALL);
    let redistribution = proptest::sample::select(Redistribution::ALL);
    (tlp, class, redistribution, any::<[bool; 4]>()).prop_map(
        |(tlp, class, redistribution, [audience, exclude, personal, chatham])| {
            let mut handling = Handling::new(tlp, class);
            handling.audience = if audience {
                Audience::Everyone
            } else {
                Audience::Only(BTreeSet::from(["cis".to_owned()]))
            };
            handling.exclude = if exclude { BTreeSet::from(["osce".to_owned()]) } else { BTreeSet::new() };
            handling.licence = Licence::named("X", redistribution, "by X");
            handling.personal_data = personal;
            handling.chatham_house = chatham;
            handling
        },
    )
}

/// A statement to be: marking, which of five sources, whether it was edited, whether there is a barer one.
type Sketch = (Handling, Vec<usize>, bool, bool);

fn whole(sketches: &[Sketch], marks: &[Handling]) -> Product {
    let mut whole = product();
    let like = whole.sources[0].clone();
    whole.form.title = "title-secret".into();
    whole.sources = (0..)
        .zip(marks)
        .map(|(at, handling): (usize, &Handling)| Source {
            key: format!("key-{at}-"),
            id: format!("id-{at}-"),
            label: format!("label-{at}-"),
            bare: format!("plain-{at}-"),
            handling: handling.clone(),
            ..like.clone()
        })
        .collect();
    let said = whole.sections[1].statements[0].clone();
    let statements = (1..).zip(sketches).map(|(number, (wish, of, edited, bare))| {
        let of: BTreeSet<usize> = of.iter().map(|at| at % marks.len()).collect();
        let handling = of.iter().fold(wish.clone(), |sum, at| sum.join(&marks[*at]));
        Statement {
            number,
            text: format!("text-{number}-"),
            bare: bare.then(|| format!("bare-{number}-")),
            sources: of.iter().map(|at| format!("key-{at}-")).collect(),
            handling,
            edited: edited.then(|| contracts::analysis::products::Edited {
                by: whole.authors[0].clone(),
                at: whole.created_at,
            }),
            ..said.clone()
        }
    });
    let statements: Vec<Statement> = statements.collect();
    whole.sections = statements
        .chunks(2)
        .zip([
            contracts::analysis::products::Part::Summary,
            contracts::analysis::products::Part::Security,
            contracts::analysis::products::Part::Outlook,
        ])
        .map(|(statements, part)| Section { part, statements: statements.to_vec(), struck: None })
        .collect();
    whole
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn nothing_of_a_withheld_statement_is_left_in_what_is_given_out(
        sketches in prop::collection::vec((handling(), prop::collection::vec(0..5_usize, 0..3), any::<bool>(), any::<bool>()), 1..6),
        marks in prop::collection::vec(handling(), 5),
        ceiling in proptest::sample::select(Tlp::ALL),
        floor in proptest::sample::select(Precision::ALL),
        facts_only in any::<bool>(),
        (lost, ledger) in (0..10_usize, 0..10_usize),
    ) {
        let limit = Limit { text: "facts only".into(), effect: LimitEffect::DropAssessment, threats: BTreeSet::from([Threat::BorderTension]) };
        let partner = partner(ceiling, floor, if facts_only { vec![limit] } else { vec![] });
        let mut whole = whole(&sketches, &marks);
        // half of the time one of the five was taken back, and half of the time one is of the ledger of consents
        if let Some(source) = whole.sources.get_mut(ledger) {
            source.kind = SourceKind::Consent;
        }
        let torn = torn_without(&whole, &partner, &[format!("key-{lost}-")]);
        let given = serde_json::to_string(&torn.product).unwrap();
        let goes: BTreeMap<u32, Goes> = torn.lines.iter().map(|line| (line.statement, line.goes)).collect();
        for line in &torn.lines {
            let number = line.statement;
            prop_assert!(line.decision.releases() || line.goes == Goes::Nothing, "{line:?}");
            let rests = |at: usize| whole.statements().any(|said| said.number == number && said.sources.contains(&format!("key-{at}-")));
            prop_assert!(line.goes == Goes::Nothing || !rests(lost) && !rests(ledger), "{line:?}");
            prop_assert_eq!(given.contains(&format!("text-{number}-")), line.goes == Goes::Whole);
            prop_assert_eq!(given.contains(&format!("bare-{number}-")), line.goes == Goes::Bare);
        }
        for at in 0..marks.len() {
            let key = format!("key-{at}-");
            let cited = |wanted: Goes| whole.statements().any(|said| said.sources.contains(&key) && goes[&said.number] == wanted);
            let (fully, barely) = (cited(Goes::Whole), cited(Goes::Bare));
            prop_assert_eq!(given.contains(&format!("label-{at}-")), fully);
            prop_assert_eq!(given.contains(&format!("plain-{at}-")), barely && !fully);
            prop_assert!(!given.contains(&key) && !given.contains(&format!("id-{at}-")), "no id leaves");
        }
        let whole_goes = torn.lines.iter().all(|line| line.goes == Goes::Whole);
        // a title is the centre's own word: it goes with the whole, where its handling may, and not to who takes facts only
        let own_goes = whole.form.handling.tlp() <= ceiling && !facts_only;
        prop_assert_eq!(given.contains("title-secret"), whole_goes && own_goes);
        let numbers: Vec<u32> = torn.product.statements().map(|said| said.number).collect();
        prop_assert!(numbers.iter().copied().eq(1..=u32::try_from(numbers.len()).unwrap()), "no gap tells: {numbers:?}");
        let keys: BTreeSet<&str> = torn.product.statements().flat_map(|said| &said.sources).map(String::as_str).collect();
        prop_assert_eq!(keys.len(), torn.product.sources.len());
        if !numbers.is_empty() {
            prop_assert!(torn.product.handling.tlp() <= ceiling, "what is left is marked as what is left");
        }
    }
}
