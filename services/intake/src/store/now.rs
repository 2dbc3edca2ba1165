//! How what is told of a past moment is handled now.

use std::collections::BTreeMap;

use domain::Handling;
use kit::{Db, on_db};
use serde::Deserialize;
use sqlx::{QueryBuilder, types::Json};

/// How many ids one statement asks for.
const ROWS: usize = 500;

/// What is kept in versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Counts of others.
    Aggregate,
    /// Clusters.
    Cluster,
    /// Leads.
    Lead,
}

impl Of {
    const fn newest(self) -> &'static str {
        match self {
            Self::Aggregate => {
                "select aggregate_id, body from aggregate where known_to is null and aggregate_id in ("
            }
            Self::Cluster => {
                "select cluster_id, body from cluster where known_to is null and cluster_id in ("
            }
            Self::Lead => "select lead_id, body from lead where known_to is null and lead_id in (",
        }
    }
}

/// Of a body that alone which says how it is handled.
#[derive(Deserialize)]
struct Handled {
    handling: Handling,
}

/// The handling of the newest versions of these, by id.
pub async fn handling(db: &Db, of: Of, ids: &[String]) -> Result<BTreeMap<String, Handling>, sqlx::Error> {
    let mut newest = BTreeMap::new();
    for ids in ids.chunks(ROWS) {
        let rows: Vec<(String, Json<Handled>)> = on_db!(db, |p| {
            let mut select = QueryBuilder::new(of.newest());
            let mut list = select.separated(", ");
            for id in ids {
                list.push_bind(id.clone());
            }
            select.push(")");
            select.build_query_as().fetch_all(p).await
        })?;
        newest.extend(rows.into_iter().map(|(id, Json(body))| (id, body.handling)));
    }
    Ok(newest)
}
