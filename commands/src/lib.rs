//! A command framework for line-edited programs, and Salon's commands written in it.
//!
//! A line that a person or a script typed goes one way: [`Registry::parse`] reads it by the grammar
//! of [`grammar`] into a [`Command`] with typed arguments, and [`Command::run`] turns that into
//! [`Effects`], which the host performs. Nothing here prints, sends, exits, reads a clock or waits:
//! values go in and values come out, so every command is tested without a terminal or a network.
//!
//! What a command is called, takes, completes to and does is data, its [`Spec`]. Parsing, usage,
//! `:help`, completion and the errors are all read from it, so they can't disagree. The
//! [`Registry`] holds the specs of the built-in commands, and takes more at run time: the host gets
//! those back as [`Effect::Invoke`].
//!
//! ```
//! use salon_commands::{Context, Effect, Mode, Registry, Target, Text};
//!
//! let registry = Registry::builtin();
//! let lobby: Target = "#lobby".parse()?;
//! let context = Context::new(&registry).with_target(&lobby);
//!
//! let command = registry.parse("it's five o'clock", Mode::Script)?.expect("the line isn't blank");
//! let effects = command.run(&context)?;
//! assert_eq!(effects.as_slice(), [Effect::Say { target: lobby, text: Text::new("it's five o'clock")? }]);
//!
//! let error = registry.parse(":jion #dev", Mode::Script).expect_err("nothing is called that");
//! assert_eq!(error.to_string(), "unknown command ':jion'; did you mean ':join'?");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod builtin;
mod completion;
mod context;
mod effect;
mod error;
pub mod grammar;
mod help;
mod invoke;
pub mod plugin;
mod reader;
mod registry;
mod say;
mod secret;
mod spec;
mod typing;
mod value;

pub use builtin::{Builtin, Command};
pub use completion::{Candidate, Candidates, Completion};
pub use context::Context;
pub use effect::{Account, Effect, Effects, Local};
pub use error::{CommandError, Forbidden, Problem};
pub use invoke::Invoke;
pub use reader::{Arguments, FromArgument};
pub use registry::{
    AliasError, Conflict, Entry, Filter, Hook, HookPoint, Mode, Occasion, Origin, Registry,
};
pub use say::Say;
pub use spec::{Argument, Complete, Example, Kind, Outcome, Presence, Spec, SpecError, arguments};
pub use typing::{Class, Highlight};
pub use value::{Nick, Room, Span, Target, Text, Value, ValueError, When, Word};
