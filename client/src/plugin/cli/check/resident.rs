//! The check of a resident plug-in: its handshake, its examples, what it does with malformed input, its hooks, its end.

use std::collections::BTreeMap;
use std::time::Instant;

use salon_commands::plugin::protocol::{
    self, CommandHook, Frame, HookPoint, HookSpec, Initialized, MessageHook, MessageKind, RpcError,
    Run,
};
use salon_commands::plugin::{Call, Life, Limits, Machine, Manifest, Output, Profile, Said};
use salon_commands::{Origin, Registry};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::{Instant as TokioInstant, sleep_until};

use super::oneshot::read;
use super::{Findings, NICK, ROOM, milliseconds, since};
use crate::plugin::host;
use crate::plugin::process::{Happened, Log, Process};
use crate::plugin::setup::Setup;
use crate::plugin::store::Installed;

/// The request of a method that there isn't. The machine's own ids don't get so far.
const UNKNOWN_ID: u64 = 1 << 40;
/// How many messages each hook is asked about.
const HOOK_CALLS: u64 = 50;

/// A plug-in under examination.
struct Patient<'a> {
    setup: &'a Setup,
    plugin: &'a Installed,
    manifest: Manifest,
    machine: Machine,
    process: Option<Process>,
    sender: mpsc::Sender<((), Happened)>,
    happened: mpsc::Receiver<((), Happened)>,
    epoch: TokioInstant,
    /// What it answered to the method that there isn't.
    unknown: Option<Result<Value, RpcError>>,
    /// What it showed and sent since the last look, and what was said about it.
    told: Vec<String>,
}

pub(super) async fn check(
    setup: &Setup,
    plugin: &Installed,
    manifest: Manifest,
    findings: &mut Findings,
) {
    let mut greeting = setup.greeting();
    NICK.clone_into(&mut greeting.nick);
    greeting.rooms = vec![ROOM.to_owned()];
    let profile = Profile {
        name: plugin.name.clone(),
        permissions: plugin.asks(),
        greeting,
    };
    let (sender, happened) = mpsc::channel(64);
    let mut patient = Patient {
        setup,
        plugin,
        machine: Machine::new(profile, setup.deadlines.clone(), Limits::default()),
        manifest,
        process: None,
        sender,
        happened,
        epoch: TokioInstant::now(),
        unknown: None,
        told: Vec::new(),
    };
    let begin = Instant::now();
    patient.machine.start(patient.epoch.elapsed());
    let about = patient
        .until(|output| match output {
            Output::Ready(about) => Some(about.clone()),
            _ => None,
        })
        .await;
    let about = about.ok_or_else(|| patient.told());
    let shaken = about.as_ref().map(|_| since(begin)).map_err(Clone::clone);
    findings.report("handshake", shaken);
    let Ok(about) = about else {
        return;
    };
    patient.check_examples(&about, findings).await;
    patient.check_hooks(&about, findings).await;
    patient.check_malformed(findings).await;
    let begin = Instant::now();
    patient.machine.stop(patient.epoch.elapsed());
    let within = setup.deadlines.shutdown;
    let _: Option<()> = patient.until(|_| None).await;
    let took = begin.elapsed();
    findings.report(
        "shutdown",
        if took < within {
            Ok(milliseconds(took))
        } else {
            Err(format!("it did not end within {}", milliseconds(within)))
        },
    );
}

impl Patient<'_> {
    /// What was told since the last look.
    fn told(&mut self) -> String {
        std::mem::take(&mut self.told).join("\n")
    }

    /// Goes on until an output is the one that is waited for, or the plug-in has ended for good.
    async fn until<T>(&mut self, wanted: impl Fn(&Output) -> Option<T>) -> Option<T> {
        loop {
            while let Some(output) = self.machine.next_output() {
                let found = wanted(&output);
                self.perform(output);
                if found.is_some() {
                    return found;
                }
            }
            if matches!(
                self.machine.life(),
                Life::Off | Life::Suspended(_) | Life::Restarting
            ) {
                return None;
            }
            let deadline = self.machine.next_deadline();
            let timer = async {
                match deadline {
                    Some(deadline) => sleep_until(self.epoch + deadline).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                Some(((), happened)) = self.happened.recv() => self.take(happened),
                () = timer => self.machine.tick(self.epoch.elapsed()),
            }
        }
    }

    fn take(&mut self, happened: Happened) {
        let now = self.epoch.elapsed();
        match happened {
            Happened::Line(line) => {
                if let Ok(text) = &line
                    && let Ok(Frame::Answer { id, result }) = Frame::read(text)
                    && id == UNKNOWN_ID
                {
                    self.unknown = Some(result);
                    return;
                }
                let line = line.as_deref().map_err(|fault| *fault);
                self.machine.line(line, now);
            }
            Happened::Exited {
                how, last_words, ..
            } => self.machine.exited(&how, &last_words, now),
        }
    }

    fn perform(&mut self, output: Output) {
        match output {
            Output::Spawn => {
                let log = Log::new(self.setup.store.log_file(&self.plugin.name));
                let permissions = &self.machine.profile().permissions;
                let start =
                    host::start_resident(self.setup, self.plugin, &self.manifest, permissions);
                let spawned = start.and_then(|start| {
                    Process::start(&start, log, (), self.sender.clone())
                        .map_err(|error| error.to_string())
                });
                match spawned {
                    Ok(process) => self.process = Some(process),
                    Err(reason) => self.machine.spawn_failed(&reason),
                }
            }
            Output::Kill => self.process = None,
            Output::Write(line) => {
                if let Some(process) = &self.process {
                    process.write(line);
                }
            }
            Output::Show(text) | Output::Notify(text) | Output::Prompt(text) => {
                self.told.push(format!("shows '{text}'"));
            }
            Output::Send { target, text, .. } => {
                self.told.push(format!("sends '{text}' to {target}"));
            }
            Output::Tell(text) | Output::Log(text) => self.told.push(text),
            Output::Ready(_) | Output::Gone(_) | Output::Answered { .. } | Output::Keep(_) => {}
        }
    }

    async fn call(&mut self, call: Call) -> Result<Said, String> {
        let now = self.epoch.elapsed();
        self.machine.call(0, call, now);
        let answer = self.until(|output| match output {
            Output::Answered { result, .. } => Some(result.clone()),
            _ => None,
        });
        match answer.await {
            Some(Ok(said)) => Ok(said),
            Some(Err(failure)) => Err(failure.to_string()),
            None => Err(self.told()),
        }
    }

    async fn check_examples(&mut self, about: &Initialized, findings: &mut Findings) {
        let mut registry = Registry::builtin();
        for spec in &about.commands {
            let added = registry.add(spec.clone(), Origin::Plugin(about.name.clone()));
            if let Err(conflict) = added {
                findings.report(&format!(":{}", spec.name), Err(conflict.to_string()));
            }
            if spec.examples.is_empty() {
                let text = "it has no example; expected `examples` in its description";
                findings.report(&format!(":{}", spec.name), Err(text.to_owned()));
            }
        }
        let examples = about.commands.iter().flat_map(|spec| &spec.examples);
        for example in examples {
            let begin = Instant::now();
            let result = match read(&registry, &example.line) {
                Ok(invoke) => {
                    let given = invoke.arguments.iter();
                    let arguments: BTreeMap<_, _> = given
                        .filter_map(|(name, value)| Some((name.to_owned(), host::json(value?))))
                        .collect();
                    let run = Run {
                        command: invoke.name.clone(),
                        arguments,
                        target: Some(ROOM.to_owned()),
                        nick: NICK.to_owned(),
                    };
                    self.call(Call::Run(run)).await
                }
                Err(reason) => Err(reason),
            };
            let told = self.told();
            let result = result.map(|_| {
                format!(
                    "{}: {}",
                    since(begin),
                    if told.is_empty() { "done" } else { &told }
                )
            });
            findings.report(&example.line, result);
        }
    }

    async fn check_hooks(&mut self, about: &Initialized, findings: &mut Findings) {
        for hook in &about.hooks {
            let is_asked = hook.on.is_guard() || hook.on == HookPoint::MessageIn;
            if !is_asked {
                continue;
            }
            let misses = self.machine.figures().misses;
            let mut slowest = std::time::Duration::ZERO;
            let mut result = Ok(());
            for number in 0..HOOK_CALLS {
                let begin = Instant::now();
                let answer = self.call(sample(hook, number)).await;
                slowest = slowest.max(begin.elapsed());
                result = result.and(answer.map(|_| ()));
            }
            let misses = self.machine.figures().misses - misses;
            let text = format!(
                "{HOOK_CALLS} times, the slowest {}, {misses} misses",
                milliseconds(slowest)
            );
            findings.report(hook.on.method(), result.map(|()| text));
        }
        self.told();
    }

    /// It survives what is none of the protocol, and answers a method that it doesn't know.
    async fn check_malformed(&mut self, findings: &mut Findings) {
        let unknown = protocol::request(UNKNOWN_ID, "no/such/method", &Value::Null);
        for line in ["no JSON", "{\"jsonrpc\":\"2.0\"}", "[]", &unknown] {
            if let Some(process) = &self.process {
                process.write(line.to_owned());
            }
        }
        let deadline = TokioInstant::now() + self.setup.deadlines.handshake;
        while self.unknown.is_none() && self.machine.life() == Life::Running {
            tokio::select! {
                Some(((), happened)) = self.happened.recv() => self.take(happened),
                () = sleep_until(deadline) => break,
            }
        }
        let result = match (&self.unknown, self.machine.life()) {
            (_, life) if life != Life::Running => {
                Err(format!("it did not survive it\n{}", self.told()))
            }
            (Some(Err(error)), _) if error.code == RpcError::METHOD_NOT_FOUND => Ok(String::new()),
            (Some(answer), _) => Err(format!(
                "it answered an unknown method with {answer:?}; expected error {}",
                RpcError::METHOD_NOT_FOUND
            )),
            (None, _) => Err("it did not answer an unknown method; expected an error".to_owned()),
        };
        findings.report("malformed input", result);
        self.told();
    }
}

/// Something that a hook is for.
fn sample(hook: &HookSpec, number: u64) -> Call {
    let first = |list: &[String], otherwise: &str| {
        let found = list.first();
        found.map_or_else(|| otherwise.to_owned(), Clone::clone)
    };
    let text = first(&hook.filter.contains, "hello");
    let to = first(&hook.filter.targets, ROOM);
    let from = first(&hook.filter.nicks, NICK);
    if hook.on == HookPoint::BeforeCommand {
        return Call::Command(CommandHook {
            command: first(&hook.filter.commands, "topic"),
            line: Some(format!(":topic {text} {number}")),
            target: Some(to),
            nick: from,
        });
    }
    let message = MessageHook {
        from,
        to,
        text: format!("{text} {number}"),
        kind: MessageKind::Message,
        time: None,
    };
    Call::Hook(hook.on, message)
}
