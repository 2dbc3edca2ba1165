//! Products as they are bound now: by what their sources and counts are marked as today, on both stores.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use analysis::{Analysis, api, config::Config, jobs};
use contracts::{
    Role,
    analysis::{
        drafting::{CheckProduct, GetProduct, ListProducts, Newer, ReadProduct, Since},
        products::{Part, Product, ProductKind, Statement},
    },
    intake::{ObservationsRecorded, indicators::IndicatorReading},
};
use domain::{
    Extent, Handling, Indicator, Observation, ObservationId, Precision, Severity, Threat, Tlp, UnClass,
};
use kit::{Asked, Service, config::Layers};
use testkit::{Database, databases};

use crate::{
    given::*,
    levels::{hear_read, reading},
    products::{drafted, form, published},
};

async fn as_told(service: &Analysis, one: &Product, role: Role) -> Product {
    let query = GetProduct { id: one.id.clone(), known_on: None };
    let principal = testkit::principal("r.reader", &[role]);
    api::get_product(service, &Asked { query, principal, key: None }).await.unwrap()
}

async fn newer(service: &Analysis, one: &Product, role: Role) -> Vec<Newer> {
    let query = CheckProduct { id: one.id.clone() };
    let principal = testkit::principal("r.reader", &[role]);
    let newer = api::check_product(service, &Asked { query, principal, key: None }).await.unwrap();
    let principal = testkit::principal("r.reader", &[role]);
    let query = ReadProduct { id: one.id.clone() };
    let read = api::read_product(service, &Asked { query, principal, key: None }).await.unwrap();
    let apart = (as_told(service, one, role).await, newer.clone());
    assert_eq!((read.product, read.newer), apart, "one look tells what two tell");
    newer
}

async fn title_in_list(service: &Analysis, one: &Product, role: Role) -> (String, Tlp) {
    let principal = testkit::principal("r.reader", &[role]);
    let query = Asked { query: ListProducts::default(), principal, key: None };
    let lines = api::list_products(service, &query).await.unwrap().items;
    let line = lines.into_iter().find(|line| line.id == one.id).unwrap();
    (line.title, line.handling.tlp())
}

/// The same observation, marked so in its next revision.
async fn marked(service: &Analysis, base: &Database, (seen, tlp): (Observation, Tlp)) {
    let handling = Handling::new(tlp, UnClass::Unclassified);
    hear(service, base, pack(vec![Observation { revision: 2, handling, ..seen }])).await;
}

async fn taken_back(service: &Analysis, base: &Database, name: &str) {
    let retracted = vec![ObservationId::derived(&[name])];
    hear(service, base, ObservationsRecorded { origin: "test".into(), recorded: Vec::new(), retracted })
        .await;
}

fn about<'a>(one: &'a Product, words: &str) -> Option<&'a Statement> {
    let security = one.sections.iter().find(|section| section.part == Part::Security)?;
    security.statements.iter().find(|said| said.text.contains(words))
}

#[tokio::test]
async fn a_published_product_is_told_as_its_sources_are_marked_now_and_as_far_as_its_reader_may_know() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let (one, other) = (deadly(observation("a", 3), 4), deadly(observation("b", 2), 1));
        hear(&service, &base, pack(vec![one.clone(), elsewhere(other, "KG-O")])).await;
        let paper = published(&service, form(ProductKind::SituationReport)).await;
        let open = as_told(&service, &paper, Role::Operator).await;
        assert_eq!(open, paper, "{}: nothing of it is restricted", base.engine);
        marked(&service, &base, (one, Tlp::Red)).await;
        let bound = as_told(&service, &paper, Role::Analyst).await;
        assert_eq!(about(&bound, "Incident a").unwrap().handling.tlp(), Tlp::Red, "{}", base.engine);
        assert_ne!(about(&bound, "Incident b").unwrap().handling.tlp(), Tlp::Red, "{}", base.engine);
        assert_eq!((bound.handling.tlp(), &bound.digest), (Tlp::Red, &paper.digest));
        let rest = as_told(&service, &paper, Role::Operator).await;
        assert!(about(&rest, "Incident a").is_none() && about(&rest, "Incident b").is_some(), "{rest:?}");
        assert!(!format!("{rest:?}").contains("Incident a"), "{}: {rest:?}", base.engine);
        let hidden = newer(&service, &paper, Role::Operator).await;
        assert!(hidden.iter().all(|one| !one.label.contains("Incident a")), "{hidden:?}");
        taken_back(&service, &base, "a").await;
        let gone = newer(&service, &paper, Role::Analyst).await;
        let gone = gone.iter().find(|one| one.label.contains("Incident a")).unwrap();
        assert_eq!(
            (gone.since, gone.handling.as_ref().map(Handling::tlp)),
            (Since::Gone, Some(Tlp::Red)),
            "{}: what was taken back keeps its strictest marking",
            base.engine
        );
        let after = as_told(&service, &paper, Role::Analyst).await;
        assert_eq!(about(&after, "Incident a").unwrap().handling.tlp(), Tlp::Red, "{}", base.engine);
    }
}

#[tokio::test]
async fn a_title_that_a_reader_may_not_know_is_not_told_in_the_list_either() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let one = deadly(observation("a", 3), 4);
        hear(&service, &base, pack(vec![one.clone()])).await;
        let mut wish = form(ProductKind::SituationReport);
        wish.title = "Fire in Batken".into();
        let paper = published(&service, wish).await;
        let open = title_in_list(&service, &paper, Role::Operator).await;
        assert_eq!(open.0, "Fire in Batken", "{}: nothing of it is restricted", base.engine);
        marked(&service, &base, (one, Tlp::Red)).await;
        let rest = title_in_list(&service, &paper, Role::Operator).await;
        assert_eq!(rest, (paper.plain_title.clone(), Tlp::Red), "{}: its source is now", base.engine);
        assert_eq!(
            title_in_list(&service, &paper, Role::Analyst).await.0,
            "Fire in Batken",
            "{}",
            base.engine
        );
    }
}

#[tokio::test]
async fn a_count_is_bound_by_everything_that_it_counted_though_it_names_none_of_it() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        // more than are named, the last of them the least grave
        let grave = (0..20).map(|n| deadly(observation(&format!("n{n}"), 3), 40));
        let last = Observation { severity: Severity::Minor, ..observation("least", 3) };
        hear(&service, &base, pack(grave.chain([last.clone()]).collect())).await;
        let paper = published(&service, form(ProductKind::SituationReport)).await;
        let key = format!("observation:{}", last.id);
        assert!(paper.source(&key).is_none(), "{}: the paper names it nowhere", base.engine);
        let figures = |one: &Product| {
            let summary = one.sections.iter().find(|section| section.part == Part::Summary).unwrap();
            let counts = |said: &&Statement| said.sources.iter().any(|key| key == "coverage:counts");
            summary.statements.iter().find(counts).unwrap().handling.tlp()
        };
        assert_ne!(figures(&paper), Tlp::Red, "{}", base.engine);
        marked(&service, &base, (last, Tlp::Red)).await;
        let bound = as_told(&service, &paper, Role::Analyst).await;
        assert_eq!(figures(&bound), Tlp::Red, "{}", base.engine);
    }
}

#[tokio::test]
async fn what_a_level_rests_on_that_did_not_move_binds_no_count_of_what_moved() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let mut older =
            elsewhere(Observation { severity: Severity::Minor, ..observation("older", 0) }, "AF-HEL");
        older.handling = Handling::new(Tlp::Amber, UnClass::Unclassified);
        hear(&service, &base, pack(vec![older])).await;
        for ago in [50, 10] {
            base.clock.advance(days(ago));
            jobs::settle(&service).await.unwrap();
        }
        hear(&service, &base, pack(vec![deadly(observation("a", -58), 4)])).await;
        let mut wish = form(ProductKind::SituationReport);
        (wish.from, wish.to) = (today().plus(54), today().plus(60));
        let paper = drafted(&service, wish).await;
        let moved = paper.source("coverage:levels/moved").unwrap();
        assert_eq!(moved.handling.tlp(), Tlp::Clear, "{}", base.engine);
        let newer = newer(&service, &paper, Role::Analyst).await;
        let remarked: Vec<&str> = newer.iter().map(|one| one.source.as_str()).collect();
        assert!(!remarked.contains(&"coverage:levels/moved"), "{}: {newer:?}", base.engine);
    }
}

#[tokio::test]
async fn a_reading_binds_a_level_as_long_as_its_indicator_counts_whatever_the_horizon_of_the_threat() {
    for base in databases::<Analysis>().await {
        let mut config: Config = Layers::of(Analysis::NAME, Analysis::DEFAULTS, None).extract().unwrap();
        config.analysis.indicators.half_life_days = 60.0;
        let service = Analysis::new(base.db.clone(), config);
        let water = Observation { threats: vec![Threat::WaterEnergy], ..observation("a", 2) };
        hear(&service, &base, pack(vec![deadly(water, 4)])).await;
        let open = IndicatorReading {
            handling: Handling::new(Tlp::Clear, UnClass::Unclassified),
            ..reading("old", Indicator::CanalDisputes, Extent::Marked, 340)
        };
        hear_read(&service, &base, vec![open.clone()], Vec::new()).await;
        jobs::settle(&service).await.unwrap();
        let paper = drafted(&service, form(ProductKind::SituationReport)).await;
        let levels: Vec<&str> = paper.sources.iter().map(|source| source.key.as_str()).collect();
        assert!(levels.contains(&"coverage:levels/KGZ"), "{}: {levels:?}", base.engine);
        base.clock.advance(days(1));
        let closed = IndicatorReading { handling: Handling::new(Tlp::Red, UnClass::Unclassified), ..open };
        hear_read(&service, &base, vec![closed], Vec::new()).await;
        let newer = newer(&service, &paper, Role::Analyst).await;
        let remarked = newer.iter().find(|one| one.source == "coverage:levels/KGZ");
        let tlp = remarked.and_then(|one| one.handling.as_ref()).map(Handling::tlp);
        assert_eq!(tlp, Some(Tlp::Red), "{}: {newer:?}", base.engine);
    }
}

#[tokio::test]
async fn what_is_dated_no_nearer_binds_no_count_that_leaves_it_out() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let country = |seen: Observation| Observation {
            place: domain::Place { province: None, precision: Precision::Country, ..seen.place },
            ..seen
        };
        let dated = country(observation("dated", 2));
        let mut month = country(observation("month", 2));
        (month.occurred_from, month.occurred_to) = (today().plus(-22), today());
        month.handling = Handling::new(Tlp::Amber, UnClass::Unclassified);
        hear(&service, &base, pack(vec![dated, month])).await;
        let paper = drafted(&service, form(ProductKind::SituationReport)).await;
        let of = |key: &str| paper.source(key).unwrap().handling.tlp();
        assert_eq!((of("coverage:unplaced"), of("coverage:undated")), (Tlp::Clear, Tlp::Amber));
        let newer = newer(&service, &paper, Role::Analyst).await;
        assert!(newer.is_empty(), "{}: {newer:?}", base.engine);
    }
}
