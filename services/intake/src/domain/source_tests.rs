use proptest::prelude::*;

use contracts::intake::sources::SourceMapping;

use super::*;

fn now() -> Timestamp {
    "2026-11-23T07:30:00Z".parse().unwrap()
}

fn form() -> SourceForm {
    SourceForm {
        title: "A feed".into(),
        address: Some("https://example.org/rows.csv".into()),
        format: Some(contracts::gateway::Format::Csv),
        mapping: None,
        parameters: contracts::intake::sources::SourceParameters::default(),
        every_s: 3600,
        handling: None,
        grade: None,
        exercise: false,
    }
}

proptest! {
    #[test]
    fn a_source_is_asked_again_after_its_interval_and_at_most_a_tenth_more(every_s in LEAST_EVERY_S..MOST_EVERY_S, key in "[a-z]{2,9}") {
        let next = after_good(&key, every_s, now()).unwrap();
        let waited = next.since(now()).num_seconds();
        prop_assert!(waited >= i64::from(every_s) && waited <= i64::from(every_s) + i64::from(every_s) / 10);
    }

    #[test]
    fn failures_wait_longer_and_longer_within_bounds_and_never_less_than_was_asked(
        failures in 1u32..100, every_s in prop_oneof![Just(0), LEAST_EVERY_S..MOST_EVERY_S], asked in proptest::option::of(0u64..200_000),
    ) {
        let wait = |failures, asked: Option<u64>| {
            after_failure(("k", every_s), failures, asked.map(Duration::from_secs), now()).since(now()).num_seconds()
        };
        prop_assert!(wait(failures, None) <= wait(failures + 1, None));
        prop_assert!((60..=6 * 3600 + 6 * 360).contains(&wait(failures, None)));
        if let Some(asked) = asked {
            prop_assert!(wait(failures, Some(asked)) >= (asked as i64).min(24 * 3600));
        }
    }
}

#[test]
fn a_source_that_is_not_asked_by_itself_is_never_silent_and_never_due() {
    assert_eq!(after_good("k", 0, now()), None);
    assert!(!is_silent(0, 3, (None, now()), now().plus(chrono::Duration::days(1000))));
}

#[test]
fn silence_is_counted_from_the_last_good_answer_or_from_when_it_was_switched_on() {
    let later = |hours| now().plus(chrono::Duration::hours(hours));
    assert!(!is_silent(3600, 3, (None, now()), later(3)));
    assert!(is_silent(3600, 3, (None, now()), later(4)));
    assert!(!is_silent(3600, 3, (Some(later(2)), now()), later(5)));
    assert!(!is_silent(3600, 3, (Some(now()), later(100)), later(102)), "it was off meanwhile");
}

#[test]
fn the_gravest_of_what_is_the_case_is_said() {
    let all = Signs { enabled: true, lacks: true, silent: true, failing: true, ever_good: false };
    let table = [
        (Signs { enabled: false, ..all }, SourceState::Paused),
        (all, SourceState::Lacking),
        (Signs { lacks: false, ..all }, SourceState::Silent),
        (Signs { lacks: false, silent: false, ..all }, SourceState::Failing),
        (Signs { lacks: false, silent: false, failing: false, ..all }, SourceState::Waiting),
        (Signs { lacks: false, silent: false, failing: false, ever_good: true, ..all }, SourceState::Good),
    ];
    for (signs, expected) in table {
        assert_eq!(state(signs), expected);
    }
}

#[test]
fn what_a_connector_does_not_know_is_refused_by_name() {
    assert!(objections(Connector::File, &form()).is_empty());
    let at = |connector, form: &SourceForm| -> Vec<&str> {
        objections(connector, form).into_iter().map(|(at, _)| at).collect()
    };
    assert_eq!(at(Connector::Acled, &form()), ["/form/format"]);
    assert_eq!(at(Connector::Webhook, &form()), ["/form/address"]);
    assert_eq!(
        at(Connector::CapIndex, &SourceForm { address: None, format: None, ..form() }),
        ["/form/address"]
    );
    let bare = SourceForm { address: None, format: None, ..form() };
    assert_eq!(at(Connector::File, &bare), ["/form/format", "/form/address"]);
    let mapping = Some(SourceMapping { name: "border-log".into(), version: None });
    let mapped = SourceForm { format: Some(Format::Mapped), ..form() };
    assert_eq!(at(Connector::File, &mapped), ["/form/mapping"]);
    assert!(at(Connector::File, &SourceForm { mapping: mapping.clone(), ..mapped.clone() }).is_empty());
    assert_eq!(at(Connector::File, &SourceForm { mapping, ..form() }), ["/form/mapping"]);
    assert_eq!(at(Connector::Webhook, &SourceForm { address: None, ..mapped }), ["/form/format"]);
    let mut wrong = SourceForm { title: " ".into(), every_s: 59, ..form() };
    wrong.parameters.lookback_days = Some(30);
    wrong.parameters.least_magnitude = Some(4.5);
    wrong.parameters.countries = vec!["KGZ".parse().unwrap()];
    let expected =
        ["/form/title", "/form/every_s", "/form/parameters/countries", "/form/parameters/lookback_days"];
    assert_eq!(at(Connector::File, &wrong)[..4], expected);
}

#[test]
fn keys_are_short_and_plain() {
    for good in ["acled", "usgs-catalogue", "a1"] {
        assert_eq!(key_objection(good), None, "{good}");
    }
    for bad in ["", "a", "Acled", "a b", "-a", "a-", "a/b", "ä1", &"a".repeat(41)] {
        assert!(key_objection(bad).is_some(), "{bad}");
    }
}
