//! What the plug-ins have to do with a conversation: their commands run beside it. What they say is in `sayings`, and what
//! their hooks do in `hooks`. It must not know processes; `plugin` does.

use std::collections::BTreeMap;
use std::sync::Arc;

use salon_commands::plugin::protocol::HookSpec;
use salon_commands::{Hook, Invoke, Origin, Spec};

use super::hooks::Hooks;
use super::sayings::Sayings;
use super::{Conversation, Lines, clock};
use crate::driver::Report;
use crate::event::{Event, EventKind};
use crate::plugin::{Ask, Plugins, Tell, command};
use crate::session::{Outcome, Refusal, Ticket};

/// What is under way with the plug-ins.
#[derive(Debug, Default)]
pub(super) struct Extensions {
    pub(super) plugins: Plugins,
    next_number: u64,
    has_begun: bool,
    /// Whether it was told which aliases of the settings can't be made.
    has_told_aliases: bool,
    /// What waits for hooks.
    pub(super) hooks: Hooks,
    /// Lines whose commands run.
    pub(super) running: BTreeMap<Ticket, Running>,
    /// What they want said.
    pub(super) sayings: Sayings,
}

/// A line whose command runs.
#[derive(Debug, Default)]
pub(super) struct Running {
    /// How many messages of the command the hub has not acknowledged.
    pub(super) unacknowledged: usize,
    /// Whether the command is done.
    is_done: bool,
    pub(super) refusal: Option<Refusal>,
}

impl Extensions {
    /// Those of a user.
    pub(super) fn new(plugins: Plugins) -> Self {
        Self {
            plugins,
            ..Self::default()
        }
    }

    /// Whether another line may come.
    pub(super) fn is_accepting(&self, lines: Lines) -> bool {
        self.hooks.is_accepting() && !(lines == Lines::Scripted && self.plugins.is_unsettled())
    }

    /// The lines that wait for plug-ins.
    pub(super) fn lines(&self) -> impl Iterator<Item = Ticket> {
        self.hooks.lines().chain(self.running.keys().copied())
    }

    /// How much waits for plug-ins.
    pub(super) fn open(&self) -> usize {
        self.hooks.open() + self.running.len() + self.sayings.waiting()
    }

    /// Whether a command runs.
    pub(super) fn is_running(&self) -> bool {
        !self.running.is_empty()
    }

    /// It is told now which aliases can't be made. Says whether it was told before.
    pub(super) fn note_aliases_told(&mut self) -> bool {
        std::mem::replace(&mut self.has_told_aliases, true)
    }

    /// A number that no question has yet.
    pub(super) fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }
}

impl Conversation {
    /// Gives the commands that run up.
    pub(crate) fn cancel(&mut self) {
        if self.extensions.is_running() {
            // A host that can't be asked has none.
            self.extensions.plugins.ask(Ask::Cancel);
        }
    }

    /// Starts the plug-ins, once.
    pub(super) fn begin_plugins(&mut self) {
        if !std::mem::replace(&mut self.extensions.has_begun, true) {
            if self.lines == Lines::Typed {
                // Also where there are none: what is installed later is taken up.
                self.extensions.plugins.start_host();
                self.report_commands();
            }
            let status = self.session.status();
            self.extensions.plugins.ask(Ask::Begin {
                nick: status.nick,
                rooms: status.rooms,
                is_watching: self.lines == Lines::Typed,
            });
        }
    }

    /// Calls a command of a plug-in.
    pub(super) fn call(&mut self, ticket: Ticket, invoke: Invoke) {
        if invoke.name == command::NAME {
            return match command::read(&invoke.arguments) {
                Ok(manage) => self.run(ticket, Ask::Manage { ticket, manage }),
                Err(reason) => {
                    self.session.refuse(ticket, Refusal::new(reason));
                    self.carry_out();
                }
            };
        }
        let status = self.session.status();
        let ask = Ask::Run {
            ticket,
            invoke,
            target: status.current,
            nick: status.nick,
        };
        self.run(ticket, ask);
    }

    fn run(&mut self, ticket: Ticket, ask: Ask) {
        if self.extensions.plugins.start_host() {
            self.extensions.has_begun = false;
            self.begin_plugins();
        }
        self.extensions.running.insert(ticket, Running::default());
        if !self.extensions.plugins.ask(ask) {
            self.ran(ticket, Err("no plug-ins can be run".to_owned()));
        }
    }

    /// The host says something.
    pub(super) fn take_tell(&mut self, tell: Tell) {
        match tell {
            Tell::Register { plugin, commands } => self.register(&plugin, commands),
            Tell::Withdraw { plugin, reason } => self.withdraw(&plugin, reason.as_deref()),
            Tell::Settled => {
                self.settled();
                self.begin_aliases();
            }
            Tell::Hook { plugin, hooks } => self.hook(&plugin, hooks),
            Tell::Verdict { number, verdict } => self.judged(number, verdict),
            Tell::Ran { ticket, result } => self.ran(ticket, result),
            Tell::Say {
                ticket,
                plugin,
                target,
                text,
                kind,
            } => self.plugin_says(ticket, plugin, &target, &text, kind),
            Tell::Show { plugin, text } => self.inform(&format!("[{plugin}] {text}")),
            Tell::Notify { plugin, text } => {
                let text = format!("[{plugin}] {text}");
                self.tell(EventKind::Alert { text });
            }
            Tell::Note(text) => self.inform(&text),
        }
        self.carry_out();
    }

    /// Lines for the user alone.
    pub(super) fn inform(&mut self, text: &str) {
        for line in text.lines() {
            let text = line.to_owned();
            self.tell(EventKind::Info { text });
        }
    }

    /// Something that is from nobody.
    pub(super) fn tell(&mut self, kind: EventKind) {
        self.reports.push_back(Report::Show(Event {
            time: clock(),
            id: None,
            from: None,
            account: None,
            to: None,
            own: false,
            kind,
        }));
    }

    /// Adds the commands that are not the framework's.
    pub(super) fn add_own_commands(&mut self) {
        for (plugin, hooks) in self.extensions.plugins.foreseen() {
            self.hook(&plugin, hooks);
        }
        // Whoever takes the name has it.
        let _ = self.registry.add(command::spec(), Origin::Host);
        self.begin_aliases();
        self.report_commands();
        self.report_look();
    }

    /// Tells the prompt what commands there are.
    pub(super) fn report_commands(&mut self) {
        if self.lines == Lines::Typed {
            self.reports.push_back(Report::Commands {
                registry: Arc::new(self.registry.clone()),
                plugins: self.extensions.plugins.asks(),
            });
        }
    }

    /// Takes up the hooks of a plug-in, instead of those that it had.
    fn hook(&mut self, plugin: &str, hooks: Vec<HookSpec>) {
        let origin = Origin::Plugin(plugin.to_owned());
        self.registry.remove_hooks(&origin);
        for HookSpec { on, filter } in hooks {
            self.registry.add_hook(Hook {
                name: on.to_string(),
                origin: origin.clone(),
                point: on,
                filter,
            });
        }
    }

    /// Takes up the commands of a plug-in, instead of those that it had.
    fn register(&mut self, plugin: &str, commands: Vec<Spec>) {
        let origin = Origin::Plugin(plugin.to_owned());
        self.registry.remove_commands(&origin);
        for spec in commands {
            match self.registry.add(spec, origin.clone()) {
                Ok(conflicts) => {
                    for conflict in conflicts {
                        self.inform(&format!("plug-in '{plugin}': {conflict}"));
                    }
                }
                Err(conflict) => self.inform(&format!("plug-in '{plugin}': {conflict}")),
            }
        }
        self.begin_aliases();
        self.report_commands();
    }

    /// The commands of a plug-in can't be run, for a reason; without one they are gone. What becomes of its hooks is told apart.
    fn withdraw(&mut self, plugin: &str, reason: Option<&str>) {
        let origin = Origin::Plugin(plugin.to_owned());
        let Some(reason) = reason else {
            self.registry.remove_commands(&origin);
            return self.report_commands();
        };
        let reason = format!("plug-in '{plugin}': {reason}");
        self.registry.disable_commands(&origin, &reason);
        self.report_commands();
    }

    /// A command is done, but for what it said.
    fn ran(&mut self, ticket: Ticket, result: Result<(), String>) {
        let Some(running) = self.extensions.running.get_mut(&ticket) else {
            return;
        };
        running.is_done = true;
        if let Err(reason) = result {
            let (first, _) = reason.split_once('\n').unwrap_or((&reason, ""));
            running.refusal = Some(Refusal::with_details(first, reason.clone()));
        }
        self.finish_running(ticket);
    }

    pub(super) fn finish_running(&mut self, ticket: Ticket) {
        let is_over = |running: &Running| running.is_done && running.unacknowledged == 0;
        if self.extensions.running.get(&ticket).is_some_and(is_over)
            && let Some(running) = self.extensions.running.remove(&ticket)
        {
            let outcome = running.refusal.map_or(Outcome::Ok, Outcome::Refused);
            self.resolved(ticket, outcome);
        }
    }
}

#[cfg(test)]
mod tests {
    use salon_commands::plugin::protocol::HookPoint;

    use super::*;
    use crate::conversation::tests::started;

    #[tokio::test(start_paused = true)]
    async fn a_filter_stands_while_its_plugin_is_read_anew() {
        let (mut talk, _hub) = started().await;
        let plugin = || "guard".to_owned();
        let hook = |hooks| Tell::Hook {
            plugin: plugin(),
            hooks,
        };
        talk.take_tell(hook(vec![HookSpec::new(HookPoint::MessageOut)]));
        talk.take_tell(Tell::Withdraw {
            plugin: plugin(),
            reason: None,
        });
        assert!(talk.registry.has_hooks(HookPoint::MessageOut));
        talk.take_tell(hook(Vec::new()));
        assert!(!talk.registry.has_hooks(HookPoint::MessageOut));
    }
}
