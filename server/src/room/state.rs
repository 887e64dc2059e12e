//! What a room is and how each request changes it: values in, values out.
//!
//! No IO, no clock, nothing async. The caller says what time it is, commits the events of [`RoomState::take_events`]
//! to the log, and says with [`RoomState::commit`] or [`RoomState::roll_back`] how that went.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use salon_protocol::mask::Mask;
use salon_protocol::{Nick, RoomName, Timestamp, numeric};

use super::modes::{Flags, ListKind, Rank};
use super::{Answer, Asker, Member, Request, Summary, Topic, record};
use crate::event::{Audience, Body, Event, MessageId, Seq, Spread, StreamId};
use crate::identity::{Identity, UserId};
use crate::log::{MemberRecord, RestoredRoom, RoomRecord};
use crate::metadata::Metadata;
use crate::reply::Reply;
use crate::user::User;

/// How far, in milliseconds, the times of a room may run ahead of the clock so that no two are the same.
const TIME_LEAD_MAX: u64 = 1_000;

/// What a mask begins with that is about accounts. <https://ircv3.net/specs/extensions/account-extban>
pub(super) const ACCOUNT_EXTBAN: &str = "~a:";

/// What a mask begins with that is about speaking alone: as a ban it silences, as an exception it lets speak.
pub(super) const MUTE_EXTBAN: &str = "~m:";

/// Beyond the members, how many are remembered who spoke or were looked up on the lists.
const OUTSIDERS_MAX: usize = 64;

/// How many invitations that nobody has followed a room remembers.
const INVITED_MAX: usize = 1_000;

/// A mask on one of a room's lists.
#[derive(Debug, Clone)]
pub(super) struct ListEntry {
    pub(super) mask: Mask,
    pub(super) setter: Box<str>,
    pub(super) time: Timestamp,
}

impl ListEntry {
    /// Whether the entry is about somebody: by a mask, or by the account ([`ACCOUNT_EXTBAN`]).
    fn matches(&self, identity: &Identity) -> bool {
        let text = self.mask.as_str();
        let who = text.strip_prefix(MUTE_EXTBAN).unwrap_or(text);
        match who.strip_prefix(ACCOUNT_EXTBAN) {
            Some(account) => identity
                .account
                .as_deref()
                .is_some_and(|own| salon_protocol::mask::matches(account, own)),
            None => salon_protocol::mask::matches(who, identity.mask()),
        }
    }

    fn is_about_speech(&self) -> bool {
        self.mask.as_str().starts_with(MUTE_EXTBAN)
    }
}

/// The part of a room that its operators set. Small, so that a change keeps the whole of it for the way back.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    pub(super) topic: Option<Topic>,
    pub(super) metadata: Metadata,
    pub(super) flags: Flags,
    pub(super) key: Option<String>,
    pub(super) limit: Option<usize>,
    /// How many seconds a member without rank waits from one message to the next.
    pub(super) slow_seconds: Option<u32>,
    pub(super) bans: Vec<ListEntry>,
    pub(super) exceptions: Vec<ListEntry>,
    pub(super) invite_exceptions: Vec<ListEntry>,
    /// The account that registered the room.
    pub(super) founder: Option<Box<str>>,
}

impl Settings {
    pub(super) fn list(&self, kind: ListKind) -> &Vec<ListEntry> {
        match kind {
            ListKind::Ban => &self.bans,
            ListKind::Exception => &self.exceptions,
            ListKind::InviteException => &self.invite_exceptions,
        }
    }

    pub(super) fn list_mut(&mut self, kind: ListKind) -> &mut Vec<ListEntry> {
        match kind {
            ListKind::Ban => &mut self.bans,
            ListKind::Exception => &mut self.exceptions,
            ListKind::InviteException => &mut self.invite_exceptions,
        }
    }

    pub(super) fn lists(&self, kind: ListKind, identity: &Identity) -> bool {
        self.list(kind).iter().any(|entry| entry.matches(identity))
    }

    /// Whether somebody is kept out.
    pub(super) fn bans(&self, identity: &Identity) -> bool {
        let keeps_out = |kind| {
            let mut entries = self.list(kind).iter().filter(|one| !one.is_about_speech());
            entries.any(|entry| entry.matches(identity))
        };
        keeps_out(ListKind::Ban) && !keeps_out(ListKind::Exception)
    }

    /// Whether somebody may say nothing: those who would be kept out may not either.
    fn silences(&self, identity: &Identity) -> bool {
        self.lists(ListKind::Ban, identity) && !self.lists(ListKind::Exception, identity)
    }
}

/// Somebody who came in, and the place at which.
pub(super) type Arrival = (Arc<User>, Seq);

/// What was, where an event that is not yet committed changed it.
#[derive(Debug)]
enum Before {
    Member(UserId, Option<Member>),
    Settings(Box<Settings>),
    Invitation(UserId, bool),
    Spoke(UserId, Option<Timestamp>),
    Name(RoomName),
}

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
    /// When those spoke last who have to wait for their next turn.
    spoke: BTreeMap<UserId, Timestamp>,
    /// Whom the lists silence, as they are now: every message asks, and a hundred masks that are made for it take as long
    /// as storing several messages.
    silenced: BTreeMap<UserId, (Arc<Identity>, bool)>,
    pub(super) last_seq: Seq,
    last_time: Timestamp,
    committed: (Seq, Timestamp),
    journal: Vec<Before>,
    events: Vec<Arc<Event>>,
    arrived: Vec<Arrival>,
    left: Vec<Arc<User>>,
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

    /// What outlives the process, where it has changed since the last commit.
    pub(super) fn changed_record(&self) -> Option<RoomRecord> {
        let is_new = self.committed.0 == Seq(0);
        let changed = self
            .journal
            .iter()
            .any(|before| matches!(before, Before::Settings(_) | Before::Name(_)));
        (is_new || changed).then(|| record::of(self))
    }

    /// Those members who are always on, as far as the log has them otherwise.
    pub(super) fn changed_members(&self) -> Vec<MemberRecord> {
        let mut seen = BTreeSet::new();
        let mut changed = Vec::new();
        for before in &self.journal {
            let Before::Member(user, before) = before else {
                continue;
            };
            let old = before.as_ref().and_then(record::of_member);
            let new = self.members.get(user).and_then(record::of_member);
            // Of several changes, the first one tells how it was.
            if (old.is_none() && new.is_none()) || !seen.insert(*user) || old == new {
                continue;
            }
            let gone = old.filter(|old| new.as_ref().is_none_or(|new| new.account != old.account));
            changed.extend(gone.map(|old| MemberRecord { rank: None, ..old }));
            changed.extend(new);
        }
        changed
    }

    /// Says that the events taken are in the log; gives those who came and those who left since the last commit.
    pub(super) fn commit(&mut self) -> (Vec<Arrival>, Vec<Arc<User>>) {
        self.journal.clear();
        self.committed = (self.last_seq, self.last_time);
        (
            std::mem::take(&mut self.arrived),
            std::mem::take(&mut self.left),
        )
    }

    /// Says that the log refused the events taken: the room is again what it was at the last commit.
    pub(super) fn roll_back(&mut self) {
        while let Some(before) = self.journal.pop() {
            match before {
                Before::Member(user, Some(member)) => {
                    self.members.insert(user, member);
                }
                Before::Member(user, None) => {
                    self.members.remove(&user);
                }
                Before::Settings(settings) => {
                    self.settings = *settings;
                    self.silenced.clear();
                }
                Before::Invitation(user, true) => {
                    self.invited.insert(user);
                }
                Before::Invitation(user, false) => {
                    self.invited.remove(&user);
                }
                Before::Spoke(user, Some(time)) => {
                    self.spoke.insert(user, time);
                }
                Before::Spoke(user, None) => {
                    self.spoke.remove(&user);
                }
                Before::Name(name) => self.name = name,
            }
        }
        (self.last_seq, self.last_time) = self.committed;
        self.arrived.clear();
        self.left.clear();
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

    pub(super) fn set_member(&mut self, user: UserId, member: Option<Member>) {
        let arriving = member.as_ref().map(|member| Arc::clone(&member.user));
        let before = match member {
            Some(member) => self.members.insert(user, member),
            None => self.members.remove(&user),
        };
        match (&before, arriving) {
            // What brings somebody in has the next place.
            (None, Some(arriving)) => self.arrived.push((arriving, self.last_seq.next())),
            (Some(leaving), None) => self.left.push(Arc::clone(&leaving.user)),
            (None, None) | (Some(_), Some(_)) => {}
        }
        self.journal.push(Before::Member(user, before));
    }

    pub(super) fn set_invited(&mut self, user: UserId, invited: bool) {
        let changed = if invited {
            if self.invited.len() >= INVITED_MAX
                && let Some(oldest) = self.invited.pop_first()
            {
                self.journal.push(Before::Invitation(oldest, true));
            }
            self.invited.insert(user)
        } else {
            self.invited.remove(&user)
        };
        if changed {
            self.journal.push(Before::Invitation(user, !invited));
        }
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
            let slow = u64::from(slow) * 1_000;
            self.spoke
                .retain(|_, time| time.as_millis() + slow > now.as_millis());
        }
        let before = self.spoke.insert(user, now);
        self.journal.push(Before::Spoke(user, before));
    }

    /// How many are remembered who spoke, and whom the lists silence.
    #[cfg(test)]
    pub(super) fn remembered(&self) -> (usize, usize) {
        (self.spoke.len(), self.silenced.len())
    }

    /// Gives the room another name.
    pub(super) fn set_name(&mut self, name: RoomName) {
        let before = std::mem::replace(&mut self.name, name);
        self.journal.push(Before::Name(before));
    }

    /// Notes what the settings were before they changed.
    pub(super) fn keep_settings(&mut self, before: Settings) {
        self.silenced.clear();
        self.journal.push(Before::Settings(Box::new(before)));
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
