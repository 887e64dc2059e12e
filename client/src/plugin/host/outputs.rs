//! Does what the machines of the resident plug-ins want done.

use salon_commands::plugin::protocol::{Initialized, MessageKind};
use salon_commands::plugin::{Failure, Output, PluginName, Said};
use salon_commands::{Complete, Spec};

use super::{Awaited, Host, Tell};
use crate::plugin::store::write_whole;

impl Host {
    /// Does all that is to be done now.
    pub(super) fn work(&mut self) {
        // What one plug-in says may ask another: until nobody wants anything.
        while let Some((name, output)) = self.next_output() {
            self.perform(&name, output);
        }
        self.settle();
    }

    fn next_output(&mut self) -> Option<(PluginName, Output)> {
        self.residents
            .iter_mut()
            .find_map(|(name, resident)| Some((name.clone(), resident.machine.next_output()?)))
    }

    fn perform(&mut self, name: &PluginName, output: Output) {
        let plugin = name.to_string();
        match output {
            Output::Answered { token, result } => self.answered(name, token, result),
            Output::Send {
                token,
                target,
                text,
                kind,
            } => self.send(name, token, target, text, kind),
            Output::Ready(about) => self.ready(name, about),
            Output::Gone(reason) => self.tell(Tell::Withdraw {
                plugin,
                reason: Some(reason),
            }),
            Output::Show(text) => self.tell(Tell::Show { plugin, text }),
            Output::Notify(text) => self.tell(Tell::Notify { plugin, text }),
            Output::Prompt(text) => self.tell(Tell::Show {
                text: format!("{text} (':plugin answer {plugin} TEXT' answers)"),
                plugin,
            }),
            Output::Tell(text) => {
                if let Some(resident) = self.residents.get(name) {
                    resident.log.note(&format!("salon: {text}"));
                }
                self.note(text);
            }
            other => self.perform_on_process(name, other),
        }
    }

    fn perform_on_process(&mut self, name: &PluginName, output: Output) {
        let happened = self.happened.clone();
        self.next_token += 1;
        let number = self.next_token;
        let Some(resident) = self.residents.get_mut(name) else {
            return;
        };
        match output {
            Output::Spawn => resident.spawn(&self.setup, number, happened),
            Output::Kill => resident.process = None,
            Output::Write(line) => {
                if let Some(process) = &resident.process
                    && !process.write(line)
                {
                    resident.machine.set_congested(true);
                }
            }
            Output::Keep(state) => {
                let path = self.setup.store.state_file(name);
                if let Err(fault) = write_whole(&path, state.as_bytes()) {
                    self.note(format!("plug-in '{name}': {fault}"));
                }
            }
            Output::Log(text) => resident.log.note(&format!("salon: {text}")),
            Output::Answered { .. }
            | Output::Send { .. }
            | Output::Ready(_)
            | Output::Gone(_)
            | Output::Show(_)
            | Output::Notify(_)
            | Output::Prompt(_)
            | Output::Tell(_) => {}
        }
    }

    fn ready(&mut self, name: &PluginName, about: Initialized) {
        let commands: Vec<Spec> = about
            .commands
            .into_iter()
            .map(|spec| with_own_lists(spec, name))
            .collect();
        if let Some(resident) = self.residents.get_mut(name) {
            resident.commands = commands.iter().map(|spec| spec.name.to_string()).collect();
        }
        let plugin = name.to_string();
        self.tell(Tell::Hook {
            plugin: plugin.clone(),
            hooks: about.hooks,
        });
        let names: Vec<String> = commands.iter().map(|spec| spec.name.to_string()).collect();
        self.tell(Tell::Register { plugin, commands });
        self.announce(name, &names);
    }

    pub(super) fn answered(
        &mut self,
        name: &PluginName,
        token: u64,
        result: Result<Said, Failure>,
    ) {
        match self.awaited.remove(&token) {
            Some(Awaited::Command(ticket)) => {
                let result = result
                    .map(|_| ())
                    .map_err(|failure| format!("plug-in '{name}': {failure}"));
                self.tell(Tell::Ran { ticket, result });
            }
            Some(Awaited::Completion(reply)) => {
                if let Ok(Said::Candidates(candidates)) = result {
                    // One that doesn't wait any more needs none.
                    let _ = reply.try_send(candidates);
                }
            }
            Some(Awaited::Chain(number)) => self.judged(name, number, result),
            None => {}
        }
    }

    /// Has said what a plug-in wants said.
    fn send(
        &mut self,
        name: &PluginName,
        token: Option<u64>,
        target: String,
        text: String,
        kind: MessageKind,
    ) {
        let ticket = token.and_then(|token| match self.awaited.get(&token) {
            Some(Awaited::Command(ticket)) => Some(*ticket),
            _ => None,
        });
        self.tell(Tell::Say {
            ticket,
            plugin: name.to_string(),
            target,
            text,
            kind,
        });
    }
}

/// The same command, whose lists are known by the plug-in's name too.
fn with_own_lists(mut spec: Spec, name: &PluginName) -> Spec {
    for argument in &mut spec.arguments {
        if let Complete::List(list) = &argument.complete {
            argument.complete = Complete::List(format!("{name}/{list}").into());
        }
    }
    spec
}
