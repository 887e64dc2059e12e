//! What a person says, until the hub has acknowledged it: in order, and where there is a home for it on disk, so
//! that neither a lost connection nor the end of the program loses it.
//!
//! Each message is waiting, sent, or doubtful: sent over a link that was lost before the hub answered. Whether a
//! doubtful one has arrived is told by history, which shows own messages like those of others; only then is it
//! sent again or not. It must not know how history is asked for, nor the session.

mod journal;
mod shut;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::path::Path;

use salon_commands::{Effect, Effects, Target, Text};
use salon_protocol::{Timestamp, eq_folded};

use self::journal::{Journal, Record};
pub(super) use self::journal::{home_of, left_by_others};
use crate::event::{Event, EventKind};
use crate::session::{Refusal, Ticket};

/// How many messages may wait.
pub(super) const MESSAGES_MAX: usize = 1_000;
/// A part of a message is at least so long where it was divided: less is another message that begins alike.
const PART_BYTES_MIN: usize = 200;
/// How long a message of an earlier run may have waited to be sent by itself.
const AGE_MILLIS_MAX: u64 = 24 * 60 * 60 * 1000;

/// How long the numbers of messages are, that begin anywhere.
const NUMBER_BITS: u32 = 52;

/// What is said and not acknowledged.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    messages: VecDeque<Unsent>,
    lines: BTreeMap<Ticket, Line>,
    /// The rooms, folded, that are waited for.
    shut: BTreeSet<String>,
    number: u64,
    journal: Option<Journal>,
    /// Who says it, where it is kept on disk.
    pub(super) nick: Option<String>,
    /// Why nothing is kept on disk any more, until it is told.
    failure: Option<String>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unsent {
    pub(super) number: u64,
    /// The input line that it is of; `None` if it was typed in an earlier run of the program.
    pub(super) ticket: Option<Ticket>,
    pub(super) target: Target,
    /// What is left to be said.
    pub(super) text: String,
    pub(super) is_action: bool,
    pub(super) state: State,
}

/// What is known of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// It was not sent.
    Waiting,
    /// It is on its way over the link that there is.
    Sent(Sent),
    /// It was on its way when the link was lost.
    Doubtful(Sent),
}

/// How a message was sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Sent {
    /// The nick that said it.
    pub(super) nick: String,
    /// The server's time before it was said.
    pub(super) after: Option<Timestamp>,
}

/// An input line that says several messages.
#[derive(Debug, Default)]
struct Line {
    open: usize,
    refusal: Option<Refusal>,
}

/// What an input line has come to.
pub(super) type Done = (Ticket, Option<Refusal>);

impl Outbox {
    /// Opens what is kept on disk, and takes over what an earlier run has left there. Gives what was left too
    /// long ago to be sent.
    pub(super) fn open(&mut self, home: &Path, now: Timestamp) -> Vec<Unsent> {
        match Journal::open(home) {
            Ok((journal, left)) => {
                self.journal = Some(journal);
                let oldest = now.as_millis().saturating_sub(AGE_MILLIS_MAX);
                let (old, new): (Vec<_>, Vec<_>) = left
                    .into_iter()
                    .partition(|(_, typed)| typed.as_millis() < oldest);
                self.messages
                    .extend(new.into_iter().map(|(message, _)| message));
                let old: Vec<Unsent> = old.into_iter().map(|(message, _)| message).collect();
                for message in &old {
                    self.note(&Record::Done {
                        done: message.number,
                    });
                }
                self.tidy();
                old
            }
            Err(error) => {
                self.failure = Some(error.to_string());
                Vec::new()
            }
        }
    }

    /// From now on somebody else says it, who has another home. Takes along what waits, and takes over what an earlier
    /// run has left there. Gives what was left too long ago.
    pub(super) fn move_to(&mut self, home: &Path, now: Timestamp) -> Vec<Unsent> {
        let former = self.journal.take();
        let waiting = std::mem::take(&mut self.messages);
        let old = self.open(home, now);
        for message in waiting {
            // When it was typed matters to a later run alone, and it was typed in this one.
            for record in Record::of(&message, now) {
                self.note(&record);
            }
            self.messages.push_back(message);
        }
        // Only now, so that whatever ends the program in between loses nothing.
        let cleared = former.map(|mut journal| journal.clear());
        if let Some(Err(error)) = cleared {
            tracing::error!(%error, "could not empty the file of what is not sent");
        }
        old
    }

    /// Why what is said is not kept on disk, if that is news.
    pub(super) fn take_failure(&mut self) -> Option<String> {
        self.failure.take()
    }

    /// Takes what an input line says. Gives it back where there is no place for it.
    pub(super) fn add(
        &mut self,
        ticket: Ticket,
        effects: Effects,
        now: Timestamp,
    ) -> Result<(), Effects> {
        let Some(messages) = said(&effects) else {
            return Err(effects);
        };
        if self.messages.len() + messages.len() > MESSAGES_MAX {
            return Err(effects);
        }
        let line = self.lines.entry(ticket).or_default();
        line.open += messages.len();
        for (target, text, is_action) in messages {
            let message = Unsent {
                number: self.next_number(),
                ticket: Some(ticket),
                target,
                text,
                is_action,
                state: State::Waiting,
            };
            self.note(&Record::said(&message, now));
            self.messages.push_back(message);
        }
        Ok(())
    }

    /// The messages, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Unsent> {
        self.messages.iter()
    }

    /// The input lines that are not acknowledged.
    pub(super) fn lines(&self) -> impl Iterator<Item = Ticket> {
        self.lines.keys().copied()
    }

    /// How many messages are not on their way.
    pub(super) fn waiting(&self) -> usize {
        let is_waiting = |message: &&Unsent| !matches!(message.state, State::Sent(_));
        self.messages.iter().filter(is_waiting).count()
    }

    /// The message that is to be sent next; none before one that is doubtful is decided.
    pub(super) fn next(&self) -> Option<&Unsent> {
        let is_next =
            |message: &&Unsent| !matches!(message.state, State::Sent(_)) && !self.is_shut(message);
        let next = self.messages.iter().find(is_next)?;
        (next.state == State::Waiting).then_some(next)
    }

    /// A message is about to be sent.
    pub(super) fn sends(&mut self, number: u64, sent: Sent) {
        self.note(&Record::sent(number, &sent));
        if let Some(message) = self.message(number) {
            message.state = State::Sent(sent);
        }
    }

    /// Somebody whom we take for us has said something in a place: a message, or a part of one, has arrived.
    /// Gives the input line, if that was the last of it.
    pub(super) fn heard(&mut self, place: &str, event: &Event) -> Option<Done> {
        let (text, is_action) = match &event.kind {
            EventKind::Message { text } => (text, false),
            EventKind::Action { text } => (text, true),
            _ => return None,
        };
        let from = event.from.as_deref().unwrap_or_default();
        let found = self.messages.iter_mut().find(|message| {
            let (State::Sent(sent) | State::Doubtful(sent)) = &message.state else {
                return false;
            };
            message.is_action == is_action
                && is_to(&message.target, place, event)
                && (event.own || eq_folded(&sent.nick, from))
                && (message.ticket.is_some() || sent.after.is_none_or(|after| event.time > after))
                && rest(&message.text, text).is_some()
        })?;
        found.text = rest(&found.text, text)?.to_owned();
        let is_decided = found.text.is_empty() && matches!(found.state, State::Doubtful(_));
        let number = found.number;
        self.note(&Record::Heard {
            heard: number,
            time: event.time,
            text: text.clone(),
        });
        // One that is on its way is done when the hub says so.
        is_decided.then(|| self.done(number, None)).flatten()
    }

    /// A message is dealt with. Gives its input line, if that was the last of it.
    pub(super) fn done(&mut self, number: u64, refusal: Option<Refusal>) -> Option<Done> {
        let index = self.messages.iter().position(|one| one.number == number)?;
        let message = self.messages.remove(index)?;
        self.note(&Record::Done { done: number });
        self.tidy();
        let ticket = message.ticket?;
        let line = self.lines.get_mut(&ticket)?;
        line.open = line.open.saturating_sub(1);
        if line.refusal.is_none() {
            line.refusal = refusal;
        }
        if line.open > 0 {
            return None;
        }
        let line = self.lines.remove(&ticket)?;
        Some((ticket, line.refusal))
    }

    /// The link was lost: what was on its way is doubtful, unless all of it was heard. Gives the lines that are done.
    pub(super) fn lose(&mut self) -> Vec<Done> {
        let mut heard = Vec::new();
        for message in &mut self.messages {
            if let State::Sent(sent) = &mut message.state {
                let sent = std::mem::take(sent);
                if message.text.is_empty() {
                    heard.push(message.number);
                }
                message.state = State::Doubtful(sent);
            }
        }
        heard
            .into_iter()
            .filter_map(|number| self.done(number, None))
            .collect()
    }

    /// A doubtful message has not arrived: it waits again.
    pub(super) fn resend(&mut self, number: u64) {
        self.note(&Record::Waits { waits: number });
        if let Some(message) = self.message(number) {
            message.state = State::Waiting;
        }
    }

    /// The program leaves this hub: what waits stays on disk, if it is there. Gives the lines that are not
    /// acknowledged, and whether they are kept.
    pub(super) fn close(&mut self) -> (Vec<Ticket>, bool) {
        let is_kept = self.journal.take().is_some();
        let lines = std::mem::take(&mut self.lines);
        self.messages.clear();
        (lines.into_keys().collect(), is_kept)
    }

    fn message(&mut self, number: u64) -> Option<&mut Unsent> {
        self.messages.iter_mut().find(|one| one.number == number)
    }

    /// A number that no other run of the program gives.
    fn next_number(&mut self) -> u64 {
        if self.number == 0 {
            let random = getrandom::u64().unwrap_or_default();
            self.number = random >> (u64::BITS - NUMBER_BITS);
        }
        self.number += 1;
        self.number
    }

    fn note(&mut self, record: &Record) {
        let noted = self.journal.as_mut().map(|journal| journal.note(record));
        self.give_up_unless(noted);
    }

    /// What could not be noted makes the file wrong: the next run would say again what was said, or never what was not.
    fn give_up_unless(&mut self, noted: Option<io::Result<()>>) {
        let Some(Err(error)) = noted else { return };
        self.failure = Some(error.to_string());
        if let Some(Err(error)) = self.journal.take().map(Journal::give_up) {
            tracing::error!(%error, "could not empty the file of what is not sent");
        }
    }

    /// Empties the file when nothing in it matters any more.
    fn tidy(&mut self) {
        if self.messages.is_empty() {
            let cleared = self.journal.as_mut().map(Journal::clear);
            self.give_up_unless(cleared);
        }
    }
}

impl Unsent {
    /// The effects that say it, one a line; none if nothing that can be said is left of it.
    pub(super) fn effects(&self) -> Effects {
        let effect = |line: &str| {
            let target = self.target.clone();
            let text = if line.is_empty() {
                Text::empty()
            } else {
                Text::new(line).ok()?
            };
            Some(if self.is_action {
                Effect::Action { target, text }
            } else {
                Effect::Say { target, text }
            })
        };
        // A blank line is a part of a message, and none of its own.
        let lines = self.text.trim_matches('\n');
        let lines = lines.split('\n').filter(|_| !lines.is_empty());
        lines.filter_map(effect).collect()
    }

    /// How it was sent, if it is not known what has become of it.
    pub(super) fn doubt(&self) -> Option<&Sent> {
        match &self.state {
            State::Doubtful(sent) => Some(sent),
            State::Waiting | State::Sent(_) => None,
        }
    }
}

/// The messages that effects say: lines for one target are one message. Nothing if they do anything else.
fn said(effects: &Effects) -> Option<Vec<(Target, String, bool)>> {
    let mut messages: Vec<(Target, String, bool)> = Vec::new();
    for effect in effects {
        match (effect, messages.last_mut()) {
            (Effect::Say { target, text }, Some((last, lines, false))) if last == target => {
                lines.push('\n');
                lines.push_str(text);
            }
            (Effect::Say { target, text }, _) => {
                messages.push((target.clone(), text.to_string(), false));
            }
            (Effect::Action { target, text }, _) => {
                messages.push((target.clone(), text.to_string(), true));
            }
            _ => return None,
        }
    }
    Some(messages)
}

/// Whether what was said in a place was said to this target: what is for some of a room is not for all of it.
fn is_to(target: &Target, place: &str, event: &Event) -> bool {
    let to = match target {
        Target::Room(_) | Target::Ranked(_) => event.to.as_deref(),
        Target::Nick(_) => Some(place),
    };
    to.is_some_and(|to| eq_folded(to, target.as_str()))
}

/// What is left of a message when this line of it, or this part of a line, was heard; `None` if it is none. A blank line
/// arrives nowhere by itself, so it is not waited for.
fn rest<'a>(message: &'a str, heard: &str) -> Option<&'a str> {
    let (line, others) = message.split_once('\n').unwrap_or((message, ""));
    // Some servers cut blanks off the end of a line.
    let rest = if line.trim_end() == heard.trim_end() {
        (!message.is_empty()).then_some(others)
    } else {
        message
            .strip_prefix(heard)
            .filter(|_| heard.len() >= PART_BYTES_MIN)
    };
    rest.map(|rest| rest.trim_start_matches('\n'))
}

#[cfg(test)]
mod tests;
