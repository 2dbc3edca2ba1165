use std::collections::BTreeSet;

use contracts::analysis::{
    LevelChange,
    anomalies::Method,
    assessments::JudgementForm,
    drafting::{ConsentTold, WarningTold},
};
use domain::{
    ConsentId, Day, Level, Licence, Redistribution, WarningId,
    likelihood::{Confidence, Word},
    mandate::ConsentState,
};

use super::*;
use crate::domain::product::{flash, given};

const BOTH: [Language; 2] = [Language::En, Language::Ru];

#[test]
fn an_incident_is_told_with_its_grade_and_precision_and_barely_without_words_and_fine_places() {
    let (of, seen) = (given::happened("a"), given::seen("a"));
    let (text, bare) = incident(Language::En, &of, &seen);
    assert_eq!(
        text,
        "20 November 2026, Ak-Sai, Batken, Kyrgyzstan (known to the district): Fire at the intake. 2 deaths; 1 report, 1 independent source, best grade B2."
    );
    assert_eq!(
        bare.unwrap(),
        "20 November 2026, Batken, Kyrgyzstan: exchange of fire. 2 deaths; 1 report, 1 independent source, best grade B2."
    );
    let (text, bare) = incident(Language::Ru, &of, &seen);
    assert_eq!(
        text,
        "20 ноября 2026 г., Ак-Сай, Баткенская область, Кыргызстан (с точностью до района): перестрелка. 2 погибших; 1 сообщение, 1 независимый источник, наивысшая оценка B2."
    );
    assert!(bare.unwrap().contains("Кыргызстан: перестрелка. 2 погибших"));
}

#[test]
fn what_a_source_says_of_place_and_deaths_is_not_said_twice_and_its_name_is_the_one_people_know() {
    let (of, mut seen) = (given::happened("a"), given::seen("a"));
    for title in ["Batken: 2 deaths", "Ak-Sai: 2 deaths", "2 deaths"] {
        seen.title = title.into();
        let text = incident(Language::En, &of, &seen).0;
        assert!(text.contains("(known to the district): exchange of fire. 2 deaths; 1 report"), "{text}");
    }
    seen.title = "Ak-Sai: fire at the intake".into();
    assert!(incident(Language::En, &of, &seen).0.contains("district): fire at the intake. 2 deaths"));
    seen.source = "field-report".into();
    let told = |l| crate::domain::product::sources::observation(l, &seen, given::now()).bare;
    assert_eq!(told(Language::En), "field report, 20 November 2026");
    assert_eq!(told(Language::Ru), "сообщение с мест, 20 ноября 2026 г.");
}

#[test]
fn words_that_a_licence_keeps_in_are_not_told_and_a_floor_is_kept() {
    let mut seen = given::seen("a");
    seen.handling.licence = Licence::named("ACLED", Redistribution::Derived, "ACLED");
    let (text, _) = incident(Language::En, &given::happened("a"), &seen);
    assert!(!text.contains("Fire at the intake") && text.contains("exchange of fire"), "{text}");
    seen.handling.precision_floor = Precision::Province;
    seen.place = "KG-B".into();
    let (text, bare) = incident(Language::En, &given::happened("a"), &seen);
    assert!(text.contains("Batken, Kyrgyzstan: exchange of fire"), "{text}");
    assert_eq!(Some(text), bare, "nothing finer is known to be told");
}

#[test]
fn deaths_that_nobody_states_are_not_told_as_none() {
    assert_eq!(deaths(Language::En, None), "deaths not stated");
    assert_eq!(deaths(Language::Ru, None), "о погибших не сообщается");
    assert_eq!(
        (deaths(Language::En, Some(0)), deaths(Language::Ru, Some(0))),
        ("0 deaths".into(), "0 погибших".into())
    );
}

#[test]
fn a_level_rises_and_falls_with_what_weighs_most() {
    let (situation, seen) = (given::situation(Level::High), given::seen("a"));
    let rose = given::change(Level::Low, Level::High);
    let (text, bare) = change(Language::En, &rose, Some((&situation, &seen)));
    assert_eq!(
        text,
        "Batken, Kyrgyzstan, border tension: up from low to high on 20 November 2026. Main contribution: Fire at the intake (20 November 2026, B2, 45% of the index)."
    );
    assert!(bare.unwrap().contains("Main contribution: exchange of fire ("));
    let (text, _) = change(Language::Ru, &given::change(Level::High, Level::Calm), None);
    assert_eq!(
        text,
        "Баткенская область, Кыргызстан, напряжённость на границе: уровень понизился с высокого до спокойного (20 ноября 2026 г.)."
    );
}

#[test]
fn a_forecast_is_a_range_with_its_record_and_never_a_mean() {
    let of = given::foretold();
    for (language, begins) in [(Language::En, "Record of such"), (Language::Ru, "Точность таких")]
    {
        let record = record(language, &of.record).0;
        assert!(record.starts_with(begins) && record.contains("CRPS"), "{record}");
        let (text, _) = forecast(language, &of);
        assert!(!text.contains("CRPS"), "its record is said once: {text}");
        assert!(text.contains(&w::whole(language, of.forecast.expected.p95)), "{text}");
        assert!(!text.contains("mean") && !text.contains("average") && !text.contains("средн"), "{text}");
    }
}

#[test]
fn likelihood_and_confidence_never_stand_in_one_sentence() {
    let of = JudgementForm {
        statement: "Fire is exchanged again.".into(),
        likelihood: Word::Likely.range(),
        confidence: Confidence::Moderate,
        basis: String::new(),
        evidence: Vec::new(),
        sources: vec![],
        alternatives: Vec::new(),
        would_change: Vec::new(),
        due: Day::of(2027, 1, 31).unwrap(),
    };
    assert_eq!(
        judgement(Language::En, &of).0,
        "Likely (55–80%): Fire is exchanged again. Confidence: moderate. Outcome known by 31 January 2027."
    );
    assert_eq!(
        judgement(Language::Ru, &of).0,
        "Вероятно (55–80\u{202f}%): «Fire is exchanged again». Уверенность: средняя. Исход станет известен к 31 января 2027 г."
    );
}

#[test]
fn what_is_not_reported_is_never_told_as_calm() {
    let of = given::material().gaps.remove(0);
    assert_eq!(
        gap(Language::En, &of).0,
        "Tajikistan: nothing reported from 1 of 5 provinces (Sughd); the level there is unknown, not calm."
    );
    assert_eq!(
        gap(Language::Ru, &of).0,
        "Таджикистан: сведений не поступало по 1 из 5 провинций (Согдийская область); уровень там неизвестен, и это не спокойствие."
    );
    let nothing = |l, unplaced| nothing_reported(l, &[Threat::BorderTension], unplaced).0;
    let english = "No incident in any province was reported on border tension; that is no sign of calm.";
    assert_eq!(nothing(Language::En, true), english);
    assert!(nothing(Language::En, false).starts_with("No incident was reported on"));
    assert!(nothing(Language::Ru, true).starts_with("Сообщений об инцидентах с указанием провинции нет"));
}

#[test]
fn a_level_that_held_before_all_that_is_walked_is_told_as_held_at_least_since_then() {
    let batken = Situation { since_at_least: true, ..given::situation(Level::High) };
    let [en, ru] = [Language::En, Language::Ru].map(|l| standing(l, &batken).0.0);
    assert_eq!(
        en,
        "Batken, Kyrgyzstan, border tension: the level has been high at least since 23 November 2026."
    );
    assert!(ru.ends_with("уровень — высокий (не позднее чем с 23 ноября 2026 г.)."), "{ru}");
}

#[test]
fn a_level_set_by_hand_is_told_with_its_setter_reason_and_the_computed_one() {
    let mut batken = given::situation(Level::Elevated);
    let set = serde_json::from_value(serde_json::json!({
        "id": domain::OverrideId::derived(&["set"]), "province": "KG-B", "threat": "border_tension", "level": "high",
        "computed": "elevated", "reason": "the post was shelled.", "by": "S. Analyst", "at": given::now(),
        "until": "2026-12-23T07:30:00Z", "state": "active", "version": 1,
    }));
    batken.set = Some(set.unwrap());
    assert_eq!(
        standing(Language::En, &batken).0.0,
        "Batken, Kyrgyzstan, border tension: the level has been high since 23 November 2026, set by hand by S. Analyst because the post was shelled; computed: elevated."
    );
    assert!(
        !standing(Language::En, &batken).0.1.unwrap().contains("shelled"),
        "the reason may hold words of a source"
    );
    let russian = standing(Language::Ru, &batken).0.0;
    assert!(
        russian.ends_with(
            "установлен вручную (S. Analyst), потому что: the post was shelled; расчётный — повышенный."
        ),
        "{russian}"
    );
    assert!(
        country(Language::En, (&batken, &[]), Provinces { raised: 1, known: 7, of: 7 })
            .0
            .contains("at most high (Batken (set by hand; computed: elevated), border tension)")
    );
    let all = levels(Language::En, Threat::BorderTension, &[(Level::High, vec![&batken])]).0;
    assert_eq!(all, "Border tension – high: Batken (set by hand; computed: elevated).");
}

#[test]
fn a_paper_tells_in_its_own_language_and_leaves_words_of_another_to_its_list_of_sources() {
    let (of, mut seen) = (given::happened("a"), given::seen("a"));
    seen.title = "Перестрелка у водозабора".into();
    assert!(incident(Language::Ru, &of, &seen).0.contains(": Перестрелка у водозабора."));
    let english = incident(Language::En, &of, &seen).0;
    assert!(english.contains(": exchange of fire.") && !english.contains("Перестрелка"), "{english}");
    let gap = |number: usize, of: usize| {
        let provinces = geography::provinces().iter().filter(|unit| unit.country == "AFG").take(number);
        gap(
            Language::Ru,
            &Gap {
                provinces: provinces.map(|unit| unit.id.parse().unwrap()).collect(),
                of,
                ..Gap::none("AFG".parse().unwrap())
            },
        )
        .0
    };
    assert!(gap(21, 34).contains("по 21 из 34 провинций ("), "{}", gap(21, 34));
    assert!(
        gap(34, 34).contains("не поступало ни по одной из 34 провинций;"),
        "no list where it is all: {}",
        gap(34, 34)
    );
}

#[test]
fn figures_warnings_consents_and_levels_are_whole_sentences_in_both_languages() {
    let warned = WarningTold {
        id: WarningId::derived(&["w"]),
        version: 1,
        threat: Threat::BorderTension,
        level: Level::High,
        provinces: BTreeSet::from(["KG-B".parse().unwrap()]),
        sent: given::now(),
        expires: given::now(),
        handling: given::marked(domain::Tlp::Green),
    };
    let consented = ConsentTold {
        id: ConsentId::derived(&["c"]),
        version: 1,
        grantor: "KGZ".parse().unwrap(),
        beneficiary: "osce".into(),
        issues: BTreeSet::from([Threat::BorderTension]),
        state: ConsentState::Granted,
        at: given::now(),
    };
    let batken = given::situation(Level::High);
    let of = [(Level::High, vec![&batken])];
    for l in BOTH {
        let all = [
            figures(l, (given::day(17), given::day(23)), &seven_days(0, 0)),
            figures(l, (given::day(17), given::day(23)), &seven_days(1, 5)),
            no_change(l),
            country(l, (&given::situation(Level::High), &[]), Provinces { raised: 1, known: 3, of: 7 }),
            country(l, (&given::situation(Level::Calm), &[]), Provinces { raised: 0, known: 1, of: 5 }),
            record(l, &given::foretold().record),
            levels(l, Threat::BorderTension, &of),
            standing(l, &given::situation(Level::High)).0,
            standing(l, &given::situation(Level::High)).1.unwrap(),
            warning(l, &warned),
            consent(l, &consented),
        ];
        for (text, bare) in all.into_iter().chain(flash::flash(l, &given::happened("a"), &given::seen("a"))) {
            for text in [Some(text), bare].into_iter().flatten() {
                assert!(text.ends_with('.') && !text.contains("..") && !text.contains("  "), "{text}");
                assert!(
                    text.chars().next().is_some_and(|first| first.is_uppercase() || first.is_numeric()),
                    "{text}"
                );
            }
        }
    }
    assert_eq!(
        figures(Language::Ru, (given::day(17), given::day(23)), &seven_days(0, 0)).0,
        "17–23 ноября 2026 г.: 1 инцидент, 2 погибших (по наиболее надёжным сообщениям); 1 уровень повысился, 0 понизилось."
    );
}

/// One incident in which two died or, for all that is stated, nobody knows; one level rose, so many more by computation alone.
fn seven_days(unstated: u64, unreported: u64) -> Figures {
    let deaths = if unstated == 0 { 2 } else { 0 };
    Figures { incidents: 1, unstated, deaths, rose: 1, unreported, ..Figures::default() }
}

#[test]
fn deaths_that_are_not_stated_and_levels_of_silent_places_are_told_apart_in_the_figures() {
    let told = |l, of: &Figures| figures(l, (given::day(17), given::day(23)), of).0;
    let three = Figures { incidents: 3, unstated: 3, ..Figures::default() };
    assert_eq!(
        told(Language::En, &three),
        "17–23 November 2026: 3 incidents, deaths not stated in 3; 0 levels rose, 0 fell."
    );
    assert!(told(Language::Ru, &three).contains("3 инцидента, о погибших не сообщается в 3 случаях;"));
    let some = Figures { incidents: 3, unstated: 1, deaths: 4, unreported: 2, ..Figures::default() };
    assert_eq!(
        told(Language::En, &some),
        "17–23 November 2026: 3 incidents, 4 deaths by the best-graded reports, deaths not stated in 1; 0 levels rose, 0 fell. Not counted, computed where nothing is reported: 2 changes of level."
    );
}

#[test]
fn what_was_first_assessed_has_no_level_to_have_risen_from() {
    let first =
        LevelChange { first: true, late: Some(given::day(1)), ..given::change(Level::Calm, Level::High) };
    assert_eq!(
        change(Language::En, &first, None).0,
        "Batken, Kyrgyzstan, border tension: assessed for the first time; the level on 20 November 2026: high."
    );
    let russian = change(Language::Ru, &first, None).0;
    assert!(russian.contains("оценка проведена впервые; уровень на 20 ноября 2026 г.: высокий"), "{russian}");
    let some = Figures { first: 40, ..seven_days(0, 0) };
    let told = |l| figures(l, (given::day(17), given::day(23)), &some).0;
    assert!(
        told(Language::En).ends_with("1 level rose, 0 fell, 40 first assessed."),
        "{}",
        told(Language::En)
    );
    assert!(told(Language::Ru).ends_with("40 оценено впервые."), "{}", told(Language::Ru));
}

#[test]
fn a_level_that_a_neighbour_lifts_names_it_and_a_silent_place_is_no_level() {
    let lifted = Some(contracts::analysis::Lifted { by: "AF-KDZ".parse().unwrap(), index: 70.2, share: 0.2 });
    let rose = LevelChange { lifted, ..given::change(Level::Calm, Level::Low) };
    let (situation, seen) = (given::situation(Level::Low), given::seen("a"));
    assert_eq!(
        change(Language::En, &rose, Some((&situation, &seen))).0,
        "Batken, Kyrgyzstan, border tension: up from calm to low on 20 November 2026. It is lifted by what happens in Kunduz, Afghanistan (20% of its index 70)."
    );
    let silent = LevelChange { unreported: true, ..rose };
    assert_eq!(
        change(Language::En, &silent, None).0,
        "Batken, Kyrgyzstan, border tension: nothing is reported from there, the level is unknown; the computed one went from calm to low on 20 November 2026. It is lifted by what happens in Kunduz, Afghanistan (20% of its index 70)."
    );
    let russian = change(Language::Ru, &silent, None).0;
    assert!(russian.contains("сведений оттуда не поступало, уровень неизвестен"), "{russian}");
    assert!(russian.contains("Кундуз, Афганистан (20\u{202f}% индекса"), "{russian}");
}

/// April in Batken: 43 incidents where 12.3 are usual, with this chance, after a month that surprised so much.
fn unusual(chance: f64, remembered: f64) -> Anomaly {
    let surprise = -chance.log10();
    let method = Method {
        name: "tail".into(),
        window_months: 40,
        half_life_months: 18.0,
        mean: 12.3,
        variance: 90.0,
        chance,
        surprise,
        score: surprise + remembered,
    };
    given::anomaly(("KG-B", Threat::BorderTension), Day::of(2026, 4, 1).unwrap(), (43.0, method))
}

#[test]
fn an_unusual_month_is_told_with_what_its_chance_is_worth_where_many_provinces_are_watched() {
    let told = |l, of: &Anomaly| anomaly(l, of, 88).0;
    assert_eq!(
        told(Language::En, &unusual(1.0 / 80.0, 0.2)),
        "Batken, Kyrgyzstan, border tension: April 2026 is unusual for this place and worth a look: 43 incidents, usually 12.3. Chance of as many or more: 1–5% here, 67% in any of the 88 provinces that are watched; chance alone marks about 1.4 of them so every month. Not yet judged."
    );
    let russian = told(Language::Ru, &unusual(1.0 / 80.0, 0.2));
    assert!(
        russian.contains("1–5\u{202f}% здесь, 67\u{202f}% хотя бы в одной из 88 наблюдаемых провинций"),
        "{russian}"
    );
    assert!(russian.contains("отмечается около 1,4 провинции в месяц."), "{russian}");
    let remembered = unusual(0.05, 0.5);
    assert!(told(Language::En, &remembered).contains("it is together with the month before"));
    assert!(told(Language::Ru, &remembered).contains("вместе с предыдущим месяцем"));
    let few = |l, watched| anomaly(l, &unusual(1.0 / 80.0, 0.2), watched).0;
    let of_34 =
        "1–5% here, 35% in any of the 34 provinces that are watched; chance alone marks about 0.5 of them";
    assert!(few(Language::En, 34).contains(of_34), "{}", few(Language::En, 34));
    assert!(
        few(Language::Ru, 21).contains("в одной из 21 наблюдаемой провинции;"),
        "{}",
        few(Language::Ru, 21)
    );
    let alone = few(Language::En, 1);
    assert!(alone.contains("1–5%; no other province is watched for this threat. Not yet"), "{alone}");
    let alone = few(Language::Ru, 1);
    assert!(
        alone.contains("1–5\u{202f}%; другие провинции по этой угрозе не наблюдаются. Заключение"),
        "{alone}"
    );
}

#[test]
fn a_trend_is_told_of_both_months_that_it_is_taken_from() {
    let alert = given::situation(Level::High);
    let told = |l| standing(l, &alert).1.unwrap().0;
    let english = "What was reported of this month and the one before it is so unusual for this place that it must be looked into.";
    assert_eq!(told(Language::En), english);
    assert!(
        told(Language::Ru).starts_with("По сообщениям за этот и предыдущий месяцы — настолько необычная")
    );
}
