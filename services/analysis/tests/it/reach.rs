//! Who may know what: a level that rests on restricted reports is told to others from the rest, on both stores.

use analysis::{Analysis, api, jobs};
use contracts::{
    FailureKind, Role,
    analysis::{
        GetSituation, ListChanges,
        anomalies::{GetAnomaly, ListAnomalies},
        indicators::ListIndicators,
        news::GetNews,
        overrides::{ListOverrides, SetOverride},
        series::{GetSeries, Unit},
    },
    intake::indicators::IndicatorReading,
};
use domain::{Extent, Handling, Indicator, Level, Observation, Threat, Tlp, UnClass};
use kit::Asked;
use testkit::{databases, principal};

use crate::{
    given::*,
    levels::{hear_read, reading},
};

fn by<Q>(role: Role, query: Q) -> Asked<Q> {
    Asked { query, principal: principal("somebody", &[role]), key: None }
}

/// What a source tells that only those may know whose work needs it.
fn strict(seen: Observation) -> Observation {
    let handling = Handling::new(Tlp::Red, UnClass::StrictlyConfidential);
    Observation { source: "insider".into(), owner: "Insider".into(), handling, ..seen }
}

/// A burst of strict reports from Batken beside two open ones, and a province of which only strict ones speak.
fn world() -> Vec<Observation> {
    let quiet = (1..=12).map(|n| observation(&format!("quiet {n}"), 30 * n));
    let open = [observation("open", 1), observation("wire", 2)];
    let burst = (0..12).map(|n| strict(observation(&format!("burst {n}"), i64::from(n))));
    let other = (0..3).map(|n| strict(elsewhere(observation(&format!("other {n}"), n), "TJ-SU")));
    let all = quiet.chain(open).chain(burst).chain(other);
    all.map(|seen| Observation { known_from: today().start(), ..seen }).collect()
}

#[tokio::test]
async fn a_level_on_restricted_reports_is_told_from_the_rest_to_who_has_no_need_to_know() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(world())).await;
        let map = |role| by(role, GetSituation { explained: true, ..GetSituation::default() });
        let all = api::get_situation(&service, &map(Role::DutyOfficer)).await.unwrap().read().unwrap();
        assert_eq!(all.len(), 2, "{}", base.engine);
        assert!(all.iter().all(|told| told.handling.tlp() == Tlp::Red && !told.partial));
        for role in [Role::Operator, Role::FieldMonitor] {
            let told = api::get_situation(&service, &map(role)).await.unwrap().read().unwrap();
            assert_eq!(told.len(), 1, "what only strict reports speak of is not told: {told:?}");
            let (batken, whole) =
                (&told[0], all.iter().find(|one| one.province == told[0].province).unwrap());
            assert!(batken.partial && batken.handling.tlp() == Tlp::Clear, "{batken:?}");
            assert!(batken.level < whole.level && batken.index < whole.index && batken.level > Level::Calm);
            let text = serde_json::to_string(&told).unwrap().to_lowercase();
            assert!(!text.contains("burst") && !text.contains("insider"), "{text}");
            assert_eq!(batken.counted.unwrap().incidents, 14);
            let by_all =
                GetSituation { grades: "A-F".parse().ok(), explained: true, ..GetSituation::default() };
            let supposed = api::get_situation(&service, &by(role, by_all)).await.unwrap().read().unwrap();
            assert_eq!(supposed, told, "what if tells no more than the map");
            let of = GetSituation { without: Some("nobody".into()), ..of("KG-B", Threat::BorderTension) };
            let refused = api::get_situation(&service, &by(role, of)).await.unwrap_err().to_string();
            assert!(refused.contains("desk") && !refused.to_lowercase().contains("insider"), "{refused}");
        }
        let partner = api::get_situation(&service, &map(Role::Partner)).await.unwrap_err();
        assert_eq!(contracts::Failure::from(partner).kind, FailureKind::Forbidden);
    }
}

#[tokio::test]
async fn what_became_restricted_since_is_told_to_nobody_without_a_need_as_of_before() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let one = Observation { known_from: today().start(), ..observation("early", 1) };
        let alone =
            elsewhere(Observation { known_from: today().start(), ..observation("alone", 1) }, "TJ-SU");
        let open = Observation { known_from: today().start(), ..observation("open", 2) };
        hear(&service, &base, pack(vec![one.clone(), alone.clone(), open])).await;
        jobs::settle(&service).await.unwrap();
        base.clock.advance(days(5));
        let stricter =
            |seen: Observation| Observation { revision: 2, known_from: base.clock.now(), ..strict(seen) };
        hear(&service, &base, pack(vec![stricter(one), stricter(alone)])).await;
        // today is kept as it was told; of two days later nothing is kept
        for on in [today(), today().plus(2)] {
            let wish =
                |role| by(role, GetSituation { on: Some(on), explained: true, ..GetSituation::default() });
            let whole = api::get_situation(&service, &wish(Role::Analyst)).await.unwrap().read().unwrap();
            assert_eq!(whole.len(), 2, "{} {on}", base.engine);
            let told = api::get_situation(&service, &wish(Role::Operator)).await.unwrap().read().unwrap();
            let text = serde_json::to_string(&told).unwrap();
            assert!(
                !text.contains("early") && !text.contains("alone") && text.contains("open"),
                "{on}: {text}"
            );
            assert_eq!((told.len(), told[0].partial), (1, true), "{} {on}", base.engine);
        }
        let series = |role| {
            by(
                role,
                GetSeries {
                    province: "KG-B".parse().ok(),
                    country: None,
                    threat: Some(Threat::BorderTension),
                    unit: Unit::Month,
                    from: None,
                    to: None,
                    known_on: Some(today().plus(2).start()),
                    exercise: false,
                },
            )
        };
        for (role, known) in [(Role::Analyst, 2), (Role::Operator, 1)] {
            let told = api::get_series(&service, &series(role)).await.unwrap().remove(0);
            let events: u64 = told.points.iter().filter_map(|point| point.events).sum();
            assert_eq!((events, told.partial), (known, known == 1), "{} {role}", base.engine);
        }
    }
}

#[tokio::test]
async fn an_answer_that_became_restricted_since_is_read_by_nobody_without_a_need_as_of_before() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let answer = reading("r", Indicator::CrossingClosures, Extent::Severe, 1);
        hear_read(&service, &base, vec![answer.clone()], Vec::new()).await;
        base.clock.advance(days(3));
        let handling = Handling::new(Tlp::Red, UnClass::Unclassified);
        hear_read(&service, &base, vec![IndicatorReading { handling, ..answer }], Vec::new()).await;
        for (role, known) in [(Role::Analyst, true), (Role::Operator, false)] {
            let province = "KG-B".parse().unwrap();
            let wish =
                ListIndicators { province, threat: None, on: Some(today()), known_on: None, exercise: false };
            let all = api::list_indicators(&service, &by(role, wish)).await.unwrap();
            assert_eq!(all.iter().any(|one| one.latest.is_some()), known, "{} {role}", base.engine);
        }
    }
}

#[tokio::test]
async fn changes_unusual_months_and_news_bear_their_handling_and_are_kept_from_others() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let since = today().start();
        hear(&service, &base, pack(world())).await;
        let changes = api::list_changes(&service, &by(Role::Analyst, ListChanges::default())).await.unwrap();
        assert!(changes.items.len() >= 2, "{}", base.engine);
        assert!(changes.items.iter().all(|one| one.handling.as_ref().unwrap().tlp() == Tlp::Red));
        let kept = api::list_changes(&service, &by(Role::Operator, ListChanges::default())).await.unwrap();
        assert_eq!(kept.items, []);
        let all = api::list_anomalies(&service, &by(Role::Analyst, ListAnomalies::default())).await.unwrap();
        let unusual = all.items.first().unwrap();
        assert_eq!(unusual.handling.as_ref().unwrap().un_class(), UnClass::StrictlyConfidential);
        let kept =
            api::list_anomalies(&service, &by(Role::Operator, ListAnomalies::default())).await.unwrap();
        assert_eq!(kept.items, []);
        let past = ListAnomalies { known_on: Some(base.clock.now()), ..ListAnomalies::default() };
        let told = api::list_anomalies(&service, &by(Role::Analyst, past.clone())).await.unwrap();
        let kept = api::list_anomalies(&service, &by(Role::Operator, past)).await.unwrap();
        assert_eq!((told.items, kept.items), (all.items.clone(), vec![]), "of a past moment no more");
        let one = GetAnomaly { id: unusual.id.clone(), known_on: None };
        let absent = api::get_anomaly(&service, &by(Role::Operator, one)).await.unwrap_err();
        assert_eq!(contracts::Failure::from(absent).kind, FailureKind::NotFound);
        let wish = || GetNews {
            since,
            province: None,
            exercise: false,
            known_on: None,
            page: contracts::PageRequest::default(),
        };
        let whole = api::get_news(&service, &by(Role::Head, wish())).await.unwrap();
        let heard = |news: &contracts::analysis::news::News| {
            news.provinces.iter().map(|one| one.heard.new).sum::<u64>()
        };
        assert_eq!(heard(&whole), 29);
        let told = api::get_news(&service, &by(Role::Operator, wish())).await.unwrap();
        assert_eq!(heard(&told), 14, "what came in is counted without the strict");
        let text = serde_json::to_string(&told).unwrap().to_lowercase();
        assert!(!text.contains("insider") && !text.contains("burst") && !text.contains("tj-su"), "{text}");
    }
}

#[tokio::test]
async fn a_level_set_by_hand_is_listed_to_who_may_know_the_one_beside_it() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(world())).await;
        let set = SetOverride {
            province: "TJ-SU".parse().unwrap(),
            threat: Threat::BorderTension,
            exercise: false,
            level: Level::Critical,
            reason: "what the insider says".into(),
            until: None,
        };
        api::set_override(&service, &by(Role::SeniorAnalyst, set)).await.unwrap();
        let list = |role| by(role, ListOverrides::default());
        let all = api::list_overrides(&service, &list(Role::Analyst)).await.unwrap();
        assert_eq!(all.items.len(), 1, "{}", base.engine);
        let kept = api::list_overrides(&service, &list(Role::Operator)).await.unwrap();
        assert_eq!(kept.items, []);
    }
}

#[tokio::test]
async fn a_restricted_answer_hides_those_levels_alone_in_which_it_counts_and_for_as_long_as_it_does() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let handling = Handling::new(Tlp::Red, UnClass::StrictlyConfidential);
        let strict =
            IndicatorReading { handling, ..reading("r", Indicator::CrossingClosures, Extent::Severe, 1) };
        hear_read(&service, &base, vec![strict], Vec::new()).await;
        let of = |id: &'static str, number: usize, threat, known_from| {
            (0..number).map(move |n| Observation {
                threats: vec![threat],
                known_from,
                ..observation(&format!("{id} {n}"), 0)
            })
        };
        let now = base.clock.now();
        let all = of("border", 3, Threat::BorderTension, now).chain(of("water", 3, Threat::WaterEnergy, now));
        hear(&service, &base, pack(all.collect())).await;
        let told = async |role| {
            let all = api::list_changes(&service, &by(role, ListChanges::default())).await.unwrap().items;
            all.into_iter().map(|one| one.threat).collect::<std::collections::BTreeSet<Threat>>()
        };
        let both = [Threat::BorderTension, Threat::WaterEnergy];
        assert_eq!(told(Role::Analyst).await, both.into(), "{}", base.engine);
        let open = [Threat::WaterEnergy];
        assert_eq!(told(Role::Operator).await, open.into(), "{}: it says nothing of water", base.engine);
        // six half-lives of thirty days
        base.clock.advance(days(181));
        let later = |seen: Observation| {
            let day = base.clock.now().day();
            Observation { occurred_from: day, occurred_to: day, ..seen }
        };
        let rise = of("later", 20, Threat::BorderTension, base.clock.now()).map(later);
        hear(&service, &base, pack(rise.collect())).await;
        assert_eq!(told(Role::Operator).await, both.into(), "{}: it counts no longer", base.engine);
    }
}

#[tokio::test]
async fn an_answer_that_an_earlier_program_noted_without_its_indicator_hides_all_until_it_is_taken_up() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let handling = Handling::new(Tlp::Red, UnClass::StrictlyConfidential);
        let strict =
            IndicatorReading { handling, ..reading("r", Indicator::CrossingClosures, Extent::Severe, 1) };
        hear_read(&service, &base, vec![strict], Vec::new()).await;
        let seen = Observation { threats: vec![Threat::WaterEnergy], ..observation("water", 0) };
        hear(&service, &base, pack(vec![Observation { known_from: base.clock.now(), ..seen }])).await;
        let mut tx = base.db.begin().await.unwrap();
        for statement in [
            "insert into cell_marking (country, province, threat, exercise, marking, last_day)
             select '', province, '', exercise, marking, last_day from reading_marking",
            "delete from reading_marking",
        ] {
            kit::on_tx!(tx, |c| sqlx::query(statement).execute(c).await.map(|_| ())).unwrap();
        }
        tx.commit().await.unwrap();
        let told = async || {
            api::list_changes(&service, &by(Role::Operator, ListChanges::default()))
                .await
                .unwrap()
                .items
                .len()
        };
        assert_eq!(told().await, 0, "{}", base.engine);
        let mut tx = base.db.begin().await.unwrap();
        analysis::store::handling::take_up(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(told().await, 1, "{}", base.engine);
    }
}

#[tokio::test]
async fn the_map_tells_in_part_what_each_province_by_itself_tells_in_part() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let neighbour = (0..3).map(|n| strict(elsewhere(observation(&format!("across {n}"), n), "TJ-SU")));
        let neighbour = neighbour.map(|seen| Observation { known_from: today().start(), ..seen });
        let open =
            Observation { known_from: today().start(), ..elsewhere(observation("open there", 1), "TJ-SU") };
        hear(&service, &base, pack(world().into_iter().chain(neighbour).chain([open]).collect())).await;
        let told = async |province: Option<&str>| {
            let province = province.map(|code| code.parse().unwrap());
            let wish = by(Role::Operator, GetSituation { province, ..GetSituation::default() });
            api::get_situation(&service, &wish).await.unwrap().read().unwrap()
        };
        let map = told(None).await;
        assert!(map.len() == 2 && map.iter().all(|one| one.partial), "{}: {map:?}", base.engine);
        let each = [told(Some("KG-B")).await, told(Some("TJ-SU")).await].concat();
        assert_eq!(map, each, "{}", base.engine);
    }
}
