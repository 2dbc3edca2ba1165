//! What analysis answers, to everybody of the centre's staff.

mod anomalies;
mod assessments;
mod changes;
mod cursor;
mod forecasts;
mod indicators;
mod level_bound;
mod news;
mod overrides;
mod product_counts;
mod product_coverage;
mod product_forecasts;
mod product_incidents;
mod product_late;
mod product_material;
mod products;
mod questions;
mod reach;
mod recall;
mod recompute;
mod series;
mod situation;
mod sources;

use contracts::Role;
use domain::ProvinceCode;

pub use anomalies::{get_anomaly, judge_anomaly, list_anomalies};
pub use assessments::{
    draft_assessment, get_assessment, get_calibration, list_assessments, move_assessment, resolve_judgement,
    revise_assessment, tell_sources,
};
pub use changes::list_changes;
pub use forecasts::{get_forecasting, get_scorecards, get_watch_list, list_forecasts};
pub use indicators::list_indicators;
pub use news::get_news;
pub use overrides::{end_override, list_overrides, set_override};
pub use products::{
    check_product, draft_product, find_subject, get_product, list_products, move_product, read_product,
    revise_product,
};
pub use questions::{ask_question, get_question, list_questions, move_question, revise_question};
pub use recompute::{get_recompute, list_recomputes, start_recompute, stop_recompute};
pub use series::get_series;
pub use situation::get_situation;

use crate::{Error, domain::cell::country_of};

/// Everybody but partners: what partners see passes the release engine.
const STAFF: &[Role] = Role::STAFF;

/// Refuses what was decided on another version than the one that stands.
fn fresh(now: u32, seen: Option<u32>) -> Result<(), Error> {
    match seen {
        Some(seen) if seen != now => Err(Error::Stale { now, seen }),
        _ => Ok(()),
    }
}

/// Refuses a province that does not exist, so that a slip of the pen is not taken for calm.
fn known(province: Option<&ProvinceCode>) -> Result<(), Error> {
    match province {
        Some(code) if country_of(code).is_none() => Err(Error::NoProvince(code.clone())),
        _ => Ok(()),
    }
}
