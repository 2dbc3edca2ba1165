//! The situation: today's as it is kept, a past day's as it was told or as it was known then, and what it would be without some
//! of its sources.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    analysis::{GetSituation, Situation},
    principal::is_restricted,
};
use domain::{Day, ProvinceCode, Threat};
use kit::{Asked, Written};

use super::{
    STAFF,
    forecasts::are_due,
    known, reach,
    recall::{Recalled, recall, said_by},
};
use crate::{
    Analysis, Error,
    domain::{Cell, Held, Picture, Taken, level},
    store::{Reader, day, level as levels, view::View},
};

/// The situation of every province and threat with evidence within the horizon or a level above calm; or of one province,
/// one threat, one past day.
///
/// Today's is read as it is kept, and told anew where something changed since. A past day is told word for word as it was at
/// its end, and from what was known by then where nothing is kept (see [`recall`]).
///
/// # Errors
/// When the asker is no staff, the province does not exist, the day is ahead, or the store does not answer.
pub async fn get_situation(
    service: &Analysis,
    asked: &Asked<GetSituation>,
) -> Result<Written<Vec<Situation>>, Error> {
    asked.allow(STAFF)?;
    let above = reach::beyond(service, &asked.principal).await?;
    let written = if above.is_empty() { as_kept(service, &asked.query).await? } else { None };
    if let Some(items) = written {
        return Ok(Written::list(&items));
    }
    let told = told_to(service, &asked.query, &above).await?;
    Written::of(&told).map_err(|error| Error::Store(sqlx::Error::Decode(Box::new(error))))
}

/// The whole situation of today as it is kept, where that is all there is to tell.
async fn as_kept(service: &Analysis, query: &GetSituation) -> Result<Option<Vec<String>>, Error> {
    known(query.province.as_ref())?;
    let today = service.db.clock().now().day();
    let is_plain = query.without.is_none() && query.grades.is_none() && !query.explained;
    if !is_plain || query.on.is_some_and(|on| on != today) {
        return Ok(None);
    }
    let mut kept = day::written(&mut Reader::Db(&service.db), query, today).await?;
    if !query.exercise && are_due(service).await? {
        for body in kept.iter_mut().flatten() {
            mark_waiting(body);
        }
    }
    Ok(kept)
}

/// Whether a situation as it is written has an outlook. Looked for as text: a whole map is not read for it. Within a string no
/// bare quotation mark stands, and behind a string that is no key no colon.
fn is_foretold(body: &str) -> bool {
    const KEY: &str = "\"outlook\"";
    let mut values =
        body.match_indices(KEY).filter_map(|(at, _)| body[at + KEY.len()..].trim_start().strip_prefix(':'));
    values.any(|value| !value.trim_start().starts_with("null"))
}

/// Marks in a situation as it is written that its outlook is being worked out, where it has none yet.
fn mark_waiting(body: &mut String) {
    if !is_foretold(body) && body.ends_with('}') {
        body.pop();
        body.push_str(",\"outlook_pending\":true}");
    }
}

/// The same, without asking who asks.
pub(super) async fn told(service: &Analysis, query: &GetSituation) -> Result<Vec<Situation>, Error> {
    told_to(service, query, &BTreeSet::new()).await
}

/// The same, of what is left when what came under these keys lies above the reach of whoever asks.
pub(super) async fn told_to(
    service: &Analysis,
    query: &GetSituation,
    above: &BTreeSet<String>,
) -> Result<Vec<Situation>, Error> {
    known(query.province.as_ref())?;
    let today = service.db.clock().now().day();
    let on = query.on.unwrap_or(today);
    if on > today {
        return Err(Error::Ahead(on));
    }
    let limit = Taken { above: Some(above).filter(|keys| !keys.is_empty()), ..Taken::default() };
    let mut told = match (query.without.as_deref(), query.grades) {
        (None, None) if on == today => on_day(service, query, today).await?,
        (None, None) => on_past_day(service, query, on).await?,
        (source, grades) => what_if(service, query, on, Taken { source, grades, ..limit }).await?,
    };
    if limit.above.is_some() && query.without.is_none() && query.grades.is_none() {
        told = within(service, query, (on, limit), told).await?;
    }
    // nothing is foretold in an exercise, and what is told in part has no outlook of its own
    let waits = |one: &Situation| one.outlook.is_none() && !one.exercise && !one.partial;
    if on == today && told.iter().any(waits) && are_due(service).await? {
        for one in told.iter_mut().filter(|one| waits(one)) {
            one.outlook_pending = true;
        }
    }
    told.sort_by(|a, b| (a.threat, &a.province).cmp(&(b.threat, &b.province)));
    Ok(told)
}

async fn on_day(service: &Analysis, query: &GetSituation, today: Day) -> Result<Vec<Situation>, Error> {
    let mut reader = Reader::Db(&service.db);
    let (mut shown, told) = day::of(&mut reader, query, today).await?;
    let states =
        levels::states(&mut reader, Some(query.exercise), query.province.as_ref(), query.threat).await?;
    let missing = states.iter().filter(|state| !told.contains(&(state.province.clone(), state.threat)));
    let missing: BTreeMap<Cell, Held> = missing.map(|state| (state.cell(), state.held())).collect();
    if !missing.is_empty() {
        let cells: BTreeSet<Cell> = missing.keys().cloned().collect();
        let view = View::present(&mut reader, &cells, today, &service.rules).await?;
        shown.extend(tell(service, (query, today), &missing, &view));
    }
    Ok(shown)
}

/// Tells of those cells that there is something to say of.
fn tell(
    service: &Analysis,
    (query, on): (&GetSituation, Day),
    levels: &BTreeMap<Cell, Held>,
    view: &View,
) -> Vec<Situation> {
    let told = levels.iter().map(|(cell, level)| {
        view.picture((cell, on), *level, &service.rules, |picture| {
            picture.is_shown().then(|| one(picture, query.explained))
        })
    });
    told.flatten().collect()
}

fn one(picture: &Picture<'_>, explained: bool) -> Situation {
    if !explained {
        return picture.situation();
    }
    let (mut situation, evidence) = picture.explained();
    if let Some(components) = &mut situation.components {
        components.evidence = evidence;
    }
    situation
}

/// As it was told at the end of the day, as far as that is kept; else as it was known then.
async fn on_past_day(service: &Analysis, query: &GetSituation, on: Day) -> Result<Vec<Situation>, Error> {
    let (shown, kept) = day::of(&mut Reader::Db(&service.db), query, on).await?;
    let said = said_by(service, query, on.plus(1).start()).await?;
    let is_kept = |cell: &Cell| kept.contains(&(cell.province.clone(), cell.threat));
    if !kept.is_empty() && said.keys().all(is_kept) {
        return Ok(shown);
    }
    let Recalled { mut levels, view } = recall(service, query, on, Taken::default()).await?;
    levels.retain(|cell, _| !is_kept(cell));
    Ok([shown, tell(service, (query, on), &levels, &view)].concat())
}

/// What rests on what lies above the reach of whoever asks is told from the rest, as if there were no more.
async fn within(
    service: &Analysis,
    query: &GetSituation,
    (on, limit): (Day, Taken<'_>),
    told: Vec<Situation>,
) -> Result<Vec<Situation>, Error> {
    let (above, mut within): (Vec<Situation>, Vec<Situation>) =
        told.into_iter().partition(|one| is_restricted(&one.handling));
    if above.is_empty() {
        return Ok(within);
    }
    let above: BTreeSet<(ProvinceCode, Threat)> =
        above.into_iter().map(|one| (one.province, one.threat)).collect();
    let left = what_if(service, query, on, limit).await?.into_iter();
    within.extend(left.filter(|one| above.contains(&(one.province.clone(), one.threat))));
    Ok(within)
}

/// What it would be without a source, or by sources of some reliabilities alone. The level is what the rest of the index would
/// hold; with nothing taken away it is the level. Everything else is told by the rest alone, and where nobody is left who reports
/// on a cell, too little is known to speak of a level. What rests on what lies above a reach is told in part, or not at all.
/// Nothing is kept.
async fn what_if(
    service: &Analysis,
    query: &GetSituation,
    on: Day,
    taken: Taken<'_>,
) -> Result<Vec<Situation>, Error> {
    let full = recall(service, query, on, Taken::default()).await?;
    if let Some(asked) = taken.source {
        let sources = full.view.sources(Taken { above: taken.above, ..Taken::default() });
        if !sources.contains(asked) {
            return Err(Error::NoSource { asked: asked.to_owned(), sources });
        }
    }
    let view = recall(service, query, on, taken).await?.view;
    let is_silent = |cell: &Cell, level| {
        full.view.picture((cell, on), level, &service.rules, |picture| !picture.is_shown())
    };
    let mut levels = full.levels;
    levels.retain(|cell, level| !is_silent(cell, *level));
    let index = |view: &View, cell: &Cell, level| {
        view.picture((cell, on), level, &service.rules, |picture| picture.whole().composed.index)
    };
    for (cell, standing) in &mut levels {
        let indices = (index(&full.view, cell, *standing), index(&view, cell, *standing));
        standing.level = level::what_if(standing.level, indices, &view.bands(cell));
    }
    let is_partial = |cell: &Cell, level| {
        let handling = |picture: &Picture<'_>| picture.situation().handling;
        taken.above.is_some()
            && is_restricted(&full.view.picture((cell, on), level, &service.rules, handling))
    };
    let told = levels.iter().map(|(cell, level)| {
        let told = view.picture((cell, on), *level, &service.rules, |picture| one(picture, query.explained));
        Situation { partial: is_partial(cell, *level), ..told }
    });
    // of what is restricted alone there is nothing left to tell
    let is_left = |one: &Situation| !one.partial || one.index > 0.0 || one.coverage.reports > 0;
    Ok(told.filter(is_left).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlook_that_is_waited_for_is_marked_however_it_is_written() {
        let cases = [
            (r#"{"title":"outlook","outlook":null,"index":1.0}"#, true),
            (r#"{"title": "\"outlook\":0.4", "outlook": null}"#, true),
            (r#"{"index":1.0}"#, true),
            (r#"{"part":"outlook","outlook":0.25}"#, false),
            (r#"{"outlook" : 0.25 }"#, false),
        ];
        for (body, waits) in cases {
            let mut marked = body.to_owned();
            mark_waiting(&mut marked);
            assert_eq!(marked.ends_with(r#","outlook_pending":true}"#), waits, "{body}");
            let read: serde_json::Value = serde_json::from_str(&marked).unwrap();
            assert_eq!(read.get("outlook_pending").is_some(), waits, "{body}");
        }
    }
}
