//! The reports of whole clusters, wherever each is placed.

use std::collections::BTreeSet;

use domain::{ClusterId, Timestamp};
use sqlx::QueryBuilder;
use tracing::instrument;

use super::{
    super::{AT_ONCE, Reader, handling, marked, on_reader},
    COLUMNS, Report, Row, members_as_known, stood_before,
};

/// The reports of these clusters as known before a moment, each with the code of its province, empty where it names none; one that
/// bears on several threats comes once for each.
///
/// # Errors
/// When the store cannot be read.
#[instrument(name = "analysis.evidence.clusters", skip_all, fields(clusters = clusters.len()))]
pub async fn of_clusters(
    reader: &mut Reader<'_>,
    clusters: &BTreeSet<&ClusterId>,
    (exercise, known_before): (bool, Timestamp),
) -> Result<Vec<(String, Report)>, sqlx::Error> {
    let restricted = handling::restricted(reader).await?;
    let all: Vec<&ClusterId> = clusters.iter().copied().collect();
    let mut found = Vec::new();
    for ids in all.chunks(AT_ONCE) {
        let rows = on_reader!(reader, |c| {
            let mut select = QueryBuilder::new(COLUMNS);
            marked::as_now(&mut select, &restricted);
            members_as_known(&mut select, known_before);
            select.push(" from evidence e where e.exercise = ").push_bind(exercise);
            select.push(
                " and e.observation_id in (select m.observation_id from incident_member m
                      where m.cluster_id in (",
            );
            let mut list = select.separated(", ");
            for id in ids {
                list.push_bind(*id);
            }
            select.push("))");
            stood_before(&mut select, known_before);
            select.build_query_as::<Row>().fetch_all(c).await
        })?;
        found.extend(rows.into_iter().map(|row| (row.province.clone(), row.report())));
    }
    // whoever was of one of them once may be of another at that moment, and whoever is now may have come since
    found.retain(|(_, report)| report.cluster.as_ref().is_some_and(|id| clusters.contains(id)));
    Ok(found)
}
