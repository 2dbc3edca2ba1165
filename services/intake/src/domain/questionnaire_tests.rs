use domain::{QuestionnaireId, Timestamp};

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn form() -> QuestionnaireForm {
    serde_json::from_value(serde_json::json!({
        "key": "weekly", "title": { "en": "The week" }, "questions": [
            { "key": "price_spike", "text": { "en": "Prices?" }, "asks": { "type": "indicator", "indicator": "price_spike" }, "required": true },
            { "key": "families", "text": { "en": "How many?" }, "asks": { "type": "number", "min": 0.0, "max": 500.0 } },
            { "key": "who", "text": { "en": "Who?" }, "asks": { "type": "text" } },
            { "key": "road", "text": { "en": "The road?" }, "asks": { "type": "choice", "options": [
                { "key": "open", "text": { "en": "open" } }, { "key": "shut", "text": { "en": "shut" } } ] } }
        ]
    }))
    .unwrap()
}

fn in_force() -> Questionnaire {
    Questionnaire {
        id: QuestionnaireId::derived(&["q"]),
        number: 1,
        form: form(),
        state: QuestionnaireState::InForce,
        by: "desk".into(),
        made_at: at("2026-11-01T00:00:00Z"),
        in_force_at: Some(at("2026-11-01T00:00:00Z")),
        retired_at: None,
        version: 1,
    }
}

fn answers(json: serde_json::Value) -> SituationAnswers {
    SituationAnswers {
        questionnaire: QuestionnaireId::derived(&["q"]),
        week: "2026-11-16".parse().unwrap(),
        answers: serde_json::from_value(json).unwrap(),
    }
}

fn faults(given: &SituationAnswers, asked: Option<&Questionnaire>) -> Vec<(String, AnswerFault)> {
    let found = check_answers(given, (asked, &"KG-B".parse().unwrap()), "2026-11-23".parse().unwrap());
    found.into_iter().map(|problem| (problem.pointer, problem.fault)).collect()
}

#[test]
fn good_answers_have_no_fault_and_what_is_not_required_may_be_left_out() {
    let all = serde_json::json!({ "price_spike": { "extent": "none" }, "families": { "number": 12.0, "text": "moved" },
        "who": { "text": "the council" }, "road": { "choice": "shut" } });
    assert_eq!(faults(&answers(all), Some(&in_force())), []);
    let least = serde_json::json!({ "price_spike": { "extent": "slight" }, "who": {} });
    assert_eq!(faults(&answers(least), Some(&in_force())), []);
}

#[test]
fn every_fault_is_named_with_its_place() {
    let given = answers(serde_json::json!({ "families": { "number": 900.0 }, "who": { "number": 1.0 },
        "road": { "choice": "flooded" }, "a/b": { "text": "x" } }));
    let found = faults(&given, Some(&in_force()));
    let expected = [
        ("/answers/price_spike", AnswerFault::Missing),
        ("/answers/families/number", AnswerFault::Above),
        ("/answers/who", AnswerFault::Other),
        ("/answers/road/choice", AnswerFault::NoOption),
        ("/answers/a~1b", AnswerFault::Unknown),
    ];
    assert_eq!(found, expected.map(|(at, fault)| (at.to_owned(), fault)));
}

#[test]
fn a_week_is_named_by_its_monday_and_lies_neither_ahead_nor_long_past() {
    for (week, fault) in [
        ("2026-11-18", AnswerFault::NotMonday),
        ("2026-11-30", AnswerFault::Ahead),
        ("2025-11-10", AnswerFault::TooOld),
    ] {
        let mut given = answers(serde_json::json!({ "price_spike": { "extent": "none" } }));
        given.week = week.parse().unwrap();
        assert_eq!(faults(&given, Some(&in_force())), [("/week".to_owned(), fault)], "{week}");
    }
}

#[test]
fn drafts_are_not_answered_and_answers_that_were_on_their_way_when_a_version_was_retired_count() {
    let given = answers(serde_json::json!({ "price_spike": { "extent": "none" } }));
    let draft = Questionnaire { state: QuestionnaireState::Draft, ..in_force() };
    assert_eq!(faults(&given, Some(&draft)), [("/questionnaire".to_owned(), AnswerFault::NotInForce)]);
    let retired = |on: &str| Questionnaire {
        state: QuestionnaireState::Retired,
        retired_at: Some(at(on)),
        ..in_force()
    };
    assert_eq!(faults(&given, Some(&retired("2026-11-22T09:00:00Z"))), []);
    assert_eq!(faults(&given, Some(&retired("2026-11-02T09:00:00Z"))).len(), 1);
    assert_eq!(faults(&given, None), [("/questionnaire".to_owned(), AnswerFault::NoQuestionnaire)]);
}

#[test]
fn the_closest_questionnaire_is_that_of_the_province() {
    let batken: ProvinceCode = "KG-B".parse().unwrap();
    let (everywhere, mut country, mut province) = (form(), form(), form());
    country.countries = ["KGZ".parse().unwrap()].into();
    province.provinces = [batken.clone()].into();
    let of = |form: &QuestionnaireForm| closeness(form, &batken);
    assert_eq!((of(&everywhere), of(&country), of(&province)), (Some(1), Some(2), Some(3)));
    let sughd = "TJ-SU".parse().unwrap();
    assert_eq!((closeness(&country, &sughd), closeness(&province, &sughd)), (None, None));
    assert_eq!(closeness(&everywhere, &"FR-75".parse().unwrap()), None);
}

#[test]
fn a_questionnaire_that_cannot_be_answered_is_refused_with_every_reason() {
    assert!(check_form(&form()).is_ok());
    let mut wrong = form();
    wrong.key = "The week".into();
    wrong.title.clear();
    wrong.questions[0].key = "prices".into();
    wrong.questions[1].key = "dialogue".into();
    wrong.questions[2].key = "road".into();
    wrong.provinces = ["KG-XX".parse().unwrap()].into();
    if let Asks::Choice { options } = &mut wrong.questions[3].asks {
        options.pop();
    }
    let failure = check_form(&wrong).unwrap_err();
    let at: Vec<&str> = failure.errors.iter().map(|error| error.pointer.as_str()).collect();
    let expected = [
        "/form/key",
        "/form/title",
        "/form/provinces",
        "/form/questions/0/key",
        "/form/questions/1/key",
        "/form/questions/3/key",
        "/form/questions/3/asks/options",
    ];
    assert_eq!(at, expected);
}

#[test]
fn a_version_goes_from_draft_into_force_and_out_of_it_and_never_back() {
    use QuestionnaireAction as A;
    use QuestionnaireState as S;
    assert_eq!(moved(S::Draft, A::Enact), Ok(S::InForce));
    assert_eq!(moved(S::InForce, A::Retire), Ok(S::Retired));
    assert!(moved(S::InForce, A::Enact).is_err());
    assert!(A::ALL.iter().all(|action| moved(S::Retired, *action).is_err()));
}
