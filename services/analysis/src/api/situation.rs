//! The situation: today's as it is kept, a past day's as it was told or as it was known then, and what it would be without some
//! of its sources.

mod within;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use contracts::{
    analysis::{GetSituation, Situation},
    principal::is_restricted,
};
use domain::{Day, ProvinceCode, Threat};
use kit::{Asked, Written};
use serde_json::value::RawValue;
use within::Limits;

use super::{
    STAFF,
    forecasts::are_due,
    known, reach,
    recall::{recall, said_by},
};
use crate::{
    Analysis, Error,
    domain::{Cell, Held, Picture, Taken, Whole, level, taken::is_one},
    store::{
        Reader,
        day::{self, Told},
        level as levels, maps,
        view::View,
    },
};

/// The situation of every province and threat with evidence within the horizon, a level above calm or a complete list that reaches
/// there; or of one province, one threat, one past day.
///
/// Today's is read as it is kept, and told anew where something changed since; the whole map stays ready until something does. A
/// past day is told word for word as it was at its end, and from what was known by then where nothing is kept (see [`recall`]).
///
/// # Errors
/// When the asker is no staff, the province does not exist, the day is ahead, or the store does not answer.
pub async fn get_situation(
    service: &Analysis,
    asked: &Asked<GetSituation>,
) -> Result<Written<Vec<Situation>>, Error> {
    asked.allow(STAFF)?;
    let (query, today) = (&asked.query, service.db.clock().now().day());
    let above = reach::beyond(service, &asked.principal).await?;
    let is_plain = query.without.is_none() && query.grades.is_none() && !query.explained;
    if !is_plain || query.on.is_some_and(|on| on != today) {
        return Written::of(&told_to(service, query, &above).await?).map_err(unreadable);
    }
    known(query.province.as_ref())?;
    if query.province.is_none() && query.threat.is_none() {
        return Ok(Written::list(&map(service, (query, today), above).await?));
    }
    let waits = !query.exercise && are_due(service).await?;
    Ok(Written::list(&of_today(service, (query, today), &above, waits).await?))
}

/// The whole map of today: as it is ready, or told anew and kept ready where nothing was written meanwhile.
async fn map(
    service: &Analysis,
    (query, today): (&GetSituation, Day),
    above: BTreeSet<String>,
) -> Result<Arc<[String]>, Error> {
    let mut reader = Reader::Db(&service.db);
    let waits = !query.exercise && are_due(service).await?;
    let told = maps::changes(&mut reader).await?;
    let of = maps::Of { told, day: today, exercise: query.exercise, waits, above };
    if let Some(ready) = service.maps.ready(&of) {
        return Ok(ready);
    }
    let anew: Arc<[String]> = of_today(service, (query, today), &of.above, waits).await?.into();
    if maps::changes(&mut reader).await? == told {
        service.maps.keep(of, &anew);
    }
    Ok(anew)
}

/// What there is to tell of today, in pieces as it is written; where outlooks are waited for, marked so.
async fn of_today(
    service: &Analysis,
    (query, today): (&GetSituation, Day),
    above: &BTreeSet<String>,
    waits: bool,
) -> Result<Vec<String>, Error> {
    if !above.is_empty() {
        let limits = Limits::of(service, query, above).await?;
        let mut found = found(service, query, ((today, today), None), &limits).await?;
        mark_waiting(&mut found, waits);
        return found.iter().map(write).collect();
    }
    let pieces = match day::written(&mut Reader::Db(&service.db), query, today).await? {
        Some(pieces) => pieces,
        None => put_together(service, query, today).await?,
    };
    if waits { pieces.iter().map(|piece| with_waiting_marked(piece)).collect() } else { Ok(pieces) }
}

/// What is kept of today as it is written, with what is not kept told anew in its place.
async fn put_together(service: &Analysis, query: &GetSituation, today: Day) -> Result<Vec<String>, Error> {
    let mut bodies = day::bodies(&mut Reader::Db(&service.db), query, today).await?;
    let told: Told = bodies.iter().map(|((threat, province), _)| (province.clone(), *threat)).collect();
    for one in untold(service, query, today, &told).await? {
        let body = write(&one)?;
        bodies.push(((one.threat, one.province), Some(body)));
    }
    bodies.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    Ok(bodies.into_iter().filter_map(|(_, body)| body).collect())
}

fn write(told: &Situation) -> Result<String, Error> {
    serde_json::to_string(told).map_err(unreadable)
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::Store(sqlx::Error::Decode(Box::new(error)))
}

/// Whether a situation as it is written has an outlook. Looked for as text: a whole map is not read for it. Within a string no
/// bare quotation mark stands, and behind a string that is no key no colon.
fn is_foretold(body: &str) -> bool {
    const KEY: &str = "\"outlook\"";
    let mut values =
        body.match_indices(KEY).filter_map(|(at, _)| body[at + KEY.len()..].trim_start().strip_prefix(':'));
    values.any(|value| !value.trim_start().starts_with("null"))
}

/// Situations as they are written, one or several behind each other, each marked that its outlook is being worked out where it has none yet.
fn with_waiting_marked(piece: &str) -> Result<String, Error> {
    let list = format!("[{piece}]");
    let each: Vec<&RawValue> = serde_json::from_str(&list).map_err(unreadable)?;
    let marked = each.into_iter().map(|one| match one.get().strip_suffix('}') {
        Some(open) if !is_foretold(open) => Cow::Owned(format!("{open},\"outlook_pending\":true}}")),
        _ => Cow::Borrowed(one.get()),
    });
    Ok(marked.collect::<Vec<_>>().join(","))
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
    let limits = Limits::of(service, query, above).await?;
    let mut told = found(service, query, ((on, today), None), &limits).await?;
    if on == today && told.iter().any(waits_for_outlook) {
        mark_waiting(&mut told, are_due(service).await?);
    }
    Ok(told)
}

/// The same of some places alone, and not whether an outlook is waited for.
pub(super) async fn told_of(
    service: &Analysis,
    query: &GetSituation,
    (places, above): (&Places, &BTreeSet<String>),
) -> Result<Vec<Situation>, Error> {
    let today = service.db.clock().now().day();
    let on = query.on.unwrap_or(today);
    let provinces: BTreeSet<&ProvinceCode> = places.iter().map(|(province, _)| province).collect();
    let limits = Limits::of(service, query, above).await?;
    if query.province.is_some() || provinces.len() > within::FEW {
        return found(service, query, ((on, today), Some(places)), &limits).await;
    }
    let mut told = Vec::new();
    for province in provinces {
        let there = GetSituation { province: Some(province.clone()), ..query.clone() };
        told.extend(found(service, &there, ((on, today), Some(places)), &limits).await?);
    }
    Ok(told)
}

/// Nothing is foretold in an exercise, and what is told in part has no outlook of its own.
fn waits_for_outlook(one: &Situation) -> bool {
    one.outlook.is_none() && !one.exercise && !one.partial
}

fn mark_waiting(told: &mut [Situation], waits: bool) {
    for one in told.iter_mut().filter(|one| waits && waits_for_outlook(one)) {
        one.outlook_pending = true;
    }
}

/// What there is to tell of a day, in the order of threats and provinces; of some places alone where they are given.
async fn found(
    service: &Analysis,
    query: &GetSituation,
    ((on, today), places): ((Day, Day), Option<&Places>),
    limits: &Limits<'_>,
) -> Result<Vec<Situation>, Error> {
    let limit = Taken { above: Some(limits.above).filter(|keys| !keys.is_empty()), ..Taken::default() };
    let mut told = match (query.without.as_deref(), query.grades) {
        (None, None) if on == today => on_day(service, query, today).await?,
        (None, None) => on_past_day(service, query, on).await?,
        (source, grades) => what_if(service, query, on, Taken { source, grades, ..limit }).await?.0,
    };
    told.retain(|one| places.is_none_or(|places| places.contains(&place(one))));
    if let Some(markings) = &limits.markings {
        told = within::within(service, query, ((on, today), limit), (told, markings)).await?;
    }
    told.sort_by(|a, b| (a.threat, &a.province).cmp(&(b.threat, &b.province)));
    Ok(told)
}

async fn on_day(service: &Analysis, query: &GetSituation, today: Day) -> Result<Vec<Situation>, Error> {
    let (mut shown, told) = day::of(&mut Reader::Db(&service.db), query, today).await?;
    shown.extend(untold(service, query, today, &told).await?);
    Ok(shown)
}

/// What there is to tell of the cells that are not kept as they are told today.
async fn untold(
    service: &Analysis,
    query: &GetSituation,
    today: Day,
    told: &Told,
) -> Result<Vec<Situation>, Error> {
    let mut reader = Reader::Db(&service.db);
    let states =
        levels::states(&mut reader, Some(query.exercise), query.province.as_ref(), query.threat).await?;
    let missing = states.iter().filter(|state| !told.contains(&(state.province.clone(), state.threat)));
    let missing: BTreeMap<Cell, Held> = missing.map(|state| (state.cell(), state.held())).collect();
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let cells: BTreeSet<Cell> = missing.keys().cloned().collect();
    let view = View::present(&mut reader, &cells, today, &service.rules).await?;
    Ok(tell(service, (query, today), &missing, &view))
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
    one_by(picture, &picture.whole(), explained)
}

fn one_by(picture: &Picture<'_>, all: &Whole<'_>, explained: bool) -> Situation {
    if !explained {
        return picture.tell(all);
    }
    let (mut situation, evidence) = picture.explained_by(all);
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
    let recalled = recall(service, query, on, Taken::default()).await?;
    let left = recalled.cells().filter(|cell| !is_kept(cell));
    let told = left.filter_map(|cell| {
        recalled.picture(cell, &service.rules, |picture, all| {
            picture.is_shown().then(|| one_by(picture, all, query.explained))
        })
    });
    Ok(shown.into_iter().chain(told.flatten()).collect())
}

/// Provinces and threats.
pub(super) type Places = BTreeSet<(ProvinceCode, Threat)>;

fn place(of: &Situation) -> (ProvinceCode, Threat) {
    (of.province.clone(), of.threat)
}

/// What it would be without a source, or by sources of some reliabilities alone. The level is what the rest of the index would
/// hold; with nothing taken away it is the level. Everything else is told by the rest alone, and where nobody is left who reports
/// on a cell, too little is known to speak of a level. What rests on what lies above a reach is told in part, or not at all; which
/// places that are is told beside it. Nothing is kept.
async fn what_if(
    service: &Analysis,
    query: &GetSituation,
    on: Day,
    taken: Taken<'_>,
) -> Result<(Vec<Situation>, Places), Error> {
    let full = recall(service, query, on, Taken::default()).await?;
    if let Some(asked) = taken.source {
        let sources = full.view.sources(Taken { above: taken.above, ..Taken::default() });
        if !sources.iter().any(|source| is_one(source, asked)) {
            return Err(Error::NoSource { asked: asked.to_owned(), sources });
        }
    }
    let view = recall(service, query, on, taken).await?.view;
    let index = |cell: &Cell, level| {
        view.picture((cell, on), level, &service.rules, |picture| picture.whole().composed.index)
    };
    let supposed = full.cells().filter_map(|cell| {
        let told = full.picture(cell, &service.rules, |picture, all| {
            picture.is_shown().then_some((picture.level, all.composed.index))
        });
        let (stands, of_all) = told.flatten()?;
        let indices = (of_all, index(cell, stands));
        let level = level::what_if(stands.level, indices, &view.bands(cell));
        Some((cell.clone(), Held { level, ..stands }))
    });
    let levels: BTreeMap<Cell, Held> = supposed.collect();
    let is_partial = |cell: &Cell, level| {
        let handling = |picture: &Picture<'_>| picture.situation().handling;
        taken.above.is_some()
            && is_restricted(&full.view.picture((cell, on), level, &service.rules, handling))
    };
    let told = levels.iter().map(|(cell, level)| {
        let told = view.picture((cell, on), *level, &service.rules, |picture| one(picture, query.explained));
        Situation { partial: is_partial(cell, *level), ..told }
    });
    let mut told: Vec<Situation> = told.collect();
    let partial = told.iter().filter(|one| one.partial).map(place).collect();
    // of what is restricted alone there is nothing left to tell, but what an open list says of every other place as well
    told.retain_mut(|one| {
        let whole = !one.partial;
        one.partial &= one.index > 0.0 || one.coverage.reports > 0;
        whole || one.partial || one.coverage.complete.is_some()
    });
    Ok((told, partial))
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
            let marked = with_waiting_marked(body).unwrap();
            assert_eq!(marked.ends_with(r#","outlook_pending":true}"#), waits, "{body}");
            let read: serde_json::Value = serde_json::from_str(&marked).unwrap();
            assert_eq!(read.get("outlook_pending").is_some(), waits, "{body}");
        }
        let two = with_waiting_marked(r#"{"outlook":0.1},{"outlook":null}"#).unwrap();
        assert_eq!(two, r#"{"outlook":0.1},{"outlook":null,"outlook_pending":true}"#);
    }
}
