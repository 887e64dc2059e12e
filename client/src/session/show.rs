//! Makes events of what happened, with all that is known of where each came from.

use super::capability::Capability;
use super::output::Output;
use super::requests::Purpose;
use super::{Incoming, Session};
use crate::event::{Event, EventKind};

impl Session {
    /// Shows what a line of the server tells.
    pub(super) fn show(&mut self, incoming: &Incoming<'_>, to: Option<&str>, kind: EventKind) {
        let event = self.event(incoming, to, kind);
        let output = if self.batches.holds_past(incoming.message) {
            Output::ShowPast
        } else {
            Output::Show
        };
        self.outputs.push_back(output(event));
    }

    /// The event that a line of the server tells of.
    pub(super) fn event(
        &self,
        incoming: &Incoming<'_>,
        to: Option<&str>,
        kind: EventKind,
    ) -> Event {
        let message = incoming.message;
        let from = message.nick();
        Event {
            time: incoming.time,
            id: message.tags.get("msgid").map(str::to_owned),
            own: from.is_some_and(|nick| self.is_me(nick)),
            from: from.map(str::to_owned),
            account: message.tags.get("account").map(str::to_owned),
            to: to.map(|to| self.spelled_place(to).to_owned()),
            kind,
        }
    }

    /// Shows what a line of the server tells of something that nobody did just now.
    pub(super) fn show_state(&mut self, incoming: &Incoming<'_>, to: &str, kind: EventKind) {
        let event = Event {
            time: incoming.time,
            id: None,
            from: None,
            account: None,
            to: Some(to.to_owned()),
            own: false,
            kind,
        };
        self.outputs.push_back(Output::Show(event));
    }

    /// The server has sent back what we said, which is not to be shown again when it is accepted. Only a server that begins
    /// or ends to do so meanwhile leaves that open.
    pub(super) fn note_echo(&mut self, incoming: &Incoming<'_>, kind: &EventKind) {
        if !self.is_me(incoming.nick()) {
            return;
        }
        let has_echoes = self.can(Capability::EchoMessage);
        let number = self.answered_by(incoming);
        if let Some(Purpose::Say {
            unechoed,
            is_echoed,
        }) = number.and_then(|number| self.requests.purpose_mut(number))
            && (has_echoes || *is_echoed)
            && let Some(index) = unechoed.iter().position(|unechoed| unechoed == kind)
        {
            unechoed.remove(index);
        }
    }

    /// Shows what we said, on a server that does not send it back.
    pub(super) fn show_own(&mut self, to: &str, kind: EventKind) {
        let event = Event {
            time: self.now,
            id: None,
            from: Some(self.me.nick.clone()),
            account: None,
            to: Some(to.to_owned()),
            own: true,
            kind,
        };
        self.outputs.push_back(Output::Show(event));
    }

    /// Shows lines to the person at the prompt.
    pub(super) fn show_info(&mut self, text: &str) {
        for line in text.lines() {
            let event = Event {
                time: self.now,
                id: None,
                from: None,
                account: None,
                to: None,
                own: false,
                kind: EventKind::Info {
                    text: line.to_owned(),
                },
            };
            self.outputs.push_back(Output::Show(event));
        }
    }
}
