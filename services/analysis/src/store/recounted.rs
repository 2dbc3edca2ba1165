//! The months long over whose figures became others by what came in late: from what, to what, since when, and by how much of it.

use std::{cmp::Reverse, collections::BTreeMap};

use chrono::TimeDelta;
use contracts::analysis::{
    news::{Figures, Recounted},
    series::Unit,
};
use domain::{Day, Handling, ProvinceCode, Threat, Timestamp};
use kit::{Db, on_db};
use sqlx::{Database, Encode, QueryBuilder, Type};
use tracing::instrument;

use super::{
    Reader, evidence,
    heard::{Asked, push_heard, push_within},
    told::{self, marking_keys},
};
use crate::domain::{
    Count, Month, Rules,
    cell::country_of,
    news::late_before,
    series::{Counts, Seen},
    situation::joined,
    span::Window,
};

/// So many months of a province and threat are counted as they were and as they are, those of which most came in: a file of old rows
/// touches thousands.
const MOST: usize = 40;

/// What became of the months of a province, and in how many more of a threat something came in late.
pub type Months = (Vec<Recounted>, u64);

/// How much came in late of a month of a province and threat.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Touched {
    province: ProvinceCode,
    threat: Threat,
    month: Month,
    fresh: i64,
    revised: i64,
    retracted: i64,
    since: Timestamp,
}

impl Touched {
    fn all(&self) -> i64 {
        self.fresh + self.revised + self.retracted
    }

    fn told(
        &self,
        month: Day,
        (was, now): (Figures, Figures),
        (exercise, handling): (bool, Handling),
    ) -> Recounted {
        let Self { province, threat, .. } = self;
        let to = month.month().1;
        Recounted {
            threat: *threat,
            month,
            was,
            now,
            since: self.since,
            new: number(self.fresh),
            revised: number(self.revised),
            retracted: number(self.retracted),
            list: format!(
                "/v1/observations?province={province}&threat={threat}&exercise={exercise}&from={month}&to={to}"
            ),
            handling: Some(handling),
        }
    }
}

/// The months whose figures are others than they were known to be at the beginning of what is asked about, by province.
///
/// # Errors
/// When the store cannot be read.
#[instrument(name = "analysis.news.recount", skip_all)]
pub async fn recounted(
    db: &Db,
    asked: &Asked<'_>,
    rules: &Rules,
) -> Result<BTreeMap<ProvinceCode, Months>, sqlx::Error> {
    let mut touched = touched(db, asked).await?;
    touched.sort_by_key(|one| Reverse((one.all(), one.month)));
    let rest = touched.split_off(touched.len().min(MOST));
    let mut found: BTreeMap<ProvinceCode, Months> = BTreeMap::new();
    let mut by_province: BTreeMap<ProvinceCode, Vec<Touched>> = BTreeMap::new();
    for one in touched {
        by_province.entry(one.province.clone()).or_default().push(one);
    }
    for (province, touched) in by_province {
        for touched in runs(touched) {
            let months = of_months(db, asked, (&province, &touched), rules).await?;
            found.entry(province.clone()).or_default().0.extend(months);
        }
    }
    for one in rest {
        found.entry(one.province).or_default().1 += 1;
    }
    found.retain(|_, (months, more)| !months.is_empty() || *more > 0);
    for (months, _) in found.values_mut() {
        months.sort_by(|one, other| (other.month, one.threat).cmp(&(one.month, other.threat)));
    }
    Ok(found)
}

/// The months of a province in runs without a gap: what lies between months that are far apart is not read.
fn runs(mut touched: Vec<Touched>) -> Vec<Vec<Touched>> {
    touched.sort_by_key(|one| (one.month, one.threat));
    let mut runs: Vec<Vec<Touched>> = Vec::new();
    for one in touched {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| one.month.since(last.month) <= 1) => run.push(one),
            _ => runs.push(vec![one]),
        }
    }
    runs
}

/// What these months of a province came to before and come to now, those that are something else.
async fn of_months(
    db: &Db,
    asked: &Asked<'_>,
    (province, touched): (&ProvinceCode, &[Touched]),
    rules: &Rules,
) -> Result<Vec<Recounted>, sqlx::Error> {
    let months = || touched.iter().filter_map(|one| one.month.first_day());
    let Some(((country, first), last)) = country_of(province).zip(months().min()).zip(months().max()) else {
        return Ok(Vec::new());
    };
    let window = Window::of(Unit::Month, (first, last));
    let of = told::Asked { country, province: Some(province), exercise: asked.exercise, window };
    let (before, (seen_before, beside_before)) =
        told::as_known(db, &of, (asked.since, asked.above), rules).await?;
    // up to the moment itself
    let until = asked.until.plus(TimeDelta::microseconds(1));
    let (after, (seen_after, beside_after)) = told::as_known(db, &of, (until, asked.above), rules).await?;
    let seen: Vec<Seen> = seen_before.into_iter().chain(seen_after).collect();
    // an incident counts in one month and may be told in others as well: the figures rest on those reports too
    let beside: told::Beside = beside_before.into_iter().chain(beside_after).collect();
    let markings = seen.iter().map(|seen| &seen.marking).chain(beside.iter().map(|(_, marking)| marking));
    let markings = marking_keys(markings);
    let markings = evidence::markings(&mut Reader::Db(db), markings).await?;
    let told = touched.iter().filter_map(|one| {
        let month = one.month.first_day()?;
        let (was, now) = (figures(&before, one.threat, month), figures(&after, one.threat, month));
        let here = |seen: &&Seen| seen.threat == one.threat && Month::of(seen.to) == one.month;
        let here = seen.iter().filter(here).map(|seen| &seen.marking);
        let beside = beside.iter().filter(|(threat, _)| *threat == one.threat).map(|(_, marking)| marking);
        let handling = joined(here.chain(beside), &markings);
        (was != now).then(|| one.told(month, (was, now), (asked.exercise, handling)))
    });
    Ok(told.collect())
}

fn figures(counts: &Counts, threat: Threat, month: Day) -> Figures {
    let count = counts.get(&threat).and_then(|months| months.get(&month)).copied();
    let Count { events, deaths, .. } = count.unwrap_or_default();
    Figures { events: u64::from(events), deaths: u64::from(deaths) }
}

fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

/// Where something came in late, revised what counted there before, or was taken back.
async fn touched(db: &Db, asked: &Asked<'_>) -> Result<Vec<Touched>, sqlx::Error> {
    let mut all: BTreeMap<(ProvinceCode, Threat, Month), Touched> = BTreeMap::new();
    for rows in [heard(db, asked).await?, moved_from(db, asked).await?, retracted(db, asked).await?] {
        for row in rows {
            let key = (row.province.clone(), row.threat, row.month);
            let Some(one) = all.get_mut(&key) else {
                all.insert(key, row);
                continue;
            };
            // what is revised within a month comes there twice
            (one.revised, one.retracted) = (one.revised.max(row.revised), one.retracted.max(row.retracted));
            one.since = one.since.min(row.since);
        }
    }
    all.retain(|(province, ..), _| asked.province.is_none_or(|only| only == province));
    Ok(all.into_values().collect())
}

fn push_late<'a, DB: Database>(select: &mut QueryBuilder<DB>, asked: &Asked<'a>, row: &'static str)
where
    Day: for<'q> Encode<'q, DB> + Type<DB>,
{
    select.push(" and ").push(row).push(".occurred_to < ").push_bind(late_before(asked.since));
    select
        .push(" group by ")
        .push(row)
        .push(".province, ")
        .push(row)
        .push(".threat, ")
        .push(row)
        .push(".month");
}

/// Where something came in, each report once: as new where its first revision did, however often it was revised since.
async fn heard(db: &Db, asked: &Asked<'_>) -> Result<Vec<Touched>, sqlx::Error> {
    on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select province, threat, month, cast(sum(fresh) as bigint) as fresh, cast(sum(1 - fresh) as bigint) as revised,
                    cast(0 as bigint) as retracted, min(since) as since
               from (select e.province, e.threat, e.month, e.observation_id, min(e.heard_at) as since,
                            max(case when exists (select 1 from evidence n where n.observation_id = e.observation_id
                                                     and n.revision = 1 and n.heard_at >= ",
        );
        select.push_bind(asked.since).push(" and n.heard_at <= ").push_bind(asked.until);
        select.push(") then 1 else 0 end) as fresh");
        push_heard(&mut select, asked);
        push_late(&mut select, asked, "e");
        select.push(", e.observation_id) reports group by province, threat, month");
        select.build_query_as().fetch_all(p).await
    })
}

/// Where what was revised counted before.
async fn moved_from(db: &Db, asked: &Asked<'_>) -> Result<Vec<Touched>, sqlx::Error> {
    // it may have been dated or placed anew, out of what is asked about
    let anywhere = Asked { province: None, ..*asked };
    on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select b.province, b.threat, b.month, cast(0 as bigint) as fresh,
                    cast(count(distinct b.observation_id) as bigint) as revised, cast(0 as bigint) as retracted,
                    min(h.heard_at) as since
               from (select e.observation_id, min(e.heard_at) as heard_at",
        );
        push_heard(&mut select, &anywhere);
        select.push(
            " and e.revision > 1 group by e.observation_id) h
              cross join evidence b where b.observation_id = h.observation_id and b.province <> '' and b.exercise = ",
        );
        select.push_bind(asked.exercise).push(" and b.heard_at < ").push_bind(asked.since);
        push_within(&mut select, "b", asked);
        push_late(&mut select, asked, "b");
        select.build_query_as().fetch_all(p).await
    })
}

async fn retracted(db: &Db, asked: &Asked<'_>) -> Result<Vec<Touched>, sqlx::Error> {
    on_db!(db, |p| {
        let mut select = QueryBuilder::new(
            "select e.province, e.threat, e.month, cast(0 as bigint) as fresh, cast(0 as bigint) as revised,
                    cast(count(distinct e.observation_id) as bigint) as retracted, min(r.heard_at) as since
               from retraction r cross join evidence e
              where e.observation_id = r.observation_id and e.province <> '' and r.heard_at >= ",
        );
        select.push_bind(asked.since).push(" and r.heard_at <= ").push_bind(asked.until);
        select.push(" and e.exercise = ").push_bind(asked.exercise);
        push_within(&mut select, "e", asked);
        push_late(&mut select, asked, "e");
        select.build_query_as().fetch_all(p).await
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_that_are_far_apart_are_read_without_those_between_them() {
        let touched = |(threat, month): (Threat, &str)| Touched {
            province: "KG-B".parse().unwrap(),
            threat,
            month: month.parse().unwrap(),
            fresh: 1,
            revised: 0,
            retracted: 0,
            since: Day::of(2026, 11, 1).unwrap().start(),
        };
        let (conflict, water) = (Threat::ArmedConflict, Threat::WaterEnergy);
        let months = [(conflict, "2026-01"), (conflict, "1999-12"), (water, "2026-01"), (water, "2025-12")];
        let runs = runs(months.map(touched).to_vec());
        let told: Vec<Vec<String>> =
            runs.iter().map(|run| run.iter().map(|one| one.month.to_string()).collect()).collect();
        assert_eq!(told, [vec!["1999-12"], vec!["2025-12", "2026-01", "2026-01"]]);
        assert!(super::runs(Vec::new()).is_empty());
    }
}
