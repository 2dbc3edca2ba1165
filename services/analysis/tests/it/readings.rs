//! Readings of indicators: what each threat is raised and lowered by, and the reports they came with.

use analysis::{Analysis, api};
use contracts::{
    analysis::indicators::{Direction, ListIndicators},
    intake::indicators::IndicatorReading,
};
use domain::{Extent, Indicator, Observation, ReportId, Threat};
use testkit::databases;

use crate::{
    given::*,
    levels::{hear_read, reading},
};

#[tokio::test]
async fn every_threat_is_lowered_by_what_a_monitor_answers_and_raised_by_what_another_does() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        for (number, threat) in Threat::ALL.iter().enumerate() {
            let seen = Observation { threats: vec![*threat], ..observation(&format!("o{number}"), 1) };
            hear(&service, &base, pack(vec![seen])).await;
        }
        let answers = Indicator::ALL.iter().map(|one| reading(one.as_str(), *one, Extent::Marked, 0));
        hear_read(&service, &base, answers.collect(), Vec::new()).await;
        for threat in Threat::ALL {
            let told = one(&service, of("KG-B", *threat)).await;
            let parts = told.components.unwrap();
            let lowers = parts.relieved_by.iter().filter_map(|sign| sign.indicator);
            assert!(lowers.count() > 0 && parts.relief > 0.0, "{} {threat}: {parts:?}", base.engine);
            assert!(parts.indicators > 0.0, "{} {threat}: {parts:?}", base.engine);
        }
        let direction = analysis::domain::reading::direction(Indicator::CeasefireKept);
        assert_eq!(direction, Direction::Lowers);
    }
}

#[tokio::test]
async fn a_reading_leads_to_the_report_it_came_with_in_the_reasons_of_a_level_and_by_itself() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let report = ReportId::derived(&["weekly"]);
        let closed = IndicatorReading {
            report: Some(report.clone()),
            ..reading("closed", Indicator::CrossingClosures, Extent::Marked, 0)
        };
        let unreported = reading("disputes", Indicator::CanalDisputes, Extent::Marked, 0);
        hear_read(&service, &base, vec![closed, unreported], Vec::new()).await;
        let told = one(&service, of("KG-B", Threat::BorderTension)).await;
        let raised = told.components.unwrap().raised_by;
        let of = |indicator| raised.iter().find(|sign| sign.indicator == Some(indicator)).unwrap();
        assert_eq!(of(Indicator::CrossingClosures).reports, std::slice::from_ref(&report), "{}", base.engine);
        assert_eq!(of(Indicator::CanalDisputes).reports, [], "{}", base.engine);
        let province = "KG-B".parse().unwrap();
        let query = ListIndicators { province, threat: None, on: None, known_on: None, exercise: false };
        let all = api::list_indicators(&service, &asked(query)).await.unwrap();
        let reports: Vec<_> =
            all.iter().filter_map(|one| one.latest.as_ref()).filter_map(|one| one.report.clone()).collect();
        assert_eq!(reports, [report], "{}", base.engine);
    }
}

#[tokio::test]
async fn an_answer_about_the_running_week_is_dated_to_the_day_it_was_given() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        base.clock.advance(days(2));
        let day = today().plus(2);
        // the week of the answer runs from today, a Monday, to the Sunday that is ahead
        let week = reading("week", Indicator::CrossingClosures, Extent::Marked, -6);
        let past = reading("past", Indicator::CanalDisputes, Extent::Marked, 1);
        assert_eq!((week.from, week.to), (today(), today().plus(6)));
        hear_read(&service, &base, vec![week, past.clone()], Vec::new()).await;
        let latest = async |indicator| {
            let province = "KG-B".parse().unwrap();
            let query = ListIndicators { province, threat: None, on: None, known_on: None, exercise: false };
            let all = api::list_indicators(&service, &asked(query)).await.unwrap();
            let one = all.into_iter().find(|one| one.indicator == indicator).unwrap();
            one.latest.unwrap()
        };
        let told = latest(Indicator::CrossingClosures).await;
        assert_eq!((told.from, told.to), (today(), day), "{}", base.engine);
        assert!(told.to <= told.known_from.day());
        let told = latest(Indicator::CanalDisputes).await;
        assert_eq!((told.from, told.to), (past.from, past.to), "a week that is over stays what it is");
        let level = one(&service, of("KG-B", Threat::BorderTension)).await;
        assert_eq!(level.coverage.newest, Some(day));
        base.clock.advance(days(5));
        let week = reading("week", Indicator::CrossingClosures, Extent::None, -6);
        hear_read(&service, &base, vec![week.clone()], Vec::new()).await;
        let told = latest(Indicator::CrossingClosures).await;
        assert_eq!((told.to, told.extent), (week.to, Extent::None), "answered anew when it was over");
    }
}

#[tokio::test]
async fn a_report_counts_once_for_how_much_comes_from_a_province_however_often_it_is_dated_anew() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let usual = (4..40).flat_map(|n| ["a", "b"].map(|id| (n, observation(&format!("{n} {id}"), 10 * n))));
        let usual: Vec<(i64, Observation)> = usual.collect();
        hear(&service, &base, pack(usual.iter().map(|(_, seen)| seen.clone()).collect())).await;
        let before = the_situation(&service).await.reporting.unwrap();
        assert!(before.silenced && before.received == 0, "{}: {before:?}", base.engine);
        // a wave of corrections: what was dated weeks ago was of last week, and some of it of a province beside
        let known_from = base.clock.now();
        let anew = usual.iter().filter(|(n, _)| (4..12).contains(n)).map(|(n, seen)| {
            let day = observation("day", n % 7).occurred_to;
            let seen = if n % 2 == 0 { elsewhere(seen.clone(), "KG-O") } else { seen.clone() };
            Observation { revision: 2, occurred_from: day, occurred_to: day, known_from, ..seen }
        });
        hear(&service, &base, pack(anew.collect())).await;
        let batken = one(&service, of("KG-B", Threat::BorderTension)).await.reporting.unwrap();
        assert_eq!((batken.received, batken.usual), (before.received, before.usual), "{}", base.engine);
        let osh = one(&service, of("KG-O", Threat::BorderTension)).await;
        assert!(osh.reporting.is_none_or(|reporting| reporting.received == 0), "{}", base.engine);
    }
}
