//! Leads: what an item of news proposes, and what a person makes of it.
//!
//! An item is known by its source and the source's own id of it, so that it is one lead however often it comes. Said anew it
//! is a new version; one that was decided comes back to the desk only where the new words may change the decision.

use std::collections::BTreeSet;

use contracts::intake::leads::{Lead, LeadCoding, LeadState, LeadStep};
use domain::{
    Country, Credibility, Day, Handling, ImportId, LeadId, ObservationId, Place, Precision, ProvinceCode,
    Reliability, Threat, Timestamp, kind, observation::Deaths,
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    codes, coding,
    draft::{Draft, ID_CHARS, kept_under},
    place::{self, Stated},
    report::outside,
};

/// The longest title, in characters.
pub const TITLE_CHARS: usize = 300;
/// The longest text, in characters.
pub const TEXT_CHARS: usize = 20_000;
/// How many steps of its history a lead carries; older ones stand in its earlier versions.
const STEPS: usize = 100;
/// How many actors, and of how many characters, a person may name.
const ACTORS: (usize, usize) = (20, 200);
/// How many deaths a lead may tell of.
const MOST_DEATHS: u32 = 1_000_000;
/// How many days before it was published an item tells of what happened without further words; longer ago it is mostly a slip of the
/// year.
const OF_NEWS_DAYS: i64 = 366;
/// What is said where a coding names no place at all.
const NO_PROVINCE: &str = "is missing: write the province's code, as KG-B, or where it is told of a whole country, that as country, as KAZ";

/// What a source says in one item.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Item {
    /// The source's short name.
    pub source: String,
    /// Who owns the source.
    pub owner: String,
    /// The source's own id of it.
    pub external_id: String,
    /// Its title.
    pub title: String,
    /// What it says, without markup.
    pub text: String,
    /// Where it stands on the net; empty where it says none.
    pub link: String,
    /// RFC 5646 language, where the source says it.
    pub language: Option<String>,
    /// Countries the source itself names.
    pub countries: Vec<Country>,
    /// The day it was published.
    pub published_on: Day,
    /// How reliable the source is.
    pub reliability: Reliability,
    /// How credible the information is.
    pub credibility: Credibility,
    /// What may be done with it.
    pub handling: Handling,
    /// Whether it is part of an exercise.
    pub exercise: bool,
}

impl Item {
    /// The lead it is.
    pub fn id(&self) -> LeadId {
        LeadId::derived(&[&self.source, &kept_under(&self.external_id, self.exercise)])
    }
    /// What was said when this was made of it, but for its handling, which may be that of several.
    pub fn of(lead: Lead) -> Self {
        Self {
            source: lead.source,
            owner: lead.owner,
            external_id: lead.external_id,
            title: lead.title,
            text: lead.text,
            link: lead.link,
            language: lead.language,
            countries: lead.countries,
            published_on: lead.published_on,
            reliability: lead.reliability,
            credibility: lead.credibility,
            handling: lead.handling,
            exercise: lead.exercise,
        }
    }
    /// The lead it makes where none is known.
    pub fn lead(self, (by, at): (&str, Timestamp), import: Option<&ImportId>) -> Lead {
        // what only says its title again says nothing twice
        let whole = if self.text.trim() == self.title.trim() {
            self.title.clone()
        } else {
            format!("{}\n{}", self.title, self.text)
        };
        let lead = Lead {
            id: self.id(),
            coding: coding::code(&whole),
            source: self.source,
            owner: self.owner,
            external_id: self.external_id,
            title: self.title,
            text: self.text,
            link: self.link,
            language: self.language,
            countries: self.countries,
            published_on: self.published_on,
            reliability: self.reliability,
            credibility: self.credibility,
            handling: self.handling,
            import: import.cloned(),
            exercise: self.exercise,
            state: LeadState::New,
            observation: None,
            history: Vec::new(),
            received_at: at,
            version: 1,
        };
        lead.stepped(LeadState::New, (by, at, ""))
    }
}

/// What can be done with a lead.
trait Moves {
    fn stepped(self, state: LeadState, step: (&str, Timestamp, &str)) -> Self;
}

impl Moves for Lead {
    fn stepped(mut self, state: LeadState, (by, at, note): (&str, Timestamp, &str)) -> Self {
        self.state = state;
        self.history.push(LeadStep { state, by: by.to_owned(), at, note: note.to_owned() });
        let beyond = self.history.len().saturating_sub(STEPS);
        self.history.drain(..beyond);
        self
    }
}

/// A lead whose source says it anew; `None` where it says the same. Handling and an exercise never fall away.
pub fn again(
    known: &Lead,
    item: Item,
    (by, at): (&str, Timestamp),
    import: Option<&ImportId>,
) -> Option<Lead> {
    let words = |title: &str, text: &str| format!("{title}\n{text}");
    let handling = known.handling.join(&item.handling);
    let same_words = words(&known.title, &known.text) == words(&item.title, &item.text);
    if same_words && handling == known.handling {
        return None;
    }
    let fresh = Lead { handling, exercise: known.exercise, ..item.lead((by, at), import) };
    let proposes_same = kinds(known) == kinds(&fresh) && named(known) == named(&fresh);
    // what was dismissed stays so while its words propose the same; what counts is looked at whenever its words change
    let state = match known.state {
        LeadState::Dismissed if !proposes_same => LeadState::New,
        LeadState::Confirmed if !same_words => LeadState::New,
        kept => kept,
    };
    let note = if state == known.state {
        "its source has changed it"
    } else {
        "its source has changed it: look again"
    };
    let carried = Lead {
        history: known.history.clone(),
        observation: known.observation.clone(),
        received_at: known.received_at,
        version: known.version + 1,
        ..fresh
    };
    Some(carried.stepped(state, (by, at, note)))
}

fn kinds(lead: &Lead) -> BTreeSet<&str> {
    lead.coding.kinds.iter().map(|kind| kind.kind.as_str()).collect()
}

fn named(lead: &Lead) -> BTreeSet<&str> {
    lead.coding.places.iter().flat_map(|place| &place.means).map(|meant| meant.province.as_str()).collect()
}

/// The provinces its words may mean, each once.
pub fn provinces(lead: &Lead) -> Vec<ProvinceCode> {
    let mut all: Vec<ProvinceCode> = Vec::new();
    for meant in lead.coding.places.iter().flat_map(|place| &place.means) {
        if !all.contains(&meant.province) {
            all.push(meant.province.clone());
        }
    }
    all
}

/// The threats its words propose.
pub fn threats(lead: &Lead) -> Vec<Threat> {
    lead.coding.threats.iter().map(|found| found.threat).collect()
}

/// What is wrong with what a person takes a lead for: where, and how to mend it.
pub fn objections(lead: &Lead, taken: &LeadCoding, now: Timestamp) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    let mut object = |at, what: &str| wrong.push((at, what.to_owned()));
    let distinct: BTreeSet<Threat> = taken.threats.iter().copied().collect();
    if distinct.is_empty() || distinct.len() != taken.threats.len() {
        object("/coding/threats", "name one threat or several, each once");
    }
    if let Some(why) = no_kind(&taken.kind) {
        object("/coding/kind", &why);
    }
    if let Some(why) = misdated(lead, taken, now) {
        object("/coding/occurred_on", &why);
    }
    if taken.deaths.is_some_and(|deaths| deaths > MOST_DEATHS) {
        object("/coding/deaths", "must be at most 1000000");
    }
    let short = |text: &str, most: usize| text.chars().count() <= most && !text.chars().any(char::is_control);
    if taken.actors.len() > ACTORS.0
        || taken.actors.iter().any(|actor| actor.trim().is_empty() || !short(actor, ACTORS.1))
    {
        object("/coding/actors", "must be at most 20 names of 1 to 200 characters");
    }
    if !short(&taken.place, 200) {
        object("/coding/place", "must have at most 200 characters, none of them a control");
    }
    if !short(&taken.title, TITLE_CHARS) {
        object("/coding/title", "must have at most 300 characters, none of them a control");
    }
    if taken.note.chars().count() > 2000 {
        object("/coding/note", "must have at most 2000 characters");
    }
    match (&taken.province, taken.country) {
        (Some(province), country) => {
            if let Err(why) = place::stated_province(province.as_str(), country) {
                object("/coding/province", &why);
            }
        }
        (None, None) => object("/coding/province", NO_PROVINCE),
        (None, Some(_)) => {}
    }
    wrong
}

/// Why this is no kind that a person takes a lead for; `None` where it is one of the table that coding proposes from.
fn no_kind(word: &str) -> Option<String> {
    if kind::is_known(word) {
        return None;
    }
    let given: String = word.chars().take(80).collect();
    let near = codes::likely(word, kind::all()).join(" or ");
    let meant = if near.is_empty() { String::new() } else { format!("; is {near} meant?") };
    Some(format!("{given:?} is no kind of incident, as armed_clash{meant}"))
}

/// What is amiss with the day of which a lead is said to tell; `None` where nothing is.
fn misdated(lead: &Lead, taken: &LeadCoding, now: Timestamp) -> Option<String> {
    let (day, published) = (taken.occurred_on, lead.published_on);
    let named = taken.province.as_ref().and_then(|code| place::stated_province(code.as_str(), None).ok());
    let today = now.day_in(named.map(|found| found.country).or(taken.country));
    if day < Day::EARLIEST {
        return Some(outside(day, published));
    }
    // it is dated by its publisher, west of whom the next day may have begun at the place
    if day > published.plus(1) {
        return Some(format!("lies after the day it was published, {published}"));
    }
    if day > today {
        return Some(format!("lies ahead: at the place it is {today}"));
    }
    let year = day.to_string().chars().take(4).collect::<String>();
    (day < published.plus(-OF_NEWS_DAYS) && !taken.note.contains(&year)).then(|| {
        format!(
            "lies more than {OF_NEWS_DAYS} days before it was published, on {published}; mend the day, or say in the note what of {year} \
             it tells, with that year"
        )
    })
}

/// The place a person names: the gazetteer's where the name is one place of that province, else the province; the country where no
/// province is named.
fn place_of(taken: &LeadCoding) -> Option<Place> {
    let name = Some(taken.place.trim().to_owned()).filter(|name| !name.is_empty());
    let Some(province) = taken.province.as_ref().map(ProvinceCode::as_str) else {
        let stated = Stated { country: taken.country, name, ..Stated::default() };
        return place::find(stated, Precision::Country).ok();
    };
    let known: Vec<_> = name.iter().flat_map(|name| geography::find_places(name, None)).collect();
    let mut there = known.iter().filter(|place| place.province.id == province);
    let (point, precision) = match (there.next(), there.next()) {
        (Some(one), None) => (domain::Point::new(one.lat, one.lon).ok(), Precision::Near),
        _ => (None, Precision::Province),
    };
    let precision = if point.is_some() { precision } else { Precision::Province };
    let stated =
        Stated { country: taken.country, province: province.to_owned(), name, point, ..Stated::default() };
    place::find(stated, precision).ok()
}

/// What the observation of a lead is called: as the lead is, and of an id that is too long for a fact its beginning and its digest.
fn fact_id(id: &str) -> String {
    if id.chars().count() <= ID_CHARS {
        return id.to_owned();
    }
    let digest = hex::encode(Sha256::digest(id));
    let begins: String = id.chars().take(ID_CHARS - digest.len() - 1).collect();
    format!("{begins}:{digest}")
}

/// The observation a lead becomes as a person takes it; `None` where neither its province nor its country is known.
pub fn draft(lead: &Lead, taken: &LeadCoding, by: &str) -> Option<Draft> {
    let title = Some(taken.title.trim()).filter(|title| !title.is_empty()).unwrap_or(&lead.title);
    let note = taken.note.trim();
    let why = format!("confirmed from version {} of {}", lead.version, lead.id);
    Some(Draft {
        source: lead.source.clone(),
        owner: lead.owner.clone(),
        external_id: fact_id(&lead.external_id),
        occurred_from: taken.occurred_on,
        occurred_to: taken.occurred_on,
        place: place_of(taken)?,
        threats: taken.threats.clone(),
        kind: taken.kind.clone(),
        severity: taken.severity,
        deaths: taken.deaths.map(|count| Deaths { low: count, best: count, high: count }),
        actors: taken.actors.iter().map(|actor| actor.trim().to_owned()).collect(),
        title: title.chars().take(TITLE_CHARS).collect(),
        text: lead.text.clone(),
        reliability: lead.reliability,
        credibility: taken.credibility.unwrap_or(lead.credibility),
        graded_by: by.to_owned(),
        graded_why: if note.is_empty() { why } else { format!("{why}: {note}") },
        handling: lead.handling.clone(),
        exercise: lead.exercise,
        settled: true,
        edited_at: None,
        wording: None,
    })
}

/// The lead once a person has confirmed it as this observation.
pub fn confirmed(lead: Lead, observation: ObservationId, (by, at, note): (&str, Timestamp, &str)) -> Lead {
    let version = lead.version + 1;
    Lead { observation: Some(observation), version, ..lead }.stepped(LeadState::Confirmed, (by, at, note))
}

/// The lead once a person has dismissed it.
pub fn dismissed(lead: Lead, (by, at, note): (&str, Timestamp, &str)) -> Lead {
    let version = lead.version + 1;
    Lead { observation: None, version, ..lead }.stepped(LeadState::Dismissed, (by, at, note))
}

#[cfg(test)]
#[path = "lead_tests.rs"]
mod tests;
