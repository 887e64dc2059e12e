//! The connections of a user.
//!
//! Most users have one. Whoever logs in to the same account under the same nick is a further one of the same user: all
//! see the same conversation, and the user goes when the last of them does, unless it is always on.

use std::sync::Arc;

use salon_protocol::Timestamp;

use super::{User, lock};
use crate::event::Event;
use crate::identity::SessionId;
use crate::inbox::{Closing, Inbox, Own};
use crate::tls::fingerprint::Fingerprint;

/// What a client is away with that has nobody at it. <https://ircv3.net/specs/extensions/pre-away>
pub(crate) const AWAY_UNATTENDED: &str = "*";

/// The away text of somebody none of whose clients has one for people.
const AWAY_TEXT: &str = "Away";

/// A connection, as the user knows it.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) session: SessionId,
    pub(crate) inbox: Arc<Inbox>,
    /// Where it comes from; others see the host of the first one.
    pub(crate) host: Box<str>,
    /// Whether it is encrypted.
    pub(crate) is_secure: bool,
    /// The certificate that it has shown.
    pub(crate) fingerprint: Option<Box<Fingerprint>>,
}

#[derive(Debug)]
struct Attached {
    link: Link,
    away: Option<Box<str>>,
}

/// The connections of a user; an empty list allocates nothing.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    attached: Vec<Attached>,
    /// The user is to leave with its last connection, whatever else it is.
    is_expelled: bool,
    /// The user leaves or has left: nobody can attach any more.
    is_gone: bool,
}

impl Sessions {
    /// Has connections look which rooms the user is in, where there are several: the one that joined knows.
    pub(super) fn follow(&self) {
        if self.attached.len() > 1 {
            for one in &self.attached {
                one.link.inbox.follow();
            }
        }
    }
}

/// Why a connection is none of a user's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AttachError {
    /// The user is leaving; its nick will be free.
    #[error("the user is leaving")]
    Gone,
    /// There are as many connections as there may be.
    #[error("too many connections of one account")]
    Full,
}

/// What is left of a user when a connection has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detached {
    /// The user stays.
    Stays,
    /// It was the last connection: whoever is told this takes the user out of everything.
    Last,
}

impl User {
    /// Gives the user one more connection, unless there are `sessions_max` already.
    pub(crate) fn attach(&self, link: Link, sessions_max: usize) -> Result<(), AttachError> {
        let mut sessions = lock(&self.sessions);
        if sessions.is_gone || sessions.is_expelled {
            return Err(AttachError::Gone);
        }
        if sessions.attached.len() >= sessions_max {
            return Err(AttachError::Full);
        }
        sessions.attached.reserve_exact(1);
        sessions.attached.push(Attached { link, away: None });
        Ok(())
    }

    /// Takes a connection away.
    pub(crate) fn detach(&self, session: SessionId) -> Detached {
        let stays = self.identity().always_on;
        let mut sessions = lock(&self.sessions);
        sessions.attached.retain(|one| one.link.session != session);
        if !sessions.attached.is_empty() || (stays && !sessions.is_expelled) || sessions.is_gone {
            return Detached::Stays;
        }
        sessions.is_gone = true;
        Detached::Last
    }

    /// Ends all connections with a reason, and the user with them; [`Detached::Last`] where there was none.
    pub(crate) fn expel(&self, closing: &Closing) -> Detached {
        let mut sessions = lock(&self.sessions);
        sessions.is_expelled = true;
        for one in &sessions.attached {
            one.link.inbox.close(closing.clone());
        }
        if sessions.is_gone || !sessions.attached.is_empty() {
            return Detached::Stays;
        }
        sessions.is_gone = true;
        Detached::Last
    }

    /// Ends the connections from some hosts with a reason; gives their number. The user stays if others are left.
    pub(crate) fn close_from(&self, is_meant: impl Fn(&str) -> bool, closing: &Closing) -> usize {
        let sessions = lock(&self.sessions);
        let attached = sessions.attached.iter();
        let meant = attached.filter(|one| is_meant(&one.link.host));
        meant
            .map(|one| one.link.inbox.close(closing.clone()))
            .count()
    }

    /// On how many connections the user is.
    pub(crate) fn session_count(&self) -> usize {
        lock(&self.sessions).attached.len()
    }

    /// Whether all connections are encrypted, and there is one.
    pub(crate) fn is_secure(&self) -> bool {
        let sessions = lock(&self.sessions);
        let mut attached = sessions.attached.iter();
        !sessions.attached.is_empty() && attached.all(|one| one.link.is_secure)
    }

    /// The certificates that the connections have shown.
    pub(crate) fn fingerprints(&self) -> Vec<Fingerprint> {
        let sessions = lock(&self.sessions);
        let shown = sessions.attached.iter();
        shown
            .filter_map(|one| one.link.fingerprint.as_deref().copied())
            .collect()
    }

    /// The way into one of the connections.
    pub(crate) fn inbox(&self, session: SessionId) -> Option<Arc<Inbox>> {
        let sessions = lock(&self.sessions);
        let mut attached = sessions.attached.iter();
        let found = attached.find(|one| one.link.session == session)?;
        Some(Arc::clone(&found.link.inbox))
    }

    /// Puts a stored direct message to the user into the inbox of each connection.
    pub(crate) fn deliver(&self, event: &Arc<Event>) {
        for one in &lock(&self.sessions).attached {
            one.link.inbox.deliver(Arc::clone(event));
        }
    }

    /// Shows the other connections what one of them wrote to somebody.
    pub(crate) fn show_sent(&self, by: SessionId, event: &Arc<Event>) {
        for one in &lock(&self.sessions).attached {
            if one.link.session != by {
                one.link.inbox.sent(Arc::clone(event));
            }
        }
    }

    /// Shows the other connections what one of them has done.
    pub(crate) fn tell_others(&self, by: SessionId, own: &Own) {
        for one in &lock(&self.sessions).attached {
            if one.link.session != by {
                one.link.inbox.own(own.clone());
            }
        }
    }

    /// Tells the other connections up to when one of them has read a conversation.
    pub(crate) fn tell_read(&self, by: SessionId, target: &str, time: Timestamp) {
        for one in &lock(&self.sessions).attached {
            if one.link.session != by {
                one.link.inbox.read(target, time);
            }
        }
    }

    /// Notes whether somebody is at one of the connections.
    pub(crate) fn set_away(&self, session: SessionId, away: Option<&str>) {
        let mut sessions = lock(&self.sessions);
        if let Some(at) = sessions
            .attached
            .iter()
            .position(|one| one.link.session == session)
        {
            // The last in the list is the last that had something to say.
            let mut one = sessions.attached.remove(at);
            one.away = away.map(Into::into);
            sessions.attached.push(one);
        }
    }

    /// The away text of the user, who is away when all connections are; as it is where there is none.
    pub(crate) fn common_away(&self) -> Option<Box<str>> {
        let sessions = lock(&self.sessions);
        if sessions.attached.is_empty() {
            return self.identity().away.clone();
        }
        let mut text = None;
        for one in &sessions.attached {
            let away = one.away.as_ref()?;
            if &**away != AWAY_UNATTENDED {
                text = Some(away.clone());
            }
        }
        Some(text.unwrap_or_else(|| AWAY_TEXT.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::person;

    fn attach(user: &User, session: u64) -> Result<(), AttachError> {
        let link = Link {
            session: SessionId(session),
            inbox: Arc::default(),
            host: "host".into(),
            is_secure: session.is_multiple_of(2),
            fingerprint: None,
        };
        user.attach(link, 3)
    }

    #[test]
    fn the_last_connection_takes_the_user_along_and_nobody_comes_after_it() {
        let user = person(1, "ann").user;
        assert_eq!(attach(&user, 2), Ok(()));
        assert_eq!(user.detach(SessionId(1)), Detached::Stays);
        assert_eq!(user.detach(SessionId(2)), Detached::Last);
        assert_eq!(attach(&user, 3), Err(AttachError::Gone));
        assert_eq!(
            user.detach(SessionId::NONE),
            Detached::Stays,
            "it is said once"
        );
    }

    #[test]
    fn there_are_so_many_connections_and_no_more() {
        let user = person(1, "ann").user;
        assert_eq!((attach(&user, 2), attach(&user, 3)), (Ok(()), Ok(())));
        assert_eq!(attach(&user, 4), Err(AttachError::Full));
    }

    #[test]
    fn one_is_secure_when_all_connections_are() {
        let user = person(1, "ann").user;
        assert!(!user.is_secure());
        attach(&user, 2).expect("there is room");
        assert!(!user.is_secure());
        user.detach(SessionId(1));
        assert!(user.is_secure());
    }

    #[test]
    fn one_who_is_always_on_stays_unless_expelled() {
        let user = person(1, "ann").user;
        let identity = user.identity().with_always_on(true);
        user.set_identity(Arc::new(identity));
        assert_eq!(user.detach(SessionId(1)), Detached::Stays);
        assert_eq!(attach(&user, 2), Ok(()));
        let closing = Closing {
            line: None,
            reason: "out".to_owned(),
        };
        assert_eq!(user.expel(&closing), Detached::Stays);
        assert_eq!(attach(&user, 3), Err(AttachError::Gone));
        assert_eq!(user.detach(SessionId(2)), Detached::Last);
    }

    #[test]
    fn one_is_away_when_nobody_is_at_any_connection() {
        let user = person(1, "ann").user;
        attach(&user, 2).expect("there is room");
        let away = |session, text: Option<&str>| {
            user.set_away(SessionId(session), text);
            user.common_away()
        };
        assert_eq!(away(1, Some("lunch")), None);
        assert_eq!(away(2, Some("*")).as_deref(), Some("lunch"));
        assert_eq!(away(2, Some("tea")).as_deref(), Some("tea"));
        assert_eq!(away(1, Some("*")).as_deref(), Some("tea"));
        assert_eq!(away(2, Some("*")).as_deref(), Some("Away"));
        assert_eq!(away(1, None), None);
    }
}
