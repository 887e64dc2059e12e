//! What waits for hooks: lines before they are performed, and messages before they are shown. Whose hooks are for what says
//! the registry; here is the order of things. It must not know processes; `plugin` does.
//!
//! A line waits until every plug-in whose hook it concerns has let it pass, and the lines after it wait behind it. What is
//! told afterwards, a command that ran or somebody who came, waits for nobody.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use salon_commands::plugin::protocol::{
    CommandHook, Happening, HookPoint, MessageHook, MessageKind,
};
use salon_commands::{Command, Effect, Effects, Occasion, Origin, Target};

use super::Conversation;
use super::leaving::{leaving, with_text};
use super::order::is_message;
use crate::driver::Report;
use crate::event::{Event, EventKind, room_of};
use crate::plugin::{Ask, Question, Verdict, command};
use crate::session::{Outcome, Refusal, Ticket};

/// How many lines may wait for hooks.
const WAITING_MAX: usize = 256;
/// The commands that no hook can hold back: they are the ways out of a plug-in's grip.
const NEVER_ASKED: [&str; 2] = [command::NAME, "quit"];
/// What is said where the plug-ins' thread is gone.
const NOBODY: &str = "held back: the plug-ins can't be asked";

/// What waits for hooks.
#[derive(Debug, Default)]
pub(super) struct Hooks {
    /// Whether lines are being performed that were judged: performing one ends in asking for more of them.
    is_releasing: bool,
    /// Lines that wait, in order.
    waiting: VecDeque<Waiting>,
    /// The commands under way that plug-ins want to hear of when they are done.
    running: BTreeMap<Ticket, (CommandHook, Vec<String>)>,
}

/// A line that waits.
#[derive(Debug)]
struct Waiting {
    ticket: Ticket,
    effects: Vec<Effect>,
    /// What each open question is about.
    open: BTreeMap<u64, About>,
    refusal: Option<String>,
}

/// What a question is about.
#[derive(Debug, Clone, Copy)]
enum About {
    /// The command as a whole.
    Command,
    /// The effect of this index.
    Effect(usize),
}

impl Hooks {
    /// Whether another line may come.
    pub(super) fn is_accepting(&self) -> bool {
        // The next line is read with the room that a line before it goes to.
        let is_moving = |line: &Waiting| !line.effects.iter().all(is_message);
        self.waiting.len() < WAITING_MAX && !self.waiting.back().is_some_and(is_moving)
    }

    /// The lines that wait.
    pub(super) fn lines(&self) -> impl Iterator<Item = Ticket> {
        self.waiting.iter().map(|line| line.ticket)
    }

    /// How many lines wait.
    pub(super) fn open(&self) -> usize {
        self.waiting.len()
    }
}

impl Conversation {
    /// The plug-ins whose hooks are for this, by their names.
    pub(super) fn hooked(&self, occasion: &Occasion<'_>) -> Vec<String> {
        let names: BTreeSet<&str> = self
            .registry
            .hooks(occasion)
            .filter_map(|hook| match &hook.origin {
                Origin::Plugin(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// What hooks see of a command that was typed, unless it is one that they never see.
    pub(super) fn seen(&self, command: &Command, line: &str) -> Option<CommandHook> {
        let points = [HookPoint::BeforeCommand, HookPoint::AfterCommand];
        if !points
            .into_iter()
            .any(|point| self.registry.has_hooks(point))
        {
            return None;
        }
        let name = command.name().filter(|name| !NEVER_ASKED.contains(name))?;
        let target = self.session.current();
        let known = target.and_then(|target| target.parse::<Target>().ok());
        let is_secret = self.registry.carries_secret(line, known.as_ref());
        Some(CommandHook {
            command: name.to_owned(),
            line: (!is_secret).then(|| line.to_owned()),
            target: target.map(str::to_owned),
            nick: self.session.nick().to_owned(),
        })
    }

    /// Has a line judged by those whose hooks are for it, if there are any, and then performed.
    pub(super) fn filter(&mut self, ticket: Ticket, seen: Option<CommandHook>, effects: Effects) {
        let mut line = Waiting {
            ticket,
            effects: effects.into_iter().collect(),
            open: BTreeMap::new(),
            refusal: None,
        };
        self.ask_about(&mut line);
        if let Some(seen) = seen {
            self.ask_before(&mut line, &seen);
            let after = self.hooked(&seen.occasion(HookPoint::AfterCommand));
            if !after.is_empty() {
                let running = &mut self.extensions.hooks.running;
                running.insert(ticket, (seen, after));
            }
        }
        let is_free = line.open.is_empty() && line.refusal.is_none();
        if is_free && self.extensions.hooks.waiting.is_empty() {
            return self.route(ticket, line.effects.into_iter().collect());
        }
        self.extensions.hooks.waiting.push_back(line);
        self.release_filtered();
    }

    fn ask_about(&mut self, line: &mut Waiting) {
        for (index, effect) in line.effects.iter().enumerate() {
            let Some(leaving) = leaving(effect) else {
                continue;
            };
            let message = MessageHook {
                from: self.session.nick().to_owned(),
                to: leaving.to,
                text: leaving.text,
                kind: leaving.kind,
                time: None,
            };
            let on = HookPoint::MessageOut;
            if message.to.contains(',') && self.registry.has_hooks(on) {
                let text =
                    "a plug-in has to let it pass, and can't where several are addressed at once";
                line.refusal = Some(text.to_owned());
                continue;
            }
            let plugins = self.hooked(&message.occasion(on));
            match self.ask_them(plugins, Question::Message(on, message)) {
                Ok(Some(number)) => drop(line.open.insert(number, About::Effect(index))),
                Ok(None) => {}
                Err(reason) => line.refusal = Some(reason),
            }
        }
    }

    fn ask_before(&mut self, line: &mut Waiting, seen: &CommandHook) {
        let plugins = self.hooked(&seen.occasion(HookPoint::BeforeCommand));
        match self.ask_them(plugins, Question::Command(seen.clone())) {
            Ok(Some(number)) => drop(line.open.insert(number, About::Command)),
            Ok(None) => {}
            Err(reason) => line.refusal = Some(reason),
        }
    }

    /// Asks plug-ins something. Gives the number of the question, or why they can't be asked: then it goes no further.
    pub(super) fn ask_them(
        &mut self,
        plugins: Vec<String>,
        question: Question,
    ) -> Result<Option<u64>, String> {
        if plugins.is_empty() {
            return Ok(None);
        }
        let number = self.extensions.number();
        let ask = Ask::Judge {
            number,
            plugins,
            question,
        };
        if self.extensions.plugins.ask(ask) {
            Ok(Some(number))
        } else {
            Err(NOBODY.to_owned())
        }
    }

    /// Performs the lines that were judged, in order.
    pub(super) fn release_filtered(&mut self) {
        if std::mem::replace(&mut self.extensions.hooks.is_releasing, true) {
            return;
        }
        while self.held.is_none()
            && !self.barrier
            && (self.extensions.hooks.waiting.front()).is_some_and(|line| line.open.is_empty())
            && let Some(line) = self.extensions.hooks.waiting.pop_front()
        {
            match line.refusal {
                Some(reason) => {
                    self.session.refuse(line.ticket, Refusal::new(reason));
                    self.carry_out();
                }
                None => self.route(line.ticket, line.effects.into_iter().collect()),
            }
        }
        self.extensions.hooks.is_releasing = false;
    }

    /// Those who were asked have judged.
    pub(super) fn judged(&mut self, number: u64, verdict: Verdict) {
        if self.judged_saying(number, &verdict) {
            return;
        }
        let is_it = |line: &&mut Waiting| line.open.contains_key(&number);
        let Some(line) = self.extensions.hooks.waiting.iter_mut().find(is_it) else {
            let told = self.reports.settle(number, |event| shown(event, verdict));
            if let Some(event) = told {
                self.remember(&event);
            }
            return;
        };
        let about = line.open.remove(&number);
        match (verdict, about) {
            (Verdict::Drop(reason), _) => line.refusal = Some(reason),
            (Verdict::Replace(text), Some(About::Effect(index))) => {
                let effect = line.effects.get_mut(index);
                match effect.and_then(|effect| Some((with_text(effect, &text)?, effect))) {
                    Some((new, effect)) => *effect = new,
                    None => {
                        line.refusal =
                            Some("a plug-in replaced it by what can't be sent".to_owned());
                    }
                }
            }
            (Verdict::Pass | Verdict::Replace(_), _) => {}
        }
        self.release_filtered();
    }

    /// The plug-ins have begun, or are gone for good: then nobody answers any more.
    pub(super) fn settled(&mut self) {
        if self.extensions.plugins.is_hosted() {
            return;
        }
        for event in self.reports.release() {
            self.remember(&event);
        }
        let waiting = self.extensions.hooks.waiting.iter();
        let open = waiting.flat_map(|line| line.open.keys().copied());
        let open: Vec<u64> = open.chain(self.extensions.sayings.open()).collect();
        for number in open {
            self.judged(number, Verdict::Drop(NOBODY.to_owned()));
        }
    }

    /// A line is dealt with: those whose hooks are for its command are told.
    pub(super) fn tell_after(&mut self, ticket: Ticket, outcome: &Outcome) {
        let running = &mut self.extensions.hooks.running;
        let Some((seen, plugins)) = running.remove(&ticket) else {
            return;
        };
        let happening = Happening {
            from: Some(seen.nick),
            to: seen.target,
            text: match outcome {
                Outcome::Refused(refusal) => Some(refusal.to_string()),
                Outcome::Ok => None,
            },
            command: Some(seen.command),
        };
        self.tell_them(HookPoint::AfterCommand, plugins, happening);
    }

    fn tell_them(&mut self, on: HookPoint, plugins: Vec<String>, happening: Happening) {
        if !plugins.is_empty() {
            // A host with no time for it misses it.
            self.extensions.plugins.ask(Ask::Happened {
                on,
                plugins,
                happening,
            });
        }
    }

    /// Tells of an event, once the plug-ins have let it pass; others hear of it as it is told.
    pub(super) fn announce(&mut self, event: Event) {
        if let Some((on, happening)) = happening(&event) {
            let plugins = self.hooked(&happening.occasion(on));
            self.tell_them(on, plugins, happening);
        } else if let Some(message) = arriving(&event) {
            let on = HookPoint::MessageIn;
            let plugins = self.hooked(&message.occasion(on));
            if let Ok(Some(number)) = self.ask_them(plugins, Question::Message(on, message)) {
                // What is kept is what is told, so that no other way leads to what a filter has dropped.
                return self.reports.hold(number, event);
            }
        }
        self.remember(&event);
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
    let to = room_of(&to).map_or_else(|| from.clone(), str::to_owned);
    Some(MessageHook {
        from,
        to,
        text: text.clone(),
        kind,
        time: Some(event.time.to_string()),
    })
}

/// What a hook that is only told hears of an event.
fn happening(event: &Event) -> Option<(HookPoint, Happening)> {
    let (on, text) = match &event.kind {
        EventKind::Join => (HookPoint::Join, None),
        EventKind::Part { reason } => (HookPoint::Part, reason.clone()),
        EventKind::Quit { reason } => (HookPoint::Quit, reason.clone()),
        EventKind::Nick { new } => (HookPoint::Nick, Some(new.clone())),
        EventKind::Topic { text } => (HookPoint::Topic, text.clone()),
        EventKind::Kick { nick, .. } => (HookPoint::Kick, Some(nick.clone())),
        _ => return None,
    };
    let (from, to) = (event.from.clone(), event.to.clone());
    let happening = Happening {
        from,
        to,
        text,
        command: None,
    };
    Some((on, happening))
}
