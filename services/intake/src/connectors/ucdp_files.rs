//! UCDP's candidate files (FORMATS 3.1): the monthly ones, oldest first, since a later release revises an earlier one; then those
//! that hold a year up to a month, consolidated, of whichever months UCDP publishes one. Which record is the newer is told by the
//! edition of its file, not by which was read last (`sources::ucdp::edition`).

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

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Cursor {
    /// The last monthly release that was taken.
    done: Option<Month>,
    /// The last consolidated release that was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    consolidated: Option<Month>,
}

pub(super) async fn step(at: &At<'_>) -> Result<Step, Trouble> {
    let cursor: Cursor = at.cursor();
    for month in Month::due(at, cursor.done, LOOKBACK_DAYS) {
        if let Some(file) = file(at, &month.release('_')).await? {
            return Step::to(file, &Cursor { done: Some(month), ..cursor }, true);
        }
    }
    for month in Month::due(at, cursor.consolidated, LOOKBACK_DAYS) {
        if let Some(file) = file(at, &month.consolidated()).await? {
            return Step::to(file, &Cursor { consolidated: Some(month), ..cursor }, true);
        }
    }
    Step::to(Brought::Nothing, &cursor, false)
}

/// The file of a release; `None` where it is not released yet, or never is.
async fn file(at: &At<'_>, release: &str) -> Result<Option<Brought>, Trouble> {
    let name = format!("GEDEvent_v{release}.csv");
    let url = below(at.address, &name)?;
    match at.get(&url, &[], &Validators::default()).await? {
        Page::Body(body, _) => {
            not_html(&body)?;
            Ok(Some(Brought::File { name, format: Format::UcdpCandidate, bytes: body.to_vec() }))
        }
        Page::Absent | Page::Unchanged => Ok(None),
        Page::Unknown => {
            let host = url.host_str().unwrap_or_default().to_owned();
            Err(Trouble::Refused { host, status: 401, hint: "the files ask for an account now" })
        }
    }
}
