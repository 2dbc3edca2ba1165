//! Anomalies: opened by the figures, judged by a person, on both stores.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use analysis::{Analysis, api, store::anomaly_past};
use contracts::{
    FailureKind, Page, PageRequest,
    analysis::{
        anomalies::{Anomaly, AnomalyState, AnomalyVerdict, GetAnomaly, JudgeAnomaly, ListAnomalies},
        levels::AttentionRule,
    },
};
use domain::{Observation, Severity, Threat, Trend};
use kit::on_tx;
use testkit::{Database, databases};

use crate::given::*;

/// An incident a month for a year, and so many this month.
fn burst(now: usize) -> Vec<Observation> {
    let quiet = (1..=12).map(|n| observation(&format!("quiet {n}"), 30 * n));
    let burst = (0..now).map(|n| observation(&format!("burst {n}"), (n % 20) as i64));
    quiet.chain(burst).map(|seen| Observation { known_from: today().start(), ..seen }).collect()
}

async fn list(service: &Analysis, query: ListAnomalies) -> Page<Anomaly> {
    api::list_anomalies(service, &asked(query)).await.unwrap()
}

async fn the_anomaly(service: &Analysis) -> Anomaly {
    let mut page = list(service, ListAnomalies::default()).await;
    assert_eq!(page.items.len(), 1, "{page:?}");
    page.items.remove(0)
}

async fn world(database: &Database, now: usize) -> Analysis {
    let service = service(database);
    hear(&service, database, pack(burst(now))).await;
    service
}

fn judge(anomaly: &Anomaly, verdict: AnomalyVerdict, note: &str) -> JudgeAnomaly {
    JudgeAnomaly { id: anomaly.id.clone(), verdict, note: note.into(), version: Some(anomaly.version) }
}

#[tokio::test]
async fn a_burst_opens_one_anomaly_with_what_was_counted_and_hearing_it_again_changes_nothing() {
    for database in databases::<Analysis>().await {
        let service = world(&database, 15).await;
        let opened = the_anomaly(&service).await;
        assert_eq!(
            (opened.state, opened.trend, opened.threat),
            (AnomalyState::Open, Trend::Alert, Threat::BorderTension)
        );
        assert_eq!(
            (opened.observed, opened.observations.len(), opened.version),
            (15.0, 15, 1),
            "{}",
            database.engine
        );
        hear(&service, &database, pack(burst(15))).await;
        assert_eq!(the_anomaly(&service).await, opened);
        let wish = GetAnomaly { id: opened.id.clone(), known_on: None };
        let one = api::get_anomaly(&service, &asked(wish)).await.unwrap();
        assert_eq!(one, opened);
    }
}

#[tokio::test]
async fn what_a_person_dismissed_or_explained_calls_for_no_attention_and_says_so() {
    for database in databases::<Analysis>().await {
        let service = service(&database);
        let minor = burst(15).into_iter().map(|seen| Observation { severity: Severity::Minor, ..seen });
        hear(&service, &database, pack(minor.collect())).await;
        let before = the_situation(&service).await;
        let alerted = before.attention.unwrap();
        assert_eq!((before.trend, alerted.rule), (Some(Trend::Alert), AttentionRule::Trend));
        let opened = the_anomaly(&service).await;
        for (verdict, state) in [
            (AnomalyVerdict::Dismiss, AnomalyState::Dismissed),
            (AnomalyVerdict::Explain, AnomalyState::Explained),
        ] {
            let judged = judge(&opened, verdict, "a file that came late");
            let judged = JudgeAnomaly { version: None, ..judged };
            api::judge_anomaly(&service, &asked(judged)).await.unwrap();
            let told = the_situation(&service).await;
            let attention = told.attention.unwrap();
            assert_eq!((told.trend, attention.rule), (Some(Trend::Alert), AttentionRule::Level));
            assert_eq!((attention.level, attention.judged), (told.level, Some(state)), "{}", database.engine);
        }
        let confirm =
            JudgeAnomaly { version: None, ..judge(&opened, AnomalyVerdict::Confirm, "it was real") };
        api::judge_anomaly(&service, &asked(confirm)).await.unwrap();
        assert_eq!(the_situation(&service).await.attention, Some(alerted), "{}", database.engine);
    }
}

#[tokio::test]
async fn what_the_source_takes_back_withdraws_the_anomaly() {
    for database in databases::<Analysis>().await {
        let service = world(&database, 15).await;
        let mut back = pack(Vec::new());
        back.retracted = burst(15).into_iter().skip(14).map(|seen| seen.id).collect();
        hear(&service, &database, back).await;
        let withdrawn = the_anomaly(&service).await;
        assert_eq!(
            (withdrawn.state, withdrawn.observed, withdrawn.version),
            (AnomalyState::Withdrawn, 2.0, 2)
        );
        let late = Observation { known_from: today().start(), ..observation("came late", 2) };
        hear(&service, &database, pack(vec![late])).await;
        let followed = the_anomaly(&service).await;
        let told = (followed.state, followed.observed, followed.version, followed.history.len());
        assert_eq!(told, (AnomalyState::Withdrawn, 3.0, 3, withdrawn.history.len()), "{}", database.engine);
        let wish = judge(&withdrawn, AnomalyVerdict::Confirm, "it was real");
        let refused = api::judge_anomaly(&service, &asked(wish)).await.unwrap_err();
        assert_eq!(contracts::Failure::from(refused).kind, FailureKind::Invalid);
    }
}

#[tokio::test]
async fn a_person_judges_once_with_a_reason_on_what_they_have_seen() {
    for database in databases::<Analysis>().await {
        let service = world(&database, 15).await;
        let opened = the_anomaly(&service).await;
        let bare = judge(&opened, AnomalyVerdict::Explain, "");
        assert!(api::judge_anomaly(&service, &asked(bare)).await.is_err());
        let wish = judge(&opened, AnomalyVerdict::Explain, "a late batch of reports");
        let explained = api::judge_anomaly(&service, &asked(wish.clone())).await.unwrap();
        assert_eq!((explained.state, explained.version), (AnomalyState::Explained, 2));
        assert_eq!(explained.history[1].by, "a.analyst");
        assert_eq!(api::judge_anomaly(&service, &asked(wish)).await.unwrap(), explained, "twice is once");
        let stale = judge(&opened, AnomalyVerdict::Confirm, "no");
        let refused = api::judge_anomaly(&service, &asked(stale)).await.unwrap_err();
        assert_eq!(contracts::Failure::from(refused).kind, FailureKind::Stale);
        let open = ListAnomalies { state: Some(AnomalyState::Open), ..ListAnomalies::default() };
        assert!(list(&service, open).await.items.is_empty());
        hear(&service, &database, pack(burst(18))).await;
        assert_eq!(the_anomaly(&service).await, explained, "what a person judged keeps its figures");
    }
}

#[tokio::test]
async fn real_and_exercise_are_apart_and_pages_stand() {
    for database in databases::<Analysis>().await {
        let service = world(&database, 15).await;
        for (number, province) in ["KG-O", "KG-J", "TJ-SU"].into_iter().enumerate() {
            let there = burst(15).into_iter().map(|mut seen| {
                seen.id = domain::ObservationId::derived(&[province, seen.id.as_str()]);
                elsewhere(seen, province)
            });
            let drill = number == 0;
            let there = there.map(|seen| Observation { exercise: drill, ..seen }).collect();
            hear(&service, &database, pack(there)).await;
        }
        let exercise = ListAnomalies { exercise: true, ..ListAnomalies::default() };
        assert_eq!(list(&service, exercise).await.items.len(), 1);
        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let page = PageRequest { cursor, limit: Some(1) };
            let page = list(&service, ListAnomalies { page, ..ListAnomalies::default() }).await;
            seen.extend(page.items.into_iter().map(|anomaly| anomaly.province.to_string()));
            let Some(next) = page.next else { break };
            cursor = Some(next);
        }
        seen.sort_unstable();
        assert_eq!(seen, ["KG-B", "KG-J", "TJ-SU"], "{}", database.engine);
    }
}

/// How the list and the one are told as of a moment.
async fn as_of(
    service: &Analysis,
    id: &domain::AnomalyId,
    at: domain::Timestamp,
) -> (Vec<Anomaly>, Option<Anomaly>) {
    let listed = list(service, ListAnomalies { known_on: Some(at), ..ListAnomalies::default() }).await.items;
    let one = GetAnomaly { id: id.clone(), known_on: Some(at) };
    (listed, api::get_anomaly(service, &asked(one)).await.ok())
}

#[tokio::test]
async fn an_anomaly_is_told_as_it_stood_at_any_moment_before_and_after_it_was_found_revised_and_judged() {
    for database in databases::<Analysis>().await {
        let minute = std::time::Duration::from_mins(1);
        let service = service(&database);
        let before = database.clock.now();
        database.clock.advance(minute);
        hear(&service, &database, pack(burst(15))).await;
        let (found, opened) = (database.clock.now(), the_anomaly(&service).await);
        database.clock.advance(minute);
        hear(&service, &database, pack(burst(18))).await;
        let (later, revised) = (database.clock.now(), the_anomaly(&service).await);
        database.clock.advance(minute);
        let wish = judge(&revised, AnomalyVerdict::Dismiss, "a file that came late");
        let dismissed = api::judge_anomaly(&service, &asked(wish)).await.unwrap();
        let end = database.clock.now();

        assert_eq!((opened.observed, revised.observed, dismissed.version), (15.0, 18.0, 3));
        assert_eq!(as_of(&service, &opened.id, before).await, (vec![], None), "{}", database.engine);
        for (at, stood) in [(found, &opened), (later, &revised), (end, &dismissed)] {
            let told = as_of(&service, &opened.id, at).await;
            assert_eq!(told, (vec![stood.clone()], Some(stood.clone())), "{} {at}", database.engine);
        }
        let open = |at| ListAnomalies {
            state: Some(AnomalyState::Open),
            known_on: Some(at),
            ..ListAnomalies::default()
        };
        assert_eq!(list(&service, open(later)).await.items, [revised], "the state is that of the moment");
        assert_eq!(list(&service, open(end)).await.items, []);
    }
}

#[tokio::test]
async fn what_was_kept_only_as_it_stands_is_known_since_it_moved_last_and_taken_up_once() {
    for database in databases::<Analysis>().await {
        let minute = std::time::Duration::from_mins(1);
        let service = world(&database, 15).await;
        let (found, opened) = (database.clock.now(), the_anomaly(&service).await);
        database.clock.advance(minute);
        hear(&service, &database, pack(burst(18))).await;
        let (moved, revised) = (database.clock.now(), the_anomaly(&service).await);
        let mut tx = database.db.begin().await.unwrap();
        on_tx!(&mut tx, |c| sqlx::query("delete from anomaly_standing").execute(c).await.map(|_| ()))
            .unwrap();
        tx.commit().await.unwrap();
        database.clock.advance(minute);
        for _ in 0..2 {
            let mut tx = database.db.begin().await.unwrap();
            anomaly_past::take_up(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
        }
        assert_eq!(as_of(&service, &opened.id, found).await, (vec![], None), "{}", database.engine);
        let told = as_of(&service, &opened.id, moved).await;
        assert_eq!(told, (vec![revised.clone()], Some(revised)), "{}", database.engine);
    }
}
