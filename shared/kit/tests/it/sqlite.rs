//! The SQLite that is built in, as `.cargo/config.toml` has it compiled.

use kit::{Clock, Db, Nudges, on_db};

#[tokio::test]
async fn connections_of_sqlite_share_no_pool_of_pages_and_no_account_of_memory() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("kit.db").display());
    let db = Db::open(&url, Clock::system(), Nudges::default()).await.unwrap();
    let used: (bool, bool) = on_db!(db, |p| sqlx::query_as(
        "select sqlite_compileoption_used('ENABLE_MEMORY_MANAGEMENT'), sqlite_compileoption_used('DEFAULT_MEMSTATUS=0')"
    )
    .fetch_one(p)
    .await)
    .unwrap();
    assert_eq!(used, (false, true), "cargo read no .cargo/config.toml: LIBSQLITE3_FLAGS is not set");
}
