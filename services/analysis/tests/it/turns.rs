//! Whoever writes evidence or levels does so over one connection of the store.

use analysis::{Analysis, jobs};
use contracts::analysis::forecasts::ListForecasts;
use testkit::databases;

use crate::{
    forecasts::{MINUTES, day, list, listed},
    given::*,
};

#[tokio::test]
async fn whoever_has_the_turn_takes_no_second_connection() {
    for base in databases::<Analysis>().await.into_iter().filter(|base| base.engine == "postgres") {
        let service = service(&base);
        let mut others = Vec::new();
        for _ in 0..7 {
            others.push(base.db.begin().await.unwrap());
        }
        // one is left of the eight of the pool
        hear(&service, &base, pack(listed(day("2015-01-01"), day("2026-10-31")))).await;
        jobs::forecast(&service).await.unwrap();
        base.clock.advance(MINUTES);
        jobs::forecast(&service).await.unwrap();
        drop(others);
        assert!(!list(&service, ListForecasts::default()).await.is_empty());
    }
}
