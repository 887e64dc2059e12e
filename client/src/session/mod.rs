//! The client's side of an IRC conversation as a pure state machine: values in, values out. It does
//! no IO, reads no clock and is not asynchronous, so a test of it is a transcript.

mod outcome;

pub(crate) use outcome::{Outcome, Refusal, Ticket};
