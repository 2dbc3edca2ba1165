//! UCDP's monthly candidate files (FORMATS 3.1), oldest first: a later release revises an earlier one.

use contracts::gateway::Format;
use serde::{Deserialize, Serialize};

use super::{
    At, Brought, Step, Trouble,
    months::Month,
    web::{Page, Validators, below, not_html},
};

pub(super) const ADDRESS: &str = "https://ucdp.uu.se/downloads/candidateged/";
/// How far back the first pull reaches unless told otherwise.
const LOOKBACK_DAYS: u32 = 365;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Cursor {
    /// The last release that was taken.
    done: Option<Month>,
}

pub(super) async fn step(at: &At<'_>) -> Result<Step, Trouble> {
    let cursor: Cursor = at.cursor();
    for month in Month::due(at, cursor.done, LOOKBACK_DAYS) {
        let name = format!("GEDEvent_v{}.csv", month.release('_'));
        let url = below(at.address, &name)?;
        match at.get(&url, &[], &Validators::default()).await? {
            Page::Body(body, _) => {
                not_html(&body)?;
                let brought = Brought::File { name, format: Format::UcdpCandidate, bytes: body.to_vec() };
                return Step::to(brought, &Cursor { done: Some(month) }, true);
            }
            Page::Absent | Page::Unchanged => {} // not released yet, or never
            Page::Unknown => {
                let host = url.host_str().unwrap_or_default().to_owned();
                return Err(Trouble::Refused { host, status: 401, hint: "the files ask for an account now" });
            }
        }
    }
    Step::to(Brought::Nothing, &cursor, false)
}
