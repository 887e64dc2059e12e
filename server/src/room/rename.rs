//! Another name for a room. <https://ircv3.net/specs/extensions/channel-rename>

use salon_protocol::{RoomName, Timestamp};

use super::modes::Rank;
use super::state::RoomState;
use super::{Answer, Asker};
use crate::event::Body;
use crate::reply::Reply;

impl RoomState {
    /// Gives the room another name, which nobody else has; operators may. A room that everybody joins keeps its own.
    pub(super) fn rename(
        &mut self,
        asker: &Asker,
        to: RoomName,
        reason: String,
        now: Timestamp,
    ) -> Answer {
        match self.members.get(&asker.user.id) {
            None => return Answer::refused(self.not_on_channel()),
            Some(member) if !member.rank.contains(Rank::OPERATOR) => {
                return Answer::refused(self.not_operator());
            }
            Some(_) => {}
        }
        if self.permanent {
            let text = "The settings of the server name this room";
            let names = [self.name.as_str(), to.as_str()];
            return Answer::refused(Reply::fail("RENAME", "CANNOT_RENAME", &names, text));
        }
        let body = Body::Rename {
            to: to.clone(),
            reason: reason.into(),
        };
        // Under the name that it has until then.
        let event = self.place(asker, body, now);
        self.set_name(to);
        Answer {
            event: Some(event),
            ..Answer::default()
        }
    }
}
