//! Arbitrary words for property tests, drawn from few enough values that they meet.

use std::collections::BTreeSet;

use proptest::{collection, option, prelude::*, sample};

use crate::{
    Agreement, AgreementId, Consent, ConsentId, Country, Day, Handling, Licence, Mandate, MandateId, Partner,
    Place, Point, Precision, Redistribution, Threat, Tlp, UnClass,
    handling::Audience,
    mandate::{ConsentState, Limit, LimitEffect},
    release::Item,
};

/// Keys of organisations; the first is the partner's.
pub(crate) const KEYS: [&str; 3] = ["osce", "caricc", "unama"];

/// The day on which decisions are taken.
pub(crate) fn today() -> Day {
    Day::of(2026, 11, 23).unwrap()
}

fn set<T: Ord + Clone + std::fmt::Debug + 'static>(
    from: &[T],
    least: usize,
) -> impl Strategy<Value = BTreeSet<T>> + use<T> {
    let most = from.len();
    sample::subsequence(from.to_vec(), least..=most).prop_map(|kept| kept.into_iter().collect())
}
fn texts(from: &[&str]) -> impl Strategy<Value = BTreeSet<String>> + use<> {
    set(&from.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>(), 0)
}
fn one<T: Clone + std::fmt::Debug + 'static>(from: &'static [T]) -> impl Strategy<Value = T> + use<T> {
    sample::select(from)
}

pub(crate) fn precision() -> impl Strategy<Value = Precision> {
    one(Precision::ALL)
}
pub(crate) fn tlp() -> impl Strategy<Value = Tlp> {
    one(Tlp::ALL)
}
pub(crate) fn un_class() -> impl Strategy<Value = UnClass> {
    one(UnClass::ALL)
}
pub(crate) fn threat() -> impl Strategy<Value = Threat> {
    one(&Threat::ALL[..3])
}
pub(crate) fn country() -> impl Strategy<Value = Country> {
    one(&Country::REGION[..3])
}
pub(crate) fn audience() -> impl Strategy<Value = Audience> {
    prop_oneof![
        2 => Just(Audience::Everyone),
        3 => texts(&KEYS).prop_map(Audience::Only),
        1 => texts(&["*", "osce"]).prop_map(Audience::Only),
    ]
}
pub(crate) fn licence() -> impl Strategy<Value = Licence> {
    (texts(&["own", "CC-BY-4.0", "ACLED"]), one(Redistribution::ALL), texts(&["UCDP", "ACLED"]))
        .prop_map(|(ids, redistribution, attribution)| Licence { ids, redistribution, attribution })
}

/// Any handling at all.
pub(crate) fn handling() -> impl Strategy<Value = Handling> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    let sets = (texts(&["UNAMA", "KGZ MFA"]), texts(&KEYS), set(&Country::REGION[..3], 0));
    (tlp(), un_class(), flags, sets, audience(), licence(), precision()).prop_map(
        |(tlp, un_class, flags, sets, audience, licence, precision_floor)| {
            let mut handling = Handling::new(tlp, un_class);
            (handling.chatham_house, handling.orcon, handling.personal_data) = flags;
            (handling.originators, handling.exclude, handling.consent) = sets;
            (handling.audience, handling.licence, handling.precision_floor) =
                (audience, licence, precision_floor);
            handling
        },
    )
}

/// Any place, also one whose fields say more than its precision.
pub(crate) fn place() -> impl Strategy<Value = Place> {
    let names = (option::of(Just("Isfara".to_owned())), option::of(Just("Vorukh".to_owned())));
    let code = one(&["TJ-SU", "KG-B"]).prop_map(|code| code.parse().unwrap());
    let point = (-90.0..=90.0, -180.0..=180.0).prop_map(|(lat, lon)| Point::new(lat, lon).unwrap());
    (option::of(country()), option::of(code), names, option::of((point, 0.0..100.0)), precision()).prop_map(
        |(country, province, (district, name), around, precision)| Place {
            country,
            province,
            district,
            name,
            point: around.map(|(point, _)| point),
            precision,
            radius_km: around.map(|(_, radius_km)| radius_km),
        },
    )
}

/// A handling that much of may be released, so that what makes it stricter shows.
fn mild_handling() -> impl Strategy<Value = Handling> {
    let redistribution = prop_oneof![4 => Just(Redistribution::Raw), 1 => one(Redistribution::ALL)];
    let rarely = || proptest::bool::weighted(0.1);
    let marks = (
        prop_oneof![3 => Just(Tlp::Clear), 1 => tlp()],
        prop_oneof![6 => Just(UnClass::Unclassified), 1 => un_class()],
    );
    let audience = prop_oneof![3 => Just(Audience::Everyone), 1 => audience()];
    let consent = prop_oneof![2 => Just(BTreeSet::new()), 1 => set(&Country::REGION[..3], 0)];
    (handling(), marks, (rarely(), rarely(), rarely(), rarely()), audience, consent, redistribution).prop_map(
        |(any, (tlp, un_class), flags, audience, consent, redistribution)| {
            let mut handling = Handling::new(tlp, un_class);
            (handling.orcon, handling.personal_data, handling.chatham_house) = (flags.0, flags.1, flags.2);
            if flags.3 {
                handling.exclude = any.exclude;
            }
            (handling.audience, handling.consent) = (audience, consent);
            handling.licence = Licence { redistribution, ..any.licence };
            (handling.originators, handling.precision_floor) = (any.originators, any.precision_floor);
            handling
        },
    )
}

/// An item of few kinds, threats and countries.
pub(crate) fn item() -> impl Strategy<Value = Item> {
    (
        one(&["warning", "observation"]),
        any::<bool>(),
        prop_oneof![4 => mild_handling().boxed(), 1 => handling().boxed()],
        set(&Threat::ALL[..3], 1),
        set(&Country::REGION[..3], 1),
        precision(),
        prop_oneof![4 => Just("early_warning"), 1 => Just("research")],
    )
        .prop_map(|(kind, derived, handling, threats, countries, precision, purpose)| Item {
            kind: kind.into(),
            derived,
            handling,
            threats,
            countries,
            precision,
            purpose: purpose.into(),
        })
}

/// Mostly in force today.
fn term() -> impl Strategy<Value = (Day, Option<Day>)> {
    (-400_i64..5, option::of(-5_i64..400))
        .prop_map(|(from, until)| (today().plus(from), until.map(|d| today().plus(d))))
}
fn limit() -> impl Strategy<Value = Limit> {
    (one(LimitEffect::ALL), set(&Threat::ALL[..3], 0)).prop_map(|(effect, threats)| Limit {
        text: format!("no {effect}"),
        effect,
        threats,
    })
}
fn mandate() -> impl Strategy<Value = Mandate> {
    (set(&Threat::ALL[..3], 1), set(&Country::REGION[..3], 1), collection::vec(limit(), 0..3), term())
        .prop_map(|(threats, countries, limits, (valid_from, valid_until))| Mandate {
            id: MandateId::derived(&["any"]),
            instrument: "MC.DEC/3/11".into(),
            citation: "MC.DEC/3/11, para. 1".into(),
            functions: Vec::new(),
            threats,
            countries,
            limits,
            valid_from,
            valid_until,
        })
}
fn agreement() -> impl Strategy<Value = Agreement> {
    let ceilings = (prop_oneof![1 => Just(Tlp::Red), 1 => tlp()], un_class());
    let kinds = prop_oneof![3 => Just(BTreeSet::from(["warning".to_owned(), "observation".to_owned()])), 1 => texts(&["warning", "observation"])];
    let purposes = prop_oneof![3 => Just(BTreeSet::from(["early_warning".to_owned()])), 1 => texts(&["early_warning", "research"])];
    let redistribution = prop_oneof![2 => Just(Redistribution::Raw), 1 => one(Redistribution::ALL)];
    (ceilings, kinds, precision(), redistribution, purposes, term()).prop_map(
        |((tlp_ceiling, un_class_ceiling), kinds, precision_floor, redistribution, purposes, term)| {
            Agreement {
                id: AgreementId::derived(&["any"]),
                title: "Exchange of letters".into(),
                tlp_ceiling,
                un_class_ceiling,
                kinds,
                precision_floor,
                redistribution,
                purposes,
                valid_from: term.0,
                valid_until: term.1,
            }
        },
    )
}
fn consent() -> impl Strategy<Value = Consent> {
    let state = prop_oneof![3 => Just(ConsentState::Granted), 1 => one(ConsentState::ALL)];
    let beneficiary = prop_oneof![4 => Just(KEYS[0]), 1 => one(&KEYS)];
    let issues =
        prop_oneof![2 => Just(Threat::ALL[..3].iter().copied().collect()), 1 => set(&Threat::ALL[..3], 0)];
    (country(), beneficiary, issues, state, term()).prop_map(|(grantor, beneficiary, issues, state, term)| {
        Consent {
            id: ConsentId::derived(&["any"]),
            grantor,
            beneficiary: beneficiary.into(),
            purpose: "early_warning".into(),
            issues,
            instrument: format!("note of {grantor}"),
            state,
            valid_from: term.0,
            valid_until: term.1,
            exercise: false,
        }
    })
}

/// A partner under the first of the keys.
pub(crate) fn partner() -> impl Strategy<Value = Partner> {
    (collection::vec(mandate(), 0..4), collection::vec(agreement(), 0..4), collection::vec(consent(), 0..8))
        .prop_map(|(mandates, agreements, consents)| Partner {
            key: KEYS[0].into(),
            mandates,
            agreements,
            consents,
        })
}
