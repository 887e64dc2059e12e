//! The `salon` program: a line-edited REPL on a terminal, a script runner on a pipe.

mod conversation;
mod driver;
mod event;
mod exit;
mod render;
mod repl;
mod session;

fn main() {}
