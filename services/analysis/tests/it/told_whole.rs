//! Papers tell of an incident by all who reported it, of what is lacking to those alone who may know what is there, and of forecasts
//! as they stood, on both stores.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::collections::BTreeSet;

use analysis::jobs;
use contracts::{
    analysis::products::{Part, Product, ProductForm, ProductKind},
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
