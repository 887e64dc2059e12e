//! What the session wants done, and what can be done then.

use salon_protocol::Message;
use tokio::time::Instant;

use super::open_error::OpenError;
use super::plan::ClosedRoom;
use super::{Conversation, Lines, clock, sayings, sending, source};
use crate::driver::{Ended, Report};
use crate::event::{Event, EventKind};
use crate::session::{Outcome, Output, Ticket};

impl Conversation {
    /// Does what the session wants done, and what can be done then.
    pub(super) fn carry_out(&mut self) {
        while let Some(output) = self.next_output() {
            self.carry_out_one(output);
        }
        let is_script_waiting = self.lines == Lines::Scripted && self.extensions.is_running();
        if self.session.open_tickets() == 0 && !is_script_waiting {
            self.barrier = false;
            if self.held.is_some() {
                self.release_held();
            }
            self.release_filtered();
            self.step_source();
        }
        self.take_note();
        let awaits = self.session.awaits_server();
        let since = self.awaiting_since.take().unwrap_or_else(Instant::now);
        self.awaiting_since = awaits.then_some(since);
    }

    /// What the session wants done next. What waits for it to have room goes out before there is nothing.
    fn next_output(&mut self) -> Option<Output> {
        let output = self.session.next_output();
        if output.is_some() {
            return output;
        }
        self.settle_ghost();
        self.reopen_rooms();
        if self.rehome_outbox() {
            self.begin_sending();
        }
        self.release_outbox();
        self.release_sayings();
        self.session.next_output()
    }

    fn carry_out_one(&mut self, output: Output) {
        match output {
            Output::Send(message) => self.send(&message),
            Output::Show(event) => self.tell_arriving(event),
            Output::ShowPast(event) => self.show_past(event),
            Output::Resolved { ticket, outcome } => self.resolved(ticket, outcome),
            Output::Redacted(redaction) => self.take_back(&redaction),
            Output::Found { found, .. } => self.reports.push_back(Report::Found(found)),
            Output::Filled { number, found } => self.filled(number, *found),
            Output::FilledTarget { number, target } => self.filled_target(number, target),
            Output::FilledPage { number, refusal } => {
                self.filled_page(number, refusal.as_deref());
            }
            Output::Strict(wish) => self.take_strictness(wish),
            Output::Ready => {
                self.opened = true;
                if self.registry.set_room_marks(self.session.room_marks()) {
                    self.report_commands();
                }
                self.tell_otherwise();
                self.came_back();
                self.begin_plugins();
            }
            Output::RoomRefused { room, reason } => self.room_refused(room, reason),
            Output::Rejected { reason } => {
                self.end_arrival();
                let address = self.address.clone();
                self.finish(Ended::Failed(OpenError::Rejected { address, reason }));
            }
            Output::Ended(end) => {
                self.end_arrival();
                self.finish_session(end);
            }
        }
    }

    /// An input line is done.
    pub(super) fn resolved(&mut self, ticket: Ticket, outcome: Outcome) {
        if sayings::is_own(ticket) {
            return self.said(ticket, outcome);
        }
        if sending::is_of_message(ticket) {
            return self.message_resolved(ticket, outcome);
        }
        self.tell_after(ticket, &outcome);
        if source::is_of_file(ticket) {
            return self.sourced(&outcome);
        }
        let refused = matches!(outcome, Outcome::Refused(_));
        if refused && self.lines == Lines::Scripted && self.moving == Some(ticket) {
            self.session.forget_current();
        }
        self.reports.push_back(Report::Resolved { ticket, outcome });
    }

    fn send(&mut self, message: &Message<'_>) {
        if message.is("QUIT") {
            self.quit_at = Some(Instant::now());
        }
        if !message.is("PONG") {
            self.liveness.spoke(Instant::now());
        } else if self.link.is_clogged() {
            // Who asks for signs of life and reads none of them would have us keep ever more; all that waits is one.
            return;
        }
        if let Err(error) = self.link.send(message) {
            tracing::error!(%error, verb = %message.verb, "could not write a line for the hub");
        }
    }

    fn room_refused(&mut self, room: String, reason: String) {
        let error = OpenError::Room { room, reason };
        match self.closed_room {
            ClosedRoom::Fail => self.finish(Ended::Failed(error)),
            ClosedRoom::Tell => self.reports.push_back(Report::Show(Event {
                time: clock(),
                id: None,
                from: None,
                account: None,
                to: None,
                own: false,
                kind: EventKind::Error {
                    code: None,
                    text: error.to_string(),
                },
            })),
        }
    }
}
