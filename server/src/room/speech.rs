//! What is said in a room, and what it is about.

use std::borrow::Cow;
use std::sync::Arc;

use salon_protocol::{Timestamp, numeric};

use super::modes::{Flags, Rank};
use super::settings::Settings;
use super::state::RoomState;
use super::{Answer, Asker, Topic};
use crate::event::{Audience, Body, Event, MessageId, Speech};
use crate::reply::Reply;

impl RoomState {
    pub(super) fn say(
        &mut self,
        asker: &Asker,
        body: Body,
        at_least: Option<(char, Rank)>,
        now: Timestamp,
    ) -> Answer {
        if let Err(why) = self.may_say(asker, &body, now) {
            let reply = Reply::numeric(numeric::ERR_CANNOTSENDTOCHAN, &[self.name.as_str(), &why]);
            return Answer::refused(reply);
        }
        if waits_for_turns(&body) {
            self.note_turn(asker.user.id, now);
        }
        let event = match at_least {
            None => self.place(asker, body, now),
            Some((prefix, rank)) => {
                let target = format!("{prefix}{}", self.name).into();
                let users = self
                    .members
                    .iter()
                    .filter(|(id, member)| **id == asker.user.id || member.rank.is_at_least(rank));
                let audience = Audience::Only(users.map(|(id, _)| *id).collect());
                self.place_for(asker, target, body, audience, None, now)
            }
        };
        Answer {
            event: Some(event),
            ..Answer::default()
        }
    }

    fn may_say(
        &mut self,
        asker: &Asker,
        body: &Body,
        now: Timestamp,
    ) -> Result<(), Cow<'static, str>> {
        let Settings { flags, .. } = self.settings;
        let member = self.members.get(&asker.user.id);
        let has_voice = member.is_some_and(|member| !member.rank.is_empty());
        if member.is_none() && flags.contains(Flags::NO_EXTERNAL) {
            return Err("Cannot send to channel (+n)".into());
        }
        if flags.contains(Flags::MODERATED) && !has_voice {
            return Err("Cannot send to channel (+m)".into());
        }
        if !has_voice && self.is_silenced(asker) {
            return Err("Cannot send to channel (+b)".into());
        }
        if flags.contains(Flags::NO_CTCP) && is_ctcp(body) {
            return Err("Cannot send CTCP to channel (+C)".into());
        }
        if !has_voice
            && waits_for_turns(body)
            && let Some(seconds) = self.seconds_to_wait(asker.user.id, now)
        {
            let why = format!("Cannot send to channel (+W): wait {seconds} s for your next turn");
            return Err(why.into());
        }
        Ok(())
    }

    /// Takes a message back: one's own, or as an operator of the room. It is told to whom the message was.
    pub(super) fn redact(
        &mut self,
        asker: &Asker,
        message: &Event,
        is_own: bool,
        reason: Option<String>,
        now: Timestamp,
    ) -> Answer {
        let name = self.name.as_str();
        let Some(member) = self.members.get(&asker.user.id) else {
            return Answer::refused(Reply::fail(
                "REDACT",
                "INVALID_TARGET",
                &[name],
                "You are not in that room",
            ));
        };
        if !is_own && !member.rank.contains(Rank::OPERATOR) {
            return Answer::refused(redaction_forbidden(name, message.id));
        }
        let body = Body::Redact {
            message: message.id,
            reason: reason.map(Into::into),
        };
        let (target, audience) = (Arc::clone(&message.target), message.audience.clone());
        let event = self.place_for(asker, target, body, audience, None, now);
        Answer {
            event: Some(event),
            ..Answer::default()
        }
    }

    pub(super) fn show_topic(&self, asker: &Asker) -> Answer {
        let name = self.name.as_str();
        if !self.is_visible_to(asker) {
            return Answer::refused(self.not_on_channel());
        }
        let replies = match &self.settings.topic {
            None => vec![Reply::numeric(
                numeric::RPL_NOTOPIC,
                &[name, "No topic is set"],
            )],
            Some(topic) => topic_replies(name, topic),
        };
        Answer {
            replies,
            ..Answer::default()
        }
    }

    pub(super) fn set_topic(&mut self, asker: &Asker, text: &str, now: Timestamp) -> Answer {
        let locked = self.settings.flags.contains(Flags::TOPIC_LOCKED);
        match self.members.get(&asker.user.id) {
            None => return Answer::refused(self.not_on_channel()),
            Some(member) if locked && !member.rank.contains(Rank::OPERATOR) => {
                return Answer::refused(self.not_operator());
            }
            Some(_) => {}
        }
        self.keep_settings(self.settings.clone());
        let topic = Topic {
            text: text.into(),
            setter: asker.identity.mask().into(),
            time: now,
        };
        self.settings.topic = (!text.is_empty()).then_some(topic);
        let event = self.place(asker, Body::Topic { text: text.into() }, now);
        Answer {
            event: Some(event),
            ..Answer::default()
        }
    }
}

/// Says that a message is not the asker's to take back.
pub(crate) fn redaction_forbidden(target: &str, message: MessageId) -> Reply {
    let text = "You may take back your own messages, and others' as an operator of the room";
    let message = message.to_string();
    Reply::fail("REDACT", "REDACT_FORBIDDEN", &[target, &message], text)
}

/// `332` and `333`.
pub(crate) fn topic_replies(room: &str, topic: &Topic) -> Vec<Reply> {
    let seconds = (topic.time.as_millis() / 1000).to_string();
    vec![
        Reply::numeric(numeric::RPL_TOPIC, &[room, &topic.text]),
        Reply::numeric(numeric::RPL_TOPICWHOTIME, &[room, &topic.setter, &seconds]),
    ]
}

/// What a slow room counts; tags alone, such as that somebody is typing, it does not.
fn waits_for_turns(body: &Body) -> bool {
    matches!(
        body,
        Body::Said {
            speech: Speech::Privmsg | Speech::Notice,
            ..
        }
    )
}

fn is_ctcp(body: &Body) -> bool {
    matches!(body, Body::Said { speech: Speech::Privmsg | Speech::Notice, text, .. }
        if text.starts_with('\u{1}') && !text.starts_with("\u{1}ACTION"))
}
