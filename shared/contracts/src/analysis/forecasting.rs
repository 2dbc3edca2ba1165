//! How forecasts stand to what has come in, and where an escalation is likeliest by the newest of them.

use domain::{Country, Day, Threat, Timestamp, words};
use serde::{Deserialize, Serialize};

use super::forecasts::Forecast;
use crate::query;

/// Of the newest forecasts that were issued for provinces, those in which an escalation is likeliest, the likeliest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetWatchList {
    /// Only of this threat.
    #[serde(default)]
    pub threat: Option<Threat>,
    /// Only of this country.
    #[serde(default)]
    pub country: Option<Country>,
    /// Windows so long: 1, 3, 6 or 12 months.
    pub months: u32,
    /// How many at most, up to 100.
    pub limit: u32,
    /// By the newest that were issued by this moment, with what had come of them by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Timestamp>,
}
query!(GetWatchList => Vec<Forecast>, Analysis, "mirab.ask.analysis.forecast.watch.v1");

words! {
    /// How forecasts stand to what has come in.
    "state of forecasting" ForecastWork {
        /// Something comes in, or came in just now; they are worked out when it has all come.
        Waiting = "waiting",
        /// They are being worked out of what came in.
        Working = "working",
        /// Everything that came in is in them.
        Ready = "ready",
    }
}

/// How forecasts stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetForecasting {}
query!(GetForecasting => Forecasting, Analysis, "mirab.ask.analysis.forecasting.get.v1");

/// How forecasts stand to what has come in, and which are shown meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecasting {
    /// Whether they are ready.
    pub state: ForecastWork,
    /// Since when they are being worked out anew; `None` once they are ready.
    pub since: Option<Timestamp>,
    /// How many files are still being read.
    pub imports: u64,
    /// When they are begun unless more comes in; `None` while files are read, or once it was begun.
    pub begins_at: Option<Timestamp>,
    /// The first day of the month that the newest forecasts that were issued were made from; `None`: there are none.
    pub origin: Option<Day>,
    /// When these were issued.
    pub issued_at: Option<Timestamp>,
}
