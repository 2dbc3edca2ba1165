//! Counting everything anew: it comes to what was counted piece by piece, mends what was not, and the stream alone is enough.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::collections::BTreeMap;

use analysis::{Analysis, api, jobs};
use contracts::{
    Failure, FailureKind, Role,
    analysis::{
        SituationChanged,
        recompute::{
            GetRecompute, ListRecomputes, Recomputation, RecomputeState, RecomputeStep, Recomputed,
            StartRecompute, StopRecompute,
        },
    },
    intake::{
        ObservationsRecorded,
        clusters::{ClusterMoved, ClusterState},
        media::{MediaCounted, Quads},
    },
};
use domain::{Handling, Licence, Observation, RecomputeId, Redistribution, Threat};
use kit::{Asked, Clock, Db, Nudges, on_db, on_tx};
use testkit::{Database, Rig, databases};

use crate::{
    clusters::{cluster, hear_cluster},
    given::*,
    series::media,
};

/// What is derived, and what it is derived from, each row as one text.
const TABLES: &[(&str, &str)] = &[
    (
        "evidence",
        "select observation_id || ' ' || revision || ' ' || threat || ' ' || cast(stands as text) || ' ' || month || ' '
             || cluster_id || ' ' || cast(cluster_best as text) || ' ' || apart || ' ' || title || ' ' || country
           from evidence where country not in ('TKM', 'AFG') order by 1",
    ),
    (
        "series_cell",
        "select country || ' ' || province || ' ' || threat || ' ' || cast(exercise as text) || ' ' || month || ' ' || events
             || ' ' || deaths || ' ' || reports || ' ' || peace || ' ' || unstated from series_cell where country not in ('TKM', 'AFG') order by 1",
    ),
    (
        "series_span",
        "select country || ' ' || province || ' ' || threat || ' ' || cast(exercise as text) || ' ' || unit || ' '
             || first_day || ' ' || events || ' ' || deaths || ' ' || reports || ' ' || peace || ' ' || unstated
           from series_span where country not in ('TKM', 'AFG') order by 1",
    ),
    (
        "media_count",
        "select province || ' ' || threat || ' ' || day || ' ' || known_from || ' ' || cast(stands as text) || ' ' || articles
           from media_count order by 1",
    ),
    (
        "source_span",
        "select source || ' ' || country || ' ' || threat || ' ' || first_day || ' ' || last_day from source_span
          where country not in ('TKM', 'AFG') order by 1",
    ),
    (
        "source_month",
        "select source || ' ' || country || ' ' || month from source_month
          where country not in ('TKM', 'AFG') order by 1",
    ),
    (
        "source_marking",
        "select source || ' ' || country || ' ' || threat || ' ' || marking from source_marking
          where country not in ('TKM', 'AFG') order by 1",
    ),
    (
        "level_state",
        "select province || ' ' || threat || ' ' || cast(exercise as text) || ' ' || level from level_state
          where country not in ('TKM', 'AFG') order by 1",
    ),
];

pub async fn rows(db: &Db) -> BTreeMap<&'static str, Vec<String>> {
    let mut all = BTreeMap::new();
    for (table, select) in TABLES {
        let rows: Vec<String> = on_db!(db, |p| sqlx::query_scalar(*select).fetch_all(p).await).unwrap();
        all.insert(*table, rows);
    }
    all
}

fn operator<Q>(query: Q) -> Asked<Q> {
    Asked { query, principal: testkit::principal("an.operator", &[Role::Operator]), key: None }
}

fn wish(check: bool) -> Asked<StartRecompute> {
    operator(StartRecompute { threat: Some(Threat::BorderTension), check })
}

/// Takes steps until the run has ended.
async fn to_the_end(service: &Analysis, id: &RecomputeId) -> Recomputation {
    loop {
        let run = api::get_recompute(service, &operator(GetRecompute { id: id.clone() })).await.unwrap();
        if run.has_ended() {
            return run;
        }
        jobs::recount(service).await.unwrap();
    }
}

async fn recompute(service: &Analysis, check: bool) -> Recomputed {
    run(service, &wish(check)).await
}

/// How many levels and counts of a threat counting anew would find otherwise.
pub async fn differing(service: &Analysis, threat: Threat) -> u64 {
    let query = StartRecompute { threat: Some(threat), check: true };
    let found = run(service, &operator(query)).await;
    found.unsettled + found.months.differed + found.spans.differed + found.levels_changed
}

/// Counts a threat anew.
pub async fn recounted(service: &Analysis, threat: Threat) {
    run(service, &operator(StartRecompute { threat: Some(threat), check: false })).await;
}

async fn run(service: &Analysis, wish: &Asked<StartRecompute>) -> Recomputed {
    let begun = api::start_recompute(service, wish).await.unwrap();
    let run = to_the_end(service, &begun.id).await;
    assert_eq!((run.state, run.looked_at), (RecomputeState::Done, run.of), "{run:?}");
    run.threats[0].found
}

async fn harm(base: &Database, statements: &[&'static str]) {
    for statement in statements {
        let mut tx = base.db.begin().await.unwrap();
        on_tx!(tx, |c| sqlx::query(*statement).execute(c).await.map(|_| ())).unwrap();
        tx.commit().await.unwrap();
    }
}

/// Packs with what makes counting hard: a revision that moves to another province and month, one taken back, days not known.
fn packs() -> Vec<ObservationsRecorded> {
    let moved = Observation { revision: 2, ..elsewhere(deadly(observation("a", 40), 5), "KG-O") };
    let taken_back = ObservationsRecorded { retracted: vec![observation("c", 6).id], ..pack(vec![]) };
    let loose = Observation { occurred_from: today().plus(-30), ..observation("loose", 3) };
    let peace = Observation { kind: "ceasefire".into(), ..observation("peace", 2) };
    let listed = Observation { source: "acled".into(), ..observation("listed", 90) };
    let exercise = Observation { exercise: true, ..observation("exercise", 1) };
    let many = (0..30).map(|n| deadly(observation(&format!("many {n}"), n * 11), n as u32)).collect();
    vec![
        pack(vec![deadly(observation("a", 4), 2), observation("b", 4), observation("c", 6)]),
        pack(many),
        taken_back,
        pack(vec![loose, peace, exercise, listed]),
        pack(vec![moved]),
    ]
}

async fn fill(service: &Analysis, base: &Database) {
    for pack in packs() {
        hear(service, base, pack).await;
    }
    let (one, other) = (observation("b", 4), observation("peace", 2));
    hear_cluster(service, base, cluster(&[&one, &other], ClusterState::Joined, 1)).await;
}

#[tokio::test]
async fn counting_anew_comes_to_what_was_counted_piece_by_piece() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        fill(&service, &base).await;
        let kept = rows(&base.db).await;
        let found = recompute(&service, true).await;
        assert_eq!(
            (found.revisions, found.unsettled, found.months.differed, found.spans.differed),
            (38, 0, 0, 0),
            "{}",
            base.engine
        );
        assert!(found.months.counted > 10 && found.spans.counted > 50, "{found:?}");
        assert_eq!(recompute(&service, false).await, found);
        assert_eq!(rows(&base.db).await, kept);
    }
}

#[tokio::test]
async fn what_is_kept_otherwise_is_found_by_a_comparison_and_mended_by_counting_anew() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        fill(&service, &base).await;
        let right = rows(&base.db).await;
        harm(&base, &[
            "update series_cell set events = events + 40 where province = 'KG-O'",
            "delete from series_span where province = 'KG-B' and unit = 'week' and first_day = '2026-11-16'",
            "insert into series_cell (country, province, threat, exercise, month, events, deaths, reports, peace)
             values ('KGZ', 'KG-N', 'border_tension', false, '2026-10', 3, 0, 3, 0)",
            "update evidence set stands = true where title = 'Incident c'",
            "update level_state set level = 'calm'",
        ])
        .await;
        let harmed = rows(&base.db).await;
        let found = recompute(&service, true).await;
        assert_eq!(found.unsettled, 1, "{}", base.engine);
        assert!(found.levels_changed > 0, "levels are compared with those that are walked: {found:?}");
        assert!(found.months.differed >= 2 && found.spans.differed >= 1, "{found:?}");
        assert_eq!(rows(&base.db).await, harmed, "a comparison writes nothing");
        let mended = recompute(&service, false).await;
        assert!(mended.levels_changed > 0, "{mended:?}");
        let now = rows(&base.db).await;
        for table in ["evidence", "series_span", "series_cell"] {
            assert_eq!(now[table], right[table], "{table} {}", base.engine);
        }
        let clean = recompute(&service, true).await;
        assert_eq!((clean.unsettled, clean.months.differed, clean.spans.differed), (0, 0, 0));
        assert_eq!(clean.levels_changed, 0, "{}", base.engine);
    }
}

#[tokio::test]
async fn an_observation_of_two_threats_is_mended_in_both_whichever_is_counted_anew() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        let both = vec![Threat::BorderTension, Threat::WaterEnergy];
        let of = |id: &str, days| Observation { threats: both.clone(), ..observation(id, days) };
        hear(&service, &base, pack(vec![of("a", 3), of("b", 4)])).await;
        let right = rows(&base.db).await;
        harm(
            &base,
            &[
                "update evidence set stands = false where title = 'Incident a'",
                "update series_cell set events = 1, reports = 1",
                "delete from series_span where first_day = '2026-11-20'",
            ],
        )
        .await;
        assert_eq!(recompute(&service, false).await.unsettled, 1, "{}", base.engine);
        let now = rows(&base.db).await;
        for table in ["evidence", "series_cell", "series_span"] {
            assert_eq!(now[table], right[table], "{table} {}", base.engine);
        }
    }
}

#[tokio::test]
async fn a_run_that_was_cut_off_goes_on_where_it_was_and_nothing_is_counted_twice() {
    for base in databases::<Analysis>().await {
        let killed = service(&base);
        fill(&killed, &base).await;
        let right = rows(&base.db).await;
        harm(&base, &["update series_cell set events = events + 40"]).await;
        let begun = api::start_recompute(&killed, &wish(false)).await.unwrap();
        assert_eq!((begun.state, begun.looked_at, begun.of), (RecomputeState::Running, 0, 76));
        for _ in 0..2 {
            jobs::recount(&killed).await.unwrap();
        }
        let after = service(&base);
        let again = api::start_recompute(&after, &wish(false)).await.unwrap();
        assert_eq!(
            (&again.id, again.step),
            (&begun.id, Some(RecomputeStep::Count)),
            "asked again it is followed"
        );
        // a step that was taken elsewhere meanwhile is not taken twice
        let (one, other) = tokio::join!(jobs::recount(&killed), jobs::recount(&after));
        one.and(other).unwrap();
        let run = to_the_end(&after, &begun.id).await;
        assert_eq!((run.state, run.looked_at, run.of), (RecomputeState::Done, 76, 76), "{}", base.engine);
        assert_eq!((run.threats[0].found.revisions, run.threats[0].found.unsettled), (38, 0));
        let now = rows(&base.db).await;
        assert_eq!(
            (&now["series_cell"], &now["series_span"]),
            (&right["series_cell"], &right["series_span"])
        );
    }
}

#[tokio::test]
async fn one_runs_at_a_time_and_can_be_stopped() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        fill(&service, &base).await;
        let everything = operator(StartRecompute::default());
        let begun = api::start_recompute(&service, &everything).await.unwrap();
        assert_eq!(begun.threats.len(), Threat::ALL.len());
        jobs::recount(&service).await.unwrap();
        let refused = Failure::from(api::start_recompute(&service, &wish(true)).await.unwrap_err());
        assert_eq!(refused.kind, FailureKind::Conflict);
        assert!(
            refused.detail.contains(begun.id.as_str()) && refused.detail.contains("/stop"),
            "{}",
            refused.detail
        );
        let stop = operator(StopRecompute { id: begun.id.clone() });
        let stopping = api::stop_recompute(&service, &stop).await.unwrap();
        assert_eq!(stopping.state, RecomputeState::Stopping);
        let stopped = to_the_end(&service, &begun.id).await;
        assert_eq!((stopped.state, stopped.ended_at), (RecomputeState::Stopped, Some(base.clock.now())));
        assert_eq!(api::stop_recompute(&service, &stop).await.unwrap(), stopped, "it stays as it ended");
        assert_eq!(recompute(&service, true).await.months.differed, 0, "and another may run");
        let listed = api::list_recomputes(&service, &operator(ListRecomputes {})).await.unwrap();
        assert_eq!(listed.len(), 2);
    }
}

#[tokio::test]
async fn a_run_that_cannot_go_on_is_tried_again_and_then_fails_with_its_reason() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        fill(&service, &base).await;
        harm(
            &base,
            &["update evidence set country = 'KGZ', precision_word = 'no word' where title = 'Incident b'"],
        )
        .await;
        let begun = api::start_recompute(&service, &wish(true)).await.unwrap();
        let mut failures = 0;
        let run = loop {
            failures += u32::from(jobs::recount(&service).await.is_err());
            let run =
                api::get_recompute(&service, &operator(GetRecompute { id: begun.id.clone() })).await.unwrap();
            if run.has_ended() {
                break run;
            }
        };
        assert_eq!((run.state, failures), (RecomputeState::Failed, 3), "{}", base.engine);
        assert!(run.reason.starts_with("border_tension, count: the store of analysis"), "{}", run.reason);
        assert!(!run.threats[0].finished);
    }
}

#[tokio::test]
async fn only_operators_have_everything_counted_anew() {
    for base in databases::<Analysis>().await {
        let query = StartRecompute { threat: None, check: true };
        let refused = api::start_recompute(&service(&base), &asked(query)).await.unwrap_err();
        assert_eq!(Failure::from(refused).kind, FailureKind::Forbidden);
    }
}

/// Says something of Turkmenistan and waits until its level is said: then everything before it was heard.
async fn heard_all(rig: &Rig, number: u32) {
    let mut changed = rig.listen::<SituationChanged>().await;
    let grave = |n: u32| elsewhere(deadly(observation(&format!("marker {number} {n}"), 0), 60), "TM-A");
    let threat = if number == 1 { Threat::OrganisedCrime } else { Threat::DrugTrafficking };
    let marker = (0..4).map(|n| Observation { threats: vec![threat], ..grave(n) }).collect();
    rig.say(&pack(marker)).await;
    changed.find(|said| said.situation.threat == threat).await;
}

#[tokio::test]
async fn the_stream_alone_gives_an_empty_store_the_same_bytes() {
    let rig = Rig::with_clock::<Analysis>(Clock::manual(today().start())).await;
    let running = rig.start::<Analysis>("").await;
    for pack in packs() {
        rig.say(&pack).await;
    }
    let (one, other) = (observation("b", 4), observation("peace", 2));
    rig.say(&ClusterMoved { cluster: cluster(&[&one, &other], ClusterState::Joined, 1) }).await;
    let counted = vec![media(4, Some(Threat::BorderTension), 9, today().start())];
    let handling = Handling::open(Licence::named("GDELT", Redistribution::Raw, "The GDELT Project"));
    assert_eq!(counted[0].quads, Quads::default());
    rig.say(&MediaCounted { origin: "test".into(), source: "gdelt".into(), handling, counted }).await;
    heard_all(&rig, 1).await;
    assert!(running.stop().await);
    let settled = async || {
        let db = Db::open(&rig.store_url::<Analysis>(), rig.clock.clone(), Nudges::default()).await.unwrap();
        jobs::settle(&service_on(db.clone())).await.unwrap();
        rows(&db).await
    };
    let first = settled().await;
    let covered =
        first["level_state"].iter().filter(|row| row.contains(" border_tension ") && row.ends_with(" calm"));
    assert!(covered.count() >= 5, "provinces that a complete list names nothing of: {first:?}");
    assert!(first.values().all(|rows| !rows.is_empty()), "{first:?}");

    rig.start_over::<Analysis>().await;
    let running = rig.start::<Analysis>("").await;
    heard_all(&rig, 2).await;
    assert!(running.stop().await);
    assert_eq!(settled().await, first);
}
