//! The commands of this crate: one file and one line each.
//!
//! A file holds, in reading order, why the command exists, its typed arguments, its spec, how the
//! arguments are taken, what it does, and its tests. The line in `builtins!` below makes the
//! module, the variant of [`Command`], the row of the table and the dispatch, so they can't differ.
//!
//! rustfmt doesn't see modules that a macro declares: format these files by name,
//! `rustfmt --edition 2024 commands/src/builtin/*.rs`.

use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::{CommandError, Problem};
use crate::invoke::Invoke;
use crate::reader::Arguments;
use crate::registry::Registry;
use crate::say::Say;
use crate::spec::Spec;

/// A command of this crate: a struct of its typed arguments that knows what it does.
pub trait Builtin: Sized {
    /// What it is.
    fn spec() -> Spec;

    /// Takes its arguments, which are read by its spec.
    fn parse(arguments: &mut Arguments) -> Result<Self, Problem>;

    /// What it asks of the host, or why it can't be done now.
    fn run(self, context: &Context<'_>) -> Result<Effects, Problem>;

    /// Whether it carries a secret besides the arguments that its spec calls so. The registry knows what a line means that it
    /// holds.
    fn carries_secret(&self, _registry: &Registry) -> bool {
        false
    }
}

/// How a command is made from its arguments.
pub(crate) type Parse = fn(&mut Arguments) -> Result<Command, Problem>;

/// Makes the modules, the enum, the table and the dispatch of the list that it is given.
macro_rules! builtins {
    ($($module:ident :: $command:ident),* $(,)?) => {
        $(pub mod $module;)*

        /// What a line says, with typed arguments.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Command {
            /// A plain message.
            Say(Say),
            /// A command that is not built in.
            Invoke(Invoke),
            $(
                #[doc = concat!("`:", stringify!($module), "`")]
                $command($module::$command),
            )*
        }

        impl Command {
            /// What the command asks of the host, or why it can't be done now.
            pub fn run(self, context: &Context<'_>) -> Result<Effects, CommandError> {
                match self {
                    Self::Say(say) => say.run(context).map_err(CommandError::new),
                    Self::Invoke(invoke) => Ok(Effect::Invoke(invoke).into()),
                    $(Self::$command(command) => run(command, context),)*
                }
            }

            /// Whether it carries a secret besides the arguments that its spec calls so.
            pub(crate) fn carries_secret(&self, registry: &Registry) -> bool {
                match self {
                    Self::Say(_) | Self::Invoke(_) => false,
                    $(Self::$command(command) => command.carries_secret(registry),)*
                }
            }

            /// The command's name, or `None` for a plain message.
            pub fn name(&self) -> Option<&str> {
                match self {
                    Self::Say(_) => None,
                    Self::Invoke(invoke) => Some(&invoke.name),
                    $(Self::$command(_) => Some(stringify!($module)),)*
                }
            }
        }

        /// Every built-in command: its spec, and how it is made from its arguments.
        pub(crate) fn table() -> impl Iterator<Item = (Spec, Parse)> {
            let rows: [(fn() -> Spec, Parse); _] = [
                $((
                    $module::$command::spec,
                    |arguments| $module::$command::parse(arguments).map(Command::$command),
                ),)*
            ];
            rows.into_iter().map(|(spec, parse)| (spec(), parse))
        }

        /// The modules of the list, in its order.
        #[cfg(test)]
        const MODULES: &[&str] = &[$(stringify!($module)),*];
    };
}

builtins! {
    help::Help,
    quit::Quit,
    nick::Nick,
    join::Join,
    part::Part,
    switch::Switch,
    rooms::Rooms,
    msg::Msg,
    me::Me,
    names::Names,
    who::Who,
    whois::Whois,
    topic::Topic,
    away::Away,
    invite::Invite,
    kick::Kick,
    list::List,
    mode::Mode,
    op::Op,
    deop::Deop,
    voice::Voice,
    devoice::Devoice,
    ban::Ban,
    unban::Unban,
    history::History,
    search::Search,
    mark::Mark,
    redact::Redact,
    ignore::Ignore,
    unignore::Unignore,
    highlight::Highlight,
    notify::Notify,
    alias::Alias,
    unalias::Unalias,
    set::Set,
    save::Save,
    login::Login,
    register::Register,
    passwd::Passwd,
    connect::Connect,
    disconnect::Disconnect,
    reconnect::Reconnect,
    source::Source,
    edit::Edit,
    clear::Clear,
    raw::Raw,
}

fn run<B: Builtin>(command: B, context: &Context<'_>) -> Result<Effects, CommandError> {
    command
        .run(context)
        .map_err(|problem| CommandError::new(problem).of(&B::spec()))
}

#[cfg(test)]
mod tests;
