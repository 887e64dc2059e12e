//! What plug-ins want said in the user's name. It goes the way of every message: the hooks of the others judge it, and it
//! waits until the hub has room for it.

use std::collections::{BTreeMap, VecDeque};

use salon_commands::plugin::protocol::{HookPoint, MessageHook, MessageKind};
use salon_commands::{Effect, Target, Text};

use super::leaving::with_text;
use super::{Conversation, clock};
use crate::plugin::{Question, Verdict};
use crate::session::{Outcome, Ticket};

/// The first ticket of what plug-ins say. The lines of users never get so far.
const OWN_TICKETS: u64 = 1 << 63;

/// Why nothing is said without a hub.
const NO_HUB: &str = "not sent: not connected";

/// What is under way of it.
#[derive(Debug, Default)]
pub(super) struct Sayings {
    /// Whose line each own ticket belongs to, and which plug-in says it.
    said_for: BTreeMap<Ticket, (Option<Ticket>, String)>,
    /// In order, until the others have let it pass and the hub has room for it.
    waiting: VecDeque<Saying>,
}

impl Sayings {
    /// How much waits.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The questions that are open about it.
    pub(super) fn open(&self) -> impl Iterator<Item = u64> {
        self.waiting.iter().filter_map(|saying| saying.open)
    }
}

/// What a plug-in wants said.
#[derive(Debug)]
struct Saying {
    ticket: Ticket,
    effect: Effect,
    /// The question that is open about it.
    open: Option<u64>,
}

/// Whether a ticket is of a plug-in's message.
pub(super) fn is_own(ticket: Ticket) -> bool {
    ticket.0 >= OWN_TICKETS
}

impl Conversation {
    /// A plug-in says something in the user's name.
    pub(super) fn plugin_says(
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
        let message = MessageHook {
            from: self.session.nick().to_owned(),
            to: target.place().to_owned(),
            text: text.to_string(),
            kind,
            time: None,
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
            self.extensions
                .sayings
                .said_for
                .insert(ticket, (line, plugin));
            return self.leave_unsaid(ticket, NO_HUB);
        }
        let mut others = self.hooked(&message.occasion(HookPoint::MessageOut));
        others.retain(|other| *other != plugin);
        let asked = self.ask_them(others, Question::Message(HookPoint::MessageOut, message));
        self.extensions
            .sayings
            .said_for
            .insert(ticket, (line, plugin));
        match asked {
            Ok(open) => self.extensions.sayings.waiting.push_back(Saying {
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
        let Some(index) = self.extensions.sayings.waiting.iter().position(is_it) else {
            return false;
        };
        let saying = self.extensions.sayings.waiting.get_mut(index);
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
            && let Some(saying) = self.extensions.sayings.waiting.remove(index)
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
        while let Some(saying) = self.extensions.sayings.waiting.pop_front() {
            self.leave_unsaid(saying.ticket, NO_HUB);
        }
    }

    fn leave_unsaid(&mut self, ticket: Ticket, reason: &str) {
        let plugin = self.extensions.sayings.said_for.get(&ticket);
        let plugin = plugin.map_or_else(String::new, |(_, plugin)| plugin.clone());
        self.inform(&format!("a message of plug-in '{plugin}' was {reason}"));
        self.said(ticket, Outcome::Ok);
    }

    /// Says what plug-ins want said, as far as the hub has room for it.
    pub(super) fn release_sayings(&mut self) {
        while self.session.is_ready()
            && self.session.open_tickets() < self.window()
            && !self.link.is_congested()
            && (self.extensions.sayings.waiting.front()).is_some_and(|saying| saying.open.is_none())
            && let Some(saying) = self.extensions.sayings.waiting.pop_front()
        {
            self.session
                .perform(saying.ticket, saying.effect.into(), clock());
        }
    }

    /// The hub has dealt with something that a plug-in said.
    pub(super) fn said(&mut self, own: Ticket, outcome: Outcome) {
        let Some((line, plugin)) = self.extensions.sayings.said_for.remove(&own) else {
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
    use crate::conversation::input::WINDOW;
    use crate::conversation::tests::started;
    use crate::driver::Report;
    use crate::event::{Event, EventKind};
    use crate::plugin::Tell;

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
        for number in 0..2 * WINDOW {
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
}
