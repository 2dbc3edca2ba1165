//! Writing evidence: a whole pack in few statements.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

use contracts::{envelope::digest, intake::ObservationsRecorded};
use domain::{Country, Day, Handling, Observation, ObservationId, Point, ProvinceCode, Threat, Timestamp};
use kit::{Tx, on_tx};
use sqlx::{QueryBuilder, types::Json};
use tracing::instrument;

use super::{AT_ONCE, Reader, handling, listed, on_reader};
use crate::domain::{Cell, Month, Report, Rules, cell::counted_in, recount::Place};

/// One place in the series that a pack touched: where its evidence stands, or stood before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, sqlx::FromRow)]
pub struct Touched {
    /// The country; empty where unknown.
    pub country: String,
    /// The province; empty where there is none with a level.
    pub province: String,
    /// The threat.
    pub threat: Threat,
    /// Whether it is of the exercise.
    pub exercise: bool,
    /// The month.
    pub month: Month,
}

impl Touched {
    /// The place and the threat.
    pub(super) fn cell(&self) -> (Place, Threat) {
        let (country, province) = (self.country.clone(), self.province.clone());
        (Place { country, province, exercise: self.exercise }, self.threat)
    }
}

/// Keeps a pack and says what it touched, and in which countries a source that lists every event now reaches otherwise. The same pack twice changes nothing; packs may come in any order.
///
/// `said_at` is when the pack was said: a retraction in it takes back the revisions known by then.
///
/// # Errors
/// When the store cannot be written.
#[instrument(name = "analysis.evidence.record", skip_all, fields(recorded = pack.recorded.len(), retracted = pack.retracted.len()))]
pub async fn record(
    tx: &mut Tx,
    pack: &ObservationsRecorded,
    said_at: Timestamp,
    rules: &Rules,
) -> Result<(BTreeSet<Touched>, BTreeSet<Country>), sqlx::Error> {
    let rows = put_markings(tx, &pack.recorded).await?;
    for rows in rows.chunks(AT_ONCE) {
        put_evidence(tx, rows).await?;
    }
    let marked = || rows.iter().map(|row| (row.seen, row.threat, row.marking.as_str()));
    handling::note_evidence(tx, marked()).await?;
    listed::note_markings(tx, marked(), rules).await?;
    put_retractions(tx, &pack.retracted, said_at).await?;
    let ids: BTreeSet<&ObservationId> =
        pack.recorded.iter().map(|seen| &seen.id).chain(&pack.retracted).collect();
    let ids: Vec<&ObservationId> = ids.into_iter().collect();
    let touched = settle(tx, &ids).await?;
    Ok((touched, listed::follow(tx, &ids, rules).await?))
}

/// Marks of these observations which revision stands, of which incident it is and from whom it is kept apart; says where they
/// count in any of their revisions, and where what is of one incident with them counts: that counts once, and may count elsewhere now.
///
/// # Errors
/// When the store cannot be written.
pub async fn settle(tx: &mut Tx, ids: &[&ObservationId]) -> Result<BTreeSet<Touched>, sqlx::Error> {
    let mut touched = BTreeSet::new();
    for ids in ids.chunks(AT_ONCE) {
        settle_revisions(tx, ids).await?;
        touched.extend(touched_by(tx, ids, "").await?);
        let beside = beside(tx, ids).await?;
        let beside: Vec<&ObservationId> = beside.iter().collect();
        for ids in beside.chunks(AT_ONCE) {
            touched.extend(touched_by(tx, ids, "stands and ").await?);
        }
    }
    Ok(touched)
}

/// One observation for one of its threats, with the key of its handling.
struct Row<'a> {
    seen: &'a Observation,
    threat: Threat,
    marking: String,
}

/// Keeps each handling once; gives the rows with their keys.
async fn put_markings<'a>(tx: &mut Tx, recorded: &'a [Observation]) -> Result<Vec<Row<'a>>, sqlx::Error> {
    let (mut markings, mut rows) = (BTreeMap::<String, &Handling>::new(), Vec::new());
    let mut last: Option<(&Handling, String)> = None;
    for seen in recorded {
        let marking = match &last {
            Some((handling, key)) if **handling == seen.handling => key.clone(),
            _ => digest(
                &serde_json::to_vec(&seen.handling).map_err(|error| sqlx::Error::Encode(error.into()))?,
            ),
        };
        last = Some((&seen.handling, marking.clone()));
        markings.insert(marking.clone(), &seen.handling);
        let threats: BTreeSet<Threat> = seen.threats.iter().copied().collect();
        rows.extend(threats.into_iter().map(|threat| Row { seen, threat, marking: marking.clone() }));
    }
    for (marking, handling) in markings {
        on_tx!(tx, |c| sqlx::query(
            "insert into marking (marking, body) values ($1, $2) on conflict (marking) do nothing"
        )
        .bind(marking)
        .bind(Json(handling))
        .execute(c)
        .await
        .map(|_| ()))?;
    }
    Ok(rows)
}

const COLUMNS: &str = "insert into evidence (observation_id, revision, threat, stands, exercise, country, province, \
     occurred_from, occurred_to, month, known_from, source, owner, kind, severity, deaths, reliability, credibility, \
     lat, lon, precision_word, place, title, marking, heard_at) ";

async fn put_evidence(tx: &mut Tx, rows: &[Row<'_>]) -> Result<(), sqlx::Error> {
    let heard_at = tx.now();
    on_tx!(tx, |c| {
        let mut insert = QueryBuilder::new(COLUMNS);
        insert.push_values(rows, |mut row, Row { seen, threat, marking }| {
            let (country, province) = counted_in(&seen.place);
            let report = Report::of(seen, marking.clone());
            row.push_bind(report.observation).push_bind(i64::from(seen.revision)).push_bind(*threat);
            row.push_bind(false).push_bind(seen.exercise);
            row.push_bind(country.map_or_else(String::new, |c| c.to_string()));
            row.push_bind(province.map_or_else(String::new, String::from));
            row.push_bind(report.from)
                .push_bind(report.to)
                .push_bind(Month::of(report.to))
                .push_bind(seen.known_from);
            row.push_bind(report.source).push_bind(report.owner).push_bind(report.kind);
            row.push_bind(report.severity).push_bind(report.deaths.map(i64::from));
            row.push_bind(report.reliability).push_bind(i64::from(report.credibility.digit()));
            row.push_bind(report.point.map(Point::lat)).push_bind(report.point.map(Point::lon));
            row.push_bind(report.precision)
                .push_bind(report.place)
                .push_bind(report.title)
                .push_bind(report.marking)
                .push_bind(heard_at);
        });
        insert.push(" on conflict (observation_id, revision, threat) do nothing");
        insert.build().execute(c).await.map(|_| ())
    })
}

async fn put_retractions(tx: &mut Tx, ids: &[ObservationId], at: Timestamp) -> Result<(), sqlx::Error> {
    let heard_at = tx.now();
    for ids in ids.chunks(AT_ONCE) {
        on_tx!(tx, |c| {
            let mut insert = QueryBuilder::new("insert into retraction (observation_id, at, heard_at) ");
            insert.push_values(ids, |mut row, id| {
                row.push_bind(id).push_bind(at).push_bind(heard_at);
            });
            insert.push(" on conflict (observation_id, at) do nothing");
            insert.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// What follows for a row of evidence from the revisions, retractions and incidents that are known now: whether it stands, of
/// which incident it is, whether as its best-graded, and from whom it is kept apart.
const SETTLED: [(&str, &str); 4] = [
    (
        "stands",
        "(revision = (select max(other.revision) from evidence other where other.observation_id = evidence.observation_id)
          and not exists (select 1 from retraction r
                           where r.observation_id = evidence.observation_id and r.at >= evidence.known_from))",
    ),
    (
        "cluster_id",
        "coalesce((select m.cluster_id from incident_member m
                    where m.observation_id = evidence.observation_id and m.known_to is null), '')",
    ),
    (
        "cluster_best",
        "coalesce((select m.best from incident_member m
                    where m.observation_id = evidence.observation_id and m.known_to is null), false)",
    ),
    (
        "apart",
        "coalesce((select string_agg(k.other_id, ' ' order by k.other_id) from kept_apart k
                    where k.observation_id = evidence.observation_id and k.known_to is null), '')",
    ),
];

/// Marks, of each of these observations, the revision that stands: the highest, unless it was taken back since it was known;
/// and of which incident it is, and from whom it is kept apart.
async fn settle_revisions(tx: &mut Tx, ids: &[&ObservationId]) -> Result<(), sqlx::Error> {
    on_tx!(tx, |c| {
        let mut update = QueryBuilder::new("update evidence set ");
        let mut columns = update.separated(", ");
        for (column, is) in SETTLED {
            columns.push(column).push_unseparated(" = ").push_unseparated(is);
        }
        update.push(" where observation_id in (");
        let mut list = update.separated(", ");
        for id in ids {
            list.push_bind(*id);
        }
        update.push(")");
        update.build().execute(c).await.map(|_| ())
    })
}

/// The last observation of a page of a threat's revisions after this observation, and how many revisions the page has; `None`
/// where there is none after it.
///
/// # Errors
/// When the store cannot be read.
pub async fn page(
    reader: &mut Reader<'_>,
    (threat, after): (Threat, Option<&ObservationId>),
    revisions: i64,
) -> Result<Option<(ObservationId, u64)>, sqlx::Error> {
    let (last, many): (Option<ObservationId>, i64) = on_reader!(reader, |c| {
        sqlx::query_as(
            "select max(observation_id), count(*) from (
                 select observation_id from evidence where threat = $1 and observation_id > $2
                  order by observation_id limit $3) page",
        )
        .bind(threat)
        .bind(after.map_or("", ObservationId::as_str))
        .bind(revisions)
        .fetch_one(c)
        .await
    })?;
    Ok(last.map(|last| (last, many.unsigned_abs())))
}

/// The observations of a page of a threat that are not marked as follows from what is known now; none, unless something went wrong.
///
/// # Errors
/// When the store cannot be read.
pub async fn unsettled(
    reader: &mut Reader<'_>,
    threat: Threat,
    (after, upto): (Option<&ObservationId>, &ObservationId),
) -> Result<Vec<ObservationId>, sqlx::Error> {
    on_reader!(reader, |c| {
        let mut select = QueryBuilder::new("select distinct observation_id from evidence where threat = ");
        select.push_bind(threat);
        select.push(" and observation_id > ").push_bind(after.map_or("", ObservationId::as_str));
        select.push(" and observation_id <= ").push_bind(upto).push(" and (");
        let mut columns = select.separated(" or ");
        for (column, is) in SETTLED {
            columns.push(column).push_unseparated(" <> ").push_unseparated(is);
        }
        select.push(")");
        select.build_query_scalar().fetch_all(c).await
    })
}

/// Who is of one incident with any of these, or was until that one left it.
///
/// # Errors
/// When the store cannot be read.
pub(super) async fn beside(tx: &mut Tx, ids: &[&ObservationId]) -> Result<Vec<ObservationId>, sqlx::Error> {
    on_tx!(tx, |c| {
        // the order of a cross join is kept: from the few that are asked for to their incidents
        let mut select = QueryBuilder::new(
            "select distinct o.observation_id from incident_member m cross join incident_member o
              where o.cluster_id = m.cluster_id and o.known_to is null and m.observation_id in (",
        );
        let mut list = select.separated(", ");
        for id in ids {
            list.push_bind(*id);
        }
        select.push(")");
        select.build_query_scalar().fetch_all(c).await
    })
}

/// Where the rows of these observations count, of those of which this holds.
async fn touched_by(
    tx: &mut Tx,
    ids: &[&ObservationId],
    which: &'static str,
) -> Result<Vec<Touched>, sqlx::Error> {
    on_tx!(tx, |c| {
        let mut select = QueryBuilder::new(
            "select distinct country, province, threat, exercise, month from evidence where ",
        );
        select.push(which).push("observation_id in (");
        let mut list = select.separated(", ");
        for id in ids {
            list.push_bind(*id);
        }
        select.push(")");
        select.build_query_as().fetch_all(c).await
    })
}

/// The first and the last day that these observations speak of in any of their revisions, by cell.
///
/// # Errors
/// When the store cannot be read.
pub async fn days(
    tx: &mut Tx,
    ids: &[&ObservationId],
) -> Result<BTreeMap<Cell, RangeInclusive<Day>>, sqlx::Error> {
    type Row = (ProvinceCode, Threat, bool, Day, Day);
    let mut found: BTreeMap<Cell, RangeInclusive<Day>> = BTreeMap::new();
    for ids in ids.chunks(AT_ONCE) {
        let rows: Vec<Row> = on_tx!(tx, |c| {
            let mut select = QueryBuilder::new(
                "select province, threat, exercise, min(occurred_to), max(occurred_to) from evidence
                  where province <> '' and observation_id in (",
            );
            let mut list = select.separated(", ");
            for id in ids {
                list.push_bind(*id);
            }
            select.push(") group by province, threat, exercise");
            select.build_query_as().fetch_all(c).await
        })?;
        for (province, threat, exercise, first, last) in rows {
            let Some(cell) = Cell::of(exercise, threat, &province) else { continue };
            let days = found.entry(cell).or_insert(first..=last);
            *days = first.min(*days.start())..=last.max(*days.end());
        }
    }
    Ok(found)
}
