//! Who is in a room: joining, leaving, putting out, inviting, and who may see it.

use std::sync::Arc;

use salon_protocol::{Nick, Timestamp, numeric};

use super::modes::{Flags, ListKind, Rank};
use super::state::RoomState;
use super::{Answer, Asker, Joined, Member};
use crate::event::{Audience, Body, Spread};
use crate::identity::{Identity, UserModes};
use crate::reply::Reply;
use crate::user::User;

impl RoomState {
    pub(super) fn join(&mut self, asker: &Asker, key: Option<&str>, now: Timestamp) -> Answer {
        if self.members.contains_key(&asker.user.id) {
            return Answer::default();
        }
        if let Err(reply) = self.may_join(asker, key) {
            return Answer::refused(reply);
        }
        // A room that belongs to nobody is for whoever comes first.
        let free = self.settings.founder.is_none() && !self.permanent;
        let founder = self.is_founder(asker);
        let rank = if founder || (free && self.members.is_empty()) {
            Rank::OPERATOR
        } else {
            Rank::empty()
        };
        let member = Member {
            user: Arc::clone(&asker.user),
            identity: Arc::clone(&asker.identity),
            rank,
        };
        self.set_invited(asker.user.id, false);
        self.set_member(asker.user.id, Some(member));
        let event = self.place(asker, Body::Join, now);
        if founder && self.members.len() > 1 {
            // The others cannot know it otherwise.
            let change = format!("+o {}", asker.identity.nick).into();
            self.place(asker, Body::Mode { change }, now);
        }
        Answer {
            event: Some(event),
            joined: Some(self.joined(asker)),
            ..Answer::default()
        }
    }

    /// Lets one more connection of a member listen.
    pub(super) fn attach(&self, asker: &Asker) -> Answer {
        if !self.members.contains_key(&asker.user.id) {
            return Answer::refused(self.not_on_channel());
        }
        Answer {
            joined: Some(self.joined(asker)),
            ..Answer::default()
        }
    }

    fn joined(&self, asker: &Asker) -> Joined {
        Joined {
            ring: None,
            listener: (Arc::clone(&asker.user), asker.session),
            as_of: self.last_seq,
            topic: self.settings.topic.clone(),
            metadata: self.settings.metadata.clone(),
            secret: self.settings.flags.contains(Flags::SECRET),
            members: self.members.values().cloned().collect(),
        }
    }

    fn may_join(&self, asker: &Asker, key: Option<&str>) -> Result<(), Reply> {
        let name = self.name.as_str();
        // Nobody could let the founder into a room that is empty.
        if self.invited.contains(&asker.user.id) || self.is_founder(asker) {
            return Ok(());
        }
        let settings = &self.settings;
        if settings.bans(&asker.identity) {
            return Err(Reply::numeric(
                numeric::ERR_BANNEDFROMCHAN,
                &[name, "Cannot join channel (+b)"],
            ));
        }
        if settings.flags.contains(Flags::ACCOUNTS_ONLY) && asker.identity.account.is_none() {
            return Err(Reply::numeric(
                numeric::ERR_NEEDREGGEDNICK,
                &[name, "Cannot join channel (+R): log in to an account first"],
            ));
        }
        let invite_only = settings.flags.contains(Flags::INVITE_ONLY);
        if invite_only
            && !settings.lists(ListKind::InviteException, &asker.identity)
            && !self.is_guest(&asker.identity)
        {
            return Err(Reply::numeric(
                numeric::ERR_INVITEONLYCHAN,
                &[name, "Cannot join channel (+i)"],
            ));
        }
        if settings.key.is_some() && settings.key.as_deref() != key {
            return Err(Reply::numeric(
                numeric::ERR_BADCHANNELKEY,
                &[name, "Cannot join channel (+k)"],
            ));
        }
        if settings
            .limit
            .is_some_and(|limit| self.members.len() >= limit)
        {
            return Err(Reply::numeric(
                numeric::ERR_CHANNELISFULL,
                &[name, "Cannot join channel (+l)"],
            ));
        }
        Ok(())
    }

    pub(super) fn part(&mut self, asker: &Asker, reason: Option<String>, now: Timestamp) -> Answer {
        let Some(member) = self.members.get(&asker.user.id) else {
            return Answer::refused(self.not_on_channel());
        };
        let identity = Arc::clone(&member.identity);
        self.set_member(asker.user.id, None);
        self.forget_guest(&identity);
        let event = self.place(
            asker,
            Body::Part {
                reason: reason.map(Into::into),
            },
            now,
        );
        Answer {
            event: Some(event),
            ..Answer::default()
        }
    }

    pub(super) fn kick(
        &mut self,
        asker: &Asker,
        nick: &Nick,
        reason: &str,
        now: Timestamp,
    ) -> Answer {
        match self.members.get(&asker.user.id) {
            None => return Answer::refused(self.not_on_channel()),
            Some(member) if !member.rank.contains(Rank::OPERATOR) => {
                return Answer::refused(self.not_operator());
            }
            Some(_) => {}
        }
        let Some(target) = self.member_named(nick) else {
            return Answer::refused(self.target_not_on_channel(nick));
        };
        let nick = target.identity.nick.clone();
        let user = target.user.id;
        let identity = Arc::clone(&target.identity);
        self.set_member(user, None);
        self.forget_guest(&identity);
        let event = self.place(
            asker,
            Body::Kick {
                user,
                nick,
                reason: reason.into(),
            },
            now,
        );
        Answer {
            event: Some(event),
            ..Answer::default()
        }
    }

    pub(super) fn invite(
        &mut self,
        asker: &Asker,
        guest: &Arc<User>,
        nick: Nick,
        now: Timestamp,
    ) -> Answer {
        let Some(member) = self.members.get(&asker.user.id) else {
            return Answer::refused(self.not_on_channel());
        };
        let is_operator = member.rank.contains(Rank::OPERATOR);
        let closed = self.settings.flags.contains(Flags::INVITE_ONLY);
        if closed && !is_operator {
            return Answer::refused(self.not_operator());
        }
        if self.members.contains_key(&guest.id) {
            let params = [nick.as_str(), self.name.as_str(), "is already on channel"];
            return Answer::refused(Reply::numeric(numeric::ERR_USERONCHANNEL, &params));
        }
        if is_operator {
            // It opens every lock, so it is for those who could take the locks away.
            self.set_invited(guest.id, true);
            self.note_guest(None, &guest.identity());
        }
        let told = self
            .members
            .iter()
            .filter(|(id, member)| **id != asker.user.id && member.rank.contains(Rank::OPERATOR));
        let audience = Audience::Only(told.map(|(id, _)| *id).collect());
        let body = Body::Invite {
            nick,
            announced: true,
        };
        let event = self.place_for(asker, self.name.as_str().into(), body, audience, None, now);
        Answer {
            event: Some(event),
            ..Answer::default()
        }
    }

    pub(super) fn change(
        &mut self,
        asker: &Asker,
        identity: Arc<Identity>,
        body: Option<Body>,
        spread: Arc<Spread>,
        now: Timestamp,
    ) -> Answer {
        let Some(member) = self.members.get(&asker.user.id) else {
            return Answer::default();
        };
        let leaves = matches!(body, Some(Body::Quit { .. }));
        let changed = Member {
            identity,
            ..member.clone()
        };
        self.set_member(asker.user.id, (!leaves).then_some(changed));
        let Some(body) = body else {
            return Answer::default();
        };
        let target = self.name.as_str().into();
        let event = self.place_for(asker, target, body, Audience::Everyone, Some(spread), now);
        Answer {
            event: Some(event),
            ..Answer::default()
        }
    }

    pub(super) fn visible_members(&self, asker: &Asker) -> Arc<[Member]> {
        if self.members.contains_key(&asker.user.id) {
            return self.members.values().cloned().collect();
        }
        if !self.is_visible_to(asker) {
            return Arc::from([]);
        }
        let shown = self
            .members
            .values()
            .filter(|member| !member.identity.modes.contains(UserModes::INVISIBLE));
        shown.cloned().collect()
    }

    pub(super) fn standing(&self, asker: &Asker, of: &User) -> Option<Rank> {
        let member = self.members.get(&of.id)?;
        self.is_visible_to(asker).then_some(member.rank)
    }
}
