//! Products: drafted from data, edited by people, moved on under guards, frozen when they are published.

mod changes;
pub mod compose;
pub mod edit;
pub mod flash;
pub mod kinds;
mod marks;
pub mod material;
pub mod moves;
pub mod sentences;
pub mod skeleton;
pub mod sources;
pub mod words;

#[cfg(test)]
mod compose_tests;
#[cfg(test)]
pub(crate) mod given;
#[cfg(test)]
mod known_tests;
#[cfg(test)]
mod said_tests;
