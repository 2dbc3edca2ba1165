//! The door's own rules, pure: the audit chain, the sealed source, exports that give away nothing.

pub mod audit;
pub mod export;
pub mod policy;
pub mod source;
pub mod told;
