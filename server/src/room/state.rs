//! What a room is and how each request changes it: values in, values out.
//!
//! No IO, no clock, nothing async. The caller says what time it is, commits the events of [`RoomState::take_events`]
//! to the log, and says with [`RoomState::commit`] or [`RoomState::roll_back`] how that went.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use salon_protocol::{Nick, RoomName, Timestamp, numeric};

use super::journal::{Arrival, Before};
use super::modes::{Flags, Rank};
use super::settings::Settings;
use super::{Answer, Asker, Member, Request, Summary, record};
use crate::event::{Audience, Body, Event, MessageId, Seq, Spread, StreamId};
use crate::identity::{Identity, UserId};
use crate::log::RestoredRoom;
use crate::reply::Reply;
use crate::user::User;

/// How far, in milliseconds, the times of a room may run ahead of the clock so that no two are the same.
const TIME_LEAD_MAX: u64 = 1_000;

/// Beyond the members, how many are remembered who spoke or were looked up on the lists.
const OUTSIDERS_MAX: usize = 64;

/// A room.
#[derive(Debug)]
pub(super) struct RoomState {
    pub(super) id: StreamId,
    pub(super) name: RoomName,
    pub(super) created: Timestamp,
    pub(super) permanent: bool,
    epoch: u64,
    pub(super) settings: Settings,
    pub(super) members: BTreeMap<UserId, Member>,
    pub(super) invited: BTreeSet<UserId>,
    /// Whom a room by invitation lets in again, by account or mask, folded; see [`super::guests`].
    pub(super) guests: BTreeSet<Box<str>>,
    /// When those spoke last who have to wait for their next turn.
    pub(super) spoke: BTreeMap<UserId, Timestamp>,
    /// Whom the lists silence, as they are now: every message asks, and a hundred masks that are made for it take as long
    /// as storing several messages.
    pub(super) silenced: BTreeMap<UserId, (Arc<Identity>, bool)>,
    pub(super) last_seq: Seq,
    pub(super) last_time: Timestamp,
    pub(super) committed: (Seq, Timestamp),
    pub(super) journal: Vec<Before>,
    events: Vec<Arc<Event>>,
    pub(super) arrived: Vec<Arrival>,
    pub(super) left: Vec<Arc<User>>,
}

impl RoomState {
    /// An empty room, its topic for operators only and closed to those outside (`+nt`).
    pub(super) fn new(
        id: StreamId,
        name: RoomName,
        created: Timestamp,
        permanent: bool,
        epoch: u64,
    ) -> Self {
        let flags = if permanent {
            Flags::NO_EXTERNAL
        } else {
            Flags::NO_EXTERNAL | Flags::TOPIC_LOCKED
        };
        let start = (Seq(0), Timestamp::from_millis(0));
        Self {
            id,
            name,
            created,
            permanent,
            epoch,
            settings: Settings {
                flags,
                ..Settings::default()
            },
            members: BTreeMap::new(),
            invited: BTreeSet::new(),
            guests: BTreeSet::new(),
            spoke: BTreeMap::new(),
            silenced: BTreeMap::new(),
            last_seq: start.0,
            last_time: start.1,
            committed: start,
            journal: Vec::new(),
            events: Vec::new(),
            arrived: Vec::new(),
            left: Vec::new(),
        }
    }

    /// A room as it was left by an earlier run of the hub, and those in it who are always on.
    pub(super) fn restored(
        room: &RestoredRoom,
        residents: Vec<(Arc<User>, Rank)>,
        permanent: bool,
        epoch: u64,
    ) -> Self {
        let RestoredRoom {
            record,
            last_seq,
            last_time,
            ..
        } = room;
        let mut state = Self::new(
            record.stream,
            record.name.clone(),
            record.created,
            permanent,
            epoch,
        );
        state.settings = record::settings_of(record);
        state.guests.clone_from(&room.guests);
        (state.last_seq, state.last_time) = (*last_seq, *last_time);
        state.committed = (*last_seq, *last_time);
        let member = |(user, rank): (Arc<User>, Rank)| {
            let identity = user.identity();
            let member = Member {
                user,
                identity,
                rank,
            };
            (member.user.id, member)
        };
        state.members = residents.into_iter().map(member).collect();
        state
    }

    /// Carries out a request at a time. What it brings about waits in [`Self::take_events`].
    pub(super) fn step(&mut self, asker: &Asker, request: Request, now: Timestamp) -> Answer {
        match self.as_known_here(asker, &request) {
            Some(known) => self.carry_out(&known, request, now),
            None => self.carry_out(asker, request, now),
        }
    }

    /// Who asks, as far as the room has heard, where that is somebody else than who asks by now. A user changes at once and
    /// the rooms one after the other: in between another connection of the user may ask for something, and nobody here is
    /// to see a nick speak before its `NICK`.
    fn as_known_here(&self, asker: &Asker, request: &Request) -> Option<Asker> {
        if matches!(
            request,
            Request::Change { .. } | Request::Join { .. } | Request::ForgetAccount
        ) {
            return None;
        }
        let known = &self.members.get(&asker.user.id)?.identity;
        (!Arc::ptr_eq(known, &asker.identity)).then(|| Asker {
            identity: Arc::clone(known),
            ..asker.clone()
        })
    }

    fn carry_out(&mut self, asker: &Asker, request: Request, now: Timestamp) -> Answer {
        match request {
            Request::Join { key } => self.join(asker, key.as_deref(), now),
            Request::Attach => self.attach(asker),
            // Who listens is no part of the state.
            Request::Detach => Answer::default(),
            Request::Part { reason } => self.part(asker, reason, now),
            Request::Say {
                speech,
                text,
                client_tags,
                at_least,
            } => {
                let body = Body::Said {
                    speech,
                    text: text.into(),
                    client_tags: client_tags.into(),
                };
                self.say(asker, body, at_least, now)
            }
            Request::ShowMetadata => self.show_metadata(asker),
            Request::SetMetadata { key, value } => {
                self.set_metadata(asker, &key, value.as_deref(), now)
            }
            Request::ClearMetadata => self.clear_metadata(asker, now),
            Request::Redact {
                message,
                is_own,
                reason,
            } => self.redact(asker, &message, is_own, reason, now),
            Request::Topic { text: None } => self.show_topic(asker),
            Request::Topic { text: Some(text) } => self.set_topic(asker, &text, now),
            Request::Rename { to, reason } => self.rename(asker, to, reason, now),
            Request::Mode { changes } => self.mode(asker, &changes, now),
            Request::Kick { nick, reason } => self.kick(asker, &nick, &reason, now),
            Request::Invite { guest, nick } => self.invite(asker, &guest, nick, now),
            Request::Members => Answer {
                members: Some(self.visible_members(asker)),
                ..Answer::default()
            },
            Request::Standing { of } => Answer {
                rank: self.standing(asker, &of),
                ..Answer::default()
            },
            Request::Own(ownership) => self.own(asker, &ownership, now),
            Request::ForgetAccount => self.forget_account(asker),
            Request::Change {
                identity,
                body,
                spread,
            } => self.change(asker, identity, body, spread, now),
        }
    }

    /// The events since the last time, in order, not yet committed.
    pub(super) fn take_events(&mut self) -> Vec<Arc<Event>> {
        std::mem::take(&mut self.events)
    }

    /// What is shown of the room from outside.
    pub(super) fn summary(&self) -> Summary {
        Summary {
            members: self.members.len(),
            topic: self.settings.topic.clone(),
            secret: self.settings.flags.contains(Flags::SECRET),
            founder: self.settings.founder.clone(),
        }
    }

    /// Whether the room has nobody in it and nothing to stay for.
    pub(super) fn is_over(&self) -> bool {
        self.members.is_empty() && !self.permanent && self.settings.founder.is_none()
    }

    pub(super) fn is_visible_to(&self, asker: &Asker) -> bool {
        !self.settings.flags.contains(Flags::SECRET) || self.members.contains_key(&asker.user.id)
    }

    pub(super) fn member_named(&self, nick: &Nick) -> Option<&Member> {
        self.members
            .values()
            .find(|member| member.identity.nick == *nick)
    }

    pub(super) fn not_on_channel(&self) -> Reply {
        Reply::numeric(
            numeric::ERR_NOTONCHANNEL,
            &[self.name.as_str(), "You're not on that channel"],
        )
    }

    pub(super) fn not_operator(&self) -> Reply {
        Reply::numeric(
            numeric::ERR_CHANOPRIVSNEEDED,
            &[self.name.as_str(), "You're not channel operator"],
        )
    }

    pub(super) fn target_not_on_channel(&self, nick: &Nick) -> Reply {
        let params = [
            nick.as_str(),
            self.name.as_str(),
            "They aren't on that channel",
        ];
        Reply::numeric(numeric::ERR_USERNOTINCHANNEL, &params)
    }

    /// Whether the lists silence somebody.
    pub(super) fn is_silenced(&mut self, asker: &Asker) -> bool {
        let user = asker.user.id;
        if let Some((identity, silenced)) = self.silenced.get(&user)
            && Arc::ptr_eq(identity, &asker.identity)
        {
            return *silenced;
        }
        if self.silenced.len() > self.members.len() + OUTSIDERS_MAX {
            self.silenced.clear();
        }
        let silenced = self.settings.silences(&asker.identity);
        let known = (Arc::clone(&asker.identity), silenced);
        self.silenced.insert(user, known);
        silenced
    }

    /// How many seconds somebody has to wait for their next turn, where the room is slow.
    pub(super) fn seconds_to_wait(&self, user: UserId, now: Timestamp) -> Option<u64> {
        let slow = u64::from(self.settings.slow_seconds?) * 1_000;
        let spoke = self.spoke.get(&user)?.as_millis();
        let left = (spoke + slow).saturating_sub(now.as_millis());
        // A clock that was set back keeps nobody silent for longer than the rule says.
        (left > 0).then(|| left.min(slow).div_ceil(1_000))
    }

    /// Notes that somebody has had their turn.
    pub(super) fn note_turn(&mut self, user: UserId, now: Timestamp) {
        let Some(slow) = self.settings.slow_seconds else {
            return;
        };
        if self.spoke.len() > self.members.len() + OUTSIDERS_MAX {
            self.forget_turns(u64::from(slow) * 1_000, now);
        }
        let before = self.spoke.insert(user, now);
        self.journal.push(Before::Spoke(user, before));
    }

    /// Forgets the turns that are over. Of those outside, who may be any number, the half that spoke last is remembered, so
    /// that it is not done for each message.
    fn forget_turns(&mut self, slow_millis: u64, now: Timestamp) {
        let members = &self.members;
        self.spoke
            .retain(|_, time| time.as_millis() + slow_millis > now.as_millis());
        let outside = self.spoke.iter();
        let outside = outside.filter(|(user, _)| !members.contains_key(user));
        let mut times: Vec<Timestamp> = outside.map(|(_, time)| *time).collect();
        times.sort_unstable_by(|one, other| other.cmp(one));
        if let Some(too_old) = times.get(OUTSIDERS_MAX / 2) {
            self.spoke
                .retain(|user, time| *time > *too_old || members.contains_key(user));
        }
    }

    /// How many are remembered who spoke, and whom the lists silence.
    #[cfg(test)]
    pub(super) fn remembered(&self) -> (usize, usize) {
        (self.spoke.len(), self.silenced.len())
    }

    /// Gives an event for everyone its place.
    pub(super) fn place(&mut self, asker: &Asker, body: Body, now: Timestamp) -> Arc<Event> {
        self.place_for(
            asker,
            self.name.as_str().into(),
            body,
            Audience::Everyone,
            None,
            now,
        )
    }

    pub(super) fn place_for(
        &mut self,
        asker: &Asker,
        target: Arc<str>,
        body: Body,
        audience: Audience,
        spread: Option<Arc<Spread>>,
        now: Timestamp,
    ) -> Arc<Event> {
        self.last_seq = self.last_seq.next();
        self.last_time = next_time(self.last_time, now);
        let event = Arc::new(Event {
            id: MessageId {
                epoch: self.epoch,
                stream: self.id,
                seq: self.last_seq,
            },
            time: self.last_time,
            origin: asker.session,
            user: asker.user.id,
            source: Arc::clone(&asker.identity),
            target,
            body,
            audience,
            spread,
        });
        self.events.push(Arc::clone(&event));
        event
    }
}

/// Times of a stream rise by at least a millisecond an event, which history asks for by time rely on; only in a flood,
/// when they would run far ahead of the clock, do some share one.
pub(crate) fn next_time(last: Timestamp, now: Timestamp) -> Timestamp {
    let (last, now) = (last.as_millis(), now.as_millis());
    let lead_max = now.saturating_add(TIME_LEAD_MAX);
    Timestamp::from_millis(if now > last {
        now
    } else {
        (last + 1).min(lead_max).max(last)
    })
}
