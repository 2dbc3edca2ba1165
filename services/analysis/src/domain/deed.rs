//! Who does something, what is wrong with it, and what two persons must do.

use contracts::{Failure, Principal, analysis::assessments::Signature, principal::is_restricted};
use domain::{Handling, Likelihood, Timestamp};

/// The longest text that is taken.
const MOST_CHARS: usize = 8000;
/// Why a likelihood is refused.
const TOO_WIDE: &str = "is too wide for one word, or certain: give a range within a word of ICD 203 or across two that are next to each other, from 1 to 99 %";

/// Who does something, and when.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    /// Who.
    pub principal: &'a Principal,
    /// When.
    pub at: Timestamp,
}

impl Actor<'_> {
    /// How it is signed.
    pub fn signature(&self) -> Signature {
        Signature { subject: self.principal.subject.clone(), name: self.principal.name.clone() }
    }
}

/// Everything that is wrong, each with its place.
#[derive(Debug, Default)]
pub struct Faults(Vec<(String, String)>);

impl Faults {
    /// One more.
    pub fn add(&mut self, pointer: impl Into<String>, why: impl Into<String>) {
        self.0.push((pointer.into(), why.into()));
    }
    /// One more where a text is too long, or missing where it is needed.
    pub fn text(&mut self, pointer: &str, text: &str, needed: bool) {
        if needed && text.trim().is_empty() {
            self.add(pointer, "is missing");
        } else if text.chars().count() > MOST_CHARS {
            self.add(pointer, format!("holds more than {MOST_CHARS} characters"));
        }
    }
    /// One more where no word can stand for a likelihood.
    pub fn likelihood(&mut self, pointer: impl Into<String>, told: &Likelihood) {
        if !told.fits_its_word() {
            self.add(pointer, TOO_WIDE);
        }
    }
    /// Nothing, or all of them under this headline.
    ///
    /// # Errors
    /// When there is one.
    pub fn into_result(self, what: &str) -> Result<(), Failure> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(self
            .0
            .into_iter()
            .fold(Failure::invalid(what), |failure, (pointer, why)| failure.at(pointer, why)))
    }
}

/// Whether two persons are needed to let it out.
pub fn is_grave(handling: &Handling) -> bool {
    is_restricted(handling)
}
