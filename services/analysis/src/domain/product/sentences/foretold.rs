//! Sentences about what is foretold, what came of it, and how good such forecasts were.

use contracts::analysis::{forecasts::Scorecard, products::ProductLanguage as Language};

use super::{Sentence, plain};
use crate::domain::product::{
    material::Foretold,
    words::{self as w, Noun},
};

/// What is foretold, as a range and a chance; its record is told beside it. The mean is never told.
pub fn forecast(l: Language, of: &Foretold) -> Sentence {
    let told = &of.forecast;
    let place = told.province.as_ref().map_or_else(|| w::country(l, told.country), |code| w::unit(l, code));
    let (threat, window) = (w::threat(l, told.threat), w::period(l, told.from, told.to));
    let noun = if told.counted == "deaths" { Noun::Death } else { Noun::Incident };
    let (low, high) = (w::whole(l, told.expected.p05), w::up_to(l, told.expected.p95, noun));
    let (from, chance) = (w::count(l, told.escalation_from, noun), w::chance(l, told.expected.escalation));
    let known = w::month(l, told.origin);
    let so_far = of.so_far.map(|(number, last)| match l {
        Language::En => {
            let (number, last) = (w::whole(l, number), w::day(l, last));
            format!("; counted of it so far: {number} (lists of all events reach to {last})")
        }
        Language::Ru => {
            let (number, last) = (w::whole(l, number), w::day(l, last));
            format!("; из этого уже учтено: {number} (перечни событий доведены по {last} включительно)")
        }
    });
    let so_far = so_far.unwrap_or_default();
    let became = told.outcome.as_ref().map(|came| {
        let (day, counted) = (w::day(l, came.resolved_at.day()), w::count(l, came.observed, noun));
        match l {
            Language::En => format!(" Resolved on {day}: {counted}."),
            // the abbreviation of the year ends no sentence here
            Language::Ru => format!(" Итог подведён {day}: {counted}."),
        }
    });
    let became = became.unwrap_or_default();
    plain(match l {
        Language::En => format!(
            "{place}, {threat}, {window}, by what was counted up to {known}: between {low} and {high} in nine cases out of ten{so_far}; chance of an escalation ({from} or more): {chance}.{became}"
        ),
        Language::Ru => format!(
            "{place}, {threat}, {window} (последний учтённый месяц — {known}): в девяти случаях из десяти от {low} до {high}{so_far}; вероятность обострения (порог — {from}): {chance}.{became}"
        ),
    })
}

/// How good forecasts of a kind were: said once of all that are told of it.
pub fn record(l: Language, record: &Scorecard) -> Sentence {
    let threat = w::threat(l, record.threat);
    let (ours, naive) = (w::number(l, record.expected.crps, 2), w::number(l, record.naive.crps, 2));
    let number = if record.rehearsal {
        w::made_after(l, record.forecasts)
    } else {
        w::count(l, record.forecasts, Noun::Forecast)
    };
    let few = if record.too_few {
        w::pick(l, ("; too few to say which is better", "; слишком мало для вывода"))
    } else {
        ""
    };
    plain(match l {
        Language::En => format!(
            "Record of such forecasts, {threat}, over {number}: error {ours}, naive rule {naive} (CRPS, less is better{few})."
        ),
        Language::Ru => format!(
            "Точность таких прогнозов, {threat} ({number}): ошибка {ours}, наивное правило {naive} (CRPS, чем меньше, тем лучше{few})."
        ),
    })
}
