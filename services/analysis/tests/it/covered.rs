//! A province of which a complete list names nothing: calm by that claim for as long as the list reaches into these days, in the map,
//! the series, a paper and the forecasts alike; and unknown again from then on (decision 0048).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::collections::BTreeSet;

use analysis::{Analysis, api, jobs};
use contracts::{
    PageRequest, Role,
    analysis::{
        GetSituation, ListChanges, Situation,
        forecasts::ListForecasts,
        news::{GetNews, News},
        products::{Part, ProductForm, ProductKind},
        series::{GetSeries, Series, Unit},
    },
};
use domain::{Day, Handling, Level, Observation, ProvinceCode, Severity, Threat, Timestamp, Tlp, UnClass};
use kit::Asked;
use testkit::{Database, databases};

use crate::{
    forecasts::{MINUTES, day, listed, progress},
    given::*,
    levels::war,
    products::{drafted, form},
    recompute::differing,
};

/// The last day with a row of UCDP: the end of October.
const REACH: &str = "2026-10-31";

/// Analysis that heard of Helmand from UCDP since 2015, month by month, and of nothing else.
async fn world(base: &Database) -> Analysis {
    let service = service(base);
    hear(&service, base, pack(listed(day("2015-01-01"), day(REACH)))).await;
    service
}

fn panjshir() -> GetSituation {
    of("AF-PAN", Threat::ArmedConflict)
}

async fn series(service: &Analysis, province: &str) -> Vec<Series> {
    let query = GetSeries {
        province: province.parse().ok(),
        country: None,
        threat: Some(Threat::ArmedConflict),
        unit: Unit::Month,
        from: None,
        to: None,
        known_on: None,
        exercise: false,
    };
    api::get_series(service, &asked(query)).await.unwrap()
}

/// What a paper on Afghanistan of the seven days up to today says is not known.
async fn gaps(service: &Analysis, today: Day) -> String {
    let form = ProductForm {
        countries: ["AFG".parse().unwrap()].into(),
        threats: [Threat::ArmedConflict].into(),
        from: today.plus(-6),
        to: today,
        ..form(ProductKind::SituationReport)
    };
    let paper = drafted(service, form).await;
    let annex = paper.sections.into_iter().filter(|section| section.part == Part::Annex);
    annex.flat_map(|section| section.statements).map(|said| said.text).collect::<Vec<_>>().join("\n")
}

async fn news(service: &Analysis, since: Timestamp) -> News {
    let wish =
        GetNews { since, province: None, exercise: false, known_on: None, page: PageRequest::default() };
    api::get_news(service, &asked(wish)).await.unwrap()
}

async fn changes(service: &Analysis, province: &str) -> Vec<contracts::analysis::LevelChange> {
    let query = ListChanges { province: province.parse().ok(), ..ListChanges::default() };
    api::list_changes(service, &asked(query)).await.unwrap().items
}

fn provinces_of(country: &str) -> BTreeSet<ProvinceCode> {
    let units = geography::provinces().iter().filter(|unit| unit.country == country);
    units.map(|unit| unit.id.parse().unwrap()).collect()
}

fn told(all: &[Situation]) -> BTreeSet<ProvinceCode> {
    all.iter().map(|one| one.province.clone()).collect()
}

#[tokio::test]
async fn a_province_that_a_complete_list_names_nothing_of_is_calm_until_its_reach_is_too_old() {
    for base in databases::<Analysis>().await {
        let service = world(&base).await;
        let began = today().plus(-1).start();
        base.clock.advance(MINUTES);
        jobs::forecast(&service).await.unwrap();
        jobs::settle(&service).await.unwrap();
        let map = situations(&service, GetSituation::default()).await;
        assert_eq!(
            told(&map),
            provinces_of("AFG"),
            "{}: every province of Afghanistan, no other",
            base.engine
        );
        assert_eq!(map.len(), 34, "for the one threat that is listed");
        let calm = map.iter().find(|one| one.province.as_str() == "AF-PAN").unwrap();
        let claim = calm.coverage.complete.as_ref().unwrap();
        assert_eq!(
            (claim.sources.as_slice(), claim.until, claim.told),
            (&["ucdp".to_owned()][..], day(REACH), 0)
        );
        assert_eq!((calm.level, calm.index, calm.coverage.reports), (Level::Calm, 0.0, 0));
        assert!(calm.coverage.sufficient && calm.is_spoken_of() && calm.trend.is_some());
        let row = listed(day(REACH), day(REACH)).remove(0);
        assert_eq!(calm.handling, row.handling, "what rests on a list is handled as its rows are");
        assert_eq!(one(&service, panjshir()).await, *calm, "asked for alone");

        let counted = series(&service, "AF-PAN").await.remove(0);
        let october = counted.points.iter().find(|point| point.from == day("2026-10-01")).unwrap();
        assert_eq!((october.events, october.coverage.complete), (Some(0), true));
        let forecasts =
            ListForecasts { province: "AF-PAN".parse().ok(), months: Some(3), ..ListForecasts::default() };
        let foretold = api::list_forecasts(&service, &asked(forecasts)).await.unwrap().items;
        assert_eq!(
            calm.outlook,
            Some(foretold[0].expected.escalation),
            "among the provinces of which is foretold"
        );
        let unknown = gaps(&service, today()).await;
        assert!(!unknown.contains("nothing reported from") && !unknown.contains("Panjshir"), "{unknown}");

        assert_eq!(changes(&service, "AF-PAN").await, [], "nothing became calm: nothing changed");
        let since = news(&service, began).await;
        let moved: BTreeSet<&str> = since
            .provinces
            .iter()
            .filter(|one| !one.levels.is_empty())
            .map(|one| one.province.as_str())
            .collect();
        assert_eq!(moved, BTreeSet::from(["AF-HEL"]), "{}", base.engine);
        assert_eq!(differing(&service, Threat::ArmedConflict).await, 0, "counting anew comes to the same");

        // the last day on which the list reaches into the last 90, and the first on which it does not
        base.clock.advance(days(day(REACH).plus(90).since(today()) as u64));
        jobs::settle(&service).await.unwrap();
        let last = one(&service, panjshir()).await;
        assert_eq!((last.on, last.level, last.coverage.sufficient), (day("2027-01-29"), Level::Calm, true));
        assert_eq!(last.range.unwrap().highest, Level::Low, "nothing is known of the last three months");
        base.clock.advance(days(1));
        for settled in [false, true] {
            let map = situations(&service, GetSituation::default()).await;
            assert_eq!(told(&map), ["AF-HEL".parse().unwrap()].into(), "{}: {settled}", base.engine);
            assert!(!map[0].coverage.sufficient, "of what was reported there is too little as well");
            assert!(situations(&service, panjshir()).await.is_empty());
            jobs::settle(&service).await.unwrap();
        }
        let counted = series(&service, "AF-PAN").await.remove(0);
        assert!(!counted.points.last().unwrap().coverage.complete, "{:?}", counted.points.last());
        let unknown = gaps(&service, base.clock.now().day()).await;
        assert!(unknown.contains("Afghanistan: nothing reported from any of its 34 provinces"), "{unknown}");
        assert_eq!(differing(&service, Threat::ArmedConflict).await, 0);

        // how it was told then stays as it was
        let then = |on: &str| GetSituation { on: Some(day(on)), ..panjshir() };
        assert_eq!(one(&service, then("2027-01-29")).await, last);
        assert_eq!(one(&service, then("2026-11-23")).await.level, Level::Calm);
        let recalled = one(&service, then("2027-01-10")).await;
        assert_eq!((recalled.level, recalled.coverage.complete.unwrap().until), (Level::Calm, day(REACH)));
    }
}

#[tokio::test]
async fn what_half_a_file_names_nothing_of_is_not_calm() {
    for base in databases::<Analysis>().await {
        let service = world(&base).await;
        progress(&service, &base, "running").await;
        jobs::settle(&service).await.unwrap();
        assert!(situations(&service, panjshir()).await.is_empty(), "{}", base.engine);
        progress(&service, &base, "done").await;
        jobs::settle(&service).await.unwrap();
        assert_eq!(one(&service, panjshir()).await.level, Level::Calm);
    }
}

#[tokio::test]
async fn a_first_incident_where_a_complete_list_named_none_is_a_rise_and_of_an_unknown_place_a_first_look() {
    for base in databases::<Analysis>().await {
        let service = world(&base).await;
        jobs::settle(&service).await.unwrap();
        let clash = |id: &str, province: &str, ago: i64| {
            let seen = deadly(elsewhere(observation(id, ago), province), 9);
            Observation { threats: vec![Threat::ArmedConflict], ..seen }
        };
        base.clock.advance(days(1));
        hear(&service, &base, pack(vec![clash("a", "AF-PAN", -1)])).await;
        let told = changes(&service, "AF-PAN").await.remove(0);
        assert_eq!((told.was, told.first, told.unreported), (Level::Calm, false, false), "{}", base.engine);
        base.clock.advance(days(99));
        jobs::settle(&service).await.unwrap();
        hear(&service, &base, pack(vec![clash("b", "AF-NUR", -100)])).await;
        let told = changes(&service, "AF-NUR").await.remove(0);
        assert!(told.first, "{}: nobody knew that it was calm", base.engine);
    }
}

#[tokio::test]
async fn what_is_across_the_border_spills_into_a_province_that_is_covered() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let row = |n: i64| Observation {
            source: "ucdp".into(),
            threats: vec![Threat::ArmedConflict],
            ..elsewhere(observation(&n.to_string(), 20 + n), "TJ-SU")
        };
        hear(&service, &base, pack(vec![row(1)])).await;
        jobs::settle(&service).await.unwrap();
        let khatlon = || of("TJ-KT", Threat::ArmedConflict);
        assert_eq!(one(&service, khatlon()).await.level, Level::Calm, "{}", base.engine);
        base.clock.advance(days(1));
        hear(&service, &base, pack(war("AF-KDZ"))).await;
        let told = one(&service, khatlon()).await;
        let parts = told.components.unwrap();
        assert!(told.level > Level::Calm && told.coverage.sufficient && parts.spillover > 0.0, "{parts:?}");
        assert_eq!(told.handling.tlp(), Tlp::Amber, "that of what spills in joins that of the list");
        let rose = changes(&service, "TJ-KT").await.remove(0);
        assert_eq!((rose.was, rose.first, rose.unreported), (Level::Calm, false, false));
    }
}

#[tokio::test]
async fn without_the_list_that_covers_it_a_province_is_unknown() {
    for base in databases::<Analysis>().await {
        let service = world(&base).await;
        jobs::settle(&service).await.unwrap();
        for wish in [
            GetSituation { without: Some("UCDP".into()), ..panjshir() },
            GetSituation { without: Some("ucdp".into()), on: Some(today().plus(-1)), ..panjshir() },
            GetSituation { grades: "C-F".parse().ok(), ..panjshir() },
        ] {
            let left = one(&service, wish).await;
            assert!(
                !left.coverage.sufficient && left.coverage.complete.is_none(),
                "{}: {left:?}",
                base.engine
            );
        }
        let same = GetSituation { grades: "A-F".parse().ok(), ..panjshir() };
        assert_eq!(one(&service, same).await, one(&service, panjshir()).await);
        let then = GetSituation { on: Some(today().plus(-1)), ..panjshir() };
        assert_eq!(one(&service, then).await.level, Level::Calm, "as it was known the day before");
        let before = GetSituation { on: Some(day("2014-12-31")), ..panjshir() };
        assert!(situations(&service, before).await.is_empty(), "nothing was known yet");
    }
}

/// A report of armed conflict in Panjshir by this grade.
fn told_there(grade: &str) -> Observation {
    Observation {
        threats: vec![Threat::ArmedConflict],
        severity: Severity::Minor,
        grade: graded(grade, today().start()),
        ..elsewhere(observation(grade, 3), "AF-PAN")
    }
}

/// Of no partner, and for those alone whose work needs it.
pub fn strict() -> Handling {
    Handling::new(Tlp::Red, UnClass::StrictlyConfidential)
}

#[tokio::test]
async fn a_restricted_list_is_told_to_nobody_else_where_something_open_is_reported_beside_it() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let rows = listed(day("2026-01-01"), day(REACH)).into_iter();
        let rows = rows.map(|row| Observation { handling: strict(), ..row });
        hear(&service, &base, pack(rows.collect())).await;
        hear(&service, &base, pack(vec![told_there("F6")])).await;
        jobs::settle(&service).await.unwrap();
        let seen_by = async |role| {
            let asked = Asked { query: panjshir(), principal: testkit::principal("x", &[role]), key: None };
            api::get_situation(&service, &asked).await.unwrap().read().unwrap().remove(0)
        };
        let told = seen_by(Role::Analyst).await;
        assert!(told.coverage.sufficient && told.level == Level::Calm, "{}: {told:?}", base.engine);
        assert_eq!(told.handling.tlp(), Tlp::Red, "{}: by the list alone", base.engine);
        let told = seen_by(Role::Operator).await;
        assert!(!told.coverage.sufficient && told.coverage.complete.is_none(), "{}: {told:?}", base.engine);
        hear(&service, &base, pack(vec![told_there("C3")])).await;
        jobs::settle(&service).await.unwrap();
        assert_eq!(seen_by(Role::Analyst).await.handling.tlp(), Tlp::Clear, "{}", base.engine);
        let told = seen_by(Role::Operator).await;
        assert!(told.coverage.sufficient && told.coverage.complete.is_none(), "{}: {told:?}", base.engine);
        assert!(!told.partial, "{}: nothing of the level rests on the list", base.engine);
    }
}

#[tokio::test]
async fn a_restricted_list_covers_nothing_for_others_and_an_open_one_hides_what_is_restricted() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let rows = |source: &str, handling: Handling| {
            let (source, handling) = (source.to_owned(), handling);
            listed(day("2026-01-01"), day(REACH)).into_iter().map(move |row| Observation {
                id: domain::ObservationId::derived(&[&source, &row.external_id]),
                source: source.clone(),
                handling: handling.clone(),
                ..row
            })
        };
        hear(&service, &base, pack(rows("acled", strict()).collect())).await;
        jobs::settle(&service).await.unwrap();
        let seen_by = async |role| {
            let asked = Asked { query: panjshir(), principal: testkit::principal("x", &[role]), key: None };
            api::get_situation(&service, &asked).await.unwrap().read().unwrap()
        };
        assert_eq!(seen_by(Role::Analyst).await[0].handling.tlp(), Tlp::Red, "{}", base.engine);
        assert!(seen_by(Role::Operator).await.is_empty());
        let open = observation("x", 0).handling;
        hear(&service, &base, pack(rows("ucdp", open).collect())).await;
        let insider = Observation {
            handling: strict(),
            threats: vec![Threat::ArmedConflict],
            ..deadly(elsewhere(observation("insider", 1), "AF-PAN"), 40)
        };
        hear(&service, &base, pack(vec![insider])).await;
        jobs::settle(&service).await.unwrap();
        assert!(seen_by(Role::Analyst).await[0].level > Level::Calm);
        let told = seen_by(Role::Operator).await.remove(0);
        assert_eq!((told.level, told.index, told.partial), (Level::Calm, 0.0, false), "as any other place");
        assert_eq!(told.coverage.complete.unwrap().sources, ["ucdp"]);
    }
}

#[tokio::test]
async fn a_past_day_that_rests_on_a_list_which_became_restricted_since_is_told_without_it() {
    for base in databases::<Analysis>().await {
        let service = world(&base).await;
        let nuristan = || of("AF-NUR", Threat::ArmedConflict);
        hear(&service, &base, pack(vec![elsewhere(told_there("F6"), "AF-NUR")])).await;
        jobs::settle(&service).await.unwrap();
        base.clock.advance(days(1));
        let seen = async |of: GetSituation, role| {
            let query = GetSituation { on: Some(today()), ..of };
            let asked = Asked { query, principal: testkit::principal("x", &[role]), key: None };
            api::get_situation(&service, &asked).await.unwrap().read().unwrap()
        };
        let seen_by = async |role| seen(panjshir(), role).await;
        assert_eq!(seen_by(Role::Operator).await[0].level, Level::Calm, "{}", base.engine);
        assert!(seen(nuristan(), Role::Operator).await[0].coverage.sufficient, "{}", base.engine);
        let (handling, now) = (strict(), base.clock.now());
        let rows = listed(day("2015-01-01"), day(REACH)).into_iter();
        let rows =
            rows.map(|row| Observation { revision: 2, known_from: now, handling: handling.clone(), ..row });
        hear(&service, &base, pack(rows.collect())).await;
        assert!(seen_by(Role::Operator).await.is_empty(), "{}: nothing open is left of it", base.engine);
        let told = seen(nuristan(), Role::Operator).await.remove(0);
        let rests = (told.coverage.sufficient, told.coverage.complete);
        assert_eq!(rests, (false, None), "{}: a report alone that nobody need believe", base.engine);
        assert_eq!(seen_by(Role::Analyst).await[0].level, Level::Calm, "{}", base.engine);
    }
}
