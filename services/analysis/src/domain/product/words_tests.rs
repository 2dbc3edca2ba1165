use super::*;

fn of(year: i32, month: u32, number: u32) -> Day {
    Day::of(year, month, number).unwrap()
}

#[test]
fn numbers_take_the_right_form_of_what_they_count() {
    let table = [
        (0, "0 deaths", "0 погибших"),
        (1, "1 death", "1 погибший"),
        (2, "2 deaths", "2 погибших"),
        (5, "5 deaths", "5 погибших"),
        (21, "21 deaths", "21 погибший"),
        (111, "111 deaths", "111 погибших"),
        (1_000, "1,000 deaths", "1\u{202f}000 погибших"),
    ];
    for (number, english, russian) in table {
        assert_eq!(count(Language::En, number, Noun::Death), english);
        assert_eq!(count(Language::Ru, number, Noun::Death), russian);
    }
    let russian = [
        (1, "1 сообщение"),
        (3, "3 сообщения"),
        (11, "11 сообщений"),
        (12, "12 сообщений"),
        (14, "14 сообщений"),
        (22, "22 сообщения"),
        (25, "25 сообщений"),
        (101, "101 сообщение"),
        (112, "112 сообщений"),
    ];
    for (number, text) in russian {
        assert_eq!(count(Language::Ru, number, Noun::Report), text);
    }
}

#[test]
fn after_up_to_russian_asks_for_the_genitive() {
    let told = |number, noun| up_to(Language::Ru, number, noun);
    assert_eq!(told(221, Noun::Death), "221 погибшего");
    assert_eq!(told(2, Noun::Incident), "2 инцидентов");
    assert_eq!(told(1, Noun::Incident), "1 инцидента");
    assert_eq!(up_to(Language::En, 221, Noun::Death), "221 deaths");
    assert_eq!(made_after(Language::Ru, 748), "748 прогнозов, составленных задним числом");
    assert_eq!(made_after(Language::Ru, 1), "1 прогноз, составленный задним числом");
}

#[test]
fn every_noun_has_all_its_forms() {
    use Noun::{Anomaly, Change, Death, Forecast, Incident, Owner, Province, Report};
    assert_eq!(in_provinces(Language::Ru, 1, 21), "в 1 из 21 провинции");
    assert_eq!(in_provinces(Language::Ru, 0, 14), "ни в одной из 14 провинций");
    assert_eq!(in_provinces(Language::En, 5, 5), "in all 5 provinces");
    for noun in [Death, Incident, Report, Owner, Province, Change, Forecast, Anomaly] {
        for number in [1, 2, 5] {
            assert!(count(Language::En, number, noun).is_ascii(), "{noun:?}");
            assert!(!count(Language::Ru, number, noun).chars().any(|c| c.is_ascii_alphabetic()), "{noun:?}");
        }
        assert_ne!(count(Language::En, 1, noun).replace('1', "2"), count(Language::En, 2, noun));
    }
}

#[test]
fn a_period_says_once_what_its_days_share() {
    let table = [
        ((2026, 11, 23), (2026, 11, 23), "23 November 2026", "23 ноября 2026 г."),
        ((2026, 11, 1), (2026, 11, 7), "1–7 November 2026", "1–7 ноября 2026 г."),
        ((2026, 10, 30), (2026, 11, 5), "30 October – 5 November 2026", "30 октября – 5 ноября 2026 г."),
        (
            (2026, 12, 30),
            (2027, 1, 5),
            "30 December 2026 – 5 January 2027",
            "30 декабря 2026 г. – 5 января 2027 г.",
        ),
    ];
    for (from, to, english, russian) in table {
        let (from, to) = (of(from.0, from.1, from.2), of(to.0, to.1, to.2));
        assert_eq!(period(Language::En, from, to), english);
        assert_eq!(period(Language::Ru, from, to), russian);
    }
}

#[test]
fn months_and_moments_are_written_as_the_language_writes_them() {
    assert_eq!(month(Language::En, of(2026, 5, 1)), "May 2026");
    assert_eq!(month(Language::Ru, of(2026, 5, 1)), "май 2026 г.");
    let at: Timestamp = "2026-11-23T08:05:59Z".parse().unwrap();
    assert_eq!(moment(Language::En, at), "23 November 2026, 08:05 UTC");
    assert_eq!(moment(Language::Ru, at), "23 ноября 2026 г., 08:05 UTC");
}

#[test]
fn a_small_chance_is_a_band_and_decimals_follow_the_language() {
    let table = [
        (0.004, "below 1%", "менее 1\u{202f}%"),
        (0.03, "1–5%", "1–5\u{202f}%"),
        (0.07, "5–10%", "5–10\u{202f}%"),
        (0.15, "10–20%", "10–20\u{202f}%"),
        (0.42, "42%", "42\u{202f}%"),
        (0.995, "above 99%", "более 99\u{202f}%"),
    ];
    for (share, english, russian) in table {
        assert_eq!(
            (chance(Language::En, share), chance(Language::Ru, share)),
            (english.into(), russian.into())
        );
    }
    assert_eq!((number(Language::En, 1.26, 1), number(Language::Ru, 1.26, 1)), ("1.3".into(), "1,3".into()));
}

#[test]
fn levels_rise_and_fall_in_the_genitive() {
    assert_eq!(from_to(Language::En, Level::Low, Level::High), "from low to high");
    assert_eq!(from_to(Language::Ru, Level::Low, Level::High), "с низкого до высокого");
    assert_eq!(from_to(Language::Ru, Level::Calm, Level::Critical), "со спокойного до критического");
}

#[test]
fn every_word_of_the_domain_has_its_english_and_its_russian() {
    let all = |language: Language| -> Vec<&'static str> {
        let threats = Threat::ALL.iter().map(|word| threat(language, *word));
        let levels = Level::ALL.iter().map(|word| level(language, *word));
        let precisions = Precision::ALL.iter().map(|word| precision(language, *word));
        let trends = Trend::ALL.iter().map(|word| trend(language, *word));
        let grades = Reliability::ALL.iter().map(|word| reliability(language, *word));
        let digits = (1..=6).map(|digit| credibility(language, digit));
        let sure = Confidence::ALL.iter().map(|word| confidence(language, *word));
        let consents = ConsentState::ALL.iter().map(|word| consent(language, *word));
        let words = threats.chain(levels).chain(precisions).chain(trends).chain(grades);
        words.chain(digits).chain(sure).chain(consents).collect()
    };
    let (english, russian) = (all(Language::En), all(Language::Ru));
    assert!(english.iter().all(|text| text.is_ascii()), "{english:?}");
    assert!(russian.iter().all(|text| !text.chars().any(|c| c.is_ascii_alphabetic())), "{russian:?}");
    let distinct: std::collections::BTreeSet<&&str> = english.iter().collect();
    assert_eq!(
        distinct.len() + 2,
        english.len(),
        "low and high are levels and confidences; nothing else is said twice"
    );
    for country in Country::REGION {
        assert_ne!(self::country(Language::Ru, country), country.as_str());
    }
    let batken = "KG-B".parse().unwrap();
    assert_eq!(unit(Language::En, &batken), "Batken, Kyrgyzstan");
    assert_eq!(unit(Language::Ru, &batken), "Баткенская область, Кыргызстан");
}

#[test]
fn a_share_that_is_not_quite_nothing_or_all_is_told_as_neither() {
    for (share, english, russian) in [
        (0.0, "0%", "0\u{202f}%"),
        (0.004, "under 1%", "менее 1\u{202f}%"),
        (0.4, "40%", "40\u{202f}%"),
        (0.996, "over 99%", "более 99\u{202f}%"),
        (1.0, "100%", "100\u{202f}%"),
    ] {
        assert_eq!(
            (percent(Language::En, share).as_str(), percent(Language::Ru, share).as_str()),
            (english, russian)
        );
    }
}
