//! What is foretold of the scope of a product, each with the record of its kind.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use contracts::analysis::forecasts::{Forecast, GetScorecards, Scope, Scorecard};
use domain::{Day, Threat};

use super::product_material::Reach;
use crate::{
    Analysis, Error,
    domain::{
        listing::{self, Spans},
        product::material::Foretold,
    },
    store::{Reader, counted_now, forecast, handling::Markings, past, scorecards},
};

/// How long the window is of which forecasts are told, in months.
const MONTHS: u32 = 3;
/// How many forecasts are told.
const FORECASTS: usize = 5;

/// What is foretold of the provinces in reach, most likely escalations first; nothing that has no record, and nothing in the
/// exercise, where nothing is foretold.
pub(super) async fn forecasts(
    service: &Analysis,
    reach: &Reach<'_>,
    markings: &Markings,
) -> Result<Vec<Foretold>, Error> {
    if reach.form.exercise {
        return Ok(Vec::new());
    }
    // a paper on a past period tells what was foretold then
    let by_then = (reach.form.to, reach.form.to.plus(1).start());
    let mut all = forecast::foretold(&service.db, MONTHS, by_then).await?;
    all.retain(|one| {
        let province = one.province.as_ref();
        one.expected.p95 > 0 && province.is_some_and(|code| reach.holds(code, one.threat))
    });
    let spans = past::spans(&mut Reader::Db(&service.db), None).await?;
    let mut records = Records::default();
    let mut told = Vec::new();
    for one in all.into_iter().take(FORECASTS) {
        let handling = markings.of_forecast(&one);
        let record = records.of(service, &one, Some(reach.form.to)).await?;
        let so_far = so_far(service, (&one, &spans), reach.form.to).await?;
        told.extend(record.map(|record| Foretold { forecast: one, so_far, record, handling }));
    }
    Ok(told)
}

/// How much of the window of a forecast is counted so far, whoever reported it, and to which day sources that list every event reach in
/// it: behind that day it may be far from complete. `None`
/// where none reaches into it, and in a paper on a period that is over, which tells nothing of what was counted since.
async fn so_far(
    service: &Analysis,
    (of, spans): (&Forecast, &Spans),
    until: Day,
) -> Result<Option<(u64, Day)>, Error> {
    let today = service.db.clock().now().day();
    let listings = spans.get(&(of.country, of.threat, false)).map_or(&[][..], Vec::as_slice);
    let reach = listing::reach(&listing::until(listings, today)).map(|(_, last)| last.min(of.to));
    let Some(last) = reach.filter(|last| until >= today && *last >= of.from) else { return Ok(None) };
    let window = counted_now::Scored {
        id: &of.id,
        threat: of.threat,
        country: of.country,
        province: of.province.as_ref(),
        days: (of.from, of.to),
        observed: 0,
    };
    Ok(Some((counted_now::so_far(&service.db, &window).await?, last)))
}

/// A kind of forecast: of which threat, scope and length, by which model; and by the end of which day its record is asked for.
type Kind = (Threat, Scope, u32, String, Option<Day>);

/// The records of kinds of forecasts, each asked for once.
#[derive(Debug, Default)]
pub(super) struct Records(BTreeMap<Kind, Option<Scorecard>>);

impl Records {
    /// The record that forecasts of this kind had by the end of a day, or have by now: of those that were issued before; where none was
    /// resolved yet, of those made after the fact. What came of the very forecasts that were told then is no record that they had.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn of(
        &mut self,
        service: &Analysis,
        of: &Forecast,
        by: Option<Day>,
    ) -> Result<Option<Scorecard>, Error> {
        let scope = if of.province.is_some() { Scope::Province } else { Scope::Country };
        let kind = (of.threat, scope, of.months, of.expected.model.clone(), by);
        if let Some(known) = self.0.get(&kind) {
            return Ok(known.clone());
        }
        let mut found = None;
        for rehearsal in [false, true] {
            let wanted = GetScorecards {
                threat: Some(of.threat),
                scope: Some(scope),
                months: Some(of.months),
                model: Some(of.expected.model.clone()),
                rehearsal,
                // by the end of the day
                known_on: by.map(|day| day.plus(1).start().minus(TimeDelta::microseconds(1))),
                ..GetScorecards::default()
            };
            found = scorecards::cards(&service.db, &wanted).await?.into_iter().next();
            if found.is_some() {
                break;
            }
        }
        self.0.insert(kind, found.clone());
        Ok(found)
    }
}
