//! What half a file seems to leave open, on both stores.

use analysis::{Analysis, api};
use contracts::analysis::ListChanges;
use testkit::databases;

use crate::{forecasts::progress, given::*};

#[tokio::test]
async fn a_rise_by_the_older_half_of_a_file_leaves_nothing_open_that_the_newer_half_tells() {
    for base in databases::<Analysis>().await {
        let service = service(&base);
        hear(&service, &base, pack(vec![observation("seed", 60)])).await;
        base.clock.advance(days(1));
        progress(&service, &base, "running").await;
        let rows = |ago: i64| {
            let row = move |n: i64| deadly(observation(&format!("{ago} {n}"), ago + n), 40);
            pack((0..10).map(row).collect())
        };
        hear(&service, &base, rows(40)).await;
        hear(&service, &base, rows(0)).await;
        progress(&service, &base, "done").await;
        let query = ListChanges { province: "KG-B".parse().ok(), ..ListChanges::default() };
        let told = api::list_changes(&service, &asked(query)).await.unwrap().items;
        let rises: Vec<_> = told.iter().filter(|one| one.now > one.was && !one.first).collect();
        assert!(!rises.is_empty(), "{}: {told:?}", base.engine);
        for rise in rises {
            assert_eq!((rise.unknown_since, rise.range), (None, None), "{}: {rise:?}", base.engine);
        }
    }
}
