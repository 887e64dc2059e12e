//! Fences: lines that a server answers after everything before them, so that the answer means that the rest was dealt
//! with. It must not know what the rest is.
//!
//! A server answers `PING` so. A bouncer answers that itself, before the server has seen what was sent before it; but it
//! hands on `NAMES` for a room that it knows nothing of, whose answer names that room. No such room is ever made.

use salon_protocol::Message;

use super::Session;
use super::requests::{Number, Purpose, Request};

/// What the token of a `PING` begins with; the number of its request follows.
const TOKEN_PREFIX: &str = "salon-";
/// How much of what is new for each connection makes a room's name ours: a bouncer may tell all its clients.
const NONCE_BYTES: usize = 8;

impl Session {
    /// Asks for a sign of life.
    pub(crate) fn probe(&mut self) {
        self.ping();
    }

    /// Sends a `PING`, which whoever is at the other end of the link answers after everything that it did before.
    pub(super) fn ping(&mut self) {
        let token = format!("{TOKEN_PREFIX}{}", self.requests.next_number());
        self.request(fence(), Message::new("PING").with_param(token));
    }

    /// Sends a line that the server answers after everything before it.
    pub(super) fn fence(&mut self) {
        if !self.is_bounced {
            return self.ping();
        }
        let room = format!("{}{}", self.fence_room(), self.requests.next_number());
        self.request(fence(), Message::new("NAMES").with_param(room));
    }

    /// A `PONG` came with this token.
    pub(super) fn ponged(&mut self, token: &str) {
        let number = token.strip_prefix(TOKEN_PREFIX);
        let Some(number) = number.and_then(|number| number.parse().ok()) else {
            return;
        };
        if self.capabilities.label_answers() || self.is_bounced {
            self.answered(number);
        } else {
            self.answered_up_to(number);
        }
    }

    /// Something was told of a room: says whether it is that of a fence, which the server has come to then.
    pub(super) fn is_at_fence(&mut self, room: &str) -> bool {
        if !self.is_bounced {
            return false;
        }
        let number = room.strip_prefix(&self.fence_room());
        let Some(number) = number.and_then(|number| number.parse().ok()) else {
            return false;
        };
        self.answered_up_to(number);
        true
    }

    /// Somebody said something: says whether it is the bouncer, about a message that it had no server to hand on to. That
    /// message is refused then, and the fence behind it is lost with it.
    pub(super) fn is_undelivered(&mut self, from: &str, text: &str) -> bool {
        // The names of its own modules begin so, and it says in its user's language where the message was to go.
        if !self.is_bounced || !from.starts_with('*') {
            return false;
        }
        let Some(number) = self.requests.awaited() else {
            return false;
        };
        let is_it = self.requests.get(number).is_some_and(|request| {
            matches!(request.purpose, Purpose::Say { .. })
                && !request.subject.starts_with('*')
                && text.contains(&request.subject)
        });
        if is_it {
            self.requests.refuse(number, text);
            self.answered_up_to(number + 1);
        }
        is_it
    }

    fn answered_up_to(&mut self, number: Number) {
        while let Some(oldest) = self.requests.oldest().filter(|oldest| *oldest <= number) {
            self.answered(oldest);
        }
    }

    /// What the rooms of our fences begin with.
    fn fence_room(&self) -> String {
        let nonce = self.identity.nonce.chars();
        let nonce: String = nonce
            .filter(char::is_ascii_alphanumeric)
            .take(NONCE_BYTES)
            .collect();
        format!("#{TOKEN_PREFIX}{nonce}-")
    }
}

fn fence() -> Request {
    Request {
        ticket: None,
        purpose: Purpose::Fence,
        subject: String::new(),
        refusal: None,
    }
}
