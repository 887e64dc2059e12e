//! What the plug-ins have to do with a conversation: their commands run beside it, and what they say goes the way of every
//! message. What their hooks do is in `hooks`. It must not know processes; `plugin` does.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use salon_commands::plugin::protocol::{HookPoint, HookSpec, MessageHook, MessageKind};
use salon_commands::{Effect, Hook, Invoke, Origin, Spec, Target, Text};

use super::hooks::Hooks;
use super::leaving::with_text;
use super::{Conversation, Lines, clock};
use crate::driver::Report;
use crate::event::{Event, EventKind};
use crate::plugin::{Ask, Plugins, Question, Tell, Verdict, command};
use crate::session::{Outcome, Refusal, Ticket};

/// The first ticket of what plug-ins say. The lines of users never get so far.
const OWN_TICKETS: u64 = 1 << 63;

/// Why nothing is said without a hub.
const NO_HUB: &str = "not sent: not connected";

/// What is under way with the plug-ins.
#[derive(Debug, Default)]
pub(super) struct Extensions {
    pub(super) plugins: Plugins,
    next_number: u64,
    has_begun: bool,
    /// What waits for hooks.
    pub(super) hooks: Hooks,
    /// Lines whose commands run.
    running: BTreeMap<Ticket, Running>,
    /// Whose line each own ticket belongs to, and which plug-in says it.
    saying: BTreeMap<Ticket, (Option<Ticket>, String)>,
    /// What plug-ins want said, in order, until the others have let it pass and the hub has room for it.
    sayings: VecDeque<Saying>,
}

/// What a plug-in wants said.
#[derive(Debug)]
struct Saying {
    ticket: Ticket,
    effect: Effect,
    /// The question that is open about it.
    open: Option<u64>,
}

/// A line whose command runs.
#[derive(Debug, Default)]
struct Running {
    /// How many messages of the command the hub has not acknowledged.
    unacknowledged: usize,
    /// Whether the command is done.
    is_done: bool,
    refusal: Option<Refusal>,
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

    /// The questions that are open about what plug-ins want said.
    pub(super) fn open_about_sayings(&self) -> impl Iterator<Item = u64> {
        self.sayings.iter().filter_map(|saying| saying.open)
    }

    /// How much waits for plug-ins.
    pub(super) fn open(&self) -> usize {
        self.hooks.open() + self.running.len() + self.sayings.len()
    }

    /// Whether a command runs.
    pub(super) fn is_running(&self) -> bool {
        !self.running.is_empty()
    }

    /// A number that no question has yet.
    pub(super) fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }
}

/// Whether a ticket is of a plug-in's message.
pub(super) fn is_own(ticket: Ticket) -> bool {
    ticket.0 >= OWN_TICKETS
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
            Tell::Settled => self.settled(),
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
        self.report_commands();
    }

    /// The commands of a plug-in can't be run, for a reason; without one they are gone. What becomes of its hooks is told apart.
    fn withdraw(&mut self, plugin: &str, reason: Option<&str>) {
        let origin = Origin::Plugin(plugin.to_owned());
        let Some(reason) = reason else {
            self.registry.remove_commands(&origin);
            return self.report_commands();
        };
        let entries = self.registry.entries();
        let its = entries.filter(|entry| *entry.origin() == origin);
        let names: Vec<String> = its.map(|entry| entry.spec().name.to_string()).collect();
        for name in names {
            self.registry
                .disable(&name, format!("plug-in '{plugin}': {reason}"));
        }
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

    fn finish_running(&mut self, ticket: Ticket) {
        let is_over = |running: &Running| running.is_done && running.unacknowledged == 0;
        if self.extensions.running.get(&ticket).is_some_and(is_over)
            && let Some(running) = self.extensions.running.remove(&ticket)
        {
            let outcome = running.refusal.map_or(Outcome::Ok, Outcome::Refused);
            self.resolved(ticket, outcome);
        }
    }

    /// A plug-in says something in the user's name.
    fn plugin_says(
        &mut self,
        line: Option<Ticket>,
        plugin: String,
        target: &str,
        text: &str,
        kind: MessageKind,
    ) {
        let message = MessageHook {
            from: self.session.nick().to_owned(),
            to: target.to_owned(),
            text: text.to_owned(),
            kind,
            time: None,
        };
        let (Ok(target), Ok(text)) = (target.parse::<Target>(), Text::new(text)) else {
            return;
        };
        let effect = match kind {
            MessageKind::Action => Effect::Action { target, text },
            MessageKind::Notice => {
                let line = salon_protocol::Message::new("NOTICE")
                    .with_param(target.to_string())
                    .with_text(text.to_string());
                let Ok(Ok(line)) = line.to_line().map(Text::new) else {
                    return;
                };
                Effect::Raw { line }
            }
            _ => Effect::Say { target, text },
        };
        let line = line.filter(|line| self.extensions.running.contains_key(line));
        if let Some(running) = line.and_then(|line| self.extensions.running.get_mut(&line)) {
            running.unacknowledged += 1;
        }
        let ticket = Ticket(OWN_TICKETS + self.extensions.number());
        if !self.session.is_ready() {
            self.extensions.saying.insert(ticket, (line, plugin));
            return self.leave_unsaid(ticket, NO_HUB);
        }
        let mut others = self.hooked(&message.occasion(HookPoint::MessageOut));
        others.retain(|other| *other != plugin);
        let asked = self.ask_them(others, Question::Message(HookPoint::MessageOut, message));
        self.extensions.saying.insert(ticket, (line, plugin));
        match asked {
            Ok(open) => self.extensions.sayings.push_back(Saying {
                ticket,
                effect,
                open,
            }),
            Err(reason) => self.leave_unsaid(ticket, &reason),
        }
        self.release_sayings();
    }

    /// The others have judged what a plug-in wants said. Gives whether it was that.
    pub(super) fn judged_saying(&mut self, number: u64, verdict: &Verdict) -> bool {
        let is_it = |saying: &Saying| saying.open == Some(number);
        let Some(index) = self.extensions.sayings.iter().position(is_it) else {
            return false;
        };
        let saying = self.extensions.sayings.get_mut(index);
        let passed = saying.and_then(|saying| {
            saying.open = None;
            match verdict {
                Verdict::Pass => Some(()),
                Verdict::Replace(text) => {
                    saying.effect = with_text(&saying.effect, text)?;
                    Some(())
                }
                Verdict::Drop(_) => None,
            }
        });
        if passed.is_none()
            && let Some(saying) = self.extensions.sayings.remove(index)
        {
            let reason = match verdict {
                Verdict::Drop(reason) => reason,
                Verdict::Pass | Verdict::Replace(_) => "replaced by what can't be sent",
            };
            self.leave_unsaid(saying.ticket, reason);
        }
        self.release_sayings();
        true
    }

    /// There is no hub to say anything to: what plug-ins want said would only pile up.
    pub(super) fn leave_all_unsaid(&mut self) {
        while let Some(saying) = self.extensions.sayings.pop_front() {
            self.leave_unsaid(saying.ticket, NO_HUB);
        }
    }

    fn leave_unsaid(&mut self, ticket: Ticket, reason: &str) {
        let plugin = self.extensions.saying.get(&ticket);
        let plugin = plugin.map_or_else(String::new, |(_, plugin)| plugin.clone());
        self.inform(&format!("a message of plug-in '{plugin}' was {reason}"));
        self.said(ticket, Outcome::Ok);
    }

    /// Says what plug-ins want said, as far as the hub has room for it.
    pub(super) fn release_sayings(&mut self) {
        while self.session.is_ready()
            && self.session.open_tickets() < self.window()
            && !self.link.is_congested()
            && (self.extensions.sayings.front()).is_some_and(|saying| saying.open.is_none())
            && let Some(saying) = self.extensions.sayings.pop_front()
        {
            self.session
                .perform(saying.ticket, saying.effect.into(), clock());
        }
    }

    /// The hub has dealt with something that a plug-in said.
    pub(super) fn said(&mut self, own: Ticket, outcome: Outcome) {
        let Some((line, plugin)) = self.extensions.saying.remove(&own) else {
            return;
        };
        match line.and_then(|line| self.extensions.running.get_mut(&line)) {
            Some(running) => {
                running.unacknowledged = running.unacknowledged.saturating_sub(1);
                if let Outcome::Refused(refusal) = outcome {
                    running.refusal.get_or_insert(refusal);
                }
            }
            None => {
                if let Outcome::Refused(refusal) = outcome {
                    self.inform(&format!(
                        "a message of plug-in '{plugin}' was refused: {refusal}"
                    ));
                }
            }
        }
        if let Some(line) = line {
            self.finish_running(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::tests::started;

    fn says(text: &str) -> Tell {
        Tell::Say {
            ticket: None,
            plugin: "clock".to_owned(),
            target: "#lobby".to_owned(),
            text: text.to_owned(),
            kind: MessageKind::Message,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_plugins_want_said_does_not_wait_for_a_hub() {
        let (mut talk, _hub) = started().await;
        for number in 0..1000 {
            talk.take_tell(says(&number.to_string()));
        }
        assert!(
            talk.extensions.open() > 0,
            "more than the hub takes at once"
        );
        talk.end("gone");
        assert_eq!(talk.extensions.open(), 0);
        talk.take_tell(says("later"));
        assert_eq!(talk.extensions.open(), 0);
        let mut told = std::iter::from_fn(|| talk.next_report());
        let unsaid = "a message of plug-in 'clock' was not sent: not connected";
        assert!(told.any(|report| {
            matches!(report, Report::Show(Event { kind: EventKind::Info { text }, .. }) if text == unsaid)
        }));
    }

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
