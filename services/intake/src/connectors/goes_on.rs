//! Where a source goes on, told by marks that people can read: out of what its connector keeps, whatever that is.

use contracts::intake::sources::{Connector, CursorMark, SourceForm, SourceMark};
use domain::{Country, Timestamp};
use serde_json::Value;

/// How much of a digest is told.
const FINGERPRINT: usize = 12;

/// Where a source of this connector goes on; nothing where it begins at its beginning, or sends by itself.
pub(super) fn marks(connector: Connector, form: &SourceForm, cursor: &Value) -> Vec<SourceMark> {
    let read = Read(cursor);
    let marks = match connector {
        Connector::Webhook => Vec::new(),
        Connector::Acled => vec![
            read.unix("/since", CursorMark::Through),
            read.unix("/deleted", CursorMark::TakenBackThrough),
            read.number("/round/page", CursorMark::Page),
        ],
        Connector::UcdpApi => vec![
            read.month("/done", CursorMark::Release),
            read.number("/pages", CursorMark::Page).filter(|_| !read.at("/at").is_null()),
        ],
        Connector::UcdpFiles => vec![read.month("/done", CursorMark::Release)],
        Connector::UsgsCatalogue | Connector::Reliefweb => {
            vec![read.text("/since", CursorMark::Through), read.number("/round/1", CursorMark::Rows)]
        }
        Connector::Gdelt => vec![read.utc("/taken", CursorMark::Through)],
        Connector::GdeltDaily => vec![read.text("/taken", CursorMark::Release)],
        Connector::HapiConflict => {
            let countries = if form.parameters.countries.is_empty() {
                &Country::REGION[..]
            } else {
                &form.parameters.countries
            };
            let at = read.at("/country").as_u64().and_then(|at| countries.get(usize::try_from(at).ok()?));
            let country =
                at.map(|country| SourceMark { mark: CursorMark::Country, figure: country.to_string() });
            vec![country, read.number("/taken", CursorMark::Rows)]
        }
        Connector::CapIndex => vec![
            read.count("/seen", CursorMark::Links),
            read.count("/due", CursorMark::LinksDue),
            read.count("/failed", CursorMark::LinksFailed),
            read.text("/last_modified", CursorMark::Changed),
        ],
        Connector::File | Connector::Feed => vec![
            read.text("/last_modified", CursorMark::Changed),
            read.text("/etag", CursorMark::Version),
            read.text("/sha256", CursorMark::Fingerprint)
                .map(|mark| SourceMark { figure: mark.figure.chars().take(FINGERPRINT).collect(), ..mark }),
        ],
    };
    marks.into_iter().flatten().collect()
}

/// What a connector keeps.
struct Read<'c>(&'c Value);

impl Read<'_> {
    fn at(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).unwrap_or(&Value::Null)
    }
    /// A text that is not empty.
    fn text(&self, pointer: &str, mark: CursorMark) -> Option<SourceMark> {
        let figure = self.at(pointer).as_str().filter(|text| !text.is_empty())?.to_owned();
        Some(SourceMark { mark, figure })
    }
    /// A moment that is written without its zone, which is UTC.
    fn utc(&self, pointer: &str, mark: CursorMark) -> Option<SourceMark> {
        self.text(pointer, mark).map(|told| SourceMark { figure: format!("{}Z", told.figure), ..told })
    }
    /// A moment in Unix seconds; 0 is none.
    fn unix(&self, pointer: &str, mark: CursorMark) -> Option<SourceMark> {
        let seconds = self.at(pointer).as_i64().filter(|seconds| *seconds > 0)?;
        let at = chrono::DateTime::from_timestamp(seconds, 0)?;
        Some(SourceMark { mark, figure: Timestamp::from(at).to_string() })
    }
    /// A number that is not 0.
    fn number(&self, pointer: &str, mark: CursorMark) -> Option<SourceMark> {
        let figure = self.at(pointer).as_u64().filter(|number| *number > 0)?.to_string();
        Some(SourceMark { mark, figure })
    }
    /// How many stand in a list.
    fn count(&self, pointer: &str, mark: CursorMark) -> Option<SourceMark> {
        let held = self.at(pointer);
        let count = held.as_array().map(Vec::len).or_else(|| held.as_object().map(serde_json::Map::len))?;
        (count > 0).then(|| SourceMark { mark, figure: count.to_string() })
    }
    /// A month, as `2026-10`.
    fn month(&self, pointer: &str, mark: CursorMark) -> Option<SourceMark> {
        let month = self.at(pointer);
        let (year, month) = (month.get("year")?.as_i64()?, month.get("month")?.as_i64()?);
        Some(SourceMark { mark, figure: format!("{year}-{month:02}") })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(connector: Connector, cursor: &Value) -> String {
        let form: SourceForm = serde_json::from_value(json!({ "title": "x", "every_s": 0 })).unwrap();
        let marks = marks(connector, &form, cursor);
        marks.iter().map(|one| format!("{}={}", one.mark, one.figure)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn where_a_source_goes_on_is_told_out_of_what_its_connector_keeps() {
        for (connector, cursor, says) in [
            (
                Connector::Acled,
                json!({ "since": 1_700_000_000, "round": { "began": 1, "page": 3, "latest": 2 }, "deleted": 0 }),
                "through=2023-11-14T22:13:20Z page=3",
            ),
            (Connector::UcdpFiles, json!({ "done": { "year": 2026, "month": 9 } }), "release=2026-09"),
            (
                Connector::UcdpApi,
                json!({ "done": null, "at": [{ "year": 2026, "month": 9 }, "https://…"], "pages": 2 }),
                "page=2",
            ),
            (
                Connector::Reliefweb,
                json!({ "since": "2026-11-23T05:30:00Z", "round": ["2026-11-23T07:30:00Z", 200] }),
                "through=2026-11-23T05:30:00Z rows=200",
            ),
            (Connector::Gdelt, json!({ "taken": "2026-11-23T07:15:00" }), "through=2026-11-23T07:15:00Z"),
            (Connector::GdeltDaily, json!({ "taken": "2026-11-22" }), "release=2026-11-22"),
            (Connector::HapiConflict, json!({ "country": 2, "taken": 500 }), "country=KGZ rows=500"),
            (
                Connector::CapIndex,
                json!({ "seen": ["a", "b"], "due": [], "failed": { "c": ["d", 1] }, "unread": [] }),
                "links=2 links_failed=1",
            ),
            (
                Connector::File,
                json!({ "etag": "\"7\"", "last_modified": "", "sha256": "0123456789abcdef" }),
                "version=\"7\" fingerprint=0123456789ab",
            ),
            (Connector::Webhook, json!({}), ""),
            (Connector::Acled, json!({}), ""),
        ] {
            assert_eq!(told(connector, &cursor), says, "{connector}");
        }
    }
}
