//! For plug-ins written in Rust: the loop, the handshake and the protocol, so that a plug-in is its commands and hooks alone.
//!
//! It reads from and writes to what it is handed, usually the standard streams, and does nothing else.
//!
//! ```
//! use salon_commands::Spec;
//! use salon_commands::plugin::sdk::{Plugin, Reply};
//!
//! let plugin = Plugin::new("hello", "1.0.0", 0).command(
//!     Spec::new("hello", "say hello"),
//!     |count: &mut u32, _host, run| {
//!         *count += 1;
//!         Ok(Reply::show(format!("hello, {}, for the {count}. time", run.nick)))
//!     },
//! );
//! let input = concat!(
//!     r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocol":1,"protocol_oldest":1,"client":{"name":"salon","version":"1"}}}"#, "\n",
//!     r#"{"jsonrpc":"2.0","id":2,"method":"command/run","params":{"command":"hello","arguments":{},"target":null,"nick":"ann"}}"#, "\n",
//! );
//! let mut output = Vec::new();
//! plugin.run(input.as_bytes(), &mut output)?;
//! let output = String::from_utf8(output)?;
//! assert!(output.ends_with("\"result\":{\"show\":[\"hello, ann, for the 1. time\"]}}\n"), "{output}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod host;

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

use serde::de::DeserializeOwned;
use serde_json::Value;

pub use self::host::Host;
pub use super::protocol::{
    CommandHook, Happening, HookAction, HookAnswer, HookPoint, HookSpec, Initialize, MessageHook,
    Run,
};

use super::protocol::{
    self, Candidate, Candidates, Complete, Frame, Initialized, Ran, RpcError, TimerFire,
};
pub use crate::registry::Filter;
use crate::spec::Spec;

type RunFn<S> = Box<dyn FnMut(&mut S, &mut Host<'_>, &Run) -> Result<Reply, String>>;
type CompleteFn<S> = Box<dyn FnMut(&mut S, &str) -> Vec<String>>;
type MessageFn<S> = Box<dyn FnMut(&mut S, &mut Host<'_>, &MessageHook) -> Verdict>;
type CommandFn<S> = Box<dyn FnMut(&mut S, &mut Host<'_>, &CommandHook) -> Verdict>;
type HappeningFn<S> = Box<dyn FnMut(&mut S, &mut Host<'_>, &Happening)>;
type StartFn<S> = Box<dyn FnMut(&mut S, &mut Host<'_>, &Initialize)>;
type TimerFn<S> = Box<dyn FnMut(&mut S, &mut Host<'_>, &str)>;

/// What a command answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply(Ran);

impl Reply {
    /// Nothing.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// Lines for the user alone.
    pub fn show(text: impl Into<String>) -> Self {
        Self(Ran {
            show: text.into().into(),
            ..Ran::default()
        })
    }

    /// A message, where the command was typed.
    pub fn send(text: impl Into<String>) -> Self {
        Self(Ran {
            send: text.into().into(),
            ..Ran::default()
        })
    }
}

/// What becomes of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on.
    Pass,
    /// It goes on with this text.
    Replace(String),
    /// It goes no further, for this reason.
    Drop(String),
}

impl From<Verdict> for HookAnswer {
    fn from(verdict: Verdict) -> Self {
        let (action, text) = match verdict {
            Verdict::Pass => (HookAction::Pass, None),
            Verdict::Replace(text) => (HookAction::Replace, Some(text)),
            Verdict::Drop(reason) => (HookAction::Drop, Some(reason)),
        };
        Self { action, text }
    }
}

/// A plug-in, with what it remembers while it runs.
pub struct Plugin<S> {
    about: Initialized,
    memory: S,
    commands: BTreeMap<String, RunFn<S>>,
    lists: BTreeMap<String, CompleteFn<S>>,
    messages: Vec<(HookSpec, MessageFn<S>)>,
    before: Vec<(HookSpec, CommandFn<S>)>,
    happenings: Vec<(HookSpec, HappeningFn<S>)>,
    start: Option<StartFn<S>>,
    timer: Option<TimerFn<S>>,
}

impl<S> std::fmt::Debug for Plugin<S> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Plugin")
            .field("about", &self.about)
            .finish_non_exhaustive()
    }
}

impl<S> Plugin<S> {
    /// A plug-in that does nothing yet. The name is that of its manifest.
    pub fn new(name: impl Into<String>, version: impl Into<String>, memory: S) -> Self {
        Self {
            about: Initialized {
                protocol: protocol::VERSION,
                name: name.into(),
                version: version.into(),
                commands: Vec::new(),
                command_deadlines_ms: BTreeMap::new(),
                hooks: Vec::new(),
            },
            memory,
            commands: BTreeMap::new(),
            lists: BTreeMap::new(),
            messages: Vec::new(),
            before: Vec::new(),
            happenings: Vec::new(),
            start: None,
            timer: None,
        }
    }

    /// Adds a command. An error is shown to the user as the reason why it failed.
    #[must_use]
    pub fn command(
        mut self,
        spec: Spec,
        run: impl FnMut(&mut S, &mut Host<'_>, &Run) -> Result<Reply, String> + 'static,
    ) -> Self {
        self.commands.insert(spec.name.to_string(), Box::new(run));
        self.about.commands.push(spec);
        self
    }

    /// Says what a list holds that an argument completes to: `Complete::List` in the spec.
    #[must_use]
    pub fn list(
        mut self,
        name: impl Into<String>,
        complete: impl FnMut(&mut S, &str) -> Vec<String> + 'static,
    ) -> Self {
        self.lists.insert(name.into(), Box::new(complete));
        self
    }

    /// Adds a hook for messages, [`HookPoint::MessageIn`] or [`HookPoint::MessageOut`].
    #[must_use]
    pub fn on_message(
        mut self,
        hook: HookSpec,
        decide: impl FnMut(&mut S, &mut Host<'_>, &MessageHook) -> Verdict + 'static,
    ) -> Self {
        self.about.hooks.push(hook.clone());
        self.messages.push((hook, Box::new(decide)));
        self
    }

    /// Adds a hook that is asked before a command runs. [`Verdict::Replace`] holds it back, as a command has no other text.
    #[must_use]
    pub fn before_command(
        mut self,
        filter: Filter,
        decide: impl FnMut(&mut S, &mut Host<'_>, &CommandHook) -> Verdict + 'static,
    ) -> Self {
        let hook = HookSpec {
            on: HookPoint::BeforeCommand,
            filter,
        };
        self.about.hooks.push(hook.clone());
        self.before.push((hook, Box::new(decide)));
        self
    }

    /// Adds a hook for anything else that happens, [`HookPoint::AfterCommand`] among it.
    #[must_use]
    pub fn on(
        mut self,
        hook: HookSpec,
        hear: impl FnMut(&mut S, &mut Host<'_>, &Happening) + 'static,
    ) -> Self {
        self.about.hooks.push(hook.clone());
        self.happenings.push((hook, Box::new(hear)));
        self
    }

    /// Says what is done once, after the handshake: usually reading the store.
    #[must_use]
    pub fn on_start(
        mut self,
        start: impl FnMut(&mut S, &mut Host<'_>, &Initialize) + 'static,
    ) -> Self {
        self.start = Some(Box::new(start));
        self
    }

    /// Says what is done when the time of a timer has come.
    #[must_use]
    pub fn on_timer(mut self, fire: impl FnMut(&mut S, &mut Host<'_>, &str) + 'static) -> Self {
        self.timer = Some(Box::new(fire));
        self
    }

    /// Serves until the host says that it is enough, or closes the input.
    pub fn run(mut self, mut input: impl BufRead, mut output: impl Write) -> io::Result<()> {
        let mut host = Host::new(&mut input, &mut output);
        while let Some(line) = host.next_line()? {
            match Frame::read(&line) {
                Ok(Frame::Request { id, method, params }) => {
                    let is_last = method == "shutdown";
                    let hello = (method == "initialize").then(|| params.clone());
                    let answer = self.answer(&mut host, &method, params);
                    let hello = hello.filter(|_| answer.is_ok());
                    host.write(&match answer {
                        Ok(result) => protocol::answer(&id, &result),
                        Err(error) => protocol::refusal(&id, &error),
                    })?;
                    if is_last {
                        return Ok(());
                    }
                    self.started(&mut host, hello);
                }
                Ok(Frame::Notification { method, params }) => self.hear(&mut host, &method, params),
                // An answer that nobody waits for: those of notifications don't come.
                Ok(Frame::Answer { .. }) => {}
                Err(error) => host.write(&protocol::refusal(&Value::Null, &error.to_rpc()))?,
            }
            host.check()?;
        }
        Ok(())
    }

    fn started(&mut self, host: &mut Host<'_>, hello: Option<Value>) {
        let hello = hello.and_then(|hello| serde_json::from_value(hello).ok());
        if let (Some(start), Some(hello)) = (&mut self.start, hello) {
            start(&mut self.memory, host, &hello);
        }
    }

    fn answer(
        &mut self,
        host: &mut Host<'_>,
        method: &str,
        params: Value,
    ) -> Result<Value, RpcError> {
        match method {
            "initialize" => {
                let hello: Initialize = read(params)?;
                if hello.protocol_oldest > protocol::VERSION
                    || hello.protocol < protocol::VERSION_OLDEST
                {
                    let text = format!("expected version {} of the protocol", protocol::spoken());
                    return Err(RpcError::new(RpcError::INVALID_PARAMS, text));
                }
                self.about.protocol = hello.protocol.min(protocol::VERSION);
                to_value(&self.about)
            }
            "shutdown" => Ok(Value::Object(serde_json::Map::new())),
            "command/run" => {
                let run: Run = read(params)?;
                let command = self.commands.get_mut(&run.command).ok_or_else(|| {
                    let text = format!("unknown command '{}'", run.command);
                    RpcError::new(RpcError::INVALID_PARAMS, text)
                })?;
                let reply = command(&mut self.memory, host, &run)
                    .map_err(|text| RpcError::new(RpcError::INTERNAL, text))?;
                to_value(&reply.0)
            }
            "command/complete" => {
                let Complete { list, word } = read(params)?;
                let found = self.lists.get_mut(&list);
                let found = found.map_or_else(Vec::new, |list| list(&mut self.memory, &word));
                to_value(&Candidates {
                    candidates: found.into_iter().map(Candidate::Plain).collect(),
                })
            }
            "hook/command.before" => {
                let command: CommandHook = read(params)?;
                let occasion = command.occasion(HookPoint::BeforeCommand);
                let asked = self.before.iter_mut();
                let asked = asked.filter(|(hook, _)| hook.admits(&occasion));
                let verdict = asked
                    .map(|(_, decide)| decide(&mut self.memory, host, &command))
                    .find(|verdict| *verdict != Verdict::Pass);
                to_value(&HookAnswer::from(verdict.unwrap_or(Verdict::Pass)))
            }
            "hook/message.in" => self.decide(host, HookPoint::MessageIn, &read(params)?),
            "hook/message.out" => self.decide(host, HookPoint::MessageOut, &read(params)?),
            other => {
                let text = format!("unknown method '{other}'");
                Err(RpcError::new(RpcError::METHOD_NOT_FOUND, text))
            }
        }
    }

    fn decide(
        &mut self,
        host: &mut Host<'_>,
        on: HookPoint,
        message: &MessageHook,
    ) -> Result<Value, RpcError> {
        let verdict = self
            .messages
            .iter_mut()
            .filter(|(hook, _)| hook.admits(&message.occasion(on)))
            .map(|(_, decide)| decide(&mut self.memory, host, message))
            .find(|verdict| *verdict != Verdict::Pass);
        to_value(&HookAnswer::from(verdict.unwrap_or(Verdict::Pass)))
    }

    fn hear(&mut self, host: &mut Host<'_>, method: &str, params: Value) {
        if method == "timer/fire" {
            let fired = serde_json::from_value::<TimerFire>(params);
            if let (Some(fire), Ok(TimerFire { timer })) = (&mut self.timer, fired) {
                fire(&mut self.memory, host, &timer);
            }
            return;
        }
        let Ok(happening) = serde_json::from_value::<Happening>(params) else {
            return;
        };
        for (hook, hear) in &mut self.happenings {
            if hook.on.method() == method && hook.admits(&happening.occasion(hook.on)) {
                hear(&mut self.memory, host, &happening);
            }
        }
    }
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, RpcError> {
    serde_json::from_value(params)
        .map_err(|error| RpcError::new(RpcError::INVALID_PARAMS, error.to_string()))
}

fn to_value(value: &impl serde::Serialize) -> Result<Value, RpcError> {
    serde_json::to_value(value)
        .map_err(|error| RpcError::new(RpcError::INTERNAL, error.to_string()))
}

#[cfg(test)]
mod tests;
