//! The keys and values that a room has: shown to those who may know of them, set by its operators.

use salon_protocol::Timestamp;

use super::modes::{Flags, Rank};
use super::state::RoomState;
use super::{Answer, Asker};
use crate::event::Body;
use crate::reply::Reply;

impl RoomState {
    /// What the room has, for members, and for others while anybody may come in.
    pub(super) fn show_metadata(&self, asker: &Asker) -> Answer {
        let closed =
            self.settings.flags.contains(Flags::INVITE_ONLY) || self.settings.key.is_some();
        let member = self.members.contains_key(&asker.user.id);
        if !self.is_visible_to(asker) {
            let text = "There is no such room or nick";
            let reply = Reply::fail("METADATA", "INVALID_TARGET", &[self.name.as_str()], text);
            return Answer::refused(reply);
        }
        if closed && !member {
            return Answer::refused(self.no_permission("*"));
        }
        Answer {
            metadata: Some(self.settings.metadata.clone()),
            ..Answer::default()
        }
    }

    /// Sets a key, or removes it.
    pub(super) fn set_metadata(
        &mut self,
        asker: &Asker,
        key: &str,
        value: Option<&str>,
        now: Timestamp,
    ) -> Answer {
        if !self.may_set_metadata(asker) {
            return Answer::refused(self.no_permission(key));
        }
        let name = self.name.as_str();
        let metadata = &self.settings.metadata;
        if value.is_none() && metadata.get(key).is_none() {
            let text = "The key is not set";
            let reply = Reply::fail("METADATA", "KEY_NOT_SET", &[name, key], text);
            return Answer::refused(reply);
        }
        if value.is_some() && metadata.is_full_for(key) {
            let text = "There are too many keys";
            return Answer::refused(Reply::fail("METADATA", "LIMIT_REACHED", &[name], text));
        }
        self.keep_settings(self.settings.clone());
        self.settings.metadata = self.settings.metadata.with(key, value);
        let event = self.place(asker, changed(key, value), now);
        Answer {
            event: Some(event),
            ..Answer::default()
        }
    }

    /// Removes all keys; the answer has what there was.
    pub(super) fn clear_metadata(&mut self, asker: &Asker, now: Timestamp) -> Answer {
        if !self.may_set_metadata(asker) {
            return Answer::refused(self.no_permission("*"));
        }
        self.keep_settings(self.settings.clone());
        let before = std::mem::take(&mut self.settings.metadata);
        let mut event = None;
        for (key, _) in before.iter() {
            event = Some(self.place(asker, changed(key, None), now));
        }
        Answer {
            event,
            metadata: Some(before),
            ..Answer::default()
        }
    }

    fn may_set_metadata(&self, asker: &Asker) -> bool {
        let member = self.members.get(&asker.user.id);
        member.is_some_and(|member| member.rank.contains(Rank::OPERATOR))
    }

    fn no_permission(&self, key: &str) -> Reply {
        let text = "You may not see or change that";
        Reply::fail(
            "METADATA",
            "KEY_NO_PERMISSION",
            &[self.name.as_str(), key],
            text,
        )
    }
}

fn changed(key: &str, value: Option<&str>) -> Body {
    Body::Metadata {
        of_room: true,
        key: key.into(),
        value: value.map(Into::into),
    }
}
