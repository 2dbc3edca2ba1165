//! Papers tell of an incident by all who reported it, of what is lacking to those alone who may know what is there, and of forecasts
//! as they stood, on both stores.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::collections::BTreeSet;

use analysis::{Analysis, api, jobs};
use contracts::{
    analysis::{
        drafting::{CheckProduct, Newer},
        products::{Part, Product, ProductForm, ProductKind},
    },
    intake::clusters::ClusterState,
};
use domain::{Handling, Observation, Threat, Tlp, UnClass, handling::Audience};
use testkit::databases;

use crate::{
    clusters::{cluster, hear_cluster},
    forecasts::{self, MINUTES, day, listed},
    given::*,
    products::{drafted, form},
};

/// What a paper says in a part, each with what binds it.
fn said(paper: &Product, wanted: Part) -> Vec<(&str, &Handling)> {
    let section = paper.sections.iter().find(|section| section.part == wanted).unwrap();
    section.statements.iter().map(|said| (said.text.as_str(), &said.handling)).collect()
}

/// An armed clash in one of two provinces of Turkmenistan, of an owner of its own.
fn clash(id: &str, (province, grade, deaths): (&str, &str, u32)) -> Observation {
    let seen = deadly(elsewhere(observation(id, 2), province), deaths);
    let grade = graded(grade, seen.known_from);
    Observation { owner: id.into(), threats: vec![Threat::ArmedConflict], grade, ..seen }
}

#[tokio::test]
async fn an_incident_over_two_provinces_is_told_by_the_owners_of_both_in_whichever_scope() {
    for base in databases::<analysis::Analysis>().await {
        let service = service(&base);
        let (lebap, mary) = (clash("a", ("TM-L", "A2", 10)), clash("b", ("TM-M", "B2", 12)));
        hear(&service, &base, pack(vec![lebap.clone(), mary.clone()])).await;
        hear_cluster(&service, &base, cluster(&[&lebap, &mary], ClusterState::Confirmed, 1)).await;
        for scope in [vec![], vec!["TM-L"], vec!["TM-M"]] {
            let provinces = scope.iter().map(|code| code.parse().unwrap()).collect();
            let about = Some(lebap.id.clone()).filter(|_| scope != ["TM-M"]);
            let flash = ProductForm { provinces, about, ..form(ProductKind::FlashReport) };
            let paper = drafted(&service, flash).await;
            let told = said(&paper, Part::Grading)[0].0;
            assert!(told.contains("2 reports, 2 independent sources"), "{}: {told}", base.engine);
            assert!(told.contains("96%"), "{scope:?}: 1 - 0.15 * 0.2775: {told}");
            assert!(told.contains("best grade A2"), "{scope:?}: also where the B2 of Mary tells it: {told}");
            let cited: BTreeSet<&str> = paper.sources.iter().map(|source| source.id.as_str()).collect();
            assert!(cited.contains(lebap.id.as_str()) && cited.contains(mary.id.as_str()), "{cited:?}");
        }
    }
}

#[tokio::test]
async fn a_paper_of_yesterday_names_no_province_to_whom_its_only_report_is_kept_from() {
    for base in databases::<analysis::Analysis>().await {
        let service = service(&base);
        // of yesterday, RED and not for zed, accepted today: by the end of yesterday the level was not known
        let mut handling = Handling::new(Tlp::Red, UnClass::StrictlyConfidential);
        handling.exclude.insert("zed".to_owned());
        let seen = elsewhere(observation("border", 1), "TM-B");
        let seen = Observation { known_from: base.clock.now(), handling, ..seen };
        hear(&service, &base, pack(vec![seen])).await;
        let mut clear = Handling::new(Tlp::Clear, UnClass::Unclassified);
        clear.audience = Audience::Everyone;
        let wish = ProductForm {
            from: today().plus(-1),
            to: today().plus(-1),
            countries: BTreeSet::from(["TKM".parse().unwrap()]),
            handling: clear,
            ..form(ProductKind::SituationReport)
        };
        let paper = drafted(&service, wish).await;
        let annex = said(&paper, Part::Annex);
        let named = |text: &str| text.contains("reported from") || text.contains("Balkan");
        let lacking: Vec<_> = annex.iter().filter(|(text, _)| named(text)).collect();
        assert!(!lacking.is_empty(), "{annex:?}");
        for (text, handling) in lacking {
            assert!(
                handling.exclude.contains("zed") && handling.tlp() == Tlp::Red,
                "{}: {text}",
                base.engine
            );
        }
    }
}

#[tokio::test]
async fn a_paper_of_a_past_period_tells_its_forecasts_by_the_record_of_then_and_what_came_of_them() {
    for base in databases::<analysis::Analysis>().await {
        let service = forecasts::world(&base).await;
        base.clock.advance(days(79));
        let rest = listed(day("2015-01-01"), day("2027-01-31"));
        hear(&service, &base, pack(rest)).await;
        base.clock.advance(MINUTES);
        jobs::forecast(&service).await.unwrap();
        let wish = ProductForm {
            from: day("2027-01-25"),
            to: day("2027-01-31"),
            countries: BTreeSet::from(["AFG".parse().unwrap()]),
            threats: BTreeSet::from([Threat::ArmedConflict]),
            ..form(ProductKind::SituationReport)
        };
        let paper = drafted(&service, wish).await;
        let outlook = said(&paper, Part::Outlook);
        let foretold = outlook.iter().find(|(text, _)| text.contains("nine cases out of ten")).unwrap();
        assert!(foretold.0.contains("1 November 2026"), "{}: {outlook:?}", base.engine);
        assert!(foretold.0.contains("Resolved on 10 February 2027: "), "{outlook:?}");
        let record = outlook.iter().find(|(text, _)| text.starts_with("Record of such")).unwrap();
        assert!(record.0.contains("made after the fact"), "of these very forecasts it is none: {record:?}");
    }
}

/// For a restricted circle, and not for one organisation.
fn red() -> Handling {
    let mut handling = Handling::new(Tlp::Red, UnClass::StrictlyConfidential);
    handling.exclude.insert("zed".to_owned());
    handling
}

/// An open paper on Kyrgyzstan and Tajikistan of one day, so many days after the clock began.
fn of_day(ahead: i64) -> ProductForm {
    let (day, mut handling) = (today().plus(ahead), Handling::new(Tlp::Green, UnClass::Unclassified));
    handling.audience = Audience::Everyone;
    let countries = ["KGZ", "TJK"].map(|code| code.parse().unwrap()).into();
    ProductForm { from: day, to: day, countries, handling, ..form(ProductKind::SituationReport) }
}

/// A report from Batken of 1 December, and a better one from Sughd of the day before, of one incident.
async fn around_midnight(base: &testkit::Database, service: &Analysis, handling: Handling) -> Observation {
    base.clock.advance(days(10));
    let batken = deadly(observation("batken", -8), 1);
    let sughd = elsewhere(deadly(observation("sughd", -7), 1), "TJ-SU");
    let grade = graded("A2", sughd.known_from);
    let sughd = Observation { owner: "wire".into(), grade, handling, ..sughd };
    hear(service, base, pack(vec![batken.clone(), sughd.clone()])).await;
    hear_cluster(service, base, cluster(&[&sughd, &batken], ClusterState::Joined, 1)).await;
    sughd
}

/// What became of the counts of a paper and of the reports behind its incidents.
async fn newer(service: &Analysis, paper: &Product) -> Vec<Newer> {
    let told = api::check_product(service, &asked(CheckProduct { id: paper.id.clone() })).await.unwrap();
    let counted = ["coverage:counts", "coverage:reports/", "observation:"];
    told.into_iter().filter(|one| counted.iter().any(|key| one.source.starts_with(key))).collect()
}

#[tokio::test]
async fn that_an_incident_counts_the_day_before_is_bound_by_the_report_that_dates_it() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        // RED, from another province and of the day before: the paper of 1 December tells nothing of it but that it counts there
        around_midnight(&base, &service, red()).await;
        let paper = drafted(&service, of_day(8)).await;
        let figures = said(&paper, Part::Summary)[0];
        let security = said(&paper, Part::Security);
        let beside = security.iter().find(|(text, _)| text.contains("happened before or after")).unwrap();
        assert!(figures.0.contains("0 incidents"), "{}: {figures:?}", base.engine);
        for (text, handling) in [figures, *beside] {
            assert_eq!(
                (handling.tlp(), &handling.exclude),
                (Tlp::Red, &red().exclude),
                "{}: {text}",
                base.engine
            );
        }
        assert_eq!(newer(&service, &paper).await, [], "{}: nothing was marked otherwise since", base.engine);
    }
}

#[tokio::test]
async fn what_dates_an_incident_binds_where_it_counts_when_it_is_restricted_later() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let sughd = around_midnight(&base, &service, observation("open", 0).handling).await;
        let paper = drafted(&service, of_day(8)).await;
        let counts = paper.source("coverage:counts").unwrap();
        assert!(counts.handling.tlp() < Tlp::Red, "{}: {counts:?}", base.engine);
        let closed = Observation { revision: 2, handling: red(), ..sughd };
        hear(&service, &base, pack(vec![closed])).await;
        let newer = newer(&service, &paper).await;
        let remarked = newer.iter().find(|one| one.source == "coverage:counts");
        let handling = remarked.and_then(|one| one.handling.as_ref());
        assert_eq!(handling.map(Handling::tlp), Some(Tlp::Red), "{}: {newer:?}", base.engine);
    }
}

/// What a paper tells as having become known late, each with what binds it.
fn late(paper: &Product) -> Vec<(&str, &Handling)> {
    let all = paper.statements().map(|said| (said.text.as_str(), &said.handling));
    all.filter(|(text, _)| text.contains("Became known")).collect()
}

#[tokio::test]
async fn what_one_report_told_for_weeks_does_not_become_known_by_another_that_comes_late() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        // RED, from Sughd, known since 20 November; the report from Batken of the same came in on 1 December
        let known = elsewhere(deadly(observation("known", 3), 2), "TJ-SU");
        let known = Observation { owner: "wire".into(), handling: red(), ..known };
        hear(&service, &base, pack(vec![observation("older", 9), known.clone()])).await;
        base.clock.advance(days(10));
        let known_from = today().plus(8).start();
        let new = Observation { known_from, ..deadly(observation("new", 3), 2) };
        hear(&service, &base, pack(vec![new.clone()])).await;
        let apart = drafted(&service, of_day(8)).await;
        assert_eq!(late(&apart).len(), 1, "{}: as long as nobody says that it is one", base.engine);
        hear_cluster(&service, &base, cluster(&[&new, &known], ClusterState::Joined, 1)).await;
        let paper = drafted(&service, of_day(8)).await;
        assert_eq!(late(&paper), [], "{}", base.engine);
    }
}

#[tokio::test]
async fn what_became_known_late_is_told_and_bound_by_all_who_reported_it_beyond_the_scope_as_well() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(vec![observation("older", 9)])).await;
        base.clock.advance(days(10));
        let known_from = today().plus(8).start();
        let batken = Observation { known_from, ..deadly(observation("batken", 3), 2) };
        let sughd = elsewhere(deadly(observation("sughd", 3), 2), "TJ-SU");
        let sughd = Observation { owner: "wire".into(), known_from, ..sughd };
        hear(&service, &base, pack(vec![batken.clone(), sughd.clone()])).await;
        hear_cluster(&service, &base, cluster(&[&batken, &sughd], ClusterState::Joined, 1)).await;
        let provinces = BTreeSet::from(["KG-B".parse().unwrap()]);
        let wish = ProductForm { provinces, countries: BTreeSet::new(), ..of_day(8) };
        let open = drafted(&service, wish.clone()).await;
        let told = late(&open);
        assert_eq!(told.len(), 1, "{}: {told:?}", base.engine);
        assert!(told[0].0.contains("2 reports, 2 independent sources"), "{}: {told:?}", base.engine);
        assert!(told[0].1.tlp() < Tlp::Red, "{}: {told:?}", base.engine);
        assert_eq!(newer(&service, &open).await, [], "{}", base.engine);
        hear(&service, &base, pack(vec![Observation { revision: 2, handling: red(), ..sughd }])).await;
        let paper = drafted(&service, wish).await;
        let told = late(&paper);
        assert_eq!((told.len(), told[0].1.tlp()), (1, Tlp::Red), "{}: {told:?}", base.engine);
    }
}

#[tokio::test]
async fn what_became_known_late_is_marked_anew_by_its_reports_beyond_the_scope() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(vec![observation("older", 9)])).await;
        base.clock.advance(days(10));
        let known_from = today().plus(8).start();
        // more than are cited each by itself
        let batken = (0..13).map(|n| Observation { known_from, ..observation(&format!("batken {n}"), 3) });
        let sughd = elsewhere(observation("sughd", 3), "TJ-SU");
        let sughd = Observation { owner: "wire".into(), known_from, ..sughd };
        let all: Vec<Observation> = batken.chain([sughd.clone()]).collect();
        hear(&service, &base, pack(all.clone())).await;
        let of: Vec<&Observation> = all.iter().collect();
        hear_cluster(&service, &base, cluster(&of, ClusterState::Joined, 1)).await;
        let provinces = BTreeSet::from(["KG-B".parse().unwrap()]);
        let wish = ProductForm { provinces, countries: BTreeSet::new(), ..of_day(8) };
        let paper = drafted(&service, wish).await;
        assert!(late(&paper)[0].0.contains("14 reports"), "{}: {:?}", base.engine, late(&paper));
        // of the incident, and not of the level that it raises
        let whole = format!("coverage:reports/{}", all[0].id);
        let source = paper.source(&whole).unwrap();
        assert!(source.handling.tlp() < Tlp::Red, "{}: {source:?}", base.engine);
        hear(&service, &base, pack(vec![Observation { revision: 2, handling: red(), ..sughd }])).await;
        let newer = newer(&service, &paper).await;
        let remarked = newer.iter().find(|one| one.source == whole);
        let handling = remarked.and_then(|one| one.handling.as_ref());
        assert_eq!(handling.map(Handling::tlp), Some(Tlp::Red), "{}: {newer:?}", base.engine);
    }
}
