//! Rooms that belong to an account: registered with `CHANSERV`, they stay when nobody is in them, and their founder is
//! their operator on joining.

use salon_protocol::{Nick, Timestamp, numeric};

use super::modes::{ChangeText, Flags, Rank};
use super::state::RoomState;
use super::{Answer, Asker, Ownership};
use crate::event::Body;
use crate::reply::Reply;

impl RoomState {
    /// Carries out what a founder, or one who wants to be it, asks for.
    pub(super) fn own(&mut self, asker: &Asker, ownership: &Ownership, now: Timestamp) -> Answer {
        let change = match ownership {
            Ownership::Register => self.register(asker),
            Ownership::Unregister => self.unregister(asker),
            Ownership::Operator { nick, set } => self.reinstate(asker, nick, *set),
        };
        match change {
            Err(reply) => Answer::refused(reply),
            Ok(change) => Answer {
                event: change.map(|change| {
                    let body = Body::Mode {
                        change: change.into(),
                    };
                    self.place(asker, body, now)
                }),
                ..Answer::default()
            },
        }
    }

    /// Whether somebody is logged in to the account that the room belongs to.
    pub(super) fn is_founder(&self, asker: &Asker) -> bool {
        let account = asker.identity.account.as_deref();
        match (&self.settings.founder, account) {
            (Some(founder), Some(account)) => salon_protocol::eq_folded(founder, account),
            (None, _) | (_, None) => false,
        }
    }

    fn register(&mut self, asker: &Asker) -> Result<Option<String>, Reply> {
        let Some(account) = asker.identity.account.clone() else {
            return Err(self.refusal("log in to an account first"));
        };
        let member = self.members.get(&asker.user.id);
        if !member.is_some_and(|member| member.rank.contains(Rank::OPERATOR)) {
            return Err(self.refusal("you are not an operator of the room"));
        }
        if self.settings.founder.is_some() {
            return Err(self.refusal("the room belongs to somebody already"));
        }
        self.keep_settings(self.settings.clone());
        self.settings.founder = Some(account);
        self.settings.flags.insert(Flags::REGISTERED);
        Ok(Some("+r".to_owned()))
    }

    fn unregister(&mut self, asker: &Asker) -> Result<Option<String>, Reply> {
        if !self.is_founder(asker) {
            return Err(self.refusal("the room does not belong to your account"));
        }
        self.keep_settings(self.settings.clone());
        self.settings.founder = None;
        self.settings.flags.remove(Flags::REGISTERED);
        Ok(Some("-r".to_owned()))
    }

    fn reinstate(
        &mut self,
        asker: &Asker,
        nick: &Nick,
        set: bool,
    ) -> Result<Option<String>, Reply> {
        if !self.is_founder(asker) {
            return Err(self.refusal("the room does not belong to your account"));
        }
        let Some(member) = self.member_named(nick) else {
            return Err(self.target_not_on_channel(nick));
        };
        if member.rank.contains(Rank::OPERATOR) == set {
            return Ok(None);
        }
        let mut member = member.clone();
        member.rank.set(Rank::OPERATOR, set);
        let mut text = ChangeText::default();
        text.push(set, 'o', Some(member.identity.nick.as_str()));
        self.set_member(member.user.id, Some(member));
        Ok(text.finish())
    }

    fn refusal(&self, why: &str) -> Reply {
        Reply::numeric(numeric::ERR_CHANOPRIVSNEEDED, &[self.name.as_str(), why])
    }
}
