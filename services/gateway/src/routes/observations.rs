//! Observations, as JSON, GeoJSON, CSV or a line each; nothing finer than its precision.

use contracts::{
    Failure, FailureKind, PageRequest,
    intake::{
        FindObservations, GetObservation, clusters::ListClusters, retraction::RetractObservation,
        search::Found,
    },
};
use domain::{
    Bounds, Country, Credibility, Day, ObservationId, ProvinceCode, Reliability, Threat, Timestamp, words,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{CURSOR, JSON, LIMIT, Moment, Note, whole};
use crate::{
    Error, Gateway,
    domain::{
        export,
        left_out::LeftOut,
        policy::{READERS, VERIFIERS},
    },
    http::{
        Answer, Call, Handler, Route,
        table::{handle, param},
    },
};

words! {
    /// How a list of observations is written.
    "output format" Output {
        /// A page.
        Json = "json",
        /// A FeatureCollection.
        GeoJson = "geojson",
        /// A table.
        Csv = "csv",
        /// One a line.
        Ndjson = "ndjson",
    }
}

impl Output {
    /// Its media type.
    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::Json => JSON,
            Self::GeoJson => GEOJSON,
            Self::Csv => CSV,
            Self::Ndjson => NDJSON,
        }
    }
}

words! {
    /// Whether what is real is asked for, or what is of an exercise: the two are never mixed unless somebody asks for both.
    "real or exercise" Side {
        /// What is real.
        Real = "false",
        /// What is of an exercise.
        Exercise = "true",
        /// Both together.
        Any = "any",
    }
}

impl Side {
    /// What it asks for; without a word what is real.
    pub(crate) fn asked(side: Option<Self>) -> Option<bool> {
        match side.unwrap_or(Self::Real) {
            Self::Real => Some(false),
            Self::Exercise => Some(true),
            Self::Any => None,
        }
    }
}

const GEOJSON: &str = "application/geo+json";
const CSV: &str = "text/csv; charset=utf-8";
const NDJSON: &str = "application/x-ndjson";

/// What is done with observations.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/observations", READERS, handle!(find))
        .named("findObservations", "Observations, newest occurrence first; the format by `format` or Accept. Files (csv, geojson, ndjson) leave out rows whose \
             licence keeps rows in, and say at their end how many: a row of the id #left_out, a member or line `left_out`. As of a past moment (known_on), what rules of retention removed of it \
             since is said in `removed`, in files likewise at their end: what is not listed then may have been known.")
        .with(&[
            param("country", "Country", "in this country"),
            param("province", "Province", "in this province"),
            param("threat", "Threat", "bearing on this threat"),
            param("kind", "Text", "of this kind"),
            param("source", "Text", "from this source, by its short name"),
            param("exercise", "Side", "true: those of the exercise instead of the real ones; any: both, each of which says so"),
            param("from", "Day", "ended on this day or later"),
            param("to", "Day", "began on this day or earlier"),
            param("known_on", "Time", "as was known at this moment"),
            param("q", "Text", "with these words: words, \"phrases\", beginnings*, -words to leave out, OR between words of which any will do"),
            param("snippets", "Flag", "with q: where the words stand, in `search.snippets` of a JSON page"),
            param("grade", "GradeText", "at least this grade: as reliable and as credible"),
            param("bbox", "Bounds", "within this part of the map: west,south,east,north; with a west above its east, across the 180th meridian"),
            param("all", "Flag", "all of them and not a page, as one stream of csv, geojson or ndjson"),
            param("hxl", "Flag", "with HXL hashtags in the second row of csv"),
            param("format", "OutputFormat", "how it is written"),
            CURSOR,
            LIMIT,
        ])
        .answers(
            200,
            &[(JSON, "FoundObservations"), (GEOJSON, "FeatureCollection"), (CSV, "Text"), (NDJSON, "Text")],
        ),
    Route::get("/v1/observations/{id}", READERS, handle!(get))
        .named(
            "getObservation",
            "One observation in all its revisions, oldest first, with the clusters it is a member of.",
        )
        .with(&[param(
            "known_on",
            "Time",
            "as was known at this moment: no later revision, no later retraction",
        )])
        .answers(200, &[(JSON, "ObservationPage")])
        .tagged(),
    Route::post("/v1/observations/{id}/retract", VERIFIERS, Handler::Forward(handle!(retract)))
        .named(
            "retractObservation",
            "Takes a fact back, with the reason: from now on it counts nowhere; past views still show it. What a field report was \
             accepted as is refused with 409: contradict or reject that report.",
        )
        .takes("Note")
        .answers(200, &[(JSON, "ObservationPage")])
        .matched(),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    country: Option<Country>,
    province: Option<ProvinceCode>,
    threat: Option<Threat>,
    kind: Option<String>,
    source: Option<String>,
    exercise: Option<Side>,
    #[serde(default, deserialize_with = "super::when::day")]
    from: Option<Day>,
    #[serde(default, deserialize_with = "super::when::day")]
    to: Option<Day>,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
    q: Option<String>,
    #[serde(default)]
    snippets: bool,
    grade: Option<String>,
    bbox: Option<String>,
    #[serde(default)]
    all: bool,
    #[serde(default)]
    hxl: bool,
    format: Option<Output>,
    cursor: Option<String>,
    limit: Option<u32>,
}

/// The format asked for: by parameter, else the first in Accept that is known, else JSON.
fn output(format: Option<Output>, accept: &str) -> Output {
    let by_accept = || {
        accept.split(',').find_map(|media| match media.split(';').next()?.trim() {
            "application/geo+json" => Some(Output::GeoJson),
            "text/csv" => Some(Output::Csv),
            "application/x-ndjson" | "application/ndjson" => Some(Output::Ndjson),
            "application/json" => Some(Output::Json),
            _ => None,
        })
    };
    format.or_else(by_accept).unwrap_or(Output::Json)
}

async fn find(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let f: Filter = call.query()?;
    if let (Some(from), Some(to)) = (f.from, f.to)
        && to < from
    {
        return Err(Failure::new(FailureKind::Invalid, "the days are in the wrong order")
            .at("to", "must not be before from")
            .into());
    }
    let grade = f.grade.as_deref().map(least_grade).transpose()?;
    let within = f.bbox.as_deref().map(str::parse::<Bounds>).transpose();
    let within = within
        .map_err(|invalid| Failure::invalid("the part of the map cannot be read").at("bbox", invalid))?;
    let page = PageRequest { cursor: f.cursor, limit: f.limit };
    let wish = FindObservations {
        country: f.country,
        province: f.province,
        threat: f.threat,
        kind: f.kind,
        source: f.source,
        exercise: Side::asked(f.exercise),
        from: f.from,
        to: f.to,
        known_on: f.known_on,
        reliability: grade.map(|(reliability, _)| reliability),
        credibility: grade.map(|(_, credibility)| credibility),
        q: f.q,
        snippets: f.snippets,
        within,
        page,
    };
    let output = output(f.format, call.accept());
    if f.all {
        return whole::all(gateway, call, (wish, output, f.hxl)).await;
    }
    let found = gateway.ask(call, &wish).await?;
    write((call, output, f.hxl), Found { page: call.bound(found.page.map(export::shown)), ..found })
}

/// A grade as it is written: `B2`.
fn least_grade(text: &str) -> Result<(Reliability, Credibility), Failure> {
    let read = text.split_at_checked(1).and_then(|(letter, digit)| {
        let digit: u8 = digit.parse().ok()?;
        Some((letter.parse::<Reliability>().ok()?, Credibility::try_from(digit).ok()?))
    });
    let why = "write a letter A to F and a digit 1 to 6, as C3";
    read.ok_or_else(|| Failure::invalid("the grade cannot be read").at("grade", why))
}

fn write((call, output, hxl): (&Call, Output, bool), mut found: Found) -> Result<Answer, Error> {
    let (next, mut left_out) = (found.page.next.clone(), LeftOut::default());
    if output != Output::Json {
        // a page is read within the centre, a file leaves it
        found.page.items = left_out.part(found.page.items);
        left_out.lacks(found.removed);
    }
    let items = &found.page.items;
    let answer = match output {
        Output::Json => Answer::ok(&found)?,
        Output::GeoJson => {
            let features: Vec<_> = items.iter().map(export::feature).collect();
            let mut collection = json!({ "type": "FeatureCollection", "features": features, "next": next });
            for (name, member) in left_out.members() {
                collection[name] = member;
            }
            Answer { content_type: GEOJSON, ..Answer::ok(&collection)? }
        }
        Output::Csv => {
            let table = export::csv_head(hxl)? + &export::csv_rows(items)? + &left_out.csv_rows()?;
            Answer::text(CSV, table)
        }
        Output::Ndjson => Answer::text(NDJSON, export::ndjson(items)? + &left_out.ndjson_lines()),
    };
    Ok(answer.followed_by(call, next.as_deref()))
}

async fn retract(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Note { note } = call.json()?;
    let wish = RetractObservation { id: call.param("id")?, note, revision: call.if_match()? };
    let revisions = gateway.ask(call, &wish).await?;
    Answer::whole(revisions.into_iter().map(export::shown).collect())
}

async fn get(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let id: ObservationId = call.param("id")?;
    let Moment { known_on } = call.query()?;
    let wish = GetObservation { id: id.clone(), known_on };
    let revisions = gateway.ask(call, &wish).await?;
    let exercise = revisions.last().is_some_and(|newest| newest.exercise);
    let newest = revisions.last().map_or(0, |newest| newest.revision);
    let of = ListClusters { observation: Some(id), exercise, known_on, ..ListClusters::default() };
    let clusters: Vec<Value> = gateway
        .ask(call, &of)
        .await?
        .page
        .items
        .into_iter()
        .map(|cluster| json!({ "id": cluster.id, "state": cluster.state, "owners": cluster.owners.len() }))
        .collect();
    let mut items = Vec::with_capacity(revisions.len());
    for revision in revisions {
        let mut item = serde_json::to_value(export::shown(revision))?;
        if !clusters.is_empty() {
            item["clusters"] = clusters.clone().into();
        }
        items.push(item);
    }
    Ok(Answer::whole(items)?.revised(newest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameter_goes_before_accept_and_json_is_the_rest() {
        assert_eq!(output(Some(Output::Csv), "application/geo+json"), Output::Csv);
        assert_eq!(output(None, "text/html, application/geo+json;q=0.9"), Output::GeoJson);
        assert_eq!(output(None, "*/*"), Output::Json);
    }

    #[test]
    fn what_is_real_is_asked_for_unless_the_exercise_or_both_are() {
        let asked = |word: Option<&str>| Side::asked(word.map(|word| word.parse().unwrap()));
        assert_eq!(
            [asked(None), asked(Some("false")), asked(Some("true")), asked(Some("any"))],
            [Some(false), Some(false), Some(true), None]
        );
        assert!("both".parse::<Side>().is_err());
    }

    #[test]
    fn a_grade_is_a_letter_and_a_digit() {
        assert_eq!(least_grade("C3").unwrap(), (Reliability::C, Credibility::POSSIBLE));
        for wrong in ["", "C", "3", "G3", "C7", "C33", "Ж3"] {
            assert!(least_grade(wrong).is_err(), "{wrong}");
        }
    }
}
