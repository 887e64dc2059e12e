//! A resident plug-in: its machine, its process, its log.

use std::ffi::OsString;

use salon_commands::Invoke;
use salon_commands::plugin::protocol::Run;
use salon_commands::plugin::{Call, Machine, Manifest, Permissions, PluginName, Profile};
use tokio::sync::mpsc;

use super::hogs::Use;
use super::values::json;
use super::{Awaited, Host, Mark, Tell};
use crate::plugin::process::{Happened, Log, Process, Start};
use crate::plugin::setup::Setup;
use crate::plugin::store::{Grant, Installed, Standing};
use crate::session::Ticket;

/// A resident plug-in.
#[derive(Debug)]
pub(super) struct Resident {
    pub(super) machine: Machine,
    pub(super) plugin: Installed,
    pub(super) manifest: Manifest,
    /// The names of its commands.
    pub(super) commands: Vec<String>,
    pub(super) process: Option<Process>,
    /// Which start the process is of, among all of the host: what an earlier one did is of no interest.
    pub(super) start: u64,
    pub(super) log: Log,
    /// How much of a processor the process takes.
    pub(super) usage: Use,
}

impl Resident {
    pub(super) fn new(setup: &Setup, plugin: Installed, manifest: Manifest, grant: &Grant) -> Self {
        let profile = Profile {
            name: plugin.name.clone(),
            permissions: grant.permissions.clone(),
            greeting: setup.greeting(),
        };
        let mut machine = Machine::new(profile, setup.deadlines.clone(), setup.limits.clone());
        if let Ok(state) = std::fs::read_to_string(setup.store.state_file(&plugin.name)) {
            machine.restore(&state);
        }
        Self {
            machine,
            log: Log::new(setup.store.log_file(&plugin.name)),
            plugin,
            manifest,
            commands: Vec::new(),
            process: None,
            start: 0,
            usage: Use::default(),
        }
    }

    pub(super) fn is_running(&self) -> bool {
        self.process.is_some()
    }

    /// Starts its process, if its bytes are still those that were granted.
    pub(super) fn spawn(
        &mut self,
        setup: &Setup,
        number: u64,
        happened: mpsc::Sender<(Mark, Happened)>,
    ) {
        let name = &self.plugin.name;
        let spawned = self.start(setup).and_then(|start| {
            self.start = number;
            let mark = (name.clone(), number);
            Process::start(&start, self.log.clone(), mark, happened)
                .map_err(|error| error.to_string())
        });
        match spawned {
            Ok(process) => {
                self.process = Some(process);
                self.usage = Use::default();
            }
            Err(reason) => self.machine.spawn_failed(&reason),
        }
    }

    fn start(&self, setup: &Setup) -> Result<Start, String> {
        let name = &self.plugin.name;
        let grants = setup.store.grants().map_err(|fault| fault.to_string())?;
        let plugin = setup.store.find(name).map_err(|fault| fault.to_string())?;
        if plugin.standing(&grants) != Standing::Granted {
            return Err(format!(
                "it changed since you granted what it may do; ':plugin grant {name}' grants it anew"
            ));
        }
        start(
            setup,
            &self.plugin,
            &self.manifest,
            &self.machine.profile().permissions,
        )
    }
}

/// How the process of a resident plug-in is started.
pub(in crate::plugin) fn start(
    setup: &Setup,
    plugin: &Installed,
    manifest: &Manifest,
    permissions: &Permissions,
) -> Result<Start, String> {
    let name = &plugin.name;
    let home = setup.store.home(name);
    std::fs::create_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
    let (program, arguments) = manifest.program();
    let program: OsString = if program.contains('/') {
        plugin.path.join(program).into()
    } else {
        program.into()
    };
    let arguments = arguments.iter().map(OsString::from);
    Ok(Start {
        command: std::iter::once(program).chain(arguments).collect(),
        environment: setup.environment(name),
        folder: plugin.path.clone(),
        policy: setup.policy(name, &plugin.path, permissions),
    })
}

impl Host {
    /// A process did something.
    pub(super) fn happened(&mut self, (name, start): &Mark, happened: Happened) {
        let now = self.now();
        let Some(resident) = self.residents.get_mut(name) else {
            return;
        };
        if resident.start != *start || resident.process.is_none() {
            return;
        }
        match happened {
            Happened::Line(line) => {
                let line = line.as_deref().map_err(|fault| *fault);
                resident.machine.line(line, now);
            }
            Happened::Exited {
                how, last_words, ..
            } => resident.machine.exited(&how, &last_words, now),
        }
    }

    /// Asks a plug-in something.
    pub(super) fn call(&mut self, name: &PluginName, token: u64, call: Call) {
        let now = self.now();
        match self.residents.get_mut(name) {
            Some(resident) => {
                let is_congested = resident.process.as_ref().is_some_and(Process::is_congested);
                resident.machine.set_congested(is_congested);
                resident.machine.call(token, call, now);
            }
            None => {
                self.awaited.remove(&token);
            }
        }
    }

    /// Runs a command of a plug-in, of whichever kind that is.
    pub(super) fn run_command(
        &mut self,
        ticket: Ticket,
        invoke: &Invoke,
        target: Option<String>,
        nick: String,
    ) {
        let is_its = |commands: &[String]| commands.contains(&invoke.name);
        let resident = self
            .residents
            .iter()
            .find(|(_, resident)| is_its(&resident.commands));
        if let Some(name) = resident.map(|(name, _)| name.clone()) {
            let arguments = invoke.arguments.iter();
            let arguments =
                arguments.filter_map(|(name, value)| Some((name.to_owned(), json(value?))));
            let run = Run {
                command: invoke.name.clone(),
                arguments: arguments.collect(),
                target,
                nick,
            };
            let token = self.token(Awaited::Command(ticket));
            self.call(&name, token, Call::Run(run));
        } else if let Err(reason) = self.run_oneshot(ticket, invoke, target, &nick) {
            let result = Err(reason);
            self.tell(Tell::Ran { ticket, result });
        }
    }
}
