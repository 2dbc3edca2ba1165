//! What a source says of one fact, before it is known whether that is new.

use domain::{
    Credibility, Day, Grade, Handling, ImportId, Observation, ObservationId, Place, Reliability, ReportId,
    Severity, Threat, Timestamp, observation::Deaths,
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{page, wording::Wording};

/// The largest draft taken, in bytes of JSON: a pack holds several and the stream takes every pack.
pub const MAX_BYTES: usize = 64 * 1024;

/// The longest id that a source gives a fact, in characters. With the name of the source it is looked up in an index of which PostgreSQL
/// holds 2 704 bytes at most.
pub const ID_CHARS: usize = 500;
/// The longest name of a source of facts, in characters.
pub const SOURCE_CHARS: usize = 150;
/// The longest name of an owner, in characters.
pub const OWNER_CHARS: usize = 200;

/// What a source says of one fact. Equal drafts say the same, whenever and in whichever file they came.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Draft {
    /// The source's short name.
    pub source: String,
    /// Who owns the source.
    pub owner: String,
    /// The source's own id of it.
    pub external_id: String,
    /// The first day it may have happened.
    pub occurred_from: Day,
    /// The last day it may have happened.
    pub occurred_to: Day,
    /// Where.
    pub place: Place,
    /// What it bears on.
    pub threats: Vec<Threat>,
    /// What it is.
    pub kind: String,
    /// How grave.
    pub severity: Severity,
    /// How many died.
    pub deaths: Option<Deaths>,
    /// Who took part.
    pub actors: Vec<String>,
    /// One line.
    pub title: String,
    /// What the source says.
    pub text: String,
    /// How reliable the source is.
    pub reliability: Reliability,
    /// How credible the information is.
    pub credibility: Credibility,
    /// Who graded.
    pub graded_by: String,
    /// Why this grade.
    pub graded_why: String,
    /// What may be done with it.
    pub handling: Handling,
    /// Whether it is part of an exercise.
    pub exercise: bool,
    /// Whether the source has settled it; what is provisional never revises what is settled.
    pub settled: bool,
    /// When the source last edited it, in Unix seconds, where it tells. It is no part of what is said.
    #[serde(skip)]
    pub edited_at: Option<i64>,
    /// What an importer wrote of its place; `None` where a person or the source wrote title and text. It is no part of what is said.
    #[serde(skip)]
    pub wording: Option<Box<Wording>>,
}

/// A draft with its id and digest, made beside the thread that writes.
#[derive(Clone, Debug, PartialEq)]
pub struct Digested {
    /// The id of the observation it speaks of.
    pub id: ObservationId,
    /// SHA-256 of what it says, hexadecimal.
    pub sha256: String,
    /// What it says.
    pub draft: Draft,
    /// The line of its file, where it is of one.
    pub line: Option<u64>,
}

/// With what an observation arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// When.
    pub at: Timestamp,
    /// In which run, if any.
    pub import: Option<ImportId>,
    /// In which report, if any.
    pub report: Option<ReportId>,
    /// Earlier runs of the same file: what they brought is brought once.
    pub again: Vec<ImportId>,
    /// Whether an id is of one fact alone: of a file, unless a person has decided which of its records holds.
    pub one_each: bool,
}

impl Arrival {
    /// At this moment, in no run and no report.
    pub const fn at(at: Timestamp) -> Self {
        Self { at, import: None, report: None, again: Vec::new(), one_each: false }
    }
}

/// What stands before a source's id of whatever is part of an exercise; in no source's ids.
pub const EXERCISE: &str = "exercise\u{1f}";

/// Under which id something is kept that its source calls by this one: the exercise replays the world under ids of its own, and
/// neither ever touches what the other holds.
pub fn kept_under(external_id: &str, exercise: bool) -> String {
    if exercise { format!("{EXERCISE}{external_id}") } else { external_id.to_owned() }
}

/// What the source itself calls what is kept under this id.
pub fn called(kept: &str) -> &str {
    kept.strip_prefix(EXERCISE).unwrap_or(kept)
}

/// The observation of a fact that a source calls by this id, of the world or of the exercise.
pub fn fact(source: &str, external_id: &str, exercise: bool) -> ObservationId {
    ObservationId::derived(&[source, &kept_under(external_id, exercise)])
}

impl Draft {
    /// What an observation says, as its source said it: settled, and edited at no known moment.
    pub fn of(seen: Observation) -> Self {
        Self {
            source: seen.source,
            owner: seen.owner,
            external_id: seen.external_id,
            occurred_from: seen.occurred_from,
            occurred_to: seen.occurred_to,
            place: seen.place,
            threats: seen.threats,
            kind: seen.kind,
            severity: seen.severity,
            deaths: seen.deaths,
            actors: seen.actors,
            title: seen.title,
            text: seen.text,
            reliability: seen.grade.reliability,
            credibility: seen.grade.credibility,
            graded_by: seen.grade.by,
            graded_why: seen.grade.why,
            handling: seen.handling,
            exercise: seen.exercise,
            settled: true,
            edited_at: None,
            wording: None,
        }
    }
    /// The id of the observation it speaks of.
    pub fn id(&self) -> ObservationId {
        fact(&self.source, &self.external_id, self.exercise)
    }
    /// SHA-256 of what it says, hexadecimal.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn sha256(&self) -> Result<String, serde_json::Error> {
        Ok(hex::encode(Sha256::digest(serde_json::to_vec(self)?)))
    }
    /// The same with its digest.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn digested(self) -> Result<Digested, serde_json::Error> {
        Ok(Digested { id: self.id(), sha256: self.sha256()?, draft: self, line: None })
    }
    /// Why it cannot be taken although every part of it can be read; `None` when it can.
    pub fn objection(&self) -> Option<String> {
        for (what, text, most) in [
            ("id", &self.external_id, ID_CHARS),
            ("source", &self.source, SOURCE_CHARS),
            ("owner", &self.owner, OWNER_CHARS),
        ] {
            let many = text.chars().count();
            if many > most {
                return Some(format!(
                    "the {what} has {many} characters and at most {most} are taken; shorten it"
                ));
            }
        }
        if self.bytes_at_most() <= MAX_BYTES {
            return None;
        }
        let bytes = page::json_bytes(self);
        (bytes > MAX_BYTES).then(|| {
            format!("the record makes an observation of {bytes} bytes and at most {MAX_BYTES} are taken; shorten its texts")
        })
    }
    /// How many bytes of JSON it takes at the very most: a character of a text takes six times its bytes.
    fn bytes_at_most(&self) -> usize {
        let handling = 16 * 1024; // names, marks and lists of the other fields
        let texts = [&self.external_id, &self.title, &self.text, &self.graded_why, &self.kind];
        let actors: usize = self.actors.iter().map(|actor| actor.len() + 1).sum();
        let place = [&self.place.name, &self.place.district];
        let place: usize = place.iter().filter_map(|name| name.as_ref().map(String::len)).sum();
        handling + 6 * (texts.iter().map(|text| text.len()).sum::<usize>() + actors + place)
    }
    /// The observation it makes, in this revision.
    pub fn observation(self, revision: u32, arrival: &Arrival) -> Observation {
        let id = self.id();
        self.observation_as(id, (revision, arrival))
    }
    /// The same under its id, which is known already.
    pub(crate) fn observation_as(
        self,
        id: ObservationId,
        (revision, arrival): (u32, &Arrival),
    ) -> Observation {
        Observation {
            id,
            revision,
            source: self.source,
            owner: self.owner,
            external_id: self.external_id,
            occurred_from: self.occurred_from,
            occurred_to: self.occurred_to,
            known_from: arrival.at,
            place: self.place,
            threats: self.threats,
            kind: self.kind,
            severity: self.severity,
            deaths: self.deaths,
            actors: self.actors,
            title: self.title,
            text: self.text,
            grade: Grade {
                reliability: self.reliability,
                credibility: self.credibility,
                by: self.graded_by,
                at: arrival.at,
                why: self.graded_why,
            },
            handling: self.handling,
            import: arrival.import.clone(),
            report: arrival.report.clone(),
            exercise: self.exercise,
            retracted: None,
        }
    }
}
