//! Reports of `ReliefWeb`'s API, version 2: each becomes a lead, graded by who wrote it.

use contracts::gateway::ReportGrade;
use domain::{Country, Credibility, Reliability};
use serde::Deserialize;

use super::{Terms, feed, published, unread::unread};
use crate::domain::lead::Item;

/// How it is cited.
pub const CITATION: &str = "ReliefWeb, https://reliefweb.int, OCHA; each report belongs to its source.";
/// The source's short name where a person sent the file.
pub const SOURCE: &str = "reliefweb";
/// Bodies of the United Nations by their short names there: believed as the centre's own family is (B2).
const OF_THE_UN: &[&str] = &[
    "OCHA", "UNAMA", "UNHCR", "UNICEF", "WFP", "WHO", "FAO", "IOM", "UNDP", "UNFPA", "UNODC", "UNEP",
    "UN Women", "UNOSAT", "UN SC", "UN GA", "UN HRC", "OHCHR", "UNRCCA", "UNESCO", "UN DGC", "UN News",
    "UNDRR", "UNOPS",
];

#[derive(Deserialize)]
struct Record {
    #[serde(default)]
    id: Option<serde_json::Value>,
    fields: Fields,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    id: Option<serde_json::Value>,
    title: String,
    body: String,
    url: String,
    url_alias: String,
    date: Dates,
    primary_country: Option<Land>,
    country: Vec<Land>,
    source: Vec<Publisher>,
    language: Vec<Language>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Dates {
    original: Option<String>,
    created: Option<String>,
}

#[derive(Deserialize)]
struct Land {
    #[serde(default)]
    iso3: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Publisher {
    name: String,
    shortname: String,
}

#[derive(Deserialize)]
struct Language {
    #[serde(default)]
    code: String,
}

/// Reads one report.
///
/// # Errors
/// Everything that is wrong with it and how to mend it.
pub fn read(bytes: &[u8], (terms, bringer): (Terms, &feed::Bringer)) -> Result<Item, String> {
    let Record { id, fields } = serde_json::from_slice(bytes)
        .map_err(|error| format!("the report is not as ReliefWeb's API gives it: {}", unread(&error)))?;
    let id = id.or(fields.id).and_then(|id| match id {
        serde_json::Value::String(text) => Some(text),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    let id = id.filter(|id| !id.trim().is_empty() && id.len() <= 100).ok_or("the report has no id")?;
    let (title, text) = (feed::bare(&fields.title), feed::bare(&fields.body));
    if title.is_empty() {
        return Err("the report has no title: ask for the field title".to_owned());
    }
    let publishers: Vec<&str> =
        fields.source.iter().map(Publisher::short).filter(|name| !name.is_empty()).collect();
    if publishers.iter().any(|name| name.contains('\0')) || id.contains('\0') {
        return Err("the report holds a NUL character in its id or source; remove it".to_owned());
    }
    let owner = publishers.first().map_or_else(|| SOURCE.to_owned(), |name| (*name).to_owned());
    let grade = bringer.grade.unwrap_or_else(|| grade(&publishers));
    let link = [&fields.url_alias, &fields.url].into_iter().find_map(|text| feed::address(text));
    let credit = if publishers.is_empty() {
        "ReliefWeb".to_owned()
    } else {
        format!("{}, through ReliefWeb", publishers.join(", "))
    };
    Ok(Item {
        source: if bringer.source.is_empty() { SOURCE.to_owned() } else { bringer.source.clone() },
        owner,
        external_id: id,
        title: feed::titled(&title, &text),
        text,
        link: link.map_or_else(String::new, |link| link.to_string()),
        language: fields.language.first().and_then(|language| feed::language(&language.code)),
        countries: countries(fields.primary_country.as_ref(), &fields.country),
        published_on: published::on(fields.date.stated(), terms.received_on)?,
        reliability: grade.reliability,
        credibility: grade.credibility,
        handling: feed::handling(&credit),
        exercise: terms.exercise,
    })
}

impl Dates {
    /// What it says of when it was published: first when its source did, then when it came to ReliefWeb.
    fn stated(&self) -> [(&'static str, Option<&str>); 2] {
        [("date.original", self.original.as_deref()), ("date.created", self.created.as_deref())]
    }
}

impl Publisher {
    fn short(&self) -> &str {
        if self.shortname.trim().is_empty() { self.name.trim() } else { self.shortname.trim() }
    }
}

/// The grade by who wrote it: a body of the United Nations, or somebody not known here.
fn grade(publishers: &[&str]) -> ReportGrade {
    if publishers.iter().any(|name| OF_THE_UN.contains(name)) {
        return ReportGrade { reliability: Reliability::B, credibility: Credibility::PROBABLE };
    }
    ReportGrade { reliability: Reliability::F, credibility: Credibility::UNKNOWN }
}

fn countries(primary: Option<&Land>, all: &[Land]) -> Vec<Country> {
    let mut named: Vec<Country> = Vec::new();
    for country in
        primary.into_iter().chain(all).filter_map(|land| land.iso3.to_ascii_uppercase().parse().ok())
    {
        if !named.contains(&country) {
            named.push(country);
        }
    }
    named.truncate(20);
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(record: &serde_json::Value) -> Result<Item, String> {
        let terms = Terms { received_on: "2026-11-23".parse().unwrap(), exercise: false };
        read(record.to_string().as_bytes(), (terms, &feed::Bringer::default()))
    }

    #[test]
    fn what_no_store_keeps_is_refused() {
        for (id, owner) in [("4\0", "OCHA"), ("4", "OC\0HA")] {
            let record = serde_json::json!({ "id": id, "fields": { "title": "Floods", "source": [{ "shortname": owner }] } });
            assert!(read_as(&record).unwrap_err().contains("NUL character"), "{id:?} {owner:?}");
        }
    }

    #[test]
    fn a_report_names_its_publisher_and_is_graded_by_it() {
        let record = serde_json::json!({ "id": "4111111", "score": 1, "href": "https://api.reliefweb.int/v2/reports/4111111",
            "fields": { "title": "Afghanistan: Flash floods in Baghlan", "body": "<p>Floods hit <strong>Baghlan</strong>.</p>",
                "url_alias": "https://reliefweb.int/report/afghanistan/flash-floods", "date": { "original": "2026-11-20T00:00:00+00:00" },
                "primary_country": { "iso3": "afg" }, "country": [{ "iso3": "afg" }, { "iso3": "tjk" }],
                "source": [{ "name": "UN Office for the Coordination of Humanitarian Affairs", "shortname": "OCHA" }], "language": [{ "code": "en" }] } });
        let read = read_as(&record).unwrap();
        assert_eq!(
            (read.external_id.as_str(), read.owner.as_str(), read.text.as_str()),
            ("4111111", "OCHA", "Floods hit Baghlan.")
        );
        assert_eq!((read.reliability, read.credibility), (Reliability::B, Credibility::PROBABLE));
        assert_eq!(read.countries.iter().map(ToString::to_string).collect::<Vec<_>>(), ["AFG", "TJK"]);
        assert_eq!(read.published_on.to_string(), "2026-11-20");
    }

    #[test]
    fn a_report_of_an_impossible_day_or_one_ahead_is_refused_with_the_reason() {
        let of = |date: serde_json::Value| {
            read_as(&serde_json::json!({ "id": 1, "fields": { "title": "Floods", "date": date } }))
        };
        let impossible = of(serde_json::json!({ "created": "2024-02-30T00:00:00+00:00" })).unwrap_err();
        assert!(impossible.starts_with("field date.created: \"2024-02-30T00:00:00+00:00\""), "{impossible}");
        let created = "2024-04-10T00:00:00+00:00";
        let ahead = of(serde_json::json!({ "original": "2044-04-10T00:00:00+00:00", "created": created }));
        assert!(ahead.unwrap_err().starts_with("field date.original: 2044-04-10 lies outside"));
        let came = of(serde_json::json!({ "original": "", "created": created })).unwrap();
        assert_eq!(came.published_on.to_string(), "2024-04-10");
    }

    #[test]
    fn a_report_without_id_or_title_is_refused_with_the_reason() {
        assert!(read_as(&serde_json::json!({ "fields": { "title": "x" } })).unwrap_err().contains("no id"));
        assert!(read_as(&serde_json::json!({ "id": 1, "fields": {} })).unwrap_err().contains("no title"));
        assert!(read_as(&serde_json::json!({ "id": 1 })).unwrap_err().contains("fields"));
    }
}
