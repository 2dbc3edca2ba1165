//! UCDP's API (FORMATS 3.1): one candidate release after the other, page by page as `NextPageUrl` leads.

use contracts::{gateway::Format, intake::sources::SourceForm};
use domain::Country;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use super::{
    At, Brought, Step, Trouble,
    months::Month,
    table,
    web::{Page, Validators, below, json},
};
use crate::{config::Secret, sources::gw};

pub(super) const ADDRESS: &str = "https://ucdpapi.pcr.uu.se/api/gedevents/";
pub(super) const NEEDS: &[Secret] = &[Secret::UcdpToken];
const LOOKBACK_DAYS: u32 = 365;
const PAGE_ROWS: u32 = 1000;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Cursor {
    /// The last release that was taken whole.
    done: Option<Month>,
    /// The one that is being taken, and the address of its next page.
    at: Option<(Month, String)>,
    /// How many pages of it were taken.
    pages: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    #[serde(default)]
    next_page_url: Option<String>,
    result: Vec<Map<String, Value>>,
}

pub(super) fn objection(form: &SourceForm) -> Option<(&'static str, String)> {
    let unknown = form.parameters.countries.iter().find(|country| gw::number(**country).is_none())?;
    Some((
        "/form/parameters/countries",
        format!("{unknown} has no Gleditsch–Ward number, by which UCDP is asked"),
    ))
}

pub(super) async fn step(at: &At<'_>) -> Result<Step, Trouble> {
    let cursor: Cursor = at.cursor();
    if let Some((month, next)) = &cursor.at {
        let url = same_host(at.address, next)?;
        return match ask(at, &url, true).await? {
            Some(answer) => taken(&cursor, *month, answer),
            None => Err(Trouble::Unreadable("a page that the one before it names is not there".to_owned())),
        };
    }
    for month in Month::due(at, cursor.done, LOOKBACK_DAYS) {
        if let Some(answer) = ask(at, &first(at, month)?, false).await?
            && !answer.result.is_empty()
        {
            return taken(&cursor, month, answer);
        }
    }
    Step::to(Brought::Nothing, &cursor, false)
}

fn first(at: &At<'_>, month: Month) -> Result<Url, Trouble> {
    let mut url = below(at.address, &month.release('.'))?;
    let given = &at.form.parameters.countries;
    let countries: &[Country] = if given.is_empty() { &Country::REGION } else { given };
    let numbers: Vec<String> = countries.iter().filter_map(|c| Some(gw::number(*c)?.to_string())).collect();
    let rows = PAGE_ROWS.to_string();
    url.query_pairs_mut().append_pair("pagesize", &rows).append_pair("Country", &numbers.join(","));
    Ok(url)
}

/// One page; `None` where there is no such release.
async fn ask(at: &At<'_>, url: &Url, goes_on: bool) -> Result<Option<Answer>, Trouble> {
    let token = at.means.secrets.read(Secret::UcdpToken).unwrap_or_default();
    let headers = [("x-ucdp-access-token", token.as_str())];
    let host = || at.address.host_str().unwrap_or_default().to_owned();
    match at.get(url, &headers, &Validators::default()).await {
        Ok(Page::Body(body, _)) => json(&body).map(Some),
        Ok(Page::Absent | Page::Unchanged) => Ok(None),
        Ok(Page::Unknown) => Err(Trouble::Refused {
            host: host(),
            status: 401,
            hint: "it does not accept the token; check the file that intake.secrets.ucdp_token_file names",
        }),
        // it is known to answer 400 where it was asked too often
        Err(Trouble::Refused { status: 400, .. }) if goes_on => {
            Err(Trouble::Busy { host: host(), status: 400, wait: None })
        }
        Err(trouble) => Err(trouble),
    }
}

fn taken(cursor: &Cursor, month: Month, answer: Answer) -> Result<Step, Trouble> {
    let next = answer.next_page_url.filter(|url| !url.trim().is_empty());
    let pages = cursor.pages + 1;
    let name = format!("GED {} page {pages}", month.release('.'));
    let cursor = match next {
        Some(next) => Cursor { done: cursor.done, at: Some((month, next)), pages },
        None => Cursor { done: Some(month), at: None, pages: 0 },
    };
    let brought = if answer.result.is_empty() {
        Brought::Nothing
    } else {
        Brought::File { name, format: Format::UcdpCandidate, bytes: table::of(&answer.result)? }
    };
    Step::to(brought, &cursor, true)
}

/// The next page, on the host that was asked: the token goes nowhere else.
fn same_host(address: &Url, next: &str) -> Result<Url, Trouble> {
    let led = || Trouble::Unreadable("the address of the next page leads to another server".to_owned());
    let mut url = address.join(next).map_err(|_| led())?;
    if url.host() != address.host() || url.port() != address.port() {
        return Err(led());
    }
    // it was seen to write http for itself
    url.set_scheme(address.scheme()).map_err(|()| led())?;
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_asked_of_the_same_server_only() {
        let address: Url = ADDRESS.parse().unwrap();
        let next = same_host(&address, "http://ucdpapi.pcr.uu.se/api/gedevents/26.0.1?page=2").unwrap();
        assert_eq!(next.as_str(), "https://ucdpapi.pcr.uu.se/api/gedevents/26.0.1?page=2");
        for wrong in
            ["https://example.org/api?page=2", "https://ucdpapi.pcr.uu.se:8443/x", "data:text/plain,x"]
        {
            assert!(same_host(&address, wrong).is_err(), "{wrong}");
        }
    }
}
