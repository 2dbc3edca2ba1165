use super::*;

#[test]
fn what_sends_by_itself_is_one_sender_whether_it_names_a_source_or_not() {
    let heard = |by: &str, sealed: bool, via: Option<&str>| ReportReceived {
        report: ReportId::derived(&["r"]),
        form: serde_json::from_value(
            serde_json::json!({ "title": "x", "text": "x", "threat": "border_tension",
            "kind": "seizure", "severity": "minor", "place": { "country": "KGZ", "precision": "country" },
            "grade": { "reliability": "B", "credibility": 2 }, "handling": { "tlp": "AMBER" } }),
        )
        .unwrap(),
        sealed_source: sealed.then(|| "sealed".into()),
        source: "src_1".into(),
        by: by.into(),
        received_at: "2026-11-23T07:30:00Z".parse().unwrap(),
        via: via.map(Into::into),
    };
    for sealed in [false, true] {
        assert_eq!(sender(&heard("hook/sms", sealed, Some("sms"))), "hook/sms");
    }
    assert_eq!(sender(&heard("src_2", true, None)), "src_2");
    assert_eq!(sender(&heard("gulnara", false, None)), "src_1");
    assert_eq!(sender(&heard("gulnara", true, None)), SENDER_UNKNOWN);
}

fn wish(from: ReportState, action: ReportAction) -> Wish<'static> {
    Wish {
        from,
        action,
        by_sender: false,
        note: "called the district office",
        corroborated: false,
        checked: true,
        original: Original::Unnamed,
        amiss: &[],
    }
}

#[test]
fn with_a_place_that_is_not_found_or_a_day_ahead_a_report_goes_no_further_and_what_to_do_is_told() {
    use ReportAction as A;
    use ReportState as S;
    let amiss = ["it is said to happen on 2030-01-01, after it was received".to_owned()];
    for (from, action) in [(S::Submitted, A::Triage), (S::Triage, A::Investigate), (S::Verified, A::Accept)] {
        let refused = decide(Wish { amiss: &amiss, ..wish(from, action) });
        assert_eq!(
            refused,
            Err(Refusal::Lacks(vec![amiss[0].clone(), correction::FIRST.to_owned()])),
            "{action}"
        );
    }
    for (from, action, to) in [
        (S::Submitted, A::Reject, S::Rejected),
        (S::Submitted, A::Correct, S::Submitted),
        (S::Verified, A::Correct, S::Verifying),
    ] {
        assert_eq!(decide(Wish { amiss: &amiss, ..wish(from, action) }), Ok(to));
    }
    let unnoted = decide(Wish { note: " ", ..wish(S::Triage, A::Correct) });
    assert_eq!(unnoted, Err(Refusal::Lacks(vec![correction::UNNOTED.to_owned()])));
    assert_eq!(leads_to(S::Accepted, A::Correct), Some(S::Accepted), "its observation is revised");
}

#[test]
fn a_report_goes_the_way_of_the_product_and_no_other() {
    use ReportAction as A;
    use ReportState as S;
    let way = [
        (S::Submitted, A::Triage),
        (S::Triage, A::Investigate),
        (S::Verifying, A::Verify),
        (S::Verified, A::Accept),
    ];
    let reached: Vec<_> = way.iter().map(|(from, action)| decide(wish(*from, *action)).unwrap()).collect();
    assert_eq!(reached, [S::Triage, S::Verifying, S::Verified, S::Accepted]);
    for last in [S::Rejected, S::Duplicate] {
        assert!(A::ALL.iter().all(|action| leads_to(last, *action).is_none()));
    }
    for early in [S::Submitted, S::Triage, S::Verifying] {
        assert!(matches!(decide(wish(early, A::Accept)), Err(Refusal::Stands(_))));
    }
    assert!(matches!(decide(wish(S::Triage, A::Verify)), Err(Refusal::Stands(_))));
}

#[test]
fn verifying_takes_a_second_person_with_a_note_or_a_second_source() {
    let good = wish(ReportState::Verifying, ReportAction::Verify);
    assert!(decide(good).is_ok());
    let lacks = |wish| match decide(wish) {
        Err(Refusal::Lacks(reasons)) => reasons.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(lacks(Wish { by_sender: true, ..good }), 1);
    assert_eq!(lacks(Wish { note: " ", ..good }), 1);
    assert_eq!(lacks(Wish { by_sender: true, note: "", ..good }), 2);
    assert!(decide(Wish { note: "", corroborated: true, ..good }).is_ok());
    assert_eq!(lacks(Wish { by_sender: true, corroborated: true, ..good }), 1, "nobody verifies his own");
}

#[test]
fn what_another_source_alone_bore_out_is_accepted_while_one_does_and_is_else_to_be_checked_anew() {
    let rests = Wish { checked: false, note: "", ..wish(ReportState::Verified, ReportAction::Accept) };
    assert!(decide(Wish { corroborated: true, ..rests }).is_ok());
    assert!(decide(Wish { checked: true, ..rests }).is_ok());
    assert!(decide(Wish { from: ReportState::Unverified, ..rests }).is_ok(), "it is graded as it was stated");
    let Err(Refusal::Lacks(reasons)) = decide(Wish { note: "called", ..rests }) else { panic!() };
    assert!(reasons[0].contains("investigate it anew"), "{reasons:?}");
    assert!(contracts::reason::is_told(&reasons[0]), "{reasons:?}");
    let anew = wish(ReportState::Verified, ReportAction::Investigate);
    assert_eq!(decide(anew), Ok(ReportState::Verifying));
}

#[test]
fn a_refusal_says_what_can_be_done_instead() {
    let Err(Refusal::Stands(why)) = decide(wish(ReportState::Triage, ReportAction::Verify)) else { panic!() };
    assert!(why.contains("investigate"), "{why}");
}

#[test]
fn what_happened_before_dawn_is_of_the_day_that_dawns_there_and_nothing_lies_ahead_for_that() {
    let form = |at: &str, place: serde_json::Value| -> ReportForm {
        serde_json::from_value(serde_json::json!({ "title": "x", "text": "x", "threat": "border_tension",
            "kind": "seizure", "severity": "minor", "place": place, "occurred_at": at,
            "grade": { "reliability": "B", "credibility": 2 }, "handling": { "tlp": "AMBER" } }))
        .unwrap()
    };
    let province = |code: &str| serde_json::json!({ "province": code, "precision": "province" });
    let country = serde_json::json!({ "country": "TJK", "precision": "country" });
    let nowhere = serde_json::json!({ "precision": "none" });
    let received_at = "2026-11-24T23:30:00Z".parse().unwrap();
    for (at, place, day) in [
        ("2026-11-25T03:30:00+05:00", province("TJ-SU"), "2026-11-25"),
        ("2026-11-25T03:30:00+05:00", country, "2026-11-25"),
        ("2026-11-25T03:30:00+04:30", province("AF-KAN"), "2026-11-25"),
        ("2026-11-20T00:00:00Z", province("KG-B"), "2026-11-20"),
        ("2026-11-25T03:30:00+05:00", nowhere, "2026-11-24"),
    ] {
        let received = receive(&form(at, place), received_at);
        assert_eq!(received.occurred_on.to_string(), day, "{at}");
        assert!(received.problems.is_empty(), "{:?}", received.problems);
    }
    let untold = ReportForm { occurred_at: None, ..form("2026-11-20T00:00:00Z", province("KG-B")) };
    assert_eq!(receive(&untold, received_at).occurred_on.to_string(), "2026-11-25", "it came in the morning");
    let ahead = receive(&form("2026-11-25T23:00:00Z", province("KG-B")), received_at);
    assert!(ahead.problems[0].contains("2026-11-26, after it was received"), "{:?}", ahead.problems);
    for long_ago in ["0206-11-20T00:00:00Z", "1026-11-20T00:00:00Z", "-0005-11-20T00:00:00Z"] {
        let received = receive(&form(long_ago, province("KG-B")), received_at);
        assert!(received.problems[0].contains("1900-01-01 to 2026-11-24; check the year"), "{received:?}");
        assert!(contracts::reason::is_told(&received.problems[0]));
    }
}

/// A report of the week of 9 November that came on the 24th stood in the lists of the 24th.
#[test]
fn a_weekly_report_is_of_its_week_however_late_it_comes() {
    let form = |week: &str| -> ReportForm {
        serde_json::from_value(serde_json::json!({ "title": "x", "text": "x", "threat": "border_tension", "kind": "situation_report",
            "severity": "minor", "place": { "province": "KG-B", "precision": "province" },
            "situation": { "questionnaire": domain::QuestionnaireId::derived(&["q"]), "week": week, "answers": {} },
            "grade": { "reliability": "B", "credibility": 2 }, "handling": { "tlp": "AMBER" } }))
        .unwrap()
    };
    let received_at = "2026-11-24T07:30:00Z".parse().unwrap();
    for (week, day) in
        [("2026-11-09", "2026-11-15"), ("2026-11-23", "2026-11-24"), ("2026-11-30", "2026-11-30")]
    {
        assert_eq!(receive(&form(week), received_at).occurred_on.to_string(), day, "{week}");
    }
}

#[test]
fn kinds_are_words_of_the_field() {
    assert!(["seizure", "border_incident", "a1"].iter().all(|kind| is_kind(kind)));
    assert!(
        !["", "Seizure", "border incident", "_x", "1a", &"a".repeat(65)].iter().any(|kind| is_kind(kind))
    );
}

#[test]
fn a_duplicate_names_the_report_that_it_repeats() {
    let duplicate = wish(ReportState::Triage, ReportAction::Duplicate);
    for original in [Original::Unnamed, Original::Itself, Original::Absent, Original::Repeats] {
        let refused = decide(Wish { original, ..duplicate });
        assert!(matches!(&refused, Err(Refusal::Lacks(why)) if why.len() == 1), "{refused:?}");
    }
    assert_eq!(decide(Wish { original: Original::Good, ..duplicate }), Ok(ReportState::Duplicate));
    assert!(decide(Wish { original: Original::Good, note: " ", ..duplicate }).is_err());
}

#[test]
fn what_was_accepted_can_still_be_refused_with_a_note_and_moves_the_record() {
    for (action, told) in [
        (ReportAction::Reject, ReportOutcome::Rejected),
        (ReportAction::Contradict, ReportOutcome::Contradicted),
    ] {
        let refuse = wish(ReportState::Accepted, action);
        assert_eq!(decide(refuse), Ok(ReportState::Rejected));
        assert!(matches!(decide(Wish { note: " ", ..refuse }), Err(Refusal::Lacks(_))));
        assert_eq!(outcome(ReportState::Accepted, action), Some(told));
    }
    let again = decide(wish(ReportState::Accepted, ReportAction::Investigate));
    assert!(matches!(&again, Err(Refusal::Stands(why)) if why.contains("reject, contradict")), "{again:?}");
}

#[test]
fn what_is_refused_before_anybody_checked_it_says_nothing_of_its_source() {
    use ReportAction as A;
    use ReportState as S;
    assert_eq!(outcome(S::Triage, A::Reject), None);
    assert_eq!(outcome(S::Verifying, A::Reject), Some(ReportOutcome::Rejected));
    assert_eq!(outcome(S::Verified, A::Contradict), Some(ReportOutcome::Contradicted));
    assert_eq!(outcome(S::Verified, A::Accept), None);
    for anew in [A::Correct, A::Investigate] {
        assert_eq!(
            outcome(S::Verified, anew),
            Some(ReportOutcome::Withdrawn),
            "it counts as verified no longer"
        );
        assert_eq!(outcome(S::Unverified, anew), None);
    }
    assert_eq!(leads_to(S::Triage, A::Contradict), None);
}

#[test]
fn whatever_is_lacking_can_be_told_in_every_language() {
    use ReportAction as A;
    use ReportState as S;
    let mut told = 0;
    for (from, by_sender, note) in [
        (S::Submitted, false, ""),
        (S::Triage, true, ""),
        (S::Verifying, true, ""),
        (S::Accepted, false, "x"),
    ] {
        for action in A::ALL.iter().copied() {
            for original in [Original::Unnamed, Original::Itself, Original::Absent] {
                let wish = Wish { by_sender, note, original, ..wish(from, action) };
                let reasons = match decide(wish) {
                    Ok(_) => continue,
                    Err(Refusal::Stands(why)) => vec![why],
                    Err(Refusal::Lacks(reasons)) => reasons,
                };
                told += reasons.len();
                for why in reasons {
                    assert!(contracts::reason::is_told(&why), "{why}");
                }
            }
        }
    }
    assert!(told > 20, "{told}");
}
