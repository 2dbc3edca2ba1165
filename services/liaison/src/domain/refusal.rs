//! Why something cannot be done with a consent.

use contracts::{FieldError, liaison::ConsentAction};
use domain::mandate::ConsentState;

/// Why something cannot be done with a consent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It stands where this cannot happen.
    #[error("a consent that is {state} knows no {action}; what can happen to it: {}", list(.may))]
    State {
        /// Where it stands.
        state: ConsentState,
        /// What was said to have happened.
        action: ConsentAction,
        /// What can happen to it.
        may: Vec<ConsentAction>,
    },
    /// Somebody changed it since it was read.
    #[error("the consent is at version {now}, the decision was made on {given}; read it again")]
    Stale {
        /// The version it is at.
        now: u32,
        /// The version the decision was made on.
        given: u32,
    },
    /// Something is missing or wrong.
    #[error("{summary}: {}", details(.errors))]
    Guards {
        /// What cannot be done.
        summary: &'static str,
        /// Every single reason.
        errors: Vec<FieldError>,
    },
}

fn list(actions: &[ConsentAction]) -> String {
    if actions.is_empty() {
        return "nothing more; request another".to_owned();
    }
    actions.iter().map(|action| action.as_str()).collect::<Vec<_>>().join(", ")
}

fn details(errors: &[FieldError]) -> String {
    errors.iter().map(|error| error.detail.as_str()).collect::<Vec<_>>().join("; ")
}

/// Collects every reason before refusing.
#[derive(Debug, Default)]
pub struct Reasons(Vec<FieldError>);

impl Reasons {
    /// One more reason, and where, when something is wrong.
    pub fn when(&mut self, wrong: bool, pointer: &str, detail: impl Into<String>) {
        if wrong {
            self.0.push(FieldError { pointer: pointer.to_owned(), detail: detail.into() });
        }
    }
    /// Refuses when there is any reason.
    ///
    /// # Errors
    /// With every reason.
    pub fn settle(self, summary: &'static str) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(Refusal::Guards { summary, errors: self.0 }) }
    }
}
