//! What a subcommand asks of the past: pages of history and of what a search finds. Their lines come
//! as [`Report::Found`](crate::driver::Report::Found), and then the ticket is resolved.

use salon_protocol::Timestamp;

use super::Conversation;
use crate::session::{Lacking, Page, Ticket, Wanted};

impl Conversation {
    /// Asks for a page of what was said in a room or with somebody.
    pub(crate) fn fetch(
        &mut self,
        ticket: Ticket,
        target: &str,
        page: &Page,
        limit: u32,
    ) -> Result<(), Lacking> {
        self.session.fetch(ticket, target, page, limit)?;
        self.carry_out();
        Ok(())
    }

    /// Asks for the last messages that fit, and are older than `before`.
    pub(crate) fn fetch_search(
        &mut self,
        ticket: Ticket,
        wanted: &Wanted<'_>,
        before: Option<Timestamp>,
        limit: u32,
    ) -> Result<(), Lacking> {
        self.session.fetch_search(ticket, wanted, before, limit)?;
        self.carry_out();
        Ok(())
    }

    /// How many events the hub gives at once, as far as it says so.
    pub(crate) fn history_limit(&self) -> Option<u32> {
        self.session.history_limit()
    }

    /// Whether pages of history can be had.
    pub(crate) fn keeps_history(&self) -> bool {
        self.session.keeps_history()
    }

    /// Where a search looks that names no place.
    pub(crate) fn searched(&self) -> String {
        self.session.searched()
    }

    /// Whether there was no such room before we came.
    pub(crate) fn has_just_made(&self, room: &str) -> bool {
        self.session.has_just_made(room)
    }

    /// What we are called.
    pub(crate) fn nick(&self) -> &str {
        self.session.nick()
    }
}
