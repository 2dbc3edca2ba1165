//! What the words of a text say of the event it tells of: proposed with the words that say so, confirmed by a person.

use domain::{ProvinceCode, Threat};
use serde::{Deserialize, Serialize};

use crate::query;

/// What a text says, as far as its words tell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Coding {
    /// The threats it bears on, likeliest first.
    pub threats: Vec<ThreatFound>,
    /// The kinds of event it tells of, likeliest first; five at most.
    pub kinds: Vec<KindFound>,
    /// Who takes part, by the names of the centre.
    pub actors: Vec<ActorFound>,
    /// The places it names; a name that means several is given with all of them.
    pub places: Vec<PlaceFound>,
    /// Words that deny, or speak of what is remembered, staged or played: with their strength, only those that reach a word of
    /// an event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub against: Vec<Word>,
    /// The words of events that those reach, with what is left of their weight.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lessened: Vec<Word>,
}

/// A threat a text bears on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThreatFound {
    /// Which.
    pub threat: Threat,
    /// How likely, in 0..=1: as its likeliest kind.
    pub chance: f64,
}

/// A kind of event a text tells of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KindFound {
    /// In a word of the field.
    pub kind: String,
    /// The threat it bears on.
    pub threat: Threat,
    /// How likely, in 0..=1: that at least one of the words means it.
    pub chance: f64,
    /// The words that say so.
    pub words: Vec<Word>,
}

/// Somebody who takes part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActorFound {
    /// As the centre names them.
    pub name: String,
    /// The words that say so.
    pub words: Vec<Word>,
}

/// A name of a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceFound {
    /// As it is written.
    pub text: String,
    /// Where it begins, in characters from 0.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// What it may mean: one, or several where the name alone does not decide.
    pub means: Vec<PlaceMeant>,
}

/// What a name may mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceMeant {
    /// The province it is or lies in.
    pub province: ProvinceCode,
    /// Its name in Latin letters.
    pub name: String,
    /// Whether it is the province itself.
    pub is_province: bool,
}

/// Words of a text that say something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// As they are written.
    pub text: String,
    /// Where they begin, in characters from 0.
    pub from: u32,
    /// Where they end.
    pub to: u32,
    /// How strongly they say it, in 0..=1.
    pub weight: f64,
}

/// Codes a text; nothing is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeText {
    /// The text, in any of the region's languages.
    pub text: String,
}
query!(CodeText => Coding, Intake, "mirab.ask.intake.text.code.v1");
