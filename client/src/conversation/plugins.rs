//! What the plug-ins have to do with a conversation: their commands run beside it, their filters stand between a line and the
//! session, and what they say goes the way of every message. It must not know processes; `plugin` does.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use salon_commands::plugin::protocol::{HookName, MessageHook, MessageKind, Occasion};
use salon_commands::{Effect, Effects, Invoke, Origin, Spec, Target, Text};

use super::leaving::{leaving, with_text};
use super::order::is_message;
use super::{Conversation, Lines, clock};
use crate::driver::Report;
use crate::event::{Event, EventKind};
use crate::plugin::{Ask, Plugins, Tell, Verdict, command};
use crate::session::{Outcome, Refusal, Ticket};

/// The first ticket of what plug-ins say. The lines of users never get so far.
const OWN_TICKETS: u64 = 1 << 63;
/// How many lines may wait for the filters.
const FILTERING_MAX: usize = 256;

/// What is under way with the plug-ins.
#[derive(Debug, Default)]
pub(super) struct Extensions {
    pub(super) plugins: Plugins,
    next_number: u64,
    has_begun: bool,
    /// Whether lines are being performed that were judged: performing one ends in asking for more of them.
    is_releasing: bool,
    /// Lines that wait for filters, in order.
    filtering: VecDeque<Filtering>,
    /// Lines whose commands run.
    running: BTreeMap<Ticket, Running>,
    /// Whose line each own ticket belongs to, and which plug-in says it.
    saying: BTreeMap<Ticket, (Option<Ticket>, String)>,
    /// What plug-ins want said, until the hub has room for it.
    sayings: VecDeque<(Ticket, Effects)>,
}

/// A line that waits for filters.
#[derive(Debug)]
struct Filtering {
    ticket: Ticket,
    effects: Vec<Effect>,
    /// Which effect each open question is about.
    open: BTreeMap<u64, usize>,
    refusal: Option<String>,
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
        // The next line is read with the room that a line before it goes to.
        let is_moving = |line: &Filtering| !line.effects.iter().all(is_message);
        self.filtering.len() < FILTERING_MAX
            && !self.filtering.back().is_some_and(is_moving)
            && !(lines == Lines::Scripted && self.plugins.is_unsettled())
    }

    /// The lines that wait for plug-ins.
    pub(super) fn lines(&self) -> impl Iterator<Item = Ticket> {
        let filtering = self.filtering.iter().map(|line| line.ticket);
        filtering.chain(self.running.keys().copied())
    }

    /// How much waits for plug-ins.
    pub(super) fn open(&self) -> usize {
        self.filtering.len() + self.running.len() + self.sayings.len()
    }

    /// Whether a command runs.
    pub(super) fn is_running(&self) -> bool {
        !self.running.is_empty()
    }

    /// Whether lines wait for filters.
    pub(super) fn is_filtering(&self) -> bool {
        !self.filtering.is_empty()
    }

    fn number(&mut self) -> u64 {
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
            let _ = self.extensions.plugins.ask(Ask::Cancel);
        }
    }

    /// Starts the plug-ins, once.
    pub(super) fn begin_plugins(&mut self) {
        if !std::mem::replace(&mut self.extensions.has_begun, true) {
            let status = self.session.status();
            let (nick, rooms) = (status.nick, status.rooms);
            let _ = self.extensions.plugins.ask(Ask::Begin { nick, rooms });
        }
    }

    /// Has a line judged by the filters, if there are any, and then performed.
    pub(super) fn filter(&mut self, ticket: Ticket, effects: Effects) {
        let is_judged = self.extensions.plugins.is_interested(HookName::MessageOut)
            && effects.iter().any(|effect| leaving(effect).is_some());
        if !is_judged && !self.extensions.is_filtering() {
            return self.route(ticket, effects);
        }
        let mut line = Filtering {
            ticket,
            effects: effects.into_iter().collect(),
            open: BTreeMap::new(),
            refusal: None,
        };
        if is_judged {
            self.ask_about(&mut line);
        }
        self.extensions.filtering.push_back(line);
        self.release_filtered();
    }

    fn ask_about(&mut self, line: &mut Filtering) {
        let from = self.session.nick().to_owned();
        for (index, effect) in line.effects.iter().enumerate() {
            let Some(leaving) = leaving(effect) else {
                continue;
            };
            if leaving.to.contains(',') {
                let text =
                    "a plug-in has to let it pass, and can't where several are addressed at once";
                line.refusal = Some(text.to_owned());
                continue;
            }
            let message = MessageHook {
                from: from.clone(),
                to: leaving.to,
                text: leaving.text,
                kind: leaving.kind,
                time: None,
            };
            let number = self.extensions.number();
            let on = HookName::MessageOut;
            let ask = Ask::Message {
                number,
                on,
                message,
            };
            match self.extensions.plugins.ask(ask) {
                Ok(()) => {
                    line.open.insert(number, index);
                }
                // What can't be judged is not sent.
                Err(_) => line.refusal = Some("held back: the plug-ins can't be asked".to_owned()),
            }
        }
    }

    /// Performs the lines that were judged, in order.
    pub(super) fn release_filtered(&mut self) {
        if std::mem::replace(&mut self.extensions.is_releasing, true) {
            return;
        }
        while self.held.is_none()
            && !self.barrier
            && self
                .extensions
                .filtering
                .front()
                .is_some_and(|line| line.open.is_empty())
            && let Some(line) = self.extensions.filtering.pop_front()
        {
            match line.refusal {
                Some(reason) => {
                    self.session.refuse(line.ticket, Refusal::new(reason));
                    self.carry_out();
                }
                None => self.route(line.ticket, line.effects.into_iter().collect()),
            }
        }
        self.extensions.is_releasing = false;
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
        if self.extensions.plugins.ask(ask).is_err() {
            self.ran(ticket, Err("no plug-ins can be run".to_owned()));
        }
    }

    /// The host says something.
    pub(super) fn take_tell(&mut self, tell: Tell) {
        match tell {
            Tell::Register { plugin, commands } => self.register(&plugin, commands),
            Tell::Withdraw { plugin, reason } => self.withdraw(&plugin, reason.as_deref()),
            Tell::Settled | Tell::Interest(_) => self.settled(),
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
            Tell::Note(text) => self.inform(&text),
        }
        self.carry_out();
    }

    /// Lines for the user alone.
    pub(super) fn inform(&mut self, text: &str) {
        for line in text.lines() {
            self.reports.push_back(Report::Show(Event {
                time: clock(),
                id: None,
                from: None,
                account: None,
                to: None,
                own: false,
                kind: EventKind::Info {
                    text: line.to_owned(),
                },
            }));
        }
    }

    /// Adds the commands that are not the framework's.
    pub(super) fn add_own_commands(&mut self) {
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

    /// Takes up the commands of a plug-in, instead of those that it had.
    fn register(&mut self, plugin: &str, commands: Vec<Spec>) {
        let origin = Origin::Plugin(plugin.to_owned());
        self.registry.remove_all(&origin);
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

    /// The commands of a plug-in can't be run, for a reason; without one they are gone.
    fn withdraw(&mut self, plugin: &str, reason: Option<&str>) {
        let origin = Origin::Plugin(plugin.to_owned());
        let Some(reason) = reason else {
            self.registry.remove_all(&origin);
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

    fn settled(&mut self) {
        if !self.extensions.plugins.is_interested(HookName::MessageIn) {
            self.reports.release();
        }
    }

    fn judged(&mut self, number: u64, verdict: Verdict) {
        let is_it = |line: &&mut Filtering| line.open.contains_key(&number);
        let Some(line) = self.extensions.filtering.iter_mut().find(is_it) else {
            return self.reports.settle(number, |event| shown(event, verdict));
        };
        let index = line.open.remove(&number);
        match verdict {
            Verdict::Pass => {}
            Verdict::Drop(reason) => line.refusal = Some(reason),
            Verdict::Replace(text) => {
                let effect = index.and_then(|index| line.effects.get_mut(index));
                match effect.and_then(|effect| Some((with_text(effect, &text)?, effect))) {
                    Some((new, effect)) => *effect = new,
                    None => {
                        line.refusal =
                            Some("a plug-in replaced it by what can't be sent".to_owned());
                    }
                }
            }
        }
        self.release_filtered();
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
            self.reports.push_back(Report::Resolved { ticket, outcome });
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
        let own = Ticket(OWN_TICKETS + self.extensions.number());
        self.extensions.saying.insert(own, (line, plugin));
        self.extensions.sayings.push_back((own, effect.into()));
        self.release_sayings();
    }

    /// Says what plug-ins want said, as far as the hub has room for it.
    pub(super) fn release_sayings(&mut self) {
        while self.session.is_ready()
            && self.session.open_tickets() < self.window()
            && !self.link.is_congested()
            && let Some((ticket, effects)) = self.extensions.sayings.pop_front()
        {
            self.session.perform(ticket, effects, clock());
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

    /// Tells of an event, once the plug-ins have let it pass; others hear of it as it is told.
    pub(super) fn announce(&mut self, event: Event) {
        self.remember(&event);
        let plugins = &mut self.extensions.plugins;
        let Some((on, occasion)) = occasion(&event) else {
            if let Some(message) = arriving(&event)
                && plugins.is_interested(HookName::MessageIn)
            {
                let number = self.extensions.number();
                let on = HookName::MessageIn;
                let ask = Ask::Message {
                    number,
                    on,
                    message,
                };
                if self.extensions.plugins.ask(ask).is_ok() {
                    return self.reports.hold(number, event);
                }
            }
            return self.reports.push_back(Report::Show(event));
        };
        if plugins.is_interested(on) {
            // A host with no time for it misses it.
            let _ = plugins.ask(Ask::Happened { on, occasion });
        }
        self.reports.push_back(Report::Show(event));
    }
}

/// What becomes of an event.
fn shown(mut event: Event, verdict: Verdict) -> Option<Event> {
    let new = match verdict {
        Verdict::Pass => return Some(event),
        Verdict::Drop(_) => return None,
        Verdict::Replace(new) => new,
    };
    match &mut event.kind {
        EventKind::Message { text } | EventKind::Action { text } | EventKind::Notice { text } => {
            *text = new;
        }
        _ => {}
    }
    Some(event)
}

/// The message of somebody else that an event is.
fn arriving(event: &Event) -> Option<MessageHook> {
    let (text, kind) = match &event.kind {
        EventKind::Message { text } => (text, MessageKind::Message),
        EventKind::Action { text } => (text, MessageKind::Action),
        EventKind::Notice { text } => (text, MessageKind::Notice),
        _ => return None,
    };
    let from = event.from.clone().filter(|_| !event.own)?;
    let to = event.to.clone()?;
    // What is said to us is read where those are who say it.
    let to = if to.starts_with(['#', '&']) {
        to
    } else {
        from.clone()
    };
    Some(MessageHook {
        from,
        to,
        text: text.clone(),
        kind,
        time: Some(event.time.to_string()),
    })
}

/// What a hook that is only told hears of an event.
fn occasion(event: &Event) -> Option<(HookName, Occasion)> {
    let (on, text) = match &event.kind {
        EventKind::Join => (HookName::Join, None),
        EventKind::Part { reason } => (HookName::Part, reason.clone()),
        EventKind::Quit { reason } => (HookName::Quit, reason.clone()),
        EventKind::Nick { new } => (HookName::Nick, Some(new.clone())),
        EventKind::Topic { text } => (HookName::Topic, text.clone()),
        EventKind::Kick { nick, .. } => (HookName::Kick, Some(nick.clone())),
        _ => return None,
    };
    let (from, to) = (event.from.clone(), event.to.clone());
    Some((on, Occasion { from, to, text }))
}
