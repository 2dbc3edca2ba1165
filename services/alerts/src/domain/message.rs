//! A warning as it leaves the house: a CAP 1.2 document and how later messages refer to it.

use contracts::{alerts::Warning, cap};

/// One message of the chain as it is issued.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// What it says.
    pub warning: Warning,
    /// The CAP 1.2 document.
    pub cap: String,
    /// Sender, identifier and time as later messages refer to it.
    pub reference: String,
}

/// Writes the message.
///
/// # Errors
/// With everything that keeps it from being CAP 1.2.
pub fn write(warning: Warning, sender: &str) -> Result<Message, Vec<String>> {
    let cap = cap::render(&warning, sender);
    cap::check(&cap)?;
    match cap::reference(&warning, sender) {
        Some(reference) => Ok(Message { warning, cap, reference }),
        None => Err(vec!["a message that is not sent cannot be referred to".to_owned()]),
    }
}
