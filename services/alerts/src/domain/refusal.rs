//! Why something cannot be done with a warning.

use contracts::FieldError;
use domain::warning::State;

/// Why something cannot be done with a warning.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It stands where this cannot be done.
    #[error("a warning that is {state} cannot be {done}; {instead}")]
    State {
        /// Where it stands.
        state: State,
        /// What was wanted.
        done: &'static str,
        /// What can be done instead, or what would be needed.
        instead: &'static str,
    },
    /// Somebody changed it since it was read.
    #[error("the warning is at revision {now}, the decision was made on {given}; read it again")]
    Stale {
        /// The revision it is at.
        now: u32,
        /// The revision the decision was made on.
        given: u32,
    },
    /// Something about it, or about who asks, does not allow it.
    #[error("{summary}: {}", list(.errors))]
    Guards {
        /// What cannot be done.
        summary: &'static str,
        /// Whether the two-person rule is among the reasons.
        two_person: bool,
        /// Every single reason.
        errors: Vec<FieldError>,
    },
}

fn list(errors: &[FieldError]) -> String {
    errors.iter().map(|error| error.detail.as_str()).collect::<Vec<_>>().join("; ")
}

/// Collects every reason before refusing.
#[derive(Debug, Default)]
pub struct Reasons {
    errors: Vec<FieldError>,
    two_person: bool,
}

impl Reasons {
    /// One more reason, and where.
    pub fn add(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        self.errors.push(FieldError { pointer: pointer.into(), detail: detail.into() });
    }
    /// One more reason, of the two-person rule.
    pub fn two_person(&mut self, detail: impl Into<String>) {
        self.two_person = true;
        self.add("/principal", detail);
    }
    /// Refuses when there is any reason.
    ///
    /// # Errors
    /// With every reason.
    pub fn settle(self, summary: &'static str) -> Result<(), Refusal> {
        if self.errors.is_empty() {
            return Ok(());
        }
        Err(Refusal::Guards { summary, two_person: self.two_person, errors: self.errors })
    }
}
