//! What the session is asked for after a lost connection: pages of what was said meanwhile, and with whom.
//! They belong to no input line, so nobody waits for them but who asked.
//! <https://ircv3.net/specs/extensions/chathistory>

use salon_protocol::{Message, Timestamp};

use super::capability::Capability;
use super::past::{Found, Page, asking_for};
use super::requests::{Purpose, Request};
use super::{Incoming, Output, Session};

impl Session {
    /// Whether a gap can be filled: pages can be had, what they hold can be told from what was seen by its time
    /// and its id, and they hold what we said ourselves as we saw it.
    pub(crate) fn can_fill(&self) -> bool {
        self.keeps_history()
            && self.can(Capability::ServerTime)
            && self.can(Capability::EchoMessage)
    }

    /// Whether pages can be asked for behind an id, and not behind a time alone.
    pub(crate) fn finds_by_id(&self) -> bool {
        self.server.finds_by_id()
    }

    /// Whether a target is a room.
    pub(crate) fn is_room(&self, target: &str) -> bool {
        self.server.is_room(target)
    }

    /// Whether we are in a room.
    pub(crate) fn is_in(&self, room: &str) -> bool {
        self.rooms.get(room).is_some()
    }

    /// Whether the server knows us by an account.
    pub(crate) fn has_account(&self) -> bool {
        self.me.account.is_some()
    }

    /// Asks for a page of a conversation. Its lines come as [`Output::Filled`], its end as [`Output::FilledPage`].
    pub(crate) fn fill(&mut self, number: u64, target: &str, page: &Page, limit: u32) {
        self.ask_to_fill(number, target, asking_for(target, page, limit));
    }

    /// Asks which conversations have something new between two times. They come as [`Output::FilledTarget`], the
    /// end as [`Output::FilledPage`].
    pub(crate) fn fill_targets(&mut self, number: u64, from: Timestamp, to: Timestamp, limit: u32) {
        let message = Message::new("CHATHISTORY")
            .with_param("TARGETS")
            .with_param(format!("timestamp={from}"))
            .with_param(format!("timestamp={to}"))
            .with_param(limit.to_string());
        self.ask_to_fill(number, "", message);
    }

    fn ask_to_fill(&mut self, number: u64, subject: &str, message: Message<'static>) {
        let request = Request {
            ticket: None,
            purpose: Purpose::Fill(number),
            subject: subject.to_owned(),
            refusal: None,
        };
        self.request(request, message);
    }

    /// What a line is that was asked for with this number.
    pub(super) fn filled(&self, number: u64, incoming: &Incoming<'_>) -> Output {
        if incoming.message.is("CHATHISTORY") {
            return Output::FilledTarget {
                number,
                target: incoming.param(1).to_owned(),
            };
        }
        let mut found = self.found(incoming);
        if self.is_ignored(incoming.message) {
            found.event = None;
        }
        let found: Box<Found> = found;
        Output::Filled { number, found }
    }
}
