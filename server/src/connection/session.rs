//! A connection among others of the same user: coming in where one is already, following the others, and leaving.

use std::collections::BTreeSet;
use std::sync::Arc;

use salon_protocol::RoomName;

use super::client::Client;
use super::feed::Feed;
use crate::encode::{self, Wire};
use crate::event::{Body, Event, Seq, StreamId};
use crate::inbox::{Family, Own};
use crate::room::{Joined, Request, Room};
use crate::user::Detached;

use super::caps::Caps;

impl Client {
    /// Shows a connection that has come to a user what an ordinary one sees that joins the user's rooms, and lets it
    /// listen there.
    pub(super) async fn attach_to_rooms(&mut self) {
        let rooms = self.user.as_ref().map(|user| user.rooms());
        for room in rooms.unwrap_or_default() {
            self.attach_to(&room, None).await;
        }
    }

    /// Lets the connection listen in the rooms that the user is in and the connection is not.
    async fn follow(&mut self) {
        let places = self.user.as_ref().map(|user| user.places());
        for (room, since) in places.unwrap_or_default() {
            if !self.feeds.contains_key(&room.id) {
                self.attach_to(&room, Some(since)).await;
            }
        }
    }

    /// Lets the connection listen in a room. It is shown all from a place on, or else that the user is there.
    async fn attach_to(&mut self, room: &Arc<Room>, since: Option<Seq>) {
        let Ok(asker) = self.asker() else { return };
        let Ok(answer) = room.ask_one(&asker, Request::Attach).await else {
            return;
        };
        // Whoever left meanwhile has nothing to see there.
        let Some(mut joined) = answer.joined else {
            return;
        };
        let Some(ring) = joined.ring.take() else {
            return;
        };
        let first = since.unwrap_or(joined.as_of.next());
        let feed = Feed::new(Arc::clone(room), ring, first);
        self.feeds.insert(room.id, feed);
        match since {
            Some(_) => self.read_feed(room.id, Some(joined.as_of)).await,
            None => self.show_join(room.name().as_str()),
        }
        self.show_room(room, &joined);
        if since.is_none() {
            self.replay(room, first).await;
        }
    }

    /// Shows a client that knows of no renaming that it leaves one room and enters another.
    pub(super) fn move_to_renamed(&mut self, event: &Event, to: &RoomName, reason: &str) {
        let is_other = !salon_protocol::eq_folded(&event.target, to.as_str());
        // To such a client, another case is the same name.
        if is_other {
            let target = event.target.to_string();
            let reason = if reason.is_empty() { "Renamed" } else { reason };
            self.own_line("PART", &[&target, reason]);
            self.show_join(to.as_str());
            // Who is there is asked for when the room is not being read.
            self.inbox.look_into(event.id.stream);
        }
    }

    /// Shows a client the rooms again that it was moved to.
    async fn look_into(&mut self, rooms: BTreeSet<StreamId>) {
        for stream in rooms {
            let Some(room) = self.feeds.get(&stream).map(|feed| Arc::clone(&feed.room)) else {
                continue;
            };
            let Ok(asker) = self.asker() else { return };
            let answer = room.ask_one(&asker, Request::Attach).await;
            if let Some(joined) = answer.ok().and_then(|answer| answer.joined) {
                self.show_room(&room, &joined);
            }
        }
    }

    /// The `JOIN` of a user that is there already.
    fn show_join(&mut self, name: &str) {
        let Ok(asker) = self.asker() else { return };
        let mut event = self.hub.event_apart(asker, Body::Join);
        event.target = name.into();
        let mut lines = Vec::new();
        // It is no event of the room, and has no id there.
        let wire = self.caps.wire() - Wire::MESSAGE_TAGS - Wire::AWAY_NOTIFY;
        encode::encode(&event, wire, &mut lines);
        self.push(&lines);
    }

    /// What is shown of a room to one who comes in, behind the `JOIN`.
    pub(super) fn show_room(&mut self, room: &Room, joined: &Joined) {
        let name = room.name();
        let name = name.as_str();
        if let Some(topic) = &joined.topic {
            for reply in crate::room::topic_replies(name, topic) {
                self.reply(&reply);
            }
        }
        if self.caps.contains(Caps::READ_MARKER) {
            self.show_marker(name);
        }
        if !self.caps.contains(Caps::NO_IMPLICIT_NAMES) {
            self.show_names(name, joined.secret, &joined.members);
        }
        self.show_room_metadata(name, &joined.metadata, &joined.members);
    }

    /// Shows what other connections of the user did, but for what they sent.
    pub(super) async fn take_family(&mut self, family: Family) {
        for own in family.own {
            match own {
                Own::Event(event) => {
                    let mut lines = Vec::new();
                    encode::encode(&event, self.caps.wire(), &mut lines);
                    self.output.push(&lines);
                }
                Own::Line(line) => self.output.push(line.as_bytes()),
            }
        }
        if self.caps.contains(Caps::READ_MARKER) {
            for (target, time) in family.markers {
                let time = format!("timestamp={time}");
                self.apart(|client| client.hub_line("MARKREAD", &[&target, &time]));
            }
        }
        if family.sent_lost > 0 {
            let nick = self.nick();
            self.tell_expired(&nick, family.sent_lost);
        }
        let response = self.set_aside();
        if family.follow {
            self.follow().await;
        }
        self.look_into(family.renamed).await;
        self.take_up(response);
    }

    /// Ends this connection's part in its user, and the user's with it if it was the last.
    pub(super) async fn depart(&mut self, reason: &str) {
        let Some(user) = self.user.take() else { return };
        for nick in std::mem::take(&mut self.monitored) {
            self.hub.directory.unwatch(self.session, &nick);
        }
        self.hub.count_registered(false);
        let feeds = std::mem::take(&mut self.feeds);
        if user.detach(self.session) == Detached::Last {
            return self.hub.depart(&user, self.session, reason).await;
        }
        let asker = crate::room::Asker {
            session: self.session,
            identity: user.identity(),
            user,
        };
        for feed in feeds.into_values() {
            // A room that is gone wakes nobody.
            let _ = feed.room.ask_one(&asker, Request::Detach).await;
        }
        // Those that are left may all be away.
        self.hub.share_away(&asker).await;
        if asker.user.session_count() == 0 {
            self.hub.leave_alone(&asker.user).await;
        }
    }
}
