//! Measures hubs from outside, over the loopback net alone: what a delivery, a client, a visit and a stored message cost.
//!
//! The server runs on one core and this program, which is one thread, on another. Every run ends by itself. Everything
//! that a receiver gets is verified: nothing lost, nothing twice, nothing out of order. docs/performance.md has what was
//! found and how to find it again.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "figures are for reading, and counts stay far below what a number holds"
)]
#![expect(
    clippy::indexing_slicing,
    reason = "the indices are this program's own; a wrong one is to end a measurement"
)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is a program whose output is what it prints"
)]

mod cells;
mod cli;
mod connection;
mod cores;
mod crowd;
mod failure;
mod fanout;
mod figures;
mod growth;
mod idle;
mod ledger;
mod limit;
mod load;
mod machine;
mod names;
mod party;
mod plot;
mod process;
mod reader;
mod server;
mod slow;
mod store;
mod storm;
mod subject;
mod table;
mod text;
mod wire;
mod words;
mod writers;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    match cli::Arguments::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("salon-bench: {failure}");
            ExitCode::FAILURE
        }
    }
}
