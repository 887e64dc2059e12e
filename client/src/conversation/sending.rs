//! What a person says, on its way through the outbox: it goes out when the hub is there and everything before it
//! is, and what was on its way when the connection was lost is looked up before it goes out again.
//!
//! As long as what is left of the lost connection may still speak for us, nothing is decided: the hub may yet
//! read from it what we take for lost. That it is gone shows in our nick's being free again. Where connections of one
//! account share the nick, nothing shows it: there we rely on the hub's having read what it was sent before it lets us
//! in anew. Something between us that hands bytes on later than that can have a message said twice.

use std::path::PathBuf;
use std::time::Duration;

use salon_commands::{Effect, Effects};
use salon_protocol::{Timestamp, eq_folded};
use tokio::time::Instant;

use super::outbox::{Done, Outbox, Sent, Unsent, home_of, left_by_others};
use super::seen::is_said;
use super::{Conversation, clock};
use crate::event::{Event, EventKind};
use crate::session::{Outcome, Refusal, Ticket};

/// The first ticket of a message. The lines of users never get so far, and those of files begin beyond.
const MESSAGE_TICKETS: u64 = 1 << 61;
const MESSAGE_TICKETS_END: u64 = 1 << 62;
/// How long a nick that another connection holds is taken for a sign of the lost one: hubs find out by then.
const GHOST_WITHIN: Duration = Duration::from_mins(5);
/// How far back history is looked at for what an earlier run has said, where it is not known since when.
const LOOK_BACK_MILLIS: u64 = 60 * 60 * 1000;

/// What is left of a lost connection.
#[derive(Debug)]
pub(super) struct Ghost {
    nick: String,
    until: Instant,
}

/// What we were called on a lost connection of which something may be left.
#[derive(Debug)]
pub(super) struct Former {
    nick: String,
    /// Until when who is called so speaks for us; `None` as long as it may go on. Later it is somebody else.
    until: Option<Timestamp>,
}

impl Former {
    fn is_of(&self, event: &Event) -> bool {
        let from = event.from.as_deref();
        from.is_some_and(|from| eq_folded(from, &self.nick))
            && self.until.is_none_or(|until| event.time <= until)
    }
}

/// Whether a ticket is that of a message.
pub(super) fn is_of_message(ticket: Ticket) -> bool {
    (MESSAGE_TICKETS..MESSAGE_TICKETS_END).contains(&ticket.0)
}

impl Conversation {
    /// Opens what is kept on disk for the hub that we go to, and tells what is kept there that we may not say.
    pub(super) fn open_outbox(&mut self) {
        let nick = self.plan.identity.nick.clone();
        let Some(home) = self.outbox_home(&nick) else {
            return;
        };
        self.outbox.nick = Some(nick);
        let old = self.outbox.open(&home, clock());
        self.tell_too_old(&old);
        self.tell_outbox_failure();
        for (nick, count) in left_by_others(&home) {
            let waits = match count {
                1 => format!("a message that was typed as {nick} waits"),
                count => format!("{count} messages that were typed as {nick} wait"),
            };
            self.inform(&format!("{waits} for that nick; ':nick {nick}' sends on"));
        }
    }

    /// What is said is kept for the nick that says it, which may be another than before. Says whether something was
    /// waiting for that one.
    pub(super) fn rehome_outbox(&mut self) -> bool {
        let (kept, wanted) = (self.outbox.nick.as_deref(), self.session.wanted_nick());
        let is_same = kept.is_none_or(|kept| eq_folded(kept, wanted));
        if is_same || !self.session.is_ready() {
            return false;
        }
        let nick = wanted.to_owned();
        let Some(home) = self.outbox_home(&nick) else {
            return false;
        };
        let before = self.outbox.iter().count();
        self.outbox.nick = Some(nick);
        let old = self.outbox.move_to(&home, clock());
        self.tell_too_old(&old);
        self.tell_outbox_failure();
        self.outbox.iter().count() > before
    }

    /// Where it is kept what somebody says on this hub.
    fn outbox_home(&self, nick: &str) -> Option<PathBuf> {
        let folder = self.plan.unsent.as_ref();
        let folder = folder.filter(|_| self.is_for_person())?;
        Some(home_of(folder, &self.plan.host, self.plan.port, nick))
    }

    fn tell_too_old(&mut self, messages: &[Unsent]) {
        for old in messages {
            let (target, text) = (&old.target, &old.text);
            self.inform(&format!("too old to be sent to {target} now: {text}"));
        }
    }

    fn tell_outbox_failure(&mut self) {
        if let Some(failure) = self.outbox.take_failure() {
            self.inform(&format!(
                "what you say is not kept on disk until it is sent: {failure}"
            ));
        }
    }

    /// Takes what a person says. It is sent at once, or when that can be.
    pub(super) fn post(&mut self, ticket: Ticket, effects: Effects) {
        let effects = self.session.spelled(effects);
        let is_off = !self.session.is_ready();
        if is_off && !self.is_patient() && !self.moving_to.is_off() {
            return self.refuse_post(ticket, "not connected");
        }
        if is_off && effects.iter().any(Effect::is_for_services) {
            return self.refuse_post(
                ticket,
                "not connected; what a service is told may be a password, so it is not kept",
            );
        }
        if effects.iter().any(Effect::is_for_services) {
            // It may be a password, which is neither kept nor said twice.
            self.session.perform(ticket, effects, clock());
            return self.carry_out();
        }
        match self.outbox.add(ticket, effects, clock()) {
            Ok(()) => {
                if is_off {
                    self.update_arrival();
                }
                self.tell_outbox_failure();
                self.carry_out();
            }
            Err(_) => self.refuse_post(ticket, "too many messages wait to be sent already"),
        }
    }

    fn refuse_post(&mut self, ticket: Ticket, reason: &str) {
        self.session.refuse(ticket, Refusal::new(reason));
        self.carry_out();
    }

    /// Whether messages go out as they are said.
    pub(super) fn is_sending(&self) -> bool {
        self.session.is_ready() && self.filling.is_over() && self.ghost.is_none()
    }

    /// Sends what waits, as far as the hub has room for it.
    pub(super) fn release_outbox(&mut self) {
        while self.is_sending()
            && self.session.open_tickets() < self.window()
            && !self.link.is_congested()
            && let Some(next) = self.outbox.next()
        {
            let (number, target) = (next.number, next.target.place().to_owned());
            let effects = next.effects();
            if effects.as_slice().is_empty() {
                let done = self.outbox.done(number, None);
                self.finish_lines(done);
                continue;
            }
            let is_room = self.session.is_room(&target);
            let last = self.seen.seam(&target, is_room).and_then(|seam| seam.last);
            // Two places may have something at the same moment, one place may not.
            let after = last.or_else(|| self.seen.clock().map(Timestamp::just_before));
            let nick = self.session.nick().to_owned();
            self.outbox.sends(number, Sent { nick, after });
            let ticket = Ticket(MESSAGE_TICKETS + number);
            self.session.perform(ticket, effects, clock());
        }
        self.tell_outbox_failure();
    }

    /// Something was said in a place, perhaps by us.
    pub(super) fn heard(&mut self, place: &str, event: &Event) {
        let done = self.outbox.heard(place, event);
        self.finish_lines(done);
    }

    /// The hub has dealt with a message.
    pub(super) fn message_resolved(&mut self, ticket: Ticket, outcome: Outcome) {
        let number = ticket.0.saturating_sub(MESSAGE_TICKETS);
        let refusal = match outcome {
            Outcome::Ok => None,
            Outcome::Refused(refusal) => Some(refusal),
        };
        self.end_message(number, refusal);
    }

    fn end_message(&mut self, number: u64, refusal: Option<Refusal>) {
        let message = self.outbox.iter().find(|one| one.number == number);
        if let (Some(message), Some(refusal)) = (message, &refusal)
            && message.ticket.is_none()
        {
            let (target, text) = (&message.target, &message.text);
            let told = format!("{refusal}; for {target}, typed before: {text}");
            self.inform(&told);
        }
        let done = self.outbox.done(number, refusal);
        self.finish_lines(done);
    }

    pub(super) fn finish_lines(&mut self, done: impl IntoIterator<Item = Done>) {
        for (ticket, refusal) in done {
            let outcome = refusal.map_or(Outcome::Ok, Outcome::Refused);
            self.resolved(ticket, outcome);
        }
    }

    /// The link was lost: what was on its way is in doubt.
    pub(super) fn doubt_messages(&mut self) {
        self.ghost = None;
        self.former = None;
        let heard = self.outbox.lose();
        self.finish_lines(heard);
        if !self.returning.could_look {
            self.give_up_doubtful();
        }
    }

    /// We are on a hub: what is in doubt is looked up before anything is sent.
    pub(super) fn begin_sending(&mut self) {
        let nick = self.session.nick();
        let ghost = self
            .outbox
            .iter()
            .filter_map(|message| message.doubt())
            .find(|sent| !eq_folded(&sent.nick, nick));
        self.former = ghost.map(|sent| Former {
            nick: sent.nick.clone(),
            until: None,
        });
        self.ghost = ghost.map(|sent| Ghost {
            nick: sent.nick.clone(),
            until: Instant::now() + GHOST_WITHIN,
        });
        if self.ghost.is_some() {
            self.session.look_for_nick(clock());
        }
        self.shut_rooms();
        let is_left = |one: &&Unsent| one.ticket.is_none() && !self.outbox.is_shut(one);
        match self.outbox.iter().filter(is_left).count() {
            0 => {}
            1 => self.inform("a message that was typed before is sent on now"),
            count => self.inform(&format!(
                "{count} messages that were typed before are sent on now"
            )),
        }
        self.begin_filling();
        self.look_up_doubtful();
        if self.filling.is_over() {
            self.filling_is_over();
        }
    }

    /// What is left of the lost connection says is said by us. That it comes and goes is not our doing.
    pub(super) fn as_ours(&self, event: Event) -> Event {
        let is_former = |former: &Former| is_said(&event) && former.is_of(&event);
        let is_ours = self.former.as_ref().is_some_and(is_former);
        Event {
            own: event.own || is_ours,
            ..event
        }
    }

    /// Takes note of an event by which what is left of the lost connection ends.
    pub(super) fn watch_ghost(&mut self, event: &Event) {
        let is_end = matches!(event.kind, EventKind::Quit { .. } | EventKind::Nick { .. });
        if let Some(former) = self
            .former
            .as_mut()
            .filter(|former| is_end && former.is_of(event))
        {
            former.until = Some(event.time);
            if let Some(ghost) = &mut self.ghost {
                ghost.until = Instant::now();
            }
        }
    }

    /// Whatever was left of the lost connection may be gone.
    pub(super) fn settle_ghost(&mut self) {
        let Some(ghost) = &self.ghost else { return };
        if !self.session.is_ready() {
            return;
        }
        if eq_folded(self.session.nick(), &ghost.nick) || ghost.until <= Instant::now() {
            self.ghost = None;
            if let Some(former) = &mut self.former {
                former.until = former.until.or(self.seen.clock());
            }
            // What it said last may have come after what we looked at.
            self.look_up_doubtful();
            if self.filling.is_over() {
                self.filling_is_over();
            }
        }
    }

    /// What is for rooms that we are not in waits for them, and who wants to say it is told how.
    fn shut_rooms(&mut self) {
        let rooms = self.outbox.rooms();
        let shut: Vec<String> = rooms
            .into_iter()
            .filter(|room| !self.session.is_in(room))
            .collect();
        self.outbox.shut(&shut);
        for room in shut {
            let wait = match self.outbox.waiting_for(&room).len() {
                1 => "a message waits".to_owned(),
                count => format!("{count} messages wait"),
            };
            self.inform(&format!(
                "{wait} for {room}, where you are not: ':join {room}' sends on, ':part {room}' gives up"
            ));
        }
    }

    /// What waited for rooms in which we are now goes on.
    pub(super) fn reopen_rooms(&mut self) {
        if !self.session.is_ready() || !self.outbox.reopen(|room| self.session.is_in(room)) {
            return;
        }
        self.look_up_doubtful();
        if self.filling.is_over() {
            self.filling_is_over();
        }
    }

    /// Gives up what waits to be said in a room; says whether there was something.
    pub(super) fn give_up_messages(&mut self, room: &str) -> bool {
        let numbers = self.outbox.waiting_for(room);
        for number in &numbers {
            self.end_message(*number, Some(Refusal::new("given up")));
        }
        !numbers.is_empty()
    }

    fn look_up_doubtful(&mut self) {
        if !self.session.can_fill() {
            return;
        }
        let doubtful: Vec<_> = self
            .outbox
            .iter()
            .filter(|message| !self.outbox.is_shut(message))
            .filter_map(|message| Some((message.target.place().to_owned(), message.doubt()?.after)))
            .collect();
        for (target, after) in doubtful {
            let is_room = self.session.is_room(&target);
            if self
                .seen
                .seam(&target, is_room)
                .is_some_and(|seam| seam.last.is_some())
            {
                self.fill_again(&target);
            } else {
                let now = clock().as_millis().saturating_sub(LOOK_BACK_MILLIS);
                let after = after.unwrap_or(Timestamp::from_millis(now));
                self.look_back(&target, after);
            }
        }
    }

    /// All is known that history tells: what is in doubt is sent again, or its sender is told.
    pub(super) fn filling_is_over(&mut self) {
        if self.ghost.is_some() {
            return;
        }
        let doubtful: Vec<_> = self
            .outbox
            .iter()
            .filter(|message| message.doubt().is_some() && !self.outbox.is_shut(message))
            .map(|message| (message.number, message.target.place().to_owned()))
            .collect();
        for (number, target) in doubtful {
            if self.history_tells(&target) {
                self.outbox.resend(number);
            } else {
                self.end_message(number, Some(Refusal::lost()));
            }
        }
    }

    /// No history will tell what has become of what is in doubt: its sender has to know.
    fn give_up_doubtful(&mut self) {
        let doubtful = self.outbox.iter().filter(|one| one.doubt().is_some());
        let doubtful: Vec<_> = doubtful.map(|one| one.number).collect();
        for number in doubtful {
            self.end_message(number, Some(Refusal::lost()));
        }
    }

    /// Whether what is not in the history of a place was not said there.
    fn history_tells(&self, target: &str) -> bool {
        let is_kept = if self.session.is_room(target) {
            self.session.is_in(target)
        } else {
            // A hub may keep what is said between people for accounts alone.
            self.session.has_account() || self.filling.is_joined(target)
        };
        is_kept && self.session.can_fill() && !self.filling.is_broken(target)
    }

    /// This hub is left: what waits is kept for the next time, or given back.
    pub(super) fn close_outbox(&mut self) {
        self.ghost = None;
        self.former = None;
        let (lines, is_kept) = self.outbox.close();
        for ticket in lines {
            let refusal = if is_kept {
                Refusal::kept()
            } else {
                Refusal::new("not connected")
            };
            self.resolved(ticket, Outcome::Refused(refusal));
        }
        self.outbox = Outbox::default();
    }
}
