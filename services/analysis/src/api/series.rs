//! Series: a place over time, by day, week or month.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Failure,
    analysis::series::{GetSeries, MOST_POINTS, Series, Unit},
};
use domain::{Country, Day, ProvinceCode, Threat};
use kit::Asked;

use super::{STAFF, known, reach};
use crate::{
    Analysis, Error,
    domain::{
        Reading, Taken,
        cell::country_of,
        listing,
        series::Known,
        situation::joined,
        span::{Span, Window},
    },
    store::{
        Reader, evidence, media, past, reading, spans,
        told::{self, Asked as Place},
    },
};

/// The series of a place: of one threat, or of every threat with anything to tell within the window. Whoever has no need to know
/// what is restricted is told from the rest, with the word that there is more.
///
/// # Errors
/// When the asker is no staff, the place or the window cannot be answered, or the store does not answer.
pub async fn get_series(service: &Analysis, asked: &Asked<GetSeries>) -> Result<Vec<Series>, Error> {
    asked.allow(STAFF)?;
    let query = &asked.query;
    let country = country(query)?;
    let window = window(query, service.db.clock().now().day())?;
    let place = Place { country, province: query.province.as_ref(), exercise: query.exercise, window };
    let above = reach::beyond(service, &asked.principal).await?;
    let whole = known_of(service, query, &place, &BTreeSet::new()).await?;
    let rests_above = |threat: &Threat| whole.markings(*threat).into_iter().any(|key| above.contains(key));
    let partial: BTreeSet<Threat> = Threat::ALL.iter().copied().filter(rests_above).collect();
    let known = if partial.is_empty() { whole } else { known_of(service, query, &place, &above).await? };
    let left = known.threats();
    let threats = query.threat.map_or_else(|| left.clone(), |threat| BTreeSet::from([threat]));
    let keys = threats.iter().flat_map(|threat| known.markings(*threat));
    let markings = evidence::markings(&mut Reader::Db(&service.db), told::marking_keys(keys)).await?;
    let series = |threat: Threat| Series {
        country,
        province: query.province.clone(),
        threat,
        unit: query.unit,
        exercise: query.exercise,
        points: known.points(window, threat),
        handling: joined(known.markings(threat), &markings),
        // of what is restricted alone nothing is told, and not that there is more
        partial: partial.contains(&threat) && left.contains(&threat),
    };
    Ok(threats.into_iter().map(series).collect())
}

fn country(query: &GetSeries) -> Result<Country, Error> {
    known(query.province.as_ref())?;
    match (&query.province, query.country) {
        (Some(province), None) => country_of(province).ok_or_else(|| Error::NoProvince(province.clone())),
        (None, Some(country)) => Ok(country),
        _ => {
            let why = "a series is of one place: give either a province or a country";
            Err(Failure::invalid(why).at("/province", why).into())
        }
    }
}

/// The spans that are asked for, or as many as a chart shows.
fn window(query: &GetSeries, today: Day) -> Result<Window, Error> {
    let to = query.to.unwrap_or(today);
    let from = query.from.unwrap_or_else(|| match query.unit {
        Unit::Day => to.plus(-89),
        Unit::Week => to.plus(-51 * 7),
        Unit::Month => (0..35).fold(Span::of(Unit::Month, to).first, |first, _| first.plus(-1).month().0),
    });
    if to < from {
        let why = format!("{to} lies before {from}: to must not be before from");
        return Err(Failure::invalid(&why).at("/to", why).into());
    }
    let window = Window::of(query.unit, (from, to));
    let spans = window.spans().take(MOST_POINTS + 1).count();
    if spans > MOST_POINTS {
        let why = format!(
            "from {from} to {to} there are more than {MOST_POINTS} spans of a {}, which is as many as one answer holds; begin \
             later, end earlier or take a longer unit",
            query.unit
        );
        return Err(Failure::invalid(&why).at("/from", why).into());
    }
    Ok(window)
}

/// Everything the series is told from; nothing under handling with these keys.
async fn known_of(
    service: &Analysis,
    query: &GetSeries,
    place: &Place<'_>,
    above: &BTreeSet<String>,
) -> Result<Known, Error> {
    let db = &service.db;
    let mut written = media::written(db, place, query.known_on).await?;
    written.retain(|one| !above.contains(&one.marking));
    let complete = complete(service, query, place, above).await?;
    let mut readings = readings(service, query, place).await?;
    readings.retain(|one| !above.contains(&one.marking));
    // what is kept counts everything: the rest of it is counted anew
    let now = db.clock().now().plus(chrono::Duration::microseconds(1));
    let (counts, (seen, beside)) = if query.known_on.is_some() || !above.is_empty() {
        told::as_known(db, place, (query.known_on.unwrap_or(now), above), &service.rules).await?
    } else {
        if query.unit != Unit::Month && spans::is_behind(db, place.country.as_str()).await? {
            let why = "days and weeks of what was recorded before this version are still being counted; ask again in a few \
                       minutes, or for months";
            return Err(Failure::unavailable(why).into());
        }
        (told::counts(db, place).await?, told::seen(db, place).await?)
    };
    Ok(Known { counts, seen, beside, readings, written, complete })
}

/// What was answered about indicators in the place, speaking of days within the window, as it is or was known.
async fn readings(service: &Analysis, query: &GetSeries, place: &Place<'_>) -> Result<Vec<Reading>, Error> {
    let units = geography::provinces().iter().filter(|unit| unit.country == place.country.as_str());
    let codes: Vec<ProvinceCode> = units.filter_map(|unit| unit.id.parse().ok()).collect();
    let wanted: Vec<&ProvinceCode> =
        codes.iter().filter(|code| place.province.is_none_or(|wanted| *code == wanted)).collect();
    let (first, last) = place.window.days();
    let before = query.known_on.unwrap_or_else(|| service.db.clock().now().plus(chrono::Duration::days(1)));
    let all = reading::as_known(&mut Reader::Db(&service.db), &wanted, (first, before)).await?;
    let here = all.into_iter().filter(|((_, exercise), _)| *exercise == place.exercise);
    Ok(here.flat_map(|(_, readings)| readings).filter(|reading| reading.to <= last).collect())
}

/// From when to when sources that list every event reach in the country, by threat; as of a past day by their rows that were known
/// by then, and no further than that day.
async fn complete(
    service: &Analysis,
    query: &GetSeries,
    place: &Place<'_>,
    above: &BTreeSet<String>,
) -> Result<BTreeMap<Threat, (Day, Day)>, Error> {
    let taken = Taken { above: Some(above).filter(|keys| !keys.is_empty()), ..Taken::default() };
    let spans = past::spans_left(&mut Reader::Db(&service.db), taken, query.known_on).await?;
    let here = spans
        .into_iter()
        .filter(|((country, _, exercise), _)| *country == place.country && *exercise == place.exercise);
    let until = query.known_on.map(|at| at.day().plus(-1));
    Ok(here
        .filter_map(|((_, threat, _), listings)| Some((threat, listing::reach(&listings)?)))
        .map(|(threat, (first, last))| (threat, (first, until.map_or(last, |until| last.min(until)))))
        .collect())
}
