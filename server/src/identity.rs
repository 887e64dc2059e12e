//! Who somebody is at one moment.
//!
//! An [`Identity`] never changes: a change of nick, of real name or of the away text makes a new one, which travels
//! through the rooms in their order. So an event keeps the identity that its source had when the room placed it.

use bitflags::bitflags;
use salon_protocol::Nick;

use crate::metadata::Metadata;

/// A connection to the hub; never used twice while the hub runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SessionId(pub(crate) u64);

impl SessionId {
    /// No connection: what the hub does itself.
    pub(crate) const NONE: Self = Self(0);
}

/// A user of the hub; never used twice while the hub runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct UserId(pub(crate) u64);

bitflags! {
    /// User modes, as of <https://modern.ircdocs.horse/#user-modes>.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) struct UserModes: u8 {
        /// `i`: hidden from those who share no room.
        const INVISIBLE = 1;
        /// `o`: an operator of the hub.
        const OPERATOR = 2;
        /// `B`: a bot, by <https://ircv3.net/specs/extensions/bot-mode>.
        const BOT = 4;
        /// `w`: wants to hear what operators say to everybody.
        const WALLOPS = 8;
    }
}

impl UserModes {
    /// The letters, in the order of `004`.
    pub(crate) const LETTERS: &[(char, UserModes)] = &[
        ('B', UserModes::BOT),
        ('i', UserModes::INVISIBLE),
        ('o', UserModes::OPERATOR),
        ('w', UserModes::WALLOPS),
    ];

    /// The mode that a letter stands for.
    pub(crate) fn from_letter(letter: char) -> Option<Self> {
        Self::LETTERS
            .iter()
            .find(|(known, _)| *known == letter)
            .map(|(_, mode)| *mode)
    }

    /// `+` and the letters that are set, as `221` shows them.
    pub(crate) fn as_text(self) -> String {
        let set = Self::LETTERS
            .iter()
            .filter(|(_, mode)| self.contains(*mode));
        std::iter::once('+')
            .chain(set.map(|(letter, _)| *letter))
            .collect()
    }
}

/// What the hub shows of a user: immutable, shared by reference.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) nick: Nick,
    pub(crate) username: Box<str>,
    pub(crate) host: Box<str>,
    pub(crate) realname: Box<str>,
    pub(crate) account: Option<Box<str>>,
    pub(crate) away: Option<Box<str>>,
    pub(crate) metadata: Metadata,
    pub(crate) modes: UserModes,
    /// Whether the user stays when its last connection goes, and is here again when the hub starts anew.
    pub(crate) always_on: bool,
    mask: Box<str>,
}

impl Identity {
    /// An identity with no account, not away, with no mode set.
    pub(crate) fn new(nick: Nick, username: &str, host: &str, realname: &str) -> Self {
        let mask = mask_of(&nick, username, host);
        Self {
            nick,
            username: username.into(),
            host: host.into(),
            realname: realname.into(),
            account: None,
            away: None,
            metadata: Metadata::default(),
            modes: UserModes::empty(),
            always_on: false,
            mask,
        }
    }

    /// `nick!user@host`, the source of this user's messages.
    pub(crate) fn mask(&self) -> &str {
        &self.mask
    }

    /// The same user under another nick.
    pub(crate) fn with_nick(&self, nick: Nick) -> Self {
        let mask = mask_of(&nick, &self.username, &self.host);
        Self {
            nick,
            mask,
            ..self.clone()
        }
    }

    /// The same user from another host.
    pub(crate) fn with_host(&self, host: &str) -> Self {
        Self {
            host: host.into(),
            mask: mask_of(&self.nick, &self.username, host),
            ..self.clone()
        }
    }

    /// The same user with another real name.
    pub(crate) fn with_realname(&self, realname: &str) -> Self {
        Self {
            realname: realname.into(),
            ..self.clone()
        }
    }

    /// The same user, away with a text or back.
    pub(crate) fn with_away(&self, away: Option<&str>) -> Self {
        Self {
            away: away.map(Into::into),
            ..self.clone()
        }
    }

    /// The same user logged in to an account.
    pub(crate) fn with_account(&self, account: &str) -> Self {
        Self {
            account: Some(account.into()),
            ..self.clone()
        }
    }

    /// The same user logged in to no account, and so not always on.
    pub(crate) fn without_account(&self) -> Self {
        Self {
            account: None,
            always_on: false,
            ..self.clone()
        }
    }

    /// The same user, always on or not.
    pub(crate) fn with_always_on(&self, always_on: bool) -> Self {
        Self {
            always_on,
            ..self.clone()
        }
    }

    /// The same user with other keys and values.
    pub(crate) fn with_metadata(&self, metadata: Metadata) -> Self {
        Self {
            metadata,
            ..self.clone()
        }
    }

    /// The same user with other modes.
    pub(crate) fn with_modes(&self, modes: UserModes) -> Self {
        Self {
            modes,
            ..self.clone()
        }
    }

    /// Whether the user is an operator of the hub.
    pub(crate) fn is_operator(&self) -> bool {
        self.modes.contains(UserModes::OPERATOR)
    }
}

fn mask_of(nick: &Nick, username: &str, host: &str) -> Box<str> {
    format!("{nick}!{username}@{host}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_nick_changes_the_mask_and_nothing_else() {
        let alice = Identity::new("alice".parse().expect("a nick"), "a", "127.0.0.1", "Alice");
        let renamed = alice
            .with_away(Some("lunch"))
            .with_nick("bob".parse().expect("a nick"));
        assert_eq!(renamed.mask(), "bob!a@127.0.0.1");
        assert_eq!(renamed.away.as_deref(), Some("lunch"));
    }

    #[test]
    fn modes_are_shown_in_the_order_of_004() {
        assert_eq!((UserModes::INVISIBLE | UserModes::BOT).as_text(), "+Bi");
        assert_eq!(UserModes::from_letter('o'), Some(UserModes::OPERATOR));
        assert_eq!(UserModes::from_letter('x'), None);
    }
}
