//! Every statement, on both databases.

use axum::http::StatusCode;
use domain::TokenId;
use gateway::{
    Gateway,
    domain::{
        audit::{Act, Walk},
        source::Shield,
        told::{Kind, Told},
    },
    http::{Answer, once::Once},
    store::{
        audit, hooks, idempotency, sessions,
        sessions::Session,
        stream,
        tokens::{self, TokenRecord},
        uploads,
    },
};
use kit::Db;
use serde_json::json;

async fn each_db(test: impl AsyncFn(&Db, &kit::Clock)) {
    for database in testkit::databases::<Gateway>().await {
        test(&database.db, &database.clock).await;
    }
}

fn hours(n: u64) -> std::time::Duration {
    std::time::Duration::from_hours(n)
}

/// A request of these parts, always of the same asker under the same key.
fn once(parts: &[&[u8]]) -> Once {
    let shield = Shield::new(&nkeys::XKey::new().public_key(), "0123456789abcdef0123456789abcdef").unwrap();
    Once::of(&shield, ("p", "k"), parts)
}

#[tokio::test]
async fn an_answer_is_kept_until_it_is_forgotten() {
    each_db(async |db, clock| {
        let once = once(&[b"POST", b"/x", b"", b"{}"]);
        let mut tx = db.begin().await.unwrap();
        assert!(once.begin(&mut tx).await.unwrap().is_none());
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let busy = once.begin(&mut tx).await.unwrap_err();
        assert!(busy.to_string().contains("worked on"), "{busy}");
        let answer = Answer::json(StatusCode::CREATED, &json!({ "a": 1 })).unwrap().revised(3);
        let kept = (201, answer.as_text(), answer.etag.as_deref());
        idempotency::settle(&mut tx, &once.request, kept).await.unwrap();
        let before = once.begin(&mut tx).await.unwrap().unwrap();
        assert_eq!((before.status, before.as_text()), (StatusCode::CREATED, "{\"a\":1}"));
        assert_eq!(before.etag.as_deref(), Some("\"3\""));
        let other = self::once(&[b"POST", b"/x", b"", b"[]"]);
        assert!(other.begin(&mut tx).await.unwrap_err().to_string().contains("another request"));
        tx.commit().await.unwrap();
        clock.advance(hours(24));
        let mut tx = db.begin().await.unwrap();
        assert_eq!(idempotency::forget(&mut tx, clock.now()).await.unwrap(), 1);
        assert!(other.begin(&mut tx).await.unwrap().is_none());
        idempotency::release(&mut tx, &other.request).await.unwrap();
        assert!(once.begin(&mut tx).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_request_that_broke_off_can_be_begun_again_a_minute_later_by_the_same_request_only() {
    each_db(async |db, clock| {
        let once = once(&[b"a"]);
        let mut tx = db.begin().await.unwrap();
        assert!(once.begin(&mut tx).await.unwrap().is_none());
        tx.commit().await.unwrap();
        clock.advance(std::time::Duration::from_secs(61));
        let mut tx = db.begin().await.unwrap();
        assert!(self::once(&[b"b"]).begin(&mut tx).await.is_err());
        assert!(once.begin(&mut tx).await.unwrap().is_none());
        assert!(once.begin(&mut tx).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn tokens_are_found_by_what_they_show_and_end_once() {
    each_db(async |db, clock| {
        let now = clock.now();
        let record = |n: &str| TokenRecord {
            id: TokenId::derived(&[n]),
            name: n.into(),
            subject: n.into(),
            roles: [contracts::Role::Analyst, contracts::Role::Head].into(),
            organisation: None,
            created_by: "admin".into(),
            created_at: now,
            expires_at: now.plus(chrono::Duration::days(1)),
            revoked_at: None,
            last_used: None,
        };
        let mut tx = db.begin().await.unwrap();
        assert!(!tokens::any(&mut tx).await.unwrap());
        tokens::add(&mut tx, &record("a"), ("lookup-a", "digest-a")).await.unwrap();
        tokens::add(&mut tx, &record("b"), ("lookup-b", "digest-b")).await.unwrap();
        tx.commit().await.unwrap();
        let (found, digest) = tokens::find(db, "lookup-a").await.unwrap().unwrap();
        assert_eq!((found, digest.as_str()), (record("a"), "digest-a"));
        assert!(tokens::find(db, "lookup-c").await.unwrap().is_none());
        let all = tokens::before(db, None, 10).await.unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(tokens::before(db, Some(&all[0].id), 10).await.unwrap(), all[1..]);
        let mut tx = db.begin().await.unwrap();
        assert!(tokens::any(&mut tx).await.unwrap());
        tokens::used(&mut tx, &record("a").id).await.unwrap();
        assert!(tokens::revoke(&mut tx, &record("a").id).await.unwrap());
        assert!(!tokens::revoke(&mut tx, &record("a").id).await.unwrap());
        tx.commit().await.unwrap();
        let ended = tokens::get(db, &record("a").id).await.unwrap().unwrap();
        assert_eq!((ended.revoked_at, ended.last_used), (Some(now), Some(now)));
        assert!(!ended.counts(now) && record("b").counts(now));
    })
    .await;
}

#[tokio::test]
async fn a_code_is_used_up_and_sessions_end() {
    each_db(async |db, clock| {
        let session = Session {
            token_id: TokenId::derived(&["a"]),
            expires_at: clock.now().plus(chrono::Duration::hours(1)),
        };
        let mut tx = db.begin().await.unwrap();
        sessions::add_code(&mut tx, "code", &session).await.unwrap();
        sessions::open(&mut tx, "digest", &session).await.unwrap();
        assert_eq!(sessions::use_code(&mut tx, "code").await.unwrap(), Some(session.token_id.clone()));
        assert_eq!(sessions::use_code(&mut tx, "code").await.unwrap(), None);
        sessions::add_code(&mut tx, "late", &session).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(sessions::find(db, "digest").await.unwrap(), Some(session));
        clock.advance(hours(1));
        assert_eq!(sessions::find(db, "digest").await.unwrap(), None);
        let mut tx = db.begin().await.unwrap();
        assert_eq!(sessions::use_code(&mut tx, "late").await.unwrap(), None);
        sessions::extend(&mut tx, "digest", clock.now().plus(chrono::Duration::hours(1))).await.unwrap();
        tx.commit().await.unwrap();
        assert!(sessions::find(db, "digest").await.unwrap().is_some());
        let mut tx = db.begin().await.unwrap();
        sessions::forget(&mut tx).await.unwrap();
        sessions::close(&mut tx, "digest").await.unwrap();
        tx.commit().await.unwrap();
        assert!(sessions::find(db, "digest").await.unwrap().is_none());
    })
    .await;
}

fn act(n: usize) -> Act {
    Act { actor: "p".into(), action: "moveWarning".into(), object: format!("wa_{n}"), detail: "{}".into() }
}

#[tokio::test]
async fn the_audit_holds_until_somebody_cuts_its_end_off() {
    each_db(async |db, _| {
        let verify = async || {
            let mut walk = Walk::default();
            walk.on(&audit::after(db, 0, 1000).await.unwrap())?;
            walk.end(&audit::head(db).await.unwrap())
        };
        for n in 0..5 {
            let mut tx = db.begin().await.unwrap();
            audit::append(&mut tx, act(n)).await.unwrap();
            tx.commit().await.unwrap();
        }
        let mut tx = db.begin().await.unwrap();
        audit::append(&mut tx, act(9)).await.unwrap();
        drop(tx);
        assert_eq!(verify().await.unwrap().n, 5, "what did not commit is not there");
        let newest = audit::before(db, i64::MAX, 2).await.unwrap();
        assert_eq!(newest.iter().map(|e| e.n).collect::<Vec<_>>(), [5, 4]);
        let mut tx = db.begin().await.unwrap();
        kit::on_tx!(tx, |c| sqlx::query("delete from audit where n = 5").execute(c).await.map(|_| ()))
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(verify().await.unwrap_err().n, 5);
    })
    .await;
}

#[tokio::test]
async fn the_stream_counts_on_and_keeps_its_last_events() {
    each_db(async |db, _| {
        assert_eq!(stream::bounds(db).await.unwrap(), (0, 0));
        for n in 0..5 {
            let mut tx = db.begin().await.unwrap();
            let partner = (n % 2 == 0).then(|| ("osce".to_owned(), json!({ "n": n })));
            stream::append(
                &mut tx,
                &Told { kind: Kind::Delivery, staff: json!({ "n": n }), partner, restricted: false },
            )
            .await
            .unwrap();
            stream::trim(&mut tx, 3).await.unwrap();
            tx.commit().await.unwrap();
        }
        assert_eq!(stream::bounds(db).await.unwrap(), (3, 5));
        let after = stream::after(db, 3).await.unwrap();
        assert_eq!(
            after.iter().map(|e| (e.seq, e.partner.as_deref())).collect::<Vec<_>>(),
            [(4, None), (5, Some("osce"))]
        );
    })
    .await;
}

#[tokio::test]
async fn an_upload_that_broke_off_is_found() {
    each_db(async |db, clock| {
        let mut tx = db.begin().await.unwrap();
        uploads::begin(&mut tx, ("files", "a")).await.unwrap();
        uploads::begin(&mut tx, ("others", "b")).await.unwrap();
        uploads::end(&mut tx, "a").await.unwrap();
        tx.commit().await.unwrap();
        assert!(uploads::broken_off(db, clock.now()).await.unwrap().is_empty());
        clock.advance(hours(1));
        assert_eq!(
            uploads::broken_off(db, clock.now()).await.unwrap(),
            [("others".to_owned(), "b".to_owned())]
        );
    })
    .await;
}

#[tokio::test]
async fn what_the_door_knows_of_a_source_that_sends_never_goes_back() {
    each_db(async |db, clock| {
        let source = |version: u32, enabled: bool, connector: &str| -> contracts::intake::sources::Source {
            let health = json!({ "state": "good", "last_tried": null, "last_good": null, "failures": 0, "next_at": null, "silent_since": null });
            let form = json!({ "title": "t", "every_s": 0, "format": "csv", "handling": { "tlp": "AMBER" }, "grade": { "reliability": "C", "credibility": 3 } });
            serde_json::from_value(json!({ "key": format!("k-{connector}"), "connector": connector, "form": form, "address": "",
                "format": "csv", "terms": null, "enabled": enabled, "health": health, "brought": 0, "last_run": null, "by": "o",
                "changed_at": "2026-11-23T00:00:00Z", "version": version }))
            .unwrap()
        };
        let mut tx = db.begin().await.unwrap();
        for (version, enabled) in [(2, true), (1, false)] {
            hooks::keep(&mut tx, &source(version, enabled, "webhook")).await.unwrap();
            hooks::keep(&mut tx, &source(version, enabled, "file")).await.unwrap();
        }
        let until = tx.now().plus(chrono::Duration::hours(1));
        for secret in ["one", "two"] {
            hooks::replace_keys(&mut tx, ("k-webhook", secret, "o"), until).await.unwrap();
        }
        tx.commit().await.unwrap();
        let hook = hooks::get(db, "k-webhook").await.unwrap().unwrap();
        assert!(hook.enabled && hook.grade.is_some() && hook.handling.is_some() && hook.format.is_some());
        assert!(hooks::get(db, "k-file").await.unwrap().is_none());
        assert_eq!(hooks::keys(db, "k-webhook", clock.now()).await.unwrap().len(), 2);
        clock.advance(hours(1));
        assert_eq!(hooks::keys(db, "k-webhook", clock.now()).await.unwrap(), ["two"]);
    })
    .await;
}
