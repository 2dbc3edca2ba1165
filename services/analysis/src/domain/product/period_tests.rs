//! What a paper on a period tells of what was known in it, before it and after it.

use contracts::analysis::{
    anomalies::{Anomaly, Method},
    forecasts::{Outcome, Score},
    products::{Part, ProductKind, ProductLanguage as Language},
};
use domain::{Day, Threat};

use super::{
    compose::compose,
    given,
    material::{Foretold, Gap, Happened, Material},
    sentences::{anomaly, forecast},
};

fn said(kind: ProductKind, l: Language, known: &Material, part: Part) -> Vec<String> {
    let parts = compose(&given::form(kind, l), known).into_iter();
    let told = parts.filter(|(one, _)| *one == part).flat_map(|(_, said)| said);
    told.map(|said| said.sentence.0).collect()
}

/// Helmand in October 2026: less than usual after a September with more.
fn october() -> Anomaly {
    let method = Method {
        name: "tail".into(),
        window_months: 60,
        half_life_months: 18.0,
        mean: 54.5,
        variance: 900.0,
        chance: 0.49,
        surprise: 0.31,
        score: 1.46,
    };
    let (place, month) = (("AF-HEL", Threat::ArmedConflict), Day::of(2026, 10, 1).unwrap());
    Anomaly { counted: "deaths".into(), ..given::anomaly(place, month, (27.0, method)) }
}

#[test]
fn a_month_below_its_usual_is_marked_for_the_month_before_and_called_unusual_by_nobody() {
    assert_eq!(
        anomaly(Language::En, &october(), 88).0,
        "Helmand, Afghanistan, armed conflict: October 2026 by itself is not unusual: 27 deaths, usually 54.5. It is marked for the month before, September 2026; chance of as many or more as then: below 1%. Not yet judged."
    );
    let russian = anomaly(Language::Ru, &october(), 88).0;
    assert!(
        russian.contains("сам по себе обычный месяц: 27 погибших, обычно 54,5. Отмечен он из-за предыдущего (сентябрь 2026 г.)"),
        "{russian}"
    );
    let above = Anomaly { observed: 70.0, ..october() };
    assert!(anomaly(Language::En, &above, 88).0.contains("it is together with the month before"));
}

#[test]
fn a_forecast_of_a_period_that_is_over_says_what_came_of_it() {
    let mut of = given::foretold();
    let score = Score { crps: 1.0, crps_of_logs: 0.1, interval: 3.0, within: false, place: 0.9 };
    let resolved_at = "2027-02-03T10:02:00Z".parse().unwrap();
    of.forecast.outcome =
        Some(Outcome { observed: 164, counted_now: None, resolved_at, expected: score, naive: score });
    of.forecast.counted = "deaths".into();
    assert!(forecast(Language::En, &of).0.ends_with("%. Resolved on 3 February 2027: 164 deaths."));
    assert!(forecast(Language::Ru, &of).0.ends_with(". Итог подведён 3 февраля 2027 г.: 164 погибших."));
    of.forecast.outcome = None;
    assert!(!forecast(Language::En, &of).0.contains("Resolved"));
}

#[test]
fn a_forecast_says_up_to_when_it_counts_and_what_is_counted_of_its_window_so_far() {
    let of = Foretold { so_far: Some((155, given::day(15))), ..given::foretold() };
    let (english, russian) = (forecast(Language::En, &of).0, forecast(Language::Ru, &of).0);
    let known = super::words::month(Language::En, of.forecast.origin);
    assert!(english.contains(&format!(", by what was counted up to {known}: between ")), "{english}");
    let counted = "in nine cases out of ten; counted of it so far: 155 (lists of all events reach to 15 November 2026); chance";
    assert!(english.contains(counted), "{english}");
    let counted = "; из этого уже учтено: 155 (перечни событий доведены по 15 ноября 2026 г. включительно);";
    assert!(russian.contains("(последний учтённый месяц — ") && russian.contains(counted), "{russian}");
    let ahead = forecast(Language::En, &given::foretold()).0;
    assert!(!ahead.contains("so far"), "its window has not begun: {ahead}");
}

#[test]
fn a_province_of_which_a_paper_tells_incidents_is_no_province_that_nothing_is_reported_from() {
    let mut known = given::material();
    known.gaps = vec![Gap {
        provinces: vec!["KG-B".parse().unwrap(), "KG-O".parse().unwrap()],
        of: 9,
        ..Gap::none("KGZ".parse().unwrap())
    }];
    known.at = known.at.plus(chrono::TimeDelta::days(30));
    let told = said(ProductKind::SituationReport, Language::En, &known, Part::Annex);
    for expected in [
        "Kyrgyzstan: nothing reported from 1 of 9 provinces (Osh Region); the level there is unknown, not calm.",
        "Kyrgyzstan: by 23 November 2026 too little had been reported from Batken to speak of a level; it is unknown, not calm.",
    ] {
        assert!(told.iter().any(|text| text == expected), "{expected}: {told:?}");
    }
    for kind in ProductKind::ALL.iter().copied() {
        for (_, said) in compose(&given::form(kind, Language::Ru), &known) {
            for one in said {
                assert!(!one.sentence.0.contains(".."), "{kind}: {}", one.sentence.0);
            }
        }
    }
}

#[test]
fn what_became_known_in_the_period_of_days_before_it_is_told_as_such() {
    let mut known = given::material();
    let early = Happened {
        from: given::day(1).plus(-300),
        to: given::day(1).plus(-300),
        deaths: Some(300),
        ..given::happened("a")
    };
    known.late = vec![early];
    let october = Anomaly { observed: 90.0, ..october() };
    known.anomalies = vec![(october, given::marked(domain::Tlp::Clear))];
    let told = said(ProductKind::SituationReport, Language::En, &known, Part::Threats);
    assert!(
        told.iter()
            .any(|text| text.starts_with("Became known in the period: ") && text.contains("300 deaths")),
        "{told:?}"
    );
    assert!(
        told.iter().any(|text| text.starts_with("Became known in the period: Helmand")),
        "an older month that became unusual in it: {told:?}"
    );
    let russian = said(ProductKind::WarningNote, Language::Ru, &known, Part::Signals);
    assert!(russian.iter().any(|text| text.starts_with("Стало известно в отчётный период: ")), "{russian:?}");
    let incidents = said(ProductKind::SituationReport, Language::En, &known, Part::Security);
    assert!(incidents.iter().all(|text| !text.contains("300 deaths")), "none of the period: {incidents:?}");
}
