//! A room's state outside of its task, for measuring what a step costs.

use std::sync::Arc;

use salon_protocol::{Nick, Timestamp};

use super::state::RoomState;
use super::{Asker, Request};
use crate::event::{Speech, StreamId};
use crate::identity::{Identity, SessionId, UserId};
use crate::user::User;

/// A room with members, of whom one speaks.
pub struct Talk {
    state: RoomState,
    speaker: Asker,
    now: u64,
}

impl Talk {
    /// A room that so many have joined; the speaker is one of them.
    pub fn new(members: u64) -> Self {
        let name = "#room".parse().expect("a room's name");
        let created = Timestamp::from_millis(0);
        let mut state = RoomState::new(StreamId(9), name, created, false, 1);
        let speaker = asker(0);
        for member in 0..members {
            let member = if member == 0 {
                speaker.clone()
            } else {
                asker(member)
            };
            state.step(&member, Request::Join { key: None }, created);
            state.take_events();
            state.commit();
        }
        Self {
            state,
            speaker,
            now: 0,
        }
    }

    /// What a room does with one message, but for storing and publishing it; how many events came of it.
    pub fn say(&mut self, text: &str) -> usize {
        self.now += 1;
        let said = Request::Say {
            speech: Speech::Privmsg,
            text: text.to_owned(),
            client_tags: String::new(),
            at_least: None,
        };
        let now = Timestamp::from_millis(self.now);
        self.state.step(&self.speaker, said, now);
        let events = self.state.take_events().len();
        self.state.commit();
        events
    }
}

fn asker(id: u64) -> Asker {
    let nick: Nick = format!("guest{id}").parse().expect("a nick");
    let identity = Arc::new(Identity::new(nick, "~guest", "host.example", "Guest"));
    let user = User::new(
        UserId(id),
        StreamId(1_000 + id),
        Arc::clone(&identity),
        Timestamp::from_millis(0),
    );
    Asker {
        session: SessionId(id),
        user: Arc::new(user),
        identity,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_brings_about_one_event() {
        let mut talk = Talk::new(3);
        assert_eq!((talk.say("one"), talk.say("two")), (1, 1));
        assert_eq!(talk.state.members.len(), 3);
    }
}
