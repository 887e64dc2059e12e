//! The `salon` program.

fn main() {}
