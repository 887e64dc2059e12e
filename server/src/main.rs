//! The `salond` program.

fn main() {}
