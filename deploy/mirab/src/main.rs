//! Everything on one machine.

fn main() {}
