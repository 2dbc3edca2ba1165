use domain::{Country, Threat};

use super::*;
use crate::domain::examples::{change, rule as own_rule};

fn texts(change: &SituationChanged) -> [Info; 2] {
    infos(change).try_into().unwrap()
}

fn exercise() -> SituationChanged {
    SituationChanged { exercise: true, ..change(Level::Elevated, Level::High) }
}

#[test]
fn the_english_text_says_what_changed_and_what_it_rests_on() {
    let [en, _] = texts(&change(Level::Elevated, Level::High));
    assert_eq!(en.headline, "Border tension in Batken, Kyrgyzstan: level rose from elevated to high");
    assert_eq!(
        en.description,
        "On 2026-11-23 the situation level for border tension in Batken (KG-B), Kyrgyzstan, rose from elevated (2 of 4) to high \
         (3 of 4). The index is 41.3; high begins at 30. Reports of the last 90 days: 14, from independent owners of sources: \
         3; the newest is of 2026-11-21.\n\
         Incidents with the largest share of the index:\n\
         [1] 2026-11-20, Kök-Tash: Exchange of fire at Kök-Tash (grade B2, 62 % of the index)\n\
         [2] 2026-11-21, Samarkandek: Road blocked (grade C3, 21 % of the index)\n\
         Incidents older than 90 days make 12 % of the index."
    );
    assert_eq!(
        en.assessment,
        "High means an index from 30 to below 80: the sum of what was reported, weighed by belief and gravity and fading with \
         time. Without new incidents the level falls to elevated on 2026-12-14. What happened lately is unusual for this \
         province. There is no statistical basis for a probability of escalation."
    );
    assert!(en.instruction.starts_with("Acknowledge receipt."));
}

#[test]
fn a_province_whose_name_was_not_told_is_called_by_its_code() {
    let [en, ru] = texts(&SituationChanged { names: None, ..change(Level::Elevated, Level::High) });
    assert!(en.headline.contains("in KG-B, Kyrgyzstan:"), "{}", en.headline);
    assert!(en.description.contains("in KG-B, Kyrgyzstan,"), "{}", en.description);
    assert!(ru.headline.contains("KG-B (Кыргызстан)"), "{}", ru.headline);
}

#[test]
fn an_incident_that_is_placed_by_its_province_alone_is_told_by_the_name_of_the_province() {
    let mut change = change(Level::Elevated, Level::High);
    change.situation.incidents[1].place = "KG-B".into();
    let [en, ru] = texts(&change);
    assert!(en.description.contains("[2] 2026-11-21, Batken: Road blocked"), "{}", en.description);
    assert!(ru.description.contains("[2] 21.11.2026, Баткенская область: «Road"), "{}", ru.description);
}

#[test]
fn what_was_first_assessed_did_not_rise() {
    let [en, ru] = texts(&SituationChanged { first: true, ..change(Level::Calm, Level::High) });
    assert_eq!(en.headline, "Border tension in Batken, Kyrgyzstan: level first assessed, high");
    assert!(en.description.contains("Kyrgyzstan, was first assessed, high (3 of 4). "), "{}", en.description);
    assert!(ru.headline.ends_with("уровень оценён впервые: высокий"), "{}", ru.headline);
    assert!(ru.description.contains("оценён впервые: высокий (3 из 4)"), "{}", ru.description);
    for text in [&en.headline, &en.description, &ru.headline, &ru.description] {
        assert!(!text.contains("calm") && !text.contains("споко"), "{text}");
    }
}

#[test]
fn the_russian_text_says_the_same() {
    let [_, ru] = texts(&change(Level::Elevated, Level::High));
    assert_eq!(
        ru.headline,
        "Напряжённость на границе, Баткенская область (Кыргызстан): уровень повысился с повышенного до высокого"
    );
    assert_eq!(
        ru.description,
        "23.11.2026. Кыргызстан, Баткенская область (KG-B). Тема: напряжённость на границе. Уровень обстановки повысился с повышенного (2 из 4) до \
         высокого (3 из 4). Индекс — 41,3; порог этого уровня — 30. Сообщений за последние 90 дней — 14, независимых \
         владельцев источников — 3; последнее сообщение — от 21.11.2026.\n\
         Инциденты с наибольшим вкладом в индекс:\n\
         [1] 20.11.2026, Kök-Tash: «Exchange of fire at Kök-Tash» (оценка B2, 62 % индекса)\n\
         [2] 21.11.2026, Samarkandek: «Road blocked» (оценка C3, 21 % индекса)\n\
         На инциденты старше 90 дней приходится 12 % индекса."
    );
    assert_eq!(
        ru.assessment,
        "Высокий уровень означает индекс не ниже 30 и менее 80: это сумма сообщений, взвешенных по достоверности и тяжести; со \
         временем вклад каждого из них убывает. Без новых инцидентов уровень снизится до повышенного 14.12.2026. Происходящее \
         в последнее время необычно для этой провинции. Статистических оснований для оценки вероятности эскалации нет."
    );
}

#[test]
fn the_facts_hold_no_assessment() {
    for info in infos(&change(Level::Elevated, Level::High)) {
        assert!(!info.description.contains(&info.assessment));
        assert!(!info.description.contains("escalation") && !info.description.contains("эскалации"));
    }
}

#[test]
fn an_outlook_is_written_with_its_word() {
    let mut change = change(Level::High, Level::Critical);
    change.situation.outlook = Some(0.62);
    let [en, ru] = texts(&change);
    assert!(en.assessment.contains("Escalation within three months: 62 % (likely)."), "{}", en.assessment);
    assert!(ru.assessment.contains("в течение трёх месяцев — 62 % (вероятно)."), "{}", ru.assessment);
    assert!(en.assessment.starts_with("Critical means an index of 80 and above"), "{}", en.assessment);
}

#[test]
fn a_rise_of_weeks_ago_that_is_told_today_is_told_of_its_own_day() {
    let mut late = change(Level::Low, Level::High);
    late.situation.since = late.at.minus(chrono::TimeDelta::days(55));
    let [en, ru] = texts(&late);
    let said = "It became known on 2026-11-23 that the situation level for border tension in Batken (KG-B), Kyrgyzstan, rose from \
                low (1 of 4) to high (3 of 4) on 2026-09-29. The index is 41.3;";
    assert!(en.description.starts_with(said), "{}", en.description);
    let said = "23.11.2026. Кыргызстан, Баткенская область (KG-B). Тема: напряжённость на границе. Уровень обстановки повысился с \
                низкого (1 из 4) до высокого (3 из 4) ещё 29.09.2026; об этом стало известно 23.11.2026. Индекс — 41,3;";
    assert!(ru.description.starts_with(said), "{}", ru.description);
    late.situation.since_at_least = true;
    let [en, ru] = texts(&late);
    assert!(
        en.description.contains("to high (3 of 4) by 2026-09-29 at the latest. The index"),
        "{}",
        en.description
    );
    assert!(ru.description.contains("(3 из 4) не позднее 29.09.2026; об этом стало известно 23.11.2026. "));
    late.first = true;
    let [en, ru] = texts(&late);
    assert!(
        en.description
            .contains("was first assessed, high (3 of 4); it has held at least since 2026-09-29. The")
    );
    assert!(ru.description.contains("(3 из 4); он держится по меньшей мере с 29.09.2026. Индекс"));
    late.situation.since_at_least = false;
    let [en, ru] = texts(&late);
    assert!(en.description.contains("was first assessed, high (3 of 4); it has held since 2026-09-29. The"));
    assert!(ru.description.contains("оценён впервые: высокий (3 из 4); он держится с 29.09.2026. Индекс"));
    let mut set = set_by_hand();
    set.situation.since = set.at.minus(chrono::TimeDelta::days(55));
    assert!(
        texts(&set)[0].description.starts_with("On 2026-11-23 the situation level"),
        "a person set it that day"
    );
}

/// A level that a person set, with the same situation beside it.
fn set_by_hand() -> SituationChanged {
    let mut change = change(Level::Elevated, Level::High);
    change.situation.index = 12.3;
    let set = serde_json::from_value(serde_json::json!({
        "id": domain::OverrideId::derived(&["set"]), "province": "KG-B", "threat": "border_tension", "level": "high",
        "computed": "elevated", "reason": "the post at Kök-Tash was shelled. ", "by": "S. Analyst", "at": change.at,
        "until": "2026-12-23T07:30:00Z", "state": "active", "version": 1,
    }));
    change.situation.set = Some(set.unwrap());
    change
}

#[test]
fn a_level_set_by_hand_is_told_as_such_and_not_by_its_index() {
    let [en, ru] = texts(&set_by_hand());
    let said = "It was set by hand; computed: elevated (2 of 4), with an index of 12.3. Reports of the last 90 days: 14";
    assert!(en.description.contains(said), "{}", en.description);
    let said = "Он установлен вручную; расчётный уровень — повышенный (2 из 4), индекс — 12,3. Сообщений за последние 90 дней — 14";
    assert!(ru.description.contains(said), "{}", ru.description);
    assert!(en.assessment.starts_with(
        "High is the judgement of a person and not the computed level. It holds until 2026-12-23 unless it is ended before; then \
         the computed level holds. What happened lately"
    ));
    assert!(ru.assessment.starts_with(
        "Высокий уровень — суждение человека, а не расчёт. Он действует до 23.12.2026, если его не отменят раньше; затем действует \
         расчётный. Происходящее"
    ));
    for info in [en, ru] {
        let all = format!("{}{}", info.description, info.assessment);
        assert!(
            !all.contains("begins at") && !all.contains("порог") && !all.contains("means an index"),
            "{all}"
        );
        assert!(!all.contains("falls to") && !all.contains("снизится до"), "{all}");
    }
}

#[test]
fn who_set_a_level_and_why_stands_in_no_text_that_is_issued_and_in_what_the_house_reads() {
    let set = set_by_hand();
    let warning = draft::new(domain::WarningId::derived(&["set"]), &set, &own_rule(), set.at).warning;
    let issued = format!("{:?} {:?}", warning.infos, warning.evidence);
    assert!(!issued.contains("S. Analyst") && !issued.contains("shelled"), "{issued}");
    let said = "set by hand by S. Analyst because the post at Kök-Tash was shelled; computed: elevated";
    let why = rule::judge(&own_rule(), &set, &[]).reason;
    assert!(warning.note.contains(said) && why.contains(said), "{} {why}", warning.note);
}

#[test]
fn a_computed_level_that_rises_beside_a_set_one_is_told_by_its_index() {
    let mut change = set_by_hand();
    change.at = change.at.plus(chrono::TimeDelta::hours(1));
    let [en, _] = texts(&change);
    assert!(en.description.contains("The index is 12.3; high begins at 30."), "{}", en.description);
}

#[test]
fn a_level_is_explained_by_the_bands_it_was_read_by() {
    let mut change = change(Level::Elevated, Level::High);
    let bands = contracts::analysis::levels::Bands {
        low: 3.0,
        elevated: 9.0,
        high: 21.0,
        critical: 70.0,
        own_since: None,
    };
    change.situation.bands = Some(bands);
    let [en, ru] = texts(&change);
    assert!(
        en.description.contains("high begins at 21.") && en.assessment.contains("from 21 to below 70"),
        "{en:?}"
    );
    assert!(ru.description.contains("порог этого уровня — 21."), "{ru:?}");
}

#[test]
fn too_few_reports_are_admitted() {
    let mut change = change(Level::Elevated, Level::High);
    change.situation.coverage.sufficient = false;
    let [en, ru] = texts(&change);
    assert!(en.description.contains("too few reports to speak of a level with assurance"));
    assert!(ru.description.contains("слишком мало"));
}

#[test]
fn an_exercise_says_so_first_in_every_language() {
    for info in infos(&exercise()) {
        assert!(info.headline.starts_with("EXERCISE EXERCISE EXERCISE. "), "{}", info.headline);
        assert!(info.description.starts_with("EXERCISE EXERCISE EXERCISE. "));
    }
    assert!(texts(&exercise())[1].headline.contains("УЧЕНИЯ"));
}

#[test]
fn marking_an_exercise_twice_is_marking_it_once() {
    let [mut en, _] = texts(&exercise());
    let before = en.clone();
    mark(Status::Exercise, &mut en);
    assert_eq!(en, before);
}

#[test]
fn a_cancellation_says_so_first_and_an_exercise_stays_one() {
    let [mut en, mut ru] = texts(&change(Level::Elevated, Level::High));
    cancel(&mut en, "the report was retracted");
    cancel(&mut ru, "сообщение отозвано");
    assert!(en.headline.starts_with("Cancelled: Border tension"), "{}", en.headline);
    assert!(en.description.starts_with("This warning is taken back. Reason: the report was retracted\n"));
    assert!(ru.headline.starts_with("Отменено: Напряжённость"), "{}", ru.headline);
    let [mut drill, _] = texts(&exercise());
    cancel(&mut drill, "end of exercise");
    assert!(
        drill.headline.starts_with("EXERCISE EXERCISE EXERCISE. Cancelled: Border"),
        "{}",
        drill.headline
    );
}

#[test]
fn every_headline_and_event_keeps_to_its_length() {
    for threat in Threat::ALL {
        for country in Country::REGION {
            let mut change = SituationChanged { was: Level::Elevated, ..exercise() };
            (change.situation.threat, change.situation.country) = (*threat, country);
            change.situation.level = Level::Critical;
            change.situation.province = "TJ-XXX".parse().unwrap();
            for info in infos(&change) {
                assert!(
                    info.headline.chars().count() <= 160 && !info.headline.ends_with('…'),
                    "{}",
                    info.headline
                );
                assert!(info.event.chars().count() <= 35, "{}", info.event);
            }
        }
    }
}

#[test]
fn a_share_that_is_not_quite_nothing_or_all_is_told_as_neither() {
    assert_eq!([0.0, 0.004, 0.5, 0.996, 1.0].map(percent), ["0", "< 1", "50", "> 99", "100"]);
}
