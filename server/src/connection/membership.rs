//! What changes a client's place in its rooms: joining one, and happenings that go through all of them.

use std::sync::Arc;

use salon_protocol::{RoomName, numeric};

use super::caps::Caps;
use super::client::Client;
use super::feed::Feed;
use super::posting::no_such_channel;
use crate::event::{Body, Seq};
use crate::identity::Identity;
use crate::presence::Changed;
use crate::reply::{Reply, no_such_nick};
use crate::room::{Answer, Member, Request, Room};

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
            .map_err(|_| no_such_channel(room.name().as_str()))?;
        for reply in &mut answer.replies {
            self.complete(reply);
        }
        if answer.refused {
            return Err(answer
                .replies
                .pop()
                .unwrap_or_else(|| no_such_channel(room.name().as_str())));
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
        let user = self.asker()?.user;
        for _ in 0..JOIN_TRIES {
            let Some(room) = self.hub.room_or_make(name) else {
                break;
            };
            let request = Request::Join {
                key: key.map(ToOwned::to_owned),
            };
            let answer = {
                // A room is entered as who one is, also while another connection changes that.
                let _changing = user.changing.lock().await;
                room.ask_one(&self.asker()?, request).await
            };
            let Ok(mut answer) = answer else { continue };
            if answer.refused {
                return Err(answer
                    .replies
                    .pop()
                    .unwrap_or_else(|| no_such_channel(name.as_str())));
            }
            if let (Some(event), Some(mut joined)) = (answer.event, answer.joined)
                && let Some(ring) = joined.ring.take()
            {
                // Whoever was kicked a moment ago and comes back has first to see all that was up to then.
                self.read_feed(room.id, Some(Seq(event.id.seq.0 - 1))).await;
                self.feeds
                    .insert(room.id, Feed::new(Arc::clone(&room), ring, event.id.seq));
                self.read_feed(room.id, Some(event.id.seq)).await;
                self.show_room(&room, &joined);
                self.replay(&room, event.id.seq).await;
            }
            return Ok(());
        }
        Err(Reply::numeric(
            numeric::ERR_UNKNOWNERROR,
            &[
                "JOIN",
                name.as_str(),
                "the room is ending, or being renamed; try again",
            ],
        ))
    }

    /// `MARKREAD`: up to when the client has read a conversation.
    pub(crate) fn show_marker(&mut self, target: &str) {
        let marker = self
            .user
            .as_ref()
            .and_then(|user| user.notes().marker(target));
        let marker = marker.map_or("*".to_owned(), |time| format!("timestamp={time}"));
        self.hub_line("MARKREAD", &[target, &marker]);
    }

    /// `353` and `366`.
    pub(super) fn show_names(&mut self, room: &str, secret: bool, members: &[Member]) {
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

    /// Makes the client somebody else, in the order of each of its rooms, and shows it what comes of that; `body` is
    /// what is told of it. Gives who the client was, unless nothing changes.
    pub(crate) async fn become_in_all_rooms(
        &mut self,
        change: impl FnOnce(&Identity) -> Option<Identity> + Send,
        body: Option<Body>,
    ) -> Result<Option<Arc<Identity>>, Reply> {
        let asker = self.asker()?;
        let hub = Arc::clone(&self.hub);
        let changed = hub.change(&asker, change, body).await;
        Ok(match changed {
            Some(changed) => Some(self.show_change(changed).await),
            None => None,
        })
    }

    /// Makes the client's user away or back, if its connections say so, and shows the client what comes of it.
    pub(crate) async fn share_away(&mut self) -> Result<(), Reply> {
        let asker = self.asker()?;
        let hub = Arc::clone(&self.hub);
        if let Some(changed) = hub.share_away(&asker).await {
            self.show_change(changed).await;
        }
        Ok(())
    }

    /// Shows the client what it has become, room by room or without one; gives who it was.
    pub(crate) async fn show_change(&mut self, changed: Changed) -> Arc<Identity> {
        for (room, seq) in changed.places {
            self.read_feed(room, Some(seq)).await;
        }
        if let Some(event) = changed.alone.filter(|event| !self.wants_no_echo(event)) {
            self.show_own(&event);
        }
        changed.before
    }
}
