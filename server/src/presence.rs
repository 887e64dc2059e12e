//! What goes through everything that a user is in: becoming somebody else, and leaving.
//!
//! A user may be on several connections or on none, so this is no connection's business. Each change is made while the
//! user's `changing` is held: the rooms hear of one after the other, in the same order everywhere.

use std::sync::Arc;

use salon_protocol::Nick;

use crate::clock;
use crate::directory::NickInUse;
use crate::event::{Audience, Body, Event, MessageId, Seq, Spread, StreamId};
use crate::hub::Hub;
use crate::identity::{Identity, SessionId};
use crate::inbox::{Closing, Own};
use crate::room::{Answer, Asker, Request, Room};
use crate::user::{Detached, User};

/// What those are told who are logged out.
pub(crate) const LOGGED_OUT: &str = "You are now logged out";

/// What came of a change.
#[derive(Debug)]
pub(crate) struct Changed {
    /// Who the user was before.
    pub(crate) before: Arc<Identity>,
    /// Where the change stands in the user's rooms.
    pub(crate) places: Vec<(StreamId, Seq)>,
    /// What is shown of it where no room does.
    pub(crate) alone: Option<Arc<Event>>,
}

impl Hub {
    /// Makes a user somebody else, in the order of each of its rooms, unless `change` says that nothing changes.
    /// `body` is what the others are told, if they are; `asker` is who asks, and on which connection.
    pub(crate) async fn change(
        &self,
        asker: &Asker,
        change: impl FnOnce(&Identity) -> Option<Identity> + Send,
        body: Option<Body>,
    ) -> Option<Changed> {
        let _changing = asker.user.changing.lock().await;
        let before = asker.user.identity();
        let identity = change(&before)?;
        asker.user.set_identity(Arc::new(identity.clone()));
        self.note_presence(&asker.user, &before, &identity).await;
        Some(self.become_so(asker, before, identity, body).await)
    }

    /// Gives a user another nick; nothing where it is the one that it has.
    pub(crate) async fn rename(
        &self,
        asker: &Asker,
        nick: Nick,
    ) -> Result<Option<Changed>, NickInUse> {
        let user = &asker.user;
        // From the reservation to its end: another connection of the user may want another nick.
        let _changing = user.changing.lock().await;
        let before = user.identity();
        if before.nick.as_str() == nick.as_str() {
            return Ok(None);
        }
        self.directory.reserve(user, &nick)?;
        let identity = before.with_nick(nick.clone());
        user.set_identity(Arc::new(identity.clone()));
        self.note_presence(user, &before, &identity).await;
        let body = Some(Body::Nick { new: nick });
        let changed = self.become_so(asker, before, identity, body).await;
        self.directory.release(user, &changed.before, clock::now());
        Ok(Some(changed))
    }

    async fn note_presence(&self, user: &User, before: &Identity, now: &Identity) {
        if before.always_on || now.always_on {
            self.keep_presence(user, before, now).await;
        }
    }

    /// The same as [`Self::change`] for whoever holds the user's `changing`, and has stored who stays.
    pub(crate) async fn become_so(
        &self,
        asker: &Asker,
        before: Arc<Identity>,
        identity: Identity,
        body: Option<Body>,
    ) -> Changed {
        let user = &asker.user;
        let identity = Arc::new(identity);
        user.set_identity(Arc::clone(&identity));
        if before.modes != identity.modes {
            self.directory.modes_changed(before.modes, identity.modes);
        }
        // What others see of a new nick comes from the one before; of anything else, from who the user is now.
        let renamed = before.nick != identity.nick || before.mask() != identity.mask();
        let source = if renamed { &before } else { &identity };
        let asker = Asker {
            session: asker.session,
            user: Arc::clone(user),
            identity: Arc::clone(source),
        };
        let rooms = user.rooms();
        let spread = self.spread_over(&rooms);
        let mut places = Vec::new();
        for room in &rooms {
            let request = Request::Change {
                identity: Arc::clone(&identity),
                body: body.clone(),
                spread: Arc::clone(&spread),
            };
            if let Ok(Answer {
                event: Some(event), ..
            }) = room.ask_one(&asker, request).await
            {
                places.push((room.id, event.id.seq));
            }
        }
        let alone = body.and_then(|body| self.tell_outside(asker, body, rooms.is_empty()));
        Changed {
            before,
            places,
            alone,
        }
    }

    /// Logs a user out of its account, on all connections; those that did not ask are told. Direct messages go on in a
    /// stream of the user's own, which nobody reads once it has left. One who was there for the account alone leaves.
    pub(crate) async fn log_out(&self, asker: &Asker) -> Option<Changed> {
        let user = &asker.user;
        user.leave_mailbox(self.next_stream());
        user.set_notes(None);
        let change = |identity: &Identity| {
            let logged_in = identity.account.is_some();
            logged_in.then(|| identity.without_account())
        };
        let changed = self.change(asker, change, Some(Body::Account)).await;
        let identity = user.identity();
        let line = format!(
            ":{} 901 {} {} :{LOGGED_OUT}\r\n",
            self.name(),
            identity.nick,
            identity.mask()
        );
        user.tell_others(asker.session, &Own::Line(line.into()));
        self.leave_if_alone(user, "Logged out").await;
        changed
    }

    /// Takes out a user who is on no connection and is not always on any more.
    pub(crate) async fn leave_if_alone(&self, user: &Arc<User>, reason: &str) {
        // No connection has that id: what there is stays.
        if user.detach(SessionId::NONE) == Detached::Last {
            self.depart(user, SessionId::NONE, reason).await;
        }
    }

    /// Makes a user away or back, if its connections say that it is and it was not.
    pub(crate) async fn share_away(&self, asker: &Asker) -> Option<Changed> {
        let user = Arc::clone(&asker.user);
        let change = move |identity: &Identity| {
            let away = user.common_away();
            (identity.away != away).then(|| identity.with_away(away.as_deref()))
        };
        self.change(asker, change, Some(Body::Away)).await
    }

    /// Tells those of a change whom no room tells: watchers, and the user itself where it is in no room.
    fn tell_outside(&self, asker: Asker, body: Body, in_no_room: bool) -> Option<Arc<Event>> {
        let is_watched = !matches!(body, Body::Nick { .. } | Body::Metadata { .. });
        let (user, session) = (Arc::clone(&asker.user), asker.session);
        let event = Arc::new(self.event_apart(asker, body));
        if is_watched {
            self.directory.tell_change(&user, &event);
        }
        if !in_no_room {
            return None;
        }
        user.tell_others(session, &Own::Event(Arc::clone(&event)));
        Some(event)
    }

    /// Takes a user out of everything, and tells the others why. For whoever was told that the user goes, so once.
    pub(crate) async fn depart(&self, user: &Arc<User>, session: SessionId, reason: &str) {
        let _changing = user.changing.lock().await;
        let asker = Asker {
            session,
            identity: user.identity(),
            user: Arc::clone(user),
        };
        let rooms = user.rooms();
        let spread = self.spread_over(&rooms);
        for room in rooms {
            let quit = Request::Change {
                identity: Arc::clone(&asker.identity),
                body: Some(Body::Quit {
                    reason: reason.into(),
                }),
                spread: Arc::clone(&spread),
            };
            // A room that is gone has nobody left to tell.
            let _ = room.ask_one(&asker, quit).await;
        }
        if asker.identity.always_on {
            self.drop_presence(user, &asker.identity).await;
        }
        self.directory.depart(user, clock::now());
        for stream in user.passing_streams() {
            self.log.forget(stream).await;
        }
    }

    /// Makes a user leave, on however many connections it is.
    pub(crate) async fn expel(&self, user: &Arc<User>, closing: Closing) {
        if user.expel(&closing) == Detached::Last {
            self.depart(user, SessionId::NONE, &closing.reason).await;
        }
    }

    fn spread_over(&self, rooms: &[Arc<Room>]) -> Arc<Spread> {
        let rooms = rooms.iter().map(|room| room.id).collect();
        Arc::new(Spread {
            id: self.next_id(),
            rooms,
        })
    }

    /// An event that no stream holds, since it concerns nobody but the one who caused it.
    pub(crate) fn event_apart(&self, asker: Asker, body: Body) -> Event {
        Event {
            id: MessageId {
                epoch: self.log.epoch(),
                stream: StreamId(self.next_id()),
                seq: Seq(1),
            },
            time: clock::now(),
            origin: asker.session,
            user: asker.user.id,
            source: asker.identity,
            target: "*".into(),
            body,
            audience: Audience::Everyone,
            spread: None,
        }
    }
}
