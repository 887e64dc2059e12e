//! Plug-ins: programs of others that bring commands and hooks, each in a process of its own.
//!
//! A thread of its own hosts them all, so that nothing they do delays a line that is typed or arrives; the conversation
//! speaks to it over bounded channels and never waits for it longer than a deadline. The rules of the game, who may what and
//! how long it may take, are values in `salon_commands::plugin`; here are processes, pipes, files and the launcher.
//!
//! It must not print, and it must not speak to the hub: what a plug-in wants said goes through the conversation.

pub(crate) mod cli;
pub(crate) mod command;
mod hands;
mod host;
pub(crate) mod launcher;
mod process;
mod seam;
mod setup;
mod store;

pub(crate) use self::hands::Plugins;
pub(crate) use self::seam::{Ask, Question, Tell, Verdict};
pub(crate) use self::setup::Setup;
