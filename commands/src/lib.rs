//! A command framework for line-edited programs, and Salon's commands written in it.
//!
//! A line that a person or a script typed goes one way: [`Registry::parse`] reads it by the grammar
//! of [`grammar`] into a [`Command`] with typed arguments, and [`Command::run`] turns that into
//! [`Effects`], which the host performs. Nothing here prints, sends, exits, reads a clock or waits:
//! values go in and values come out, so every command is tested without a terminal or a network.
//!
//! What a command is called, takes, completes to and does is data, its [`Spec`]. Parsing, usage,
//! `:help`, completion, hints, colours and the errors are all read from it, so they can't disagree.
//! The [`Registry`] holds the specs of the built-in commands, aliases, and what the program or its
//! plug-ins add at run time: the host gets calls of those back as [`Effect::Invoke`].
//!
//! # A line of Salon
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
//!
//! # Commands of your own
//!
//! Another program begins with [`Registry::empty`], adds its [`Spec`]s, and asks the registry for
//! everything that a prompt needs: [`Registry::parse`], [`Registry::complete`], [`Registry::hint`],
//! [`Registry::highlight`] and [`Registry::help`]. `examples/tasks.rs` is such a program, on rustyline.
//!
//! ```
//! use salon_commands::{Argument, Command, Kind, Mode, Origin, Registry, Span, Spec};
//!
//! let mut registry = Registry::empty();
//! let wait = Spec::new("wait", "do nothing for a while")
//!     .argument(Argument::switch("quiet"))
//!     .argument(Argument::required("HOW-LONG", Kind::Duration));
//! registry.add(wait, Origin::Host)?;
//! registry.add_alias("nap", "wait --quiet 20m")?;
//!
//! let Some(Command::Invoke(mut call)) = registry.parse(":wait 1h30m", Mode::Prompt)? else {
//!     panic!("it is no message");
//! };
//! assert_eq!(call.arguments.take::<Span>("HOW-LONG")?.as_duration().as_secs(), 5400);
//! assert!(!call.arguments.take::<bool>("--quiet")?);
//!
//! let error = registry.parse(":wait 90", Mode::Prompt).expect_err("90 of what?");
//! assert_eq!(
//!     error.render(":wait 90"),
//!     ":wait: expected HOW-LONG (a length of time such as '10m' or '1h30m'), found '90'; did you mean '90m'?\n\
//!     \x20 :wait 90\n\
//!     \x20       ^^\n\
//!     usage: :wait [--quiet] HOW-LONG",
//! );
//! assert_eq!(registry.hint(":wa").as_deref(), Some("it HOW-LONG"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Hooks
//!
//! Whoever wants to be asked before something happens, or told after, adds a [`Hook`] with a filter. The registry says which
//! hooks an [`Occasion`] concerns; asking them, and what their silence means, is the program's.
//!
//! ```
//! use salon_commands::{Filter, Hook, HookPoint, Occasion, Origin, Registry};
//!
//! let mut registry = Registry::builtin();
//! registry.add_hook(Hook {
//!     name: "guard".to_owned(),
//!     origin: Origin::Host,
//!     point: HookPoint::BeforeCommand,
//!     filter: Filter { commands: vec!["topic".to_owned()], ..Filter::default() },
//! });
//! let asked = |name| registry.hooks(&Occasion::command(HookPoint::BeforeCommand, name)).count();
//! assert_eq!((asked("topic"), asked("nick")), (1, 0));
//! ```
//!
//! # What it promises
//!
//! - No line panics, and no control character of a line is in an error's text.
//! - At the prompt a beginning of two letters or more stands for the only name that begins so; in a
//!   script names are written out, so that no command added later changes what a script does. One
//!   letter never does: `:p` is a smiley before it is `:part`.
//! - Names that two commands want go to the one whose [`Origin`] comes first, and the other is told.
//! - What is put into an alias can't become another command.
//! - A command that is switched off says why; nothing is sent in its stead.

pub mod builtin;
mod completion;
mod context;
mod effect;
mod error;
mod foreign;
pub mod grammar;
mod help;
mod invoke;
pub mod plugin;
mod reader;
mod registry;
mod say;
mod secret;
mod spec;
mod topics;
mod typing;
mod value;

pub use builtin::{Builtin, Command};
pub use completion::{Candidate, Candidates, Completion};
pub use context::Context;
pub use effect::{Account, Effect, Effects, End, Local, Saved, Start};
pub use error::{CommandError, Forbidden, Problem};
pub use invoke::Invoke;
pub use reader::{Arguments, FromArgument};
pub use registry::{
    AliasError, Conflict, Entry, Filter, Hook, HookPoint, Mode, Occasion, Origin, Registry,
};
pub use say::Say;
pub use spec::{Argument, Complete, Example, Kind, Outcome, Presence, Spec, SpecError, arguments};
pub use typing::{Class, Highlight};
pub use value::{Nick, Ranked, Room, Span, Target, Text, Value, ValueError, When, Word};
