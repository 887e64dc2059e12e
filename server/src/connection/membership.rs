//! What changes a client's place in its rooms: joining one, and happenings that go through all of them.

use std::sync::Arc;

use salon_protocol::{RoomName, numeric};

use super::caps::Caps;
use super::client::Client;
use super::feed::Feed;
use super::posting::{no_such_channel, no_such_nick};
use crate::clock;
use crate::event::{Audience, Body, Event, MessageId, Seq, Spread, StreamId};
use crate::identity::Identity;
use crate::reply::Reply;
use crate::room::{self, Answer, Member, Request, Room};

/// How often a `JOIN` is tried anew when the room ends at the same moment.
const JOIN_TRIES: usize = 4;

impl Client {
    /// Asks a room for something, shows what came of it, and gives the answer; a refusal is the error.
    pub(crate) async fn ask(
        &mut self,
        room: &Arc<Room>,
        request: Request,
    ) -> Result<Answer, Reply> {
        let asker = self.asker()?;
        let mut answer = room
            .ask_one(&asker, request)
            .await
            .map_err(|_| no_such_channel(room.name.as_str()))?;
        for reply in &mut answer.replies {
            self.complete(reply);
        }
        if answer.refused {
            return Err(answer
                .replies
                .pop()
                .unwrap_or_else(|| no_such_channel(room.name.as_str())));
        }
        if let Some(event) = &answer.event {
            self.read_feed(room.id, Some(event.id.seq)).await;
        }
        for reply in &answer.replies {
            self.reply(reply);
        }
        Ok(answer)
    }

    /// A room knows that a nick is not in it (`441`); that nobody has the nick at all (`401`) is known here.
    fn complete(&self, reply: &mut Reply) {
        if let Reply::Numeric { numeric, params } = reply
            && *numeric == numeric::ERR_USERNOTINCHANNEL
            && let Some(nick) = params.first()
            && self.hub.directory.user(nick).is_none()
        {
            *reply = no_such_nick(nick);
        }
    }

    /// The room of a name that the client wrote.
    pub(crate) fn room(&self, name: &str) -> Result<Arc<Room>, Reply> {
        let known = name
            .parse::<RoomName>()
            .ok()
            .and_then(|name| self.hub.directory.room(&name));
        known.ok_or_else(|| no_such_channel(name))
    }

    /// Joins a room, which is made if there is none, and tells the client what one who joins is told.
    pub(crate) async fn join(&mut self, name: &RoomName, key: Option<&str>) -> Result<(), Reply> {
        let asker = self.asker()?;
        for _ in 0..JOIN_TRIES {
            let room = self.hub.room_or_make(name);
            let request = Request::Join {
                key: key.map(ToOwned::to_owned),
            };
            let Ok(mut answer) = room.ask_one(&asker, request).await else {
                continue;
            };
            if answer.refused {
                return Err(answer
                    .replies
                    .pop()
                    .unwrap_or_else(|| no_such_channel(name.as_str())));
            }
            if let (Some(event), Some(joined)) = (answer.event, answer.joined)
                && let Some(ring) = joined.ring
            {
                // Whoever was kicked a moment ago and comes back has first to see all that was up to then.
                self.read_feed(room.id, Some(Seq(event.id.seq.0 - 1))).await;
                asker.user.enter(&room);
                self.feeds
                    .insert(room.id, Feed::new(Arc::clone(&room), ring, event.id.seq));
                self.read_feed(room.id, Some(event.id.seq)).await;
                if let Some(topic) = &joined.topic {
                    for reply in room::topic_replies(room.name.as_str(), topic) {
                        self.reply(&reply);
                    }
                }
                if self.caps.contains(Caps::READ_MARKER) {
                    self.show_marker(room.name.as_str());
                }
                if !self.caps.contains(Caps::NO_IMPLICIT_NAMES) {
                    self.show_names(room.name.as_str(), joined.secret, &joined.members);
                }
                self.show_room_metadata(room.name.as_str(), &joined.metadata, &joined.members);
                self.replay(&room, event.id.seq).await;
            }
            return Ok(());
        }
        Err(Reply::numeric(
            numeric::ERR_UNKNOWNERROR,
            &["JOIN", name.as_str(), "the room is ending; try again"],
        ))
    }

    /// `MARKREAD`: up to when the client has read a conversation.
    pub(crate) fn show_marker(&mut self, target: &str) {
        let marker = self.user.as_ref().and_then(|user| user.marker(target));
        let marker = marker.map_or("*".to_owned(), |time| format!("timestamp={time}"));
        self.hub_line("MARKREAD", &[target, &marker]);
    }

    /// `353` and `366`.
    fn show_names(&mut self, room: &str, secret: bool, members: &[Member]) {
        self.list_names(room, secret, members);
        self.numeric(numeric::RPL_ENDOFNAMES, &[room, "End of /NAMES list"]);
    }

    /// `353`.
    pub(crate) fn list_names(&mut self, room: &str, secret: bool, members: &[Member]) {
        let names: Vec<String> = members.iter().map(|member| self.name_of(member)).collect();
        self.numeric_list(
            numeric::RPL_NAMREPLY,
            &[if secret { "@" } else { "=" }, room],
            &names,
            " ",
        );
    }

    fn name_of(&self, member: &Member) -> String {
        let prefixes = member.rank.prefixes(self.caps.contains(Caps::MULTI_PREFIX));
        if self.caps.contains(Caps::USERHOST_IN_NAMES) {
            format!("{prefixes}{}", member.identity.mask())
        } else {
            format!("{prefixes}{}", member.identity.nick)
        }
    }

    /// Makes the client somebody else, in the order of each of its rooms. The source that others see is who it was;
    /// `body` is what they are told, if they are. One who is in no room is told all the same.
    pub(crate) async fn become_in_all_rooms(
        &mut self,
        identity: Identity,
        body: Option<Body>,
    ) -> Result<(), Reply> {
        let asker = self.asker()?;
        let identity = Arc::new(identity);
        asker.user.set_identity(Arc::clone(&identity));
        if asker.identity.modes != identity.modes {
            let directory = &self.hub.directory;
            directory.modes_changed(asker.identity.modes, identity.modes);
        }
        // What others see of a new nick comes from the one before; of anything else, from who the user is now.
        let renamed =
            asker.identity.nick != identity.nick || asker.identity.mask() != identity.mask();
        let source = if renamed {
            Arc::clone(&asker.identity)
        } else {
            Arc::clone(&identity)
        };
        let asker = room::Asker {
            identity: source,
            ..asker
        };
        let rooms: Vec<Arc<Room>> = self
            .feeds
            .values()
            .map(|feed| Arc::clone(&feed.room))
            .collect();
        let spread = self.spread_over(&rooms);
        for room in &rooms {
            let change = Request::Change {
                identity: Arc::clone(&identity),
                body: body.clone(),
                spread: Arc::clone(&spread),
            };
            if let Ok(Answer {
                event: Some(event), ..
            }) = room.ask_one(&asker, change).await
            {
                self.read_feed(room.id, Some(event.id.seq)).await;
            }
        }
        if let Some(body) = body {
            let is_change = !matches!(body, Body::Nick { .. } | Body::Metadata { .. });
            let user = Arc::clone(&asker.user);
            let event = Arc::new(self.private_event(asker, body));
            if is_change {
                self.hub.directory.tell_change(&user, &event);
            }
            if rooms.is_empty() && !self.wants_no_echo(&event) {
                self.show_own(&event);
            }
        }
        Ok(())
    }

    /// Takes the client out of everything, and tells the others why.
    pub(super) async fn depart(&mut self, reason: &str) {
        let Some(user) = self.user.take() else { return };
        let asker = room::Asker {
            session: self.session,
            identity: user.identity(),
            user,
        };
        let rooms: Vec<Arc<Room>> = std::mem::take(&mut self.feeds)
            .into_values()
            .map(|feed| feed.room)
            .collect();
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
        for nick in std::mem::take(&mut self.monitored) {
            self.hub.directory.unwatch(&asker.user, &nick);
        }
        self.hub.directory.depart(&asker.user, clock::now());
        if !asker.user.keeps_direct() {
            self.hub.log.forget(asker.user.direct);
        }
        self.hub.count_registered(false);
    }

    fn spread_over(&self, rooms: &[Arc<Room>]) -> Arc<Spread> {
        let rooms = rooms.iter().map(|room| room.id).collect();
        Arc::new(Spread {
            id: self.hub.next_id(),
            rooms,
        })
    }

    /// An event that no stream holds, since it concerns nobody but this client.
    fn private_event(&self, asker: room::Asker, body: Body) -> Event {
        Event {
            id: MessageId {
                epoch: self.hub.log.epoch(),
                stream: StreamId(self.hub.next_id()),
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
