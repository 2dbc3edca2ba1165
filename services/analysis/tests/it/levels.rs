//! What a level is made of and how it is kept: indicators, spill-over, relief, silence, overrides, days told as they were.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::collections::BTreeSet;

use analysis::{Analysis, api, inbox, jobs};
use contracts::{
    analysis::{
        GetSituation, Situation,
        indicators::{Direction, ListIndicators},
    },
    intake::indicators::{IndicatorReading, IndicatorsRead},
};
use domain::{Extent, Handling, Indicator, Level, Observation, ReadingId, Severity, Threat, Tlp, UnClass};
use testkit::{Database, databases};

use crate::given::*;

/// An answer about Batken, of the seven days up to so many days ago.
pub fn reading(id: &str, indicator: Indicator, extent: Extent, days_ago: i64) -> IndicatorReading {
    IndicatorReading {
        id: ReadingId::derived(&[id]),
        indicator,
        country: "KGZ".parse().unwrap(),
        province: "KG-B".parse().unwrap(),
        from: today().plus(-days_ago - 6),
        to: today().plus(-days_ago),
        extent,
        note: format!("answer {id}"),
        owner: "monitor".into(),
        grade: graded("B2", today().start()),
        handling: Handling::new(Tlp::Amber, UnClass::Unclassified),
        report: None,
        exercise: false,
    }
}

/// Hears answers, and that some were taken back.
pub async fn hear_read(
    service: &Analysis,
    database: &Database,
    readings: Vec<IndicatorReading>,
    withdrawn: Vec<ReadingId>,
) {
    let event = IndicatorsRead { origin: "questionnaire".into(), readings, withdrawn };
    let heard = heard(database, event, "mirab.intake.indicators.read.v1");
    let mut tx = database.db.begin().await.unwrap();
    inbox::indicators_read(service, &mut tx, &heard).await.unwrap();
    tx.commit().await.unwrap();
}

pub fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

#[tokio::test]
async fn indicators_add_and_lower_and_a_later_answer_takes_the_place_of_an_earlier_one() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(vec![observation("a", 1)])).await;
        let own = the_situation(&service).await.index;
        let marked = reading("closed", Indicator::CrossingClosures, Extent::Marked, 0);
        hear_read(&service, &base, vec![marked.clone()], Vec::new()).await;
        let told = one(&service, of("KG-B", Threat::BorderTension)).await;
        let c = told.components.clone().unwrap();
        assert!(near(c.own, own) && near(c.indicators, 2.0 * 0.7225), "{} {c:?}", base.engine);
        assert!(near(told.index, c.own + c.indicators));
        assert_eq!(c.raised_by[0].readings, std::slice::from_ref(&marked.id));
        assert_eq!(
            (told.handling.tlp(), told.coverage.owners),
            (Tlp::Amber, 2),
            "the reading's handling joins"
        );
        let eased = reading("talks", Indicator::TechnicalTalks, Extent::Slight, 0);
        let severe = IndicatorReading { extent: Extent::Severe, ..marked.clone() };
        base.clock.advance(days(1));
        hear_read(&service, &base, vec![severe, eased], Vec::new()).await;
        let told = one(&service, of("KG-B", Threat::BorderTension)).await;
        let c = told.components.unwrap();
        let faded = 0.5_f64.powf(1.0 / 30.0);
        assert!((c.indicators - 4.0 * 0.7225 * faded).abs() < 1e-9, "{c:?}");
        assert!(
            (c.relief - 0.7225 * faded).abs() < 1e-9
                && c.relieved_by[0].indicator == Some(Indicator::TechnicalTalks)
        );
        let then =
            one(&service, GetSituation { on: Some(today()), ..of("KG-B", Threat::BorderTension) }).await;
        assert!(near(then.components.unwrap().indicators, 2.0 * 0.7225), "as it was known then");
        base.clock.advance(days(1));
        hear_read(&service, &base, Vec::new(), vec![marked.id]).await;
        let told = one(&service, of("KG-B", Threat::BorderTension)).await;
        assert!(near(told.components.unwrap().indicators, 0.0), "what was taken back counts nothing");
    }
}

#[tokio::test]
async fn who_looked_and_saw_little_or_nothing_has_reported_and_the_level_is_calm() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        // what was seen six weeks ago made it low for four of them
        let slight = reading("plots", Indicator::AttacksPlots, Extent::Slight, 45);
        let none = reading("none", Indicator::BorderIncidents, Extent::None, 0);
        hear_read(&service, &base, vec![slight, none], Vec::new()).await;
        for (threat, reads) in [(Threat::TerrorismExtremism, 1), (Threat::BorderTension, 1)] {
            let told = one(&service, of("KG-B", threat)).await;
            assert_eq!(
                (told.level, told.coverage.sufficient),
                (Level::Calm, true),
                "{} {threat}",
                base.engine
            );
            assert_eq!(told.coverage.reports, reads);
        }
        let other = situations(&service, of("KG-B", Threat::Displacement)).await;
        assert!(other.is_empty(), "nobody looked there: {other:?}");
    }
}

#[tokio::test]
async fn the_indicators_of_a_province_are_listed_read_or_not() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let weeks = [14, 7, 0].map(|days| {
            let extent = if days == 0 { Extent::None } else { Extent::Slight };
            reading(&days.to_string(), Indicator::BorderIncidents, extent, days)
        });
        hear_read(&service, &base, weeks.to_vec(), Vec::new()).await;
        let query = |threat| ListIndicators {
            province: "KG-B".parse().unwrap(),
            threat,
            on: None,
            known_on: None,
            exercise: false,
        };
        let all = api::list_indicators(&service, &asked(query(None))).await.unwrap();
        assert_eq!(all.len(), Indicator::ALL.len());
        let first = &all[0];
        assert_eq!(
            (first.indicator, first.direction, first.weight),
            (Indicator::BorderIncidents, Direction::Raises, 3.0)
        );
        assert_eq!(
            (first.latest.as_ref().unwrap().extent, first.history.len()),
            (Extent::None, 2),
            "{}",
            base.engine
        );
        assert!(near(first.contribution, 0.0), "who looked and saw nothing has read, and nothing is added");
        let only =
            api::list_indicators(&service, &asked(query(Some(Threat::DrugTrafficking)))).await.unwrap();
        let context: Vec<Direction> = only.iter().map(|standing| standing.direction).collect();
        assert!(context.contains(&Direction::Context) && context.contains(&Direction::Lowers));
    }
}

#[tokio::test]
async fn events_of_peace_lower_a_level_by_one_at_most_and_are_named() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let old = (0..8).map(|n| observation(&n.to_string(), 40)).collect();
        hear(&service, &base, pack(old)).await;
        let before = the_situation(&service).await;
        assert_eq!(before.level, Level::High);
        let talks = (0..20).map(|n| Observation {
            kind: "talks".into(),
            place: domain::Place {
                point: domain::Point::new(39.0 + f64::from(n), 70.0).ok(),
                precision: domain::Precision::Exact,
                ..observation("x", 0).place
            },
            ..observation(&format!("talks {n}"), 0)
        });
        hear(&service, &base, pack(talks.collect())).await;
        let eased = the_situation(&service).await;
        let c = eased.components.clone().unwrap();
        assert!(near(eased.index, 10.0) && near(c.own, before.index), "{} {eased:?}", base.engine);
        assert!(c.relief_before_limit.is_some_and(|before| before > c.relief));
        assert!(c.relieved_by[0].title.starts_with("Incident talks "), "{:?}", c.relieved_by[0]);
        assert!(!c.relieved_by[0].observations.is_empty(), "every lowering names its evidence");
        base.clock.advance(days(28));
        jobs::settle(&service).await.unwrap();
        assert_eq!(the_situation(&service).await.level, Level::Elevated);
    }
}

/// A war in one province, told by the desk.
pub fn war(province: &str) -> Vec<Observation> {
    let clash = |n: u32| Observation {
        threats: vec![Threat::ArmedConflict],
        handling: Handling::new(Tlp::Amber, UnClass::Unclassified),
        ..deadly(elsewhere(observation(&format!("{province} {n}"), 3), province), 30)
    };
    (0..40).map(clash).collect()
}

#[tokio::test]
async fn a_war_across_the_border_lifts_a_quiet_province_by_one_level_and_nothing_echoes() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(war("AF-KDZ"))).await;
        let there = one(&service, of("AF-KDZ", Threat::ArmedConflict)).await;
        let here = one(&service, of("TJ-KT", Threat::ArmedConflict)).await;
        let (c, own) = (here.components.unwrap(), there.components.clone().unwrap().own);
        assert_eq!((here.level, c.own), (Level::Low, 0.0), "{}", base.engine);
        assert!(near(c.spilled_from[0].contribution, 0.2 * own) && c.spillover_before_limit.is_some());
        assert_eq!((c.spilled_from[0].province.as_str(), c.spilled_from[0].incidents.len()), ("AF-KDZ", 3));
        assert_eq!(here.handling.tlp(), Tlp::Amber, "the handling of what spills in is joined");
        assert!(
            !here.coverage.sufficient && here.range.is_none(),
            "what happens across the border is no report from here"
        );
        assert!(
            near(there.index, own) && there.components.unwrap().spilled_from.is_empty(),
            "nothing echoes"
        );
        hear(&service, &base, pack(war("TJ-KT"))).await;
        let both = one(&service, of("AF-KDZ", Threat::ArmedConflict)).await.components.unwrap();
        let khatlon = one(&service, of("TJ-KT", Threat::ArmedConflict)).await.components.unwrap();
        assert!(near(both.spilled_from[0].contribution, 0.2 * khatlon.own), "a share of the own index alone");
    }
}

/// Evidence of many cells, some of it about Afghanistan's border.
pub fn many() -> Vec<Observation> {
    let provinces = ["KG-B", "KG-O", "TJ-SU", "TJ-KT", "AF-KDZ", "AF-BDS", "AF-BAL", "UZ-SU", "TM-L"];
    let threats = [Threat::BorderTension, Threat::ArmedConflict, Threat::DrugTrafficking];
    let make = |n: usize| Observation {
        threats: vec![threats[n % 3]],
        severity: [Severity::Minor, Severity::Notable, Severity::Grave][n / 3 % 3],
        ..elsewhere(observation(&n.to_string(), (n * 7 % 200) as i64), provinces[n % 9])
    };
    (0..120).map(make).collect()
}

#[tokio::test]
async fn what_is_kept_is_what_is_computed() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(many())).await;
        hear_read(
            &service,
            &base,
            vec![reading("r", Indicator::BorderIncidents, Extent::Marked, 2)],
            Vec::new(),
        )
        .await;
        let ask = || GetSituation { explained: true, ..GetSituation::default() };
        let computed = situations(&service, ask()).await;
        jobs::settle(&service).await.unwrap();
        let kept = situations(&service, ask()).await;
        assert_eq!(kept, computed, "{}", base.engine);
        assert!(kept.iter().any(|told| !told.components.as_ref().unwrap().evidence.is_empty()));
        for query in [of("AF-KDZ", Threat::ArmedConflict), of("KG-B", Threat::BorderTension)] {
            let expected: Vec<Situation> = situations(&service, GetSituation::default())
                .await
                .into_iter()
                .filter(|told| {
                    Some(&told.province) == query.province.as_ref() && Some(told.threat) == query.threat
                })
                .collect();
            assert_eq!(situations(&service, query).await, expected);
        }
        hear(&service, &base, pack(vec![observation("fresh", 0)])).await;
        let fresh = one(&service, of("KG-B", Threat::BorderTension)).await;
        let same = |told: &&Situation| (&told.province, told.threat) == (&fresh.province, fresh.threat);
        assert!(fresh.index > kept.iter().find(same).unwrap().index);
    }
}

/// In which provinces of one country something is told today of the real world.
async fn told_in(base: &Database, country: &str) -> BTreeSet<String> {
    let mut reader = analysis::store::Reader::Db(&base.db);
    let all = GetSituation::default();
    let (_, told) = analysis::store::day::of(&mut reader, &all, today()).await.unwrap();
    let all = told.into_iter().map(|(province, _)| province.to_string());
    all.filter(|code| code.starts_with(country)).collect()
}

#[tokio::test]
async fn a_report_has_its_own_province_told_anew_and_a_list_that_reaches_further_its_country() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(many())).await;
        jobs::settle(&service).await.unwrap();
        assert_eq!(told_in(&base, "KG").await, ["KG-B", "KG-O"].map(str::to_owned).into(), "{}", base.engine);
        hear(&service, &base, pack(vec![observation("one more", 0)])).await;
        assert_eq!(told_in(&base, "KG").await, ["KG-O".to_owned()].into());
        jobs::settle(&service).await.unwrap();
        let listed = |id: &str, days_ago| Observation { source: "ucdp".into(), ..observation(id, days_ago) };
        hear(&service, &base, pack(vec![listed("listed", 9)])).await;
        assert_eq!(
            told_in(&base, "KG").await,
            BTreeSet::new(),
            "its list reaches further in all of the country"
        );
        jobs::settle(&service).await.unwrap();
        hear(&service, &base, pack(vec![listed("listed before", 9)])).await;
        let others = ["KG-C", "KG-GB", "KG-GO", "KG-J", "KG-N", "KG-O", "KG-T", "KG-Y"].map(str::to_owned);
        assert_eq!(told_in(&base, "KG").await, others.into(), "all that the list covers, but its own");
        let computed = situations(&service, GetSituation::default()).await;
        jobs::settle(&service).await.unwrap();
        assert_eq!(situations(&service, GetSituation::default()).await, computed);
    }
}

#[tokio::test]
async fn a_past_day_is_told_word_for_word_whatever_became_known_since() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(many())).await;
        jobs::settle(&service).await.unwrap();
        let then = situations(&service, GetSituation::default()).await;
        base.clock.advance(days(1));
        let late = Observation { known_from: base.clock.now(), ..observation("late", 1) };
        let mut back = pack(vec![late]);
        back.retracted = many().into_iter().take(60).map(|seen| seen.id).collect();
        hear(&service, &base, back).await;
        let on = GetSituation { on: Some(today()), ..GetSituation::default() };
        assert_eq!(situations(&service, on.clone()).await, then, "{}", base.engine);
        // what is not kept is told from what was known then: the same parts, the same level
        let mut tx = base.db.begin().await.unwrap();
        analysis::store::day::forget(&mut tx, today().plus(1)).await.unwrap();
        tx.commit().await.unwrap();
        let recalled = situations(&service, on).await;
        assert_eq!(recalled.len(), then.len());
        for (recalled, then) in recalled.iter().zip(&then) {
            assert_eq!((recalled.level, &recalled.components), (then.level, &then.components));
            assert_eq!((&recalled.range, &recalled.coverage), (&then.range, &then.coverage));
        }
    }
}

#[tokio::test]
async fn a_province_that_fell_silent_is_said_so_and_is_less_sure() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let usual =
            (4..70).flat_map(|n| [format!("{n} a"), format!("{n} b")].map(|id| observation(&id, 10 * n)));
        let usual: Vec<Observation> =
            usual.map(|seen| Observation { severity: Severity::Minor, ..seen }).collect();
        hear(&service, &base, pack(usual)).await;
        let told = the_situation(&service).await;
        let reporting = told.reporting.clone().unwrap();
        assert!(reporting.silenced && reporting.received == 0 && reporting.usual > 5.0, "{reporting:?}");
        assert_eq!(reporting.since, Some(today().plus(-39)), "{}", base.engine);
        let range = told.range.unwrap();
        assert!(range.highest > told.level, "silence widens the range: {range:?}");
        let read = reading("quiet", Indicator::BorderIncidents, Extent::None, 0);
        let looked =
            (0..8).map(|n| IndicatorReading { id: ReadingId::derived(&[&n.to_string()]), ..read.clone() });
        hear_read(&service, &base, looked.collect(), Vec::new()).await;
        assert!(!the_situation(&service).await.reporting.unwrap().silenced, "who looked has reported");
    }
}

/// Six years of border incidents in eight provinces, more in some months than in others.
fn six_years() -> Vec<Observation> {
    let provinces = ["KG-B", "KG-O", "KG-J", "KG-T", "TJ-SU", "TJ-KT", "UZ-FA", "UZ-AN"];
    let mut all = Vec::new();
    for (number, province) in provinces.iter().enumerate() {
        for month in 0..72 {
            for n in 0..=(month * 7 + number * 5) % 9 {
                let seen =
                    observation(&format!("{province} {month} {n}"), i64::try_from(month * 30 + 31).unwrap());
                all.push(elsewhere(seen, province));
            }
        }
    }
    all
}

#[tokio::test]
async fn a_threat_with_five_years_of_its_own_is_read_by_its_own_bands_and_says_so() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        for part in six_years().chunks(500) {
            hear(&service, &base, pack(part.to_vec())).await;
        }
        let before = one(&service, of("KG-B", Threat::BorderTension)).await;
        assert_eq!(before.bands.unwrap().own_since, None);
        base.clock.advance(days(1));
        jobs::set_bands(&service).await.unwrap();
        jobs::set_bands(&service).await.unwrap();
        let told = one(&service, of("KG-B", Threat::BorderTension)).await;
        let bands = told.bands.unwrap();
        assert_eq!(bands.own_since, domain::Day::of(2026, 11, 1), "{}", base.engine);
        assert!(
            1.0 <= bands.low
                && bands.low < bands.elevated
                && bands.elevated < bands.high
                && bands.high < bands.critical
        );
        let then = GetSituation { on: Some(today()), ..of("KG-B", Threat::BorderTension) };
        assert_eq!(one(&service, then).await.bands.unwrap().own_since, None, "as it was read then");
        hear(&service, &base, pack(war("AF-KDZ"))).await;
        let violence = one(&service, of("AF-KDZ", Threat::ArmedConflict)).await;
        assert_eq!(violence.bands.unwrap().own_since, None, "the bands of violence are measured");
    }
}
