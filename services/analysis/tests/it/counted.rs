//! What a paper counts and how it dates it, on both stores: as the series do, and each incident once.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use analysis::{Analysis, api};
use contracts::analysis::{
    products::{Part, Product, ProductForm, ProductKind},
    series::{GetSeries, Unit},
};
use domain::{Observation, ObservationId, Threat};
use testkit::databases;

use crate::{
    given::*,
    products::{drafted, form},
};

fn told(one: &Product, part: Part) -> Vec<&str> {
    let section = one.sections.iter().find(|section| section.part == part).unwrap();
    section.statements.iter().map(|said| said.text.as_str()).collect()
}

/// How many events the series of Batken counts on a day.
async fn events(service: &Analysis, days_ago: i64) -> Option<u64> {
    let day = Some(today().plus(-days_ago));
    let wish = GetSeries {
        province: "KG-B".parse().ok(),
        country: None,
        threat: Some(Threat::BorderTension),
        unit: Unit::Day,
        from: day,
        to: day,
        known_on: None,
        exercise: false,
    };
    api::get_series(service, &asked(wish)).await.unwrap().remove(0).points[0].events
}

#[tokio::test]
async fn a_paper_counts_what_cannot_have_happened_outside_its_period_and_tells_the_rest_apart() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        // the whole of a month, as ACLED dates by precision 3
        let month = Observation { occurred_from: today().plus(-22), ..deadly(observation("month", 0), 40) };
        let sharp = deadly(observation("sharp", 3), 2);
        hear(&service, &base, pack(vec![month, sharp])).await;
        for (days_ago, count) in [(3, "1 incident, 2 deaths"), (5, "0 incidents;")] {
            let day = today().plus(-days_ago);
            let of_day = ProductForm { from: day, to: day, ..form(ProductKind::SituationReport) };
            let paper = drafted(&service, of_day).await;
            let summary = told(&paper, Part::Summary)[0];
            assert!(summary.contains(count), "{} {day}: {summary}", base.engine);
            assert!(
                summary.contains("Not counted, dated no nearer: 1 report that may be of the period."),
                "{summary}"
            );
            let counted = events(&service, days_ago).await.unwrap_or_default();
            assert!(count.starts_with(&counted.to_string()), "{}: the series counts {counted}", base.engine);
            let gaps = told(&paper, Part::Annex).join(" ");
            assert!(
                gaps.contains(
                    "1 report may be of the period but dated no nearer than within 1–23 November 2026"
                ),
                "{gaps}"
            );
            assert!(!told(&paper, Part::Security).join(" ").contains("Incident month"), "{paper:?}");
        }
        let whole = ProductForm { from: today().plus(-22), ..form(ProductKind::SituationReport) };
        let paper = drafted(&service, whole).await;
        let summary = told(&paper, Part::Summary)[0];
        assert!(
            summary.contains("2 incidents, 42 deaths") && !summary.contains("dated no nearer"),
            "{summary}"
        );
        assert!(told(&paper, Part::Security)[0].starts_with("1–23 November 2026, Batken"), "{paper:?}");
        let about = Some(ObservationId::derived(&["month"]));
        let flash = drafted(&service, ProductForm { about, ..form(ProductKind::FlashReport) }).await;
        assert_eq!(told(&flash, Part::When), ["1–23 November 2026."], "{}", base.engine);
    }
}

#[tokio::test]
async fn an_incident_that_bears_on_two_threats_is_one_incident_of_a_paper() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let threats = vec![Threat::BorderTension, Threat::ArmedConflict];
        let clash = Observation { threats, ..deadly(observation("clash", 2), 10) };
        hear(&service, &base, pack(vec![clash])).await;
        let paper = drafted(&service, form(ProductKind::SituationReport)).await;
        let summary = told(&paper, Part::Summary)[0];
        assert!(summary.contains("1 incident, 10 deaths"), "{}: {summary}", base.engine);
        assert_eq!(told(&paper, Part::Security).len(), 1, "{}", base.engine);
        let note = drafted(&service, form(ProductKind::BriefingNote)).await;
        assert_eq!(told(&note, Part::Developments).len(), 1, "{}", base.engine);
        let both = GetSeries {
            province: "KG-B".parse().ok(),
            country: None,
            threat: None,
            unit: Unit::Week,
            from: Some(today().plus(-2)),
            to: Some(today()),
            known_on: None,
            exercise: false,
        };
        let series = api::get_series(&service, &asked(both)).await.unwrap();
        assert_eq!(series.len(), 2, "each threat counts it by itself");
    }
}
