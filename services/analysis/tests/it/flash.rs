//! A flash report tells of one incident by everything that reported it, and a paper by how many provinces a month is judged.

use analysis::{Analysis, api};
use contracts::analysis::{
    drafting::CheckProduct,
    products::{Product, ProductForm, ProductKind},
};
use domain::{Day, Handling, Observation, ObservationId, Tlp, UnClass};
use testkit::databases;

use crate::{
    given::*,
    products::{drafted, form},
};

/// One report of one incident at a canal, by this owner.
fn of_one(id: &str, days_ago: i64, (grade, deaths, owner): (&str, u32, &str)) -> Observation {
    let seen = deadly(observation(id, days_ago), deaths);
    let grade = graded(grade, seen.known_from);
    let (kind, owner) = ("exchange_of_fire".into(), owner.into());
    Observation { kind, owner, grade, known_from: today().start(), ..seen }
}

fn of_day(day: Day, about: &str) -> ProductForm {
    let about = Some(ObservationId::derived(&[about]));
    ProductForm { from: day, to: day, about, ..form(ProductKind::FlashReport) }
}

fn texts(draft: &Product) -> String {
    draft.statements().map(|said| said.text.as_str()).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_flash_report_of_the_second_day_tells_the_incident_by_the_better_report_of_the_first() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let first = of_one("a", 3, ("A1", 5, "Alpha"));
        let second = of_one("b", 2, ("B2", 2, "Beta"));
        let other = of_one("c", 20, ("A1", 40, "Gamma"));
        hear(&service, &base, pack(vec![first.clone(), second, other])).await;
        for about in ["a", "b"] {
            let draft = drafted(&service, of_day(today().plus(-2), about)).await;
            let told = texts(&draft);
            assert!(told.contains("5 deaths") && !told.contains("2 deaths"), "{}: {told}", base.engine);
            assert!(told.contains("2 reports, 2 independent sources"), "{told}");
            assert!(
                !told.contains("40 deaths"),
                "what is of no day of the period is another incident: {told}"
            );
        }
        let draft = drafted(&service, of_day(today().plus(-2), "b")).await;
        let mut stricter = Observation { revision: 2, known_from: base.clock.now(), ..first };
        stricter.handling = Handling::new(Tlp::Red, UnClass::StrictlyConfidential);
        hear(&service, &base, pack(vec![stricter])).await;
        let newer =
            api::check_product(&service, &asked(CheckProduct { id: draft.id.clone() })).await.unwrap();
        let bound = newer.iter().filter_map(|one| one.handling.as_ref()).any(|now| now.tlp() == Tlp::Red);
        assert!(bound, "{}: the first report binds it: {newer:?}", base.engine);
    }
}

#[tokio::test]
async fn a_paper_says_of_how_many_provinces_an_unusual_month_is_judged() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let known = |seen: Observation| Observation { known_from: today().start(), ..seen };
        let quiet = |province: &'static str| {
            (1..=12).map(move |n| elsewhere(observation(&format!("{province} {n}"), 30 * n), province))
        };
        let burst = (0..15).map(|n| observation(&format!("burst {n}"), n));
        hear(&service, &base, pack(quiet("KG-B").chain(burst).map(known).collect())).await;
        let told = texts(&drafted(&service, form(ProductKind::SituationReport)).await);
        assert!(told.contains("no other province is watched for this threat"), "{}: {told}", base.engine);
        // one that is known since last month alone has nothing to be judged by
        let newer = [("osh", 5, "KG-O"), ("young", 40, "KG-J"), ("young now", 5, "KG-J")];
        let newer = newer.map(|(id, days_ago, province)| elsewhere(observation(id, days_ago), province));
        hear(&service, &base, pack(quiet("KG-O").chain(newer).map(known).collect())).await;
        let told = texts(&drafted(&service, form(ProductKind::SituationReport)).await);
        assert!(told.contains("in any of the 2 provinces that are watched"), "{}: {told}", base.engine);
    }
}
